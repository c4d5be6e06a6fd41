"""The objectives say what they are met by, and the reference product meets them all.

What is compared with the catalogues skips where they are absent.  The checks are run through a standard made of one
requirement an objective, `meets` alone: what packs say beyond it is tested in the packs.
"""

from __future__ import annotations

import csv
import gzip
import itertools
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

import msgspec
import pytest
import yaml

from rulewright import dsl
from rulewright.dsl import ir
from rulewright.engine.answers import Planes
from rulewright.engine.evaluate import evaluate
from rulewright.engine.plan import make
from rulewright.facts.base import Fact, Product
from rulewright.facts.declared import read
from rulewright.facts.declared_values import typed
from rulewright.facts.stack import ProductFacts, stack
from rulewright.facts.table import Source
from rulewright.facts.types import FieldType, Kind, State, Value
from rulewright.facts.vocabulary import Vocabulary
from tests.standards.packs import ROOT, shipped_vocabulary, sources

FILE = "standards/vocabulary.rw"
AS_OF = 20_454  # 2026-01-01
SOURCE = Source("test", "0" * 64)

ANY_VALUE = {
    "COM-TLS": "the highest version of TLS: each of its words is a good one, and the lowest is asked beside it",
    "SBOM-FORMAT": "the encoding: each of its words is a machine-readable one, and the format is asked beside it",
}
"""Objectives with a line that no value breaks: it only asks that the fact is known."""

SETS = {
    "crypto.module_validated": "a product can ship modules validated by several schemes; the empty set is the catalogue's none"
}
"""Attributes that hold several of the words of their row, which has them as one value."""

UNCHECKED = {"PW-FEEDBACK": "whether typed passwords may be revealed does not tell that they are obscured first"}
"""Objectives that no fact decides: standards ask a person."""

OTHER_FACTS = {
    "COM-REPLAY": {"product.internet_connectable", "product.radio_technologies", "tls.min_version"},
    "IF-PHYS": {"iface.unused_enabled"},
    "IF-REMOTE": {"auth.required_all_remote", "auth.required_for_admin"},
    "IF-SERVICES": {"iface.unused_enabled"},
    "IF-WIRELESS": {"product.radio_technologies"},
    "PW-GEN": {"auth.bruteforce_protection"},
    "SBOM-MISTAKES": {"sbom.corrections_accepted"},
    "SBOM-SIGN": {"sbom.detached_signature_present"},
    "TEL-INFO": {"telemetry.collected"},
    "UPD-EASY": {"update.automatic_capable", "update.user_notified"},
}
"""What a check reads beside the attributes that the catalogue hangs on its objective: the title asks for it."""


def rows(shared: Path, name: str) -> list[dict[str, str]]:
    with (shared / "catalogs" / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def names() -> list[str]:
    """The objectives in the order of the file."""
    return re.findall(r'^  objective (\S+) "', sources()[FILE].text.decode(), re.MULTILINE)


@cache
def program() -> ir.Program:
    """One requirement an objective that is met by its check and nothing else."""
    parts = 'shall { title "T" severity low objective'
    checks = {n: "true" if n in UNCHECKED else f"meets {n}" for n in names()}
    asked = "".join(f'requirement "{n}" {parts} {n} check {check} }}\n' for n, check in checks.items())
    text = f'standard made.objectives edition "1" {{ title "T" force house valid from 2020-01-01\n{asked}}}'
    made = {FILE: sources()[FILE], "made.rw": dsl.Source("made.rw", text.encode())}
    compiled = dsl.compile(made, ("made.rw",), shipped_vocabulary())
    assert compiled.program is not None, compiled.diagnostics
    assert [d.message for d in compiled.diagnostics if d.severity.value != "note"] == []
    return compiled.program


@cache
def objectives() -> Mapping[str, ir.Objective]:
    return {objective.id: objective for objective in program().objectives}


@cache
def requirements() -> Mapping[str, ir.Requirement]:
    """Those of the objectives that have a check."""
    return {r.objective[0]: r for r in program().requirements if r.objective[0] not in UNCHECKED}


def declared(data: object) -> ProductFacts:
    found = read(data, shipped_vocabulary(), SOURCE)
    assert found.diagnostics == []
    return found.of(Product("p", "p", ""))


@cache
def reference() -> ProductFacts:
    """The reference product as the file has it."""
    return declared(yaml.safe_load((ROOT / "standards/reference-product.yaml").read_text(encoding="utf-8")))


def answers(products: Sequence[ProductFacts]) -> Planes:
    numbered = [
        ProductFacts(Product(f"{number:06}", "", ""), item.attributes, item.tables)
        for number, item in enumerate(products)
    ]
    return Planes(evaluate(make(program()), stack(numbered), AS_OF))


def verdicts(product: ProductFacts) -> dict[str, str]:
    found = answers([product])
    numbers = {r.objective[0]: number for number, r in enumerate(program().requirements)}
    return {name: found.verdict(numbers[name], 0) for name in requirements()}


def facts_in(item: object, vocabulary: Vocabulary) -> list[str]:
    """The attributes that a part of the program reads."""
    words = re.findall(r'"type":"Attr","name":"([^"]+)"', msgspec.json.encode(item).decode())
    return sorted({word for word in words if word in vocabulary.attributes})


# --- against the catalogues --------------------------------------------------------------------------------------------


def test_every_attribute_has_the_unit_the_words_and_the_emb3d_property_of_its_row(
    shared: Path, vocabulary: Vocabulary
) -> None:
    catalogue = rows(shared, "attributes.csv")
    assert len(catalogue) == 321
    for row in catalogue:
        attribute, values = vocabulary.attributes[row["attribute_id"]], row["values_or_unit"]
        assert attribute.emb3d == tuple(row["emb3d_property"].split()), attribute.name
        match row["type"]:
            case "int":
                assert attribute.type.unit == values, attribute.name
            case "ratio":
                assert attribute.type.unit == "ratio, 0 to 1", attribute.name
            case "enum" if attribute.name in SETS:
                assert attribute.type.kind == "set", attribute.name
                assert ("none", *attribute.type.values) == tuple(values.split(",")), attribute.name
            case "enum":
                assert attribute.type.values == tuple(values.split(",")), attribute.name
            case "set" if "," in values:
                # one row ends in `FrodoKEM...`, without a comma
                words = [word for word in values.replace("...", ",...").split(",") if word]
                assert set(attribute.type.values) == set(words) - {"..."}, attribute.name
                assert attribute.type.open_values == ("..." in words), attribute.name


def test_scope_attributes_stand_first() -> None:
    text = sources()[FILE].text.decode()
    roles = re.findall(r"^  attribute \S+ :(?:(?!\n  \S).)*?\s(given|choice)\s+\{", text, re.MULTILINE | re.DOTALL)
    assert len(roles) == len(shipped_vocabulary().attributes)
    assert roles == sorted(roles, key="given choice".index)
    assert roles.count("given") > 16


def test_every_objective_has_the_title_attributes_and_threats_of_its_row(shared: Path) -> None:
    catalogue = rows(shared, "objectives.csv")
    assert [row["objective_id"] for row in catalogue] == names()
    assert len(catalogue) == 196
    for row in catalogue:
        objective = objectives()[row["objective_id"]]
        attack = [f"ATTACK-{technique}" for technique in row["attack"].split()]
        assert objective.title == row["title"]
        assert objective.attributes == tuple(row["device_attributes"].split())
        mapped = [threat for threat in objective.threats if not threat.startswith("EMB3D-")]
        assert mapped == [*row["cwe"].split(), *row["capec"].split(), *attack], objective.id


def test_emb3d_threats_belong_to_a_property_of_the_objective_and_share_a_weakness_with_it(
    shared: Path, vocabulary: Vocabulary
) -> None:
    threats, weaknesses = _emb3d(shared)
    seen = 0
    for objective in objectives().values():
        properties = {p for name in objective.attributes for p in vocabulary.attributes[name].emb3d}
        mine = {threat for p in properties for threat in threats[p]}
        for threat in objective.threats:
            if threat.startswith("EMB3D-"):
                seen += 1
                assert threat.removeprefix("EMB3D-") in mine, (objective.id, threat)
                assert weaknesses[threat.removeprefix("EMB3D-")] & set(objective.threats), (objective.id, threat)
    assert seen > 25


def _emb3d(shared: Path) -> tuple[Mapping[str, set[str]], Mapping[str, set[str]]]:
    """The threats of each property, of the properties above it and of those below it; the weaknesses of each threat."""
    found = sorted((shared / "feeds/emb3d").glob("emb3d-stix-*.json.gz"))
    if not found:
        pytest.skip("the EMB3D model (../shared/feeds/emb3d) is not on this machine")
    items = {item["id"]: item for item in json.loads(gzip.decompress(found[-1].read_bytes()))["objects"]}
    own: dict[str, set[str]] = defaultdict(set)
    above: dict[str, str] = {}
    for link in items.values():
        one, other = items.get(link.get("source_ref", "")), items.get(link.get("target_ref", ""))
        if one is None or other is None or "x_mitre_emb3d_property_id" not in one:
            continue
        if link["relationship_type"] == "relates-to":
            own[one["x_mitre_emb3d_property_id"]].add(other["x_mitre_emb3d_threat_id"])
        else:
            above[one["x_mitre_emb3d_property_id"]] = other["x_mitre_emb3d_property_id"]
    lines = {name: {name, *_line(name, above)} for name in {*own, *above, *above.values()}}
    threats = {
        name: {t for other in lines if other in lines[name] or name in lines[other] for t in own[other]}
        for name in lines
    }
    weaknesses = {
        item["x_mitre_emb3d_threat_id"]: set(re.findall(r"\[(CWE-\d+)", item.get("x_mitre_emb3d_threat_CWEs", "")))
        for item in items.values()
        if "x_mitre_emb3d_threat_id" in item
    }
    return threats, weaknesses


def _line(name: str, above: Mapping[str, str]) -> Iterable[str]:
    while name in above:
        name = above[name]
        yield name


def test_official_references_join_related_objectives_and_wrong_ones_do_not(shared: Path) -> None:
    """The OWASP ISVS cites EN 303 645 114 times; 32 of these references are known to point to another subject."""
    served: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows(shared, "crosswalk_hub.csv"):
        served[row["standard"], row["requirement_id"]].add(row["objective_id"])
    wrong = {(r["isvs_requirement"], r["cited_en303645"]) for r in rows(shared, "isvs_appendixB_wrong_refs.csv")}
    cited = {
        (row["source_requirement"], row["target_requirement"])
        for row in rows(shared, "crosswalk.csv")
        if row["basis"] == "ISVS Appendix B" and row["target_standard"] == "EN_303_645"
    }
    assert (len(cited), len(wrong & cited)) == (114, 32)
    suspect = {
        (one, other) for one, other in cited if not _joined(served["OWASP_ISVS", one], served["EN_303_645", other])
    }
    assert suspect == wrong


def _joined(one: set[str], other: set[str]) -> bool:
    near = one | {name for objective in one for name in objectives()[objective].related}
    return bool(near & other)


# --- in itself ---------------------------------------------------------------------------------------------------------


def test_every_objective_says_how_it_is_reached() -> None:
    for objective in objectives().values():
        assert objective.fix.endswith("."), objective.id
        assert objective.effort, objective.id
        assert (objective.id in UNCHECKED) != (objective.id in requirements()), objective.id


def test_relations_hold_both_ways() -> None:
    for objective in objectives().values():
        assert objective.id not in objective.related
        for name in objective.related:
            assert objective.id in objectives()[name].related, (objective.id, name)


def test_a_check_reads_the_attributes_of_its_objective(vocabulary: Vocabulary) -> None:
    beside = {
        name: others
        for name, requirement in requirements().items()
        if (others := set(facts_in(requirement.lines, vocabulary)) - set(objectives()[name].attributes))
    }
    assert beside == OTHER_FACTS


def test_no_objective_is_met_by_context_alone(vocabulary: Vocabulary) -> None:
    for name, requirement in requirements().items():
        read_of = [vocabulary.attributes[fact] for fact in facts_in(requirement.lines, vocabulary)]
        assert any(not a.given for a in read_of) or "Quant" in str(requirement.lines), name


def test_sources_are_merged_in_a_way_that_the_type_has(vocabulary: Vocabulary) -> None:
    ways = {
        "union": {Kind.SET},
        "min": {Kind.INT, Kind.DECIMAL},
        "max": {Kind.INT},
        "any": {Kind.BOOL},
        "all": {Kind.BOOL},
    }
    for attribute in vocabulary.attributes.values():
        assert attribute.merge == "agree" or attribute.type.kind in ways[attribute.merge], attribute.name
    assert vocabulary.attributes["iface.telnet_present"].merge == "agree"  # a contradiction is shown, never settled


# --- the reference product ---------------------------------------------------------------------------------------------


def test_the_reference_product_states_every_choice_and_no_context(vocabulary: Vocabulary) -> None:
    assert set(reference().attributes) == {a.name for a in vocabulary.attributes.values() if not a.given}


def test_the_reference_product_meets_every_objective() -> None:
    assert {name: v for name, v in verdicts(reference()).items() if v != "pass"} == {}


def test_without_facts_every_objective_is_unknown() -> None:
    """Nothing passes on silence, and nothing fails either."""
    assert {name: v for name, v in verdicts(declared({})).items() if v != "unknown"} == {}


def test_without_its_tables_nothing_that_rests_on_them_passes() -> None:
    found = verdicts(ProductFacts(reference().product, reference().attributes, {}))
    resting = {name for name, r in requirements().items() if '"Quant"' in msgspec.json.encode(r.lines).decode()}
    assert {name for name, v in found.items() if v != "pass"} == resting
    assert len(resting) > 15


def test_a_list_that_lacks_everything_fails_where_it_decides() -> None:
    """Whatever the attributes sum up: a declared share of one is no evidence against the list."""
    poor = declared(
        {
            "documents": {"complete": True, "items": [{"comment": "empty"}]},
            "components": {"complete": True, "items": [{"type": "library", "is_root": False}]},
            "vulnerabilities": {"complete": True, "items": [{"id": "EXAMPLE-1", "vex": "affected"}]},
        }
    )
    found = verdicts(ProductFacts(reference().product, reference().attributes, poor.tables))
    resting = {name for name, r in requirements().items() if '"Quant"' in msgspec.json.encode(r.lines).decode()}
    assert {name for name, v in found.items() if v == "fail"} == resting


def test_every_line_of_every_objective_fails_for_some_values(vocabulary: Vocabulary) -> None:
    """A line that nothing breaks would be no demand."""
    lines = {
        (name, number): facts
        for name, requirement in requirements().items()
        for number, line in enumerate(requirement.lines)
        if (facts := facts_in(line, vocabulary))
    }
    products: list[ProductFacts] = []
    begin: dict[tuple[str, int], tuple[int, int]] = {}
    for key, facts in lines.items():
        first = len(products)
        products += [_changed(zip(facts, values, strict=True)) for values in _values(facts, vocabulary)]
        begin[key] = first, len(products)
    found = answers(products)
    places = {r.objective[0]: number for number, r in enumerate(program().requirements)}
    whole = {
        (name, line)
        for (name, line), (first, last) in begin.items()
        if not any(found.line(places[name], line, product) == "fail" for product in range(first, last))
    }
    assert {name for name, _ in whole} == set(ANY_VALUE)
    assert len(whole) == len(ANY_VALUE)


def _values(facts: Sequence[str], vocabulary: Vocabulary) -> Iterable[tuple[Value, ...]]:
    return itertools.product(*(_candidates(vocabulary.attributes[name].type) for name in facts))


def _candidates(kind: FieldType) -> list[Value]:
    """A few values of a type, good and bad ones."""
    match kind.kind:
        case Kind.BOOL:
            raw: list[object] = [False, True]
        case Kind.INT:
            raw = [-1, 0, 1, 1_000_000]
        case Kind.DECIMAL:
            raw = ["0.1"]
        case Kind.DATE:
            raw = ["1900-01-01", "2999-01-01"]
        case Kind.ENUM:
            raw = list(kind.values)
        case Kind.SET:
            raw = [[], list(kind.values) or ["else"]]
        case Kind.VERSION:
            raw = ["0.1"]
        case _:
            raw = [""]
    return [typed(kind, value) for value in raw]


def _changed(values: Iterable[tuple[str, Value]]) -> ProductFacts:
    facts = {name: Fact(State.KNOWN, value, SOURCE) for name, value in values}
    return ProductFacts(reference().product, {**reference().attributes, **facts}, reference().tables)
