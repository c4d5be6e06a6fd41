"""`rulewright attest`: a result as a signed bundle that its receiver can verify offline and run again.

Guarantees: what the result says it was made of is looked at again before anything is signed: a file that has changed since stops
the command; a file that is not there any more is named, and the bundle then needs it to be supplied for `replay`.  The bundle is
written whole or not at all.  It judges nothing: a result that blocks is attested like any other.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import msgspec

from rulewright.attest import build as building
from rulewright.attest.container import ContainerError
from rulewright.attest.signers import SignerError
from rulewright.cli import days, signing
from rulewright.cli.artifacts import hashed
from rulewright.cli.check import deliver_bytes
from rulewright.cli.code_digest import code_digest
from rulewright.cli.documents import name_of
from rulewright.cli.gathering import unreadable
from rulewright.cli.options import Request
from rulewright.cli.problems import problem, refuse, show
from rulewright.cli.replacing import replaced, there
from rulewright.cli.streams import say
from rulewright.cli.text import clean, plural
from rulewright.diagnostics import Diagnostic
from rulewright.engine.compare_read import NotAResultError, decode
from rulewright.engine.result import Report

if TYPE_CHECKING:
    from rulewright.attest.signers import Signer
    from rulewright.cli.enclosing import Enclosed

_UNCHECKED = "what it says was not compared with its documents: you sign it as it stands"
_HEX = re.compile(r"[0-9a-f]{64}")


def run(request: Request) -> int:
    """Attest; return the exit code."""
    report = _report(request.arguments)
    target = report if isinstance(report, Diagnostic) else _target(request, report)
    if isinstance(target, Diagnostic):
        return refuse([target])
    assert not isinstance(report, Diagnostic)
    order = _order(request, report)
    if isinstance(order, list):
        return refuse(order)
    try:
        unsigned = building.build(order)
    except building.BuildError as error:
        return refuse([problem("RW4102", str(error))])
    signers = signing.signers(request)
    if isinstance(signers, int):
        return signers
    return _sealed(request, unsigned, signers, target)


def _sealed(request: Request, unsigned: building.Unsigned, signers: list[Signer], target: str) -> int:
    """Sign, pack, write."""
    members = dict(unsigned.members)
    if "no_page" not in request.flags:
        from rulewright.attest.page import page

        members["verify.html"] = page()
    try:
        data = building.seal(msgspec.structs.replace(unsigned, members=members), signers)
    except SignerError as error:
        return refuse([problem(error.code, str(error), error.hint)])
    except ContainerError as error:
        return refuse([problem(error.code, str(error), "`--no-inputs` leaves out the documents")])
    code = deliver_bytes(data, target)
    if not code and "quiet" not in request.flags:
        _told(request, unsigned, signers, target, len(data))
    return code


def _report(words: tuple[str, ...]) -> Report | Diagnostic:
    """The result to attest."""
    if len(words) != 1:
        return problem("RW0002", "`attest` takes one result", "`rulewright check … --format json` writes one")
    (word,) = words
    name = name_of(word)
    try:
        if word == "-":
            data = sys.stdin.buffer.read()
        else:
            with open(word, "rb") as stream:
                data = stream.read()
    except OSError as error:
        return unreadable(name, error)
    try:
        return decode(data)
    except NotAResultError as error:
        hint = "`rulewright check … --format json --output result.json` writes one"
        return problem("RW4102", f"`{name}` is no result: {error}", hint)


def _target(request: Request, report: Report) -> str | Diagnostic:
    """The file to write: the one named, or one called after the product that does not exist yet."""
    path = request.one("output") or _called(report)
    stated = msgspec.structs.replace(request, texts={**request.texts, "output": (path,)})
    lost = replaced(stated, also=_recorded(report))
    if lost is None and "overwrite" not in request.flags:
        lost = there(path)
    return lost or path


def _called(report: Report) -> str:
    """The name of a bundle that is called after the product."""
    product = report.products[0] if report.products else None
    words = (product.name or product.id, product.version) if product is not None else ()
    plain = re.sub(r"[^a-z0-9.]+", "-", " ".join(words).lower()).strip("-.")[:80].rstrip("-.")
    return f"{plain or 'product'}.attestation.zip"


def _recorded(report: Report) -> list[str]:
    """The files and folders that the result was made of, where they lay."""
    run = report.run
    named = [item.name for item in report.inputs]
    if run is None:
        return named
    return [*named, *(file.name for file in run.texts), *(file.name for each in run.given for file in each.files)]


def _order(request: Request, report: Report) -> building.Order | list[Diagnostic]:
    """What to attest, from the command line and the files that the result names."""
    problems: list[Diagnostic] = []
    seed = _seed(request, problems)
    until = _until(request, report, problems)
    supersedes = _digest(request, problems)
    artifacts = [found for word in request.many("artifact") if (found := hashed(word, problems)) is not None]
    enclosed = None if problems else _enclosed(report, problems)
    if problems:
        return problems
    return building.Order(
        report=report,
        seed=seed,
        code=code_digest(),
        artifacts=tuple(artifacts),
        run=enclosed.run if enclosed is not None else None,
        files=enclosed.files if enclosed is not None and "no_inputs" not in request.flags else {},
        products=enclosed.products if enclosed is not None else (),
        program=enclosed.program if enclosed is not None else None,
        program_sha256=report.run.program if report.run is not None else None,
        valid_until=until,
        views=() if "no_views" in request.flags else None,
        supersedes=supersedes,
        status=request.one("status_list"),
        log=request.one("origin"),
        keep_results="root_only" not in request.flags,
    )


def _enclosed(report: Report, problems: list[Diagnostic]) -> Enclosed | None:
    """The files of the run, compared with what the result says of them."""
    from rulewright.cli.enclosing import enclosed

    found = enclosed(report)
    problems += found.problems
    if report.run is None:
        text = f"the result does not record its run, so nobody can repeat it; {_UNCHECKED}"
        show([_warning("RW4081", text, "write it anew with this version")])
    elif found.missing and not problems:
        listed = [f"`{clean(name)}` {why}" for name, why in found.missing]
        hint = "who repeats the run will need them; attest where they lie"
        show([_warning("RW4081", f"not enclosed: {', '.join(listed[:5])}; {_UNCHECKED}", hint)])
    return found


def _warning(code: str, message: str, hint: str) -> Diagnostic:
    from rulewright.diagnostics import Severity

    return Diagnostic(code, Severity.WARNING, message, hint=hint)


def _seed(request: Request, problems: list[Diagnostic]) -> bytes:
    """The seed of the salts: from a file of 64 hexadecimal digits, or fresh dice."""
    path = request.one("seed")
    if path is None:
        import secrets

        return secrets.token_bytes(building.SEED)
    try:
        with open(path, encoding="ascii", errors="replace") as stream:
            text = stream.read(1_000).strip()
    except OSError as error:
        problems.append(unreadable(name_of(path), error))
        return b""
    if _HEX.fullmatch(text) is None:
        problems.append(
            problem("RW0005", f"`{name_of(path)}` holds no seed", "it is 64 hexadecimal digits, kept secret")
        )
        return b""
    return bytes.fromhex(text)


def _until(request: Request, report: Report, problems: list[Diagnostic]) -> str | None:
    """The last day that the author allows."""
    stated = request.one("valid_until")
    if stated is None:
        return None
    day = days.parse(stated, "--valid-until")
    if isinstance(day, Diagnostic):
        problems.append(day)
        return None
    if days.text(day) < report.as_of[:10]:
        problems.append(problem("RW0005", "`--valid-until` is before the day of the result"))
    return days.text(day)


def _digest(request: Request, problems: list[Diagnostic]) -> str | None:
    """The root that this attestation takes the place of: its digest, or a bundle."""
    word = request.one("supersedes")
    if word is None or _HEX.fullmatch(word):
        return word
    from rulewright.cli.bundles import root_digest

    found = root_digest(word)
    if isinstance(found, Diagnostic):
        problems.append(found)
        return None
    return found


def _told(request: Request, unsigned: building.Unsigned, signers: list[Signer], target: str, size: int) -> None:
    """What was made, in a few lines on stderr."""
    said = unsigned.statement.predicate
    members = unsigned.members
    views = [name.removeprefix("views/") for name in members if name.startswith("views/")]
    inputs = sum(name.startswith("inputs/") for name in members)
    where = "standard output" if target == "-" else clean(name_of(target))
    say(
        f"attested: {plural(said.results.leaves, 'requirement')} of {plural(len(said.verdicts), 'standard')}, gate {said.gate}"
    )
    say(f"  written      {where}, {size:,} bytes")
    say(f"  root         {unsigned.root}")
    say(f"  holds        as of {said.as_of[:10]} until {said.valid_until}")
    for signer in signers:
        say(f"  signed by    {signer.public.algorithm} {signer.public.id[:16]}…")
    say(
        f"  encloses     {plural(len(views), 'view')}, {plural(inputs, 'input')}{'' if inputs else ' (a repetition needs them)'}"
    )
    if "ephemeral" in request.flags:
        say("  untrusted    signed with a key that is thrown away now: nobody can tell who made it")
    say("  verify with  rulewright verify FILE --trust TRUST-POLICY --anchor KEY")
