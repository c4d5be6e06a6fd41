"""What applies to twelve products, reviewed by hand and kept; and what must hold for every product.

The golden files stand next to the facts in `profiles/`; `python -m tests.standards.derived` writes them anew.
"""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.dsl import ir
from rulewright.engine.answers import Planes
from rulewright.engine.derivation import Derivation, Derived
from rulewright.engine.evaluate import evaluate
from rulewright.engine.plan import make
from rulewright.facts.stack import stack
from rulewright.facts.types import State
from tests.engine.test_derive import leaves
from tests.standards.derived import PROFILES, TODAY, Facts, compact, derived, names, product, profile, programs

Key = tuple[str, str, str]
ADDED: dict[str, tuple[object, ...]] = {
    "product.markets": ("EU", "UK", "US", "US-CA", "JP", "SG", "CN", "IN"),
    "product.audience": ("consumer", "business", "child", "government", "essential_entity"),
    "product.radio_technologies": ("wifi", "ble", "zigbee", "lora", "cellular"),
    "product.external_sensors": ("camera", "microphone"),
    "product.public_sector_use": ("US_federal", "DE_federal"),
    "product.critical_infrastructure": ("bulk_electric_system",),
    "product.iacs_component": ("software_application", "embedded_device"),
    "product.type_approval_regime": ("UN_R155", "MDR", "aviation"),
    "claim.standards": ("etsi.en_303_645", "cen.en_18031", "nist.ssdf"),
    "claim.labels": ("jc_star_1", "cls_1", "cls_4", "matter"),
}
"""Features that a product gets more of."""
STATED: dict[str, tuple[object, ...]] = {
    "product.is_radio_equipment": (True,),
    "product.internet_connectable": (True,),
    "product.companion_app": (True,),
    "product.remote_service": (True,),
    "product.processes_personal_data": (True,),
    "product.handles_payment": (True,),
    "product.variant_has_ui": (True,),
    "product.hardware": (True,),
    "product.substantially_modified_date": ("2027-12-11",),
    "product.type": ("toy", "router", "medical", "vehicle_ecu", "software_app"),
    "product.cra_class": ("default", "out_of_scope"),
}
"""Features that a product has or has not."""


def by_key(found: Derivation) -> dict[Key, Derived]:
    """The requirements by product, id and edition."""
    return {(d.product, d.requirement, d.edition): d for d in found.requirements}


def test_there_are_twelve() -> None:
    assert len(names()) == 12
    assert sorted(path.stem for path in PROFILES.glob("*.txt")) == names()


@pytest.mark.parametrize("name", names())
def test_what_applies_is_what_was_reviewed(name: str) -> None:
    golden = (PROFILES / f"{name}.txt").read_text(encoding="utf-8")
    assert compact(derived(profile(name))) == golden, "run `python -m tests.standards.derived` and read the difference"


def test_every_requirement_of_every_edition_is_there_once() -> None:
    wanted = {(r.id, _edition(p, r.id)) for p in programs() for r in p.requirements}
    found = derived(profile("ip-camera-eu"), {})
    for name in ("p0", "p1"):
        keys = [(d.requirement, d.edition) for d in found.requirements if d.product == name]
        assert len(keys) == len(set(keys))
        assert set(keys) == wanted
    assert len(wanted) > 1100
    assert all(d.why for d in found.requirements if d.outcome != "applies")


def _edition(program: ir.Program, requirement: str) -> str:
    return next(m.edition for m in program.modules if m.id == requirement.partition(":")[0])


def test_outcomes_agree_with_check() -> None:
    """What does not apply is not applicable to `check`; what applies is judged; what is undecided is unknown."""
    every = [profile(name) for name in names()]
    found = by_key(derived(*every))
    facts = stack([product(known, f"p{number}") for number, known in enumerate(every)])
    for program in programs():
        answers = Planes(evaluate(make(program), facts, _day()))
        for number, wanted in enumerate(program.requirements):
            for at in range(len(every)):
                item = found[f"p{at}", wanted.id, _edition(program, wanted.id)]
                verdict, truths = answers.verdict(number, at), answers.applies(number, at)
                if item.outcome == "applies":
                    assert truths == (True, True), item
                elif item.outcome == "undecided":
                    assert verdict == "unknown", item
                else:
                    assert verdict == "not_applicable", item


def _day() -> int:
    from rulewright.facts.identity.dates import parse_date

    day = parse_date(TODAY)
    assert day is not None
    return day


def test_products_do_not_see_one_another() -> None:
    every = [profile(name) for name in names()[:3]]
    together, alone = derived(*every), [derived(facts) for facts in every]
    for number, found in enumerate(alone):
        own = [(d.requirement, d.edition, d.outcome, d.why) for d in together.requirements if d.product == f"p{number}"]
        assert own == [(d.requirement, d.edition, d.outcome, d.why) for d in found.requirements]


@st.composite
def changes(draw: st.DrawFn) -> tuple[dict[str, object], str, object]:
    """A profile, and a feature that it gets."""
    facts = profile(draw(st.sampled_from(names())))
    name = draw(st.sampled_from(sorted([*ADDED, *STATED])))
    value = draw(st.sampled_from(ADDED.get(name) or STATED[name]))
    if name in ADDED:
        before = facts.get(name)
        value = [*(before if isinstance(before, list) else []), value]
    return facts, name, value


@given(changes())
@settings(max_examples=40)
def test_a_new_feature_removes_nothing_in_silence(change: tuple[dict[str, object], str, object]) -> None:
    facts, name, value = change
    before, after = by_key(derived(facts)), by_key(derived({**facts, name: value}))
    for key, item in before.items():
        now = after[key]
        if item.outcome == "applies" and now.outcome != "applies":
            assert any(name in why.facts for why in now.why), (key, now)


@given(st.sampled_from(names()), st.data())
@settings(max_examples=25)
def test_what_is_not_known_never_decides(name: str, data: st.DataObject) -> None:
    """What does not apply on a part of the facts does not apply on all of them either, whatever the rest says."""
    facts = profile(name)
    kept = data.draw(st.sets(st.sampled_from(sorted(facts))))
    less, more = derived({key: facts[key] for key in sorted(kept)}), derived(facts)
    full = by_key(more)
    asks_state = {r.id for p in programs() for r in p.requirements if _asks_whether_known(r)}
    known = product({key: facts[key] for key in sorted(kept)}).attributes
    for key, item in by_key(less).items():
        if item.outcome == "does_not_apply" and item.requirement not in asks_state:
            assert full[key].outcome == "does_not_apply", (key, item)
            named = {fact for why in item.why for fact in why.facts}
            assert {fact for fact in named if fact in known and known[fact].state is State.KNOWN} == named, item
        if item.outcome == "undecided":
            assert any(why.facts for why in item.why), item


def _asks_whether_known(wanted: ir.Requirement) -> bool:
    """Whether a condition asks if something is known at all: then not to know is an answer."""
    return any(
        isinstance(leaf, ir.Atom) and isinstance(leaf.test, ir.Is)
        for expr in (wanted.scope, wanted.applies)
        for leaf in _deep(expr)
    )


def _deep(expr: ir.Expr) -> Iterator[ir.Expr]:
    """The leaves of an expression, and those inside its quantifiers."""
    for leaf in leaves(expr):
        yield leaf
        if isinstance(leaf, ir.Quant):
            yield from _deep(leaf.where)
            yield from _deep(leaf.body)


@given(st.permutations(sorted(profile("wearable-eu-uk"))))
@settings(max_examples=5)
def test_the_order_of_facts_plays_no_part(order: list[str]) -> None:
    facts = profile("wearable-eu-uk")
    assert derived({name: facts[name] for name in order}) == derived(facts)


# --- the law on a day --------------------------------------------------------------------------------------------------

CAMERA: Facts = {key: value for key, value in profile("ip-camera-eu").items() if "placed" not in key}
"""The radio camera, without a date of placing on the market."""


def outcomes(standard: str, as_of: str, placed: str) -> dict[str, str]:
    """The outcomes of a standard's requirements for the camera."""
    found = derived({**CAMERA, "product.placed_on_market_date": placed}, as_of=as_of)
    return {d.clause: d.outcome for d in found.requirements if d.standard == standard}


def applying(standard: str, as_of: str, placed: str) -> set[str]:
    """The clauses that apply."""
    return {clause for clause, outcome in outcomes(standard, as_of, placed).items() if outcome == "applies"}


@pytest.mark.parametrize(
    ("day", "radio", "annex_i"),
    [("2026-11-22", True, False), ("2027-12-10", True, False), ("2027-12-11", False, True)],
)
def test_the_delegated_act_ends_where_the_cra_begins(day: str, *, radio: bool, annex_i: bool) -> None:
    """The same camera, placed on the market on the day that is looked at."""
    assert bool(applying("cen.en_18031", day, day)) is radio
    assert bool(applying("eu.red_2025_138", day, day)) is radio
    cra = applying("eu.cra", day, day)
    assert any(clause.startswith("Annex I") for clause in cra) is annex_i
    assert any(clause.startswith("Art 14") for clause in cra)


def test_reporting_begins_before_the_rest_of_the_cra() -> None:
    assert applying("eu.cra", "2026-09-10", "2026-09-10") == set()
    assert all(clause.startswith("Art 14") for clause in applying("eu.cra", "2026-09-11", "2026-09-10"))
    assert applying("eu.cra", "2026-09-11", "2026-09-10") != set()


def test_placed_before_and_looked_at_after() -> None:
    """A camera placed in 2026 keeps the rules of its day; only reporting reaches it."""
    cra = applying("eu.cra", "2028-06-01", "2026-03-02")
    assert cra
    assert all(clause.startswith("Art 14") for clause in cra)
    assert applying("cen.en_18031", "2028-06-01", "2026-03-02")
    modified = derived(
        {**CAMERA, "product.placed_on_market_date": "2026-03-02", "product.substantially_modified_date": "2028-01-10"},
        as_of="2028-06-01",
    )
    now = {(d.standard, d.clause): d.outcome for d in modified.requirements}
    assert any(s == "eu.cra" and c.startswith("Annex I") and o == "applies" for (s, c), o in now.items())
    assert not any(s == "cen.en_18031" and o == "applies" for (s, _), o in now.items())


@pytest.mark.parametrize(
    ("regime", "fact"), [("MDR", "product.type_approval_regime"), ("UN_R155", "product.type_approval_regime")]
)
def test_sector_law_takes_a_product_out_of_the_cra_and_says_so(regime: str, fact: str) -> None:
    facts = {**CAMERA, "product.type_approval_regime": [regime], "product.placed_on_market_date": "2028-01-03"}
    own = [d for d in derived(facts, as_of="2028-01-03").requirements if d.standard == "eu.cra"]
    assert {d.outcome for d in own} == {"does_not_apply"}
    assert all(fact in d.why[0].facts for d in own)


@pytest.mark.parametrize("kind", ["medical", "smart_meter", "software_app"])
def test_the_british_regime_leaves_out_what_it_names(kind: str) -> None:
    facts = {**CAMERA, "product.markets": ["UK"], "product.type": kind, "product.placed_on_market_date": TODAY}
    own = [d for d in derived(facts).requirements if d.standard == "uk.psti"]
    assert {d.outcome for d in own} == {"does_not_apply"}
    assert all("product.type" in d.why[0].facts for d in own)


@pytest.mark.parametrize(("day", "outcome"), [("2025-02-24", "applies"), ("2025-02-25", "does_not_apply")])
def test_vehicles_left_the_british_regime_on_a_day(day: str, outcome: str) -> None:
    facts = {**CAMERA, "product.markets": ["UK"], "product.type": "vehicle_ecu", "product.placed_on_market_date": day}
    own = [d for d in derived(facts, as_of="2025-06-02").requirements if d.standard == "uk.psti"]
    assert outcome in {d.outcome for d in own}
    assert outcome == "applies" or {d.outcome for d in own} == {outcome}
