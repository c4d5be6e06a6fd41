"""Facts files: text stays text, and what is wrong has a place."""

import pytest

from rulewright.cli import facts_file
from rulewright.diagnostics import Diagnostic, Severity


def read(name: str, text: str) -> object:
    found = facts_file.read(name, text.encode())
    assert isinstance(found, facts_file.FactsText), found
    return found.data


def test_yaml_has_no_surprises() -> None:
    text = "a: no\nb: 1.10\nc: 2026-08-01\nd: true\ne: 0o17\nf: 12\ng: ~\nh: yes\ni: 1_000\nj: on\nk: 1e3\nl:\nm: 08\n"
    assert read("a.yaml", text) == {
        "a": "no",
        "b": "1.10",
        "c": "2026-08-01",
        "d": True,
        "e": "0o17",
        "f": 12,
        "g": None,
        "h": "yes",
        "i": "1_000",
        "j": "on",
        "k": "1e3",
        "l": None,
        "m": "08",
    }


def test_toml_and_json_alike() -> None:
    assert read("a.toml", 'x = 1.10\nd = 2026-08-01\n[a.b]\nc = [1, "x"]') == {
        "x": "1.10",
        "d": "2026-08-01",
        "a": {"b": {"c": [1, "x"]}},
    }
    assert read("a.json", '{"x": 1.10, "n": null}') == {"x": "1.10", "n": None}


@pytest.mark.parametrize(("text", "kind"), [('{"a": 1}', "json"), ("a = 1", "toml"), ("a: 1", "yaml"), ("", "yaml")])
def test_notation_by_content(text: str, kind: str) -> None:
    assert facts_file.kind_of("-", text) == kind


@pytest.mark.parametrize(
    ("name", "text", "message", "place"),
    [
        ("a.yaml", "a: 1\na: 2\n", "the key `a` is there twice", (2, 1)),
        ("a.yaml", "a: &x 1\nb: *x\n", "anchors and aliases are not used here", (1, 4)),
        ("a.yaml", "a: !!python/object:os.system 1\n", "tags are not used here", (1, 4)),
        ("a.yaml", "a: [1\nb: 2", "", (2, 2)),
        ("a.json", '{"a": 1,\n "a": 2}', "the key `a` is there twice", None),
        ("a.json", '{"a": "\\ud800"}', "an escape names half of a surrogate pair", None),
        ("a.yaml", 'a: "\\udc00"', "an escape names half of a surrogate pair", None),
        ("a.json", '{"a": NaN}', "`NaN` is no number of JSON", None),
        ("a.json", '{"a": 1,\n x}', "expecting property name", (2, 2)),
        ("a.toml", "a = 1\na = 2", "", None),
        ("a.toml", "a = ]", "invalid value", (1, 5)),
        ("a.toml", "a = ", "invalid value", None),
    ],
)
def test_what_is_not_well_formed_has_a_place(name: str, text: str, message: str, place: tuple[int, int] | None) -> None:
    found = facts_file.read(name, text.encode())
    assert isinstance(found, Diagnostic)
    assert found.code == "RW0010"
    assert message in found.message
    if place is not None:
        assert found.span is not None
        assert (found.span.line, found.span.column) == place


@pytest.mark.parametrize("name", ["a.json", "a.yaml"])
def test_deep_nesting_is_a_diagnostic(name: str) -> None:
    found = facts_file.read(name, b'{"a":' + b"[" * 100_000)
    assert isinstance(found, Diagnostic)


def test_bytes_that_are_no_text() -> None:
    found = facts_file.read("a.yaml", b"a: \xff")
    assert isinstance(found, Diagnostic)
    assert "offset 3" in found.message


@pytest.mark.parametrize(
    ("name", "text", "pointer", "place"),
    [
        ("a.yaml", "a:\n  b: 1\n  c:\n  - d: 2\n", "/a/c/0/d", (4, 5)),
        ("a.json", '{"a": {\n\t"b": 1}}', "/a/b", (2, 2)),
        ("a.toml", "x = 1\n[a]\nb = 2\n", "/a/b", (3, 1)),
        ("a.toml", "a.b = 2\n", "/a/b", (1, 3)),
        ("a.yaml", "x/y: 1\n", "/x~1y", (1, 1)),
    ],
)
def test_a_pointer_is_found_again(name: str, text: str, pointer: str, place: tuple[int, int]) -> None:
    found = facts_file.read(name, text.encode())
    assert isinstance(found, facts_file.FactsText)
    located = found.located(Diagnostic("RW1303", Severity.ERROR, "m", source=name, pointer=pointer))
    assert located.span is not None
    assert (located.span.line, located.span.column) == place
    assert located.span.end - located.span.start >= 1
    assert text[located.span.start] == text.split("\n")[place[0] - 1][place[1] - 1]
