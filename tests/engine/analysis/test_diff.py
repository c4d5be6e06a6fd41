"""Differences in meaning: against brute force over all products, witnesses against the evaluator, partial and near ones, too."""

from __future__ import annotations

from itertools import permutations, product
from random import Random

import numpy as np
import pytest
from msgspec.structs import replace

from rulewright.dsl import ir
from rulewright.engine.analysis import diff as module
from rulewright.engine.analysis import settings, twofold
from rulewright.engine.analysis.comparing import _about
from rulewright.engine.analysis.diff import diff
from rulewright.engine.analysis.difference import Change, encode
from rulewright.engine.analysis.formulas import holds
from rulewright.engine.analysis.model import Design
from rulewright.engine.analysis.paired import Pair, pairs
from rulewright.engine.analysis.partial import MET
from rulewright.engine.analysis.partial import Pair as Partial
from rulewright.engine.reference import Reference, Scene
from rulewright.facts.base import Fact, FactBase, Product, scalar
from rulewright.facts.types import State
from tests.engine.analysis.brute.definitions import World
from tests.engine.analysis.brute.runs import MOST, SHARES, VOCABULARY, seeds, suite
from tests.engine.analysis.brute.space import LISTS, RUN, Space, TooLargeError, expressions, mentions, walk
from tests.engine.analysis.brute.suites import FLAVOURS, PLACE, TRUE, Suite, program
from tests.engine.analysis.brute.toy import AS_OF, TOYS
from tests.engine.analysis.test_pairs import mixed
from tests.engine.made import attr

TELNET, UPDATE = attr("door.telnet", ir.Cmp("=", value=True)), attr("door.update", ir.Cmp("=", value=True))
RADIO = attr("ctx.radio", ir.Cmp("=", value=True))


def days(op: ir.Comparison, value: int) -> ir.Expr:
    """A demand on an integer from 0 to 3."""
    return attr("door.days", ir.Cmp(op, value), "int")


def demand(expr: ir.Expr, applies: ir.Expr = TRUE, name: str = "r", **parts: object) -> ir.Requirement:
    """A `shall` unless `parts` says otherwise."""
    line = ir.Line("check#1", "", expr, PLACE)
    common: dict[str, object] = {"level": "shall", "severity": "low", "title": "", "scope": TRUE, "place": PLACE}
    return ir.Requirement(**{**common, "id": f"toy:{name}", "applies": applies, "lines": (line,), **parts})  # type: ignore[arg-type]  # parts of a requirement


def of(*requirements: ir.Requirement, axioms: tuple[ir.Expr, ...] = ()) -> ir.Program:
    """A program."""
    return program(requirements, [ir.Axiom(f"toy:a{n}", expr, "", PLACE) for n, expr in enumerate(axioms)])


def changed(old: ir.Requirement, new: ir.Requirement, **more: object) -> Change:
    """What became of one requirement."""
    found = diff(of(old), of(new), VOCABULARY, as_of=AS_OF, **more)  # type: ignore[arg-type]  # facts
    assert not found.unknowns
    return found.changes[0]


def facts(change: Change, side: str) -> dict[str, str]:
    """The facts of a witness."""
    shown = getattr(change, side)
    assert shown is not None
    return {one.fact: one.value for one in shown.facts}


# --- brute force -------------------------------------------------------------------------------------------------------


def drawn(seed: int) -> tuple[Suite, World]:
    """A suite with all products: no fact is fixed.  Raises TooLargeError where these are too many."""
    found, _ = suite(seed)
    return found, World(Space([found.program], MOST), found.program)


def between(drawn: Suite, a: int, b: int) -> Change:
    """What became of requirement `a` when it turned into `b`."""
    old, new = drawn.program.requirements[a], drawn.program.requirements[b]
    before, after = (replace(drawn.program, requirements=(one,)) for one in (old, new))
    work = module._Work(before, after, VOCABULARY, AS_OF, {})
    work.shared = {}, {}  # windows and scopes are the requirements' own
    return work.change(Pair(old, replace(new, level=old.level)))


@pytest.mark.parametrize("share", range(SHARES))
def test_stricter_and_weaker_are_what_all_products_say(share: int) -> None:
    seen = 0
    for seed in seeds(share, of=2):
        try:
            found, world = drawn(seed)
        except TooLargeError:
            continue
        for a, b in list(permutations(range(len(world.judged)), 2))[:: 3 if len(world.judged) > 4 else 2]:
            change = between(found, a, b)
            assert not change.notes
            failing, passing = apart(found, world, a, b)
            exact = not mixed(found.program)
            for shown, wanted in ((change.failing, failing), (change.passing, passing)):
                if exact or wanted:
                    assert (shown is not None) is wanted, (seed, a, b)
                    seen += wanted
            if exact and found.flavour.name != "states" and not _plainly_same(found, a, b):
                there = world.applies(a), world.applies(b)
                assert (change.gained is not None) is bool((there[1] & ~there[0]).any()), (seed, a, b)
                assert (change.lost is not None) is bool((there[0] & ~there[1]).any()), (seed, a, b)
    assert seen > 20


def apart(found: Suite, world: World, a: int, b: int) -> tuple[bool, bool]:
    """Whether some product breaks `b` alone, and `a` alone, by brute force.

    Whether a field may be unknown depends on whether a rule that is looked at asks for its state.
    """
    if found.flavour.name == "states":
        two = replace(found.program, requirements=tuple(found.program.requirements[n] for n in (a, b)))
        world, a, b = World(Space([two], MOST), two), 0, 1
    return not world.vacuous_given(b, [a]), not world.vacuous_given(a, [b])


def _plainly_same(found: Suite, a: int, b: int) -> bool:
    """Nothing is asked where nothing differs."""
    one, other = (found.program.requirements[n] for n in (a, b))
    return expressions(one) == expressions(other)


@pytest.mark.parametrize("share", range(SHARES))
def test_what_the_others_demand_is_no_loss(share: int) -> None:
    """A requirement is taken away: those left demand all of it, or the product shown meets them."""
    seen = 0
    for seed in seeds(share, of=3):
        try:
            found, world = drawn(seed)
        except TooLargeError:
            continue
        if mixed(found.program) or found.flavour.name == "states":
            continue
        everyone = tuple(replace(one, level="shall", right=False) for one in found.program.requirements)
        for number, one in enumerate(everyone):
            new = replace(found.program, requirements=everyone[:number] + everyone[number + 1 :])
            work = module._Work(replace(found.program, requirements=everyone), new, VOCABULARY, AS_OF, {})
            work.shared = {}, {}
            change = work.change(Pair(one, None))
            near = [n for n, other in enumerate(everyone) if n != number and _about(other) & _about(one)]
            assert (change.passing is None) is world.vacuous(number), (seed, number)
            gone = not world.vacuous(number) and not (near and world.vacuous_given(number, near))
            assert (change.effect == "weaker") is gone, (seed, number)
            if change.covered:
                members = [n for n, other in enumerate(everyone) if other.id in change.covered]
                assert world.vacuous_given(number, members), (seed, number)
                seen += 1
    assert seen


@pytest.mark.parametrize("share", range(SHARES))
def test_the_nearest_product_is_the_nearest(share: int) -> None:
    seen = 0
    for seed in seeds(share, of=3):
        try:
            found, world = drawn(seed)
        except TooLargeError:
            continue
        if any(axis.name == LISTS for axis in world.space.axes) or mixed(found.program):
            continue
        source = Random(seed)
        at = source.choice([int(n) for n in np.flatnonzero(world.there.ravel())])
        here = world.space.at(at // world.space.designs, at % world.space.designs)
        place = np.array(np.unravel_index(at, world.space.shape))
        a, b = source.sample(range(len(world.judged)), 2)
        old, new = (replace(found.program.requirements[n], id=f"{side}:{n}") for side, n in (("x", a), ("y", b)))
        known = {name: value for name, value in here.items() if name != RUN}
        two = twofold.Twofold(
            [old, new],
            found.program.axioms,
            twofold.unsplit(VOCABULARY),
            as_of=AS_OF,
            near=known,  # type: ignore[arg-type]  # no lists
        )
        near = two.nearest(new.id, [old.id])
        apart = np.flatnonzero((world.violated(b) & ~world.judged[a].violated).ravel())
        assert (near is None) is (apart.size == 0), seed
        if near is None or (RUN in here and here[RUN] != AS_OF):
            continue
        others = np.stack(np.unravel_index(apart, world.space.shape), axis=1)
        least = int((others != place).sum(axis=1).min())
        assert len(near.changed) >= least, seed
        assert not near.sure or len(near.changed) == least, seed
        seen += near.sure
    assert seen


@pytest.mark.parametrize("share", range(SHARES))
def test_a_region_is_what_all_products_say(share: int) -> None:
    looked = 0
    for seed in seeds(share, of=3):
        try:
            found, world = drawn(seed)
        except TooLargeError:
            continue
        if any(axis.name in {LISTS, RUN} for axis in world.space.axes) or mixed(found.program):
            continue
        source = Random(seed)
        a, b = source.sample(range(len(world.judged)), 2)
        old, new = (replace(found.program.requirements[n], id=f"{side}:{n}") for side, n in (("x", a), ("y", b)))
        two = twofold.Twofold([old, new], found.program.axioms, twofold.unsplit(VOCABULARY), as_of=AS_OF)
        region = two.where(new.id, [old.id])
        wanted = (world.judged[b].violated & ~world.judged[a].violated).ravel()
        places = np.flatnonzero(world.there.ravel()).tolist()
        hits = np.flatnonzero(wanted & world.there.ravel()).tolist()
        for at in source.sample(places, min(40, len(places))) + source.sample(hits, min(20, len(hits))):
            here = world.space.at(at // world.space.designs, at % world.space.designs)
            known = {name: here[name] for name in here if ("", name) in {*two.space.scalar, *two.space.members}}
            design = Design(twofold.cells_of(two.space, known))  # type: ignore[arg-type]  # no lists
            assert holds(region, design, design, two.problem.variables) is bool(wanted[at]), (seed, here)
            looked += 1
    assert looked > 100


PLAIN = [flavour for flavour in FLAVOURS if not (flavour.parts or flavour.flaws or flavour.under or flavour.days)]


@pytest.mark.parametrize("share", range(SHARES))
def test_what_silence_turns_into_a_pass_is_found(share: int) -> None:
    """All products with facts left out, where these are few: by values of the toys, not by cells."""
    looked = hits = 0
    for seed in seeds(share, of=4):
        found, _ = suite(seed, PLAIN)
        for old, new in list(permutations(found.program.requirements, 2))[::3]:
            names = sorted(mentions([e for one in (old, new) for e in expressions(one)]) - {RUN, LISTS})
            rows = list(product(*([*TOYS[name].values, None] for name in names)))
            if len(rows) > 600:
                continue
            two = twofold.Twofold(
                [replace(old, id="x:1"), replace(new, id="y:1")], (), twofold.unsplit(VOCABULARY), as_of=AS_OF
            )
            answer = Partial(two.problem, old, new, AS_OF).loosened(())
            wanted = any(loose(old, new, names, row) for row in rows)
            assert answer.whole is not related(old, new)
            assert wanted or answer.facts is None or related(old, new), (seed, old.id, new.id)
            assert answer.facts is not None or not (wanted and answer.whole), (seed, old.id, new.id)
            looked += 1
            hits += wanted
    assert looked > 5
    assert hits


def related(*requirements: ir.Requirement) -> bool:
    """Whether facts are compared with one another, or with the day of the run."""
    found = (node for one in requirements for expr in expressions(one) for node in walk(expr))
    return any(isinstance(n, ir.Atom) and isinstance(n.test, ir.CmpAttr | ir.CmpAsOf) for n in found)


def loose(old: ir.Requirement, new: ir.Requirement, names: list[str], row: tuple[object, ...]) -> bool:
    """Whether a product passes now and did not before."""
    known = {
        name: scalar([Fact(State.KNOWN, value)])  # type: ignore[arg-type]  # a value
        for name, value in zip(names, row, strict=True)
        if value is not None
    }
    asked = ir.Program(language="1", modules=(), requirements=(old, new))
    answers = Reference(asked, FactBase([Product("p", "p", "")], known), AS_OF)
    return answers.verdict(0, 0) == "unknown" and answers.verdict(1, 0) in MET


# --- by hand -----------------------------------------------------------------------------------------------------------


def test_stricter_weaker_both_and_the_same() -> None:
    assert changed(demand(days("<=", 2)), demand(days("<=", 1))).effect == "stricter"
    assert changed(demand(days("<=", 1)), demand(days("<=", 2))).effect == "weaker"
    assert changed(demand(days("<=", 1)), demand(days(">=", 1))).effect == "both"
    same = changed(demand(days("<", 2)), demand(days("<=", 1)))
    assert (same.kind, same.effect, same.parts) == ("text", "none", ("check",))
    assert not diff(of(demand(TELNET)), of(demand(TELNET)), VOCABULARY, as_of=AS_OF).changes


def test_the_witness_shows_only_what_matters() -> None:
    change = changed(demand(days("<=", 1), RADIO), demand(ir.Or((days("<=", 2), UPDATE)), RADIO))
    assert change.passing is not None
    assert (change.passing.before, change.passing.after) == ("fail", "pass")
    assert facts(change, "passing") == {"ctx.radio": "true", "door.days": "2"}
    assert change.regions == ("", "ctx.radio and door.days >= 2 and (door.days <= 2 or door.update)")


def test_the_witness_is_near_a_product() -> None:
    old, new = demand(days("<=", 1), RADIO), demand(days("<=", 2), RADIO)
    near = changed(old, new, facts={"ctx.radio": True, "door.days": 0, "door.update": True})
    assert near.passing is not None
    assert near.passing.nearest
    assert [(one.fact, one.value) for one in near.passing.changed] == [("door.days", "2")]
    there = changed(old, new, facts={"ctx.radio": True, "door.days": 2})
    assert there.passing is not None
    assert (there.passing.changed, there.passing.nearest) == ((), True)


def test_wider_and_narrower() -> None:
    assert changed(demand(TELNET, RADIO), demand(TELNET)).applies == "wider"
    narrower = changed(demand(TELNET), demand(TELNET, RADIO))
    assert (narrower.applies, narrower.effect) == ("narrower", "weaker")
    assert facts(narrower, "lost") == {"ctx.radio": "false"}
    assert narrower.lost is not None
    assert (narrower.lost.before, narrower.lost.after) == ("applies", "does not apply")


def test_silence_that_passes_now() -> None:
    """No complete product tells these apart, and one of which `door.telnet` is unknown does."""
    old = demand(ir.Or((ir.And((TELNET, UPDATE)), ir.And((ir.Not(TELNET), UPDATE)))))
    change = changed(old, demand(UPDATE))
    assert (change.failing, change.passing, change.meaning) == (None, None, "none")
    assert change.effect == "weaker"
    assert change.loosened is not None
    assert (change.loosened.before, change.loosened.after) == ("unknown", "pass")
    assert facts(change, "loosened") == {"door.update": "true"}
    assert diff(of(old), of(demand(UPDATE)), VOCABULARY, as_of=AS_OF).weaker
    assert changed(demand(UPDATE), old).effect == "none"


def test_levels_silence_and_evidence() -> None:
    assert changed(demand(TELNET), demand(TELNET, level="should")).effect == "weaker"
    assert changed(demand(TELNET, level="may"), demand(TELNET)).effect == "stricter"
    assert changed(demand(TELNET, unknown_fails=True), demand(TELNET)).effect == "weaker"
    strict, loose_ = ir.Evidence(2, ("network", "firmware"), 30), ir.Evidence(1, ("network", "firmware", "manual"))
    assert changed(demand(TELNET, evidence=strict), demand(TELNET, evidence=loose_)).effect == "weaker"
    assert changed(demand(TELNET, evidence=loose_), demand(TELNET, evidence=strict)).effect == "stricter"
    assert changed(demand(TELNET), demand(TELNET, evidence=loose_)).effect == "stricter"
    assert settings.evidence_effect(ir.Evidence(1, ("network",)), ir.Evidence(1, ("manual",))) == "both"
    assert settings.evidence_effect(None, ir.Evidence(1, ())) == "none"


def test_added_removed_moved_and_taken_over() -> None:
    found = diff(of(demand(TELNET)), of(demand(UPDATE, name="new")), VOCABULARY, as_of=AS_OF)
    assert [(one.kind, one.effect) for one in found.changes] == [("added", "stricter"), ("removed", "weaker")]
    moved = diff(of(demand(TELNET)), of(demand(TELNET, name="new")), VOCABULARY, as_of=AS_OF)
    assert [(one.old, one.new, one.kind, one.effect) for one in moved.changes] == [("toy:r", "toy:new", "text", "none")]
    split = of(demand(days("<=", 1), name="a"), demand(days(">=", 1), name="b"), demand(UPDATE, name="c"))
    over = {one.old or one.new: one for one in diff(of(demand(days("=", 1))), split, VOCABULARY, as_of=AS_OF).changes}
    assert (over["toy:r"].effect, over["toy:r"].covered) == ("none", ("toy:a", "toy:b"))
    assert over["toy:a"].covered == ("toy:r",)
    assert over["toy:c"].effect == "stricter"


def test_nothing_can_break_it_so_its_going_is_no_loss() -> None:
    found = diff(of(demand(ir.Or((TELNET, ir.Not(TELNET))))), of(demand(UPDATE, name="n")), VOCABULARY, as_of=AS_OF)
    gone = next(one for one in found.changes if one.kind == "removed")
    assert (gone.effect, gone.notes) == ("none", ("no product can break it",))


def test_what_another_requirement_demands_is_not_lost() -> None:
    other = demand(days("<=", 1), name="other")
    found = diff(of(demand(days("<=", 1)), other), of(demand(days("<=", 2)), other), VOCABULARY, as_of=AS_OF)
    assert [(one.meaning, one.effect, one.covered) for one in found.changes] == [("weaker", "none", ("toy:other",))]
    assert not found.weaker


def test_background_knowledge_counts() -> None:
    linked = ir.Or((ir.Not(UPDATE), TELNET))
    old, new = demand(ir.And((UPDATE, TELNET))), demand(UPDATE)
    assert diff(of(old), of(new), VOCABULARY, as_of=AS_OF).changes[0].effect == "weaker"
    found = diff(of(old, axioms=(linked,)), of(new, axioms=(linked,)), VOCABULARY, as_of=AS_OF)
    assert found.changes[0].meaning == "none"
    other = diff(of(old, axioms=(linked,)), of(new, axioms=(ir.Not(linked),)), VOCABULARY, as_of=AS_OF)
    assert other.changes[0].effect == "weaker"  # each side knows something else: neither is taken for granted


def test_a_scope_that_all_share_is_told_once() -> None:
    old = of(*(demand(expr, name=name, scope=RADIO) for name, expr in (("a", TELNET), ("b", UPDATE))))
    new = of(*(demand(expr, name=name) for name, expr in (("a", TELNET), ("b", UPDATE))))
    found = diff(old, new, VOCABULARY, as_of=AS_OF)
    assert found.unchanged == ("toy:a", "toy:b")
    (frame,) = found.frames
    assert (frame.module, frame.applies, frame.scopes) == ("toy", "wider", ("ctx.radio", "always"))
    assert not found.weaker
    assert diff(new, old, VOCABULARY, as_of=AS_OF).weaker


def test_partners() -> None:
    old = of(demand(TELNET, name="1"), demand(UPDATE, name="2"), demand(days("<", 1), name="3", title="Days"))
    new = of(demand(UPDATE, name="1"), demand(days("<", 2), name="4", title="Days"), demand(RADIO, name="5"))
    names = [(p.old.id if p.old else "", p.new.id if p.new else "") for p in pairs(old, new)]
    assert names == [("toy:1", "toy:1"), ("toy:3", "toy:4"), ("", "toy:5"), ("toy:2", "")]


def test_waivers_and_assumptions() -> None:
    waiver = ir.Waiver(
        id="w", requirement="toy:r", product="p", because="", approved_by="", approved_on=0, until=AS_OF, provided=TRUE,
        place=PLACE,
    )  # fmt: skip
    plain = of(demand(TELNET))
    with_one = replace(plain, waivers=(waiver,))
    assert [one.effect for one in settings.settings(plain, with_one)] == ["weaker"]
    assert [one.effect for one in settings.settings(with_one, plain)] == ["stricter"]
    longer = replace(plain, waivers=(replace(waiver, until=AS_OF + 1),))
    assert [one.effect for one in settings.settings(with_one, longer)] == ["weaker"]
    closed = replace(plain, assumptions=(ir.Assumption("component", "closed", "", PLACE),))
    assert [one.effect for one in settings.settings(plain, closed)] == ["weaker"]
    hardened = replace(plain, unstated_open=("*",))
    assert [one.effect for one in settings.settings(plain, hardened)] == ["stricter"]
    assert diff(plain, with_one, VOCABULARY, as_of=AS_OF).weaker


def test_the_same_bytes_whatever_the_order() -> None:
    old = [demand(days("<=", n), RADIO, name=f"r{n}") for n in range(4)]
    new = [demand(days("<=", 3 - n), name=f"r{n}") for n in range(4)]
    one = diff(of(*old), of(*new), VOCABULARY, as_of=AS_OF)
    two = diff(of(*old[::-1]), of(*new[::-1]), VOCABULARY, as_of=AS_OF)
    assert encode(one) == encode(two)


def test_an_axiom_is_not_broken_by_a_partial_product() -> None:
    """A product that background knowledge rules out shows nothing."""
    never = ir.Not(UPDATE)
    old = demand(ir.Or((ir.And((TELNET, UPDATE)), ir.And((ir.Not(TELNET), UPDATE)))))
    sides = [of(one, axioms=(never,)) for one in (old, demand(UPDATE))]
    found = diff(sides[0], sides[1], VOCABULARY, as_of=AS_OF)
    assert found.changes[0].loosened is None
    empty = FactBase([Product("p", "p", "")], {"door.update": scalar([Fact(State.KNOWN, value=True)])})
    assert Reference(sides[0], empty, AS_OF).value(never, Scene(0, {}, None)) is False
