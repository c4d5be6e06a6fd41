"""The reference shows the whole language: every form that a shipped rule file or a sample of the tests has stands on its page.

That each example compiles, and that the tests in it hold, is held by tests/packaging/test_doc_examples.py.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from rulewright.dsl.read import read
from rulewright.dsl.sink import Sink
from rulewright.dsl.source import Source
from rulewright.dsl.tree_expr import Node

ROOT = Path(__file__).resolve().parents[2]
_WORDS = ("key", "kind", "op", "how", "side", "action", "aspect", "relation", "need")
"""Members of nodes that hold a word of the language."""


def forms(node: object) -> Iterator[str]:
    """What is written: kinds of node, their words, and which of their optional parts are left out."""
    if isinstance(node, tuple):
        for item in node:
            yield from forms(item)
    elif isinstance(node, Node):
        name = type(node).__name__
        yield name
        for field in node.__struct_fields__:
            value = getattr(node, field)
            if field in _WORDS and isinstance(value, str):
                yield f"{name} {field} {'N' if value.isdigit() else value}"
            elif value is None or isinstance(value, bool):
                yield f"{name} {field} {value}"
            elif field != "at":
                yield from forms(value)


def written(texts: Iterable[str]) -> set[str]:
    found = set()
    for text in texts:
        file = read(Source("x", text.encode()), Sink(), tests=True)
        assert file is not None
        found |= set(forms((file.file.modules, file.file.tests)))
    return found


@pytest.fixture(scope="module")
def shown() -> set[str]:
    page = (ROOT / "docs/reference/language.md").read_text(encoding="utf-8")
    return written(re.findall(r"^```rw\n(.*?)^```$", page, re.MULTILINE | re.DOTALL))


@pytest.mark.parametrize("folder", ["standards", "policies", "tests/dsl/golden"])
def test_the_reference_shows_every_form(folder: str, shown: set[str]) -> None:
    used = written(path.read_text(encoding="utf-8") for path in sorted((ROOT / folder).rglob("*.rw")))
    assert len(used) > 50
    assert sorted(used - shown) == []


def test_a_form_that_is_not_shown_would_be_seen(shown: set[str]) -> None:
    assert written(['policy a edition "1" { prefer x over y because "z" }']) <= shown
    assert not written(['policy a edition "1" { prefer x over y because "z" }']) <= written(
        ['policy a edition "1" { }']
    )
