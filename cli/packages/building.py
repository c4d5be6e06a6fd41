"""`rulewright bundle build FOLDER`: an author's folder as one archive.

Guarantees: every module compiles, with nothing but the pack, its dependencies and what is shipped; every test passes (or it is said that none was
run); the same folder gives the same bytes on any machine; the archive is written whole or not at all.  It signs nothing.
"""

from __future__ import annotations

import os
from hashlib import sha256

import msgspec

from rulewright import dsl
from rulewright.attest.packages import archive, model, source
from rulewright.attest.packages.model import Dependency, Manifest, Module, PackageError, Tested, Uses
from rulewright.attest.packages.source import Source
from rulewright.cli import exits, library
from rulewright.cli.compiling import Compiled, compile_with_tests
from rulewright.cli.documents import name_of
from rulewright.cli.gathering import Rules, gather
from rulewright.cli.options import Request
from rulewright.cli.packages import folder as folders
from rulewright.cli.packages import locked
from rulewright.cli.packages.folder import Files
from rulewright.cli.packages.reading import flaw, heads
from rulewright.cli.problems import problem, refuse, show
from rulewright.cli.replacing import there
from rulewright.cli.signing import RefusedError
from rulewright.cli.streams import put, say, write_file
from rulewright.cli.text import clean, plural
from rulewright.diagnostics import Diagnostic, Span
from rulewright.dsl.digest import LANGUAGE


class RefusedAllError(Exception):
    """Several things that keep a pack from being built, with the texts that they are about."""

    def __init__(self, diagnostics: list[Diagnostic], texts: dict[str, bytes] | None = None) -> None:
        super().__init__(diagnostics[0].message)
        self.diagnostics = diagnostics
        self.texts = texts or {}


class Built(msgspec.Struct, frozen=True):
    """An archive and what went into it."""

    data: bytes
    manifest: Manifest
    left_out: tuple[str, ...]


def run(request: Request) -> int:
    """Build; return the exit code."""
    stated = request.one("output")
    if stated is not None and not stated.endswith(".rwpack"):
        return refuse([problem("RW0005", f"`{name_of(stated)}` does not end in `.rwpack`", "packages are known by it")])
    try:
        made = build(request.arguments[0], tests="no_tests" not in request.flags, quiet="quiet" in request.flags)
    except RefusedError as error:
        return refuse([error.diagnostic])
    except RefusedAllError as error:
        return refuse(error.diagnostics, error.texts)
    said = made.manifest
    target = stated or model.filename(said.name, said.edition)
    lost = there(target) if "overwrite" not in request.flags and not _same(target, made.data) else None
    if lost is not None:
        return refuse([lost])
    try:
        write_file(target, made.data)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        return refuse([problem("RW0006", f"`{name_of(target)}` cannot be written: {why}")])
    _tell(made, target, quiet="quiet" in request.flags)
    return exits.OK


def _same(path: str, data: bytes) -> bool:
    """Whether a file has these bytes already, so that nothing is lost."""
    try:
        with open(path, "rb") as stream:
            return stream.read(len(data) + 1) == data
    except (OSError, ValueError):
        return False


def _tell(made: Built, target: str, *, quiet: bool) -> None:
    """Say what was written."""
    said = made.manifest
    put(f"{sha256(made.data).hexdigest()}  {clean(name_of(target))}\n")
    if quiet:
        return
    tests = f"{plural(said.tests.passed, 'test')} passed" if said.tests.run else "tests were not run (--no-tests)"
    say(
        f"{said.name}@{said.edition}: {plural(len(said.modules), 'module')}, {plural(len(said.files), 'file')}, "
        f"{plural(len(said.dependencies), 'dependency', 'dependencies')}; {tests}"
    )
    if made.left_out:
        shown = ", ".join(clean(name_of(name)) for name in made.left_out[:10])
        more = f" and {len(made.left_out) - 10} more" if len(made.left_out) > 10 else ""
        say(f"left out: {shown}{more}")
    say("nobody has signed it yet: `rulewright bundle sign`")


def build(folder: str, *, tests: bool = True, quiet: bool = False) -> Built:
    """The archive of a folder.  Raises `RefusedError`, `RefusedAllError`."""
    said, text = folders.manifest(folder)
    path = os.path.join(folder, model.SOURCE)
    wrong = [folders.at(path, text, each) for each in source.flaws(said, LANGUAGE)]
    if wrong:
        raise RefusedAllError(wrong, {name_of(path): text})
    try:
        found = folders.files(folder, said)
    except OSError as error:
        raise RefusedError(problem("RW0003", f"the folder cannot be read: {(error.strerror or '').lower()}")) from None
    problems = (
        found if isinstance(found, list) else [folders.at(path, text, e) for e in source.missing(said, found.data)]
    )
    if problems or isinstance(found, list):
        raise RefusedAllError(problems, {name_of(path): text})
    uses, passed = _judged(folder, said, found, tests=tests, quiet=quiet)
    made = _manifest(said, found, uses, Tested(run=tests, passed=passed))
    try:
        return Built(archive.pack(made, found.data), made, found.left_out)
    except PackageError as error:
        raise RefusedError(flaw(error)) from None


def _manifest(said: Source, found: Files, uses: tuple[Uses, ...], tested: Tested) -> Manifest:
    """The manifest of the archive."""
    modules: list[Module] = []
    for name, data in found.data.items():
        try:
            listed = heads(data) if name.endswith(model.RULES) else []
        except PackageError as error:
            hint = "`rulewright fmt` writes it so"
            raise RefusedError(problem(error.code, f"`{name_of(name)}`: {error}", hint)) from None
        modules += (Module(kind=kind, id=id_, edition=edition, file=name) for kind, id_, edition in listed)  # type: ignore[arg-type]  # one of three
    modules.sort(key=lambda each: (each.id, each.edition))
    keys = [(each.id, each.edition) for each in modules]
    if not modules or len(set(keys)) != len(keys):
        message = "two rule files of the pack hold one module" if modules else "the pack holds no rule module"
        raise RefusedError(
            problem("RW4208", message, "a pack holds standards, policies or vocabularies in `.rw` and `.rw.json` files")
        )
    return Manifest(
        name=said.name,
        edition=said.edition,
        title=said.title,
        publisher=said.publisher,
        license=said.license,
        language=said.language,
        changelog=said.changelog,
        dependencies=source.dependencies(said),
        files=archive.listed(found.data),
        modules=tuple(modules),
        uses=uses,
        tests=tested,
    )


def _judged(folder: str, said: Source, found: Files, *, tests: bool, quiet: bool) -> tuple[tuple[Uses, ...], int]:
    """What its modules use from elsewhere, and how many tests passed.  Raises `RefusedAllError`."""
    packs = needed(folder, source.dependencies(said))
    paths = {
        os.path.join(folder, name): data for name, data in sorted(found.data.items()) if name.endswith(model.RULES)
    }
    near = [module for path, data in paths.items() for module in library.heads(data, path, path)]
    own = {(module.id, module.edition) for module in near}
    uses: dict[tuple[str, str], Uses] = {}
    passed = 0
    for path in paths:
        rules = gather([path], near=near, packs=packs)
        compiled, cases = compile_with_tests(rules) if not rules.problems else (Compiled(None, ()), ())
        if compiled.program is None:
            raise RefusedAllError(
                [*rules.problems, *compiled.diagnostics, *_undeclared(rules, folder, own)], rules.texts
            )
        show(compiled.diagnostics, rules.texts, quiet=quiet)
        for module in _used(rules, own):
            uses[module.id, module.edition] = _origin(module, said, packs)
        _documents(os.path.relpath(path, folder).replace(os.sep, "/"), cases, found, rules.texts)
        passed += _tested(rules, compiled, cases) if tests else 0
    return tuple(uses[key] for key in sorted(uses)), passed


def needed(folder: str, wanted: tuple[Dependency, ...]) -> locked.Shelf:
    """The modules of the dependencies and of theirs, from the lock of the folder.  Raises `RefusedError`."""
    from rulewright.attest.packages.lock import unmet

    everything = locked.shelf(folder)
    if everything.problems:
        raise RefusedAllError(list(everything.problems))
    if not wanted:
        return locked.Shelf()
    lock = locked.read(everything.lock) if everything.lock is not None else None
    by_name = {} if lock is None or isinstance(lock, Diagnostic) else {each.name: each for each in lock.packs}
    names: set[str] = set()
    waiting = list(wanted)
    while waiting:
        each = waiting.pop()
        found = by_name.get(each.name)
        wrong = unmet(each, found)
        if wrong or found is None:
            hint = f"`rulewright bundle add SOURCE --lock {name_of(os.path.join(folder, locked.LOCK))}` adds it"
            raise RefusedError(problem("RW4209", wrong, hint))
        if each.signer and each.signer not in found.signers:
            message = f"`{each.name}` is not locked as signed by the key {each.signer[:12]}"
            raise RefusedError(problem("RW4209", message, "add it with `--trust` or `--key`"))
        if found.name not in names:
            names.add(found.name)
            waiting += found.dependencies
    kept = tuple(module for module in everything.modules if module.name.partition("@")[0] in names)
    return locked.Shelf(kept, (), everything.lock)


def _undeclared(rules: Rules, folder: str, own: set[tuple[str, str]]) -> list[Diagnostic]:
    """Say which modules that are used would be there, if their pack were a dependency."""
    wanted = {key for data in rules.texts.values() for key in library.uses(data)} - own
    return [
        problem("RW4208", f"`{module.id}@{module.edition}` is in the pack `{module.name.partition('/')[0]}`, which is no dependency",
                f"name it under `dependencies` in `{model.SOURCE}`")
        for module in locked.shelf(folder).modules
        if (module.id, module.edition) in wanted and module.name not in rules.texts
    ]  # fmt: skip


def _used(rules: Rules, own: set[tuple[str, str]]) -> list[library.Module]:
    """The modules of other packs and of ours that some rules use, and vocabularies that were read and belong to none of these."""
    wanted = {key for data in rules.texts.values() for key in library.uses(data)} - own
    found: dict[tuple[str, str], library.Module] = {}
    for module in rules.shelf:
        key = (module.id, module.edition)
        stray = module.kind == "vocabulary" and not module.shipped and key not in own and module.held is None
        if module.name in rules.texts and (key in wanted or stray):
            found.setdefault((module.id, module.edition), module)
    return list(found.values())


def _origin(module: library.Module, said: Source, packs: locked.Shelf) -> Uses:
    """Where a module that is used comes from.  Raises `RefusedError` where that is no dependency."""
    if not module.shipped and module not in packs.modules:
        hint = f"make it a file of the pack, or name its pack under `dependencies` in `{model.SOURCE}`"
        message = f"`{module.id}@{module.edition}` is used and is in no dependency of `{said.name}`"
        raise RefusedError(problem("RW4208", message, hint))
    origin = "rulewright" if module.shipped else module.name.partition("@")[0]
    digest = sha256(library.read(module)).hexdigest()
    return Uses(id=module.id, edition=module.edition, origin=origin, sha256=digest)


def _documents(file: str, cases: tuple[dsl.TestCase, ...], found: Files, texts: dict[str, bytes]) -> None:
    """Refuse tests that name a document outside of the pack: nobody else could run them.  Raises `RefusedAllError`."""
    outside = {
        case.fixture: case
        for case in reversed(cases)
        if case.fixture is not None and locked.beside(file, case.fixture) not in found.data
    }
    wrong = [
        _at(
            outside[name],
            f"the test has the document `{name}`, which is no file of the pack",
            "put a copy into the folder",
        )
        for name in sorted(outside)
    ]
    if wrong:
        raise RefusedAllError(wrong, texts)


def _at(case: dsl.TestCase, message: str, hint: str) -> Diagnostic:
    """What is wrong with a test, at its place."""
    place = case.place
    span = Span(place.file, 0, 0, place.line, place.column, place.line, place.column + 5)
    return msgspec.structs.replace(problem("RW4208", message, hint), span=span)


def _tested(rules: Rules, compiled: Compiled, cases: tuple[dsl.TestCase, ...]) -> int:
    """Run the tests of a rule file; how many there are.  Raises `RefusedAllError` where one fails."""
    from rulewright.cli.testing.case import trials

    if not cases:
        return 0
    folders = {module.name: os.path.dirname(module.path) for module in rules.shelf}
    failed = [
        _at(
            one.case,
            f"the test of `{one.case.requirement}` expects {one.case.expect}: {one.wrong}",
            "nothing was written",
        )
        for one in trials(compiled, cases, folders).run()
        if one.wrong
    ]
    if failed:
        raise RefusedAllError(failed, rules.texts)
    return len(cases)
