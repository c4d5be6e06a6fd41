"""What a sheet tells of a requirement is what its pack states, both ways; how it is decided follows from the detectors."""

import pytest

from rulewright.dsl import ir
from rulewright.standards.book import Edition
from rulewright.standards.deciding import decided, needed, questions, terms
from rulewright.standards.references import incoming, kin, outgoing
from rulewright.standards.sheets import overview, sheet
from tests.standards.database import book, edition

PLACE = ir.Place("a.rw", 1, 1)
ON, OFF, PAPER = (ir.Atom(ir.Attr(name, "bool"), ir.Cmp("=", value=True)) for name in ("x.on", "x.off", "x.paper"))
ASKED = ir.Atom(ir.Attr("answer:a.b@1:1", "bool"), ir.Cmp("=", value=True))
FIELD = ir.Atom(ir.Field("c", "component", "version", "text"), ir.Is("known"))
EVERY = ir.Quant("every", "c", "component", where=ON, body=FIELD)


def small(*exprs: ir.Expr) -> tuple[ir.Requirement, Edition]:
    """A requirement with these lines, in an edition that knows who supplies what."""
    lines = tuple(ir.Line(f"check#{n}", "", expr, PLACE) for n, expr in enumerate(exprs, 1))
    requirement = ir.Requirement(
        id="a.b:1", level="shall", severity="low", title="", scope=ir.Const(value=True), applies=PAPER, lines=lines, place=PLACE
    )  # fmt: skip
    found = Edition(
        info=ir.ModuleInfo("standard", "a.b", "1", ""),
        requirements={"1": requirement},
        detectors={
            "x.on": ("config", "manual"),
            "x.off": ("network",),
            "x.paper": ("document",),
            "answer:a.b@1:1": ("manual",),
        },
        questions={"answer:a.b@1:1": "First?", "answer:a.b@1:1#2": "Second?", "answer:a.b@1:10": "Another's?"},
    )
    return requirement, found


@pytest.mark.parametrize(
    ("exprs", "how"),
    [
        ((ON,), "machine"),
        ((ON, ir.Not(OFF)), "machine"),
        ((EVERY,), "machine"),
        ((ON, PAPER), "partly"),
        ((ir.Or((ON, PAPER)),), "partly"),
        ((ON, ASKED), "partly"),
        ((PAPER,), "manual"),
        ((ASKED, PAPER), "manual"),
        ((ir.Atom(ir.Attr("x.nobody", "bool"), ir.Is("known")),), "manual"),
    ],
)
def test_how_it_is_decided(exprs: tuple[ir.Expr, ...], how: str) -> None:
    """By the facts of the check: that the condition needs a document does not count."""
    assert decided(*small(*exprs)) == how


def test_facts_are_listed_once_with_who_supplies_them() -> None:
    found = needed(*small(EVERY, ON))
    assert [(item.fact, item.detectors) for item in found] == [
        ("x.on", ("config", "manual")),
        ("component.version", ("sbom",)),
    ]


def test_a_comparison_of_two_attributes_reads_both() -> None:
    expr = ir.Atom(ir.Attr("x.on", "date"), ir.CmpAttr(">", ir.Attr("x.off", "date")))
    assert [term.name for term in terms(expr)] == ["x.on", "x.off"]


def test_questions_are_those_of_the_requirement_in_order() -> None:
    assert questions(*small(ASKED)) == ("First?", "Second?")


def test_a_sheet_has_its_own_references_and_those_of_others() -> None:
    law, standard = edition("uk.psti"), edition("etsi.en_303_645@2.1.1")
    own = law.requirements["S2.1"]
    assert {(r.target, r.strength, r.subject) for r in outgoing(own, book()) if r.target.endswith(":5.1-1")} == {
        ("etsi.en_303_645@3.1.3:5.1-1", "superset", "same")
    }
    assert any(r.source == "uk.psti@2025:S2.1" for r in incoming(standard.requirements["5.1-1"], book()))


def test_references_hold_both_ways_over_the_whole_database() -> None:
    """Whoever refers to an existing requirement is among those that refer to it."""
    there = {
        (requirement.id, reference.target.replace(f"@{holder.info.edition}", "", 1), reference.strength)
        for one in book().all()
        for requirement in one.requirements.values()
        for reference in outgoing(requirement, book())
        for holder in book().editions(reference.target.partition("@")[0])[:1]
        if reference.target.partition(":")[2] in holder.requirements
    }
    named = {target for _, target, _ in there}
    back = {
        (
            reference.source.partition("@")[0] + ":" + reference.source.partition(":")[2],
            requirement.id,
            reference.strength,
        )
        for one in (book().editions(name)[0] for name in book().ids)
        for requirement in one.requirements.values()
        if requirement.id in named
        for reference in incoming(requirement, book())
    }
    assert there
    assert there == back


def test_kin_are_of_other_standards_and_share_an_objective() -> None:
    requirement = edition("etsi.en_303_645@2.1.1").requirements["5.6-4"]
    others = list(kin(requirement, book()))
    assert others
    assert all(not k.requirement.startswith("etsi.en_303_645") and k.shared == ("IF-DEBUG",) for k in others)
    assert ("owasp.isvs@1.0:1.2.4", "equivalent-objective") in {(k.requirement, k.relation) for k in others}


@pytest.mark.parametrize("name", [e.name for e in book().all()])
def test_an_overview_counts_every_requirement_once(name: str) -> None:
    found = overview(edition(name))
    assert found.decided.machine + found.decided.partly + found.decided.manual == found.requirements
    assert found.requirements == len(edition(name).requirements)
    assert found.license
    assert found.force


def test_every_requirement_has_a_whole_sheet() -> None:
    for one in book().all():
        for requirement in list(one.requirements.values())[:3]:
            made = sheet(requirement, one, book())
            assert made.verified, made.id
            assert made.license, made.id
            assert made.check, made.id
            assert (
                len(made.questions) == sum(item.fact.startswith("answer:") for item in made.needed) or made.questions
            ), made.id
            assert [o.id for o in made.objectives] == list(requirement.objective)


def test_dates_of_an_edition() -> None:
    assert overview(edition("eu.cra")).valid_from == ("2026-09-11", "2027-12-11")
    assert overview(edition("bsi.tr_03183_2@2.0.0")).valid_until == "2026-02-20"
    assert overview(edition("eu.cra")).valid_until == ""
