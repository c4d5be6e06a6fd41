"""Several programs with requirements or axioms of one name: what differs counts, what is the same counts once."""

from __future__ import annotations

from itertools import permutations

import msgspec

from rulewright.dsl import ir
from rulewright.engine.analysis.analyse import analyse
from rulewright.engine.analysis.nowhere import nowhere
from tests.engine.analysis.test_unbounded import VOCABULARY, S, attr, to
from tests.engine.analysis.wild import AS_OF, PLACE, TRUE


def one(policy: str, least: int, *axioms: ir.Expr, file: str = "std.rw") -> ir.Program:
    """A policy that uses a standard: what it demands at least is a parameter of it; at most 50 is demanded."""
    place = ir.Place(file, 1, 1)

    def rule(name: str, check: ir.Expr) -> ir.Requirement:
        lines = (ir.Line("check", "", check, place),)
        return ir.Requirement(
            id=f"t.std:{name}",
            level="shall",
            severity="low",
            title=name,
            scope=TRUE,
            applies=TRUE,
            lines=lines,
            place=place,
        )

    modules = [ir.ModuleInfo("standard", "t.std", "1", ""), ir.ModuleInfo("policy", policy, "1", "")]
    return ir.Program(
        language="1",
        modules=tuple(modules),
        requirements=(rule("r1", to("int.x", ">=", least)), rule("r2", to("int.x", "<=", 50)), rule("r3", S)),
        axioms=tuple(ir.Axiom("t.std:k", axiom, "", PLACE) for axiom in axioms),
    )


def said(*programs: ir.Program) -> bytes:
    """The whole answer, which is the same in any order of the programs."""
    answers = {
        msgspec.json.encode(analyse(order, VOCABULARY, as_of=AS_OF, kinds={"contradiction"}).findings)
        for order in permutations(programs)
    }
    assert len(answers) == 1
    return answers.pop()


def members(*programs: ir.Program) -> list[list[str]]:
    """The contradictions, by their members."""
    said(*programs)
    made = analyse(programs, VOCABULARY, as_of=AS_OF, kinds={"contradiction"})
    return [[member.requirement for member in finding.members] for finding in made.findings]


def test_what_a_policy_sets_differs() -> None:
    assert members(one("acme.one", 5), one("acme.two", 6)) == []
    for other in (one("acme.two", 60), one("acme.one", 60)):
        assert members(one("acme.one", 5), other) == [["t.std:r1", "t.std:r2"]]
    assert b"t.std:r1 (acme.two@1)" in said(one("acme.one", 5), one("acme.two", 60))


def test_what_is_the_same_counts_once() -> None:
    twice = analyse([one("acme.one", 60), one("acme.two", 60, file="copy.rw")], VOCABULARY, as_of=AS_OF)
    assert twice.extent.requirements == 3
    assert len(twice.findings) == 1
    assert b"acme" not in said(one("acme.one", 60), one("acme.two", 60, file="copy.rw"))


def test_axioms_of_one_name_all_count() -> None:
    never, fine = ir.Not(S), to("int.x", ">", 7)
    assert members(one("acme.one", 5, never), one("acme.two", 5, fine)) == [["t.std:r3"]]
    assert members(one("acme.one", 5, fine), one("acme.two", 5, fine)) == []
    given = ir.Atom(attr("int.a"), ir.Cmp(">", 3)), ir.Atom(attr("int.a"), ir.Cmp("<", 3))
    for order in permutations([one("acme.one", 5, given[0]), one("acme.two", 5, given[1])]):
        against = nowhere(order, VOCABULARY, AS_OF, {})
        assert against is not None
        assert [axiom.id for axiom in against] == ["t.std:k (1)", "t.std:k (2)"]
