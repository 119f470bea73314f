"""A person corrects what was read of a mail: the misreading is put away, and what they say is taken in their name."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import templates
from handlers import delivery_notices, mail_cards, people, supplier_answers
from handlers.happenings import Answer, Click, Submission
from handlers.ids import Action, Callback, numbers
from handlers.mail_cards import FOR_THE_BUYER, FOR_THE_STORE, number_of
from handlers.mail_correcting import KINDS, Filled, Said, filled, form, reading_of, stamp
from handlers.mail_readings import Unsure, lines_of, orders_of
from orders.errors import AlreadyDone, NotYours, Unlawful
from orders.lifecycle import people_with
from orders.people import Role
from orders.receiving import ReceiptDocState
from orders.units import quantity_text
from storage.tables import DeliveryNotice, InboundMail, Receipt, Supplier
from storage.unit_of_work import Note, UnitOfWork

ROLES = (Role.STOREKEEPER, Role.BUYER)
OPEN = ("asked", "failed", "proposed")
"""States in which a mail can still be corrected."""
NOTHING_TO_LEARN = json.dumps({"rules": [], "became": "nothing"})


def correct(uow: UnitOfWork, click: Click) -> Answer:
    """Open the form to say what a mail really means."""
    return _asked(uow, *numbers(click.value, 1))


def misread(uow: UnitOfWork, click: Click) -> Answer:
    """Open the same form from a delivery that was proposed wrongly."""
    receipt = uow.get(Receipt, *numbers(click.value, 1))
    notice = uow.find(DeliveryNotice, id=receipt.notice_id) if receipt.notice_id is not None else None
    if notice is None or notice.mail_id is None:
        raise Unlawful(why=f"{receipt.number} came without a mail. Count what is here.", subject=receipt.number)
    if receipt.state == ReceiptDocState.DISCARDED:
        raise Unlawful(why=f"{receipt.number} was put away already. Look at the card that replaced it.")
    return _asked(uow, notice.mail_id)


def _asked(uow: UnitOfWork, mail_id: int) -> Answer:
    mail, supplier = _locked(uow, mail_id)
    return Answer(modal=form(uow, mail, supplier))


def _locked(uow: UnitOfWork, mail_id: int) -> tuple[InboundMail, Supplier]:
    """Lock a mail that can be corrected, with its supplier; refuses whoever may not, and what was decided already."""
    mail = uow.lock(InboundMail, mail_id)
    check_role(uow, *ROLES)
    if mail.state == "stored":
        raise Unlawful(
            why="This mail is just being read again. Its card changes in a moment.", subject=number_of(mail.id)
        )
    if mail.state not in OPEN:
        raise AlreadyDone(subject=number_of(mail.id), what="Already decided", who="somebody", when="an earlier time")
    supplier = uow.find(Supplier, id=mail.supplier_id) if mail.supplier_id is not None else None
    if supplier is None:
        raise Unlawful(why="I do not know this supplier, so nothing can be corrected.", subject=number_of(mail.id))
    _check_not_taken_in(uow, mail)
    return mail, supplier


def _check_not_taken_in(uow: UnitOfWork, mail: InboundMail) -> None:
    """Lock what was proposed from a mail, so that nobody counts it meanwhile; refuses when somebody already has."""
    proposed = [
        row.id for notice in uow.all(DeliveryNotice, mail_id=mail.id) for row in uow.all(Receipt, notice_id=notice.id)
    ]
    for receipt in [uow.lock(Receipt, number) for number in sorted(proposed)]:
        if receipt.state == ReceiptDocState.POSTED:
            why = f"{receipt.number} was already taken in. What was counted stands."
            raise Unlawful(why=why, subject=receipt.number)


def check_role(uow: UnitOfWork, *roles: Role) -> None:
    """Refuse whoever has none of the roles."""
    if not uow.actor.has(*roles, Role.ADMIN):
        names = people.names(uow, *roles) or "the administrator"
        raise NotYours(roles=people_with(roles), what="do this", who=f"Ask {names}.")


def corrected(uow: UnitOfWork, what: Submission) -> Answer:
    """Take what a person says a mail means; a number that cannot be stands as an error at its field."""
    mail_id, was, rows = numbers(what.private, 3)
    mail, supplier = _locked(uow, mail_id)
    if stamp(mail) != was:
        raise Unlawful(why="This mail was read again or corrected meanwhile. Choose “Correct” once more.")
    read = filled(uow, what, mail, supplier, rows)
    if read.wrong:
        return Answer(errors=read.wrong)
    if read.kind in FOR_THE_BUYER:
        check_role(uow, Role.BUYER)
    try:
        how = _take(uow, mail, supplier, read)
    except Unsure as unsure:
        raise Unlawful(why=f"It cannot be taken so: {unsure}.", subject=number_of(mail.id)) from unsure
    return Answer(private=templates.words("mail_said", what="corrected", how=how))


def _take(uow: UnitOfWork, mail: InboundMail, supplier: Supplier, read: Filled) -> str:
    """Put the misreading away and do what follows from the correction, all of it or nothing."""
    told = f"{uow.actor.name} corrected it: {KINDS[read.kind]}"
    delivery_notices.withdraw(uow, mail, told)
    reading = said_reading(reading_of(mail), read)
    state, how = TAKEN[read.kind](uow, mail, supplier, reading)
    order_id = next((row.open.dossier.order.id for row in read.rows), mail.order_id)
    kind = mail.kind if read.kind == "nothing" else read.kind
    kept = correction(uow, read)
    lessons = NOTHING_TO_LEARN if read.kind == "nothing" else ""
    values = {"state": state, "kind": kind, "order_id": order_id, "problem": told, "lessons": lessons}
    uow.change(InboundMail, mail.id, correction=json.dumps(kept, ensure_ascii=False), **values)
    before = {"state": mail.state, "kind": mail.kind, "lines": _figures(reading_of(mail))}
    after = {"state": state, "kind": read.kind, "lines": _figures(reading)}
    uow.audit(Note(number_of(mail.id), "correct", before=before, after=after, words=told))
    mail_cards.settle(uow, mail, told)
    return how


def _figures(reading: Mapping[str, Any]) -> dict[str, str]:
    return {
        f"{each['order']}/{each['line']}": str(each.get("quantity") or each.get("expected_on") or "")
        for each in reading["lines"]
    }


def correction(uow: UnitOfWork, read: Filled) -> dict[str, Any]:
    """Return a correction as it is kept with its mail."""
    lines = [
        {
            "order": row.open.dossier.name,
            "line": row.open.line.line,
            "quantity": None if row.quantity is None else quantity_text(row.quantity),
            "expected_on": _iso(row, read),
        }
        for row in read.rows
    ]
    return {"kind": read.kind, "lines": lines, "by": uow.actor.person_id, "at": uow.now.isoformat()}


def _iso(row: Said, read: Filled) -> str | None:
    on = row.day or read.day
    return on.isoformat() if on is not None else None


def said_reading(reading: Mapping[str, Any], read: Filled) -> dict[str, Any]:
    """Return the reading as it would have been, had the mail been read as the person says."""
    rows = [row for row in read.rows if row.quantity is not None or read.kind == "delay"]
    coming = any(row.quantity for row in rows)
    shipment = dict(reading.get("shipment") or {})
    if read.day is not None:
        shipment["expected_on"] = read.day.isoformat()
    return {
        **reading,
        "kind": read.kind,
        "orders": sorted({row.open.dossier.name for row in rows}),
        "response": ("accepted" if coming else "rejected") if read.kind == "order_response" else None,
        "shipment": shipment,
        "lines": [_line(row, read) for row in rows],
    }


def _line(row: Said, read: Filled) -> dict[str, Any]:
    quantity = None if row.quantity is None else quantity_text(row.quantity)
    later = read.kind == "delay"
    return {
        "order": row.open.dossier.name,
        "line": row.open.line.line,
        "quantity": None if later else quantity,
        "outstanding": quantity if later else None,
        "expected_on": _iso(row, read),
        "evidence": {"text": row.evidence},
    }


Took = tuple[str, str]
"""The state that a mail goes into, and what is said about it."""


def _goods(uow: UnitOfWork, mail: InboundMail, supplier: Supplier, reading: dict[str, Any]) -> Took:
    said = [each for each in lines_of(reading, orders_of(uow, reading, supplier)) if each.quantity]
    remark = f"{uow.actor.name} corrected what was read of the mail."
    delivery_notices.claimed_by_person(uow, mail, reading, supplier, said, remark)
    names = ", ".join(reading["orders"])
    return "proposed", f"the delivery of {names} waits in the store to be counted"


def _answer(uow: UnitOfWork, mail: InboundMail, supplier: Supplier, reading: dict[str, Any]) -> Took:
    names = supplier_answers.by_hand(uow, mail, reading, supplier)
    return "settled", f"the answer to {names} is taken over"


def _nothing(uow: UnitOfWork, mail: InboundMail, supplier: Supplier, reading: dict[str, Any]) -> Took:  # noqa: ARG001  # one shape for all
    return "ignored", "the mail is put away and nothing is taken from it"


TAKEN: dict[str, Callable[[UnitOfWork, InboundMail, Supplier, dict[str, Any]], Took]] = {
    **dict.fromkeys(sorted(FOR_THE_STORE), _goods),
    **dict.fromkeys(sorted(FOR_THE_BUYER), _answer),
    "nothing": _nothing,
}
"""What follows from a correction, by the kind that the person says."""
CLICKS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {Action.CORRECT_MAIL: correct, Action.MISREAD: misread}
SUBMISSIONS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {Callback.CORRECT_MAIL: corrected}
