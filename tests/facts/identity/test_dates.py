"""Days, instants and calendar addition."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.facts.identity import dates

EPOCH = date(1970, 1, 1)


@pytest.mark.parametrize(
    ("text", "shown", "strict"),
    [
        ("2024-02-29", "2024-02-29T00:00:00Z", False),
        ("2024-05-06T07:08:09Z", "2024-05-06T07:08:09Z", True),
        ("2024-05-06t07:08:09z", "2024-05-06T07:08:09Z", True),
        ("2024-05-06T07:08:09.123456789Z", "2024-05-06T07:08:09Z", True),
        ("2024-05-06T01:30:00+02:00", "2024-05-05T23:30:00Z", True),
        ("2024-05-06T23:30:00-02:00", "2024-05-07T01:30:00Z", True),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z", True),
        ("2024-05-06 07:08:09Z", "2024-05-06T07:08:09Z", False),
        ("2024-05-06T07:08:09", "2024-05-06T07:08:09Z", False),
        ("2024-05-06T07:08Z", "2024-05-06T07:08:00Z", False),
        ("0001-01-01", "0001-01-01T00:00:00Z", False),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z", True),
    ],
)
def test_readable(text: str, shown: str, *, strict: bool) -> None:
    instant, day = dates.parse_instant(text), dates.parse_date(text)
    assert instant is not None
    assert day is not None
    assert dates.format_instant(instant) == shown
    assert dates.format_date(day) == shown[:10]
    assert dates.is_rfc3339(text) is strict


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2024",
        "2024-01",
        "20240101",
        "2024-W01-1",
        "2024-1-1",
        "2023-02-29",
        "2024-13-01",
        "0000-01-01",
        "2024-01-01T24:00:00Z",
        "2024-01-01T10:60:00Z",
        "2024-01-01T10:00:61Z",
        "2024-01-01T10:00:60Z",
        "2024-01-01T10:00:00,5Z",
        "2024-01-01T10:00:00+25:00",
        "2024-01-01T10:00:00 Z",
        " 2024-01-01",
        "2024-01-01\n",
        "2024-01-01T00:00:00Z\n",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:00:00-02:00",
        "\u0662024-01-01",
        "YYYY-MM-DDT00:00:00.000Z",
    ],
)
def test_unreadable(text: str) -> None:
    assert dates.parse_date(text) is None
    assert dates.parse_instant(text) is None
    assert not dates.is_rfc3339(text)
    assert not dates.is_iso_date(text)


def day_of(text: str) -> int:
    day = dates.parse_date(text)
    assert day is not None
    return day


@pytest.mark.parametrize(
    ("start", "months", "days", "end"),
    [
        ("2024-01-31", 1, 0, "2024-02-29"),
        ("2023-01-31", 1, 0, "2023-02-28"),
        ("2024-02-29", 12, 0, "2025-02-28"),
        ("2024-02-29", 60, 1, "2029-03-01"),
        ("2024-11-30", 1, 0, "2024-12-30"),
        ("2024-12-31", 1, 0, "2025-01-31"),
        ("2024-03-31", -1, 0, "2024-02-29"),
        ("2024-01-15", -13, -15, "2022-11-30"),
        ("2024-01-01", 0, -1, "2023-12-31"),
        ("9999-12-01", 0, 30, "9999-12-31"),
    ],
)
def test_add(start: str, months: int, days: int, end: str) -> None:
    assert dates.format_date(dates.add(day_of(start), months, days)) == end


def test_beyond_the_calendar_every_comparison_holds() -> None:
    last = day_of("9999-12-31")
    assert dates.add(last, 12) == last + 366
    assert dates.format_date(last + 366) == f"day {last + 366}"


DAYS = st.dates().map(lambda day: (day - EPOCH).days)


@given(DAYS)
def test_a_day_survives_writing(day: int) -> None:
    assert dates.parse_date(dates.format_date(day)) == day
    assert dates.is_iso_date(dates.format_date(day))
    assert dates.add(day, 12, -12) == dates.add(day, 12) - 12


@given(DAYS, st.integers(-2400, 2400))
def test_months_move_the_month_and_keep_the_day_where_it_exists(day: int, months: int) -> None:
    start, moved = EPOCH + timedelta(day), dates.add(day, months)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if 1 <= year <= 9998:
        end = EPOCH + timedelta(moved)
        assert (end.year, end.month) == (year, month + 1)
        assert end.day == start.day or (end.day < start.day and (end + timedelta(1)).day == 1)


@given(st.dates(date(1, 1, 2), date(9999, 12, 30)), st.times(), st.integers(-1439, 1439))
def test_instants_agree_with_datetime(day: date, clock: time, offset: int) -> None:
    sign, (hours, minutes) = "-" if offset < 0 else "+", divmod(abs(offset), 60)
    text = f"{day}T{clock.isoformat('microseconds')}{sign}{hours:02}:{minutes:02}"
    moment = datetime.combine(day, clock.replace(microsecond=0), UTC) - timedelta(minutes=offset)
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    seconds = since.days * 86_400 + since.seconds
    assert dates.parse_instant(text) == seconds
    assert dates.parse_date(text) == seconds // 86_400
    assert dates.is_rfc3339(text)


@given(st.text() | st.from_regex(r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}[Z+]?\Z"))
def test_no_text_raises_and_both_readings_agree(text: str) -> None:
    instant = dates.parse_instant(text)
    assert dates.parse_date(text) == (None if instant is None else instant // 86_400)
