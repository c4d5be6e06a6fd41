"""A result as CycloneDX declarations (CDXA): standards with their requirements, claims, evidence, one attestation for each standard.

Guarantees: valid by the schemas of CycloneDX 1.6 and 1.7, which have the same declarations; only a row that passes has a claim and
the score 1; a fail has a counter-claim and the score 0; what is unknown has a counter-claim and no score; a waiver adds a
mitigation strategy and changes neither; what does not apply is in no attestation, and a property says why.  References of standards
and requirements are those of our export of standards.  The same context gives the same bytes (RFC 8785).
What it does not carry: signatures in the form of CycloneDX (JSF), and an affirmation: nobody declares anything here.
Source: CycloneDX 1.6 and 1.7, `definitions` and `declarations`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from rulewright.attest.model import STATUSES
from rulewright.attest.views import told
from rulewright.attest.views.context import Context
from rulewright.attest.views.told import Told, prefixed, text
from rulewright.engine.result import Reason, Waived
from rulewright.standards.exchange.names import uuid
from rulewright.standards.exchange.oscal import Tree, kept

ASSESSOR = "assessor:rulewright"


def render(context: Context, version: str) -> bytes:
    """The document in a version of CycloneDX.  Raises `ValueError` where rows and results do not belong together."""
    rows = told.told(context)
    found = context.results
    products, standards = told.products(context), _standards(rows)
    return told.write(kept({
        "bomFormat": "CycloneDX",
        "specVersion": version,
        "serialNumber": f"urn:uuid:{uuid('cyclonedx', version, found.tree, found.commitment, context.report.as_of)}",
        "version": 1,
        "metadata": {
            "timestamp": told.moment(context.report.as_of),
            "tools": {"components": [_engine(context)]},
            "properties": [_property(name, value) for name, value in told.identity(context)],
        },
        "components": list(_files(context)),
        "definitions": {"standards": [_standard(name, own, context) for name, own in standards.items()]},
        "declarations": {
            "assessors": [_assessor(context)],
            "attestations": list(_attestations(standards, products, context)),
            "claims": [_claim(item) for item in rows if item.row.status != "not_applicable"],
            "evidence": list(_all_evidence(rows, context)),
            "targets": {"components": [_product(product) for product in products]},
        },
        "properties": [*_counts(rows), *_gone(rows)],
    }))  # fmt: skip


def _property(name: str, value: str) -> Tree:
    return {"name": prefixed(name), "value": text(value)}


def _properties(*pairs: tuple[str, str]) -> list[Tree]:
    """Properties of ours, those with a value."""
    return [_property(name, value) for name, value in pairs if text(value)]


def _engine(context: Context) -> Tree:
    version = text(context.engine.version)
    return kept({"type": "application", "bom-ref": "engine:rulewright", "name": "rulewright", "version": version})


def _assessor(context: Context) -> Tree:
    """The engine; whether who ran it stands outside the maker is not known, so `thirdParty` is not said."""
    return {"bom-ref": ASSESSOR, "organization": {"name": f"rulewright {text(context.engine.version)} (evaluation)"}}


def _files(context: Context) -> Iterator[Tree]:
    """What is attested, as files by their digests."""
    names = {"sha256": "SHA-256", "sha512": "SHA-512"}
    for item in context.subjects:
        hashes = [{"alg": names[key], "content": item.digest[key]} for key in sorted(item.digest) if key in names]
        digests = [f"{key}:{value}" for key, value in sorted(item.digest.items())]
        yield kept({
            "type": "file",
            "bom-ref": f"subject:{uuid('subject', item.name, *digests)}",
            "name": text(item.name) or "-",
            "hashes": hashes,
            "properties": _properties(("subject", item.annotations.get("kind", ""))),
        })  # fmt: skip


def product_ref(product: str) -> str:
    """The reference of a product."""
    return f"product:{uuid('product', product)}"


def _product(product: tuple[str, str, str]) -> Tree:
    """A product, as what claims are made about."""
    return kept({
        "type": "application",
        "bom-ref": product_ref(product[0]),
        "name": text(product[1]) or text(product[0]) or "-",
        "version": text(product[2]),
        "properties": _properties(("product", product[0])),
    })  # fmt: skip


def _standards(rows: Sequence[Told]) -> dict[str, list[Told]]:
    """The standards of the rows, sorted, each with its rows."""
    found: dict[str, list[Told]] = {}
    for item in rows:
        found.setdefault(item.standard, []).append(item)
    return dict(sorted(found.items()))


def standard_ref(standard: str, context: Context) -> str:
    """The reference of a standard: `ID@EDITION`, as our export of standards has it."""
    edition = told.editions(context.report).get(standard, "")
    return f"{standard}@{edition}" if edition else standard


def requirement_ref(item: Told, context: Context) -> str:
    """The reference of a requirement, as our export of standards has it."""
    return f"{standard_ref(item.standard, context)}:requirement:{item.name}"


def _standard(standard: str, rows: Sequence[Told], context: Context) -> Tree:
    """A standard with the requirements that its rows are about, each once however many products there are."""
    own = {item.row.requirement: item for item in rows}
    return kept({
        "bom-ref": standard_ref(standard, context),
        "name": told.titles(context.report).get(standard, text(standard)) or "-",
        "version": told.editions(context.report).get(standard, ""),
        "requirements": [_requirement(own[name], context) for name in sorted(own)],
    })  # fmt: skip


def _requirement(item: Told, context: Context) -> Tree:
    return kept({
        "bom-ref": requirement_ref(item, context),
        "identifier": text(item.name),
        "title": text(item.result.title),
        "properties": _properties(
            ("level", item.row.level),
            ("severity", item.row.severity),
            *(("ref", words) for words in item.result.refs),
            ("fix", item.result.fix),
        ),
    })  # fmt: skip


def ref(kind: str, item: Told) -> str:
    """The reference of what is said of a row: `claim`, `evidence` or `mitigation`."""
    return f"{kind}:{uuid(kind, item.row.requirement, item.row.product)}"


def _attestations(
    standards: Mapping[str, Sequence[Told]], products: Sequence[tuple[str, str, str]], context: Context
) -> Iterator[Tree]:
    """One attestation for each product and standard of which anything applies."""
    for product in products:
        for standard, rows in standards.items():
            own = [item for item in rows if item.row.product == product[0]]
            applying = [item for item in own if item.row.status != "not_applicable"]
            if applying:
                counts = Counter(item.row.status for item in own)
                words = ", ".join(f"{counts[name]} {name}" for name in STATUSES if counts[name])
                yield {
                    "summary": f"{told.called(product)} by {text(standard_ref(standard, context))}: {words}",
                    "assessor": ASSESSOR,
                    "map": [_mapped(item, context) for item in applying],
                }


def _mapped(item: Told, context: Context) -> Tree:
    """A row that applies."""
    kind = "claims" if item.row.status == "pass" else "counterClaims"
    conformance = kept({
        "rationale": told.because(item),
        "mitigationStrategies": [ref("mitigation", item)] if item.row.status == "waived" else [],
    })  # fmt: skip
    value = score(item)
    return {
        "requirement": requirement_ref(item, context),
        kind: [ref("claim", item)],
        "conformance": conformance | ({} if value is None else {"score": value}),
    }


def score(item: Told) -> int | None:
    """The score of conformance: 1 for a pass, 0 for a fail, waived or not, nothing for what is not known."""
    if item.row.status == "pass":
        return 1
    return 0 if item.row.status == "fail" or item.row.of == "fail" else None


def _claim(item: Told) -> Tree:
    """What is said of the product and a requirement; of a row that does not pass it is a counter-claim."""
    words = {
        "pass": "meets",
        "fail": "does not meet",
        "waived": "does not meet, under a waiver,"
        if item.row.of == "fail"
        else "cannot be shown to meet, under a waiver,",
        "unknown": "cannot be shown to meet",
        "error": "could not be evaluated against",
    }
    return kept({
        "bom-ref": ref("claim", item),
        "target": product_ref(item.row.product),
        "predicate": f"The product {words[item.row.status]} {text(item.row.requirement)}",
        "mitigationStrategies": [ref("mitigation", item)] if item.row.status == "waived" else [],
        "reasoning": told.because(item),
        "evidence": [ref("evidence", item)],
    })  # fmt: skip


def _all_evidence(rows: Sequence[Told], context: Context) -> Iterator[Tree]:
    """The evidence of each row that applies, and the waivers."""
    for item in rows:
        if item.row.status != "not_applicable":
            yield _evidence(item, context)
        if item.result.waived is not None:
            yield _mitigation(item, item.result.waived)


def _evidence(item: Told, context: Context) -> Tree:
    """What a row rests on."""
    data = [_data(reason) for reason in item.result.reason]
    return kept({
        "bom-ref": ref("evidence", item),
        "propertyName": prefixed("evidence"),
        "description": f"What was found for {text(item.row.requirement)} ({item.row.basis})",
        "data": data,
        "created": told.moment(context.report.as_of),
    })  # fmt: skip


def _data(reason: Reason) -> Tree:
    """A line of the check with the things that it looked at, as JSON."""
    content = told.write({
        "text": text(reason.text),
        "verdict": reason.verdict,
        "elements_total": reason.elements_total,
        "missing": list(told.lacks([reason])),
        "seen": [found._asdict() | {"values": list(found.values)} for found in told.evidence_of(reason)],
    })  # fmt: skip
    return {
        "name": text(reason.line) or "-",
        "contents": {"attachment": {"contentType": "application/json", "content": content.decode()}},
    }


def _mitigation(item: Told, waived: Waived) -> Tree:
    """The waiver of a row."""
    return {
        "bom-ref": ref("mitigation", item),
        "propertyName": prefixed("waiver"),
        "description": f"Waiver {text(waived.id)}: {text(waived.because)}",
        "created": told.moment(waived.approved_on),
        "expires": told.last_moment(waived.until),
        "reviewer": {"name": text(waived.approved_by) or "not named"},
    }


def _counts(rows: Sequence[Told]) -> Iterator[Tree]:
    """How many rows have which status."""
    counts = Counter(item.row.status for item in rows)
    yield from (_property(f"rows:{name}", str(counts[name])) for name in STATUSES)


def gone_name(item: Told) -> str:
    """The name of the property of a row that does not apply."""
    return prefixed(f"not_applicable:{text(item.row.requirement)}")


def _gone(rows: Sequence[Told]) -> Iterator[Tree]:
    """What does not apply, with the product and the reason."""
    for item in rows:
        if item.row.status == "not_applicable":
            yield {"name": gone_name(item), "value": f"{text(item.row.product)}: {told.because(item)}"}
