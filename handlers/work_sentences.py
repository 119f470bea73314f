"""What people type about a work order: which one is meant, and the same steps that its buttons take."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import templates
from handlers import (
    asking,
    assigning,
    closing,
    completing,
    correcting,
    crew_sentences,
    finding,
    grammar,
    holds,
    job_sentences,
    needs,
    order_sentences,
    parts,
    proposing,
    questions,
    work_order_costs,
)
from handlers.grammar import Sentence
from handlers.happenings import NOTHING, Answer, Click
from handlers.ids import value
from handlers.typed_parts import part_named
from handlers.work_order_cards import short_number
from handlers.work_order_steps import locked
from orders.durations import leading_minutes
from orders.errors import QuantityUnclear, Refusal, Unlawful
from orders.units import measured, quantity_of
from orders.work_orders import WorkOrderState
from storage.tables import Part, WorkOrder
from storage.unit_of_work import UnitOfWork

_QUANTITY = re.compile(
    r"(?P<quantity>\d+(?:[.,]\d+)?)\s*(?:x\s+|x(?=\d)|\s)\s*(?P<part>\S.*)", re.IGNORECASE | re.DOTALL
)
_BECAUSE = order_sentences.BECAUSE


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence with what it stands on: who wrote where, in which work order's thread, and whether a form can open."""

    sentence: Sentence
    by: str
    channel: str
    key: str
    thread: WorkOrder | None = None
    forms: bool = False


Handler = Callable[[UnitOfWork, Said], Answer]


def meant(uow: UnitOfWork, said: Said, *states: WorkOrderState) -> WorkOrder:
    """Return, locked, the work order that is meant: by number, by its thread, or the only one that it can be."""
    if said.sentence.target:
        return locked(uow, finding.work_order(uow, said.sentence.target).id)
    if said.thread is not None:
        return locked(uow, said.thread.id)
    mine = [order for order in questions.my_jobs(uow) if not states or order.state in states]
    if len(mine) == 1:
        return locked(uow, mine[0].id)
    word = said.sentence.written.lower()
    yours = ", ".join(short_number(order.number) for order in mine) or "none; `mine` shows all"
    raise Unlawful(why=f"Say which work order you mean, for instance `{word} 412`. Yours: {yours}.")


def done_so(uow: UnitOfWork, said: Said, told: Answer, words: str) -> Answer:  # noqa: ARG001  # alike everywhere
    """Add a short word for whoever typed away from the thread, where the line is not seen."""
    silent = said.thread is not None or told != NOTHING
    return told if silent else Answer(private=templates.Mrkdwn.escape(words))


def about_crew(name: str, uow: UnitOfWork, said: Said) -> Answer:
    """Do what somebody typed about the people of a job; who stops without a number stops where the timer runs."""
    act, words = crew_sentences.HANDLERS[name]
    running = None if said.sentence.target or said.thread else crew_sentences.timed_order(uow)
    order = locked(uow, running) if running and name == "stop" else meant(uow, said)
    return done_so(uow, said, act(uow, order, _BECAUSE.sub("", said.sentence.rest)), words)


def _take(uow: UnitOfWork, said: Said) -> Answer:
    return done_so(uow, said, assigning.take_order(uow, meant(uow, said)), "You have it.")


def _start(uow: UnitOfWork, said: Said) -> Answer:
    order = meant(uow, said, WorkOrderState.READY, WorkOrderState.SCHEDULED)
    return done_so(uow, said, assigning.start_order(uow, order), "Started.")


def _hold(uow: UnitOfWork, said: Said) -> Answer:
    order = meant(uow, said, WorkOrderState.IN_PROGRESS)
    if not said.sentence.rest:
        return holds.hold(uow, _click(said, order))
    return done_so(uow, said, holds.hold_typed(uow, order, said.sentence.rest), f"{order.number} waits.")


def _resume(uow: UnitOfWork, said: Said) -> Answer:
    order = meant(uow, said, WorkOrderState.IN_PROGRESS)
    reason = _BECAUSE.sub("", said.sentence.rest)
    told = holds.resume_typed(uow, order, reason) if reason else holds.resume(uow, _click(said, order))
    return done_so(uow, said, told, f"{order.number} goes on.")


def _done(uow: UnitOfWork, said: Said) -> Answer:
    order = meant(uow, said, WorkOrderState.IN_PROGRESS)
    read = leading_minutes(said.sentence.rest.lower())
    if read is not None:
        minutes, words = read[0], said.sentence.rest[len(said.sentence.rest) - len(read[1]) :]
        told = completing.complete_typed(uow, order, minutes, words)
        if told is not None:
            return done_so(uow, said, told, f"{order.number} is done.")
    if said.sentence.rest and (proposed := proposing.typed(uow, order, said.channel, said.sentence.rest)) is not None:
        return NOTHING if said.thread is not None else proposed
    return Answer(modal=completing.form(uow, order, minutes=read[0] if read else None))


def _close(uow: UnitOfWork, said: Said) -> Answer:
    ended = order_sentences.ended(uow, said.sentence)
    if ended is not None:
        return ended
    order = meant(uow, said)
    return done_so(uow, said, closing.close_order(uow, order), f"{order.number} is closed.")


def _reopen(uow: UnitOfWork, said: Said) -> Answer:
    ended = order_sentences.ended(uow, said.sentence)
    if ended is not None:
        return ended
    order, reason = meant(uow, said), _BECAUSE.sub("", said.sentence.rest)
    told = closing.reopen_order(uow, order, reason) if reason else closing.reopen(uow, _click(said, order))
    return done_so(uow, said, told, f"{order.number} is open again.")


def _cancel(uow: UnitOfWork, said: Said) -> Answer:
    ended = order_sentences.ended(uow, said.sentence)
    if ended is not None:
        return ended
    order, reason = meant(uow, said), _BECAUSE.sub("", said.sentence.rest)
    told = closing.cancel_order(uow, order, reason) if reason else closing.cancel(uow, _click(said, order))
    return done_so(uow, said, told, f"{order.number} is cancelled.")


def _assign(uow: UnitOfWork, said: Said) -> Answer:
    order = meant(uow, said)
    if not said.sentence.rest:
        return assigning.assign(uow, _click(said, order))
    return done_so(uow, said, assigning.assign_typed(uow, order, said.sentence.rest), "Assigned.")


def _part(uow: UnitOfWork, said: Said) -> Answer:
    order = meant(uow, said)
    if not said.sentence.rest:
        return parts.need_part(uow, _click(said, order))
    part, quantity = _typed_part(uow, said)
    parts.need(uow, order.id, part.id, quantity)
    return done_so(uow, said, NOTHING, f"{measured(quantity, part.unit)} {part.name} asked for {order.number}.")


def _need(uow: UnitOfWork, said: Said) -> Answer:
    """Take a part for the work order whose thread or number it stands in; anywhere else it is a need of its own."""
    if said.thread is not None or re.search(r"\bwo-?\d", said.sentence.rest, re.IGNORECASE):
        sentence = grammar.parse(f"part {said.sentence.rest}", thread=_short(said))
        return _part(uow, replace(said, sentence=replace(sentence, written=said.sentence.written)))
    return asking.typed(uow, said.sentence.rest)


def _issue(uow: UnitOfWork, said: Said) -> Answer:
    if _is_need(said):
        return needs.from_stock_named(uow, said.sentence.target)
    order = meant(uow, said)
    if not said.sentence.rest:
        return parts.issue_part(uow, _click(said, order))
    part, quantity = _typed_part(uow, said)
    parts.issue(uow, order.id, part.id, quantity)
    return done_so(uow, said, NOTHING, f"{measured(quantity, part.unit)} {part.name} taken out.")


def _is_need(said: Said) -> bool:
    """Say whether a typed number is that of a requisition."""
    return said.sentence.target.upper().startswith("PR")


def _short(said: Said) -> str | None:
    return short_number(said.thread.number) if said.thread is not None else None


def _return(uow: UnitOfWork, said: Said) -> Answer:
    ended = order_sentences.ended(uow, said.sentence)
    if ended is not None:
        return ended
    order = meant(uow, said)
    part, quantity = _typed_part(uow, said)
    parts.bring_back(uow, order.id, part.id, quantity)
    return done_so(uow, said, NOTHING, f"{measured(quantity, part.unit)} {part.name} brought back.")


def _typed_part(uow: UnitOfWork, said: Said) -> tuple[Part, int]:
    """Read ``2 seal 45`` or ``2 m hose`` as a part and its quantity in thousandths; raises a refusal."""
    written = said.sentence.rest
    if said.thread is not None and not said.sentence.target:
        _check_no_other_job(uow, said)
    found = _QUANTITY.fullmatch(written.strip())
    if found is None:
        raise QuantityUnclear(written=written[:60], most="100000 before the part, for instance `2 seal 45`")
    part = part_named(uow, found["part"])
    return part, quantity_of(found["quantity"], part.unit, most=parts.MOST)


def _check_no_other_job(uow: UnitOfWork, said: Said) -> None:
    """Refuse ``413 2 seal 45`` in another job's thread, where 413 may be a job as well as a quantity."""
    number, _, rest = said.sentence.rest.strip().partition(" ")
    found = _QUANTITY.fullmatch(rest.strip())
    if not number.isdecimal() or found is None:
        return
    try:
        part_named(uow, found["part"])
    except Refusal:
        return
    word = said.sentence.written.lower()
    raise Unlawful(
        why=f"Is {number} a job or a quantity? Write `{word} WO-{number} {rest}`, or `{word} {number} x {rest}`."
    )


def _log(uow: UnitOfWork, said: Said) -> Answer:
    order = meant(uow, said, WorkOrderState.IN_PROGRESS, WorkOrderState.SCHEDULED)
    read = leading_minutes(said.sentence.rest.lower())
    if read is None or not read[0]:
        return completing.log_time(uow, _click(said, order))
    return done_so(uow, said, completing.log_typed(uow, order, read[0], read[1]), "Written down.")


def _about_job(name: str, uow: UnitOfWork, said: Said) -> Answer:
    about = job_sentences.HANDLERS[name]
    told = about.act(uow, meant(uow, said, *about.states), said.sentence.rest)
    return done_so(uow, said, told, about.words)


def _cost(uow: UnitOfWork, said: Said) -> Answer:
    order = meant(uow, said)
    return work_order_costs.typed(uow, order, said.sentence.rest)


def _correct(uow: UnitOfWork, said: Said) -> Answer:
    return correcting.correct(uow, _click(said, meant(uow, said)))


def _click(said: Said, order: WorkOrder) -> Click:
    return Click(said.key, said.by, "", value(order.id), said.channel)


HANDLERS: dict[str, Handler] = {
    **{name: partial(_about_job, name) for name in job_sentences.HANDLERS},
    **{name: partial(about_crew, name) for name in crew_sentences.HANDLERS},
    "take": _take, "start": _start, "hold": _hold, "resume": _resume, "done": _done, "close": _close, "reopen": _reopen, "cancel": _cancel,
    "assign": _assign, "part": _part, "need": _need, "issue": _issue, "return": _return, "log": _log, "cost": _cost, "correct": _correct,
}  # fmt: skip
"""What each command about a work order does."""
