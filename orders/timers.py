"""When a running timer is asked about: at the end of the person's shift, or after a set time, whichever comes first."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from orders.crew import ShiftHours
from orders.working_time import WorkingTime


def asked_at(base: datetime, shift: ShiftHours, calendar: WorkingTime, hours: tuple[ZoneInfo, timedelta]) -> datetime:
    """Return when to ask about a timer that was started, or asked about last, at ``base``.

    ``hours`` are the plant's zone and the longest time without a question.
    """
    zone, longest = hours
    day = shift.worked_at(base, calendar, zone)
    latest = base + longest
    return latest if day is None else min(shift.span(day, zone)[1], latest)
