"""Stock: running sums that move together with the ledger, never without it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, or_, select, update

from orders.agreements import AGREEMENT_KINDS
from orders.money import QUANTITY_SCALE
from orders.purchase_orders import LIVE
from orders.stock import Figures, MovementKind
from storage.prepared import Prepared
from storage.tables import PurchaseOrder, PurchaseOrderLine, Stock, StockMovement
from storage.unit_of_work import UnitOfWork, table

_STOCK, _LINES, _ORDERS = table(Stock), table(PurchaseOrderLine), table(PurchaseOrder)
_LEFT = _LINES.c.quantity - _LINES.c.cancelled - _LINES.c.accepted
_STILL_OPEN = Prepared(
    select(_LEFT.label("left"), _LINES.c.unit, _LINES.c.pack_unit, _LINES.c.pack_size)
    .join(_ORDERS, _ORDERS.c.id == _LINES.c.order_id)
    .where(_LINES.c.part_id == bindparam("part_id"), _LEFT > 0)
    .where(or_(*(_ORDERS.c.state == state.value for state in sorted(LIVE))))
    .where(*(_ORDERS.c.kind != kind.value for kind in sorted(AGREEMENT_KINDS)))
)
_RAISE = Prepared(
    update(_STOCK)
    .where(_STOCK.c.part_id == bindparam("of_part"), _STOCK.c.store == bindparam("of_store"))
    .values(
        on_hand=_STOCK.c.on_hand + bindparam("more_on_hand"), reserved=_STOCK.c.reserved + bindparam("more_reserved")
    )
)


@dataclass(frozen=True, slots=True)
class Movement:
    """A change of stock: signed thousandths, the unit cost of that moment in ten-thousandths, and its origin."""

    part_id: int
    store: str
    kind: MovementKind
    quantity: int
    unit_cost: int
    currency: str
    work_order_id: int | None = None
    receipt_line_id: int | None = None
    inspection_id: int | None = None


def figures(uow: UnitOfWork, part_id: int, store: str) -> Figures:
    """Return on hand, reserved and on order of a part in a store, in thousandths."""
    row = uow.find(Stock, part_id=part_id, store=store)
    on_order = open_on_orders(uow, part_id)
    return Figures(row.on_hand if row else 0, row.reserved if row else 0, on_order)


def open_on_orders(uow: UnitOfWork, part_id: int) -> int:
    """Return what approved and sent orders will still bring of a part, in thousandths of the part's unit.

    A line in packs brings its pack size for each pack that is still open.
    """
    return sum(in_part_units(row.left, row) for row in uow.rows(_STILL_OPEN, part_id=part_id))


def in_part_units(quantity: int, line: Any) -> int:
    """Turn a quantity of an order line into the part's unit: a line ordered in packs brings its pack size for each."""
    packed = line.pack_size if line.pack_size and line.pack_unit in ("", line.unit) else QUANTITY_SCALE
    return int(quantity * packed // QUANTITY_SCALE)


def move(uow: UnitOfWork, movement: Movement) -> int:
    """Write a ledger row and the running sum together; returns the ledger row's id."""
    _raise(uow, movement.part_id, movement.store, on_hand=movement.quantity, reserved=0)
    return uow.add(
        StockMovement,
        part_id=movement.part_id,
        store=movement.store,
        kind=movement.kind.value,
        quantity=movement.quantity,
        unit_cost=movement.unit_cost,
        currency=movement.currency,
        work_order_id=movement.work_order_id,
        receipt_line_id=movement.receipt_line_id,
        inspection_id=movement.inspection_id,
        by_id=uow.actor.person_id,
        at=uow.now,
        happening=uow.key,
    )


def reserve(uow: UnitOfWork, part_id: int, store: str, quantity: int) -> None:
    """Raise (or with a negative quantity lower) what is promised to work orders."""
    _raise(uow, part_id, store, on_hand=0, reserved=quantity)


def lock(uow: UnitOfWork, part_id: int, store: str) -> Figures:
    """Return the figures and keep everybody else from changing them until the commit."""
    number = _sum_row(uow, part_id, store)
    row = uow.lock(Stock, number)
    return Figures(row.on_hand, row.reserved, open_on_orders(uow, part_id))


def _sum_row(uow: UnitOfWork, part_id: int, store: str) -> int:
    row = uow.find(Stock, part_id=part_id, store=store)
    return row.id if row else uow.add(Stock, part_id=part_id, store=store, on_hand=0, reserved=0)


def _raise(uow: UnitOfWork, part_id: int, store: str, *, on_hand: int, reserved: int) -> None:
    if uow.write(_RAISE, of_part=part_id, of_store=store, more_on_hand=on_hand, more_reserved=reserved) == 0:
        uow.add(Stock, part_id=part_id, store=store, on_hand=on_hand, reserved=reserved)


def differences(uow: UnitOfWork) -> list[str]:
    """Name in sentences every sum that does not equal its ledger; empty when all agree."""
    ledger = table(StockMovement)
    sums = uow.run(
        select(ledger.c.part_id, ledger.c.store, func.sum(ledger.c.quantity)).group_by(*ledger.c["part_id", "store"])
    )
    counted = {(row[0], row[1]): int(row[2]) for row in sums}
    wrong = []
    for row in uow.all(Stock):
        expected = counted.pop((row.part_id, row.store), 0)
        if row.on_hand != expected:
            wrong.append(f"Stock of part {row.part_id} in {row.store} says {row.on_hand}, its ledger {expected}.")
        if row.on_hand < 0 or row.reserved < 0:
            wrong.append(f"Stock of part {row.part_id} in {row.store} is negative.")
    return wrong + [
        f"Part {part} in {store} has movements but no sum." for (part, store), left in counted.items() if left
    ]
