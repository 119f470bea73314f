"""The needs behind order lines: put on them, shared, moved with the order, split off and turned down; none is ever lost."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from handlers import work_orders
from handlers.order_content import Dossier, Line, Share
from orders.requisitions import REQUISITIONS, Claim, NeedEvent, NeedState, served, unserved
from orders.work_orders import HoldReason
from storage import numbering
from storage.prepared import Prepared
from storage.stock import in_part_units
from storage.tables import Part, PurchaseOrderLine, PurchaseOrderNeed, Requisition, WorkOrderPart
from storage.unit_of_work import Note, UnitOfWork, table

_NEEDS, _LINES, _SHARES = table(Requisition), table(PurchaseOrderLine), table(PurchaseOrderNeed)
_BEHIND = (
    select(_SHARES.c.requisition_id)
    .join(_LINES, _LINES.c.id == _SHARES.c.line_id)
    .where(_LINES.c.order_id == bindparam("order"), _SHARES.c.quantity > 0)
)
_MOVE = Prepared(
    update(_NEEDS)
    .where(_NEEDS.c.id.in_(_BEHIND), _NEEDS.c.state == bindparam("before"))
    .values(state=bindparam("after"))
)
_STANDS_ON = Prepared(
    select(_LINES.c.order_id)
    .join(_SHARES, _SHARES.c.line_id == _LINES.c.id)
    .where(_SHARES.c.requisition_id == bindparam("need"), _SHARES.c.quantity > 0)
    .order_by(_LINES.c.id.desc())
)
COPIED = (
    "part_id", "description", "unit", "service", "needed_by", "origin", "project", "reason", "work_order_id",
    "cost_centre_id", "requested_by_id", "projected", "created_at",
)  # fmt: skip
"""What a part that is split off a need has in common with it."""


def order_of(uow: UnitOfWork, requisition_id: int) -> int | None:
    """Return the id of the order that a need stands on, if there is one."""
    row = uow.row(_STANDS_ON, need=requisition_id)
    return int(row.order_id) if row is not None else None


def put_on(uow: UnitOfWork, line_id: int, requisition_id: int, quantity: int) -> None:
    """Let a line stand for so much of a need (thousandths of its unit), instead of what it stood for before."""
    earlier = uow.find(PurchaseOrderNeed, line_id=line_id, requisition_id=requisition_id)
    if earlier is None:
        uow.add(PurchaseOrderNeed, line_id=line_id, requisition_id=requisition_id, quantity=quantity)
    else:
        uow.change(PurchaseOrderNeed, earlier.id, quantity=quantity)


def take_off(uow: UnitOfWork, shares: Iterable[Share], leaving: int = 0) -> None:
    """Let lines stand no longer for these needs (or only for so much); that they once did stays written down."""
    for share in shares:
        uow.change(PurchaseOrderNeed, share.id, quantity=leaving)


def drop_line(uow: UnitOfWork, line_id: int) -> None:
    """Delete a line of a draft together with what it stood for."""
    uow.run(delete(_SHARES).where(_SHARES.c.line_id == line_id))
    uow.run(delete(_LINES).where(_LINES.c.id == line_id))


def follow_part(uow: UnitOfWork, shares: Iterable[Share], part_id: int) -> None:
    """Let needs be for another part, because that comes instead; the job that waits needs it in place of the former."""
    part = uow.get(Part, part_id)
    for share in shares:
        need = uow.lock(Requisition, share.requisition_id)
        uow.change(Requisition, need.id, part_id=part.id)
        uow.audit(Note(need.number, "another part", before={"part": need.part_id}, after={"part": part.id}))
        if need.work_order_id is None:
            continue
        former = uow.find(WorkOrderPart, work_order_id=need.work_order_id, part_id=need.part_id)
        if former is not None:
            kept = max(former.needed - share.quantity, former.reserved + former.issued)
            uow.change(WorkOrderPart, former.id, needed=kept)
        _needed(uow, need.work_order_id, part, share.quantity)


def _needed(uow: UnitOfWork, work_order_id: int, part: Part, quantity: int) -> None:
    row = uow.find(WorkOrderPart, work_order_id=work_order_id, part_id=part.id)
    if row is not None:
        uow.change(WorkOrderPart, row.id, needed=row.needed + quantity)
        return
    given = {"work_order_id": work_order_id, "part_id": part.id, "store": part.store}
    uow.add(WorkOrderPart, **given, needed=quantity, reserved=0, issued=0)


def move_all(uow: UnitOfWork, dossier: Dossier, event: NeedEvent) -> None:
    """Let an event of the order happen to all needs behind it that stand where it applies."""
    if not dossier.needs:
        return
    for step in REQUISITIONS.steps:
        if step.event is event:
            uow.write(_MOVE, order=dossier.order.id, before=step.source.value, after=step.target.value)


def move(uow: UnitOfWork, requisition_id: int, event: NeedEvent, why: str = "") -> bool:
    """Let an event happen to one need whose actor was checked, or that follows from an order; say whether it applied."""
    need = uow.get(Requisition, requisition_id)
    step = REQUISITIONS.step(NeedState(need.state), event)
    if step is None:
        return False
    ended = {"ended_at": uow.now, "ending": why} if step.target not in {NeedState.OPEN, NeedState.ON_ORDER} else {}
    uow.change(Requisition, need.id, state=step.target.value, **ended)
    return True


def fulfil(uow: UnitOfWork, dossier: Dossier, lines: Iterable[Line]) -> list[int]:
    """Fulfil the needs that these lines have served, and return them; what a closed line cannot serve is open again."""
    done = []
    for line in lines:
        shares = dossier.shares(line.id)
        accepted = in_part_units(line.accepted, line)
        got = served([share.claim for share in shares], accepted)
        done += [
            share.requisition_id
            for share in shares
            if got[share.requisition_id] >= share.quantity or (got[share.requisition_id] and not line.open)
        ]
        if not line.open:
            for share in shares:
                _short_of(uow, share, share.quantity - got[share.requisition_id])
    return [number for number in dict.fromkeys(done) if is_served(uow, number) and move(uow, number, NeedEvent.FULFIL)]


def _short_of(uow: UnitOfWork, share: Share, missing: int) -> None:
    """Open again, under a number of its own, what a line will not bring of a need any more."""
    if not missing:
        return
    need = uow.lock(Requisition, share.requisition_id)
    uow.change(PurchaseOrderNeed, share.id, quantity=share.quantity - missing)
    if missing >= need.quantity:
        move(uow, need.id, NeedEvent.RELEASE)
    else:
        split_off(uow, need, missing, NeedState.OPEN, why="The order brought less.")


def give_up(uow: UnitOfWork, dossier: Dossier, lines: Iterable[Line], why: str) -> None:
    """End, for good, what closed lines have not brought of their needs: nobody wants it any more."""
    for line in lines:
        shares = dossier.shares(line.id)
        got = served([share.claim for share in shares], in_part_units(line.accepted, line))
        for share in shares:
            missing = share.quantity - got[share.requisition_id]
            if missing:
                _given_up(uow, share, missing, why)


def _given_up(uow: UnitOfWork, share: Share, missing: int, why: str) -> None:
    need = uow.lock(Requisition, share.requisition_id)
    uow.change(PurchaseOrderNeed, share.id, quantity=share.quantity - missing)
    if missing >= need.quantity:
        move(uow, need.id, NeedEvent.RELEASE)
        move(uow, need.id, NeedEvent.CANCEL, why)
    else:
        split_off(uow, need, missing, NeedState.CANCELLED, why=why)
    no_longer_short(uow, need, missing, f"{need.number} is not needed any more.")


_OF_NEED = Prepared(
    select(
        _SHARES.c.quantity,
        _SHARES.c.requisition_id,
        _SHARES.c.line_id,
        _NEEDS.c.needed_by,
        _LINES.c.accepted,
        _LINES.c.unit,
        _LINES.c.pack_unit,
        _LINES.c.pack_size,
    )
    .join(_LINES, _LINES.c.id == _SHARES.c.line_id)
    .join(_NEEDS, _NEEDS.c.id == _SHARES.c.requisition_id)
    .where(_SHARES.c.line_id.in_(select(_SHARES.c.line_id).where(_SHARES.c.requisition_id == bindparam("need"))))
    .where(_SHARES.c.quantity > 0)
)


def is_served(uow: UnitOfWork, requisition_id: int) -> bool:
    """Say whether the lines that stand for a need have brought all that it asks for."""
    by_line: dict[int, list[Any]] = {}
    for row in uow.rows(_OF_NEED, need=requisition_id):
        by_line.setdefault(row.line_id, []).append(row)
    got = sum(
        served(
            [Claim(row.requisition_id, row.quantity, row.needed_by) for row in rows],
            in_part_units(rows[0].accepted, rows[0]),
        ).get(requisition_id, 0)
        for rows in by_line.values()
    )
    return got >= uow.get(Requisition, requisition_id).quantity


def uncovered(dossier: Dossier, line: Line, quantity: int) -> Mapping[int, int]:
    """Return by need what a line of this quantity (thousandths of its own unit) no longer covers."""
    return unserved([share.claim for share in dossier.shares(line.id)], in_part_units(quantity, line))


def left_open(uow: UnitOfWork, dossier: Dossier, line: Line, quantity: int) -> list[str]:
    """Split off and open again what a lowered line no longer covers; returns the numbers of what is open."""
    missing = uncovered(dossier, line, quantity)
    numbers = []
    for share in dossier.shares(line.id):
        less = missing.get(share.requisition_id, 0)
        if not less:
            continue
        need = uow.lock(Requisition, share.requisition_id)
        uow.change(PurchaseOrderNeed, share.id, quantity=share.quantity - less)
        whole = less >= need.quantity
        if whole:
            move(uow, need.id, NeedEvent.RELEASE)
        numbers.append(need.number if whole else split_off(uow, need, less, NeedState.OPEN, why="Less is ordered."))
    return numbers


def split_off(uow: UnitOfWork, need: Requisition, quantity: int, state: NeedState, *, why: str) -> str:
    """Give a part of a need (thousandths) a number and a fate of its own; both together stay what was asked for."""
    number = numbering.draw(uow, "requisition")
    ended = {} if state is NeedState.OPEN else {"ended_at": uow.now, "ending": why}
    uow.change(Requisition, need.id, quantity=need.quantity - quantity)
    uow.add(
        Requisition,
        number=number,
        quantity=quantity,
        asked=quantity,
        split_from_id=need.id,
        state=state.value,
        **{name: getattr(need, name) for name in COPIED},
        **ended,
    )
    uow.audit(Note(number, "split off", after={"quantity": quantity, "of": need.number, "state": state}, words=why))
    kept = {"quantity": need.quantity - quantity, "split off": number}
    uow.audit(Note(need.number, "split", before={"quantity": need.quantity}, after=kept, words=why))
    return number


def turned_down(uow: UnitOfWork, requisition: Requisition, quantity: int, why: str) -> None:
    """Turn down ``quantity`` (thousandths of its unit) of a need: all of it, or a part that gets a number of its own."""
    if quantity >= requisition.quantity:
        move(uow, requisition.id, NeedEvent.REJECT, why)
        uow.audit(Note(requisition.number, "turned down", before={"state": requisition.state}, words=why))
    else:
        split_off(uow, requisition, quantity, NeedState.REJECTED, why=why)
    no_longer_short(uow, requisition, quantity, f"{requisition.number} is not bought in full.")


def no_longer_short(uow: UnitOfWork, requisition: Requisition, quantity: int, said: str) -> None:
    """Lower what the work order needs by what is not bought, and release its hold when nothing is short any more."""
    if requisition.work_order_id is None:
        return
    work_order_id = requisition.work_order_id
    need = uow.find(WorkOrderPart, work_order_id=work_order_id, part_id=requisition.part_id)
    if need is not None:
        kept = max(need.needed - quantity, need.reserved + need.issued)
        uow.change(WorkOrderPart, need.id, needed=kept)
    if all(each.needed <= each.reserved + each.issued for each in uow.all(WorkOrderPart, work_order_id=work_order_id)):
        work_orders.release_hold(uow, work_order_id, HoldReason.MATERIAL, said)
