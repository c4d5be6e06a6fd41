"""The second judge for SPDX 3: what the schema does not see.

Guarantees: every finding has a code and the pointer of the place; each distinct value is judged once.  It changes
nothing: readers keep what it complains of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from rulewright.diagnostics import Diagnostic
from rulewright.sbom import identifiers, spdx3_words
from rulewright.sbom import spdx3_model as model
from rulewright.sbom.dateform import is_rfc3339
from rulewright.sbom.findings import NOTE, WARNING, Findings, shown
from rulewright.sbom.fitting import fields
from rulewright.sbom.hashes import LENGTHS, well_formed
from rulewright.sbom.spdx3_components import Columns, algorithm
from rulewright.sbom.spdx3_nodes import Nodes, identifier, ref, refs
from rulewright.sbom.spdx3_vulnerabilities import status_of

_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z")
_OTHER_HASHES = frozenset({"MD6", "other", "crystalsDilithium", "crystalsKyber", "falcon"})
_WORDS: tuple[tuple[str, frozenset[str]], ...] = (
    ("completeness", frozenset(spdx3_words.COMPLETENESS)),
    ("external_identifier_type", spdx3_words.IDENTIFIERS),
    ("profile_conformance", spdx3_words.PROFILES),
    ("relationship_type", spdx3_words.RELATIONSHIPS),
    ("scope", spdx3_words.SCOPES),
    ("security_justification_type", frozenset(spdx3_words.JUSTIFICATIONS)),
    ("software_additional_purpose", frozenset(spdx3_words.PURPOSES)),
    ("software_primary_purpose", frozenset(spdx3_words.PURPOSES)),
    ("software_sbom_type", spdx3_words.CONTEXTS),
    ("support_level", spdx3_words.SUPPORT),
)
_TIMES = (
    "built_time", "created", "end_time", "release_time", "security_modified_time", "security_published_time",
    "security_withdrawn_time", "start_time", "valid_until_time",
)  # fmt: skip
_PROFILES = {"expandedlicensing": "expandedLicensing", "simplelicensing": "simpleLicensing"}
_VEX_TYPES = {
    "affected": "affects", "not_affected": "doesNotAffect", "fixed": "fixedIn",
    "under_investigation": "underInvestigationFor",
}  # fmt: skip
_LICENSING = ("hasConcludedLicense", "hasDeclaredLicense")


def judge(columns: Columns, source: str) -> tuple[Diagnostic, ...]:
    """Judge one document."""
    findings = Findings(source)
    nodes = columns.graph.nodes
    _document(columns, findings)
    _references(columns, findings)
    for place, node in enumerate(nodes.items):
        pointer = nodes.pointer(place)
        _element(node, pointer, findings)
        _words(node, pointer, findings)
        if isinstance(node, model.Relationship):
            _relationship(node, nodes, pointer, findings)
    _values(columns, findings)
    return findings.sorted()


def _document(columns: Columns, findings: Findings) -> None:
    """The document as a whole: one element for it, what it describes, its profiles."""
    graph = columns.graph
    nodes = graph.nodes
    for place in nodes.places(model.SpdxDocument)[1:]:
        findings.add("RW1222", WARNING, "the file has an SpdxDocument already", nodes.pointer(place))
    if not graph.described:
        findings.add("RW1214", NOTE, "the document does not say what it describes", "")
    stated = [p for d in nodes.of(model.SpdxDocument) for p in d.profile_conformance or ()]
    if not stated:
        return
    declared = {spdx3_words.term(word) for word in stated}
    for kind, places in nodes.groups.items():
        head, cut, _ = str(kind.__struct_config__.tag or "").partition("_")
        profile = _PROFILES.get(head, head)
        if cut and profile in spdx3_words.PROFILES - declared:
            message = f"the document does not declare the profile `{profile}` of {len(places)} elements like this"
            findings.add("RW1224", NOTE, message, nodes.pointer(places[0]))


def _references(columns: Columns, findings: Findings) -> None:
    """References to nothing, and identifiers used twice."""
    graph = columns.graph
    nodes = graph.nodes
    # a file without a document is a part of something: what it refers to may be elsewhere
    severity = WARNING if graph.document is not None else NOTE
    for pointer, stated in graph.dangling():
        findings.add("RW1201", severity, f"`{shown(stated)}` is the identifier of no element here or imported", pointer)
    seen: dict[str, int] = {}
    for place, node in enumerate(nodes.items):
        ident = identifier(node)
        if ident is None:
            continue
        first = seen.setdefault(ident, place)
        if first != place:
            message = f"`{shown(ident)}` is the identifier of `{nodes.pointer(first)}` as well"
            findings.add("RW1202", WARNING, message, nodes.pointer(place))


def _element(node: object, pointer: str, findings: Findings) -> None:
    """What every element has to have."""
    if not isinstance(node, model.Element):
        return
    if not node.creation_info:
        findings.add("RW1221", WARNING, "the element does not say who created it and when", pointer)
    if not node.spdx_id:
        findings.add("RW1211", WARNING, "the element has no `spdxId`", pointer)
    elif ":" not in node.spdx_id or node.spdx_id.startswith("_:"):
        findings.add("RW1211", WARNING, f"`{shown(node.spdx_id)}` is no IRI", f"{pointer}/spdxId")
    if isinstance(node, model.Package) and not node.name:
        findings.add("RW1210", WARNING, "the package has no name", pointer)


def _words(node: object, pointer: str, findings: Findings) -> None:
    """Words of enumerations, times and hashes."""
    for name, known in _WORDS:
        stated = getattr(node, name, None)
        for word in [stated] if isinstance(stated, str) else stated or ():
            if spdx3_words.term(word) not in known:
                message = f"`{shown(word)}` is no {model.json_name(name)} of SPDX 3"
                findings.add("RW1211", WARNING, message, f"{pointer}/{model.json_name(name)}")
    for name in _TIMES:
        stamp = getattr(node, name, None)
        if stamp is not None and not (_STAMP.match(stamp) and is_rfc3339(stamp)):
            message = f"`{shown(stamp)}` is not `YYYY-MM-DDThh:mm:ssZ`"
            findings.add("RW1014", WARNING, message, f"{pointer}/{model.json_name(name)}")
    if isinstance(node, model.Element):
        for i, item in enumerate(node.external_identifier or ()):
            _words(item, f"{pointer}/externalIdentifier/{i}", findings)
        for i, value in enumerate(node.verified_using or ()):
            _hash(value, f"{pointer}/verifiedUsing/{i}", findings)


def _hash(item: object, pointer: str, findings: Findings) -> None:
    """One hash."""
    if not isinstance(item, model.Hash) or not item.algorithm:
        return
    name = algorithm(item.algorithm)
    if name not in LENGTHS and name not in _OTHER_HASHES:
        findings.add("RW1211", WARNING, f"`{shown(item.algorithm)}` is no algorithm of SPDX 3", f"{pointer}/algorithm")
    elif item.hash_value and name not in _OTHER_HASHES and not well_formed(name, item.hash_value):
        message = f"`{shown(item.hash_value)}` is not a value of {shown(name, 20)}"
        findings.add("RW1206", WARNING, message, f"{pointer}/hashValue")


def _relationship(r: model.Relationship, nodes: Nodes, pointer: str, findings: Findings) -> None:
    """Ends of a relationship that it cannot have."""
    start, kind = ref(r.from_), spdx3_words.word(r.relationship_type) or ""
    for i, end in enumerate(refs(r.to)):
        if end and end == start:
            findings.add("RW1207", WARNING, f"`{shown(end)}` is related to itself", f"{pointer}/to/{i}")
    for message, key in _misfits(r, start, kind, nodes):
        findings.add("RW1223", WARNING, message, f"{pointer}/{key}")
    times = [t for t in (r.start_time, r.end_time) if t and _STAMP.match(t)]
    if len(times) == 2 and times[1] < times[0]:
        findings.add("RW1212", WARNING, "the relationship ends before it starts", f"{pointer}/endTime")


def _misfits(r: model.Relationship, start: str | None, kind: str, nodes: Nodes) -> Iterator[tuple[str, str]]:
    """What does not fit, with the field's key."""
    first = nodes.get(start, model.Element)
    if isinstance(r, model.Assessment):
        status = status_of(r)
        wanted = _VEX_TYPES[status] if status else "hasAssessmentFor"
        if kind and kind in spdx3_words.RELATIONSHIPS and kind != wanted:
            yield f"`{shown(kind)}` is not `{wanted}`, the type of such an assessment", "relationshipType"
        if first is not None and not isinstance(first, model.Vulnerability):
            yield "an assessment is from a vulnerability to what is assessed", "from"
    elif kind == "hasAssociatedVulnerability" and first is not None and isinstance(first, model.Vulnerability):
        yield "the relationship is from an element to its vulnerabilities", "from"
    if kind in _LICENSING:
        if first is not None and not isinstance(first, model.SoftwareArtifact):
            yield f"`{kind}` is from a package, file or snippet", "from"
        licences = (model.LicenseInfo, model.IndividualElement)
        for i, end in enumerate(refs(r.to)):
            node = nodes.get(end, model.Element)
            if node is not None and not isinstance(node, licences) and type(node) is not model.Element:
                yield "this is no licence", f"to/{i}"


def _values(columns: Columns, findings: Findings) -> None:
    """Package URLs, CPEs and licences."""
    nodes = columns.graph.nodes
    purls: list[tuple[str | None, partial[str]]] = []
    cpes: list[tuple[str | None, partial[str]]] = []
    for place in nodes.places(model.SoftwareArtifact):
        node, at = nodes.items[place], nodes.pointer(place)
        if isinstance(node, model.Package):
            purls.append((node.software_package_url, partial(str, f"{at}/software_packageUrl")))
        assert isinstance(node, model.Element)
        for i, item in enumerate(node.external_identifier or ()):
            if isinstance(item, model.ExternalIdentifier):
                kind = spdx3_words.word(item.external_identifier_type)
                found = purls if kind == "packageUrl" else cpes if kind in {"cpe22", "cpe23"} else None
                if found is not None:
                    found.append((item.identifier, partial(str, f"{at}/externalIdentifier/{i}/identifier")))
    identifiers.purls(purls, findings)
    identifiers.cpes(cpes, findings)
    key = fields(model.LicenseExpression)  # the JSON name of the one field
    name = next(json for json, (attribute, _) in key.items() if attribute == "simplelicensing_license_expression")
    stated = [
        (expression.simplelicensing_license_expression, partial(str, f"{nodes.pointer(place)}/{name}"))
        for place in nodes.places(model.LicenseExpression)
        if isinstance(expression := nodes.items[place], model.LicenseExpression)
    ]
    identifiers.expressions(stated, findings)
