"""What a difference in meaning says, in words: the same on a terminal and in Markdown.

Guarantees: nothing is computed here that is not in the answer; words of rules are passed on as they are.
"""

from __future__ import annotations

from collections.abc import Sequence

from rulewright.cli.text import plural
from rulewright.engine.analysis.difference import Change, Difference, Effect, Frame, Shown
from rulewright.engine.analysis.findings import FactValue

GROUPS: tuple[tuple[str, str], ...] = (
    ("weaker", "weaker"),
    ("both", "weaker for some products, stricter for others"),
    ("undecided", "not decided"),
    ("stricter", "stricter"),
    ("moved", "taken over by others, or without weight"),
    ("other", "changed, and no verdict is lost or gained"),
)
_WAY: dict[str, str] = {"added": "new", "removed": "gone"}
_RANGE = {
    "wider": "applies to more products",
    "narrower": "applies to fewer products",
    "both": "applies to other products",
}


def groups(found: Difference) -> list[tuple[str, list[Change]]]:
    """The changes that matter, by what became of them, under a title each."""
    sorted_: dict[str, list[Change]] = {name: [] for name, _ in GROUPS}
    for change in found.changes:
        if change.kind != "text":
            sorted_[_group(change)].append(change)
    return [(title, sorted_[name]) for name, title in GROUPS if sorted_[name]]


def _group(change: Change) -> str:
    if change.effect != "none":
        return change.effect
    return "moved" if change.kind in {"added", "removed"} or change.covered else "other"


def texts(found: Difference) -> list[str]:
    """Requirements that differ in words alone."""
    return [_named(change) for change in found.changes if change.kind == "text"]


def _named(change: Change) -> str:
    return change.new if change.old == change.new else f"{change.old} is {change.new}"


def name(change: Change) -> str:
    """The requirement, by its id or ids."""
    return change.new or change.old if not (change.old and change.new) else _named(change)


def weight(change: Change) -> tuple[str, ...]:
    """Level, and what became of it."""
    before, after = change.levels
    level = before or after if not (before and after) or before == after else f"{before}, now {after}"
    way = _WAY.get(change.kind, "")
    return tuple(word for word in (level, way, _RANGE.get(change.applies, "")) if word)


def rows(change: Change) -> list[tuple[str, str]]:
    """What was asked and what is, with a sign: lines on both sides are left out."""
    before, after = change.lines
    found = [("-", line) for line in before if line not in after]
    found += [("+", line) for line in after if line not in before]
    if change.kind == "meaning" and change.conditions[0] != change.conditions[1]:
        found += [("-", f"applies when {change.conditions[0] or 'always'}")]
        found += [("+", f"applies when {change.conditions[1] or 'always'}")]
    return found


def products(change: Change) -> list[tuple[str, Shown]]:
    """The products that show it."""
    labelled = (
        ("passes now", change.passing),
        ("fails now", change.failing),
        ("was unknown", change.loosened),
        ("applies now", change.gained if change.failing is None else None),
        ("no longer", change.lost if change.passing is None else None),
    )
    return [(label, shown) for label, shown in labelled if shown is not None]


def frame_products(frame: Frame) -> list[tuple[str, Shown]]:
    """Products inside one scope only."""
    labelled = (("applies now", frame.gained), ("no longer", frame.lost))
    return [(label, shown) for label, shown in labelled if shown is not None]


def shown(product: Shown) -> str:
    """A product and its verdicts."""
    facts = " and ".join(map(_fact, product.facts)) or "any product, whatever is known of it"
    said = f"{facts}: {_verdict(product.before)} before, {_verdict(product.after)} now"
    if product.changed or product.nearest:
        changed = ", ".join(f"{one.fact} = {one.value}" for one in product.changed)
        near = "the nearest to the product" if product.nearest else "near the product"
        said += f" ({near}, with {changed})" if changed else f" ({near}, as it is)" if product.nearest else ""
    return said


def _fact(one: FactValue) -> str:
    """A fact, or what was answered to a question."""
    if one.question:
        return f"{'yes' if one.value == 'true' else 'no'} to `{one.question}`"
    return f"{one.fact} = {one.value}"


def _verdict(word: str) -> str:
    return {"not_applicable": "not applicable", "absent": "not asked"}.get(word, word)


def regions(change: Change) -> list[tuple[str, str]]:
    """All products that fail now, or pass now, as rule text."""
    failing, passing = change.regions
    return [(label, text) for label, text in (("all passing", passing), ("all failing", failing)) if text]


def covered(change: Change) -> str:
    """Who demands it, too."""
    if not change.covered:
        return ""
    there = ", ".join(change.covered)
    return f"demanded before by {there}" if change.kind == "added" else f"demanded by {there}"


def frame(found: Frame) -> list[tuple[str, str]]:
    """What all requirements of a standard share: before and after."""
    lines = []
    if found.scopes[0] != found.scopes[1]:
        lines += [("-", f"scope {found.scopes[0]}"), ("+", f"scope {found.scopes[1]}")]
    if found.days[0] != found.days[1]:
        lines += [("-", f"in force {found.days[0]}"), ("+", f"in force {found.days[1]}")]
    return lines


def frame_title(found: Frame) -> str:
    """What became of it."""
    said = {
        "same": "in force on other days" if found.scopes[0] == found.scopes[1] else "the same scope in other words",
        "undecided": "scope not decided",
    } | _RANGE
    return f"{found.module}: {said[found.applies]}"


def answer(found: Difference) -> str:
    """The answer in one sentence."""
    counts = found.summary
    parts = [
        f"{counts[effect]:,} {word}"
        for effect, word in (("weaker", "weaker"), ("both", "both ways"), ("stricter", "stricter"))
        if counts[effect]
    ]
    parts += [f"{counts['loosened']:,} passing with less known"] if counts["loosened"] else []
    parts += [f"{counts['undecided']:,} not decided"] if counts["undecided"] else []
    frames = [one.module for one in found.frames if one.applies in {"narrower", "both"}]
    parts += [f"{', '.join(frames)} of narrower scope"] if frames else []
    weaker = [one for one in found.settings if one.effect in {"weaker", "both"}]
    parts += [f"{plural(len(weaker), 'setting')} weaker"] if weaker else []
    if not parts:
        wider = any(one.applies == "wider" for one in found.frames)
        return "nothing became weaker; the scope is wider" if wider else "no change in meaning"
    return f"{'something became weaker' if found.weaker else 'nothing became weaker'}: {', '.join(parts)}"


def about(found: Difference) -> str:
    """What was compared."""
    same = f"{found.summary['unchanged']:,} unchanged and {found.summary['text']:,} only in words"
    near = f", near {found.product}" if found.product else ""
    sizes = f"{found.old.requirements:,} and {found.new.requirements:,} requirements"
    return f"{found.old.name} and {found.new.name}: {sizes}, {same}, from {found.as_of[:10]} on{near}"


def mark(effect: Effect) -> str:
    """A sign for an effect: `-`, `+`, `±`, `?`."""
    return {"weaker": "-", "stricter": "+", "both": "±", "undecided": "?", "none": "="}[effect]


def cut(lines: Sequence[str], most: int) -> tuple[Sequence[str], int]:
    """The first lines, and how many are left out."""
    return lines[:most], max(len(lines) - most, 0)
