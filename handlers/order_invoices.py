"""What invoices mean for their order: what is billed of it, which of them are open, and what of it may no longer be given up."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from handlers.invoice_content import charged, found_in
from handlers.invoice_matching import way_of
from handlers.moments import short_day
from handlers.order_content import Dossier, Line
from orders.invoices import PAYABLE, InvoiceKind, InvoiceState, Invoicing, invoicing
from orders.matching import Way
from orders.money import Money, line_amount
from orders.order_endings import check_not_billed, check_uncharged
from orders.units import measured
from storage.prepared import Prepared
from storage.tables import Invoice, InvoiceLine, PurchaseOrderLine
from storage.unit_of_work import UnitOfWork, table

_INVOICES, _LINES, _ORDERED = table(Invoice), table(InvoiceLine), table(PurchaseOrderLine)
_CHARGING = Prepared(
    select(_INVOICES.c.id)
    .join(_LINES, _LINES.c.invoice_id == _INVOICES.c.id)
    .join(_ORDERED, _ORDERED.c.id == _LINES.c.order_line_id)
    .where(_ORDERED.c.order_id == bindparam("order"), _INVOICES.c.state != InvoiceState.VOIDED.value)
    .distinct()
)
STANDS = {
    InvoiceState.CAPTURED: "waits for its invoice",
    InvoiceState.MATCHED: "fits, not released yet",
    InvoiceState.EXCEPTION: "held",
    InvoiceState.VARIANCE_ACCEPTED: "accepted as it is, not released yet",
    InvoiceState.DISPUTED: "disputed, not answered yet",
    InvoiceState.CREDIT_EXPECTED: "waits for a credit note",
    InvoiceState.RELEASED: "released, not with the ERP yet",
    InvoiceState.EXPORTED: "with the ERP",
}
"""What is said of each invoice on its order's card."""
HELD = (InvoiceState.EXCEPTION, InvoiceState.DISPUTED, InvoiceState.CREDIT_EXPECTED)
SAID = {
    Invoicing.NONE: "not yet",
    Invoicing.PARTIAL: "in part",
    Invoicing.COMPLETE: "whole",
    Invoicing.EXCEPTION: "held",
}
MOST = 4


def of_order(uow: UnitOfWork, order_id: int) -> list[Invoice]:
    """Return the invoices and credit notes that charge an order and count for something, oldest first."""
    return [uow.get(Invoice, row.id) for row in sorted(uow.rows(_CHARGING, order=order_id))]


def summary(uow: UnitOfWork, dossier: Dossier, rows: Sequence[Invoice]) -> str:
    """Say how far an order is invoiced: ``in part, EUR 184.00 of EUR 368.00``; empty where nobody has charged anything."""
    if not rows:
        return ""
    held = any(row.state in HELD for row in rows)
    kept = [line for line in dossier.lines if not line.dropped_in]
    stands = invoicing([(line.quantity - line.cancelled, line.billed) for line in kept], held=held)
    amount = sum(amount for _, amount in charged(uow, dossier.order.id).values())
    currency = dossier.order.currency
    worth = sum(line_amount(line.quantity - line.cancelled, line.price, currency).minor for line in kept)
    return f"{SAID[stands]}, {Money(amount, currency)} of {Money(worth, currency)}"


def told(rows: Sequence[Invoice]) -> list[str]:
    """Name each invoice that is not with the ERP yet, and how many are: ``R-7781, EUR 368.00: held (Price too high)``."""
    waiting = [row for row in rows if row.state != InvoiceState.EXPORTED]
    said = [_told(row) for row in waiting[:MOST]]
    said += [f"and {len(waiting) - MOST} more invoices"] if len(waiting) > MOST else []
    gone = len(rows) - len(waiting)
    return said + ([f"{gone} {'invoice is' if gone == 1 else 'invoices are'} with the ERP"] if gone else [])


def _told(row: Invoice) -> str:
    kinds = ", ".join(dict.fromkeys(one.kind.words for one in found_in(row)))
    what = "Credit note" if row.kind == InvoiceKind.CREDIT_NOTE else "Invoice"
    due = f", pay by {short_day(row.due_on)}" if row.due_on is not None and row.state not in HELD else ""
    why = f" ({kinds})" if kinds and row.state in HELD else ""
    return f"{what} {row.number}, {Money(row.total, row.currency)}: {STANDS[InvoiceState(row.state)]}{why}{due}"


def check_cancel(uow: UnitOfWork, dossier: Dossier) -> None:
    """Refuse to cancel what somebody has charged: finance decides about the invoice first."""
    rows = of_order(uow, dossier.order.id)
    if rows:
        worst = next((row for row in rows if row.state in PAYABLE), rows[0])
        paid = worst.state == InvoiceState.EXPORTED
        check_uncharged(dossier.name, worst.number, STANDS[InvoiceState(worst.state)], exported=paid)


def check_given_up(uow: UnitOfWork, dossier: Dossier, lines: Sequence[Line]) -> None:
    """Refuse to expect no more of what nobody takes in and an invoice has charged already."""
    for line in lines:
        if line.billed > line.accepted and way_of(uow, dossier, line) is Way.TWO:
            check_not_billed(dossier.name, line.line, measured(line.billed - line.accepted, line.unit))


def warning(uow: UnitOfWork, dossier: Dossier, lines: Sequence[Line]) -> str:
    """Say which undecided invoices charge what is given up, and so will not fit by themselves any more; empty for none."""
    given_up = {line.id for line in lines}
    rows = [row for row in of_order(uow, dossier.order.id) if row.state in (InvoiceState.CAPTURED, *HELD)]
    rows = [row for row in rows if {one.order_line_id for one in uow.all(InvoiceLine, invoice_id=row.id)} & given_up]
    rows = [row for row in rows if row.kind == InvoiceKind.INVOICE]
    if not rows:
        return ""
    named = ", ".join(f"{row.number} ({STANDS[InvoiceState(row.state)]})" for row in rows[:3])
    return f"Invoice {named} charges what is given up: finance has to dispute it, or ask for credit."
