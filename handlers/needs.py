"""How a need ends without being bought: not needed any more, turned down with a reason, or met from stock."""

from collections.abc import Callable
from typing import Any

import templates
from handlers import finding, need_cards, parts, people
from handlers.approval_plans import Staff, staff
from handlers.happenings import Answer, Click, Submission
from handlers.ids import Action, Callback, numbers, value
from handlers.order_cards import is_gathered, refresh_shortages, show_shortage
from handlers.order_content import Dossier, change, locked
from handlers.order_drafts import fitted, recounted
from handlers.order_needs import drop_line, move, no_longer_short, order_of, split_off, take_off
from handlers.order_notices import settle
from handlers.purchase_orders import back_to_draft, check_changeable
from orders.errors import NotKnown, NotYours, ReasonMissing, Unlawful
from orders.people import Role
from orders.purchase_orders import PURCHASE_ORDERS, OrderEvent, OrderState, check_own
from orders.requisitions import REQUISITIONS, NeedEvent, NeedState, Origin
from orders.stock import MovementKind
from orders.units import measured
from storage import stock
from storage.stock import Movement
from storage.tables import Part, PurchaseOrderLine, Requisition
from storage.unit_of_work import Note, UnitOfWork


def named(uow: UnitOfWork, written: str) -> Requisition:
    """Return the need with a typed number; raises ``NotKnown``."""
    found = finding.numbered(uow, Requisition, "requisition", written)
    if found is None or not written.strip().upper().startswith("PR"):
        raise NotKnown(kind="requisition", written=written.strip().upper(), hint="Type `needs` to see what is open.")
    return found


def not_needed(uow: UnitOfWork, click: Click) -> Answer:
    """Drop one's own need, or as a buyer anybody's, from wherever it stands."""
    (requisition_id,) = numbers(click.value, 1)
    need = uow.lock(Requisition, requisition_id)
    if need.state == NeedState.CANCELLED:
        return _said_dropped(need)
    check_own(uow.actor, need.requested_by_id, who=people.name(uow, need.requested_by_id))
    return _dropped(uow, need, NeedEvent.CANCEL, "")


def cancel_named(uow: UnitOfWork, written: str, reason: str) -> Answer:
    """Drop a need by its number: ``cancel PR-231 we found one``."""
    need = uow.lock(Requisition, named(uow, written).id)
    check_own(uow.actor, need.requested_by_id, who=people.name(uow, need.requested_by_id))
    return _dropped(uow, need, NeedEvent.CANCEL, reason)


def refuse(uow: UnitOfWork, click: Click) -> Answer:
    """Ask a buyer why a need is turned down, or whoever asked why it is not needed any more."""
    need = uow.get(Requisition, *numbers(click.value, 1))
    _check_refusable(uow, need)
    form = {"carried": value(need.id), "number": need.number, "what": need_cards.what(uow, need)}
    return Answer(modal=templates.view("refuse_need_form", **form))


def refused(uow: UnitOfWork, what: Submission) -> Answer:
    """Turn the need down with the reason of the form."""
    (requisition_id,) = numbers(what.private, 1)
    if not what.field("reason"):
        return Answer(errors={"reason": "Say why in a few words."})
    return _refused(uow, requisition_id, what.field("reason"))


def reject_named(uow: UnitOfWork, written: str, reason: str) -> Answer:
    """Turn a need down by its number: ``reject PR-231 use the spare``."""
    need = named(uow, written)
    if not reason.strip():
        raise ReasonMissing(subject=need.number)
    return _refused(uow, need.id, reason.strip())


def _refused(uow: UnitOfWork, requisition_id: int, reason: str) -> Answer:
    need = uow.lock(Requisition, requisition_id)
    return _dropped(uow, need, _check_refusable(uow, need), reason)


def _check_refusable(uow: UnitOfWork, need: Requisition) -> NeedEvent:
    """Return which event a no of the actor is: a buyer turns down, whoever asked does not need it any more."""
    own = need.requested_by_id is not None and need.requested_by_id == uow.actor.person_id
    event = NeedEvent.CANCEL if own else NeedEvent.REJECT
    if not own and not uow.actor.has(Role.BUYER):
        who = people.names(uow, Role.BUYER)
        raise NotYours(roles="buyers and whoever asked", what="turn a need down", who=f"Ask {who}." if who else "")
    REQUISITIONS.follow(NeedState(need.state), event, uow.actor, subject=need.number)
    return event


def _dropped(uow: UnitOfWork, need: Requisition, event: NeedEvent, reason: str) -> Answer:
    """End a locked need without buying it; a draft that only served it is cancelled."""
    REQUISITIONS.follow(NeedState(need.state), event, uow.actor, subject=need.number)
    order_id = order_of(uow, need.id)
    dossier = _withdrawn(uow, need, order_id) if order_id is not None else None
    move(uow, need.id, event, reason)
    after = {"state": uow.get(Requisition, need.id).state}
    uow.audit(Note(need.number, "not needed", before={"state": need.state}, after=after, words=reason))
    _show_ended(uow, need, dossier)
    if dossier is not None:
        take_out(uow, dossier, need.id, staff(uow))
    no_longer_short(uow, need, need.quantity, f"{need.number} is not needed any more.")
    need_cards.tell(uow, [need], "rejected" if event is NeedEvent.REJECT else "cancelled", words=reason)
    return _said_dropped(need)


def _said_dropped(need: Requisition) -> Answer:
    return Answer(private=templates.words("order_said", what="dropped", number=need.number))


def _withdrawn(uow: UnitOfWork, need: Requisition, order_id: int) -> Dossier:
    """Return the order of a need as a draft that may be changed; others' requests are not pulled back for one need."""
    dossier = locked(uow, order_id)
    mine = dossier.order.requested_by_id == uow.actor.person_id and not is_gathered(dossier)
    if mine or uow.actor.has(Role.BUYER, Role.SUPERVISOR, Role.SYSTEM):
        check_changeable(uow, dossier)
        return back_to_draft(uow, dossier)
    if dossier.state is not OrderState.DRAFT:
        who = people.name(uow, dossier.order.requested_by_id)
        raise Unlawful(why=f"{need.number} is on {dossier.name}, which waits for approval. Ask {who} to take it off.")
    return dossier


def _show_ended(uow: UnitOfWork, need: Requisition, dossier: Dossier | None) -> None:
    now = uow.get(Requisition, need.id)
    if dossier is not None:
        show_shortage(uow, now, dossier, staff(uow))
    else:
        need_cards.refresh(uow, now)


def take_out(uow: UnitOfWork, dossier: Dossier, requisition_id: int, known: Staff) -> None:
    """Take one need out of a draft: its lines shrink to what others need, and an empty draft is cancelled."""
    if all(share.requisition_id == requisition_id for share in dossier.needs) and _all_needed(dossier):
        target = PURCHASE_ORDERS.follow(dossier.state, OrderEvent.CANCEL, uow.actor, subject=dossier.name)
        change(uow, dossier, state=target.value)
        settle(uow, dossier, "it was dropped")
        uow.audit(Note(dossier.name, "cancel", before={"state": dossier.state}, after={"state": target}))
        return
    for line in dossier.lines:
        shares = dossier.shares(line.id)
        mine = [share for share in shares if share.requisition_id == requisition_id]
        if mine and len(mine) == len(shares):
            drop_line(uow, line.id)
        elif mine:
            take_off(uow, mine)
            left = sum(share.quantity for share in shares) - mine[0].quantity
            uow.change(PurchaseOrderLine, line.id, **fitted(uow, dossier, line, left))
    refresh_shortages(uow, recounted(uow, dossier.order.id), known)


def _all_needed(dossier: Dossier) -> bool:
    """Say whether every line stands for a need, so that nothing is left when the needs are gone."""
    return all(dossier.shares(line.id) for line in dossier.lines)


def from_stock(uow: UnitOfWork, click: Click) -> Answer:
    """Meet a need from stock, as far as what is free there reaches."""
    return _met(uow, *numbers(click.value, 1))


def from_stock_named(uow: UnitOfWork, written: str) -> Answer:
    """Meet a need from stock by its number."""
    return _met(uow, named(uow, written).id)


def _met(uow: UnitOfWork, requisition_id: int) -> Answer:
    need = uow.lock(Requisition, requisition_id)
    REQUISITIONS.follow(NeedState(need.state), NeedEvent.TAKE_FROM_STOCK, uow.actor, subject=need.number)
    if need.part_id is None:
        raise Unlawful(why=f"{need.number} is no part of the store. Put it on an order, or say that it is not needed.")
    part = uow.get(Part, need.part_id)
    free = stock.lock(uow, part.id, part.store).available
    if not free:
        raise Unlawful(why=f"No {part.name} is free in store. Count it in first, then take it from stock.")
    order_id = order_of(uow, need.id)
    dossier = _withdrawn(uow, need, order_id) if order_id is not None else None
    taken = min(free, need.quantity)
    if taken < need.quantity:
        return _met_in_part(uow, need, part, taken, dossier=dossier)
    move(uow, need.id, NeedEvent.TAKE_FROM_STOCK, "")
    _take(uow, need, part, taken)
    _show_ended(uow, need, dossier)
    if dossier is not None:
        take_out(uow, dossier, need.id, staff(uow))
    need_cards.tell(uow, [need], "from_stock")
    return Answer(private=f"{need.number}: {measured(taken, part.unit)} from stock; nothing is bought for it.")


def _met_in_part(uow: UnitOfWork, need: Requisition, part: Part, taken: int, *, dossier: Dossier | None) -> Answer:
    """Split off what stock can give; the rest is still to be bought."""
    number = split_off(uow, need, taken, NeedState.FROM_STOCK, why="Met from stock.")
    _take(uow, need, part, taken)
    if dossier is not None:
        _shrunk(uow, dossier, need.id, taken)
    need_cards.refresh(uow, uow.get(Requisition, need.id))
    left = measured(need.quantity - taken, part.unit)
    return Answer(private=f"{measured(taken, part.unit)} from stock ({number}); {left} of {need.number} still to buy.")


def _shrunk(uow: UnitOfWork, dossier: Dossier, requisition_id: int, less: int) -> None:
    line = dossier.line_for(requisition_id)
    assert line is not None
    shares = dossier.shares(line.id)
    mine = next(share for share in shares if share.requisition_id == requisition_id)
    take_off(uow, [mine], leaving=mine.quantity - less)
    left = sum(share.quantity for share in shares) - less
    uow.change(PurchaseOrderLine, line.id, **fitted(uow, dossier, line, left))
    refresh_shortages(uow, recounted(uow, dossier.order.id), staff(uow))


def _take(uow: UnitOfWork, need: Requisition, part: Part, quantity: int) -> None:
    """Give stock to where it is needed: kept for a work order, out to a person; a low stock that is none needs nothing."""
    uow.audit(Note(need.number, "from stock", after={"part": part.code, "quantity": quantity}))
    if need.work_order_id is not None:
        parts.arrived(uow, need.work_order_id, part.id, quantity)
    elif need.origin != Origin.REORDER_POINT:
        currency = part.currency or uow.plant.currency
        stock.move(uow, Movement(part.id, part.store, MovementKind.ISSUE, -quantity, part.price, currency))


CLICKS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {
    Action.NOT_NEEDED: not_needed,
    Action.REFUSE_NEED: refuse,
    Action.NEED_FROM_STOCK: from_stock,
}
SUBMISSIONS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {Callback.REFUSE_NEED: refused}
