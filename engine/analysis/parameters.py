"""The values of a parameter with which some requirements no longer clash.

Guarantees: a value is called good only where the analyser, run on the members with that value put in, finds no contradiction
in any context; nothing outside the declared range is proposed.  Between two neighbouring constants of the members nothing can
change (tests compare with constants), so one value from each stretch decides it, and the stretches are exact.
How: the members are compiled once with another value (the caller's `recompile`); where their meaning differs, the parameter
stands; other values are put in there.  Where a parameter does more than stand there as it is, no answer is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import msgspec

from rulewright.dsl import ir
from rulewright.engine.analysis import ranks
from rulewright.engine.analysis.model import Owner
from rulewright.engine.words import value_text

Recompile = Callable[[Mapping[str, str]], "Sequence[ir.Program] | None"]
Clashes = Callable[[Mapping[str, ir.Requirement]], bool]
"""Whether the members still clash with these meanings, by owner id."""
MOST = 200
"""So many values of a parameter are tried."""
_MEANING = ("scope", "applies", "lines", "valid_from", "valid_until")
Path = tuple[str | int, ...]


class Range(NamedTuple):
    """What of a parameter's range does not clash: stretches of numbers, or words; `owner`: in whose requirement it stands."""

    owner: Owner
    parameter: ir.Parameter
    good: tuple[tuple[int, int], ...] = ()
    words: tuple[str, ...] = ()


def stretches(parameter: ir.Parameter, members: Iterable[ir.Requirement]) -> list[tuple[int, int]]:
    """The declared range cut where something can change: every constant of the members by itself, and what lies between.

    Empty where the range is not declared, or where members add spans of time: then changes lie elsewhere, too.
    """
    if parameter.low is None or parameter.high is None:
        return []
    plain = [msgspec.to_builtins(member) for member in members]
    if any(_shifted(item) for item in plain):
        return []
    low, high = parameter.low, parameter.high
    constants = {number for item in plain for number in _numbers(item)}
    marks = sorted(m for m in {low, high} | {c + step for c in constants for step in (-1, 0, 1)} if low <= m <= high)
    gaps = [(a + 1, b - 1) for a, b in pairwise(marks) if b - a > 1]
    return sorted([*((mark, mark) for mark in marks), *gaps])


def _shifted(item: object) -> bool:
    """Whether a comparison moves a date somewhere in plain data."""
    if isinstance(item, Mapping):
        return bool(item.get("months") or item.get("days")) or any(_shifted(value) for value in item.values())
    return isinstance(item, list | tuple) and any(_shifted(value) for value in item)


def _numbers(item: object) -> Iterator[int]:
    """Every whole number in plain data."""
    if isinstance(item, bool):
        return
    if isinstance(item, int):
        yield item
    elif isinstance(item, Mapping):
        for key, value in item.items():
            if key not in {"line", "column"}:
                yield from _numbers(value)
    elif isinstance(item, list | tuple):
        for value in item:
            yield from _numbers(value)


def places(before: ir.Requirement, after: ir.Requirement, old: ir.Value, new: ir.Value) -> list[Path] | None:
    """Where in the meaning of a requirement a parameter stands; None where it does more than stand there as it is."""
    one, two = (msgspec.to_builtins(wanted) for wanted in (before, after))
    found: list[Path] = []
    for key in _MEANING:
        if key == "lines":
            pairs = list(zip(before.lines, after.lines, strict=False))
            if len(before.lines) != len(after.lines):
                return None
            for number in range(len(pairs)):
                a, b = one["lines"][number]["expr"], two["lines"][number]["expr"]
                if not _differ(a, b, ("lines", number, "expr"), old, new, found):
                    return None
        elif not _differ(one.get(key), two.get(key), (key,), old, new, found):
            return None
    return found


def _differ(one: object, two: object, path: Path, old: ir.Value, new: ir.Value, found: list[Path]) -> bool:
    """Collect where two plain trees differ; false where that is not just one value instead of the other."""
    if type(one) is type(two) and isinstance(one, Mapping) and isinstance(two, Mapping) and one.keys() == two.keys():
        return all(_differ(one[key], two[key], (*path, key), old, new, found) for key in one)
    if isinstance(one, list | tuple) and isinstance(two, list | tuple) and len(one) == len(two):
        return all(
            _differ(a, b, (*path, number), old, new, found) for number, (a, b) in enumerate(zip(one, two, strict=True))
        )
    if type(one) is type(two) and one == two:
        return True
    if type(one) is type(old) and one == old and two == new:
        found.append(path)
        return True
    return False


def put(wanted: ir.Requirement, where: Iterable[Path], value: ir.Value) -> ir.Requirement:
    """The requirement with a value at some places."""
    plain = msgspec.to_builtins(wanted)
    for path in where:
        node = plain
        for step in path[:-1]:
            if isinstance(node[step], tuple):
                node[step] = list(node[step])
            node = node[step]
        node[path[-1]] = value
    return msgspec.convert(plain, ir.Requirement)


def ranges(owners: Sequence[Owner], recompile: Recompile, clashes: Clashes) -> list[Range]:
    """For every parameter of the members: the values with which they do not clash.  Those that help nothing are left out."""
    found = []
    for owner in owners:
        for parameter in owner.requirement.params if owner.requirement else ():
            made = _range(owner, parameter, owners, recompile, clashes)
            if made is not None:
                found.append(made)
    return found


def _range(
    owner: Owner, parameter: ir.Parameter, owners: Sequence[Owner], recompile: Recompile, clashes: Clashes
) -> Range | None:
    wanted = owner.requirement
    assert wanted is not None
    trial = _another(parameter)
    if trial is None:
        return None
    changed = _compiled(owner, parameter, trial, recompile)
    where = places(wanted, changed, parameter.value, trial) if changed is not None else None
    if not where:
        return None

    def good(value: ir.Value) -> bool:
        return not clashes({owner.id: put(wanted, where, value)})

    if parameter.words:
        words = tuple(word for word in parameter.words if word != parameter.value and good(word))
        return Range(owner, parameter, words=words) if words else None
    tried = stretches(parameter, [other.requirement for other in owners if other.requirement is not None])
    if not tried or len(tried) > MOST:
        return None
    fit = tuple(_joined([stretch for stretch in tried if good((stretch[0] + stretch[1]) // 2)]))
    return Range(owner, parameter, fit) if fit else None


def _another(parameter: ir.Parameter) -> ir.Value | None:
    """A legal value other than the one set."""
    if parameter.words:
        return next((word for word in parameter.words if word != parameter.value), None)
    if parameter.low is None or parameter.high is None or not isinstance(parameter.value, int):
        return None
    return next((v for v in (parameter.high, parameter.low) if v != parameter.value), None)


def _compiled(owner: Owner, parameter: ir.Parameter, value: ir.Value, recompile: Recompile) -> ir.Requirement | None:
    """The requirement as it is with another value of a parameter."""
    wanted = owner.requirement
    assert wanted is not None
    programs = recompile({f"{parameter.module}.{parameter.name}": written(value, parameter.kind)})
    module = ranks.standard(owner)
    for program in programs or ():
        editions = {m.edition for m in program.modules if m.id == module}
        if owner.edition and owner.edition not in editions:
            continue
        for found in program.requirements:
            if found.id == wanted.id:
                return found
    return None


def written(value: ir.Value, kind: str) -> str:
    """A value as `--param` takes it."""
    return value_text(value, kind)


def _joined(found: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Stretches that touch made one."""
    joined: list[tuple[int, int]] = []
    for first, last in found:
        if joined and joined[-1][1] + 1 == first:
            joined[-1] = joined[-1][0], last
        else:
            joined.append((first, last))
    return joined
