"""What finance is shown of an invoice: where it stands, how it differs from what was ordered, and what may be done about it."""

from collections.abc import Mapping, Sequence
from typing import Any

import templates
from handlers import people
from handlers.ids import value
from handlers.invoice_content import Papers, subject_of
from handlers.mail_cards import key_of, number_of
from handlers.order_cards import content_of
from orders.invoices import Difference, Found, InvoiceKind, InvoiceState
from orders.money import Money, price_text
from orders.people import Role
from orders.units import quantity_text
from storage import cards
from storage.cards import Place
from storage.tables import InboundMail, Supplier
from storage.unit_of_work import UnitOfWork

MOST_TOLD = 3
"""How many people of finance get a card of their own."""
STATES = {
    InvoiceState.CAPTURED: "Waits for its invoice",
    InvoiceState.MATCHED: "Fits, waits to be released",
    InvoiceState.EXCEPTION: "Held",
    InvoiceState.VARIANCE_ACCEPTED: "Accepted as it is, waits to be released",
    InvoiceState.DISPUTED: "Disputed, held",
    InvoiceState.CREDIT_EXPECTED: "Credit asked for, held",
    InvoiceState.RELEASED: "Released for payment",
    InvoiceState.EXPORTED: "With the ERP",
    InvoiceState.VOIDED: "Void",
}
"""What each state is called."""
PRINTED = ("number", "issued_on", "due_on", "total", "currency", "note", "refers_to", "reason")
"""What of an invoice is shown as it is kept."""
HEAD = ("Line", "Ordered", "Taken in", "Invoiced", "Difference")


def places(uow: UnitOfWork) -> list[Place]:
    """Return where finance is told: its people in direct messages, else the purchasing channel."""
    found = [person for person in people.having(uow, Role.FINANCE) if person.slack_id][:MOST_TOLD]
    if found:
        return [Place(person.slack_id or "", person_id=person.id) for person in found]
    return [Place(uow.plant.channels.purchasing)] if uow.plant.channels.purchasing else []


def show(uow: UnitOfWork, papers: Papers) -> None:
    """Show finance an invoice that differs; one that fits stands in the list, and only cards that exist are brought up to date."""
    content = content_of(templates.card("invoice", **shown(uow, papers)))
    subject = subject_of(papers.invoice.id)
    existing = cards.keys_of(uow, subject)
    for key in existing:
        cards.refresh(uow, key, content)
    if not existing and papers.state is InvoiceState.EXCEPTION:
        for place in places(uow):
            cards.show(uow, f"invoice:{papers.invoice.id}:{place.channel}", subject, place, content)


def shown(uow: UnitOfWork, papers: Papers) -> dict[str, Any]:
    """Return what the card of an invoice says."""
    invoice, found = papers.invoice, papers.found
    return {
        "state": papers.state.value,
        "stands": STATES[papers.state],
        "credit": papers.kind is InvoiceKind.CREDIT_NOTE,
        "supplier": papers.supplier.name,
        **{name: getattr(invoice, name) for name in PRINTED},
        "sums": _sums(papers),
        "orders": ", ".join(papers.orders[:3]),
        "order_total": sum(dossier.order.total for dossier in papers.dossiers.values()),
        "over": sum(one.amount for one in found),
        "kinds": [one.kind.words for one in _each_once(found)],
        "words": [one.words for one in found],
        "instead": list(dict.fromkeys(one.kind.instead for one in found)),
        "rule": _rule(uow, found),
        "head": list(HEAD),
        "rows": [_row(papers, line, found) for line in papers.lines],
        "by": people.name(uow, invoice.decided_by_id) if invoice.decided_by_id is not None else "",
        "released_by": people.name(uow, invoice.released_by_id) if invoice.released_by_id is not None else "",
        "acceptable": bool(found) and all(one.kind.acceptable for one in found),
        "batch": invoice.export,
        "value": value(invoice.id, invoice.version),
    }


def _each_once(found: Sequence[Found]) -> list[Found]:
    return list({one.difference: one for one in found}.values())


def _sums(papers: Papers) -> str:
    """Say what the total is made of."""
    invoice, currency = papers.invoice, papers.invoice.currency
    parts = [f"goods {Money(invoice.net, currency).plain()}"]
    parts += [f"freight and the like {Money(invoice.charges, currency).plain()}"] if invoice.charges else []
    parts += [f"tax {Money(invoice.tax, currency).plain()}"] if invoice.tax else []
    return ", ".join(parts)


def _rule(uow: UnitOfWork, found: Sequence[Found]) -> str:
    """Say how much dearer an invoice may be, where that is what it is held for."""
    if not any(one.difference is Difference.PRICE_OVER for one in found):
        return ""
    tolerance = uow.plant.invoices.tolerance
    if tolerance.percent is None or tolerance.absolute is None:
        return "No difference in price is allowed here."
    most = Money(tolerance.absolute, uow.plant.currency)
    return f"More than the allowed difference ({tolerance.percent.normalize():f} % or {most}, whichever is more)."


def _row(papers: Papers, line: Any, found: Sequence[Found]) -> list[str]:
    fits = papers.line(line.order_line_id)
    off = sum(one.amount for one in found if one.line == line.line)
    currency = papers.invoice.currency
    charged = (
        f"{quantity_text(line.quantity)} \u00d7 {price_text(line.price, currency)}"
        if line.quantity
        else Money(line.amount, currency).plain()
    )
    difference = f"+{Money(off, currency).plain()}" if off else "0"
    if fits is None:
        return [line.item or line.description[:40] or "?", "none", "none", charged, difference]
    dossier, ours = fits
    ordered = f"{quantity_text(ours.quantity - ours.cancelled)} \u00d7 {price_text(ours.price, dossier.order.currency)}"
    name = str(ours.line) if len(papers.dossiers) == 1 else f"{dossier.name}/{ours.line}"
    rejected = f", {quantity_text(ours.rejected)} rejected" if ours.rejected else ""
    return [name, ordered, f"{quantity_text(ours.accepted)}{rejected}", charged, difference]


def ask(uow: UnitOfWork, mail: InboundMail, supplier: Supplier, bill: Mapping[str, Any], doubts: Sequence[str]) -> None:
    """Show finance an invoice of which something is unclear, with the form to write down what it says."""
    card = templates.card(
        "invoice_question",
        state="asked",
        number=str(bill["number"] or ""),
        credit=bill["kind"] == InvoiceKind.CREDIT_NOTE.value,
        supplier=supplier.name,
        orders=", ".join(bill["orders"][:3]),
        total=f"{bill['currency']} {bill['total']}".strip() if bill["total"] else "",
        doubts=list(doubts)[:6],
        received_at=mail.received_at,
        subject=mail.subject,
        value=value(mail.id),
        how="",
    )
    for place in places(uow):
        cards.show(uow, f"{key_of(mail.id)}:{place.channel}", number_of(mail.id), place, content_of(card))


def answered(uow: UnitOfWork, mail: InboundMail, supplier: Supplier, how: str) -> None:
    """Condense the question about a mail to what became of it."""
    card = templates.card(
        "invoice_question",
        state="answered",
        number="",
        credit=False,
        supplier=supplier.name,
        orders="",
        total="",
        doubts=[],
        received_at=mail.received_at,
        subject=mail.subject,
        value=value(mail.id),
        how=how,
    )
    for key in cards.keys_of(uow, number_of(mail.id)):
        cards.refresh(uow, key, content_of(card))
