"""Risk from public tables: never less for more, explained, and made from the sources as they are."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.threats import risk, weigh

KNOWN = sorted(risk.weights())
THREATS = st.lists(st.one_of(st.sampled_from(KNOWN), st.sampled_from(["CWE-99999", "EMB3D-TID-0"])), max_size=5)
ATTRIBUTES = st.lists(
    st.sampled_from(["iface.telnet_present", "iface.debug_uart", "ble.pairing", "doc.retention_years", "component"]),
    max_size=4,
)
ONLINE = st.sampled_from([True, False, None])


@given(threats=THREATS, more=THREATS, attributes=ATTRIBUTES, online=ONLINE)
def test_one_more_threat_never_makes_it_less(
    *, threats: list[str], more: list[str], attributes: list[str], online: bool | None
) -> None:
    before = risk.judge(threats, attributes, online=online)
    after = risk.judge([*threats, *more], attributes, online=online)
    assert 0 <= before.points <= after.points <= 1000
    assert all(before.why)


@given(threats=THREATS, attributes=ATTRIBUTES, more=ATTRIBUTES.filter(bool), online=ONLINE)
def test_one_more_attribute_never_makes_it_less(
    *, threats: list[str], attributes: list[str], more: list[str], online: bool | None
) -> None:
    """Without any attribute nothing is known of the exposure, and that counts as exposed."""
    before = risk.judge(threats, attributes or more, online=online).points
    assert before <= risk.judge(threats, [*attributes, *more], online=online).points
    assert before <= risk.judge(threats, (), online=online).points


@given(threats=THREATS, attributes=ATTRIBUTES)
def test_exposure_that_is_not_known_counts_as_exposed(threats: list[str], attributes: list[str]) -> None:
    unknown, online, offline = (risk.judge(threats, attributes, online=o).points for o in (None, True, False))
    assert unknown == online >= offline


@given(threats=THREATS, seed=st.randoms(use_true_random=False))
def test_the_order_of_threats_says_nothing(threats: list[str], seed: Random) -> None:
    shuffled = list(threats)
    seed.shuffle(shuffled)
    assert risk.judge(shuffled, (), online=True) == risk.judge(threats, (), online=True)


def test_a_threat_that_no_table_knows_is_average() -> None:
    assert risk.judge(["CWE-99999"], ["auth.x"], online=True).points == 1000 * risk.AVERAGE * (risk.AVERAGE + 2) // 120
    assert risk.judge(["CWE-99999"], ["auth.x"], online=True).why == (
        "severity not stated by any source, taken as medium",
        "use in attacks not recorded by any source, taken as average",
        "reachable over a network",
    )
    none = risk.judge([], ["auth.x"], online=True)
    assert none.why[0] == "no threat is named for it"
    assert none.points < risk.judge(["CWE-99999"], ["auth.x"], online=True).points


def test_recorded_use_weighs_more_than_silence_and_a_low_likelihood_less() -> None:
    """The table's own words, from the least to the most."""
    weight = {
        "low": risk.Weight("", "Low", 0, "", ""),
        "silent": risk.Weight("", "", 0, "", ""),
        "once": risk.Weight("", "", 1, "", ""),
        "often": risk.Weight("", "Low", 60, "", ""),
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(risk, "weights", lambda: weight)
        points = [risk.judge([name], (), online=True).points for name in weight]
    assert points == sorted(points)
    assert len(set(points)) == 4


def test_each_threat_is_named_once() -> None:
    found = risk.judge(["CAPEC-94"], ["tls.min_version"], online=True)
    assert found.why[0].startswith("CAPEC-94 (Adversary in the Middle (AiTM)): typical severity very high, likelihood ")


def test_default_passwords_over_a_network_weigh_more_than_papers() -> None:
    """A few orders that any reader would expect."""
    password = risk.judge(["CWE-1392", "CAPEC-70", "ATTACK-T0812"], ["auth.default_password_kind"], online=True)
    uart = risk.judge(["CWE-1191", "CAPEC-121"], ["iface.debug_uart"], online=True)
    papers = risk.judge(["CWE-1059"], ["doc.user_instructions_complete"], online=True)
    assert password.points > uart.points > papers.points


def test_every_threat_of_the_vocabulary_is_weighed_but_weaknesses_that_nobody_exploited(root: Path) -> None:
    """Known to no source are so many weaknesses that no known exploited vulnerability is of, and nothing else."""
    text = (root / "standards/vocabulary.rw").read_text(encoding="utf-8")
    lists = re.findall(r"^    threats +([^\s,]+(?:,\s+[^\s,]+)*)$", text, re.MULTILINE)
    named = {threat for one in lists for threat in re.split(r",\s+", one)}
    unknown = {threat for threat in named if threat not in risk.weights()}
    assert len(named) > 250
    assert {threat.partition("-")[0] for threat in unknown} == {"CWE"}
    assert len(unknown) == 80


def test_the_table_is_what_the_feeds_say(root: Path) -> None:
    feeds = root.parent / "shared/feeds"
    if not feeds.is_dir():
        pytest.skip("the feeds that the table is made of are not here")
    assert weigh.table(feeds) == (root / "threats/data/weights.tsv").read_text(encoding="utf-8")


def test_the_table_is_sorted_and_has_one_row_for_an_id(root: Path) -> None:
    rows = (root / "threats/data/weights.tsv").read_text(encoding="utf-8").splitlines()[1:]
    ids = [row.split("\t")[0] for row in rows]
    assert rows == sorted(rows)
    assert len(ids) == len(set(ids))
    assert {row.split("\t")[1] for row in rows} <= {"", *risk.SEVERITY}
    assert {row.split("\t")[2] for row in rows} <= {"", *risk.LIKELIHOOD}
    assert {row.split("\t")[4].lower() for row in rows if row.split("\t")[4]} <= set(risk.MATURITY)
