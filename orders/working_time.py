"""The plant's one calendar: its working days, hours and holidays, by which waiting is measured and care comes due."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_DAYS = 400
"""Beyond this many days nothing is counted any more; whatever waits so long has waited too long anyway."""


LONGEST_HOLIDAY = timedelta(days=92)
"""A span of days beyond this is a mistake and no holiday."""
_HOLIDAY = re.compile(r"(?:(\d{4})-)?(\d{2})-(\d{2})")
_LEAP = 2000
"""A year that has every day."""


@dataclass(frozen=True, slots=True)
class Holidays:
    """Days on which the plant does not work: days of one year, and days (month, day) of every year."""

    days: frozenset[date] = frozenset()
    yearly: frozenset[tuple[int, int]] = frozenset()

    def holds(self, day: date) -> bool:
        """Say whether a day is a holiday."""
        return day in self.days or (day.month, day.day) in self.yearly


NO_HOLIDAYS = Holidays()


def holidays_named(written: Iterable[str]) -> Holidays:
    """Read ``2026-12-24``, ``2026-12-24 to 2027-01-01`` and ``12-25`` (every year); raises ``ValueError`` for others."""
    days: set[date] = set()
    yearly: set[tuple[int, int]] = set()
    for one in written:
        first, _, last = (part.strip() for part in one.partition(" to "))
        found = _HOLIDAY.fullmatch(first)
        if found is None:
            raise ValueError(one)
        if found[1] is None:
            day = date(_LEAP, int(found[2]), int(found[3]))
            yearly.add((day.month, day.day))
            if last:
                raise ValueError(one)
        else:
            days |= _span_of_days(date.fromisoformat(first), date.fromisoformat(last or first))
    return Holidays(frozenset(days), frozenset(yearly))


def _span_of_days(first: date, last: date) -> set[date]:
    if not first <= last <= first + LONGEST_HOLIDAY:
        raise ValueError(f"{first} to {last}")
    return {first + timedelta(days=at) for at in range((last - first).days + 1)}


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """The working days (0 is Monday) without holidays and, on each, the hours from ``begins`` to ``ends`` by the plant's clock."""

    days: frozenset[int] = frozenset(range(5))
    begins: time = time(7)
    ends: time = time(17)
    holidays: Holidays = NO_HOLIDAYS

    def works(self, day: date) -> bool:
        """Say whether the plant works on a day."""
        return day.weekday() in self.days and not self.holidays.holds(day)

    @property
    def day(self) -> timedelta:
        """How long a working day is."""
        return _span(self.begins, self.ends)

    def holds(self, at: datetime, zone: ZoneInfo) -> bool:
        """Say whether somebody may be disturbed at a moment."""
        here = at.astimezone(zone)
        return self.works(here.date()) and self.begins <= here.time() < self.ends

    def between(self, start: datetime, end: datetime, zone: ZoneInfo) -> timedelta:
        """Return how much working time lies between two moments; nothing when the clock was set back."""
        here, until = start.astimezone(zone), end.astimezone(zone)
        total = timedelta(0)
        for _ in range(MOST_DAYS):
            if here.date() > until.date():
                break
            if self.works(here.date()):
                total += self._of_day(here, until)
            here = datetime.combine(here.date() + timedelta(days=1), time(0), zone)
        return total

    def _of_day(self, here: datetime, until: datetime) -> timedelta:
        """Return the working time of one day from a moment on, at most up to another; measured in real hours."""
        begins = max(here, datetime.combine(here.date(), self.begins, here.tzinfo))
        ends = min(until, datetime.combine(here.date(), self.ends, here.tzinfo))
        return max(ends.astimezone(UTC) - begins.astimezone(UTC), timedelta(0))


def _span(begins: time, ends: time) -> timedelta:
    return timedelta(hours=ends.hour - begins.hour, minutes=ends.minute - begins.minute)
