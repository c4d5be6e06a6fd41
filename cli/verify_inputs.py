"""What `rulewright verify` reads: the bundle, keys, artefacts and the other files of a verification.

Guarantees: no file is read further than a verifier would take it, artefacts in pieces; everything that cannot be read is told at once;
nothing that is read is written over.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from rulewright.attest import limits
from rulewright.attest.keys import PublicKey
from rulewright.attest.trust import Seen
from rulewright.attest.verify import Artifact, Given
from rulewright.cli import bundles, days
from rulewright.cli.artifacts import hashed
from rulewright.cli.options import Request
from rulewright.cli.problems import problem
from rulewright.cli.replacing import replaced
from rulewright.cli.signing import RefusedError, public_file
from rulewright.diagnostics import Diagnostic

_READ = ("artifact", "trust", "anchor", "key", "status", "disclosure")


def misused(request: Request) -> Diagnostic | None:
    """What is wrong with the words, before anything is read."""
    if len(request.arguments) > 1:
        return problem("RW0002", "`verify` takes one bundle", "files of the product are given with `--artifact FILE`")
    if not request.arguments and request.one("page") is None:
        return problem("RW0002", "`verify` takes a bundle", "`rulewright attest` writes one")
    for option, needed in (("anchor", "trust"), ("seen", "trust")):
        if request.many(option) and not request.many(needed):
            return problem("RW0005", f"`--{option}` says something of a trust policy, and none is given with `--trust`")
    wanted, anchors = request.numbers.get("anchors_needed"), len(request.many("anchor"))
    if wanted is not None and not 1 <= wanted <= anchors:
        hint = "it says how many of the keys given with `--anchor` must have signed the trust policy"
        return problem("RW0005", f"`--anchors-needed {wanted}` is not from 1 to the {anchors} anchors given", hint)
    words = [*request.arguments, *(word for option in _READ for word in request.many(option))]
    if words.count("-") > 1:
        return problem("RW0005", "only one file can come from stdin")
    return replaced(request)


def given(request: Request, seen: dict[str, Seen]) -> Given | list[Diagnostic]:
    """What the verifier is given; or everything that cannot be read.  `seen` is what is remembered of trust policies, by id."""
    problems: list[Diagnostic] = []
    at = _day(request, problems)
    bundle = bundles.read(request.arguments[0])
    if isinstance(bundle, Diagnostic):
        problems.append(bundle)
    trust = _read(request.one("trust"), limits.ENVELOPE, problems)
    anchors, keys = (_keys(request.many(option), problems) for option in ("anchor", "key"))
    artifacts = [Artifact(found.name, found.sha256, found.sha512) for found in _hashed(request, problems)]
    statuses = [_read(path, limits.ENVELOPE, problems) for path in request.many("status")]
    shown = [_read(path, limits.DOCUMENT, problems) for path in request.many("disclosure")]
    if problems or isinstance(bundle, Diagnostic) or at is None:
        return problems
    return Given(
        bundle=bundle,
        at=at,
        trust=trust,
        anchors=anchors,
        anchors_needed=request.numbers.get("anchors_needed"),
        keys=keys,
        artifacts=tuple(artifacts),
        statuses=tuple(data for data in statuses if data is not None),
        disclosures=tuple(data for data in shown if data is not None),
        grace=request.numbers.get("grace", 0),
        require_pass="require_pass" in request.flags,
        seen=_seen(trust, seen),
    )


def _day(request: Request, problems: list[Diagnostic]) -> date | None:
    """The day of the check."""
    stated = request.one("at")
    found = days.today() if stated is None else days.parse(stated, "--at")
    if isinstance(found, int):
        return date.fromisoformat(days.text(found))
    problems.append(found)
    return None


def _read(path: str | None, limit: int, problems: list[Diagnostic]) -> bytes | None:
    """The bytes of a file, no more than one beyond the limit, for the verifier to refuse."""
    found = bundles.read(path, limit) if path is not None else None
    if isinstance(found, Diagnostic):
        problems.append(found)
        return None
    return found


def _keys(paths: Iterable[str], problems: list[Diagnostic]) -> tuple[PublicKey, ...]:
    """Public keys."""
    found = []
    for path in paths:
        try:
            found.append(public_file(path))
        except RefusedError as error:
            problems.append(error.diagnostic)
    return tuple(found)


def _hashed(request: Request, problems: list[Diagnostic]) -> list[Artifact]:
    """The artefacts."""
    found = (hashed(path, problems) for path in request.many("artifact"))
    return [Artifact(item.name, item.sha256, item.sha512) for item in found if item is not None]


def _seen(trust: bytes | None, seen: dict[str, Seen]) -> Seen | None:
    """What is remembered of this trust policy; one that cannot be read is the verifier's to refuse."""
    from rulewright.attest.checking.said import FoundError
    from rulewright.attest.trust import read

    if trust is None or not seen:
        return None
    try:
        return seen.get(read(trust).trust.id)
    except FoundError:
        return None
