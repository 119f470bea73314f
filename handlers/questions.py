"""Questions people ask in words, answered to the asker alone: help, where, stock, mine, waiting, asset."""

import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, or_, select

import templates
from handlers import correcting, finding, issuing, moments, need_lists, open_work, parts, people, request_lists, shelves
from handlers.grammar import nearest
from handlers.happenings import Answer
from handlers.help_words import HELP, SHOWN_AS
from handlers.order_content import order_named
from handlers.work_order_cards import look, short_number, state_words
from handlers.work_order_steps import Table
from orders.errors import NotKnown, Refusal, Unlawful
from orders.money import Money
from orders.people import Role
from orders.work_orders import OPEN, WorkOrderState
from storage.tables import (
    Approval,
    ApprovalTask,
    Asset,
    InboundMail,
    OrderRevision,
    PurchaseOrder,
    PurchaseOrderLine,
    Receipt,
    Requisition,
    Supplier,
    WorkOrder,
)
from storage.unit_of_work import UnitOfWork, table

_ORDERS, _TASKS, _BUYING = table(WorkOrder), table(ApprovalTask), table(PurchaseOrder)
_LINES, _MAILS, _SUPPLIERS = table(PurchaseOrderLine), table(InboundMail), table(Supplier)
_APPROVALS, _REVISIONS = table(Approval), table(OrderRevision)
_OF_REVISION = (_REVISIONS.c.order_id == _BUYING.c.id) & (_REVISIONS.c.revision == _APPROVALS.c.revision)
_LETTERED = re.compile(r"(?:wo|po|dr|pr)[\s#-]*\d", re.IGNORECASE)
SHOWN = 8
STILL_OPEN = [state.value for state in OPEN]


def answer(heading: str, rows: Iterable[str], foot: str = "") -> Answer:
    """Return an answer of a heading and a few lines, for the asker alone."""
    card = templates.card("answer", heading=heading, rows=list(rows), foot=foot)
    return Answer(private=card.text, blocks=card.blocks)


def help_for(uow: UnitOfWork, word: str = "") -> Answer:
    """Explain one word, or name what somebody with the asker's roles needs most."""
    command = nearest(word.split(" ", maxsplit=1)[0]) if word.strip() else ""
    if command:
        name, example, follows = SHOWN_AS[command]
        return answer(name, [f"`{example}`", follows])
    named = [command for role in HELP if uow.actor.has(role) for command in HELP[role]] or list(HELP[Role.OPERATOR])
    rows = [f"*{SHOWN_AS[each][0]}*: `{SHOWN_AS[each][1]}`. {SHOWN_AS[each][2]}" for each in dict.fromkeys(named)]
    somebody = people.names(uow, Role.SUPERVISOR, most=1)
    return answer("What you can write", rows[:6], f"More: `help part`{f' · Somebody: {somebody}' if somebody else ''}")


def unknown(uow: UnitOfWork, word: str) -> Answer:
    """Answer a word that is no command: the nearest one, or the commonest for the asker's role."""
    near = nearest(word)
    if near:
        return answer(f"I do not know “{word[:30]}”. Did you mean `{near}`?", [f"`{SHOWN_AS[near][1]}`"])
    role = next((role for role in HELP if uow.actor.has(role) and role is not Role.OPERATOR), Role.OPERATOR)
    rows = [f"`{SHOWN_AS[each][1]}`" for each in HELP[role][:3]]
    return answer(f"I do not know “{word[:30]}”. You can write:", rows, "More: `help`")


def where(uow: UnitOfWork, written: str) -> Answer:
    """Say where a work order, a purchase order or a part is."""
    if not written.strip():
        raise Unlawful(why="Which one? For example `where PO-118` or `where seal 45`.")
    if _LETTERED.match(written.strip()):
        return _document(uow, written)
    for found in (_work_order, _purchase_order, stock):
        try:
            return found(uow, written)
        except NotKnown as not_that:
            last: Refusal = not_that
    raise last


def _document(uow: UnitOfWork, written: str) -> Answer:
    """Say where the document with this number is; what it is called by is not looked for among the parts."""
    if written.strip().upper().startswith("PR"):
        return _requisition(uow, written)
    try:
        return (_work_order if written.strip().upper().startswith("WO") else _purchase_order)(uow, written)
    except NotKnown as unknown_number:
        kind, name = str(unknown_number.values["kind"]).removeprefix("purchase "), written.strip().upper()
        raise NotKnown(kind=kind, written=name, hint="Type `waiting` to see what is open.") from None


def _requisition(uow: UnitOfWork, written: str) -> Answer:
    found = finding.numbered(uow, Requisition, "requisition", written)
    if found is None:
        raise NotKnown(kind="requisition", written=written.strip().upper(), hint="Type `needs` to see what is open.")
    return need_lists.where(uow, found)


def _work_order(uow: UnitOfWork, written: str) -> Answer:
    order = finding.numbered(uow, WorkOrder, "work_order", written)
    if order is None or written.strip().upper()[:2] in {"PO", "DR", "PR"}:
        raise NotKnown(kind="work order", written=written, hint="")
    sight = look(uow, order)
    rows = [state_words(uow, sight), f"Due {moments.when(uow, order.due_at)}", *sight.needs]
    rows += _buying_for(uow, order)
    return answer(f"{order.number}: {order.title}", rows)


def _bought(row: Any) -> str:
    day = row.promised_on or row.deliver_by
    comes = f", comes about {day.day} {day:%b}" if day else ""
    return f"{row.number or row.draft_number}: {row.description}, {row.state.replace('_', ' ')}{comes}"


def _buying_for(uow: UnitOfWork, order: WorkOrder) -> list[str]:
    columns = (_BUYING.c.number, _BUYING.c.draft_number, _BUYING.c.state, _LINES.c.description)
    dates = (_LINES.c.promised_on, _LINES.c.deliver_by)
    query = select(*columns, *dates).join(_BUYING, _BUYING.c.id == _LINES.c.order_id)
    rows = uow.run(query.where(_LINES.c.work_order_id == order.id, _BUYING.c.state != "cancelled")).all()
    return [_bought(row) for row in rows]


def _purchase_order(uow: UnitOfWork, written: str) -> Answer:
    order = order_named(uow, written)
    supplier = uow.find(Supplier, id=order.supplier_id) if order.supplier_id else None
    day = order.promised_on or order.deliver_by
    rows = [
        f"State: {order.state.replace('_', ' ').capitalize()}",
        f"Supplier: {supplier.name if supplier else 'none yet'}",
    ]
    rows += [f"Sent {moments.when(uow, order.sent_at)}"] if order.sent_at else []
    rows += [f"Comes about {day.day} {day:%b}" + (" (the supplier says)" if order.promised_on else "")] if day else []
    rows += [f"Received: {order.receipt_state.capitalize()}"] if order.receipt_state not in {"", "none"} else []
    return answer(f"{order.number or order.draft_number}", rows)


def stock(uow: UnitOfWork, written: str) -> Answer:
    """Say the four figures of a part, where it lies, what may stand in for it, and what it is used on."""
    if not written.strip():
        raise Unlawful(why="Which part? For example `stock seal 45`.")
    if written.strip().casefold() in {"critical", "kritisch"}:
        return answer("Critical spares", shelves.critical(uow) or ["No part is marked as critical; parts.csv does."])
    part = finding.part(uow, written)
    rows = [issuing.figures_words(uow, part).capitalize()]
    rows += shelves.told(uow, part)
    return answer(f"{part.name} ({part.code}){', critical spare' if part.critical else ''}", rows)


def mine(uow: UnitOfWork) -> Answer:
    """Name the asker's jobs, and what the asker reported and is still open."""
    jobs, asked = _open_orders(uow, open_work.is_of(uow.actor.person_id), SHOWN), my_requests(uow)
    rows = [_job(uow, order) for order in jobs]
    rows += [f"You reported {_job(uow, order)}" for order in asked if order not in jobs]
    return answer("Your jobs", rows or ["Nothing for you right now. New jobs appear here by themselves."])


def _job(uow: UnitOfWork, order: WorkOrder) -> str:
    return f"{order.number}: {order.title}, {state_words(uow, look(uow, order))}, due {moments.when(uow, order.due_at)}"


def my_jobs(uow: UnitOfWork, most: int = SHOWN) -> list[WorkOrder]:
    """Return the acting person's open work orders, the most urgent first."""
    return _open_orders(uow, _ORDERS.c.responsible_id == uow.actor.person_id, most)


def my_requests(uow: UnitOfWork, most: int = SHOWN) -> list[WorkOrder]:
    """Return what the acting person reported and is still open."""
    return _open_orders(uow, _ORDERS.c.reported_by_id == uow.actor.person_id, most)


def _open_orders(uow: UnitOfWork, condition: Any, most: int) -> list[WorkOrder]:
    query = select(_ORDERS).where(condition, _ORDERS.c.state.in_(STILL_OPEN)).order_by(_ORDERS.c.due_at, _ORDERS.c.id)
    found: list[WorkOrder] = list(uow.run(query.limit(most)).all())
    return found


def waiting(uow: UnitOfWork) -> Answer:
    """Name what waits for the asker."""
    return answer("Waiting for you", waiting_rows(uow) or ["Nothing waits for you."])


def waiting_rows(uow: UnitOfWork, *, decided: bool = False) -> list[str]:
    """Return what waits for the acting person, one sentence each, by that person's roles.

    ``decided`` leaves out approvals, requests and what is to be ordered, which the Home tab shows in places of their own.
    """
    rows = [] if decided else [decision_words(row) for row in decisions(uow)]
    for role, found in WAITING_FOR:
        rows += found(uow) if uow.actor.has(role) and not (decided and found in ON_HOME) else []
    return rows[: 2 * SHOWN]


def decision_words(row: Any) -> str:
    """Say which decision an order waits for: the supplier first, then the amount; of a change, what it would come to."""
    total = Money(row.total if row.amended is None else row.amended, row.currency)
    what = "the change to " if row.amended is not None else ""
    return f"{row.name or 'No supplier yet'}: approve {what}{total}? `approve {row.number or row.draft_number}`"


def decisions(uow: UnitOfWork) -> list[Any]:
    """Return the orders that wait for the acting person's decision, with the ids that their buttons carry."""
    query = (
        select(
            _BUYING.c.id.label("order_id"),
            _TASKS.c.id.label("task_id"),
            _TASKS.c.asked_at,
            *_BUYING.c["number", "draft_number", "total", "currency"],
            _REVISIONS.c.total.label("amended"),
            func.coalesce(_REVISIONS.c.requested_by_id, _BUYING.c.requested_by_id).label("asked_by_id"),
            _SUPPLIERS.c.name,
        )
        .select_from(_TASKS.join(_APPROVALS, _APPROVALS.c.id == _TASKS.c.approval_id))
        .join(_BUYING, _BUYING.c.id == _APPROVALS.c.order_id)
        .outerjoin(_SUPPLIERS, _SUPPLIERS.c.id == _BUYING.c.supplier_id)
        .outerjoin(_REVISIONS, _OF_REVISION)
        .where(_TASKS.c.person_id == uow.actor.person_id, _TASKS.c.state == "pending")
        .order_by(_TASKS.c.id)
        .limit(SHOWN)
    )
    return list(uow.run(query).all())


def _to_close(uow: UnitOfWork) -> list[str]:
    rows = uow.all(WorkOrder, state=WorkOrderState.COMPLETED.value)[:SHOWN]
    return [f"{row.number} is done: {row.title}. `close {short_number(row.number)}`" for row in rows]


def _to_assign(uow: UnitOfWork) -> list[str]:
    rows = uow.all(WorkOrder, _ORDERS.c.responsible_id.is_(None), state=WorkOrderState.READY.value)[:SHOWN]
    return [f"Nobody has {row.number}: {row.title}. `assign {short_number(row.number)} @who`" for row in rows]


def _to_order(uow: UnitOfWork) -> list[str]:
    groups = [group for group in need_lists.groups(uow) if group.loose]
    return [f"{need_lists.summary(group)}. `needs`" for group in groups[:3]]


def _to_count(uow: UnitOfWork) -> list[str]:
    rows = uow.all(Receipt, state="proposed")[:SHOWN]
    orders = {row.id: uow.get(PurchaseOrder, row.order_id) for row in rows}
    return [f"Count {orders[row.id].number}: `count {orders[row.id].number} …`" for row in rows]


def _to_read(uow: UnitOfWork) -> list[str]:
    asked = or_(_MAILS.c.state == "asked", _MAILS.c.state == "quarantined")
    rows = uow.all(InboundMail, asked)[:SHOWN]
    return [f"{_writer(uow, row)}: please look at the mail “{_cut(row.subject or 'no subject')}”" for row in rows]


def _writer(uow: UnitOfWork, mail: InboundMail) -> str:
    supplier = uow.find(Supplier, id=mail.supplier_id) if mail.supplier_id is not None else None
    return supplier.name if supplier is not None else _cut(mail.sender or "Somebody")


def _cut(words: str, most: int = 60) -> str:
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"


def asset(uow: UnitOfWork, written: str) -> Answer:
    """Say what is open on an asset, and what was done on it last."""
    if not written.strip():
        raise Unlawful(why="Which asset? For example `asset P-101`.")
    found: Asset = finding.asset(uow, written)
    facts = [f"{found.location}" if found.location else "", f"Safety: {found.safety}" if found.safety else ""]
    orders = uow.all(WorkOrder, asset_id=found.id)[::-1]
    still = [f"Open: {_job(uow, order)}" for order in orders if order.state in STILL_OPEN][:SHOWN]
    past = [_past(uow, order) for order in orders if order.state == WorkOrderState.CLOSED][:3]
    return answer(f"{found.code} {found.name}", [*filter(None, facts), *(still or ["Nothing is open."]), *past])


def _past(uow: UnitOfWork, order: WorkOrder) -> str:
    when = moments.when(uow, order.completed_at or order.created_at)
    return f"{when}: {order.title}, {order.remedy or 'done'} ({order.number})"


ON_HOME = (_to_order, request_lists.waiting)
"""What the Home tab shows in places of its own."""

WAITING_FOR = (
    (Role.SUPERVISOR, request_lists.waiting),
    (Role.SUPERVISOR, _to_close),
    (Role.SUPERVISOR, _to_assign),
    (Role.STOREKEEPER, _to_count),
    (Role.BUYER, _to_read),
    (Role.BUYER, _to_order),
)
"""What waits for whom, besides approvals."""

OPTIONS: Table = {**correcting.OPTIONS, **parts.OPTIONS}
