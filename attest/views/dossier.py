"""What a document for an authority is made of: elements of an annex, each with what is stated, what was judged, and what is missing.

Guarantees: every statement has its source (a fact with its document and pointer, or a part of the result); what nobody stated is a gap
that names the fact that would fill it, or says that a person must; a fact that a rule found stale, untrusted or contradicted is a gap.
It declares nothing and quotes no law: titles are in our own words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import msgspec

from rulewright.attest.views import told
from rulewright.attest.views.context import Context
from rulewright.attest.views.told import Told
from rulewright.attest.views.visible import flowing
from rulewright.engine import wording
from rulewright.engine.result import Result, Shown
from rulewright.engine.words import value_text
from rulewright.facts.stack import ProductFacts
from rulewright.facts.types import State
from rulewright.sbom.write_view import View

CRA = "eu.cra"
"""Id of the standard with Annex I, II and VII and Articles 13 and 14 of Regulation (EU) 2024/2847."""
DISPLACED = frozenset({"MDR", "UN_R155", "UN_R156", "aviation", "marine"})
"""Sector regimes that displace the CRA, as the scope of our standard reads it."""
DATES = frozenset({
    "product.placed_on_market_date", "product.substantially_modified_date", "support.end_date", "dev.risk_assessment_date",
    "dev.pentest_date",
})  # fmt: skip
"""Facts below whose value is a day; the shared vocabulary says so, too."""
DECIMALS = frozenset({"doc.user_instructions_complete", "doc.technical_file_complete", "sbom.comp_version_ratio"})
"""Facts below that are held in millionths."""
BY_HAND = "no fact says this: a person writes it"
RESULT = "the result"
NAMED = 10
"""So many open requirements are named where a whole standard is told in a line."""
NOT_AT_HAND = "no rule looked at it, and the documents were not at hand when this was made"


class Stated(msgspec.Struct, frozen=True):
    """Something known: what it is, its value, the fact that says so (empty for parts of the result), and where it stands."""

    label: str
    value: str
    fact: str
    origin: str


class Gap(msgspec.Struct, frozen=True):
    """Something missing: what it is, the fact that would fill it (empty where only a person can), and why it is missing."""

    label: str
    fact: str
    why: str


class Judged(msgspec.Struct, frozen=True):
    """A requirement with its status; `proof`: with where its evidence stands."""

    item: Told
    proof: bool = False


Entry = Stated | Gap | Judged


class Ask(NamedTuple):
    """Something that an element asks for: what it is, the fact that says so (empty: a person does), and whether only `true` will do."""

    label: str
    fact: str = ""
    must: bool = False


class Element(msgspec.Struct, frozen=True):
    """One element of an annex; it has entries, so it is filled or a gap, never empty."""

    number: str
    title: str
    entries: tuple[Entry, ...]


class Known(msgspec.Struct, frozen=True):
    """What is known about one product of a run."""

    id: str
    name: str
    version: str
    facts: Mapping[str, Shown]
    parts: ProductFacts | None
    rows: Mapping[str, Told]
    excluded: Mapping[str, str]


def products(context: Context) -> tuple[Known, ...]:
    """The products of a run that a row is about, in the order of their ids."""
    rows: dict[str, dict[str, Told]] = {}
    for item in told.told(context):
        rows.setdefault(item.row.product, {})[item.row.requirement] = item
    parts = {item.product.id: item for item in context.products}
    excluded = {item.requirement: item.because for item in context.report.excluded}
    return tuple(
        Known(
            id=product,
            name=name,
            version=version,
            facts=_facts(rows[product].values(), parts.get(product)),
            parts=parts.get(product),
            rows=rows[product],
            excluded=excluded,
        )
        for product, name, version in told.products(context)
    )


def _facts(rows: Iterable[Told], parts: ProductFacts | None) -> dict[str, Shown]:
    """Facts by path: those that rules looked at come first, and a reason why one is unknown before a value."""
    found: dict[str, Shown] = {}
    for item in rows:
        for shown in _looked_at(item.result):
            if shown.fact not in found or shown.value is None:
                found[shown.fact] = shown
    for name, fact in sorted((parts.attributes if parts else {}).items()):
        if name not in found:
            known = fact.state is State.KNOWN and fact.value is not None
            kind = "date" if name in DATES else "decimal" if name in DECIMALS else ""
            found[name] = Shown(
                fact=name,
                value=value_text(fact.value, kind) if known and fact.value is not None else None,
                reason=None if known else fact.state.word,
                source=fact.source.name if fact.source else None,
                pointer=fact.pointer or None,
                by=fact.by or None,
            )
    return found


def _looked_at(result: Result) -> Iterator[Shown]:
    """The facts of a product that the lines of a result looked at, with those that they lack."""
    for line in result.reason:
        yield from line.values
        for lack in line.missing:
            if not any(shown.fact == lack.fact for shown in line.values):
                yield Shown(fact=lack.fact, reason=lack.reason)


def place(source: str | None, pointer: str | None, by: str | None = None) -> str:
    """Where a fact stands, and whose word it is."""
    where = " ".join(filter(None, (source, pointer)))
    return "; ".join(filter(None, (where or RESULT, f"the word of {by}" if by else "")))


def fact(known: Known, label: str, name: str) -> Entry:
    """A fact of a product, or the gap that it leaves."""
    shown = known.facts.get(name)
    if shown is None:
        return Gap(label, name, "not stated" if known.parts is not None else NOT_AT_HAND)
    if shown.value is None:
        return Gap(label, name, wording.REASON.get(shown.reason or "", shown.reason or "not known"))
    return Stated(label, shown.value or "empty", name, place(shown.source, shown.pointer, shown.by))


def claim(known: Known, label: str, name: str) -> Entry:
    """A fact that says whether something is there: only `true` is a statement, everything else a gap."""
    found = fact(known, label, name)
    if isinstance(found, Stated) and found.value != "true":
        return Gap(label, name, f"stated as {found.value} ({found.origin})")
    return found


def hand(label: str) -> Gap:
    """What only a person can say."""
    return Gap(label, "", BY_HAND)


def asked(known: Known, asks: Iterable[Ask]) -> Iterator[Entry]:
    """The answer to each question: a fact or a gap."""
    for ask in asks:
        if not ask.fact:
            yield hand(ask.label)
        else:
            yield (claim if ask.must else fact)(known, ask.label, ask.fact)


def judged(known: Known, requirement: str, *, proof: bool = False) -> tuple[Entry, ...]:
    """A requirement as it was judged; where it was not, the gap; what does not apply must say why."""
    found = known.rows.get(requirement)
    if found is None:
        because = known.excluded.get(requirement)
        why = f"taken out by the policy: {because}" if because is not None else "not among the requirements judged"
        return (Gap(f"verdict on {requirement}", "", why),)
    if found.row.status == "not_applicable" and not reasoned(found):
        return Judged(found, proof), Gap(f"reason why {requirement} does not apply", "", "no line of the check says it")
    return (Judged(found, proof),)


def reasoned(item: Told) -> bool:
    """Whether a result says by what it is what it is."""
    return bool(flowing(item.result.note)) or any(line.verdict == item.result.verdict for line in item.result.reason)


def of(known: Known, prefix: str) -> tuple[Told, ...]:
    """The rows of a product whose requirement begins with some words, in the order of the tree."""
    return tuple(item for name, item in known.rows.items() if name.startswith(prefix))


def root(known: Known, label: str, *fields: str) -> Entry:
    """What an SBOM says of the product itself: the first of some fields of its root component, or of the document."""
    if known.parts is not None:
        for collection, keep in (("component", "is_root"), ("document", "")):
            for field in fields:
                found = _cell(known.parts, collection, keep, field)
                if found is not None:
                    return Stated(label, found[0], f"{collection}.{field}", found[1])
    why = "no SBOM says it of the product itself" if known.parts is not None else NOT_AT_HAND
    return Gap(label, f"component.{fields[0]}", why)


def _cell(parts: ProductFacts, collection: str, keep: str, field: str) -> tuple[str, str] | None:
    """The first known text of a field, with its place; `keep` is a field that must be true."""
    view, table = View(parts, 0), parts.tables.get(collection)
    for row in view.rows(collection):
        value = view.value(collection, field, row)
        if (
            table is not None
            and isinstance(value, str)
            and value
            and (not keep or view.value(collection, keep, row) is True)
        ):
            segment = table.segment_of(row)
            return value, place(segment.source.name if segment else None, table.pointer_of(row))
    return None


def documents(context: Context, known: Known, *kinds: str) -> tuple[Stated, ...]:
    """The documents about a product that were read, with their digests."""
    return tuple(
        Stated(f"{item.format} ({item.kind})", item.name, "", f"sha256 {item.sha256}")
        for item in sorted(context.report.inputs, key=lambda item: (item.kind, item.name, item.sha256))
        if item.product in {"", known.id} and (not kinds or item.kind in kinds)
    )


def artefacts(context: Context) -> tuple[Entry, ...]:
    """The artefacts that the attestation is about, by digest; it does not say of which of several products."""
    found = tuple(
        Stated("artefact", f"{item.name} sha256 {item.digest.get('sha256', '')}", "", "subject of the attestation")
        for item in sorted(context.subjects, key=lambda item: item.name)
        if item.annotations.get("kind") == "artifact"
    )
    if not found:
        return (Gap("digest of the product", "", "no artefact was given (`rulewright attest --artifact FILE`)"),)
    return (*found, hand("which of these artefacts is this product")) if len(context.report.products) > 1 else found


def open_ones(items: Iterable[Told]) -> str:
    """The requirements that apply and do not pass, up to `NAMED` by name; empty where there is none."""
    names = [item.row.requirement for item in items if item.row.status not in {"pass", "not_applicable"}]
    more = f", and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def reason(item: Told) -> str:
    """Why a requirement is what it is; of one that does not apply, with the facts that make it so."""
    said = told.because(item)
    if item.row.status == "not_applicable":
        lines = [line for line in item.result.reason if line.verdict == item.result.verdict]
        facts = dict.fromkeys(told.value(shown) for line in lines for shown in line.values)
        said = "; ".join([said, *facts])
    return said


def tally(items: Iterable[Told]) -> str:
    """How many requirements have which status, in words; only `pass` is a pass."""
    listed = [item.row.status for item in items]
    words = {"pass": "pass", "fail": "fail", "waived": "waived", "unknown": "unknown", "error": "error", "not_applicable": "not applicable"}  # fmt: skip
    return ", ".join(f"{listed.count(key)} {said}" for key, said in words.items() if key in listed) or "none"


def cra_applies(context: Context) -> bool:
    """Whether the CRA took part, or a product is for the EU market and nothing says that the CRA does not concern it."""
    if any(item.id == CRA for item in context.report.policies):
        return True
    return any(_for_eu(known.facts) for known in products(context))


def _for_eu(facts: Mapping[str, Shown]) -> bool:
    if "EU" not in words(facts, "product.markets"):
        return False
    out = words(facts, "product.cra_class") == {"out_of_scope"}
    return not out and not words(facts, "product.type_approval_regime") & DISPLACED


def words(facts: Mapping[str, Shown], name: str) -> frozenset[str]:
    """The words of a fact that is a set or one word; none where it is not known."""
    shown = facts.get(name)
    value = shown.value if shown is not None and shown.value is not None else ""
    return frozenset(word.strip() for word in value.strip("{}").split(",") if word.strip())
