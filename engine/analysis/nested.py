"""Lists of elements with children: quantifiers over the children of an element, and over what it depends on.

What is assumed of products, as the evaluator has it:
* an element may be the child of several others; children stand in the list of their own collection too, and what is demanded
  of that list holds for them;
* "all but n children of" is true only where every element of the children's collection has some owner (else the evaluator
  does not know whose it is), unless an element owns elements of its own collection;
* `under` is any transitive relation among the elements of one collection; cycles are possible, as in dependency graphs.
Guarantees: exact where nothing is excepted (no "all but" with n > 0) and no collection has two kinds of owner (`tableau`);
else exact as far as `slots` goes.  Beyond, what is found is right, and `gaps` says that nothing was found: such lists are
taken to exist, so a conflict may be missed, never invented.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from rulewright.engine.analysis.lists import Lists, every
from rulewright.engine.analysis.model import TRUE, All, Elem, Formula, Some
from rulewright.engine.analysis.parts import Compiler
from rulewright.engine.analysis.slots import SLOTS, Needed, Slots, TooMany
from rulewright.engine.analysis.tableau import Tableau, simple


def decide(elems: Sequence[Elem], compiler: Compiler, gaps: dict[str, None]) -> Lists | None:
    """Lists for which all the formulas are true, or None: there are none."""
    single = not any(elem.bound == "all_but" and elem.n for elem in every(elems))
    easier = [one for elem in elems if isinstance(one := _easier(elem), Elem)]
    if simple(easier):
        found = Tableau(easier, compiler).solve()
        if single or found is None:
            return found
    try:
        return Slots(elems, compiler.variables, Needed(elems, single=single).counts, single=single).solve()
    except TooMany:
        pass
    names = sorted({elem.collection for elem in every(elems)})
    try:
        found = Slots(elems, compiler.variables, dict.fromkeys(names, SLOTS // (5 * len(names))), single=single).solve()
    except TooMany:
        found = None
    if found is None:
        gaps[f"lists with children too large to be decided: {', '.join(names)}"] = None
    return found or Lists({}, {}, {}, ())


def _easier(formula: Formula) -> Formula:
    """The formula without what is excepted: true wherever the formula is."""
    match formula:
        case Elem("all_but", n) if n:
            return TRUE
        case Elem(formula=inner):
            return msgspec.structs.replace(formula, formula=_easier(inner))
        case All(items):
            return All(tuple(map(_easier, items)))
        case Some(items):
            return Some(tuple(map(_easier, items)))
        case _:
            return formula
