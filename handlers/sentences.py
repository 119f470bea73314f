"""What people type, wherever they type it: one grammar, dispatched to the same functions that the buttons use."""

from dataclasses import replace
from functools import partial
from typing import Any

import templates
from handlers import (
    absences,
    agreement_life,
    approvals,
    asset_history,
    budget_reports,
    call_offs,
    faults,
    finding,
    grammar,
    invoice_deeds,
    job_sentences,
    lots,
    maintenance_plans,
    maintenance_reports,
    need_lists,
    on_shift,
    order_sentences,
    people,
    plain_questions,
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
    work_sentences,
)
from handlers.form_buttons import OPENED_BY
from handlers.happenings import Answer, Command
from handlers.ids import value
from handlers.work_order_cards import by_thread, short_number
from handlers.work_sentences import Handler, Said, about_crew, done_so, meant
from orders.errors import NotKnown, Unlawful
from storage.tables import Requisition, WorkOrder
from storage.unit_of_work import UnitOfWork


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


def _report(uow: UnitOfWork, said: Said) -> Answer:
    rest = said.sentence.rest
    told = budget_reports.report(uow, rest.strip().lower()) or asset_history.report(uow, rest)
    told = told or maintenance_reports.report(uow, rest)
    return told or faults.report(uow, rest, said.channel)


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
    order = meant(uow, said)
    return [row for row in uow.all(Requisition, work_order_id=order.id) if row.state == "open"]


def _shift(uow: UnitOfWork, said: Said) -> Answer:
    if not on_shift.asks(said.sentence.written, said.sentence.rest):
        return plain_questions.not_understood(f"{said.sentence.written} {said.sentence.rest}")
    return on_shift.typed(uow, said.sentence.rest)


def _help(uow: UnitOfWork, said: Said) -> Answer:
    """Explain a word; with a work order's number behind it, ``help 412`` is an offer to help."""
    sentence = grammar.parse(f"join {said.sentence.rest}")
    if grammar.is_number(said.sentence.rest.split(" ")[0]) and sentence.target:
        return about_crew("join", uow, replace(said, sentence=sentence))
    return questions.help_for(uow, said.sentence.rest)


def _about_order(name: str, uow: UnitOfWork, said: Said) -> Answer:
    if name in job_sentences.DECIDED and said.sentence.target.upper().startswith("WO"):
        return done_so(uow, said, job_sentences.DECIDED[name](uow, meant(uow, said), said.sentence.rest), "Noted.")
    return order_sentences.HANDLERS[name](uow, said.sentence)


HANDLERS: dict[str, Handler] = {
    **{name: partial(_about_order, name) for name in order_sentences.HANDLERS},
    **work_sentences.HANDLERS,
    "report": _report, "request": _request,
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
    "shift": _shift,
    "help": _help,
    "digest": lambda uow, said: work_digests.typed(uow, said.sentence.rest),
    "ask": lambda uow, said: plain_questions.typed(uow, said.sentence.rest, said.thread),
}  # fmt: skip
"""What each command does."""
