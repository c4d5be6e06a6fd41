"""Tests of rules are run together; lines are covered; changes are made, noticed, proven idle, or proposed a test for."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from rulewright.cli.testing.names import Names
from rulewright.engine.trial import coverage, mutation, propose
from rulewright.engine.trial.mutant import Mutant
from rulewright.engine.trial.mutation import mutants, untold
from rulewright.engine.trial.proof import Prover
from rulewright.engine.trial.run import DAY, Trials
from rulewright.engine.trial.score import percent, score
from rulewright.facts.vocabulary import Vocabulary
from tests.engine.trial.small import small

YEARS = "requirement years shall { check acme.years >= 5 }"
LISTS = "requirement names shall { check every component c where c.type = library { c.supplier is known } }"
GIVEN = """test years {
  given { acme.kind = door, acme.years = 5 } expect pass
  given { acme.kind = door, acme.years = 4 } expect fail
}"""


def said(trials: Trials) -> list[str]:
    """What each mutant of the only requirement changes."""
    (one,) = trials.requirements.values()
    return [mutant.said for mutant in mutants(one)]


def alive(trials: Trials) -> dict[str, Mutant]:
    """The survivors by what was changed."""
    return {several[0].said: several[0] for several in score(trials).alive.values()}


def test_every_test_has_an_outcome_in_its_order_and_says_why_not() -> None:
    trials, _ = small(
        YEARS,
        """test years {
  given { acme.kind = door, acme.years = 4 } expect pass
  given "missing.yaml" expect pass
  given { acme.kind = lamp } expect not_applicable
  given { acme.kind = door } expect unknown
}""",
    )
    found = trials.run()
    assert [one.verdict for one in found] == ["fail", None, "not_applicable", "unknown"]
    assert [bool(one.wrong) for one in found] == [True, True, False, False]
    assert "check" in found[0].wrong
    assert found[1].wrong == "no documents here"


def test_elements_that_a_test_names_must_be_at_fault() -> None:
    case = 'given {{ acme.kind = door, components = [ {{ type = library, name = "a" }} ] }} expect fail on "{}"'
    for name, good in (("a", True), ("b", False)):
        trials, _ = small(LISTS, f"test names {{ {case.format(name)} }}")
        assert (trials.run()[0].wrong == "") is good


def test_changes_of_a_comparison() -> None:
    trials, _ = small("requirement years shall { check acme.years <= 5 }")
    assert said(trials)[-5:] == [
        "without the line",
        "`acme.years <= 5` negated",
        "`acme.years <= 5` read as `acme.years < 5`",
        "`acme.years <= 5` read as `acme.years >= 5`",
        "`5` read as `6` in `acme.years <= 5`",
    ]


@pytest.mark.parametrize(
    ("check", "wanted"),
    [
        ("acme.telnet and acme.years = 1", "`and` read as `or` in `acme.telnet and acme.years = 1`"),
        ("acme.telnet or acme.years = 1", "without `acme.telnet`"),
        ("not acme.telnet", "`not acme.telnet` without its `not`"),
        ("acme.kind in {door, lamp}", "without `lamp` in `acme.kind in {door, lamp}`"),
        ("every component c { c.name is known }", "`every component c` read as `some component c`"),
        ("no component c where c.name is known", "`no component c` read as `some component c`"),
        ("at least 2 component c where c.name is known", "`at least 2` read as `at least 1`"),
        ("at least 2 component c where c.name is known", "`at least 2` read as `at least 3`"),
        ("every component c where c.dev_only { c.name is known }", "without `where c.dev_only`"),
        ("acme.start before 2026-01-02", "`2026-01-02` read as `2026-01-01` in `acme.start < 2026-01-02`"),
    ],
)
def test_changes_of_other_forms(check: str, wanted: str) -> None:
    trials, _ = small(f"requirement one shall {{ check {check} }}")
    assert wanted in said(trials)


def test_changes_of_scope_condition_and_hardening() -> None:
    trials, _ = small("requirement one shall { applies when acme.telnet check acme.years = 1 if unknown fail }")
    found = said(trials)
    assert {"without `scope`", "`scope` negated", "without `applies when`", "`applies when` negated"} <= set(found)
    assert found[-1] == "without `if unknown fail`"
    assert len(found) == len(set(found))


def test_a_level_is_changed_and_the_rest_of_the_evidence_is_counted() -> None:
    trials, _ = small(
        "requirement one shall { check acme.telnet evidence any of firmware fresh 30d at conditional }",
        """test one {
  given { acme.kind = door, acme.telnet = true at conditional } expect pass
  given { acme.kind = door, acme.telnet = true at configured } expect fail
}""",
    )
    (one,) = trials.requirements.values()
    assert untold(one) == 3
    levels = [mutant for mutant in mutants(one) if mutant.kind == "level"]
    assert len(levels) == 3
    assert not {mutant.key for mutant in levels} & score(trials).alive.keys()


def test_of_a_check_too_large_some_changes_are_tried_and_the_others_are_not_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    several = " and ".join(f"acme.years != {n}" for n in range(12))
    case = "test years { given { acme.kind = door, acme.years = 12 } expect pass }"
    trials, vocabulary = small(f"requirement years shall {{ check {several} }}", case)
    whole = score(trials)
    assert all(mutant.tried for several in whole.alive.values() for mutant in several)
    monkeypatch.setattr(mutation, "WORK", 200)
    part = score(trials)
    untried = {key for key, several in part.alive.items() if not several[0].tried}
    assert 0 < len(part.killed) < len(whole.killed)
    assert len(untried) > len(whole.killed) / 2
    assert part.counted >= whole.counted
    assert not untried & part.killed.keys()
    kept = {key: several for key, several in part.alive.items() if key in untried}
    for requirement, goals in propose.goals_of(kept, ()).items():
        made, left = propose.Search(trials, vocabulary).propose(requirement, goals)
        assert (made, len(left)) == ([], len(goals))


def test_the_changes_of_a_large_check_do_not_take_longer_than_so_much() -> None:
    several = " and ".join(f"acme.years != {n}" for n in range(700))
    trials, _ = small(f"requirement years shall {{ check {several} }}")
    (one,) = trials.requirements.values()
    made = mutants(one)
    tried = [mutant for mutant in made if mutant.tried]
    assert len(tried) * 700 <= mutation.WORK
    assert {mutant.kind for mutant in tried} > {"operand", "negation", "constant"}
    assert len(made) > 2_000


def test_a_large_check_is_proven_part_by_part() -> None:
    several = " and ".join(f"acme.name{n}" for n in range(40))
    many = "\n".join(f"  attribute acme.name{n} : bool choice" for n in range(40))
    body = f"requirement {{}} shall {{{{ check {several} and acme.years <= {{}} }}}}"
    trials, vocabulary = small("\n".join((body.format("a", 20), body.format("b", 21), body.format("c", 19))), more=many)
    one, same, other = trials.requirements.values()
    assert Prover(vocabulary, DAY).same(one, same)
    assert not Prover(vocabulary, DAY).same(one, other)


def test_a_boundary_without_a_test_survives_and_one_with_a_test_does_not() -> None:
    assert "`acme.years >= 5` read as `acme.years > 5`" not in alive(small(YEARS, GIVEN)[0])
    trials, _ = small(YEARS, GIVEN.replace("= 5", "= 7"))
    assert "`acme.years >= 5` read as `acme.years > 5`" in alive(trials)
    assert "without the line" not in alive(trials)


def test_without_tests_nothing_is_noticed() -> None:
    found = score(small(YEARS)[0])
    assert found.killed == {}
    assert found.alive


def test_a_test_that_fails_notices_nothing() -> None:
    trials, _ = small(YEARS, "test years { given { acme.kind = door, acme.years = 4 } expect pass }")
    assert score(trials).killed == {}


def test_a_scope_is_one_text_of_all_requirements() -> None:
    other = YEARS.replace("years shall", "more shall")
    case = "given { acme.kind = lamp } expect not_applicable"
    trials, _ = small(f"{YEARS}\n{other}", f"test more {{ {case} }}")
    found = score(trials)
    assert [one.where for one in found.killed.values() if one.said == "without `scope`"] == ["scope"]
    assert all(len(several) == 2 for several in found.alive.values() if several[0].where == "scope")


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ("acme.years >= 5", "acme.years > 4", True),
        ("acme.years >= 5", "acme.years > 5", False),
        ("acme.years <= 20", "acme.years <= 21", True),  # the range ends at 20
        ("acme.kind in {door, lock, lamp}", "acme.kind is known", False),  # unknown, and false
        ("acme.telnet is known and acme.telnet", "acme.telnet", False),
        ("acme.telnet is known or acme.telnet", "acme.telnet is known", False),  # unknown where it is not known
        ("acme.telnet or not acme.telnet is known", "not acme.telnet is known or acme.telnet", True),
        ("every component c { c.dev_only or c.dev_only }", "every component c { c.dev_only }", True),
        ("every component c { c.dev_only }", "some component c { c.dev_only }", False),
        ("every component c where c.dev_only { c.name is known }", "every component c { c.name is known }", False),
    ],
)
def test_proofs(before: str, after: str, *, same: bool) -> None:
    trials, vocabulary = small(f"requirement a shall {{ check {before} }}\nrequirement b shall {{ check {after} }}")
    one, other = trials.requirements.values()
    assert Prover(vocabulary, DAY).same(one, other) is same


def test_outcomes_seen_and_those_that_cannot_be() -> None:
    body = "requirement one shall { applies when acme.telnet check { acme.years is known; acme.years >= 5 } }"
    tests = "test one { given { acme.kind = door, acme.telnet = true, acme.years = 5 } expect pass }"
    trials, _ = small(body, tests)
    scope, applies, known, years = coverage.coverage(trials)
    assert (scope.where, applies.where, known.where, years.where) == ("scope", "applies when", "check#1", "check#2")
    assert known.possible == ("true", "false")
    assert known.unseen == ("false",)
    assert years.unseen == ("false", "unknown")
    assert applies.seen["true"].line > 1
    assert coverage.tally([known, years]) == (2, 5)


def test_a_line_is_not_seen_where_the_requirement_does_not_apply() -> None:
    trials, _ = small(YEARS, "test years { given { acme.kind = lamp, acme.years = 1 } expect not_applicable }")
    scope, check = coverage.coverage(trials)
    assert list(scope.seen) == ["false"]
    assert check.seen == {}


def proposals(trials: Trials, vocabulary: Vocabulary) -> tuple[list[propose.Proposal], list[propose.Goal]]:
    """All proposals for survivors and unseen outcomes, and what none was found for."""
    made, left = list[propose.Proposal](), list[propose.Goal]()
    search, prover = propose.Search(trials, vocabulary), Prover(vocabulary, DAY)
    open_ones = {
        key: several
        for key, several in score(trials).alive.items()
        if not prover.same(trials.requirements[several[0].requirement], several[0].changed)
    }
    for requirement, goals in propose.goals_of(open_ones, coverage.coverage(trials)).items():
        found, rest = search.propose(requirement, goals)
        made += found
        left += rest
    return made, left


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (YEARS, "years"),
        (LISTS, "names"),
        ("requirement d shall { applies when acme.start >= 2026-02-01 check acme.telnet and acme.years = 3 }", "d"),
        ("requirement n shall { check at least 2 component c where c.type = library }", "n"),
    ],
)
def test_proposals_are_rule_text_that_holds_and_leaves_nothing(body: str, name: str) -> None:
    trials, vocabulary = small(body)
    made, left = proposals(trials, vocabulary)
    assert made
    assert left == []
    again, _ = small(body, f"test {name} {{\n" + "\n".join(one.text for one in made) + "\n}")
    assert [one.wrong for one in again.run()] == [""] * len(made)
    rest, _ = proposals(again, vocabulary)
    assert rest == []
    assert not [line for line in coverage.coverage(again) if line.unseen]


def test_proposals_hold_no_value_that_rule_files_cannot() -> None:
    body = "check { acme.many <= 999999999999999999; acme.part < 9000000000000; acme.start <= 9999-12-31; acme.start >= 0001-01-01 }"
    more = "  attribute acme.many : int choice\n  attribute acme.part : decimal choice"
    made, left = proposals(*small(f"requirement one shall {{ {body} }}", more=more))
    assert made
    assert left  # no test can hold what lies beyond the largest number
    again, _ = small(
        f"requirement one shall {{ {body} }}", "test one {\n" + "\n".join(one.text for one in made) + "\n}", more
    )
    assert [one.wrong for one in again.run()] == [""] * len(made)


def test_a_proposal_is_like_a_test_that_is_there() -> None:
    trials, vocabulary = small(YEARS, GIVEN.replace("= 5", "= 7"))
    made, _ = proposals(trials, vocabulary)
    boundary = [one for one in made if "`acme.years >= 5` read as `acme.years > 5` (check#1)" in one.notices]
    assert [one.text for one in boundary] == ["given { acme.kind = door, acme.years = 5 } expect pass"]
    assert boundary[0].near is not None


def test_shares_are_rounded_down() -> None:
    assert (percent(199, 200), percent(200, 200), percent(0, 0)) == (99, 100, None)


def test_what_is_in_force_on_no_day_and_what_no_test_can_name_is_said() -> None:
    trials, _ = small(YEARS)
    (one,) = trials.requirements.values()
    assert propose.never(one) == ""
    assert propose.never(replace(one, valid_from=DAY + 9, valid_until=DAY + 8)) == "it is in force on no day"
    names = Names(trials.program)
    assert (names.shared(one), names.unnameable(one)) == (False, "")
    again = replace(trials.program, requirements=(one, one), modules=trials.program.modules * 2)
    assert Names(again).unnameable(one) == "no test can name it, since 2 editions of `acme.s` take part"
