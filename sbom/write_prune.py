"""The last word on what is written: nothing that the official schema refuses.

A writer writes what the facts say, and the facts may come from documents that are not valid.  Whatever the schema of the
new document refuses is taken out, the smallest part that helps first; `write_receipt` counts what is missing then.
Guarantees: the result is valid, or `None`; an element of the product is never taken out, at most emptied to what its
format asks for.
"""

from __future__ import annotations

from collections.abc import Callable

from rulewright.sbom.write_view import Tree

Refused = Callable[[Tree], list[str]]
Keep = Callable[[str, Tree], tuple[str, ...]]
"""Says of a pointer and the object there which keys must stay; none where the object may be taken out whole."""

_ROUNDS = 20


def pruned(tree: Tree, refused: Refused, keep: Keep) -> Tree | None:
    """Take out what the schema refuses, until it refuses nothing."""
    for _ in range(_ROUNDS):
        found = set(refused(tree))
        if not found:
            return tree
        around = {pointer[:end] for pointer in found for end in range(len(pointer)) if pointer[end] == "/"}
        if found <= {""}:
            return None
        for pointer in sorted(found - around, reverse=True, key=_order):
            _take_out(tree, pointer, keep)
    return None


def _order(pointer: str) -> list[tuple[int, str]]:
    """Deeper and later places come last, so that in reverse a list's numbers stay what they were."""
    return [(int(step) if step.isdecimal() else -1, step) for step in pointer.split("/")[1:]]


def _take_out(tree: Tree, pointer: str, keep: Keep) -> None:
    """Take out one place; a required key of an element takes its element's other keys with it."""
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    holder: object = tree
    for step in steps[:-1]:
        holder = _at(holder, step)
    found = _at(holder, steps[-1])
    kept = keep(pointer, found) if isinstance(found, dict) else ()
    if kept and isinstance(found, dict):
        for key in [key for key in found if key not in kept]:
            del found[key]
    elif isinstance(holder, dict):
        holder.pop(steps[-1], None)
    elif isinstance(holder, list) and int(steps[-1]) < len(holder):
        del holder[int(steps[-1])]


def _at(holder: object, step: str) -> object:
    if isinstance(holder, dict):
        return holder.get(step)
    if isinstance(holder, list) and step.isdecimal() and int(step) < len(holder):
        return holder[int(step)]
    return None
