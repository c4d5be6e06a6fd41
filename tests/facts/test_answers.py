"""Answers of persons in facts files: complete or refused, and never settled in silence."""

import pytest

from rulewright.facts.base import Basis, Product
from rulewright.facts.declared import Declared, read
from rulewright.facts.merge import join
from rulewright.facts.table import Source
from rulewright.facts.types import FieldType, Kind, State
from rulewright.facts.vocabulary import BUILTIN, Attribute
from rulewright.facts.written import data

VOCABULARY = BUILTIN.extended([Attribute("iface.telnet_present", FieldType(Kind.BOOL), "")])
GOOD = {"requirement": "s.x@2:5.0-1", "answer": "yes", "by": "Jo Doe, QA", "on": "2026-08-01"}


def declared(plain: object, name: str = "f") -> Declared:
    return read(plain, VOCABULARY, Source(name, "0" * 64))


def test_an_answer_is_a_fact_with_a_name_and_a_day() -> None:
    found = declared({"answers": [{**GOOD, "document": "report.pdf", "sha256": "AB" * 32, "because": "seen"}]})
    assert found.diagnostics == []
    fact = found.attributes["answer:s.x@2:5.0-1"]
    assert (fact.state, fact.value, fact.by, fact.observed) == (State.KNOWN, True, "Jo Doe, QA", 20_666)
    assert (fact.detector, fact.pointer) == ("manual", "/answers/0")
    assert fact.basis == Basis("report.pdf", "ab" * 32, "seen")


@pytest.mark.parametrize(
    ("stated", "value", "state"),
    [
        ("no", False, State.KNOWN),
        (True, True, State.KNOWN),
        ("?", None, State.DECLARED_UNKNOWN),
        (None, None, State.DECLARED_UNKNOWN),
    ],
)
def test_yes_no_and_not_known(stated: object, value: bool | None, state: State) -> None:  # noqa: FBT001  # a value
    found = declared({"answers": [{**GOOD, "question": 2, "answer": stated}]})
    fact = found.attributes["answer:s.x@2:5.0-1#2"]
    assert (fact.value, fact.state) == (value, state)


@pytest.mark.parametrize(
    "change",
    [
        {"requirement": None},
        {"requirement": "s.x:5.0-1"},
        {"requirement": "s.x@2:5.0-1#2"},
        {"requirement": ""},
        {"question": 0},
        {"question": "one"},
        {"question": True},
        {"answer": "maybe"},
        {"answer": 1},
        {"by": None},
        {"by": " "},
        {"by": ["Jo"]},
        {"on": None},
        {"on": "yesterday"},
        {"answr": "yes"},
        {"asked": ""},
        {"asked": ["Is it so?"]},
        {"because": ""},
        {"sha256": "00"},
        {"sha256": "00" * 32},
    ],
)
def test_an_incomplete_answer_is_refused(change: dict[str, object]) -> None:
    found = declared({"answers": [{**GOOD, **change}]})
    assert [(d.code, d.pointer) for d in found.diagnostics] == [("RW1305", "/answers/0")]
    assert found.attributes == {}


@pytest.mark.parametrize("key", ["requirement", "answer", "by", "on"])
def test_what_is_needed_is_needed(key: str) -> None:
    found = declared({"answers": [{k: v for k, v in GOOD.items() if k != key}]})
    assert [d.code for d in found.diagnostics] == ["RW1305"]
    assert f"`{key}`" in found.diagnostics[0].message


@pytest.mark.parametrize("plain", ["yes", {"a": GOOD}, ["yes"]])
def test_the_list_is_a_list_of_mappings(plain: object) -> None:
    assert [d.code for d in declared({"answers": plain}).diagnostics] == ["RW1305"]


def test_answers_that_contradict_each_other_are_a_conflict_with_both() -> None:
    other = {**GOOD, "answer": "no", "by": "Al"}
    for fact in (
        declared({"answers": [GOOD, other]}).attributes["answer:s.x@2:5.0-1"],
        join(
            Product("p", "p", ""),
            [declared({"answers": [x]}, n).of(Product("p", "p", "")) for n, x in (("a", GOOD), ("b", other))],
            VOCABULARY,
        ).attributes["answer:s.x@2:5.0-1"],
    ):
        assert fact.state is State.CONFLICTING
        assert sorted((w.by, w.value) for w in fact.witnesses) == [("Al", False), ("Jo Doe, QA", True)]


def test_answers_written_and_read_are_the_same() -> None:
    second = {**GOOD, "question": 2, "answer": "?", "asked": "Is it so?"}
    told = [{**GOOD, "asked": "Is it?"}, {**GOOD, "answer": "no", "by": "Al", "because": "seen"}, second]
    before = declared({"answers": told}).of(Product("p", "p", ""))
    found = read(data(before, VOCABULARY), VOCABULARY, Source("g", "1" * 64))
    assert found.diagnostics == []
    assert found.attributes == before.attributes


@pytest.mark.parametrize(
    "stated",
    [
        {"value": True, "detector": "manual"},
        {"value": True, "detector": "manual", "by": "Jo"},
        {"value": True, "detector": "manual", "observed": "2026-08-01"},
        {"value": True, "by": ""},
        {"value": True, "because": 3},
    ],
)
def test_what_a_person_says_has_a_name_and_a_day(stated: object) -> None:
    assert [d.code for d in declared({"iface.telnet_present": stated}).diagnostics] == ["RW1303"]


def test_any_fact_may_name_a_person() -> None:
    stated = {"value": True, "detector": "network", "by": "Jo", "because": "scanned"}
    fact = declared({"iface.telnet_present": stated}).attributes["iface.telnet_present"]
    assert (fact.by, fact.basis) == ("Jo", Basis(because="scanned"))


def test_a_name_of_an_answer_is_no_key_of_a_plain_facts_file() -> None:
    assert [d.code for d in declared({"answer:s.x@2:5.0-1": True}).diagnostics] == ["RW1302"]


def test_only_an_answer_says_what_was_asked() -> None:
    stated = {"value": True, "asked": "Is it so?"}
    assert [d.code for d in declared({"iface.telnet_present": stated}).diagnostics] == ["RW1303"]
    assert declared({"answers": [{**GOOD, "asked": "Is it so?"}]}).attributes["answer:s.x@2:5.0-1"].asked == "Is it so?"
