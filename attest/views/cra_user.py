"""Information and instructions for the user (CRA, Annex II): what facts say, and what is still to be written.

Guarantees: every item of Annex II that our catalogue lists is there for each product, with the verdict on it, the facts and the gaps.
Titles are those of the standard pack `eu.cra`, in our own words.
"""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.attest.views import cra_declaration, dossier, dossier_page
from rulewright.attest.views.context import Context
from rulewright.attest.views.dossier import CRA, Ask, Element, Known

NAME = "cra-annex-ii-user-information.html"
MEDIA_TYPE = "text/html"
BANNER = (
    "Draft of the information for users, prepared from an attestation. A person completes it; a gap is something that users must be told "
    "and that no document says."
)
BASIS = (
    "The items are those of our catalogue of Regulation (EU) 2024/2847 (eu.cra), in our own words. Its annexes were checked against a "
    "pre-publication text, not against the Official Journal: do so before use."
)
TITLES = {
    "1": "Give manufacturer name, trademark, postal and digital contact and website",
    "2": "Give single point of contact for vulnerabilities and where the disclosure policy is",
    "3": "Give name, type and data that uniquely identify the product",
    "4": "Describe intended purpose, security environment, essential functions and security properties",
    "5": "State foreseeable circumstances of use or misuse that create significant cyber risk",
    "6": "Give address of the EU declaration of conformity",
    "7": "State type of security support and the end date of the support period",
    "8(a)": "Explain measures for secure commissioning and lifetime use",
    "8(b)": "Explain how changes to the product can affect data security",
    "8(c)": "Explain how to install security-relevant updates",
    "8(d)": "Explain secure decommissioning and data removal",
    "8(e)": "Explain how to turn off the default automatic installation of security updates",
    "8(f)": "Give integrators what they need for Annex I and documentation duties",
    "9": "Say where the SBOM can be accessed",
}
ASKED: dict[str, tuple[Ask, ...]] = {
    "1": (
        Ask("trade name or trademark"),
        Ask("name and contact stand on product or papers", "doc.manufacturer_identity", must=True),
    ),
    "2": (
        Ask("there is a single point of contact", "vuln.contact_single", must=True),
        Ask("how to reach it"),
        Ask("a disclosure policy is published", "vuln.vdp_published", must=True),
        Ask("where the policy is"),
    ),
    "3": (),
    "4": (Ask("the intended purpose is described", "doc.intended_use", must=True), Ask("the description")),
    "6": (
        Ask("there is a signed declaration", "doc.declaration_of_conformity", must=True),
        Ask("internet address of the declaration"),
    ),
    "7": (
        Ask("end of the support period", "support.end_date"),
        Ask("length of support in years", "support.period_years"),
        Ask("type of technical security support"),
    ),
    "8(a)": (Ask("there is guidance for secure set-up", "doc.setup_guidance", must=True), Ask("the guidance")),
    "8(c)": (
        Ask("software can be updated", "update.supported", must=True),
        Ask("updates come by", "update.delivery_modes"),
        Ask("can be installed without user action", "update.automatic_capable"),
        Ask("how users install updates"),
    ),
    "8(d)": (
        Ask("there are instructions for disposal", "doc.decommission_guidance", must=True),
        Ask("the instructions"),
    ),
    "8(e)": (
        Ask("automatic updates as shipped", "update.automatic_default"),
        Ask("users can turn them off", "update.user_can_disable"),
        Ask("how to turn them off"),
    ),
    "8(f)": (Ask("meant for integration", "product.meant_for_integration"), Ask("what integrators need")),
    "9": (Ask("who can have the SBOM", "sbom.delivered_to"), Ask("where it can be had")),
}
"""What each item asks for; of the others only the text."""
applies = dossier.cra_applies


def requirement(annex: str, number: str) -> str:
    """The id of an item of an annex in our standard pack: `eu.cra:AII.8.a` for 8(a)."""
    return f"{CRA}:{annex}.{number.replace('(', '.').removesuffix(')')}"


def draft(context: Context) -> dossier_page.Dossier:
    """The document as data."""
    parts = tuple((known, tuple(_elements(known))) for known in dossier.products(context))
    return dossier_page.Dossier("Information for the user (CRA, Annex II): draft", BANNER, BASIS, parts)


def render(context: Context) -> bytes:
    """The page."""
    return dossier_page.render(context, draft(context))


def problems(document: bytes, context: Context) -> tuple[str, ...]:
    """What is wrong with a page."""
    return tuple(dossier_page.problems(document, context, draft(context), tuple(TITLES)))


def _elements(known: Known) -> Iterator[Element]:
    own = {"1": cra_declaration.maker(known), "3": cra_declaration.identity(known)}
    for number, title in TITLES.items():
        asked = dossier.asked(known, ASKED.get(number, (Ask("the text for users"),)))
        judged = dossier.judged(known, requirement("AII", number))
        yield Element(number, title, (*own.get(number, ()), *asked, *judged))
