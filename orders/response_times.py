"""How soon work is answered, begun and done: three clocks a work order, paused by reasons to wait, and what their marks mean."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from orders.work_orders import DUE_WITHIN, HoldReason, Priority
from orders.working_time import MOST_DAYS, WorkingTime

NOTHING, WHOLE = timedelta(0), 100


class Clock(StrEnum):
    """What is waited for."""

    RESPOND = "respond"
    """Somebody has the work."""
    START = "start"
    """The work has begun."""
    COMPLETE = "complete"
    """The work is done; this clock's end is the due date, put off by what pauses it."""


class Mark(StrEnum):
    """How far a clock has run; each mark is told once."""

    NEAR = "near"
    """Most of the time is over: the card says so."""
    PAST = "past"
    """The time is over: whoever has the work and the supervisors hear of it."""
    LATER = "later"
    """The time is over by far: whoever the settings name hears of it."""


MARKS = (Mark.NEAR, Mark.PAST, Mark.LATER)


@dataclass(frozen=True, slots=True)
class Targets:
    """What one priority asks for: time to each mark, None for no clock, and whether nights and weekends count."""

    respond: timedelta | None
    start: timedelta | None
    complete: timedelta
    always: bool = True


@dataclass(frozen=True, slots=True)
class Calendar:
    """By what waiting is measured: the plant's working time in its zone."""

    working: WorkingTime
    zone: ZoneInfo


def _usual() -> Mapping[Priority, Targets]:
    return {
        Priority.LINE_STOPPED: Targets(timedelta(minutes=15), timedelta(minutes=30), DUE_WITHIN[Priority.LINE_STOPPED]),
        Priority.HIGH: Targets(timedelta(hours=1), timedelta(hours=2), DUE_WITHIN[Priority.HIGH]),
        Priority.NORMAL: Targets(timedelta(days=1), None, DUE_WITHIN[Priority.NORMAL]),
        Priority.LOW: Targets(timedelta(days=3), None, DUE_WITHIN[Priority.LOW]),
    }


@dataclass(frozen=True, slots=True)
class ResponseTimes:
    """The plant's policy: what each priority asks for, which waits stop the clocks, and when and to whom lateness goes on."""

    targets: Mapping[Priority, Targets] = field(default_factory=_usual)
    pauses: frozenset[HoldReason] = frozenset(set(HoldReason) - {HoldReason.LABOUR, HoldReason.OTHER})
    near_percent: int = 80
    later_percent: int = 200
    escalate_to: tuple[str, ...] = ()

    def due_at(self, priority: Priority, reported_at: datetime, calendar: Calendar) -> datetime:
        """Return by when work of a priority is to be done."""
        asked = self.targets[priority]
        return after(reported_at, asked.complete, None if asked.always else calendar)


@dataclass(frozen=True, slots=True)
class Course:
    """What has happened to a work order: when it came, until when it is due, and the (reason, since, until) of its waits."""

    priority: Priority
    created_at: datetime
    due_at: datetime
    held: tuple[tuple[HoldReason, datetime, datetime | None], ...]
    answered: bool
    begun: bool
    planned: bool = False
    """Made ahead by a maintenance plan: nobody has to answer, only its due date counts."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One clock of a work order that still runs: how much is spent of how much, and whether it stands still now."""

    clock: Clock
    spent: timedelta
    target: timedelta
    paused: bool
    ends_at: datetime
    """When the time is or was over, as far as it can be known now."""

    def marks(self, policy: ResponseTimes) -> list[Mark]:
        """Return the marks that are passed, the furthest last."""
        return [name for name, percent in _percents(policy) if self.spent * WHOLE >= self.target * percent]

    def mark(self, policy: ResponseTimes) -> Mark | None:
        """Return the furthest mark that is passed."""
        return next(reversed(self.marks(policy)), None)

    def until_next(self, policy: ResponseTimes) -> timedelta | None:
        """Return how much is left until the next mark, in the time that this clock measures; None after the last."""
        ahead = [self.target * percent / WHOLE - self.spent for _, percent in _percents(policy)]
        return min((left for left in ahead if left > NOTHING), default=None)


def _percents(policy: ResponseTimes) -> tuple[tuple[Mark, int], ...]:
    return tuple(zip(MARKS, (policy.near_percent, WHOLE, policy.later_percent), strict=True))


def readings(course: Course, policy: ResponseTimes, now: datetime, calendar: Calendar) -> list[Reading]:
    """Return the clocks of a work order that still run, in the order in which they end."""
    asked = policy.targets[course.priority]
    measured = None if asked.always else calendar
    due = max(_between(course.created_at, course.due_at, measured), NOTHING)
    wanted = (
        (Clock.RESPOND, asked.respond, course.answered or course.begun or course.planned),
        (Clock.START, asked.start, course.begun or course.planned),
        (Clock.COMPLETE, due, False),
    )
    waits = [(since, until or now) for reason, since, until in course.held if reason in policy.pauses]
    paused = any(reason in policy.pauses and until is None for reason, _, until in course.held)
    lost = sum((_between(since, until, measured) for since, until in _apart(waits, course.created_at)), NOTHING)
    spent = max(_between(course.created_at, now, measured) - lost, NOTHING)
    return [
        Reading(clock, spent, target, paused, after(course.created_at, target + lost, measured))
        for clock, target, over in wanted
        if target is not None and not over
    ]


def _apart(waits: Iterable[tuple[datetime, datetime]], since: datetime) -> list[tuple[datetime, datetime]]:
    """Return waits without what they have in common, none from before a moment."""
    joined: list[tuple[datetime, datetime]] = []
    for begins, ends in sorted((max(begins, since), ends) for begins, ends in waits):
        if joined and begins <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(ends, joined[-1][1]))
        elif ends > begins:
            joined.append((begins, ends))
    return joined


def _between(start: datetime, end: datetime, calendar: Calendar | None) -> timedelta:
    return end - start if calendar is None else calendar.working.between(start, end, calendar.zone)


def after(start: datetime, span: timedelta, calendar: Calendar | None) -> datetime:
    """Return the moment at which so much time has passed: of the clock, or of the calendar's working time."""
    if calendar is None:
        return start + span
    here, left = start.astimezone(calendar.zone), span
    for _ in range(MOST_DAYS):
        midnight = datetime.combine(here.date() + timedelta(days=1), time(0), calendar.zone)
        today = calendar.working.between(here, midnight, calendar.zone)
        if today >= left:
            begins = max(here, datetime.combine(here.date(), calendar.working.begins, calendar.zone))
            return (begins.astimezone(UTC) if left else here.astimezone(UTC)) + left
        here, left = midnight, left - today
    return here.astimezone(UTC)
