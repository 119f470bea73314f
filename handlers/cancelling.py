"""Cancelling an order: at once while nobody outside knows of it, with the supplier's word once it was sent."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import templates
from handlers import approval_runs, order_invoices, people
from handlers.approval_plans import Staff, staff
from handlers.budget_bookings import free_leftover
from handlers.happenings import NOTHING, Answer, Click, Sent, Submission
from handlers.ids import Action, Callback, numbers, value
from handlers.order_cards import buyer_place, content_of, refresh_shortages, show_line
from handlers.order_content import Dossier, change, locked, opened, order_named
from handlers.order_mail import subject_of
from handlers.order_needs import move_all, take_off
from handlers.order_notices import settle, tell_requester
from handlers.order_releases import stop_mail
from handlers.order_revisions import check_none_waits
from handlers.order_tokens import message_id, reply_token
from handlers.plain_letters import PlainLetter
from handlers.plain_letters import queue as queue_letter
from orders.errors import AlreadyDone, NotYours, Unlawful
from orders.order_endings import CANCEL_WAYS, Came, CancelWay, check_cancel
from orders.people import Actor, Role
from orders.purchase_orders import PURCHASE_ORDERS, OrderEvent, OrderState, check_own
from orders.receiving import ReceiptDocState
from orders.requisitions import NeedEvent
from orders.work_orders import check_reason
from storage import agreements, cards
from storage.tables import Outgoing, Receipt
from storage.unit_of_work import Note, UnitOfWork

PURPOSE = "order_cancellation"


def came(uow: UnitOfWork, dossier: Dossier) -> Came:
    """Return whether something of an order was taken in, or waits to be counted."""
    announced = uow.find(Receipt, order_id=dossier.order.id, state=ReceiptDocState.PROPOSED.value) is not None
    return Came(any(line.received for line in dossier.lines), announced)


def cancel(uow: UnitOfWork, click: Click) -> Answer:
    """Open the form that asks why, and for the number of an order that the supplier has."""
    return Answer(modal=_form(uow, opened(uow, *numbers(click.value, 1)), "cancel"))


def anyway(uow: UnitOfWork, click: Click) -> Answer:
    """Open the form that ends an order without the supplier's word."""
    dossier = opened(uow, *numbers(click.value, 1))
    _check_asked(dossier)
    return Answer(modal=_form(uow, dossier, "anyway"))


def _form(uow: UnitOfWork, dossier: Dossier, kind: str) -> dict[str, Any]:
    way = _check(uow, dossier)
    return templates.view(
        "end_order_form",
        kind=kind,
        carried=value(dossier.order.id, int(kind == "anyway")),
        number=dossier.name,
        supplier=dossier.supplier_name,
        typed=kind == "anyway" or way is CancelWay.ASK_SUPPLIER,
        asks=kind == "cancel" and way is CancelWay.ASK_SUPPLIER,
    )


def cancelled(uow: UnitOfWork, what: Submission) -> Answer:
    """Take what the form says: the reason, and the order's number where it cannot be taken back."""
    order_id, forced = numbers(what.private, 2)
    dossier = locked(uow, order_id)
    wrong = {} if what.field("reason") else {"reason": "Write why, in a few words."}
    if "number" in what.fields and what.field("number").upper() != dossier.name.upper():
        wrong["number"] = f"Write {dossier.name}, so that it is the right order."
    if wrong:
        return Answer(errors=wrong)
    return _forced(uow, dossier, what.field("reason")) if forced else _cancel(uow, dossier, what.field("reason"))


def cancel_named(uow: UnitOfWork, written: str, reason: str) -> Answer:
    """Take ``cancel PO-118 because we found one``; without a reason the form asks."""
    dossier = locked(uow, order_named(uow, written).id)
    return _cancel(uow, dossier, reason) if reason else Answer(modal=_form(uow, dossier, "cancel"))


def _check(uow: UnitOfWork, dossier: Dossier) -> CancelWay:
    """Return what cancelling takes; refuses whoever may not, and what has come already."""
    if dossier.state is OrderState.DRAFT:
        requester = dossier.order.requested_by_id
        check_own(uow.actor, requester, who=people.name(uow, requester))
    elif not uow.actor.has(Role.BUYER):
        raise NotYours(roles="buyers", what="cancel this", who=f"Ask {people.names(uow, Role.BUYER)}.")
    PURCHASE_ORDERS.follow(dossier.state, OrderEvent.CANCEL, uow.actor, subject=dossier.name)
    check_cancel(dossier.name, came(uow, dossier))
    order_invoices.check_cancel(uow, dossier)
    check_none_waits(uow, dossier)
    if dossier.is_agreement and dossier.state not in (OrderState.DRAFT, OrderState.PENDING_APPROVAL):
        raise Unlawful(why=f"{dossier.name} is an agreement. Hold or close it; what was ordered from it stays.")
    return CANCEL_WAYS[dossier.state]


def _cancel(uow: UnitOfWork, dossier: Dossier, reason: str) -> Answer:
    way, why = _check(uow, dossier), check_reason(reason, dossier.name)
    if way is CancelWay.ASK_SUPPLIER:
        return _ask_supplier(uow, dossier, why)
    if way is CancelWay.STOP_MAIL:
        stop_mail(uow, dossier, staff(uow), "The order was cancelled.")
    ended(uow, dossier, Ending(why, uow.actor))
    return Answer(private=templates.words("order_said", what="cancelled", number=dossier.name))


@dataclass(frozen=True, slots=True)
class Ending:
    """Why an order ends, by whom, and by which rule where no person of the plant said so now."""

    why: str
    actor: Actor
    rule: str = ""


def ended(uow: UnitOfWork, dossier: Dossier, ending: Ending) -> None:
    """End a locked order: its money is free, its needs are open again, and its number is never used for another."""
    target = PURCHASE_ORDERS.follow(dossier.state, OrderEvent.CANCEL, ending.actor, subject=dossier.name)
    approval_runs.void(uow, dossier, "cancelled")
    free_leftover(uow, dossier, "cancel")
    move_all(uow, dossier, NeedEvent.RELEASE)
    take_off(uow, dossier.needs)
    change(uow, dossier, state=target.value, ending=ending.why, cancel_asked_at=None)
    agreements.balance(uow, dossier.order.id)
    before, after = {"state": dossier.state}, {"state": target}
    uow.audit(Note(dossier.name, "cancel", before=before, after=after, words=ending.why, rule=ending.rule))
    known, now = staff(uow), opened(uow, dossier.order.id)
    settle(uow, now, "it was cancelled")
    show_line(uow, now, known)
    refresh_shortages(uow, dossier.reread(uow), known)
    tell_requester(uow, now, known, "cancelled", words=ending.why)


def _ask_supplier(uow: UnitOfWork, dossier: Dossier, why: str) -> Answer:
    """Ask the supplier to agree; until then the order stands, and what comes is taken in."""
    order, plant = dossier.order, uow.plant
    if order.cancel_asked_at is not None:
        when = f"{order.cancel_asked_at.astimezone(plant.zone):%d %b %H:%M}"
        raise AlreadyDone(what=f"The supplier was asked to cancel {dossier.name}", who="a buyer", when=when)
    text = templates.mail(PURPOSE, document=json.loads(order.document), reason=why)
    to = dossier.supplier.email_orders if dossier.supplier is not None else ""
    letter = PlainLetter(
        to, text, PURPOSE, subject_of(order.id), reply_token(plant, dossier.name),
        message_id(plant, order.id, order.revision), order.id,
    )  # fmt: skip
    queue_letter(uow, letter)
    change(uow, dossier, cancel_asked_at=uow.now, ending=why)
    uow.audit(Note(dossier.name, "ask to cancel", after={"to": to}, words=why))
    known, now = staff(uow), opened(uow, order.id)
    _show(uow, now, known, "asked")
    show_line(uow, now, known)
    return Answer(
        private=templates.words("order_said", what="cancel_asked", number=now.name, supplier=now.supplier_name)
    )


def _show(uow: UnitOfWork, dossier: Dossier, known: Staff, state: str, *, words: str = "") -> None:
    """Show the buyer how far the cancellation of a sent order has come."""
    place = buyer_place(uow, dossier, known)
    if place is None:
        return
    supplier = dossier.supplier
    card = templates.card(
        "order_ending",
        state=state,
        number=dossier.name,
        supplier=dossier.supplier_name,
        total=dossier.order.total,
        currency=dossier.order.currency,
        why=dossier.order.ending,
        words=words,
        sent_to=supplier.email_orders if supplier is not None else "",
        phone=supplier.phone if supplier is not None else "",
        by=uow.actor.name,
        value=value(dossier.order.id),
    )
    cards.show(uow, f"po:{dossier.order.id}:ending", dossier.name, place, content_of(card))


def _check_asked(dossier: Dossier) -> None:
    if dossier.order.cancel_asked_at is None:
        raise Unlawful(why=f"Nobody waits for the supplier's word about {dossier.name} any more.", subject=dossier.name)


def _forced(uow: UnitOfWork, dossier: Dossier, reason: str) -> Answer:
    """End an order without the supplier's written word, because a buyer answers for it."""
    _check_asked(dossier)
    _check(uow, dossier)
    ended(uow, dossier, Ending(check_reason(reason, dossier.name), uow.actor, "without the supplier's word"))
    _show(uow, opened(uow, dossier.order.id), staff(uow), "forced")
    return Answer(private=templates.words("order_said", what="cancelled", number=dossier.name))


def keep(uow: UnitOfWork, click: Click) -> Answer:
    """Let an order stand after all, for instance because the goods are on their way."""
    dossier = locked(uow, *numbers(click.value, 1))
    if not uow.actor.has(Role.BUYER):
        raise NotYours(roles="buyers", what="do this", who=f"Ask {people.names(uow, Role.BUYER)}.")
    _check_asked(dossier)
    stands(uow, dossier, "kept")
    return Answer(private=templates.words("order_said", what="kept", number=dossier.name))


def stands(uow: UnitOfWork, dossier: Dossier, state: str, *, words: str = "") -> None:
    """Drop a cancellation that is asked for: somebody ``kept`` the order, or a delivery has ``overtaken`` it."""
    if dossier.order.cancel_asked_at is None:
        return
    change(uow, dossier, cancel_asked_at=None, ending="")
    uow.audit(Note(dossier.name, state, before={"cancel_asked_at": str(dossier.order.cancel_asked_at)}, words=words))
    known, now = staff(uow), opened(uow, dossier.order.id)
    _show(uow, now, known, state, words=words)
    show_line(uow, now, known)


def answered(uow: UnitOfWork, dossier: Dossier, wrote: str) -> None:
    """Put before the buyer what the supplier writes about a cancellation that we asked for: a yes and a no use the same words."""
    uow.audit(Note(dossier.name, "answer about the cancellation", words=wrote))
    _show(uow, dossier, staff(uow), "answered", words=wrote)


def agree(uow: UnitOfWork, click: Click) -> Answer:
    """End an order because the buyer reads the supplier's mail as a yes."""
    dossier = locked(uow, *numbers(click.value, 1))
    _check_asked(dossier)
    _check(uow, dossier)
    ended(uow, dossier, Ending(dossier.order.ending, uow.actor, "the supplier agreed"))
    _show(uow, opened(uow, dossier.order.id), staff(uow), "agreed")
    return Answer(private=templates.words("order_said", what="cancelled", number=dossier.name))


def outcome(uow: UnitOfWork, told: Sent) -> Answer:
    """Tell the buyer when the mail that asks for a cancellation did not reach the supplier, or may not have."""
    body = json.loads(uow.get(Outgoing, told.row_id).body)
    dossier = locked(uow, int(body["order_id"]))
    refused = (told.facts.get("refused") or {}).get(body["to"][0])
    if dossier.order.cancel_asked_at is not None and (told.outcome in ("refused", "unknown") or refused):
        _show(uow, dossier, staff(uow), "unsent", words=str(refused or told.words))
    return NOTHING


CLICKS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {
    Action.CANCEL_ORDER: cancel,
    Action.CANCEL_ANYWAY: anyway,
    Action.KEEP_ORDER: keep,
    Action.CANCEL_AGREED: agree,
}
SUBMISSIONS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {Callback.CANCEL_ORDER: cancelled}
