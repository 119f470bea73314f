"""Who does a job: people ranked by what they can do, by their shift and by their load, and what speaks against each."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from orders.working_time import MOST_DAYS, WEEKDAYS, WorkingTime

UNESTIMATED = 60
"""As how many minutes of work a job counts for which nobody has said any."""
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ShiftHours:
    """When a shift works: from ``begins`` to ``ends`` by the plant's clock, on weekdays (0 is Monday) on which it begins."""

    name: str
    begins: time
    ends: time
    days: frozenset[int]
    holidays: bool = False

    def works(self, day: date, calendar: WorkingTime) -> bool:
        """Say whether the shift begins on a day."""
        return day.weekday() in self.days and (self.holidays or not calendar.holidays.holds(day))

    def span(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return from when to when the shift of a day works; what ends before it begins ends on the next day."""
        last = day + timedelta(days=self.over_midnight)
        return datetime.combine(day, self.begins, zone), datetime.combine(last, self.ends, zone)

    @property
    def over_midnight(self) -> bool:
        """Say whether it ends on the day after."""
        return self.ends <= self.begins

    def worked_at(self, moment: datetime, calendar: WorkingTime, zone: ZoneInfo) -> date | None:
        """Return the day on which the shift began that works at a moment; None when it does not work."""
        here = moment.astimezone(zone)
        for day in (here.date(), here.date() - timedelta(days=1)):
            begins, ends = self.span(day, zone)
            if self.works(day, calendar) and begins <= here < ends:
                return day
        return None

    def hours(self) -> str:
        """Say it: ``22:00 to 06:00``."""
        return f"{self.begins:%H:%M} to {self.ends:%H:%M}"


def shift_of(name: str, begins: str, ends: str, days: str, *, holidays: bool = False) -> ShiftHours:
    """Return the shift that is written down; raises ``ValueError`` for what is no time or no weekday."""
    named = frozenset(WEEKDAYS.index(day) for day in days.split("+") if day)
    return ShiftHours(name, time.fromisoformat(begins), time.fromisoformat(ends), named, holidays)


def usual_shift(calendar: WorkingTime) -> ShiftHours:
    """Return the hours of somebody whose shift nobody has said: the plant's own."""
    return ShiftHours("", calendar.begins, calendar.ends, calendar.days)


def turns_of(
    shift: ShiftHours, window: tuple[datetime, datetime], calendar: WorkingTime, zone: ZoneInfo
) -> dict[date, int]:
    """Return for each day on which the shift begins how many minutes of it lie between two moments."""
    start, end = (at.astimezone(zone) for at in window)
    found: dict[date, int] = {}
    day = start.date() - timedelta(days=1)
    for _ in range(MOST_DAYS):
        if day > end.date():
            break
        if shift.works(day, calendar):
            begins, ends = shift.span(day, zone)
            # Real minutes: in the night in which clocks change a shift is longer or shorter.
            lasts = min(ends, end).astimezone(UTC) - max(begins, start).astimezone(UTC)
            if lasts > timedelta(0):
                found[day] = lasts // MINUTE
        day += timedelta(days=1)
    return found


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be given to somebody: the skills that it asks for, until when, and how many minutes it takes."""

    skills: tuple[str, ...]
    due: datetime
    minutes: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could do it: trade, skills with the last day of their certificate, shift, absences, and minutes of open jobs."""

    person: int
    name: str
    trade: str = ""
    skills: Mapping[str, date | None] = field(default_factory=dict)
    shift: ShiftHours | None = None
    absences: tuple[tuple[date, date], ...] = ()
    busy: int = 0
    technician: bool = True
    """Whether it is their daily work; supervisors come behind those for whom it is."""

    def away(self, day: date) -> date | None:
        """Return the last day of an absence that holds on a day; None for somebody who is here."""
        return max((last for first, last in self.absences if first <= day <= last), default=None)


@dataclass(frozen=True, slots=True)
class Judged:
    """Somebody beside a job: what is missing or has run out by its day, whether they are there, minutes taken and on shift."""

    candidate: Candidate
    day: date
    missing: tuple[str, ...]
    expired: tuple[tuple[str, date], ...]
    away_until: date | None
    on_shift: bool
    busy: int
    free: int
    wanted: int

    @property
    def overloaded(self) -> bool:
        """Say whether this job does not fit beside the others until it is due."""
        return self.busy + self.wanted > self.free

    @property
    def rank(self) -> tuple[object, ...]:
        """Return what people are sorted by: skill first, then being there, then load."""
        share = (self.busy + self.wanted) / self.free if self.free else float("inf")
        lacking = len(self.missing) + len(self.expired)
        there = (self.away_until is not None, not self.on_shift, self.overloaded)
        return lacking, *there, not self.candidate.technician, share, self.candidate.name

    def why(self) -> str:
        """Say in a few words why: ``mechanic, on early shift, 3 h of 8``."""
        told = [f"no {skill}" for skill in self.missing]
        told += [f"{skill} only until {_day(day, self.day)}" for skill, day in self.expired]
        told += [self.candidate.trade] if self.candidate.trade and not told else []
        if self.away_until is not None:
            return ", ".join([*told, f"away until {_day(self.away_until, self.day)}"])
        name = self.candidate.shift.name if self.candidate.shift else ""
        told += [(f"on {_shift(name)}" if name else "there") if self.on_shift else "not on shift then"]
        if not self.free:
            return ", ".join(told)
        load = f"{hours(self.busy)} h of {hours(self.free)}"
        return ", ".join([*told, f"{load}: too much" if self.overloaded and self.busy else load])

    def skill_warnings(self) -> tuple[str, ...]:
        """Say in sentences what somebody cannot or may no longer do."""
        name = self.candidate.name
        missing = [f"{name} has no skill “{skill}”." for skill in self.missing]
        ended = [
            f"The certificate of {name} for {skill} holds only until {_day(day, self.day)}."
            for skill, day in self.expired
        ]
        return (*missing, *ended)

    def warnings(self) -> tuple[str, ...]:
        """Say in sentences what speaks against it."""
        name, told = self.candidate.name, list(self.skill_warnings())
        if self.away_until is not None:
            return (*told, f"{name} is away until {_day(self.away_until, self.day)}.")
        if not self.on_shift:
            told.append(f"{name} is not on shift when it is due, on {_day(self.day, self.day)}.")
        if self.overloaded and self.free:
            work = f"{hours(self.busy + self.wanted)} h of work in {hours(self.free)} h on shift"
            told.append(f"{name} would have {work} until it is due.")
        return tuple(told)


def judged(
    candidates: Iterable[Candidate], job: Job, now: datetime, calendar: WorkingTime, zone: ZoneInfo
) -> list[Judged]:
    """Return the people beside a job, the one who suits best first; a job past its due date counts until today's end."""
    tonight = datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time(0), zone)
    until = job.due if job.due > now else tonight
    day = until.astimezone(zone).date() if job.due > now else now.astimezone(zone).date()
    turns: dict[ShiftHours, dict[date, int]] = {}
    found = []
    for one in candidates:
        shift = one.shift or usual_shift(calendar)
        if shift not in turns:
            turns[shift] = turns_of(shift, (now, until), calendar, zone)
        found.append(_judge(one, job, shift, turns[shift], day=day))
    return sorted(found, key=lambda each: each.rank)


def _judge(one: Candidate, job: Job, shift: ShiftHours, turns: Mapping[date, int], *, day: date) -> Judged:
    missing, expired = lacking(job.skills, one, day)
    free = {on: minutes for on, minutes in turns.items() if one.away(on) is None}
    # Over midnight the shift of the evening before is still there in the morning.
    there = day in free or (shift.over_midnight and day - timedelta(days=1) in free)
    return Judged(one, day, missing, expired, one.away(day), there, one.busy, sum(free.values()), job.minutes)


def lacking(skills: Collection[str], one: Candidate, day: date) -> tuple[tuple[str, ...], tuple[tuple[str, date], ...]]:
    """Return which skills somebody has not, and which only by a certificate that has run out by a day."""
    known = {plain(skill): until for skill, until in one.skills.items()}
    if one.trade:
        known[plain(one.trade)] = None
    missing = tuple(skill for skill in skills if plain(skill) not in known)
    ended = [(skill, known.get(plain(skill))) for skill in skills]
    return missing, tuple((skill, until) for skill, until in ended if until is not None and until < day)


def skills_named(written: str) -> tuple[str, ...]:
    """Read the skills that a job asks for: ``welding + forklift``."""
    return tuple(dict.fromkeys(one for part in written.replace(",", "+").split("+") if (one := part.strip())))


def plain(name: str) -> str:
    """Return a skill's or a shift's name as names are compared."""
    return " ".join(name.casefold().split())


def hours(minutes: int) -> str:
    """Say minutes in hours: ``3`` or ``1.5``."""
    return f"{minutes / 60:.1f}".removesuffix(".0")


def _shift(name: str) -> str:
    return name if "shift" in name.lower() else f"{name} shift"


def _day(day: date, near: date) -> str:
    """Say a day, with its year where that is another."""
    return f"{day.day} {day:%b}" + ("" if day.year == near.year else f" {day.year}")
