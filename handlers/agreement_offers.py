"""What an agreement in force offers of a part: its price in its own unit, where enough is left for what is wanted."""

from dataclasses import dataclass

from sqlalchemy import bindparam, or_, select

from orders.agreement_terms import PriceBasis
from orders.agreements import AgreementState
from orders.call_offs import Agreed, Drawn, check_left
from orders.errors import Refusal
from orders.money import QUANTITY_SCALE, line_amount
from orders.price_breaks import Break, price_for
from orders.purchase_orders import OrderKind
from storage import agreements
from storage.agreement_moves import today
from storage.prepared import Prepared
from storage.stock import in_part_units
from storage.tables import Agreement, PurchaseOrder, PurchaseOrderLine, Supplier
from storage.unit_of_work import UnitOfWork, table

_HEADS, _ORDERS, _LINES, _SUPPLIERS = table(Agreement), table(PurchaseOrder), table(PurchaseOrderLine), table(Supplier)
_IN_FORCE = Prepared(
    select(
        *_LINES.c["id", "order_id", "line", "price", "unit", "pack_unit", "pack_size", "supplier_part", "gtin"],
        *_ORDERS.c["supplier_id", "currency"],
        _HEADS.c.minimum_release,
    )
    .select_from(_LINES)
    .join(_ORDERS, _ORDERS.c.id == _LINES.c.order_id)
    .join(_HEADS, _HEADS.c.order_id == _ORDERS.c.id)
    .join(_SUPPLIERS, _SUPPLIERS.c.id == _ORDERS.c.supplier_id)
    .where(
        _LINES.c.part_id == bindparam("part"),
        _HEADS.c.state == AgreementState.ACTIVE.value,
        or_(*(_ORDERS.c.kind == kind.value for kind in (OrderKind.PLANNED, OrderKind.BLANKET))),
        or_(_HEADS.c["last"].is_(None), _HEADS.c["last"] >= bindparam("today")),
        _SUPPLIERS.c.blocked.is_(False),
    )
    .order_by(_LINES.c.price, _LINES.c.id)
)


@dataclass(frozen=True, slots=True)
class AgreedOffer:
    """A line of an agreement that covers a part: prices by the quantity of the next release, in the line's own unit."""

    agreement_id: int
    agreement_line_id: int
    supplier_id: int
    currency: str
    supplier_part: str
    gtin: str
    price: int
    unit: str
    pack_unit: str
    pack_size: int
    breaks: tuple[Break, ...]


def agreed_offer(uow: UnitOfWork, part_id: int, wanted: int) -> AgreedOffer | None:
    """Return what an agreement in force offers of a part, the cheapest first; None where none covers ``wanted``.

    ``wanted`` is in thousandths of the part's unit; an order below the agreement's minimum is not covered.
    """
    for row in uow.rows(_IN_FORCE, part=part_id, today=today(uow)):
        one = agreements.agreed(uow, row.order_id)
        offer = AgreedOffer(
            row.order_id,
            row.id,
            row.supplier_id,
            row.currency,
            row.supplier_part,
            row.gtin,
            row.price,
            row.unit,
            row.pack_unit,
            row.pack_size,
            _breaks(uow, one, row.order_id, row.line),
        )
        if _covers(one, row.line, offer, wanted, row.minimum_release):
            return offer
    return None


def _breaks(uow: UnitOfWork, one: Agreed, order_id: int, line: int) -> tuple[Break, ...]:
    """Return the price breaks as the next release meets them: what was released already counts where prices are cumulative."""
    terms = agreements.terms(uow, order_id)
    counted = next(each for each in one.lines if each.line == line)
    before = counted.released * QUANTITY_SCALE // counted.measure.size if terms.basis is PriceBasis.CUMULATIVE else 0
    return tuple(Break(max(step.from_quantity - before, 0), step.price) for step in terms.of_line(line).breaks)


def _covers(one: Agreed, line: int, offer: AgreedOffer, wanted: int, minimum: int) -> bool:
    size = in_part_units(QUANTITY_SCALE, offer)
    # Whole packs are ordered, so a broken one counts in full.
    quantity = -(-wanted // size) * QUANTITY_SCALE if size != QUANTITY_SCALE else wanted
    amount = line_amount(quantity, price_for(quantity, offer.price, offer.breaks), offer.currency).minor
    try:
        check_left(one, [Drawn(line, in_part_units(quantity, offer), amount)])
    except Refusal:
        return False
    return amount >= minimum
