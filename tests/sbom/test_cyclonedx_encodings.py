"""CycloneDX in XML, protobuf and its text format: the whole corpus, and the same facts as from JSON.

The specification's own test files come in all encodings, but many twins differ in what they say.  The list below names
each difference that the encoding itself makes, or that the twin documents have; everything else has to be equal.
"""

import json
import re
import time
import warnings
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

from rulewright.facts.vocabulary import BUILTIN
from rulewright.sbom import Document, read, schema_judge
from rulewright.sbom.converted import converter
from rulewright.sbom.formats import open_document
from tests.sbom.corpus_index import Entry, entries
from tests.sbom.samples import use_everything

pytestmark = pytest.mark.corpus

FORMATS = ("cyclonedx-xml", "cyclonedx-protobuf", "cyclonedx-textproto")
REFUSED = {"mut-billion-laughs": "RW1018", "mut-external-dtd": "RW1018", "mut-mismatched-tag": "RW1017"}
Found = dict[str, tuple[Entry, Any, float]]


@pytest.fixture(scope="module")
def documents(shared: Path) -> Found:
    found = {}
    for entry in entries(shared, *FORMATS):
        data = entry.path.read_bytes()
        start = time.process_time()
        document = read(data, entry.name)
        found[entry.name] = (entry, document, time.process_time() - start)
    return found


def test_there_is_a_corpus(documents: Found) -> None:
    assert Counter(entry.format for entry, _, _ in documents.values()) >= Counter(dict.fromkeys(FORMATS, 90))


def test_every_document_is_read_whole(documents: Found) -> None:
    for name, (entry, found, _) in documents.items():
        if not isinstance(found, Document):
            expected = next((code for part, code in REFUSED.items() if part in name), None)
            assert [d.code for d in found] == [expected], name
            assert entry.valid == "invalid", name
            continue
        assert [row for row in found.receipt if row[1] != row[2]] == [], name
        if entry.valid == "valid":
            serious = {d.code for d in found.findings} - {"RW1013", "RW1220"}
            assert serious == set(), name


def test_every_document_is_answered_in_a_second(documents: Found) -> None:
    assert {name: spent for name, (_, _, spent) in documents.items() if spent > 1} == {}


def test_invalid_documents_are_never_silent(documents: Found) -> None:
    for name, (entry, found, _) in documents.items():
        if entry.valid == "invalid" and isinstance(found, Document):
            assert [d for d in found.judged() if d.severity != "note"], name


def test_the_schema_judge_agrees_with_every_label(documents: Found) -> None:
    # the schema of 1.1 does not know the extension in which the fault is; the reader finds it
    silent = "invalid-depgraph-1.0"
    for name, (entry, found, _) in documents.items():
        if isinstance(found, Document) and silent not in name:
            assert any(d.code == "RW1101" for d in found.judge_schema()) == (entry.valid == "invalid"), name


def test_everything_that_is_read_can_be_used(documents: Found) -> None:
    for entry, found, _ in documents.values():
        if isinstance(found, Document) and entry.path.stat().st_size < 100_000:
            use_everything(found)


def test_extensions_are_noted_with_their_place(documents: Found) -> None:
    found = next(document for name, (_, document, _) in documents.items() if "valid-random-attributes-1.6" in name)
    assert "/bom/@foo" in {d.pointer.partition(" ")[0] for d in found.findings if d.code == "RW1013"}


# An XML signature is no JSON signature.
UNLIKE_JSON = ("valid-attestation", "valid-standard")


def test_what_xml_becomes_is_valid_json_of_its_version(shared: Path) -> None:
    """The strict JSON schemas forbid unknown keys and wrong types: every name and type of the table is held by them."""
    judged = Counter[bool]()
    for entry in entries(shared, "cyclonedx-xml"):
        if entry.valid == "valid" and entry.version >= "1.2" and not any(n in entry.name for n in UNLIKE_JSON):
            opened = open_document(entry.path.read_bytes(), entry.name)
            assert isinstance(opened, tuple)
            made = converter("cyclonedx", "xml")(opened[1], entry.name)
            assert schema_judge.judge(made.data, "cyclonedx", entry.version, "x") == (), entry.name  # type: ignore[union-attr]
            judged[True] += 1
    assert judged[True] > 150


# --- the same facts

SAID_BY_THE_ENCODING = {"encoding", "findings_total", "schema_valid"}
NOT_IN_PROTOBUF = {"timestamp_text", "signature_present"}
"""Protobuf holds the instant, not the text; it has no signatures."""


def facts(document: Document, *, protobuf: bool = False) -> dict[tuple[str, str], Any]:
    """Every column, relation and extent."""
    made: dict[tuple[str, str], Any] = {}
    left_out = SAID_BY_THE_ENCODING | (NOT_IN_PROTOBUF if protobuf else set())
    for name, table in document.tables.items():
        for field in BUILTIN.collections[name].fields:
            column = table.column(field)
            if name != "document" or field not in left_out:
                made[name, field] = [column.values[c] if c >= 0 else int(c) for c in column.codes]
        for parent in table.relations:
            pairs = table.relation(parent)
            made[name, f"to {parent}"] = sorted(zip(pairs.parents, pairs.children, strict=True))
        if not protobuf:  # a list that is not there and one that is empty are the same in it
            made[name, "extent"] = [extent.state for extent in table.extents]
    return made


def twins(shared: Path) -> dict[tuple[str, str], dict[str, Document]]:
    """The specification's files of one name, by encoding."""
    groups: dict[tuple[str, str], dict[str, Document]] = defaultdict(dict)
    for entry in entries(shared, "cyclonedx-json", *FORMATS):
        name = re.match(r"(valid-.*?)-[0-9a-f]{8}\.cdx", entry.path.name)
        if name and ("/conformance/" in entry.name or "/derived/" in entry.name):
            document = read(entry.path.read_bytes(), name[1])
            assert isinstance(document, Document), entry.name
            groups[entry.version, name[1]][entry.format.partition("-")[2]] = document
    return groups


OTHER_WORDS = re.compile(
    r"valid-(?:bom|saasbom|service|release-notes|citations|cryptography-implementation|cryptography-certificate(?:-advanced)?"
    r"|component-ref|dependency|license-expression|license-name|license-choice|license-declared-concluded-mix"
    r"|compositions|properties)-"
)
"""Twins that say different things: other names, versions and times, misspelt words, one more component."""


def test_twins_give_the_same_facts(shared: Path) -> None:
    equal = Counter[str]()
    for (version, name), group in twins(shared).items():
        if "json" not in group:
            continue
        for encoding, document in group.items():
            protobuf = encoding in {"protobuf", "textproto"}
            ours, theirs = facts(document, protobuf=protobuf), facts(group["json"], protobuf=protobuf)
            differing = {key for key in ours if ours[key] != theirs[key]}
            assert not differing or OTHER_WORDS.match(f"{name}-"), (version, name, encoding, differing)
            equal[encoding] += not differing
    assert equal["xml"] >= 65
    assert equal["protobuf"] >= 70
    assert equal["textproto"] >= 70


def test_protobuf_as_bytes_and_as_text_give_the_same_facts(shared: Path) -> None:
    compared = 0
    for (version, name), group in twins(shared).items():
        if {"protobuf", "textproto"} <= group.keys():
            assert facts(group["protobuf"]) == facts(group["textproto"]), (version, name)
            compared += 1
    assert compared >= 90


def test_json_and_xml_of_the_official_library_give_the_same_facts(shared: Path) -> None:
    """The library writes one model in both encodings: what it drops, it drops from both."""
    from cyclonedx.model.bom import Bom
    from cyclonedx.output import make_outputter
    from cyclonedx.schema import OutputFormat, SchemaVersion

    compared = 0
    for entry in entries(shared, "cyclonedx-json"):
        if entry.valid != "valid" or entry.version not in {"1.5", "1.6"} or entry.path.stat().st_size > 9_000:
            continue
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                bom = Bom.from_json(json.loads(entry.path.read_text("utf-8-sig")))  # type: ignore[attr-defined]
                kinds = (OutputFormat.JSON, OutputFormat.XML)
                texts = [make_outputter(bom, kind, SchemaVersion.V1_6).output_as_string() for kind in kinds]
        except Exception:  # noqa: BLE001 - it refuses some valid files (research note, 3d)
            continue
        # references that it makes up are random
        both = [read(re.sub(r"BomRef\.[0-9.]+", "made-up", text).encode(), "a") for text in texts]
        assert all(isinstance(document, Document) for document in both), entry.name
        as_json, as_xml = map(facts, both)  # type: ignore[arg-type]
        assert {key for key in as_json if as_json[key] != as_xml[key]} == set(), entry.name
        compared += 1
    assert compared >= 40
