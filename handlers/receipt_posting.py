"""Posting a receipt: checked against the order under lock, then stock, order, budget, needs and work orders move once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import bindparam, update

from handlers import (
    inspection_cards,
    invoice_deeds,
    need_cards,
    order_needs,
    parts,
    people,
    receipt_flags,
    supplier_figures,
    supplier_returns,
)
from handlers.approval_plans import staff
from handlers.budget_bookings import settle, spend
from handlers.order_cards import refresh_shortages, show_line
from handlers.order_closing import close_when_complete
from handlers.order_content import Dossier, Line, change, opened
from handlers.receipt_cards import Delivery, condense, delivery
from handlers.receipt_checks import Named, check_counts, check_open, inspected, under
from handlers.receipt_counts import Counts
from orders.money import QUANTITY_SCALE
from orders.people import Role
from orders.purchase_orders import receipt_state
from orders.receiving import RECEIPTS, Count, ReceiptDocState, ReceiptEvent, check_receivable, enough
from orders.requisitions import arrivals
from orders.stock import MovementKind
from orders.work_orders import OPEN
from storage import stock
from storage.prepared import Prepared
from storage.stock import Movement, in_part_units
from storage.tables import Person, PurchaseOrderLine, Receipt, ReceiptLine, ReceiptLot, Requisition, WorkOrder
from storage.unit_of_work import Note, UnitOfWork, table

_LINES, _COUNTED = table(PurchaseOrderLine), table(ReceiptLine)
_RAISE = Prepared(
    update(_LINES)
    .where(_LINES.c.id == bindparam("of_line"))
    .values(
        received=_LINES.c.received + bindparam("more_received"),
        accepted=_LINES.c.accepted + bindparam("more_accepted"),
        rejected=_LINES.c.rejected + bindparam("more_rejected"),
    )
)
_COUNT = Prepared(
    update(_COUNTED)
    .where(_COUNTED.c.id == bindparam("of_line"))
    .values(
        counted=bindparam("now_counted"),
        rejected=bindparam("now_rejected"),
        held=bindparam("now_held"),
        reason=bindparam("now_reason"),
        instead=bindparam("now_instead"),
    )
)


@dataclass(frozen=True, slots=True)
class Into:
    """What is accepted of one order line (thousandths), and the row from which it goes into stock."""

    quantity: int
    receipt_line_id: int | None = None
    inspection_id: int | None = None


def post(
    uow: UnitOfWork, receipt: Receipt, dossier: Dossier, counts: Counts, *, kept: Mapping[int, int] | None = None
) -> Delivery:
    """Post a locked receipt on its locked order, once; returns the delivery as it then stands.

    ``kept`` is what may stay beyond what was ordered, by order line, because somebody decided so.
    """
    decided = receipt.state == ReceiptDocState.ASKED
    if decided:
        check_receivable(dossier.name, dossier.state, buyer=Named(uow, Role.BUYER))
    else:
        check_open(uow, receipt, dossier)
    counts = inspected(counts, dossier)
    check_counts(uow, dossier, counts, kept=kept)
    event = ReceiptEvent.DECIDE if decided else ReceiptEvent.POST
    RECEIPTS.follow(ReceiptDocState(receipt.state), event, uow.actor, subject=receipt.number)
    rows = write_counts(uow, receipt, dossier, counts)
    raise_counters(uow, counts)
    by = receipt.counted_by_id if decided else uow.actor.person_id
    posted = {"posted_at": uow.now, "posted_by_id": by, "version": receipt.version + 1}
    uow.change(Receipt, receipt.id, state=ReceiptDocState.POSTED.value, **posted)
    supplier_figures.posted(uow, receipt.id, dossier)
    receipt_flags.write(uow, uow.get(Receipt, receipt.id), dossier, counts)
    _audit(uow, receipt, dossier, counts)
    into = {number: Into(count.accepted, rows[number]) for number, count in counts.items()}
    freed, now = accept(uow, uow.get(Receipt, receipt.id), dossier, into)
    shown = delivery(uow, uow.get(Receipt, receipt.id), now)
    condense(uow, shown, freed=freed)
    inspection_cards.show(uow, shown)
    supplier_returns.propose(uow, shown, list(rows.values()))
    return shown


def _audit(uow: UnitOfWork, receipt: Receipt, dossier: Dossier, counts: Counts) -> None:
    found = {line.line: counts[line.id] for line in dossier.lines if line.id in counts}
    told: dict[str, object] = {"counted": {line: count.here for line, count in found.items()}}
    told |= {"rejected": {line: [count.rejected, count.reason] for line, count in found.items() if count.rejected}}
    told |= {"held": {line: count.held for line, count in found.items() if count.held}}
    told = {name: said for name, said in told.items() if said}
    uow.audit(Note(receipt.number, "post", after={"order": dossier.name, **told}))
    uow.audit(Note(dossier.name, "receive", after={"receipt": receipt.number, **told}))


def write_counts(uow: UnitOfWork, receipt: Receipt, dossier: Dossier, counts: Counts) -> dict[int, int]:
    """Write the counts beside the claims, and the makers' numbers; returns the receipt lines' ids by order line."""
    rows = {row.order_line_id: row.id for row in uow.all(ReceiptLine, receipt_id=receipt.id)}
    for number in counts.keys() - rows.keys():
        rows[number] = uow.add(ReceiptLine, receipt_id=receipt.id, order_line_id=number, rejected=0)
    _COUNT.write_all(uow.connection, [_written(rows[number], count) for number, count in counts.items()])
    for line in dossier.lines:
        for lot in counts[line.id].lots if line.id in counts and line.part_id is not None else ():
            given = {"lot": lot.lot, "serial": lot.serial, "quantity": lot.quantity, "expires_on": lot.expires_on}
            uow.add(ReceiptLot, receipt_line_id=rows[line.id], part_id=line.part_id, **given)
    return rows


def _written(row: int, count: Count) -> dict[str, object]:
    said = {"now_reason": count.reason, "now_instead": count.instead}
    return {"of_line": row, "now_counted": count.here, "now_rejected": count.rejected, "now_held": count.held, **said}


def raise_counters(uow: UnitOfWork, counts: Counts, *, sign: int = 1, received: bool = True) -> None:
    """Raise an order's counters by what was counted, or with ``sign`` -1 lower them again.

    What is inspected was received before: ``received`` is False then.
    """
    raised = [
        {
            "of_line": number,
            "more_received": sign * count.here if received else 0,
            "more_accepted": sign * count.accepted,
            "more_rejected": sign * count.rejected,
        }
        for number, count in counts.items()
    ]
    _RAISE.write_all(uow.connection, raised)


def accept(uow: UnitOfWork, receipt: Receipt, before: Dossier, into: Mapping[int, Into]) -> tuple[list[str], Dossier]:
    """Let what is accepted move everything that hangs from it: money, stock, the order, its needs, and waiting jobs.

    ``before`` is the order before its counters rose. Returns the jobs that can go on, and the order as it now stands.
    """
    accepted = {number: one.quantity for number, one in into.items()}
    spend(uow, before, accepted)
    _into_stock(uow, before, into)
    now = _rounded_off(uow, opened(uow, before.order.id), accepted)
    fulfilled = order_needs.fulfil(uow, now, [line for line in now.lines if accepted.get(line.id)])
    now = _moved(uow, now)
    invoice_deeds.follow_receipt(uow, now.order.id)
    supplier_returns.replaced(uow, now)
    return _tell(uow, receipt, now, accepted, fulfilled), now


def _into_stock(uow: UnitOfWork, dossier: Dossier, into: Mapping[int, Into]) -> None:
    """Move what is accepted into stock, in the part's own unit; what is damaged or held stays out."""
    for line in dossier.lines:
        one = into.get(line.id, Into(0))
        quantity = in_part_units(one.quantity, line)
        if quantity and line.part_id is not None:
            size = in_part_units(QUANTITY_SCALE, line)
            movement = Movement(
                part_id=line.part_id,
                store=line.store or "",
                kind=MovementKind.RECEIPT,
                quantity=quantity,
                unit_cost=line.price * QUANTITY_SCALE // size,
                currency=dossier.order.currency,
                receipt_line_id=one.receipt_line_id,
                inspection_id=one.inspection_id,
            )
            stock.move(uow, movement)


def _rounded_off(uow: UnitOfWork, dossier: Dossier, accepted: Mapping[int, int]) -> Dossier:
    """Expect no more of a line of which so little is left that it counts as complete."""
    done = {}
    for line in dossier.lines:
        whole = line.quantity - line.cancelled
        if accepted.get(line.id) and not line.held and enough(whole, line.open, under(uow, dossier, line)):
            uow.change(PurchaseOrderLine, line.id, cancelled=line.cancelled + line.open)
            done[line.line] = line.open
    if not done:
        return dossier
    uow.audit(Note(dossier.name, "complete within the tolerance", after={"not expected any more": done}))
    now = opened(uow, dossier.order.id)
    settle(uow, now, "tolerance")
    order_needs.give_up(uow, now, [line for line in now.lines if line.line in done], "complete within the tolerance")
    return opened(uow, dossier.order.id)


def _moved(uow: UnitOfWork, dossier: Dossier) -> Dossier:
    """Derive how much of the order has arrived, and close it when nothing is expected any more."""
    derived = receipt_state([(line.quantity - line.cancelled, line.accepted) for line in dossier.lines])
    change(uow, dossier, receipt_state=derived.value)
    return close_when_complete(uow, dossier.reread(uow))


def _tell(
    uow: UnitOfWork, receipt: Receipt, dossier: Dossier, accepted: Mapping[int, int], fulfilled: list[int]
) -> list[str]:
    """Wake the work orders that waited, and bring every card about the order up to date; returns the jobs' numbers."""
    freed = []
    for line in dossier.lines:
        for work_order_id, number, quantity in _waiting(dossier, line, accepted.get(line.id, 0)):
            if parts.arrived(uow, work_order_id, line.part_id or 0, quantity):
                freed.append(number)
    _straight_to_the_job(uow, receipt, dossier, accepted)
    needs = [uow.get(Requisition, number) for number in fulfilled]
    need_cards.tell(uow, needs, "arrived", order=dossier.order)
    known = staff(uow)
    show_line(uow, dossier, known)
    arrived_now = tuple(line for line in dossier.lines if accepted.get(line.id) and not line.open)
    refresh_shortages(uow, replace(dossier, lines=arrived_now), known)
    return list(dict.fromkeys(freed))


def _straight_to_the_job(uow: UnitOfWork, receipt: Receipt, dossier: Dossier, accepted: Mapping[int, int]) -> None:
    """Charge the job with what went to it without lying in the store, in the name of whoever counted it.

    A job that has ended meanwhile takes nothing any more: the goods are in the store then.
    """
    if receipt.work_order_id is None or uow.get(WorkOrder, receipt.work_order_id).state not in OPEN:
        return
    by = uow.actor
    if receipt.posted_by_id is not None:
        uow.actor = people.actor(uow.get(Person, receipt.posted_by_id))
    try:
        for line in dossier.lines:
            quantity = in_part_units(accepted.get(line.id, 0), line)
            if quantity and line.part_id is not None:
                parts.issue(uow, receipt.work_order_id, line.part_id, quantity)
    finally:
        uow.actor = by


def _waiting(dossier: Dossier, line: Line, accepted: int) -> list[tuple[int, str, int]]:
    """Return which work orders get how much of what came in on a line, in the part's unit: the most urgent first.

    Where a line is for one work order, that gets whatever it is still short of.
    """
    if line.part_id is None or not accepted:
        return []
    came = in_part_units(accepted, line)
    if line.work_order_id is not None:
        return [(line.work_order_id, line.work_order or "", came)]
    now, shares = in_part_units(line.accepted, line), dossier.shares(line.id)
    got = arrivals([share.claim for share in shares], now - came, now)
    return [
        (share.work_order_id, share.work_order or "", got[share.requisition_id])
        for share in sorted(shares, key=lambda each: each.claim.urgency)
        if share.work_order_id is not None and share.requisition_id in got
    ]
