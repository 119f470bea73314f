"""Holds on suppliers: raised by what is suspicious about a mail, shown in red to purchasing, lifted after a call back alone."""

from collections.abc import Callable, Iterator, Mapping
from email.parser import BytesHeaderParser
from email.utils import parseaddr
from typing import Any

import templates
from handlers import mail_known, people, supplier_contacts
from handlers.extraction.sender import look_alike
from handlers.happenings import Answer, Click, Submission
from handlers.ids import Action, Callback, numbers, value
from handlers.mail_texts import header
from handlers.order_cards import content_of
from orders.errors import AlreadyDone, NotYours, SupplierHeld
from orders.people import Role
from orders.suspicions import Head, numbers_on_file, seen, still_doubtful
from storage import attachments, cards
from storage.cards import Place
from storage.tables import InboundMail, Supplier, SupplierHold
from storage.unit_of_work import Note, UnitOfWork

HEAD = 65_536
LEAST_WORDS = 3
"""How short the name of somebody who was called may be."""


def watch(
    uow: UnitOfWork, mail: InboundMail, said: Mapping[str, Any], supplier: Supplier | None
) -> SupplierHold | None:
    """Hold a supplier back where a mail makes one doubt that it is theirs; returns the hold that stands now, if any."""
    domain = parseaddr(mail.sender)[1].rpartition("@")[2].lower()
    marks = {str(each) for each in said["why"]["sender"]["alarms"]} if "why" in said else set()
    rule = str(said["decision"].get("rule") or "")
    marks |= {"new bank details"} if rule == "new bank details" else set()
    if supplier is None:
        twin = look_alike(domain, mail_known.known(uow)) if mail.trust == "forged" and domain else None
        supplier = uow.find(Supplier, code=twin.id) if twin is not None else None
        marks |= {"look-alike"} if twin is not None else set()
    if supplier is None:
        return None
    head = Head(parseaddr(mail.sender)[1], _reply_to(uow, mail), _domains(supplier), frozenset(marks))
    doubts = still_doubtful(seen(head), _cleared(uow, supplier.id))
    return suspect(uow, supplier, mail, doubts) if doubts else standing(uow, supplier.id)


def _domains(supplier: Supplier) -> tuple[str, ...]:
    written = supplier.email_domains.replace(";", " ").replace(",", " ").split()
    return tuple(dict.fromkeys(filter(None, [*written, supplier.email_orders.rpartition("@")[2]])))


def _reply_to(uow: UnitOfWork, mail: InboundMail) -> str:
    raw = attachments.content(uow, mail.attachment_id)[:HEAD]
    return parseaddr(header(BytesHeaderParser().parsebytes(raw), "Reply-To"))[1]


def _cleared(uow: UnitOfWork, supplier_id: int) -> list[str]:
    """Return what people found harmless about this supplier's mails when they called back."""
    lifted = uow.all(SupplierHold, supplier_id=supplier_id, state="lifted")
    return [line for hold in lifted for line in hold.seen.splitlines()]


def standing(uow: UnitOfWork, supplier_id: int | None) -> SupplierHold | None:
    """Return the hold that stands on a supplier, if there is one."""
    return uow.find(SupplierHold, supplier_id=supplier_id, state="held") if supplier_id is not None else None


def check_free(supplier: Supplier | None) -> None:
    """Refuse to go on with a supplier that is held back."""
    if supplier is not None and supplier.held:
        raise SupplierHeld(supplier=supplier.name)


def suspect(uow: UnitOfWork, supplier: Supplier, mail: InboundMail, doubts: list[str]) -> SupplierHold:
    """Open a hold, or add to the one that stands: a supplier has one at a time."""
    uow.lock(Supplier, supplier.id)
    hold = standing(uow, supplier.id)
    if hold is None:
        given = {"supplier_id": supplier.id, "state": "held", "seen": "\n".join(doubts), "mail_id": mail.id}
        number = uow.add(SupplierHold, **given, held_at=uow.now, held_by_id=uow.actor.person_id)
        uow.change(Supplier, supplier.id, held=True)
    else:
        number = hold.id
        lines = dict.fromkeys([*hold.seen.splitlines(), *doubts])
        uow.change(SupplierHold, number, seen="\n".join(lines))
    uow.audit(Note(subject(supplier), "hold", after={"hold": number, "mail": mail.id}, words="; ".join(doubts)))
    now = uow.get(SupplierHold, number)
    _show(uow, now, supplier, mail.id)
    return now


def subject(supplier: Supplier) -> str:
    """Return how the audit calls a supplier."""
    return f"SUPPLIER-{supplier.code}"


def key_of(hold_id: int) -> str:
    """Return the key of a hold's card."""
    return f"hold:{hold_id}"


def _show(uow: UnitOfWork, hold: SupplierHold, supplier: Supplier, mail_id: int | None = None) -> None:
    channel = uow.plant.channels.purchasing or uow.plant.channels.stores
    content = {
        "state": hold.state,
        "supplier": supplier.name,
        "seen": hold.seen.splitlines(),
        "since": hold.held_at,
        "orders": supplier.email_orders,
        "phone": hold.phone or supplier.phone,
        "spoke_to": hold.spoke_to,
        "by": people.name(uow, hold.lifted_by_id),
        "at": hold.lifted_at,
        "value": value(hold.id),
        "mail": value(mail_id or hold.mail_id or 0),
    }
    cards.show(
        uow, key_of(hold.id), subject(supplier), Place(channel), content_of(templates.card("supplier_held", **content))
    )


def lift(uow: UnitOfWork, click: Click) -> Answer:
    """Open the form in which somebody says whom they called, on which number of master data, and what was said."""
    hold, supplier = _standing(uow, *numbers(click.value, 1))
    on_file = numbers_on_file(supplier.phone, supplier_contacts.phones(uow, supplier), supplier=supplier.name)
    form = templates.view(
        "lift_hold_form", private=click.value, supplier=supplier.name, phones=[(one, one) for one in on_file], contact=supplier.contact,
        seen=hold.seen.splitlines(),
    )  # fmt: skip
    return Answer(modal=form)


def _standing(uow: UnitOfWork, hold_id: int) -> tuple[SupplierHold, Supplier]:
    """Return a hold and its supplier, both locked; refuses whoever may not lift it, and one that is lifted."""
    if not uow.actor.has(Role.BUYER):
        raise NotYours(roles="buyers", what="lift a hold", who=f"Ask {people.names(uow, Role.BUYER)}.")
    hold = uow.lock(SupplierHold, hold_id)
    if hold.state != "held":
        when = f"{(hold.lifted_at or uow.now).astimezone(uow.plant.zone):%d %b %H:%M}"
        raise AlreadyDone(what="The hold was lifted", who=people.name(uow, hold.lifted_by_id), when=when)
    return hold, uow.lock(Supplier, hold.supplier_id)


def lifted(uow: UnitOfWork, what: Submission) -> Answer:
    """Lift a hold, with whom our person spoke to, on which number of master data, and when; all of it stays on record."""
    hold, supplier = _standing(uow, *numbers(what.private, 1))
    on_file = numbers_on_file(supplier.phone, supplier_contacts.phones(uow, supplier), supplier=supplier.name)
    wrong = _wrong(what, on_file)
    if wrong:
        return Answer(errors=wrong)
    said = {"spoke_to": what.field("spoke_to"), "phone": what.field("phone"), "note": what.field("note")}
    uow.change(SupplierHold, hold.id, state="lifted", lifted_at=uow.now, lifted_by_id=uow.actor.person_id, **said)
    uow.change(Supplier, supplier.id, held=False)
    after = {"hold": hold.id, "phone": said["phone"], "state": "lifted"}
    words = f"{uow.actor.name} called {said['spoke_to']} on {said['phone']}: {said['note']}"
    uow.audit(Note(subject(supplier), "lift hold", before={"state": "held"}, after=after, words=words))
    _show(uow, uow.get(SupplierHold, hold.id), supplier)
    return Answer(private=templates.words("supplier_said", what="lifted", supplier=supplier.name))


def _wrong(what: Submission, on_file: list[str]) -> dict[str, str]:
    wrong = {}
    if len(what.field("spoke_to")) < LEAST_WORDS:
        wrong["spoke_to"] = "Write whom you spoke to."
    if what.field("phone") not in on_file:
        wrong["phone"] = "Choose a number that is on file; never one from a mail."
    if len(what.field("note")) < LEAST_WORDS:
        wrong["note"] = "Write what they said, in a few words."
    return wrong


def differences(uow: UnitOfWork) -> Iterator[str]:
    """Say in sentences where a supplier is held back without a hold that stands, or the other way round."""
    standing_ = {row.supplier_id for row in uow.all(SupplierHold, state="held")}
    for row in uow.all(Supplier):
        if row.held is not (row.id in standing_):
            yield f"{row.name} is {'held back without a hold' if row.held else 'not held back, and a hold stands'}."


CLICKS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {Action.LIFT_HOLD: lift}
SUBMISSIONS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {Callback.LIFT_HOLD: lifted}
