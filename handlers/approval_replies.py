"""An approver's answer by mail: taken only from whom it was asked, once, about the content that was asked about."""

import re
from email.utils import getaddresses
from html import unescape
from typing import Any

from handlers import approval_letters, approvals, budget_checks, mail_cards, mail_known, people
from handlers.approval_tokens import Named, named_in
from handlers.delivery_notices import Taken
from handlers.extraction.mime import Mail, take_apart
from handlers.extraction.sender import Sender, sender_of
from handlers.mail_cards import Look
from handlers.mail_texts import own_text
from handlers.order_content import opened
from orders.approval_replies import Reply, reply_in
from orders.approvals import TaskState
from orders.errors import Refusal, Superseded, Unlawful
from storage import attachments
from storage.tables import Approval, ApprovalTask, InboundMail, Person
from storage.unit_of_work import Note, UnitOfWork

KIND = "approval answer"
HEAD = 65_536
"""How many bytes of a mail are looked at for a token, before anything is taken apart."""
_MAYBE = re.compile(rb"ask\.\d|=\?", re.IGNORECASE)
"""What a mail holds that may bear a token: its beginning, or a header written in code."""
DELIVERED_TO = ("to", "cc", "delivered-to", "x-original-to", "envelope-to")
"""Headers that may hold the address with the token; some servers keep the whole of it only in theirs."""
MACHINES = frozenset({"auto_reply", "bounce"})
DECIDED = frozenset({TaskState.APPROVED.value, TaskState.REJECTED.value})
PRETENCE = frozenset({"several senders", "pretence"})
"""What is alarming about a sender who decides on money, whatever the verdict is."""


def taken(uow: UnitOfWork, mail: InboundMail, said: dict[str, Any]) -> Taken | None:
    """Do what an answer to a question says; None for a mail that answers none. Quoted words decide nothing."""
    raw = attachments.content(uow, mail.attachment_id)
    if not _MAYBE.search(raw[:HEAD]):
        return None
    letter = take_apart(raw)
    named = named_in(uow, *_addressed(letter), letter.spoken("subject"))
    if named is None:
        return None
    run = uow.get(Approval, named.task.approval_id)
    uow.change(InboundMail, mail.id, kind=KIND)
    if said["kind"] in MACHINES or is_automatic(letter):
        return Taken("ignored", run.order_id, "an automatic reply to a question")
    person = uow.get(Person, named.task.person_id)
    sender = sender_of(letter, mail_known.known(uow))
    if not is_proven(sender, person.email):
        return _not_theirs(uow, mail, said, named, person, sender)
    return _answered(uow, mail, named, person, reply_in(own_text(raw), person.name))


def _addressed(letter: Mail) -> list[str]:
    return [address for name in DELIVERED_TO for _, address in getaddresses(letter.all(name))]


def is_automatic(letter: Mail) -> bool:
    """Say whether a machine and no person wrote a mail."""
    submitted = letter.first("auto-submitted").strip().lower()
    answered_by_machine = submitted not in {"", "no"} or letter.first("x-autoreply") or letter.first("x-autorespond")
    return bool(answered_by_machine) or letter.first("precedence").strip().lower() in {"auto_reply", "bulk", "junk"}


def is_proven(sender: Sender, address: str) -> bool:
    """Say whether a mail is proven to come from an address."""
    same = sender.address.casefold() == address.casefold()
    return same and sender.passed and sender.trust != "forged" and PRETENCE.isdisjoint(sender.alarms)


def _not_theirs(  # noqa: PLR0917  # one refusal with all that it names
    uow: UnitOfWork, mail: InboundMail, said: dict[str, Any], named: Named, person: Person, sender: Sender
) -> Taken:
    """Hold an answer back that may come from anybody, and tell the person asked, once, at their own address."""
    order = opened(uow, uow.get(Approval, named.task.approval_id).order_id)
    why = f"it answers the question about {order.name} to {person.name}, and is not proven to come from them"
    mail_cards.show(uow, mail, Look([why], {**said, "lines": []}, "quarantined"))
    words = (
        f"A mail from {sender.address or 'an unknown address'} answered the question about {order.name} that was put "
        f"to you. It is not proven to come from {person.email}, so it does not count. If you sent it, reply again from "
        "that address over your own mail server."
    )
    uow.audit(Note(order.name, "answer by mail held back", after={"from": sender.address, "verdict": sender.verdict}))
    approval_letters.answer(uow, order.name, person, "refused", words, key=f"ask:{named.task.id}:not proven")
    return Taken("quarantined", order.order.id, why)


def _answered(uow: UnitOfWork, mail: InboundMail, named: Named, person: Person, reply: Reply | None) -> Taken:
    """Decide as the answer says, or write back why not; a refusal leaves everything as it was."""
    run = uow.get(Approval, named.task.approval_id)
    order = opened(uow, run.order_id)
    what, words = "unclear", "I cannot tell from the first line of your mail whether you approve."
    if reply is not None:
        what, words = _decided(uow, run, named, person, reply)
    how = f"{person.name} answered by mail: {words}"
    uow.audit(Note(order.name, "answer by mail", after={"mail": mail.id, "became": what}, words=words))
    key = f"ask:{named.task.id}:mail:{mail.id}" if what == "done" else f"ask:{named.task.id}:{what}:{words[:80]}"
    approval_letters.answer(uow, order.name, person, what, words, key=key)
    return Taken("settled", run.order_id, how)


def _decided(uow: UnitOfWork, run: Approval, named: Named, person: Person, reply: Reply) -> tuple[str, str]:
    actor, uow.actor = uow.actor, people.actor(person)
    kept, savepoint = len(uow.notes), uow.connection.begin_nested()
    try:
        what, words = _said(uow, run, named, reply)
    except Refusal as refusal:
        savepoint.rollback()
        del uow.notes[kept:]
        return "refused", str(refusal)
    finally:
        uow.actor = actor
    savepoint.commit()
    return what, words


def _said(uow: UnitOfWork, run: Approval, named: Named, reply: Reply) -> tuple[str, str]:
    """Answer the question as the person would by its buttons, and say whether it was decided; raises what they raise."""
    order = opened(uow, run.order_id)
    if run.state == "open" and not run.content_hash.startswith(named.code):
        raise Superseded(subject=order.name, when=f"{order.order.changed_at.astimezone(uow.plant.zone):%H:%M}")
    if reply.approves and reply.reason and not budget_checks.warned(uow, order):
        raise Unlawful(why="Words behind a YES may be a condition, so it does not count. Reply with YES alone.")
    answered = approvals.answer(uow, run.order_id, named.task.id, approves=reply.approves, reason=reply.reason)
    became = opened(uow, run.order_id)
    if uow.get(ApprovalTask, named.task.id).state not in DECIDED:
        return "refused", unescape(answered.private)
    state = became.state.value.replace("_", " ")
    return "done", f"You said {'yes' if reply.approves else 'no'} to {order.name}. It is {became.name}, {state}, now."
