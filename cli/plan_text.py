"""A work plan for people: on a terminal, as Markdown, and as a questionnaire to fill in.

Guarantees: the order is the plan's; each item says what it closes and why it stands where it stands; the questionnaire is
a facts file once it is filled in.  Nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rulewright.cli.paint import Ink, Paint
from rulewright.cli.text import clean, plural, wrap
from rulewright.engine.changes import Step
from rulewright.engine.worklist import Clause, Item, Work

CLAUSES, STEPS = 6, 6


def terminal(work: Work, paint: Paint, *, limit: int | None) -> str:
    """The plan as text; at most `limit` items a product."""
    lines: list[str] = []
    for product in work.products:
        name = clean(f"{product.name} {product.version}".strip())
        dot = f" {paint.symbols.dot} "
        lines += [
            paint(name, Ink.BOLD) + paint(f"{dot}as of {work.as_of[:10]}{dot}risk by {work.ranking}", Ink.DIM),
            "",
        ]
        own = [item for item in work.items if item.product == product.id]
        shown = own if limit is None else own[:limit]
        for place, item in enumerate(shown, 1):
            lines += _item(place, item, paint)
        if len(own) > len(shown):
            left = len(own) - len(shown)
            lines += [
                paint(
                    f"{paint.symbols.ellipsis} {plural(left, 'item')} more: --limit, --explain or --format markdown",
                    Ink.DIM,
                ),
                "",
            ]
    lines.append(_sum(work))
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _sum(work: Work) -> str:
    gaps = sum(item.kind == "gap" for item in work.items)
    told = f"{plural(gaps, 'gap')} and {plural(len(work.items) - gaps, 'open question')}"
    return f"{told} behind {plural(work.open_requirements, 'open requirement')}; {work.blocking} block"


def _item(place: int, item: Item, paint: Paint) -> list[str]:
    """One item."""
    mark = paint(paint.symbols.cross, Ink.FAIL) if item.kind == "gap" else paint(paint.symbols.question, Ink.WARN)
    word = "gap" if item.kind == "gap" else "not known"
    objective = f"{item.objective}  " if item.objective else ""
    head = f"{place:3}. {mark} {paint(objective, Ink.NAME)}{paint(clean(item.title), Ink.BOLD)}"
    about = [word, f"risk {item.risk.points}"] + ([item.effort] if item.effort else [])
    lines = [head, "       " + paint(f" {paint.symbols.dot} ".join(about), Ink.DIM)]
    lines += _wrapped("why", "; ".join(item.risk.why), paint)
    lines += _wrapped("do", item.fix, paint) if item.kind == "gap" else []
    lines += [line for step in item.steps[:STEPS] for line in _step(step, paint)]
    if len(item.steps) > STEPS:
        lines.append(paint(f"       {paint.symbols.ellipsis} {len(item.steps) - STEPS} more facts", Ink.DIM))
    lines += _wrapped("closes", _closes(item.clauses), paint)
    if item.proven and item.kind == "gap":
        lines += _wrapped("proven", "with these facts the clauses that it closes were evaluated again and pass", paint)
    return [*lines, ""]


def _wrapped(label: str, text: str, paint: Paint) -> list[str]:
    """A labelled paragraph; nothing for no text."""
    if not text:
        return []
    first, *rest = wrap(clean(text), paint.columns - 15)
    return [f"       {paint(label.ljust(7), Ink.DIM)} {first}", *(f"               {line}" for line in rest)]


def _step(step: Step, paint: Paint) -> list[str]:
    """One step: what is, what it must become, or who can tell."""
    return _wrapped({"change": "change", "find_out": "find out", "elements": "mend"}[step.kind][:7], told(step), paint)


def told(step: Step) -> str:
    """A step in words."""
    if step.question:
        return f"{step.question} (answer to {step.fact.removeprefix('answer:')})"
    if step.kind == "change":
        to = f" to {step.to}" if step.to else ""
        return f"{step.fact} from {step.now}{to} ({step.wanted})"
    if step.kind == "elements":
        return f"{plural(step.count, step.fact)}: {step.wanted}"
    by = f"; from {' or '.join(d.replace('_', ' ') for d in step.detectors[:3])}" if step.detectors else ""
    return f"{step.fact} is {step.now.replace('_', ' ')}: {step.wanted}{by}"


def _closes(clauses: Sequence[Clause]) -> str:
    """The clauses that an item closes, and to which it contributes."""
    closed = [c.requirement for c in clauses if c.closed]
    others = [c.requirement for c in clauses if not c.closed]
    parts = []
    for words, found in (("", closed), ("contributes to ", others)):
        if found:
            more = f" and {len(found) - CLAUSES} more" if len(found) > CLAUSES else ""
            parts.append(f"{words}{', '.join(found[:CLAUSES])}{more}")
    return "; ".join(parts)


def markdown(work: Work) -> str:
    """The plan as Markdown, every item and clause."""
    lines = ["# Work plan", "", f"As of {work.as_of[:10]}; risk by {work.ranking}. {_sum(work)}.", ""]
    for product in work.products:
        lines += [f"## {_cell(f'{product.name} {product.version}'.strip())}", ""]
        for place, item in enumerate((i for i in work.items if i.product == product.id), 1):
            kind = "gap" if item.kind == "gap" else "not known"
            effort = f", {item.effort}" if item.effort else ""
            lines += [
                f"### {place}. {_cell(item.title)}",
                "",
                f"{kind}, risk {item.risk.points}{effort}: {_cell('; '.join(item.risk.why))}.",
                "",
            ]
            lines += [_cell(item.fix), ""] if item.fix else []
            lines += [f"- {_cell(told(step))}" for step in item.steps] + ([""] if item.steps else [])
            lines += ["| clause | level | verdict | closed |", "|---|---|---|---|"]
            lines += [
                f"| `{_cell(c.requirement)}` {_cell(c.title)} | {c.level} | {c.verdict} | {'yes' if c.closed else 'in part'} |"
                for c in item.clauses
            ] + [""]
    return "\n".join(lines)


def questionnaire(work: Work) -> str:
    """What is not known, as a facts file to fill in: facts first, then questions for a named person."""
    steps = [step for item in work.items for step in item.steps if step.kind == "find_out"]
    lines = ["# Fill in what you know, the riskiest first; what stays ? is unknown.  Give the file by --facts."]
    facts = {step.fact: step for step in reversed(steps) if not step.question and "." in step.fact}
    for name, step in reversed(facts.items()):
        lines += [
            f"# {clean(step.wanted)}" + (f"; from {', '.join(step.detectors)}" if step.detectors else ""),
            f"# {name}: ?",
        ]
    questions = {step.fact: step for step in reversed(steps) if step.question}
    if questions:
        lines.append("answers:")
    lines += [line for name, step in reversed(questions.items()) for line in _question(name, step)]
    return "\n".join(lines) + "\n"


def _question(name: str, step: Step) -> Iterable[str]:
    """One question; left out until somebody answers it."""
    requirement, _, number = name.removeprefix("answer:").partition("#")
    yield f"#  {clean(step.question)}"
    yield f'# - {{ requirement: "{clean(requirement)}", question: {number or 1}, answer: yes, by: "", on: "" }}'


def _cell(text: str) -> str:
    """Text that cannot break a table or become markup."""
    return clean(text).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("`", "'")
