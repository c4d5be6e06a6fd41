"""The statements that follow from a root and its rows: SLSA VSA v1, SVR v0.2, in-toto test-result v0.1.

Guarantees: made from the root payload and the rows alone, so a verifier makes them again and compares bytes; nothing waived,
unknown or in error is listed as passed (docs/reference/attestation.md, "Derived statements").
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from hashlib import sha256

from rulewright.attest.canonical import dump
from rulewright.attest.model import ROOT, STATEMENT, RootStatement, Row
from rulewright.attest.rows import standard_of

VSA = "https://slsa.dev/verification_summary/v1"
SVR = "https://in-toto.io/attestation/svr/v0.2"
TEST_RESULT = "https://in-toto.io/attestation/test-result/v0.1"
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
_HARMLESS = frozenset({"pass", "not_applicable"})


def derive(payload: bytes, root: RootStatement, rows: Sequence[Row]) -> dict[str, bytes]:
    """The payloads of the statements by name; `payload` is that of the root."""
    digest = sha256(payload).hexdigest()
    made = {
        "test-result": (TEST_RESULT, _test_result(digest, rows)),
        "svr": (SVR, _svr(digest, root, rows)),
        "vsa": (VSA, _vsa(digest, root, rows)),
    }
    about = subjects(root)
    return {
        name: dump({"_type": STATEMENT, "subject": about, "predicateType": kind, "predicate": predicate})
        for name, (kind, predicate) in made.items()
    }


def subjects(root: RootStatement) -> list[dict[str, object]]:
    """The subjects of the statements: those of the root, without what is ours."""
    return [{"digest": dict(item.digest), "name": item.name} for item in root.subject]


def naming(name: str, digest: str) -> tuple[str, object]:
    """Where in its predicate a statement names the root, and what stands there."""
    named: dict[str, tuple[str, object]] = {
        "test-result": ("configuration", [{"name": "root", "digest": {"sha256": digest}}]),
        "svr": (ROOT, {"digest": {"sha256": digest}}),
        "vsa": ("inputAttestations", [{"uri": ROOT, "digest": {"sha256": digest}}]),
    }
    return named[name]


def _vsa(digest: str, root: RootStatement, rows: Sequence[Row]) -> dict[str, object]:
    """The summary: one verdict, and the standards without a gap."""
    said = root.predicate
    passed = said.gate == "pass" and said.fail_on != "never" and any(row.status == "pass" for row in rows)
    passed = passed and not any(
        row.blocks or row.status == "error" or (row.level == "shall" and row.status not in _HARMLESS) for row in rows
    )
    return {
        "verifier": {"id": said.engine.id, "version": {"rulewright": said.engine.version}},
        "timeVerified": said.as_of,
        "resourceUri": resource(said.products[0].id),
        "policy": {"uri": "urn:rulewright:program", "digest": {"sha256": said.program or "0" * 64}},
        **dict([naming("vsa", digest)]),
        "verificationResult": "PASSED" if passed else "FAILED",
        "verifiedLevels": _levels(rows) if passed else [],
        "slsaVersion": "1.1",
    }


def resource(product: str) -> str:
    """A product's id as a URI."""
    if _SCHEME.match(product):
        return product
    return f"urn:rulewright:product:{escaped(product)}"


def escaped(text: str) -> str:
    """Percent-encoded: all but the unreserved characters of RFC 3986."""
    return "".join(letter if _UNRESERVED.fullmatch(letter) else _percent(letter) for letter in text)


def _percent(letter: str) -> str:
    return "".join(f"%{byte:02X}" for byte in letter.encode())


def _levels(rows: Sequence[Row]) -> list[str]:
    """The standards of which some row passes and the others do not apply."""
    by_standard: dict[str, set[str]] = {}
    for row in rows:
        by_standard.setdefault(standard_of(row.requirement), set()).add(row.status)
    return _properties(
        {name: "" for name, seen in by_standard.items() if "pass" in seen and seen <= _HARMLESS}, by_standard
    )


def _svr(digest: str, root: RootStatement, rows: Sequence[Row]) -> dict[str, object]:
    """Positive properties: what passed for all products, and apart from it what was waived."""
    said = root.predicate
    by_requirement: dict[str, set[str]] = {}
    for row in rows:
        by_requirement.setdefault(row.requirement, set()).add(row.status)
    entitled = {
        name: "" if seen == {"pass"} else "_WAIVED"
        for name, seen in by_requirement.items()
        if seen <= {"pass", "waived"}
    }
    policies = [
        {"uri": f"urn:rulewright:policy:{escaped(item.id)}:{escaped(item.edition)}", "digest": {"sha256": item.sha256}}
        for item in said.policies
    ]
    return {
        "verifier": {"id": f"{said.engine.id}:{said.engine.version}", "policies": policies},
        "timeCreated": said.as_of,
        **dict([naming("svr", digest)]),
        "properties": _properties(entitled, by_requirement),
    }


def property_of(name: str) -> str:
    """A name in the alphabet of properties."""
    return "RULEWRIGHT_" + re.sub(r"[^A-Za-z0-9]", "_", name).upper()


def _properties(entitled: Mapping[str, str], among: Mapping[str, object]) -> list[str]:
    """The properties of what is entitled to one, sorted; none that something else of the same property is not entitled to.

    That holds, too, of `…_WAIVED` where it is the plain property of something named so.
    """
    claims: dict[str, list[str | None]] = {}
    for name in among:
        claims.setdefault(property_of(name), []).append(entitled.get(name))
    listed = set()
    for prop, ends in claims.items():
        if None in ends:
            continue
        told = prop + ("_WAIVED" if "_WAIVED" in ends else "")
        if told == prop or set(claims.get(told, ())) <= {""}:
            listed.add(told)
    return sorted(listed)


def _test_result(digest: str, rows: Sequence[Row]) -> dict[str, object]:
    """Three lists of names, and one verdict over them."""
    seen = {row.status for row in rows}
    if "pass" in seen and seen <= _HARMLESS:
        verdict = "PASSED"
    elif seen & {"pass", "waived"} and seen <= {*_HARMLESS, "waived"}:
        verdict = "WARNED"
    else:
        verdict = "FAILED"
    return {
        "result": verdict,
        **dict([naming("test-result", digest)]),
        "passedTests": _names(rows, {"pass"}),
        "warnedTests": _names(rows, {"waived"}),
        "failedTests": _names(rows, {"fail", "unknown", "error"}),
    }


def _names(rows: Sequence[Row], statuses: set[str]) -> list[str]:
    return sorted(f"{row.requirement} {row.product}" for row in rows if row.status in statuses)
