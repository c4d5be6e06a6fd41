"""Walking the dependency graph from one element.

Guarantees: strict descendants (an element is its own descendant only in a cycle), in row order, without recursion.
"""

from __future__ import annotations

from bisect import bisect_left

from rulewright.facts.table import Table


def descendants(table: Table, element: int) -> list[int]:
    """All elements reachable from `element` by one dependency or more."""
    relation = table.relation("depends_on")
    seen: set[int] = set()
    front = [element]
    while front:
        row = front.pop()
        place = bisect_left(relation.parents, row)
        while place < len(relation.parents) and relation.parents[place] == row:
            child = relation.children[place]
            if child not in seen:
                seen.add(child)
                front.append(child)
            place += 1
    return sorted(seen)
