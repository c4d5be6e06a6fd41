"""Globs on all distinct values of a column at once.

Guarantees: the same answers as matching one by one; linear time.  Globs of the forms `x`, `x*`, `*x` and `*x*` are
questions that strings answer themselves.  From the second `*x*` on, a column's values are searched as one joined text,
which is derived from the facts alone and kept with them.
What it does not do: parse globs (`facts.identity.patterns`); prefixes of columns in order (`engine.orders`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from typing import cast

from rulewright.facts.identity import patterns
from rulewright.facts.table import Column

NO, YES, UNKNOWN = 0, 1, 2
_JOIN_AFTER = 1
_SPECIAL = frozenset("?[]\\")
_BREAK = "\n"


def judge(column: Column, pattern: str) -> bytes:
    """One code per distinct value: `NO`, `YES`, or `UNKNOWN` for all where the pattern itself is broken."""
    texts = cast("list[str]", column.values)  # the type checker lets globs at text alone
    part = part_of(pattern)
    if part is not None:
        return containing(column, part)
    head, star, rest = pattern.partition("*")
    if not _SPECIAL.isdisjoint(pattern) or "*" in rest or (head and rest):
        return _one_by_one(texts, pattern)
    if not star:
        return bytes([text == head for text in texts])
    if not rest:
        return bytes([text.startswith(head) for text in texts])
    return bytes([text.endswith(rest) for text in texts])


def _one_by_one(texts: list[str], pattern: str) -> bytes:
    found = patterns.compile_glob(pattern)
    if isinstance(found, patterns.Fault):
        return bytes([UNKNOWN]) * len(texts)
    return bytes([found.matches(text) for text in texts])


def prefix_of(pattern: str) -> str | None:
    """The `x` of a glob `x*`."""
    head, star, rest = pattern.partition("*")
    return head if star and not rest and _SPECIAL.isdisjoint(head) else None


def part_of(pattern: str) -> str | None:
    """The `x` of a glob `*x*`."""
    part = pattern[1:-1]
    plain = len(pattern) > 2 and pattern[0] == pattern[-1] == "*" and "*" not in part and _SPECIAL.isdisjoint(part)
    return part if plain else None


def containing(column: Column, part: str) -> bytes:
    """Which distinct values contain a text."""
    texts = cast("list[str]", column.values)
    column.memo["contains"] = asked = column.memo.get("contains", 0) + 1
    if asked <= _JOIN_AFTER or _BREAK in part:
        return bytes([part in text for text in texts])
    if "joined" not in column.memo:
        column.memo["joined"] = _BREAK.join(texts), list(accumulate([len(text) + 1 for text in texts]))
    joined, ends = cast("tuple[str, list[int]]", column.memo["joined"])
    answers = bytearray(len(texts))
    for found in re.finditer(re.escape(part), joined):
        answers[bisect_right(ends, found.start())] = YES
    return bytes(answers)
