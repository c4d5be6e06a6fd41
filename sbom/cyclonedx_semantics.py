"""The second judge for CycloneDX: what is wrong although the schema accepts it.

Guarantees: every finding has its JSON pointer; none of them stops the job.  It asks no network and corrects nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from msgspec import UNSET

from rulewright.diagnostics import Diagnostic
from rulewright.facts.types import State
from rulewright.facts.vocabulary import BUILTIN, HASHES
from rulewright.sbom import claims, identifiers
from rulewright.sbom.cyclonedx_graph import Graph
from rulewright.sbom.cyclonedx_model import Bom, Component
from rulewright.sbom.cyclonedx_shape import Flat
from rulewright.sbom.cyclonedx_vulnerabilities import SEVERITIES, VEX, millionths
from rulewright.sbom.dateform import is_rfc3339
from rulewright.sbom.findings import NOTE, WARNING, Findings, shown

_FIELDS = BUILTIN.collections["component"].fields
_SPDX_ONLY = {"archive", "source", "install", "other"}
_TYPES = frozenset(word.replace("_", "-") for word in _FIELDS["type"].type.values if word not in _SPDX_ONLY)
_SCOPES = frozenset(_FIELDS["scope"].type.values)
_ALGORITHMS = frozenset(HASHES.split())


def judge(bom: Bom, flat: Flat[Component], graph: Graph, pool: claims.ClaimPool, source: str) -> tuple[Diagnostic, ...]:
    """Judge one document."""
    findings = Findings(source)
    _root(bom, findings)
    _references(flat, graph, findings)
    _components(flat, findings)
    _identifiers(flat, findings)
    _licences(flat, pool, findings)
    _dependencies(bom, findings)
    _vulnerabilities(bom, findings)
    return findings.sorted()


def _root(bom: Bom, findings: Findings) -> None:
    """The document's own fields."""
    if bom.metadata is None or bom.metadata.component is None:
        message = "the document does not say which product it describes"
        findings.add("RW1208", NOTE, message, "/metadata" if bom.metadata else "")
    stamp = bom.metadata.timestamp if bom.metadata else None
    if stamp is not None and not is_rfc3339(stamp):
        findings.add("RW1014", WARNING, f"`{shown(stamp)}` is not an RFC 3339 date-time", "/metadata/timestamp")


def _references(flat: Flat[Component], graph: Graph, findings: Findings) -> None:
    """References to nothing, and identifiers used twice."""
    for pointer, ref in graph.dangling():
        findings.add("RW1201", WARNING, f"`{shown(ref)}` is the bom-ref of no element", pointer)
    first = graph.rows
    for row, item in enumerate(flat.items):
        if item.bom_ref and first[item.bom_ref] != row:
            message = f"`{shown(item.bom_ref)}` is the bom-ref of `{flat.pointer(first[item.bom_ref])}` as well"
            findings.add("RW1202", WARNING, message, f"{flat.pointer(row)}/bom-ref")
    for i, service in enumerate(graph.services):
        if service.bom_ref and service.bom_ref in first:
            message = f"`{shown(service.bom_ref)}` is the bom-ref of a component as well"
            findings.add("RW1202", WARNING, message, f"/services/{i}/bom-ref")


def _components(flat: Flat[Component], findings: Findings) -> None:
    """Fields of single components."""
    for row, item in enumerate(flat.items):
        at = partial(flat.pointer, row)
        if not item.name:
            findings.add("RW1210", WARNING, "the component has no name", at())
        _word(item.type, _TYPES, "type", at() if item.type not in _TYPES else "", findings)
        if item.scope is not None and item.scope not in _SCOPES:
            _word(item.scope, _SCOPES, "scope", at(), findings)
        for i, value in enumerate(item.hashes or ()):
            if value.alg is not None and value.alg not in _ALGORITHMS:
                _word(value.alg, _ALGORITHMS, "alg", f"{at()}/hashes/{i}", findings)
            else:
                identifiers.check_hash(value.alg, value.content, f"{at()}/hashes/{i}/content", findings)
    _equal(flat, findings)


def _word(word: str | None, allowed: frozenset[str], key: str, pointer: str, findings: Findings) -> None:
    """A field that takes one of a list of words."""
    if word is not None and word not in allowed:
        findings.add("RW1211", WARNING, f"`{shown(word)}` is no {key} of CycloneDX", f"{pointer}/{key}")


def _equal(flat: Flat[Component], findings: Findings) -> None:
    """Components that are equal in every field (`uniqueItems` of the schema)."""
    import msgspec

    seen: dict[tuple[str | None, ...], int] = {}
    for row, item in enumerate(flat.items):
        first = seen.setdefault((item.bom_ref, item.purl, item.name, item.version), row)
        if first != row and msgspec.json.encode(item) == msgspec.json.encode(flat.items[first]):
            findings.add("RW1217", WARNING, f"the component equals `{flat.pointer(first)}`", flat.pointer(row))


def _identifiers(flat: Flat[Component], findings: Findings) -> None:
    """Package URLs and CPEs."""
    rows = list(enumerate(flat.items))
    identifiers.purls(((c.purl, partial(_at, flat, r, "purl")) for r, c in rows), findings)
    identifiers.cpes(((c.cpe, partial(_at, flat, r, "cpe")) for r, c in rows), findings)
    for row, item in rows:
        if item.purl:
            full = f"{item.group}/{item.name}" if item.group else item.name
            identifiers.check_name(full, item.purl, item.version, flat.pointer(row), findings)


def _at(flat: Flat[Component], row: int, key: str) -> str:
    """The pointer of a component's field."""
    return f"{flat.pointer(row)}/{key}"


def _licences(flat: Flat[Component], pool: claims.ClaimPool, findings: Findings) -> None:
    """Licence identifiers and expressions."""
    placed = list(_claims(flat, pool))
    identifiers.license_ids(((c.id, partial("{}/license/id".format, p)) for p, c in placed), findings)
    identifiers.expressions(((c.expression, partial("{}/expression".format, p)) for p, c in placed), findings)
    for pointer, claim in placed:
        if claim.id and claim.name:
            findings.add(
                "RW1212", WARNING, "a licence has an id and a name; one of them is asked for", f"{pointer}/license"
            )
        if claim.expression and (claim.id or claim.name):
            findings.add("RW1212", WARNING, "an item is a licence and an expression at once", pointer)


def _claims(flat: Flat[Component], pool: claims.ClaimPool) -> Iterator[tuple[str, claims.Claim]]:
    """Every claim with its pointer."""
    for row, item in enumerate(flat.items):
        if item.licenses is not UNSET:
            for i, claim in enumerate(pool.of(row).items):
                yield f"{flat.pointer(row)}/licenses/{i}", claim


def _dependencies(bom: Bom, findings: Findings) -> None:
    """Entries of the dependency list."""
    seen: dict[str, int] = {}
    for i, entry in enumerate(bom.dependencies or ()):
        ref = entry.ref
        if not ref:
            findings.add("RW1201", WARNING, "an entry names no element", f"/dependencies/{i}")
            continue
        first = seen.setdefault(ref, i)
        if first != i:
            message = f"`{shown(ref)}` has an entry at `/dependencies/{first}` already"
            findings.add("RW1209", NOTE, message, f"/dependencies/{i}/ref")
        for j, needed in enumerate(entry.depends_on or ()):
            if needed == ref:
                findings.add("RW1207", WARNING, f"`{shown(ref)}` depends on itself", f"/dependencies/{i}/dependsOn/{j}")


def _vulnerabilities(bom: Bom, findings: Findings) -> None:
    """Words and dates of vulnerabilities."""
    for i, item in enumerate(bom.vulnerabilities or ()):
        at = f"/vulnerabilities/{i}"
        if item.analysis is not None and item.analysis.state is not None:
            _word(item.analysis.state, frozenset(VEX), "state", f"{at}/analysis", findings)
        for j, rating in enumerate(item.ratings or ()):
            _word(rating.severity, frozenset(SEVERITIES), "severity", f"{at}/ratings/{j}", findings)
            if rating.score is not UNSET and isinstance(millionths(bytes(rating.score)), State):
                message = f"`{shown(bytes(rating.score).decode())}` is not a score"
                findings.add("RW1015", WARNING, message, f"{at}/ratings/{j}/score")
        for key, stamp in (("created", item.created), ("published", item.published), ("updated", item.updated)):
            if stamp is not None and not is_rfc3339(stamp):
                findings.add("RW1014", WARNING, f"`{shown(stamp)}` is not an RFC 3339 date-time", f"{at}/{key}")
