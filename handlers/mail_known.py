"""What the reader has to know before it reads: plant, suppliers and orders, rebuilt only where an order has changed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, bindparam, or_, select

from handlers.extraction import Known
from handlers.extraction import known as reader
from handlers.order_content import today
from handlers.order_revisions import Wanted, wanted
from orders.money import PRICE_SCALE, QUANTITY_SCALE
from orders.purchase_orders import RECEIVABLE, OrderState
from storage.prepared import Prepared
from storage.tables import OrderRevision, Part, PurchaseOrder, PurchaseOrderLine, ReadingRule, Supplier
from storage.unit_of_work import UnitOfWork, table

_ORDERS, _LINES = table(PurchaseOrder), table(PurchaseOrderLine)
_PARTS, _SUPPLIERS = table(Part), table(Supplier)
REMEMBERED = timedelta(days=180)
"""How long a closed order is still looked for in supplier mail."""
OPEN_STATES = (*RECEIVABLE, OrderState.SENDING, OrderState.APPROVED, OrderState.REJECTED_BY_SUPPLIER)
STATUS = dict.fromkeys((*RECEIVABLE, OrderState.SENDING), "sent")
"""What the reader calls a state; every other state goes by its own name."""
MOST_KEPT = 4


@dataclass(slots=True)
class _Kept:
    """What was built for one database: orders by id with the version they were built from, and the whole."""

    orders: dict[int, tuple[int, reader.Order]] = field(default_factory=dict)
    suppliers: tuple[reader.Supplier, ...] = ()
    known: Known | None = None


_kept: dict[str, _Kept] = {}


def known(uow: UnitOfWork) -> Known:
    """Return everything that is known; orders that did not change since the last mail are not read again."""
    kept = _kept.get(name := f"{uow.connection.engine.url!r}{uow.plant.mail}", _Kept())
    rules = _rules(uow)
    suppliers = tuple(_supplier(row, rules.get(row.id, ())) for row in uow.all(Supplier))
    versions = {row.id: row.version for row in uow.rows(_VERSIONS, since=uow.now - REMEMBERED)}
    day = today(uow)
    fresh = kept.known is not None and kept.known.plant.today == day and kept.suppliers == suppliers
    unchanged = {number: held for number, held in kept.orders.items() if versions.get(number) == held[0]}
    if fresh and kept.known is not None and len(unchanged) == len(versions) == len(kept.orders):
        return kept.known
    missing = [number for number in versions if number not in unchanged]
    orders = unchanged | {order_id: (versions[order_id], order) for order_id, order in _read(uow, missing)}
    built = Known(_plant(uow, day), suppliers, tuple(orders[number][1] for number in sorted(orders)))
    while len(_kept) >= MOST_KEPT and name not in _kept:
        _kept.pop(next(iter(_kept)), None)
    _kept[name] = _Kept(orders, suppliers, built)
    return built


_LATELY_CLOSED = and_(_ORDERS.c.state == OrderState.CLOSED.value, _ORDERS.c.changed_at > bindparam("since"))
_VERSIONS = Prepared(
    select(_ORDERS.c.id, _ORDERS.c.version).where(
        _ORDERS.c.number.is_not(None), or_(*(_ORDERS.c.state == state.value for state in OPEN_STATES), _LATELY_CLOSED)
    )
)
"""The orders that supplier mail may be about, with what changes whenever one of them does."""


def _plant(uow: UnitOfWork, day: date) -> reader.Plant:
    mail = uow.plant.mail
    domains = {part for part in (mail.domain, mail.address.rpartition("@")[2]) if part}
    names = tuple(name.lower() for name in mail.trusted_authserv)
    own = tuple(sorted(name.lower() for name in domains))
    return reader.Plant(uow.plant.name, own, names, day, mail.trust_without_name)


def _rules(uow: UnitOfWork) -> dict[int, tuple[reader.ReadingRule, ...]]:
    """Return what people taught about each supplier and nobody revoked."""
    found: dict[int, tuple[reader.ReadingRule, ...]] = {}
    for row in uow.all(ReadingRule, state="active"):
        rule = reader.ReadingRule(row.kind, row.said, row.means)
        found[row.supplier_id] = (*found.get(row.supplier_id, ()), rule)
    return found


def _supplier(row: Any, rules: tuple[reader.ReadingRule, ...]) -> reader.Supplier:
    written = row.email_domains.replace(";", " ").replace(",", " ").split()
    own = row.email_orders.rpartition("@")[2]
    domains = dict.fromkeys(name.lower().strip(".@") for name in (*written, own) if name)
    return reader.Supplier(row.code, row.name, tuple(domains), row.locale, row.tax_id or None, rules)


def _read(uow: UnitOfWork, order_ids: list[int]) -> Iterable[tuple[int, reader.Order]]:
    """Read the orders with these ids, some hundred at a time."""
    for at in range(0, len(order_ids), 500):
        chosen = order_ids[at : at + 500]
        lines: dict[int, list[reader.OrderLine]] = {}
        sent = {row.order_id: row for row in uow.all(OrderRevision, state=OrderState.SENT.value)}
        says = {(order, line.line): line for order, row in sent.items() for line in wanted(row)}
        for row in uow.run(_LINES_READ.where(_LINES.c.order_id.in_(chosen))):
            lines.setdefault(row.order_id, []).append(_line(row, says.get((row.order_id, row.line))))
        for row in uow.run(_ORDERS_READ.where(_ORDERS.c.id.in_(chosen))):
            yield row.id, _order(row, lines.get(row.id, []))


_ORDERS_READ = (
    select(_ORDERS, _SUPPLIERS.c.code)
    .outerjoin(_SUPPLIERS, _SUPPLIERS.c.id == _ORDERS.c.supplier_id)
    .order_by(_ORDERS.c.id)
)
_LINES_READ = (
    select(_LINES, _PARTS.c.code, _PARTS.c.barcode)
    .outerjoin(_PARTS, _PARTS.c.id == _LINES.c.part_id)
    .order_by(_LINES.c.order_id, _LINES.c.line)
)


def _order(row: Any, lines: list[reader.OrderLine]) -> reader.Order:
    status = STATUS.get(OrderState(row.state), str(row.state))
    ordered_on = row.approved_at.date() if row.approved_at is not None else None
    return reader.Order(row.number, row.code or "", status, row.currency, ordered_on, tuple(lines))


def _line(row: Any, revised: Wanted | None) -> reader.OrderLine:
    """Return a line as the supplier may speak of it: by what is in force, or by a revision that it has already."""
    quantity, price = row.quantity - row.cancelled, row.price
    if revised is not None and not revised.dropped:
        quantity, price = max(quantity, revised.quantity), revised.price
    packs = {row.pack_unit: _quantity(row.pack_size)} if row.pack_size and row.pack_unit not in ("", row.unit) else {}
    return reader.OrderLine(
        line=row.line,
        sku=row.code,
        supplier_sku=row.supplier_part or None,
        gtin=row.gtin or None,
        description=row.description,
        quantity=_quantity(quantity),
        unit=row.unit,
        packs=packs,
        unit_price=Decimal(price) / PRICE_SCALE,
        received=_quantity(row.accepted),
    )


def _quantity(thousandths: int) -> Decimal:
    return Decimal(thousandths) / QUANTITY_SCALE
