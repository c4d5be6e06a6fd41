"""`rulewright bundle add SOURCE`: packages into a project, with all that they depend on.

Guarantees: everything is verified before anything is written; archives go first and the lock last, so a project is never left with half of
it; a step back is refused, and so is a package that fails a check; where a trust policy or key is given, one that cannot be judged is
refused, too.  Without either, packages are pinned by their bytes alone, and that is said and recorded.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from hashlib import file_digest, sha256

import msgspec

from rulewright.attest.packages import lock as locks
from rulewright.attest.packages import model
from rulewright.attest.packages.archive import Package
from rulewright.attest.packages.model import Dependency, Locked, PackageError
from rulewright.attest.packages.signature import SUFFIX
from rulewright.attest.packages.verify import Verified, older
from rulewright.cli import exits
from rulewright.cli.documents import name_of
from rulewright.cli.options import Request
from rulewright.cli.packages import locked, sources
from rulewright.cli.packages.reading import flaw
from rulewright.cli.packages.sources import Brought, Place
from rulewright.cli.packages.vouching import Judges, examined, judges
from rulewright.cli.problems import problem, refuse
from rulewright.cli.signing import RefusedError
from rulewright.cli.streams import put, say, write_file
from rulewright.cli.text import clean
from rulewright.diagnostics import Diagnostic


class New(msgspec.Struct, frozen=True):
    """A package that was judged and may be written."""

    entry: Locked
    package: Package
    brought: Brought


def run(request: Request) -> int:
    """Add; return the exit code."""
    by = judges(request)
    path = request.one("lock") or locked.nearest(os.getcwd()) or locked.LOCK
    before = current(path)
    source, *names = request.arguments
    forced = "overwrite" in request.flags
    found = [
        New(msgspec.structs.replace(each.entry, source=recorded(each.brought, path)), each.package, each.brought)
        for each in chosen(sources.place(source), tuple(names), before, by, forced=forced)
    ]
    packs = {**before, **{each.entry.name: each.entry for each in found}}
    try:
        data = locks.encode(packs.values())
    except PackageError as error:
        return refuse([flaw(error)])
    problems = led_away(path) or _clashing(path, packs, found) or _lost(path, before, found, forced=forced)
    if problems:
        return refuse(problems)
    try:
        write(path, data, found)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        return refuse([problem("RW0006", f"the packs cannot be written: {why}", "nothing was changed")])
    clear(path, [each for each in before.values() if packs[each.name].edition != each.edition])
    for each in found:
        put(f"{each.entry.sha256}  {clean(each.entry.name)}@{clean(each.entry.edition)}\n")
        if "quiet" not in request.flags:
            by_whom = ", ".join(key[:12] for key in each.entry.signers)
            said = (
                f"signed by {by_whom}" if by_whom else "nobody's signature was judged: it is pinned by its bytes alone"
            )
            say(f"{clean(each.entry.name)}@{clean(each.entry.edition)}: {said}")
    return exits.OK


def current(path: str) -> dict[str, Locked]:
    """The packs of a lock by name; none where there is no lock yet.  Raises `RefusedError`."""
    if not os.path.lexists(path):
        return {}
    found = locked.read(path)
    if isinstance(found, Diagnostic):
        raise RefusedError(found)
    return {each.name: each for each in found.packs}


def chosen(place: Place, names: tuple[str, ...], before: dict[str, Locked], by: Judges, *, forced: bool) -> list[New]:
    """The packages asked for and all that they need, each judged, by name.  Raises `RefusedError`."""
    found: dict[str, New] = {}
    waiting: list[tuple[Brought, Dependency | None]] = [(each, None) for each in place.wanted(names)]
    while waiting:
        brought, asked = waiting.pop()
        new = _judged(brought, asked, before, by, forced=forced)
        other = found.setdefault(new.entry.name, new)
        if other.entry.sha256 != new.entry.sha256:
            message = f"`{new.entry.name}` is needed in editions `{other.entry.edition}` and `{new.entry.edition}`"
            raise RefusedError(problem("RW4209", message, "one edition of a pack is locked; ask for packs that agree"))
        for wanted in new.entry.dependencies:
            if wanted.name not in found or locks.unmet(wanted, found[wanted.name].entry):
                waiting += _needed(wanted, place, before)
    return [found[name] for name in sorted(found)]


def _needed(wanted: Dependency, place: Place, before: dict[str, Locked]) -> Iterator[tuple[Brought, Dependency]]:
    """What a package depends on, unless it is locked already.  Raises `RefusedError` RW4209."""
    there = before.get(wanted.name)
    if not locks.unmet(wanted, there) and there is not None and (not wanted.signer or wanted.signer in there.signers):
        return
    brought = place.needed(wanted)
    called = f"`{wanted.name}@{wanted.edition}`"
    if brought is None:
        hint = f"add {called} first; it was made with the one of SHA-256 {wanted.sha256}"
        raise RefusedError(problem("RW4209", f"the dependency {called} is neither locked nor beside the package", hint))
    if sha256(brought.data).hexdigest() != wanted.sha256:
        raise RefusedError(problem("RW4209", f"the dependency {called} does not have the bytes that it is pinned to"))
    yield brought, wanted


def _judged(brought: Brought, asked: Dependency | None, before: dict[str, Locked], by: Judges, *, forced: bool) -> New:
    """A package that may be added.  Raises `RefusedError` RW4212, RW4213."""
    told, package = examined(brought.data, brought.signature, by, None, asked.signer if asked is not None else "")
    shown = clean(f"{told.name}@{told.edition}" if package is not None else brought.source)
    wrong = [check for check in told.checks if check.outcome == "fail" or (by.anybody and check.outcome == "unsure")]
    if package is None or wrong:
        notes = tuple(f"{check.code}: {check.name}: {check.text}" for check in wrong)
        hint = "`rulewright bundle verify` shows all checks; nothing was changed"
        made = problem("RW4212", f"`{shown}` is not added: {wrong[0].text}", hint, brought.source)
        raise RefusedError(msgspec.structs.replace(made, notes=notes))
    if brought.listed is not None and brought.listed != (told.name, told.edition):
        message = f"the index lists `{'@'.join(brought.listed)}`, and the file is `{shown}`"
        raise RefusedError(problem("RW4217", message, "ask the publisher of the index", brought.source))
    signers = told.signers if told.verdict == "valid" else ()
    if asked is not None and asked.signer and asked.signer not in signers:
        message = f"`{shown}` has to be signed by the key {asked.signer[:12]}, and that was not judged"
        raise RefusedError(problem("RW4209", message, "give `--trust FILE` or `--key FILE`"))
    _not_back(package, told, signers, before.get(told.name), forced=forced)
    signature = None if brought.signature is None else sha256(brought.signature).hexdigest()
    entry = Locked(
        name=told.name,
        edition=told.edition,
        sha256=told.sha256,
        signature=signature,
        source=brought.source,  # as given; the lock has it as `recorded`
        signers=signers,
        dependencies=package.manifest.dependencies,
    )
    return New(entry, package, brought)


def _not_back(
    package: Package, told: Verified, signers: tuple[str, ...], before: Locked | None, *, forced: bool
) -> None:
    """Refuse a step back behind what is locked.  Raises `RefusedError` RW4212, RW4213."""
    if before is None:
        return
    wrong = older(package, before)
    same = model.order(told.edition) == model.order(before.edition)
    if wrong and (not forced or same):
        hint = "ask its publisher why" if same else "`--force` takes an older edition"
        raise RefusedError(problem("RW4213", wrong, hint))
    if before.signers and not signers:
        message = f"`{told.name}` is locked as signed, and nobody's signature was judged now"
        raise RefusedError(problem("RW4212", message, "give `--trust FILE` or `--key FILE`, or remove the pack first"))


def _clashing(path: str, packs: dict[str, Locked], found: list[New]) -> list[Diagnostic]:
    """What would be wrong with the modules of the project afterwards."""
    new = {each.entry.name: each.package for each in found}
    modules = []
    problems = []
    for name, item in sorted(packs.items()):
        package = new.get(name) or locked.opened(path, item)
        if isinstance(package, Diagnostic):
            problems.append(package)
        else:
            modules += locked.modules_of(package, locked.archive_of(path, item))
    return problems + locked.clashes(modules)


def recorded(brought: Brought, path: str) -> str:
    """What a lock says of where a package came from: no place of this machine.

    An address as it is recorded; a file or folder by its path from the lock where it lies below it or was named from there, else by its
    last name alone.
    """
    if not brought.path:
        return brought.source
    beside = os.path.dirname(path) or "."
    place = os.path.relpath(os.path.realpath(brought.path), os.path.realpath(beside))
    below = place.partition(os.sep)[0] != os.pardir
    from_there = not os.path.isabs(brought.path) and os.path.realpath(beside) == os.path.realpath(os.curdir)
    shown = place if below else os.path.normpath(brought.path) if from_there else os.path.basename(place)
    prefix = sources.LOCAL if brought.source.startswith(sources.LOCAL) else ""
    return prefix + name_of(shown.replace(os.sep, "/"))


def led_away(path: str) -> list[Diagnostic]:
    """Lock or folder of the archives that is a link, so that writing would change something elsewhere."""
    folder = os.path.join(os.path.dirname(path), locked.FOLDER)
    hint = "what a link leads to is never changed; put the thing itself in its place"
    return [
        problem("RW0006", f"`{os.path.basename(each)}` is a link", hint)
        for each in (path, folder)
        if os.path.islink(each)
    ]


def _lost(path: str, before: dict[str, Locked], found: list[New], *, forced: bool) -> list[Diagnostic]:
    """Links, and files that would be written over and do not have the bytes that the lock says are ours."""
    problems = []
    for each in found:
        was, archive = before.get(each.entry.name), locked.archive_of(path, each.entry)
        ours = was if was is not None and was.edition == each.entry.edition else None
        for target, content, digest in (
            (archive, each.brought.data, "" if ours is None else ours.sha256),
            (archive + SUFFIX, each.brought.signature, "" if ours is None else ours.signature),
        ):
            if content is None or not os.path.lexists(target) or _has(target, content):
                continue
            shown = f"{locked.FOLDER}/{os.path.basename(target)}"
            if not _is_plain(target):
                hint = "nothing is ever written through it; move it away first"
                problems.append(problem("RW0006", f"`{shown}` is there already and is no plain file", hint))
            elif not forced and _digest(target) != digest:
                hint = "nobody locked it; move it away first, or give `--force`"
                problems.append(problem("RW0006", f"`{shown}` is there already and is another file", hint))
    return problems


def _is_plain(path: str) -> bool:
    """Whether there is a plain file, and no link to one."""
    return os.path.isfile(path) and not os.path.islink(path)


def _digest(path: str) -> str:
    """The SHA-256 of a file; empty where it cannot be read."""
    try:
        with open(path, "rb") as stream:
            return file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def write(path: str, data: bytes, found: list[New]) -> None:
    """Put archives and lock in place: the lock last, and nothing new stays where that fails.  Raises `OSError`."""
    os.makedirs(os.path.join(os.path.dirname(path), locked.FOLDER), exist_ok=True)
    made: list[str] = []
    try:
        for each in found:
            archive = locked.archive_of(path, each.entry)
            for target, content in ((archive, each.brought.data), (archive + SUFFIX, each.brought.signature)):
                if content is not None and not _has(target, content):
                    _no_link(target)
                    made += [] if os.path.lexists(target) else [target]
                    write_file(target, content)
        write_file(path, data)
    except BaseException:
        for target in made:
            if os.path.lexists(target):
                os.unlink(target)
        raise


def _no_link(path: str) -> None:
    """Refuse a link that came since `_lost` looked.  Raises `OSError`."""
    if os.path.islink(path):
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))


def _has(path: str, data: bytes) -> bool:
    """Whether a plain file has these bytes."""
    if not _is_plain(path):
        return False
    with open(path, "rb") as stream:
        return stream.read(len(data) + 1) == data


def clear(path: str, gone: list[Locked]) -> None:
    """Remove the archives of packs that are locked no more, where they are still those; others stay and are named."""
    for item in gone:
        archive = locked.archive_of(path, item)
        for target, digest in ((archive, item.sha256), (archive + SUFFIX, item.signature)):
            if not os.path.lexists(target):
                continue
            try:
                with open(target, "rb") as stream:
                    ours = sha256(stream.read()).hexdigest() == digest
                if ours and not os.path.islink(target):
                    os.unlink(target)
                    continue
            except OSError:
                ours = False
            say(f"warning: `{clean(name_of(target))}` is not what was locked, and stays")


def dropped(names: set[str], packs: dict[str, Locked]) -> str:
    """Which pack still needs one of some; empty where none does."""
    for each in sorted(packs.values(), key=lambda item: item.name):
        for wanted in each.dependencies:
            if wanted.name in names and each.name not in names:
                return f"`{each.name}@{each.edition}` depends on `{wanted.name}`"
    return ""
