"""Mails to a supplier about its invoice: drafted from what differs, changed and sent by a person."""

import html
import json

import templates
from handlers import invoice_cards
from handlers.happenings import NOTHING, Answer, Sent
from handlers.invoice_content import Papers, held, subject_of
from handlers.order_tokens import message_id, reply_token
from handlers.plain_letters import PlainLetter, queue, usable_address
from handlers.supplier_contacts import recipient
from orders.contacts import Matter
from orders.errors import Incomplete
from orders.invoices import Found, InvoiceKind
from orders.money import Money, price_text
from orders.units import quantity_text, unit_word
from storage import cards
from storage.tables import Outgoing
from storage.unit_of_work import Note, UnitOfWork
from templates.letters import MailText

PURPOSE = "invoice_dispute"


def address(uow: UnitOfWork, papers: Papers) -> str:
    """Return where the supplier is written to; raises ``Incomplete`` without a usable address."""
    found = usable_address(recipient(uow, papers.supplier, Matter.INVOICES).email)
    if found is None:
        raise Incomplete(subject=papers.name, missing=f"a mail address of {papers.supplier.name}")
    return found


def draft(uow: UnitOfWork, papers: Papers, wants: str) -> templates.Note:
    """Draft the mail about what differs, in the supplier's language; ``wants`` is ``credit`` or ``answer``."""
    invoice, plant = papers.invoice, uow.plant
    return templates.note(
        PURPOSE,
        language=recipient(uow, papers.supplier, Matter.INVOICES).language[:2].lower(),
        wants=wants,
        credit=papers.kind is InvoiceKind.CREDIT_NOTE,
        number=invoice.number,
        day=f"{invoice.issued_on:%d.%m.%Y}" if invoice.issued_on else "",
        total=str(Money(invoice.total, invoice.currency)),
        order=next(iter(papers.orders), ""),
        rows=[_row(papers, one) for one in papers.found],
        buyer=uow.actor.name,
        plant=plant.address.name or plant.name,
    )


def _row(papers: Papers, one: Found) -> dict[str, str]:
    """Return the figures that a sentence about a difference may name."""
    line = next((each for each in papers.lines if each.line == one.line), None)
    fits = papers.line(line.order_line_id) if line is not None else None
    row = {"what": one.difference.value, "line": str(one.line or ""), "order": next(iter(papers.orders), "")}
    row |= {
        "amount": str(Money(one.amount, papers.invoice.currency)),
        "item": line.item or line.description if line else "",
    }
    counted = {"charged": line.quantity if line else 0}
    price = {"price": price_text(line.price, papers.invoice.currency) if line else "", "agreed": ""}
    if fits is not None:
        dossier, ours = fits
        counted |= {"ordered": ours.quantity - ours.cancelled, "accepted": ours.accepted, "rejected": ours.rejected}
        price["agreed"] = price_text(ours.price, dossier.order.currency)
    unit = line.unit if line else ""
    said = {name: f"{quantity_text(number)} {unit_word(unit, number)}" for name, number in counted.items()}
    return row | price | {"ordered": "", "accepted": "", "rejected": ""} | said


def send(uow: UnitOfWork, papers: Papers, subject: str, text: str) -> None:
    """Queue the mail as a person left it, so that the answer finds the order again."""
    to, invoice = address(uow, papers), papers.invoice
    page = "".join(
        f"<p>{html.escape(part).replace(chr(10), '<br>')}</p>" for part in text.split("\n\n") if part.strip()
    )
    first = papers.dossiers[min(papers.dossiers)] if papers.dossiers else None
    sent = first is not None and first.order.number is not None and first.order.sent_at is not None
    letter = PlainLetter(
        to=to,
        text=MailText(" ".join(subject.split())[:200], text.rstrip() + "\n", page),
        purpose=PURPOSE,
        about=subject_of(invoice.id),
        reply_to=reply_token(uow.plant, first.name) if first is not None and sent else "",
        answers=message_id(uow.plant, first.order.id, first.order.revision) if first is not None and sent else "",
        order_id=first.order.id if first is not None else None,
    )
    row = queue(uow, letter)
    uow.audit(
        Note(
            subject_of(invoice.id),
            "write to the supplier",
            after={"to": to, "subject": subject, "row": row},
            words=text[:2000],
        )
    )


def outcome(uow: UnitOfWork, told: Sent) -> Answer:
    """Tell finance when the mail did not reach the supplier, or may not have."""
    row = uow.get(Outgoing, told.row_id)
    refused = (told.facts.get("refused") or {}).get(json.loads(row.body)["to"][0])
    if told.outcome in ("refused", "unknown") or refused:
        papers = held(uow, int(row.subject.removeprefix("INV-")))
        why = str(refused or told.words)[:300]
        text = f"The mail about {papers.name} may not have reached {papers.supplier.name}: {why}. Call them."
        for place in invoice_cards.places(uow):
            cards.say(uow, subject_of(papers.invoice.id), place, {"text": text})
    return NOTHING
