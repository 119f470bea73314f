"""The return note: the mail that tells a supplier that goods go back, with the note as PDF to lie in the parcel."""

import json
from typing import Any

import templates
from handlers import return_cards
from handlers.happenings import Sent
from handlers.order_content import Dossier, opened, today
from handlers.order_mail import subject_of
from handlers.order_tokens import message_id, reply_token
from handlers.plain_letters import PlainLetter
from handlers.plain_letters import queue as queue_letter
from handlers.supplier_contacts import recipient
from orders.contacts import Matter
from orders.units import quantity_text, unit_word
from storage.tables import DeliveryNotice, Outgoing, Receipt, ReceiptLot, SupplierReturn, SupplierReturnLine
from storage.unit_of_work import Note, UnitOfWork

PURPOSE = "supplier_return"


def queue(uow: UnitOfWork, back: SupplierReturn, dossier: Dossier) -> None:
    """Queue the mail to whom return notes go; without an address, or without a sent order, nothing is mailed."""
    order, plant = dossier.order, uow.plant
    to = recipient(uow, dossier.supplier, Matter.RETURNS)
    if not order.document or not to.email:
        return
    document, note = to.reads(json.loads(order.document)), note_of(uow, back, dossier)
    text = templates.mail(PURPOSE, document=document, note=note)
    letter = PlainLetter(
        to.email, text, PURPOSE, subject_of(order.id), reply_token(plant, dossier.name),
        message_id(plant, order.id, order.revision), order.id,
        papers=({"kind": "return_note", "document": document, "note": note, "paper": plant.paper},),
        more={"return_id": back.id},
    )  # fmt: skip
    queue_letter(uow, letter)
    uow.audit(Note(back.number, "mail the return note", after={"to": to.email, "wanted": back.wanted}))


def note_of(uow: UnitOfWork, back: SupplierReturn, dossier: Dossier) -> dict[str, Any]:
    """Return everything that a return note says, as decimal strings and ISO dates."""
    receipt = uow.get(Receipt, back.receipt_id)
    notice = uow.find(DeliveryNotice, id=receipt.notice_id) if receipt.notice_id is not None else None
    return {
        "number": back.number,
        "order": dossier.name,
        "delivery_note": "" if notice is None or ":" in notice.number else notice.number,
        "received_on": (receipt.posted_at or uow.now).astimezone(uow.plant.zone).date().isoformat(),
        "returned_on": today(uow).isoformat(),
        "wanted": back.wanted,
        "lines": [_line(uow, each, dossier) for each in uow.all(SupplierReturnLine, return_id=back.id)],
        "issued_at": uow.now.isoformat(),
    }


def _line(uow: UnitOfWork, each: SupplierReturnLine, dossier: Dossier) -> dict[str, Any]:
    line = dossier.line(each.order_line_id)
    assert line is not None
    lots = [row.serial or row.lot for row in uow.all(ReceiptLot, receipt_line_id=each.receipt_line_id)]
    return {
        "line": line.line,
        "part": line.part or "",
        "supplier_part": line.supplier_part,
        "description": line.description,
        "quantity": quantity_text(each.quantity),
        "unit": line.unit,
        "unit_word": unit_word(line.unit, each.quantity),
        "reason": each.reason,
        "lots": [name for name in lots if name],
    }


def outcome(uow: UnitOfWork, row: Outgoing, told: Sent) -> None:
    """Show the buyer that the mail with a return note was refused, or that nobody knows whether it arrived."""
    body = json.loads(row.body)
    refused = (told.facts.get("refused") or {}).get(body["to"][0])
    if told.outcome in ("refused", "unknown") or refused:
        back = uow.get(SupplierReturn, int(body["return_id"]))
        return_cards.show(uow, back, opened(uow, back.order_id), str(refused or told.words or "nobody knows"))
