"""What a verifier does: the checks of docs/reference/attestation.md, "The procedure", in their order.

Guarantees: bytes in, lines and one verdict out; it never raises, whatever the bytes are; work and memory are bounded before they are
spent (`limits`); a check that cannot be made is never `ok`.  It opens no file and asks no clock.
The checks themselves are in `checking`, `trust` and `status`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from hashlib import sha256
from typing import NamedTuple, TypeVar

import msgspec

from rulewright.attest import dsse, status, trust
from rulewright.attest.checking import documents, form, logic, results, signing, standing
from rulewright.attest.checking.results import Held
from rulewright.attest.checking.said import NOBODY, FoundError, Said, fail, note, ok, skip, unsure
from rulewright.attest.checking.signing import LIBRARY, Known
from rulewright.attest.keys import PublicKey
from rulewright.attest.model import Root, RootStatement, Row, Rule
from rulewright.attest.trust import Seen
from rulewright.attest.verification import NAMES, Check, Verification, judged

BROKE = "RW4002"
"""The code of a check that could not be carried out."""


class Artifact(NamedTuple):
    """A file given to compare: its name, and its digests in hexadecimal."""

    name: str
    sha256: str
    sha512: str


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What goes in.  `at` is the day of the check, `grace` days; `seen` what is remembered of the trust policy.

    `anchors_needed` of the anchors must have signed the trust policy: all of them where it is not said.
    """

    bundle: bytes
    at: date
    trust: bytes | None = None
    anchors: tuple[PublicKey, ...] = ()
    anchors_needed: int | None = None
    keys: tuple[PublicKey, ...] = ()
    artifacts: tuple[Artifact, ...] = ()
    statuses: tuple[bytes, ...] = ()
    disclosures: tuple[bytes, ...] = ()
    grace: int = 0
    require_pass: bool = False
    seen: Seen | None = None


class Examined(msgspec.Struct, frozen=True, kw_only=True):
    """A verification, and what may be shown of the bundle: the root where it could be read, the rows where they are those signed."""

    verification: Verification
    members: Mapping[str, bytes]
    envelope: dsse.Envelope | None
    statement: RootStatement | None
    rows: tuple[Row, ...] | None
    policy: trust.Policy | None
    """The trust policy, where it was good."""


_T = TypeVar("_T")


class _Book:
    """The lines so far."""

    def __init__(self) -> None:
        self.lines: list[Check] = []

    def line(self, name: str, said: Said) -> Said:
        """Write a line."""
        self.lines.append(Check(name, said.outcome, said.text, said.code))
        return said

    def plain(self, name: str, work: Callable[[], Said]) -> Said:
        """Make a check, and write its line."""
        return self.valued(name, lambda: (None, work()))[1]

    def valued(self, name: str, work: Callable[[], tuple[_T, Said]]) -> tuple[_T | None, Said]:
        """Make a check that gives something for later ones, and write its line."""
        try:
            found, said = work()
        except FoundError as error:
            return None, self.line(name, error.said)
        except Exception as error:  # noqa: BLE001  # whatever a library makes of hostile bytes, it is no reason to trust them
            return None, self.line(name, fail(BROKE, f"the check could not be carried out: {type(error).__name__}"))
        return found, self.line(name, said)

    def rest(self) -> None:
        """Write that there is nothing for the checks that are left to look at."""
        written = {line.name for line in self.lines}
        for name in NAMES[:-1]:
            if name not in written:
                self.line(name, skip("there is nothing to look at"))


def verify(given: Given) -> Verification:
    """The outcome."""
    return examine(given).verification


def examine(given: Given) -> Examined:
    """The outcome, with what may be shown."""
    book = _Book()
    members, _ = book.valued("container", lambda: _container(given.bundle))
    envelope, _ = book.valued("envelope", lambda: _envelope(members)) if members is not None else (None, None)
    if envelope is not None:
        book.plain("payload type", lambda: _type(envelope))
    policy, outcome = _policy(given, book)
    good = policy if outcome == "ok" else None
    if members is None or envelope is None:
        return _end(given, book, policy=good)
    known = trust.known(policy, given.keys)
    signed = book.valued("signatures", lambda: _signatures(envelope, known, policy))[0] or {}
    statement, _ = book.valued("statement", lambda: _statement(envelope.payload))
    rows: tuple[Row, ...] | None = None
    if statement is not None:
        counted = _standing(given, book, members, envelope, statement.predicate, policy, known, signed)
        rows = _contents(given, book, members, envelope.payload, statement, known, counted)
    return _end(
        given, book, members=members, envelope=envelope, statement=statement, rows=rows, policy=good, keys=tuple(signed)
    )


def _container(data: bytes) -> tuple[dict[str, bytes], Said]:
    found = form.members(data)
    what = "a single envelope" if data[:1] == b"{" else f"{len(found):,} members"
    loose = [name for name in form.LOOSE if name in found]
    told = f"; not judged, so do not rely on it: {', '.join(loose)}" if loose else ""
    return found, ok(f"{what}, {len(data):,} bytes{told}")


def _envelope(members: Mapping[str, bytes]) -> tuple[dsse.Envelope, Said]:
    found = form.envelope(members[form.ROOT])
    count = len(found.signatures)
    return found, ok(f"DSSE with {count} signature{'s' if count != 1 else ''}")


def _type(envelope: dsse.Envelope) -> Said:
    if envelope.payload_type != dsse.IN_TOTO:
        return fail("RW4006", "the envelope holds something else than an in-toto statement")
    return ok(dsse.IN_TOTO)


def _policy(given: Given, book: _Book) -> tuple[trust.Policy | None, str]:
    """Check 4."""
    data = given.trust
    if data is None:
        return None, book.line("trust policy", skip("none was given")).outcome
    if not signing.installed():
        return None, book.line("trust policy", unsure(LIBRARY, "`cryptography` is not installed")).outcome
    policy, said = book.valued(
        "trust policy", lambda: trust.check(data, given.anchors, given.seen, given.at, given.anchors_needed)
    )
    return policy, said.outcome


def _signatures(
    envelope: dsse.Envelope, known: Known, policy: trust.Policy | None
) -> tuple[dict[str, tuple[bytes, ...]], Said]:
    """Check 5."""
    if not known.anybody:
        raise FoundError(
            NOBODY, "neither a usable trust policy nor a key was given: signatures alone prove nothing", "unsure"
        )
    found = signing.who(envelope, known.keys)
    if not found:
        if known.beyond:
            raise FoundError(
                "RW4020", "no key that can be used here signed; some need a newer `cryptography`", "unsure"
            )
        raise FoundError("RW4020", "none of the known keys signed this")
    owners = {name: key.owner for name, key in policy.trust.keys.items()} if policy is not None else {}
    names = [f"{owners.get(name, 'a key given by hand')} ({known.keys[name].algorithm} {name[:12]})" for name in found]
    return found, ok(f"signed by {', '.join(names)}")


def _statement(payload: bytes) -> tuple[RootStatement, Said]:
    """Check 6."""
    found = form.statement(payload)
    names = ", ".join(" ".join(filter(None, (p.name or p.id, p.version))) for p in found.predicate.products[:3])
    more = f" and {len(found.predicate.products) - 3:,} more" if len(found.predicate.products) > 3 else ""
    return found, ok(f"about {names}{more}; {len(found.subject):,} files")


def _standing(
    given: Given,
    book: _Book,
    members: Mapping[str, bytes],
    envelope: dsse.Envelope,
    root: Root,
    policy: trust.Policy | None,
    known: Known,
    signed: Mapping[str, tuple[bytes, ...]],
) -> frozenset[str]:
    """Checks 7 to 11: whether the root counts, on this day, for whom was asked; the keys whose statements count beside it."""
    at = given.at.isoformat()
    plan = policy.trust if policy is not None else None
    authorities, doubtful = plan.tsas if plan else (), bool(known.beyond)
    times, _ = book.valued("time", lambda: standing.time(members, signed, authorities, root, at, doubtful=doubtful))
    counted = frozenset(signed)
    if plan is None:
        book.line(
            "policy rules",
            note("no trust policy, so any of the keys given does") if known.anybody else skip("no trust policy"),
        )
    else:
        around = trust.Circumstances(frozenset(signed), known.beyond, times or {}, at)
        book.plain("policy rules", lambda: trust.rules(plan, root, around))
        counted = trust.counted(plan, root, around)
    asked = _asked(policy, root)
    book.plain("period", lambda: standing.period(root, at))
    digest = sha256(envelope.payload).hexdigest()
    wanted = status.Asked(digest, root.status, any(rule.status for rule in asked), at, given.grace)
    book.plain("status", lambda: status.check(given.statuses, policy, known, wanted))
    proof, logs = members.get(standing.PROOF), plan.logs if plan else ()
    book.plain("log", lambda: standing.log(proof, envelope, root, logs, wanted=any(rule.log for rule in asked)))
    return counted


def _asked(policy: trust.Policy | None, root: Root) -> tuple[Rule, ...]:
    """The rules that apply to a root."""
    return trust.applying(policy.trust, (item.standard for item in root.verdicts)) if policy is not None else ()


def _contents(
    given: Given,
    book: _Book,
    members: Mapping[str, bytes],
    payload: bytes,
    statement: RootStatement,
    known: Known,
    counted: Iterable[str],
) -> tuple[Row, ...] | None:
    """Checks 12 to 20: whether what the bundle holds is what was signed; the rows, where they are."""
    root = statement.predicate
    found, _ = book.valued("results", lambda: results.results(members, root))
    held = found or Held()
    own, doubtful = ({name: known.keys[name] for name in counted} if known.anybody else None), bool(known.beyond)
    tied = book.plain("rows", lambda: results.rows(held, root))
    book.plain("tallies", lambda: results.tallies(held.rows, root))
    book.plain("logic", lambda: logic.check(held, root))
    book.plain("views", lambda: documents.views(members, root, held.seed))
    book.plain("statements", lambda: documents.statements(members, payload, statement, held, own, doubtful=doubtful))
    book.plain("inputs", lambda: documents.inputs(members, root))
    book.plain("artefacts", lambda: documents.artefacts(given.artifacts, statement))
    digest = sha256(payload).hexdigest()
    book.plain("disclosures", lambda: documents.disclosures(given.disclosures, digest, statement))
    return held.rows if tied.outcome == "ok" else None


def _end(
    given: Given,
    book: _Book,
    *,
    members: Mapping[str, bytes] | None = None,
    envelope: dsse.Envelope | None = None,
    statement: RootStatement | None = None,
    rows: tuple[Row, ...] | None = None,
    policy: trust.Policy | None = None,
    keys: tuple[str, ...] = (),
) -> Examined:
    """The gate, the lines that are left, the verdict."""
    book.rest()
    if given.require_pass:
        book.line("gate", _gate(statement))
    checks = tuple(sorted(book.lines, key=lambda line: NAMES.index(line.name)))
    verdict, code = judged(checks)
    verification = Verification(
        verdict=verdict,
        code=code,
        day=given.at.isoformat(),
        root=sha256(envelope.payload).hexdigest() if envelope is not None else "",
        gate=statement.predicate.gate if statement is not None and verdict == "valid" else "",
        keys=keys,
        checks=checks,
    )
    return Examined(
        verification=verification,
        members=members or {},
        envelope=envelope,
        statement=statement,
        rows=rows,
        policy=policy,
    )


def _gate(statement: RootStatement | None) -> Said:
    """The check that is made where a pass is required."""
    if statement is None:
        return skip("there is nothing to look at")
    root = statement.predicate
    if root.gate != "pass":
        return fail("RW4015", "something blocks")
    if root.fail_on == "never":
        return fail("RW4015", "the run was told that nothing blocks")
    if not any(tally.passed for tally in root.verdicts):
        return fail("RW4015", "nothing was shown to be met")
    return ok("nothing blocks")
