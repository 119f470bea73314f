"""Budgets: rows of a ledger and the running sums by month that move with them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, insert, or_, select, update

from orders.budgets import BudgetFigures, BudgetKind, Plan, Span, Standing, plan_for
from storage.prepared import Prepared
from storage.tables import Budget, BudgetEntry, BudgetSum, CostCentre
from storage.unit_of_work import UnitOfWork, table

RECEIPT, DISCOUNT = "receipt", "discount"
"""Why something was spent: goods came, or a discount is shared anew by an amendment after they had come."""
_SUMS, _LEDGER = table(BudgetSum), table(BudgetEntry)
_SAME = [_SUMS.c[name] == bindparam(name) for name in ("cost_centre_id", "year", "month", "currency")]
_RAISE = {
    kind: Prepared(update(_SUMS).where(*_SAME).values({kind.value: _SUMS.c[kind.value] + bindparam("more")}))
    for kind in BudgetKind
}
_ADD = Prepared(
    insert(_LEDGER).values({column.name: bindparam(column.name) for column in _LEDGER.c if column.name != "id"})
)
_PLACE = [_LEDGER.c[name] for name in ("line_id", "cost_centre_id", "year", "month", "currency", "rate")]
_STANDING = (
    select(*_PLACE, func.sum(_LEDGER.c.amount))
    .where(_LEDGER.c.kind == BudgetKind.COMMITTED.value, _LEDGER.c.line_id.is_not(None))
    .group_by(*_PLACE)
)
_OF_ORDER = Prepared(_STANDING.where(_LEDGER.c.order_id == bindparam("order")))
_BOOKED = Prepared(
    select(_LEDGER.c.cost_centre_id, func.sum(_LEDGER.c.amount))
    .where(_LEDGER.c.order_id == bindparam("order"))
    .group_by(_LEDGER.c.cost_centre_id)
)
_SPENT = Prepared(
    select(_LEDGER.c.line_id, _LEDGER.c.cost_centre_id, func.sum(_LEDGER.c.amount))
    .where(_LEDGER.c.order_id == bindparam("order"), _LEDGER.c.kind == BudgetKind.ACTUAL.value)
    .where(or_(_LEDGER.c.cause == RECEIPT, _LEDGER.c.cause == DISCOUNT))
    .group_by(_LEDGER.c.line_id, _LEDGER.c.cost_centre_id)
)
_IN_SPAN = Prepared(
    select(func.sum(_SUMS.c.committed).label("committed"), func.sum(_SUMS.c.actual).label("actual")).where(
        _SUMS.c.cost_centre_id == bindparam("centre"),
        _SUMS.c.year == bindparam("year"),
        _SUMS.c.month.between(bindparam("first"), bindparam("last")),
        _SUMS.c.currency == bindparam("currency"),
    )
)


@dataclass(frozen=True, slots=True)
class Booking:
    """A signed change of one kind on one cost centre and month, in minor units of the centre's currency."""

    cost_centre_id: int
    year: int
    kind: BudgetKind
    amount: int
    currency: str
    order_id: int | None = None
    line_id: int | None = None
    cause: str = ""
    month: int = 1
    rate: str = ""

    @classmethod
    def at(cls, place: Standing, kind: BudgetKind, amount: int, **of: Any) -> "Booking":
        """Return what is booked where something stands; ``of`` names order_id, line_id and cause."""
        spot = (place.cost_centre_id, place.year, kind, amount, place.currency)
        return cls(*spot, month=place.month, rate=place.rate, **of)


def book(uow: UnitOfWork, booking: Booking) -> None:
    """Write a ledger row and the running sum together; an amount of zero writes nothing."""
    book_all(uow, [booking])


def book_all(uow: UnitOfWork, bookings: Sequence[Booking]) -> None:
    """Write many ledger rows in one statement and raise each running sum once."""
    due = [booking for booking in bookings if booking.amount]
    sums: dict[tuple[int, int, int, str, BudgetKind], int] = {}
    for each in due:
        key = (each.cost_centre_id, each.year, each.month, each.currency, each.kind)
        sums[key] = sums.get(key, 0) + each.amount
    for (centre, year, month, currency, kind), amount in sorted(sums.items()):
        where = {"cost_centre_id": centre, "year": year, "month": month, "currency": currency}
        _raise(uow, where, kind, amount)
    if due:
        _ADD.write_all(uow.connection, [_row(uow, each) for each in due])


def _row(uow: UnitOfWork, booking: Booking) -> dict[str, object]:
    return {
        "cost_centre_id": booking.cost_centre_id,
        "year": booking.year,
        "month": booking.month,
        "kind": booking.kind.value,
        "amount": booking.amount,
        "currency": booking.currency,
        "rate": booking.rate,
        "order_id": booking.order_id,
        "line_id": booking.line_id,
        "cause": booking.cause,
        "at": uow.now,
        "happening": uow.key,
    }


def _raise(uow: UnitOfWork, where: dict[str, object], kind: BudgetKind, amount: int) -> None:
    if uow.write(_RAISE[kind], more=amount, **where) == 0:
        uow.add(BudgetSum, **where, **{"committed": 0, "actual": 0, kind.value: amount})


def currency_of(uow: UnitOfWork, cost_centre_id: int) -> str:
    """Return the one currency in which a cost centre is kept: that of its budgets, else the plant's."""
    return _currency(uow, uow.all(Budget, cost_centre_id=cost_centre_id))


def _currency(uow: UnitOfWork, rows: Sequence[Budget]) -> str:
    return rows[-1].currency if rows else uow.plant.currency


def plans(uow: UnitOfWork, cost_centre_id: int) -> list[Plan]:
    """Return what was planned for a cost centre, over all years."""
    return _plans(uow.all(Budget, cost_centre_id=cost_centre_id))


def _plans(rows: Sequence[Budget]) -> list[Plan]:
    return [Plan(Span(row.year, row.month, row.months), row.amount, row.spent_before) for row in rows]


def figures(uow: UnitOfWork, cost_centre_id: int, span: Span) -> BudgetFigures:
    """Return what is planned, committed and actual of one cost centre in a period.

    Where nothing is planned for the period but for its year, these are the figures of the year.
    """
    rows = uow.all(Budget, cost_centre_id=cost_centre_id)
    plan, currency = plan_for(_plans(rows), span), _currency(uow, rows)
    within = plan.span if plan is not None else span
    where = {"centre": cost_centre_id, "year": within.year, "first": within.month, "last": within.last}
    sums = uow.row(_IN_SPAN, **where, currency=currency)
    return BudgetFigures(
        cost_centre=uow.get(CostCentre, cost_centre_id).code,
        year=within.year,
        currency=currency,
        budget=plan.amount if plan is not None else None,
        committed=int(sums.committed or 0),
        actual=int(sums.actual or 0) + (plan.spent_before if plan is not None else 0),
        period="" if within == Span(within.year) else str(within),
    )


def standing(uow: UnitOfWork, order_id: int) -> dict[int, list[Standing]]:
    """Return by line what the ledger says that an order promises, and where; a line that was ever booked is in it."""
    found: dict[int, list[Standing]] = {}
    for row in uow.rows(_OF_ORDER, order=order_id):
        found.setdefault(row[0], []).append(_stands(row))
    return found


def spent_by_receipts(uow: UnitOfWork, order_id: int) -> dict[tuple[int, int], int]:
    """Return by line and cost centre what an order's receipts have spent, invoices left aside."""
    return {(row[0], row[1]): int(row[2]) for row in uow.rows(_SPENT, order=order_id)}


def booked(uow: UnitOfWork, order_id: int) -> dict[int, int]:
    """Return by cost centre what the ledger has of an order, promised and spent."""
    return {row.cost_centre_id: int(row[1]) for row in uow.rows(_BOOKED, order=order_id)}


def open_in(uow: UnitOfWork, year: int) -> list[tuple[int, int, Standing]]:
    """Return every promise that still stands in a year, with the order and the line that it is of."""
    query = _STANDING.add_columns(_LEDGER.c.order_id).group_by(_LEDGER.c.order_id).where(_LEDGER.c.year == year)
    rows = [(int(row[-1]), int(row[0]), _stands(row)) for row in uow.run(query)]
    return sorted((row for row in rows if row[2].amount), key=lambda row: (row[2].cost_centre_id, row[0], row[1]))


def _stands(row: Sequence[Any]) -> Standing:
    centre, year, month, currency, rate = row[1:6]
    return Standing(centre, year, month, currency, rate, int(row[6]))


def differences(uow: UnitOfWork) -> list[str]:
    """Name in sentences every sum that does not equal its ledger, and every promise below zero; empty when all agree."""
    keys = [_LEDGER.c[name] for name in ("cost_centre_id", "year", "month", "currency", "kind")]
    ledger = {tuple(row[:5]): int(row[5]) for row in uow.run(select(*keys, func.sum(_LEDGER.c.amount)).group_by(*keys))}
    wrong = []
    for row in uow.all(BudgetSum):
        for kind, said in (("committed", row.committed), ("actual", row.actual)):
            expected = ledger.pop((row.cost_centre_id, row.year, row.month, row.currency, kind), 0)
            if said != expected:
                where = _where(row.cost_centre_id, row.year, row.month)
                wrong.append(f"{where}: {kind} says {said}, its ledger {expected}.")
    wrong += [f"{_where(*key[:3])} has {key[4]} entries but no sum." for key, left in ledger.items() if left]
    return wrong + list(_below_zero(uow))


def _where(centre: int, year: int, month: int) -> str:
    return f"Cost centre {centre} {Span(year, month, 1)}"


def _below_zero(uow: UnitOfWork) -> Iterator[str]:
    for line, *place, amount in uow.run(_STANDING):
        if int(amount) < 0:
            where = _where(place[0], place[1], place[2])
            yield f"{where}: order line {line} promises {int(amount)}, which is less than nothing."
