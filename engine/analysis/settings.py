"""What differs beside the requirements: waivers, assumptions, how findings count; and clauses on evidence.

Guarantees: `weaker` where more passes or is let pass: a waiver more or a longer one, a list taken as complete, evidence of
less trust or older.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from rulewright.dsl import ir
from rulewright.engine.analysis.difference import Effect, Setting
from rulewright.engine.words import date_text


def settings(old: ir.Program, new: ir.Program) -> tuple[Setting, ...]:
    """The settings that differ, in a fixed order."""
    return (*_waivers(old, new), *_assumptions(old, new), *_numbers(old, new))


def _waivers(old: ir.Program, new: ir.Program) -> Iterator[Setting]:
    left, right = ({one.id: one for one in program.waivers} for program in (old, new))
    for name in sorted(left.keys() | right.keys()):
        before, after = left.get(name), right.get(name)
        if after is None:
            yield Setting(f"waiver `{name}` is gone", "stricter")
        elif before is None:
            text = f"waiver `{name}` of `{after.requirement}` for {after.product} until {date_text(after.until)}"
            yield Setting(text, "weaker")
        elif before.until != after.until:
            longer = after.until > before.until
            text = f"waiver `{name}` ends {date_text(after.until)}, not {date_text(before.until)}"
            yield Setting(text, "weaker" if longer else "stricter")
        elif (before.requirement, before.product, before.provided) != (
            after.requirement,
            after.product,
            after.provided,
        ):
            yield Setting(f"waiver `{name}` is for something else, or on other conditions", "both")


def _assumptions(old: ir.Program, new: ir.Program) -> Iterator[Setting]:
    left, right = ({one.collection: one.state for one in program.assumptions} for program in (old, new))
    for name in sorted(left.keys() | right.keys()):
        before, after = left.get(name), right.get(name)
        if before != after:
            closed = after == "closed" or (before == "open" and after is None)
            said = "taken as complete" if after == "closed" else "open" if after == "open" else "as its source says"
            yield Setting(f"a list of `{name}` of unstated completeness is {said}", "weaker" if closed else "stricter")
    for name in sorted(set(old.unstated_open) ^ set(new.unstated_open)):
        said = "every list" if name == "*" else f"a list of `{name}`"
        if name in new.unstated_open:
            yield Setting(f"{said} of unstated completeness is open now", "stricter")
        else:
            yield Setting(f"{said} of unstated completeness is no longer open", "weaker")


def _numbers(old: ir.Program, new: ir.Program) -> Iterator[Setting]:
    """How long findings count, and from which level: longer, and from a lower level, is neither stricter nor weaker."""
    for text, left, right in (
        ("findings of `{}` count for {} days, not {}", old.fresh, new.fresh),
        ("findings of `{}` count from level {}, not {}", old.levels, new.levels),
    ):
        for name in _differing(left, right):
            yield Setting(text.format(name, right.get(name, "any"), left.get(name, "any")), "both")


def _differing(left: Mapping[str, int], right: Mapping[str, int]) -> Iterable[str]:
    """Names on both sides with other values: those of facts that one side alone asks for say nothing."""
    return sorted(name for name in left.keys() & right.keys() if left[name] != right[name])


# --- evidence ----------------------------------------------------------------------------------------------------------


def evidence(clause: ir.Evidence | None) -> str:
    """A clause on evidence in words."""
    if clause is None:
        return "any evidence"
    said = f"{clause.need} of {', '.join(clause.detectors)}" if clause.detectors else "any evidence"
    said += f", not older than {clause.fresh} days" if clause.fresh is not None else ""
    said += f", of trust {clause.trust}" if clause.trust else ""
    return said + (f", from level {clause.level}" if clause.level else "")


def evidence_effect(old: ir.Evidence | None, new: ir.Evidence | None) -> Effect:
    """Whether more or less evidence counts than before."""
    if old == new:
        return "none"
    looser, tighter = _admits(new, old), _admits(old, new)
    if looser and tighter:
        return "none"
    return "weaker" if looser else "stricter" if tighter else "both"


def _admits(wide: ir.Evidence | None, narrow: ir.Evidence | None) -> bool:
    """Whether all that one clause admits, another one does."""
    if wide is None:
        return True
    if narrow is None:
        return wide.need <= 1 and not wide.detectors and wide.fresh is None and not wide.trust and not wide.level
    return (
        wide.need <= narrow.need
        and (not wide.detectors or (bool(narrow.detectors) and set(narrow.detectors) <= set(wide.detectors)))
        and (wide.fresh is None or (narrow.fresh is not None and narrow.fresh <= wide.fresh))
        and wide.trust <= narrow.trust
        and wide.level <= narrow.level
    )
