"""The card of an agreement in the buyers' channel: where it stands, what is used and left, and what can be done with it."""

from typing import Any

import templates
from handlers import agreement_words
from handlers.approval_plans import Staff
from handlers.ids import value
from handlers.order_content import Dossier, opened, today
from orders import agreements as rules
from orders.agreements import SAID, AgreementState, standing, state_words
from orders.call_offs import Agreed, warnings
from orders.money import Money
from orders.people import Role
from orders.purchase_orders import OrderKind, OrderState
from storage import agreements, cards
from storage.cards import Place
from storage.unit_of_work import UnitOfWork

ACCEPTABLE = frozenset({OrderState.SENT, OrderState.ACKNOWLEDGED})
"""States of the document in which a buyer may say that the supplier has accepted."""


def key_of(order_id: int) -> str:
    """Return the key of an agreement's card."""
    return f"agreement:{order_id}"


def show(uow: UnitOfWork, order_id: int, known: Staff, *, gaps: list[str] | None = None) -> None:
    """Show an agreement in the buyers' channel, or bring its card there up to date."""
    dossier = opened(uow, order_id)
    place = _place(uow, dossier, known)
    if place is None:
        return
    card = templates.card("agreement", **_values(uow, dossier, gaps or []))
    cards.show(uow, key_of(order_id), dossier.name, place, {"text": card.text, "blocks": card.blocks})


def _place(uow: UnitOfWork, dossier: Dossier, known: Staff) -> Place | None:
    if uow.plant.channels.purchasing:
        return Place(uow.plant.channels.purchasing)
    buyers = known.having(Role.BUYER)
    slack_id = known.slack_id(dossier.order.buyer_id) or (known.slack_id(buyers[0].id) if buyers else "")
    return Place(slack_id) if slack_id else None


def _values(uow: UnitOfWork, dossier: Dossier, gaps: list[str]) -> dict[str, Any]:
    order, one = dossier.order, agreements.agreed(uow, dossier.order.id)
    state = standing(dossier.state, agreements.head_of(uow, order.id).state)
    return {
        "state": state.value,
        "document": dossier.state.value,
        "kind": order.kind,
        "title": f"{SAID[OrderKind(order.kind)].split(' ', 1)[1].capitalize()} with {dossier.supplier_name}",
        "stands": stands(uow, dossier, state),
        "number": dossier.name,
        "revision": order.revision,
        "supplier": dossier.supplier_name,
        "valid": _days(one),
        "limit": str(Money(one.amount_limit, one.currency)) if one.amount_limit else "",
        "minimum": str(Money(one.minimum_release, one.currency)) if one.minimum_release else "",
        "total": order.total,
        "currency": order.currency,
        "lines": agreement_words.rows(dossier),
        "meter": agreement_words.meter(uow, order.id) if state in METERED else "",
        "gaps": ", ".join(gaps) if state is AgreementState.DRAFT else "",
        "rejection": order.rejection if state is AgreementState.DRAFT else "",
        "warned": [WARNED[each] for each in warnings(one, today(uow), uow.plant.agreement_watch)],
        "under": dossier.parent,
        "acceptable": order.kind in rules.MAILED and dossier.state in ACCEPTABLE,
        "value": value(order.id),
    }


METERED = frozenset({AgreementState.ACTIVE, AgreementState.SUSPENDED, AgreementState.EXHAUSTED, AgreementState.EXPIRED})
"""States in which it is worth saying how much was used."""
WARNED = {
    "ending": "It ends soon: agree on a new one in time.",
    "low": "Little is left of it: agree on more in time.",
}


def _days(one: Agreed) -> str:
    return f"{one.first:%-d %b %Y} to {one.last:%-d %b %Y}" if one.first and one.last else ""


def stands(uow: UnitOfWork, dossier: Dossier, state: AgreementState) -> str:
    """Say where an agreement stands, and what it waits for."""
    head = agreements.head_of(uow, dossier.order.id)
    if state is AgreementState.APPROVED:
        mailed = dossier.order.kind in rules.MAILED and dossier.state is not OrderState.ACCEPTED
        first = f"{head.first:%-d %b %Y}" if head.first else "its first day"
        return "Approved, waits for the supplier's yes" if mailed else f"Approved, begins on {first}"
    if state is AgreementState.SUSPENDED and head.suspended_why:
        return f"On hold: {head.suspended_why}"
    return state_words(state).capitalize()


def warn(uow: UnitOfWork, order_id: int, known: Staff, what: str) -> None:
    """Tell the buyer of an agreement once that it ends soon, that little is left, or that it has ended."""
    dossier = opened(uow, order_id)
    buyers = known.having(Role.BUYER)
    slack_id = known.slack_id(dossier.order.buyer_id) or (known.slack_id(buyers[0].id) if buyers else "")
    place = Place(slack_id) if slack_id else _place(uow, dossier, known)
    if place is None:
        return
    words = templates.words(
        "agreement_said",
        what=what,
        number=dossier.name,
        supplier=dossier.supplier_name,
        meter=agreement_words.meter(uow, order_id),
    )
    cards.say(uow, dossier.name, place, {"text": str(words)})
