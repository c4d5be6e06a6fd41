"""A skeleton of the technical documentation (CRA, Annex VII): filled from facts and results, the gaps listed.

Guarantees: every point of Annex VII that our catalogue lists is there for each product; point 3 has each requirement of Annex I that
was judged, and what does not apply with its reason; point 6 has every requirement of the product exactly once, with its status and where
its evidence stands.  Titles are those of the standard pack `eu.cra`, in our own words.
"""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.attest.views import cra_declaration, dossier, dossier_page
from rulewright.attest.views.context import Context
from rulewright.attest.views.cra_user import BASIS, requirement
from rulewright.attest.views.dossier import CRA, Ask, Element, Entry, Gap, Judged, Known, Stated

NAME = "cra-annex-vii-technical-documentation.html"
MEDIA_TYPE = "text/html"
BANNER = (
    "Skeleton of the technical documentation, prepared from an attestation. It is not complete: a person fills the gaps and adds the "
    "documents; a requirement counts as met only where its line says pass."
)
TITLES = {
    "1(a)": "Intended purpose",
    "1(b)": "Software versions that affect conformity",
    "1(c)": "Photographs or drawings of outside, marking and inside",
    "1(d)": "User information per Annex II",
    "2(a)": "Design and development incl. architecture",
    "2(b)": "Vulnerability handling incl. SBOM, disclosure policy, contact, secure update distribution",
    "2(c)": "Production and monitoring processes and their validation",
    "3": "Cybersecurity risk assessment and applicability of Annex I Part I",
    "4": "Information used to set the support period",
    "5": "List of standards, specifications or certifications applied and, where not applied, the solutions used",
    "6": "Test reports",
    "7": "Copy of EU declaration of conformity",
    "8": "SBOM for the market surveillance authority",
}
ANNEX_I = tuple(f"{CRA}:AI.{name}" for name in (
    "I.1", *(f"I.2.{letter}" for letter in "abcdefghijklm"), *(f"II.{number}" for number in range(1, 9)),
))  # fmt: skip
"""The requirements of Annex I: Part I (1) and (2)(a) to (m), Part II (1) to (8)."""
ASKED: dict[str, tuple[Ask, ...]] = {
    "1(a)": (
        Ask("the intended purpose is described", "doc.intended_use", must=True),
        Ask("users", "product.audience"),
        Ask("the description of the intended purpose"),
    ),
    "1(b)": (
        Ask("share of components with a version", "sbom.comp_version_ratio"),
        Ask("which versions affect conformity"),
    ),
    "1(c)": (Ask("delivered with hardware", "product.hardware"), Ask("photographs or drawings")),
    "1(d)": (
        Ask("share of the items that users are given", "doc.user_instructions_complete"),
        Ask("in a language that users understand", "doc.language_ok", must=True),
        Ask("the information itself"),
    ),
    "2(a)": (
        Ask("development process", "dev.sdl_process"),
        Ask("views of the security architecture exist", "doc.architecture_views", must=True),
        Ask("the design was reviewed", "dev.design_review_done", must=True),
        Ask("drawings and a description of the architecture"),
    ),
    "2(b)": (
        Ask("a disclosure policy is published", "vuln.vdp_published", must=True),
        Ask("there is a single point of contact", "vuln.contact_single", must=True),
        Ask("updates are delivered encrypted", "update.transport_encrypted", must=True),
        Ask("the product verifies updates before it installs them", "update.signature_verified", must=True),
        Ask("the policy, evidence of the contact address, and how updates are distributed securely"),
    ),
    "2(c)": (
        Ask("components are watched continuously", "vuln.monitoring_active", must=True),
        Ask("production and monitoring processes, and how they were validated"),
    ),
    "3": (
        Ask("date of the latest risk assessment", "dev.risk_assessment_date"),
        Ask("a threat model covers this version", "dev.threat_model_present", must=True),
        Ask("reasons are on record for what is not applied", "doc.justification_record", must=True),
        Ask("the risk assessment"),
    ),
    "4": (
        Ask("end of the support period", "support.end_date"),
        Ask("length of support in years", "support.period_years"),
        Ask("expected time of use in years", "product.expected_lifetime_years"),
        Ask("what was taken into account to set the period"),
    ),
    "5": (Ask("solutions used where a standard was not applied"),),
    "6": (
        Ask("latest penetration test", "dev.pentest_date"),
        Ask("fuzz tests were run", "dev.fuzzing_done", must=True),
        Ask("testers are independent of developers", "dev.tester_independence", must=True),
        Ask("reports of tests by people and laboratories"),
    ),
    "7": (Ask("there is a signed declaration", "doc.declaration_of_conformity", must=True), Ask("the signed copy")),
    "8": (Ask("who can have it", "sbom.delivered_to"),),
}
"""What facts are to say for each point, and what a person has to add."""
applies = dossier.cra_applies


def draft(context: Context) -> dossier_page.Dossier:
    """The document as data."""
    parts = tuple((known, tuple(_elements(context, known))) for known in dossier.products(context))
    return dossier_page.Dossier("Technical documentation (CRA, Annex VII): skeleton", BANNER, BASIS, parts)


def render(context: Context) -> bytes:
    """The page."""
    return dossier_page.render(context, draft(context))


def problems(document: bytes, context: Context) -> tuple[str, ...]:
    """What is wrong with a page; Annex I must stand in point 3, every requirement in point 6, once."""
    places = {"3": frozenset(ANNEX_I), "6": frozenset(row.requirement for row in context.rows)}
    return tuple(dossier_page.problems(document, context, draft(context), tuple(TITLES), places))


def _elements(context: Context, known: Known) -> Iterator[Element]:
    for number, title in TITLES.items():
        asked = dossier.asked(known, ASKED[number])
        judged = dossier.judged(known, requirement("AVII", number)) if number != "6" else _tests(known)
        yield Element(number, title, (*_own(context, known, number), *asked, *judged))


def _own(context: Context, known: Known, number: str) -> tuple[Entry, ...]:
    """What the result itself says for a point."""
    match number:
        case "1(a)":
            return cra_declaration.identity(known)
        case "1(b)":
            return dossier.artefacts(context)
        case "2(b)" | "8":
            return dossier.documents(context, known, "sbom") or (Gap("SBOM", "sbom.present", "none was read"),)
        case "3":
            return tuple(entry for name in ANNEX_I for entry in dossier.judged(known, name))
        case "5":
            return tuple(cra_declaration.standards(context, known))
        case "6":
            return dossier.documents(context, known)
        case "1(d)" | "7":
            view = "cra-annex-ii-user-information.html" if number == "1(d)" else cra_declaration.NAME
            return (Stated("draft", view, "", "views of this attestation"),)
        case _:
            return ()


def _tests(known: Known) -> Iterator[Entry]:
    """Every requirement with its status and evidence; the one of this point stands among them, or is a gap."""
    own = requirement("AVII", "6")
    if own not in known.rows:
        yield from dossier.judged(known, own)
    yield from (Judged(item, proof=True) for item in known.rows.values())
