"""Open work read for a list: whatever the number of rows, a few queries tell who has each, why it waits and when its parts come."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select, union_all

from handlers import moments
from handlers.work_order_cards import phase_of
from orders.purchase_orders import LIVE
from orders.requisitions import NeedState
from orders.work_orders import OPEN, HoldReason
from storage.tables import (
    Asset,
    LinePromise,
    Person,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseOrderNeed,
    Requisition,
    WorkOrder,
    WorkOrderHold,
    WorkOrderPerson,
    WorkOrderTime,
)
from storage.unit_of_work import UnitOfWork, table

_ORDERS, _ASSETS, _PEOPLE = table(WorkOrder), table(Asset), table(Person)
_HOLDS, _TIMES, _NEEDS = table(WorkOrderHold), table(WorkOrderTime), table(Requisition)
_HELPERS = table(WorkOrderPerson)
_SHARES, _LINES, _BUYING, _PROMISES = (
    table(PurchaseOrderNeed), table(PurchaseOrderLine), table(PurchaseOrder), table(LinePromise),
)  # fmt: skip
STILL_OPEN = sorted(state.value for state in OPEN)
FOR_PARTS = frozenset({HoldReason.MATERIAL, HoldReason.PURCHASE})
IS_OPEN = _ORDERS.c.state.in_(STILL_OPEN)
NOBODYS = IS_OPEN & _ORDERS.c.responsible_id.is_(None)
"""Work that is open, and work that is open and nobody's."""
WAITS_FOR_PARTS = IS_OPEN & exists().where(
    _HOLDS.c.work_order_id == _ORDERS.c.id,
    _HOLDS.c.released_at.is_(None),
    _HOLDS.c.reason.in_(sorted(reason.value for reason in FOR_PARTS)),
)
_STANDING = (
    select(func.max(_PROMISES.c.promised_on))
    .where(_PROMISES.c.line_id == _LINES.c.id, _PROMISES.c.replaced_at.is_(None))
    .scalar_subquery()
)
_JOBS = select(
    *_ORDERS.c["id", "number", "title", "state", "priority", "due_at", "created_at", "responsible_id", "asset_id"],
    _ORDERS.c.started_at,
    _ASSETS.c.code.label("asset"),
    _PEOPLE.c.name.label("holder"),
).select_from(
    _ORDERS.outerjoin(_ASSETS, _ASSETS.c.id == _ORDERS.c.asset_id).outerjoin(
        _PEOPLE, _PEOPLE.c.id == _ORDERS.c.responsible_id
    )
)
_COMING = (
    select(
        _NEEDS.c.work_order_id,
        _BUYING.c.number,
        _BUYING.c.state,
        func.coalesce(_STANDING, _LINES.c.promised_on, _BUYING.c.promised_on).label("promised"),
        func.coalesce(_LINES.c.deliver_by, _BUYING.c.deliver_by).label("wanted"),
    )
    .select_from(_NEEDS)
    .outerjoin(_SHARES, (_SHARES.c.requisition_id == _NEEDS.c.id) & (_SHARES.c.quantity > 0))
    .outerjoin(_LINES, _LINES.c.id == _SHARES.c.line_id)
    .outerjoin(_BUYING, _BUYING.c.id == _LINES.c.order_id)
    .where(_NEEDS.c.state.in_((NeedState.OPEN.value, NeedState.ON_ORDER.value)))
)


@dataclass(frozen=True, slots=True)
class Coming:
    """What a work order waits for from outside: the order's number (empty: none yet), its day, and whether that was promised."""

    number: str
    day: date | None
    promised: bool

    def said(self) -> str:
        """Say it: ``PO-2026-00118 is promised for Fri 27 Nov``."""
        if not self.number:
            return "not ordered yet"
        if self.day is None:
            return f"{self.number} has no day yet"
        return f"{self.number} is {'promised' if self.promised else 'wanted'} for {moments.short_day(self.day)}"


@dataclass(frozen=True, slots=True)
class Job:
    """One open work order as a list shows it."""

    id: int
    number: str
    title: str
    state: str
    priority: str
    due_at: datetime
    holder_id: int | None
    holder: str
    asset: str
    phase: str
    running_since: datetime | None
    reasons: tuple[str, ...] = ()
    coming: Coming | None = None

    @property
    def waits_for_parts(self) -> bool:
        """Say whether something has to come before it goes on."""
        return any(HoldReason(reason) in FOR_PARTS for reason in self.reasons)


def listed(uow: UnitOfWork, *conditions: ColumnElement[bool], most: int) -> list[Job]:
    """Return work orders that meet the conditions, the earliest due first, with why they wait and when their parts come."""
    rows = uow.run(_JOBS.where(*conditions).order_by(_ORDERS.c.due_at, _ORDERS.c.id).limit(most)).all()
    ids = [row.id for row in rows]
    waits: dict[int, list[str]] = defaultdict(list)
    for hold in uow.all(WorkOrderHold, _HOLDS.c.work_order_id.in_(ids), _HOLDS.c.released_at.is_(None)) if ids else ():
        waits[hold.work_order_id].append(hold.reason)
    short = [number for number in ids if any(HoldReason(reason) in FOR_PARTS for reason in waits[number])]
    known, since = coming(uow, short), _running_since(uow, ids)
    return [_job(row, tuple(dict.fromkeys(waits[row.id])), known.get(row.id), since.get(row.id)) for row in rows]


def _running_since(uow: UnitOfWork, ids: Sequence[int]) -> dict[int, datetime]:
    """Return since when timers run on work orders, on which any does."""
    running = select(_TIMES.c.work_order_id, _TIMES.c.started_at).where(
        _TIMES.c.work_order_id.in_(ids), _TIMES.c.ended_at.is_(None), _TIMES.c.started_at.is_not(None)
    )
    rows = uow.run(running.order_by(_TIMES.c.started_at.desc())).all() if ids else ()
    return {row.work_order_id: row.started_at for row in rows}


def _job(row: Any, reasons: tuple[str, ...], comes: Coming | None, since: datetime | None) -> Job:
    phase = phase_of(row, reasons, running=since is not None)
    return Job(
        row.id, row.number, row.title, row.state, row.priority, row.due_at, row.responsible_id, row.holder or "",
        row.asset or "", phase, since, reasons, comes,
    )  # fmt: skip


def coming(uow: UnitOfWork, ids: Sequence[int]) -> dict[int, Coming]:
    """Return for work orders the last of what they wait for from outside; what nobody has ordered yet comes last of all."""
    found: dict[int, Coming] = {}
    for row in uow.run(_COMING.where(_NEEDS.c.work_order_id.in_(ids))).all() if ids else ():
        live = row.state in {state.value for state in LIVE}
        one = (
            Coming(row.number or "", row.promised or row.wanted, row.promised is not None)
            if live
            else Coming("", None, promised=False)
        )
        earlier = found.get(row.work_order_id)
        found[row.work_order_id] = one if earlier is None else max(earlier, one, key=_last)
    return found


def _last(one: Coming) -> tuple[bool, bool, date]:
    return not one.number, one.day is None, one.day or date.min


def state_said(uow: UnitOfWork, job: Job) -> str:
    """Say where a job stands, in a few words."""
    if job.reasons:
        waits = " and ".join(reason.replace("_", " ") for reason in job.reasons)
        comes = f" ({job.coming.said()})" if job.coming is not None else ""
        return f"waits for {waits}{comes}" + (f", {job.holder} has it" if job.holder else "")
    if job.running_since is not None:
        return f"{job.holder} works on it since {moments.clock(uow, job.running_since)}"
    words = {"draft": "the asset is not known yet", "ready": "nobody has it", "completed": "done, waits to be closed"}
    words |= {"scheduled": f"{job.holder} has it", "in_progress": f"begun by {job.holder}, paused"}
    return words.get(job.state, job.state.replace("_", " "))


def line(uow: UnitOfWork, job: Job) -> str:
    """Say a job in one line: ``Seal leaking on P-101: Luis has it, due today 14:00 (WO-2026-00412)``."""
    late = "was due" if job.due_at < uow.now else "due"
    return f"{job.title}: {state_said(uow, job)}, {late} {moments.when(uow, job.due_at)} ({job.number})"


def count(uow: UnitOfWork, *conditions: ColumnElement[bool]) -> int:
    """Count work orders that meet the conditions."""
    return uow.count(WorkOrder, *conditions)


def overdue(uow: UnitOfWork) -> ColumnElement[bool]:
    """Return the condition of being open past the due date."""
    return IS_OPEN & (_ORDERS.c.due_at < uow.now)


def is_of(person_id: int | None) -> ColumnElement[bool]:
    """Return the condition of being a person's open work: what they have, and where they help."""
    theirs = select(_ORDERS.c.id).where(_ORDERS.c.responsible_id == person_id, IS_OPEN)
    helps = select(_HELPERS.c.work_order_id).where(_HELPERS.c.person_id == person_id, _HELPERS.c.left_at.is_(None))
    return IS_OPEN & _ORDERS.c.id.in_(union_all(theirs, helps))
