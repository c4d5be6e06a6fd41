"""The lexer of the documents: whole, without errors, and by the grammar's own keywords."""

from pathlib import Path

import pytest
from pygments import highlight  # type: ignore[import-untyped] # Pygments has no types of its own
from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped] # as above
from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped] # as above
from pygments.token import Comment, Error, Keyword, Name, String  # type: ignore[import-untyped] # as above

from docs.scripts.rw_lexer import RulewrightLexer, register

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(p.relative_to(ROOT).as_posix() for d in ("standards", "policies") for p in (ROOT / d).rglob("*.rw"))


def parts(text: str) -> list[tuple[object, str]]:
    return [(kind, value) for _, kind, value in RulewrightLexer().get_tokens_unprocessed(text)]


@pytest.mark.parametrize("name", FILES)
def test_every_shipped_file_is_read_whole_and_without_errors(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    found = parts(text)
    assert "".join(value for _, value in found) == text
    assert not [value for kind, value in found if kind is Error]


def test_words_are_what_they_are_at_their_place() -> None:
    found = parts('policy a.b edition "1" { # x\n  define test(c : component) = c.type = test\n}\n')
    assert (Keyword, "define") in found
    assert (Name.Function, "test") in found
    assert (Name, "test") in found
    assert (Keyword, "test") not in found
    assert (Comment.Single, "# x") in found
    assert (String, '"1"') in found


def test_a_fragment_and_what_is_no_rule_come_out_whole() -> None:
    for text in ("check every component c { c.purl is valid }", "“odd” § %", ""):
        assert "".join(value for _, value in parts(text)) == text
    assert (Keyword, "every") in parts("check every component c { c.purl is valid }")
    assert (Error, "§") in parts("“odd” § %")


def test_it_is_found_by_its_name() -> None:
    register()
    shown = highlight("scope a.b", get_lexer_by_name("rw"), HtmlFormatter())
    assert '<span class="k">scope</span>' in shown
