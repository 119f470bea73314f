"""Taking in what a supplier charges: written down once by its number, held against its order, shown to finance where it differs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select

from handlers import invoice_cards, invoice_matching, invoice_returns, supplier_figures, supplier_holds
from handlers.delivery_notices import Taken
from handlers.invoice_content import held, subject_of
from handlers.invoice_lines import Charge, charges_of, minor, orders_of
from handlers.mail_readings import Unsure, day
from handlers.order_content import today
from orders.invoices import Difference, InvoiceEvent, InvoiceKind, InvoiceState, normalised
from orders.people import CHARGEHAND
from orders.rates import rate_on
from storage.prepared import Prepared
from storage.tables import InboundMail, Invoice, InvoiceLine, Supplier
from storage.unit_of_work import Note, UnitOfWork, table

KIND = "invoice"
READABLE = frozenset({"invoice", "complete", "everything open"})
"""Rules of the reader under which an invoice is taken; under any other, a person looks at the mail first."""
EARLY = frozenset({Difference.NOT_RECEIVED, Difference.NOT_INSPECTED})
"""Differences that are nobody's fault and go away by themselves."""
UNNUMBERED = "~"
"""What sets a number that was used before apart from its first use."""

_INVOICES = table(Invoice)
_ACCOUNTS = Prepared(
    select(_INVOICES.c.accounts)
    .where(_INVOICES.c.supplier_id == bindparam("supplier"), _INVOICES.c.accounts != "")
    .where(_INVOICES.c.state != InvoiceState.VOIDED.value)
    .distinct()
)


@dataclass(frozen=True, slots=True)
class Head:
    """What an invoice says beside its lines; amounts in minor units."""

    kind: InvoiceKind
    number: str
    issued_on: date | None
    due_on: date | None
    currency: str
    charges: int
    tax: int
    total: int
    refers_to: str = ""
    note: str = ""
    accounts: str = ""


SAID = ("number", "issued_on", "due_on", "currency", "charges", "tax", "total", "refers_to", "note", "accounts")
"""What of a head is kept as it is said."""


def comes_with(said: Mapping[str, Any]) -> bool:
    """Say whether a mail that is about goods or an answer brings an invoice with it."""
    return said["kind"] != KIND and bool(said.get("invoice"))


def is_invoice(said: Mapping[str, Any]) -> bool:
    """Say whether a mail is an invoice from somebody who is who they say, and nothing worse is the matter."""
    sure = said["decision"]["rule"] in READABLE and said["sender"]["trust"] == "verified"
    return said["kind"] == KIND and bool(said.get("invoice")) and sure


def taken(uow: UnitOfWork, mail: InboundMail, said: Mapping[str, Any], supplier: Supplier | None) -> Taken:
    """Take in the invoice of a mail; what is unclear is asked of finance and nothing of it is guessed.

    Raises ``Unsure`` for an unknown supplier, and for one whom somebody may be pretending to be.
    """
    bill = said["invoice"]
    if supplier is None:
        raise Unsure("the supplier is not known")
    if supplier.held:
        raise Unsure("somebody may be pretending to be the supplier, so nothing of it is taken in")
    orders = orders_of(uow, bill, said)
    doubts = [str(doubt) for doubt in bill["doubts"]]
    try:
        charges = charges_of(bill, orders) if not doubts else []
        head = _head(bill) if not doubts else None
    except Unsure as unsure:
        doubts, charges, head = [str(unsure)], [], None
    first = next(iter(orders.values()), None)
    order_id = first.order.id if first is not None else None
    if head is None:
        invoice_cards.ask(uow, mail, supplier, bill, doubts)
        return Taken("asked", order_id, doubts[0])
    return _written(uow, mail, supplier, head, charges, order_id)


def _head(bill: Mapping[str, Any]) -> Head:
    """Return the head of a bill; raises ``Unsure`` for an amount that its currency cannot express."""
    currency = str(bill["currency"])
    return Head(
        kind=InvoiceKind(bill["kind"]),
        number=str(bill["number"])[:100],
        issued_on=day(bill["issued_on"]),
        due_on=day(bill["due_on"]),
        currency=currency,
        charges=minor(bill["charges"], currency),
        tax=minor(bill["tax"] or "0", currency),
        total=minor(bill["total"], currency),
        refers_to=str(bill["refers_to"])[:100],
        note=str(bill["note"])[:100],
        accounts=" ".join(map(str, bill.get("accounts", ())))[:500],
    )


def _written(  # noqa: PLR0917  # an invoice comes from a mail, of a supplier, with a head and lines
    uow: UnitOfWork,
    mail: InboundMail,
    supplier: Supplier,
    head: Head,
    charges: Sequence[Charge],
    order_id: int | None,
) -> Taken:
    invoice_id = write(uow, supplier, head, charges, mail_id=mail.id)
    if invoice_id is None:
        return Taken("duplicate", order_id, f"the same as invoice {head.number}")
    if mail.attempts:
        invoice_cards.answered(uow, mail, supplier, f"read again, and {_named(head)} was taken in")
    return Taken("settled", order_id, f"{_named(head)} was taken in")


def _named(head: Head) -> str:
    return f"{'credit note' if head.kind is InvoiceKind.CREDIT_NOTE else 'invoice'} {head.number}"


def write(
    uow: UnitOfWork, supplier: Supplier, head: Head, charges: Sequence[Charge], *, mail_id: int | None
) -> int | None:
    """Write an invoice down and hold it against its orders; returns its id, None where it is there already.

    The same number with other figures is kept beside the first one and can only be disputed or voided.
    """
    uow.lock(Supplier, supplier.id)
    free = _free(uow, supplier, head)
    if free is None:
        return None
    normal, former = free
    _watch_account(uow, supplier, head, mail_id)
    invoice_id = _add(uow, supplier, head, charges, normal=normal, mail_id=mail_id, former=former)
    papers = invoice_matching.settled(uow, held(uow, invoice_id))
    if head.kind is InvoiceKind.INVOICE:
        right = all(one.difference in EARLY for one in papers.found)
        supplier_figures.invoiced(uow, supplier.id, f"INVOICE-{invoice_id}", right=right)
    invoice_matching.book(uow, papers.dossiers)
    invoice_cards.show(uow, held(uow, invoice_id))
    invoice_returns.settle(uow, held(uow, invoice_id))
    if head.kind is InvoiceKind.CREDIT_NOTE and papers.invoice.refers_to_id is not None:
        invoice_cards.show(uow, held(uow, papers.invoice.refers_to_id))
    return invoice_id


def _watch_account(uow: UnitOfWork, supplier: Supplier, head: Head, mail_id: int | None) -> None:
    """Hold a supplier back whose invoice names another bank account than all before: somebody calls before anything is paid."""
    named = head.accounts.split()
    rows = uow.rows(_ACCOUNTS, supplier=supplier.id) if named else []
    known = {account for row in rows for account in row.accounts.split()}
    strange = [account for account in named if account not in known]
    if known and strange and mail_id is not None:
        name = _named(head)
        words = f"{name[:1].upper()}{name[1:]} names the bank account {strange[0]}, and none before it did."
        supplier_holds.suspect(uow, supplier, uow.get(InboundMail, mail_id), [words])


def _free(uow: UnitOfWork, supplier: Supplier, head: Head) -> tuple[str, Invoice | None] | None:
    """Return under which number an invoice is kept and which one bears that number already; None where it is there itself.

    A corrected invoice takes the place of the disputed one.
    """
    normal = normalised(head.number) or UNNUMBERED
    former = uow.find(Invoice, supplier_id=supplier.id, normal=normal)
    if former is not None and _is_replaced(former, head):
        _replaced(uow, former)
        return normal, None
    use, known = 1, former
    while known is not None:
        if _same(known, head):
            return None
        use += 1
        known = uow.find(Invoice, supplier_id=supplier.id, normal=_nth(normal, use))
    return _nth(normal, use), former


def _is_replaced(former: Invoice, head: Head) -> bool:
    """Say whether a paper is the corrected form of a disputed one: of the same kind, with other figures."""
    disputed = former.state == InvoiceState.DISPUTED and former.kind == head.kind.value
    return disputed and not _same(former, head)


def _replaced(uow: UnitOfWork, former: Invoice) -> None:
    """Void a disputed invoice, because its corrected form came under the same number."""
    papers = held(uow, former.id)
    values = {
        "reason": "replaced by a corrected invoice",
        "normal": f"{former.normal}#{former.id}",
        "decided_at": uow.now,
    }
    invoice_matching.moved(uow, papers, InvoiceEvent.VOID, CHARGEHAND, **values)
    invoice_cards.show(uow, held(uow, former.id))


def _nth(normal: str, use: int) -> str:
    return normal if use == 1 else f"{normal}{UNNUMBERED}{use}"


def _same(former: Invoice, head: Head) -> bool:
    kept = (former.kind, former.currency, former.total, former.issued_on)
    return kept == (head.kind.value, head.currency, head.total, head.issued_on)


def _add(  # see _written
    uow: UnitOfWork,
    supplier: Supplier,
    head: Head,
    charges: Sequence[Charge],
    *,
    normal: str,
    mail_id: int | None,
    former: Invoice | None,
) -> int:
    refers = _referred(uow, supplier, head, charges)
    invoice_id = uow.add(
        Invoice,
        supplier_id=supplier.id,
        kind=head.kind.value,
        normal=normal,
        **{name: getattr(head, name) for name in SAID},
        net=sum(charge.amount for charge in charges),
        **_frozen_rate(uow, head.currency),
        refers_to_id=refers.id if refers is not None else None,
        duplicate_of_id=former.id if former is not None else None,
        state=InvoiceState.CAPTURED.value,
        mail_id=mail_id,
        captured_at=uow.now,
    )
    for charge in charges:
        uow.add(InvoiceLine, invoice_id=invoice_id, price=charge.price_in(head.currency), **_row(charge))
    after = {"supplier": supplier.code, "number": head.number, "total": head.total, "currency": head.currency}
    uow.audit(Note(subject_of(invoice_id), "capture", after=after))
    return invoice_id


def _frozen_rate(uow: UnitOfWork, currency: str) -> dict[str, object]:
    """Return what one unit of a currency is worth today, which stays with the invoice; empty where it is the plant's or unknown."""
    rate = rate_on(uow.plant.rates, currency, today(uow)) if currency != uow.plant.currency else None
    return {"rate": str(rate.worth) if rate is not None else "", "rate_on": rate.on if rate is not None else None}


def _row(charge: Charge) -> dict[str, object]:
    names = (
        "line",
        "order",
        "order_line_id",
        "item",
        "description",
        "quantity",
        "unit",
        "amount",
        "tax_rate",
        "evidence",
    )
    return {name: getattr(charge, name) for name in names}


def _referred(uow: UnitOfWork, supplier: Supplier, head: Head, charges: Sequence[Charge]) -> Invoice | None:
    """Return the invoice that a credit note is for: the one it names, else the only one of its orders that was too high."""
    if head.kind is not InvoiceKind.CREDIT_NOTE:
        return None
    if head.refers_to:
        return uow.find(Invoice, supplier_id=supplier.id, normal=normalised(head.refers_to))
    lines = {charge.order_line_id for charge in charges if charge.order_line_id is not None}
    waiting = uow.all(Invoice, supplier_id=supplier.id, state=InvoiceState.CREDIT_EXPECTED.value)
    fitting = [
        row for row in waiting if lines & {line.order_line_id for line in uow.all(InvoiceLine, invoice_id=row.id)}
    ]
    return fitting[0] if len(fitting) == 1 else None


def from_beside(uow: UnitOfWork, mail: InboundMail, said: Mapping[str, Any], supplier: Supplier | None) -> None:
    """Take in the invoice that came with goods or an answer, from a sender who is verified; what is unclear is asked."""
    if comes_with(said) and supplier is not None and said["sender"]["trust"] == "verified" and not supplier.held:
        taken(uow, mail, said, supplier)
