"""An invoice as handlers read it: its row, its lines, who sent it, and the orders that it charges, locked before anything is decided."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, func, or_, select

from handlers.order_content import Dossier, Line, locked
from orders.errors import NotKnown, Unlawful
from orders.invoices import COUNTED, Difference, Found, InvoiceKind, InvoiceState, normalised
from storage.prepared import Prepared
from storage.tables import Invoice, InvoiceLine, PurchaseOrderLine, Supplier
from storage.unit_of_work import UnitOfWork, table

_INVOICES, _LINES, _ORDERED = table(Invoice), table(InvoiceLine), table(PurchaseOrderLine)


def in_states(states: Iterable[InvoiceState]) -> ColumnElement[bool]:
    """Return the condition that an invoice is in one of some states, as prepared statements take it."""
    return or_(*(_INVOICES.c.state == state.value for state in sorted(states)))


_SIGN = case((_INVOICES.c.kind == InvoiceKind.CREDIT_NOTE.value, -1), else_=1)
_COUNTS = in_states(COUNTED)
_ORDERS_OF = Prepared(
    select(_ORDERED.c.order_id)
    .join(_LINES, _LINES.c.order_line_id == _ORDERED.c.id)
    .where(_LINES.c.invoice_id == bindparam("invoice"))
    .distinct()
)
_OF_ORDER = Prepared(
    select(_LINES.c.invoice_id)
    .join(_ORDERED, _ORDERED.c.id == _LINES.c.order_line_id)
    .where(_ORDERED.c.order_id == bindparam("order"))
    .distinct()
)
ALL_CHARGED = (
    select(
        _LINES.c.order_line_id,
        func.sum(_SIGN * _LINES.c.quantity).label("quantity"),
        func.sum(_SIGN * _LINES.c.amount).label("amount"),
    )
    .join(_INVOICES, _INVOICES.c.id == _LINES.c.invoice_id)
    .where(_COUNTS, _LINES.c.order_line_id.is_not(None))
    .group_by(_LINES.c.order_line_id)
)
"""What counts as billed of every order line: thousandths and minor units, credit notes taken off."""
_CHARGED = Prepared(
    ALL_CHARGED.join(_ORDERED, _ORDERED.c.id == _LINES.c.order_line_id).where(_ORDERED.c.order_id == bindparam("order"))
)


@dataclass(frozen=True)
class Papers:
    """An invoice with its lines, its supplier, and the orders it charges by their ids; orders and invoice are locked."""

    invoice: Invoice
    lines: Sequence[InvoiceLine]
    supplier: Supplier
    dossiers: dict[int, Dossier]

    @property
    def state(self) -> InvoiceState:
        """Where it stands."""
        return InvoiceState(self.invoice.state)

    @property
    def kind(self) -> InvoiceKind:
        """What it asks for."""
        return InvoiceKind(self.invoice.kind)

    @property
    def counts(self) -> bool:
        """Whether what it charges counts as billed."""
        return self.state in COUNTED

    @property
    def name(self) -> str:
        """How people call it."""
        return f"{'Credit note' if self.kind is InvoiceKind.CREDIT_NOTE else 'Invoice'} {self.invoice.number}"

    @property
    def orders(self) -> list[str]:
        """Return the numbers of the orders that it charges."""
        return [self.dossiers[number].name for number in sorted(self.dossiers)]

    @property
    def found(self) -> list[Found]:
        """Return the differences that were found last."""
        return found_in(self.invoice)

    def line(self, order_line_id: int | None) -> tuple[Dossier, Line] | None:
        """Return the order line with this id and its order, if it is one of these orders'."""
        for dossier in self.dossiers.values():
            line = dossier.line(order_line_id or 0)
            if line is not None:
                return dossier, line
        return None


def found_in(invoice: Invoice) -> list[Found]:
    """Return the differences that are written in an invoice."""
    rows = json.loads(invoice.exceptions) if invoice.exceptions else []
    return [Found(Difference(row["difference"]), row["words"], row["line"], row["amount"]) for row in rows]


def written(found: Iterable[Found]) -> str:
    """Return differences as they are kept; empty for none."""
    rows = [
        {"difference": one.difference.value, "words": one.words, "line": one.line, "amount": one.amount}
        for one in found
    ]
    return json.dumps(rows, ensure_ascii=False) if rows else ""


def subject_of(invoice_id: int) -> str:
    """Return how the audit calls an invoice; its own number is the supplier's and may repeat."""
    return f"INV-{invoice_id}"


def held(uow: UnitOfWork, invoice_id: int) -> Papers:
    """Read an invoice with its orders under their locks, the orders first, as receiving locks them too."""
    order_ids = sorted(row.order_id for row in uow.rows(_ORDERS_OF, invoice=invoice_id))
    dossiers = {order_id: locked(uow, order_id) for order_id in order_ids}
    return _papers(uow, uow.lock(Invoice, invoice_id), dossiers)


def of_order(uow: UnitOfWork, dossier: Dossier) -> list[Papers]:
    """Return every invoice that charges a line of a locked order, oldest first; other orders of theirs are locked too."""
    return [held(uow, row.invoice_id) for row in sorted(uow.rows(_OF_ORDER, order=dossier.order.id))]


def _papers(uow: UnitOfWork, invoice: Invoice, dossiers: dict[int, Dossier]) -> Papers:
    lines = sorted(uow.all(InvoiceLine, invoice_id=invoice.id), key=lambda line: line.line)
    return Papers(invoice, lines, uow.get(Supplier, invoice.supplier_id), dossiers)


def charged(uow: UnitOfWork, order_id: int) -> dict[int, tuple[int, int]]:
    """Return by order line what counts as billed: thousandths and minor units, credit notes taken off."""
    rows: list[Any] = uow.rows(_CHARGED, order=order_id)
    return {row.order_line_id: (int(row.quantity), int(row.amount)) for row in rows}


def named(uow: UnitOfWork, text: str) -> Invoice:
    """Find an invoice by its number, however it is written; raises ``NotKnown``, or asks which one where several bear it."""
    normal = normalised(text)
    found = [row for row in uow.all(Invoice, _INVOICES.c.normal.like(f"{normal}%")) if normalised(row.number) == normal]
    live = [row for row in found if row.state != InvoiceState.VOIDED] or found
    if not normal or not live:
        raise NotKnown(
            kind="invoice", written=text.strip() or "without a number", hint="`invoices` lists those that wait."
        )
    if len(live) > 1:
        who = ", ".join(uow.get(Supplier, row.supplier_id).name for row in live[:5])
        raise Unlawful(why=f"{len(live)} invoices bear {text.strip()}: of {who}. Open `invoices` and choose.")
    return live[0]
