"""What follows when the relay knows what became of an outgoing row: cards stand somewhere, orders are sent."""

import json
from typing import Any

from handlers import (
    cancelling,
    invoice_letters,
    letter_outcomes,
    purchase_orders,
    return_notes,
    staff_letters,
    supplier_returns,
)
from handlers.happenings import NOTHING, Answer, Sent
from storage import cards
from storage.outbox import Claimed
from storage.tables import Outgoing, Request, WorkOrder
from storage.unit_of_work import UnitOfWork

BY_PURPOSE = {
    "purchase_order": purchase_orders.outcome,
    **dict.fromkeys(staff_letters.PURPOSES, staff_letters.outcome),
    cancelling.PURPOSE: cancelling.outcome,
    invoice_letters.PURPOSE: invoice_letters.outcome,
    return_notes.PURPOSE: supplier_returns.outcome,
    **dict.fromkeys(letter_outcomes.CALLED, letter_outcomes.outcome),
}
"""What else follows, by the purpose that the row was queued with."""


ROOTED: dict[str, type[WorkOrder | Request]] = {"wo": WorkOrder, "rq": Request}
"""Documents whose conversation hangs from their own card where it hangs from nothing else, by how the card's key begins."""


def settle(uow: UnitOfWork, row: Claimed | None, told: Sent) -> Answer:
    """Write down what follows from an outcome, in the transaction that writes the outcome itself."""
    body, purpose = (row.body, row.purpose) if row is not None else _kept(uow, told.row_id)
    if told.outcome == "accepted" and body.get("card"):
        _stands(uow, str(body["card"]), str(told.facts["channel"]), str(told.facts["ts"]))
    follows = BY_PURPOSE.get(purpose)
    return follows(uow, told) if follows else NOTHING


def _kept(uow: UnitOfWork, row_id: int) -> tuple[dict[str, Any], str]:
    row = uow.get(Outgoing, row_id)
    return json.loads(row.body), row.purpose


def _stands(uow: UnitOfWork, key: str, channel: str, ts: str) -> None:
    """Write down where a card stands; a work order or request without a conversation gets its own card as the root."""
    cards.stood(uow, key, channel, ts)
    kind, _, number = key.partition(":")
    rooted = ROOTED.get(kind)
    if rooted is None or not number.isdigit():
        return
    document = uow.get(rooted, int(number))
    if document.root_ts is None:
        uow.change(rooted, document.id, root_ts=ts, channel=channel)
