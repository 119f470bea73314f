"""Purchase orders from the shortage on: a requisition and its draft, changing and dropping it, and what is sent."""

from collections.abc import Callable
from typing import Any

import templates
from handlers import approval_runs, people
from handlers.approval_plans import staff
from handlers.happenings import Answer, Click, Submission
from handlers.ids import Action, Callback, numbers
from handlers.order_authors import written_by
from handlers.order_cards import is_gathered, refresh_shortages, show_line, show_shortage
from handlers.order_changes import changed, form
from handlers.order_content import Dossier, Line, Share, change, locked, opened, order_named
from handlers.order_drafts import (
    Want,
    add_lines,
    best_offer,
    cost_centre_of,
    draft_for,
    draft_from,
    fitted,
    recounted,
)
from handlers.order_mail import compose, document_for, paper_for
from handlers.order_needs import order_of, put_on
from handlers.order_outcomes import check_supplier, it_went_out, outcome, send_again
from handlers.order_tokens import order_by_token, own_message, reply_token
from orders.amendments import AMENDABLE
from orders.errors import NotKnown, Outdated, Unlawful
from orders.purchase_orders import PURCHASE_ORDERS, OrderEvent, OrderState, check_own
from orders.requisitions import NeedState, Origin
from storage import numbering
from storage.tables import Part, PurchaseOrder, PurchaseOrderLine, Requisition, WorkOrder
from storage.unit_of_work import Note, UnitOfWork


def shortage(uow: UnitOfWork, *, work_order_id: int, part_id: int, quantity: int) -> int:
    """Write down that a part is short for a work order, and draft its order; returns the requisition's id.

    ``quantity`` is in thousandths of the part's unit. What is short of the same part again raises the same draft line.
    """
    part, work_order = uow.get(Part, part_id), uow.get(WorkOrder, work_order_id)
    known = staff(uow)
    offer = best_offer(uow, part, quantity)
    order_id = draft_for(uow, work_order_id, offer)
    if order_id is None:
        reason = f"{work_order.number}: {work_order.title}"
        order_id = draft_from(uow, offer, reason=reason, known=known)
    dossier = locked(uow, order_id)
    written_by(uow, dossier.order, uow.actor.person_id)
    mine = _same_need(dossier, work_order_id, part_id)
    if mine is not None:
        requisition_id = mine[1].requisition_id
        dossier = _raised(uow, dossier, *mine, quantity)
    else:
        requisition_id = _requisition(uow, part, work_order, quantity)
        want = Want(part_id, quantity, work_order_id, requisition_id, cost_centre_of(uow, work_order))
        dossier = add_lines(uow, dossier, [(want, part, offer)])
    requisition = uow.get(Requisition, requisition_id)
    _noted(uow, requisition, dossier, work_order.number, quantity)
    show_shortage(uow, requisition, dossier, known)
    return requisition_id


def _same_need(dossier: Dossier, work_order_id: int, part_id: int) -> tuple[Line, Share] | None:
    """Return the line, and what it stands for of this work order's need of the same part, if the draft has one."""
    for share in dossier.needs:
        line = dossier.line(share.line_id)
        if share.work_order_id == work_order_id and line is not None and line.part_id == part_id:
            return line, share
    return None


def _requisition(uow: UnitOfWork, part: Part, work_order: WorkOrder, quantity: int) -> int:
    return uow.add(
        Requisition,
        number=numbering.draw(uow, "requisition"),
        part_id=part.id,
        quantity=quantity,
        asked=quantity,
        needed_by=work_order.due_at.astimezone(uow.plant.zone).date(),
        origin=Origin.WORK_ORDER.value,
        work_order_id=work_order.id,
        cost_centre_id=cost_centre_of(uow, work_order),
        requested_by_id=uow.actor.person_id,
        state=NeedState.OPEN.value,
        created_at=uow.now,
    )


def _raised(uow: UnitOfWork, dossier: Dossier, line: Line, share: Share, more: int) -> Dossier:
    """Raise a need and its draft line by what is short in addition."""
    requisition = uow.get(Requisition, share.requisition_id)
    uow.change(Requisition, requisition.id, quantity=requisition.quantity + more, asked=requisition.asked + more)
    put_on(uow, line.id, requisition.id, share.quantity + more)
    now = fitted(uow, dossier, line, sum(each.quantity for each in dossier.shares(line.id)) + more)
    if now["quantity"] > line.quantity - (line.filled or 0):
        uow.change(PurchaseOrderLine, line.id, **now)
    return recounted(uow, dossier.order.id)


def _noted(uow: UnitOfWork, requisition: Requisition, dossier: Dossier, work_order: str, quantity: int) -> None:
    after = {"part": requisition.part_id, "quantity": requisition.quantity, "order": dossier.name}
    uow.audit(Note(requisition.number, "short", after={**after, "work_order": work_order, "short": quantity}))
    uow.audit(Note(dossier.name, "draft", after={"requisition": requisition.number, "total": dossier.order.total}))
    uow.audit(Note(work_order, "short", after={"requisition": requisition.number, "order": dossier.name}))


def order_behind(uow: UnitOfWork, requisition_id: int) -> int:
    """Return the id of the order that a requisition is on; raises ``NotKnown`` when it is on none any more."""
    number = order_of(uow, requisition_id)
    if number is None:
        raise NotKnown(kind="order for this request", written="", hint="`needs` shows what is still to be ordered.")
    return number


def edit(uow: UnitOfWork, click: Click) -> Answer:
    """Open the form that changes supplier, quantity, price, date and cost centre of one need."""
    (requisition_id,) = numbers(click.value, 1)
    dossier = opened(uow, order_behind(uow, requisition_id))
    check_changeable(uow, dossier)
    return Answer(modal=form(uow, dossier, requisition_id))


def edited(uow: UnitOfWork, what: Submission) -> Answer:
    """Write the changed values into the draft; an order that waited for approval becomes a draft again."""
    requisition_id, seen = _carried(what.private)
    dossier = locked(uow, order_behind(uow, requisition_id))
    check_changeable(uow, dossier)
    if seen not in {None, dossier.order.version}:
        when = f"{dossier.order.changed_at.astimezone(uow.plant.zone):%H:%M}"
        raise Outdated(when=when, where=f"`order {dossier.name}`")
    line = dossier.line_for(requisition_id)
    assert line is not None
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


def _carried(private: str) -> tuple[int, int | None]:
    """Return the need that a form is about, and the order's version that it showed; a form of an earlier release has none."""
    if private.count(":") == 1:
        return numbers(private, 1)[0], None
    requisition_id, version = numbers(private, 2)
    return requisition_id, version


def back_to_draft(uow: UnitOfWork, dossier: Dossier) -> Dossier:
    """Withdraw an order that waits for approval, so that it may be changed; a draft is returned as it is."""
    state = approval_runs.withdrawn(uow, dossier)
    if state is dossier.state:
        return dossier
    change(uow, dossier, state=state.value, content_hash="")
    return locked(uow, dossier.order.id)


def check_changeable(uow: UnitOfWork, dossier: Dossier) -> None:
    """Refuse whoever may not change this order, and an order that is past changing."""
    requester = dossier.order.requested_by_id
    check_own(uow.actor, requester, who=people.name(uow, requester))
    if dossier.state in PAST_CHANGING:
        raise Unlawful(why=PAST_CHANGING[dossier.state].format(name=dossier.name), subject=dossier.name)
    if dossier.state is not OrderState.DRAFT:
        PURCHASE_ORDERS.follow(dossier.state, OrderEvent.WITHDRAW, uow.actor, subject=dossier.name)


_LEAVING = "{name} is approved and about to leave. Its approver can undo that, or you change it once it was sent."
PAST_CHANGING = {
    **dict.fromkeys((OrderState.APPROVED, OrderState.SENDING), _LEAVING),
    **dict.fromkeys(sorted(AMENDABLE), "{name} is with the supplier. Write `change {name}` to send them a revision."),
}
"""What whoever would change an order as if it were a draft is told instead."""


def check_requester(uow: UnitOfWork, dossier: Dossier) -> None:
    """Refuse to request an order of other people's needs: it is its buyer's, and what it costs is not for everybody."""
    if is_gathered(dossier) or (dossier.needs and not dossier.work_orders()):
        requester = dossier.order.requested_by_id
        check_own(uow.actor, requester, who=people.name(uow, requester))


CLICKS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {
    Action.EDIT_ORDER: edit,
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
