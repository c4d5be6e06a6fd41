"""`rulewright trust`: sign a trust policy, let others sign it, show it.

Guarantees: a policy that nobody could meet or that a verifier would refuse is not signed; a file that holds a policy is only replaced
by a later version of it, which one of its signers signs, too, and never by one that still lacks signatures where it lacks none itself;
anything else that is there is left alone.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import msgspec

from rulewright.cli import days, exits, signing, trust_file, trust_text
from rulewright.cli.check import as_of_day, deliver
from rulewright.cli.documents import name_of
from rulewright.cli.gathering import unreadable
from rulewright.cli.options import Request
from rulewright.cli.problems import problem, refuse
from rulewright.cli.signing import RefusedError
from rulewright.cli.streams import say, write_file
from rulewright.cli.subcommands import Sub
from rulewright.cli.text import clean
from rulewright.diagnostics import Diagnostic

if TYPE_CHECKING:
    from rulewright.attest.trust_policy import PolicyError, Signed


def run(request: Request) -> int:
    """Hand over to the subcommand; return the exit code."""
    return signing.handed_over(request, _SUBS)


def _sign(request: Request) -> int:
    """Sign a policy: the text of one, or a signed one that lacks signatures."""
    path = request.arguments[0]
    data = whole(path)
    return _countersigned(request, path, data) if data.lstrip()[:1] == b"{" else _made(request, path, data)


def _made(request: Request, path: str, data: bytes) -> int:
    """Sign the text of a policy as the next version of the one that is written over."""
    from rulewright.attest import trust_flaws, trust_policy
    from rulewright.attest.signers import SignerError

    target = request.one("output") or os.path.splitext(path)[0] + ".json"
    before = signed_policy(target) if os.path.lexists(target) else None
    trust, file = trust_file.read(path, data, day(request), before.trust.version + 1 if before else 1)
    try:
        wrong = trust_flaws.flaws(trust)
        if wrong:
            return refuse([file.named(each) for each in wrong], {file.name: data})
        made = trust_policy.envelope(trust, signing.opened(request), before)
    except (trust_policy.PolicyError, SignerError) as error:
        return refuse([problem(error.code, str(error), source=name_of(path))])
    return put(request, made, target)


def _countersigned(request: Request, path: str, data: bytes) -> int:
    """Add signatures to a policy."""
    from rulewright.attest import trust_policy
    from rulewright.attest.signers import SignerError

    target = request.one("output") or path
    if os.path.lexists(target) and not _same(target, path):
        return refuse([problem("RW0006", f"`{name_of(target)}` is there already and is not overwritten")])
    try:
        made = trust_policy.countersigned(parsed(path, data), signing.opened(request))
    except (trust_policy.PolicyError, SignerError) as error:
        return refuse([problem(error.code, str(error), source=name_of(path))])
    return put(request, made, target)


def _same(one: str, other: str) -> bool:
    return os.path.exists(one) and os.path.samefile(one, other)


def _unfinished(made: Signed, target: str) -> Diagnostic | None:
    """That a policy which still lacks signatures would take the place of one that lacks none."""
    if (made.complete and not made.owed) or not os.path.lexists(target) or not signed_policy(target).complete:
        return None
    needed = made.trust.roles["root"].threshold
    lacking = (
        f"{made.owed} more of the role `root` of the version before must sign it"
        if made.complete
        else f"it is signed by {len(made.signers)} of {needed} needed"
    )
    message = f"`{name_of(target)}` holds a policy that is signed as it must be; the new version is not yet: {lacking}"
    hint = (
        f"give the other keys with `--key`, too, or name another file with `--output` (a policy's text then says "
        f"`version = {made.trust.version}`) and let the others sign that one"
    )
    return problem("RW4105", message, hint)


def put(request: Request, made: Signed, target: str) -> int:
    """Write a signed policy, and say what was written; return the exit code."""
    from rulewright.attest import dsse

    lost = _unfinished(made, target)
    if lost is not None:
        return refuse([lost])
    try:
        write_file(target, dsse.encode(made.envelope) + b"\n")
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        return refuse([problem("RW0006", f"`{name_of(target)}` cannot be written: {why}")])
    if "quiet" not in request.flags:
        trust, needed = made.trust, made.trust.roles["root"].threshold
        say(f"{clean(name_of(target))}: {clean(trust.id)}, version {trust.version}, {trust.issued} to {trust.expires}")
        say(f"signed by {len(made.signers)} of {needed} needed")
    if made.owed:
        few = "1 more key" if made.owed == 1 else f"{made.owed} more keys"
        say(
            f"warning: {few} of the role `root` of the version before must sign it, too: until then whoever remembers that "
            "version (`rulewright verify --seen`) refuses this one"
        )
    if not made.complete or made.owed:
        say(
            f"{'warning: not usable yet' if not made.complete else 'hint'}: let the others sign it with `rulewright trust sign {clean(name_of(target))} --key …`"
        )
    return exits.OK


def day(request: Request) -> str:
    """The day on which something is done, `YYYY-MM-DD`.  Raises `RefusedError`."""
    found = as_of_day(request)
    if isinstance(found, Diagnostic):
        raise RefusedError(found)
    return days.text(found)


def whole(path: str) -> bytes:
    """The bytes of a document that is not larger than an envelope may be.  Raises `RefusedError`."""
    from rulewright.attest import limits

    try:
        with open(path, "rb") as stream:
            data = stream.read(limits.ENVELOPE + 1)
    except OSError as error:
        raise RefusedError(unreadable(name_of(path), error)) from None
    if len(data) > limits.ENVELOPE:
        raise RefusedError(problem("RW0003", f"`{name_of(path)}` has more than {limits.ENVELOPE:,} bytes"))
    return data


def signed_policy(path: str) -> Signed:
    """The signed policy in a file.  Raises `RefusedError`."""
    return parsed(path, whole(path))


def parsed(path: str, data: bytes) -> Signed:
    """The signed policy of some bytes.  Raises `RefusedError`."""
    from rulewright.attest import trust_policy

    try:
        return trust_policy.read(data)
    except trust_policy.PolicyError as error:
        raise RefusedError(_told(path, error)) from None


def _told(path: str, error: PolicyError) -> Diagnostic:
    """A policy that cannot be used, with each of its flaws."""
    found = problem(error.code, f"`{name_of(path)}`: {error}")
    return msgspec.structs.replace(found, notes=tuple(f"{each.pointer}: {each.message}" for each in error.flaws[:20]))


def _show(request: Request) -> int:
    """Show a signed policy."""
    from rulewright.attest import model

    found = signed_policy(request.arguments[0])
    match request.one("format"):
        case "json":
            text = msgspec.json.format(model.encode(found.trust)).decode() + "\n"
        case "toml":
            text = trust_text.toml(found.trust)
        case _:
            return deliver(trust_text.page(found), request.one("output"), utf8=False)
    return deliver(text, request.one("output"), utf8=True)


_SUBS = {
    "sign": Sub(
        _sign,
        "sign POLICY.toml|TRUST.json --key ROOTKEY [--output TRUST.json]",
        1,
        1,
        frozenset({"key", "passphrase_file", "as_of", "output"}),
        changes=True,
    ),
    "show": Sub(_show, "show TRUST.json", 1, 1, frozenset({"format", "output"}), ("json", "toml")),
}
