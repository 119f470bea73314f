"""What people decide about a mail they were shown: count it, take it over, put it away, or vouch for it."""

import json
from collections.abc import Callable
from typing import Any

import templates
from handlers import delivery_notices, mail_cards, people, receiving, supplier_answers, supplier_substitutes
from handlers.happenings import Answer, Click
from handlers.ids import Action, Callback, numbers, value
from handlers.mail_cards import Look, number_of
from handlers.mail_readings import Unsure, lines_of, orders_of
from handlers.mail_texts import shown_mail
from orders.errors import AlreadyDone, NotYours, Unlawful
from orders.lifecycle import people_with
from orders.people import Role
from orders.purchase_orders import OrderState
from storage.tables import InboundMail, PurchaseOrder, Supplier
from storage.unit_of_work import Note, UnitOfWork

OPEN = ("asked", "failed")
"""States in which a person may still decide about a mail."""


def claim(uow: UnitOfWork, click: Click) -> Answer:
    """Let a mail count as a delivery notice, and open the form to count what is really there."""
    mail, reading, supplier = _asked_about(uow, click, Role.STOREKEEPER, Role.BUYER)
    receipts = _claimed(uow, mail, reading, supplier)
    _done(uow, mail, "settled", f"{uow.actor.name} let it count as a delivery")
    if not uow.actor.has(Role.STOREKEEPER):
        how = "the delivery waits in the store to be counted"
        return Answer(private=templates.words("mail_said", what="taken", order=", ".join(reading["orders"]), how=how))
    return receiving.count(uow, Click(click.key, click.by, Action.COUNT, value(receipts[0]), click.channel))


def _claimed(uow: UnitOfWork, mail: InboundMail, reading: dict[str, Any], supplier: Supplier | None) -> list[int]:
    """Propose what was read where it fits the orders, else everything that is open on the first of them."""
    try:
        orders = orders_of(uow, reading, supplier)
        said = [each for each in lines_of(reading, orders) if each.quantity]
        if supplier is not None and said:
            return delivery_notices.claimed_by_person(uow, mail, reading, supplier, said)
    except Unsure as unsure:
        raise Unlawful(why=f"Nothing can be taken in from this mail: {unsure}.") from unsure
    if not orders:
        raise Unlawful(why=templates.words("mail_said", what="no_order"))
    receipt_id = receiving.from_store(uow, next(iter(orders.values())).order.id)
    # Whoever closes the form without counting finds the delivery again on its card.
    receiving.remark(uow, receipt_id, f"{uow.actor.name} let a mail count that does not say how much has come.")
    return [receipt_id]


def take_over(uow: UnitOfWork, click: Click) -> Answer:
    """Take a supplier's answer over: a proposed change is agreed to, an answer that was asked about is vouched for."""
    mail = uow.lock(InboundMail, *numbers(click.value, 1))
    order = uow.find(PurchaseOrder, id=mail.order_id) if mail.order_id is not None else None
    if mail.state == "settled" and order is not None and order.state == OrderState.CHANGE_PROPOSED:
        return supplier_substitutes.form(uow, mail, order.id) or supplier_answers.agreed(uow, mail, order.id)
    mail, reading, supplier = _asked_about(uow, click, Role.BUYER)
    if reading["kind"] not in mail_cards.FOR_THE_BUYER:
        raise Unlawful(why="This mail is no answer to an order, so there is nothing to take over.")
    if supplier is None:
        raise Unlawful(why="I do not know this supplier, so its answer cannot be taken over.")
    names = supplier_answers.by_hand(uow, mail, reading, supplier)
    _done(uow, mail, "settled", f"{uow.actor.name} took it over")
    return Answer(private=templates.words("mail_said", what="taken", order=names, how="the answer is taken over"))


def ignore(uow: UnitOfWork, click: Click) -> Answer:
    """Put a mail away without taking anything from it."""
    mail, _, _ = _asked_about(uow, click, Role.STOREKEEPER, Role.BUYER)
    _done(uow, mail, "ignored", f"{uow.actor.name} put it away")
    return Answer(private=templates.words("mail_said", what="ignored"))


def release(uow: UnitOfWork, click: Click) -> Answer:
    """Vouch for a mail that was held back: it may be looked at like any other, and still nothing is taken from it."""
    mail = uow.lock(InboundMail, *numbers(click.value, 1))
    _check_role(uow, Role.BUYER)
    if mail.state != "quarantined":
        raise AlreadyDone(what="Already decided", who="somebody", when="an earlier time")
    uow.change(InboundMail, mail.id, state="asked")
    uow.audit(Note(number_of(mail.id), "release", before={"state": mail.state}, after={"state": "asked"}))
    reasons = [f"it was held back, and {uow.actor.name} says that it is genuine"]
    mail_cards.show(uow, uow.get(InboundMail, mail.id), Look(reasons, _reading(mail)))
    return Answer(private=templates.words("mail_said", what="released"))


def show(uow: UnitOfWork, click: Click) -> Answer:
    """Show what a mail says, as plain text."""
    _check_role(uow, Role.STOREKEEPER, Role.BUYER)
    return Answer(private=shown_mail(uow, *numbers(click.value, 1)))


def _asked_about(uow: UnitOfWork, click: Click, *roles: Role) -> tuple[InboundMail, dict[str, Any], Supplier | None]:
    mail = uow.lock(InboundMail, *numbers(click.value, 1))
    _check_role(uow, *roles)
    if mail.state == "stored":
        raise Unlawful(
            why="This mail is just being read again. Its card changes in a moment.", subject=number_of(mail.id)
        )
    if mail.state not in OPEN:
        raise AlreadyDone(subject=number_of(mail.id), what="Already decided", who="somebody", when="an earlier time")
    supplier = uow.find(Supplier, id=mail.supplier_id) if mail.supplier_id is not None else None
    return mail, _reading(mail), supplier


def _reading(mail: InboundMail) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(mail.reading) if mail.reading else {"orders": [], "lines": [], "kind": ""}
    return read


def _check_role(uow: UnitOfWork, *roles: Role) -> None:
    if not uow.actor.has(*roles, Role.ADMIN):
        names = people.names(uow, *roles) or "the administrator"
        raise NotYours(roles=people_with(roles), what="do this", who=f"Ask {names}.")


def _done(uow: UnitOfWork, mail: InboundMail, state: str, how: str) -> None:
    uow.change(InboundMail, mail.id, state=state, problem=how)
    uow.audit(Note(number_of(mail.id), state, before={"state": mail.state}, after={"state": state}, words=how))
    mail_cards.settle(uow, mail, how)


CLICKS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {
    Action.CLAIM_MAIL: claim,
    Action.ANSWER_TAKEN: take_over,
    Action.IGNORE_MAIL: ignore,
    Action.RELEASE_MAIL: release,
    Action.SHOW_LETTER: show,
}
SUBMISSIONS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {Callback.SUBSTITUTE: supplier_substitutes.accepted}
