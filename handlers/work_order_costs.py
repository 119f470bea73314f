"""What work orders cost, added up from rows that never change: hours, parts taken out, services that came, and what was written down."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select

from handlers import people
from handlers.agreement_words import SEES_MONEY, sees_money
from handlers.happenings import Answer
from handlers.questions import answer
from orders.budgets import BudgetKind
from orders.errors import NotYours, Unlawful
from orders.money import Money, line_amount
from orders.people import Role
from orders.stock import MovementKind
from orders.typed_amounts import plain
from orders.units import measured
from orders.work_costs import Cost, CostKind, labour, summed, together, told
from orders.work_orders import WorkOrderState
from storage.tables import (
    BudgetEntry,
    Part,
    PurchaseOrder,
    PurchaseOrderLine,
    StockMovement,
    WorkOrder,
    WorkOrderCost,
    WorkOrderTime,
)
from storage.unit_of_work import Note, UnitOfWork, table

_TIMES, _MOVES, _PARTS, _COSTS = table(WorkOrderTime), table(StockMovement), table(Part), table(WorkOrderCost)
_LINES, _BUYING, _BOOKED = table(PurchaseOrderLine), table(PurchaseOrder), table(BudgetEntry)
_TAKEN = (MovementKind.ISSUE.value, MovementKind.RETURN.value)
_AMOUNT = re.compile(r"(?P<sign>[-+]?)\s*(?P<amount>\d[\d.,' ]*\d|\d)(?P<rest>.*)", re.DOTALL)
WRITERS = (Role.SUPERVISOR, Role.FINANCE)
"""Who writes down money that no hour, part or order accounts for."""
WHAT_MOST = 200
Costs = Mapping[int, Sequence[Cost]]


def costs(uow: UnitOfWork, wanted: Sequence[int]) -> Costs:
    """Return the costs of work orders by their ids; time without a rate is no cost, see ``unvalued``."""
    found: dict[int, list[Cost]] = defaultdict(list)
    for read in (_labour, _parts, _services, _other):
        for number, cost in read(uow, wanted):
            found[number].append(cost)
    return found


def unvalued(uow: UnitOfWork, wanted: Sequence[int]) -> int:
    """Return the minutes of work orders for which nobody had said what an hour costs."""
    rows = uow.all(WorkOrderTime, _TIMES.c.work_order_id.in_(wanted), _TIMES.c.rate.is_(None))
    return sum(row.minutes or 0 for row in rows)


def _labour(uow: UnitOfWork, wanted: Sequence[int]) -> Iterator[tuple[int, Cost]]:
    for row in uow.all(WorkOrderTime, _TIMES.c.work_order_id.in_(wanted), _TIMES.c.rate.is_not(None)):
        if row.minutes and row.rate is not None:
            yield row.work_order_id, Cost(CostKind.LABOUR, labour(row.minutes, row.rate, row.currency))


def _parts(uow: UnitOfWork, wanted: Sequence[int]) -> Iterator[tuple[int, Cost]]:
    for row in uow.all(StockMovement, _MOVES.c.work_order_id.in_(wanted), _MOVES.c.kind.in_(_TAKEN)):
        yield row.work_order_id or 0, Cost(CostKind.PARTS, line_amount(-row.quantity, row.unit_cost, row.currency))


def _services(uow: UnitOfWork, wanted: Sequence[int]) -> Iterator[tuple[int, Cost]]:
    """Read what was bought for the jobs without being a part of the store: as booked, else what came at the order's price."""
    columns = (*_LINES.c["id", "work_order_id", "accepted", "price", "cost_centre_id"], _BUYING.c.currency)
    query = select(*columns).join(_BUYING, _BUYING.c.id == _LINES.c.order_id)
    rows = list(uow.run(query.where(_LINES.c.work_order_id.in_(wanted), _LINES.c.part_id.is_(None))).all())
    booked = _booked(uow, [row.id for row in rows if row.cost_centre_id is not None])
    for row in rows:
        amounts = booked.get(row.id) if row.cost_centre_id is not None else None
        for amount in amounts or ([line_amount(row.accepted, row.price, row.currency)] if amounts is None else []):
            yield row.work_order_id, Cost(CostKind.SERVICES, amount)


def _booked(uow: UnitOfWork, lines: Sequence[int]) -> dict[int, list[Money]]:
    """Return what the budgets say was spent by line; a line of which nothing came has nothing."""
    found: dict[int, list[Money]] = {line: [] for line in lines}
    orders = select(_LINES.c.order_id).where(_LINES.c.id.in_(lines))
    query = select(_BOOKED.c.line_id, _BOOKED.c.amount, _BOOKED.c.currency).where(_BOOKED.c.order_id.in_(orders))
    query = query.where(_BOOKED.c.line_id.in_(lines), _BOOKED.c.kind == BudgetKind.ACTUAL.value)
    for row in uow.run(query).all() if lines else ():
        found[row.line_id].append(Money(row.amount, row.currency))
    return found


def _other(uow: UnitOfWork, wanted: Sequence[int]) -> Iterator[tuple[int, Cost]]:
    for row in uow.all(WorkOrderCost, _COSTS.c.work_order_id.in_(wanted)):
        yield row.work_order_id, Cost(CostKind.OTHER, Money(row.amount, row.currency))


def typed(uow: UnitOfWork, order: WorkOrder, rest: str) -> Answer:
    """Answer ``cost 412``, and write down ``cost 412 120.00 crane hire`` on a locked work order."""
    if not sees_money(uow):
        raise NotYours(roles="planners, buyers and finance", what="see what work costs", who=_who(uow, *SEES_MONEY))
    if rest.strip():
        _write(uow, order, rest.strip())
    return shown(uow, order)


def _who(uow: UnitOfWork, *roles: Role) -> str:
    names = people.names(uow, *roles)
    return f"Ask {names}." if names else ""


def _write(uow: UnitOfWork, order: WorkOrder, written: str) -> None:
    """Write an amount down beside what hours, parts and orders account for; what is wrong is taken back by a negative row."""
    if not uow.actor.has(*WRITERS):
        raise NotYours(roles="supervisors and finance", what="write costs down", who=_who(uow, *WRITERS))
    if order.state == WorkOrderState.CANCELLED:
        raise Unlawful(why=f"{order.number} is cancelled: nothing was done, so nothing can be charged to it.")
    amount, what = _read(uow, written)
    row = {"amount": amount.minor, "currency": amount.currency, "what": what}
    uow.add(WorkOrderCost, work_order_id=order.id, by_id=uow.actor.person_id, at=uow.now, **row)
    uow.audit(Note(order.number, "cost", after=row, words=what))


def _read(uow: UnitOfWork, written: str) -> tuple[Money, str]:
    found = _AMOUNT.fullmatch(written)
    what = found["rest"].strip(" ,:") if found is not None else ""
    currency = uow.plant.currency
    if what.upper().startswith(f"{currency} "):
        what = what[len(currency) :].strip()
    if found is None or not what:
        raise Unlawful(why="Write the amount and what it was for, for instance `cost 412 120.00 crane hire`.")
    try:
        amount = Money.of(f"{found['sign']}{plain(found['amount'])}", currency)
    except ValueError:
        raise Unlawful(why=f"“{found['amount']}” is no amount in {currency}; write it as 1234.50.") from None
    if not amount.minor:
        raise Unlawful(why="An amount of zero changes nothing.")
    return amount, what[:WHAT_MOST]


def shown(uow: UnitOfWork, order: WorkOrder) -> Answer:
    """Say what a work order cost, by kind and with what stands behind each."""
    found = costs(uow, [order.id]).get(order.id, ())
    rows = [
        f"{kind.value.capitalize()}: {amounts(sums)}{_behind(uow, order, kind)}" for kind, sums in summed(found).items()
    ]
    minutes = unvalued(uow, [order.id])
    rows += [f"{minutes} min without an hourly rate: counted, not valued"] if minutes else []
    final = order.state == WorkOrderState.CLOSED
    heading = f"{order.number} {'cost' if final else 'has cost'} {told(together(found))}: {order.title}"
    return answer(heading, rows or ["No hours, parts or services yet."], foot(found))


def foot(found: Sequence[Cost]) -> str:
    """Say by what prices costs are added up, where there are any."""
    return "Hours at the rate of their day, parts at the price of theirs; later prices change nothing" if found else ""


def amounts(sums: Mapping[str, int]) -> str:
    """Say minor units by currency."""
    return told(Money(minor, currency) for currency, minor in sorted(sums.items()))


def _behind(uow: UnitOfWork, order: WorkOrder, kind: CostKind) -> str:
    behind = {CostKind.LABOUR: _hours, CostKind.PARTS: _pieces, CostKind.OTHER: _reasons}.get(kind)
    words = behind(uow, order) if behind is not None else ""
    return f" ({words})" if words else ""


def _hours(uow: UnitOfWork, order: WorkOrder) -> str:
    minutes: dict[str, int] = defaultdict(int)
    for row in uow.all(WorkOrderTime, work_order_id=order.id):
        minutes[people.name(uow, row.person_id)] += row.minutes or 0
    return ", ".join(f"{name} {spent} min" for name, spent in minutes.items() if spent)


def _pieces(uow: UnitOfWork, order: WorkOrder) -> str:
    return ", ".join(used(uow, [order.id]).get(order.id, ()))


def _reasons(uow: UnitOfWork, order: WorkOrder) -> str:
    return ", ".join(row.what for row in uow.all(WorkOrderCost, work_order_id=order.id))


def used(uow: UnitOfWork, wanted: Sequence[int]) -> dict[int, list[str]]:
    """Return the parts that work orders used, in words, by their ids."""
    columns = (*_MOVES.c["work_order_id", "part_id", "quantity"], *_PARTS.c["name", "unit"])
    query = select(*columns)
    query = query.join(_PARTS, _PARTS.c.id == _MOVES.c.part_id)
    query = query.where(_MOVES.c.work_order_id.in_(wanted), _MOVES.c.kind.in_(_TAKEN)).order_by(_MOVES.c.id)
    taken: dict[tuple[int, str, str], int] = defaultdict(int)
    for row in uow.run(query).all():
        taken[row.work_order_id, row.name, row.unit] -= row.quantity
    found: dict[int, list[str]] = defaultdict(list)
    for (number, name, unit), quantity in taken.items():
        if quantity:
            found[number].append(f"{measured(quantity, unit)} {name}")
    return found
