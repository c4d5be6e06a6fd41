"""What can be reached in the dependency graph, for all reachability questions of a plan in one pass.

Guarantees: strong components are condensed first (a component in a cycle reaches itself and the whole cycle); linear in
nodes and edges; no recursion.  A graph is prepared once per table and serves every plan.
What it does not do: paths.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import msgspec

from rulewright.facts.table import Relation, Table


class Graph(msgspec.Struct):
    """A dependency graph, condensed: `groups` are strong components, those that are depended on first."""

    size: int
    relation: Relation
    starts: list[int] = msgspec.field(default_factory=list)
    groups: list[list[int]] = msgspec.field(default_factory=list)
    layers: Layers | None = None

    @property
    def children(self) -> array[int]:
        """The second halves of the pairs."""
        return self.relation.children

    def adjacency(self) -> tuple[list[int], array[int]]:
        """Where each row's pairs start (`size + 1` numbers), and the rows that these lead to."""
        if not self.starts:
            self.starts = _starts(self.relation, self.size)
        return self.starts, self.relation.children

    def condense(self) -> None:
        """Find the strong components, once."""
        if not self.groups:
            self.adjacency()
            self.groups = _condense(self.starts, self.relation.children, self.size)


class Layers(msgspec.Struct):
    """The condensed graph for NumPy: its groups are put in order of their height, so that a level is one piece.

    `place` says where each row's group stands, `cyclic` which places are cycles.  Each level holds the places to fill
    (start, stop), where the edges of each of them start, and the places that these lead to.
    """

    place: Any
    cyclic: Any
    groups: int
    levels: list[tuple[int, int, Any, Any]]


def graph_of(table: Table) -> Graph:
    """The prepared graph of a table, made at the first question."""
    found = table.memo.get("graph")
    if not isinstance(found, Graph):
        found = Graph(table.size, table.relation("depends_on"))
        table.memo["graph"] = found
    return found


def _starts(relation: Relation, size: int) -> list[int]:
    """Where each parent's pairs start; `size + 1` numbers."""
    counts = [0] * (size + 1)
    for parent in relation.parents:
        counts[parent + 1] += 1
    total = 0
    for row in range(size + 1):
        total += counts[row]
        counts[row] = total
    return counts


def _condense(starts: list[int], children: array[int], size: int) -> list[list[int]]:
    """Tarjan's strong components (1972), iterative; they come out with what they depend on first."""
    order = [0] * size  # discovery number, 0 = not seen
    low = [0] * size
    done = bytearray(size)
    position = starts[:size]
    stack: list[int] = []
    groups: list[list[int]] = []
    clock = 0
    for root in range(size):
        if order[root]:
            continue
        clock += 1
        order[root] = low[root] = clock
        stack.append(root)
        path = [root]
        while path:
            row = path[-1]
            place = position[row]
            if place < starts[row + 1]:
                child = children[place]
                position[row] = place + 1
                if not order[child]:
                    clock += 1
                    order[child] = low[child] = clock
                    stack.append(child)
                    path.append(child)
                elif not done[child] and order[child] < low[row]:
                    low[row] = order[child]
                continue
            path.pop()
            if path and low[row] < low[path[-1]]:
                low[path[-1]] = low[row]
            if low[row] == order[row]:
                groups.append(_pop(stack, row, done))
    return groups


def _pop(stack: list[int], row: int, done: bytearray) -> list[int]:
    """Take a finished strong component off the stack."""
    group: list[int] = []
    while True:
        member = stack.pop()
        group.append(member)
        done[member] = 1
        if member == row:
            return group


def reachable(graph: Graph, words: Sequence[int]) -> list[int]:
    """Per row, the OR of the words of all its strict descendants.  Words may have any number of bits."""
    graph.condense()
    below = [0] * graph.size
    starts, children = graph.starts, graph.children
    for group in graph.groups:
        answer = 0
        if len(group) == 1:
            (row,) = group
            for place in range(starts[row], starts[row + 1]):
                child = children[place]
                answer |= words[child] | below[child]  # a row that depends on itself has not filled `below` yet
            below[row] = answer
            continue
        for member in group:
            for place in range(starts[member], starts[member + 1]):
                child = children[place]
                answer |= words[child] | below[child]
        for member in group:
            below[member] = answer
    return below


BITS = 64
"""Questions that one NumPy pass takes: the bits of the widest word."""

_STEP, _EDGE = 20, 0.2
"""Rough costs, in microseconds, of one level with NumPy and of one edge in Python."""


def layered(np: Any, graph: Graph) -> Layers | None:  # noqa: ANN401  # NumPy, imported by the caller
    """The graph prepared for NumPy, or `None` when it is so deep and thin that Python is quicker."""
    if graph.layers is None:
        graph.layers = _peeled(np, graph) or _layers(np, graph)
    worth = len(graph.layers.levels) * _STEP < len(graph.children) * _EDGE + graph.size * _EDGE
    return graph.layers if worth else None


_DEEP = 500


def _peeled(np: Any, graph: Graph) -> Layers | None:  # noqa: ANN401  # NumPy, imported by the caller
    """Peel the graph from the leaves up; `None` when something is left over (a cycle) or it is deep."""
    size = graph.size
    tails, heads = (np.frombuffer(numbers, dtype=np.int32) for numbers in (graph.relation.parents, graph.children))
    waiting = np.bincount(tails, minlength=size)
    by_head = np.argsort(heads, kind="stable")
    above = tails[by_head]
    starts = np.searchsorted(heads[by_head], np.arange(size + 1))
    height = np.zeros(size, dtype=np.int64)
    front = np.flatnonzero(waiting == 0)
    seen, level = len(front), 0
    while len(front):
        level += 1
        lengths = starts[front + 1] - starts[front]
        total = int(lengths.sum())
        if not total:
            break
        if level > _DEEP:
            return None
        first = np.repeat(starts[front] - np.cumsum(lengths) + lengths, lengths)
        touched, fewer = np.unique(above[first + np.arange(total)], return_counts=True)
        waiting[touched] -= fewer
        front = touched[waiting[touched] == 0]
        height[front] = level
        seen += len(front)
    if seen < size:
        return None
    return _levels(np, np.arange(size), (tails, heads), height, np.zeros(size, dtype=bool))


def _layers(np: Any, graph: Graph) -> Layers:  # noqa: ANN401  # NumPy, imported by the caller
    """Height of every group above the leaves, then its edges sorted by height and group."""
    graph.condense()
    group_of = np.empty(graph.size, dtype=np.int64)
    cyclic = np.zeros(len(graph.groups), dtype=bool)
    height = [0] * len(graph.groups)
    numbers = [0] * graph.size
    starts, children = graph.starts, graph.children
    for number, group in enumerate(graph.groups):
        for member in group:
            numbers[member] = number
        top = 0
        for member in group:
            for place in range(starts[member], starts[member + 1]):
                other = numbers[children[place]]
                if other == number:
                    cyclic[number] = True
                elif height[other] >= top:
                    top = height[other] + 1
        height[number] = top
    group_of[:] = numbers
    ends = (np.frombuffer(rows, dtype=np.int32) for rows in (graph.relation.parents, children))
    tails, heads = (group_of[rows] for rows in ends)
    return _levels(np, group_of, (tails, heads), np.array(height), cyclic)


def _levels(np: Any, group_of: Any, edges: tuple[Any, Any], height: Any, cyclic: Any) -> Layers:  # noqa: ANN401  # NumPy, imported by the caller
    """Groups in order of height; the edges between them by the place that they fill, level by level."""
    groups = len(height)
    inorder = np.argsort(height, kind="stable")
    place = np.empty(groups, dtype=np.intp)
    place[inorder] = np.arange(groups)
    tails, heads = (place[ends] for ends in edges)
    outward = tails != heads
    tails, heads = tails[outward], heads[outward]
    order = np.argsort(tails, kind="stable")
    tails, heads = tails[order], heads[order]
    first = np.searchsorted(tails, np.arange(groups + 1))
    bounds = np.searchsorted(height[inorder], np.arange(1, height.max(initial=0) + 2)).tolist()
    levels = []
    for start, stop in pairwise(bounds):
        low, high = first[start], first[stop]
        levels.append((start, stop, first[start:stop] - low, heads[low:high].copy()))
    return Layers(place[group_of], np.flatnonzero(cyclic[inorder]), groups, levels)


def reachable_words(np: Any, layers: Layers, words: Any) -> Any:  # noqa: ANN401  # NumPy, imported by the caller
    """As `reachable`, for an array of words of up to `BITS` bits."""
    whole = np.zeros(layers.groups, dtype=words.dtype)  # a group's own words and those of all below it
    if layers.groups == len(words):
        whole[layers.place] = words
    else:
        np.bitwise_or.at(whole, layers.place, words)
    below = np.zeros_like(whole)
    for start, stop, first, heads in layers.levels:
        found = below[start:stop]
        np.bitwise_or.reduceat(whole[heads], first, out=found)
        whole[start:stop] |= found
    below[layers.cyclic] = whole[layers.cyclic]  # what is in a cycle is below itself
    return below[layers.place]
