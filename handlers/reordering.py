"""Reordering: a part whose projected quantity is below its minimum becomes one need, never two for the same hole."""

from sqlalchemy import bindparam, func, or_, select

import templates
from handlers import need_cards, need_raising
from handlers.need_raising import Wish
from handlers.order_drafts import Offer, arrival, best_offer, quantity_to_order
from orders.money import QUANTITY_SCALE
from orders.people import CHARGEHAND
from orders.plant import Reordering
from orders.requisitions import Levels, NeedState, Origin, replenishment
from orders.stock import order_quantity
from orders.units import measured, quantity_text
from orders.work_orders import OPEN
from storage import cards, stock
from storage.cards import Place
from storage.prepared import Prepared
from storage.tables import (
    CostCentre,
    Part,
    PurchaseOrder,
    Requisition,
    Stock,
    StockMovement,
    WorkOrder,
    WorkOrderPart,
)
from storage.unit_of_work import UnitOfWork, table

_PARTS, _STOCK, _NEEDS, _MOVES = table(Part), table(Stock), table(Requisition), table(StockMovement)
_JOBS, _WANTED = table(WorkOrder), table(WorkOrderPart)
_FREE = select(func.coalesce(func.sum(_STOCK.c.on_hand - _STOCK.c.reserved), 0)).where(_STOCK.c.part_id == _PARTS.c.id)
_STILL_SHORT = _WANTED.c.needed - _WANTED.c.reserved - _WANTED.c.issued
_SHORT = (
    select(func.coalesce(func.sum(_STILL_SHORT), 0))
    .join(_JOBS, _JOBS.c.id == _WANTED.c.work_order_id)
    .where(or_(*(_JOBS.c.state == state.value for state in sorted(OPEN))), _STILL_SHORT > 0)
)
_LOW = Prepared(
    select(_PARTS.c.id)
    .where(_PARTS.c.minimum > 0)
    .where(
        _FREE.correlate(_PARTS).scalar_subquery()
        - _SHORT.where(_WANTED.c.part_id == _PARTS.c.id).correlate(_PARTS).scalar_subquery()
        < _PARTS.c.minimum
    )
    .order_by(_PARTS.c.id)
)
_IN_STORES = Prepared(
    select(func.coalesce(func.sum(_STOCK.c.on_hand), 0), func.coalesce(func.sum(_STOCK.c.reserved), 0)).where(
        _STOCK.c.part_id == bindparam("part")
    )
)
_SHORT_OF = Prepared(_SHORT.where(_WANTED.c.part_id == bindparam("part")))
_ASKED_FOR = Prepared(
    select(func.coalesce(func.sum(_NEEDS.c.quantity), 0)).where(
        _NEEDS.c.part_id == bindparam("part"), _NEEDS.c.state == NeedState.OPEN.value
    )
)
_LAST = Prepared(
    select(_NEEDS.c.state, _NEEDS.c.projected, _NEEDS.c.ended_at)
    .where(_NEEDS.c.part_id == bindparam("part"), _NEEDS.c.origin == Origin.REORDER_POINT.value)
    .order_by(_NEEDS.c.id.desc())
    .limit(1)
)
_MOVED_SINCE = Prepared(
    select(_MOVES.c.id).where(_MOVES.c.part_id == bindparam("part"), _MOVES.c.at > bindparam("moment")).limit(1)
)
SAID_NO = frozenset({NeedState.CANCELLED, NeedState.REJECTED, NeedState.FROM_STOCK})
SHOWN = 10


class Outlook:
    """What there will be of a part: in stock, promised to work orders, on order and asked for, in thousandths."""

    def __init__(self, uow: UnitOfWork, part_id: int) -> None:
        self.on_hand, kept = (int(figure) for figure in uow.row(_IN_STORES, part=part_id))
        self.promised = kept + int(uow.row(_SHORT_OF, part=part_id)[0])
        self.on_order = stock.open_on_orders(uow, part_id)
        self.asked_for = int(uow.row(_ASKED_FOR, part=part_id)[0])

    @property
    def projected(self) -> int:
        """On hand, less what work orders are promised or still wait for, plus on order and asked for."""
        return self.on_hand - self.promised + self.on_order + self.asked_for

    def words(self) -> str:
        """Say the four figures."""
        told = (
            (self.on_hand, "in stock"),
            (self.promised, "promised to work orders"),
            (self.on_order, "on order"),
            (self.asked_for, "asked for"),
        )
        return ", ".join(f"{quantity_text(figure)} {what}" for figure, what in told)


def low(uow: UnitOfWork) -> list[int]:
    """Return the parts of which less is free than their minimum; whether more is coming is looked at one by one."""
    return [int(row.id) for row in uow.rows(_LOW)] if uow.plant.reordering is not Reordering.OFF else []


def after_movement(uow: UnitOfWork, part_id: int) -> None:
    """Look at a part whose stock has just moved, where the plant wants that at once."""
    if uow.plant.reordering is Reordering.AT_ONCE:
        replenish(uow, part_id)


def replenish(uow: UnitOfWork, part_id: int) -> Requisition | None:
    """Raise one need for a part that runs low; None when it does not, or when somebody has said no to this hole."""
    if uow.plant.reordering is Reordering.OFF:
        return None
    part = uow.lock(Part, part_id)
    outlook = Outlook(uow, part_id)
    wanted = replenishment(Levels(part.minimum, part.maximum, part.order_quantity), outlook.projected)
    if part.minimum <= 0 or not wanted or _was_refused(uow, part_id, outlook.projected):
        return None
    offer = best_offer(uow, part, wanted)
    lots = order_quantity(quantity_to_order(offer, part, wanted), minimum=offer.minimum, multiple=offer.multiple)
    quantity = lots if offer.unit == part.unit else lots * offer.pack_size // QUANTITY_SCALE
    wish = Wish(
        quantity,
        part,
        needed_by=arrival(uow, offer.lead_days),
        cost_centre=uow.find(CostCentre, code=uow.plant.stock_cost_centre),
        reason=_why(part, outlook, wanted, quantity) + _agreed(uow, offer),
        origin=Origin.REORDER_POINT,
        projected=outlook.projected,
    )
    actor, uow.actor = uow.actor, CHARGEHAND
    need = need_raising.raised(uow, wish)
    uow.actor = actor
    return need


def _was_refused(uow: UnitOfWork, part_id: int, projected: int) -> bool:
    """Say whether somebody turned the same hole down: nothing has moved since, and it is no deeper."""
    last = uow.row(_LAST, part=part_id)
    if last is None or last.state not in SAID_NO or last.ended_at is None:
        return False
    moved = uow.row(_MOVED_SINCE, part=part_id, moment=last.ended_at) is not None
    return not moved and projected >= (last.projected or 0)


def _why(part: Part, outlook: Outlook, wanted: int, quantity: int) -> str:
    """Say in one sentence why a part is bought."""
    least, there = quantity_text(part.minimum), quantity_text(outlook.projected)
    brings = measured(quantity, part.unit)
    lots = ", in whole lots of the supplier" if quantity > wanted else ""
    return f"Projected are {there} ({outlook.words()}), at least {least} should be: {brings} are to be bought{lots}."


def _agreed(uow: UnitOfWork, offer: Offer) -> str:
    """Say which agreement covers what is to be bought; empty where none does."""
    if offer.agreement_id is None:
        return ""
    return f" {uow.get(PurchaseOrder, offer.agreement_id).number} covers it at the agreed price."


def tell(uow: UnitOfWork, numbers: list[int]) -> None:
    """Tell the buyers' channel in one message which parts were put on their list; nothing where there are none."""
    needs = [uow.get(Requisition, number) for number in numbers]
    if not needs or not uow.plant.channels.purchasing:
        return
    card = templates.card(
        "parts_low",
        count=len(needs),
        rows=[f"{need_cards.what(uow, need)} ({need.number})" for need in needs[:SHOWN]],
        more=max(len(needs) - SHOWN, 0),
    )
    place = Place(uow.plant.channels.purchasing)
    cards.say(uow, needs[0].number, place, {"text": card.text, "blocks": card.blocks})
