"""What the facts say of vulnerabilities, as claims for OpenVEX and CSAF.

Guarantees: one claim for each vulnerability in each part of each product; `not_affected` only where a justification, or an
explanation in words, is stated; what is unknown, contradicted or not justified is `under_investigation`.  Where entries for one part
differ, it is `affected` if one says so, else `under_investigation`.  Nothing is judged anew: statuses are those of the documents.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from rulewright.attest.derived import escaped
from rulewright.attest.views.context import Context
from rulewright.attest.views.visible import flowing, visible
from rulewright.facts.base import Product
from rulewright.facts.identity import cpe, purl
from rulewright.facts.stack import ProductFacts
from rulewright.facts.types import State
from rulewright.sbom.write_view import View

Status = Literal["affected", "fixed", "not_affected", "under_investigation"]
_TABLE = "vulnerability"
JUSTIFICATIONS = {
    "component_not_present": "component_not_present",
    "vulnerable_code_not_present": "vulnerable_code_not_present",
    "vulnerable_code_not_in_execute_path": "vulnerable_code_not_in_execute_path",
    "vulnerable_code_cannot_be_controlled_by_adversary": "vulnerable_code_cannot_be_controlled_by_adversary",
    "inline_mitigations_already_exist": "inline_mitigations_already_exist",
    "code_not_present": "vulnerable_code_not_present",
    "code_not_reachable": "vulnerable_code_not_in_execute_path",
    "protected_by_mitigating_control": "inline_mitigations_already_exist",
}
"""The five words of OpenVEX and CSAF, and those of CycloneDX that mean the same; others are told in words."""


class Name(msgspec.Struct, frozen=True, order=True):
    """A product, or a part of one: what people call it, a URI of ours, and valid identifiers, empty where there is none."""

    uri: str
    text: str
    purl: str = ""
    cpe: str = ""


class Claim(msgspec.Struct, frozen=True, order=True):
    """What is said of one vulnerability in a product, or in one part of it."""

    vulnerability: str
    product: Name
    part: Name | None
    status: Status
    justification: str = ""
    impact: str = ""
    """Why it is not affected, in words."""
    note: str = ""
    """How the status came about, where it is not stated plainly."""
    responses: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    detail: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str, str]:
        """What the claim is about; there is one claim for each."""
        return self.vulnerability, self.product.uri, self.part.uri if self.part else ""

    @property
    def action(self) -> str:
        """What is stated to be done about it; empty without."""
        said = [word.replace("_", " ") for word in self.responses]
        said += [f"fixed in {', '.join(self.fixed)}"] if self.fixed else []
        said += [self.detail] if self.detail and self.status == "affected" else []
        return "; ".join(said)


def some(context: Context) -> bool:
    """Whether there is any vulnerability to speak of."""
    return any(_TABLE in item.tables and item.tables[_TABLE].rows for item in context.products)


def claims(context: Context) -> tuple[Claim, ...]:
    """All claims, sorted by vulnerability, product and part."""
    found: dict[tuple[str, str, str], list[Claim]] = {}
    for facts in context.products:
        for claim in _of(facts):
            found.setdefault(claim.key, []).append(claim)
    return tuple(sorted((_one(listed) for listed in found.values()), key=lambda claim: claim.key))


def product_name(product: Product) -> Name:
    """The names of a product."""
    uri = f"urn:rulewright:product:{escaped(product.id)}"
    text = flowing(f"{product.name} {product.version}") or visible(product.id)
    return Name(uri, text, *_identifiers(product.identifiers))


def _identifiers(listed: Iterable[str]) -> tuple[str, str]:
    """The first valid package URL and the first valid CPE 2.3."""
    named = [text for text in listed if text]
    found = next((text for text in named if text.startswith("pkg:") and purl.is_valid(text)), "")
    return found, next((text for text in named if text.startswith("cpe:2.3:") and cpe.is_valid(text)), "")


def _of(facts: ProductFacts) -> Iterator[Claim]:
    """What is said of one product, entry by entry."""
    view = View(facts, 0)
    product = product_name(facts.product)
    owners: dict[int, list[int]] = {}
    for component, row in view.pairs(_TABLE, "component"):
        owners.setdefault(row, []).append(component)
    for row in view.rows(_TABLE):
        claim = _claim(facts, view, row, product)
        for owner in owners.get(row, ()):
            part = _part(facts, view, owner)
            itself = part.purl == product.purl if part.purl else part.cpe != "" and part.cpe == product.cpe
            yield claim if itself else msgspec.structs.replace(claim, part=part)
        if row not in owners:
            yield claim


def _part(facts: ProductFacts, view: View, row: int) -> Name:
    """The names of a component."""
    stated = [view.text("component", field, row) or "" for field in ("purl", "cpe")]
    package, platform = _identifiers(stated)
    text = facts.tables["component"].name_of(row)
    uri = package or platform or f"urn:rulewright:component:{escaped(facts.product.id)}:{escaped(text)}"
    return Name(uri, flowing(text) or "a component without a name", package, platform)


def _claim(facts: ProductFacts, view: View, row: int, product: Name) -> Claim:
    """One entry, as a claim on the product as a whole."""

    def text(field: str) -> str:
        found = view.value(_TABLE, field, row)
        return flowing(found) if isinstance(found, str) else ""

    reason = text("justification")
    status, note = _status(view, row, reason, text("detail"))
    word = JUSTIFICATIONS.get(reason, "") if status == "not_affected" else ""
    impact = ""
    if status == "not_affected":
        told = (
            [text("detail")] if word or not reason else [f"stated reason: {reason.replace('_', ' ')}", text("detail")]
        )
        impact = "; ".join(filter(None, told))
    return Claim(
        vulnerability=text("id") or flowing(facts.tables[_TABLE].name_of(row)) or f"entry {row + 1}",
        product=product,
        part=None,
        status=status,
        justification=word,
        impact=impact,
        note=note,
        responses=tuple(map(visible, view.words(_TABLE, "response", row))),
        fixed=tuple(map(visible, view.words(_TABLE, "fixed_versions", row))),
        detail=text("detail"),
        aliases=tuple(sorted(map(visible, view.words(_TABLE, "aliases", row)))),
    )


def _status(view: View, row: int, reason: str, detail: str) -> tuple[Status, str]:
    """The status, and why it is not what is stated."""
    stated = view.cell(_TABLE, "vex", row)
    match stated:
        case "affected" | "fixed":
            return stated, ""
        case "not_affected" if reason or detail:
            return "not_affected", ""
        case "not_affected":
            return "under_investigation", "stated as not affected, without a justification"
        case "under_investigation":
            return "under_investigation", detail
        case State.CONFLICTING:
            return "under_investigation", "the sources contradict each other"
        case State():
            return "under_investigation", f"the status is {stated.word.replace('_', ' ')}"
        case _:
            return "under_investigation", "nobody states a status"


def _one(listed: list[Claim]) -> Claim:
    """One claim of several entries on the same part."""
    first = min(listed)
    statuses = {claim.status for claim in listed}
    joined = msgspec.structs.replace(
        first,
        responses=tuple(sorted({word for claim in listed for word in claim.responses})),
        fixed=tuple(sorted({version for claim in listed for version in claim.fixed})),
        aliases=tuple(sorted({name for claim in listed for name in claim.aliases} - {first.vulnerability})),
    )
    if len(statuses) == 1:
        return joined
    status: Status = "affected" if "affected" in statuses else "under_investigation"
    said = ", ".join(word.replace("_", " ") for word in sorted(statuses))
    note = f"several entries differ: {said}"
    return msgspec.structs.replace(joined, status=status, justification="", impact="", note=note)
