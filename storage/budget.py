"""Budgets: rows of a ledger and the running sums that move with them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, func, insert, select, update

from orders.budgets import BudgetFigures, BudgetKind
from storage.prepared import Prepared
from storage.tables import Budget, BudgetEntry, BudgetSum, CostCentre
from storage.unit_of_work import UnitOfWork, table

_SUMS, _LEDGER = table(BudgetSum), table(BudgetEntry)
_SAME = [_SUMS.c[name] == bindparam(name) for name in ("cost_centre_id", "year", "currency")]
_RAISE = {
    kind: Prepared(update(_SUMS).where(*_SAME).values({kind.value: _SUMS.c[kind.value] + bindparam("more")}))
    for kind in BudgetKind
}
_ADD = Prepared(
    insert(_LEDGER).values({column.name: bindparam(column.name) for column in _LEDGER.c if column.name != "id"})
)


@dataclass(frozen=True, slots=True)
class Booking:
    """A signed change of one kind on one cost centre, in minor units."""

    cost_centre_id: int
    year: int
    kind: BudgetKind
    amount: int
    currency: str
    order_id: int | None = None
    line_id: int | None = None
    cause: str = ""


def book(uow: UnitOfWork, booking: Booking) -> None:
    """Write a ledger row and the running sum together; an amount of zero writes nothing."""
    book_all(uow, [booking])


def book_all(uow: UnitOfWork, bookings: Sequence[Booking]) -> None:
    """Write many ledger rows in one statement and raise each running sum once."""
    due = [booking for booking in bookings if booking.amount]
    sums: dict[tuple[int, int, str, BudgetKind], int] = {}
    for each in due:
        key = (each.cost_centre_id, each.year, each.currency, each.kind)
        sums[key] = sums.get(key, 0) + each.amount
    for (centre, year, currency, kind), amount in sorted(sums.items()):
        _raise(uow, {"cost_centre_id": centre, "year": year, "currency": currency}, kind, amount)
    if due:
        _ADD.write_all(uow.connection, [_row(uow, each) for each in due])


def _row(uow: UnitOfWork, booking: Booking) -> dict[str, object]:
    return {
        "cost_centre_id": booking.cost_centre_id,
        "year": booking.year,
        "kind": booking.kind.value,
        "amount": booking.amount,
        "currency": booking.currency,
        "order_id": booking.order_id,
        "line_id": booking.line_id,
        "cause": booking.cause,
        "at": uow.now,
        "happening": uow.key,
    }


def figures(uow: UnitOfWork, cost_centre_id: int, year: int, currency: str) -> BudgetFigures:
    """Return budget, committed and actual of one cost centre and year."""
    centre = uow.get(CostCentre, cost_centre_id)
    budget = uow.find(Budget, cost_centre_id=cost_centre_id, year=year)
    sums = uow.find(BudgetSum, cost_centre_id=cost_centre_id, year=year, currency=currency)
    same = budget if budget is not None and budget.currency == currency else None
    return BudgetFigures(
        cost_centre=centre.code,
        year=year,
        currency=currency,
        budget=same.amount if same else None,
        committed=sums.committed if sums else 0,
        actual=(sums.actual if sums else 0) + (same.spent_before if same else 0),
    )


def committed_on_line(uow: UnitOfWork, line_id: int) -> int:
    """Return what is still committed for one order line, in minor units."""
    kind = BudgetKind.COMMITTED.value
    found = uow.run(select(func.sum(_LEDGER.c.amount)).where(_LEDGER.c.line_id == line_id, _LEDGER.c.kind == kind))
    return int(found.scalar() or 0)


def _raise(uow: UnitOfWork, where: dict[str, object], kind: BudgetKind, amount: int) -> None:
    if uow.write(_RAISE[kind], more=amount, **where) == 0:
        uow.add(BudgetSum, **where, **{"committed": 0, "actual": 0, kind.value: amount})


def differences(uow: UnitOfWork) -> list[str]:
    """Name in sentences every sum that does not equal its ledger; empty when all agree."""
    keys = (_LEDGER.c.cost_centre_id, _LEDGER.c.year, _LEDGER.c.currency, _LEDGER.c.kind)
    ledger = {tuple(row[:4]): int(row[4]) for row in uow.run(select(*keys, func.sum(_LEDGER.c.amount)).group_by(*keys))}
    wrong = []
    for row in uow.all(BudgetSum):
        for kind, said in (("committed", row.committed), ("actual", row.actual)):
            expected = ledger.pop((row.cost_centre_id, row.year, row.currency, kind), 0)
            if said != expected:
                wrong.append(f"Cost centre {row.cost_centre_id} {row.year}: {kind} says {said}, its ledger {expected}.")
    return wrong + [
        f"Cost centre {key[0]} {key[1]} has {key[3]} entries but no sum." for key, left in ledger.items() if left
    ]
