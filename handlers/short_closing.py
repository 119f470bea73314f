"""Giving up the rest of an order with a reason, and taking an order up again when it comes after all."""

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

import templates
from handlers import invoice_deeds, order_invoices, order_needs, people
from handlers.approval_plans import staff
from handlers.budget_bookings import settle
from handlers.cancelling import came
from handlers.happenings import Answer, Click, Submission
from handlers.ids import Action, Callback, numbers, value
from handlers.order_cards import refresh_shortages, show_line
from handlers.order_closing import close_when_complete
from handlers.order_content import Dossier, Line, change, locked, opened, order_named
from handlers.order_mail import subject_of
from handlers.order_revisions import check_none_waits
from handlers.order_tokens import message_id, reply_token
from handlers.plain_letters import PlainLetter
from handlers.plain_letters import queue as queue_letter
from orders.agreements import check_buys
from orders.errors import NotYours, Unlawful
from orders.order_endings import check_lines, check_short_close
from orders.people import Role
from orders.purchase_orders import PURCHASE_ORDERS, OrderEvent, OrderKind, receipt_state
from orders.units import measured
from orders.work_orders import check_reason
from storage import agreements
from storage.tables import PurchaseOrderLine
from storage.unit_of_work import Note, UnitOfWork

PURPOSE = "order_short_close"
_LINES = re.compile(
    r"^\s*(?:lines?|pos(?:ition)?(?:en)?|zeilen?)\b[\s:]*((?:\d+[\s,]*(?:and|und)?\s*)+)", re.IGNORECASE
)


def close_short(uow: UnitOfWork, click: Click) -> Answer:
    """Open the form that asks which lines, why, and whether what is missing is still needed."""
    return Answer(modal=_form(uow, opened(uow, *numbers(click.value, 1))))


def _form(uow: UnitOfWork, dossier: Dossier) -> dict[str, Any]:
    left = [line for line in dossier.lines if line.open]
    _check(uow, dossier, left)
    return templates.view(
        "close_short_form",
        carried=value(dossier.order.id),
        number=dossier.name,
        supplier=dossier.supplier_name,
        lines=[f"{line.line} {line.description}: {measured(line.open, line.unit)}" for line in left],
        warning=order_invoices.warning(uow, dossier, left),
    )


def closed_short(uow: UnitOfWork, what: Submission) -> Answer:
    """Take what the form says; empty lines mean all that is open."""
    dossier = locked(uow, *numbers(what.private, 1))
    written = re.findall(r"\d{1,9}", what.field("lines"))
    if not what.field("reason"):
        return Answer(errors={"reason": "Write why, in a few words."})
    if what.field("lines") and not written:
        return Answer(errors={"lines": "Write line numbers, for instance 2, 3; or leave it empty for all."})
    wanted = [int(each) for each in written]
    return _close(uow, dossier, wanted, what.field("reason"), needed=what.field("needed") != "no")


def close_named(uow: UnitOfWork, written: str, rest: str) -> Answer:
    """Take ``close PO-118 line 2 because it is no longer made``; without a reason the form asks."""
    dossier = locked(uow, order_named(uow, written).id)
    found = _LINES.match(rest)
    wanted = [int(each) for each in re.findall(r"\d{1,9}", found[1])] if found else []
    reason = re.sub(r"^\s*(?:because|since|weil|for|:)\s+", "", rest[found.end() :] if found else rest).strip()
    if not reason:
        return Answer(modal=_form(uow, dossier))
    return _close(uow, dossier, wanted, reason, needed=True)


def _check(uow: UnitOfWork, dossier: Dossier, lines: Sequence[Line]) -> None:
    if not uow.actor.has(Role.BUYER):
        raise NotYours(roles="buyers", what="do this", who=f"Ask {people.names(uow, Role.BUYER)}.")
    check_buys(dossier.name, OrderKind(dossier.order.kind), what="closed short")
    check_none_waits(uow, dossier)
    whole = all(line in lines for line in dossier.lines if line.open)
    asked = dossier.order.cancel_asked_at is not None
    check_short_close(dossier.name, dossier.state, came(uow, dossier), whole=whole, asked=asked)
    check_lines(dossier.name, [line.line for line in lines], [line.line for line in dossier.lines if line.open])
    order_invoices.check_given_up(uow, dossier, lines)


def _close(uow: UnitOfWork, dossier: Dossier, wanted: Sequence[int], reason: str, *, needed: bool) -> Answer:
    """Expect no more of these lines: their money is free, their needs are open again or given up, the supplier is told."""
    why = check_reason(reason, dossier.name)
    open_now = [line.line for line in dossier.lines if line.open]
    check_lines(dossier.name, list(wanted) or open_now, open_now)
    lines = [line for line in dossier.lines if line.open and (not wanted or line.line in wanted)]
    _check(uow, dossier, lines)
    for line in lines:
        uow.change(PurchaseOrderLine, line.id, cancelled=line.cancelled + line.open)
    change(uow, dossier, ending=why)
    given_up = {str(line.line): line.open for line in lines}
    uow.audit(Note(dossier.name, "close short", after={"lines": given_up, "still needed": needed}, words=why))
    _tell_supplier(uow, dossier, lines, why)
    now = let_go(uow, opened(uow, dossier.order.id), lines, why, needed=needed)
    told = [f"{measured(line.open, line.unit)} {line.description}" for line in lines]
    given = {"number": now.name, "lines": told, "needed": needed, "warning": order_invoices.warning(uow, now, lines)}
    words = templates.words("order_said", what="closed_short", **given)
    return Answer(private=words)


def let_go(uow: UnitOfWork, now: Dossier, before: Sequence[Line], why: str, *, needed: bool) -> Dossier:
    """Free the money of what is given up, settle the needs behind it, and close the order when nothing is left."""
    less = {line.id for line in before}
    settle(uow, now, "short close")
    given_up = [line for line in now.lines if line.id in less]
    if not needed:
        order_needs.give_up(uow, now, given_up, why)
    order_needs.fulfil(uow, opened(uow, now.order.id), given_up)
    derived = receipt_state([(line.quantity - line.cancelled, line.accepted) for line in now.lines])
    change(uow, now, receipt_state=derived.value)
    agreements.balance(uow, now.order.id)
    closed = close_when_complete(uow, now.reread(uow))
    invoice_deeds.follow_receipt(uow, closed.order.id)
    known = staff(uow)
    show_line(uow, closed, known)
    refresh_shortages(uow, closed, known)
    return closed


def _tell_supplier(uow: UnitOfWork, dossier: Dossier, lines: Sequence[Line], why: str) -> None:
    """Write to the supplier what is not expected any more, so that it does not come after all."""
    order, plant = dossier.order, uow.plant
    document = json.loads(order.document) if order.document else None
    to = dossier.supplier.email_orders if dossier.supplier is not None else ""
    if document is None or not to:
        return
    told = [f"{line.line} · {line.description}: {measured(line.open, line.unit)}" for line in lines]
    text = templates.mail(PURPOSE, document=document, reason=why, lines=told)
    letter = PlainLetter(
        to, text, PURPOSE, subject_of(order.id), reply_token(plant, dossier.name),
        message_id(plant, order.id, order.revision), order.id,
    )  # fmt: skip
    queue_letter(uow, letter)


def reopen(uow: UnitOfWork, click: Click) -> Answer:
    """Open the form that asks why an order is taken up again."""
    dossier = opened(uow, *numbers(click.value, 1))
    _check_reopen(uow, dossier)
    form = templates.view("end_order_form", kind="reopen", **_said(dossier), carried=value(dossier.order.id))
    return Answer(modal=form)


def _said(dossier: Dossier) -> dict[str, Any]:
    return {"number": dossier.name, "supplier": dossier.supplier_name, "typed": False, "asks": False}


def reopened(uow: UnitOfWork, what: Submission) -> Answer:
    """Take up an order again with the reason that was written."""
    dossier = locked(uow, *numbers(what.private, 1))
    if not what.field("reason"):
        return Answer(errors={"reason": "Write why, in a few words."})
    return _reopen(uow, dossier, what.field("reason"))


def reopen_named(uow: UnitOfWork, written: str, reason: str) -> Answer:
    """Take ``reopen PO-118 because the rest came``; without a reason the form asks."""
    dossier = locked(uow, order_named(uow, written).id)
    if reason:
        return _reopen(uow, dossier, reason)
    _check_reopen(uow, dossier)
    form = templates.view("end_order_form", kind="reopen", **_said(dossier), carried=value(dossier.order.id))
    return Answer(modal=form)


def _check_reopen(uow: UnitOfWork, dossier: Dossier) -> None:
    PURCHASE_ORDERS.follow(dossier.state, OrderEvent.REOPEN, uow.actor, subject=dossier.name)
    if not any(line.cancelled and not line.dropped_in for line in dossier.lines):
        raise Unlawful(why=f"Everything of {dossier.name} has arrived, so nothing is left to expect.")


def _reopen(uow: UnitOfWork, dossier: Dossier, reason: str) -> Answer:
    """Expect again what was given up; its money is promised again, its needs stay where they went meanwhile."""
    _check_reopen(uow, dossier)
    why = check_reason(reason, dossier.name)
    target = PURCHASE_ORDERS.follow(dossier.state, OrderEvent.REOPEN, uow.actor, subject=dossier.name)
    for line in dossier.lines:
        if line.cancelled and not line.dropped_in:
            uow.change(PurchaseOrderLine, line.id, cancelled=0)
    change(uow, dossier, state=target.value, ending="")
    now = opened(uow, dossier.order.id)
    settle(uow, now, "reopen")
    agreements.balance(uow, now.order.id)
    derived = receipt_state([(line.quantity - line.cancelled, line.accepted) for line in now.lines])
    change(uow, now, receipt_state=derived.value)
    uow.audit(Note(now.name, "reopen", before={"state": dossier.state}, after={"state": target}, words=why))
    invoice_deeds.follow_receipt(uow, now.order.id)
    show_line(uow, opened(uow, now.order.id), staff(uow))
    return Answer(private=templates.words("order_said", what="reopened", number=now.name))


CLICKS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {Action.CLOSE_SHORT: close_short, Action.REOPEN_ORDER: reopen}
SUBMISSIONS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {
    Callback.CLOSE_SHORT: closed_short,
    Callback.REOPEN_ORDER: reopened,
}
