"""What people type, wherever they type it: one grammar, dispatched to the same functions that the buttons use."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import templates
from handlers import (
    absences,
    agreement_life,
    approvals,
    asking,
    asset_history,
    assigning,
    budget_reports,
    call_offs,
    closing,
    completing,
    correcting,
    crew_sentences,
    faults,
    finding,
    grammar,
    holds,
    invoice_deeds,
    job_sentences,
    lots,
    maintenance_plans,
    maintenance_reports,
    need_lists,
    needs,
    on_shift,
    order_sentences,
    parts,
    people,
    plain_questions,
    proposing,
    purchase_orders,
    question_shapes,
    questions,
    readings,
    receipt_sentences,
    scorecards,
    stock_counts,
    transfers,
    triage,
    visits,
    wording,
    work_digests,
    work_order_costs,
)
from handlers.form_buttons import OPENED_BY
from handlers.grammar import Sentence
from handlers.happenings import NOTHING, Answer, Click, Command
from handlers.ids import value
from handlers.typed_parts import part_named
from handlers.work_order_cards import by_thread, short_number
from handlers.work_order_steps import locked
from orders.durations import leading_minutes
from orders.errors import NotKnown, QuantityUnclear, Refusal, Unlawful
from orders.units import measured, quantity_of
from orders.work_orders import WorkOrderState
from storage.tables import Part, Requisition, WorkOrder
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


def command(uow: UnitOfWork, what: Command) -> Answer:
    """Answer the slash command; ``/fault`` is ``report``, and anybody may report."""
    text = f"report {what.text}" if what.word == "/fault" else (what.text.strip() or "help")
    sentence = grammar.parse(text)
    if sentence.command == "report":
        uow.actor = people.reporter(uow, what.by)
    else:
        uow.actor = people.known(uow, what.by)
        _check_channel(uow, what.channel)
    return _answered(uow, Said(sentence, what.by, what.channel, what.key, forms=True))


def _check_channel(uow: UnitOfWork, channel: str) -> None:
    """Refuse a command in a channel that is none of the plant's: what it shows is not for everybody there."""
    channels = uow.plant.channels
    ours = {*channels.faults, channels.stores, channels.purchasing, channels.planning}
    if channel.startswith("D") or channel in ours:
        return
    raise Unlawful(why="I do not answer in this channel. Write to me directly, or in the channel for faults.")


def spoken(uow: UnitOfWork, by: str, channel: str, thread_ts: str | None, text: str, key: str) -> Answer | None:  # noqa: PLR0917  # a message is these six
    """Answer a sentence in a thread, a direct message or to the bot's name; None when a thread's talk is not for the bot."""
    order = by_thread(uow, channel, thread_ts) if thread_ts else None
    sentence = grammar.parse(text, thread=short_number(order.number) if order else None)
    if order is not None and not grammar.meant_in_thread(sentence):
        return None
    said = Said(sentence, by, channel, key, order)
    if order is not None and sentence.command == "stock":
        return _if_known(uow, said)
    return _answered(uow, said)


def asked(
    uow: UnitOfWork, by: str, channel: str, text: str, key: str, *, thread: WorkOrder | None = None
) -> Answer:  # a message is these six
    """Answer a sentence that was said to the bot by name, wherever it stands."""
    return _answered(uow, Said(grammar.parse(text), by, channel, key, thread))


def _if_known(uow: UnitOfWork, said: Said) -> Answer | None:
    try:
        return _answered(uow, said)
    except NotKnown:
        return None


def _answered(uow: UnitOfWork, said: Said) -> Answer:
    sentence = said.sentence
    if sentence.command:
        told = HANDLERS[sentence.command](uow, said)
        return told if said.forms or told.modal is None else _with_button(told.modal)
    if not sentence.rest:
        return questions.help_for(uow)
    if wording.is_thanks(sentence.rest):
        return Answer(private="You are welcome.")
    if question_shapes.is_question(sentence.rest):
        return plain_questions.not_understood(sentence.rest)
    if not grammar.nearest(sentence.written) and wording.impact_of(sentence.rest) is not None:
        return faults.report(uow, sentence.rest, said.channel)
    return questions.unknown(uow, sentence.written)


def _with_button(form: dict[str, Any]) -> Answer:
    """Offer a form behind a button where a message cannot open it."""
    action, label, words = OPENED_BY[form["callback_id"]]
    carried = form.get("private_metadata") or value(0)
    card = templates.card("open_form", action=action, label=label, words=words, carried=carried)
    return Answer(private=card.text, blocks=card.blocks)


def _order(uow: UnitOfWork, said: Said, *states: WorkOrderState) -> WorkOrder:
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


def _report(uow: UnitOfWork, said: Said) -> Answer:
    rest = said.sentence.rest
    told = budget_reports.report(uow, rest.strip().lower()) or asset_history.report(uow, rest)
    told = told or maintenance_reports.report(uow, rest)
    return told or faults.report(uow, rest, said.channel)


def _take(uow: UnitOfWork, said: Said) -> Answer:
    return _done_so(uow, said, assigning.take_order(uow, _order(uow, said)), "You have it.")


def _start(uow: UnitOfWork, said: Said) -> Answer:
    order = _order(uow, said, WorkOrderState.READY, WorkOrderState.SCHEDULED)
    return _done_so(uow, said, assigning.start_order(uow, order), "Started.")


def _hold(uow: UnitOfWork, said: Said) -> Answer:
    order = _order(uow, said, WorkOrderState.IN_PROGRESS)
    if not said.sentence.rest:
        return holds.hold(uow, _click(said, order))
    return _done_so(uow, said, holds.hold_typed(uow, order, said.sentence.rest), f"{order.number} waits.")


def _resume(uow: UnitOfWork, said: Said) -> Answer:
    order = _order(uow, said, WorkOrderState.IN_PROGRESS)
    reason = _BECAUSE.sub("", said.sentence.rest)
    told = holds.resume_typed(uow, order, reason) if reason else holds.resume(uow, _click(said, order))
    return _done_so(uow, said, told, f"{order.number} goes on.")


def _done(uow: UnitOfWork, said: Said) -> Answer:
    order = _order(uow, said, WorkOrderState.IN_PROGRESS)
    read = leading_minutes(said.sentence.rest.lower())
    if read is not None:
        minutes, words = read[0], said.sentence.rest[len(said.sentence.rest) - len(read[1]) :]
        told = completing.complete_typed(uow, order, minutes, words)
        if told is not None:
            return _done_so(uow, said, told, f"{order.number} is done.")
    if said.sentence.rest and (proposed := proposing.typed(uow, order, said.channel, said.sentence.rest)) is not None:
        return NOTHING if said.thread is not None else proposed
    return Answer(modal=completing.form(uow, order, minutes=read[0] if read else None))


def _close(uow: UnitOfWork, said: Said) -> Answer:
    ended = order_sentences.ended(uow, said.sentence)
    if ended is not None:
        return ended
    order = _order(uow, said)
    return _done_so(uow, said, closing.close_order(uow, order), f"{order.number} is closed.")


def _reopen(uow: UnitOfWork, said: Said) -> Answer:
    ended = order_sentences.ended(uow, said.sentence)
    if ended is not None:
        return ended
    order, reason = _order(uow, said), _BECAUSE.sub("", said.sentence.rest)
    told = closing.reopen_order(uow, order, reason) if reason else closing.reopen(uow, _click(said, order))
    return _done_so(uow, said, told, f"{order.number} is open again.")


def _cancel(uow: UnitOfWork, said: Said) -> Answer:
    ended = order_sentences.ended(uow, said.sentence)
    if ended is not None:
        return ended
    order, reason = _order(uow, said), _BECAUSE.sub("", said.sentence.rest)
    told = closing.cancel_order(uow, order, reason) if reason else closing.cancel(uow, _click(said, order))
    return _done_so(uow, said, told, f"{order.number} is cancelled.")


def _assign(uow: UnitOfWork, said: Said) -> Answer:
    order = _order(uow, said)
    if not said.sentence.rest:
        return assigning.assign(uow, _click(said, order))
    return _done_so(uow, said, assigning.assign_typed(uow, order, said.sentence.rest), "Assigned.")


def _part(uow: UnitOfWork, said: Said) -> Answer:
    order = _order(uow, said)
    if not said.sentence.rest:
        return parts.need_part(uow, _click(said, order))
    part, quantity = _typed_part(uow, said)
    parts.need(uow, order.id, part.id, quantity)
    return _done_so(uow, said, NOTHING, f"{measured(quantity, part.unit)} {part.name} asked for {order.number}.")


def _is_need(said: Said) -> bool:
    """Say whether a typed number is that of a requisition."""
    return said.sentence.target.upper().startswith("PR")


def _short(said: Said) -> str | None:
    return short_number(said.thread.number) if said.thread is not None else None


def _need(uow: UnitOfWork, said: Said) -> Answer:
    """Take a part for the work order whose thread or number it stands in; anywhere else it is a need of its own."""
    if said.thread is not None or re.search(r"\bwo-?\d", said.sentence.rest, re.IGNORECASE):
        sentence = grammar.parse(f"part {said.sentence.rest}", thread=_short(said))
        return _part(uow, replace(said, sentence=replace(sentence, written=said.sentence.written)))
    return asking.typed(uow, said.sentence.rest)


def _issue(uow: UnitOfWork, said: Said) -> Answer:
    if _is_need(said):
        return needs.from_stock_named(uow, said.sentence.target)
    order = _order(uow, said)
    if not said.sentence.rest:
        return parts.issue_part(uow, _click(said, order))
    part, quantity = _typed_part(uow, said)
    parts.issue(uow, order.id, part.id, quantity)
    return _done_so(uow, said, NOTHING, f"{measured(quantity, part.unit)} {part.name} taken out.")


def _return(uow: UnitOfWork, said: Said) -> Answer:
    ended = order_sentences.ended(uow, said.sentence)
    if ended is not None:
        return ended
    order = _order(uow, said)
    part, quantity = _typed_part(uow, said)
    parts.bring_back(uow, order.id, part.id, quantity)
    return _done_so(uow, said, NOTHING, f"{measured(quantity, part.unit)} {part.name} brought back.")


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
    order = _order(uow, said, WorkOrderState.IN_PROGRESS, WorkOrderState.SCHEDULED)
    read = leading_minutes(said.sentence.rest.lower())
    if read is None or not read[0]:
        return completing.log_time(uow, _click(said, order))
    return _done_so(uow, said, completing.log_typed(uow, order, read[0], read[1]), "Written down.")


def _about_job(name: str, uow: UnitOfWork, said: Said) -> Answer:
    about = job_sentences.HANDLERS[name]
    told = about.act(uow, _order(uow, said, *about.states), said.sentence.rest)
    return _done_so(uow, said, told, about.words)


def _cost(uow: UnitOfWork, said: Said) -> Answer:
    order = _order(uow, said)
    return work_order_costs.typed(uow, order, said.sentence.rest)


def _correct(uow: UnitOfWork, said: Said) -> Answer:
    return correcting.correct(uow, _click(said, _order(uow, said)))


def _request(uow: UnitOfWork, said: Said) -> Answer:
    """Request a draft by its own number, by its requisition's, or by the work order that waits for it."""
    target = said.sentence.target
    if target.upper().startswith(("DR", "PO")):
        return approvals.request_named(uow, target)
    wanted = _needs(uow, said)
    orders = list(dict.fromkeys(purchase_orders.order_behind(uow, row.id) for row in wanted))
    if len(orders) == 1:
        return approvals.submit(uow, orders[0])
    numbers = " or ".join(f"`request {row.number}`" for row in wanted)
    raise Unlawful(why=f"Say which one: {numbers}." if wanted else "Nothing waits to be requested here.")


def _needs(uow: UnitOfWork, said: Said) -> list[Requisition]:
    """Return the open needs that a typed number or a thread points to."""
    if said.sentence.target.upper().startswith("PR"):
        found = finding.numbered(uow, Requisition, "requisition", said.sentence.target)
        if found is None:
            raise NotKnown(kind="requisition", written=said.sentence.target, hint="Write it as on the card.")
        return [found]
    order = _order(uow, said)
    return [row for row in uow.all(Requisition, work_order_id=order.id) if row.state == "open"]


def _about_crew(name: str, uow: UnitOfWork, said: Said) -> Answer:
    act, words = crew_sentences.HANDLERS[name]
    running = None if said.sentence.target or said.thread else crew_sentences.timed_order(uow)
    order = locked(uow, running) if running and name == "stop" else _order(uow, said)
    return _done_so(uow, said, act(uow, order, _BECAUSE.sub("", said.sentence.rest)), words)


def _shift(uow: UnitOfWork, said: Said) -> Answer:
    if not on_shift.asks(said.sentence.written, said.sentence.rest):
        return plain_questions.not_understood(f"{said.sentence.written} {said.sentence.rest}")
    return on_shift.typed(uow, said.sentence.rest)


def _help(uow: UnitOfWork, said: Said) -> Answer:
    """Explain a word; with a work order's number behind it, ``help 412`` is an offer to help."""
    sentence = grammar.parse(f"join {said.sentence.rest}")
    if grammar.is_number(said.sentence.rest.split(" ")[0]) and sentence.target:
        return _about_crew("join", uow, replace(said, sentence=sentence))
    return questions.help_for(uow, said.sentence.rest)


def _click(said: Said, order: WorkOrder) -> Click:
    return Click(said.key, said.by, "", value(order.id), said.channel)


def _done_so(uow: UnitOfWork, said: Said, told: Answer, words: str) -> Answer:  # noqa: ARG001  # alike everywhere
    """Add a short word for whoever typed away from the thread, where the line is not seen."""
    silent = said.thread is not None or told != NOTHING
    return told if silent else Answer(private=templates.Mrkdwn.escape(words))


def _about_order(name: str, uow: UnitOfWork, said: Said) -> Answer:
    if name in job_sentences.DECIDED and said.sentence.target.upper().startswith("WO"):
        return _done_so(uow, said, job_sentences.DECIDED[name](uow, _order(uow, said), said.sentence.rest), "Noted.")
    return order_sentences.HANDLERS[name](uow, said.sentence)


HANDLERS: dict[str, Handler] = {
    **{name: partial(_about_order, name) for name in order_sentences.HANDLERS},
    **{name: partial(_about_job, name) for name in job_sentences.HANDLERS},
    "report": _report, "take": _take, "start": _start, "hold": _hold, "resume": _resume, "done": _done, "close": _close,
    "reopen": _reopen, "cancel": _cancel, "assign": _assign, "part": _part, "need": _need, "issue": _issue, "return": _return, "log": _log, "cost": _cost,
    "correct": _correct, "request": _request,
    "away": lambda uow, said: absences.typed(uow, said.sentence.rest),
    "back": lambda uow, said: absences.back_typed(uow, said.sentence.rest) or questions.unknown(uow, "back"),
    "where": lambda uow, said: questions.where(uow, said.sentence.rest),
    "stock": lambda uow, said: questions.stock(uow, said.sentence.rest),
    "move": lambda uow, said: transfers.typed(uow, said.sentence.rest), "stocktake": lambda uow, said: stock_counts.typed(uow, said.sentence.rest),
    "budget": lambda uow, said: budget_reports.typed(uow, said.sentence.rest),
    "needs": lambda uow, said: need_lists.listed(uow, said.sentence.rest),
    "mine": lambda uow, said: questions.mine(uow),  # noqa: ARG005  # a table of alike handlers
    "waiting": lambda uow, said: questions.waiting(uow),  # noqa: ARG005  # see above
    "asset": lambda uow, said: questions.asset(uow, said.sentence.rest),
    "invoice": lambda uow, said: invoice_deeds.typed(uow, said.sentence.rest),
    "invoices": lambda uow, said: invoice_deeds.typed(uow, ""),  # noqa: ARG005  # see above
    "agreements": lambda uow, said: agreement_life.listed(uow, said.sentence.rest),
    "arrived": lambda uow, said: receipt_sentences.said(
        uow, order_sentences.document(said.sentence), said.sentence.rest, said.thread.id if said.thread is not None else None
    ),
    "lot": lambda uow, said: lots.typed(uow, said.sentence.rest),
    "supplier": lambda uow, said: scorecards.typed(uow, said.sentence.rest),
    "outside": lambda uow, said: visits.typed(uow, said.sentence.target, said.sentence.rest),
    "release": lambda uow, said: call_offs.typed(uow, order_sentences.document(said.sentence), said.sentence.rest, said.thread),
    "requests": lambda uow, said: triage.typed(uow, said.sentence.rest), "plans": lambda uow, said: maintenance_plans.listed(uow, said.sentence.rest), "plan": lambda uow, said: maintenance_plans.typed(uow, said.sentence.rest),
    "reading": lambda uow, said: readings.typed(uow, said.sentence.rest),
    **{name: partial(_about_crew, name) for name in crew_sentences.HANDLERS},
    "shift": _shift,
    "help": _help,
    "digest": lambda uow, said: work_digests.typed(uow, said.sentence.rest),
    "ask": lambda uow, said: plain_questions.typed(uow, said.sentence.rest, said.thread),
}  # fmt: skip
"""What each command does."""
