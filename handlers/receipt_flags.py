"""What was odd about a delivery: too early, late, at another place, something else instead; written down and told the buyer."""

import json

import templates
from handlers.approval_plans import staff
from handlers.order_cards import buyer_place
from handlers.order_content import Dossier, Line, today
from handlers.receipt_counts import Counts
from orders.receiving import timing
from storage import cards
from storage.tables import Receipt
from storage.unit_of_work import Note, UnitOfWork


def write(uow: UnitOfWork, receipt: Receipt, dossier: Dossier, counts: Counts) -> list[str]:
    """Write down what was odd about a receipt that is being posted, and tell whoever buys; returns the sentences."""
    lines = [line for line in dossier.lines if line.id in counts and counts[line.id].here]
    found = list(dict.fromkeys(filter(None, (_timing(uow, dossier, line) for line in lines))))
    if receipt.place:
        belongs = next((line.store for line in lines if line.store), "") or dossier.order.delivery_place
        found.append(f"It arrived at {receipt.place} and belongs to {belongs}.")
    found += [
        f"Line {line.line}: {counts[line.id].instead} came instead of {line.description}."
        for line in lines
        if counts[line.id].instead
    ]
    if found:
        uow.change(Receipt, receipt.id, flags=json.dumps(found, ensure_ascii=False))
        uow.audit(Note(receipt.number, "flag", after={"order": dossier.name, "flags": found}))
        _tell(uow, receipt, dossier, found)
    return found


def _timing(uow: UnitOfWork, dossier: Dossier, line: Line) -> str:
    """Hold today against the day that was promised, else the day that was asked for."""
    order = dossier.order
    wanted = line.promised_on or order.promised_on or line.deliver_by or order.deliver_by
    said = timing(wanted, today(uow), early=uow.plant.early_days, late=uow.plant.late_days)
    return f"It came {said}: {wanted:%d %b %Y} was the day." if said and wanted is not None else ""


def _tell(uow: UnitOfWork, receipt: Receipt, dossier: Dossier, found: list[str]) -> None:
    place = buyer_place(uow, dossier, staff(uow))
    if place is not None:
        head = {"number": receipt.number, "order": dossier.name, "supplier": dossier.supplier_name}
        said = templates.words("receiving_said", what="flagged", **head, flags=found)
        cards.say(uow, dossier.name, place, {"text": said})
