"""One purchase order for whoever asks: where it stands, what of it came, whom it serves, and what may be done with it now."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import templates
from handlers import moments, order_invoices, order_taxes
from handlers.agreement_words import sees_money
from handlers.approval_plans import Staff, staff
from handlers.approval_runs import asked_names
from handlers.happenings import Answer, Click
from handlers.ids import Action, numbers, value
from handlers.order_cards import buyer_of
from handlers.order_content import Dossier, Line, opened, order_named
from handlers.order_history import history
from orders.amendments import AMENDABLE
from orders.errors import OldCard
from orders.money import price_text
from orders.order_endings import CANCEL_WAYS, SHORT_CLOSABLE
from orders.people import Role
from orders.purchase_orders import OrderState
from orders.units import measured, quantity_text
from storage.tables import PurchaseOrder
from storage.unit_of_work import UnitOfWork

STATES = {
    OrderState.DRAFT: "a draft",
    OrderState.PENDING_APPROVAL: "waits for approval",
    OrderState.APPROVED: "approved, not sent yet",
    OrderState.SENDING: "on its way to the supplier",
    OrderState.SENT: "sent, not answered yet",
    OrderState.ACKNOWLEDGED: "read by the supplier",
    OrderState.ACCEPTED: "accepted by the supplier",
    OrderState.CHANGE_PROPOSED: "the supplier would change it",
    OrderState.REJECTED_BY_SUPPLIER: "the supplier will not deliver",
    OrderState.CLOSED: "closed",
    OrderState.CANCELLED: "cancelled",
}
"""Where an order stands, as people say it."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A button of the card: what it does, what it is called, and whether it cannot be taken back."""

    action: Action
    label: str
    danger: bool = False


def order(uow: UnitOfWork, written: str) -> Answer:
    """Show an order to the asker alone; prices and sums only to those who deal with money."""
    return _shown(uow, order_named(uow, written).id)


def shown(uow: UnitOfWork, click: Click) -> Answer:
    """Show the order that a button stands for, as the typed command does."""
    (order_id,) = numbers(click.value, 1)
    if uow.find(PurchaseOrder, id=order_id) is None:
        raise OldCard
    return _shown(uow, order_id)


def _shown(uow: UnitOfWork, order_id: int) -> Answer:
    dossier = opened(uow, order_id)
    card = templates.card("order_card", **_told(uow, dossier, staff(uow)))
    return Answer(private=card.text, blocks=card.blocks)


def _told(uow: UnitOfWork, dossier: Dossier, known: Staff) -> dict[str, Any]:
    row, money = dossier.order, sees_money(uow)
    invoices = order_invoices.of_order(uow, row.id) if money else []
    return {
        "number": dossier.name,
        "supplier": dossier.supplier_name,
        "state": _state(uow, dossier, known),
        "total": row.total if money else None,
        "currency": row.currency,
        "beyond": _beyond(uow, dossier) if money else [],
        "comes_on": row.promised_on or row.deliver_by,
        "promised": row.promised_on is not None,
        "asked_by": known.name(row.requested_by_id),
        "buyer": known.name(buyer_of(dossier, known)),
        "work_orders": dossier.work_orders(),
        "parent": dossier.parent,
        "head": ["No", "Item", "Ordered", "Arrived", *(["Invoiced", "Price", "Amount"] if money else [])],
        "lines": [_line(dossier, line, money=money) for line in dossier.lines],
        "brief": [_brief(dossier, line, money=money) for line in dossier.lines[:3]],
        "invoiced": order_invoices.summary(uow, dossier, invoices),
        "invoices": order_invoices.told(invoices),
        "happened": _happened(uow, dossier),
        "history": history(uow, dossier, money=money),
        "ending": row.ending,
        "revision": row.revision,
        "value": value(row.id),
        "offers": [
            (each.action.value, each.label, "danger" if each.danger else None) for each in _offers(uow, dossier)
        ],
    }


def _beyond(uow: UnitOfWork, dossier: Dossier) -> list[str]:
    """Say what the order costs beyond its lines: charges and tax."""
    tax = order_taxes.said(uow, dossier)
    return [
        *order_taxes.charges_said(dossier),
        *([tax] if tax else []),
    ]


def _state(uow: UnitOfWork, dossier: Dossier, known: Staff) -> str:
    words = STATES[dossier.state]
    if dossier.state is OrderState.PENDING_APPROVAL:
        names = asked_names(uow, dossier.order.id, known)
        words += f" ({names})" if names else ""
    if dossier.order.cancel_asked_at is not None:
        words += ", and is asked to cancel it"
    return words[:1].upper() + words[1:]


def _line(dossier: Dossier, line: Line, *, money: bool) -> list[str]:
    wanted = measured(line.quantity - line.cancelled, line.unit)
    given_up = f" ({quantity_text(line.cancelled)} given up)" if line.cancelled else ""
    row = [str(line.line), line.description, wanted + given_up, quantity_text(line.accepted)]
    if money:
        row += [
            quantity_text(line.billed),
            price_text(line.price, dossier.order.currency),
            dossier.amount(line).grouped(),
        ]
    return row


def _brief(dossier: Dossier, line: Line, *, money: bool) -> str:
    """Say one line in words, where there are too few for a table."""
    number, item, wanted, came, *costs = _line(dossier, line, money=money)
    arrived = f", {came} arrived" if line.accepted else ""
    arrived += f", {costs[0]} invoiced" if costs and line.billed else ""
    return f"{number}. {item}: {wanted}{arrived}" + (f", at {costs[1]}, {costs[2]} together" if costs else "")


def _happened(uow: UnitOfWork, dossier: Dossier) -> list[str]:
    """Name what has happened to the order so far, the first first."""
    row = dossier.order
    said = (("Requested", row.submitted_at), ("Approved", row.approved_at), ("Sent", row.sent_at))
    told = [f"{what} {moments.when(uow, at)}" for what, at in said if at is not None]
    if row.supplier_answer:
        told.append(f"Supplier: {row.supplier_answer}")
    if row.receipt_state not in ("", "none"):
        told.append(f"Arrived: {row.receipt_state}")
    return told


def _offers(uow: UnitOfWork, dossier: Dossier) -> Iterator[Offer]:
    """Name what the acting person may do with the order as it stands; every one is checked again when it is pressed."""
    buyer, row = uow.actor.has(Role.BUYER), dossier.order
    received = any(line.received for line in dossier.lines)
    if buyer and dossier.state is OrderState.DRAFT and not dossier.is_agreement:
        yield Offer(Action.SHOW_DRAFT, "Work on it")
    own_draft = dossier.state is OrderState.DRAFT and row.requested_by_id == uow.actor.person_id
    if buyer and dossier.state in AMENDABLE and not dossier.is_agreement and row.cancel_asked_at is None:
        yield Offer(Action.AMEND, "Change order")
    if buyer and received and dossier.state in SHORT_CLOSABLE and not dossier.is_agreement:
        yield Offer(Action.CLOSE_SHORT, "Expect no more")
    if (buyer or uow.actor.has(Role.FINANCE)) and dossier.state is OrderState.CLOSED and _given_up(dossier):
        yield Offer(Action.REOPEN_ORDER, "Reopen order")
    if (buyer or own_draft) and dossier.state in CANCEL_WAYS and not received and row.cancel_asked_at is None:
        yield Offer(Action.CANCEL_ORDER, "Cancel order", danger=dossier.state in SHORT_CLOSABLE)
    if buyer and row.cancel_asked_at is not None:
        yield Offer(Action.KEEP_ORDER, "Keep order")
        yield Offer(Action.CANCEL_ANYWAY, "Cancel anyway", danger=True)
    if buyer and dossier.state is not OrderState.DRAFT and not dossier.is_agreement:
        yield Offer(Action.COPY_ORDER, "Order it again")


def _given_up(dossier: Dossier) -> bool:
    return any(line.cancelled for line in dossier.lines)


CLICKS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {Action.SHOW_ORDER: shown}
