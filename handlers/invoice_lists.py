"""The invoices that wait for finance: those that fit and can be released, and those that are held, the earliest due first."""

from datetime import date
from typing import Any

import templates
from handlers.happenings import Answer
from handlers.ids import value
from handlers.invoice_cards import STATES
from handlers.invoice_content import found_in
from orders.invoices import InvoiceState
from orders.money import Money
from storage.tables import Invoice, Supplier
from storage.unit_of_work import UnitOfWork, table

_INVOICES = table(Invoice)
READY = (InvoiceState.MATCHED, InvoiceState.VARIANCE_ACCEPTED)
HELD = (InvoiceState.EXCEPTION, InvoiceState.DISPUTED, InvoiceState.CREDIT_EXPECTED)
MOST = 200


def waiting(uow: UnitOfWork) -> list[Invoice]:
    """Return the invoices that somebody has to do something about: those to be released first, the earliest due first."""
    states = [state.value for state in (*READY, *HELD)]
    rows = uow.all(Invoice, _INVOICES.c.state.in_(states))
    return sorted(rows, key=lambda row: (row.state not in READY, row.due_on or date.max, row.id))[:MOST]


def counts(rows: list[Invoice]) -> str:
    """Say how many wait, and for what."""
    ready = sum(row.state in READY for row in rows)
    held = len(rows) - ready
    said = [f"{number} {words}" for number, words in ((ready, "to release"), (held, "held")) if number]
    return f"{_many(len(rows))}: {', '.join(said)}." if rows else "No invoice waits for you."


def _many(number: int) -> str:
    return f"{number} {'invoice waits' if number == 1 else 'invoices wait'}"


def listed(uow: UnitOfWork) -> Answer:
    """Show the list to whoever asked."""
    rows = waiting(uow)
    card = templates.card("invoices", waiting=counts(rows), rows=[_row(uow, row) for row in rows])
    return Answer(private=card.text, blocks=card.blocks)


def _row(uow: UnitOfWork, row: Invoice) -> dict[str, Any]:
    state = InvoiceState(row.state)
    return {
        "id": row.id,
        "number": row.number,
        "supplier": uow.get(Supplier, row.supplier_id).name,
        "total": str(Money(row.total, row.currency)),
        "stands": STATES[state],
        "kinds": ", ".join(dict.fromkeys(one.kind.words for one in found_in(row))),
        "due_on": row.due_on,
        "ready": state in READY,
        "value": value(row.id, row.version),
    }


def for_home(uow: UnitOfWork) -> list[str]:
    """Say on the Home tab how many invoices wait, and name the first few."""
    rows = waiting(uow)
    told = [_row(uow, row) for row in rows[:3]]
    return [counts(rows), *(f"{row['number']} of {row['supplier']}, {row['total']}: {row['stands']}" for row in told)]


def told(uow: UnitOfWork) -> tuple[list[dict[str, str]], list[dict[str, Any]]]:
    """Return the invoices that wait, and the last batches that were exported, as plain values."""
    rows = [_row(uow, row) for row in waiting(uow)]
    named = [
        {
            "number": row["number"],
            "supplier": row["supplier"],
            "total": row["total"],
            "state": row["stands"],
            "differs_in": row["kinds"],
            "pay_by": row["due_on"].isoformat() if row["due_on"] else "",
        }
        for row in rows
    ]
    found: dict[str, int] = {}
    for invoice in uow.all(Invoice, state=InvoiceState.EXPORTED.value):
        found[invoice.export] = found.get(invoice.export, 0) + 1
    return named, [{"batch": batch, "invoices": found[batch]} for batch in sorted(found)[-10:]]
