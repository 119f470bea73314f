"""What became of a mail in words to a supplier: one that did not leave is told to the buyer, so that nobody waits for its answer."""

import json

import templates
from handlers.approval_plans import staff
from handlers.happenings import NOTHING, Answer, Sent
from handlers.order_cards import buyer_place
from handlers.order_content import opened
from storage import cards
from storage.tables import Outgoing
from storage.unit_of_work import Note, UnitOfWork

CALLED = {
    "order_reminder": "The reminder",
    "answer_to_supplier": "The answer",
    "visit_request": "The work order",
}
"""How people call each mail, by what it was queued for."""


def outcome(uow: UnitOfWork, told: Sent) -> Answer:
    """Tell the buyer when a mail was refused, or when nobody knows whether it arrived."""
    row = uow.get(Outgoing, told.row_id)
    body = json.loads(row.body)
    refused = (told.facts.get("refused") or {}).get(body["to"][0])
    if told.outcome not in ("refused", "unknown") and not refused:
        return NOTHING
    dossier = opened(uow, int(body["order_id"]))
    words = str(refused or told.words)
    uow.audit(Note(dossier.name, f"{row.purpose} {told.outcome}", after={"to": body["to"]}, words=words))
    place = buyer_place(uow, dossier, staff(uow))
    if place is not None:
        said = templates.words(
            "supplier_said",
            what="unsent",
            called=CALLED[row.purpose],
            number=dossier.name,
            supplier=dossier.supplier_name,
            phone=dossier.supplier.phone if dossier.supplier is not None else "",
            words=words,
        )
        cards.say(uow, dossier.name, place, {"text": str(said)})
    return NOTHING
