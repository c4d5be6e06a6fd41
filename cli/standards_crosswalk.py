"""`rulewright standards crosswalk A B`: how the requirements of two standards relate, pair by pair.

Guarantees: the relation is read from A to B; each pair carries its basis; a requirement without a counterpart is counted,
so silence is not taken for coverage.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from rulewright.cli.options import Request
from rulewright.cli.paint import Ink, Paint
from rulewright.cli.problems import refuse
from rulewright.cli.standards_shelf import as_csv, as_json, book, cell, edition, give, paint
from rulewright.cli.text import clean, cut, pad, plural, width, wrap
from rulewright.diagnostics import Diagnostic
from rulewright.standards.book import Book
from rulewright.standards.crosswalk import Pair, crosswalk

HEAD = ("source_standard", "source_requirement", "target_standard", "target_requirement", "relation", "basis", "shared_objectives", "strength", "cited_by")  # fmt: skip


class Crosswalk(msgspec.Struct, frozen=True, kw_only=True):
    """A whole crosswalk.  `alone` are requirements of the source that no pair has."""

    format: str = "rulewright-crosswalk/1"
    source: str
    target: str
    pairs: tuple[Pair, ...]
    alone: tuple[str, ...]


def run(request: Request) -> int:
    """Compare two standards; return the exit code."""
    found = book(request)
    if isinstance(found, int):
        return found
    source, target = (edition(found, name) for name in request.arguments)
    if isinstance(source, Diagnostic) or isinstance(target, Diagnostic):
        return refuse([d for d in (source, target) if isinstance(d, Diagnostic)])
    pairs = tuple(crosswalk(source, target))
    paired = {pair.source for pair in pairs}
    alone = tuple(r.id for r in source.requirements.values() if r.id not in paired)
    made = Crosswalk(source=source.name, target=target.name, pairs=pairs, alone=alone)
    form = request.one("format") or "terminal"
    if form in {"json", "json-v1"}:
        return give(request, as_json(made))
    if form == "csv":
        return give(request, as_csv(HEAD, [_row(pair, made) for pair in pairs]))
    grouped = _groups(made, found) if "by_objective" in request.flags else [("", pairs)]
    if form == "markdown":
        return give(request, _markdown(made, grouped))
    return give(request, _terminal(made, grouped, paint(request)))


def _row(pair: Pair, made: Crosswalk) -> list[object]:
    """A row of the CSV; it can be given to `standards check`."""
    return [
        made.source, _name(pair.source), made.target, _name(pair.target), pair.relation, pair.basis,
        " ".join(pair.shared), pair.strength, pair.cited_by,
    ]  # fmt: skip


def _name(requirement: str) -> str:
    return requirement.partition(":")[2]


def _groups(made: Crosswalk, found: Book) -> list[tuple[str, Sequence[Pair]]]:
    """The pairs by objective, a pair under each that it shares; published references last."""
    groups: dict[str, list[Pair]] = {}
    for pair in made.pairs:
        for name in pair.shared:
            groups.setdefault(name, []).append(pair)
    named = [
        (f"{name}: {title}", groups[name])
        for name, title in zip(sorted(groups), found.titles(sorted(groups)), strict=True)
    ]
    cited = [pair for pair in made.pairs if pair.basis == "official"]
    return [*named, ("published references", cited)] if cited else list(named)


def _sum(made: Crosswalk) -> str:
    counts = {
        r: sum(p.relation == r for p in made.pairs)
        for r in ("equivalent-objective", "source-broader", "target-broader", "partial-overlap", "official")
    }
    told = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    left = f"{plural(len(made.alone), 'requirement')} of `{made.source}` without a counterpart"
    return f"{plural(len(made.pairs), 'pair')}{f': {told}' if told else ''}; {left}"


def _basis(pair: Pair) -> str:
    """The objectives shared, or the strength of the reference and who makes it."""
    if pair.basis == "objectives":
        return ", ".join(pair.shared)
    return f"{pair.strength or 'no strength stated'}, by {pair.cited_by}"


def _terminal(made: Crosswalk, grouped: Sequence[tuple[str, Sequence[Pair]]], paint: Paint) -> str:
    lines = [paint(f"{made.source} {paint.symbols.arrow} {made.target}", Ink.BOLD), ""]
    one = max((width(_name(p.source)) for p in made.pairs), default=0)
    two = max((width(_name(p.target)) for p in made.pairs), default=0)
    for head, pairs in grouped:
        lines += [paint(clean(head), Ink.BOLD)] if head else []
        for pair in pairs:
            ends = f"{pad(clean(_name(pair.source)), one)}  {pad(clean(_name(pair.target)), two)}"
            room = paint.columns - one - two - 27
            lines.append(
                f"  {paint(ends, Ink.NAME)}  {pad(pair.relation, 20)} {cut(_basis(pair), room, paint.symbols.ellipsis)}"
            )
        lines.append("")
    return "\n".join([*lines, *wrap(_sum(made), paint.columns)]) + "\n"


def _markdown(made: Crosswalk, grouped: Sequence[tuple[str, Sequence[Pair]]]) -> str:
    lines = [f"# {cell(made.source)} to {cell(made.target)}", "", _sum(made) + ".", ""]
    for head, pairs in grouped:
        lines += [f"## {cell(head)}", ""] if head else []
        lines += ["| source | target | relation | basis |", "|---|---|---|---|"]
        for pair in pairs:
            lines.append(
                f"| `{cell(_name(pair.source))}` | `{cell(_name(pair.target))}` | {pair.relation} | {cell(_basis(pair))} |"
            )
        lines.append("")
    return "\n".join(lines)
