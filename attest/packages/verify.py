"""Is a package whole, and does somebody who is trusted vouch for it: the checks of docs/reference/packages.md, in their order.

Guarantees: bytes in, lines and one verdict out; it never raises, whatever the bytes are; a check that cannot be made is never `ok`; without a
trust policy or a key the verdict is `undecided`, never `valid`.  It opens no file, asks no clock and compiles nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

import msgspec

from rulewright.attest import trust
from rulewright.attest.checking import signing
from rulewright.attest.checking.said import NOBODY, FoundError, Said, fail, note, ok, skip, unsure
from rulewright.attest.checking.signing import LIBRARY
from rulewright.attest.dsse import Envelope
from rulewright.attest.keys import PublicKey
from rulewright.attest.model import Rule
from rulewright.attest.packages import archive, model, signature, source
from rulewright.attest.packages.archive import Package
from rulewright.attest.packages.lock import unmet
from rulewright.attest.packages.model import Lock, Locked, Manifest, Module, PackageError
from rulewright.attest.trust import Circumstances, Policy
from rulewright.attest.verification import Check, Verdict, judged
from rulewright.facts.identity import licenses

READING = frozenset({"container", "manifest"})
"""Where one of these fails, there is nothing to judge."""
Heads = Callable[[bytes], Iterable[tuple[str, str, str]]]
"""Kind, id and edition of the modules in a rule text, as the parser reads it.  Raises `PackageError` where it cannot."""


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What goes in.  `signature` is the envelope beside the archive, `lock` that of the project, `at` the day of the check."""

    data: bytes
    heads: Heads
    at: date
    signature: bytes | None = None
    trust: bytes | None = None
    anchors: tuple[PublicKey, ...] = ()
    keys: tuple[PublicKey, ...] = ()
    lock: Lock | None = None
    signer: str = ""
    """The key that a dependency must be signed by; empty where nobody asks."""


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """What comes out.

    `signers` are the keys whose signatures counted: given by hand, or in a role that the trust policy asks for, valid on the day and not
    revoked.  They vouch for something only where the verdict is `valid`.
    """

    format: str = "rulewright-package-verification/1"
    verdict: Verdict
    code: str
    day: str
    name: str
    edition: str
    sha256: str
    signers: tuple[str, ...]
    checks: tuple[Check, ...]


def examine(given: Given) -> tuple[Verified, Package | None]:
    """Verify; the package is there where it is whole."""
    checks: list[Check] = []
    package = _opened(given, checks)
    signers: tuple[str, ...] = ()
    if package is not None:
        _content(package, given, checks)
        signers = _vouched(package, given, checks)
        _put(checks, "order", _order(package, given.lock))
    verdict, code = judged(checks, READING)
    said = package.manifest if package is not None else None
    made = Verified(
        verdict=verdict,
        code=code,
        day=given.at.isoformat(),
        name=said.name if said is not None else "",
        edition=said.edition if said is not None else "",
        sha256=package.sha256 if package is not None else "",
        signers=signers,
        checks=tuple(checks),
    )
    return made, package


def _put(checks: list[Check], name: str, said: Said) -> None:
    checks.append(Check(name, said.outcome, said.text, said.code))


def _opened(given: Given, checks: list[Check]) -> Package | None:
    """Archive, manifest and files."""
    step = "container"
    try:
        manifest, members = archive.opened(given.data)
        _put(checks, step, ok(f"{len(members) + 1} members in the one form"))
        step = "manifest"
        archive.check(manifest)
        _put(checks, step, ok(f"{manifest.name}@{manifest.edition}, by {manifest.publisher}"))
        step = "files"
        archive.held(manifest, members)
        package = archive.unpack(given.data)
    except PackageError as error:
        if error.code == "RW4202" and step == "container":
            _put(checks, step, ok("members in the one form"))
            step = "manifest"
        _put(checks, step, fail(error.code, f"{error.name}: {error}" if error.name else str(error)))
        return None
    _put(checks, step, ok(f"{len(manifest.files)} as listed, by size and SHA-256"))
    return package


def _content(package: Package, given: Given, checks: list[Check]) -> None:
    """Whether the manifest says what the files say, and what the pack asks of others."""
    said = package.manifest
    _put(checks, "modules", _modules(package, given.heads))
    _put(checks, "author", _author(package))
    fault = licenses.problem(said.license)
    licence = (
        ok(said.license) if fault is None else fail("RW4205", f"the licence is no SPDX expression: {fault.message}")
    )
    _put(checks, "licence", licence)
    tests = f"{said.tests.passed} passed when it was built" if said.tests.run else "not run when it was built"
    _put(checks, "tests", note(tests + "; not run now"))
    _put(checks, "dependencies", _dependencies(said, given.lock))


def _modules(package: Package, heads: Heads) -> Said:
    """The modules are those of the rule files."""
    found: list[Module] = []
    for file, data in sorted(package.files.items()):
        try:
            listed = heads(data) if file.endswith(model.RULES) else ()
        except PackageError as error:
            return fail(error.code, f"`{file}`: {error}")
        found += (
            Module(kind=kind, id=name, edition=edition, file=file)  # type: ignore[arg-type]  # there are three kinds
            for kind, name, edition in listed
        )
    if tuple(sorted(found, key=lambda each: (each.id, each.edition))) != package.manifest.modules:
        return fail("RW4204", "the manifest lists other modules than the rule files hold")
    return ok(f"{len(found)} as listed") if found else fail("RW4204", "the package holds no rule module")


def _author(package: Package) -> Said:
    """The manifest in the archive is what the author's manifest says."""
    said, data = package.manifest, package.files.get(model.SOURCE)
    if data is None:
        return fail("RW4204", f"the author's manifest `{model.SOURCE}` is not in the package")
    try:
        wrote = source.read(data)
    except PackageError as error:
        return fail(error.code, f"`{model.SOURCE}`: {error}")
    if source.dependencies(wrote) != said.dependencies or any(
        getattr(wrote, name) != getattr(said, name)
        for name in ("name", "edition", "title", "publisher", "license", "language", "changelog")
    ):
        return fail("RW4204", f"the manifest says something else than the author's `{model.SOURCE}`")
    wrong = next(source.missing(wrote, package.files), None)
    return (
        fail("RW4204", wrong.message)
        if wrong is not None
        else ok(f"as `{model.SOURCE}` says; {said.changelog} names the edition")
    )


def _dependencies(said: Manifest, lock: Lock | None) -> Said:
    """What it needs is pinned, and is in the lock where one is given."""
    count = len(said.dependencies)
    if not count:
        return ok("none")
    if lock is None:
        return note(f"{count}, pinned by SHA-256; without a lock they were not looked for")
    locked = {each.name: each for each in lock.packs}
    for wanted in said.dependencies:
        wrong = unmet(wanted, locked.get(wanted.name))
        if wrong:
            return fail("RW4209", wrong)
        if wanted.signer and wanted.signer not in locked[wanted.name].signers:
            return fail("RW4209", f"`{wanted.name}` was not locked as signed by {wanted.signer[:12]}")
    return ok(f"{count}, locked with the bytes that it was made with")


def _vouched(package: Package, given: Given, checks: list[Check]) -> tuple[str, ...]:
    """Trust policy, signature, and whether the rules for packages are met; the ids of the keys that counted."""
    policy = _policy(given, checks)
    envelope = None
    if given.signature is None:
        _put(checks, "signature", unsure("RW4210", "nobody signed the package, or the file of signatures is not there"))
    else:
        try:
            envelope = signature.envelope(given.signature, package)
        except PackageError as error:
            _put(checks, "signature", fail(error.code, str(error)))
    if envelope is None:
        _put(checks, "trust", skip("there is no signature to look at"))
        return ()
    return _signers(package, envelope, policy, given, checks)


def _policy(given: Given, checks: list[Check]) -> Policy | None:
    """The trust policy, if one is given and can be used."""
    if given.trust is None:
        return None
    try:
        policy, said = trust.check(given.trust, given.anchors, None, given.at)
    except FoundError as error:
        policy, said = None, error.said
    _put(checks, "trust policy", said)
    return policy


def _signers(
    package: Package, envelope: Envelope, policy: Policy | None, given: Given, checks: list[Check]
) -> tuple[str, ...]:
    """Whose signatures count, of those who are known; and whether that suffices."""
    known = trust.known(policy, given.keys)
    count = len(envelope.signatures)
    if not known.anybody:
        _put(checks, "signature", unsure(NOBODY, f"{count} over this package; nobody said whom to trust"))
        _put(checks, "trust", skip("neither a trust policy nor a key was given"))
        return ()
    wrong = signature.misnamed(envelope, known.keys)
    if wrong:
        _put(
            checks,
            "signature",
            fail("RW4211", f"what stands there as a signature by {wrong[:12]} is none, or under another id"),
        )
        _put(checks, "trust", skip("the signatures were changed"))
        return ()
    who = tuple(signing.who(envelope, known.keys))
    if not who:
        said = (
            unsure(LIBRARY, "the keys given cannot be used here")
            if known.beyond
            else fail("RW4020", "no known key signed")
        )
        _put(checks, "signature", said)
        _put(checks, "trust", skip("no known key signed"))
        return ()
    _put(checks, "signature", ok(f"by {', '.join(name[:12] for name in who)}"))
    around = Circumstances(frozenset(who), known.beyond, {}, given.at.isoformat())
    counted = _counted(package.manifest.name, policy, around, given)
    if given.signer and given.signer not in counted:
        _put(checks, "signer", fail("RW4209", f"who depends on it asks for a signature by {given.signer[:12]}"))
    _put(checks, "trust", _trusted(package.manifest.name, policy, around, given))
    return counted


def _counted(name: str, policy: Policy | None, around: Circumstances, given: Given) -> tuple[str, ...]:
    """The keys that signed and count: given by hand, or standing in a role that a rule for packages of this name asks for."""
    found = around.signed & {key.id for key in given.keys}
    if policy is not None:
        for rule in _rules(name, policy):
            good = trust.standing(policy.trust, policy.trust.roles[rule.role], around)
            found |= frozenset() if isinstance(good, Said) else frozenset(good)
    return tuple(sorted(found))


def _rules(name: str, policy: Policy) -> list[Rule]:
    """The rules of a trust policy for packages of a name, whatever its case."""
    return [
        rule
        for rule in policy.trust.rules
        if rule.predicate in {model.PREDICATE, "*"} and {name, "*"} & {each.lower() for each in rule.standards}
    ]


def _trusted(name: str, policy: Policy | None, around: Circumstances, given: Given) -> Said:
    """Whether every rule of the trust policy for packages of this name is met; keys given by hand vouch by themselves."""
    by_hand = around.signed & {key.id for key in given.keys}
    if policy is None:
        return ok("by a key given by hand") if by_hand else fail("RW4026", "no key given by hand signed")
    rules = _rules(name, policy)
    if not rules:
        return fail("RW4026", f"no rule of the trust policy speaks of packages called `{name}` ({model.PREDICATE})")
    for rule in rules:
        if rule.log or rule.status:
            return fail(
                "RW4026",
                f"the rule for the role `{rule.role}` asks for a log or a status list, which packages do not have",
            )
        said = trust.met(policy.trust, rule, around, None)
        if said.outcome != "ok":
            return said
    return ok(f"met, in the roles: {', '.join(sorted({rule.role for rule in rules}))}")


def _order(package: Package, lock: Lock | None) -> Said:
    """Whether the package steps back behind the one that is locked."""
    if lock is None:
        return skip("without a lock there is nothing to compare with")
    before = next((each for each in lock.packs if each.name == package.manifest.name), None)
    wrong = older(package, before)
    if wrong:
        return fail("RW4213", wrong)
    return note("not locked yet") if before is None else ok(f"edition {before.edition} is locked")


def older(package: Package, before: Locked | None) -> str:
    """Why a package may not take the place of a locked one; empty where it may."""
    said = package.manifest
    if before is None:
        return ""
    if model.order(said.edition) == model.order(before.edition) and package.sha256 != before.sha256:
        spelt = "" if said.edition == before.edition else f", spelt `{before.edition}`,"
        return f"edition `{said.edition}` of `{said.name}` is locked{spelt} with other bytes: an edition never changes"
    if model.order(said.edition) < model.order(before.edition):
        return f"edition `{said.edition}` of `{said.name}` is older than the locked one, `{before.edition}`"
    return ""
