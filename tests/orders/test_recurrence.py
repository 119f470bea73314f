"""How often: words and rules, the last day of short months, and everything that says no interval."""

from datetime import date
from itertools import islice

import pytest

from orders.errors import RhythmUnclear
from orders.recurrence import Every, Rule, Season, Unit, rhythm_named, season_named

FIRST = date(2026, 1, 31)


def days(written: str, first: date = FIRST, most: int = 4) -> list[date]:
    return list(islice(rhythm_named(written).days(first, first), most))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("every 3 months", Every(3, Unit.MONTH)), ("3 months", Every(3, Unit.MONTH)), ("Every Month", Every(1, Unit.MONTH)),
        ("weekly", Every(1, Unit.WEEK)), ("every other week", Every(2, Unit.WEEK)), ("quarterly", Every(3, Unit.MONTH)),
        ("alle 2 Wochen", Every(2, Unit.WEEK)), ("jede Woche", Every(1, Unit.WEEK)), ("10 d", Every(10, Unit.DAY)),
        ("every monday", Rule("FREQ=WEEKLY;BYDAY=MO")), ("every second friday", Rule("FREQ=WEEKLY;INTERVAL=2;BYDAY=FR")),
        ("RRULE:FREQ=MONTHLY;BYDAY=1MO", Rule("FREQ=MONTHLY;BYDAY=1MO")),
        ("freq=yearly;until=20301231T000000Z", Rule("FREQ=YEARLY", date(2030, 12, 31))),
    ],
)  # fmt: skip
def test_words_and_rules_say_how_often(written: str, meant: object) -> None:
    assert rhythm_named(written) == meant


@pytest.mark.parametrize("written", ["every 3 months", "every month", "every monday", "FREQ=YEARLY;UNTIL=20301231"])
def test_what_is_written_down_is_read_as_the_same_again(written: str) -> None:
    assert rhythm_named(rhythm_named(written).words()) == rhythm_named(written)


@pytest.mark.parametrize(
    "written",
    [
        "", "often", "month", "every", "every 0 days", "every 1000 weeks", "every 99999999999999999999 days", "every blue moon",
        "FREQ=HOURLY", "FREQ=SECONDLY;COUNT=1000000", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;INTERVAL=-1", "FREQ=DAILY;BYHOUR=7",
        "FREQ=YEARLY;BYEASTER=0", "FREQ=DAILY;COUNT=99999999", "FREQ=DAILY;FREQ=WEEKLY", "INTERVAL=2", "FREQ=MONTHLY;BYDAY=XX",
        "FREQ=MONTHLY;BYMONTHDAY=", "FREQ=DAILY;UNTIL=tomorrow", "=", "FREQ=WEEKLY;BYSETPOS=0",
    ],
)  # fmt: skip
def test_what_says_no_interval_is_refused_in_a_sentence(written: str) -> None:
    with pytest.raises(RhythmUnclear, match="every 3 months"):
        rhythm_named(written)


def test_a_month_that_is_too_short_gives_its_last_day_and_the_next_is_whole_again() -> None:
    assert days("every month") == [date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31)]
    assert days("yearly", date(2024, 2, 29), 4)[-1] == date(2028, 2, 29)


def test_a_rule_goes_by_the_first_day() -> None:
    assert days("every second friday", date(2026, 11, 23), 2) == [date(2026, 11, 27), date(2026, 12, 11)]
    assert days("FREQ=DAILY;COUNT=3", date(2026, 11, 23)) == [date(2026, 11, 24), date(2026, 11, 25)]
    assert days("FREQ=WEEKLY;UNTIL=20261201", date(2026, 11, 23)) == [date(2026, 11, 30)]


def test_a_rule_that_never_comes_due_ends() -> None:
    assert days("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30") == []


def test_an_interval_ends_with_the_calendar() -> None:
    assert list(Every(999, Unit.YEAR).days(date(9000, 1, 1), date(9000, 1, 1))) == [date(9999, 1, 1)]


def test_a_far_day_is_found_from_any_earlier_one() -> None:
    assert next(Every(1, Unit.DAY).days(date(2000, 1, 1), date(2199, 12, 31))) == date(2200, 1, 1)
    assert next(Every(7, Unit.MONTH).days(date(2000, 1, 31), date(2100, 6, 1))) > date(2100, 6, 1)


@pytest.mark.parametrize(
    ("written", "season"),
    [
        ("Apr to Oct", Season((4, 1), (10, 31))), ("15 Oct - 31 Mar", Season((10, 15), (3, 31))), ("feb\u2013feb", Season((2, 1), (2, 28))),
        ("1. April to 30. June", Season((4, 1), (6, 30))),
    ],
)  # fmt: skip
def test_a_season_is_read_from_words(written: str, season: Season) -> None:
    assert season_named(written) == season
    assert season_named(season.words()) == season


@pytest.mark.parametrize("written", ["summer", "32 May to Jun", "Apr", "29 Feb to Mar", "May to 31 June", "Xyz to Oct"])
def test_what_is_no_season_is_refused(written: str) -> None:
    with pytest.raises(RhythmUnclear):
        season_named(written)


def test_nothing_written_is_no_season() -> None:
    assert season_named(" ") is None


def test_a_season_may_lie_over_new_year() -> None:
    winter = Season((10, 15), (3, 31))

    assert winter.holds(date(2026, 12, 24))
    assert winter.holds(date(2027, 3, 31))
    assert not winter.holds(date(2027, 4, 1))
    assert winter.next_begin(date(2027, 4, 1)) == date(2027, 10, 15)
    assert winter.next_begin(date(2026, 10, 16)) == date(2027, 10, 15)
