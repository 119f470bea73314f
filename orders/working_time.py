"""When people at the plant can be expected to answer: the working days and hours by which waiting is measured."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_DAYS = 400
"""Beyond this many days nothing is counted any more; whatever waits so long has waited too long anyway."""


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """The working days (0 is Monday) and, on each, the hours from ``begins`` to ``ends`` by the plant's clock."""

    days: frozenset[int] = frozenset(range(5))
    begins: time = time(7)
    ends: time = time(17)

    @property
    def day(self) -> timedelta:
        """How long a working day is."""
        return _span(self.begins, self.ends)

    def holds(self, at: datetime, zone: ZoneInfo) -> bool:
        """Say whether somebody may be disturbed at a moment."""
        here = at.astimezone(zone)
        return here.weekday() in self.days and self.begins <= here.time() < self.ends

    def between(self, start: datetime, end: datetime, zone: ZoneInfo) -> timedelta:
        """Return how much working time lies between two moments; nothing when the clock was set back."""
        here, until = start.astimezone(zone), end.astimezone(zone)
        total = timedelta(0)
        for _ in range(MOST_DAYS):
            if here.date() > until.date():
                break
            if here.weekday() in self.days:
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
