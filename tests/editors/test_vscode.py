"""The extension's files are those that the language's tables make, and its patterns colour what they should."""

import json
import re
from pathlib import Path

import pytest

from editors.generate import files, grammar
from rulewright.dsl.tables import WORDS

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "editors" / "vscode"


def test_the_files_are_as_the_tables_make_them() -> None:
    for path, text in files().items():
        assert path.read_text("utf-8") == text, "run `PYTHONPATH=. python editors/generate.py`"


def patterns() -> list[tuple[re.Pattern[str], str]]:
    """The patterns of one line, with their scopes; those of a string from begin to end."""
    found = []
    made = grammar()["patterns"]
    assert isinstance(made, list)
    for each in made:
        pattern = each["match"] if "match" in each else f'(?:{each["begin"]})[^"]*(?:{each["end"]})'
        found.append((re.compile(pattern, re.MULTILINE), each.get("name", "captures")))
    return found


def scope(text: str, word: str) -> str:
    """The scope of the first pattern that takes the word, the earliest in the text first, as editors do."""
    wanted, at = text.index(word), 0
    while at <= wanted:
        hits = [(hit.start(), n, hit, name) for n, (p, name) in enumerate(patterns()) if (hit := p.search(text, at))]
        if not hits:
            break
        start, _, hit, name = min(hits, key=lambda h: h[:2])
        if start <= wanted < hit.end():
            return name
        at = max(hit.end(), at + 1)
    return ""


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("  # check title", "check", "comment.line.number-sign.rulewright"),
        ('  title "check # this"', "check", "string.quoted.double.rulewright"),
        ("  check c.type = x", "check", "keyword.other.rulewright"),
        ("  check c.test = x", "c.test", "variable.other.property.rulewright"),
        ("  exclude no-title", "title", ""),
        ("  until 2026-01-01", "2026-01-01", "constant.numeric.date.rulewright"),
        ("  fresh 180d", "180d", "constant.numeric.duration.rulewright"),
        ("every component c where", "where", "keyword.operator.word.rulewright"),
        ('in vers"pypi/<2.0"', "pypi", "string.regexp.vers.rulewright"),
        ("expect not_applicable", "not_applicable", "constant.language.rulewright"),
    ],
)
def test_words_have_their_scopes(text: str, word: str, expected: str) -> None:
    assert scope(text, word) == expected


@pytest.mark.parametrize("word", sorted(WORDS))
def test_every_keyword_is_one(word: str) -> None:
    assert scope(f"  {word} ", word).startswith("keyword") or word in {"fail", "unknown"}


def test_the_extension_names_files_that_are_there() -> None:
    package = json.loads((FOLDER / "package.json").read_text("utf-8"))
    contributed = package["contributes"]
    for name in (
        contributed["languages"][0]["configuration"], contributed["grammars"][0]["path"], contributed["snippets"][0]["path"],
        "src/extension.ts", "README.md", "LICENSE",
    ):  # fmt: skip
        assert (FOLDER / name).is_file(), name
    assert not (FOLDER / "package-lock.json").exists() or "package-lock.json" in (FOLDER / ".gitignore").read_text(
        "utf-8"
    )
