"""Globs on all distinct values of a column at once.

Guarantees: the same answers as matching one by one; linear time.  Globs of the forms `x`, `x*`, `*x` and `*x*` are
questions that strings answer themselves.  From the second such question on, a column's values are searched as one joined
text, and from some more on its sorted order answers prefixes: both are derived from the facts alone and kept with them.
What it does not do: parse globs (`facts.identity.patterns`).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from itertools import accumulate
from typing import cast

from rulewright.facts.identity import patterns
from rulewright.facts.table import Column

NO, YES, UNKNOWN = 0, 1, 2
_JOIN_AFTER, _SORT_AFTER = 1, 6
_BREAK = "\n"


def judge(column: Column, pattern: str) -> bytes:
    """One code per distinct value: `NO`, `YES`, or `UNKNOWN` for all where the pattern itself is broken."""
    texts = cast("list[str]", column.values)  # the type checker lets globs at text alone
    head, star, rest = pattern.partition("*")
    tail = rest.removesuffix("*")
    if any(char in pattern for char in "?[]\\") or "*" in tail or (head and rest):
        return _one_by_one(texts, pattern)
    if not star:
        return bytes([text == head for text in texts])
    if not rest:
        return _starting(column, texts, head)
    if rest.endswith("*"):
        return _containing(column, texts, tail)
    return bytes([text.endswith(tail) for text in texts])


def _one_by_one(texts: list[str], pattern: str) -> bytes:
    found = patterns.compile_glob(pattern)
    if isinstance(found, patterns.Fault):
        return bytes([UNKNOWN]) * len(texts)
    return bytes([found.matches(text) for text in texts])


def _asked(column: Column) -> int:
    """How often the column has been asked before: an index must earn its making."""
    before: int = column.memo.get("globs", 0)
    column.memo["globs"] = before + 1
    return before


def _starting(column: Column, texts: list[str], head: str) -> bytes:
    if _asked(column) < _SORT_AFTER or not head:
        return bytes([text.startswith(head) for text in texts])
    if "sorted" not in column.memo:
        order = sorted(range(len(texts)), key=texts.__getitem__)
        column.memo["sorted"] = order, [texts[row] for row in order]
    order, inorder = cast("tuple[list[int], list[str]]", column.memo["sorted"])
    first = bisect_left(inorder, head)
    last = bisect_right(inorder, head, lo=first, key=lambda text: text[: len(head)])
    few = last - first <= len(texts) // 2
    answers = bytearray([NO if few else YES]) * len(texts)
    for row in order[first:last] if few else order[:first] + order[last:]:
        answers[row] = YES if few else NO
    return bytes(answers)


def _containing(column: Column, texts: list[str], part: str) -> bytes:
    if _asked(column) < _JOIN_AFTER or not part or _BREAK in part:
        return bytes([part in text for text in texts])
    if "joined" not in column.memo:
        column.memo["joined"] = _BREAK.join(texts), list(accumulate([len(text) + 1 for text in texts]))
    joined, ends = cast("tuple[str, list[int]]", column.memo["joined"])
    answers = bytearray(len(texts))
    for found in re.finditer(re.escape(part), joined):
        answers[bisect_right(ends, found.start())] = YES
    return bytes(answers)
