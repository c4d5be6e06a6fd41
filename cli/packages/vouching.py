"""`rulewright bundle sign` and `bundle verify`: who vouches for a package, and whether that can be believed.

Guarantees: only a whole package is signed; a signature is added to those that are there, and the archive stays as it is; the exit code
follows the verdict as that of `rulewright verify`: 0 valid, 1 invalid, 2 unreadable or bad usage, 3 undecided.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import date

import msgspec

from rulewright.attest import limits
from rulewright.attest.keys import PublicKey
from rulewright.attest.packages import archive, signature
from rulewright.attest.packages import verify as verifying
from rulewright.attest.packages.model import Lock, PackageError
from rulewright.attest.packages.verify import Given, Verified
from rulewright.cli import days, exits, signing
from rulewright.cli.check import deliver
from rulewright.cli.documents import name_of
from rulewright.cli.options import Request
from rulewright.cli.packages import locked
from rulewright.cli.packages.reading import data_of, envelope_of, flaw, heads
from rulewright.cli.paint import Ink, Paint
from rulewright.cli.problems import problem, refuse
from rulewright.cli.signing import RefusedError
from rulewright.cli.streams import paint_for, paint_for_file, say, write_file
from rulewright.cli.text import clean, pad, plural, wrap
from rulewright.cli.verify_text import mark
from rulewright.diagnostics import Diagnostic

_CODES = {"valid": exits.OK, "invalid": exits.BLOCKED, "unreadable": exits.BAD_INPUT, "undecided": exits.NOTHING}
_ANSWERS = {
    "valid": "valid: the package is whole, and somebody who is trusted vouches for it",
    "invalid": "invalid: do not use this package",
    "unreadable": "unreadable: this is no package",
    "undecided": "undecided: it cannot be told who vouches for this package",
}
_NAME, _WORD = 12, 6


class Judges(msgspec.Struct, frozen=True):
    """Whom the user trusts, and on which day: what `verify` and `add` have in common."""

    at: date
    trust: bytes | None
    anchors: tuple[PublicKey, ...]
    keys: tuple[PublicKey, ...]

    @property
    def anybody(self) -> bool:
        """Whether the user named anybody."""
        return self.trust is not None or bool(self.keys)


def judges(request: Request) -> Judges:
    """The trust policy, its anchors and the keys that the options name.  Raises `RefusedError`."""
    stated = request.one("as_of")
    found = days.today() if stated is None else days.parse(stated, "--as-of")
    if isinstance(found, Diagnostic):
        raise RefusedError(found)
    path = request.one("trust")
    if request.many("anchor") and path is None:
        raise RefusedError(
            problem("RW0005", "`--anchor` says something of a trust policy, and none is given with `--trust`")
        )
    keys = tuple(signing.public_file(word) for word in request.many("key"))
    anchors = tuple(signing.public_file(word) for word in request.many("anchor"))
    lacking = signing.missing() if keys or path is not None else None
    if lacking is not None:
        raise RefusedError(lacking)
    trust = data_of(path, limits.ENVELOPE) if path is not None else None
    return Judges(date.fromisoformat(days.text(found)), trust, anchors, keys)


def examined(
    data: bytes, envelope: bytes | None, by: Judges, lock: Lock | None, signer: str = ""
) -> tuple[Verified, archive.Package | None]:
    """Verify some bytes."""
    given = Given(
        data=data,
        heads=heads,
        at=by.at,
        signature=envelope,
        trust=by.trust,
        anchors=by.anchors,
        keys=by.keys,
        lock=lock,
        signer=signer,
    )
    return verifying.examine(given)


def sign(request: Request) -> int:
    """Sign a package; return the exit code."""
    lacking = signing.missing()
    if lacking is not None:
        return refuse([lacking])
    path = request.arguments[0]
    by = Judges(date(2000, 1, 1), None, (), ())
    found, package = examined(data_of(path), None, by, None)
    wrong = [check for check in found.checks if check.outcome == "fail"]
    if package is None or wrong:
        return refuse(
            [problem(check.code, check.text, "only a whole package is signed", name_of(path)) for check in wrong]
        )
    before = envelope_of(path)
    signers = signing.opened(request)
    from rulewright.attest.signers import SignerError

    try:
        made = signature.sign(package, signers, before)
        write_file(path + signature.SUFFIX, made)
        count = len(signature.envelope(made, package).signatures)
    except PackageError as error:
        return refuse([flaw(error, name_of(path + signature.SUFFIX))])
    except SignerError as error:
        return refuse([problem(error.code, str(error), error.hint)])
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        return refuse([problem("RW0006", f"`{name_of(path + signature.SUFFIX)}` cannot be written: {why}")])
    if "quiet" not in request.flags:
        by_whom = ", ".join(signer.public.id[:12] for signer in signers)
        say(f"{clean(name_of(path + signature.SUFFIX))}: signed by {by_whom}; {plural(count, 'signature')} now")
    return exits.OK


def verify(request: Request) -> int:
    """Verify a package, and tell; return the exit code."""
    path = request.arguments[0]
    by = judges(request)
    named = request.one("lock")
    lock = locked.read(named) if named is not None else None
    if isinstance(lock, Diagnostic):
        return refuse([lock])
    envelope = envelope_of(path)
    lacking = signing.missing()
    if envelope is not None and by.anybody and lacking is not None:
        return refuse([lacking])
    found, _ = examined(data_of(path), envelope, by, lock)
    target = request.one("output")
    if request.one("format") == "json":
        return deliver(msgspec.json.encode(found).decode() + "\n", target, utf8=True) or _CODES[found.verdict]
    paint = paint_for_file() if target else paint_for(sys.stdout)
    text = "\n".join(line.rstrip() for line in lines(found, paint, quiet="quiet" in request.flags)) + "\n"
    return deliver(text, target, utf8=False) or _CODES[found.verdict]


def lines(found: Verified, paint: Paint, *, quiet: bool = False) -> Iterable[str]:
    """The verification for a person: a line per check, then the answer."""
    room = paint.columns - _NAME - _WORD - 4
    for check in () if quiet else found.checks:
        head = f"{mark(check.outcome, paint)} {pad(check.name, _NAME)} {pad(check.outcome, _WORD)} "
        first, *rest = wrap(clean(f"{check.code}: {check.text}" if check.code else check.text), room) or [""]
        yield head + first
        yield from (" " * (_NAME + _WORD + 4) + line for line in rest)
    if not quiet:
        yield ""
    symbols = paint.symbols
    good = {"valid": (symbols.tick, Ink.GOOD), "undecided": (symbols.question, Ink.WARN)}
    sign, ink = good.get(found.verdict, (symbols.cross, Ink.FAIL))
    yield paint(f"{sign} {_ANSWERS[found.verdict]}", ink)
    if found.sha256:
        yield f"  {clean(found.name)}@{clean(found.edition)}, SHA-256 {found.sha256}"
    yield from (f"  signed by {name}" for name in found.signers)
    if found.code:
        yield f"  because of {found.code}; `rulewright explain {found.code}` says what that means"
    if found.code in {"RW4021", "RW4210"}:
        yield "  get the publisher's trust policy or key by another way than this file, and give it with --trust or --key"
