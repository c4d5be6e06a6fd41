"""Whatever the bytes: a pack that compiles, or errors and no pack."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.standards.exchange import bounds
from tests.standards.exchange.support import BOM, CATALOG, compiled, taken

CODES = {"RW3101", "RW3102", "RW3103", "RW3104"}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is not JSON"),
        (b"\xff\xfe{}", "the file is not UTF-8"),
        (b"[]", "the file is not a JSON object"),
        (b'{"catalog": NaN}', "the file is not JSON: `NaN` is no value of JSON"),
        (b'{"catalog": {}, "catalog": {}}', "the key `catalog` is given twice in one object"),
        (b'{"a": ' * 70 + b"1" + b"}" * 70, "objects or lists are nested more than 64 levels deep"),
        (b'{"a": ' * 200_000, "objects or lists are nested too deeply"),
        (b'{"catalog": {"controls": [' + b"1" * 5000 + b"]}}", "the file is not JSON"),
        (b'{"catalog": {}', "the file is not JSON"),
    ],
)
def test_what_is_no_json_is_one_error(data: bytes, message: str) -> None:
    found = taken(data)
    assert found.text == ""
    (problem,) = found.diagnostics
    assert problem.code == "RW3101"
    assert problem.message.startswith(message.replace("`NaN`", "\ufffdNaN\ufffd") if "NaN" in message else message)


def test_a_large_file_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MAX_BYTES", 100)
    (problem,) = taken(CATALOG).diagnostics
    assert problem.code == "RW3101"
    assert problem.message.endswith("more than 100")


def test_many_requirements_are_refused() -> None:
    controls = [{"id": f"c{n}", "title": "t"} for n in range(bounds.MAX_ENTRIES + 1)]
    tree = {"catalog": {"metadata": {"title": "t", "version": "1"}, "controls": controls}}
    assert [d.code for d in taken(tree).diagnostics] == ["RW3103"]


JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=12),
    st.sampled_from(
        ['"', "\\", '" }\n', "#", "\x00\u202e", "\ud800", "x" * 20_000, "{{ insert: param, a }}", "1.1", "r1"]
    ),
    st.lists(st.text(max_size=3), max_size=3),
    st.dictionaries(st.text(max_size=3), st.text(max_size=3), max_size=2),
)


def places(tree: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value."""
    found = [path]
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in items:
        found += places(value, (*path, key))
    return found


def changed(tree: Any, path: tuple[Any, ...], junk: Any) -> Any:
    """A copy with another value at a place."""
    if not path:
        return junk
    whole = copy.deepcopy(tree)
    inner = whole
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = junk
    return whole


@pytest.mark.parametrize("tree", [CATALOG, BOM], ids=["oscal", "cyclonedx"])
@given(data=st.data())
def test_a_changed_document_is_a_pack_or_an_error(tree: Any, data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(places(tree)))
        tree = changed(tree, path, data.draw(JUNK))
    found = taken(json.dumps(tree).encode())
    errors = {d.code for d in found.diagnostics if d.is_error}
    assert errors <= CODES
    assert bool(found.text) == (not errors)
    if found.text:
        made = compiled(found.text)
        assert made.program is not None, made.diagnostics
        assert len(made.program.requirements) == sum(len(s.entries) for s in found.standards)
        assert all(r.lines for r in made.program.requirements)
