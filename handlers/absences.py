"""Being away: from when to when, who decides meanwhile, and coming back; open questions move with it at once."""

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import templates
from handlers import approval_times, finding, people, suiting
from handlers.happenings import Answer, Click, Submission
from handlers.ids import Action, Callback
from handlers.order_content import today
from handlers.typed_days import day_named
from orders.absences import MOST_STAND_INS
from orders.errors import NotYours, Unlawful
from orders.people import Role, roles_named
from storage import cards
from storage.cards import Place
from storage.tables import Absence, Person
from storage.unit_of_work import Note, UnitOfWork

MAY_STAND_IN = (Role.APPROVER, Role.FINANCE, Role.SUPERVISOR, Role.BUYER, Role.ADMIN)
"""Who may decide for a colleague; what they asked for themselves stays out of their reach all the same."""
LONGEST = timedelta(days=366)
_FOR = re.compile(r"(?:for|für)\s+(?P<who><@\w+(?:\|[^>]*)?>|@\S+)\s*(?P<rest>.*)", re.IGNORECASE)
_SPAN = re.compile(
    r"(?:from\s+|ab\s+|von\s+)?(?:(?P<first>.+?)\s+)?(?:until|till|to|bis|-)\s+(?P<last>.+)", re.IGNORECASE
)


def away(uow: UnitOfWork, click: Click) -> Answer:  # noqa: ARG001  # every handler is called alike
    """Open the form that asks from when to when, and who decides meanwhile."""
    return Answer(modal=form(uow))


def form(uow: UnitOfWork) -> dict[str, Any]:
    """Return the form, with today as the first day and what is planned already in a sentence."""
    return templates.view("away_form", first=today(uow), planned=_said(uow, _planned(uow)))


def planned(uow: UnitOfWork, what: Submission) -> Answer:
    """Write an absence down as the form says."""
    wrong: dict[str, str] = {}
    days = {name: _day(what.field(name)) for name in ("first", "last")}
    for name, found in days.items():
        if found is None:
            wrong[name] = "Choose a day"
    chosen = what.field("stand_in")
    stand_in = uow.find(Person, slack_id=chosen) if chosen else None
    if chosen and stand_in is None:
        wrong["stand_in"] = "I do not know this colleague yet; choose another"
    if wrong or days["first"] is None or days["last"] is None:
        return Answer(errors=wrong)
    try:
        return _written(uow, days["first"], days["last"], stand_in)
    except Unlawful as unlawful:
        return Answer(errors={"stand_in" if "colleague" in str(unlawful) else "last": str(unlawful).rstrip(".")})


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def typed(uow: UnitOfWork, rest: str) -> Answer:
    """Take ``until fri @Ines`` or ``24 Dec to 6 Jan @Ines``; nothing behind the word opens the form."""
    if not rest.strip():
        return Answer(modal=form(uow))
    ours = _FOR.fullmatch(rest.strip())
    whose = _absent(uow, ours["who"]) if ours else uow.actor.person_id
    stand_in, days = finding.addressed(uow, ours["rest"] if ours else rest)
    span = _SPAN.fullmatch(days)
    if span is None:
        raise Unlawful(why="Write `away until fri @colleague`, or `away 24 Dec to 6 Jan @colleague`.")
    first = day_named(span["first"], today(uow)) if span["first"] else today(uow)
    return _written(uow, first, day_named(span["last"], first), stand_in, whose=whose)


def _absent(uow: UnitOfWork, written: str) -> int:
    """Return the id of a colleague whose absence a supervisor writes down, for instance of somebody who is ill."""
    person = finding.person(uow, written)
    if not uow.actor.has(Role.SUPERVISOR, Role.ADMIN):
        who = people.names(uow, Role.SUPERVISOR)
        raise NotYours(
            roles="supervisors and administrators", what="write down who is away", who=f"Ask {who}." if who else ""
        )
    return person.id


def back_typed(uow: UnitOfWork, rest: str) -> Answer | None:
    """Take ``back``, or ``back for @Luis`` by which a supervisor says that a colleague is here again; None for other words."""
    ours = _FOR.fullmatch(rest.strip())
    if rest.strip() and (ours is None or ours["rest"]):
        return None
    return back(uow, _absent(uow, ours["who"]) if ours else None)


def back(uow: UnitOfWork, whose: int | None = None) -> Answer:
    """End the absences of a person, or the actor's own, that are planned or last; their questions come back."""
    whose = whose or uow.actor.person_id
    ended = _planned(uow, whose)
    for absence in ended:
        uow.change(Absence, absence.id, state="ended")
        uow.audit(Note(f"PERSON-{whose}", "back", before=_told(uow, absence)))
    _move_questions(uow)
    who = people.name(uow, whose) if whose != uow.actor.person_id else ""
    return Answer(private=templates.words("away_said", what="welcome_back" if ended else "not_away", who=who))


def is_back(uow: UnitOfWork, click: Click) -> Answer:  # noqa: ARG001  # every handler is called alike
    """End the actor's absence from a button."""
    return back(uow)


def _written(uow: UnitOfWork, first: date, last: date, stand_in: Person | None, *, whose: int | None = None) -> Answer:
    """Write an absence down instead of those planned before, hand over what is open, and name the jobs due meanwhile."""
    whose = whose or uow.actor.person_id
    if last < max(first, today(uow)):
        raise Unlawful(why="The last day is before the first, or past already.")
    if last - first > LONGEST:
        raise Unlawful(why="That is longer than a year; ask the administrator to name somebody else in the rules.")
    if stand_in is not None:
        _check_stand_in(uow, stand_in, whose, (first, last))
    for absence in _planned(uow, whose):
        if absence.first <= last and first <= absence.last:
            uow.change(Absence, absence.id, state="ended")
    absence_id = uow.add(
        Absence,
        person_id=whose,
        stand_in_id=stand_in.id if stand_in is not None else None,
        first=first,
        last=last,
        state="planned",
        made_by_id=uow.actor.person_id,
        made_at=uow.now,
    )
    absence = uow.get(Absence, absence_id)
    uow.audit(Note(f"PERSON-{whose}", "away", after=_told(uow, absence)))
    _move_questions(uow)
    jobs = suiting.jobs_due(uow, whose, last)
    _tell_supervisors(uow, absence, jobs)
    return Answer(private=_said(uow, [absence], jobs))


def _tell_supervisors(uow: UnitOfWork, absence: Absence, jobs: list[str]) -> None:
    """Name the jobs that come due while somebody is away to those who plan the work, unless one of them wrote it down."""
    if not jobs or uow.actor.has(Role.SUPERVISOR):
        return
    text = _said(uow, [absence], jobs, heard=True)
    for supervisor in people.having(uow, Role.SUPERVISOR):
        if supervisor.slack_id and supervisor.id != absence.person_id:
            cards.say(
                uow, f"PERSON-{absence.person_id}", Place(supervisor.slack_id, person_id=supervisor.id), {"text": text}
            )


def _check_stand_in(uow: UnitOfWork, stand_in: Person, whose: int | None, span: tuple[date, date]) -> None:
    """Refuse somebody who cannot decide: oneself, a stranger to deciding, or a circle of people who are all away."""
    first, last = span
    if stand_in.id == whose:
        raise Unlawful(why="You cannot stand in for yourself; choose a colleague.")
    if not stand_in.active or roles_named(stand_in.roles).isdisjoint(MAY_STAND_IN):
        raise Unlawful(why=f"Your colleague {stand_in.name} decides on no orders, so choose somebody else.")
    seen: set[int | None] = {whose}
    at: int | None = stand_in.id
    for _ in range(MOST_STAND_INS + 1):
        if at in seen:
            raise Unlawful(why=f"Your colleague {stand_in.name} hands on to you in those days; choose somebody else.")
        seen.add(at)
        next_up = [
            each.stand_in_id
            for each in uow.all(Absence, person_id=at, state="planned")
            if each.first <= last and first <= each.last
        ]
        if not next_up or next_up[-1] is None:
            return
        at = next_up[-1]
    raise Unlawful(why=f"Your colleague {stand_in.name} is away too, and so on; choose somebody who is here.")


def _planned(uow: UnitOfWork, whose: int | None = None) -> list[Absence]:
    """Return a person's absences, or the actor's own, that are not over, the next one first."""
    day = today(uow)
    found = uow.all(Absence, person_id=whose or uow.actor.person_id, state="planned")
    return sorted((each for each in found if each.last >= day), key=lambda each: each.first)


def said(uow: UnitOfWork) -> str:
    """Say what absence of the actor is planned next or lasts; nothing when none is."""
    return _said(uow, _planned(uow))


def _move_questions(uow: UnitOfWork) -> None:
    for order_id in approval_times.open_orders(uow):
        approval_times.rerouted(uow, order_id)


def _told(uow: UnitOfWork, absence: Absence) -> dict[str, object]:
    stand_in = people.name(uow, absence.stand_in_id) if absence.stand_in_id is not None else None
    return {"first": absence.first.isoformat(), "last": absence.last.isoformat(), "stand in": stand_in}


def _said(uow: UnitOfWork, absences: list[Absence], jobs: Sequence[str] = (), *, heard: bool = False) -> str:
    """Say what is planned next, with the jobs that are due until then; nothing when nothing is.

    ``heard`` says it to somebody else than the actor.
    """
    if not absences:
        return ""
    absence = absences[0]
    name = people.name(uow, absence.stand_in_id) if absence.stand_in_id is not None else ""
    days = {"first": absence.first, "last": absence.last, "stand_in": name}
    who = people.name(uow, absence.person_id) if heard or absence.person_id != uow.actor.person_id else ""
    return templates.words("away_said", what="planned", **days, who=who, jobs=list(jobs))


CLICKS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {Action.AWAY: away, Action.BACK: is_back}
SUBMISSIONS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {Callback.AWAY: planned}
