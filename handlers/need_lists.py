"""What is still to be bought, as buyers see it: by the supplier it usually comes from, with what stands on a draft already."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select

import templates
from handlers import moments, people, wording
from handlers.happenings import Answer, Click
from handlers.ids import Action, numbers, value
from handlers.order_content import today
from orders.errors import Unlawful
from orders.people import Role
from orders.purchase_orders import OrderState
from orders.requisitions import NeedState, Origin
from orders.units import measured
from storage.prepared import Prepared
from storage.tables import (
    Part,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseOrderNeed,
    Requisition,
    Supplier,
    SupplierPart,
    WorkOrder,
)
from storage.unit_of_work import UnitOfWork, table

_NEEDS, _PARTS, _WORK = table(Requisition), table(Part), table(WorkOrder)
_SHARES, _LINES, _ORDERS = table(PurchaseOrderNeed), table(PurchaseOrderLine), table(PurchaseOrder)
_OFFERS, _SUPPLIERS = table(SupplierPart), table(Supplier)
GROUPS, ROWS, ROWS_ALONE = 3, 4, 7
"""How many suppliers a list shows, with how many needs each; and how many where one supplier is asked for."""

_COLUMNS = (
    _NEEDS.c.id,
    _NEEDS.c.number,
    _NEEDS.c.quantity,
    _NEEDS.c.needed_by,
    _NEEDS.c.origin,
    _NEEDS.c.project,
    _NEEDS.c.state,
    _NEEDS.c.part_id,
    _NEEDS.c.requested_by_id,
    _NEEDS.c.description,
    _NEEDS.c.unit,
    _PARTS.c.name.label("part"),
    _PARTS.c.unit.label("part_unit"),
    _WORK.c.number.label("work_order"),
    _ORDERS.c.id.label("order_id"),
    _ORDERS.c.draft_number,
    _ORDERS.c.number.label("number_of_order"),
    _ORDERS.c.state.label("order_state"),
    _ORDERS.c.supplier_id,
)
_LISTED = (
    select(*_COLUMNS)
    .select_from(_NEEDS)
    .outerjoin(_PARTS, _PARTS.c.id == _NEEDS.c.part_id)
    .outerjoin(_WORK, _WORK.c.id == _NEEDS.c.work_order_id)
    .outerjoin(_SHARES, (_SHARES.c.requisition_id == _NEEDS.c.id) & (_SHARES.c.quantity > 0))
    .outerjoin(_LINES, _LINES.c.id == _SHARES.c.line_id)
    .outerjoin(_ORDERS, _ORDERS.c.id == _LINES.c.order_id)
    .order_by(_NEEDS.c.needed_by.is_(None), _NEEDS.c.needed_by, _NEEDS.c.id)
)
_OPEN = Prepared(_LISTED.where(_NEEDS.c.state == NeedState.OPEN.value))
_MINE = Prepared(
    _LISTED.where(_NEEDS.c.requested_by_id == bindparam("person"))
    .order_by(None)
    .order_by(_NEEDS.c.id.desc())
    .limit(ROWS * 3)
)
_ONE = Prepared(_LISTED.where(_NEEDS.c.id == bindparam("need")))
_USUAL = Prepared(
    select(_OFFERS.c.part_id, _OFFERS.c.supplier_id)
    .join(_SUPPLIERS, _SUPPLIERS.c.id == _OFFERS.c.supplier_id)
    .where(_OFFERS.c.part_id.in_(select(_NEEDS.c.part_id).where(_NEEDS.c.state == NeedState.OPEN.value)))
    .order_by(_SUPPLIERS.c.blocked.desc(), _OFFERS.c.preferred, _OFFERS.c.id.desc())
)
"""Who sells what is needed, whoever is asked first comes last."""


@dataclass
class Group:
    """What is usually bought from one supplier: needs that are on no order yet, and those on drafts to the same."""

    supplier_id: int | None
    name: str
    blocked: bool = False
    loose: list[Any] = field(default_factory=list)
    drafted: list[Any] = field(default_factory=list)
    asked: list[Any] = field(default_factory=list)
    """On an order that waits for approval."""

    @property
    def drafts(self) -> list[tuple[int, str]]:
        """Return the drafts that needs of this group stand on, each once."""
        return list(dict.fromkeys((row.order_id, row.draft_number) for row in self.drafted))

    @property
    def can_gather(self) -> bool:
        """Say whether one press makes one order of what is more than that now."""
        worth = bool(self.loose) or len(self.drafts) > 1
        return self.supplier_id is not None and not self.blocked and worth

    @property
    def first(self) -> date | None:
        """Return the earliest day on which something is needed."""
        return min((row.needed_by for row in [*self.loose, *self.drafted] if row.needed_by), default=None)


def groups(uow: UnitOfWork) -> list[Group]:
    """Return everything that is open by supplier, the most urgent first, what has no supplier before all."""
    suppliers = {row.id: row for row in uow.all(Supplier)}
    usual = {row.part_id: row.supplier_id for row in uow.rows(_USUAL)}
    found: dict[int | None, Group] = {}
    for row in uow.rows(_OPEN):
        supplier_id = usual.get(row.part_id) if row.order_id is None else row.supplier_id
        supplier = suppliers.get(supplier_id or 0)
        name = supplier.name if supplier is not None else "No supplier yet"
        group = found.setdefault(supplier_id, Group(supplier_id, name, supplier is not None and supplier.blocked))
        _place(group, row)
    return sorted(found.values(), key=_urgency)


def _place(group: Group, row: Any) -> None:
    if row.order_id is None:
        group.loose.append(row)
    elif row.order_state == OrderState.DRAFT:
        group.drafted.append(row)
    else:
        group.asked.append(row)


def _urgency(group: Group) -> tuple[bool, bool, date, str]:
    idle = not (group.loose or group.drafted)
    return (idle, group.supplier_id is not None, group.first or date.max, group.name)


def words(uow: UnitOfWork, row: Any) -> str:
    """Say a need in one line: what, by when, whence, its number and where it stands."""
    what = f"{measured(row.quantity, row.part_unit or row.unit)} {row.part or row.description}"
    day = f", by {moments.short_day(row.needed_by)}" if row.needed_by else ""
    late = " (late)" if row.needed_by and row.needed_by < today(uow) else ""
    on = f", on {row.draft_number}" if row.order_id is not None else ""
    return f"{what}{day}{late}, {_whence(uow, row)} ({row.number}{on})"


def _whence(uow: UnitOfWork, row: Any) -> str:
    if row.work_order:
        return f"for {row.work_order}"
    if row.origin == Origin.REORDER_POINT:
        return "stock is low"
    asker = people.name(uow, row.requested_by_id)
    return f"for {row.project}, {asker}" if row.project else f"for {asker}"


def summary(group: Group) -> str:
    """Say what a group holds: ``Hartmann Seals: 3 needs, 2 more on a draft, first by Fri 27 Nov``."""
    counts = [(group.loose, "to order"), (group.drafted, "on a draft"), (group.asked, "waiting for approval")]
    told = [f"{len(rows)} {what}" for rows, what in counts if rows]
    first = f", first by {moments.short_day(group.first)}" if group.first else ""
    return f"{group.name}{' (blocked)' if group.blocked else ''}: {', '.join(told)}{first}"


def listed(uow: UnitOfWork, written: str = "") -> Answer:
    """Answer ``needs``: a buyer's list by supplier, anybody else's own needs; ``needs hartmann`` shows one supplier whole."""
    if not uow.actor.has(Role.BUYER, Role.SUPERVISOR, Role.STOREKEEPER):
        return _own(uow)
    said = wording.folded(written.strip())
    everything = groups(uow)
    chosen = [group for group in everything if said in wording.folded(group.name)]
    if said and not chosen:
        raise Unlawful(why=f"Nothing is to be ordered from “{written.strip()[:40]}”. Type `needs` for the whole list.")
    return _answered(uow, everything, chosen, alone=bool(said) or len(chosen) == 1)


def show(uow: UnitOfWork, click: Click) -> Answer:
    """Show the whole list, or from a button of it what one supplier stands for."""
    alone, supplier_id = numbers(click.value, 2)
    everything = groups(uow)
    chosen = [group for group in everything if (group.supplier_id or 0) == supplier_id] if alone else everything
    return _answered(uow, everything, chosen, alone=bool(alone) or len(chosen) == 1)


def _answered(uow: UnitOfWork, everything: Sequence[Group], chosen: Sequence[Group], *, alone: bool) -> Answer:
    shown = [_shown(uow, group, ROWS_ALONE if alone else ROWS) for group in chosen[: 1 if alone else GROUPS]]
    card = templates.card(
        "needs",
        groups=shown,
        total=sum(len(group.loose) + len(group.drafted) + len(group.asked) for group in everything),
        more=[group.name for group in chosen[len(shown) :]],
        alone=alone,
        buys=uow.actor.has(Role.BUYER),
        stores=uow.actor.has(Role.BUYER, Role.STOREKEEPER),
    )
    return Answer(private=card.text, blocks=card.blocks)


def _shown(uow: UnitOfWork, group: Group, most: int) -> dict[str, Any]:
    rows = [*group.loose, *group.drafted]
    return {
        "name": group.name,
        "summary": summary(group),
        "supplier": value(group.supplier_id or 0),
        "alone": value(1, group.supplier_id or 0),
        "known": group.supplier_id is not None,
        "gather": group.can_gather,
        "rows": [
            {
                "words": words(uow, row),
                "value": value(row.id),
                "number": row.number,
                "loose": row.order_id is None,
                "part": row.part_id is not None,
            }
            for row in rows[:most]
        ],
        "left": max(len(rows) - most, 0),
        "drafts": [(name, value(number)) for number, name in group.drafts[:3]],
    }


STATES = {
    "open": "is still to be ordered",
    "on_order": "is ordered",
    "fulfilled": "is here",
    "from_stock": "was met from stock",
    "cancelled": "is not needed any more",
    "rejected": "is not bought",
}
"""Where a need stands, as whoever asked for it hears it."""


def _own(uow: UnitOfWork) -> Answer:
    """Name what the actor asked for, the newest first, and where each stands."""
    rows = uow.rows(_MINE, person=uow.actor.person_id)
    said = [f"{_what(row)} {STATES[row.state]} ({row.number})" for row in rows]
    empty = ["Nothing yet. Write for instance `need 5 seal 45 by fri because the last one is fitted`."]
    return _said("What you asked for", said or empty)


def where(uow: UnitOfWork, need: Requisition) -> Answer:
    """Say where one need stands: what, since whom, on which order, and why it ended."""
    rows = uow.rows(_ONE, need=need.id)
    told = [f"{_what(rows[0])} {STATES[need.state]}", _whence(uow, rows[0]).capitalize()]
    told += [f"Needed by {moments.short_day(need.needed_by)}"] if need.needed_by else []
    told += [f"On {row.number_of_order or row.draft_number}" for row in rows if row.order_id is not None]
    told += [f"Why: {need.reason}"] if need.reason else []
    told += [f"Ended: {need.ending}"] if need.ending else []
    return _said(need.number, told)


def _said(heading: str, rows: list[str]) -> Answer:
    card = templates.card("answer", heading=heading, rows=rows, foot="")
    return Answer(private=card.text, blocks=card.blocks)


def _what(row: Any) -> str:
    return f"{measured(row.quantity, row.part_unit or row.unit)} {row.part or row.description}"


def for_home(uow: UnitOfWork) -> list[dict[str, Any]]:
    """Return the buyers' list as the Home tab shows it: one line a supplier, with the press that gathers."""
    found: Sequence[Group] = [group for group in groups(uow) if group.loose or group.drafted]
    return [
        {
            "line": summary(group),
            "supplier": value(group.supplier_id) if group.can_gather else "",
            "alone": value(1, group.supplier_id or 0),
            "name": group.name,
        }
        for group in found[:GROUPS]
    ]


CLICKS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {Action.SHOW_NEEDS: show}
