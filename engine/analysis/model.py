"""The analyser's picture of requirements: finitely many cells per variable, and one rule `given -> choice` per unit.

Guarantees: plain immutable data.  A *variable* is a scalar attribute, one member of a set attribute, the day of the run, or
a field of an element; its *cells* divide all its values so that no test in the program tells two values of one cell apart,
and each cell holds a concrete value on which the evaluator's own tests were really run.  A *formula* is in negation normal
form over cells: it is true where the expression is surely true (Kleene), so "not" never stands in it.
A *unit* is `given -> choice`: a formula over given variables, and one over choice variables and elements.  A requirement is
the conjunction of its units, exactly: for every context x and design y it is violated at (x, y) iff the `given` of one of
its units is true at x and its `choice` is false at y.  So a set of requirements is contradictory iff some units of theirs
have a common context and no common design (pure case of realizability), and no quantifier alternation is left.
What it does not do: build (`normalise`), decide (`oracle`, `contexts`), search (`search`).
"""

from __future__ import annotations

from typing import Literal

import msgspec

from rulewright.dsl import ir
from rulewright.facts.types import State, Value

Bound = Literal["at_least", "all_but"]
Relation = Literal["all", "of", "under"]


class Cell(msgspec.Struct, frozen=True, gc=False):
    """Values that no test tells apart.

    `value` is one of them (None where the cell is "not known", `state` says how; such cells exist for fields of elements
    only, because analysis is over complete products).  `low` and `high` are the bounds, inclusive, of an ordered kind (int,
    date in days, decimal in millionths), where every integer from `low` to `high` is in the cell.  `text` is for people: `1..90`.
    """

    value: Value | None
    text: str
    low: int | None = None
    high: int | None = None
    state: State = State.KNOWN


class Variable(msgspec.Struct, frozen=True, gc=False):
    """What is chosen, or given.

    `name` is the path (`auth.lockout_minutes`, `component.license`), `member` the word of a set whose presence this
    variable is (cells: 0 absent, 1 present; `""`: no member variable; `OTHER`: some word that no rule mentions),
    `collection` that of a field (`""`: the product's own).  `run.as_of` is the day of the run, given.
    """

    name: str
    kind: str
    cells: tuple[Cell, ...]
    given: bool = False
    member: str = ""
    collection: str = ""

    @property
    def full(self) -> int:
        """The mask of all cells."""
        return (1 << len(self.cells)) - 1


OTHER = "…"
AS_OF = "run.as_of"


class Formula(msgspec.Struct, frozen=True, gc=False, tag=True):
    """Base of formulas; equality and hash are by class and content."""


class Lit(Formula, frozen=True, gc=False):
    """The variable's cell is one of `mask` (bit i = cell i).  Never empty and never full: those are FALSE and TRUE."""

    var: int
    mask: int


class Rel(Formula, frozen=True, gc=False):
    """`left op right + months + days` between two product variables of an ordered kind; both given or both choice."""

    left: int
    op: ir.Comparison
    right: int
    months: int = 0
    days: int = 0


class Elem(Formula, frozen=True, gc=False):
    """At least `n` elements of which `formula` is true; or `formula` is true of all elements but at most `n`.

    `relation`: over the whole collection, over the children of the element it stands in (`of`), or over what that element
    depends on (`under`).  `every`/`no` are `all_but` 0, `some` is `at_least` 1, `at most n` is `all_but` n of the negation.
    """

    bound: Bound
    n: int
    collection: str
    formula: Formula
    relation: Relation = "all"


class Opaque(Formula, frozen=True, gc=False):
    """What analysis cannot look into: may be true or false.  Listed in `Problem.unknowns`."""

    name: str
    positive: bool = True


class All(Formula, frozen=True, gc=False):
    """Conjunction; empty is true."""

    items: tuple[Formula, ...]


class Some(Formula, frozen=True, gc=False):
    """Disjunction; empty is false."""

    items: tuple[Formula, ...]


TRUE = All(())
FALSE = Some(())


class Owner(msgspec.Struct, frozen=True, gc=False):
    """Who stands behind a unit: a requirement, or a background axiom (which holds always and counts for no arity).

    `id` is the requirement's id with its edition where the program holds several (`etsi.en_303_645@3.1.3:5.3-1`), or the
    axiom's name.  `strength`: `shall`, `should`, `right` (a declared freedom), or `axiom`.
    """

    id: str
    strength: Literal["shall", "should", "right", "axiom"]
    requirement: ir.Requirement | None = None
    axiom: ir.Axiom | None = None
    edition: str = ""


class Unit(msgspec.Struct, frozen=True, gc=False):
    """`given -> choice`, of one owner.  `lines`: numbers of the check lines whose demand it is."""

    owner: int
    given: Formula
    choice: Formula
    lines: tuple[int, ...] = ()


class Unknown(msgspec.Struct, frozen=True, gc=False):
    """What the analyser could not look into, and where: never silence."""

    owner: str
    text: str


class Problem(msgspec.Struct, frozen=True):
    """Everything that is analysed together.

    `context`: what holds of every context (axioms over given variables, the profile), each with the number of its owner
    (-1: the profile).  Units of axioms stand among `units` like others; their owners say so.
    """

    variables: tuple[Variable, ...]
    owners: tuple[Owner, ...]
    units: tuple[Unit, ...]
    context: tuple[tuple[int, Formula], ...] = ()
    unknowns: tuple[Unknown, ...] = ()
    as_of: int = 0


class Element(msgspec.Struct, frozen=True, gc=False):
    """One element: cells of its fields by variable (those that matter), and its children by collection."""

    cells: dict[int, int]
    children: dict[str, tuple["Element", ...]] = {}


class Design(msgspec.Struct, frozen=True):
    """A choice: cells by variable (those that matter), exact values where a `Rel` asks for one, elements by collection.

    A choice variable that is not here is free.  A collection that is not here is empty and complete.  A child of an element is the
    same object as in the list of its own collection; elements that depend on one another may do so in a circle, so two
    designs are compared with `formulas.same_lists`, not with `==`.
    """

    cells: dict[int, int]
    numbers: dict[int, int] = {}
    elements: dict[str, tuple[Element, ...]] = {}


class Context(msgspec.Struct, frozen=True):
    """Cells of given variables (those that matter; the others are free), exact values where a `Rel` asks for one."""

    cells: dict[int, int]
    numbers: dict[int, int] = {}


class Found(msgspec.Struct, frozen=True, order=True):
    """A minimal conflict: owners (sorted, requirements only), one choice of their units that shows it, units of axioms it needs."""

    owners: tuple[int, ...]
    units: tuple[int, ...]
    axioms: tuple[int, ...] = ()


class Searched(msgspec.Struct, frozen=True):
    """What a search found and how far it can be trusted.

    `complete_up_to`: no conflict of so many members or fewer is missing.  `culprits`: owners of which every conflict, of any
    arity, contains one (None: not known).  `left`: in words, what a budget left out.
    """

    found: tuple[Found, ...]
    complete_up_to: int
    culprits: tuple[int, ...] | None = None
    calls: int = 0
    left: tuple[str, ...] = ()
