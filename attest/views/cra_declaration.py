"""A draft of the EU declaration of conformity (CRA, Annex V), for a person to complete and sign.

Guarantees: the eight elements are there for each product, filled from facts or as gaps; it never says that a product conforms: the two
statements and the signature are always gaps.  Titles are in our own words after secondary pages; they were not compared with the Official
Journal.
"""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.attest.rows import standard_of
from rulewright.attest.views import dossier, dossier_page
from rulewright.attest.views.context import Context
from rulewright.attest.views.dossier import CRA, Element, Entry, Gap, Known, Stated, fact, hand

NAME = "cra-annex-v-declaration-draft.html"
MEDIA_TYPE = "text/html"
BANNER = (
    "Draft, not a declaration. Prepared from an attestation for the manufacturer to check, complete and sign; nothing here declares "
    "that a product conforms."
)
BASIS = (
    "The elements follow Annex V of Regulation (EU) 2024/2847 in our own words, after secondary pages; they were not compared with the "
    "Official Journal: do so before use."
)
TITLES = {
    "1": "Name, type and what else identifies the product uniquely",
    "2": "Name and address of the manufacturer or of its authorised representative",
    "3": "Statement of who is responsible for the declaration",
    "4": "Object of the declaration, traceable",
    "5": "Statement of conformity with the Union legislation that applies",
    "6": "Standards, common specifications or cybersecurity certification referred to",
    "7": "Notified body, conformity assessment procedure and certificate, where there are any",
    "8": "Additional information, place and date, name and function, signature",
}
applies = dossier.cra_applies


def draft(context: Context) -> dossier_page.Dossier:
    """The document as data."""
    parts = tuple((known, tuple(_elements(context, known))) for known in dossier.products(context))
    return dossier_page.Dossier("EU declaration of conformity (CRA, Annex V): draft", BANNER, BASIS, parts)


def render(context: Context) -> bytes:
    """The page."""
    return dossier_page.render(context, draft(context))


def problems(document: bytes, context: Context) -> tuple[str, ...]:
    """What is wrong with a page."""
    return tuple(dossier_page.problems(document, context, draft(context), tuple(TITLES)))


def _elements(context: Context, known: Known) -> Iterator[Element]:
    made: dict[str, tuple[Entry, ...]] = {
        "1": identity(known),
        "2": (*maker(known), hand("authorised representative, if there is one")),
        "3": (hand("the manufacturer's statement that it issues the declaration under its sole responsibility"),),
        "4": (*dossier.artefacts(context), hand("description or photograph, as far as needed to trace the product")),
        "5": tuple(_legislation(context, known)),
        "6": tuple(standards(context, known)),
        "7": _body(known),
        "8": _signature(context, known),
    }
    yield from (Element(number, title, made[number]) for number, title in TITLES.items())


def identity(known: Known) -> tuple[Entry, ...]:
    """Name, type, version and identifiers of a product."""
    named = [
        Stated(label, value, "", "the result")
        if value
        else Gap(label, f"component.{field}", "the SBOM or facts file does not say it of the product")
        for label, value, field in (("name", known.name, "name"), ("version", known.version, "version"))
    ]
    others = known.parts.product.identifiers if known.parts else ()
    return (
        *named,
        fact(known, "type", "product.type"),
        Stated("identifier in the result", known.id, "", "the result"),
        *(Stated("identifier", name, "", "documents of the product") for name in others if name != known.id),
        hand("batch or serial numbers, where they identify the product"),
    )


def maker(known: Known) -> tuple[Entry, ...]:
    """Who makes a product, as far as its SBOM says."""
    return (
        dossier.root(known, "manufacturer", "manufacturer", "supplier", "producer"),
        dossier.root(known, "e-mail address or website", "supplier_contact", "producer_contact"),
        hand("postal address"),
    )


def _legislation(context: Context, known: Known) -> Iterator[Entry]:
    """The Union acts that were judged, with what was found; the statement itself is not ours to make."""
    acts = [item for item in context.report.policies if item.kind == "standard" and item.id.startswith("eu.")]
    for act in sorted(acts, key=lambda item: (item.id, item.edition)):
        rows = dossier.of(known, f"{act.id}:")
        yield Stated(f"judged: {act.title or act.id}", dossier.tally(rows), "", f"{act.id} edition {act.edition}")
        if names := dossier.open_ones(rows):
            yield Gap(f"{act.id}: requirements that do not pass", "", names)
    if CRA not in {act.id for act in acts}:
        yield Gap("Regulation (EU) 2024/2847", "", f"not judged: add `--policy {CRA}`")
    yield fact(known, "sector regime", "product.type_approval_regime")
    yield hand("the manufacturer's statement that the object conforms, after its conformity assessment")


def standards(context: Context, known: Known) -> Iterator[Entry]:
    """The standards that were judged, with editions, and which of their requirements are open."""
    found = False
    for item in sorted(context.report.policies, key=lambda item: (item.id, item.edition)):
        rows = dossier.of(known, f"{item.id}:")
        if item.kind != "standard" or item.id.startswith("eu.") or not rows:
            continue
        found = True
        label = f"{item.title or item.id} ({item.id}), edition {item.edition}"
        out = [name for name in known.excluded if standard_of(name) == item.id]
        names = dossier.open_ones(rows)
        passed = sum(row.row.status == "pass" for row in rows)
        whole = passed > 0 and not names and not out
        extent = "no requirement judged here is open" if whole else "in part"
        yield Stated(label, f"{extent}: {dossier.tally(rows)}", "", f"sha256 {item.sha256}")
        if names:
            yield Gap(f"{item.id}: requirements that do not pass", "", names)
        if out:
            yield Gap(f"{item.id}: requirements that the policy took out", "", ", ".join(sorted(out)))
    if not found:
        yield Gap("standards applied", "", "no standard other than Union acts was judged")
    yield fact(known, "standards that the maker claims", "claim.standards")
    yield fact(known, "labels and certification", "claim.labels")
    yield hand("which of them are harmonised standards or common specifications cited in the Official Journal")


def _body(known: Known) -> tuple[Entry, ...]:
    return (
        fact(known, "class of the product (not a procedure)", "product.cra_class"),
        hand("name and number of the notified body, or that none was involved"),
        hand("conformity assessment procedure that was carried out"),
        hand("certificate"),
    )


def _signature(context: Context, known: Known) -> tuple[Entry, ...]:
    return (
        fact(known, "end of the support period", "support.end_date"),
        Stated(
            "attestation to cite: tree of the requirements", context.results.tree, "", "the root of the attestation"
        ),
        hand("place and date of issue"),
        hand("signed for and on behalf of"),
        hand("name and function"),
        hand("signature"),
    )
