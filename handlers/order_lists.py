"""A buyer's orders that need somebody: drafts, unanswered, late, and agreements near their end; a few in a line, or each with its button."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select

import templates
from handlers import agreement_words, moments, people
from handlers.happenings import Answer, Click
from handlers.ids import Action, numbers, value
from handlers.order_cards import missing
from handlers.order_content import opened, today
from orders.agreements import AGREEMENT_KINDS, AgreementState
from orders.errors import NotYours, OldCard
from orders.money import Money
from orders.people import Role
from orders.purchase_orders import OrderState
from storage.tables import Agreement, PurchaseOrder, PurchaseOrderLine, Supplier
from storage.unit_of_work import UnitOfWork, table

_ORDERS, _LINES, _SUPPLIERS, _HEADS = table(PurchaseOrder), table(PurchaseOrderLine), table(Supplier), table(Agreement)
LISTED, FEW = 30, 3
"""How many one list shows with a button each, and how many one line on Home names."""
EXPECTED = (OrderState.SENT, OrderState.ACKNOWLEDGED, OrderState.ACCEPTED, OrderState.CHANGE_PROPOSED)
"""States in which the supplier has an order and something may still come."""
_BUYS = _ORDERS.c.kind.not_in([kind.value for kind in AGREEMENT_KINDS])
_NAME = func.coalesce(_ORDERS.c.number, _ORDERS.c.draft_number).label("name")
_COUNT = func.count().over().label("total_rows")
_DUE = func.coalesce(_LINES.c.promised_on, _LINES.c.deliver_by, _ORDERS.c.promised_on, _ORDERS.c.deliver_by)
_COLUMNS = (
    _ORDERS.c.id,
    _NAME,
    _ORDERS.c.total,
    _ORDERS.c.currency,
    _ORDERS.c.created_at,
    _ORDERS.c.sent_at,
    _ORDERS.c.rejection,
    _ORDERS.c.deliver_by,
    _SUPPLIERS.c.name.label("supplier"),
)


@dataclass(frozen=True, slots=True)
class OrderList:
    """One list: its heading, how one and many of it are called, what stands there when it is empty, its rows and their words."""

    heading: str
    one: str
    many: str
    empty: str
    rows: Callable[[UnitOfWork], Select[Any]]
    words: Callable[[UnitOfWork, Any], str]

    def count(self, rows: Sequence[Any]) -> str:
        """Say how many there are: ``1 order is late``."""
        total = int(rows[0].total_rows)
        return f"{total} {self.one if total == 1 else self.many}"


def for_home(uow: UnitOfWork) -> dict[str, Any]:
    """Return a buyer's lists as the Home tab shows them: each in a few lines with its press, and what is empty in words."""
    told, empty = [], []
    for number, each in enumerate(LISTS, start=1):
        rows = _rows(uow, each, FEW)
        if rows:
            said = [each.words(uow, row) for row in rows]
            told.append({"count": each.count(rows), "rows": said, "heading": each.heading, "value": value(number)})
        else:
            empty.append(each.empty)
    return {"lists": told, "empty": " ".join(empty)}


def listed(uow: UnitOfWork, click: Click) -> Answer:
    """Open one list, each order with the button that shows it."""
    if not uow.actor.has(Role.BUYER):
        raise NotYours(roles="buyers", what="see these orders", who=f"Ask {people.names(uow, Role.BUYER)}.")
    (number,) = numbers(click.value, 1)
    if not 1 <= number <= len(LISTS):
        raise OldCard
    chosen = LISTS[number - 1]
    rows = _rows(uow, chosen, LISTED)
    shown = [{"words": chosen.words(uow, row), "value": value(row.id), "name": row.name} for row in rows]
    left = int(rows[0].total_rows) - len(rows) if rows else 0
    shared = {"heading": chosen.heading, "empty": chosen.empty, "left": left}
    return Answer(modal=templates.view("order_list", **shared, rows=shown))


def _rows(uow: UnitOfWork, chosen: OrderList, most: int) -> list[Any]:
    return list(uow.run(chosen.rows(uow).limit(most)).all())


def _of_orders(*conditions: Any) -> Select[Any]:
    joined = _ORDERS.outerjoin(_SUPPLIERS, _SUPPLIERS.c.id == _ORDERS.c.supplier_id)
    return select(*_COLUMNS, _COUNT).select_from(joined).where(*conditions)


def _drafts(uow: UnitOfWork) -> Select[Any]:  # noqa: ARG001  # every list is asked alike
    return _of_orders(_ORDERS.c.state == OrderState.DRAFT.value, _BUYS).order_by(_ORDERS.c.id)


def _unanswered(uow: UnitOfWork) -> Select[Any]:  # noqa: ARG001  # every list is asked alike
    return _of_orders(_ORDERS.c.state == OrderState.SENT.value, _BUYS).order_by(_ORDERS.c.sent_at, _ORDERS.c.id)


def _late(uow: UnitOfWork) -> Select[Any]:
    """Return the orders of which something should have come before today, whoever named the day."""
    due = func.min(_DUE).label("due")
    open_lines = _LINES.c.quantity - _LINES.c.cancelled > _LINES.c.accepted
    joined = _ORDERS.join(_LINES, _LINES.c.order_id == _ORDERS.c.id)
    found = (
        select(_ORDERS.c.id.label("order_id"), due)
        .select_from(joined)
        .where(_ORDERS.c.state.in_([state.value for state in EXPECTED]), _BUYS, open_lines, today(uow) > _DUE)
        .group_by(_ORDERS.c.id)
        .subquery()
    )
    both = _ORDERS.join(found, found.c.order_id == _ORDERS.c.id).outerjoin(
        _SUPPLIERS, _SUPPLIERS.c.id == _ORDERS.c.supplier_id
    )
    return select(*_COLUMNS, found.c.due, _COUNT).select_from(both).order_by(found.c.due, _ORDERS.c.id)


def _ending(uow: UnitOfWork) -> Select[Any]:
    """Return the agreements in force that end soon, or of which the buyer was told that little is left."""
    until = today(uow) + timedelta(days=uow.plant.agreement_watch.days)
    joined = _HEADS.join(_ORDERS, _ORDERS.c.id == _HEADS.c.order_id).outerjoin(
        _SUPPLIERS, _SUPPLIERS.c.id == _ORDERS.c.supplier_id
    )
    near = or_(_HEADS.c.last <= until, _HEADS.c.low_told_at.is_not(None))
    found = select(*_COLUMNS, _HEADS.c.last, _COUNT).select_from(joined)
    return found.where(_HEADS.c.state == AgreementState.ACTIVE.value, near).order_by(_HEADS.c.last, _ORDERS.c.id)


def _draft_words(uow: UnitOfWork, row: Any) -> str:
    lacks = ", ".join(missing(opened(uow, row.id))[:2])
    said = "said no to" if row.rejection else f"lacks {lacks}" if lacks else "can be requested"
    return f"{_ordered(row)}, since {moments.when(uow, row.created_at)}, {said}"


def _unanswered_words(uow: UnitOfWork, row: Any) -> str:
    sent = f", sent {moments.when(uow, row.sent_at)}" if row.sent_at is not None else ""
    return f"{_ordered(row)}{sent}{f', wanted by {moments.short_day(row.deliver_by)}' if row.deliver_by else ''}"


def _late_words(uow: UnitOfWork, row: Any) -> str:
    days = (today(uow) - row.due).days
    return f"{_ordered(row)}, due {moments.short_day(row.due)}, {days} {'day' if days == 1 else 'days'} late"


def _ending_words(uow: UnitOfWork, row: Any) -> str:
    return f"{row.supplier}: {agreement_words.meter(uow, row.id)}"


def _ordered(row: Any) -> str:
    return f"{row.name} to {row.supplier or 'nobody yet'}, {Money(row.total, row.currency)}"


LISTS = (
    OrderList("Drafts", "draft", "drafts", "No draft waits to be requested.", _drafts, _draft_words),
    OrderList(
        "Unanswered orders",
        "order is unanswered",
        "orders are unanswered",
        "Every order is answered.",
        _unanswered,
        _unanswered_words,
    ),
    OrderList("Late orders", "order is late", "orders are late", "Nothing is late.", _late, _late_words),
    OrderList(
        "Agreements near their end",
        "agreement is near its end",
        "agreements are near their end",
        "No agreement is near its end.",
        _ending,
        _ending_words,
    ),
)
"""Every list of a buyer's Home tab, in the order in which they stand there; a button carries the place, counted from 1."""
CLICKS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {Action.LIST_ORDERS: listed}
