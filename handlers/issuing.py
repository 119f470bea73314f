"""Parts of a work order as stock sees them: kept for it, taken out, brought back, and set free again."""

from sqlalchemy import select

from orders.errors import NotEnoughStock, Unlawful
from orders.stock import Cover, Figures, Layer, MovementKind, check_issue, cover, given_back
from orders.units import measured, unit_word
from storage import stock
from storage.stock import Movement
from storage.tables import Part, Stock, StockMovement, WorkOrder, WorkOrderPart
from storage.unit_of_work import Note, UnitOfWork, table

_MOVES = table(StockMovement)
_TAKEN = (MovementKind.ISSUE.value, MovementKind.RETURN.value)


def need_of(uow: UnitOfWork, work_order_id: int, part: Part) -> WorkOrderPart:
    """Return, locked, what a work order needs of a part; made with nothing needed when it is not there yet."""
    found = uow.find(WorkOrderPart, work_order_id=work_order_id, part_id=part.id)
    number = (
        found.id if found else uow.add(WorkOrderPart, work_order_id=work_order_id, part_id=part.id, store=part.store)
    )
    row = uow.lock(WorkOrderPart, number)
    if row.store == part.store or row.reserved or row.issued:
        # What is kept or charged stays in the store it came from, even when the part has got another one since.
        return row
    uow.change(WorkOrderPart, number, store=part.store)
    return uow.lock(WorkOrderPart, number)


def keep(uow: UnitOfWork, order: WorkOrder, part: Part, quantity: int) -> Cover:
    """Need more of a part (thousandths): keep what is free in stock, and say what is short."""
    row = need_of(uow, order.id, part)
    covered = cover(quantity, stock.lock(uow, part.id, row.store))
    if covered.reserved:
        stock.reserve(uow, part.id, row.store, covered.reserved)
    uow.change(WorkOrderPart, row.id, needed=row.needed + quantity, reserved=row.reserved + covered.reserved)
    after = {"part": part.code, "needed": quantity, "reserved": covered.reserved, "short": covered.shortfall}
    uow.audit(Note(order.number, "need_parts", after=after))
    return covered


def keep_arrived(uow: UnitOfWork, order: WorkOrder, part: Part, quantity: int) -> int:
    """Keep what came in for a work order, as far as it is still short of it; returns what was kept."""
    row = need_of(uow, order.id, part)
    short = row.needed - row.reserved - row.issued
    figures = stock.lock(uow, part.id, row.store)
    kept = max(min(quantity, short, figures.available), 0)
    if kept:
        stock.reserve(uow, part.id, row.store, kept)
        uow.change(WorkOrderPart, row.id, reserved=row.reserved + kept)
        uow.audit(Note(order.number, "part kept", after={"part": part.code, "reserved": kept}))
    return kept


def is_short(uow: UnitOfWork, work_order_id: int) -> bool:
    """Say whether any part of a work order is still missing."""
    rows = uow.all(WorkOrderPart, work_order_id=work_order_id)
    return any(row.needed > row.reserved + row.issued for row in rows)


def take_out(uow: UnitOfWork, order: WorkOrder, part: Part, quantity: int) -> None:
    """Take a part (thousandths) out of the store for a work order; what is kept for others stays there."""
    row = need_of(uow, order.id, part)
    figures = stock.lock(uow, part.id, row.store)
    check_issue(quantity, figures, part=part.name, unit=part.unit, store=row.store or "the store")
    _check_kept_for_others(part, quantity, figures, row.reserved)
    freed = min(quantity, row.reserved)
    _move(uow, row, part, quantity=quantity)
    if freed:
        stock.reserve(uow, part.id, row.store, -freed)
    needed = max(row.needed, row.issued + quantity + row.reserved - freed)
    uow.change(WorkOrderPart, row.id, issued=row.issued + quantity, reserved=row.reserved - freed, needed=needed)
    uow.audit(Note(order.number, "issue", after={"part": part.code, "quantity": quantity, "unit_cost": part.price}))


def free_for(uow: UnitOfWork, order: WorkOrder, part: Part) -> int:
    """Return how much of a part a work order may take out, in thousandths: what is free, and what is kept for it."""
    row = uow.find(WorkOrderPart, work_order_id=order.id, part_id=part.id)
    store = row.store if row is not None and (row.reserved or row.issued) else part.store
    return stock.lock(uow, part.id, store).available + (row.reserved if row is not None else 0)


def _check_kept_for_others(part: Part, quantity: int, figures: Figures, own: int) -> None:
    free = figures.available + own
    if quantity > free:
        raise Unlawful(
            why=f"{measured(figures.on_hand, part.unit)} of {part.name} are in store, but only "
            f"{measured(free, part.unit)} are free for this work order. Ask the storekeeper."
        )


def bring_back(uow: UnitOfWork, order: WorkOrder, part: Part, quantity: int) -> None:
    """Bring a part back into the store at the cost it went out with."""
    row = need_of(uow, order.id, part)
    if quantity > row.issued:
        raise NotEnoughStock(
            on_hand=measured(row.issued, part.unit).split(" ")[0],
            unit=unit_word(part.unit, row.issued),
            part=part.name,
            store=order.number,
        )
    stock.lock(uow, part.id, row.store)
    for layer in given_back(_moved(uow, order, part), quantity):
        stock.move(
            uow,
            Movement(
                part.id, row.store, MovementKind.RETURN, layer.quantity, layer.unit_cost, layer.currency, order.id
            ),
        )
    needed = max(row.needed - quantity, row.issued - quantity + row.reserved)
    uow.change(WorkOrderPart, row.id, issued=row.issued - quantity, needed=needed)
    uow.audit(Note(order.number, "return", after={"part": part.code, "quantity": quantity}))


def _moved(uow: UnitOfWork, order: WorkOrder, part: Part) -> list[Layer]:
    """Return what went out of a part for a work order and came back, the oldest first."""
    query = (
        select(_MOVES.c.quantity, _MOVES.c.unit_cost, _MOVES.c.currency)
        .where(_MOVES.c.work_order_id == order.id, _MOVES.c.part_id == part.id, _MOVES.c.kind.in_(_TAKEN))
        .order_by(_MOVES.c.id)
    )
    return [Layer(-int(quantity), int(cost), currency) for quantity, cost, currency in uow.run(query)]


def _move(uow: UnitOfWork, row: WorkOrderPart, part: Part, *, quantity: int) -> None:
    currency = part.currency or uow.plant.currency
    stock.move(
        uow, Movement(part.id, row.store, MovementKind.ISSUE, -quantity, part.price, currency, row.work_order_id)
    )


def hand_over(uow: UnitOfWork, row: WorkOrderPart, to: WorkOrder) -> None:
    """Let another work order have what is kept for one and was not taken out yet."""
    uow.add(
        WorkOrderPart, work_order_id=to.id, part_id=row.part_id, store=row.store, needed=row.reserved, reserved=row.reserved,
    )  # fmt: skip
    uow.change(WorkOrderPart, row.id, needed=row.needed - row.reserved, reserved=0)
    uow.audit(Note(to.number, "part kept", after={"part_id": row.part_id, "reserved": row.reserved}))


def set_free(uow: UnitOfWork, order: WorkOrder) -> None:
    """Give back everything that is kept for a work order and was not used."""
    for row in uow.all(WorkOrderPart, work_order_id=order.id):
        if row.reserved:
            stock.lock(uow, row.part_id, row.store)
            stock.reserve(uow, row.part_id, row.store, -row.reserved)
            uow.change(WorkOrderPart, row.id, reserved=0, needed=row.needed - row.reserved)


def issued(uow: UnitOfWork, order: WorkOrder) -> int:
    """Return how much was taken out for a work order, in thousandths over all parts."""
    return sum(row.issued for row in uow.all(WorkOrderPart, work_order_id=order.id))


def figures_words(uow: UnitOfWork, part: Part) -> str:
    """Say the four figures of a part: in stock, kept, free, on order."""
    row = uow.find(Stock, part_id=part.id, store=part.store)
    found = Figures(row.on_hand if row else 0, row.reserved if row else 0, stock.open_on_orders(uow, part.id))
    amounts = (
        ("in stock", found.on_hand),
        ("kept", found.reserved),
        ("free", found.available),
        ("on order", found.on_order),
    )
    return ", ".join(f"{measured(amount, part.unit).split(' ')[0]} {word}" for word, amount in amounts)
