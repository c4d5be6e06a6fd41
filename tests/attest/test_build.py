"""Nothing is signed that a verifier would refuse: `build` runs the verifier's own checks over what it made."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from rulewright.attest import build
from rulewright.engine.result import Report, Result
from tests.attest import good

replace = msgspec.structs.replace


def of(**changes: Any) -> Report:
    return replace(good.report(), **changes)


def each(change: Callable[[Result], Result]) -> Report:
    return of(results=tuple(map(change, good.report().results)))


def renamed(standard: str) -> Report:
    return each(lambda one: replace(one, requirement=one.requirement.replace("acme.camera", standard)))


def one_renamed(standard: str) -> Report:
    """The first result is of another standard."""
    first, *rest = good.report().results
    return of(results=(replace(first, requirement=first.requirement.replace("acme.camera", standard)), *rest))


def waived(verdict: str | None = None, **changes: Any) -> Report:
    """The waived result with another verdict, or another waiver."""

    def change(one: Result) -> Result:
        if one.waived is None:
            return one
        told = replace(one, waived=replace(one.waived, **changes))
        return told if verdict is None else replace(told, verdict=verdict)

    return each(change)


WRONG: dict[str, tuple[str, Callable[[], Report]]] = {
    "a time zone": ("`asOf` is not a time", lambda: of(as_of="2026-02-01T00:00:00+05:00")),
    "a fail that does not block": ("blocks although it may not, or does not although it must", lambda: each(lambda one: replace(one, blocks=False))),
    "a not applicable that blocks": ("said to block than can", lambda: each(lambda one: replace(one, blocks=True))),
    "a waived pass": ("Invalid enum value|waived", lambda: waived("pass")),
    "a waiver that has ended": ("before the day of which it tells", lambda: waived(until="2025-01-01")),
    "a pass without a reason": ("no reason is given", lambda: each(lambda one: replace(one, reason=()))),
    "a pass with a line that failed": ("a line of its reason is not", lambda: each(lambda one: replace(one, verdict="pass", blocks=False, waived=None))),
    "a standard in another alphabet": ("the name of the standard `\u0430cme.camera` is not made of", lambda: renamed("\u0430cme.camera")),
    "a standard with a space": ("the name of the standard `acme camera` is not made of", lambda: renamed("acme camera")),
    "a should that blocks": ("blocks although it may not", lambda: each(lambda one: replace(one, level="should"))),
    "two standards but for their case": ("differ in upper and lower case", lambda: one_renamed("Acme.Camera")),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("keep", [True, False])
def test_what_a_verifier_would_refuse_is_not_built(name: str, keep: bool) -> None:  # noqa: FBT001  # a case of the test
    text, make = WRONG[name]
    with pytest.raises(build.BuildError) as told:
        build.build(good.order(report=make(), views=(), keep_results=keep))
    assert re.search(text, str(told.value))


def test_a_day_before_the_run_is_refused_and_a_late_one_is_cut() -> None:
    with pytest.raises(build.BuildError, match="before the day of which it tells"):
        build.build(good.order(views=(), valid_until="2026-01-31"))
    assert build.build(good.order(views=(), valid_until="2026-02-01")).statement.predicate.valid_until == "2026-02-01"
    assert build.build(good.order(views=(), valid_until="2029-01-01")).statement.predicate.valid_until == "2026-12-31"


def test_a_name_that_is_refused_is_told_before_views_are_made() -> None:
    with pytest.raises(build.BuildError, match="name of the standard"):
        build.build(good.order(report=renamed("\u202ecamera")))


def test_too_many_products_are_refused() -> None:
    first = good.report().products[0]
    many = tuple(replace(first, id=f"p{number}") for number in range(1_025))
    with pytest.raises(build.BuildError, match="more than 1,024 products"):
        build.build(good.order(report=of(products=many), views=()))
