"""SPDX 2 YAML: scalars stay what they say, and what YAML can do to a reader is bounded."""

import pytest

from rulewright.facts.types import State
from tests.sbom.spdx2_encodings.places import cell, document, findings, refusal

HEAD = """SPDXID: SPDXRef-DOCUMENT
spdxVersion: SPDX-2.3
creationInfo: {created: 2024-01-01T00:00:00Z, creators: ["Tool: make-1.0"]}
name: doc
dataLicense: CC0-1.0
documentNamespace: https://example.org/doc
"""
LINES = HEAD.count("\n")


def one(fields: str) -> str:
    return f"{HEAD}packages:\n- SPDXID: SPDXRef-a\n  name: a\n  downloadLocation: NOASSERTION\n  {fields}\n"


@pytest.mark.parametrize(
    ("fields", "field", "value"),
    [
        ("versionInfo: no", "version", "no"),
        ("versionInfo: 1.10", "version", "1.10"),
        ("versionInfo: 0x1F", "version", "0x1F"),
        ("versionInfo: 1e3", "version", "1e3"),
        ("versionInfo: 2020-01-01", "version", "2020-01-01"),
        ("versionInfo: 1:30", "version", "1:30"),
        ("versionInfo: .inf", "version", ".inf"),
        ("versionInfo: null", "version", State.MISSING),
        ("versionInfo:", "version", State.MISSING),
        ("filesAnalyzed: false", "files_analyzed", False),
        ("filesAnalyzed: 'false'", "files_analyzed", State.MALFORMED),
        ("filesAnalyzed: maybe", "files_analyzed", State.MALFORMED),
        ("copyrightText: |\n    a\n    b", "copyright", "a\nb\n"),
        ("supplier: 'Organization: Acme'", "supplier", "Acme"),
    ],
)
def test_a_scalar(fields: str, field: str, value: object) -> None:
    assert cell(document(one(fields)), field) == value


def test_a_whole_document_has_no_findings() -> None:
    found = document(one("versionInfo: 1.2.3\n  filesAnalyzed: false"))
    assert found.format.encoding == "yaml"
    assert {d.code for d in found.judged()} == {"RW1214"}


def test_places_are_lines() -> None:
    found = document(one("versionInfo: 1.2.3\n  licenseDeclared: a b"))
    assert found.tables["component"].segments[0].pointer(0) == f"line {LINES + 2}"
    assert ("RW1205", f"line {LINES + 6}") in [(d.code, d.pointer) for d in found.judged()]


def test_numbers_where_the_format_has_them() -> None:
    ranges = (
        "snippets:\n- ranges:\n  - {startPointer: {offset: 1, reference: f}, endPointer: {offset: 0o7, reference: f}}\n"
    )
    codes = [d.message for d in document(HEAD + ranges).judged() if d.code == "RW1101"]
    assert any("0o7" in message for message in codes)
    assert not any(message.startswith("1 ") for message in codes)


@pytest.mark.parametrize(
    ("fields", "code", "line"),
    [
        ("versionInfo: no", "RW1036", 5),
        ("versionInfo: 1.10", "RW1036", 5),
        ("versionInfo: 1\n  versionInfo: 2", "RW1011", 6),
        ("versionInfo: a\n  versionInfo: a", "RW1012", 6),
        ("versionInfo: !!python/object/apply:os.system x", "RW1035", 5),
        ("colour: red", "RW1013", 5),
        ("<<: {versionInfo: a}", "RW1013", 5),
        ("? [a, b]\n  : c", "RW1010", 5),
        ("versionInfo: [a]", "RW1010", 5),
        ("versionInfo: null", "RW1010", 5),
        ("versionInfo: ~", "RW1010", 5),
    ],
)
def test_what_is_wrong_is_found_at_its_line(fields: str, code: str, line: int) -> None:
    assert (code, f"line {LINES + line}") in findings(one(fields))


def test_lists_given_twice_are_joined_and_reported() -> None:
    found = document(f"{HEAD}packages: [{{name: a}}]\npackages: [{{name: b}}]\n")
    assert found.tables["component"].rows == 2
    assert "RW1011" in {d.code for d in found.findings}


def test_a_second_document_is_reported() -> None:
    assert ("RW1037", f"line {LINES + 1}") in findings(f"{HEAD}---\nname: other\n")


@pytest.mark.parametrize("wrapper", ["Document", "SpdxDocument"])
def test_a_wrapper_is_taken_off(wrapper: str) -> None:
    inner = "".join(f"  {line}\n" for line in one("versionInfo: '1'").splitlines())
    found = document(f"---\n{wrapper}:\n{inner}")
    assert found.tables["component"].rows == 1
    assert found.tables["component"].segments[0].pointer(0) == f"line {LINES + 4}"


def test_aliases_are_followed() -> None:
    found = document(f"{HEAD}packages:\n- &p {{name: a, versionInfo: '1'}}\n- *p\n")
    assert [cell(found, "version", row) for row in (0, 1)] == ["1", "1"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("name: [", "RW1033"),
        ("name: a\n\tb: c", "RW1033"),
        ("packages: &a [*a]", "RW1034"),
        ("packages: [*nothing]", "RW1034"),
        ("a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(f"{b}: &{b} [{','.join([f'*{a}'] * 10)}]\n" for a, b in zip("abcdef", "bcdefg", strict=True)), "RW1034"),
        ("packages: " + "[" * 5_000, "RW1005"),
        ("packages: " + "{a: " * 5_000, "RW1005"),
        ("? " * 5_000, "RW1005"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(text: str, code: str) -> None:
    assert refusal(f"{HEAD}{text}\n") == code
