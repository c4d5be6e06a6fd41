"""What is looked at in CycloneDX declarations of ours beside the official schema.

Guarantees: tells a reference (`bom-ref`) that is there twice, one that leads nowhere or to something of another kind, a row that is
missing or there twice, a claim or a score that its status does not allow, a document of another attestation.  The schema and the
validators of CycloneDX look at no reference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from rulewright.attest.views import cyclonedx, told
from rulewright.attest.views.context import Context
from rulewright.attest.views.told import Told, prefixed, text

Problems = list[str]


def problems(document: bytes, context: Context, version: str) -> tuple[str, ...]:
    """What is wrong with a document beside what its schema tells; nothing where it is right."""
    wrong: list[str] = []
    try:
        tree = told.read(document)
    except ValueError as error:
        return (f"it cannot be read: {error}",)
    if not isinstance(tree, dict) or tree.get("bomFormat") != "CycloneDX" or tree.get("specVersion") != version:
        return (f"it is no CycloneDX {version}",)
    found: dict[str, Any] = tree
    rows = told.told(context)
    _references(found, wrong)
    _bound(found, context, wrong)
    _attested(found, rows, context, wrong)
    _gone(found, rows, wrong)
    return tuple(wrong)


def _refs(tree: object) -> Iterator[str]:
    """Every reference that something in a document has."""
    if isinstance(tree, dict):
        if isinstance(tree.get("bom-ref"), str):
            yield tree["bom-ref"]
        for item in tree.values():
            yield from _refs(item)
    elif isinstance(tree, list):
        for item in tree:
            yield from _refs(item)


def _references(tree: dict[str, Any], wrong: Problems) -> None:
    """References are there once, and lead to something of their kind."""
    for name, count in sorted(Counter(_refs(tree)).items()):
        if count > 1:
            wrong.append(f"the reference `{name}` is there {count} times")
    declared = tree.get("declarations", {})
    known = {kind: set(_refs(declared.get(kind, []))) for kind in ("assessors", "claims", "evidence", "targets")}
    known["requirements"] = {
        item.get("bom-ref")
        for standard in tree.get("definitions", {}).get("standards", [])
        for item in standard.get("requirements", [])
    }
    for kind, name in _used(declared):
        if name not in known[kind]:
            wrong.append(f"`{name}` leads to nothing among the {kind}")


def _used(declared: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every reference that is used, with the kind of what it must lead to."""
    for one in declared.get("attestations", []):
        yield "assessors", one.get("assessor", "")
        for item in one.get("map", []):
            yield "requirements", item.get("requirement", "")
            yield from (("claims", name) for name in (*item.get("claims", []), *item.get("counterClaims", [])))
            yield from (("evidence", name) for name in item.get("conformance", {}).get("mitigationStrategies", []))
    for one in declared.get("claims", []):
        yield "targets", one.get("target", "")
        for key in ("evidence", "counterEvidence", "mitigationStrategies"):
            yield from (("evidence", name) for name in one.get(key, []))


def _bound(tree: dict[str, Any], context: Context, wrong: Problems) -> None:
    """The document says that it belongs to this attestation."""
    said = {item.get("name"): item.get("value") for item in tree.get("metadata", {}).get("properties", [])}
    for name, value in told.identity(context):
        if said.get(prefixed(name)) != value:
            wrong.append(f"the property `{name}` is not that of the attestation")


def _attested(tree: dict[str, Any], rows: Sequence[Told], context: Context, wrong: Problems) -> None:
    """Each row that applies is mapped once, as its status says, to its requirement and by a claim about its product."""
    declared = tree.get("declarations", {})
    targets = {item.get("bom-ref"): item.get("target") for item in declared.get("claims", [])}
    found: dict[str, list[dict[str, Any]]] = {}
    for one in declared.get("attestations", []):
        for item in one.get("map", []):
            for claim in (*item.get("claims", []), *item.get("counterClaims", [])):
                found.setdefault(claim, []).append(item)
    for row in rows:
        name = f"{row.row.requirement} for {row.row.product}"
        mapped = found.pop(cyclonedx.ref("claim", row), [])
        if len(mapped) != (row.row.status != "not_applicable"):
            wrong.append(f"{name} is mapped {len(mapped)} times")
        for item in mapped:
            _mapped_right(item, row, context, name, wrong)
            if targets.get(cyclonedx.ref("claim", row)) != cyclonedx.product_ref(row.row.product):
                wrong.append(f"the claim of {name} is about another product")
    wrong.extend(f"the claim `{claim}` belongs to no row" for claim in sorted(found))


def _mapped_right(item: dict[str, Any], row: Told, context: Context, name: str, wrong: Problems) -> None:
    """Requirement, claims, score and mitigation are those that the status asks for."""
    claim = [cyclonedx.ref("claim", row)]
    passed = row.row.status == "pass"
    if item.get("requirement") != cyclonedx.requirement_ref(row, context):
        wrong.append(f"{name} is mapped to another requirement")
    if item.get("claims", []) != (claim if passed else []) or item.get("counterClaims", []) != (
        [] if passed else claim
    ):
        wrong.append(f"{name} has a claim that its status does not allow")
    conformance = item.get("conformance", {})
    if conformance.get("score") != cyclonedx.score(row):
        wrong.append(f"{name} has a score that its status does not allow")
    mitigated = [cyclonedx.ref("mitigation", row)] if row.row.status == "waived" else []
    if conformance.get("mitigationStrategies", []) != mitigated:
        wrong.append(f"{name} has another mitigation than its waiver")


def _gone(tree: dict[str, Any], rows: Sequence[Told], wrong: Problems) -> None:
    """What does not apply is told once, with a reason, and nothing else is told to be so."""
    start = prefixed("not_applicable:")
    said = [item for item in tree.get("properties", []) if str(item.get("name", "")).startswith(start)]
    wanted = Counter(
        (cyclonedx.gone_name(item), text(item.row.product)) for item in rows if item.row.status == "not_applicable"
    )
    for name, product in sorted(wanted):
        own = [i for i in said if i["name"] == name and str(i.get("value", "")).startswith(f"{product}: ")]
        if len(own) != wanted[name, product]:
            wrong.append(f"{name} for {product} is told {len(own)} times")
    if len(said) != wanted.total():
        wrong.append("more or less is told not to apply than the rows say")
