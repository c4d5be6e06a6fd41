"""The words that all views of a comparison share: heads, the answer, facts before and after, ages.

Guarantees: plain text, untrusted words still raw (each view escapes for itself), the same words in every view.
"""

from __future__ import annotations

from rulewright.cli.text import plural
from rulewright.engine.comparison import KINDS, Comparison, FactChange, Item, Kind, Seen
from rulewright.engine.wording import REASON, VERDICT
from rulewright.facts.base import ANSWER

HEADS: dict[Kind, str] = {
    "opened": "opened",
    "waiver_ended": "waiver ended",
    "newly_applicable": "newly applicable",
    "added": "newly asked",
    "still_open": "still open",
    "changed_evidence": "changed evidence",
    "closed": "closed",
    "newly_waived": "newly waived",
    "no_longer_applicable": "no longer applicable",
    "removed": "no longer asked",
}
ATTENTION: tuple[Kind, ...] = ("opened", "waiver_ended", "newly_applicable", "added")
"""Kinds of which something can block that did not block before."""
NAMES = 8
"""So many names of elements are told."""


def answer(found: Comparison) -> str:
    """The answer in one line."""
    if found.opens:
        return f"{plural(found.opens, 'requirement')} {'blocks' if found.opens == 1 else 'block'} that did not before"
    return "nothing blocks that did not before"


def counts(found: Comparison) -> str:
    """The counts of what there is, in one phrase."""
    told = [f"{c.count:,} {HEADS[c.kind]}" for c in found.counts if c.count]
    return ", ".join(told) or "no difference"


def title(found: Comparison) -> str:
    """Which product, from which version to which."""
    sides = {p.id: p for p in found.old.products}, {p.id: p for p in found.new.products}
    parts = []
    for pair in found.pairs:
        old, new = sides[0].get(pair.old), sides[1].get(pair.new)
        if old and new:
            same = old.name == new.name
            before = old.version or (old.name if not same else "")
            parts.append(
                f"{old.name} {old.version} to {new.version}"
                if same and before and old.version != new.version
                else f"{new.name} {new.version}".strip()
                if same
                else f"{old.name} {old.version}".strip() + " to " + f"{new.name} {new.version}".strip()
            )
        else:
            stands = old or new
            parts.append(f"{stands.name} {stands.version}".strip() if stands else pair.name)
    return ", ".join(parts)


def days(found: Comparison) -> str:
    """The days of the two results."""
    old, new = found.old.as_of[:10], found.new.as_of[:10]
    return f"as of {new}" if old == new else f"{old} to {new}"


def groups(found: Comparison) -> list[tuple[Kind, list[Item]]]:
    """The items by kind, in the order in which they are told; empty groups are left out."""
    listed = [(kind, [i for i in found.items if i.kind == kind]) for kind in KINDS]
    return [(kind, items) for kind, items in listed if items]


def verdicts(item: Item) -> str:
    """`pass to fail`, or `fail` where it is the same."""
    old = _verdict(item.old, waived=item.old_waived is not None)
    new = _verdict(item.new, waived=item.new_waived is not None)
    if item.old is None or item.new is None:
        return new or old
    return new if old == new else f"{old} to {new}"


def _verdict(verdict: str | None, *, waived: bool) -> str:
    return (VERDICT[verdict] + (" (waived)" if waived else "")) if verdict else ""


def clause(item: Item) -> str:
    """The requirement with its edition."""
    return f"{item.standard}@{item.edition}:{item.clause}" if item.edition else item.requirement


def age(item: Item) -> str:
    """How long a gap is open; empty where all that is known is that the old version has it, too."""
    if item.since is None or item.days is None or item.days <= 0:
        return ""
    return f"open since {item.since} or earlier, {plural(item.days, 'day')}"


def waiver(item: Item) -> str:
    """What a waiver does, or did."""
    if item.new_waived is not None:
        return f"waived until {item.new_waived.until}: {item.new_waived.because}"
    if item.old_waived is not None:
        return f"the waiver until {item.old_waived.until} no longer holds: {item.old_waived.because}"
    return ""


def fact(change: FactChange) -> str:
    """One fact: `iface.telnet_present: false to true`."""
    whose = f"{change.element}: " if change.element else ""
    return f"{whose}{name(change.fact)}: {value(change.old, change.fact)} to {value(change.new, change.fact)}"


def name(path: str) -> str:
    """A fact's name as people say it."""
    return f"answer to {path.removeprefix(ANSWER)}" if path.startswith(ANSWER) else path


def value(seen: Seen | None, path: str = "") -> str:
    """A value, or why there is none."""
    if seen is None:
        return "not looked at"
    if seen.reason is not None:
        return REASON.get(seen.reason, seen.reason)
    if path.startswith(ANSWER) and seen.value in {"true", "false"}:
        return "yes" if seen.value == "true" else "no"
    return "empty" if seen.value in {None, "", "{}"} else str(seen.value)


def place(seen: Seen | None) -> str:
    """Where a fact stands; empty where nobody says."""
    if seen is None:
        return ""
    return f"{seen.source} {seen.pointer}".strip()


def places(change: FactChange) -> str:
    """Where the fact stands before and after."""
    told = [place(change.old), place(change.new)]
    return " to ".join(p for p in dict.fromkeys(told) if p)


def elements(item: Item) -> list[str]:
    """How many elements are at fault, and which came and went."""
    found = item.elements
    if found is None or (found.old == found.new and not found.come and not found.gone):
        return []
    lines = [f"elements at fault: {found.old:,} to {found.new:,}"]
    lines += [f"new: {_names(found.come)}"] if found.come else []
    lines += [f"gone: {_names(found.gone)}"] if found.gone else []
    return lines


def _names(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - NAMES:,} more" if len(names) > NAMES else ""
    return ", ".join(names[:NAMES]) + more


def wanting(item: Item) -> str:
    """The facts that would settle what is unknown."""
    told = []
    for want in item.wanting[:NAMES]:
        by = f", from {' or '.join(d.replace('_', ' ') for d in want.detectors)}" if want.detectors else ""
        told.append(f"{name(want.fact)} ({REASON.get(want.reason, want.reason)}{by})")
    more = f" and {len(item.wanting) - NAMES:,} more" if len(item.wanting) > NAMES else ""
    return "; ".join(told) + more
