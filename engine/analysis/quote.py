"""Clauses and facts as a finding quotes them: requirements with their lines as written, contexts and designs as rule text.

Guarantees: lines are the author's own; values are those of the witness, one fact a line, members of a set together; lists of
elements are shown a few levels deep, equal elements counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rulewright.dsl import ir
from rulewright.engine.analysis import ranks, say
from rulewright.engine.analysis.cores import Core, Desk
from rulewright.engine.analysis.findings import FactValue, Member
from rulewright.engine.analysis.model import AS_OF, Context, Design, Element, Variable
from rulewright.engine.phrases import literal, phrase
from rulewright.engine.words import date_text, value_text

DEEP = 2
"""So many levels of children are shown."""


def member(desk: Desk, owner: int, core: Core, known: ranks.Modules, without: tuple[FactValue, ...]) -> Member:
    """A member, quoted."""
    who = desk.problem.owners[owner]
    wanted, module = who.requirement, ranks.module_of(who, known)
    assert wanted is not None
    numbers = sorted(
        {n for u in core.units if desk.problem.units[u].owner == owner for n in desk.problem.units[u].lines}
    )
    lines = list(map(written, [wanted.lines[n] for n in numbers if n < len(wanted.lines)] or wanted.lines))
    return Member(
        requirement=wanted.id,
        edition=who.edition or (module.edition if module else ""),
        standard=ranks.standard(who),
        level="may, a declared right" if who.strength == "right" else wanted.level,
        force=ranks.force(who, known),
        jurisdiction=module.jurisdiction if module else "",
        title=wanted.title,
        clause=wanted.clause,
        lines=tuple(dict.fromkeys(lines)),
        applies=applies(wanted),
        reading=wanted.reading,
        place=wanted.place,
        without=without,
    )


def written(line: ir.Line) -> str:
    """A line as its author wrote it.

    Of what an objective stands for, alternatives that no complete product takes (`x is not known or …`) are left out.
    """
    if not line.objective or not isinstance(line.expr, ir.Or):
        return line.text
    kept = tuple(item for item in line.expr.items if not _missing(item))
    if not kept or len(kept) == len(line.expr.items):
        return line.text
    return f"meets {line.objective}: {phrase(kept[0] if len(kept) == 1 else ir.Or(kept))}"


def _missing(item: ir.Expr) -> bool:
    """Whether an expression is `x is not known` of a fact of the product."""
    return (
        isinstance(item, ir.Not)
        and isinstance(item.item, ir.Atom)
        and isinstance(item.item.term, ir.Attr)
        and item.item.test == ir.Is("known")
    )


def applies(wanted: ir.Requirement) -> str:
    """When a requirement applies, as rule text: scope, `applies when`, dates."""
    parts = [phrase(part) for part in (wanted.scope, wanted.applies) if part != ir.Const(value=True)]
    text = " and ".join(f"({p})" if " or " in p and len(parts) > 1 else p for p in dict.fromkeys(parts)) or "always"
    starts = f", from {date_text(wanted.valid_from)}" if wanted.valid_from is not None else ""
    ends = f", until {date_text(wanted.valid_until)}" if wanted.valid_until is not None else ""
    return text + starts + ends


def context_facts(
    context: Context, cells: Mapping[int, int], variables: Sequence[Variable], questions: Mapping[str, str]
) -> tuple[FactValue, ...]:
    """The facts of a context that are needed, members of one set together, answers with what was asked."""
    found = _facts(cells, context.numbers, variables)
    return tuple(FactValue(f.fact, f.value, questions.get(f.fact, "")) for f in found)


def design_facts(desk: Desk, design: Design | None, matter: frozenset[int]) -> tuple[FactValue, ...]:
    """The facts of a design that bear on a conflict, and its lists."""
    if design is None:
        return ()
    variables = desk.problem.variables
    cells = {var: cell for var, cell in design.cells.items() if var in matter and not variables[var].given}
    return choice_facts(Design(cells, design.numbers, design.elements), variables)


def choice_facts(design: Design, variables: Sequence[Variable]) -> tuple[FactValue, ...]:
    """All facts of a design, and its lists."""
    listed = [
        FactValue(collection, _listed(elements, variables))
        for collection, elements in sorted(design.elements.items())
        if elements
    ]
    return (*_facts(design.cells, design.numbers, variables), *listed)


def _facts(
    cells: Mapping[int, int], numbers: Mapping[int, int], variables: Sequence[Variable]
) -> tuple[FactValue, ...]:
    found: dict[str, str] = {}
    sets: dict[str, list[str]] = {}
    for var, cell in cells.items():
        variable = variables[var]
        if variable.member:
            sets.setdefault(variable.name, []).extend([say.member_word(variable)] if cell else ())
        else:
            found[say.name(variable)] = _value(variable, cell, numbers.get(var))
    found |= {name: "{" + ", ".join(sorted(held)) + "}" for name, held in sets.items()}
    return tuple(FactValue(name, found[name]) for name in sorted(found))


def _value(variable: Variable, cell: int, exact: int | None) -> str:
    """A value of a cell as rule text."""
    held = variable.cells[cell]
    value = exact if exact is not None else held.value
    if value is None:
        return held.text or held.state.word
    if variable.name == AS_OF and isinstance(value, int):
        return date_text(value)
    return literal(value, variable.kind) if isinstance(value, str) else value_text(value, variable.kind)


def _listed(elements: Sequence[Element], variables: Sequence[Variable], depth: int = 0) -> str:
    """Elements in words, equal ones counted; dependencies may go round in circles, so not too far down."""
    if depth > DEEP:
        return "…"
    counted: dict[str, int] = {}
    for element in elements:
        told = ", ".join(
            f"{variables[var].name.rpartition('.')[2]} = {_value(variables[var], cell, None)}"
            if not variables[var].member
            else f"{variables[var].name.rpartition('.')[2]} {say.values(variables[var], 1 << cell)}"
            for var, cell in sorted(element.cells.items())
        )
        children = "".join(
            f"; {name}: [{_listed(own, variables, depth + 1)}]" for name, own in sorted(element.children.items()) if own
        )
        text = f"{{{told}{children}}}"
        counted[text] = counted.get(text, 0) + 1
    return ", ".join(text if count == 1 else f"{count} x {text}" for text, count in counted.items())
