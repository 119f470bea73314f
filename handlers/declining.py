"""Somebody cannot take a work order, or can no longer: with the reason, and whoever asked hears it and who else could."""

import templates
from handlers import crew, people, suiting
from handlers.happenings import NOTHING, Answer, Click, Submission
from handlers.ids import Action, Callback, value
from handlers.work_order_cards import line, show_card
from handlers.work_order_steps import Table, carried, changed, check_holder, move, stop_timers
from orders.people import Role
from orders.work_orders import WorkOrderEvent
from storage import cards
from storage.cards import Place
from storage.tables import Person, WorkOrder
from storage.unit_of_work import Note, UnitOfWork

PROPOSED = 3
"""How many others are named to whoever asked."""


def cannot_take(uow: UnitOfWork, what: Click) -> Answer:
    """Give a work order back; somebody who was asked by another says why first."""
    return decline(uow, carried(uow, what.value))


def decline(uow: UnitOfWork, order: WorkOrder, reason: str = "") -> Answer:
    """Give a locked work order back, or no longer help with it; without a reason a form asks whoever was asked."""
    if not crew.is_member(uow, order):
        check_holder(uow, order)
    if not reason and _asker(uow, order) is not None:
        return Answer(modal=templates.view("decline_form", carried=value(order.id), number=order.number))
    return _declined(uow, order, reason)


def declined(uow: UnitOfWork, what: Submission) -> Answer:
    """Give a work order back with the reason that was written."""
    order = carried(uow, what.private)
    if not crew.is_member(uow, order):
        check_holder(uow, order)
    if not what.field("reason"):
        return Answer(errors={"reason": "Write why; whoever asked you wants to know."})
    return _declined(uow, order, what.field("reason"))


def _asker(uow: UnitOfWork, order: WorkOrder) -> Person | None:
    """Return who asked the acting person onto a work order; None when they came by themselves."""
    row = crew.membership(uow, order, uow.actor.person_id)
    if row is None or row.asked_by_id in {None, uow.actor.person_id}:
        return None
    return uow.get(Person, row.asked_by_id)


def _declined(uow: UnitOfWork, order: WorkOrder, reason: str) -> Answer:
    asker, me = _asker(uow, order), uow.actor.person_id
    if order.responsible_id == me or me is None or crew.membership(uow, order, me) is None:
        _give_back(uow, order, reason)
    else:
        uow.audit(Note(order.number, "no longer helps", before={"person": me}, words=reason))
        line(uow, order, "helps_no_longer", reason=reason)
        crew.left(uow, order, me)
        stop_timers(uow, order, of=me)
    if asker is not None:
        _tell(uow, uow.get(WorkOrder, order.id), reason, asker)
    show_card(uow, order.id)
    return NOTHING


def _give_back(uow: UnitOfWork, order: WorkOrder, reason: str) -> None:
    move(uow, order, WorkOrderEvent.UNSCHEDULE, words=reason, responsible_id=None)
    changed(uow, order, "responsible", (order.responsible_id, None), reason)
    crew.left(uow, order, order.responsible_id)
    stop_timers(uow, order, of=order.responsible_id)
    line(uow, order, "given_back", reason=reason)


def _tell(uow: UnitOfWork, order: WorkOrder, reason: str, asker: Person) -> None:
    """Tell whoever asked why, and who else could do it; when they are gone, every supervisor."""
    heard = [asker] if asker.active and asker.slack_id else people.having(uow, Role.SUPERVISOR)
    best = [one for one in suiting.people_for(uow, order) if one.candidate.person != uow.actor.person_id][:PROPOSED]
    made = templates.card(
        "declined",
        who=uow.actor.name,
        number=order.number,
        title=order.title,
        reason=reason,
        free=order.responsible_id is None,
        others=[f"{one.candidate.name}: {one.why()}" for one in best],
        carried=value(order.id),
    )
    for person in heard:
        if person.slack_id and person.id != uow.actor.person_id:
            place = Place(person.slack_id, person_id=person.id)
            cards.say(uow, order.number, place, {"text": made.text, "blocks": made.blocks})


CLICKS: Table = {Action.CANNOT_TAKE: cannot_take}
SUBMISSIONS: Table = {Callback.DECLINE: declined}
