"""A result's requirements in short: the rows that the tree is made of, and what the root says of them.

Guarantees: one row for each requirement of each product; a waived fail or unknown is `waived`, never `pass`; rows follow from the
result and the seed alone, whatever order the result lists them in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, cast

import msgspec

from rulewright.attest.disclosure import detail, ordered, salt
from rulewright.attest.model import Basis, Row, Status, Tally, Waiver
from rulewright.engine import result
from rulewright.engine.result import Element, Report, Result, Shown


class DuplicateRowError(ValueError):
    """A result lists a requirement twice for one product."""


def plain(report: Report) -> dict[str, object]:
    """The result as plain data, with the members that its JSON has."""
    made: dict[str, object] = msgspec.json.decode(result.encode(report))
    return made


def rows(report: Report, told: Mapping[str, object], seed: bytes) -> list[Row]:
    """The rows of a result in the order of the tree; `told` is its `plain` form.  Raises `DuplicateRowError`."""
    declared = frozenset(item.name for item in report.inputs if item.kind == "facts")
    listed = cast("list[object]", told["results"])
    made = [_row(found, whole, declared, seed) for found, whole in zip(report.results, listed, strict=True)]
    if len({(row.requirement, row.product) for row in made}) != len(made):
        raise DuplicateRowError("a requirement is there twice for one product")
    return ordered(made)


def _row(found: Result, whole: object, declared: frozenset[str], seed: bytes) -> Row:
    label = salt(seed, "detail", found.requirement, found.product)
    waived = found.waived
    return Row(
        product=found.product,
        requirement=found.requirement,
        level=found.level,
        severity=found.severity,
        status=status(found),
        of=cast("Literal['fail', 'unknown']", found.verdict) if waived else None,
        waiver=Waiver(id=waived.id, approved_by=waived.approved_by, until=waived.until) if waived else None,
        blocks=found.blocks,
        basis=basis(found, declared),
        detail=detail(label, whole),
    )


def status(found: Result) -> Status:
    """The verdict, or `waived` where a waiver labels it."""
    return found.verdict if found.waived is None else "waived"


def basis(found: Result, declared: frozenset[str]) -> Basis:
    """What a verdict rests on: a person's word, a declaration, or documents from which anyone finds the same."""
    seen = tuple(_shown(found))
    if any(item.by is not None for item in seen):
        return "manual"
    return "declared" if any(item.source in declared for item in seen) else "re-derivable"


def _shown(found: Result) -> Iterator[Shown]:
    """All facts that a result shows, with their witnesses."""
    for line in found.reason:
        yield from _with_witnesses(line.values)
        yield from _of_elements(line.elements)


def _of_elements(elements: Iterable[Element]) -> Iterator[Shown]:
    for element in elements:
        yield from _with_witnesses(element.values)
        yield from _of_elements(element.children)


def _with_witnesses(values: Iterable[Shown]) -> Iterator[Shown]:
    for item in values:
        yield item
        yield from item.witnesses


def standard_of(requirement: str) -> str:
    """The standard of a requirement: what stands before the first colon."""
    return requirement.partition(":")[0]


def tallies(listed: Sequence[Row]) -> tuple[Tally, ...]:
    """How many rows of each standard have which status, sorted by standard."""
    counts: dict[str, dict[str, int]] = {}
    for row in listed:
        names = ("pass", "fail", "waived", "unknown", "error", "not_applicable", "blocking")
        own = counts.setdefault(standard_of(row.requirement), dict.fromkeys(names, 0))
        own[row.status] += 1
        own["blocking"] += row.blocks
    return tuple(
        Tally(
            standard=standard,
            passed=own["pass"],
            fail=own["fail"],
            waived=own["waived"],
            unknown=own["unknown"],
            error=own["error"],
            not_applicable=own["not_applicable"],
            blocking=own["blocking"],
        )
        for standard, own in sorted(counts.items())
    )
