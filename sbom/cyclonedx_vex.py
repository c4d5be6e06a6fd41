"""CycloneDX documents that list vulnerabilities of other documents' components (VEX, VDR): statements, not a product.

A document is one when it lists no components of its own and what its vulnerabilities affect is named by BOM-Link or package
URL.  `analysis.state` is read as in `cyclonedx_vulnerabilities`; a vulnerability without analysis affects what it names.
Guarantees: each thing affected is a statement.  It does not apply them.  Source: CycloneDX, VEX and VDR use cases.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import msgspec

from rulewright.facts.identity import dates, purl
from rulewright.facts.identity.versions import scheme_of_purl_type
from rulewright.facts.statements import Identifier, Statement
from rulewright.facts.types import State
from rulewright.sbom.cyclonedx_model import Affects, Bom, Vulnerability
from rulewright.sbom.cyclonedx_vulnerabilities import VEX, score_of, severity_of
from rulewright.sbom.document import Document
from rulewright.sbom.findings import WARNING
from rulewright.sbom.statements import Statements
from rulewright.sbom.text import Bytes

LINK = "urn:cdx:"
_MICRO = 1_000_000


def statements(data: Bytes, document: Document) -> Statements | None:
    """The document as statements; `None` where it tells of a product of its own."""
    table = document.tables["vulnerability"]
    roots = document.tables["component"].column("is_root")
    own = sum(1 for code in roots.codes if code < 0 or roots.values[code] is not True)
    if own or not table.rows or len(table.relation("component").parents):
        return None
    try:
        bom = msgspec.json.decode(data, type=Bom)
    except msgspec.DecodeError:
        return None  # something is of a wrong type: what fits is a document's
    listed = bom.vulnerabilities or []
    if not all(_foreign(v) for v in listed):
        return None
    place = document.place or (lambda pointer: pointer)
    made: list[Statement] = []
    for number, v in enumerate(listed):
        pointer = f"/vulnerabilities/{number}"
        if v.id:
            made += _said(v, pointer, bom, document)
        else:
            document._findings.add("RW1241", WARNING, "the vulnerability has no id", pointer)  # noqa: SLF001 - its reader
    return Statements(
        document.format,
        document.source,
        tuple(msgspec.structs.replace(s, pointer=place(s.pointer)) for s in made),
        document.findings,
        document.receipt,
        document.judge_schema,
        lambda: document.placed(document.judge_semantics()),
    )


def _foreign(v: Vulnerability) -> bool:
    """Whether a vulnerability names what it affects by identifiers that hold outside of the document."""
    refs = [a.ref or "" for a in v.affects or ()]
    return bool(refs) and all(ref.startswith((LINK, "pkg:")) for ref in refs)


def _said(v: Vulnerability, pointer: str, bom: Bom, document: Document) -> Iterator[Statement]:
    analysis = v.analysis
    state = analysis.state if analysis else None
    score, severity = score_of(v), severity_of(v)
    like = Statement(
        v.id or "",
        VEX.get(state or "", "under_investigation") if state else "affected",
        (),
        native=state or "",
        justification=(analysis.justification if analysis else None) or "",
        response=tuple(analysis.response or ()) if analysis else (),
        detail=(analysis.detail if analysis else None) or v.recommendation or "",
        author=_author(document),
        time=_time(v, bom),
        severity=severity if isinstance(severity, str) else "",
        score=score if isinstance(score, int) and not isinstance(score, State) else None,
        cwes=tuple(map(str, v.cwes or ())),
        source=document.source,
    )
    for number, affects in enumerate(v.affects or ()):
        names = _names(affects, mild=like.status in {"not_affected", "fixed"})
        fixed = tuple(sorted({p.version for p in affects.versions or () if p.status == "unaffected" and p.version}))
        yield msgspec.structs.replace(like, product=names, fixed=fixed, pointer=f"{pointer}/affects/{number}")


def _names(affects: Affects, *, mild: bool) -> tuple[Identifier, ...]:
    """What is affected.

    Where versions are stated beside a package URL without one, what is not affected is only these versions of it.
    """
    ref = affects.ref or ""
    name = purl.parse(ref)
    if ref.startswith(LINK) or name is None:
        return (Identifier("ref" if ref.startswith(LINK) else "name", ref),)
    if not mild or name.version is not None or not affects.versions:
        return (Identifier("purl", ref),)
    scheme = scheme_of_purl_type(name.type) or "generic"
    ranges = [
        v.range or (f"vers:{scheme}/{quote(v.version, safe='')}" if v.version else "vers:none")
        for v in affects.versions
    ]
    return tuple(Identifier("purl", ref, text) for text in dict.fromkeys(ranges))


def _author(document: Document) -> str:
    """Who made the document."""
    table = document.tables["document"]
    for field in ("author", "supplier", "manufacturer"):
        column = table.column(field)
        if column.codes[0] >= 0:
            return str(column.values[column.codes[0]])
    return ""


def _time(v: Vulnerability, bom: Bom) -> int | None:
    """When it was said, in microseconds: the newest of the analysis, then of the vulnerability, then of the document."""
    analysis = v.analysis
    stated = [analysis.last_updated, analysis.first_issued] if analysis else []
    for text in (*stated, v.updated, bom.metadata.timestamp if bom.metadata else None):
        if text:
            second = dates.parse_instant(text)
            return None if second is None else second * _MICRO  # another time would be a guess
    return None
