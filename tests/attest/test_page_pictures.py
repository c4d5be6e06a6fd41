"""The pictures of the page in the guide: they are there, small, and of what the page says today."""

from pathlib import Path

import pytest

from docs.scripts import page_pictures
from docs.scripts.page_pictures import HEIGHT, IMAGES, MOST, PICTURES, WIDTH
from tests.attest.browser import find


def test_the_guide_shows_every_picture_and_no_other() -> None:
    guide = (IMAGES.parent / "how-to-attest.md").read_text(encoding="utf-8")
    assert [picture.name for picture in PICTURES if f"(images/{picture.path.name})" not in guide] == []
    assert sorted(IMAGES.glob("verify-page-*.png")) == sorted(picture.path for picture in PICTURES)


@pytest.mark.parametrize("path", [picture.path for picture in PICTURES], ids=lambda path: path.stem)
def test_a_picture_is_small_and_of_one_size(path: Path) -> None:
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert (int.from_bytes(data[16:20]), int.from_bytes(data[20:24])) == (WIDTH, HEIGHT)
    assert len(data) < MOST


def test_the_page_says_what_is_on_the_pictures() -> None:
    if find() is None:
        pytest.skip("no Chromium on this machine")
    with page_pictures.opened() as (shown, folder):
        for picture in PICTURES:
            assert picture.says in page_pictures.show(shown, picture, folder), picture.name
            form = shown.evaluate("getComputedStyle(document.getElementById('form')).display")
            assert (form == "none") == picture.paper
            body = str(shown.evaluate("document.body.innerText"))
            assert ("Not altogether" in body) == picture.complies, picture.name
            assert ("It claims, and that must not be relied on" in body) == picture.changed, picture.name
            assert "undefined" not in body
            assert ("1 waived" in body) == picture.complies, picture.name
