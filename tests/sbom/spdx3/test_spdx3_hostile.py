"""SPDX 3 made to break the reader: every answer is a document or a diagnostic, never an exception, never silence."""

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.sbom import Document, read, spdx3_count
from tests.sbom.samples import WRONG, check, dumps, places, replaced
from tests.sbom.spdx3.spdx3_samples import CONTEXT, document, everything, package, related

ALL = everything()
PLACES = [path for path in places(ALL) if path]
NODES: tuple[Any, ...] = (
    {"type": "Person", "spdxId": "https://e.org/q", "name": "q"},
    {"type": "Hash", "algorithm": "md5", "hashValue": "x"},
    {"@id": "https://e.org/File"},
    {"type": "nope"},
    {"@type": "software_Package", "@id": "a:b"},
    {"type": ["software_File"]},
    [{"type": "CreationInfo"}],
    [[{"type": "Tool", "name": "x"}]],
    [1, 2],
    {"type": "SpdxDocument", "import": [{"type": "ExternalMap", "definingArtifact": {"type": "software_File"}}]},
)
SPARE = [1, "x", [], ["https://e.org/a"], {"type": "Person"}, None]


def light(data: bytes) -> None:
    """Read a document and make all its columns; the judge of the schema costs too much for many."""
    found = read(data, "a.json")
    if isinstance(found, tuple):
        assert found
        assert all(d.is_error for d in found)
        return
    assert isinstance(found, Document)
    assert [row for row in found.receipt if row[1] != row[2]] == []
    assert not any(d.is_error for d in found.findings)
    found.judge_semantics()
    found.external()
    found.unused()
    for table in found.tables.values():
        for name in table.builders if table.collection != "document" else ():
            assert len(table.column(name).codes) == table.rows
        for name in table.relations:
            table.relation(name)


def codes(data: bytes) -> set[str]:
    found = read(data, "a.json")
    return {d.code for d in (found if isinstance(found, tuple) else found.findings)}


def test_a_document_with_every_field_of_every_class_is_read_whole() -> None:
    found = check(dumps(ALL))
    assert found is not None
    assert {d.code for d in found.findings} == {"RW1008", "RW1023"}


@given(path=st.sampled_from(PLACES), wrong=st.sampled_from([*WRONG, *NODES]))
def test_a_wrong_value_anywhere_is_survived(path: tuple[str | int, ...], wrong: object) -> None:
    light(dumps(replaced(ALL, path, wrong)))


@given(seed=st.integers(0, 10_000))
def test_two_wrong_values_and_a_key_given_twice_are_survived(seed: int) -> None:
    chance = random.Random(seed)
    spoilt = replaced(ALL, chance.choice(PLACES), chance.choice([*WRONG, *NODES]))
    spoilt = replaced(spoilt, chance.choice([p for p in places(spoilt) if p]), chance.choice([*WRONG, *NODES]))
    text = dumps(spoilt).decode()
    keys = [i for i in range(len(text)) if text.startswith('","', i)]
    at = chance.choice(keys) + 2
    key = text[at : text.index('"', at + 1) + 1]
    if text[at + len(key)] == ":":
        text = f"{text[:at]}{key}:{json.dumps(chance.choice(SPARE))},{text[at:]}"
    light(text.encode())


@given(seed=st.integers(0, 10_000))
def test_bytes_that_are_cut_or_changed_are_survived(seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(dumps(document(package("r", software_packageVersion="1"), related("r", "dependsOn", "x"))))
    if chance.random() < 0.5:
        del data[chance.randrange(len(data)) :]
    for _ in range(chance.randrange(4)):
        data[chance.randrange(len(data)) if data else 0 :][:1] = bytes([chance.randrange(256)])
        if data:
            data[chance.randrange(len(data))] = chance.randrange(256)
    light(bytes(data))


@pytest.mark.parametrize("depth", [150, 900, 100_000])
def test_elements_within_elements_without_end(depth: int) -> None:
    inner = b'{"type":"Relationship","spdxId":"a:b","from":'
    light(b'{"@context":"%s","@graph":[%s"a:c"%s]}' % (CONTEXT.encode(), inner * depth, b"}" * depth))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"@context": "http://127.0.0.1:9/evil.jsonld"}, "RW1022"),
        ({"@context": [CONTEXT, "https://e.org/more.jsonld"]}, "RW1022"),
        ({"@context": [CONTEXT, {"name": "https://e.org/other"}]}, "RW1022"),
        ({"@context": "https://e.org/mirror/spdx-context.jsonld"}, "RW1022"),
        ({"@context": "https://spdx.org/rdf/3.9.0/spdx-context.jsonld"}, "RW1212"),
        ({"@graph": 7}, "RW1010"),
        ({"@graph": [7]}, "RW1010"),
        ({"@graph": [{"name": "x"}]}, "RW1211"),
        ({"@graph": [{"type": "software_Gadget"}]}, "RW1211"),
        ({"@graph": [{"type": "Person", "colour": "red"}]}, "RW1013"),
        ({"colour": "red"}, "RW1013"),
    ],
)
def test_what_is_odd_is_named(change: dict[str, Any], code: str) -> None:
    assert code in codes(dumps({**document(package("r")), **change}))


def test_a_document_without_context_is_read() -> None:
    whole = document(package("r"))
    del whole["@context"]
    assert codes(dumps(whole)) == {"RW1022"}


def test_a_key_given_twice_is_never_settled_in_silence() -> None:
    text = dumps(document(package("r", software_packageVersion="1"))).decode()
    for key, value in (("name", '"b"'), ("software_packageVersion", '"2"'), ("type", '"Tool"'), ("spdxId", '"a:b"')):
        assert "RW1011" in codes(text.replace(f'"{key}":', f'"{key}":{value},"{key}":').encode()), key


def test_a_type_given_twice_belongs_to_no_class() -> None:
    node = package("x")
    text = dumps(document(package("r"), {**node, "type": "software_SoftwareArtifact"}, {**node, "type": "Annotation"}))
    for kind in (b"software_SoftwareArtifact", b"Annotation"):
        light(text.replace(b'"type":"Annotation"', b'"type":"Tool","type":"%s"' % kind))


def test_a_type_left_out_does_not_hide_a_field() -> None:
    # as long as the `type` that is left out: their lengths may not balance one another
    entry = {"prefix": "x", "namespace": "y", "a": "0123456789abcdef"}
    whole = document(package("r"), namespaceMap=[entry])
    for width in range(40):
        entry["a"] = "0" * width
        assert "RW1013" in codes(dumps(whole))


def test_a_licence_that_holds_itself_ends() -> None:
    member = {"expandedlicensing_member": ["https://e.org/l", "https://e.org/l"]}
    licence = {**package("l", **member), "type": "expandedlicensing_ConjunctiveLicenseSet"}
    light(dumps(document(package("r"), licence, related("r", "hasDeclaredLicense", "l"))))


def test_licences_that_double_at_every_level_end() -> None:
    sets = [
        {
            **package(f"s{i}", expandedlicensing_member=[f"https://e.org/s{i + 1}", f"https://e.org/s{i + 1}"]),
            "type": "expandedlicensing_DisjunctiveLicenseSet",
        }
        for i in range(48)
    ]
    last = {**package("s48", simplelicensing_licenseExpression="MIT"), "type": "simplelicensing_LicenseExpression"}
    light(dumps(document(package("r"), *sets, last, related("r", "hasDeclaredLicense", "s0"))))


def test_a_long_prefix_does_not_grow_all_identifiers() -> None:
    whole = document(package("r"), *({**package(f"p{i}"), "spdxId": f"x:{i}"} for i in range(2_000)))
    whole["@context"] = [CONTEXT, {"x": "https://e.org/" + "x" * 1_000_000}]
    found = read(dumps(whole), "a.json")
    assert isinstance(found, Document)
    assert found.tables["component"].column("id").at(1)[1] == "x:0"
    assert "RW1022" in codes(dumps(whole))


@pytest.mark.parametrize("entity", spdx3_count.ENTITIES)
def test_a_receipt_that_does_not_balance_is_an_error(entity: str, monkeypatch: pytest.MonkeyPatch) -> None:
    true_count = spdx3_count.count

    def one_more(data: bytes) -> Any:
        total = true_count(data)
        total[entity] += 1
        return total

    monkeypatch.setattr(spdx3_count, "count", one_more)
    assert codes(dumps(document(package("r")))) == {"RW1001"}


def test_both_ways_of_counting_agree() -> None:
    data = dumps(ALL)
    assert +spdx3_count.count(data) == +spdx3_count.count_exactly(data)


def test_a_graph_or_context_given_twice_is_read_and_reported() -> None:
    node = '{"type": "software_Package", "spdxId": "https://e.org/%s", "name": "%s"}'
    context = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"
    for graphs, rows in (((node % ("a", "a"), node % ("b", "b")), 2), ((node % ("a", "a"), node % ("a", "a")), 1)):
        text = f'{{"@context": "{context}", "@graph": [{graphs[0]}], "@context": "{context}", "@graph": [{graphs[1]}]}}'
        found = read(text.encode(), "twice.json")
        assert isinstance(found, Document)
        assert found.tables["component"].rows == rows
        assert {"RW1011", "RW1012"} & {d.code for d in found.findings}
        assert all(counted == stored for _, counted, stored in found.receipt)
