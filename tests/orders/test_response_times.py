"""Three clocks a work order: how they run by priority, what pauses them, and which marks they pass."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from orders.response_times import Calendar, Clock, Course, Mark, ResponseTimes, Targets, after, readings
from orders.work_orders import DUE_WITHIN, HoldReason, Priority
from orders.working_time import WorkingTime

CALENDAR = Calendar(WorkingTime(), ZoneInfo("UTC"))
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
POLICY = ResponseTimes()
HIGH = Course(Priority.HIGH, MONDAY, MONDAY + 8 * HOUR, (), answered=False, begun=False)


def mark(clock: Clock, course: Course, at: datetime, policy: ResponseTimes = POLICY) -> Mark | None:
    (found,) = [each for each in readings(course, policy, at, CALENDAR) if each.clock is clock]
    return found.mark(policy)


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(0, None), (47, None), (48, Mark.NEAR), (59, Mark.NEAR), (60, Mark.PAST), (119, Mark.PAST), (120, Mark.LATER)],
)
def test_a_clock_passes_its_marks_one_after_the_other(minutes: int, expected: Mark | None) -> None:
    assert mark(Clock.RESPOND, HIGH, MONDAY + timedelta(minutes=minutes)) is expected


@pytest.mark.parametrize("priority", list(Priority))
def test_every_priority_has_its_times_and_each_asks_for_an_answer_before_the_work_is_due(priority: Priority) -> None:
    asked = POLICY.targets[priority]

    assert asked.complete == DUE_WITHIN[priority]
    assert asked.respond is not None
    assert asked.respond < asked.complete


@pytest.mark.parametrize(
    ("answered", "begun", "clocks"),
    [
        (False, False, [Clock.RESPOND, Clock.START, Clock.COMPLETE]),
        (True, False, [Clock.START, Clock.COMPLETE]),
        (True, True, [Clock.COMPLETE]),
    ],
)
def test_what_has_happened_needs_no_clock(answered: bool, begun: bool, clocks: list[Clock]) -> None:
    course = replace(HIGH, answered=answered, begun=begun)

    assert [each.clock for each in readings(course, POLICY, MONDAY, CALENDAR)] == clocks


def test_work_that_a_plan_made_ahead_has_its_due_date_and_no_other_clock() -> None:
    course = replace(HIGH, planned=True)

    assert [each.clock for each in readings(course, POLICY, MONDAY, CALENDAR)] == [Clock.COMPLETE]


def test_a_wait_that_the_policy_names_stops_the_clock_and_any_other_does_not() -> None:
    part = replace(HIGH, held=((HoldReason.MATERIAL, MONDAY, None),))
    people = replace(HIGH, held=((HoldReason.LABOUR, MONDAY, None),))

    assert mark(Clock.RESPOND, part, MONDAY + 30 * HOUR) is None
    assert mark(Clock.RESPOND, people, MONDAY + 30 * HOUR) is Mark.LATER


def test_two_waits_at_once_are_taken_off_once() -> None:
    held = (
        (HoldReason.MATERIAL, MONDAY, MONDAY + 2 * HOUR),
        (HoldReason.VENDOR, MONDAY + HOUR, MONDAY + 3 * HOUR),
        (HoldReason.PERMIT, MONDAY - 9 * HOUR, MONDAY),
    )
    (found, *_) = readings(replace(HIGH, held=held), POLICY, MONDAY + 4 * HOUR, CALENDAR)

    assert (found.spent, found.paused) == (HOUR, False)
    assert found.ends_at == MONDAY + 4 * HOUR


def test_working_time_stands_still_in_the_night_and_at_the_weekend() -> None:
    given = {**POLICY.targets, Priority.HIGH: Targets(4 * HOUR, None, 10 * HOUR, always=False)}
    policy = replace(POLICY, targets=given)
    friday = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
    course = replace(HIGH, created_at=friday, due_at=policy.due_at(Priority.HIGH, friday, CALENDAR))

    assert mark(Clock.RESPOND, course, datetime(2026, 11, 22, 12, 0, tzinfo=UTC), policy) is None
    assert mark(Clock.RESPOND, course, datetime(2026, 11, 23, 9, 0, tzinfo=UTC), policy) is Mark.PAST
    assert course.due_at == datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def test_a_due_date_before_the_report_is_past_at_once() -> None:
    assert mark(Clock.COMPLETE, replace(HIGH, due_at=MONDAY - HOUR), MONDAY) is Mark.LATER


def test_the_time_until_the_next_mark_shrinks_and_ends() -> None:
    def left(at: datetime) -> timedelta | None:
        return readings(HIGH, POLICY, at, CALENDAR)[0].until_next(POLICY)

    assert [left(MONDAY + each * HOUR) for each in (0, 1, 2)] == [timedelta(minutes=48), HOUR, None]


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        (datetime(2026, 11, 23, 9, tzinfo=UTC), 0, datetime(2026, 11, 23, 9, tzinfo=UTC)),
        (datetime(2026, 11, 23, 9, tzinfo=UTC), 8, datetime(2026, 11, 23, 17, tzinfo=UTC)),
        (datetime(2026, 11, 20, 16, tzinfo=UTC), 2, datetime(2026, 11, 23, 8, tzinfo=UTC)),
        (datetime(2026, 11, 21, 3, tzinfo=UTC), 1, datetime(2026, 11, 23, 8, tzinfo=UTC)),
    ],
)
def test_working_time_after_a_moment(start: datetime, hours: int, end: datetime) -> None:
    assert after(start, hours * HOUR, CALENDAR) == end


def test_a_plant_that_never_works_ends_the_search() -> None:
    never = Calendar(WorkingTime(frozenset()), ZoneInfo("UTC"))

    assert after(MONDAY, HOUR, never) > MONDAY + timedelta(days=300)
