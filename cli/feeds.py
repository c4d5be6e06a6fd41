"""`--feeds`: what feeds and statements say of vulnerabilities, for every product of the run.

Guarantees: every feed is among the inputs of the result, with its digest and how many records were read and used; a component
that cannot be looked up, and a statement that concerns nothing, is a finding; a feed named by itself that is none is an error.
It reads no feed itself (`threats`) and decides nothing (`facts.vulnerable`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rulewright.cli import cache
from rulewright.cli.changed import changed
from rulewright.cli.documents import FINDINGS, Taken, finding, name_of
from rulewright.cli.gathering import unreadable
from rulewright.cli.problems import problem
from rulewright.diagnostics import Diagnostic, Severity
from rulewright.engine.result import Count, Input, RunFile

if TYPE_CHECKING:
    from rulewright.facts.stack import ProductFacts
    from rulewright.facts.statements import Matched, Statement
    from rulewright.threats.feeds.opening import Opened, Unit
    from rulewright.threats.match import Matcher
    from rulewright.threats.store import Index

_KINDS = {"osv": "OSV", "cve5": "CVE 5", "csaf": "CSAF", "rustsec": "RustSec", "kev": "KEV", "epss": "EPSS"}


def vulnerable(
    taken: Taken,
    products: list[ProductFacts],
    feeds: Sequence[str],
    as_of: int,
    step: Callable[[str], None],
    *,
    use_cache: bool,
) -> list[ProductFacts]:
    """Give every product its vulnerabilities from documents, feeds and statements."""
    if not feeds and not taken.statements and not any(map(_several, products)):
        return products
    from rulewright.facts.vulnerable import joined

    matcher = _matcher(taken, feeds, as_of, step, use_cache=use_cache) if feeds else None
    done: list[ProductFacts] = []
    unused: list[tuple[Statement, ...]] = []
    for product in products:
        matched = matcher.matched(product) if matcher else None
        made = joined(product, matched, taken.statements)
        done.append(made.facts)
        unused.append(made.unused)
        if matched is not None:
            _unmatchable(taken, product, matched)
    if matcher is not None:
        _severities(taken, matcher)
    _unused(taken, unused)
    return done


def _several(product: ProductFacts) -> bool:
    """Whether more than one document lists vulnerabilities of a product: they may contradict one another."""
    table = product.tables.get("vulnerability")
    return table is not None and len({segment.source for segment in table.segments}) > 1


def _severities(taken: Taken, matcher: Matcher) -> None:
    """Say what is wrong with severities that were asked for."""
    for number, fault in matcher.advisories.faults():
        opened = matcher.indices[number].opened
        for place, item in enumerate(taken.shared_inputs):
            if item.kind == "feed" and item.sha256 == opened.sha256:
                severity = Severity.WARNING if fault.severe else Severity.NOTE
                hint = "install `rulewright[documents]`" if fault.code == "RW1406" else None
                found = Diagnostic(
                    fault.code, severity, fault.message, source=item.name, pointer=fault.place or None, hint=hint
                )
                taken.shared_inputs[place] = _with(item, [found], 1)


def _matcher(
    taken: Taken, feeds: Sequence[str], as_of: int, step: Callable[[str], None], *, use_cache: bool
) -> Matcher | None:
    """Open all feeds; what is wrong with them goes to the problems and findings."""
    from rulewright.threats.feeds.opening import TooLargeError, opened, units
    from rulewright.threats.match import Matcher
    from rulewright.threats.store import index

    folder = os.path.join(cache.folder(), "feeds") if use_cache and cache.usable() else None
    indices: list[Index] = []
    seen: set[str] = set()
    for word in dict.fromkeys(feeds):
        try:
            behind = units(word) if taken.held is None else taken.held.units(word)
            files: list[RunFile] = []
            for unit in behind:
                step(name_of(unit.name))
                read = opened(unit)
                files += _named(word, unit, read)
                if read.sha256 not in seen:
                    seen.add(read.sha256)
                    indices.append(index(unit, read, folder))
                    taken.shared_inputs.append(_input(taken, indices[-1]))
            taken.note("feeds", word, "file" if [unit.single for unit in behind] == [True] else "folder", files)
        except OSError as error:
            taken.problems.append(unreadable(name_of(word), error))
        except TooLargeError as error:
            taken.problems.append(problem("RW1404", str(error), source=name_of(word)))
    return Matcher(indices, as_of)


def _named(word: str, unit: Unit, read: Opened) -> list[RunFile]:
    """The files of a unit by the names under which the word on the command line has them."""
    if unit.single:
        return [RunFile(name_of(unit.name), digest) for _, digest in read.members]
    return [RunFile(name_of(os.path.join(word, name)), digest) for name, digest in read.members]


def _input(taken: Taken, index: Index) -> Input:
    """List a feed among the inputs."""
    name, head = name_of(index.unit.name), index.head
    found = [
        Diagnostic(
            f.code,
            Severity.ERROR if f.code == "RW1401" and index.unit.single else Severity.WARNING if f.severe else Severity.NOTE,
            f.message, source=name, pointer=f.place or None, hint=f.hint or None,
        )
        for f in index.faults
    ]  # fmt: skip
    taken.problems += [d for d in found if d.is_error]
    counts = (
        Count("advisories", head.read, head.stored), Count("kev", head.kev, head.kev), Count("epss", head.epss + head.epss_undated, head.epss)
    )  # fmt: skip
    item = Input(
        kind="feed",
        format=", ".join(_KINDS[kind] for kind in head.kinds) or "not a feed",
        name=name,
        sha256=index.opened.sha256,
        bytes=index.opened.size,
        product="",
        receipt=tuple(count for count in counts if count.counted),
    )
    return _with(item, found, head.faults_total)


def _with(item: Input, found: Sequence[Diagnostic], total: int) -> Input:
    """Add findings to an input: the first of all, and their number."""
    room = FINDINGS - len(item.findings)
    listed = sorted(found, key=Diagnostic.sort_key)[: max(room, 0)]
    return changed(
        item, findings=item.findings + tuple(map(finding, listed)), findings_total=item.findings_total + total
    )


def _unmatchable(taken: Taken, product: ProductFacts, matched: Matched) -> None:
    """A finding for every component that cannot be looked up, at the document that lists it."""
    table = product.tables.get("component")
    if table is None:
        return
    by_source: dict[str, list[int]] = {}
    for row in sorted(matched.unmatchable):
        segment = table.segment_of(row)
        by_source.setdefault(segment.source.sha256 if segment else "", []).append(row)
    for part in taken.parts:
        rows = by_source.pop(part.input.sha256, [])
        found = [
            Diagnostic(
                "RW1407", Severity.WARNING, f"`{table.name_of(row)}` cannot be looked up: {matched.unmatchable[row]}",
                source=part.input.name, pointer=table.pointer_of(row) or None,
            )
            for row in rows[:FINDINGS]
        ]  # fmt: skip
        if rows:
            part.input = _with(part.input, found, len(rows))


def _unused(taken: Taken, unused: Sequence[Sequence[Statement]]) -> None:
    """A finding for every statement that concerned no product."""
    if not unused:
        return
    everywhere = set(unused[0]).intersection(*unused[1:])
    idle = [statement for statement in unused[0] if statement in everywhere]
    by_source: dict[str, list[Diagnostic]] = {}
    for statement in idle:
        source = statement.source
        named = ", ".join(i.value for i in (*statement.product, *statement.component)[:2])
        message = (
            f"what is said of {statement.vulnerability} concerns nothing here: it is about `{named or 'no product'}`"
        )
        found = Diagnostic(
            "RW0015",
            Severity.WARNING,
            message,
            source=source.name if source else None,
            pointer=statement.pointer or None,
        )
        by_source.setdefault(source.sha256 if source else "", []).append(found)
    taken.shared_inputs = [
        _with(item, by_source[item.sha256], len(by_source[item.sha256]))
        if item.kind == "vex" and item.sha256 in by_source
        else item
        for item in taken.shared_inputs
    ]
