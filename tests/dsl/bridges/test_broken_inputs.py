"""Inputs that somebody else wrote, with nulls, wrong types and missing members: an export never passes for that."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any  # an input: JSON of any shape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.cli.authors.bridging_input import data
from rulewright.cli.compiling import compile_rules
from rulewright.cli.gathering import Rules
from rulewright.cli.library import read, shipped
from rulewright.dsl import ir
from rulewright.engine.reference import Reference
from rulewright.facts.base import FactBase
from tests.dsl.bridges import rebuilt
from tests.dsl.bridges.engines import cel_verdicts, rego_verdicts
from tests.engine.generated import AS_OF, fact_bases, programs

CASES = max(10, settings().max_examples // 20)
GONE = object()
WRONG = [None, True, 5, 5.5, "5", "", [], [None], [1], {}, {"a": 1}, GONE]
NO_LINKS = [None, True, 5.5, "5", {}, [None], GONE]
CONTAINERS = {"collections", "facts", "states", "valid", "admitted"}
LAW = """standard acme.law edition "1" {
  title "Law"

  requirement lockout shall { title "a" check auth.lockout_attempts <= 10 }

  requirement default shall { title "b" check auth.default_password_kind != universal }

  requirement exploited shall {
    title "c"
    check no vulnerability v where v.exploited and v.vex != not_affected
  }

  requirement libraries shall {
    title "d"
    check every component c where c.type = library { c.supplier is known }
  }

  requirement names shall {
    title "e"
    check every component c { c.name not in {"x"} and not c.dev_only }
  }

  requirement markets shall { title "f" check not product.markets is empty }

  requirement named shall { title "g" check every component c { c.name matches "a*" } }

  requirement later shall { title "h" effective from 2030-01-01 check not iface.telnet_present }

  requirement aged shall { title "i" check support.end_date >= as_of + 30d }

  requirement own shall { title "j" check every component c { no vulnerability v of c where v.exploited } }

  requirement agreed shall { title "k" check every component c { not c.supplier is conflicting } }
}
"""


def compiled(text: str) -> ir.Program:
    texts = {module.name: read(module) for module in shipped() if module.kind == "vocabulary"}
    rules = Rules(texts={"law.rw": text.encode(), **texts}, roots=["law.rw"], shelf=list(shipped()))
    made = compile_rules(rules, {}, use_cache=False)
    assert made.program is not None, made.diagnostics
    return made.program


def ours(program: ir.Program, found: Any, today: int) -> list[dict[str, str]]:
    """Our verdicts on what an input holds, in each world."""
    bare = rebuilt.without_evidence(program)
    worlds = [Reference(bare, rebuilt.facts(found, everybodys=everybodys), today) for everybodys in (False, True)]
    return [{r.id: world.verdict(n, 0) for n, r in enumerate(bare.requirements)} for world in worlds]


def places(value: Any, *before: str | int) -> Iterator[tuple[str | int, ...]]:
    """Every place below a value."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in members:
        yield (*before, key)
        yield from places(member, *before, key)


def spoil(found: Any, place: tuple[str | int, ...], wrong: object) -> None:
    """Put something else at a place; a version's validity was judged with its package URL, and goes with it."""
    *before, last = place
    for key in before:
        found = found[key]
    if wrong is not GONE:
        found[last] = wrong
    elif isinstance(found, dict):
        del found[last]
    if last == "purl" and isinstance(found.get("_valid"), dict):
        found["_valid"].pop("version", None)


@st.composite
def spoiled(draw: st.DrawFn, found: Any) -> Any:
    """An input with up to three places spoiled; `as_of` and what a host binds by type stay what they are."""
    result = copy.deepcopy(found)
    for _ in range(draw(st.integers(1, 3))):
        every = [place for place in places(result) if place[0] in CONTAINERS and len(place) > 1]
        if every:
            place = draw(st.sampled_from(every))
            links = {"_id", "_of"} & set(place)  # another number there is another link, and nothing that can be seen
            spoil(result, place, draw(st.sampled_from(NO_LINKS if links else WRONG)))
    return result


@settings(max_examples=CASES, deadline=None)
@given(program=programs(), base=fact_bases(), draws=st.data())
def test_no_spoiled_input_passes_where_we_do_not(program: ir.Program, base: FactBase, draws: st.DataObject) -> None:
    whole = json.loads(json.dumps(data(program, base, 0, AS_OF)))
    inputs = [draws.draw(spoiled(whole)) for _ in range(4)]
    for found, rego in zip(inputs, rego_verdicts(program, *inputs), strict=True):
        cel = cel_verdicts(program, found)
        worlds = ours(program, found, AS_OF)
        for requirement in program.requirements:
            for said in (rego[requirement.id], cel[requirement.id]):
                admitted = requirement.evidence is None or requirement.id in found["admitted"]
                assert admitted or said == "unknown"
                assert said not in {"pass", "not_applicable"} or all(w[requirement.id] == said for w in worlds)


@pytest.fixture(scope="module")
def law() -> ir.Program:
    return compiled(LAW)


GOOD: dict[str, Any] = {
    "format": "rulewright-input/1", "as_of": 25_000, "admitted": [], "valid": {}, "states": {},
    "facts": {
        "auth.lockout_attempts": 5, "auth.default_password_kind": "unique", "product.markets": ["EU"],
        "iface.telnet_present": False, "support.end_date": 26_000,
    },
    "collections": {
        "component": {"completeness": "closed", "empty": False, "items": [
            {"_id": 0, "_of": {}, "_states": {}, "_valid": {}, "type": "library", "supplier": "S", "name": "a", "dev_only": False}
        ]},
        "vulnerability": {"completeness": "closed", "empty": False, "items": [
            {"_id": 0, "_of": {"component": [0]}, "_states": {}, "_valid": {}, "exploited": False, "vex": "affected"}
        ]},
    },
}  # fmt: skip
IN_VULNERABILITY = ("collections", "vulnerability", "items", 0)
IN_COMPONENT = ("collections", "component", "items", 0)
ASKED: dict[str, tuple[tuple[str | int, ...], ...]] = {
    "lockout": (("facts", "auth.lockout_attempts"),),
    "default": (("facts", "auth.default_password_kind"),),
    "exploited": ((*IN_VULNERABILITY, "exploited"), (*IN_VULNERABILITY, "vex")),
    "libraries": ((*IN_COMPONENT, "type"), (*IN_COMPONENT, "supplier")),
    "names": ((*IN_COMPONENT, "name"), (*IN_COMPONENT, "dev_only")),
    "markets": (("facts", "product.markets"),),
    "named": ((*IN_COMPONENT, "name"),),
    "later": (("facts", "iface.telnet_present"),),
    "aged": (("facts", "support.end_date"),),
    "own": ((*IN_VULNERABILITY, "exploited"),),
    "agreed": (),
}


def verdicts(law: ir.Program, *inputs: dict[str, object]) -> Iterator[dict[str, str]]:
    """What both engines say, which is the same."""
    for found, rego in zip(inputs, rego_verdicts(law, *inputs), strict=True):
        assert cel_verdicts(law, found) == rego
        yield {name.partition(":")[2]: verdict for name, verdict in rego.items()}


def test_a_whole_input_is_decided(law: ir.Program) -> None:
    (found,) = verdicts(law, GOOD)
    assert found == dict.fromkeys(ASKED, "pass")


@pytest.mark.parametrize("name", [name for name, places in ASKED.items() if places])
def test_a_fact_that_is_null_or_of_another_type_is_unknown(name: str, law: ir.Program) -> None:
    inputs = []
    for wrong in (GONE, None, 5.5, {}, [None]):
        inputs.append(copy.deepcopy(GOOD))
        for place in ASKED[name]:
            spoil(inputs[-1], place, wrong)
    expected = "fail" if name == "libraries" else "unknown"
    if name == "libraries":
        for found in inputs:
            found["collections"]["component"]["items"][0]["type"] = "library"
    assert [found[name] for found in verdicts(law, *inputs)] == [expected] * len(inputs)


def test_a_kind_that_is_null_selects_neither(law: ir.Program) -> None:
    found = copy.deepcopy(GOOD)
    found["collections"]["component"]["items"][0] |= {"type": None, "supplier": None}
    assert [each["libraries"] for each in verdicts(law, found)] == ["unknown"]


COMPONENTS, VULNERABILITIES = ("collections", "component"), ("collections", "vulnerability")
LISTS = [
    (name, (*place, *more))
    for name, place in (("named", COMPONENTS), ("exploited", VULNERABILITIES), ("own", VULNERABILITIES))
    for more in ((), ("completeness",), ("items",), ("items", 0))
]


@pytest.mark.parametrize(
    ("name", "place"),
    [
        *LISTS,
        ("own", (*IN_COMPONENT, "_id")),
        ("own", (*IN_VULNERABILITY, "_of")),
        ("own", (*IN_VULNERABILITY, "_of", "component")),
        ("own", (*IN_VULNERABILITY, "_of", "component", 0)),
        ("agreed", (*IN_COMPONENT, "_states")),
    ],
)
def test_a_list_that_cannot_be_read_is_unknown(name: str, place: tuple[str | int, ...], law: ir.Program) -> None:
    inputs = []
    for wrong in (None, True, 5.5, "5", [None]):
        whole = copy.deepcopy(GOOD)
        spoil(whole, place, wrong)
        inputs.append(whole)
    assert [found[name] for found in verdicts(law, *inputs)] == ["unknown"] * len(inputs)
    if isinstance(place[-1], str):
        spoil(inputs[0], place, GONE)
        assert [found[name] for found in verdicts(law, inputs[0])] == ["unknown"]


@pytest.mark.parametrize("wrong", [None, "false", 0, True, GONE])
def test_an_unstated_list_has_to_say_that_it_is_not_empty(wrong: object, law: ir.Program) -> None:
    found = copy.deepcopy(GOOD)
    found["collections"]["component"]["completeness"] = "unstated"
    (before,) = verdicts(law, found)
    spoil(found, (*COMPONENTS, "empty"), wrong)
    (after,) = verdicts(law, found)
    assert (before["named"], after["named"]) == ("pass", "unknown")


@pytest.mark.parametrize("wrong", ["withheld", 5, "odd", None])
def test_a_state_that_is_no_word_decides_nothing(wrong: object, law: ir.Program) -> None:
    found = copy.deepcopy(GOOD)
    item = found["collections"]["component"]["items"][0]
    del item["supplier"]
    item["_states"] = {"supplier": wrong}
    (said,) = verdicts(law, found)
    assert said["agreed"] == ("pass" if wrong in {"withheld", None} else "unknown")
    item["_states"] = {"supplier": "conflicting"}
    (said,) = verdicts(law, found)
    assert said["agreed"] == "fail"


@pytest.mark.parametrize("wrong", ["5", True, [5]])
def test_no_other_type_is_a_number(wrong: object, law: ir.Program) -> None:
    found = copy.deepcopy(GOOD)
    found["facts"] |= {"auth.lockout_attempts": wrong, "support.end_date": wrong}
    (said,) = verdicts(law, found)
    assert (said["lockout"], said["aged"]) == ("unknown", "unknown")


@pytest.mark.parametrize("wrong", [None, "25000", 20_000.5, True])
def test_without_a_day_nothing_that_asks_for_it_is_decided(wrong: object, law: ir.Program) -> None:
    (said,) = verdicts(law, GOOD | {"as_of": wrong})
    assert {name for name, verdict in said.items() if verdict == "unknown"} == {"later", "aged"}
    missing = {key: value for key, value in GOOD.items() if key != "as_of"}
    (rego,) = rego_verdicts(law, missing)
    assert (rego["acme.law:later"], rego["acme.law:aged"]) == ("unknown", "unknown")


@pytest.mark.parametrize(("day", "verdict"), [(20_000, "not_applicable"), (25_000, "pass"), (25_000.0, "pass")])
def test_a_day_decides_what_is_in_force(day: float, verdict: str, law: ir.Program) -> None:
    (said,) = verdicts(law, GOOD | {"as_of": day})
    assert said["later"] == verdict


@pytest.mark.parametrize("member", ["facts", "collections"])
def test_a_member_that_is_missing_or_null_passes_nothing_in_rego(member: str, law: ir.Program) -> None:
    missing = {key: value for key, value in GOOD.items() if key != member}
    null = GOOD | {member: None}
    for said in rego_verdicts(law, missing, null, GOOD | {member: [1]}, GOOD | {member: "x"}):
        passed = {name.partition(":")[2] for name, verdict in said.items() if verdict in {"pass", "not_applicable"}}
        needed = {name for name, asked in ASKED.items() if asked and asked[0][0] == member}
        assert needed
        assert not passed & needed
