"""Checks 7, 9 and 11: trusted time, validity, and the log.

Guarantees: a token or a proof counts only where the trust policy names who made it; of several tokens over one signature the earliest is its time, and one
bad token is a failure however good the others are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256

from rulewright.attest import dsse
from rulewright.attest.checking.form import folder
from rulewright.attest.checking.moments import day_of, later
from rulewright.attest.checking.said import Said, fail, note, ok, skip, unsure, worst
from rulewright.attest.model import LogTrust, Root, Tsa

PROOF = "log/proof.tlog-proof"
DAYS = 365
"""How many days an attestation holds at most."""
FEED_DAYS = 7
"""How many days it holds where feeds of vulnerabilities were used."""
LEEWAY = 1
"""Days by which the clocks of engine, authority and verifier may differ."""


def time(
    members: Mapping[str, bytes],
    signed: Mapping[str, tuple[bytes, ...]],
    authorities: Sequence[Tsa],
    root: Root,
    at: str,
    *,
    doubtful: bool = False,
) -> tuple[Mapping[str, str], Said]:
    """Check 7: the earliest trusted time of each key's signature, by the key's id, and how the check came out.

    `doubtful`: there are known keys that cannot be judged here, so a token may be over the signature of one of them.
    """
    tokens = folder(members, "time/")
    if not tokens:
        return {}, skip("the bundle holds no timestamp")
    if not authorities:
        return {}, note("nobody named an authority of time, so the timestamps prove nothing")
    from rulewright.attest.time import Token, judge

    imprints = {sha256(item).digest(): name for name, sigs in signed.items() for item in sigs}
    times: list[tuple[str, str, str]] = []
    wrong: list[Said] = []
    for name, data in tokens.items():
        found = judge(data, imprints, authorities)
        if isinstance(found, Token):
            times.append((found.time, found.authority, found.key))
        elif found.code == "RW4104":
            wrong.append(unsure(found.code, found.text))
        else:
            told = fail(found.code, f"`time/{name}`: {found.text}")
            wrong.append(told._replace(outcome="unsure") if doubtful else told)
    if not times:
        return {}, worst(wrong, skip("there is no timestamp"))
    first, last = later(day_of(root.as_of), -LEEWAY), later(at, LEEWAY)
    wrong += [
        fail("RW4045", f"the timestamp of {when} is older than the result, or from the future")
        for when, _, _ in sorted(times)
        if not first <= day_of(when) <= last
    ]
    when, authority, _ = min(times)
    earliest = {key: when for when, _, key in sorted(times, reverse=True)}
    return earliest, worst(wrong, ok(f"signed before {when}, says `{authority}`"))


def period(root: Root, at: str) -> Said:
    """Check 9."""
    if day_of(root.as_of) > at:
        return fail("RW4040", f"it is as of {day_of(root.as_of)}, which has not come on {at}")
    wrong = bounds(root)
    if wrong is not None:
        return wrong
    if at > root.valid_until:
        return fail("RW4041", f"it held until {root.valid_until}")
    return ok(f"as of {day_of(root.as_of)}, holds until {root.valid_until}")


def bounds(root: Root) -> Said | None:
    """What is wrong with `validUntil` whatever the day is, if anything."""
    start = day_of(root.as_of)
    if root.valid_until < start:
        return fail("RW4012", f"it holds until {root.valid_until}, which is before the day of which it tells, {start}")
    most = FEED_DAYS if any(item.kind == "feed" for item in root.inputs) else DAYS
    if root.valid_until > later(start, most):
        return fail("RW4012", f"it claims to hold until {root.valid_until}, more than {most} days after {start}")
    return None


def log(data: bytes | None, root: dsse.Envelope, said: Root, logs: Sequence[LogTrust], *, wanted: bool) -> Said:
    """Check 11; `wanted` says that a rule asks for a proof."""
    if data is None:
        if wanted:
            return fail("RW4073", "a rule asks for the proof of a log")
        if said.log is not None:
            return unsure("RW4073", f"the attestation names the log `{said.log}`, and no proof of it is there")
        return skip("the bundle holds no proof")
    if not logs:
        text = "nobody named a log to trust, so the proof proves nothing"
        if wanted:
            return fail("RW4073", text)
        return note(text) if said.log is None else unsure("RW4073", f"{text}; the root names `{said.log}`")
    from rulewright.attest.log.proof import Refused, entry, judge

    found = judge(data, entry(root), logs, said.log)
    if isinstance(found, Refused):
        return fail(found.code, found.text)
    return ok(f"entry {found.index:,} of the {found.size:,} that `{found.origin}` shows")
