"""The end of a year: what orders still promise in it is carried into the next one, or lapses; an order itself goes on."""

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.order_content import today
from orders.budgets import BudgetKind, Standing
from orders.errors import Unlawful
from orders.money import Money
from storage import budget
from storage.budget import Booking
from storage.tables import CostCentre, PurchaseOrder
from storage.unit_of_work import Note, UnitOfWork

JANUARY = 1


@dataclass(frozen=True, slots=True)
class Open:
    """What one order still promises on one cost centre in a year."""

    order: str
    cost_centre: str
    amount: Money


def still_open(uow: UnitOfWork, year: int) -> list[Open]:
    """Return what is still promised in a year by order and cost centre, without changing anything."""
    sums: dict[tuple[int, int, str], int] = {}
    for order, _, one in budget.open_in(uow, year):
        key = (order, one.cost_centre_id, one.currency)
        sums[key] = sums.get(key, 0) + one.amount
    return [
        Open(_name(uow, order), uow.get(CostCentre, centre).code, Money(amount, currency))
        for (order, centre, currency), amount in sums.items()
    ]


def _name(uow: UnitOfWork, order_id: int) -> str:
    order = uow.get(PurchaseOrder, order_id)
    return order.number or order.draft_number


def end_year(uow: UnitOfWork, year: int) -> list[Open]:
    """Carry what is still promised in a year that is over into the next one, or let it lapse, as the plant has settled.

    Doing it again moves only what was promised in that year meanwhile. Raises ``Unlawful`` for a year that is not over.
    """
    if year >= today(uow).year:
        raise Unlawful(
            why=f"{year} is not over, so nothing of it is moved. Its promises stay where they are until then."
        )
    for order_id in sorted({order for order, _, _ in budget.open_in(uow, year)}):
        uow.lock(PurchaseOrder, order_id)
    moved, rows = still_open(uow, year), budget.open_in(uow, year)
    cause = uow.plant.budget.carry
    budget.book_all(uow, [booking for row in rows for booking in _bookings(row, cause)])
    for one in moved:
        after = {
            "cost centre": one.cost_centre,
            "amount": str(one.amount),
            "year": year + 1 if cause == "carry" else None,
        }
        uow.audit(Note(one.order, f"{cause} the budget", before={"year": year}, after=after))
    return moved


def _bookings(row: tuple[int, int, Standing], cause: str) -> Sequence[Booking]:
    order_id, line_id, one = row

    def booking(year: int, month: int, amount: int) -> Booking:
        return Booking(
            cost_centre_id=one.cost_centre_id,
            year=year,
            kind=BudgetKind.COMMITTED,
            amount=amount,
            currency=one.currency,
            order_id=order_id,
            line_id=line_id,
            cause=cause,
            month=month,
            rate=one.rate,
        )

    gone = booking(one.year, one.month, -one.amount)
    return [gone, booking(one.year + 1, JANUARY, one.amount)] if cause == "carry" else [gone]
