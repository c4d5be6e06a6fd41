"""CycloneDX protobuf, as bytes and as text: what each field becomes, and what hostile input is answered with."""

import json
import re
import struct
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.diagnostics import Diagnostic
from rulewright.sbom import (
    Document,
    cyclonedx_protobuf,
    cyclonedx_protobuf_count,
    cyclonedx_protobuf_text,
    cyclonedx_protobuf_text_count,
    read,
)
from rulewright.sbom.cyclonedx_protobuf_place import place
from rulewright.sbom.cyclonedx_protobuf_table import enumeration, letters, lines, message
from rulewright.sbom.document import Converted

Parts = list[tuple[int, Any]]


def varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def wire(*fields: tuple[int, Any]) -> bytes:
    """Write fields: integers as varints, texts and bytes with a length, floats as doubles."""
    out = b""
    for number, value in fields:
        if isinstance(value, float):
            out += varint(number << 3 | 1) + struct.pack("<d", value)
        elif isinstance(value, int):
            out += varint(number << 3) + varint(value)
        else:
            raw = value.encode() if isinstance(value, str) else value
            out += varint(number << 3 | 2) + varint(len(raw)) + raw
    return out


def bom(*fields: tuple[int, Any]) -> bytes:
    return wire((1, "1.6"), *fields)


def converted(data: bytes) -> Converted:
    made = cyclonedx_protobuf.convert(data, "a.bin")
    assert isinstance(made, Converted), made
    return made


def values(data: bytes) -> Any:
    return json.loads(converted(data).data)


def document(data: bytes) -> Document:
    found = read(data, "a.bin")
    assert isinstance(found, Document), found
    assert [row for row in found.receipt if row[1] != row[2]] == []
    return found


def said(data: bytes) -> set[tuple[str, str | None]]:
    found = document(data)
    found.judge_semantics()
    return {(d.code, d.pointer) for d in found.findings}


def component(*fields: tuple[int, Any]) -> bytes:
    return bom((5, wire((1, 3), *fields)))


@pytest.mark.parametrize(
    ("field", "key", "value"),
    [
        ((8, "a"), "name", "a"),
        ((8, "é"), "name", "é"),
        ((11, 2), "scope", "optional"),
        ((11, 0), "scope", None),
        ((18, 1), "modified", True),
        ((3, "x"), "bom-ref", "x"),
        ((12, wire((1, 3), (2, "00"))), "hashes", [{"alg": "SHA-256", "content": "00"}]),
        ((13, wire((2, "MIT"))), "licenses", [{"expression": "MIT"}]),
        ((13, wire((1, wire((1, "MIT"))), (3, 1))), "licenses", [{"license": {"id": "MIT", "acknowledgement": "declared"}}]),
        ((13, wire((5, wire((1, "MIT"), (2, wire((1, "MIT"))))))), "licenses",
         [{"expression": "MIT", "expressionDetails": [{"licenseIdentifier": "MIT"}]}]),
        ((20, wire((2, "u"))), "externalReferences", [{"type": "other", "url": "u"}]),
        ((30, "a"), "tags", ["a"]),
        ((23, wire((3, wire((1, 4), (2, 0.5))))), "evidence", None),
        ((27, wire((1, 2), (3, wire((1, "s"), (4, wire((1, 1479715200))))))), "cryptoProperties",
         {"assetType": "certificate", "certificateProperties": {"subjectName": "s", "notValidAfter": "2016-11-21T08:00:00Z"}}),
        ((27, wire((3, wire((18, wire((1, wire((1, wire((1, 1), (2, "v"))))))))))), "cryptoProperties",
         {"certificateProperties": {"certificateExtensions": [{"commonExtensionName": "basicConstraints", "commonExtensionValue": "v"}]}}),
    ],
)  # fmt: skip
def test_what_a_field_becomes(field: tuple[int, Any], key: str, value: object) -> None:
    made = values(component(field))["components"][0]
    assert made["type"] == "library"
    if value is not None:
        assert made[key] == value


def test_numbers() -> None:
    identity = varint(2 << 3 | 5) + struct.pack("<f", 0.1)
    made = values(component((23, wire((3, identity)))))
    assert made["components"][0]["evidence"]["identity"] == [{"confidence": 0.1}]
    rating = bom((10, wire((5, wire((2, 9.8))))))
    assert values(rating)["vulnerabilities"][0]["ratings"] == [{"score": 9.8}]
    assert values(bom((10, wire((6, 79), (6, 80)))))["vulnerabilities"][0]["cwes"] == [79, 80]
    assert values(bom((10, wire((6, varint(79) + varint(80))))))["vulnerabilities"][0]["cwes"] == [79, 80]
    assert values(bom((2, -3)))["version"] == -3
    for seconds, nanos, text in (
        (0, 0, "1970-01-01T00:00:00Z"),
        (1, 500_000_000, "1970-01-01T00:00:01.5Z"),
        (-62_135_596_800, 0, "0001-01-01T00:00:00Z"),
        (1 << 40, 0, f"{1 << 40}s"),
        (0, -1, "0s"),
    ):
        assert values(bom((4, wire((1, wire((1, seconds), (2, nanos)))))))["metadata"]["timestamp"] == text


def test_a_nested_graph_is_flattened_and_counted() -> None:
    inner = wire((1, "b"), (2, wire((1, "c"))))
    made = converted(bom((8, wire((1, "a"), (2, inner), (3, "p"))), (8, wire((1, "c")))))
    assert json.loads(made.data)["dependencies"] == [
        {"ref": "a", "dependsOn": ["b"], "provides": ["p"]},
        {"ref": "c"},
        {"ref": "b", "dependsOn": ["c"]},
    ]
    assert (made.counts["dependencies"], made.counts["dependency edges"]) == (3, 2)


def test_tools_of_both_forms() -> None:
    old = wire((2, wire((2, "t"))), (2, wire((2, "u"))))
    assert values(bom((4, old)))["metadata"]["tools"] == [{"name": "t"}, {"name": "u"}]
    new = wire((2, wire((6, wire((8, "t"))))))
    assert values(bom((4, new)))["metadata"]["tools"] == {"components": [{"name": "t"}]}


@pytest.mark.parametrize(
    ("pointer", "path"),
    [
        ("/components/3/purl", "components[3].purl"),
        ("/components/3/hashes/0/content", "components[3].hashes[0].value"),
        (
            "/components/0/licenses/1/expressionDetails/0/text",
            "components[0].licenses[1].expression_detailed.details[0].text",
        ),
        ("/metadata/component/bom-ref", "metadata.component.bom_ref"),
        ("/dependencies/0/dependsOn/1", "dependencies[0].dependencies[1]"),
        ("/specVersion", "spec_version"),
        ("", ""),
        ("/nothing/1", ""),
    ],
)
def test_places(pointer: str, path: str) -> None:
    assert place(pointer) == path


@pytest.mark.parametrize(
    ("data", "code", "path"),
    [
        (component((99, "x")), "RW1013", "components[0].99"),
        (component((8, 5)), "RW1010", "components[0].name"),
        (component((18, "x")), "RW1010", "components[0].modified"),
        (component((8, "a"), (8, "b")), "RW1011", "components[0].name"),
        (component((4, wire((1, "a"))), (4, wire((4, "b")))), "RW1012", "components[0].supplier"),
        (component((8, b"\xff")), "RW1004", "components[0].name"),
        (component((11, 77)), "RW1211", "components[0].scope"),
        (bom((5, 1)), "RW1010", "components"),
        (bom((12, wire((3, "x")))), "RW1013", "properties[0].3"),
    ],
)
def test_what_the_format_does_not_have_is_found(data: bytes, code: str, path: str) -> None:
    assert (code, path) in said(data)


def test_messages_given_twice_are_merged() -> None:
    both = bom((4, wire((4, wire((8, "a"))))), (4, wire((4, wire((9, "1"))))))
    assert values(both)["metadata"]["component"] == {"name": "a", "version": "1"}
    assert document(both).receipt[0] == ("components", 1, 1)


@pytest.mark.parametrize(
    "data",
    [
        bom((5, wire((8, "a"))))[:-1],
        bom() + b"\x2a\xff\xff\xff\xff\x0f",
        bom() + b"\x2a" + b"\xff" * 12,
        bom() + b"\x2f",
        bom() + b"\x00\x00",
        bom() + b"\x2c",
        bom() + varint(99 << 3 | 3),
        bom() + varint(99 << 3 | 3) + varint(98 << 3 | 4),
        bom() + varint(99 << 3 | 1) + b"1234",
    ],
)
def test_bytes_that_are_no_message_are_refused(data: bytes) -> None:
    found = read(data, "a.bin")
    assert isinstance(found, tuple)
    assert found[0].code == "RW1019"
    assert found[0].offset is not None


def test_fields_in_any_order_are_recognised() -> None:
    assert document(wire((3, "urn:x"), (5, wire((8, "a"))), (1, "1.6"))).receipt[0] == ("components", 1, 1)
    assert document(wire((4, wire((4, wire((8, b"\xff"))))), (1, "1.6"))).format.encoding == "protobuf"
    for other in (
        wire((3, "urn:x")),
        wire((3, "urn:x"), (1, "2.0")),
        wire((99, "x"), (1, "1.6")),
        b"\x08" * 9,
        b"\xff",
    ):
        found = read(other, "a.bin")
        assert isinstance(found, tuple)
        assert found[0].code in {"RW1004", "RW1007"}


def test_groups_are_passed_over() -> None:
    data = bom() + varint(99 << 3 | 3) + wire((1, "x"), (2, 5)) + varint(99 << 3 | 4) + wire((3, "urn:x"))
    assert values(data)["serialNumber"] == "urn:x"


def test_nesting_is_bounded() -> None:
    inner = b""
    for _ in range(180):
        inner = wire((8, "a"), (21, inner))
    assert document(bom((5, inner))).receipt[0][1] == 181
    for _ in range(100):
        inner = wire((21, inner))
    found = read(bom((5, inner)), "a.bin")
    assert isinstance(found, tuple)
    assert found[0].code == "RW1005"
    groups = varint(99 << 3 | 3) * 100_000
    found = read(bom() + groups, "a.bin")
    assert isinstance(found, tuple)
    assert found[0].code == "RW1005"


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(0, 3) | st.sampled_from(["", "a", b"\x0a\x01a", b"\x2a\x00"])), max_size=12), st.integers(0, 40), st.integers(0, 3))  # fmt: skip
def test_any_fields_are_answered(fields: Parts, at: int, gone: int) -> None:
    level = wire(*fields)
    data = bom((5, level), (4, wire((4, level))), (8, level), (6, level), (10, level), *fields)
    data = data[: 6 + at] + data[6 + at + gone :]
    found = read(data, "a.bin")
    if isinstance(found, Document):
        assert [row for row in found.receipt if row[1] != row[2]] == []
        found.judged()
    else:
        assert all(d.is_error for d in found)  # type: ignore[union-attr]


# --- the text format


def text(source: str) -> Converted:
    made = cyclonedx_protobuf_text.convert(source.encode(), "a.textproto")
    assert isinstance(made, Converted), made
    return made


def test_the_text_format() -> None:
    made = text(r"""
      # a comment
      spec_version: "1." '6'   # strings are joined
      version: 0x2
      metadata: { timestamp < seconds: 1 nanos: 0 >, }
      components {
        type: CLASSIFICATION_OPERATING_SYSTEM name: "\303\251\x41\u00e9\n";
        hashes: [{ alg: HASH_ALG_SHA_3_256 value: "00" }, { alg: 3 }]
        modified: true, tags: ["a", 'b' "c"] [some.extension]: 5
      }
      vulnerabilities { ratings { score: 7.50 severity: SEVERITY_HIGH } cwes: [79, 80] ratings { score: .5f } }
    """)
    assert json.loads(made.data) == {
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 2,
        "metadata": {"timestamp": "1970-01-01T00:00:01Z"},
        "components": [{"type": "operating-system", "name": "éAé\n", "modified": True, "tags": ["a", "bc"],
                        "hashes": [{"alg": "SHA3-256", "content": "00"}, {"alg": "SHA-256"}]}],
        "vulnerabilities": [{"ratings": [{"score": 7.5, "severity": "high"}, {"score": 0.5}], "cwes": [79, 80]}],
    }  # fmt: skip
    assert b'"score":7.50' in made.data
    assert made.counts == Counter({"components": 1, "hashes": 2, "vulnerabilities": 1})
    assert [(d.code, d.pointer) for d in made.findings.sorted()] == [("RW1013", "components[0].[some.extension]")]


@pytest.mark.parametrize(
    ("source", "code", "path"),
    [
        ('components { colour: "red" }', "RW1013", "components[0].colour"),
        ("components { colour { a: 1 b [1, 2] } }", "RW1013", "components[0].colour"),
        ("components { name: 5 }", "RW1010", "components[0].name"),
        ("components { scope: SCOPE_MAYBE }", "RW1010", "components[0].scope"),
        ('components: "x"', "RW1010", "components"),
        ('components { name: "a" name: "b" }', "RW1011", "components[0].name"),
        ("metadata { timestamp { hours: 1 } }", "RW1013", "metadata.timestamp"),
    ],
)
def test_what_the_text_does_not_have_is_found(source: str, code: str, path: str) -> None:
    found = read(f'spec_version: "1.6"\n{source}'.encode(), "a.textproto")
    assert isinstance(found, Document), found
    assert (code, path) in {(d.code, d.pointer) for d in found.findings}
    assert [row for row in found.receipt if row[1] != row[2]] == []


@pytest.mark.parametrize(
    "source",
    ["components {", "components }", "components", "components: {", 'x: "', "components: [{} {}]", "a: ;", "a b", "components { name: }", "&", '"a": 1', "a: [1"],
)  # fmt: skip
def test_text_that_is_no_message_is_refused(source: str) -> None:
    made = cyclonedx_protobuf_text.convert(f'spec_version: "1.6";\n{source}'.encode(), "a")
    assert isinstance(made, Diagnostic)
    assert made.code == "RW1019"
    assert "line 2" in made.message


@pytest.mark.parametrize("junk", ["{" * 200_000, "a{" * 100_000, "[" * 200_000, '"a" ' * 100_000, "#" * 200_000, "\\" * 200_000, "a:" * 100_000, "-" * 200_000])  # fmt: skip
def test_odd_texts_are_answered_in_a_second(junk: str) -> None:
    start = time.process_time()
    assert read(f'spec_version: "1.6"\n{junk}'.encode(), "a")
    assert time.process_time() - start < 1


@given(st.lists(st.sampled_from(["components", "metadata", "component", "{", "}", "<", ">", "[", "]", ":", ",", "name", '"a"', "5", "hashes", "licenses", "dependencies", "ref", "provides", "services", "true", "-", "#x\n", "tags", "timestamp", "seconds"]), max_size=25))  # fmt: skip
def test_any_tokens_are_answered(parts: list[str]) -> None:
    found = read(('spec_version: "1.6"\n' + " ".join(parts)).encode(), "a")
    if isinstance(found, Document):
        assert [row for row in found.receipt if row[1] != row[2]] == []


# --- the receipt and the tables


@pytest.mark.parametrize("module", [cyclonedx_protobuf_count, cyclonedx_protobuf_text_count])
def test_a_receipt_that_does_not_balance_is_an_error(module: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    true_count = module.count
    monkeypatch.setattr(module, "count", lambda data: true_count(data) + Counter({"hashes": 1}))
    found = read(component((8, "a")) if module is cyclonedx_protobuf_count else b'spec_version: "1.6"', "a")
    assert isinstance(found, Document)
    assert [d.code for d in found.findings if d.is_error] == ["RW1001"]


def test_every_word_of_the_tables_is_understood() -> None:
    for name in lines():
        for field in message(name).by_number.values():
            if field.kind == "message":
                assert field.type in lines()
            if field.kind == "enum":
                words = enumeration(field.type)
                assert 0 in words.by_number or not field.implicit
                assert 0 in words.by_letters.values() or 0 not in words.by_number


FIELD = re.compile(r"(?:(optional|repeated)\s+)?([\w.]+)\s+(\w+)\s*=\s*(\d+)\s*(?:\[[^\]]*\])?\s*;|(message|enum|oneof)\s+(\w+)\s*\{|(\w+)\s*=\s*(\d+)\s*(?:\[[^\]]*\])?\s*;|(\})")  # fmt: skip


@pytest.mark.parametrize("version", ["1.3", "1.4", "1.5", "1.6", "1.7"])
def test_the_table_has_every_field_of_the_schema(version: str, shared: Path) -> None:
    path = shared / "vectors" / "cyclonedx" / "schema" / f"bom-{version}.proto"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    source = re.sub(r"/\*.*?\*/|//[^\n]*", "", path.read_text("utf-8"), flags=re.DOTALL)
    source = re.sub(r"\b(?:reserved|option|syntax|package|import)\b[^;{}]*;", "", source)
    stack: list[tuple[str, str]] = []
    seen = 0
    for found in FIELD.finditer(source):
        _, kind, name, number, block, title, value, value_number, closed = found.groups()
        if closed:
            stack.pop()
        elif block:
            stack.append((block, title))
        elif stack[-1][0] == "enum":
            word, at = (value, value_number) if value else (name, number)
            prefix_owner = [n for n in _all_enumerations() if enumeration(n).by_letters.get(letters(word)) == int(at)]
            assert prefix_owner or version in {"1.3", "1.4"}, word
            seen += 1
        else:
            owners = [t for b, t in stack if b == "message"]
            table = next((n for n in ("".join(owners), owners[-1]) if n in lines()), None)
            assert table or owners[-1] == "DataClassification", owners
            ours = message(table or "DataFlow").by_number[int(number)]
            assert (ours.name, int(number)) == (name, ours.number)
            scalars = {"string": "", "int32": "int", "int64": "int", "google.protobuf.Timestamp": "time"}
            expected = {scalars.get(kind, kind), "day" if "Timestamp" in kind else ""}
            assert ours.kind in expected | {"message", "enum"}, (table, name)
            seen += 1
    assert seen > 100


def _all_enumerations() -> set[str]:
    return {f.type for n in lines() for f in message(n).by_number.values() if f.kind == "enum"}
