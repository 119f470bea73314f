"""What finance is told once a day about invoices: what waits, what is held, disputes without an answer, and what the ERP lacks."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta

import templates
from handlers import invoice_cards
from handlers.invoice_content import found_in
from handlers.invoice_lists import HELD, READY
from handlers.moments import short_day
from handlers.order_cards import content_of
from handlers.order_content import today
from orders.invoices import InvoiceState
from orders.money import Money
from storage import cards
from storage.tables import InboundMail, Invoice, Supplier
from storage.unit_of_work import UnitOfWork, table

_INVOICES = table(Invoice)
TOLD = (*READY, *HELD, InvoiceState.CAPTURED, InvoiceState.RELEASED)
ASKED = (InvoiceState.DISPUTED, InvoiceState.CREDIT_EXPECTED)
MOST = 5
SOON = timedelta(days=3)
SUBJECT = "INVOICES"


def tell_day(uow: UnitOfWork) -> None:
    """Tell finance in one message what is to be done about invoices today; nothing where nothing is."""
    rows = uow.all(Invoice, _INVOICES.c.state.in_([state.value for state in TOLD]))
    unread = len(uow.all(InboundMail, kind="invoice", state="asked"))
    if not rows and not unread:
        return
    card = templates.card("invoice_digest", summary=_summary(rows, unread), sections=list(_sections(uow, rows, unread)))
    for place in invoice_cards.places(uow):
        cards.say(uow, SUBJECT, place, content_of(card))


def _in(rows: Sequence[Invoice], *states: InvoiceState) -> list[Invoice]:
    return sorted((row for row in rows if row.state in states), key=lambda row: row.id)


def _summary(rows: Sequence[Invoice], unread: int) -> str:
    counted = (
        (len(_in(rows, *READY)), "to release"),
        (len(_in(rows, InvoiceState.EXCEPTION)) + unread, "to decide"),
        (len(_in(rows, *ASKED)), "without an answer"),
        (len(_in(rows, InvoiceState.RELEASED)), "not with the ERP"),
    )
    return ", ".join(f"{number} {what}" for number, what in counted if number) or "credit notes wait for their invoices"


def _sections(uow: UnitOfWork, rows: Sequence[Invoice], unread: int) -> Iterator[tuple[str, list[str]]]:
    """Return each heading with its lines, in the order in which finance works them off."""
    ready, held = _in(rows, *READY), _in(rows, InvoiceState.EXCEPTION)
    asked, gone = _in(rows, *ASKED), _in(rows, InvoiceState.RELEASED)
    if ready:
        yield f"To release: {_sums(ready)}", [_due(uow, row) for row in _by_due(ready)[:MOST]] + _more(ready)
    if held or unread:
        lines = [_why(uow, row) for row in held[:MOST]] + _more(held)
        lines += [f"{unread} {'mail asks' if unread == 1 else 'mails ask'} what an invoice says"] if unread else []
        yield f"Held: {_kinds(held)}" if held else "To write down", lines
    if asked:
        yield (
            "Written to the supplier, no answer yet",
            [_silent(uow, row) for row in _by_day(asked)[:MOST]] + _more(asked),
        )
    if gone:
        yield f"Released, not with the ERP yet: {_sums(gone)}", [_left(uow, row) for row in gone[:MOST]] + _more(gone)
    waiting = _in(rows, InvoiceState.CAPTURED)
    if waiting:
        yield "Credit notes that wait for their invoice", [_named(uow, row) for row in waiting[:MOST]] + _more(waiting)


def _more(rows: Sequence[Invoice]) -> list[str]:
    return [f"and {len(rows) - MOST} more"] if len(rows) > MOST else []


def _sums(rows: Sequence[Invoice]) -> str:
    """Say what invoices come to in each currency; credit notes are taken off."""
    sums: Counter[str] = Counter()
    for row in rows:
        sums[row.currency] += -row.total if row.kind == "credit_note" else row.total
    return " and ".join(str(Money(amount, currency)) for currency, amount in sorted(sums.items()))


def _kinds(rows: Sequence[Invoice]) -> str:
    """Count the differences: ``2 price too high, 1 not received``."""
    found = Counter(words for row in rows for words in {one.kind.words for one in found_in(row)})
    return ", ".join(f"{many} {words.lower()}" for words, many in found.most_common(4)) or "nobody knows why"


def _by_due(rows: Sequence[Invoice]) -> list[Invoice]:
    return sorted(rows, key=lambda row: (row.due_on is None, row.due_on, row.id))


def _by_day(rows: Sequence[Invoice]) -> list[Invoice]:
    return sorted(rows, key=lambda row: (row.decided_at or row.captured_at, row.id))


def _named(uow: UnitOfWork, row: Invoice) -> str:
    return f"{row.number} of {uow.get(Supplier, row.supplier_id).name}, {Money(row.total, row.currency)}"


def _due(uow: UnitOfWork, row: Invoice) -> str:
    if row.due_on is None:
        return _named(uow, row)
    day = today(uow)
    when = "was due" if row.due_on < day else "is due soon," if row.due_on <= day + SOON else "pay by"
    return f"{_named(uow, row)}: {when} {short_day(row.due_on)}"


def _why(uow: UnitOfWork, row: Invoice) -> str:
    kinds = ", ".join(dict.fromkeys(one.kind.words for one in found_in(row)))
    return f"{_named(uow, row)}: {kinds}"


def _silent(uow: UnitOfWork, row: Invoice) -> str:
    days = (today(uow) - (row.decided_at or row.captured_at).astimezone(uow.plant.zone).date()).days
    what = "credit asked for" if row.state == InvoiceState.CREDIT_EXPECTED else "disputed"
    return f"{_named(uow, row)}: {what} {'today' if days < 1 else 'yesterday' if days == 1 else f'{days} days ago'}"


def _left(uow: UnitOfWork, row: Invoice) -> str:
    held = (
        " (held back: somebody may be pretending to be the supplier)" if uow.get(Supplier, row.supplier_id).held else ""
    )
    return _named(uow, row) + held
