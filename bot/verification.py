"""Verifies what is kept: every figure that was derived is derived again from what it came from."""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import func, or_, select

from handlers import invoice_matching, supplier_figures, supplier_holds
from orders.purchase_orders import OrderState, receipt_state
from orders.receiving import ReceiptDocState
from orders.requisitions import Claim, served
from orders.returns import ReturnState
from orders.units import quantity_text
from storage import agreements, audit, budget, stock
from storage.stock import in_part_units
from storage.tables import (
    Approval,
    Inspection,
    OrderRevision,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseOrderNeed,
    Receipt,
    ReceiptLine,
    Requisition,
    Stock,
    StockMovement,
    SupplierReturn,
    SupplierReturnLine,
    WorkOrderPart,
)
from storage.unit_of_work import UnitOfWork, table

Check = Callable[[UnitOfWork], Iterator[str]]
_COUNTED, _RECEIPTS, _MOVES = table(ReceiptLine), table(Receipt), table(StockMovement)
_NEEDS, _RUNS = table(WorkOrderPart), table(Approval)

GONE_OUT = frozenset(
    state.value
    for state in OrderState
    if state not in {OrderState.DRAFT, OrderState.PENDING_APPROVAL, OrderState.CANCELLED}
)
"""States that an order only reaches with a complete approval."""


def damage(uow: UnitOfWork) -> list[str]:
    """Name in sentences everything that does not agree; empty when all is whole."""
    return [sentence for check in CHECKS for sentence in check(uow)]


def _chain(uow: UnitOfWork) -> Iterator[str]:
    yield from audit.broken_links(uow.connection)


def _stock(uow: UnitOfWork) -> Iterator[str]:
    yield from stock.differences(uow)


def _budgets(uow: UnitOfWork) -> Iterator[str]:
    yield from budget.differences(uow)


def _agreements(uow: UnitOfWork) -> Iterator[str]:
    yield from agreements.differences(uow)


def _invoices(uow: UnitOfWork) -> Iterator[str]:
    """What is billed of each order line is what its invoices charge."""
    yield from invoice_matching.differences(uow)


def _suppliers(uow: UnitOfWork) -> Iterator[str]:
    """A supplier's figures are what their facts come to, and nobody is held back without a hold."""
    yield from supplier_figures.differences(uow)
    yield from supplier_holds.differences(uow)


def _reserved(uow: UnitOfWork) -> Iterator[str]:
    """What is promised in the store is what work orders keep."""
    sums = select(_NEEDS.c.part_id, _NEEDS.c.store, func.sum(_NEEDS.c.reserved)).group_by(*_NEEDS.c["part_id", "store"])
    kept = {(row[0], row[1]): int(row[2]) for row in uow.run(sums)}
    for row in uow.all(Stock):
        expected = kept.pop((row.part_id, row.store), 0)
        if row.reserved != expected:
            said = f"{quantity_text(row.reserved)} as kept, work orders keep {quantity_text(expected)}"
            yield f"Stock of part {row.part_id} in {row.store} says {said}."
    for (part, store), left in kept.items():
        if left:
            yield f"Work orders keep {quantity_text(left)} of part {part} in {store}, where there is no stock."


COUNTS = (ReceiptDocState.POSTED.value, ReceiptDocState.REVERSED.value)
"""States in which a receipt's figures count; one that was taken back is balanced by its counter-receipt."""
_LEFT = (ReturnState.SENT.value, ReturnState.SETTLED.value)


def _posted(uow: UnitOfWork) -> dict[int, tuple[int, int, int]]:
    """Return what receipts say was counted, rejected and is held of each order line."""
    sums = [func.sum(_COUNTED.c[name]) for name in ("counted", "rejected", "held")]
    posted = (
        select(_COUNTED.c.order_line_id, *sums)
        .join(_RECEIPTS, _RECEIPTS.c.id == _COUNTED.c.receipt_id)
        .where(or_(*(_RECEIPTS.c.state == state for state in COUNTS)))
        .group_by(_COUNTED.c.order_line_id)
    )
    return {row[0]: (int(row[1] or 0), int(row[2] or 0), int(row[3] or 0)) for row in uow.run(posted)}


def _went_back(uow: UnitOfWork) -> dict[int, int]:
    """Return how much of each order line has left for its supplier."""
    gone = {row.id for state in _LEFT for row in uow.all(SupplierReturn, state=state)}
    found: dict[int, int] = {}
    for row in uow.all(SupplierReturnLine):
        found[row.order_line_id] = found.get(row.order_line_id, 0) + (row.quantity if row.return_id in gone else 0)
    return found


def _line_counters(uow: UnitOfWork) -> Iterator[str]:
    """What a line says has arrived and went back is what its receipts and returns say."""
    posted, names, back = _posted(uow), _names(uow), _went_back(uow)
    for line in uow.all(PurchaseOrderLine):
        here, rejected, held = posted.get(line.id, (0, 0, 0))
        expected = {"received": here, "accepted": here - rejected - held, "rejected": rejected}
        expected["returned"] = back.get(line.id, 0)
        for counter, count in expected.items():
            said = getattr(line, counter)
            if said != count:
                where = f"{names[line.order_id]} line {line.line}"
                yield f"{where} says {quantity_text(said)} {counter}, its receipts {quantity_text(count)}."


def _names(uow: UnitOfWork) -> dict[int, str]:
    return {row.id: row.number or row.draft_number for row in uow.all(PurchaseOrder)}


def _receipt_states(uow: UnitOfWork) -> Iterator[str]:
    """An order's receipt state follows from its lines."""
    lines: dict[int, list[tuple[int, int]]] = {}
    for line in uow.all(PurchaseOrderLine):
        lines.setdefault(line.order_id, []).append((line.quantity - line.cancelled, line.accepted))
    for order in uow.all(PurchaseOrder):
        arrived = any(accepted for _, accepted in lines.get(order.id, []))
        if not arrived and order.receipt_state in {"", "none"}:
            continue
        derived = receipt_state(lines.get(order.id, [])).value
        if order.receipt_state != derived:
            yield f"{order.number or order.draft_number} says receipt {order.receipt_state}, its lines {derived}."


def _receipts_in_stock(uow: UnitOfWork) -> Iterator[str]:
    """Every accepted part of a receipt is in the stock ledger once, by the receipt itself or by its inspection."""
    moved = {row[0]: int(row[1]) for row in uow.run(_of_receipts(_MOVES.c.receipt_line_id))}
    by_inspection = {row[0]: int(row[1]) for row in uow.run(_of_receipts(_MOVES.c.inspection_id))}
    for finding in uow.all(Inspection):
        found = by_inspection.get(finding.id, 0)
        moved[finding.receipt_line_id] = moved.get(finding.receipt_line_id, 0) + found
    lines = {line.id: line for line in uow.all(PurchaseOrderLine)}
    posted = {row.id: row.number for row in uow.all(Receipt) if row.state in COUNTS}
    for row in uow.all(ReceiptLine):
        line: Any = lines[row.order_line_id]
        accepted = (row.counted or 0) - row.rejected - row.held if row.receipt_id in posted else 0
        expected = in_part_units(abs(accepted), line) if line.part_id is not None else 0
        expected = expected if accepted >= 0 else -expected
        said = moved.get(row.id, 0)
        if said != expected:
            where = posted.get(row.receipt_id, f"receipt {row.receipt_id}")
            yield f"{where} line {line.line} brought {quantity_text(expected)}, the stock ledger {quantity_text(said)}."


def _of_receipts(kept: Any) -> Any:
    return select(kept, func.sum(_MOVES.c.quantity)).where(kept.is_not(None)).group_by(kept)


def _requisitions(uow: UnitOfWork) -> Iterator[str]:
    """A need that is on order stands on approved orders in full, a fulfilled one has got all of it."""
    states = {row.id: row.state for row in uow.all(PurchaseOrder)}
    lines: dict[int, Any] = {line.id: line for line in uow.all(PurchaseOrderLine)}
    needs = {need.id: need for need in uow.all(Requisition)}
    claims: dict[int, list[Claim]] = {}
    for share in uow.all(PurchaseOrderNeed):
        needed_by = needs[share.requisition_id].needed_by
        claims.setdefault(share.line_id, []).append(Claim(share.requisition_id, share.quantity, needed_by))
    ordered: dict[int, int] = {}
    came: dict[int, int] = {}
    for line_id, claimed in claims.items():
        line = lines[line_id]
        if states[line.order_id] in GONE_OUT:
            for claim in claimed:
                ordered[claim.need] = ordered.get(claim.need, 0) + claim.quantity
            for number, quantity in served(claimed, in_part_units(line.accepted, line)).items():
                came[number] = came.get(number, 0) + quantity
    for need in needs.values():
        if need.state in {"on_order", "fulfilled"} and ordered.get(need.id, 0) < need.quantity:
            yield f"{need.number} says {need.state.replace('_', ' ')}, but no approved order has lines for all of it."
        elif need.state == "fulfilled" and came.get(need.id, 0) < need.quantity:
            yield f"{need.number} says fulfilled, but its order lines have not brought all of it."


def _parts_of_needs(uow: UnitOfWork) -> Iterator[str]:
    """What a need stands for and what was split off from it are together what was asked for."""
    needs = uow.all(Requisition)
    split_off: dict[int, int] = {}
    for need in needs:
        if need.split_from_id is not None:
            split_off[need.split_from_id] = split_off.get(need.split_from_id, 0) + need.asked
    for need in needs:
        if need.asked != need.quantity + split_off.get(need.id, 0):
            yield f"{need.number} asked for {quantity_text(need.asked)}, its parts do not add up to that."


def _approvals(uow: UnitOfWork) -> Iterator[str]:
    """What may go out was approved with exactly this content."""
    found = uow.run(select(_RUNS.c.order_id, _RUNS.c.content_hash).where(_RUNS.c.state == "approved"))
    approved = {(row.order_id, row.content_hash) for row in found}
    for order in uow.all(PurchaseOrder):
        if order.state in GONE_OUT and (order.id, order.content_hash) not in approved:
            yield f"{order.number or order.draft_number} is {order.state} without an approval of its content."
    for revision in uow.all(OrderRevision):
        if revision.state in GONE_OUT and (revision.order_id, revision.content_hash) not in approved:
            order = uow.get(PurchaseOrder, revision.order_id)
            yield f"Revision {revision.revision} of {order.number} is {revision.state} without an approval of its content."


CHECKS: tuple[Check, ...] = (
    _chain,
    _stock,
    _reserved,
    _budgets,
    _agreements,
    _invoices,
    _suppliers,
    _line_counters,
    _receipt_states,
    _receipts_in_stock,
    _requisitions,
    _parts_of_needs,
    _approvals,
)
"""Everything that is verified, in the order in which it is said."""
