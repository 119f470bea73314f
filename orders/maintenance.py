"""When a maintenance plan comes due, what is made of occurrences that were missed, and whether plans are kept to."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import takewhile
from zoneinfo import ZoneInfo

from orders.recurrence import Rhythm, Season
from orders.working_time import MOST_DAYS, NO_HOLIDAYS, Holidays

HORIZON = timedelta(days=366 * 40)
"""Beyond this nothing is looked for: a plan that does not come due within forty years never does."""
WEEK = 7


class Basis(StrEnum):
    """From where the next occurrence of a plan is counted."""

    FIXED = "fixed"
    """By the calendar, whenever the last one was done."""
    FLOATING = "floating"
    """From the day on which the last one was done; while one is open there is no other."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Days on which a plan makes no orders; without a last day until it is resumed."""

    first: date
    last: date | None = None

    def holds(self, day: date) -> bool:
        """Say whether a day lies in the pause."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Schedule:
    """A plan's days: how often, from when to when, in which season, on which weekdays (0 is Monday), without its pauses.

    What comes due on a holiday, like on any day on which nobody works, comes due on the next day that is none.
    """

    rhythm: Rhythm
    first: date
    last: date | None = None
    season: Season | None = None
    weekdays: frozenset[int] = field(default=frozenset(range(WEEK)))
    pauses: tuple[Pause, ...] = ()
    holidays: Holidays = NO_HOLIDAYS

    def after(self, day: date) -> date | None:
        """Return the next day after ``day`` on which the plan comes due, moved to a working day; None when it has ended."""
        return next(self._days(day), None)

    def within(self, after: date, until: date) -> list[date]:
        """Return all days on which the plan comes due after a day and up to another."""
        return list(takewhile(lambda day: day <= until, self._days(after)))

    def counted_from(self, done: date) -> date | None:
        """Return the day on which the plan comes due again once it was done on a day; None when it has ended."""
        day = next(self.rhythm.again(done), None)
        return None if day is None else self.open_from(day)

    def open_from(self, day: date) -> date | None:
        """Return the first day from a day on that lies in season, outside of pauses and on a working day."""
        while self.last is None or day <= self.last:
            if self.season is not None and not self.season.holds(day):
                day = self.season.next_begin(day)
                continue
            pause = next((one for one in self.pauses if one.holds(day)), None)
            if pause is None:
                return self._worked(day)
            if pause.last is None:
                return None
            day = pause.last + timedelta(days=1)
        return None

    def _days(self, after: date) -> Iterator[date]:
        """Yield the days after one, each once: two that are moved to the same working day are one."""
        horizon = max(after, self.first) + HORIZON
        # What was due on the free days just before may have been moved beyond the day.
        for raw in self.rhythm.days(self.first, self._last_worked(after)):
            if raw > horizon or (self.last is not None and raw > self.last):
                return
            day = self._worked(raw)
            if day > after and self._counts(raw):
                yield day
                after = day

    def _counts(self, day: date) -> bool:
        in_season = self.season is None or self.season.holds(day)
        return in_season and not any(pause.holds(day) for pause in self.pauses)

    def _works(self, day: date) -> bool:
        return (not self.weekdays or day.weekday() in self.weekdays) and not self.holidays.holds(day)

    def _worked(self, day: date) -> date:
        return self._nearest(day, timedelta(days=1))

    def _last_worked(self, day: date) -> date:
        return self._nearest(day, timedelta(days=-1))

    def _nearest(self, day: date, step: timedelta) -> date:
        """Return the nearest day in one direction on which somebody works; the day itself where there is none."""
        days = (day + step * at for at in range(MOST_DAYS))
        return next((one for one in days if self._works(one)), day)


@dataclass(frozen=True, slots=True)
class Turn:
    """Where a fixed plan stands: what is due for an order today, and else the day on which its next order is made."""

    due: tuple[date, ...] = ()
    next_due: date | None = None
    make_on: date | None = None


def turn(schedule: Schedule, covered: date, today: date, lead: int) -> Turn:
    """Say what a plan asks for today, when everything up to the day ``covered`` has its order.

    What has come due goes into one order together. What is still to come gets its own, ``lead`` days before, but never
    before the day of the one before: so there is never more than one order of a plan whose day is still to come.
    """
    due = schedule.within(covered, today)
    if due:
        return Turn(tuple(due))
    coming = schedule.after(max(covered, today))
    if coming is None:
        return Turn()
    make_on = max(coming - timedelta(days=lead), covered)
    return Turn((coming,)) if make_on <= today else Turn((), coming, make_on)


def by_use(used: int, next_use: int, every_use: int) -> tuple[int, int]:
    """Return how often a meter has come due that stands at ``used``, and the figure at which it does so next.

    All in thousandths. The figures lie on a grid of the plan's own: late work moves none of them.
    """
    times = max((used - next_use) // every_use + 1, 0)
    return times, next_use + times * every_use


@dataclass(frozen=True, slots=True)
class Compliance:
    """How many occurrences were done in time, of those of which that can be said; an open one counts once its time is over.

    One that was missed in a standstill counts by its own day, although it shares its order; one whose work nobody had
    done when the next one joined its order was not kept.
    """

    kept: int
    counted: int

    @property
    def percent(self) -> int | None:
        """The share in whole percent; None where nothing can be said yet."""
        return self.kept * 100 // self.counted if self.counted else None

    def words(self) -> str:
        """Say it in a sentence."""
        if not self.counted:
            return "nothing has come due yet"
        return f"{self.kept} of {self.counted} done in time, {self.percent} %"


def in_time_until(due_on: date, tolerance: int, zone: ZoneInfo) -> datetime:
    """Return the moment until which an occurrence counts as done in time: the end of its day and ``tolerance`` days more."""
    return datetime.combine(due_on + timedelta(days=tolerance + 1), time(0), zone)
