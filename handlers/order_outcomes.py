"""What became of an order's mail: sent, refused, come back or unknown, and what the buyer decides about it."""

import json
from typing import Any

import templates
from handlers import approval_cards, approval_runs, need_cards, order_mail, revision_releases
from handlers.approval_cards import Ended
from handlers.approval_plans import Staff, staff
from handlers.happenings import NOTHING, Answer, Click, Sent
from handlers.ids import numbers
from handlers.order_cards import Told, show_alert, show_line
from handlers.order_content import Dossier, change, locked, opened
from handlers.order_revisions import asked_about, at_revision
from handlers.plain_letters import usable_address
from orders.errors import AlreadyDone, Incomplete, SupplierHeld
from orders.people import CHARGEHAND, Actor
from orders.purchase_orders import PURCHASE_ORDERS, OrderEvent, OrderState
from storage import outbox
from storage.tables import Card, Outgoing, Requisition
from storage.unit_of_work import Note, UnitOfWork

_E = OrderEvent
WAY: dict[str, dict[OrderState, tuple[OrderEvent, ...]]] = {
    "leaving": {OrderState.APPROVED: (_E.SEND,)},
    "accepted": {
        OrderState.APPROVED: (_E.SEND, _E.SERVER_TOOK_IT),
        OrderState.SENDING: (_E.SERVER_TOOK_IT,),
    },
    "refused": {OrderState.SENDING: (_E.SENDING_FAILED,), OrderState.APPROVED: ()},
    "unknown": {OrderState.APPROVED: (_E.SEND,), OrderState.SENDING: ()},
    "bounced": {OrderState.SENT: (_E.SENDING_FAILED,)},
}
"""Which events an outcome is, by the state the order is in; an outcome that is not listed changes nothing any more."""


def outcome(uow: UnitOfWork, told: Sent) -> Answer:
    """Move an order by what the relay knows of its mail: ``leaving``, ``accepted``, ``refused`` or ``unknown``."""
    body = json.loads(uow.get(Outgoing, told.row_id).body)
    dossier = at_revision(uow, int(body["order_id"]), int(body["revision"]))
    name, words = _named(told, body)
    if dossier is not None:
        follow(uow, dossier, name, CHARGEHAND, words)
    return NOTHING


def _named(told: Sent, body: dict[str, Any]) -> tuple[str, str]:
    """Name the outcome; a server that took only our own copy has refused the supplier's."""
    refused: dict[str, Any] = told.facts.get("refused") or {}
    mine = [str(refused[address]) for address in body["to"] if address in refused]
    return ("refused", "; ".join(mine)) if told.outcome == "accepted" and mine else (told.outcome, told.words)


def follow(uow: UnitOfWork, dossier: Dossier, name: str, actor: Actor, words: str = "") -> bool:
    """Take the events that an outcome stands for, and tell whom it concerns; say whether anything moved."""
    events = WAY[name].get(dossier.state)
    if events is None:
        return False
    state = dossier.state
    for event in events:
        state = OrderState(PURCHASE_ORDERS.follow(state, event, actor, subject=dossier.name))
    sent = {"sent_at": uow.now} if state is OrderState.SENT else {}
    change(uow, dossier, state=state.value, **sent)
    uow.audit(Note(dossier.name, name, before={"state": dossier.state}, after={"state": state}, words=words))
    if name != "leaving":
        _tell(uow, dossier.reread(uow), staff(uow), name, words)
    if state is OrderState.SENT and dossier.revising is not None:
        revision_releases.was_sent(uow, dossier.reread(uow))
    return True


def _tell(uow: UnitOfWork, dossier: Dossier, known: Staff, name: str, words: str) -> None:
    if name == "accepted":
        _say_sent(uow, dossier, known)
        if dossier.revising is None:
            needs = [uow.get(Requisition, number) for number in dossier.requisitions()]
            need_cards.tell(uow, needs, "ordered", order=dossier.order)
        _settled_alert(uow, dossier, known, "it was sent")
    else:
        show_alert(uow, dossier, known, name, words=words)
    by = _last_approver(uow, dossier, known)
    show_line(uow, dossier, known, Told(by=by, trouble=name != "accepted"))


def _settled_alert(uow: UnitOfWork, dossier: Dossier, known: Staff, how: str) -> None:
    if uow.find(Card, key=f"po:{dossier.order.id}:alert") is not None:
        show_alert(uow, dossier, known, "settled", how=how)


def _last_approver(uow: UnitOfWork, dossier: Dossier, known: Staff) -> str:
    """Name who gave the last yes, or the rule that approved."""
    run = approval_runs.newest(uow, dossier.order.id)
    if run is not None and run.rule:
        return f"the rule “{run.rule}”"
    tasks = [task for task in approval_cards.tasks_of(uow, run) if task.state == "approved"] if run else []
    return known.name(tasks[-1].person_id if tasks else None)


def _say_sent(uow: UnitOfWork, dossier: Dossier, known: Staff) -> None:
    """Take the Undo button off the cards of those who approved."""
    run = approval_runs.newest(uow, dossier.order.id)
    tasks = [task for task in approval_cards.tasks_of(uow, run) if task.state == "approved"] if run else []
    to = dossier.supplier.email_orders if dossier.supplier is not None else ""
    for task in tasks:
        by = known.name(task.person_id)
        approval_cards.end(uow, dossier, [task], Ended("sent", uow.now, by=by, sent_to=to))


def check_supplier(uow: UnitOfWork, click: Click) -> Answer:
    """Tell the buyer whom to ask whether an order arrived."""
    dossier = opened(uow, *numbers(click.value, 1))
    supplier = dossier.supplier
    words = templates.words(
        "order_said",
        what="check_supplier",
        number=dossier.name,
        supplier=dossier.supplier_name,
        contact=supplier.contact if supplier is not None else "",
        phone=supplier.phone if supplier is not None else "",
        sent_to=supplier.email_orders if supplier is not None else "",
    )
    return Answer(private=words)


def send_again(uow: UnitOfWork, click: Click) -> Answer:
    """Queue an order's mail once more because a person says so; only while no other copy is on its way."""
    dossier = asked_about(uow, *numbers(click.value, 1))
    row = order_mail.newest(uow, dossier.order.id)
    if row is not None and row.state in ("due", "claimed", "transmitting"):
        raise AlreadyDone(what=f"{dossier.name} was queued again", who="somebody", when=_clock(uow, row.created_at))
    state = dossier.state
    if state is OrderState.SENDING:
        state = OrderState(PURCHASE_ORDERS.follow(state, _E.SENDING_FAILED, uow.actor, subject=dossier.name))
    PURCHASE_ORDERS.follow(state, _E.SEND, uow.actor, subject=dossier.name)
    if dossier.supplier is not None and dossier.supplier.held:
        raise SupplierHeld(supplier=dossier.supplier_name)
    address = usable_address(dossier.supplier.email_orders) if dossier.supplier is not None else None
    if address is None or row is None:
        raise Incomplete(subject=dossier.name, missing="it lacks the supplier's address for orders")
    outbox.settle(uow, row.id, "dropped", f"{uow.actor.name} had it sent again.")
    change(uow, dossier, state=state.value)
    order_mail.queue_again(uow, row, address)
    uow.audit(Note(dossier.name, "send again", before={"state": dossier.state}, after={"state": state}))
    known = staff(uow)
    show_alert(uow, dossier.reread(uow), known, "settled", how=f"{uow.actor.name} had it sent again")
    return Answer(private=templates.words("order_said", what="sent_again", number=dossier.name, sent_to=address))


def it_went_out(uow: UnitOfWork, click: Click) -> Answer:
    """Call an order sent because a person found out that it reached the supplier."""
    dossier = asked_about(uow, *numbers(click.value, 1))
    state = dossier.state
    if state is OrderState.APPROVED:
        state = OrderState(PURCHASE_ORDERS.follow(state, _E.SEND, uow.actor, subject=dossier.name))
    state = OrderState(PURCHASE_ORDERS.follow(state, _E.SERVER_TOOK_IT, uow.actor, subject=dossier.name))
    row = order_mail.newest(uow, dossier.order.id)
    if row is not None and row.state in ("due", "claimed", "transmitting"):
        raise AlreadyDone(what=f"{dossier.name} was queued", who="somebody", when=_clock(uow, row.created_at))
    if row is not None:
        outbox.settle(uow, row.id, "sent", f"{uow.actor.name} says that it went out.")
    change(uow, dossier, state=state.value, sent_at=uow.now)
    uow.audit(Note(dossier.name, "it went out", before={"state": dossier.state}, after={"state": state}))
    known, now = staff(uow), dossier.reread(uow)
    _say_sent(uow, now, known)
    _settled_alert(uow, now, known, f"{uow.actor.name} says that it went out")
    show_line(uow, now, known)
    if now.revising is not None:
        revision_releases.was_sent(uow, now)
    return Answer(private=templates.words("order_said", what="went_out", number=dossier.name))


def proven_sent(uow: UnitOfWork, order_id: int, revision: int) -> bool:
    """Settle an unknown outcome by our own blind copy, which shows that the mail server took the order."""
    row = order_mail.newest(uow, order_id)
    if row is None or row.state != "unknown" or json.loads(row.body)["revision"] != revision:
        return False
    outbox.settle(uow, row.id, "sent", "Our own copy arrived.")
    dossier = at_revision(uow, order_id, revision)
    return dossier is not None and follow(uow, dossier, "accepted", CHARGEHAND, "Our own copy arrived.")


def bounced(uow: UnitOfWork, order_id: int, words: str, revision: int | None = None) -> bool:
    """Take back that an order was sent, because its mail came back; say whether it still counted as sent.

    A supplier who has delivered has the order, whatever came back.
    """
    dossier = at_revision(uow, order_id, revision) if revision is not None else locked(uow, order_id)
    if dossier is None:
        return False
    if dossier.revising is None and any(line.received for line in dossier.lines):
        uow.audit(Note(dossier.name, "a copy came back", words=words))
        return False
    return follow(uow, dossier, "bounced", CHARGEHAND, words)


def _clock(uow: UnitOfWork, at: Any) -> str:
    return f"{at.astimezone(uow.plant.zone):%H:%M}"
