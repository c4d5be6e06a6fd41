"""The judge of an OpenVEX document's meaning: what the specification says MUST be, beyond the schema.

Guarantees: every finding has its JSON pointer.  What makes a statement say nothing (no status, no vulnerability, no
product) is said by the reader already.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from rulewright.diagnostics import Diagnostic
from rulewright.facts.identity import dates
from rulewright.sbom import identifiers
from rulewright.sbom.findings import WARNING, Findings, shown
from rulewright.sbom.openvex_model import Named, Part, Said, Vex

JUSTIFICATIONS = (
    "component_not_present", "vulnerable_code_not_present", "vulnerable_code_not_in_execute_path",
    "vulnerable_code_cannot_be_controlled_by_adversary", "inline_mitigations_already_exist",
)  # fmt: skip


def judge(vex: Vex, name: str) -> tuple[Diagnostic, ...]:
    """Judge a document."""
    findings = Findings(name)
    _document(vex, findings)
    seen: set[str] = set()
    for number, said in enumerate(vex.statements or ()):
        place = f"/statements/{number}"
        _status(said, place, findings)
        _times(vex, said, place, findings)
        if said.id and said.id in seen:
            message = f"another statement has the identifier `{shown(said.id)}`"
            findings.add("RW1202", WARNING, message, f"{place}/@id")
        seen.add(said.id or "")
    _contradictions(vex, findings)
    _names(vex, findings)
    return findings.sorted()


def _document(vex: Vex, findings: Findings) -> None:
    """Look for mandatory fields of the document (OpenVEX, "Document Struct Fields")."""
    stated = {
        "@context": vex.context, "@id": vex.id, "author": vex.author, "timestamp": vex.timestamp,
        "version": vex.version, "statements": vex.statements,
    }  # fmt: skip
    for key, value in stated.items():
        if value is None or value in ("", []):
            findings.add("RW1244", WARNING, f"the document has no `{key}`", f"/{key}")
    _order(vex.timestamp, vex.last_updated, "", findings)


def _order(issued: str | None, updated: str | None, place: str, findings: Findings) -> None:
    """Hold the time of the last update against the time of issue."""
    first, last = (dates.parse_instant(stated) if stated else None for stated in (issued, updated))
    if first is not None and last is not None and last < first:
        message = "`last_updated` is earlier than `timestamp`"
        findings.add("RW1212", WARNING, message, f"{place}/last_updated")


def _status(said: Said, place: str, findings: Findings) -> None:
    """Judge status, justification and statements of impact and action (OpenVEX, "Statement Fields")."""
    if said.status == "not_affected" and not (said.justification or said.impact_statement):
        findings.add("RW1243", WARNING, "`not_affected` asks for a justification or an impact statement", place)
    if said.status == "affected" and not said.action_statement:
        findings.add("RW1243", WARNING, "`affected` asks for an action statement", place)
    if said.justification and said.justification not in JUSTIFICATIONS:
        message = f"`{shown(said.justification)}` is no justification that OpenVEX knows"
        findings.add("RW1211", WARNING, message, f"{place}/justification")
    if said.justification and said.status != "not_affected":
        message = f"a justification stands beside `{shown(said.status or '')}`"
        findings.add("RW1212", WARNING, message, f"{place}/justification")


def _times(vex: Vex, said: Said, place: str, findings: Findings) -> None:
    """Judge the times of a statement (OpenVEX, "Data Inheritance": one without a time is not valid)."""
    if not (said.timestamp or vex.timestamp):
        message = "neither the statement nor the document says when it was made"
        findings.add("RW1244", WARNING, message, f"{place}/timestamp")
    _order(said.timestamp, said.last_updated, place, findings)


def _contradictions(vex: Vex, findings: Findings) -> None:
    """Look for statements of one time that give one product two statuses: neither supersedes the other."""
    known: dict[tuple[str | None, str, str, str], str] = {}
    for number, said in enumerate(vex.statements or ()):
        time = said.timestamp or vex.timestamp
        vulnerability = said.vulnerability
        name = (
            vulnerability if isinstance(vulnerability, str) else (vulnerability.name if vulnerability else None) or ""
        )
        for at, product in enumerate(said.products or ()):
            inner = (product.subcomponents if isinstance(product, Named) else None) or ()
            for part in inner or ("",):
                key = (time, name, _name(product), _name(part))
                other = known.setdefault(key, said.status or "")
                if name and key[2] and said.status and other and other != said.status:
                    message = f"another statement of the same time says `{shown(other)}` of this product"
                    findings.add("RW1212", WARNING, message, f"/statements/{number}/products/{at}")


def _name(part: Part | str) -> str:
    """The first name of a product or subcomponent."""
    if isinstance(part, str):
        return part
    given = part.identifiers
    named = [part.id, *((given.purl, given.cpe23, given.cpe22) if given else ())]
    return next((name for name in named if name), "")


def _parts(vex: Vex) -> Iterator[tuple[Part | str, str]]:
    """Products and subcomponents with their places."""
    for number, said in enumerate(vex.statements or ()):
        for at, product in enumerate(said.products or ()):
            place = f"/statements/{number}/products/{at}"
            yield product, place
            for step, part in enumerate((product.subcomponents if isinstance(product, Named) else None) or ()):
                yield part, f"{place}/subcomponents/{step}"


def _names(vex: Vex, findings: Findings) -> None:
    """Judge package URLs, CPEs and hashes."""
    purls: list[tuple[str, str]] = []
    cpes: list[tuple[str, str]] = []
    for part, place in _parts(vex):
        stated = [(part, place)] if isinstance(part, str) else [(part.id or "", f"{place}/@id")]
        if not isinstance(part, str) and part.identifiers:
            given = part.identifiers
            purls += [(given.purl, f"{place}/identifiers/purl")] if given.purl else []
            cpes += [(v, f"{place}/identifiers/{k}") for k, v in (("cpe23", given.cpe23), ("cpe22", given.cpe22)) if v]
        purls += [(text, at) for text, at in stated if text.startswith("pkg:")]
        cpes += [(text, at) for text, at in stated if text.startswith("cpe:")]
        if not isinstance(part, str) and part.hashes:
            for key in part.hashes.__struct_fields__:
                label = key.replace("_", "-")
                identifiers.check_hash(label, getattr(part.hashes, key), f"{place}/hashes/{label}", findings)
    identifiers.purls(((text, partial(str, at)) for text, at in purls), findings)
    identifiers.cpes(((text, partial(str, at)) for text, at in cpes), findings)
