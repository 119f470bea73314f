"""Completion by one sentence: what somebody says in a job's thread is proposed on one card, and written by one click."""

import json
import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import templates
from handlers import (
    assigning,
    completing,
    failure_lists,
    finding,
    ids,
    people,
    proposals,
    questions,
    reordering,
    typed_parts,
)
from handlers.completing import Conclusion
from handlers.completion_guesses import guess, known, remedy_words, values
from handlers.done_sentence import MOST_READ, Known, read
from handlers.happenings import NOTHING, Answer, Click, Submission
from handlers.ids import Action, Callback, value
from handlers.work_order_cards import content, line, short_number, thread_of
from handlers.work_order_steps import Table, check, check_holder, locked
from orders.errors import AlreadyDone, NotYours, OldCard, Refusal, Unlawful
from orders.people import Role
from orders.units import quantity_text
from orders.work_orders import OPEN, WorkOrderEvent, WorkOrderState
from storage import cards
from storage.cards import Place
from storage.tables import CompletionProposal, Part, Person, WorkOrder
from storage.unit_of_work import Note, UnitOfWork

NOT_BEGUN = {WorkOrderState.READY, WorkOrderState.SCHEDULED}
_NUMBER = re.compile(
    r"(?:\bwo[\s#-]*|#)(\d[\d-]*)\b[\s,:;-]*|^\s*(\d{1,6})\b(?!\s*(?:x|min|m|h|std)\b)[\s,:;-]+", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Heard:
    """Something that was said: the words, where, whether in a direct message, and whether it was said to the bot."""

    text: str
    channel: str = ""
    addressed: bool = False

    @property
    def direct(self) -> bool:
        """Say whether nobody else reads it."""
        return self.channel.startswith("D")


def heard(uow: UnitOfWork, order: WorkOrder, what: Heard) -> Answer | None:
    """Propose what a sentence about finished work tells; None for talk, and for people who could not end this job."""
    if uow.actor.person_id is None or WorkOrderState(order.state) not in OPEN:
        return None
    if read(what.text, Known(uow.now.astimezone(uow.plant.zone)), addressed=True) is None:
        # Most of what is said in a thread is talk, and costs no look at parts and times.
        return None
    reading = read(what.text, known(uow, order), addressed=what.addressed)
    if reading is None:
        return None
    order = locked(uow, order.id)
    try:
        _check_may(uow, order)
    except Refusal:
        if what.addressed:
            raise
        return None
    return _propose(uow, order, what, values(uow, order, reading))


def _check_may(uow: UnitOfWork, order: WorkOrder) -> None:
    begun = WorkOrderState(order.state) not in NOT_BEGUN
    check(uow, order, WorkOrderEvent.COMPLETE if begun else WorkOrderEvent.START)
    check_holder(uow, order)


def _propose(uow: UnitOfWork, order: WorkOrder, what: Heard, read_out: dict[str, Any]) -> Answer:
    proposals.overtake(uow, order, uow.actor.person_id)
    number = uow.add(
        CompletionProposal, work_order_id=order.id, person_id=uow.actor.person_id, said=what.text.strip()[:MOST_READ],
        made_at=uow.now, state=proposals.OPEN, **read_out,
    )  # fmt: skip
    place = Place(what.channel) if what.direct else thread_of(uow, order)
    _show(uow, order, uow.get(CompletionProposal, number), place)
    return NOTHING


def _show(uow: UnitOfWork, order: WorkOrder, proposal: CompletionProposal, place: Place) -> None:
    """Show what a proposal comes to now, and remember what was shown."""
    found = guess(uow, order, proposal)
    uow.change(CompletionProposal, proposal.id, shown=found.digest)
    told: dict[str, Any] = {
        "number": order.number, "title": order.title, "said": proposal.said, "guess": found, "value": value(order.id, proposal.id),
        "who": uow.get(Person, proposal.person_id).name, "stood": order.down_from is not None and order.down_until is None,
    }  # fmt: skip
    cards.show(uow, proposals.card_key(proposal), order.number, place, content(templates.card("completion", **told)))


def to_the_bot(uow: UnitOfWork, what: Heard) -> Answer | None:
    """Take a sentence that stands in no job's thread: by the number in it, else for the only job that somebody works on."""
    found = _NUMBER.search(what.text)
    order = finding.numbered(uow, WorkOrder, "work_order", found[1] or found[2]) if found is not None else None
    if order is not None and found is not None:
        left = f"{what.text[: found.start()]} {what.text[found.end() :]}"
        return heard(uow, order, Heard(left, what.channel, addressed=True))
    return _for_mine(uow, what)


def _for_mine(uow: UnitOfWork, what: Heard) -> Answer | None:
    """Take a sentence for the only job of whoever says it; of several it is asked which."""
    mine = [order for order in questions.my_jobs(uow) if order.state in {*NOT_BEGUN, WorkOrderState.IN_PROGRESS}]
    begun = [order for order in mine if order.state == WorkOrderState.IN_PROGRESS] or mine
    if len(begun) == 1:
        return heard(uow, begun[0], what)
    if not any(read(what.text, known(uow, order)) for order in begun):
        return None
    numbers = ", ".join(short_number(order.number) for order in begun)
    raise Unlawful(why=f"Say which job that was: write its number before it ({numbers}), or write it into its thread.")


def typed(uow: UnitOfWork, order: WorkOrder, channel: str, text: str) -> Answer | None:
    """Propose what stands behind the typed word *done*; None when it tells nothing."""
    told = heard(uow, order, Heard(text, channel, addressed=True))
    if told is None or channel.startswith("D"):
        return told
    return Answer(private=f"I have read it: one click in the thread of {order.number} writes it.")


def _opened(uow: UnitOfWork, carried: str) -> tuple[WorkOrder, CompletionProposal]:
    """Return, locked, the work order and the proposal that a button carries, as long as nobody decided."""
    number, proposal_id = ids.numbers(carried, 2)
    order = locked(uow, number)
    proposal = uow.find(CompletionProposal, id=proposal_id, work_order_id=order.id)
    if proposal is None:
        raise OldCard
    if proposal.state != proposals.OPEN:
        who, when = (
            people.name(uow, proposal.decided_by_id),
            (proposal.decided_at or uow.now).astimezone(uow.plant.zone),
        )
        words = {proposals.CONFIRMED: "Already written down", proposals.DISMISSED: "Set aside"}
        raise AlreadyDone(
            what=words.get(proposal.state, "Overtaken"), who=who, when=f"{when:%H:%M}", subject=order.number
        )
    return order, proposal


def _check_decides(uow: UnitOfWork, order: WorkOrder, proposal: CompletionProposal) -> None:
    if uow.actor.person_id not in {proposal.person_id, order.responsible_id} and not uow.actor.has(Role.SUPERVISOR):
        who = people.name(uow, proposal.person_id)
        raise NotYours(
            roles="whoever said it, or a supervisor,", what="confirm this", who=f"{who} can.", subject=order.number
        )
    _check_may(uow, order)


def confirm(uow: UnitOfWork, what: Click) -> Answer:
    """Write down what the card shows; when that has changed since, the card shows it anew and nothing is written."""
    order, proposal = _opened(uow, what.value)
    _check_decides(uow, order, proposal)
    found = guess(uow, order, proposal)
    if found.digest != proposal.shown:
        _show(uow, order, proposal, thread_of(uow, order))
        return Answer(
            private="Something has changed since. The card shows it as it is now: look once more, then press again."
        )
    if not found.ready or found.minutes is None:
        return correct(uow, what)
    asked = _begun(uow, order, found.minutes)
    if asked is not None:
        return asked
    words = _in_words(remedy_words(uow, proposal), proposal)
    mode, cause = found.codes
    said = Conclusion(mode, cause, words, found.minutes, proposal.made_at, found.taken, proposal.person_id)
    return _write(uow, order, proposal, (said, found.not_taken))


def _in_words(remedy: str, proposal: CompletionProposal) -> str:
    """Return what was done as it is kept: by the list, and in the words of whoever did it."""
    return ". ".join(filter(None, [remedy, f"“{proposal.said}”"]))


def _begun(uow: UnitOfWork, order: WorkOrder, minutes: int) -> Answer | None:
    """Begin work that nobody had begun, so long ago as it took; an answer when the safety steps come first."""
    if WorkOrderState(order.state) not in NOT_BEGUN:
        return None
    asked = assigning.start_order(uow, order)
    if asked != NOTHING:
        return asked
    uow.change(WorkOrder, order.id, started_at=uow.now - timedelta(minutes=minutes))
    return None


def _write(
    uow: UnitOfWork, order: WorkOrder, proposal: CompletionProposal, what: tuple[Conclusion, tuple[str, ...]]
) -> Answer:
    conclusion, not_taken = what
    order = locked(uow, order.id)
    completing.check_end(uow, order)
    uow.audit(Note(order.number, "confirmed", after={"proposal": proposal.id}, words=proposal.said))
    proposals.settle(uow, order, proposal, proposals.CONFIRMED)
    told = completing.complete(uow, order, conclusion)
    for part_id, _ in conclusion.parts:
        reordering.after_movement(uow, part_id)
    for words in not_taken:
        _tell_store(uow, order, words)
    return told


def _tell_store(uow: UnitOfWork, order: WorkOrder, words: str) -> None:
    """Say what was used and could not be taken out, to the thread and to the store, so that somebody counts."""
    line(uow, order, "not_taken_out", parts=words)
    if uow.plant.channels.stores:
        said = templates.words("work_order_lines/not_taken_out", number=order.number, who=uow.actor.name, parts=words)
        cards.say(uow, order.number, Place(uow.plant.channels.stores), {"text": str(said)})


def dismiss(uow: UnitOfWork, what: Click) -> Answer:
    """Set a proposal aside: it was talk, or the work goes on."""
    order, proposal = _opened(uow, what.value)
    if uow.actor.person_id != proposal.person_id:
        check(uow, order, WorkOrderEvent.NEED_PARTS)
    proposals.settle(uow, order, proposal, proposals.DISMISSED)
    return NOTHING


def correct(uow: UnitOfWork, what: Click) -> Answer:
    """Open the form at the end of the work, filled in with what was read."""
    order, proposal = _opened(uow, what.value)
    _check_decides(uow, order, proposal)
    found = guess(uow, order, proposal)
    offered = completing.fields(uow, order)
    told = {
        "carried": what.value, "callback": Callback.CORRECT_DONE, "running": "", "mode": proposal.mode or offered["mode"],
        "causes": failure_lists.pairs(uow, order, "cause"), "cause": proposal.cause or None,
        "remedy": next(iter(proposal.remedies.split()), None), "parts_used": _parts_said(uow, proposal),
        "minutes": None if proposal.time_problem else found.minutes, "asks_parts": True,
    }  # fmt: skip
    return Answer(modal=templates.view("done_form", **{**offered, **told}))


def _parts_said(uow: UnitOfWork, proposal: CompletionProposal) -> str:
    """Write the parts that were said as the form takes them; what is not known stays as it was written."""
    lines = []
    for each in json.loads(proposal.parts):
        part = uow.get(Part, each["ids"][0]) if len(each["ids"]) == 1 else None
        many = each["quantity"]
        lines.append(typed_parts.listed(part, many) if part else f"{quantity_text(many)} x {each['written']}")
    return "\n".join(lines)


def corrected(uow: UnitOfWork, what: Submission) -> Answer:
    """Write down what was put right in the form."""
    order, proposal = _opened(uow, what.private)
    _check_decides(uow, order, proposal)
    conclusion, errors = completing.read(uow, order, what, proposal.person_id)
    if conclusion is None:
        return Answer(errors=errors)
    if _begun(uow, order, conclusion.minutes) is not None:
        return Answer(
            errors={
                "minutes": "Press Start on the job's card first, and confirm the safety steps. Your words are kept."
            }
        )
    words = _in_words(conclusion.remedy, proposal)
    said = replace(conclusion, remedy=words, runs_since=proposal.made_at)
    return _write(uow, order, proposal, (said, ()))


CLICKS: Table = {Action.DONE_CONFIRM: confirm, Action.DONE_CORRECT: correct, Action.DONE_DISMISS: dismiss}
SUBMISSIONS: Table = {Callback.CORRECT_DONE: corrected}
