"""Somebody is no longer here: what they had becomes free to take, and the supervisors hear what that is."""

from sqlalchemy import or_, select

import templates
from handlers import crew, moments, people
from handlers.happenings import NOTHING, Answer, PersonChanged
from handlers.work_order_cards import line, show_card
from handlers.work_order_steps import changed, locked, move, stop_timers
from orders.people import CHARGEHAND, Role
from orders.work_orders import OPEN, WorkOrderEvent, WorkOrderState
from storage import cards
from storage.cards import Place
from storage.tables import Person, WorkOrder, WorkOrderPerson
from storage.unit_of_work import Note, UnitOfWork, table

_PEOPLE, _ORDERS, _CREW = table(Person), table(WorkOrder), table(WorkOrderPerson)
_OPEN = or_(*(_ORDERS.c.state == state.value for state in sorted(OPEN)))


def changed_in_slack(uow: UnitOfWork, what: PersonChanged) -> Answer:
    """Take note of what happened to somebody's account in Slack."""
    if what.gone:
        gone(uow, what.by)
    return NOTHING


def gone(uow: UnitOfWork, slack_id: str) -> None:
    """Write down that somebody was switched off in Slack; they act no more, and nothing is brought to them."""
    person = uow.find(Person, slack_id=slack_id, active=True)
    if person is not None:
        uow.change(Person, person.id, active=False)
        uow.audit(Note(person.email, "switched off in Slack", before={"active": True}, after={"active": False}))


def left_behind(uow: UnitOfWork) -> list[int]:
    """Return the people who are no longer active and still have open jobs, or help with them."""
    has = select(_PEOPLE.c.id).join(_ORDERS, _ORDERS.c.responsible_id == _PEOPLE.c.id)
    helps = select(_PEOPLE.c.id).join(_CREW, _CREW.c.person_id == _PEOPLE.c.id)
    helps = helps.join(_ORDERS, _ORDERS.c.id == _CREW.c.work_order_id).where(_CREW.c.left_at.is_(None))
    return sorted(
        {
            int(number)
            for query in (has, helps)
            for number in uow.run(query.where(_PEOPLE.c.active.is_(False), _OPEN)).scalars()
        }
    )


def set_free(uow: UnitOfWork, person_id: int) -> None:
    """Free every open job of somebody who is no longer here, and tell the supervisors once, in one message."""
    person = uow.get(Person, person_id)
    if person.active:
        return
    actor, uow.actor = uow.actor, CHARGEHAND
    told = [_freed(uow, order_id, person) for order_id in _orders_of(uow, person_id)]
    made = templates.card(
        "answer", heading=f"{person.name} is no longer here: these are free", rows=told, foot="`take` or `assign` them"
    )
    for supervisor in people.having(uow, Role.SUPERVISOR):
        if told and supervisor.slack_id:
            place = Place(supervisor.slack_id, person_id=supervisor.id)
            cards.say(uow, person.email, place, {"text": made.text, "blocks": made.blocks})
    uow.actor = actor


def _orders_of(uow: UnitOfWork, person_id: int) -> list[int]:
    helped = select(_CREW.c.work_order_id).where(_CREW.c.person_id == person_id, _CREW.c.left_at.is_(None))
    theirs = select(_ORDERS.c.id).where(_OPEN, or_(_ORDERS.c.responsible_id == person_id, _ORDERS.c.id.in_(helped)))
    return sorted(int(number) for number in uow.run(theirs).scalars())


def _freed(uow: UnitOfWork, order_id: int, person: Person) -> str:
    order = locked(uow, order_id)
    stop_timers(uow, order, of=person.id)
    crew.left(uow, order, person.id)
    if order.responsible_id != person.id:
        show_card(uow, order_id)
        return f"{order.number}: {order.title}, helped there"
    event = WorkOrderEvent.UNSCHEDULE
    if order.state in {WorkOrderState.SCHEDULED, WorkOrderState.IN_PROGRESS}:
        move(uow, order, event, words=f"{person.name} is no longer here", responsible_id=None)
    else:
        uow.change(WorkOrder, order.id, responsible_id=None)
    changed(uow, order, "responsible", (person.id, None), f"{person.name} is no longer here")
    line(uow, order, "freed_by_leaver", leaver=person.name)
    show_card(uow, order_id)
    return f"{order.number}: {order.title}, due {moments.when(uow, order.due_at)}"
