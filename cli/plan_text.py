"""A work plan for people: on a terminal, and as Markdown.

Guarantees: the order is the plan's; gaps come first, then what to find out, last what decides which rules apply; each item
says what it closes and why it stands where it stands; no word of a document can move the cursor or become markup.
Nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rulewright.cli.paint import Ink, Paint
from rulewright.cli.text import clean, cut, pad, plural, width, wrap
from rulewright.engine import wording
from rulewright.engine.decide import Decision
from rulewright.engine.result import ProductInfo
from rulewright.engine.steps import Step
from rulewright.engine.worklist import Clause, Item, Work
from rulewright.facts.base import ANSWER

CLAUSES, STEPS, STANDARDS, FIXES = 6, 6, 3, 2
LABEL = 9
HEADS = {"gap": "CLOSE THE GAPS", "unknown": "FIND OUT"}
PROVEN = "with these changes{} the clauses that it closes were evaluated again, and pass"


def terminal(work: Work, paint: Paint, *, limit: int | None, quiet: bool = False) -> str:
    """The plan as text; at most `limit` items of each section of a product."""
    lines: list[str] = []
    for product in [] if quiet else work.products:
        dot = f" {paint.symbols.dot} "
        *before, name = wrap(clean(_name(product)), paint.columns)
        about = f"as of {work.as_of[:10]}{dot}risk by {work.ranking}"
        lines += [paint(line, Ink.BOLD) for line in before]
        if width(name + dot + about) <= paint.columns:
            lines.append(paint(name, Ink.BOLD) + paint(dot + about, Ink.DIM))
        else:
            lines += [paint(name, Ink.BOLD), paint(f"  {about}", Ink.DIM)]
        for text in work.assumptions:
            lines += [f"  {line}" for line in wrap(f"assumed: {clean(text)}", paint.columns - 2)]
        lines.append("")
        place = 0
        for kind in ("gap", "unknown"):
            own = [item for item in work.items if item.product == product.id and item.kind == kind]
            lines += _section(kind, own, place, paint, limit)
            place += len(own)
        lines += _decide([d for d in work.decide if d.product == product.id], paint, limit)
    lines += wrap(clean(analysed(work)), paint.columns) if work.analysed is not None else []
    lines += wrap(total(work), paint.columns)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _name(product: ProductInfo) -> str:
    return f"{product.name} {product.version}".strip()


def total(work: Work) -> str:
    """The counts in one line."""
    if work.nothing_applies:
        return "nothing to do: no requirement applies; `rulewright derive` says why"
    gaps = sum(item.kind == "gap" for item in work.items)
    told = f"{plural(gaps, 'gap')} and {plural(len(work.items) - gaps, 'open question')}"
    told += f" behind {plural(work.open_requirements, 'open requirement')}"
    if work.undecided:
        told += f"; {work.undecided:,} more may apply or not"
    return f"{told}; {work.blocking:,} {'blocks' if work.blocking == 1 else 'block'}"


def _section(kind: str, items: Sequence[Item], before: int, paint: Paint, limit: int | None) -> list[str]:
    """The gaps, or what is not known."""
    if not items:
        return []
    order = "by risk" if kind == "gap" else "by risk for the cost of looking"
    told = f"  {plural(len(items), 'gap' if kind == 'gap' else 'objective')}, {order}"
    lines = [paint(HEADS[kind], Ink.BOLD) + paint(told, Ink.DIM)]
    if kind == "unknown":
        lines += [paint(f"  {line}", Ink.DIM) for line in wrap(sources(items), paint.columns - 2)]
    lines.append("")
    shown = items if limit is None else items[:limit]
    for place, item in enumerate(shown, before + 1):
        lines += _item(place, item, paint)
    return lines + _more(len(items) - len(shown), "item", paint)


def _more(left: int, word: str, paint: Paint) -> list[str]:
    if left <= 0:
        return []
    how = ": --limit, --explain, --format markdown"
    return [paint(f"  {paint.symbols.ellipsis} {plural(left, word)} more{how}", Ink.DIM), ""]


def sources(items: Iterable[Item]) -> str:
    """How many facts each cheapest way to look can settle: `12 facts from sbom, 3 questions to people`."""
    steps = {(s.fact, s.question): s for item in items for s in item.steps if s.kind == "find_out"}
    counts: dict[str, int] = {}
    for step in sorted(steps.values(), key=lambda s: (bool(s.question), s.cost)):
        where = "asking people" if step.question else words(step.detectors[0]) if step.detectors else "anywhere"
        counts[where] = counts.get(where, 0) + 1
    told = [
        f"{plural(count, 'fact') if not place else count} from {where}"
        for place, (where, count) in enumerate(counts.items())
    ]
    return "cheapest evidence: " + ", ".join(told) if told else ""


def words(name: str) -> str:
    """A name of the machine as words."""
    return {"sbom": "SBOM"}.get(name, name.replace("_", " "))


def _item(place: int, item: Item, paint: Paint) -> list[str]:
    """One item."""
    mark = paint(paint.symbols.cross, Ink.FAIL) if item.kind == "gap" else paint(paint.symbols.question, Ink.WARN)
    about = ["gap" if item.kind == "gap" else "not known", f"risk {item.risk.points}"]
    about += [item.effort] if item.effort and item.kind == "gap" else []
    blocking = sum(clause.blocks for clause in item.clauses)
    about += [f"{plural(blocking, 'clause')} {'blocks' if blocking == 1 else 'block'}"] if blocking else []
    room = paint.columns - 7
    first, *rest = wrap(clean(f"{item.objective}  {item.title}" if item.objective else item.title), room)
    named = item.objective and first.startswith(item.objective)
    head = first.removeprefix(item.objective).strip() if named else first
    lines = [f"{place:3}. {mark} {paint(item.objective + '  ', Ink.NAME) if named else ''}{paint(head, Ink.BOLD)}"]
    lines += [f"       {paint(line, Ink.BOLD)}" for line in rest]
    lines.append("       " + paint(f" {paint.symbols.dot} ".join(about), Ink.DIM))
    lines += _wrapped("why", "; ".join(item.risk.why), paint)
    lines += _fixes(item, paint) if item.kind == "gap" else []
    lines += [line for step in item.steps[:STEPS] for line in _step(step, paint)]
    if len(item.steps) > STEPS:
        lines += _wrapped("", f"{paint.symbols.ellipsis} {len(item.steps) - STEPS} more facts", paint)
    lines += _wrapped("closes", _clauses(item.clauses, closed=True), paint)
    lines += _wrapped("helps", _clauses(item.clauses, closed=False), paint)
    if item.proven and item.kind == "gap":
        asks = any(step.question for step in item.steps)
        lines += _wrapped("proven", PROVEN.format(" and yes to what it asks" if asks else ""), paint)
    if item.breaks:
        lines += _wrapped("but", _broken(item), paint)
    for number, said in enumerate(_clashes(item)):
        lines += _wrapped("" if number else "clash", said, paint)
    return [*lines, ""]


def _fixes(item: Item, paint: Paint) -> list[str]:
    """What to do: the item's fix, then those of requirements that state one of their own."""
    own = _own_fixes(item)
    told = [item.fix, *own[:FIXES]] if item.fix else own[: FIXES + 1]
    left = len(own) + bool(item.fix) - len(told)
    lines = [line for place, fix in enumerate(told) for line in _wrapped("" if place else "do", fix, paint)]
    return lines + (_wrapped("", f"{paint.symbols.ellipsis} {left} more from single clauses", paint) if left else [])


def _own_fixes(item: Item) -> list[str]:
    """The fixes that requirements state themselves, each once, with the clauses that state it."""
    of: dict[str, list[Clause]] = {}
    for clause in item.clauses:
        if clause.fix and clause.fix != item.fix:
            of.setdefault(clause.fix, []).append(clause)
    return [f"{fix} ({_named(edition(c.requirement, c.edition) for c in clauses)})" for fix, clauses in of.items()]


def _wrapped(label: str, text: str, paint: Paint) -> list[str]:
    """A labelled paragraph; nothing for no text."""
    if not text:
        return []
    margin = 7 + LABEL
    first, *rest = wrap(clean(text), paint.columns - margin)
    return [f"       {paint(label.ljust(LABEL), Ink.DIM)}{first}", *(f"{' ' * margin}{line}" for line in rest)]


def _step(step: Step, paint: Paint) -> list[str]:
    """One step: what is, what it must become, or who can tell."""
    return _wrapped(
        "ask" if step.question else {"change": "change", "find_out": "find out", "elements": "mend"}[step.kind],
        told(step),
        paint,
    )


def told(step: Step) -> str:
    """A step in words."""
    by = f"; from {' or '.join(map(words, step.detectors[:3]))}" if step.detectors else ""
    by += f" ({step.evidence})" if step.evidence else ""
    if step.question:
        return f"{step.question} ({step.fact.removeprefix(ANSWER)})"
    if step.kind == "change":
        return f"{step.fact} from {step.now} to {step.to or step.wanted}" + _also(step)
    if step.kind == "elements" or "." not in step.fact:
        return f"{step.fact} list {step.now}: {step.wanted}"
    return f"{step.fact} is {step.now.replace('_', ' ')}: {step.wanted}{by}"


def _also(step: Step) -> str:
    """The demand, where the value alone does not say it."""
    plain = {f"not {step.fact}", step.fact, f"{step.fact} = {step.to}"}
    return f" ({step.wanted})" if step.to and step.wanted not in plain else ""


def edition(requirement: str, stated: str) -> str:
    """A requirement with its edition: `etsi.en_303_645@3.1.3:5.6-1`."""
    module, colon, name = requirement.partition(":")
    return f"{module}@{stated}{colon}{name}" if stated else requirement


def _clauses(clauses: Sequence[Clause], *, closed: bool) -> str:
    """The clauses that an item closes, or to which it contributes."""
    return _named(edition(c.requirement, c.edition) for c in clauses if c.closed is closed)


def _named(names: Iterable[str]) -> str:
    """The first few names, and how many more."""
    found = list(names)
    more = f" and {len(found) - CLAUSES} more" if len(found) > CLAUSES else ""
    return ", ".join(found[:CLAUSES]) + more


def _broken(item: Item) -> str:
    """The requirements that the change would break, and those of which it would no longer be known that they pass."""
    fail, unknown = (
        _named(edition(b.requirement, b.edition) for b in item.breaks if b.then == then) for then in ("fail", "unknown")
    )
    told = [f"{fail} would fail then: standards want different things here"] if fail else []
    return "; ".join([*told, f"{unknown} would be unknown then, and pass today"] if unknown else told)


def _clashes(item: Item) -> list[str]:
    """The contradictions in which the clauses of an item stand."""
    return [f"{edition(c.requirement, c.edition)} {said}" for c in item.clauses for said in wording.clashes(c)]


def analysed(work: Work) -> str:
    """How far contradictions were looked for; nothing where they were not."""
    if work.analysed is None:
        return ""
    count = len({clash.id for item in work.items for clause in item.clauses for clash in clause.conflicts})
    found = plural(count, "undecided contradiction") if count else "no undecided contradiction"
    reach = f"complete up to {plural(work.analysed.complete_up_to, 'member')}"
    left = "".join(f"; not covered: {text}" for text in work.analysed.left)
    return f"{found} among what is to be done here, {reach}{left}"


def _decide(decisions: Sequence[Decision], paint: Paint, limit: int | None) -> list[str]:
    """What would tell which rules apply."""
    if not decisions:
        return []
    hint = "  give these by --fact NAME=VALUE or in a facts file"
    lines = [paint("DECIDE WHAT APPLIES", Ink.BOLD) + paint(hint, Ink.DIM)]
    shown = decisions if limit is None else decisions[:limit]
    column = min(max((width(d.fact) for d in shown if not d.question), default=0), 36, paint.columns // 2)
    for decision in shown:
        if decision.question:
            first, *rest = wrap(clean(f"{decision.question} {_waiting(decision)}"), paint.columns - 4)
            lines += [paint(f"  {first}", Ink.NAME), *(paint(f"    {line}", Ink.NAME) for line in rest)]
            continue
        name = pad(cut(clean(decision.fact), column, paint.symbols.ellipsis), column)
        first, *rest = wrap(clean(_waiting(decision)), paint.columns - column - 4)
        lines += [f"  {paint(name, Ink.NAME)}  {first}", *(" " * (column + 4) + line for line in rest)]
    return [*lines, *_more(len(decisions) - len(shown), "fact", paint), *([] if len(decisions) > len(shown) else [""])]


def _asked(decision: Decision) -> str:
    return decision.question or decision.fact


def _waiting(decision: Decision) -> str:
    """How much waits for a fact, where, and who can tell."""
    editions = [w.standard for w in decision.standards]
    more = f" and {len(editions) - STANDARDS} more" if len(editions) > STANDARDS else ""
    by = (
        f"; from {' or '.join(map(words, decision.detectors[:2]))}"
        if decision.detectors and not decision.question
        else ""
    )
    told = f"{plural(decision.requirements, 'requirement')} of {', '.join(editions[:STANDARDS])}{more}{by}"
    return f"({told})" if decision.question else told


# --- Markdown ----------------------------------------------------------------------------------------------------------


def markdown(work: Work) -> str:
    """The plan as Markdown: every item, clause and fact."""
    lines = ["# Work plan", "", f"As of {work.as_of[:10]}; risk by {work.ranking}. {total(work)}.", ""]
    lines += [line for text in work.assumptions for line in (f"Assumed: {_cell(text)}.", "")]
    said = analysed(work)
    lines += [f"{_cell(said[:1].upper() + said[1:])}.", ""] if said else []
    for product in work.products:
        lines += [f"## {_cell(_name(product))}", ""]
        place = 0
        for kind in ("gap", "unknown"):
            own = [item for item in work.items if item.product == product.id and item.kind == kind]
            lines += [f"### {HEADS[kind].capitalize()}", ""] if own else []
            for item in own:
                place += 1
                lines += _entry(place, item)
        lines += _table([d for d in work.decide if d.product == product.id])
    return "\n".join(lines)


def _entry(place: int, item: Item) -> list[str]:
    """One item in Markdown."""
    kind = "gap" if item.kind == "gap" else "not known"
    effort = f", {item.effort}" if item.effort else ""
    name = f"{item.objective}: " if item.objective else ""
    lines = [
        f"#### {place}. {_cell(name + item.title)}",
        "",
        f"{kind}, risk {item.risk.points}{effort}: {_cell('; '.join(item.risk.why))}.",
        "",
    ]
    lines += [_cell(item.fix), ""] if item.fix and item.kind == "gap" else []
    own = [f"- {_cell(fix)}" for fix in _own_fixes(item)] if item.kind == "gap" else []
    lines += [*own, ""] if own else []
    lines += [f"- {_cell(told(step))}" for step in item.steps] + ([""] if item.steps else [])
    lines += ["| clause | level | verdict | closed |", "|---|---|---|---|"]
    for found in item.clauses:
        closed = ("yes, proven" if found.proven else "yes") if found.closed else "in part"
        lines.append(
            f"| `{_cell(edition(found.requirement, found.edition))}` {_cell(found.title)} | {found.level} | {found.verdict} | {closed} |"
        )
    if item.breaks:
        lines += ["", f"But {_cell(_broken(item))}."]
    clashing = [f"- Clash: {_cell(said)}" for said in _clashes(item)]
    lines += ["", *clashing] if clashing else []
    return [*lines, ""]


def _table(decisions: Sequence[Decision]) -> list[str]:
    """What would tell which rules apply, as a table."""
    if not decisions:
        return []
    lines = ["### Decide what applies", "", "| fact | requirements | standards | from |", "|---|---|---|---|"]
    for decision in decisions:
        standards = ", ".join(f"`{_cell(w.standard)}` ({w.requirements})" for w in decision.standards)
        by = ", ".join(map(words, decision.detectors))
        lines.append(f"| {_cell(_asked(decision))} | {decision.requirements} | {standards} | {by} |")
    return [*lines, ""]


def _cell(text: str) -> str:
    """Text that cannot break a table or become markup."""
    found = clean(text).replace("\\", "\\\\").replace("&", "&amp;").replace("<", "&lt;").replace("`", "'")
    for mark in "|*[]":
        found = found.replace(mark, f"\\{mark}")
    return found
