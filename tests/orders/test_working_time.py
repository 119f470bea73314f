"""Working time by the plant's clock: nights, weekends, the change of the clocks, and clocks that run backwards."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from orders.working_time import WorkingTime, holidays_named

OSLO = ZoneInfo("Europe/Oslo")
WEEK = WorkingTime()


def _at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=OSLO)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        (_at(23, 9), _at(23, 13), 4),
        (_at(23, 16), _at(24, 8), 2),
        (_at(20, 16), _at(23, 8), 2),
        (_at(21, 9), _at(22, 18), 0),
        (_at(16, 7), _at(21, 7), 50),
        (_at(23, 13), _at(23, 9), 0),
        (_at(23, 5), _at(23, 23), 10),
    ],
)
def test_only_hours_of_working_days_count(start: datetime, end: datetime, hours: float) -> None:
    assert WEEK.between(start, end, OSLO) == timedelta(hours=hours)


def test_the_night_in_which_clocks_change_is_as_long_as_it_really_was() -> None:
    night = WorkingTime(frozenset(range(7)), time(0), time(8))

    assert night.between(_at(29, 0, month=3), _at(29, 8, month=3), OSLO) == timedelta(hours=7)
    assert night.between(_at(25, 0, month=10), _at(25, 8, month=10), OSLO) == timedelta(hours=9)


def test_moments_of_any_zone_are_read_by_the_plants_clock() -> None:
    assert WEEK.holds(datetime(2026, 11, 23, 6, 30, tzinfo=UTC), OSLO)
    assert not WEEK.holds(datetime(2026, 11, 23, 16, 30, tzinfo=UTC), OSLO)
    assert not WEEK.holds(datetime(2026, 11, 22, 10, tzinfo=UTC), OSLO)


def test_years_of_waiting_are_counted_to_an_end() -> None:
    assert WEEK.between(_at(1, 7), _at(1, 7) + timedelta(days=20_000), OSLO) > timedelta(hours=2_000)


def test_nobody_is_expected_to_answer_on_a_holiday() -> None:
    closed = WorkingTime(holidays=holidays_named(("2026-11-24", "2026-12-24 to 2027-01-01", "05-01")))

    assert not closed.holds(_at(24, 9), OSLO)
    assert closed.between(_at(23, 16), _at(25, 8), OSLO) == timedelta(hours=2)
    assert [closed.works(date(2026, 12, day)) for day in (23, 24, 31)] == [True, False, False]
    assert not closed.works(date(2031, 5, 1))


@pytest.mark.parametrize(
    "written",
    ["", "christmas", "2026-02-30", "02-30", "24.12.2026", "2027-01-01 to 2026-12-24", "2026-01-01 to 2027-01-01", "12-24 to 12-31"],
)  # fmt: skip
def test_what_is_no_day_is_no_holiday(written: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # the setting says what to write
        holidays_named((written,))
