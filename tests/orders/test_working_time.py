"""Working time by the plant's clock: nights, weekends, the change of the clocks, and clocks that run backwards."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from orders.working_time import WorkingTime

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
