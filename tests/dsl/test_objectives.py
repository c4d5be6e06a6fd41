"""Objectives, `meets`, questions, and what a requirement takes from its objectives and its module."""

import pytest

from rulewright.dsl import ir
from rulewright.dsl.compiler import Compiled
from rulewright.dsl.ir_cases import Open
from tests.dsl.support import build

WORDS = """
vocabulary words edition "1" {
  attribute auth.kind : enum {none, per_device, universal} choice { detectors firmware  fresh 90d  emb3d PID-41, PID-42 }
  attribute auth.optional : bool choice
  attribute has.radio : bool given
  objective PW-GEN "Passwords are generated well" { check auth.kind != universal }
  objective PW-UNIQUE "No universal default password" {
    attributes auth.kind, auth.optional
    threats    CWE-1392, ATTACK-T0812, CAPEC-70
    related    PW-GEN
    check {
      auth.kind in {none, per_device};
      not auth.optional
    }
    fix        "Give every unit its own password."
    effort     configuration
  }
  objective COMP "Components are named" {
    check every component c { c.name is known; c.version is known }
    threats CWE-1104, CWE-1392
    effort build
  }
  objective BARE "Only a name"
}
"""


def compiled(parts: str, settings: str = "", words: str = WORDS) -> Compiled:
    return build(f'{words}\nstandard s.x edition "2" {{ {settings} requirement "1.1" shall {{ {parts} }} }}')


def program(parts: str, settings: str = "") -> ir.Program:
    found = compiled(parts, settings)
    assert found.diagnostics == ()
    assert found.program is not None
    return found.program


def codes(parts: str, settings: str = "", words: str = WORDS) -> list[str]:
    return [d.code for d in compiled(parts, settings, words).diagnostics]


KIND = ir.Atom(ir.Attr("auth.kind", "enum"), ir.OneOf(("none", "per_device")))
STRICT = ir.Not(ir.Atom(ir.Attr("auth.optional", "bool"), ir.Cmp("=", value=True)))


def answer(number: int = 1) -> ir.Atom:
    name = "answer:s.x@2:1.1" + (f"#{number}" if number > 1 else "")
    return ir.Atom(ir.Attr(name, "bool"), ir.Cmp("=", value=True))


def test_a_line_that_meets_an_objective_is_a_line_for_each_of_its_own() -> None:
    found = program("objective PW-UNIQUE check { has.radio; meets PW-UNIQUE; meets COMP }")
    (wanted,) = found.requirements
    assert [line.label for line in wanted.lines] == ["check#1", "check#2.1", "check#2.2", "check#3.1", "check#3.2"]
    assert [line.expr for line in wanted.lines[1:3]] == [KIND, STRICT]
    assert [line.objective for line in wanted.lines] == ["", "PW-UNIQUE", "PW-UNIQUE", "COMP", "COMP"]
    assert wanted.lines[1].text == "meets PW-UNIQUE: auth.kind in {none, per_device}"
    assert wanted.lines[1].place.line == 12
    assert set(found.detectors) == {"auth.kind"}
    assert found.fresh == {"auth.kind": 90}


def test_inside_an_expression_an_objective_is_the_conjunction_of_its_lines() -> None:
    (wanted,) = program("applies when not meets PW-GEN check has.radio or meets PW-UNIQUE").requirements
    radio = ir.Atom(ir.Attr("has.radio", "bool"), ir.Cmp("=", value=True))
    assert wanted.lines[0].expr == ir.Or((radio, ir.And((KIND, STRICT))))
    assert wanted.applies == ir.Not(ir.Atom(ir.Attr("auth.kind", "enum"), ir.Cmp("!=", "universal")))


def test_inside_a_quantifier_the_variables_of_an_objective_do_not_clash() -> None:
    (wanted,) = program("check every component c { meets COMP }").requirements
    (line,) = wanted.lines
    assert isinstance(line.expr, ir.Quant)
    assert isinstance(line.expr.body, ir.Quant)
    assert line.expr.var == "c"
    assert line.expr.body.var != "c"


def test_an_objective_in_a_define_is_put_in() -> None:
    (wanted,) = program("check fine()", "define fine() = meets PW-GEN").requirements
    assert wanted.lines[0].expr == ir.Atom(ir.Attr("auth.kind", "enum"), ir.Cmp("!=", "universal"))


def test_a_requirement_takes_what_it_does_not_say_from_its_objectives() -> None:
    (wanted,) = program("objective PW-UNIQUE, COMP check meets PW-UNIQUE").requirements
    assert wanted.threats == ("CWE-1392", "ATTACK-T0812", "CAPEC-70", "CWE-1104")
    assert (wanted.fix, wanted.effort) == ("Give every unit its own password.", "configuration")
    own = 'objective PW-UNIQUE threats CWE-1 fix "Ask." effort process check meets PW-UNIQUE'
    (wanted,) = program(own).requirements
    assert (wanted.threats, wanted.fix, wanted.effort) == (("CWE-1",), "Ask.", "process")


def test_condition_source_and_jurisdiction() -> None:
    settings = 'source "read in full" jurisdiction US-CA force law'
    found = program('condition "if passwords are used" check true', settings)
    assert (found.requirements[0].condition, found.requirements[0].source) == ("if passwords are used", "read in full")
    assert program('source "summary" check true', settings).requirements[0].source == "summary"
    (info,) = (m for m in found.modules if m.kind == "standard")
    assert (info.source, info.jurisdiction) == ("read in full", "US-CA")


def test_a_program_lists_the_objectives_that_its_requirements_name() -> None:
    (found,) = program("objective PW-UNIQUE check true").objectives
    assert found.attributes == ("auth.kind", "auth.optional")
    assert (found.id, found.title, found.related) == ("PW-UNIQUE", "No universal default password", ("PW-GEN",))
    assert program("check meets PW-UNIQUE").objectives == ()
    assert program("objective BARE check true").objectives == (ir.Objective("BARE", "Only a name"),)


def test_questions_are_numbered_in_the_order_of_the_text_those_of_applies_first() -> None:
    found = program('check { manual "B?"; has.radio or manual "C " "and D?" } applies when manual "A?"')
    (wanted,) = found.requirements
    assert wanted.applies == answer()
    assert wanted.lines[0].expr == answer(2)
    assert wanted.lines[0].text == 'manual "B?"'
    assert list(found.questions.values()) == ["A?", "B?", "C and D?"]
    assert list(found.questions)[2] == "answer:s.x@2:1.1#3"
    assert found.detectors["answer:s.x@2:1.1"] == ("manual",)
    assert found.fresh["answer:s.x@2:1.1#2"] == 365
    assert ir.decode(ir.encode(found)) == found


def test_a_policy_keeps_the_names_of_the_standard_and_excludes_its_questions() -> None:
    standard = 'standard s.x edition "2" { requirement A shall { check manual "A?" } requirement B shall { check manual "B?" } }'
    policy = 'policy p edition "1" { use s.x edition "2" as x  exclude x:B because "not ours" }'
    found = build(f"# file: main.rw\n{policy}\n# file: s.rw\n{standard}\n").program
    assert found is not None
    assert found.questions == {"answer:s.x@2:A": "A?"}


@pytest.mark.parametrize(
    ("parts", "settings", "code"),
    [
        ("check meets PW-UNIQE", "", "RW0211"),
        ("check meets BARE", "", "RW0415"),
        ("check some component c where meets BARE", "", "RW0415"),
        ('check manual "It is so."', "", "RW0418"),
        ('check manual "?"', "", "RW0418"),
        ("check true", 'scope manual "A?"', "RW0417"),
        ("check f()", 'define f() = manual "A?"', "RW0417"),
        ("check true", 'axiom a : manual "A?"', "RW0417"),
        ("effort hard check true", "", "RW0209"),
        ("check true", "jurisdiction FR", "RW0209"),
        ('condition "a" condition "b" check true', "", "RW0109"),
    ],
)
def test_what_is_refused(parts: str, settings: str, code: str) -> None:
    assert codes(parts, settings) == [code]


@pytest.mark.parametrize(
    ("objective", "code"),
    [
        ("attributes auth.kid", "RW0201"),
        ("related PW-GN", "RW0211"),
        ("effort hard", "RW0209"),
        ('fix "a" fix "b"', "RW0109"),
        ("check meets PW-GEN", "RW0416"),
        ('check manual "A?"', "RW0416"),
        ("check auth.kid = none", "RW0201"),
        ("check n > 3", "RW0201"),
    ],
)
def test_an_objective_is_judged_once_and_who_names_it_is_not_blamed(objective: str, code: str) -> None:
    check = "" if "check" in objective else " check has.radio"
    words = WORDS.replace('"Only a name"', f'"Only a name" {{ {objective}{check} }}')
    assert codes("check true", words=words) == [code]
    assert codes("objective BARE check { meets BARE; meets BARE }", words=words) == [code]


def test_an_objective_that_cannot_be_read_blames_nobody_else() -> None:
    words = WORDS.replace('"Only a name"', '"Only a name" { chek true }')
    assert codes("objective BARE check meets BARE", words=words) == ["RW0106"]


def test_too_much_is_refused_however_it_is_put_in() -> None:
    """What is put in counts, though it is lowered once."""
    defines = "".join(f" define d{n}() = d{n - 1}() and d{n - 1}()" for n in range(1, 14))
    assert codes("check d13()", f"define d0() = meets PW-UNIQUE {defines}") == ["RW0604"]


TESTED = f"""{WORDS}
standard s.x edition "2" {{ requirement A shall {{ check {{ manual "A?"; manual "B?" }} }} requirement B shall {{ check true }} }}
test A {{ given %s expect pass }}
"""


def test_a_test_answers_the_questions_of_its_requirement() -> None:
    found = build(TESTED % "{ manual = true, manual.2 = ?, has.radio = true }")
    assert found.diagnostics == ()
    assert dict(found.tests[0].attributes) == {
        "answer:s.x@2:A": True,
        "answer:s.x@2:A#2": Open("missing"),
        "has.radio": True,
    }


def test_facts_beside_a_document() -> None:
    found = build(TESTED % '"a.yaml" with { manual = false, auth.kind = none }')
    (case,) = found.tests
    assert (case.fixture, dict(case.attributes)) == ("a.yaml", {"answer:s.x@2:A": False, "auth.kind": "none"})


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("{ manual.3 = true }", "RW0503"),
        ("{ manual.0 = true }", "RW0503"),
        ("{ manual.x = true }", "RW0503"),
        ("{ manual = true, manual.1 = true }", "RW0502"),
        ("{ manual = 3 }", "RW0301"),
        ('"a.yaml" with { components = [] }', "RW0504"),
        ('"a.yaml" with { auth.kid = none }', "RW0201"),
    ],
)
def test_what_a_test_cannot_say(given: str, code: str) -> None:
    assert [d.code for d in build(TESTED % given).diagnostics] == [code]
