"""A profile is a policy again: the same requirements taken, left out and changed; those of others over packs at hand."""

import copy
import json
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright import dsl
from rulewright.cli.compiling import vocabulary_of
from rulewright.cli.literals import Checks
from rulewright.dsl import ir
from rulewright.standards.exchange import exported, imported
from rulewright.standards.exchange.model import Standard
from tests.standards.exchange.support import CATALOG, CHOICE, document, rules, taken
from tests.standards.exchange.test_hostile import JUNK, changed, places

PACKS = ("owasp.scvs@1.0", "cisa.minimum_elements@2026")
HOUSE = "house@7"
OTHERS: dict[str, Any] = {
    "profile": {
        "uuid": "33333333-3333-4333-8333-333333333333",
        "metadata": {
            "title": "Baseline",
            "version": "low",
            "oscal-version": "1.1.3",
            "last-modified": "2024-01-01T00:00:00Z",
        },
        "imports": [{"href": "files/house@7.oscal-catalog.json", "include-controls": [{"with-ids": ["ac-1.1"]}]}],
        "modify": {
            "alters": [
                {
                    "control-id": "ac-1.1",
                    "adds": [{"props": [{"name": "severity", "ns": "urn:rulewright:oscal", "value": "low"}]}],
                }
            ]
        },
    }
}


@cache
def shipped(word: str) -> Standard:
    """A shipped pack, or the catalogue of others as `house@7`, as the exchange sees it."""
    made = rules(word) if word != HOUSE else exported.Rules(word, program(""), {"house.rw": house()}, "house.rw")
    (found,) = exported.own(made)
    return found


def find(name: str, edition: str) -> Standard | None:
    """The packs at hand: two shipped ones, and the catalogue of others."""
    return shipped(f"{name}@{edition}") if f"{name}@{edition}" in (*PACKS, HOUSE) else None


def back(tree: object, wanted: tuple[str, str] = ("", "")) -> imported.Imported:
    """Import a profile."""
    return imported.take(json.dumps(tree).encode(), "profile.json", wanted, find=find)


def house() -> bytes:
    """The catalogue of others as a pack."""
    return taken(CATALOG, ("house", "7")).text.encode()


def program(text: str) -> ir.Program:
    """Compile a policy over the packs at hand; without a text the catalogue of others."""
    texts = {name: text for word in PACKS for name, text in rules(word).texts.items()}
    texts |= {"house.rw": house(), "policy.rw": text.encode()}
    sources = {name: dsl.Source(name, found) for name, found in texts.items()}
    made = dsl.compile(sources, ["policy.rw" if text else "house.rw"], vocabulary_of(sources), checks=Checks())
    assert made.program is not None, made.diagnostics
    return made.program


def selection(found: ir.Program) -> dict[str, tuple[str, str]]:
    """What a program asks of others, with levels and severities."""
    return {r.id: (r.level, r.severity) for r in found.requirements if not r.id.startswith("acme.")}


def test_a_policy_comes_back() -> None:
    tree = json.loads(document(CHOICE, "oscal-profile").data)
    found = back(tree)
    assert [(d.code, d.severity) for d in found.diagnostics] == [("RW3106", "note")]
    assert found.policy is not None
    assert (found.policy.id, found.policy.edition, found.policy.standards, found.policy.excluded) == (
        "acme.choice",
        "3",
        2,
        1,
    )
    before, after = rules(CHOICE).program, program(found.text)
    assert selection(after) == selection(before)
    assert [(x.id, x.because) for x in after.excluded] == [(x.id, x.because) for x in before.excluded]
    told = {(r.id, t.action, t.detail, t.because) for r in before.requirements for t in r.tailored}
    assert {(r.id, t.action, t.detail, t.because) for r in after.requirements for t in r.tailored} == told
    assert {t[1] for t in told} == {"weaken", "tighten", "set"}


def test_what_a_tool_takes_out_is_excluded() -> None:
    tree = json.loads(document(CHOICE, "oscal-profile").data)
    for item in tree["profile"]["imports"]:
        ids = item["include-controls"][0]["with-ids"]
        if "owasp.scvs_1.4" in ids:
            ids.remove("owasp.scvs_1.4")
    after = program(back(tree).text)
    assert [(x.id, x.because) for x in after.excluded] == [
        ("owasp.scvs:1.2", "we take no binaries in"),
        ("owasp.scvs:1.4", "the profile does not take it"),
    ]


def test_a_profile_of_others_over_a_pack_at_hand() -> None:
    found = back(OTHERS, ("acme.low", "1"))
    assert found.diagnostics == ()
    after = program(found.text)
    assert [(r.id, r.severity) for r in after.requirements] == [("house:ac-1.1", "low")]
    assert [t.because for t in after.requirements[0].tailored] == ["the profile says so"]
    assert [x.id for x in after.excluded] == ["house:ac-1"]
    whole = copy.deepcopy(OTHERS)
    whole["profile"]["imports"][0] = {"href": "house@7.oscal-catalog.json", "include-all": {}}
    whole["profile"]["modify"]["alters"].append({"control-id": "ac-9"})
    found = back(whole, ("acme.all", "1"))
    assert [(d.code, d.pointer) for d in found.diagnostics] == [("RW3107", "/profile/modify/alters/1/control-id")]
    assert len(program(found.text).requirements) == 2


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        (("imports", 0, "href"), "nist.json", "RW3103"),
        (("imports", 0, "href"), "absent@1.oscal-catalog.json", "RW3103"),
        (("imports", 0, "href"), "#absent", "RW3103"),
        (("imports", 0, "include-controls"), [{"matching": [{"pattern": "ac-*"}]}], "RW3103"),
        (("imports",), OTHERS["profile"]["imports"] * 2, "RW3103"),
        (("imports",), [], "RW3102"),
        (("metadata",), {"title": "no version"}, "RW3104"),
        (("modify",), {"alters": [{"control-id": "ac-1.1", "adds": [{"props": [
            {"name": "level", "ns": "urn:rulewright:oscal", "value": "must"}]}]}]}, "RW3103"),
    ],
)  # fmt: skip
def test_what_no_policy_can_say_is_refused(path: tuple[Any, ...], value: object, code: str) -> None:
    found = back(changed(OTHERS, ("profile", *path), value), ("acme.low", ""))
    assert found.text == ""
    assert {d.code for d in found.diagnostics if d.is_error} == {code}


def test_a_parameter_is_a_literal_of_its_type() -> None:
    tree = json.loads(document(CHOICE, "oscal-profile").data)
    (setting,) = tree["profile"]["modify"]["set-parameters"]
    setting["values"] = ['1" } policy x edition "1" {']
    assert 'oldest_cyclonedx = "1\\" } policy x edition \\"1\\" {"' in back(tree).text
    setting["values"] = ["1", "2"]
    assert [d.code for d in back(tree).diagnostics if d.is_error] == ["RW3103"]
    setting["param-id"] = "absent"
    found = back(tree)
    assert "RW3107" in {d.code for d in found.diagnostics}
    assert "\n  set " not in found.text


@given(data=st.data())
def test_a_changed_profile_is_a_policy_or_an_error(data: st.DataObject) -> None:
    tree: Any = OTHERS
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(places(tree)))
        tree = changed(tree, path, data.draw(JUNK))
    found = back(tree, ("acme.low", "1"))
    errors = {d.code for d in found.diagnostics if d.is_error}
    assert errors <= {"RW3101", "RW3102", "RW3103", "RW3104"}
    assert bool(found.text) == (not errors)
    if found.text:
        assert len(program(found.text).requirements) <= 2
