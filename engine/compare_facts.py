"""The facts that two results on one requirement looked at: which differ, and which elements came and went.

Guarantees: nothing is told of what a cut list leaves out; an element that only changed its version is one element, when its
name alone says which.  Evidence is compared as it stands in the results: value, or the reason why there is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from rulewright.engine.comparison import ElementChange, FactChange, Seen
from rulewright.engine.result import Element, Reason, Result, Shown

FACTS = 50
"""So many changed facts are listed; the total is always there."""
Path = tuple[str, str]
"""Element (empty for the product) and fact."""


def changes(old: Result, new: Result) -> tuple[FactChange, ...]:
    """The facts that are not the same, those of the product first."""
    before, after = dict(_stated(old)), dict(_stated(new))
    renamed = _renamed(_listed(old), _listed(new))
    before = {(renamed.get(element, element), fact): shown for (element, fact), shown in before.items()}
    found = []
    for path in sorted(before.keys() | after.keys()):
        a, b = before.get(path), after.get(path)
        if path[0] and (a is None or b is None):
            continue  # an element that is listed on one side only: `elements` tells
        if _said(a) != _said(b):
            found.append(FactChange(path[0], path[1], _seen(a), _seen(b)))
    return tuple(found)


def elements(old: Result, new: Result) -> ElementChange | None:
    """The elements at fault before and after; `None` where neither has any and where nothing of them changed."""
    before, after = _listed(old), _listed(new)
    totals = _total(old), _total(new)
    if not any(totals):
        return None
    whole = totals == (len(before), len(after))
    renamed = _renamed(before, after)
    names = [renamed.get(name, name) for name in before]
    come = tuple(sorted(set(after) - set(names))) if whole else ()
    gone = tuple(sorted(name for name in before if renamed.get(name, name) not in after)) if whole else ()
    return ElementChange(*totals, come, gone, whole)


def _at_fault(result: Result) -> Iterator[Reason]:
    """The lines whose elements keep the requirement from passing."""
    return (reason for reason in result.reason if reason.verdict in {"fail", "unknown"})


def _total(result: Result) -> int:
    return sum(reason.elements_total for reason in _at_fault(result))


def _listed(result: Result) -> list[str]:
    """The names of the elements at fault; a name that is there again gets a number."""
    counts: dict[str, int] = {}
    found = []
    for reason in _at_fault(result):
        for element in reason.elements:
            counts[element.id] = counts.get(element.id, 0) + 1
            found.append(element.id if counts[element.id] == 1 else f"{element.id} ({counts[element.id]})")
    return found


def _renamed(before: Sequence[str], after: Sequence[str]) -> dict[str, str]:
    """Old name to new name of elements that only changed their version: `busybox@1.36.1` to `busybox@1.37.0`."""
    left = _by_plain(set(before) - set(after))
    right = _by_plain(set(after) - set(before))
    return {
        left[name][0]: right[name][0]
        for name in sorted(left.keys() & right.keys())
        if len(left[name]) == len(right[name]) == 1
    }


def _by_plain(names: set[str]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in sorted(names):
        plain, at, _ = name.rpartition("@")
        if at and plain:
            found.setdefault(plain, []).append(name)
    return found


def _stated(result: Result) -> Iterator[tuple[Path, Shown]]:
    """Everything that the lines of a requirement looked at; what a line decided on comes last and so counts."""
    for reason in result.reason:
        for missing in reason.missing:
            yield ("", missing.fact), Shown(missing.fact, reason=missing.reason)
    for reason in sorted(result.reason, key=lambda r: r.verdict == result.verdict):
        for shown in reason.values:
            yield ("", shown.fact), shown
    counts: dict[str, int] = {}
    for reason in _at_fault(result):
        for element in reason.elements:
            counts[element.id] = counts.get(element.id, 0) + 1
            name = element.id if counts[element.id] == 1 else f"{element.id} ({counts[element.id]})"
            yield from _of_element(name, element)


def _of_element(name: str, element: Element) -> Iterator[tuple[Path, Shown]]:
    """The facts of an element; one without a place of its own stands where the element stands."""
    for shown in element.values:
        placed = msgspec.structs.replace(shown, source=element.source, pointer=element.pointer)
        yield (name, shown.fact), shown if shown.pointer else placed
    for child in element.children:
        yield from _of_element(f"{name} > {child.id}", child)


def _said(shown: Shown | None) -> tuple[object, ...] | None:
    """What counts as the evidence: value or reason, whose word it is, and what disagreeing sources say."""
    if shown is None:
        return None
    return (shown.value, shown.reason, shown.by, tuple(_said(w) for w in shown.witnesses))


def _seen(shown: Shown | None) -> Seen | None:
    if shown is None:
        return None
    return Seen(shown.value, shown.reason, shown.source or "", shown.pointer or "")
