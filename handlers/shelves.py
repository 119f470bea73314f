"""Where parts lie and what they are for: stores and bins, the machines and plans that use them, and what may stand in."""

import re
from collections.abc import Iterable

from sqlalchemy import bindparam, select

from orders.stock import Figures
from orders.units import measured, quantity_text
from storage import stock
from storage.prepared import Prepared
from storage.tables import (
    Asset,
    AssetPart,
    MaintenancePlan,
    Part,
    PartAlternate,
    PlanPart,
    PurchaseOrder,
    PurchaseOrderLine,
    Stock,
    WorkOrder,
    WorkOrderPart,
)
from storage.unit_of_work import UnitOfWork, table

_PARTS, _STOCK, _ORDERS, _NEEDED = table(Part), table(Stock), table(WorkOrder), table(WorkOrderPart)
_BUYING, _LINES = table(PurchaseOrder), table(PurchaseOrderLine)
_TAKEN_FOR = Prepared(
    select(_ORDERS.c.asset_id, _ORDERS.c.id)
    .join(_NEEDED, _NEEDED.c.work_order_id == _ORDERS.c.id)
    .where(_NEEDED.c.part_id == bindparam("part"), _NEEDED.c.issued > 0, _ORDERS.c.asset_id.is_not(None))
    .order_by(_ORDERS.c.id.desc())
    .limit(50)
)
NAMED = 6
"""How many machines, plans or parts are named before the rest is counted."""


def stores(uow: UnitOfWork) -> list[str]:
    """Return the names of all stores: those that parts belong to, and those that something was moved into."""
    named = select(_PARTS.c.store).distinct().union(select(_STOCK.c.store).distinct())
    return sorted(filter(None, uow.run(named).scalars()))


def bin_of(uow: UnitOfWork, part: Part, store: str) -> str:
    """Return the bin of a part in a store, empty where none is known."""
    if store == part.store:
        return str(part.bin)
    row = uow.find(Stock, part_id=part.id, store=store)
    return str(row.bin) if row is not None else ""


def put_in(uow: UnitOfWork, part: Part, store: str, name: str) -> None:
    """Write down in which bin of a store a part lies."""
    row = uow.find(Stock, part_id=part.id, store=store)
    if store == part.store:
        uow.change(Part, part.id, bin=name)
    elif row is not None:
        uow.change(Stock, row.id, bin=name)
    else:
        uow.add(Stock, part_id=part.id, store=store, bin=name, on_hand=0, reserved=0)


def place(uow: UnitOfWork, part: Part, store: str) -> str:
    """Say where a part lies: ``main, bin B14``."""
    found = bin_of(uow, part, store)
    return ", ".join(filter(None, [store, found and f"bin {found}"]))


def lies(uow: UnitOfWork, part: Part) -> list[str]:
    """Say for each store what of a part lies where; the part's own store first, and empty ones left out."""
    rows = {row.store: Figures(row.on_hand, row.reserved) for row in uow.all(Stock, part_id=part.id)}
    shown = [store for store in sorted(rows) if rows[store].on_hand or rows[store].reserved]
    ordered = [*(store for store in (part.store,) if store), *(store for store in shown if store != part.store)]
    several = len(ordered) > 1
    return [
        f"Lies in {place(uow, part, store)}{_how_much(rows.get(store), part) if several else ''}" for store in ordered
    ]


def _how_much(figures: Figures | None, part: Part) -> str:
    on_hand, reserved = (figures.on_hand, figures.reserved) if figures else (0, 0)
    return f": {measured(on_hand, part.unit)}" + (f", {quantity_text(reserved)} kept" if reserved else "")


def elsewhere(uow: UnitOfWork, part: Part) -> str:
    """Say what of a part is free in other stores than its own, empty where nothing is."""
    rows = [(row.store, Figures(row.on_hand, row.reserved).available) for row in uow.all(Stock, part_id=part.id)]
    return " and ".join(
        f"{measured(free, part.unit)} in {store}" for store, free in rows if store != part.store and free
    )


def used_on(uow: UnitOfWork, part: Part) -> list[str]:
    """Say on which machines a part is used, by the plant's lists, by plans and by what was taken out, each once."""
    built_in = [row.asset_id for row in uow.all(AssetPart, part_id=part.id)]
    plans = [uow.get(MaintenancePlan, row.plan_id) for row in uow.all(PlanPart, part_id=part.id)]
    taken = [row.asset_id for row in uow.rows(_TAKEN_FOR, part=part.id)]
    assets = [
        uow.get(Asset, number) for number in dict.fromkeys([*built_in, *(plan.asset_id for plan in plans), *taken])
    ]
    told = [f"Used on {_listed(f'{asset.code} {asset.name}' for asset in assets)}"] if assets else []
    return told + ([f"Taken by plans {_listed(plan.code for plan in plans)}"] if plans else [])


def stand_ins(uow: UnitOfWork, part: Part) -> list[Part]:
    """Return the parts that may be used instead of one, those with something free first."""
    found = [uow.get(Part, row.other_id) for row in uow.all(PartAlternate, part_id=part.id)]
    return sorted(found, key=lambda other: -free(uow, other))


def free(uow: UnitOfWork, part: Part) -> int:
    """Return what of a part is free in its own store, in thousandths."""
    row = uow.find(Stock, part_id=part.id, store=part.store)
    return Figures(row.on_hand, row.reserved).available if row is not None else 0


def stand_in_words(uow: UnitOfWork, part: Part) -> list[str]:
    """Say what may be used instead of a part, and how much of it is free."""
    found = [
        f"{other.name} ({other.code}), {measured(free(uow, other), other.unit)} free" for other in stand_ins(uow, part)
    ]
    return [f"Instead of it: {_listed(found)}"] if found else []


def ready_words(uow: UnitOfWork, part: Part) -> dict[str, str]:
    """Say what lies free that may end a shortage without buying: stand-ins with something free, and other stores."""
    ready = [other for other in stand_ins(uow, part) if free(uow, other)]
    named = _listed(f"{other.name} ({other.code}), {measured(free(uow, other), other.unit)} free" for other in ready)
    return {"parts": named, "stores": elsewhere(uow, part)}


def critical(uow: UnitOfWork) -> list[str]:
    """Say how the critical spares stand, those below their minimum first."""
    rows = []
    for part in uow.all(Part, critical=True):
        there = sum(row.on_hand for row in uow.all(Stock, part_id=part.id))
        low = there < part.minimum or not there
        coming = ", more is on order" if low and stock.open_on_orders(uow, part.id) else ""
        says = (
            f"{measured(there, part.unit)} in stock{f', minimum {quantity_text(part.minimum)}' if part.minimum else ''}"
        )
        rows.append((not low, part.code, f"{'*Low* ' if low else ''}{part.name} ({part.code}): {says}{coming}"))
    return [words for _, _, words in sorted(rows)]


def _listed(names: Iterable[str]) -> str:
    each = list(names)
    more = f" and {len(each) - NAMED} more" if len(each) > NAMED else ""
    return ", ".join(each[:NAMED]) + more


def told(uow: UnitOfWork, part: Part) -> list[str]:
    """Say where a part lies, what of it is coming, what may stand in for it, and on what it is used."""
    return [*lies(uow, part), *_coming(uow, part), *stand_in_words(uow, part), *used_on(uow, part)]


def _coming(uow: UnitOfWork, part: Part) -> list[str]:
    if not stock.open_on_orders(uow, part.id):
        return []
    query = select(_BUYING.c.number, _LINES.c.promised_on, _LINES.c.deliver_by)
    query = query.join(_BUYING, _BUYING.c.id == _LINES.c.order_id).where(_LINES.c.part_id == part.id)
    rows = uow.run(query.where(_BUYING.c.number.is_not(None), _LINES.c.quantity > _LINES.c.accepted)).all()
    days = [(row.number, row.promised_on or row.deliver_by) for row in rows]
    return [f"{number} comes about {day.day} {day:%b}" for number, day in days[:3] if day]


def store_at_end(uow: UnitOfWork, written: str) -> tuple[str, str]:
    """Part ``6204 from main`` into what stands before it and the store, empty where no store is named."""
    for store in sorted(stores(uow), key=len, reverse=True):
        found = re.fullmatch(
            rf"(.*?)[\s,]+(?:(?:from|in|of|aus|von)\s+)?{re.escape(store)}", written, re.IGNORECASE | re.DOTALL
        )
        if found is not None:
            return found[1].strip(), store
    return written.strip(), ""


def store_named(uow: UnitOfWork, written: str) -> str:
    """Return a store as it is spelt, empty for one that there is not."""
    return next((store for store in stores(uow) if store.casefold() == written.strip().casefold()), "")
