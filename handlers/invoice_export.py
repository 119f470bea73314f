"""Released invoices for the ERP: taken once, marked as exported, and written down as plain values, CSV, JSON and UBL."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from handlers import invoice_cards, invoice_matching
from handlers.invoice_content import Papers, held, subject_of
from handlers.invoice_export_ubl import as_ubl
from handlers.order_content import today
from handlers.people import name
from orders.errors import NotKnown
from orders.invoices import InvoiceEvent, InvoiceState
from orders.money import Money, price_text
from orders.people import CHARGEHAND
from orders.units import quantity_text
from storage.tables import Invoice
from storage.unit_of_work import Note, UnitOfWork, table

_INVOICES = table(Invoice)
SCHEMA = "chargehand.invoices/1"
COLUMNS = (
    "batch", "supplier", "supplier_name", "supplier_tax_id", "kind", "number", "issued_on", "due_on", "currency", "order", "order_line",
    "item", "description", "quantity", "unit", "unit_price", "amount", "tax_percent", "cost_centre", "net", "charges", "tax", "total",
    "refers_to", "delivery_note", "released_by", "released_at",
)  # fmt: skip
"""The columns of the CSV file: one row a line, what is said of the whole invoice repeated in each."""
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""How text begins that a spreadsheet would run as a formula."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What is handed over at once: its name, and for each invoice its values and its UBL document."""

    name: str
    invoices: Sequence[dict[str, Any]]
    documents: Sequence[tuple[str, bytes]]

    def as_json(self) -> str:
        """Return it as one JSON document; amounts are decimal strings."""
        whole = {"schema": SCHEMA, "batch": self.name, "invoices": list(self.invoices)}
        return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"

    def as_csv(self) -> str:
        """Return it as CSV: one row a line."""
        out = io.StringIO()
        writer = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
        writer.writeheader()
        for invoice in self.invoices:
            for line in invoice["lines"]:
                row = {"batch": self.name, **invoice, **line}
                writer.writerow({column: _harmless(row[column]) for column in COLUMNS})
        return out.getvalue()


def _harmless(written: object) -> str:
    """Return a value as text that no spreadsheet takes for a formula; figures below zero stay figures."""
    text = "" if written is None else str(written)
    figure = text.removeprefix("-").replace(".", "", 1).isdigit()
    return f"'{text}" if text.startswith(FORMULAS) and not figure else text


def exported(uow: UnitOfWork, again: str = "") -> Batch | None:
    """Take every released invoice once and mark it, or the batch named ``again`` as it was; None where nothing waits.

    What no longer fits its order is held instead, and what a supplier charges who is held back waits. Raises ``NotKnown`` for a batch that never was.
    """
    if again:
        rows = uow.all(Invoice, export=again)
        if not rows:
            raise NotKnown(kind="batch", written=again, hint="`chargehand invoices list` names the last ones.")
        for row in rows:
            uow.audit(Note(subject_of(row.id), "export again", after={"batch": again}))
        return _batch(uow, again, [held(uow, row.id) for row in rows])
    papers = [_looked_at(uow, row.id) for row in uow.all(Invoice, state=InvoiceState.RELEASED.value)]
    ready = [one for one in papers if one.state is InvoiceState.RELEASED and not one.supplier.held]
    if not ready:
        return None
    batch = _next(uow)
    return _batch(uow, batch, [_marked(uow, one, batch) for one in ready])


def _looked_at(uow: UnitOfWork, invoice_id: int) -> Papers:
    """Return an invoice held against its order once more, just before the ERP gets it."""
    papers = held(uow, invoice_id)
    now = invoice_matching.settled(uow, papers)
    if now.invoice.version != papers.invoice.version:
        invoice_matching.book(uow, now.dossiers)
        invoice_cards.show(uow, held(uow, invoice_id))
    return now


def _next(uow: UnitOfWork) -> str:
    """Return the name of the next batch: the day and the how many-th it is."""
    day = f"{today(uow):%Y-%m-%d}"
    used = {row.export for row in uow.all(Invoice, _INVOICES.c.export.like(f"{day}-%"))}
    return f"{day}-{len(used) + 1}"


def _marked(uow: UnitOfWork, papers: Papers, batch: str) -> Papers:
    now = invoice_matching.moved(
        uow, papers, InvoiceEvent.EXPORT, CHARGEHAND, export=batch, exported_at=papers.invoice.exported_at or uow.now
    )
    invoice_cards.show(uow, now)
    return now


def _batch(uow: UnitOfWork, batch: str, papers: Sequence[Papers]) -> Batch:
    documents = [(f"{batch}-{one.supplier.code}-{_plain(one.invoice.normal)}.xml", as_ubl(uow, one)) for one in papers]
    return Batch(batch, [_values(uow, one) for one in papers], documents)


def _plain(text: str) -> str:
    """Return letters and digits alone, because a supplier's number becomes part of a file's name."""
    return "".join(sign if sign.isascii() and sign.isalnum() else "_" for sign in text)[:60]


def _values(uow: UnitOfWork, papers: Papers) -> dict[str, Any]:
    """Return an invoice as plain values; amounts are decimal strings of its currency, days ISO dates."""
    invoice, supplier = papers.invoice, papers.supplier
    amounts = {
        key: Money(getattr(invoice, key), invoice.currency).plain() for key in ("net", "charges", "tax", "total")
    }
    return {
        "supplier": supplier.code,
        "supplier_name": supplier.name,
        "supplier_tax_id": supplier.tax_id,
        "kind": invoice.kind,
        "number": invoice.number,
        "issued_on": _day(invoice.issued_on),
        "due_on": _day(invoice.due_on),
        "currency": invoice.currency,
        **amounts,
        "rate": invoice.rate,
        "refers_to": invoice.refers_to,
        "delivery_note": invoice.note,
        "reason": invoice.reason,
        "released_by": name(uow, invoice.released_by_id),
        "released_at": invoice.released_at.isoformat() if invoice.released_at else "",
        "lines": [_line(papers, line) for line in papers.lines],
    }


def _line(papers: Papers, line: Any) -> dict[str, str]:
    fits = papers.line(line.order_line_id)
    currency = papers.invoice.currency
    return {
        "order": fits[0].name if fits else line.order,
        "order_line": str(fits[1].line) if fits else "",
        "item": line.item,
        "description": line.description,
        "quantity": quantity_text(line.quantity),
        "unit": line.unit,
        "unit_price": price_text(line.price, currency),
        "amount": Money(line.amount, currency).plain(),
        "tax_percent": line.tax_rate,
        "cost_centre": (fits[1].cost_centre or "") if fits else "",
    }


def _day(day: Any) -> str:
    return day.isoformat() if day else ""
