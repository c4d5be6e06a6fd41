"""Reachability: the one-pass answers, in Python and with NumPy, against a search from every row."""

from __future__ import annotations

from array import array

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rulewright.engine import reach
from rulewright.engine.graph import descendants
from rulewright.facts.table import Extent, Relation, Table
from rulewright.facts.types import Completeness

SIZE = 7
EDGES = st.sets(st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1)), max_size=14)
WORDS = st.lists(st.integers(0, 2**40), min_size=SIZE, max_size=SIZE)


def table_of(edges: set[tuple[int, int]], size: int = SIZE) -> Table:
    """A component table whose dependency graph has these edges."""
    ordered = sorted(edges)
    relation = Relation(array("i", [p for p, _ in ordered]), array("i", [c for _, c in ordered]))
    extents = [Extent(Completeness.CLOSED)]
    return Table("component", size, array("i", [0, size]), extents, relations={"depends_on": lambda: relation})


def expected(table: Table, words: list[int]) -> list[int]:
    """The OR over all strict descendants, searched from each row."""
    result = []
    for row in range(table.size):
        answer = 0
        for other in descendants(table, row):
            answer |= words[other]
        result.append(answer)
    return result


@given(edges=EDGES, words=WORDS)
def test_one_pass_equals_a_search_from_every_row(edges: set[tuple[int, int]], words: list[int]) -> None:
    """Cycles, self-loops and islands included."""
    table = table_of(edges)
    assert reach.reachable(reach.graph_of(table), words) == expected(table, words)


@given(edges=EDGES, words=WORDS)
def test_layers_equal_a_search_from_every_row(edges: set[tuple[int, int]], words: list[int]) -> None:
    """The NumPy path, peeled where there is no cycle and condensed where there is one."""
    table = table_of(edges)
    graph = reach.graph_of(table)
    peeled = reach._peeled(np, graph)  # both ways of preparing are to be tested
    cyclic = any(row in set(descendants(table, row)) for row in range(SIZE))
    assert (peeled is None) == cyclic
    for layers in filter(None, (peeled, reach._layers(np, graph))):
        assert reach.reachable_words(np, layers, np.array(words)).tolist() == expected(table, words)


def test_a_chain_of_ten_thousand_needs_no_recursion() -> None:
    """Depth is no problem, and the deep and thin graph is left to Python."""
    size = 10_000
    table = table_of({(row, row + 1) for row in range(size - 1)}, size)
    graph = reach.graph_of(table)
    words = [0] * (size - 1) + [1]
    assert reach.reachable(graph, words) == [1] * (size - 1) + [0]
    assert reach.layered(np, graph) is None
