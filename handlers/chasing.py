"""Reminding suppliers of orders because time passes: one mail a step, stopped by an answer, capped by supplier and hour."""

import json
from datetime import date, timedelta

from sqlalchemy import bindparam, func, or_, select

import templates
from handlers import promises, work_orders
from handlers.approval_plans import staff
from handlers.ids import value
from handlers.order_cards import buyer_of, buyer_place, content_of
from handlers.order_content import Dossier, Line, locked
from handlers.order_mail import subject_of
from handlers.order_tokens import message_id, reply_token
from handlers.plain_letters import PlainLetter, queue, usable_address
from handlers.supplier_contacts import recipient
from orders.chasing import OPEN_STATES, Chased, ChaseRule, Moment, Waiting, about, due, is_last
from orders.contacts import Matter
from orders.receiving import ReceiptDocState
from storage import cards
from storage.prepared import Prepared
from storage.tables import InboundMail, OrderChase, PurchaseOrder, Receipt, WorkOrder
from storage.unit_of_work import Note, UnitOfWork, table

PURPOSE = "order_reminder"
MACHINES = ("auto_reply", "bounce", "own copy", "loop", "status")
"""Kinds of mail that are no answer of anybody."""
HOUR = timedelta(hours=1)
_ORDERS, _MAILS, _CHASES = table(PurchaseOrder), table(InboundMail), table(OrderChase)
_OPEN = Prepared(
    select(_ORDERS.c.id)
    .where(or_(*(_ORDERS.c.state == state.value for state in sorted(OPEN_STATES))), _ORDERS.c.sent_at.is_not(None))
    .order_by(_ORDERS.c.id)
)
_HEARD = Prepared(
    select(func.max(_MAILS.c.received_at).label("at")).where(
        _MAILS.c.order_id == bindparam("order"),
        *(_MAILS.c.kind != kind for kind in MACHINES),
        _MAILS.c.trust == "verified",
    )
)
_LATELY = Prepared(
    select(func.count().label("many")).where(
        _CHASES.c.supplier_id == bindparam("supplier"), _CHASES.c.how == "mail", _CHASES.c.at > bindparam("since")
    )
)


def open_orders(uow: UnitOfWork) -> list[int]:
    """Return the orders of which a supplier may have to be reminded, oldest first; none outside of working hours."""
    plant = uow.plant
    if plant.chasing.how == "off" or not plant.working.holds(uow.now, plant.zone):
        return []
    return [row.id for row in uow.rows(_OPEN)]


def tend(uow: UnitOfWork, order_id: int) -> None:
    """Remind the supplier of an order if that is due now; the cap puts it off, an answer ends it."""
    dossier, chasing = locked(uow, order_id), uow.plant.chasing
    order = dossier.order
    if dossier.is_agreement or order.sent_at is None or order.supplier_id is None or order.cancel_asked_at is not None:
        return
    before = [
        Chased(ChaseRule(row.rule), row.step, row.at, date.fromisoformat(row.about) if row.about else None)
        for row in uow.all(OrderChase, order_id=order_id, revision=order.revision)
    ]
    waiting = _waiting(uow, dossier)
    found = due(waiting, before, chasing, Moment(uow.now, uow.plant.zone, uow.plant.working))
    if found is None:
        return
    rule, step = found
    mails = chasing.how == "mail" and not is_last(rule, step, chasing) and _may_be_written_to(uow, dossier)
    if mails and _lately(uow, order.supplier_id) >= chasing.cap:
        return
    how = "mail" if mails else "told"
    given = {"order_id": order_id, "supplier_id": order.supplier_id, "revision": order.revision}
    day = about(rule, waiting)
    uow.add(
        OrderChase, **given, rule=rule.value, about=day.isoformat() if day else "", step=step, how=how, at=uow.now
    )  # fmt: skip
    if mails:
        _write(uow, dossier, rule, step)
    uow.audit(Note(dossier.name, "remind supplier", after={"rule": rule, "step": step, "how": how}, rule=rule.value))
    _tell(uow, dossier, rule, how)
    if rule is ChaseRule.OVERDUE and step == 1:
        _tell_jobs(uow, dossier, how)


def _may_be_written_to(uow: UnitOfWork, dossier: Dossier) -> bool:
    supplier = dossier.supplier
    address = recipient(uow, supplier, Matter.REMINDERS).email
    return supplier is not None and not supplier.held and usable_address(address) is not None


def _lately(uow: UnitOfWork, supplier_id: int) -> int:
    return int(uow.row(_LATELY, supplier=supplier_id, since=uow.now - HOUR).many)


def _waiting(uow: UnitOfWork, dossier: Dossier) -> Waiting:
    order = dossier.order
    days = [day for line in dossier.lines if line.open and (day := _due_on(uow, dossier, line))]
    announced = uow.find(Receipt, order_id=order.id, state=ReceiptDocState.PROPOSED.value) is not None
    heard = uow.row(_HEARD, order=order.id).at
    answered = bool(order.supplier_answer) or (
        heard is not None and order.sent_at is not None and heard > order.sent_at
    )
    assert order.sent_at is not None
    return Waiting(dossier.state, order.sent_at, answered, min(days, default=None), announced, heard)


def _due_on(uow: UnitOfWork, dossier: Dossier, line: Line) -> date | None:
    """Return when the next open part of a line is due: as promised, else, of what no day was promised for, as ordered."""
    order = dossier.order
    if promises.standing(uow, line.id):
        return promises.next_of(uow, line) or line.deliver_by or order.deliver_by
    return line.promised_on or order.promised_on or line.deliver_by or order.deliver_by


def _write(uow: UnitOfWork, dossier: Dossier, rule: ChaseRule, step: int) -> None:
    """Queue the reminder in the order's own thread, marked as written by a machine."""
    order = dossier.order
    waiting = _waiting(uow, dossier)
    day = waiting.due_on.isoformat() if waiting.due_on is not None else ""
    to = recipient(uow, dossier.supplier, Matter.REMINDERS)
    text = templates.mail(
        PURPOSE, document=to.reads(json.loads(order.document)), rule=rule.value, day=day, again=step > 1
    )
    letter = PlainLetter(
        to.email,
        text,
        PURPOSE,
        subject_of(order.id),
        reply_token(uow.plant, dossier.name),
        message_id(uow.plant, order.id, order.revision),
        order.id,
        automatic=True,
    )
    queue(uow, letter)


def _tell_jobs(uow: UnitOfWork, dossier: Dossier, how: str) -> None:
    """Tell every work order that waits for the goods that they have not come, once."""
    known = staff(uow)
    for number in dict.fromkeys(line.work_order_id for line in dossier.lines if line.open and line.work_order_id):
        job = uow.get(WorkOrder, number)
        said = templates.words(
            "work_order_lines/overdue",
            number=dossier.name,
            supplier=dossier.supplier_name,
            due_on=_waiting(uow, dossier).due_on,
            how=how,
            buyer=known.name(buyer_of(dossier, known)),
        )
        cards.say(uow, job.number, work_orders.thread_of(uow, job), {"text": str(said)})


def _tell(uow: UnitOfWork, dossier: Dossier, rule: ChaseRule, how: str) -> None:
    """Show the buyer that the supplier was reminded, or that only a call helps."""
    known = staff(uow)
    place = buyer_place(uow, dossier, known)
    if place is None:
        return
    supplier = dossier.supplier
    card = templates.card(
        "order_chased",
        rule=rule.value,
        how=how,
        number=dossier.name,
        supplier=dossier.supplier_name,
        phone=supplier.phone if supplier is not None else "",
        due_on=_waiting(uow, dossier).due_on,
        sent_at=dossier.order.sent_at,
        work_orders=dossier.work_orders(),
        at=uow.now,
        held=supplier.held if supplier is not None else False,
        value=value(dossier.order.id),
    )
    key = f"po:{dossier.order.id}:chase"
    cards.show(uow, key, dossier.name, place, content_of(card))
