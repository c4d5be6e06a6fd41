"""What is read: every requirement, in words of its own, as a pack that compiles and passes nothing by itself."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from rulewright.standards.exchange import wording
from rulewright.standards.exchange.model import Entry
from tests.standards.exchange.support import BOM, CATALOG, compiled, taken


def test_a_catalogue_becomes_a_pack() -> None:
    found = taken(CATALOG)
    (standard,) = found.standards
    assert standard.name == "imported.house_rules@7"
    assert (standard.publisher, standard.license) == ("Acme", "All rights with Acme.")
    first, second = standard.entries
    assert (first.id, first.title, first.clause) == ("ac-1", "Passwords", "AC-1")
    assert first.text == "Passwords: a. must have [a number of characters];"
    assert (second.id, second.parent) == ("ac-1.1", "ac-1")
    assert [(d.code, d.severity) for d in found.diagnostics] == [("RW3106", "note")]
    program = compiled(found.text).program
    assert program is not None
    one, two = program.requirements
    assert (one.id, one.level, one.title) == ("imported.house_rules:ac-1", "shall", "Passwords")
    assert one.lines[0].text == 'manual "Is this fulfilled: Passwords: a. must have [a number of characters]?"'
    assert one.note.endswith('See "NIST" \\ there.')
    assert (two.level, two.severity) == ("should", "medium")
    assert program.modules[0].license == "All rights with Acme."
    assert program.modules[0].source.startswith("imported from given.json sha256 ")
    assert len(program.questions) == 2


def test_a_document_becomes_a_pack() -> None:
    found = taken(BOM, ("acme.std", "2"))
    (standard,) = found.standards
    assert standard.name == "acme.std@2"
    assert standard.license == "CC-BY-SA-4.0"
    program = compiled(found.text).program
    assert program is not None
    by_id = {r.id.partition(":")[2]: r for r in program.requirements}
    assert list(by_id) == ["1.1", "V1", "r2"]
    assert [by_id[i].level for i in by_id] == ["shall", "may", "should"]
    assert by_id["1.1"].condition == "levels Level 1,Level 2"
    assert by_id["1.1"].lines[0].text == 'manual "Do you have a list?"'
    assert by_id["V1"].lines[0].text == 'manual "Is everything under V1 fulfilled (Inventory)?"'
    assert "CRE:616-305" in by_id["1.1"].note


@pytest.mark.parametrize(
    ("entry", "level"),
    [
        (Entry(id="a", text="The device shall lock."), "shall"),
        (Entry(id="a", text="It may be that it MUST lock."), "shall"),
        (Entry(id="a", text="It should lock, or may be locked."), "should"),
        (Entry(id="a", text="Verify that it locks."), "should"),
        (Entry(id="a", text="Verify that what an attacker may see is empty."), "should"),
        (Entry(id="a", text="Mustard and shallots."), "should"),
        (Entry(id="a", title="It shall lock."), "shall"),
        (Entry(id="a", text="It shall lock.", level="may"), "may"),
        (Entry(id="a", title="Locks", heading=True), "may"),
    ],
)
def test_a_level_is_that_of_the_words(entry: Entry, level: str) -> None:
    assert wording.level(entry) == level


def test_titles_and_questions_are_cut_between_words() -> None:
    entry = Entry(id="a", text="word " * 400)
    assert len(wording.title(entry)) <= wording.TITLE
    (asked,) = wording.questions(entry)
    assert asked.endswith("word…?")
    assert wording.title(Entry(id="a")) == "a"
    assert wording.questions(Entry(id="a", text="Is it?")) == ("Is this fulfilled: Is it?",)


def _nameless(tree: Any) -> None:
    del tree["definitions"]["standards"][0]["requirements"][2]["bom-ref"]


def _no_list(tree: Any) -> None:
    tree["definitions"]["standards"][0]["requirements"] = "all"


def _no_text(tree: Any) -> None:
    tree["definitions"]["standards"][0]["requirements"][1]["identifier"] = 7


def _no_edition(tree: Any) -> None:
    del tree["definitions"]["standards"][0]["version"]


def _twins(tree: Any) -> None:
    tree["definitions"]["standards"] *= 2


def _nothing(tree: Any) -> None:
    tree["definitions"]["standards"] = []


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (_nameless, "RW3103"),
        (_no_list, "RW3103"),
        (_no_text, "RW3103"),
        (_no_edition, "RW3104"),
        (_twins, "RW3104"),
        (_nothing, "RW3102"),
    ],
)
def test_what_cannot_be_used_is_refused_whole(spoil: Any, code: str) -> None:
    tree = copy.deepcopy(BOM)
    spoil(tree)
    found = taken(tree)
    assert found.text == ""
    assert [d.code for d in found.diagnostics if d.is_error] == [code]


@pytest.mark.parametrize("name", ["not a name", "a..b", "1a", "a" * 300, 'a" {'])
def test_an_id_is_a_name(name: str) -> None:
    found = taken(CATALOG, (name, ""))
    assert [d.code for d in found.diagnostics] == ["RW3104"]
    assert found.text == ""


def test_one_name_for_several_standards_is_refused() -> None:
    tree: Any = copy.deepcopy(BOM)
    tree["definitions"]["standards"] *= 2
    assert {d.code for d in taken(tree, ("a.b", "1")).diagnostics if d.is_error} == {"RW3104"}


def test_ids_that_stand_twice_are_told_apart() -> None:
    tree: Any = copy.deepcopy(BOM)
    requirements = tree["definitions"]["standards"][0]["requirements"]
    requirements += [dict(requirements[1]), dict(requirements[1]), {**requirements[1], "identifier": "1.1 (2)"}]
    found = taken(tree)
    assert [e.id for e in found.standards[0].entries] == ["V1", "1.1", "r2", "1.1 (3)", "1.1 (4)", "1.1 (2)"]
    assert [d.code for d in found.diagnostics] == ["RW3108"] * 2
    program = compiled(found.text).program
    assert program is not None
    assert len(program.requirements) == 6


def test_references_that_lead_nowhere_are_told() -> None:
    tree: Any = copy.deepcopy(BOM)
    tree["definitions"]["standards"][0]["requirements"][1]["parent"] = "x"
    tree["definitions"]["standards"][0]["levels"][0]["requirements"] = ["y"]
    found = taken(tree)
    assert [(d.code, d.severity) for d in found.diagnostics] == [("RW3107", "warning")] * 2
    assert len(found.standards[0].entries) == 3


def test_an_sbom_is_no_standard() -> None:
    trees: tuple[dict[str, Any], ...] = (
        {"bomFormat": "CycloneDX", "specVersion": "1.6"},
        {},
        {"catalog": {}},
    )
    for tree in trees:
        found = taken(tree)
        assert found.text == ""
        assert {d.code for d in found.diagnostics} == {"RW3102"}


def test_a_published_catalogue_is_read(shared: Path) -> None:
    path = shared / "vectors/oscal/examples/catalog/json/basic-catalog.json"
    if not path.is_file():
        pytest.skip("the examples of OSCAL are not on this machine")
    found = taken(path.read_bytes())
    assert [e.id for e in found.standards[0].entries] == ["s1.1.1", "s1.1.2", "s2.1.1", "s2.1.2"]
    assert [e.clause for e in found.standards[0].entries] == ["1.1.1", "1.1.2", "2.1.1", "2.1.2"]
    assert "fair use" in found.standards[0].license
    assert compiled(found.text).program is not None


def test_texts_cannot_leave_their_strings() -> None:
    """Quotes, backslashes, line ends, comments, direction marks: the pack holds one requirement, and says what was said."""
    evil = 'a" }\n}\npolicy x edition "1" { \\" # \u202e \x00 \ud800 `b`'
    tree = {"catalog": {"metadata": {"title": evil, "version": evil}, "controls": [{"id": "x", "title": evil}]}}
    found = taken(json.dumps(tree).encode(), ("a.b", ""))
    program = compiled(found.text).program
    assert program is not None
    assert [m.id for m in program.modules if m.kind != "vocabulary"] == ["a.b"]
    (requirement,) = program.requirements
    assert requirement.title == 'a" } } policy x edition "1" { \\" # ? `b`'
