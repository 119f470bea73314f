"""What maintenance plans will make a cost centre buy: the parts that their orders take beyond what lies free or is on its way."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from handlers.order_content import today
from handlers.plan_calendar import schedule_of
from orders.forecast import Due
from orders.money import line_amount
from orders.rates import converted, rate_on
from storage import stock
from storage.tables import Asset, CostCentre, MaintenancePlan, Part, PlanPart
from storage.unit_of_work import UnitOfWork, table

_PARTS, _PLANS = table(PlanPart), table(MaintenancePlan)


def expected(uow: UnitOfWork, centre: CostCentre, currency: str, year: int) -> Iterator[Due]:
    """Yield what has to be bought for the plans of a cost centre's machines up to the end of a year, by day.

    What is free in store or on order covers whoever takes it first, of whichever cost centre. A plan that comes due by
    use alone has no day and is left out, and so is a part without a price or whose currency has no rate.
    """
    pays = _payers(uow)
    free: dict[int, int] = {}
    for day, part_id, quantity, payer in _takings(uow, pays, date(year, 12, 31)):
        if part_id not in free:
            free[part_id] = max(_projected(uow, part_id), 0)
        short = max(quantity - free[part_id], 0)
        free[part_id] = max(free[part_id] - quantity, 0)
        amount = _worth(uow, part_id, short, currency) if short and payer == centre.id else 0
        if amount:
            yield Due(day, amount, promised=False)


def _payers(uow: UnitOfWork) -> dict[int, int]:
    """Return the cost centre of each machine that has one."""
    return {row.id: row.cost_centre_id for row in uow.all(Asset) if row.cost_centre_id is not None}


def _takings(uow: UnitOfWork, pays: dict[int, int], until: date) -> list[tuple[date, int, int, int]]:
    """Return what plans take of parts up to a day, the earliest first, each with who pays."""
    found = []
    for plan in uow.all(MaintenancePlan, _PLANS.c.id.in_([row.plan_id for row in uow.all(PlanPart)])):
        days = _days(uow, plan, until) if plan.asset_id in pays else []
        parts = uow.all(PlanPart, plan_id=plan.id) if days else []
        found += [(day, row.part_id, row.quantity, pays[plan.asset_id]) for day in days for row in parts]
    return sorted(found)


def _days(uow: UnitOfWork, plan: MaintenancePlan, until: date) -> list[date]:
    """Return the days on which a plan comes due from now on, a floating one as if it were always done on its day."""
    if plan.next_due is None or plan.next_due > until or not plan.every:
        return []
    return [max(plan.next_due, today(uow)), *schedule_of(uow, plan).within(plan.next_due, until)]


def _projected(uow: UnitOfWork, part_id: int) -> int:
    part = uow.get(Part, part_id)
    return stock.figures(uow, part.id, part.store).projected


def _worth(uow: UnitOfWork, part_id: int, quantity: int, into: str) -> int:
    """Return what a quantity costs at the part's price in minor units of a currency; 0 where nobody can tell."""
    part = uow.get(Part, part_id)
    amount = line_amount(quantity, part.price, part.currency or uow.plant.currency)
    worths = [_rate(uow, currency) for currency in (amount.currency, into)]
    if worths[0] is None or worths[1] is None:
        return 0
    return converted(amount, worths[0] / worths[1], into).minor


def _rate(uow: UnitOfWork, currency: str) -> Decimal | None:
    if currency == uow.plant.currency:
        return Decimal(1)
    rate = rate_on(uow.plant.rates, currency, today(uow))
    return rate.worth if rate is not None else None
