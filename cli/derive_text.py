"""A derivation for people: on a terminal, and as Markdown.

Guarantees: every standard looked at is shown with the reason why it applies, does not, or cannot be decided; with
`explain` every requirement is.  Nothing is computed here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from rulewright.cli import coming
from rulewright.cli.coming import NONE, Coming
from rulewright.cli.paint import Ink, Paint
from rulewright.cli.text import clean, cut, pad, plural, width, wrap
from rulewright.engine.derivation import Derivation, Derived, Measure, Outcome, Standard, Wanted, Why

HEADS: tuple[tuple[Outcome, str], ...] = (
    ("applies", "applies"),
    ("undecided", "undecided: facts are missing"),
    ("later", "not in force yet"),
    ("past", "no longer in force"),
    ("does_not_apply", "does not apply"),
)
FORCES = ("law", "regulation", "contract", "certification", "voluntary")
"""The most binding first."""
MEASURES, WANTED, TITLE, MANY = 12, 8, 16, 5


def why(grounds: Sequence[Why]) -> str:
    """The grounds in one line."""
    return "; ".join(dict.fromkeys(ground.text for ground in grounds)) or "it is for every product"


def terminal(found: Derivation, paint: Paint, *, explain: bool, quiet: bool, ahead: Coming = NONE) -> str:
    """The whole derivation as text; `ahead` are the dates that lie ahead of each product."""
    lines: list[str] = []
    for product in found.products:
        dot = f" {paint.symbols.dot} "
        name = cut(clean(f"{product.name} {product.version}".strip()), paint.columns - 20, paint.symbols.ellipsis)
        lines += [paint(name, Ink.BOLD) + paint(f"{dot}as of {found.as_of[:10]}", Ink.DIM)]
        lines += [line for text in found.assumptions for line in _indented(f"assumed: {clean(text)}", 2, paint)]
        lines.append("")
        if not quiet:
            standards = [s for s in found.standards if s.product == product.id]
            derived = [d for d in found.requirements if d.product == product.id]
            lines += _standards(standards, derived, paint, explain=explain)
            lines += _measures([m for m in found.measures if m.product == product.id], paint)
            lines += _wanted([w for w in found.wanted if w.product == product.id], paint)
            lines += coming.terminal(ahead.get(product.id, ()), paint)
        lines += [*_indented(_sum([d for d in found.requirements if d.product == product.id]), 0, paint), ""]
    return "\n".join(line.rstrip() for line in lines[:-1]) + "\n"


def _indented(text: str, indent: int, paint: Paint) -> list[str]:
    """Text in lines that fit."""
    return [f"{' ' * indent}{line}" for line in wrap(text, paint.columns - indent)]


def _sum(derived: Sequence[Derived]) -> str:
    """The counts in one line."""
    counts = {outcome: sum(d.outcome == outcome for d in derived) for outcome, _ in HEADS}
    words = {
        "applies": "apply",
        "undecided": "undecided",
        "later": "later",
        "past": "past",
        "does_not_apply": "do not apply",
    }
    told = ", ".join(f"{counts[outcome]:,} {words[outcome]}" for outcome, _ in HEADS if counts[outcome])
    return f"{plural(len(derived), 'requirement')}: {told or 'none'}"


def _standards(standards: Sequence[Standard], derived: Sequence[Derived], paint: Paint, *, explain: bool) -> list[str]:
    """The standards by outcome."""
    lines: list[str] = []
    column = min(max((width(clean(f"{s.id}@{s.edition}")) for s in standards), default=0), 34)
    for outcome, head in HEADS:
        own = _by_force(s for s in standards if s.outcome == outcome)
        if own:
            lines += [paint(f"{head.upper()}", Ink.BOLD) + paint(f"  {plural(len(own), 'standard')}", Ink.DIM)]
            for standard in own:
                of = [d for d in derived if (d.standard, d.edition) == (standard.id, standard.edition)]
                lines += _standard(standard, column, paint)
                if explain:
                    lines += [line for d in of for line in _requirement(d, paint)]
                elif outcome == "applies":
                    lines += _left_out(of, paint)
            lines.append("")
    return lines


def _by_force(standards: Iterable[Standard]) -> list[Standard]:
    """The binding ones first; in the order given otherwise."""
    return sorted(standards, key=lambda s: FORCES.index(s.force) if s.force in FORCES else len(FORCES))


def _standard(standard: Standard, column: int, paint: Paint) -> list[str]:
    """One standard: name, force, how many of its requirements, its title where there is room; why."""
    name = pad(cut(clean(f"{standard.id}@{standard.edition}"), column, paint.symbols.ellipsis), column)
    total = sum(c.count for c in standard.counts)
    counts = {c.outcome: c.count for c in standard.counts}
    told = ""
    if standard.outcome in {"applies", "undecided"}:
        told = f"{counts.get('applies', 0)} of {total}"
        told = pad(told + (f", {counts['undecided']} undecided" if counts.get("undecided") else ""), 25)
    head = f"  {paint(name, Ink.NAME)}  {pad(standard.force, 13)}  {told}"
    room = paint.columns - column - 19 - len(told)
    title = cut(clean(standard.title), room, paint.symbols.ellipsis) if room >= TITLE else ""
    return [head + title, *(paint(line, Ink.DIM) for line in _indented(clean(why(standard.why)), 6, paint))]


def _left_out(derived: Sequence[Derived], paint: Paint) -> list[str]:
    """Why many requirements of a standard that applies do not: the reason that most of them share."""
    reasons = Counter(why(d.why) for d in derived if d.outcome == "does_not_apply")
    if not reasons:
        return []
    (reason, count), rest = reasons.most_common(1)[0], reasons.total() - reasons.most_common(1)[0][1]
    if count < MANY:
        return []
    others = f"; {rest} for other reasons" if rest else ""
    told = _indented(f"{count} do not apply: {clean(reason)}{others}", 6, paint)
    return [paint(line, Ink.DIM) for line in told]


def _requirement(item: Derived, paint: Paint) -> list[str]:
    """One requirement with its reason."""
    marks = {
        "applies": paint.symbols.tick,
        "undecided": paint.symbols.question,
        "later": paint.symbols.dash,
        "past": paint.symbols.dash,
        "does_not_apply": paint.symbols.cross,
    }
    name = item.requirement.partition(":")[2]
    title = f"    {marks[item.outcome]} {name}{_level(item)}  {item.title}"
    reason = f"{item.outcome.replace('_', ' ')}: {why(item.why)}"
    lines = [cut(clean(title), paint.columns, paint.symbols.ellipsis)]
    return lines + [paint(line, Ink.DIM) for line in _indented(clean(reason), 8, paint)]


def _level(item: Derived) -> str:
    return f"  {item.level}" if item.level else ""


def _measures(measures: Sequence[Measure], paint: Paint) -> list[str]:
    """What to do once."""
    shared = [m for m in measures if len(m.satisfies) + len(m.contributes) > 1]
    if not shared:
        return []
    lines = [paint("DO ONCE", Ink.BOLD) + paint("  objectives that several clauses share", Ink.DIM)]
    column = min(max(width(clean(m.objective)) for m in shared[:MEASURES]), 24)
    for measure in shared[:MEASURES]:
        name = pad(cut(clean(measure.objective), column, paint.symbols.ellipsis), column)
        title = cut(clean(measure.title), paint.columns - column - 4, paint.symbols.ellipsis)
        lines.append(f"  {paint(name, Ink.NAME)}  {title}")
        lines.append(paint(f"  {' ' * column}  {_satisfies(measure)}", Ink.DIM))
    if len(shared) > MEASURES:
        lines.append(paint(f"  {paint.symbols.ellipsis} {len(shared) - MEASURES} more", Ink.DIM))
    return [*lines, ""]


def _satisfies(measure: Measure) -> str:
    told = [f"satisfies {plural(len(measure.satisfies), 'clause')}"] if measure.satisfies else []
    told += [f"contributes to {len(measure.contributes)}"] if measure.contributes else []
    return f"{', '.join(told)}, in {plural(len(measure.standards), 'standard')}"


def _wanted(wanted: Sequence[Wanted], paint: Paint) -> list[str]:
    """The facts that would decide what is undecided, and who could supply them; the answers of persons only counted."""
    facts = [w for w in wanted if not w.question]
    if not wanted:
        return []
    lines = [paint("WOULD DECIDE", Ink.BOLD) + paint("  give these by --fact NAME=VALUE or in a facts file", Ink.DIM)]
    column = min(max((width(clean(w.fact)) for w in facts[:WANTED]), default=0), 44)
    for item in facts[:WANTED]:
        name = pad(cut(clean(item.fact), column, paint.symbols.ellipsis), column)
        lines.append(f"  {paint(name, Ink.NAME)}  {plural(item.decides, 'requirement')}")
    if len(facts) > WANTED:
        lines.append(paint(f"  {paint.symbols.ellipsis} {len(facts) - WANTED} more", Ink.DIM))
    if len(wanted) > len(facts):
        told = plural(len(wanted) - len(facts), "question")
        lines.append(paint(f"  and {told} to persons, answered in a facts file (see --format json)", Ink.DIM))
    return [*lines, ""]


# --- Markdown ----------------------------------------------------------------------------------------------------------


def markdown(found: Derivation, ahead: Coming = NONE) -> str:
    """The whole derivation as Markdown: the record of what applies and what does not, with reasons."""
    lines: list[str] = []
    for product in found.products:
        lines += [
            f"# {_cell(f'{product.name} {product.version}'.strip())}: what applies",
            "",
            f"As of {found.as_of[:10]}.",
        ]
        lines += [f"Assumed: {_cell(text)}." for text in found.assumptions] + [""]
        standards = [s for s in found.standards if s.product == product.id]
        derived = [d for d in found.requirements if d.product == product.id]
        lines += [_sum(derived) + ".", ""]
        for outcome, head in HEADS:
            own = _by_force(s for s in standards if s.outcome == outcome)
            if own:
                lines += [
                    f"## {head[0].upper()}{head[1:]}",
                    "",
                    "| standard | force | requirements | why |",
                    "|---|---|---|---|",
                ]
                lines += [_row(s) for s in own] + [""]
        lines += _record(standards, derived)
        lines += _shared([m for m in found.measures if m.product == product.id])
        lines += coming.markdown(ahead.get(product.id, ()))
    return "\n".join(lines)


def _row(standard: Standard) -> str:
    counts = ", ".join(f"{c.count} {c.outcome.replace('_', ' ')}" for c in standard.counts)
    name = f"`{_cell(f'{standard.id}@{standard.edition}')}` {_cell(standard.title)}"
    return f"| {name} | {_cell(standard.force)} | {counts} | {_cell(why(standard.why))} |"


def _record(standards: Iterable[Standard], derived: Sequence[Derived]) -> list[str]:
    """Every requirement of the standards that reach the product, and why it applies or does not."""
    lines: list[str] = []
    for standard in (s for s in standards if s.outcome in {"applies", "undecided"}):
        own = [d for d in derived if (d.standard, d.edition) == (standard.id, standard.edition)]
        lines += [f"## {_cell(standard.title)}", "", "| requirement | level | | why |", "|---|---|---|---|"]
        for item in own:
            name = f"`{_cell(item.requirement.partition(':')[2])}` {_cell(item.title)}"
            told = f"{item.outcome.replace('_', ' ')} | {_cell(why(item.why))}"
            lines.append(f"| {name} | {_cell(item.level)} | {told} |")
        lines.append("")
    return lines


def _shared(measures: Iterable[Measure]) -> list[str]:
    shared = [m for m in measures if len(m.satisfies) + len(m.contributes) > 1]
    if not shared:
        return []
    lines = ["## Do once", "", "| objective | what it serves | clauses |", "|---|---|---|"]
    for measure in shared:
        clauses = ", ".join(f"`{_cell(c)}`" for c in (*measure.satisfies, *measure.contributes))
        lines.append(f"| {_cell(measure.objective)} {_cell(measure.title)} | {_satisfies(measure)} | {clauses} |")
    return [*lines, ""]


def _cell(text: str) -> str:
    """Text that cannot break a table or become markup."""
    return clean(text).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("`", "'")
