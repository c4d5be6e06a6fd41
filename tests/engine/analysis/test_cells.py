"""Cells, kind by kind: as many as tests can tell apart, each with a value on which the tests were run."""

from __future__ import annotations

from itertools import product

import pytest

from rulewright.dsl import ir
from rulewright.engine import predicates
from rulewright.engine.analysis.automata import tell_apart
from rulewright.engine.analysis.model import AS_OF as DAY
from rulewright.engine.analysis.model import OTHER, Problem, Variable
from rulewright.engine.analysis.normalise import build
from rulewright.facts.types import FieldType, Kind, Value
from rulewright.facts.vocabulary import BUILTIN, Attribute, Vocabulary
from tests.engine.analysis.wild import AS_OF, PLACE, TRUE

TYPES = {
    "number": Attribute("number", FieldType(Kind.INT), "", low=0, high=100),
    "loose": Attribute("loose", FieldType(Kind.INT), ""),
    "share": Attribute("share", FieldType(Kind.DECIMAL), "", low=0),
    "end": Attribute("end", FieldType(Kind.DATE), ""),
    "placed": Attribute("placed", FieldType(Kind.DATE), "", given=True),
    "colour": Attribute("colour", FieldType(Kind.ENUM, ("red", "green", "blue", "grey")), ""),
    "place": Attribute("place", FieldType(Kind.ENUM, ("north", "south"), open_values=True), ""),
    "kinds": Attribute("kinds", FieldType(Kind.SET, ("a", "b", "c")), ""),
    "tags": Attribute("tags", FieldType(Kind.SET, ("x",), open_values=True), ""),
    "title": Attribute("title", FieldType(Kind.STRING), ""),
    "model": Attribute("model", FieldType(Kind.VERSION), "", given=True),
    "licence": Attribute("licence", FieldType(Kind.LICENSE), ""),
    "home": Attribute("home", FieldType(Kind.PURL), ""),
}


def vocabulary() -> Vocabulary:
    return Vocabulary(BUILTIN.collections, TYPES)


def atom(name: str, test: ir.Test) -> ir.Atom:
    return ir.Atom(ir.Attr(name, TYPES[name].type.kind.value), test)


def problem_of(*exprs: ir.Expr, **parts: object) -> Problem:
    lines = tuple(ir.Line(f"check#{n}", "", expr, PLACE) for n, expr in enumerate(exprs))
    wanted = ir.Requirement(
        id="toy:r", level="shall", severity="low", title="t", scope=TRUE, applies=TRUE, lines=lines, place=PLACE
    )
    program = ir.Program(language="1", modules=(), requirements=(wanted,))
    return build([program], vocabulary(), as_of=AS_OF, **parts)  # type: ignore[arg-type]


def variable(problem: Problem, name: str, member: str = "") -> Variable:
    return next(v for v in problem.variables if v.name == name and v.member == member)


def texts(found: Variable) -> list[str]:
    return [cell.text for cell in found.cells]


def test_numbers_are_cut_where_a_test_changes_inside_of_their_bounds() -> None:
    found = variable(problem_of(atom("number", ir.Cmp(">=", 10)), atom("number", ir.Cmp("=", 50))), "number")
    assert texts(found) == ["0..9", "10..49", "50", "51..100"]
    assert [(cell.low, cell.value, cell.high) for cell in found.cells] == [
        (0, 0, 9), (10, 10, 49), (50, 50, 50), (51, 51, 100),
    ]  # fmt: skip


def test_far_ends_are_not_named() -> None:
    assert texts(variable(problem_of(atom("loose", ir.Cmp("<", 3))), "loose")) == ["≤ 2", "≥ 3"]
    assert texts(variable(problem_of(atom("share", ir.Cmp(">", 500_000))), "share")) == ["0..0.5", "≥ 0.500001"]
    assert texts(variable(problem_of(atom("end", ir.Cmp("<=", AS_OF))), "end")) == ["≤ 2026-01-27", "≥ 2026-01-28"]


def test_a_fact_that_only_has_to_be_known_has_one_cell() -> None:
    problem = problem_of(atom("number", ir.Is("known")))
    assert texts(variable(problem, "number")) == ["0..100"] or texts(variable(problem, "number")) == ["any"]
    assert not problem.units


def test_words_are_one_cell_unless_a_test_tells_them_apart() -> None:
    found = variable(problem_of(atom("colour", ir.OneOf(("green", "red")))), "colour")
    assert texts(found) == ["red, green", "blue, grey"]
    assert texts(variable(problem_of(atom("place", ir.Cmp("=", "north"))), "place")) == ["north", "other than north"]


def test_a_set_is_one_variable_per_word_and_one_for_the_others() -> None:
    problem = problem_of(atom("kinds", ir.Contains("a")), atom("kinds", ir.SubsetOf(("a", "b"))))
    assert [v.member for v in problem.variables if v.name == "kinds"] == ["a", "b", OTHER]
    assert variable(problem, "kinds", OTHER).cells[1].value == "c"
    closed = problem_of(atom("kinds", ir.SubsetOf(("a", "b", "c"))))
    assert [v.member for v in closed.variables if v.name == "kinds"] == ["a", "b", "c"]
    assert variable(problem_of(atom("tags", ir.Contains("x"))), "tags", OTHER).cells[1].value not in {"x", False}


def test_the_day_of_the_run_is_given_and_not_before_the_run() -> None:
    found = variable(problem_of(TRUE), DAY)
    assert found.given
    assert found.cells[0].low == AS_OF


def test_versions_have_a_cell_in_every_gap_that_a_version_fits_in() -> None:
    found = variable(problem_of(*(atom("model", ir.Cmp(op, v)) for op in ("<", "=") for v in ("1.0", "2.0"))), "model")
    keys = {(predicates.judge(ir.Cmp("<", "1.0"), "version", 0)(c.value), c.text) for c in found.cells if c.value}
    assert len(found.cells) == 5
    assert len(keys) == 5


def test_unreadable_versions_are_no_context() -> None:
    cells = variable(problem_of(atom("model", ir.Cmp("<", "1.0"))), "model").cells
    answers = [predicates.judge(ir.Cmp("<", "1.0"), "version", 0)(cell.value or "") for cell in cells]
    assert sorted(map(str, answers)) == ["False", "True"]


def test_licences_are_combined_as_far_as_tests_can_tell() -> None:
    tests: list[ir.Test] = [ir.LicenseAllows(("MIT",)), ir.LicenseRequiresAny(("GPL-2.0-only",)), ir.Is("valid")]
    found = variable(problem_of(*(atom("licence", test) for test in tests)), "licence")
    judges = [predicates.judge(test, "license", 0) for test in tests]
    answers = {tuple(judge(cell.value or "") for judge in judges) for cell in found.cells}
    assert {(True, False, True), (False, True, True), (False, False, True), (None, None, False)} <= answers
    assert len(answers) == len(found.cells)


GLOBS = ["a*", "*b", "[ab]?*", "?", "*ab*"]


def test_patterns_are_told_apart_completely() -> None:
    found = tell_apart(GLOBS, ["(ab)+c?", "[^a].*"], ["ab"])
    assert found.complete
    judges = [predicates.judge(ir.Glob(glob), "string", 0) for glob in GLOBS]
    judges += [predicates.judge(ir.Regex(text), "string", 0) for text in ("(ab)+c?", "[^a].*")]
    answers = {(*(judge(text) for judge in judges), text == "ab") for text in found.texts}
    for length in range(5):
        for letters in product("abc", repeat=length):
            text = "".join(letters)
            assert (*(judge(text) for judge in judges), text == "ab") in answers


@pytest.mark.parametrize("expression", [r"\bword\b", "(?i)a", r"\pL+", ".*a.{40}"])
def test_what_is_not_read_is_said(expression: str) -> None:
    assert not tell_apart([], [expression], []).complete
    problem = problem_of(atom("title", ir.Regex(expression)))
    assert [unknown.owner for unknown in problem.unknowns] == ["title", "toy:r"]


def test_compared_dates_are_fixed_at_single_days() -> None:
    later = atom("end", ir.CmpAttr(">=", ir.Attr("placed", "date"), 1))
    problem = problem_of(later, atom("end", ir.Cmp("<", AS_OF)))
    placed = variable(problem, "placed")
    singles = [cell for cell in placed.cells if cell.low == cell.high]
    assert singles
    assert all(
        predicates.compare_pair(ir.CmpAttr(">=", ir.Attr("placed", "date"), 1), "date", cell.value, AS_OF) is not None
        for cell in singles
        if cell.value is not None
    )
    latest = max(cell.value for cell in singles if isinstance(cell.value, int))
    assert predicates.add_days(latest, 1, 0) >= AS_OF


def test_the_profile_fixes_given_facts_only() -> None:
    facts: dict[str, Value] = {"placed": AS_OF - 5, "end": AS_OF}
    exprs = (atom("placed", ir.Cmp(">=", AS_OF)), atom("end", ir.Cmp(">", AS_OF)))
    problem = problem_of(*exprs, facts=facts)
    assert [owner for owner, _ in problem.context] == [-1]
    var = problem.variables.index(variable(problem, "placed"))
    assert problem.context[0][1].var == var  # type: ignore[attr-defined]  # a literal
    mask = problem.context[0][1].mask  # type: ignore[attr-defined]
    held = [cell for number, cell in enumerate(problem.variables[var].cells) if mask >> number & 1]
    assert [cell.low <= AS_OF - 5 <= cell.high for cell in held if cell.low and cell.high] == [True]


def test_months_of_different_length_meet_at_single_days() -> None:
    month, days = (ir.CmpAttr(op, ir.Attr("placed", "date"), m, d) for op, m, d in ((">=", 1, 0), ("<=", 0, 29)))  # type: ignore[arg-type]
    placed = variable(problem_of(atom("end", month), atom("end", days)), "placed")
    singles = [cell.low for cell in placed.cells if cell.low is not None and cell.low == cell.high]
    assert {predicates.add_days(day, 1, 0) - day for day in singles} >= {28, 31}


def test_two_editions_of_a_standard_have_owners_of_their_own() -> None:
    problem = problem_of(atom("number", ir.Cmp("<", 5)))
    wanted = problem.owners[0].requirement
    assert wanted is not None
    programs = [
        ir.Program(language="1", modules=(ir.ModuleInfo("standard", "toy", edition, ""),), requirements=(wanted,))
        for edition in ("1", "2")
    ]
    assert [owner.id for owner in build(programs, vocabulary(), as_of=AS_OF).owners] == ["toy@1:r", "toy@2:r"]
    assert [owner.id for owner in build(programs[:1], vocabulary(), as_of=AS_OF).owners] == ["toy:r"]
    assert [o.id for o in build(programs, vocabulary(), as_of=AS_OF, only=["toy@2:r"]).owners] == ["toy@2:r"]
