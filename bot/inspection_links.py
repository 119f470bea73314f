"""What a document is linked to, both ways: work orders, requisitions, orders, mails, notices, receipts, movements."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from storage.tables import (
    Approval,
    ApprovalTask,
    Asset,
    BudgetEntry,
    DeliveryNotice,
    DeliveryNoticeLine,
    Enclosure,
    InboundMail,
    Outgoing,
    Part,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseOrderNeed,
    Receipt,
    ReceiptLine,
    Request,
    Requisition,
    StockMovement,
    Supplier,
    WorkOrder,
    WorkOrderChange,
    WorkOrderCost,
    WorkOrderHold,
    WorkOrderPart,
    WorkOrderTime,
)
from storage.unit_of_work import UnitOfWork, table

Words = Mapping[int, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Link:
    """Rows of one kind that belong to a document, with words that stand for their references."""

    name: str
    rows: Sequence[Any]
    words: Words = field(default_factory=dict)

    @property
    def subjects(self) -> set[str]:
        """The numbers under which the audit speaks of these rows, where they are documents of their own."""
        if self.name in {"work_orders", "requisitions", "orders", "receipts", "requests"}:
            names = (getattr(row, column, None) for row in self.rows for column in ("number", "draft_number"))
            return {name for name in names if name}
        return set()


def links_of(uow: UnitOfWork, kind: str, number: int) -> list[Link]:
    """Return everything that belongs to a document, named as ``show`` prints it."""
    return LINKS[kind](uow, number)


def _in(uow: UnitOfWork, kind: Any, column: str, ids: Sequence[int]) -> list[Any]:
    return uow.all(kind, table(kind).c[column].in_(ids)) if ids else []


def _ids(rows: Sequence[Any], column: str = "id") -> list[int]:
    return [found for row in rows if (found := getattr(row, column)) is not None]


def _parts(uow: UnitOfWork, rows: Sequence[Any]) -> dict[int, dict[str, Any]]:
    """Name the part of each row that has one."""
    parts = {row.id: row for row in _in(uow, Part, "id", _ids(rows, "part_id"))}
    known = {row.id: parts[row.part_id] for row in rows if row.part_id in parts}
    return {number: {"part": part.code, "part_name": part.name} for number, part in known.items()}


def _of_work_order(uow: UnitOfWork, number: int) -> list[Link]:
    order = uow.get(WorkOrder, number)
    parts, moves = uow.all(WorkOrderPart, work_order_id=number), uow.all(StockMovement, work_order_id=number)
    needs = uow.all(Requisition, work_order_id=number)
    lines = {row.id: row for row in uow.all(PurchaseOrderLine, work_order_id=number)}
    shares = _in(uow, PurchaseOrderNeed, "requisition_id", _ids(needs))
    lines |= {row.id: row for row in _in(uow, PurchaseOrderLine, "id", _ids(shares, "line_id"))}
    orders = _in(uow, PurchaseOrder, "id", _ids(list(lines.values()), "order_id"))
    return [
        Link("asset", [uow.get(Asset, order.asset_id)] if order.asset_id else []),
        Link("requests", uow.all(Request, work_order_id=number)),
        Link("holds", uow.all(WorkOrderHold, work_order_id=number)),
        Link("times", uow.all(WorkOrderTime, work_order_id=number)),
        Link("parts", parts, _parts(uow, parts)),
        Link("costs", uow.all(WorkOrderCost, work_order_id=number)),
        Link("changes", uow.all(WorkOrderChange, work_order_id=number)),
        Link("requisitions", needs, _parts(uow, needs)),
        Link("orders", orders, _suppliers(uow, orders)),
        Link("receipts", _in(uow, Receipt, "order_id", _ids(orders))),
        Link("stock_movements", moves, _parts(uow, moves)),
        Link("enclosures", uow.all(Enclosure, subject=order.number)),
    ]


def _suppliers(uow: UnitOfWork, orders: Sequence[Any]) -> dict[int, dict[str, Any]]:
    suppliers = {row.id: row.name for row in _in(uow, Supplier, "id", _ids(orders, "supplier_id"))}
    return {row.id: {"supplier": suppliers.get(row.supplier_id)} for row in orders}


def _of_order(uow: UnitOfWork, number: int) -> list[Link]:
    order = uow.get(PurchaseOrder, number)
    lines = uow.all(PurchaseOrderLine, order_id=number)
    receipts = uow.all(Receipt, order_id=number)
    counted = _in(uow, ReceiptLine, "receipt_id", _ids(receipts))
    notice_lines = _in(uow, DeliveryNoticeLine, "order_line_id", _ids(lines))
    moves = _in(uow, StockMovement, "receipt_line_id", _ids(counted))
    runs = uow.all(Approval, order_id=number)
    by_line = {line.id: {"line": line.line} for line in lines}
    shares = _in(uow, PurchaseOrderNeed, "line_id", _ids(lines))
    needs = _in(uow, Requisition, "id", _ids(shares, "requisition_id"))
    return [
        Link("supplier", [uow.get(Supplier, order.supplier_id)] if order.supplier_id else []),
        Link("lines", lines, _parts(uow, lines)),
        Link("requisitions", needs),
        Link("needs_of_lines", shares, {row.id: by_line[row.line_id] for row in shares}),
        Link("work_orders", _in(uow, WorkOrder, "id", [*_ids(lines, "work_order_id"), *_ids(needs, "work_order_id")])),
        Link("approvals", runs),
        Link("approval_tasks", _in(uow, ApprovalTask, "approval_id", _ids(runs))),
        Link("mails_out", _mails_out(uow, number)),
        Link("mails_in", uow.all(InboundMail, order_id=number)),
        Link("notices", _in(uow, DeliveryNotice, "id", _ids(notice_lines, "notice_id"))),
        Link("notice_lines", notice_lines, _by_line(notice_lines, by_line)),
        Link("receipts", receipts),
        Link("receipt_lines", counted, _by_line(counted, by_line)),
        Link("stock_movements", moves, _parts(uow, moves)),
        Link("budget_entries", uow.all(BudgetEntry, order_id=number)),
    ]


def _by_line(rows: Sequence[Any], lines: Words) -> Words:
    return {row.id: lines[row.order_line_id] for row in rows}


def _mails_out(uow: UnitOfWork, number: int) -> list[Any]:
    rows = uow.all(Outgoing, wire="mail", purpose="purchase_order")
    return [row for row in rows if json.loads(row.body).get("order_id") == number]


def _of_requisition(uow: UnitOfWork, number: int) -> list[Link]:
    need = uow.get(Requisition, number)
    shares = uow.all(PurchaseOrderNeed, requisition_id=number)
    lines = _in(uow, PurchaseOrderLine, "id", _ids(shares, "line_id"))
    orders = _in(uow, PurchaseOrder, "id", _ids(lines, "order_id"))
    return [
        Link("work_orders", _in(uow, WorkOrder, "id", _ids([need], "work_order_id"))),
        Link("lines", lines, _parts(uow, lines)),
        Link("needs_of_lines", shares),
        Link("orders", orders, _suppliers(uow, orders)),
        Link("split_off", uow.all(Requisition, split_from_id=number)),
    ]


def _of_receipt(uow: UnitOfWork, number: int) -> list[Link]:
    receipt = uow.get(Receipt, number)
    counted = uow.all(ReceiptLine, receipt_id=number)
    lines = {row.id: {"line": row.line} for row in _in(uow, PurchaseOrderLine, "id", _ids(counted, "order_line_id"))}
    moves = _in(uow, StockMovement, "receipt_line_id", _ids(counted))
    return [
        Link("orders", _in(uow, PurchaseOrder, "id", [receipt.order_id])),
        Link("notices", _in(uow, DeliveryNotice, "id", _ids([receipt], "notice_id"))),
        Link("receipt_lines", counted, _by_line(counted, lines)),
        Link("stock_movements", moves, _parts(uow, moves)),
    ]


def _of_request(uow: UnitOfWork, number: int) -> list[Link]:
    request = uow.get(Request, number)
    return [
        Link("asset", [uow.get(Asset, request.asset_id)] if request.asset_id else []),
        Link("work_orders", _in(uow, WorkOrder, "id", _ids([request], "work_order_id"))),
        Link("mails_in", _in(uow, InboundMail, "id", _ids([request], "mail_id"))),
        Link("enclosures", uow.all(Enclosure, subject=request.number)),
    ]


LINKS: Mapping[str, Callable[[UnitOfWork, int], list[Link]]] = {
    "work order": _of_work_order,
    "purchase order": _of_order,
    "requisition": _of_requisition,
    "receipt": _of_receipt,
    "request": _of_request,
}
"""How the links of each kind of document are found."""
