"""The calendar holds the catalogue's dates, and the packs begin and end on them."""

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.standards.calendar import _months_later, events, upcoming
from tests.standards.database import book, edition

EPOCH = date(1970, 1, 1)
TURNED = {"EU/UNECE": "EU UNECE", "US+": "US"}


def day(text: str) -> int:
    return (date.fromisoformat(text) - EPOCH).days


def test_the_rows_are_those_of_the_catalogue(shared: Path) -> None:
    with (shared / "catalogs/timeline.csv").open(encoding="utf-8", newline="") as stream:
        wanted = [
            (r["date"], TURNED.get(r["jurisdiction"], r["jurisdiction"]), r["instrument"], r["event"], r["source"])
            for r in csv.DictReader(stream)
        ]
    found = [(e.date, " ".join(e.jurisdictions), e.instrument, e.event, e.source) for e in events()]
    assert sorted(found) == sorted(wanted)
    assert len(found) == 30


def test_every_event_names_packs_that_exist() -> None:
    assert [name for event in events() for name in event.standards if book().find(name) is None] == []


STARTS = {
    ("2020-01-01", "us_ca.sb_327"), ("2021-09-01", "cn.rmsv"), ("2022-06-28", "in.cert_in"),
    ("2024-04-29", "uk.psti"), ("2024-09-20", "bsi.tr_03183_2@2.0.0"), ("2025-03-25", "jp.jc_star"),
    ("2025-03-31", "pci.dss@4.0.1"), ("2025-08-01", "eu.red_2025_138"), ("2025-08-01", "cen.en_18031"),
    ("2025-08-20", "bsi.tr_03183_2@2.1.0"), ("2025-12-04", "uk.psti"), ("2026-02-03", "fda.cybersecurity_524b@2026-02"),
    ("2026-07-29", "cisa.minimum_elements@2026"), ("2026-09-11", "eu.cra"), ("2026-09-12", "eu.data_act"),
    ("2027-12-11", "eu.cra"),
}  # fmt: skip
"""Dates on which requirements of a pack come into force."""
IN_CONDITIONS = {("2027-12-11", "eu.red_2025_138"), ("2027-12-11", "cen.en_18031")}
"""Dates that a pack's conditions ask for: they depend on when a product is placed on the market."""
IN_HEADS = {("2022-07-06", "unece.r155"), ("2024-07-07", "unece.r155")}
"""Dates of the Union for what another fact says (the regime of type approval): told, not asked for."""
ENDS = {("2026-02-20", "bsi.tr_03183_2@2.0.0")}
WITHOUT_RULES = {
    ("2024-12-10", "eu.cra"), ("2025-12-01", "eu.cra"), ("2026-06-11", "eu.cra"), ("2026-07-27", "eu.cra"),
    ("2027-11-30", "eu.cra"), ("2028-06-11", "eu.cra"), ("2028-06-11", "eu.red_2025_138"), ("2025-02-25", "uk.psti"),
    ("2026-07-29", "ntia.minimum_elements"), ("2023-03-29", "fda.cybersecurity_524b"),
    ("2022-07-06", "unece.r156"), ("2024-07-07", "unece.r156"),
}  # fmt: skip
"""Dates on which no requirement begins or ends: entry into force ahead of application, bodies, guidance, certificates, a law before the edition of its guidance."""


def test_every_date_of_a_pack_has_its_place() -> None:
    """A new row of the calendar must be put into one of the sets above."""
    assert {
        (e.date, name) for e in events() for name in e.standards
    } == STARTS | IN_CONDITIONS | IN_HEADS | ENDS | WITHOUT_RULES


@pytest.mark.parametrize(("when", "name"), sorted(STARTS))
def test_requirements_begin_on_the_day(when: str, name: str) -> None:
    assert day(when) in edition(name).starts


@pytest.mark.parametrize(("when", "name"), sorted(ENDS))
def test_editions_end_on_the_day(when: str, name: str) -> None:
    assert edition(name).until == day(when)


@pytest.mark.parametrize(("when", "name"), sorted(IN_CONDITIONS))
def test_conditions_tell_the_day(when: str, name: str, root: Path) -> None:
    found = edition(name)
    text = (root / f"standards/{found.info.id}/{found.info.edition}.rw").read_text(encoding="utf-8")
    before = date.fromordinal(date.fromisoformat(when).toordinal() - 1).isoformat()
    rules = "\n".join(line.partition("#")[0] for line in text.splitlines())
    assert when in rules or before in rules


@pytest.mark.parametrize(("when", "name"), sorted(IN_HEADS))
def test_heads_tell_the_day(when: str, name: str, root: Path) -> None:
    found = edition(name)
    text = (root / f"standards/{found.info.id}/{found.info.edition}.rw").read_text(encoding="utf-8")
    assert when in text.partition("\nstandard ")[0]


def test_what_lies_ahead_of_a_market() -> None:
    coming = [(e.date, e.instrument) for e in upcoming(day("2026-11-22"), ["EU"])]
    assert coming == [
        ("2026-12-09", "Product Liability Directive"),
        ("2027-01-20", "Machinery Regulation 2023/1230"),
        ("2027-02-18", "Battery Regulation"),
        ("2027-11-30", "M/606"),
        ("2027-12-11", "CRA"),
    ]
    assert upcoming(day("2026-11-22"), ["JP"]) == []
    assert upcoming(day("2026-11-22"), []) == []


def test_the_bounds_belong_to_it_as_the_law_counts() -> None:
    assert [e.date for e in upcoming(day("2027-12-10"), ["EU"], 0)] == []
    assert [e.date for e in upcoming(day("2027-11-11"), ["EU"], 1)] == ["2027-11-30", "2027-12-11"]
    assert [e.date for e in upcoming(day("2027-12-11"), ["EU"])] == ["2028-06-11"]


def test_a_market_that_holds_another_and_the_world() -> None:
    before = day("2019-12-01")
    assert [e.instrument for e in upcoming(before, ["US"], 2)] == ["SB-327"]
    assert [e.instrument for e in upcoming(before, ["US-CA"], 2)] == ["SB-327"]
    assert [e.instrument for e in upcoming(day("2025-03-26"), ["KR"], 1)] == ["PCI DSS 4.0.1"]
    assert [e.instrument for e in upcoming(day("2022-07-01"), ["JP"], 1)] == ["R155/R156"]
    assert [e.instrument for e in upcoming(day("2025-08-19"), ["EU"], 1)] == ["BSI TR-03183-2 v2.1.0"]


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.integers(0, 60))
def test_months_are_those_of_the_calendar(start: date, months: int) -> None:
    later = date.fromordinal(EPOCH.toordinal() + _months_later((start - EPOCH).days, months))
    assert later.year * 12 + later.month == start.year * 12 + start.month + months
    assert later.day == start.day or (later.day < start.day and later.day >= 28)


def test_days_that_no_calendar_has_do_not_fail() -> None:
    assert upcoming(10**9, ["EU"]) == []
    assert upcoming(day("9999-12-31"), ["EU"]) == []
