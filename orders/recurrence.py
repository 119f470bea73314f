"""How often something comes due: every so many days, weeks, months or years in plain words, or by an RRULE of RFC 5545."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from dateutil.relativedelta import relativedelta
from dateutil.rrule import rrulestr

from orders.errors import RhythmUnclear


class Unit(StrEnum):
    """What an interval is counted in."""

    DAY = "day"
    """Days."""
    WEEK = "week"
    """Weeks."""
    MONTH = "month"
    """Months; a plan of the 31st comes due on the last day of a shorter month."""
    YEAR = "year"
    """Years."""


MOST = 999
"""The largest interval that is believed, in whichever unit."""
_WORDS = {
    "daily": (1, Unit.DAY), "weekly": (1, Unit.WEEK), "fortnightly": (2, Unit.WEEK), "biweekly": (2, Unit.WEEK),
    "monthly": (1, Unit.MONTH), "quarterly": (3, Unit.MONTH), "half-yearly": (6, Unit.MONTH),
    "yearly": (1, Unit.YEAR), "annually": (1, Unit.YEAR), "täglich": (1, Unit.DAY), "wöchentlich": (1, Unit.WEEK),
    "monatlich": (1, Unit.MONTH), "vierteljährlich": (3, Unit.MONTH), "halbjährlich": (6, Unit.MONTH), "jährlich": (1, Unit.YEAR),
}  # fmt: skip
"""Words that are a whole interval."""
_UNITS = {
    Unit.DAY: ("d", "day", "days", "tag", "tage", "tagen"),
    Unit.WEEK: ("w", "wk", "week", "weeks", "woche", "wochen"),
    Unit.MONTH: ("m", "mo", "month", "months", "monat", "monate", "monaten"),
    Unit.YEAR: ("y", "year", "years", "jahr", "jahre", "jahren"),
}
_DAYS = {
    "MO": ("monday", "mon", "montag"), "TU": ("tuesday", "tue", "dienstag"), "WE": ("wednesday", "wed", "mittwoch"),
    "TH": ("thursday", "thu", "donnerstag"), "FR": ("friday", "fri", "freitag"), "SA": ("saturday", "sat", "samstag"),
    "SU": ("sunday", "sun", "sonntag"),
}  # fmt: skip
_EVERY = re.compile(r"(?:every|each|alle|jede[nsr]?)?\s*(?:(?P<count>\d{1,6}|other|second)\.?\s*)?(?P<word>[a-zäöü-]+)")
_ONE = re.compile(r"(?:every|each|jede[nsr]?)\s+.*|\d.*|alle\s+\d.*")
_KNOWN = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS"})  # fmt: skip
_FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
_AHEAD = 7600
"""Years that a rule is worked out ahead of its time: the calendar repeats every 400 years, and since days end with the
year 9999, a rule that never comes due (the 30th of February) is found out soon and not after eight thousand years."""


@dataclass(frozen=True, slots=True)
class Every:
    """An interval: so many of a unit."""

    count: int
    unit: Unit

    def days(self, first: date, after: date) -> Iterator[date]:
        """Yield the days on which it comes due, counted from its first day, that lie after a day."""
        place = max(self._about(first, after), 0)
        while (day := self._place(first, place)) is not None:
            if day > after:
                yield day
            place += 1

    def again(self, done: date) -> Iterator[date]:
        """Yield the days on which it comes due once it was done on a day."""
        return self.days(done, done)

    def words(self) -> str:
        """Say it: ``every 3 months``."""
        return f"every {self.count} {self.unit}s" if self.count > 1 else f"every {self.unit}"

    def _about(self, first: date, after: date) -> int:
        """Return a place not beyond the first day that counts."""
        longest = {Unit.DAY: 1, Unit.WEEK: 7, Unit.MONTH: 31, Unit.YEAR: 366}[self.unit] * self.count
        return (after - first).days // longest

    def _place(self, first: date, place: int) -> date | None:
        many = place * self.count
        try:
            return first + relativedelta(**{f"{self.unit}s": many})  # type: ignore[arg-type]  # the names are the units
        except (ValueError, OverflowError):
            return None


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of RFC 5545 without its end, for instance ``FREQ=MONTHLY;BYDAY=1MO``."""

    text: str
    until: date | None = None

    def days(self, first: date, after: date) -> Iterator[date]:
        """Yield the days on which it comes due from its first day on that lie after a day."""
        begins = _moved(first, _AHEAD)
        rule = rrulestr(self.text, dtstart=begins)
        for moment in rule.xafter(_moved(max(after, first - timedelta(days=1)), _AHEAD)):
            day = _moved(moment.date(), -_AHEAD).date()
            if self.until is not None and day > self.until:
                return
            yield day

    def again(self, done: date) -> Iterator[date]:
        """Yield the days on which it comes due once it was done on a day."""
        return self.days(done, done)

    def words(self) -> str:
        """Say it as it was written."""
        return self.text + (f";UNTIL={self.until:%Y%m%d}" if self.until else "")


@dataclass(frozen=True, slots=True)
class Never:
    """No interval at all: what comes due by a meter alone."""

    def days(self, first: date, after: date) -> Iterator[date]:  # noqa: ARG002  # every rhythm is asked alike
        """Yield nothing."""
        return iter(())

    def again(self, done: date) -> Iterator[date]:  # noqa: ARG002  # every rhythm is asked alike
        """Yield nothing."""
        return iter(())

    def words(self) -> str:
        """Say nothing."""
        return ""


def _moved(day: date, years: int) -> datetime:
    return datetime(day.year + years, day.month, day.day)  # noqa: DTZ001  # days have no zone


Rhythm = Every | Rule | Never


def rhythm_named(written: str) -> Rhythm:
    """Read ``every 3 months``, ``weekly``, ``every monday`` or an RRULE; raises ``RhythmUnclear``."""
    text = " ".join(written.split()).removeprefix("RRULE:")
    if "=" in text:
        return _rule(text.upper())
    said = text.casefold()
    if said in _WORDS:
        return Every(*_WORDS[said])
    found = _EVERY.fullmatch(said) if _ONE.fullmatch(said) else None
    if found is None:
        raise RhythmUnclear(written=written)
    return _spoken(written, found["count"] or "1", found["word"])


def _spoken(written: str, count: str, word: str) -> Rhythm:
    many = 2 if count in {"other", "second"} else int(count)
    unit = next((unit for unit, words in _UNITS.items() if word in words), None)
    if unit is not None and 1 <= many <= MOST:
        return Every(many, unit)
    day = next((code for code, words in _DAYS.items() if word in words), None)
    if day is not None and 1 <= many <= MOST:
        return Rule(f"FREQ=WEEKLY;INTERVAL={many};BYDAY={day}" if many > 1 else f"FREQ=WEEKLY;BYDAY={day}")
    raise RhythmUnclear(written=written)


def _rule(text: str) -> Rule:
    pairs = [part.partition("=") for part in text.strip(";").split(";")]
    parts = {name: value for name, _, value in pairs}
    sound = len(parts) == len(pairs) and parts.keys() <= _KNOWN and parts.get("FREQ") in _FREQUENCIES
    if not sound or not all(_believable(parts.get(name, "1")) for name in ("INTERVAL", "COUNT")):
        raise RhythmUnclear(written=text)
    until = parts.pop("UNTIL", "")
    rule = Rule(";".join(f"{name}={value}" for name, value in parts.items()), _until(text, until) if until else None)
    try:
        next(rule.days(date(2026, 1, 1), date(2026, 1, 1)), None)
    except (ValueError, TypeError, OverflowError, IndexError, KeyError) as unreadable:
        raise RhythmUnclear(written=text) from unreadable
    return rule


def _believable(number: str) -> bool:
    return number.isdecimal() and 1 <= int(number) <= MOST


def _until(text: str, written: str) -> date:
    try:
        return date.fromisoformat(written[:8])
    except ValueError as unreadable:
        raise RhythmUnclear(written=text) from unreadable


@dataclass(frozen=True, slots=True)
class Season:
    """The part of each year in which something is done at all: from a day to a day, over New Year as well."""

    begins: tuple[int, int]
    ends: tuple[int, int]

    def holds(self, day: date) -> bool:
        """Say whether a day lies in the season."""
        here = (day.month, day.day)
        if self.begins <= self.ends:
            return self.begins <= here <= self.ends
        return here >= self.begins or here <= self.ends

    def next_begin(self, day: date) -> date:
        """Return the first day of the season on a day or after it."""
        this = date(day.year, *self.begins)
        return this if this >= day else date(day.year + 1, *self.begins)

    def words(self) -> str:
        """Say it: ``1 Apr to 31 Oct``."""
        first, last = date(2000, *self.begins), date(2000, *self.ends)
        return f"{first.day} {first:%b} to {last.day} {last:%b}"


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LAST = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_SPAN = re.compile(
    r"(?:(\d{1,2})\.?\s+)?([a-z]{3})[a-z]*\s*(?:-|to|until|\u2013)\s*(?:(\d{1,2})\.?\s+)?([a-z]{3})[a-z]*"
)


def season_named(written: str) -> Season | None:
    """Read ``Apr to Oct`` or ``15 Oct - 31 Mar``; None for nothing written; raises ``RhythmUnclear``."""
    if not written.strip():
        return None
    found = _SPAN.fullmatch(" ".join(written.casefold().split()))
    if found is None or found[2] not in _MONTHS or found[4] not in _MONTHS:
        raise RhythmUnclear(written=written)
    first, last = _MONTHS.index(found[2]), _MONTHS.index(found[4])
    begins, ends = int(found[1] or 1), int(found[3] or _LAST[last])
    # The 29th of February is no day of every year.
    if not (1 <= begins <= _LAST[first] and 1 <= ends <= _LAST[last]):
        raise RhythmUnclear(written=written)
    return Season((first + 1, begins), (last + 1, ends))
