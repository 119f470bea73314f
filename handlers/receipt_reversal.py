"""Taking a receipt back: a counter-receipt with negative figures moves stock, order, budget, needs and jobs back, once."""

from collections.abc import Callable, Sequence
from typing import Any

import templates
from handlers import holds, invoice_deeds, issuing, order_needs, people, supplier_figures, supplier_returns
from handlers.approval_plans import staff
from handlers.budget_bookings import settle, spend
from handlers.happenings import Answer, Click, Submission
from handlers.ids import Action, Callback, numbers, value
from handlers.order_cards import refresh_shortages, show_line
from handlers.order_content import Dossier, Line, change, locked, opened
from handlers.receipt_cards import Delivery, condense, delivery
from handlers.receipt_named import receipt_named
from handlers.receipt_posting import raise_counters
from handlers.work_order_cards import show_card
from orders.errors import NotYours, Unlawful
from orders.money import QUANTITY_SCALE
from orders.people import CHARGEHAND, Role
from orders.purchase_orders import PURCHASE_ORDERS, OrderEvent, OrderState, receipt_state
from orders.receiving import RECEIPTS, Count, ReceiptDocState, ReceiptEvent
from orders.requisitions import NeedEvent, served
from orders.stock import MovementKind
from orders.units import measured
from orders.work_orders import OPEN, HoldReason, WorkOrderState, check_reason
from storage import agreements, numbering, stock
from storage.stock import Movement, in_part_units
from storage.tables import (
    Part,
    PurchaseOrderLine,
    Receipt,
    ReceiptLine,
    ReceiptLot,
    Requisition,
    StockMovement,
    WorkOrder,
    WorkOrderPart,
)
from storage.unit_of_work import Note, UnitOfWork


def reverse(uow: UnitOfWork, click: Click) -> Answer:
    """Open the form that asks why a receipt is taken back."""
    receipt, dossier = _locked(uow, *numbers(click.value, 1))
    _check(uow, receipt, dossier)
    form = {"carried": value(receipt.id), "number": receipt.number, "order": dossier.name}
    return Answer(modal=templates.view("reverse_form", **form))


def reversed_(uow: UnitOfWork, what: Submission) -> Answer:
    """Take a receipt back with the reason that was written."""
    if not what.field("reason"):
        return Answer(errors={"reason": "Write why, in a few words."})
    receipt, dossier = _locked(uow, *numbers(what.private, 1))
    return _reverse(uow, receipt, dossier, what.field("reason"))


def reverse_named(uow: UnitOfWork, written: str, reason: str) -> Answer:
    """Take ``reverse GR-44 because it was counted twice``; without a reason the form asks."""
    receipt, dossier = _locked(uow, receipt_named(uow, written).id)
    if reason:
        return _reverse(uow, receipt, dossier, reason)
    return reverse(uow, Click(uow.key, uow.actor.slack_id or "", "", value(receipt.id)))


def _locked(uow: UnitOfWork, receipt_id: int) -> tuple[Receipt, Dossier]:
    receipt = uow.lock(Receipt, receipt_id)
    return receipt, locked(uow, receipt.order_id)


def _check(uow: UnitOfWork, receipt: Receipt, dossier: Dossier) -> list[ReceiptLine]:
    """Return the lines to take back; refuses whoever may not, and what was used, invoiced or sent back meanwhile."""
    step = RECEIPTS.step(ReceiptDocState(receipt.state), ReceiptEvent.REVERSE)
    if receipt.reverses_id is not None:
        raise Unlawful(why=f"{receipt.number} takes another receipt back, and stands.", subject=receipt.number)
    if step is not None and not uow.actor.has(*step.roles):
        who = people.names(uow, Role.STOREKEEPER, Role.SUPERVISOR)
        raise NotYours(roles="storekeepers, supervisors and finance people", what="do this", who=f"Ask {who}.")
    RECEIPTS.follow(ReceiptDocState(receipt.state), ReceiptEvent.REVERSE, uow.actor, subject=receipt.number)
    if receipt.posted_by_id == uow.actor.person_id:
        others = [each for role in (Role.STOREKEEPER, Role.SUPERVISOR) for each in people.having(uow, role)]
        names = [each.name for each in others if each.id != uow.actor.person_id]
        who = f" {' or '.join(list(dict.fromkeys(names))[:2])} can." if names else ""
        raise Unlawful(why=f"You counted {receipt.number}, so somebody else takes it back.{who}")
    if dossier.state is OrderState.CANCELLED:
        raise Unlawful(why=f"{dossier.name} is cancelled, so what came on it stays as it is.")
    rows = [row for row in uow.all(ReceiptLine, receipt_id=receipt.id) if row.counted]
    for row in rows:
        _check_line(uow, row, dossier)
    return rows


def _check_line(uow: UnitOfWork, row: ReceiptLine, dossier: Dossier) -> None:
    line = dossier.line(row.order_line_id)
    assert line is not None
    accepted = (row.counted or 0) - row.rejected - row.held
    billed = uow.get(PurchaseOrderLine, line.id).billed
    if line.accepted - accepted < billed and not uow.actor.has(Role.FINANCE):
        who = people.names(uow, Role.FINANCE) or "finance"
        raise Unlawful(why=f"Line {line.line} of {dossier.name} is invoiced already. Ask {who} to take it back.")
    quantity = in_part_units(accepted, line)
    if line.part_id is None or not quantity:
        return
    figures = stock.lock(uow, line.part_id, line.store or "")
    if figures.on_hand < quantity:
        left = measured(figures.on_hand, line.part_unit or line.unit)
        why = f"Only {left} of {line.description} are still in {line.store or 'the store'}; the rest was used."
        raise Unlawful(why=f"{why} Let it be brought back first, for instance `return WO-412 1 {line.part}`.")


def _reverse(uow: UnitOfWork, receipt: Receipt, dossier: Dossier, reason: str) -> Answer:
    """Write the counter-receipt, and move everything back that the receipt had moved."""
    rows = _check(uow, receipt, dossier)
    why = check_reason(reason, receipt.number)
    supplier_returns.taken_back(uow, receipt, dossier)
    counter_id, counters = _counter(uow, receipt, rows, why)
    uow.change(Receipt, receipt.id, state=ReceiptDocState.REVERSED.value, version=receipt.version + 1)
    counts = {row.order_line_id: Count(row.counted or 0, row.rejected, row.held) for row in rows}
    raise_counters(uow, counts, sign=-1)
    supplier_figures.reversed_(uow, receipt.number)
    _out_of_stock(uow, dossier, rows, counters)
    now = _expected_again(uow, opened(uow, dossier.order.id))
    spend(uow, dossier, {number: -count.accepted for number, count in counts.items()})
    settle(uow, now, "reversal")
    invoice_deeds.follow_receipt(uow, now.order.id)
    counter = uow.get(Receipt, counter_id)
    after = {"order": dossier.name, "by": counter.number}
    uow.audit(Note(receipt.number, "reverse", before={"state": receipt.state}, after=after, words=why))
    uow.audit(Note(dossier.name, "take back", after={"receipt": receipt.number, "by": counter.number}, words=why))
    _tell(uow, delivery(uow, uow.get(Receipt, receipt.id), now), [line for line in now.lines if line.id in counts], why)
    said = {"number": receipt.number, "counter": counter.number, "order": dossier.name}
    return Answer(private=templates.words("receiving_said", what="reversed", **said))


def _counter(uow: UnitOfWork, receipt: Receipt, rows: Sequence[ReceiptLine], why: str) -> tuple[int, dict[int, int]]:
    """Write a receipt with the negative figures of another; returns its id, and its lines' ids by order line."""
    counter_id = uow.add(
        Receipt,
        number=numbering.draw(uow, "receipt"),
        order_id=receipt.order_id,
        state=ReceiptDocState.POSTED.value,
        created_at=uow.now,
        posted_at=uow.now,
        posted_by_id=uow.actor.person_id,
        note=why[:500],
        reverses_id=receipt.id,
        work_order_id=receipt.work_order_id,
    )
    lines: dict[int, int] = {}
    for row in rows:
        figures = {"counted": -(row.counted or 0), "rejected": -row.rejected, "held": -row.held}
        lines[row.order_line_id] = uow.add(
            ReceiptLine, receipt_id=counter_id, order_line_id=row.order_line_id, reason=row.reason, **figures
        )
        for lot in uow.all(ReceiptLot, receipt_line_id=row.id):
            named = {"part_id": lot.part_id, "lot": lot.lot, "serial": lot.serial, "expires_on": lot.expires_on}
            uow.add(ReceiptLot, receipt_line_id=lines[row.order_line_id], quantity=-lot.quantity, **named)
    return counter_id, lines


def _out_of_stock(uow: UnitOfWork, dossier: Dossier, rows: Sequence[ReceiptLine], counters: dict[int, int]) -> None:
    """Take out of stock what came in, at the cost at which it came; jobs that kept it wait again."""
    for row in rows:
        line = dossier.line(row.order_line_id)
        assert line is not None
        quantity = in_part_units((row.counted or 0) - row.rejected - row.held, line)
        if line.part_id is None or not quantity:
            continue
        size = in_part_units(QUANTITY_SCALE, line)
        came = uow.find(StockMovement, receipt_line_id=row.id)
        movement = Movement(
            part_id=line.part_id,
            store=line.store or "",
            kind=MovementKind.REVERSAL,
            quantity=-quantity,
            unit_cost=came.unit_cost if came is not None else line.price * QUANTITY_SCALE // size,
            currency=dossier.order.currency,
            receipt_line_id=counters[line.id],
        )
        stock.move(uow, movement)
        _no_longer_kept(uow, dossier, line)


def _no_longer_kept(uow: UnitOfWork, dossier: Dossier, line: Line) -> None:
    """Set free what jobs kept of a part beyond what is there: first the jobs this order was for, the least urgent first."""
    figures = stock.lock(uow, line.part_id or 0, line.store or "")
    lacking = figures.reserved - figures.on_hand
    own = [share.work_order_id for share in sorted(dossier.shares(line.id), key=lambda each: each.claim.urgency)]
    first = [line.work_order_id, *reversed(own)]
    keeping = [row for row in uow.all(WorkOrderPart, part_id=line.part_id) if row.reserved and row.store == line.store]
    keeping.sort(
        key=lambda row: (first.index(row.work_order_id) if row.work_order_id in first else len(first), -row.id)
    )
    for row in keeping:
        freed = min(row.reserved, max(lacking, 0))
        if freed:
            _wait_again(uow, row, freed)
            lacking -= freed


def _wait_again(uow: UnitOfWork, row: WorkOrderPart, freed: int) -> None:
    part, order = uow.get(Part, row.part_id), uow.get(WorkOrder, row.work_order_id)
    stock.reserve(uow, row.part_id, row.store, -freed)
    uow.change(WorkOrderPart, row.id, reserved=row.reserved - freed)
    uow.audit(Note(order.number, "part no longer kept", after={"part": part.code, "freed": freed}))
    if WorkOrderState(order.state) in OPEN and issuing.is_short(uow, order.id):
        _hold(uow, order.id, f"{measured(freed, part.unit)} {part.name}")


def _hold(uow: UnitOfWork, work_order_id: int, missing: str) -> None:
    """Let a job wait for a part again: that follows from the stock, whoever took the receipt back."""
    by, uow.actor = uow.actor, CHARGEHAND
    try:
        holds.put_on_hold(uow, work_order_id, HoldReason.MATERIAL, missing)
    finally:
        uow.actor = by


def _expected_again(uow: UnitOfWork, dossier: Dossier) -> Dossier:
    """Expect again what was taken back: the order is open again, and so are the needs that it had served."""
    derived = receipt_state([(line.quantity - line.cancelled, line.accepted) for line in dossier.lines])
    opens = dossier.state is OrderState.CLOSED and any(line.open for line in dossier.lines)
    state = dossier.state
    if opens:
        state = OrderState(PURCHASE_ORDERS.follow(state, OrderEvent.REOPEN, CHARGEHAND, subject=dossier.name))
    change(uow, dossier, receipt_state=derived.value, state=state.value)
    agreements.balance(uow, dossier.order.id)
    for line in dossier.lines:
        shares = dossier.shares(line.id)
        got = served([share.claim for share in shares], in_part_units(line.accepted, line))
        for share in shares:
            missing = got[share.requisition_id] < share.quantity
            if missing and order_needs.move(uow, share.requisition_id, NeedEvent.EXPECT_AGAIN):
                uow.change(Requisition, share.requisition_id, ended_at=None, ending="")
    return opened(uow, dossier.order.id)


def _tell(uow: UnitOfWork, shown: Delivery, lines: Sequence[Line], why: str) -> None:
    condense(uow, shown, freed=[], why=why)
    supplier_returns.replaced(uow, shown.dossier)
    known = staff(uow)
    show_line(uow, shown.dossier, known)
    refresh_shortages(uow, shown.dossier, known)
    needs = {share.requisition_id for line in lines for share in shown.dossier.shares(line.id)}
    jobs = {uow.get(Requisition, number).work_order_id for number in needs}
    for work_order_id in sorted(job for job in jobs if job is not None):
        show_card(uow, work_order_id)


CLICKS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {Action.REVERSE: reverse}
SUBMISSIONS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {Callback.REVERSE: reversed_}
