"""What lists with children are made of, for those that decide them.

Guarantees: `built` gives elements of which a child is the same object as in the list of its own collection.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from rulewright.engine.analysis.model import All, Elem, Element, Formula, Some

Place = tuple[str, int]
"""Collection and number."""


class LargeError(ValueError):
    """There is a design, but with more elements than are written down: words for people."""


class Lists(NamedTuple):
    """What was found: per place its cells, how many copies stand for it, and its children by key of `Element.children`."""

    cells: dict[Place, dict[int, int]]
    copies: dict[Place, int]
    children: dict[Place, dict[str, list[Place]]]
    collections: tuple[str, ...]


def every(formulas: Iterable[Formula]) -> Iterator[Elem]:
    """The quantified formulas, those inside others too."""
    for formula in formulas:
        match formula:
            case Elem(formula=inner):
                yield formula
                yield from every((inner,))
            case All(items) | Some(items):
                yield from every(items)
            case _:
                continue


def owners(elems: Sequence[Elem]) -> dict[tuple[str, str], None]:
    """Pairs (owner's, children's collection) of which "all but n children of" is asked: nobody may be without owner."""
    return {
        (elem.collection, inner.collection): None
        for elem in every(elems)
        for inner in direct(elem.formula)
        if inner.relation == "of" and inner.bound == "all_but" and inner.collection != elem.collection
    }


def direct(formula: Formula) -> Iterator[Elem]:
    """The quantified formulas that stand directly in a formula."""
    match formula:
        case Elem():
            yield formula
        case All(items) | Some(items):
            for item in items:
                yield from direct(item)
        case _:
            return


def built(lists: Lists, most: int) -> dict[str, tuple[Element, ...]]:
    """The elements; a child is the same object as in the list of its collection.  Raises LargeError beyond `most`."""
    if sum(lists.copies.values()) > most:
        raise LargeError(f"a design would need more than {most} elements of {', '.join(lists.collections)}")
    made = {
        place: [Element(dict(cells), {}) for _ in range(lists.copies[place])] for place, cells in lists.cells.items()
    }
    for place, children in lists.children.items():
        for element in made[place]:
            for key, others in children.items():
                element.children[key] = tuple(child for other in others for child in made[other])
    return {
        name: tuple(element for place, elements in made.items() if place[0] == name for element in elements)
        for name in lists.collections
    }
