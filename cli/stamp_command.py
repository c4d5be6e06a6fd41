"""`rulewright stamp`: ask a time stamping authority when an attestation was signed, and put its answer into the bundle.

Guarantees: nothing is sent anywhere: it writes the question and takes the answer as files.  An answer that is not granted, or not over
a signature of this root, does not get in (RW4108); whether its signer can be trusted is for `verify` to say.  The bundle is written
whole or not at all, and differs by the one member added.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rulewright.attest import container, dsse, limits
from rulewright.attest import time as stamping
from rulewright.cli import bundles, exits
from rulewright.cli.bundles import ROOT, opened
from rulewright.cli.check import deliver_bytes
from rulewright.cli.documents import name_of
from rulewright.cli.options import Request
from rulewright.cli.problems import problem, refuse
from rulewright.cli.replacing import replaced, same, there
from rulewright.cli.streams import say
from rulewright.cli.text import clean
from rulewright.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Mapping


def run(request: Request) -> int:
    """Ask or add; return the exit code."""
    wrong = _misused(request)
    if wrong is not None:
        return refuse([wrong])
    (path,) = request.arguments
    members = opened(path)
    if isinstance(members, Diagnostic):
        return refuse([members])
    try:
        root = dsse.decode(members[ROOT])
    except dsse.EnvelopeError as error:
        return refuse([problem(error.code, str(error), None, name_of(path))])
    if request.one("request") is not None:
        return _asked(request, root)
    return _added(request, members, root)


def _misused(request: Request) -> Diagnostic | None:
    """What is wrong with the words."""
    asks, adds, output = request.one("request"), request.one("reply"), request.one("output")
    if len(request.arguments) != 1:
        return problem("RW0002", "`stamp` takes one bundle", "`rulewright attest` writes one")
    if (asks is None) == (adds is None):
        hint = "first `--request` the question for the authority, then `--reply` with its answer"
        return problem("RW0005", "one of `--request` and `--reply` is needed", hint)
    if output is not None and asks is not None:
        return problem("RW0005", "`--output` goes with `--reply`", "`--request` names the file to write")
    if "signature" in request.numbers and adds is not None:
        return problem(
            "RW0005", "`--signature` goes with `--request`", "a reply says itself which signature it is over"
        )
    if adds == "-" and request.arguments[0] == "-":
        return problem("RW0005", "bundle and reply cannot both come from stdin")
    lost = replaced(request, request.arguments if adds is not None else ())
    if lost is None and "overwrite" not in request.flags and not same(output or "", request.arguments[0]):
        lost = there(output)
    return lost


def _asked(request: Request, root: dsse.Envelope) -> int:
    """Write the query over one signature."""
    number = request.numbers.get("signature", 1)
    if not 1 <= number <= len(root.signatures):
        hint = f"the root has {len(root.signatures)}, counted from 1"
        return refuse([problem("RW0005", f"there is no signature {number}", hint)])
    query = stamping.query(stamping.imprint(root.signatures[number - 1].sig))
    code = deliver_bytes(query, request.one("request"))
    if not code and "quiet" not in request.flags:
        say(
            f"a time stamp query over signature {number} of {len(root.signatures)}: send it to an authority, then --reply"
        )
    return code


def _added(request: Request, members: Mapping[str, bytes], root: dsse.Envelope) -> int:
    """Put a reply into the bundle."""
    path, word = request.arguments[0], request.one("reply") or "-"
    data = bundles.read(word, limits.TOKEN)
    if isinstance(data, Diagnostic):
        return refuse([data])
    target = request.one("output") or path
    if target == path and (path == "-" or set(members) == {ROOT}):
        hint = "name the bundle to write with `--output`"
        return refuse([problem("RW0005", f"`{name_of(path)}` cannot be added to in its place", hint)])
    found = stamping.stamped(data, {stamping.imprint(item.sig): str(n) for n, item in enumerate(root.signatures, 1)})
    if isinstance(found, stamping.Refused):
        kind = "RW4104" if found.code == "RW4104" else "RW4108"
        return refuse([problem(kind, f"the reply cannot be used: {found.text}", None, name_of(word))])
    place = _place(members, data)
    if isinstance(place, Diagnostic):
        return refuse([place])
    try:
        made = container.encode({**members, place: data})
    except container.ContainerError as error:
        return refuse([problem(error.code, str(error), None, name_of(path))])
    code = deliver_bytes(made, target)
    if not code and "quiet" not in request.flags:
        say(f"{clean(name_of(target))}: {place}, {found.time}, over signature {found.key} of {len(root.signatures)}")
        if not found.certificates:
            say("  note: it embeds no certificate; a trust policy must name the authority's own, too")
    return code or exits.OK


def _place(members: Mapping[str, bytes], data: bytes) -> str | Diagnostic:
    """The name of the new member: the first number that is free."""
    held = {name: content for name, content in members.items() if name.startswith("time/")}
    if data in held.values():
        return problem("RW4108", "the bundle holds this reply already")
    if len(held) >= limits.TOKENS:
        return problem("RW4108", f"the bundle holds {limits.TOKENS} replies, which is as many as it may")
    return next(name for n in range(1, limits.TOKENS + 1) if (name := f"time/{n}.tsr") not in held)
