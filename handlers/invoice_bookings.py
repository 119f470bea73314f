"""What invoices do to budgets: what was spent at the order's price becomes what is really charged; nothing is booked twice."""

from dataclasses import dataclass

from sqlalchemy import bindparam, func, or_, select

from handlers.budget_bookings import Tender, tender
from handlers.invoice_content import charged, in_states
from handlers.order_content import Dossier, Line
from orders.budgets import BudgetKind, Standing, freed
from orders.invoices import COUNTED, InvoiceKind
from orders.money import line_amount
from orders.purchase_orders import LIVE
from storage import budget
from storage.budget import Booking
from storage.prepared import Prepared
from storage.tables import BudgetEntry, Invoice, InvoiceLine, PurchaseOrderLine
from storage.unit_of_work import UnitOfWork, table

CAUSE, FREIGHT = "invoice", "invoice freight"
"""What the ledger calls rows that an invoice moved."""
_LEDGER, _INVOICES = table(BudgetEntry), table(Invoice)
_LINES, _ORDERED = table(InvoiceLine), table(PurchaseOrderLine)
_BOOKED = Prepared(
    select(_LEDGER.c.line_id, _LEDGER.c.cause, func.sum(_LEDGER.c.amount).label("amount"))
    .where(
        _LEDGER.c.order_id == bindparam("order"),
        or_(_LEDGER.c.cause == CAUSE, _LEDGER.c.cause == FREIGHT),
        _LEDGER.c.kind == BudgetKind.ACTUAL.value,
    )
    .group_by(_LEDGER.c.line_id, _LEDGER.c.cause)
)
_CHARGING = Prepared(
    select(_INVOICES.c.id, _INVOICES.c.kind, _INVOICES.c.charges)
    .join(_LINES, _LINES.c.invoice_id == _INVOICES.c.id)
    .join(_ORDERED, _ORDERED.c.id == _LINES.c.order_line_id)
    .where(_ORDERED.c.order_id == bindparam("order"), in_states(COUNTED))
    .distinct()
)
_FIRST_ORDER = Prepared(
    select(func.min(_ORDERED.c.order_id).label("order_id"))
    .join(_LINES, _LINES.c.order_line_id == _ORDERED.c.id)
    .where(_LINES.c.invoice_id == bindparam("invoice"))
)


def settle(uow: UnitOfWork, dossier: Dossier, two_way: frozenset[int]) -> None:
    """Bring the ledger of an order to what its invoices charge now; ``two_way`` are the lines that need no receipt.

    What receipts spend at the order's price stays; an invoice adds or takes off the difference, and charges whole what
    nobody takes in. Doing it again changes nothing, and an invoice that no longer counts takes its difference along.
    """
    books = _Books(uow, dossier)
    counted = charged(uow, dossier.order.id)
    for line in dossier.lines:
        quantity, amount = counted.get(line.id, (0, 0))
        if line.cost_centre_id is None:
            continue
        books.bring(line, CAUSE, amount - books.worth(line, min(quantity, line.accepted)))
        if line.id in two_way:
            books.promise(line, max(quantity, line.accepted))
    books.freight(charged_freight(uow, dossier.order.id) - agreed_freight(dossier))
    budget.book_all(uow, books.bookings)


def agreed_freight(dossier: Dossier) -> int:
    """Return what an order agreed on beyond its lines: freight and other charges, in minor units."""
    return sum(charge.content.signed for charge in dossier.charges)


def charged_freight(uow: UnitOfWork, order_id: int, but: int | None = None) -> int:
    """Return what invoices that count charge beyond lines, each with the first of its orders; ``but`` leaves one out."""
    total = 0
    for row in uow.rows(_CHARGING, order=order_id):
        if row.id != but and uow.row(_FIRST_ORDER, invoice=row.id).order_id == order_id:
            total += -row.charges if row.kind == InvoiceKind.CREDIT_NOTE else row.charges
    return total


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a line's money is booked now."""

    cost_centre_id: int
    tender: Tender


class _Books:
    """The bookings that invoices of one order ask for, collected and written together."""

    def __init__(self, uow: UnitOfWork, dossier: Dossier) -> None:
        self.uow, self.dossier = uow, dossier
        self.standing = budget.standing(uow, dossier.order.id)
        self.booked = {(row.line_id, row.cause): int(row.amount) for row in uow.rows(_BOOKED, order=dossier.order.id)}
        self.bookings: list[Booking] = []

    def worth(self, line: Line, quantity: int) -> int:
        """Return what a quantity costs at the order's price."""
        return line_amount(quantity, line.price, self.dossier.order.currency).minor

    def bring(self, line: Line, cause: str, amount: int) -> None:
        """Bring what the ledger says of a line and cause to an amount of the order's currency."""
        place = self._place(line)
        delta = place.tender.minor(amount, self.dossier.order.currency) - self.booked.get((line.id, cause), 0)
        if delta:
            self._book(line, self._now(place), BudgetKind.ACTUAL, delta, cause)

    def freight(self, over: int) -> None:
        """Charge freight beyond what was agreed to whoever pays for the first line; less than agreed stays as it was spent."""
        first = next((line for line in self.dossier.lines if line.cost_centre_id is not None), None)
        if first is not None:
            self.bring(first, FREIGHT, max(over, 0))

    def promise(self, line: Line, done: int) -> None:
        """Bring what a line that nobody takes in still promises to what is not charged yet."""
        stands = [one for one in self.standing.get(line.id, ()) if one.cost_centre_id == line.cost_centre_id]
        wanted = line.quantity - line.cancelled
        open_ = self.worth(line, wanted) - self.worth(line, min(done, wanted))
        place = self._place(line)
        target = place.tender.minor(open_, self.dossier.order.currency)
        for part in freed(stands, target) if done else ():
            self._book(line, part.of, BudgetKind.COMMITTED, -part.amount, CAUSE)
        lacking = target - sum(one.amount for one in stands)
        if lacking > 0 and self.dossier.state in LIVE:
            self._book(line, self._now(place), BudgetKind.COMMITTED, lacking, CAUSE)

    def _place(self, line: Line) -> _Place:
        """Return whoever pays and how the line was booked first, whatever rates say meanwhile."""
        centre = line.cost_centre_id or 0
        known = next((one for one in self.standing.get(line.id, ()) if one.cost_centre_id == centre), None)
        if known is not None:
            return _Place(centre, Tender(known.currency, known.rate))
        return _Place(centre, tender(self.uow, self.dossier.order, budget.currency_of(self.uow, centre)))

    def _now(self, place: _Place) -> Standing:
        day = self.uow.now.astimezone(self.uow.plant.zone)
        return Standing(place.cost_centre_id, day.year, day.month, place.tender.currency, place.tender.rate, 0)

    def _book(self, line: Line, place: Standing, kind: BudgetKind, amount: int, cause: str) -> None:
        of = {"order_id": self.dossier.order.id, "line_id": line.id, "cause": cause}
        self.bookings.append(Booking.at(place, kind, amount, **of))
