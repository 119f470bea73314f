"""Where a message belongs: a direct word to the bot, a word in a work order's thread, or a new fault."""

import re

from handlers import (
    checklists,
    faults,
    grammar,
    people,
    proposing,
    questions,
    request_cards,
    requests,
    sentences,
    wording,
    work_orders,
)
from handlers import photos as keeping
from handlers.happenings import NOTHING, Answer, Message
from handlers.ids import is_id
from handlers.proposing import Heard
from orders.errors import Stranger
from storage import cards
from storage.tables import Receipt, Request
from storage.unit_of_work import UnitOfWork

ASKING = frozenset({"report", "where", "stock", "mine", "waiting", "asset", "ask", "help"})
"""Commands that are understood in a work order's thread as soon as the bot is spoken to by name."""


_JOB = re.compile(r"\s*(?:wo[\s#-]*|#)\d", re.IGNORECASE)


def message(uow: UnitOfWork, what: Message) -> Answer:
    """Hand a message to whoever it is for; what is for nobody stays without an answer."""
    if what.thread_ts and work_orders.by_thread(uow, what.channel, what.thread_ts) is not None:
        return _in_thread(uow, what)
    request = request_cards.by_thread(uow, what.channel, what.thread_ts) if what.thread_ts else None
    if request is not None and not what.addressed:
        return _about_request(uow, what, request)
    here = what.channel in uow.plant.channels.faults
    asks = grammar.parse(what.text).command == "ask"
    if here and what.thread_ts is None and (told := _finished(uow, what)) is not None:
        return told
    if here and what.thread_ts is None and not asks and not (what.addressed and grammar.parse(what.text).command):
        return _in_fault_channel(uow, what)
    counts = what.channel == uow.plant.channels.stores and grammar.parse(what.text).command == "arrived"
    return _to_the_bot(uow, what) if what.direct or what.addressed or counts or (asks and here) else NOTHING


def _finished(uow: UnitOfWork, what: Message) -> Answer | None:
    """Take what somebody says of a job by its number in the channel: that it is finished, and how."""
    if not _JOB.match(what.text) or grammar.parse(what.text).command:
        return None
    try:
        uow.actor = people.known(uow, what.by)
    except Stranger:
        return None
    return proposing.to_the_bot(uow, Heard(what.text, what.channel, what.addressed))


def _in_fault_channel(uow: UnitOfWork, what: Message) -> Answer:
    """Take a report; talk stays without an answer, unless it was said to the bot by name."""
    uow.actor = people.reporter(uow, what.by)
    told = faults.message(uow, what)
    known = work_orders.by_thread(uow, what.channel, what.ts) or request_cards.by_thread(uow, what.channel, what.ts)
    return told if not what.addressed or known is not None else questions.help_for(uow)


def _about_request(uow: UnitOfWork, what: Message, request: Request) -> Answer:
    """Take what is said in a request's conversation: an answer to a question, or more of what was reported."""
    uow.actor = people.reporter(uow, what.by)
    if requests.told_more(uow, requests.locked_request(uow, request.id), what.text):
        return Answer(private=f"Thank you. It is written down with {request.number}.")
    return NOTHING


def _to_the_bot(uow: UnitOfWork, what: Message) -> Answer:
    sentence = grammar.parse(what.text)
    tells = not sentence.command and (wording.impact_of(what.text) is not None or bool(what.files))
    reports = tells or sentence.command == "report"
    uow.actor = people.reporter(uow, what.by) if reports else people.known(uow, what.by)
    told = None if sentence.command else proposing.to_the_bot(uow, Heard(what.text, what.channel))
    if told is None and what.files and reports:
        return faults.report(uow, sentence.rest, what.channel, what.files)
    told = told or _spoken(uow, what) or NOTHING
    for receipt in uow.all(Receipt, said_by_id=uow.actor.person_id, created_at=uow.now) if what.files else ():
        keeping.fetch(uow, receipt.number, what.files)
    return told


def photos(uow: UnitOfWork, what: Message) -> Answer:
    """Keep what was posted later in a work order's thread; a happening of its own, whatever becomes of the words."""
    order = work_orders.by_thread(uow, what.channel, what.thread_ts or "")
    if order is not None:
        uow.actor = people.reporter(uow, what.by)
        keeping.fetch(uow, order.number, what.files)
        checklists.photo_posted(uow, order, what.files)
        return NOTHING
    request = request_cards.by_thread(uow, what.channel, what.thread_ts or "")
    if request is not None:
        uow.actor = people.reporter(uow, what.by)
        keeping.fetch(uow, request.number, what.files)
        return NOTHING
    number = _receipt(uow, what)
    if number:
        uow.actor = people.known(uow, what.by)
        keeping.fetch(uow, number, what.files)
    return NOTHING


def _receipt(uow: UnitOfWork, what: Message) -> str:
    """Return the number of the receipt in whose thread something was posted, empty when it was none."""
    card = cards.stands_at(uow, what.channel, what.thread_ts or "")
    kind, _, number = (card.key if card is not None else "").partition(":")
    found = uow.find(Receipt, id=int(number)) if kind == "gr" and is_id(number) else None
    return found.number if found is not None else ""


def _in_thread(uow: UnitOfWork, what: Message) -> Answer:
    """Do what a known person says; other talk is left alone."""
    to_the_bot = what.addressed or what.direct
    try:
        uow.actor = people.known(uow, what.by)
    except Stranger:
        if to_the_bot:
            raise
        return NOTHING
    asks = to_the_bot and grammar.parse(what.text).command in ASKING
    order = work_orders.by_thread(uow, what.channel, what.thread_ts or "")
    told = (
        sentences.asked(uow, what.by, what.channel, what.text, what.key, thread=order) if asks else _spoken(uow, what)
    )
    if told is None and order is not None:
        told = proposing.heard(uow, order, Heard(what.text, what.channel, to_the_bot))
    if told is None:
        return questions.help_for(uow) if to_the_bot else NOTHING
    return told


def _spoken(uow: UnitOfWork, what: Message) -> Answer | None:
    return sentences.spoken(uow, what.by, what.channel, what.thread_ts, what.text, what.key)
