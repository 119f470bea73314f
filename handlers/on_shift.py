"""Who is on shift: now, on a day or in one shift, with whoever is away; asked in plain words."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select

from handlers import moments, questions, suiting
from handlers.happenings import Answer
from handlers.order_content import today
from handlers.typed_days import day_named
from orders.crew import ShiftHours, plain
from orders.errors import Refusal, Unlawful
from orders.people import Role
from storage.tables import Person
from storage.unit_of_work import UnitOfWork, table

_PEOPLE = table(Person)
SHOWN = (*suiting.DOERS, Role.STOREKEEPER)
"""Whose names are asked for."""
NAMED = 12
AHEAD = 7
"""How many days ahead the next shift is looked for."""
_ASIDE = re.compile(
    r"\b(?:who|is|are|on|the|at|in|shift|shifts|now|right|of|wer|ist|hat|sind|schicht|im|der|die|am|jetzt|gerade)\b|[?!.]",
    re.IGNORECASE,
)
"""Words of the question that say nothing about when or which."""
_ASKS = re.compile(r"\b(?:shifts?|schicht|duty|dienst)\b", re.IGNORECASE)


def asks(word: str, rest: str) -> bool:
    """Say whether a sentence that begins with a word is about shifts: ``who`` alone may be about anything."""
    return plain(word) not in {"who", "wer"} or _ASKS.search(rest) is not None


def typed(uow: UnitOfWork, rest: str) -> Answer:
    """Answer ``who is on shift?``, ``shift tomorrow`` or ``shift night``; raises ``Unlawful`` for what is no shift and no day."""
    known = suiting.shifts(uow)
    if not known:
        raise Unlawful(why="I know no shifts yet. The administrator imports them: shifts.csv.")
    wanted = plain(_ASIDE.sub(" ", rest))
    if wanted in known:
        return _day(uow, [known[wanted]], today(uow), f"The {known[wanted].name} shift")
    if wanted:
        day = _day_of(uow, wanted, known)
        return _day(
            uow,
            [shift for shift in known.values() if shift.works(day, uow.plant.working)],
            day,
            f"On shift on {moments.short_day(day)}",
        )
    return _now(uow, list(known.values()))


def _day_of(uow: UnitOfWork, wanted: str, known: dict[str, ShiftHours]) -> date:
    try:
        return day_named(wanted, today(uow))
    except Refusal:
        names = ", ".join(shift.name for shift in known.values())
        raise Unlawful(why=f"“{wanted[:30]}” is no shift and no day. Shifts: {names}.") from None


def _now(uow: UnitOfWork, known: Sequence[ShiftHours]) -> Answer:
    on = [(shift, shift.worked_at(uow.now, uow.plant.working, uow.plant.zone)) for shift in known]
    rows = [_row(uow, shift, day) for shift, day in on if day is not None]
    following = min(_begins(uow, known), default=None, key=lambda found: found[0])
    foot = f"Next: {following[1].name}, {moments.when(uow, following[0])}" if following else ""
    return questions.answer("On shift now", rows or ["Nobody is on shift now."], foot)


def _begins(uow: UnitOfWork, known: Iterable[ShiftHours]) -> Iterable[tuple[datetime, ShiftHours]]:
    """Yield when each shift begins next."""
    for shift in known:
        for ahead in range(AHEAD):
            day = today(uow) + timedelta(days=ahead)
            begins = shift.span(day, uow.plant.zone)[0]
            if shift.works(day, uow.plant.working) and begins > uow.now:
                yield begins, shift
                break


def _day(uow: UnitOfWork, shifts: Sequence[ShiftHours], day: date, heading: str) -> Answer:
    rows = [_row(uow, shift, day) for shift in sorted(shifts, key=lambda shift: shift.begins)]
    holiday = " It is a holiday." if uow.plant.working.holidays.holds(day) else ""
    return questions.answer(heading, rows or [f"Nobody is on shift.{holiday}"])


def _row(uow: UnitOfWork, shift: ShiftHours, day: date) -> str:
    away = suiting.absences(uow, day, day)
    people = [row for row in _people(uow) if plain(row.shift) == plain(shift.name)]
    here = [f"{row.name} ({row.trade or row.roles.split('+')[0]})" for row in people if row.id not in away]
    gone = [
        f"{row.name} until {moments.short_day(max(last for _, last in away[row.id]))}"
        for row in people
        if row.id in away
    ]
    rest = [f"and {len(here) - NAMED} more"] if len(here) > NAMED else []
    named = ", ".join([*here[:NAMED], *rest]) or "nobody"
    return f"*{shift.name}*, {shift.hours()}: {named}" + (f" · away: {', '.join(gone[:NAMED])}" if gone else "")


def _people(uow: UnitOfWork) -> list[Any]:
    shown = or_(*(_PEOPLE.c.roles.contains(role.value) for role in SHOWN))
    columns = (_PEOPLE.c.id, _PEOPLE.c.name, _PEOPLE.c.trade, _PEOPLE.c.shift, _PEOPLE.c.roles)
    return list(uow.run(select(*columns).where(_PEOPLE.c.active, shown).order_by(_PEOPLE.c.name)).all())
