"""CSAF advisories: the product tree, and which of its products a vulnerability concerns.

Guarantees: a product is asked for by every helper that identifies it (package URL, CPE, hash), else by the vendor's and
product's names; a `fixed` version of a distribution's package means that earlier ones are affected, unless the advisory says
which are.  It reads no VEX statements about the product itself (`sbom` does).
Source: CSAF 2.0 and 2.1, sections 3.1.3, 3.2.2, 3.2.3.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import msgspec

from rulewright.threats.feeds.csaf_products import Branch, FullName, Product, Relationship, products
from rulewright.threats.model import Claim, Fault, Record, Rule
from rulewright.threats.times import day, short

_STATUS = {
    "known_affected": "affected", "first_affected": "affected", "last_affected": "affected", "fixed": "unaffected",
    "first_fixed": "unaffected", "known_not_affected": "unaffected", "under_investigation": "unknown",
}  # fmt: skip


class _Tracking(msgspec.Struct):
    id: str = ""
    current_release_date: str = ""
    initial_release_date: str = ""
    status: str = ""


class _Document(msgspec.Struct):
    tracking: _Tracking
    category: str = ""
    title: str = ""
    csaf_version: str = ""


class _Tree(msgspec.Struct):
    branches: list[Branch] = []
    full_product_names: list[FullName] = []
    relationships: list[Relationship] = []


class _Cvss(msgspec.Struct, rename="camel"):
    vector_string: str = ""
    base_score: Decimal | None = None


class _Score(msgspec.Struct):
    cvss_v2: _Cvss | None = None
    cvss_v3: _Cvss | None = None
    cvss_v4: _Cvss | None = None


class _Metric(msgspec.Struct):
    content: _Score | None = None


class _Id(msgspec.Struct):
    text: str = ""


class _Cwe(msgspec.Struct):
    id: str = ""


class _Vulnerability(msgspec.Struct):
    cve: str = ""
    ids: list[_Id] = []
    title: str = ""
    cwe: _Cwe | None = None
    cwes: list[_Cwe] = []
    product_status: dict[str, list[str]] = {}
    scores: list[_Score] = []
    metrics: list[_Metric] = []


class Csaf(msgspec.Struct):
    """The fields of a document that are used."""

    document: _Document
    product_tree: _Tree | None = None
    vulnerabilities: list[_Vulnerability] = []


_DECODER = msgspec.json.Decoder(Csaf)
Read = tuple[Record, list[Claim], list[Fault]]


def read(data: bytes, place: str) -> list[Read]:
    """Read a document: one record a vulnerability.  Raises `msgspec.ValidationError` where it is none."""
    csaf = _DECODER.decode(data)
    tree = csaf.product_tree or _Tree()
    faults: list[Fault] = []
    known = products(tree.branches, tree.full_product_names, tree.relationships, place, faults)
    found = [_vulnerability(csaf, v, n, known, place) for n, v in enumerate(csaf.vulnerabilities)]
    if found:
        found[0][2].extend(faults)
    return found


def _vulnerability(csaf: Csaf, v: _Vulnerability, number: int, known: dict[str, Product], place: str) -> Read:
    tracking = csaf.document.tracking
    names = [n for n in (v.cve.strip(), *(i.text.strip() for i in v.ids)) if n]
    name = names[0] if names else f"{tracking.id}#{number}"
    vectors, scores = _rated(v)
    cwes = {c.id for c in (*v.cwes, *filter(None, (v.cwe,))) if c.id}
    pointer = f"{place}/vulnerabilities/{number}"
    record = Record(
        f"{tracking.id}/{name}", "csaf", tuple(dict.fromkeys(names)), _withdrawn(csaf), day(tracking.initial_release_date),
        day(tracking.current_release_date), tracking.current_release_date, "", max(scores, default=None), vectors,
        tuple(sorted(cwes)), short(v.title or csaf.document.title), pointer,
    )  # fmt: skip
    faults = [
        Fault("RW1402", f"product `{p[:60]}` is not in the product tree", pointer)
        for p in sorted({p for listed in v.product_status.values() for p in listed if p not in known})
    ]
    return record, list(_claims(v, known, pointer)), faults


def _withdrawn(csaf: Csaf) -> bool:
    return csaf.document.category in {"csaf_withdrawn", "csaf_superseded"}


def _rated(v: _Vulnerability) -> tuple[tuple[str, ...], list[int]]:
    rated = [*v.scores, *(m.content for m in v.metrics if m.content)]
    found = [c for s in rated for c in (s.cvss_v2, s.cvss_v3, s.cvss_v4) if c]
    scores = [int(c.base_score * 1_000_000) for c in found if c.base_score is not None and 0 <= c.base_score <= 10]
    return tuple(sorted({c.vector_string for c in found if c.vector_string})), scores


def _claims(v: _Vulnerability, known: dict[str, Product], pointer: str) -> Iterator[Claim]:
    """One claim a look-up key and release, with the rules of all products that it names."""
    grouped: dict[tuple[tuple[str, ...], str, str], list[tuple[str, Product]]] = {}
    for status, listed in v.product_status.items():
        for product_id in listed:
            product = known.get(product_id)
            if product is not None and product.keys and status in _STATUS:
                grouped.setdefault((product.keys, product.scheme, product.release), []).append((status, product))
    for (keys, scheme, release), members in sorted(grouped.items()):
        rules: list[Rule] = []
        vague = next((p.vague for _, p in members if p.vague), "")
        fixed = [r.low for s, p in members if s in {"fixed", "first_fixed"} for r in p.rules if r.low]
        for status, product in members:
            rules += [_as(rule, status, patched=product.patched) for rule in product.rules]
        if any(p.patched for _, p in members) and fixed and not any(r.status == "affected" for r in rules):
            rules += [Rule("affected", "", low, fixed=low) for low in fixed]
        yield Claim(
            keys,
            scheme,
            tuple(dict.fromkeys(rules)),
            release=release,
            vague=vague,
            fixed=tuple(dict.fromkeys(fixed)),
            pointer=pointer,
        )


def _as(rule: Rule, status: str, *, patched: bool) -> Rule:
    """A product's versions with the status of the list in which it stands; a distribution's fix stays in later versions."""
    meaning = _STATUS[status]
    if rule.single:
        if patched and status == "fixed":
            return Rule(meaning, rule.low)
        if status == "first_affected":
            return Rule(meaning, rule.low)
        if status == "last_affected":
            return Rule(meaning, "", rule.low, high_closed=True)
        if status == "first_fixed":
            return Rule(meaning, rule.low)
    return Rule(
        meaning, rule.low, rule.high, rule.low_open, rule.high_closed, rule.fixed if meaning == "affected" else ""
    )
