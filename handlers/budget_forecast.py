"""What a year of a cost centre comes to: the ledger by month, promises by expected day, what planned orders and plans expect."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, select

from handlers import plan_forecast
from handlers.budget_bookings import tender
from handlers.budget_checks import pending
from handlers.order_content import opened, today
from orders.agreements import AgreementState
from orders.budgets import BudgetKind, Plan, Span, plan_for
from orders.errors import RateMissing
from orders.forecast import Due, Forecast, by_month
from orders.money import line_amount
from orders.purchase_orders import OrderKind
from storage import agreements, budget
from storage.prepared import Prepared
from storage.tables import Agreement, BudgetEntry, BudgetSum, CostCentre, PurchaseOrder, PurchaseOrderLine
from storage.unit_of_work import UnitOfWork, table

_LEDGER, _LINES, _ORDERS = table(BudgetEntry), table(PurchaseOrderLine), table(PurchaseOrder)
_DAY = func.coalesce(_LINES.c.promised_on, _LINES.c.deliver_by, _ORDERS.c.promised_on, _ORDERS.c.deliver_by)
_PROMISED = Prepared(
    select(_DAY.label("day"), func.sum(_LEDGER.c.amount).label("amount"))
    .select_from(_LEDGER)
    .join(_LINES, _LINES.c.id == _LEDGER.c.line_id)
    .join(_ORDERS, _ORDERS.c.id == _LEDGER.c.order_id)
    .where(
        _LEDGER.c.kind == BudgetKind.COMMITTED.value,
        _LEDGER.c.cost_centre_id == bindparam("centre"),
        _LEDGER.c.currency == bindparam("currency"),
    )
    .group_by(_DAY)
)
OPEN = frozenset({AgreementState.ACTIVE, AgreementState.APPROVED})
"""States of a planned order from which releases are still expected."""


def forecast(uow: UnitOfWork, centre: CostCentre, year: int) -> Forecast:
    """Return a year of a cost centre by months: spent, promised by expected day, expected from planned orders and plans."""
    plans, span = budget.plans(uow, centre.id), Span(year)
    plan = plan_for(plans, span)
    figures = budget.figures(uow, centre.id, span)
    waiting = pending(uow, centre.id, figures.currency) if year == today(uow).year else 0
    rows = uow.all(BudgetSum, cost_centre_id=centre.id, year=year, currency=figures.currency)
    due = [*_promised(uow, centre, figures.currency), *_expected(uow, centre, figures.currency)]
    due += plan_forecast.expected(uow, centre, figures.currency, year)
    months, later, undated = by_month(year, today(uow), {row.month: row.actual for row in rows}, due)
    return Forecast(
        figures=replace(figures, pending=waiting),
        months=tuple(months),
        before=plan.spent_before if plan is not None else 0,
        later=later,
        undated=undated,
        planned=_by_month(plans, year),
    )


def _by_month(plans: list[Plan], year: int) -> tuple[int | None, ...]:
    """Return what was planned for each month; nothing where no plan is for a single month."""
    own = {plan.span.month: plan.amount for plan in plans if plan.span.year == year and plan.span.months == 1}
    return tuple(own.get(month) for month in range(1, 13)) if own else ()


def _promised(uow: UnitOfWork, centre: CostCentre, currency: str) -> Iterator[Due]:
    for row in uow.rows(_PROMISED, centre=centre.id, currency=currency):
        if int(row.amount):
            # SQLite gives a day that a function chose as text.
            day = date.fromisoformat(row.day) if isinstance(row.day, str) else row.day
            yield Due(day, int(row.amount))


def _expected(uow: UnitOfWork, centre: CostCentre, currency: str) -> Iterator[Due]:
    """Yield what planned orders still expect of this cost centre: the quantity that is not released, on the line's day."""
    for head in uow.all(Agreement):
        if head.state not in OPEN:
            continue
        order = uow.get(PurchaseOrder, head.order_id)
        if OrderKind(order.kind) is OrderKind.PLANNED:
            yield from _of_planned(uow, order, head.cost_centre_id, (centre.id, currency))


def _of_planned(uow: UnitOfWork, order: Any, pays: int | None, wanted: tuple[int, str]) -> Iterator[Due]:
    centre, currency = wanted
    left = {line.line: line for line in agreements.agreed(uow, order.id).lines}
    try:
        by = tender(uow, order, currency)
    except RateMissing:
        return
    for line in opened(uow, order.id).lines:
        one = left.get(line.line)
        if (line.cost_centre_id or pays) == centre and one is not None and one.planned and one.left:
            rest = line.quantity * one.left // one.planned
            amount = line_amount(rest, line.price, order.currency).minor
            yield Due(line.deliver_by, by.minor(amount, order.currency), promised=False)
