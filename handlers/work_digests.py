"""What people and channels are told when a shift begins: their day, what is late, what came and what waits; nothing where nothing is."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select

import templates
from handlers import open_work, people, questions, suiting
from handlers.happenings import Answer, Click
from handlers.ids import Action, numbers, value
from handlers.open_work import Job
from handlers.work_order_cards import content
from orders.crew import plain
from orders.errors import Unlawful
from orders.people import CHARGEHAND, Role, roles_named
from orders.plant import Digests
from orders.requests import UNDECIDED
from storage import cards
from storage.cards import Place
from storage.tables import DigestOff, Person, Request, WorkOrder, WorkOrderHold, WorkOrderPerson
from storage.unit_of_work import UnitOfWork, table

_ORDERS, _HOLDS, _HELPERS, _REQUESTS = table(WorkOrder), table(WorkOrderHold), table(WorkOrderPerson), table(Request)
DAY = "day"
"""The name of a person's own digest, as it is turned off."""
SUBJECT = "DIGEST"
SHOWN, ALL = 5, 3000
LATELY = timedelta(days=1)
DECIDES_FROM = 2
"""From how many questions on they are told together, too: a single one came by itself."""
Section = tuple[str, list[str], int]


def tell_people(uow: UnitOfWork) -> None:
    """Tell everybody whose shift begins about now what their day holds, unless they have turned it off."""
    slot = slot_now(uow)
    if slot is None or not uow.plant.digests.people:
        return
    shifts, off = suiting.shifts(uow), {row.person_id for row in uow.all(DigestOff, digest=DAY)}
    jobs, came = _jobs_by_person(uow), _came(uow)
    day = uow.now.astimezone(uow.plant.zone).date()
    away = suiting.absences(uow, day, day)
    for person in uow.all(Person, active=True):
        begins = shifts[plain(person.shift)].begins if plain(person.shift) in shifts else uow.plant.digests.at[0]
        if not person.slack_id or person.id in off or person.id in away or nearest(uow.plant.digests, begins) != slot:
            continue
        made = _for_person(uow, person, jobs.get(person.id, []), came)
        if made is not None:
            cards.say(uow, SUBJECT, Place(person.slack_id, person_id=person.id), content(made))


def tell_channels(uow: UnitOfWork) -> None:
    """Tell each channel for faults what is late, due today, nobody's and waiting in it; the first takes what belongs to none."""
    channels = uow.plant.channels.faults
    if slot_now(uow) is None or not uow.plant.digests.channels:
        return
    for number, channel in enumerate(channels):
        here = _ORDERS.c.channel == channel
        made = _for_channel(uow, here if number else here | _ORDERS.c.channel.not_in(channels), first=number == 0)
        if made is not None:
            cards.say(uow, SUBJECT, Place(channel, urgent=True), content(made))


def slot_now(uow: UnitOfWork) -> time | None:
    """Return the time of the digest that is to be told now, if there is one."""
    return uow.plant.digests.slot(uow.now.astimezone(uow.plant.zone), uow.plant.working)


def nearest(digests: Digests, begins: time) -> time:
    """Return the digest that is nearest to the beginning of a shift, over midnight, too."""

    def apart(one: time) -> int:
        minutes = abs((one.hour - begins.hour) * 60 + one.minute - begins.minute)
        return min(minutes, 24 * 60 - minutes)

    return min(digests.at, key=apart)


def _jobs_by_person(uow: UnitOfWork) -> dict[int, list[Job]]:
    """Return everybody's open jobs, their own and those in which they help."""
    jobs = open_work.listed(uow, open_work.IS_OPEN, _ORDERS.c.responsible_id.is_not(None), most=ALL)
    by_id = {job.id: job for job in jobs}
    found: dict[int, list[Job]] = defaultdict(list)
    for job in jobs:
        found[job.holder_id or 0].append(job)
    query = select(_HELPERS.c.person_id, _HELPERS.c.work_order_id).join(
        _ORDERS, _ORDERS.c.id == _HELPERS.c.work_order_id
    )
    for row in uow.run(query.where(open_work.IS_OPEN, _HELPERS.c.left_at.is_(None))).all():
        helped = by_id.get(row.work_order_id)
        if helped is not None and helped.holder_id != row.person_id:
            found[row.person_id].append(helped)
    return found


def _came(uow: UnitOfWork) -> set[int]:
    """Return the open work orders whose parts have come since yesterday."""
    reasons = sorted(reason.value for reason in open_work.FOR_PARTS)
    query = select(_HOLDS.c.work_order_id).join(_ORDERS, _ORDERS.c.id == _HOLDS.c.work_order_id)
    lately = (_HOLDS.c.released_at > uow.now - LATELY, _HOLDS.c.reason.in_(reasons))
    return set(uow.run(query.where(open_work.IS_OPEN, *lately)).scalars())


def _for_person(uow: UnitOfWork, person: Any, jobs: Sequence[Job], came: set[int]) -> Any:
    """Return somebody's digest; None when it would be empty."""
    sections = [*_day(uow, jobs, came), *_decisions(uow, person)]
    return _card(sections, "Your day", off=value(0)) if sections else None


def _day(uow: UnitOfWork, jobs: Sequence[Job], came: set[int]) -> Iterator[Section]:
    midnight = _midnight(uow)
    kinds: tuple[tuple[str, Callable[[Job], bool]], ...] = (
        ("Overdue", lambda job: job.due_at < uow.now and not job.waits_for_parts),
        ("Parts have come", lambda job: job.id in came and not job.reasons),
        ("Waiting", lambda job: bool(job.reasons)),
        ("Today", lambda job: job.due_at < midnight or job.phase in {"running", "paused"}),
    )
    told: set[int] = set()
    for name, holds in kinds:
        rows = [job for job in jobs if job.id not in told and holds(job)]
        told |= {job.id for job in rows}
        yield from _section(uow, name, rows, len(rows))


def _section(uow: UnitOfWork, name: str, jobs: Sequence[Job], count: int) -> Iterator[Section]:
    if jobs:
        shown = [open_work.line(uow, job) for job in jobs[:SHOWN]]
        yield f"{name}: {count}", shown, count - len(shown)


def _decisions(uow: UnitOfWork, person: Any) -> Iterator[Section]:
    """Return the questions that wait for somebody, when there are several, and what is to be counted, read or closed."""
    if not roles_named(person.roles) - {Role.OPERATOR, Role.TECHNICIAN}:
        return
    uow.actor = people.actor(person)
    rows = questions.waiting_rows(uow)
    uow.actor = CHARGEHAND
    if len(rows) >= DECIDES_FROM:
        yield f"Waiting for you: {len(rows)}", rows[:SHOWN], max(len(rows) - SHOWN, 0)


def _for_channel(uow: UnitOfWork, here: Any, *, first: bool) -> Any:
    """Return a team's digest; None when it would be empty."""
    late, midnight = _ORDERS.c.due_at < uow.now, _midnight(uow)
    held = open_work.WAITS_FOR_PARTS
    kinds = (
        ("Overdue", open_work.IS_OPEN & late & ~held),
        ("Nobody has", open_work.NOBODYS & ~late & ~held),
        (
            "Due today",
            open_work.IS_OPEN & ~late & ~held & (_ORDERS.c.due_at < midnight) & _ORDERS.c.responsible_id.is_not(None),
        ),
        ("Waiting for parts", held),
    )
    sections: list[Section] = []
    for name, condition in kinds:
        jobs = open_work.listed(uow, here, condition, most=SHOWN)
        count = open_work.count(uow, here, condition) if len(jobs) == SHOWN else len(jobs)
        sections += _section(uow, name, jobs, count)
    asked = uow.count(Request, _REQUESTS.c.state.in_([state.value for state in UNDECIDED])) if first else 0
    if asked:
        sections.append((f"To decide: {asked}", ["What was reported and nobody has decided yet: `requests`"], 0))
    return _card(sections, "The team's day") if sections else None


def _midnight(uow: UnitOfWork) -> datetime:
    here = uow.now.astimezone(uow.plant.zone)
    return datetime.combine(here.date() + timedelta(days=1), time(0), here.tzinfo)


def _card(sections: Sequence[Section], heading: str, off: str = "") -> Any:
    summary = ", ".join(name[0].lower() + name[1:] for name, _, _ in sections)
    foot = (
        "Told once a shift · `digest` shows it again, `digest off` turns it off"
        if off
        else "Told once a shift · ask `what is overdue?`"
    )
    return templates.card("digest", heading=heading, summary=summary, sections=list(sections), off=off, foot=foot)


def typed(uow: UnitOfWork, rest: str) -> Answer:
    """Take ``digest``, ``digest off`` and ``digest on``; raises ``Unlawful`` for anything else."""
    word = rest.strip().lower().rstrip(".!")
    if word in {"off", "aus"}:
        return _switched(uow, on=False)
    if word in {"on", "an", "ein"}:
        return _switched(uow, on=True)
    if word:
        raise Unlawful(why="Write `digest` to see it, `digest off` or `digest on`.")
    person = uow.get(Person, uow.actor.person_id)
    actor = uow.actor
    made = _for_person(uow, person, _jobs_by_person(uow).get(person.id, []), _came(uow))
    uow.actor = actor
    return (
        Answer(private=made.text, blocks=made.blocks)
        if made is not None
        else Answer(private="Nothing is before you today.")
    )


def switch(uow: UnitOfWork, what: Click) -> Answer:
    """Turn one's own digest off (the button carries 0) or on (1)."""
    (on,) = numbers(what.value, 1)
    return _switched(uow, on=bool(on))


def is_on(uow: UnitOfWork) -> bool:
    """Say whether the acting person gets a digest of their own."""
    return uow.plant.digests.people and uow.find(DigestOff, person_id=uow.actor.person_id, digest=DAY) is None


def _switched(uow: UnitOfWork, *, on: bool) -> Answer:
    if on:
        uow.run(table(DigestOff).delete().where(table(DigestOff).c.person_id == uow.actor.person_id))
        return Answer(private="You get the message about your day again.")
    if is_on(uow):
        uow.add(DigestOff, person_id=uow.actor.person_id, digest=DAY)
    return Answer(private="You get no message about your day any more. `digest on` brings it back.")


CLICKS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {Action.DIGEST_SWITCH: switch}
