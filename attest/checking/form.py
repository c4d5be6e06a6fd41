"""Checks 1 to 3 and 6: whether this is a bundle, and whether its root is one.

Guarantees: bounds come before the work; what is read has one reading.  It knows no keys and no day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from rulewright.attest import container, dsse, limits, model
from rulewright.attest.canonical import NotAdmissibleError, canonical
from rulewright.attest.checking.moments import is_day, is_time
from rulewright.attest.checking.said import FoundError
from rulewright.attest.encoding import is_sha256
from rulewright.attest.model import RootStatement, Subject

ROOT = "root.dsse.json"
STATEMENTS = ("test-result", "svr", "vsa")
"""The derived statements."""
SIDECAR = "statements/oscal-"
"""How the names of signatures in the form of compliance-trestle begin."""
LOOSE = ("readme.txt", "verify.html")
"""Members for people, which nothing ties to the signature."""
_MEMBERS = re.compile(
    r"root\.dsse\.json|results\.json|rows\.json|seed\.json|run\.json|readme\.txt|verify\.html|log/proof\.tlog-proof"
    r"|inputs/[0-9a-f]{64}|views/[a-z0-9][a-z0-9._-]*|time/[0-9]{1,4}\.tsr"
    r"|statements/(?:vsa|svr|test-result|oscal-[a-z0-9._-]+)\.dsse\.json"
)
_SHA512 = re.compile(r"[0-9a-f]{128}")
_STANDARD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_KINDS = frozenset({"artifact", "document"})


def members(data: bytes) -> dict[str, bytes]:
    """The members of a bundle; a single envelope is a bundle of it alone.  Raises `FoundError` with RW4001 to RW4003."""
    if data[:1] == b"{":
        return {ROOT: data}
    try:
        found = container.decode(data)
    except container.ContainerError as error:
        raise FoundError(error.code, str(error)) from None
    if sum(name.startswith("time/") for name in found) > limits.TOKENS:
        raise FoundError("RW4002", f"the bundle has more than {limits.TOKENS} timestamps")
    for name in found:
        if _MEMBERS.fullmatch(name) is None:
            raise FoundError("RW4003", f"a bundle has no member `{name}`")
    if ROOT not in found:
        raise FoundError("RW4001", f"there is no `{ROOT}` in it")
    return found


def envelope(data: bytes, code: str = "") -> dsse.Envelope:
    """An envelope.  Raises `FoundError`, with the code given or that of the envelope."""
    try:
        return dsse.decode(data)
    except dsse.EnvelopeError as error:
        raise FoundError(code or error.code, str(error)) from None


def statement(payload: bytes) -> RootStatement:
    """The root statement.  Raises `FoundError` with RW4004, RW4007, RW4010 to RW4013 or RW4062."""
    try:
        plain = canonical(payload, limits.PAYLOAD)
    except NotAdmissibleError as error:
        raise FoundError("RW4004", f"the payload is not taken: {error}") from None
    said = plain if isinstance(plain, dict) else {}
    if said.get("_type") != model.STATEMENT:
        raise FoundError("RW4010", "the payload is no in-toto Statement v1")
    if said.get("predicateType") != model.ROOT:
        raise FoundError("RW4011", "the predicate is not a Rulewright root")
    try:
        root = model.decode(payload, RootStatement, limits.PAYLOAD)
    except model.ModelError as error:
        raise FoundError("RW4012", f"the root does not have its form: {error}") from None
    _subjects(root.subject)
    _listed(root.predicate)
    _counts(root.predicate)
    _adds_up(root.predicate)
    _forms(root.predicate)
    return root


def _subjects(listed: tuple[Subject, ...]) -> None:
    """Refuse subjects that name nothing, and too many of them."""
    if not listed:
        raise FoundError("RW4013", "the statement has no subject")
    if len(listed) > limits.SUBJECTS:
        raise FoundError("RW4007", f"the statement has more than {limits.SUBJECTS:,} subjects")
    if any(len(item.digest) > limits.DIGESTS for item in listed):
        raise FoundError("RW4007", f"a subject has more than {limits.DIGESTS} digests")
    for item in listed:
        if not is_sha256(item.digest.get("sha256", "")):
            raise FoundError("RW4013", "a subject has no SHA-256 digest in lower-case hexadecimal")
        if _SHA512.fullmatch(item.digest.get("sha512", "0" * 128)) is None:
            raise FoundError("RW4013", "the SHA-512 digest of a subject is malformed")
        if not item.name:
            raise FoundError("RW4013", "a subject has no name")
        if set(item.annotations) != {"kind"} or item.annotations["kind"] not in _KINDS:
            raise FoundError("RW4013", "a subject is annotated as neither artefact nor document")
    if len({item.digest["sha256"] for item in listed}) != len(listed):
        raise FoundError("RW4013", "two subjects have one digest")


def _listed(root: model.Root) -> None:
    """Refuse lists that are too long, not in their order or say a thing twice, and standards whose names look like others."""
    if len(root.products) > limits.PRODUCTS or len(root.verdicts) > limits.TALLIES:
        text = (
            f"the root names more than {limits.PRODUCTS:,} products, or tallies more than {limits.TALLIES:,} standards"
        )
        raise FoundError("RW4007", text)
    _sorted([item.standard for item in root.verdicts], "tallies")
    _sorted([item.name for item in root.views], "views")
    if len(set(root.inputs)) != len(root.inputs):
        raise FoundError("RW4012", "an input is listed twice")
    if not root.products or not root.verdicts:
        raise FoundError("RW4012", "the root names no product, or tallies no standard")
    if len({item.id for item in root.products}) != len(root.products):
        raise FoundError("RW4012", "two products have one id")
    standards([item.standard for item in root.verdicts])


def standards(names: Sequence[str]) -> None:
    """Refuse names of standards that could be taken for others.  Raises `FoundError` with RW4012."""
    odd = next((name for name in names if _STANDARD.fullmatch(name) is None), None)
    if odd is not None:
        raise FoundError(
            "RW4012", f"the name of the standard `{odd[:60]}` is not made of A-Z, a-z, 0-9, `.`, `_` and `-`"
        )
    if len({name.lower() for name in names}) != len(names):
        raise FoundError("RW4012", "the names of two standards differ in upper and lower case alone")


def _counts(root: model.Root) -> None:
    """Refuse counts below zero, and more rows than are taken."""
    counts = [root.results.leaves, *(item.bytes for item in root.inputs)]
    counts += [root.conflicts.complete_up_to] if root.conflicts is not None else []
    for tally in root.verdicts:
        counts += [tally.passed, tally.fail, tally.waived, tally.unknown, tally.error, tally.not_applicable]
        counts.append(tally.blocking)
    if min(counts) < 0:
        raise FoundError("RW4012", "a count is below zero")
    if root.results.leaves > limits.ROWS:
        raise FoundError("RW4007", f"the attestation has more than {limits.ROWS:,} rows")


def _adds_up(root: model.Root) -> None:
    """Refuse a root whose counts and gate contradict each other: where the rows are left out, nothing else shows it."""
    total = 0
    for tally in root.verdicts:
        open_ = tally.fail + tally.unknown + tally.error
        own = tally.passed + tally.waived + tally.not_applicable + open_
        if own < 1:
            raise FoundError("RW4062", f"no row of `{tally.standard}` is counted")
        if tally.blocking > (0 if root.fail_on == "never" else open_):
            raise FoundError("RW4062", f"more rows of `{tally.standard}` are said to block than can")
        total += own
    if total != root.results.leaves:
        raise FoundError("RW4062", f"{total:,} rows are counted, and there are {root.results.leaves:,}")
    blocking = sum(tally.blocking for tally in root.verdicts)
    if (root.gate == "fail") != bool(blocking):
        raise FoundError("RW4062", f"the gate is said to be `{root.gate}`, and {blocking:,} rows block")


def _sorted(names: list[str], what: str) -> None:
    if any(before >= after for before, after in pairwise(names)):
        raise FoundError("RW4012", f"the {what} are not sorted, or one stands twice")


def _forms(root: model.Root) -> None:
    """Refuse digests, times and days that are none."""
    if not all(map(is_sha256, _digests(root))):
        raise FoundError("RW4012", "a digest is not 64 hexadecimal digits in lower case")
    if not is_time(root.as_of):
        raise FoundError("RW4012", "`asOf` is not a time like 2026-11-21T00:00:00Z")
    if not is_day(root.valid_until):
        raise FoundError("RW4012", "`validUntil` is not a day like 2026-11-21")


def _digests(root: model.Root) -> Iterable[str]:
    """Every digest of a root."""
    yield from (root.engine.code, root.results.commitment, root.results.tree, root.results.requirements)
    yield from (item for item in (root.program, root.run, root.supersedes) if item is not None)
    yield from (item.sha256 for item in root.inputs)
    yield from (item.sha256 for item in root.policies)
    yield from (item.sha256 for item in root.decisions)
    yield from (item.commitment for item in root.views)


def folder(found: Mapping[str, bytes], name: str) -> dict[str, bytes]:
    """The members of a folder by what follows its name, sorted."""
    return {key.removeprefix(name): found[key] for key in sorted(found) if key.startswith(name)}
