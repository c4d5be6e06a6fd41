"""The files that a result was made of, looked for where they lay, for the bundle that encloses them.

Guarantees: every file enclosed has the digest that the result records; one that is there and differs is an error, never left out in
silence; one that is not there is listed with the reason.  Where none is missing, the result is evaluated again and must say the same in
every member, contradictions too.  A file is read only by a name that the result records, and kept only
if its digest is right.  What it does not do: sign; or hold a result against
documents that are not all there (`compared` says whether it did).
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from hashlib import sha256

import msgspec

from rulewright.attest import limits, model
from rulewright.attest.rows import plain
from rulewright.cli import library
from rulewright.cli.again import Again, absent, again, compiled_again
from rulewright.cli.held import Files
from rulewright.cli.problems import problem
from rulewright.cli.replaying import SHOWN, Difference, differences
from rulewright.cli.run_record import program_digest
from rulewright.diagnostics import Diagnostic
from rulewright.dsl import ir
from rulewright.engine.result import Report, Run, RunFile
from rulewright.facts.stack import ProductFacts

ROOM = limits.ARCHIVE * 3 // 4
"""Bytes of files that a bundle takes besides what is its own."""


class Enclosed(msgspec.Struct, frozen=True, kw_only=True):
    """What can be enclosed: the run, its files by digest, what is missing (name, why), and what is wrong.

    `program` and `products` (the facts behind the result) are there where nothing is missing.
    """

    run: model.Run | None = None
    files: dict[str, bytes] = {}
    missing: tuple[tuple[str, str], ...] = ()
    problems: tuple[Diagnostic, ...] = ()
    program: ir.Program | None = None
    products: tuple[ProductFacts, ...] = ()
    compared: bool = False
    """Whether the result was held against what its documents and rules give."""


def run_of(run: Run) -> model.Run:
    """The run of a result as a document of a bundle."""
    return msgspec.convert(msgspec.to_builtins(run), model.Run)


def run_in(document: model.Run) -> Run:
    """The same the other way round."""
    plain: dict[str, object] = msgspec.to_builtins(document)
    return msgspec.convert({name: value for name, value in plain.items() if name != "format"}, Run)


def enclosed(report: Report) -> Enclosed:
    """The files of a result's run; nothing where it does not record one."""
    run = report.run
    if run is None:
        return Enclosed()
    texts = {file.name for file in run.texts}
    found = _Search(texts, _shelf(texts))
    for file in run.texts:
        found.look(file)
    for given in run.given:
        for file in given.files:
            if given.kind == "tree":
                found.missing[file.name] = "is a device's tree as a folder"
            elif given.word == "-":
                found.missing[file.name] = "came from standard input"
            else:
                found.look(file)
    found.missing |= dict.fromkeys(run.unrepeatable, "cannot be enclosed")
    problems = list(found.problems)
    made = None
    if not problems and not found.missing:
        made = _evaluated(run, found.files, problems)
    if made is not None:
        problems += _edited(report, made.report)
    return Enclosed(
        run=run_of(run),
        files=dict(sorted(found.files.items())),
        missing=tuple(sorted(found.missing.items())),
        problems=tuple(problems),
        program=made.program if made is not None else None,
        products=made.products if made is not None else (),
        compared=made is not None,
    )


def _shelf(texts: Iterable[str]) -> dict[str, library.Module]:
    """What is shipped, locked, or, where a text is neither that nor a file, brought by installed packages, by name."""
    known = {module.name: module for module in library.available()}
    if all(name in known or os.path.exists(name) for name in texts):
        return known
    from rulewright.cli.packages.installed import installed

    return {**{module.name: module for module in installed().modules}, **known}


def facts_of(report: Report, files: Files) -> tuple[ProductFacts, ...]:
    """The facts of a result's products from the files of its run; none where files are missing or do not evaluate."""
    run = report.run
    if run is None or run.unrepeatable or absent(run, files, {}):
        return ()
    made = _evaluated(run, files, [])
    return made.products if made is not None else ()


def _evaluated(run: Run, files: Files, problems: list[Diagnostic]) -> Again | None:
    """The run once more, for its facts; what is wrong with its rules is added to the problems."""
    compiled = compiled_again(run, files, use_cache=True)
    if compiled.program is None or program_digest(compiled.program) != run.program:
        hint = "write the result anew with this version"
        problems.append(
            problem("RW4103", "the rule texts compile to something else than when the result was made", hint)
        )
        return None
    made = again(run, compiled, files, {}, use_cache=True)
    if isinstance(made, int):
        hint = "write the result anew with this version"
        problems.append(problem("RW4103", "the documents of the result cannot be evaluated any more", hint))
        return None
    return made


def _edited(report: Report, made: Report) -> list[Diagnostic]:
    """That a result says something else than its documents and rules give, and what."""
    found = list(differences(plain(report), plain(made)))
    if not found:
        return []
    notes = [_note(item) for item in found[:SHOWN]]
    more = len(found) - len(notes)
    wrong = problem(
        "RW4102",
        "the result says something else than its documents and rules give here",
        "write the result anew with this version; one that was edited is not attested",
    )
    return [msgspec.structs.replace(wrong, notes=(*notes, *([f"and {more:,} more"] if more else [])))]


def _note(item: Difference) -> str:
    """A difference in one line."""
    what = f"{item.requirement} {item.product}: " if item.requirement else ""
    return f"{what}the result says {item.was}, it is {item.now}"


class _Search:
    """Files by digest, as they are found."""

    def __init__(self, texts: Iterable[str], shelf: dict[str, library.Module]) -> None:
        self._texts = frozenset(texts)
        self._shelf = shelf
        self._left = ROOM
        self.files: dict[str, bytes] = {}
        self.missing: dict[str, str] = {}
        self.problems: list[Diagnostic] = []

    def look(self, file: RunFile) -> None:
        """Find a file under its name, or among what is shipped."""
        if file.sha256 in self.files:
            return
        module = self._shelf.get(file.name) if file.name in self._texts else None
        why, changed = "is not there", False
        for place in (file.name, *(() if module is None else (module,))):
            try:
                data = self._read(place)
            except OSError as error:
                why = why if isinstance(error, FileNotFoundError) else "cannot be read"
                continue
            if data is None:
                why = "is too large to enclose"
            elif sha256(data).hexdigest() == file.sha256:
                self.files[file.sha256] = data
                self._left -= len(data)
                return
            else:
                changed = True
        if changed:
            hint = "check again, and attest that result"
            self.problems.append(problem("RW4103", f"`{file.name}` has changed since the result was made", hint))
        else:
            self.missing[file.name] = why

    def _read(self, place: str | library.Module) -> bytes | None:
        """The bytes of a plain file or of a module, `None` where there is no room for them.  Raises `OSError`."""
        if isinstance(place, library.Module):
            if place.held is not None:
                return place.held if len(place.held) <= self._left else None
            place = place.path
        if "\0" in place:
            raise FileNotFoundError(place)
        if not os.path.isfile(place):
            raise FileNotFoundError(place) if not os.path.exists(place) else IsADirectoryError(place)
        with open(place, "rb") as stream:
            data = stream.read(self._left + 1)
        return data if len(data) <= self._left else None
