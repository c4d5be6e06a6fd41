"""Walking the dependency graph from one element, nearest first.

Guarantees: strict descendants (an element is its own descendant only in a cycle), level by level, each once, without
recursion; within a level in the order in which the level above leads to them, by row number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rulewright.engine.reach import graph_of
from rulewright.facts.table import Table


def _anything(_: int) -> bool:
    return True


def descendants(table: Table, element: int, leads: Callable[[int], object] = _anything) -> Iterator[int]:
    """All elements reachable from `element` by one dependency or more.

    With `leads`, only those for which it holds; it must hold of whatever depends on such a one.
    """
    starts, children = graph_of(table).adjacency()
    seen: set[int] = set()
    front = [element]
    while front:
        found: list[int] = []
        for row in front:
            for child in children[starts[row] : starts[row + 1]]:
                if child not in seen and leads(child):
                    seen.add(child)
                    found.append(child)
        yield from found
        front = found
