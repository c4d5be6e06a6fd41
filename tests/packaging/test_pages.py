"""Generated pages are current: each equals what its script would write."""

from docs.scripts import vocabulary


def test_the_vocabulary_page_is_current() -> None:
    assert vocabulary.PAGE.read_text(encoding="utf-8") == vocabulary.page(), "run `make pages`"
