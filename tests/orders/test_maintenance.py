"""When plans come due: working days, seasons, pauses, catch-up, and every occurrence in exactly one order, whatever the clock does."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orders.maintenance import Compliance, Pause, Schedule, by_use, in_time_until, turn
from orders.recurrence import Every, Rhythm, Rule, Season, Unit, rhythm_named
from orders.working_time import Holidays, holidays_named

MONDAY = date(2026, 11, 23)
WORKING = frozenset(range(5))
WEEKLY = Schedule(Every(1, Unit.WEEK), MONDAY, weekdays=WORKING)


def day(number: int) -> date:
    return MONDAY + timedelta(days=number)


def test_what_falls_on_a_weekend_is_due_on_the_next_working_day_and_only_once() -> None:
    daily = Schedule(Every(1, Unit.DAY), MONDAY, weekdays=WORKING)

    assert daily.within(day(-1), day(8)) == [day(0), day(1), day(2), day(3), day(4), day(7), day(8)]
    assert Schedule(Every(1, Unit.WEEK), day(5), weekdays=WORKING).after(MONDAY) == day(7)


def test_where_people_work_on_no_day_or_on_each_nothing_is_moved() -> None:
    assert Schedule(Every(1, Unit.WEEK), day(5), weekdays=frozenset()).after(MONDAY) == day(5)
    assert Schedule(Every(1, Unit.WEEK), day(5)).after(MONDAY) == day(5)


def test_what_comes_due_in_the_holidays_comes_due_on_the_next_working_day_once() -> None:
    holidays = holidays_named(("2026-12-24 to 2027-01-03",))
    weekly = Schedule(Every(1, Unit.WEEK), date(2026, 12, 17), weekdays=WORKING, holidays=holidays)

    assert weekly.within(date(2026, 12, 16), date(2027, 1, 8)) == [
        date(2026, 12, 17),
        date(2027, 1, 4),
        date(2027, 1, 7),
    ]
    assert weekly.after(date(2026, 12, 30)) == date(2027, 1, 4)
    assert weekly.after(date(2027, 1, 4)) == date(2027, 1, 7)
    assert weekly.open_from(date(2026, 12, 24)) == date(2027, 1, 4)


def test_a_plant_that_never_works_still_has_days_for_its_plans() -> None:
    always = Holidays(
        yearly=frozenset((day.month, day.day) for day in (date(2028, 1, 1) + timedelta(days=at) for at in range(366)))
    )

    assert Schedule(Every(1, Unit.WEEK), MONDAY, holidays=always).after(MONDAY) == day(7)


def test_a_plan_ends_with_its_last_day() -> None:
    ends = Schedule(Every(1, Unit.WEEK), MONDAY, last=day(8))

    assert ends.within(day(-1), day(100)) == [day(0), day(7)]
    assert ends.after(day(7)) is None
    assert ends.counted_from(day(3)) is None
    assert ends.open_from(day(9)) is None


def test_what_lies_out_of_season_or_in_a_pause_is_no_occurrence() -> None:
    summer = Schedule(Every(1, Unit.MONTH), date(2026, 1, 15), season=Season((4, 1), (10, 31)))
    paused = Schedule(Every(1, Unit.WEEK), MONDAY, pauses=(Pause(day(6), day(15)),))

    assert summer.within(date(2026, 9, 20), date(2027, 5, 1)) == [date(2026, 10, 15), date(2027, 4, 15)]
    assert paused.within(day(-1), day(30)) == [day(0), day(21), day(28)]


def test_a_plan_that_never_comes_due_says_so() -> None:
    never = Schedule(rhythm_named("FREQ=YEARLY;BYMONTH=7;BYMONTHDAY=1"), MONDAY, season=Season((10, 1), (3, 31)))
    endless = Schedule(Every(1, Unit.WEEK), MONDAY, pauses=(Pause(MONDAY),))

    assert never.after(MONDAY) is None
    assert endless.after(day(-1)) is None
    assert Schedule(Rule("FREQ=DAILY;COUNT=1"), MONDAY).counted_from(MONDAY) is None


def test_a_floating_plan_is_counted_from_the_day_it_was_done_into_season_and_out_of_pauses() -> None:
    quarterly = Schedule(Every(3, Unit.MONTH), date(2026, 1, 1), season=Season((4, 1), (10, 31)), weekdays=WORKING)
    paused = Schedule(Every(1, Unit.WEEK), MONDAY, weekdays=WORKING, pauses=(Pause(day(6), day(12)),))

    assert quarterly.counted_from(date(2026, 9, 30)) == date(2027, 4, 1)
    assert paused.counted_from(day(2)) == day(14)
    assert Schedule(Every(1, Unit.WEEK), MONDAY, pauses=(Pause(day(6)),)).counted_from(day(2)) is None


def test_an_order_is_made_by_the_lead_but_never_before_the_day_of_the_one_before() -> None:
    waits = turn(WEEKLY, day(0), day(1), 3)
    made = turn(WEEKLY, day(0), day(4), 3)
    long_lead = turn(WEEKLY, day(7), day(5), 30)

    assert (waits.due, waits.next_due, waits.make_on) == ((), day(7), day(4))
    assert made.due == (day(7),)
    assert (long_lead.due, long_lead.make_on) == ((), day(7))


def test_what_was_missed_goes_into_one_order_together() -> None:
    assert turn(WEEKLY, day(0), day(20), 3).due == (day(7), day(14))
    assert turn(WEEKLY, day(14), day(20), 3).due == (day(21),)


def test_a_plan_that_has_ended_asks_for_nothing() -> None:
    ended = Schedule(Every(1, Unit.WEEK), MONDAY, last=day(3))

    assert turn(ended, day(0), day(50), 3).next_due is None


RHYTHMS = st.one_of(
    st.builds(Every, st.integers(1, 40), st.sampled_from([Unit.DAY, Unit.WEEK, Unit.MONTH])),
    st.sampled_from(["FREQ=MONTHLY;BYDAY=1MO", "FREQ=WEEKLY;BYDAY=MO,SA", "FREQ=MONTHLY;BYMONTHDAY=-1"]).map(Rule),
)
SEASONS = st.none() | st.just(Season((10, 1), (3, 31))) | st.just(Season((4, 1), (11, 30)))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    rhythm=RHYTHMS, season=SEASONS, lead=st.integers(0, 60), weekdays=st.sampled_from([WORKING, frozenset(range(7))]),
    jumps=st.lists(st.integers(-20, 90), max_size=25),
)  # fmt: skip
def test_whatever_the_clock_does_each_occurrence_is_in_exactly_one_order(
    rhythm: Rhythm, season: Season | None, lead: int, weekdays: frozenset[int], jumps: list[int]
) -> None:
    schedule = Schedule(rhythm, MONDAY, season=season, weekdays=weekdays)
    covered, today, latest = day(-1), MONDAY, MONDAY
    ordered: list[date] = []

    for jump in [0, *jumps]:
        today += timedelta(days=jump)
        latest = max(latest, today)
        while (asked := turn(schedule, covered, today, lead)).due:
            assert sum(each > today for each in asked.due) <= 1
            assert len(asked.due) == 1 or asked.due[-1] <= today
            ordered += asked.due
            covered = asked.due[-1]

    assert ordered == sorted(set(ordered))
    assert ordered == schedule.within(day(-1), max([latest, *ordered]))
    assert sum(each > latest for each in ordered) <= 1


def test_an_occurrence_is_in_time_until_the_end_of_its_day_at_the_plant_and_the_tolerance() -> None:
    berlin = ZoneInfo("Europe/Berlin")

    assert in_time_until(date(2026, 3, 28), 0, berlin) == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert in_time_until(date(2026, 3, 28), 1, berlin) == datetime(2026, 3, 29, 22, tzinfo=UTC)


def test_compliance_is_said_in_whole_percent_or_not_at_all() -> None:
    assert Compliance(2, 3).words() == "2 of 3 done in time, 66 %"
    assert Compliance(0, 0).words() == "nothing has come due yet"
    assert Compliance(0, 0).percent is None


@pytest.mark.parametrize(
    ("used", "next_use", "found"),
    [(0, 500, (0, 500)), (499, 500, (0, 500)), (500, 500, (1, 1000)), (999, 500, (1, 1000)), (1760, 500, (3, 2000))],
)
def test_a_meter_comes_due_on_a_grid_of_the_plans_own(used: int, next_use: int, found: tuple[int, int]) -> None:
    assert by_use(used, next_use, 500) == found
