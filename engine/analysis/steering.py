"""Requirements that apply by design: their scope or `applies when` asks for facts that the maker chooses.

Such a requirement can be escaped by design, and clashes with others only as long as design keeps its condition true.  Where a
clause means the context, a given attribute says it.  Guarantees: syntactic and exact; answers to questions in conditions
count as given.
"""

from __future__ import annotations

from rulewright.dsl import ir
from rulewright.engine.analysis.asked import Asked
from rulewright.engine.analysis.findings import Observation
from rulewright.engine.analysis.model import AS_OF
from rulewright.engine.analysis.observe import observation
from rulewright.engine.analysis.work import Work
from rulewright.facts.base import ANSWER


def by_design(work: Work, owner: int) -> tuple[str, ...]:
    """The facts of design that decide whether a requirement applies, sorted."""
    wanted = work.problem.owners[owner].requirement
    assert wanted is not None
    asked = Asked()
    for part in (wanted.scope, wanted.applies):
        asked.expression(part)
    found = {f"{collection}.{name}" for collection, name in asked.kinds if collection}
    found |= {name for collection, name in asked.kinds if not collection and not _given(work, name)}
    ranged = {
        name for name in _lists((wanted.scope, wanted.applies)) if not any(f.startswith(f"{name}.") for f in found)
    }
    return tuple(sorted(found | ranged))


def _given(work: Work, name: str) -> bool:
    if name == AS_OF or name.startswith(ANSWER):
        return True
    declared = work.vocabulary.attributes.get(name)
    return declared is not None and declared.given


def _lists(exprs: tuple[ir.Expr, ...]) -> set[str]:
    """The collections over which conditions range without a look at any field."""
    found: set[str] = set()
    todo = list(exprs)
    while todo:
        item = todo.pop()
        if isinstance(item, ir.Quant):
            found.add(item.collection)
            todo += (item.where, item.body)
        elif isinstance(item, ir.Not):
            todo.append(item.item)
        elif isinstance(item, ir.And | ir.Or):
            todo += item.items
    return found


def notes(work: Work) -> tuple[Observation, ...]:
    """One observation per requirement that applies by design."""
    made = []
    for number in work.requirements():
        facts = by_design(work, number)
        owner = work.problem.owners[number]
        if facts and owner.requirement is not None:
            named = ", ".join(f"`{name}`" for name in facts)
            text = f"`{owner.id}` applies depending on design: {named}; a given attribute would decide it by context"
            made.append(observation("steering", (owner.id,), text, owner.requirement.place))
    return tuple(made)
