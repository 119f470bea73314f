"""A colleague's mail as a report: proven to be theirs, answered in its own thread, and its replies kept with what came of it."""

import re
from email import message_from_bytes
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import parseaddr
from typing import Any

from sqlalchemy import func

from handlers import finding, mail_known, people, photos, reports, request_cards, request_letters, requests, wording
from handlers.approval_replies import is_automatic, is_proven
from handlers.delivery_notices import Taken
from handlers.extraction.mime import take_apart
from handlers.extraction.sender import sender_of
from handlers.mail_texts import above_quotes, header, own_text
from handlers.order_tokens import token_number
from handlers.reports import Report
from handlers.work_order_cards import line
from orders.errors import Refusal, Unlawful
from orders.requests import RequestState
from storage import attachments
from storage.tables import InboundMail, Person, Request, WorkOrder
from storage.unit_of_work import Note, UnitOfWork, table

KIND = "report"
HEAD = 65_536
"""How many bytes of a mail are looked at for its headers."""
OF_PEOPLE = frozenset({"other", "question", "delay"})
"""How the reader may call a mail that a colleague writes about a machine; orders, goods and invoices are never a report."""
_PREFIX = re.compile(r"^(?:\s*(?:re|aw|sv|antw)\s*:)+\s*", re.IGNORECASE)
_PASSED_ON = re.compile(r"^\s*(?:fwd?|wg|tr|i|vs|doorst)\s*:", re.IGNORECASE)
_NUMBER = re.compile(r"\[\s*(?P<number>[A-Z]{2}-(?:\d{4}-)?\d+)\s*\]", re.IGNORECASE)
_TAKES_BACK = re.compile(r"^\W*(?:withdraw|zurück|zurueck|zurückziehen)\W*$", re.IGNORECASE)
LINE_MOST = 1500


def taken(uow: UnitOfWork, mail: InboundMail, said: dict[str, Any]) -> Taken | None:
    """Take a colleague's mail for a report, or for a word about an earlier one; None for every other mail."""
    if uow.silent or not (person := _colleague(uow, mail)):
        return None
    raw = attachments.content(uow, mail.attachment_id)
    letter = take_apart(raw)
    sender = sender_of(letter, mail_known.known(uow))
    if sender.supplier is not None or is_automatic(letter) or not is_proven(sender, person.email):
        return None
    head = BytesHeaderParser().parsebytes(raw[:HEAD])
    actor, uow.actor = uow.actor, people.actor(person)
    try:
        about = _about(uow, head)
        told = _reply(uow, mail, raw, about) if about is not None else _report(uow, mail, raw, said)
    finally:
        uow.actor = actor
    if told is not None:
        uow.change(InboundMail, mail.id, kind=KIND)
    return told


def _colleague(uow: UnitOfWork, mail: InboundMail) -> Person | None:
    """Return whose address of our own people a mail names as its sender."""
    address = parseaddr(mail.sender)[1].casefold()
    found = uow.all(Person, func.lower(table(Person).c.email) == address, active=True) if address else []
    return found[0] if found else None


def _about(uow: UnitOfWork, head: Message) -> Request | None:
    """Return the request in whose mail thread a mail stands: by our reply address, by what it answers, or by its subject."""
    number = token_number(uow.plant, f"{header(head, 'To')} {header(head, 'Cc')}")
    found = uow.find(Request, number=number) if number else None
    for name in f"{header(head, 'In-Reply-To')} {header(head, 'References')}".split() if found is None else ():
        found = found or uow.find(Request, message_id=name)
    named = _NUMBER.search(header(head, "Subject")) if found is None else None
    return uow.find(Request, number=named["number"].upper()) if named is not None else found


def _report(uow: UnitOfWork, mail: InboundMail, raw: bytes, said: dict[str, Any]) -> Taken | None:
    """Take in a fault that a colleague writes of; anything else stays with whoever looks after the mailroom."""
    text = _words(mail, raw)
    spotted = finding.asset_in(uow, wording.bare(text))
    business = said["orders"] or said["lines"] or said["kind"] not in OF_PEOPLE or _PASSED_ON.match(mail.subject)
    if business or wording.is_chatter(text, names_asset=spotted.named):
        return None
    channels = uow.plant.channels.faults
    if not channels:
        raise Unlawful(why="No channel for faults is set up yet, so a report by mail cannot be taken in.")
    became = requests.take_in(uow, Report(text, channels[0], asset=spotted), mail)
    request = became.request
    assert request is not None, "a report by mail is always kept as a request"
    kept, left = photos.from_mail(uow, request.number, message_from_bytes(raw))
    _answer(uow, request, became.order, {"files": kept, "left": left})
    return Taken("settled", None, f"a report, kept as {request.number}")


def _words(mail: InboundMail, raw: bytes) -> str:
    """Return what a colleague wrote: the subject, which names the machine or the fault, and the words of the mail."""
    subject = _NUMBER.sub("", _PREFIX.sub("", mail.subject)).strip()
    body = above_quotes(own_text(raw)).strip()
    if not subject or subject.rstrip(" .:").casefold() in body.casefold():
        return body or subject
    return f"{subject}{' ' if subject.endswith((':', '.', '!', '?')) else '. '}{body}".strip()


def _answer(uow: UnitOfWork, request: Request, order: WorkOrder | None, files: dict[str, Any]) -> None:
    """Say in the mail's own thread what became of the report, with the files that were kept and left out."""
    if order is not None:
        requests.opened_told(uow, request, order, **files)
        return
    alike = request_cards.likely(uow, request) if request.asked_until else []
    what = "alike" if alike else "waits"
    request_letters.tell(uow, request, what, order=alike[0].number if alike else "", **files)


def _reply(uow: UnitOfWork, mail: InboundMail, raw: bytes, about: Request) -> Taken:
    """Take a reply into the conversation: an answer to a question, a withdrawal, or a word for whoever works on it."""
    request = requests.locked_request(uow, about.id)
    words = above_quotes(own_text(raw)).strip()
    photos.from_mail(uow, request.number, message_from_bytes(raw))
    first = next(iter(words.splitlines()), "")
    if _TAKES_BACK.match(first):
        return _withdrawn(uow, request)
    passed_on = requests.told_more(uow, request, words) and request.state == RequestState.DUPLICATE
    if not passed_on:
        _said(uow, request, words[:LINE_MOST])
    uow.audit(Note(request.number, "reply by mail", after={"mail": mail.id}, words=words[: reports.TEXT_MOST]))
    return Taken("settled", None, f"a reply about {request.number}, told in its conversation")


def _withdrawn(uow: UnitOfWork, request: Request) -> Taken:
    """Take a report back, or write why that is not possible any more."""
    try:
        requests.withdraw(uow, request)
    except Refusal as refusal:
        request_letters.tell(uow, request, "refused", reason=str(refusal))
    return Taken("settled", None, f"{request.number} was to be taken back")


def _said(uow: UnitOfWork, request: Request, words: str) -> None:
    """Say what somebody wrote by mail where the fault is spoken of: in the work order's thread, once there is one."""
    order = uow.find(WorkOrder, id=request.work_order_id) if request.work_order_id else None
    if not words:
        return
    if order is not None:
        line(uow, order, "by_mail", words=words)
    else:
        request_cards.line(uow, request, "by_mail", words=words)
