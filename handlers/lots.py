"""Lots and serial numbers: ``lot L-123`` says where it came from and where it went, and what keeps no longer is told in time."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, func, or_, select

import templates
from handlers.happenings import Answer
from handlers.order_content import today
from orders.errors import NotKnown
from orders.receiving import ReceiptDocState
from orders.stock import MovementKind
from orders.units import measured
from storage import cards
from storage.cards import Place
from storage.prepared import Prepared
from storage.tables import (
    DeliveryNotice,
    Part,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    ReceiptLot,
    Stock,
    StockMovement,
    Supplier,
    SupplierReturn,
    SupplierReturnLine,
    WorkOrder,
)
from storage.unit_of_work import UnitOfWork, table

MOST_FOUND, MOST_ISSUES, MOST_TOLD = 6, 6, 12
SOON = timedelta(days=30)
SUBJECT = "LOTS"
HERE = (ReceiptDocState.POSTED, ReceiptDocState.REVERSED)
"""States of receipts whose goods were here, be it for a while."""
_LOTS, _ROWS, _RECEIPTS, _PARTS = table(ReceiptLot), table(ReceiptLine), table(Receipt), table(Part)
_ORDERS, _SUPPLIERS, _NOTICES, _JOBS = table(PurchaseOrder), table(Supplier), table(DeliveryNotice), table(WorkOrder)
_MOVES, _STOCK = table(StockMovement), table(Stock)
_BACK, _BACK_LINES = table(SupplierReturn), table(SupplierReturnLine)
_REVERSING = _RECEIPTS.alias()
_TAKEN_BACK = select(_REVERSING.c.number).where(_REVERSING.c.reverses_id == _RECEIPTS.c.id).scalar_subquery()
_FOUND = Prepared(
    select(
        _LOTS.c.receipt_line_id,
        _LOTS.c.lot,
        _LOTS.c.serial,
        _LOTS.c.quantity,
        _LOTS.c.expires_on,
        _PARTS.c.id.label("part_id"),
        _PARTS.c.code,
        _PARTS.c.name,
        _PARTS.c.unit,
        _PARTS.c.store,
        _RECEIPTS.c.number.label("receipt"),
        _RECEIPTS.c.posted_at,
        _ORDERS.c.number.label("order"),
        _SUPPLIERS.c.name.label("supplier"),
        _NOTICES.c.number.label("note"),
        _JOBS.c.number.label("job"),
        _TAKEN_BACK.label("taken_back"),
    )
    .join(_ROWS, _ROWS.c.id == _LOTS.c.receipt_line_id)
    .join(_RECEIPTS, _RECEIPTS.c.id == _ROWS.c.receipt_id)
    .join(_ORDERS, _ORDERS.c.id == _RECEIPTS.c.order_id)
    .join(_PARTS, _PARTS.c.id == _LOTS.c.part_id)
    .outerjoin(_SUPPLIERS, _SUPPLIERS.c.id == _ORDERS.c.supplier_id)
    .outerjoin(_NOTICES, _NOTICES.c.id == _RECEIPTS.c.notice_id)
    .outerjoin(_JOBS, _JOBS.c.id == _RECEIPTS.c.work_order_id)
    .where(
        or_(func.lower(_LOTS.c.lot) == bindparam("name"), func.lower(_LOTS.c.serial) == bindparam("name")),
        or_(*(_RECEIPTS.c.state == state.value for state in HERE)),
        _RECEIPTS.c.reverses_id.is_(None),
    )
    .order_by(_LOTS.c.id.desc())
)
_ISSUES = Prepared(
    select(_MOVES.c.quantity, _MOVES.c.at, _JOBS.c.number)
    .outerjoin(_JOBS, _JOBS.c.id == _MOVES.c.work_order_id)
    .where(
        _MOVES.c.part_id == bindparam("part"),
        _MOVES.c.kind == MovementKind.ISSUE.value,
        _MOVES.c.at >= bindparam("since"),
    )
    .order_by(_MOVES.c.at.desc())
)
_RETURNED = Prepared(
    select(_BACK.c.number, _BACK.c.state, _BACK_LINES.c.quantity)
    .join(_BACK, _BACK.c.id == _BACK_LINES.c.return_id)
    .where(_BACK_LINES.c.receipt_line_id == bindparam("line"), _BACK.c.state != "dropped")
)
_EXPIRING = Prepared(
    select(
        _LOTS.c.lot, _LOTS.c.serial, _LOTS.c.quantity, _LOTS.c.expires_on, _PARTS.c.code, _PARTS.c.name, _PARTS.c.unit
    )
    .join(_ROWS, _ROWS.c.id == _LOTS.c.receipt_line_id)
    .join(_RECEIPTS, _RECEIPTS.c.id == _ROWS.c.receipt_id)
    .join(_PARTS, _PARTS.c.id == _LOTS.c.part_id)
    .join(_STOCK, and_(_STOCK.c.part_id == _PARTS.c.id, _STOCK.c.store == _PARTS.c.store))
    .where(
        _LOTS.c.expires_on <= bindparam("until"),
        _STOCK.c.on_hand > 0,
        _RECEIPTS.c.state == ReceiptDocState.POSTED.value,
        _RECEIPTS.c.reverses_id.is_(None),
        _TAKEN_BACK.is_(None),
        _RECEIPTS.c.work_order_id.is_(None),
    )
    .order_by(_LOTS.c.expires_on, _LOTS.c.id)
)


def typed(uow: UnitOfWork, written: str) -> Answer:
    """Answer ``lot L-123`` or a serial number; without one, say what keeps no longer than a month."""
    name = " ".join(written.split())
    if not name:
        rows = list(_expiring(uow, today(uow)))
        return _answer("Keeps no longer than a month", rows or ["Nothing that is in the store."])
    found = uow.rows(_FOUND, name=name.lower())
    if not found:
        hint = "Numbers are written down when goods of a tracked part are counted."
        raise NotKnown(kind="lot or serial number", written=name[:60], hint=hint)
    rows = [line for each in found[:MOST_FOUND] for line in _story(uow, each)]
    apart = "The store keeps no lots apart: whoever took this part since may have it."
    return _answer(f"{found[0].serial or found[0].lot}: {found[0].name}", rows, apart if not found[0].job else "")


def _answer(heading: str, rows: list[str], foot: str = "") -> Answer:
    card = templates.card("answer", heading=heading, rows=rows, foot=foot)
    return Answer(private=card.text, blocks=card.blocks)


def _story(uow: UnitOfWork, each: Any) -> Iterator[str]:
    """Tell where one lot came from and where it went, a line each."""
    zone = uow.plant.zone
    keeps = f", keeps until {each.expires_on:%d %b %Y}" if each.expires_on is not None else ""
    yield f"{measured(each.quantity, each.unit)} of {each.name} ({each.code}){keeps}"
    note = f", delivery note {each.note}" if each.note and ":" not in each.note else ""
    came = each.posted_at.astimezone(zone)
    yield f"Came on {came:%d %b %Y} with {each.receipt} on {each.order} from {each.supplier or 'a supplier'}{note}"
    for back in uow.rows(_RETURNED, line=each.receipt_line_id):
        said = {"sent": "went back", "settled": "went back"}.get(back.state, "is to go back")
        yield f"{measured(back.quantity, each.unit)} of this delivery {said} with {back.number}"
    if each.taken_back:
        yield f"The receipt was taken back by {each.taken_back}"
    elif each.job:
        yield f"Went straight to {each.job}"
    else:
        yield from _issues(uow, each)


def _issues(uow: UnitOfWork, each: Any) -> Iterator[str]:
    taken = uow.rows(_ISSUES, part=each.part_id, since=each.posted_at)
    yield f"Went into {each.store}" + ("" if taken else "; nothing was taken out since")
    for one in taken[:MOST_ISSUES]:
        whom = f"for {one.number}" if one.number else "without a job"
        yield f"{measured(-one.quantity, each.unit)} taken out {whom} on {one.at.astimezone(uow.plant.zone):%d %b}"
    if len(taken) > MOST_ISSUES:
        yield f"and {len(taken) - MOST_ISSUES} more were taken out before"


def _expiring(uow: UnitOfWork, day: date) -> Iterator[str]:
    rows = uow.rows(_EXPIRING, until=day + SOON)
    for each in rows[:MOST_TOLD]:
        state = "kept until" if each.expires_on < day else "keeps until"
        called = each.serial or each.lot
        of = f"{measured(each.quantity, each.unit)} of {each.name} ({each.code})"
        yield f"{called + ': ' if called else ''}{of} {state} {each.expires_on:%d %b %Y}"
    if len(rows) > MOST_TOLD:
        yield f"and {len(rows) - MOST_TOLD} more"


def tell_week(uow: UnitOfWork) -> None:
    """Tell the store once a week what keeps no longer than a month and may still be there; nothing where nothing does."""
    rows = list(_expiring(uow, today(uow)))
    if rows and uow.plant.channels.stores:
        heading, foot = (
            "Use these first, or take them out",
            "By what was counted when it came: `lot` and its number says more.",
        )
        card = templates.card("answer", heading=heading, rows=rows, foot=foot)
        cards.say(uow, SUBJECT, Place(uow.plant.channels.stores), {"text": card.text, "blocks": card.blocks})
