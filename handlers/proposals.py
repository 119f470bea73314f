"""What sentences about finished work propose, as it is kept: open until it is confirmed, dismissed or overtaken."""

from typing import Any

import templates
from handlers.work_order_cards import content
from storage import cards
from storage.tables import CompletionProposal, WorkOrder
from storage.unit_of_work import UnitOfWork

OPEN, CONFIRMED, DISMISSED, OVERTAKEN = "open", "confirmed", "dismissed", "overtaken"


def card_key(proposal: CompletionProposal) -> str:
    """Return under which key a proposal's card stands."""
    return f"wo:{proposal.work_order_id}:said:{proposal.id}"


def settle(uow: UnitOfWork, order: WorkOrder, proposal: CompletionProposal, state: str) -> None:
    """End a proposal; its card shrinks to one line that says how."""
    by = {"decided_at": uow.now, "decided_by_id": uow.actor.person_id}
    uow.change(CompletionProposal, proposal.id, state=state, **by)
    told: dict[str, Any] = {"number": order.number, "state": state, "who": uow.actor.name, "said": proposal.said}
    cards.refresh(uow, card_key(proposal), content(templates.card("completion_ended", **told)))


def overtake(uow: UnitOfWork, order: WorkOrder, person_id: int | None = None) -> None:
    """End every open proposal of a work order, or those of one person, for which something newer stands."""
    who = {"person_id": person_id} if person_id is not None else {}
    for proposal in uow.all(CompletionProposal, work_order_id=order.id, state=OPEN, **who):
        settle(uow, order, proposal, OVERTAKEN)
