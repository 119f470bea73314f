"""Purchase orders from the shortage on: a requisition and its draft, changing and dropping it, and what is sent."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import delete, select

import templates
from handlers import approval_runs, people
from handlers.approval_plans import Staff, staff
from handlers.happenings import Answer, Click, Submission
from handlers.ids import Action, Callback, numbers
from handlers.order_authors import written_by
from handlers.order_cards import refresh_shortages, show_line, show_shortage
from handlers.order_changes import changed, form
from handlers.order_content import Dossier, Line, change, locked, opened, order_named
from handlers.order_drafts import (
    Offer,
    Want,
    add_lines,
    cost_centre_of,
    draft_for,
    new_draft,
    offer_for,
    quantity_to_order,
    recounted,
)
from handlers.order_mail import compose, document_for, paper_for
from handlers.order_needs import no_longer_short
from handlers.order_notices import settle
from handlers.order_outcomes import check_supplier, it_went_out, outcome, send_again
from handlers.order_tokens import order_by_token, own_message, reply_token
from orders.errors import NotKnown
from orders.money import QUANTITY_SCALE
from orders.purchase_orders import PURCHASE_ORDERS, OrderEvent, OrderState, check_own
from storage import numbering
from storage.tables import Part, PurchaseOrder, PurchaseOrderLine, Requisition, WorkOrder
from storage.unit_of_work import Note, UnitOfWork, table

_LINES = table(PurchaseOrderLine)


def shortage(uow: UnitOfWork, *, work_order_id: int, part_id: int, quantity: int) -> int:
    """Write down that a part is short for a work order, and draft its order; returns the requisition's id.

    ``quantity`` is in thousandths of the part's unit. What is short of the same part again raises the same draft line.
    """
    part, work_order = uow.get(Part, part_id), uow.get(WorkOrder, work_order_id)
    known = staff(uow)
    offer = offer_for(uow, part)
    order_id = draft_for(uow, work_order_id, offer)
    if order_id is None:
        reason = f"{work_order.number}: {work_order.title}"
        order_id = new_draft(uow, offer.supplier_id, offer.currency, reason=reason, known=known)
    dossier = locked(uow, order_id)
    written_by(uow, dossier.order, uow.actor.person_id)
    same = next(
        (line for line in dossier.lines if line.part_id == part_id and line.work_order_id == work_order_id), None
    )
    if same is not None and same.requisition_id is not None:
        requisition_id = same.requisition_id
        dossier = _raised(uow, dossier, same, part, quantity)
    else:
        requisition_id = _requisition(uow, part, work_order, quantity)
        want = Want(part_id, quantity, work_order_id, requisition_id, cost_centre_of(uow, work_order))
        dossier = add_lines(uow, dossier, [(want, part, offer)])
    requisition = uow.get(Requisition, requisition_id)
    _noted(uow, requisition, dossier, work_order.number, quantity)
    show_shortage(uow, requisition, dossier, known)
    return requisition_id


def _requisition(uow: UnitOfWork, part: Part, work_order: WorkOrder, quantity: int) -> int:
    return uow.add(
        Requisition,
        number=numbering.draw(uow, "requisition"),
        part_id=part.id,
        quantity=quantity,
        needed_by=work_order.due_at.astimezone(uow.plant.zone).date(),
        origin="work_order",
        work_order_id=work_order.id,
        requested_by_id=uow.actor.person_id,
        state="open",
        created_at=uow.now,
    )


def _raised(uow: UnitOfWork, dossier: Dossier, line: Line, part: Part, more: int) -> Dossier:
    """Raise a draft line by what is short in addition."""
    requisition = uow.get(Requisition, line.requisition_id)
    needed = requisition.quantity + more
    uow.change(Requisition, requisition.id, quantity=needed)
    offer = offer_for(uow, part, dossier.order.supplier_id)
    if offer.unit != line.unit:
        offer = Offer(offer.supplier_id, offer.currency, unit=line.unit, pack_size=line.pack_size or QUANTITY_SCALE)
    quantity = max(line.quantity, quantity_to_order(offer, part, needed))
    uow.change(PurchaseOrderLine, line.id, quantity=quantity)
    return recounted(uow, dossier.order.id)


def _noted(uow: UnitOfWork, requisition: Requisition, dossier: Dossier, work_order: str, quantity: int) -> None:
    after = {"part": requisition.part_id, "quantity": requisition.quantity, "order": dossier.name}
    uow.audit(Note(requisition.number, "short", after={**after, "work_order": work_order, "short": quantity}))
    uow.audit(Note(dossier.name, "draft", after={"requisition": requisition.number, "total": dossier.order.total}))
    uow.audit(Note(work_order, "short", after={"requisition": requisition.number, "order": dossier.name}))


def order_behind(uow: UnitOfWork, requisition_id: int) -> int:
    """Return the id of the order that a requisition is on; raises ``NotKnown`` when it is on none any more."""
    found = select(_LINES.c.order_id).where(_LINES.c.requisition_id == requisition_id).order_by(_LINES.c.id.desc())
    number = uow.run(found.limit(1)).scalar()
    if number is None:
        raise NotKnown(kind="order for this request", written="", hint="It was dropped; ask for the part again.")
    return int(number)


def edit(uow: UnitOfWork, click: Click) -> Answer:
    """Open the form that changes supplier, quantity, price, date and cost centre of one need."""
    (requisition_id,) = numbers(click.value, 1)
    dossier = opened(uow, order_behind(uow, requisition_id))
    _check_changeable(uow, dossier)
    return Answer(modal=form(uow, dossier, requisition_id))


def edited(uow: UnitOfWork, what: Submission) -> Answer:
    """Write the changed values into the draft; an order that waited for approval becomes a draft again."""
    (requisition_id,) = numbers(what.private, 1)
    dossier = locked(uow, order_behind(uow, requisition_id))
    _check_changeable(uow, dossier)
    line = next(each for each in dossier.lines if each.requisition_id == requisition_id)
    wrong, values = changed(uow, what, dossier, line)
    if wrong:
        return Answer(errors=wrong)
    was_pending = dossier.state is OrderState.PENDING_APPROVAL
    dossier = back_to_draft(uow, dossier)
    dossier = values.written(uow, dossier, line)
    known = staff(uow)
    refresh_shortages(uow, dossier, known)
    if was_pending:
        show_line(uow, dossier, known)
    return Answer(private=templates.words("order_said", what="changed", number=dossier.name, was_pending=was_pending))


def back_to_draft(uow: UnitOfWork, dossier: Dossier) -> Dossier:
    """Withdraw an order that waits for approval, so that it may be changed; a draft is returned as it is."""
    state = approval_runs.withdrawn(uow, dossier)
    if state is dossier.state:
        return dossier
    change(uow, dossier, state=state.value, content_hash="")
    return locked(uow, dossier.order.id)


def not_needed(uow: UnitOfWork, click: Click) -> Answer:
    """Drop one need from its draft; an order without lines is cancelled, and the work order no longer waits for it."""
    (requisition_id,) = numbers(click.value, 1)
    requisition = uow.lock(Requisition, requisition_id)
    if requisition.state == "cancelled":
        return Answer(private=_said_dropped(requisition))
    dossier = locked(uow, order_behind(uow, requisition_id))
    _check_changeable(uow, dossier)
    dossier = back_to_draft(uow, dossier)
    uow.change(Requisition, requisition_id, state="cancelled")
    uow.audit(Note(requisition.number, "not needed", before={"state": requisition.state}, after={"state": "cancelled"}))
    known = staff(uow)
    show_shortage(uow, uow.get(Requisition, requisition_id), dossier, known)
    _without(uow, dossier, requisition_id, known)
    no_longer_short(uow, requisition, requisition.quantity, f"{requisition.number} is not needed any more.")
    return Answer(private=_said_dropped(requisition))


def _said_dropped(requisition: Requisition) -> str:
    return templates.words("order_said", what="dropped", number=requisition.number)


def _without(uow: UnitOfWork, dossier: Dossier, requisition_id: int, known: Staff) -> None:
    """Take the lines of a need out of a draft, and cancel the draft when nothing is left on it."""
    if all(line.requisition_id == requisition_id for line in dossier.lines):
        target = PURCHASE_ORDERS.follow(dossier.state, OrderEvent.CANCEL, uow.actor, subject=dossier.name)
        change(uow, dossier, state=target.value)
        settle(uow, dossier, "it was dropped")
        uow.audit(Note(dossier.name, "cancel", before={"state": dossier.state}, after={"state": target}))
        return
    uow.run(delete(_LINES).where(_LINES.c.requisition_id == requisition_id))
    refresh_shortages(uow, recounted(uow, dossier.order.id), known)


def _check_changeable(uow: UnitOfWork, dossier: Dossier) -> None:
    requester = dossier.order.requested_by_id
    check_own(uow.actor, requester, who=people.name(uow, requester))
    if dossier.state is not OrderState.DRAFT:
        PURCHASE_ORDERS.follow(dossier.state, OrderEvent.WITHDRAW, uow.actor, subject=dossier.name)


CLICKS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {
    Action.EDIT_ORDER: edit,
    Action.NOT_NEEDED: not_needed,
    Action.CHECK_SUPPLIER: check_supplier,
    Action.SEND_AGAIN: send_again,
    Action.IT_WENT_OUT: it_went_out,
}
SUBMISSIONS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {Callback.EDIT_ORDER: edited}

__all__ = [
    "CLICKS",
    "SUBMISSIONS",
    "PurchaseOrder",
    "compose",
    "document_for",
    "order_behind",
    "order_by_token",
    "order_named",
    "outcome",
    "own_message",
    "paper_for",
    "reply_token",
    "shortage",
]
