"""OpenVEX 0.2.0: what the facts say of vulnerabilities.

Guarantees: one statement for each vulnerability in each part of each product; never `not_affected` without a justification or an
impact statement; what is unknown is `under_investigation`.  The author is the engine, which repeats what the documents say; it makes
no claim of its own.  Left out where no document and no feed names a vulnerability.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec

from rulewright.attest.canonical import dump
from rulewright.attest.views.context import Context
from rulewright.attest.views.identity import properties, uuid
from rulewright.attest.views.visible import visible
from rulewright.attest.views.vulnerabilities import Claim, Name, claims, some

NAME = "openvex.json"
MEDIA_TYPE = "application/vnd.openvex+json"
CONTEXT = "https://openvex.dev/ns/v0.2.0"
NO_ACTION = "No action is stated in the documents that were judged."
Json = dict[str, object]


def applies(context: Context) -> bool:
    """Whether there is any vulnerability to speak of."""
    return some(context)


def render(context: Context) -> bytes:
    """The document, in canonical JSON."""
    hashes = _hashes(context)
    return dump(
        {
            "@context": CONTEXT,
            "@id": f"urn:uuid:{uuid('openvex', context.results.commitment)}",
            "author": context.engine.id,
            "role": "engine that evaluates requirements; it repeats what the documents judged say",
            "timestamp": context.report.as_of,
            "tooling": tooling(context),
            "version": 1,
            "statements": [_statement(claim, hashes, context) for claim in claims(context)],
        }
    )


def tooling(context: Context) -> str:
    """The attestation in one line: name and value of each property."""
    return visible(" ".join(f"{name}={value}" for name, value in sorted(properties(context).items())))


def _hashes(context: Context) -> dict[str, str]:
    """The digests of the artefact, where one artefact of one product is all that is attested."""
    found = [item for item in context.subjects if item.annotations.get("kind") == "artifact"]
    if len(found) != 1 or len(context.report.products) != 1:
        return {}
    names = {"sha256": "sha-256", "sha512": "sha-512"}
    return {names[name]: value for name, value in found[0].digest.items() if name in names}


def _statement(claim: Claim, hashes: dict[str, str], context: Context) -> Json:
    """Write one claim."""
    product = _component(claim.product) | ({"hashes": hashes} if hashes else {})
    if claim.part is not None:
        product["subcomponents"] = [_component(claim.part)]
    vulnerability: Json = {"name": claim.vulnerability}
    if claim.aliases:
        vulnerability["aliases"] = list(claim.aliases)
    written: Json = {
        "@id": f"urn:uuid:{uuid('openvex', context.results.commitment, *claim.key)}",
        "vulnerability": vulnerability,
        "products": [product],
        "status": claim.status,
    }
    if claim.status == "not_affected":
        told = {"justification": claim.justification, "impact_statement": claim.impact}
        written |= {name: said for name, said in told.items() if said}
    if claim.status == "affected":
        written["action_statement"] = claim.action or NO_ACTION
    if claim.note:
        written["status_notes"] = claim.note
    return written


def _component(name: Name) -> Json:
    """Write the names of a product or part."""
    listed = {kind: value for kind, value in (("purl", name.purl), ("cpe23", name.cpe)) if value}
    return {"@id": name.uri, **({"identifiers": listed} if listed else {})}


# --- reading -----------------------------------------------------------------------------------------------------------


class _Part(msgspec.Struct):
    id: str = msgspec.field(name="@id")


class _Product(_Part):
    subcomponents: list[_Part] = []


class _Vulnerability(msgspec.Struct):
    name: str


class _Said(msgspec.Struct):
    id: str = msgspec.field(name="@id")
    vulnerability: _Vulnerability
    products: list[_Product]
    status: str
    justification: str = ""
    impact_statement: str = ""
    action_statement: str = ""


class _Vex(msgspec.Struct):
    context: str = msgspec.field(name="@context")
    timestamp: str
    tooling: str
    statements: list[_Said]


def problems(document: bytes, context: Context) -> tuple[str, ...]:
    """What is wrong with a document: claims that are not there exactly once, other statuses, statuses without their reason."""
    try:
        vex = msgspec.json.decode(document, type=_Vex)
    except msgspec.DecodeError as error:
        return (f"this is no such OpenVEX document: {error}",)
    return tuple(_wrong(vex, context))


def _wrong(vex: _Vex, context: Context) -> Iterator[str]:
    if vex.context != CONTEXT or vex.tooling != tooling(context) or vex.timestamp != context.report.as_of:
        yield "the document is that of another attestation"
    ids = Counter(said.id for said in vex.statements)
    yield from (f"the statement `{name}` is there twice" for name, count in ids.items() if count > 1)
    expected = {claim.key: claim for claim in claims(context)}
    seen: Counter[tuple[str, str, str]] = Counter()
    for said in vex.statements:
        keys = [
            (said.vulnerability.name, product.id, part)
            for product in said.products
            for part in [p.id for p in product.subcomponents] or [""]
        ]
        seen.update(keys)
        for key in keys:
            if key not in expected:
                yield f"nothing in the facts says what is said of `{key[0]}` in `{key[2] or key[1]}`"
            elif said.status != expected[key].status:
                yield f"`{key[0]}` is {expected[key].status} and is called {said.status}"
        if said.status == "not_affected" and not (said.justification or said.impact_statement):
            yield f"`{said.vulnerability.name}` is not affected, and nobody says why"
        if said.status == "affected" and not said.action_statement:
            yield f"`{said.vulnerability.name}` has no action statement"
    for key in expected:
        if seen[key] != 1:
            yield f"`{key[0]}` in `{key[2] or key[1]}` is there {seen[key]} times"
