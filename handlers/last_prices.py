"""What the parts of an order cost the last time they were ordered, beside what they cost now."""

from sqlalchemy import bindparam, func, select

from handlers.order_content import Dossier
from orders import price_changes
from orders.price_changes import LastPaid
from storage.prepared import Prepared
from storage.tables import PurchaseOrder, PurchaseOrderLine
from storage.unit_of_work import UnitOfWork, table

_LINES, _ORDERS = table(PurchaseOrderLine), table(PurchaseOrder)
_OWN, _EARLIER = _LINES.alias("own"), _LINES.alias("earlier")
_LAST_PRICES = Prepared(
    select(_LINES.c.part_id, _LINES.c.price, _LINES.c.unit, _ORDERS.c.currency, _ORDERS.c.approved_at)
    .join(_ORDERS, _ORDERS.c.id == _LINES.c.order_id)
    .where(
        _LINES.c.id.in_(
            select(func.max(_EARLIER.c.id))
            .join(_ORDERS, _ORDERS.c.id == _EARLIER.c.order_id)
            .join(_OWN, _OWN.c.part_id == _EARLIER.c.part_id)
            .where(_OWN.c.order_id == bindparam("order"), _EARLIER.c.order_id != bindparam("order"))
            .where(_ORDERS.c.approved_at.is_not(None))
            .group_by(_EARLIER.c.part_id)
        )
    )
)
"""For each part of an order, the line of the last approved order before it."""


def last_paid(uow: UnitOfWork, order_id: int) -> dict[int, LastPaid]:
    """Return by part what it cost in the last approved order besides this one."""
    return {
        row.part_id: LastPaid(row.price, row.currency, row.unit, row.approved_at.astimezone(uow.plant.zone).date())
        for row in uow.rows(_LAST_PRICES, order=order_id)
    }


def changes(uow: UnitOfWork, dossier: Dossier, most: int = 3) -> str:
    """Say by how much each part's price differs from the last order of it, where that is worth saying."""
    before, told = last_paid(uow, dossier.order.id), []
    for line in dossier.lines:
        last = before.get(line.part_id or 0)
        if last is None or (last.currency, last.unit) != (dossier.order.currency, line.unit):
            continue
        moved = price_changes.permille(last.price, line.price)
        if moved is not None and abs(moved) >= price_changes.WORTH_SAYING_PERMILLE:
            told.append(f"{line.description} {moved / 10:+.1f} % since {last.on:%b %Y}")
    return ", ".join(told[:most])


def beside(uow: UnitOfWork, dossier: Dossier) -> list[str]:
    """Say of each part that was ordered before what it costs now and what it cost last, once a part, in the order of the lines."""
    before, currency = last_paid(uow, dossier.order.id), dossier.order.currency
    lines = {(line.part_id, line.unit, line.price): line for line in reversed(dossier.lines) if line.part_id in before}
    return [
        price_changes.said(_in_short(line.description), line.price, currency, line.unit, before.get(line.part_id or 0))
        for line in reversed(lines.values())
    ]


def _in_short(name: str) -> str:
    return name if len(name) <= MOST_LETTERS else name[: MOST_LETTERS - 1].rstrip() + "…"


MOST_LETTERS = 30
"""So much of a part's name stands beside its prices; the line above has all of it."""
