"""The shipped packs, judged as one database: heads, dates, licences, tests, and every reference.

Guarantees: pure; what concerns many requirements of an edition in the same way is one finding that counts and names them;
an error is something that makes an answer wrong, a warning something that a reader should know, a note what could not be
judged.  The compiler has judged names and types before; this looks at what stands between files.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

import msgspec

from rulewright.diagnostics import Diagnostic, Severity, Span
from rulewright.engine.words import date_text
from rulewright.standards.mapping import advice
from rulewright.standards.references import better, closeness

if TYPE_CHECKING:
    from rulewright.dsl import ir
    from rulewright.standards.book import Book, Edition

NAMED = 5
LISTED = ("ATTACK-", "CAPEC-", "EMB3D-")
"""Catalogues that the table of threats holds whole; of weaknesses it holds those that matter, so their ids are judged by form."""
_WEAKNESS = re.compile(r"CWE-[1-9]\d{0,3}")
SHARE_ALIKE = "CC BY-SA"


class Held(msgspec.Struct, frozen=True):
    """The file of an edition: its name, the names of the requirements that have a test, whether a licence lies beside it."""

    file: str
    tested: frozenset[str]
    licence: bool


def judge(
    book: Book, held: Mapping[str, Sequence[Held]], threats: Collection[str], only: Collection[str] = ()
) -> list[Diagnostic]:
    """Judge all editions, or only some (`ID@EDITION`).  `held` has the files by edition; `threats` the ids that are known."""
    found: list[Diagnostic] = []
    for edition in book.all():
        if not only or edition.name in only:
            files = held.get(edition.name, ())
            found += [*_heads(edition, files), *_parts(edition), *_threats(edition, threats)]
            found += [*_dates(edition), *_editions(edition, book), *_beside(edition, files)]
            found += [*_references(edition, book)]
    return found


def _at(requirement: ir.Requirement) -> Span:
    place = requirement.place
    return Span(place.file, 0, 0, place.line, place.column, place.line, place.column + 1)


def _some(names: Iterable[str]) -> str:
    """The first few names, and how many more."""
    listed = list(names)
    more = f" and {len(listed) - NAMED} more" if len(listed) > NAMED else ""
    return ", ".join(f"`{name}`" for name in listed[:NAMED]) + more


def _heads(edition: Edition, files: Sequence[Held]) -> Iterator[Diagnostic]:
    """One file an edition, in the folder of its standard, named by the edition."""
    wanted = f"standards/{edition.info.id}/{edition.info.edition}.rw"
    for held in files:
        if held.file != wanted:
            yield Diagnostic(
                "RW3010",
                Severity.ERROR,
                f"`{edition.name}` is not in the file of its name",
                source=held.file,
                hint=f"move it to `{wanted}`",
            )
    if len(files) > 1:
        message = f"`{edition.name}` is in {len(files)} files"
        yield Diagnostic(
            "RW3010", Severity.ERROR, message, source=files[0].file, notes=tuple(h.file for h in files[1:])
        )


def _parts(edition: Edition) -> Iterator[Diagnostic]:
    """What every requirement says."""
    for part in ("objective", "clause", "source"):
        lacking = [r for r in edition.requirements.values() if not getattr(r, part)]
        if lacking:
            message = f"{_count(lacking, edition)} of `{edition.name}` name no {part}: {_some(map(_name, lacking))}"
            yield Diagnostic("RW3005", Severity.WARNING, message, _at(lacking[0]))


def _count(some: Sequence[ir.Requirement], edition: Edition) -> str:
    return f"{len(some)} of {len(edition.requirements)} requirements"


def _name(requirement: ir.Requirement) -> str:
    return requirement.id.partition(":")[2]


def _threats(edition: Edition, known: Collection[str]) -> Iterator[Diagnostic]:
    """Every threat id is one that its catalogue has."""
    users: dict[str, list[ir.Requirement]] = {}
    for requirement in edition.requirements.values():
        for threat in requirement.threats:
            listed = threat in known if threat.startswith(LISTED) else _WEAKNESS.fullmatch(threat)
            if not listed:
                users.setdefault(threat, []).append(requirement)
    for threat, of in sorted(users.items()):
        close = get_close_matches(threat, sorted(known), 1)
        hint = f"did you mean `{close[0]}`?" if close else None
        message = f"no table knows the threat `{threat}` of {_some(map(_name, of))}"
        yield Diagnostic("RW3006", Severity.WARNING, message, _at(of[0]), hint=hint)


def _dates(edition: Edition) -> Iterator[Diagnostic]:
    """First days come before last days, and each edition says from when it holds."""
    for requirement in edition.requirements.values():
        start, end = requirement.valid_from, requirement.valid_until
        if start is not None and end is not None and end < start:
            message = f"`{requirement.id}` ends on {date_text(end)}, before it begins on {date_text(start)}"
            yield Diagnostic("RW3007", Severity.ERROR, message, _at(requirement))
    undated = [r for r in edition.requirements.values() if r.valid_from is None]
    if undated:
        message = f"{_count(undated, edition)} of `{edition.name}` have no day from which they hold: {_some(map(_name, undated))}"
        yield Diagnostic("RW3007", Severity.NOTE, message, _at(undated[0]))


def _editions(edition: Edition, book: Book) -> Iterator[Diagnostic]:
    """A newer edition does not begin before an older one."""
    editions = list(book.editions(edition.info.id))
    older = editions[editions.index(edition) + 1 :][:1]
    for other in older:
        if edition.starts and other.starts and edition.starts[0] < other.starts[0]:
            message = f"`{edition.name}` begins on {date_text(edition.starts[0])}, before `{other.name}` on {date_text(other.starts[0])}"
            yield Diagnostic("RW3007", Severity.ERROR, message, source=f"standards/{edition.info.id}")


def _beside(edition: Edition, files: Sequence[Held]) -> Iterator[Diagnostic]:
    """A licence beside what is shared alike; a test for every requirement."""
    for held in files:
        if SHARE_ALIKE in edition.info.license and not held.licence:
            message = f"`{edition.name}` comes under {SHARE_ALIKE}, and no licence lies beside it"
            yield Diagnostic(
                "RW3008", Severity.ERROR, message, source=held.file, hint="add the file `LICENSE` to its folder"
            )
        untested = [r for name, r in edition.requirements.items() if name not in held.tested]
        if untested:
            message = f"{_count(untested, edition)} of `{edition.name}` have no test: {_some(map(_name, untested))}"
            yield Diagnostic("RW3009", Severity.WARNING, message, _at(untested[0]))


def _references(edition: Edition, book: Book) -> Iterator[Diagnostic]:
    """Every reference points to a clause that exists and is about the same subject."""
    absent: dict[str, list[ir.Requirement]] = {}
    unjudged: dict[str, list[ir.Requirement]] = {}
    for one in edition.requirements.values():
        for ref in one.refs:
            if not book.editions(ref.standard):
                absent.setdefault(ref.standard, []).append(one)
                continue
            holder = next((e for e in book.editions(ref.standard) if ref.clause in e.requirements), None)
            if holder is None:
                yield _no_clause(one, ref, book)
                continue
            other = holder.requirements[ref.clause]
            subject = closeness(one.objective, other.objective, book)
            if subject == "unknown":
                unjudged.setdefault(holder.name, []).append(one)
            elif subject == "other":
                yield _other_subject(one, other, holder, book)
            if ref.strength == "equal" and one.level != other.level:
                message = f"`{one.id}` ({one.level}) is called equal to `{other.id}` ({other.level}): the levels differ"
                yield Diagnostic("RW3011", Severity.NOTE, message, _at(one))
    for standard, of in sorted(absent.items()):
        yield _not_shipped(edition, standard, of, book)
    for name, of in sorted(unjudged.items()):
        message = f"{len(of)} references of `{edition.name}` to `{name}` cannot be judged: an end has no objective"
        yield Diagnostic("RW3012", Severity.NOTE, message, _at(of[0]))


def _no_clause(one: ir.Requirement, ref: ir.Ref, book: Book) -> Diagnostic:
    known = [name for edition in book.editions(ref.standard) for name in edition.requirements]
    close = get_close_matches(ref.clause, known, 1)
    hint = f"did you mean `{close[0]}`?" if close else None
    message = f"`{one.id}` refers to `{ref.standard}:{ref.clause}`, which no edition has"
    return Diagnostic("RW3001", Severity.ERROR, message, _at(one), hint=hint)


def _other_subject(one: ir.Requirement, other: ir.Requirement, holder: Edition, book: Book) -> Diagnostic:
    message = f"`{one.id}` refers to `{other.id}`, by its objectives about another subject"
    notes = (f"here: {one.title}", f"there: {other.title}")
    hint = advice(better(one, _name(other), holder, book))
    return Diagnostic("RW3002", Severity.WARNING, message, _at(one), notes=notes, hint=hint)


def _not_shipped(edition: Edition, standard: str, of: Sequence[ir.Requirement], book: Book) -> Diagnostic:
    close = get_close_matches(standard, book.ids, 1, 0.85)
    message = f"{len(of)} references of `{edition.name}` go to `{standard}`, which is not shipped"
    hint = f"did you mean `{close[0]}`?" if close else None
    return Diagnostic("RW3003", Severity.NOTE, message, _at(of[0]), hint=hint)
