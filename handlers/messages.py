"""Where a message belongs: a direct word to the bot, a word in a work order's thread, or a new fault."""

from handlers import faults, people, sentences, watermarks, work_orders
from handlers.happenings import NOTHING, Answer, Message
from orders.errors import Stranger
from storage.unit_of_work import UnitOfWork


def message(uow: UnitOfWork, what: Message) -> Answer:
    """Hand a message to whoever it is for; what is for nobody stays without an answer."""
    if what.channel in uow.plant.channels.faults:
        watermarks.seen(uow, what.channel, what.ts)
    if what.direct or what.addressed:
        uow.actor = people.known(uow, what.by)
        return sentences.spoken(uow, what.by, what.channel, what.thread_ts, what.text, what.key) or NOTHING
    if what.thread_ts is not None:
        return _in_thread(uow, what)
    if what.channel in uow.plant.channels.faults:
        uow.actor = people.reporter(uow, what.by)
        return faults.message(uow, what)
    return NOTHING


def _in_thread(uow: UnitOfWork, what: Message) -> Answer:
    if work_orders.by_thread(uow, what.channel, what.thread_ts or "") is None:
        return NOTHING
    try:
        uow.actor = people.known(uow, what.by)
    except Stranger:
        return NOTHING
    return sentences.spoken(uow, what.by, what.channel, what.thread_ts, what.text, what.key) or NOTHING
