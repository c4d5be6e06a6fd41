"""What can be reached in the dependency graph, for all reachability quantifiers of a plan in one pass.

Guarantees: cycles are condensed (a component in a cycle reaches itself and the whole cycle); linear in nodes and edges;
no recursion.  `words[row]` is an integer with one bit per question; the answer of a row is the OR of the words of every
row that can be reached from it by one edge or more.
What it does not do: paths.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

MANY = 20_000
"""From this many rows on, levels are propagated with NumPy."""


def reachable(parents: array[int], children: array[int], words: Sequence[int], bits: int) -> list[int]:
    """OR of the words of all strict descendants, per row.  `parents[i]` depends on `children[i]`; sorted by parent."""
    size = len(words)
    if size >= MANY and bits <= 63:  # an int64 holds 63 questions
        found = _by_levels(parents, children, words)
        if found is not None:
            return found
    return _by_components(parents, children, words)


def _starts(parents: array[int], size: int) -> list[int]:
    """Where each parent's pairs start; `size + 1` numbers."""
    counts = [0] * (size + 1)
    for parent in parents:
        counts[parent + 1] += 1
    for row in range(size):
        counts[row + 1] += counts[row]
    return counts


def _by_components(parents: array[int], children: array[int], words: Sequence[int]) -> list[int]:
    """Tarjan's strong components (1972), iterative; components come out children first, so one pass suffices."""
    size = len(words)
    starts = _starts(parents, size)
    order = [0] * size  # discovery number, 0 = not seen
    low = [0] * size
    done = bytearray(size)
    below = [0] * size  # OR of the words of strict descendants
    stack: list[int] = []
    clock = 0
    position = starts[:size]
    for root in range(size):
        if order[root]:
            continue
        clock += 1
        order[root] = low[root] = clock
        stack.append(root)
        path = [root]
        while path:
            row = path[-1]
            if position[row] < starts[row + 1]:
                child = children[position[row]]
                position[row] += 1
                if not order[child]:
                    clock += 1
                    order[child] = low[child] = clock
                    stack.append(child)
                    path.append(child)
                elif not done[child]:
                    low[row] = min(low[row], order[child])
                continue
            path.pop()
            if path:
                low[path[-1]] = min(low[path[-1]], low[row])
            if low[row] == order[row]:
                _close(row, stack, done, starts, children, words, below)
    return below


def _close(  # the pieces of one pass
    row: int, stack: list[int], done: bytearray, starts: list[int], children: array[int], words: Sequence[int],
    below: list[int],
) -> None:
    """Take a finished strong component off the stack and give it its answer."""
    members = []
    while True:
        member = stack.pop()
        members.append(member)
        done[member] = 1
        if member == row:
            break
    inside = set(members) if len(members) > 1 else None
    answer = 0
    for member in members:
        for place in range(starts[member], starts[member + 1]):
            child = children[place]
            if inside is not None and child in inside:
                answer |= words[child]
            else:
                answer |= words[child] | below[child]
    for member in members:
        below[member] = answer


def _by_levels(parents: array[int], children: array[int], words: Sequence[int]) -> list[int] | None:
    """Propagate from the leaves up, a level at a time; `None` when there is a cycle or the graph is a long chain."""
    import numpy as np  # large inputs only

    size = len(words)
    if not parents:
        return [0] * size
    src = np.frombuffer(parents, dtype=np.int32)
    dst = np.frombuffer(children, dtype=np.int32)
    level = _levels(np, src, dst, size)
    if level is None:
        return None
    own = np.array(words, dtype=np.int64)
    below = np.zeros(size, dtype=np.int64)
    edge_level = level[src]
    order = np.lexsort((src, edge_level))
    src, dst, edge_level = src[order], dst[order], edge_level[order]
    bounds = np.searchsorted(edge_level, np.arange(1, int(edge_level[-1]) + 2))
    for start, stop in pairwise(bounds):
        rows, first = np.unique(src[start:stop], return_index=True)
        heads = dst[start:stop]
        below[rows] = np.bitwise_or.reduceat(own[heads] | below[heads], first)
    result: list[int] = below.tolist()
    return result


_DEEP = 2_000


def _levels(np: Any, src: Any, dst: Any, size: int) -> Any:  # noqa: ANN401  # NumPy, imported lazily
    """Height of every row above its deepest leaf, or `None` (a cycle, or deeper than the loop is worth)."""
    waiting = np.bincount(src, minlength=size)
    by_child = np.argsort(dst, kind="stable")
    owner = src[by_child]
    starts = np.searchsorted(dst[by_child], np.arange(size + 1))
    level = np.zeros(size, dtype=np.int32)
    front = np.flatnonzero(waiting == 0)
    seen = len(front)
    height = 0
    while len(front):
        height += 1
        if height > _DEEP:
            return None
        lengths = starts[front + 1] - starts[front]
        total = int(lengths.sum())
        if not total:
            break
        offsets = np.repeat(starts[front] - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
        above = owner[offsets + np.arange(total)]
        fewer = np.bincount(above, minlength=size) if total > size // 8 else None
        if fewer is not None:
            waiting -= fewer
            touched = np.flatnonzero(fewer)
        else:
            touched, counts = np.unique(above, return_counts=True)
            waiting[touched] -= counts
        front = touched[waiting[touched] == 0]
        level[front] = height
        seen += len(front)
    return level if seen == size else None
