"""The same conflicts however a program is written: changes that must change nothing, or only what they are meant to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from random import Random

import pytest
from msgspec.structs import replace

from rulewright.dsl import ir
from rulewright.engine.analysis.contexts import Contexts
from rulewright.engine.analysis.normalise import build
from rulewright.engine.analysis.search import search
from rulewright.facts.vocabulary import Vocabulary
from tests.engine.analysis.brute.runs import COUNT, VOCABULARY
from tests.engine.analysis.brute.suites import PLACE, TRUE, Suite, draw
from tests.engine.analysis.brute.toy import AS_OF, vocabulary
from tests.engine.made import attr

ARITY = 9
Names = frozenset[str]
SEEDS = range(20_000, 20_000 + COUNT // 2)
"""Apart from those of the other tests; suites of any size, since nothing is enumerated."""


def conflicts(
    drawn: Suite, programs: Sequence[ir.Program], words: Vocabulary = VOCABULARY, arity: int = ARITY
) -> set[Names]:
    """The requirements of the minimal conflicts."""
    problem = build(programs, words, as_of=AS_OF, facts=drawn.facts)
    return {frozenset(problem.owners[n].id for n in found.owners) for found in search(problem, arity=arity).found}


def rewritten(program: ir.Program, change: Callable[[ir.Expr], ir.Expr]) -> ir.Program:
    """The program with every whole expression changed."""
    requirements = tuple(
        replace(
            r,
            scope=change(r.scope),
            applies=change(r.applies),
            lines=tuple(replace(line, expr=change(line.expr)) for line in r.lines),
        )
        for r in program.requirements
    )
    axioms = tuple(replace(axiom, expr=change(axiom.expr)) for axiom in program.axioms)
    return replace(program, requirements=requirements, axioms=axioms)


def turned(expr: ir.Expr) -> ir.Expr:
    """The same meaning in other words: De Morgan, order of items, quantifiers by their opposites."""
    match expr:
        case ir.And(items) if items:
            return ir.Not(ir.Or(tuple(ir.Not(turned(item)) for item in reversed(items))))
        case ir.Or(items) if items:
            return ir.Not(ir.And(tuple(ir.Not(turned(item)) for item in reversed(items))))
        case ir.Not(item):
            return ir.Not(turned(item))
        case ir.Quant("some", relation="all"):
            return ir.Not(replace(expr, kind="no", where=turned(expr.where), body=turned(expr.body)))
        case ir.Quant("no"):
            return replace(expr, kind="at_most", n=0) if expr.relation != "under" else expr
        case ir.Atom(_, ir.Cmp("!=", value)):
            return ir.Not(replace(expr, test=ir.Cmp("=", value)))
        case _:
            return expr


def parted(requirement: ir.Requirement) -> ir.Requirement:
    """The same requirement with each line twice."""
    return replace(requirement, lines=tuple(line for line in requirement.lines for _ in range(2)))


def suites() -> Iterable[tuple[Suite, set[Names]]]:
    """The suites of this module, with their conflicts."""
    for seed in SEEDS:
        drawn = draw(seed)
        yield drawn, conflicts(drawn, [drawn.program])


@pytest.fixture(scope="module")
def plain() -> list[tuple[Suite, set[Names]]]:
    """Suites with their conflicts, as they are written."""
    return list(suites())


Plain = list[tuple[Suite, set[Names]]]


def test_the_order_of_rules_and_their_words_do_not_matter(plain: Plain) -> None:
    for drawn, wanted in plain:
        mixed = list(drawn.program.requirements)
        Random(drawn.seed).shuffle(mixed)
        shuffled = replace(drawn.program, requirements=tuple(mixed), axioms=drawn.program.axioms[::-1])
        assert conflicts(drawn, [shuffled]) == wanted, drawn.seed
        other = rewritten(replace(drawn.program, requirements=tuple(map(parted, drawn.program.requirements))), turned)
        assert conflicts(drawn, [other]) == wanted, drawn.seed


def test_names_do_not_matter(plain: Plain) -> None:
    for drawn, wanted in plain[::2]:
        names = {r.id: f"toy:{(n * 5) % 7}x{n}" for n, r in enumerate(drawn.program.requirements)}
        renamed = replace(
            drawn.program, requirements=tuple(replace(r, id=names[r.id]) for r in drawn.program.requirements)
        )
        assert conflicts(drawn, [renamed]) == {frozenset(names[n] for n in members) for members in wanted}, drawn.seed


def test_a_requirement_written_twice_takes_part_twice(plain: Plain) -> None:
    for drawn, wanted in plain[::2]:
        first = drawn.program.requirements[0]
        again = replace(first, id="toy:again")
        both = replace(drawn.program, requirements=(*drawn.program.requirements, again))
        copies = {(members - {first.id}) | {again.id} for members in wanted if first.id in members}
        assert conflicts(drawn, [both]) == wanted | copies, drawn.seed


def test_the_same_program_twice_is_one(plain: Plain) -> None:
    for drawn, wanted in plain[::4]:
        half = len(drawn.program.requirements) // 2
        first = replace(drawn.program, requirements=drawn.program.requirements[:half])
        assert conflicts(drawn, [drawn.program, first]) == wanted, drawn.seed
        second = replace(drawn.program, requirements=drawn.program.requirements[half:])
        assert conflicts(drawn, [first, second]) == wanted, drawn.seed


def test_unrelated_rules_add_only_their_own_conflicts(plain: Plain) -> None:
    line = ir.Line("check#1", "", attr("far.on", ir.Cmp("=", value=True)), PLACE)
    common = {"level": "shall", "severity": "low", "title": "", "scope": TRUE, "applies": TRUE, "place": PLACE}
    on = ir.Requirement(id="toy:on", lines=(line,), **common)  # type: ignore[arg-type]  # parts of a requirement
    off = replace(on, id="toy:off", lines=(replace(line, expr=ir.Not(line.expr)),))
    own = replace(VOCABULARY.attributes["door.telnet"], name="far.on")
    for drawn, wanted in plain[::2]:
        more = replace(drawn.program, requirements=(on, *drawn.program.requirements, off))
        problem = build([drawn.program], VOCABULARY, as_of=AS_OF, facts=drawn.facts)
        there = Contexts(problem).together(()) is not None
        expected = wanted | ({frozenset({"toy:on", "toy:off"})} if there else set())
        assert conflicts(drawn, [more], VOCABULARY.extended([own])) == expected, drawn.seed


def test_stricter_demands_never_lose_a_conflict(plain: Plain) -> None:
    """One requirement demands more: each conflict is still there, or a smaller part of it."""
    for drawn, wanted in plain[::2]:
        chosen = drawn.program.requirements[drawn.seed % len(drawn.program.requirements)]
        if chosen.level == "may" and not chosen.right:
            continue
        extra = drawn.program.requirements[(drawn.seed + 1) % len(drawn.program.requirements)].lines[0]
        stricter = replace(chosen, lines=(*chosen.lines, extra))
        rest = tuple(stricter if r.id == chosen.id else r for r in drawn.program.requirements)
        after = conflicts(drawn, [replace(drawn.program, requirements=rest)])
        assert all(any(members <= before for members in after) for before in wanted), drawn.seed
        milder = replace(chosen, applies=ir.And((chosen.applies, drawn.program.requirements[0].applies)))
        rest = tuple(milder if r.id == chosen.id else r for r in drawn.program.requirements)
        after = conflicts(drawn, [replace(drawn.program, requirements=rest)])
        assert all(any(before <= members for before in wanted) for members in after), drawn.seed


def test_wider_domains_never_add_a_conflict_without_axioms(plain: Plain) -> None:
    """More values of design attributes leave more designs; given ones keep their domain."""
    wide = vocabulary(widen=True)
    kept = VOCABULARY.extended(a for a in wide.attributes.values() if not a.given)
    for drawn, wanted in plain[::2]:
        if not drawn.program.axioms:
            assert all(
                any(before <= members for before in wanted) for members in conflicts(drawn, [drawn.program], kept)
            ), drawn.seed


def test_leaving_requirements_out_leaves_the_conflicts_of_the_others(plain: Plain) -> None:
    for drawn, wanted in plain[::2]:
        only = {r.id for r in drawn.program.requirements[1:]}
        problem = build([drawn.program], VOCABULARY, as_of=AS_OF, facts=drawn.facts, only=only)
        found = {frozenset(problem.owners[n].id for n in one.owners) for one in search(problem, arity=ARITY).found}
        assert found == {members for members in wanted if members <= only}, drawn.seed
        whole = build([drawn.program], VOCABULARY, as_of=AS_OF, facts=drawn.facts)
        among = frozenset(n for n, owner in enumerate(whole.owners) if owner.id in only)
        inside = search(whole, arity=ARITY, among=among).found
        assert {frozenset(whole.owners[n].id for n in one.owners) for one in inside} == found, drawn.seed
        roots = [n for n, owner in enumerate(whole.owners) if owner.id in only][:2]
        near = search(whole, arity=ARITY, roots=roots).found
        names = {whole.owners[n].id for n in roots}
        assert {frozenset(whole.owners[n].id for n in one.owners) for one in near} == {
            members for members in wanted if members & names
        }, drawn.seed
