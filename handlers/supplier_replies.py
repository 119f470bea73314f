"""What a buyer writes back to a supplier who would deliver otherwise: drafted, changed if need be, and sent in the order's thread."""

import json
from collections.abc import Callable
from typing import Any

import templates
from handlers import people, supplier_answers
from handlers.happenings import Answer, Click, Submission
from handlers.ids import Action, Callback, numbers, value
from handlers.mail_readings import Unsure, lines_of
from handlers.order_content import Dossier, opened
from handlers.order_mail import subject_of
from handlers.order_tokens import message_id, reply_token
from handlers.plain_letters import PlainLetter, queue
from handlers.supplier_holds import check_free
from handlers.supplier_proposals import changes
from orders.errors import NotYours, Unlawful
from orders.people import Role
from orders.purchase_orders import PURCHASE_ORDERS, OrderEvent
from storage.tables import InboundMail
from storage.unit_of_work import Note, UnitOfWork

PURPOSE = "answer_to_supplier"
REFUSE, ASK = 0, 1
NAMES = ("refuse", "ask")
MOST = 2000


def refuse(uow: UnitOfWork, click: Click) -> Answer:
    """Open the drafted mail that refuses a supplier's proposal."""
    return _form(uow, click, REFUSE)


def ask(uow: UnitOfWork, click: Click) -> Answer:
    """Open the drafted mail that asks a supplier about its proposal."""
    return _form(uow, click, ASK)


def _form(uow: UnitOfWork, click: Click, kind: int) -> Answer:
    mail, dossier = _proposal(uow, *numbers(click.value, 1), kind=kind)
    draft = templates.words(
        "supplier_draft",
        what=NAMES[kind],
        language=(dossier.supplier.language if dossier.supplier is not None else "") or uow.plant.language,
        changes=_changes(uow, mail, dossier),
        wanted_by=dossier.order.deliver_by,
    )
    form = templates.view(
        "supplier_reply_form",
        what=NAMES[kind],
        carried=value(mail.id, kind),
        number=dossier.name,
        supplier=dossier.supplier_name,
        sent_to=dossier.supplier.email_orders if dossier.supplier is not None else "",
        draft=str(draft),
    )
    return Answer(modal=form)


def _proposal(uow: UnitOfWork, mail_id: int, *, kind: int) -> tuple[InboundMail, Dossier]:
    """Return a mail and the order that it is about; refuses whoever does not buy, and what was decided already."""
    mail = uow.lock(InboundMail, mail_id)
    if not uow.actor.has(Role.BUYER):
        raise NotYours(roles="buyers", what="answer suppliers", who=f"Ask {people.names(uow, Role.BUYER)}.")
    if mail.order_id is None:
        raise Unlawful(why="This mail belongs to no order.")
    dossier = opened(uow, mail.order_id)
    check_free(dossier.supplier)
    if kind == REFUSE:
        PURCHASE_ORDERS.follow(dossier.state, OrderEvent.REFUSE, uow.actor, subject=dossier.name)
    return mail, dossier


def _changes(uow: UnitOfWork, mail: InboundMail, dossier: Dossier) -> list[str]:
    """Return what the supplier would change, each as a short line; nothing where it fits no line any more."""
    reading = json.loads(mail.reading) if mail.reading else {"lines": []}
    mine = {**reading, "lines": [each for each in reading["lines"] if each["order"] == dossier.name]}
    try:
        said = lines_of(mine, {dossier.name: dossier})
    except Unsure:
        return []
    return changes(uow, dossier, mail, said)[0]


def replied(uow: UnitOfWork, what: Submission) -> Answer:
    """Send what the buyer wrote; a refusal leaves the order as it was sent, a question leaves it open."""
    mail_id, kind = numbers(what.private, 2)
    text = what.field("text")
    if not text:
        return Answer(errors={"text": "Write what the supplier is to be told."})
    mail, dossier = _proposal(uow, mail_id, kind=kind)
    if kind == REFUSE:
        supplier_answers.refused(uow, mail, dossier.order.id)
    send(uow, dossier, NAMES[kind], text)
    said = {"supplier": dossier.supplier_name, "number": dossier.name}
    return Answer(private=templates.words("supplier_said", what=NAMES[kind], **said))


def send(uow: UnitOfWork, dossier: Dossier, what: str, text: str) -> None:
    """Queue a mail to a supplier about its answer, in the thread of the order, because a buyer pressed for it."""
    order = dossier.order
    to = dossier.supplier.email_orders if dossier.supplier is not None else ""
    mail = templates.mail(PURPOSE, document=json.loads(order.document), what=what, words=text[:MOST])
    thread = message_id(uow.plant, order.id, order.revision)
    token = reply_token(uow.plant, dossier.name)
    queue(uow, PlainLetter(to, mail, PURPOSE, subject_of(order.id), token, thread, order.id))
    uow.audit(Note(dossier.name, f"{what} the supplier's change", after={"to": to}, words=text[:MOST]))


CLICKS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {Action.ANSWER_REFUSED: refuse, Action.ANSWER_ASKED: ask}
SUBMISSIONS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {Callback.SUPPLIER_REPLY: replied}
