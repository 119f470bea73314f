"""A person of finance writes down what an invoice says that could not be read with certainty, or that it is none."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import templates
from handlers import invoice_capture, invoice_cards
from handlers.happenings import Answer, Click, Submission
from handlers.ids import Action, Callback, numbers, value
from handlers.invoice_capture import Head
from handlers.invoice_content import held
from handlers.invoice_lines import Charge
from handlers.invoice_people import check_role
from handlers.mail_cards import number_of
from handlers.mail_readings import day
from handlers.order_content import Dossier, opened, order_named
from orders.errors import AlreadyDone, NotKnown, Refusal
from orders.invoices import InvoiceKind, InvoiceState
from orders.money import Money, line_amount, price_of, price_text
from orders.people import Role
from orders.units import quantity_of
from storage.tables import InboundMail, Invoice, Supplier
from storage.unit_of_work import Note, UnitOfWork

OPEN, BESIDE = frozenset({"asked"}), frozenset({"proposed", "settled"})
"""States of a mail in which its invoice may be written down: it is asked about, or its goods were taken for what they are."""
WRITERS = (Role.FINANCE, Role.BUYER)
_LINE = re.compile(
    r"(?:(?P<order>[A-Za-z]{2}[- ]?\d[\w-]*)\s*/\s*)?(?P<line>\d{1,4})\s*:\s*(?P<count>[\d.,]+)\s*[xX\u00d7*]\s*(?P<price>[\d.,]+)"
)
_TOTAL = re.compile(r"([A-Za-z]{3})\s*(\d[\d., ]*)|(\d[\d., ]*?)\s*([A-Za-z]{3})")
_AMOUNT = re.compile(r"\d{1,12}(?:[.,]\d{1,4})?")


class Unreadable(Exception):  # noqa: N818  # an answer at a field, not a fault
    """What stands in a field cannot be read; its words say what to write instead."""


@dataclass(frozen=True, slots=True)
class _Sums:
    currency: str
    charges: int
    tax: int
    total: int


def enter(uow: UnitOfWork, click: Click) -> Answer:
    """Open the form, filled with what was read."""
    mail, supplier = _asked(uow, *numbers(click.value, 1))
    bill = _bill(mail)
    total = f"{bill['currency']} {bill['total']}".strip() if bill["total"] else ""
    beyond = ", ".join([bill["charges"] or "0", bill["tax"] or "0"])
    return Answer(
        modal=templates.view(
            "invoice_enter_form",
            carried=value(mail.id),
            name="credit note" if bill["kind"] == InvoiceKind.CREDIT_NOTE.value else "invoice",
            supplier=supplier.name,
            number=bill["number"] or None,
            issued_on=bill["issued_on"],
            lines="\n".join(_read(bill))[:3000] or None,
            beyond=None if beyond == "0, 0" else beyond,
            total=total or None,
            mail=number_of(mail.id),
        )
    )


def _read(bill: dict[str, Any]) -> list[str]:
    """Return the lines of a bill that were read whole, as they are typed."""
    rows = []
    for at, line in enumerate(bill["lines"], start=1):
        order = line["order"] or next(iter(bill["orders"]), "")
        if line["quantity"] and line["price"]:
            rows.append(f"{order}/{line['line'] or at}: {line['quantity']} x {line['price']}")
    return rows


def _asked(uow: UnitOfWork, mail_id: int) -> tuple[InboundMail, Supplier]:
    """Return the locked mail that is asked about; refuses whoever may not, and what was decided already."""
    check_role(uow, *WRITERS)
    mail = uow.lock(InboundMail, mail_id)
    beside = mail.state in BESIDE and uow.find(Invoice, mail_id=mail.id) is None
    if not (mail.state in OPEN or beside) or mail.supplier_id is None:
        raise AlreadyDone(subject=number_of(mail.id), what="Already decided", who="somebody", when="an earlier time")
    return mail, uow.get(Supplier, mail.supplier_id)


def _bill(mail: InboundMail) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(mail.reading).get("invoice") or {}
    empty: dict[str, Any] = {
        "kind": "invoice",
        "number": "",
        "issued_on": None,
        "currency": "",
        "orders": [],
        "lines": [],
        "total": None,
    }
    return empty | {"charges": None, "tax": None, "due_on": None, "refers_to": "", "note": ""} | found


def entered(uow: UnitOfWork, what: Submission) -> Answer:
    """Take what the form says if it adds up, and hold it against the order as if it had been read."""
    mail, supplier = _asked(uow, *numbers(what.private, 1))
    bill = _bill(mail)
    wrong: dict[str, str] = {}
    sums = _field(wrong, "total", lambda: _sums(what.field("total"), what.field("beyond")))
    charges = _field(wrong, "lines", lambda: _charges(uow, supplier, what.field("lines"), bill, sums))
    if not what.field("number"):
        wrong["number"] = "Write its number."
    if wrong or sums is None or charges is None:
        return Answer(errors=wrong)
    expected = sum(charge.amount for charge in charges) + sums.charges + sums.tax
    if expected != sums.total:
        return Answer(errors={"total": f"Lines, freight and tax come to {Money(expected, sums.currency)}."})
    head = Head(
        kind=InvoiceKind(bill["kind"]),
        number=what.field("number")[:100],
        issued_on=day(what.field("issued_on")),
        due_on=day(bill["due_on"]),
        currency=sums.currency,
        charges=sums.charges,
        tax=sums.tax,
        total=sums.total,
        refers_to=bill["refers_to"],
        note=bill["note"],
        accounts=" ".join(bill.get("accounts", ())),
    )
    return _written(uow, mail, supplier, invoice_capture.write(uow, supplier, head, charges, mail_id=mail.id), head)


def _written(uow: UnitOfWork, mail: InboundMail, supplier: Supplier, invoice_id: int | None, head: Head) -> Answer:
    named = f"Invoice {head.number}"
    _settle(uow, mail, supplier, f"{uow.actor.name} wrote down {named[:1].lower()}{named[1:]}")
    if invoice_id is None:
        return Answer(private=templates.words("invoice_said", what="known", name=named, to="", words=""))
    papers = held(uow, invoice_id)
    words = (
        " ".join(one.words for one in papers.found) or f"{invoice_cards.STATES[InvoiceState(papers.invoice.state)]}."
    )
    return Answer(private=templates.words("invoice_said", what="entered", name=papers.name, to="", words=words))


def _settle(uow: UnitOfWork, mail: InboundMail, supplier: Supplier, how: str, state: str = "settled") -> None:
    if mail.state in OPEN:
        uow.change(InboundMail, mail.id, state=state, problem=how)
    uow.audit(Note(number_of(mail.id), state, before={"state": mail.state}, after={"state": state}, words=how))
    invoice_cards.answered(uow, mail, supplier, how)


def not_one(uow: UnitOfWork, click: Click) -> Answer:
    """Put a mail away that asks for no money, or for none of ours."""
    mail, supplier = _asked(uow, *numbers(click.value, 1))
    _settle(uow, mail, supplier, f"{uow.actor.name} says that it is no invoice", "ignored")
    return Answer(private=templates.words("invoice_said", what="put_away", name="", to="", words=""))


def _field(wrong: dict[str, str], name: str, reads: Callable[[], Any]) -> Any:
    """Return what a field says, or note why it cannot be read."""
    try:
        return reads()
    except (Unreadable, Refusal, ValueError) as unreadable:
        wrong[name] = str(unreadable)[:150]
        return None


def _sums(total: str, beyond: str) -> _Sums:
    match = _TOTAL.fullmatch(total.strip())
    if match is None:
        raise Unreadable("Write the currency and the total: EUR 627.84")
    currency = (match[1] or match[4]).upper()
    pieces = [piece for piece in re.split(r"[;\s]+|,\s+", beyond.strip()) if piece]
    if len(pieces) > 2 or not all(_AMOUNT.fullmatch(piece) for piece in pieces):  # noqa: PLR2004 - freight and tax
        raise Unreadable("Write freight first, then tax, for instance 18.00, 100.24")
    charges, tax = ([_minor(piece, currency) for piece in pieces] + [0, 0])[:2]
    return _Sums(currency, charges, tax, _minor((match[2] or match[3]).replace(" ", ""), currency))


def _minor(written: str, currency: str) -> int:
    """Read a typed amount: one sign for decimals and none for thousands."""
    if not _AMOUNT.fullmatch(written):
        raise Unreadable(f"Write {written} without a sign for thousands")
    return Money.of(written.replace(",", "."), currency).minor


def _charges(uow: UnitOfWork, supplier: Supplier, text: str, bill: dict[str, Any], sums: _Sums | None) -> list[Charge]:
    """Read the lines as they are typed; raises ``Unreadable`` for one that fits no line of an order with this supplier."""
    rows = [row.strip() for row in text.splitlines() if row.strip()]
    if not rows:
        raise Unreadable("Write at least one line, for instance PO-2026-00118/1: 2 x 184.00")
    known: dict[str, Dossier] = {}
    return [
        _charge(
            uow, at, row, known, next(iter(bill["orders"]), ""), sums.currency if sums else supplier.currency or "EUR"
        )
        for at, row in enumerate(rows, start=1)
    ]


def _charge(  # noqa: PLR0917  # a typed line needs its place and its surroundings
    uow: UnitOfWork, at: int, row: str, known: dict[str, Dossier], usual: str, currency: str
) -> Charge:
    match = _LINE.fullmatch(row)
    if match is None:
        raise Unreadable(f"Row {at}: write it as PO-2026-00118/1: 2 x 184.00")
    number = match["order"] or usual
    dossier = known.get(number) or _order(uow, number)
    known[number] = dossier
    line = next((each for each in dossier.lines if each.line == int(match["line"])), None)
    if line is None:
        raise Unreadable(f"Row {at}: {dossier.name} has no line {match['line']}")
    quantity = quantity_of(match["count"], line.unit)
    price = price_of(match["price"].replace(",", "."))
    return Charge(
        line=at,
        order=dossier.name,
        order_line_id=line.id,
        item=line.supplier_part or line.part or "",
        description=line.description,
        quantity=quantity,
        unit=line.unit,
        amount=line_amount(quantity, price, currency).minor,
        tax_rate="",
        evidence=f"written by {uow.actor.name}: {price_text(price, currency)}",
    )


def _order(uow: UnitOfWork, number: str) -> Dossier:
    if not number:
        raise NotKnown(kind="purchase order", written="without a number", hint="Write PO-2026-00118/1: 2 x 184.00.")
    return opened(uow, order_named(uow, number).id)


CLICKS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {
    Action.INVOICE_ENTER: enter,
    Action.INVOICE_NOT_ONE: not_one,
}
SUBMISSIONS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {Callback.ENTER_INVOICE: entered}
