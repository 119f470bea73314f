"""What a sentence about finished work comes to: its parts found in the store, its guesses in words, and what is doubtful about them."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from handlers import completing, failure_lists, finding, issuing
from handlers.done_parts import KnownPart, PartSaid
from handlers.done_sentence import Known, Reading
from handlers.work_order_cards import running_times
from orders.durations import MOST_AT_ONCE, spoken_minutes
from orders.errors import NotKnown, Refusal
from orders.stock import MovementKind
from orders.units import measured, whole_where_due
from orders.work_orders import TaskType
from storage.tables import CompletionProposal, Part, Person, StockMovement, WorkOrder, WorkOrderPart
from storage.unit_of_work import UnitOfWork, table

_ORDERS, _MOVES = table(WorkOrder), table(StockMovement)
USUAL_PARTS, NAMED = 12, 3
REPAIRS = {TaskType.REPAIR, TaskType.EMERGENCY}
FROM = {"report": "read from the report", "usual": "usual here", "order": "written before"}
PROBLEMS = {
    "negative": "A time cannot be below nothing. Put it right, or write the sentence again.",
    "too_long": "That is more than 24 h in one go. Write longer work day by day, with Log time.",
    "future": "That time is still to come. Put it right, or say it again when it is over.",
    "below": "That is less than what is written down already.",
    "missing": "How long did it take? Put it right, or write for instance “40 min”.",
}


@dataclass(frozen=True, slots=True)
class Guess:
    """What a proposal comes to right now: facts in words for its card, and what a yes would write."""

    mode: str
    cause: str
    remedy: str
    time: str
    minutes: int | None
    parts: tuple[str, ...] = ()
    taken: tuple[tuple[int, int], ...] = ()
    """What a yes takes out of the store: part ids and thousandths."""
    not_taken: tuple[str, ...] = ()
    """What was used and cannot be taken out: more than the store has."""
    doubts: tuple[str, ...] = ()
    still_kept: tuple[str, ...] = ()
    ready: bool = False
    codes: tuple[str, str] = field(default=("", ""))

    @property
    def digest(self) -> str:
        """Return in short what somebody who sees this sees."""
        told = [getattr(self, name) for name in self.__slots__]
        return hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()[:16]


def known(uow: UnitOfWork, order: WorkOrder) -> Known:
    """Return what the reader is given about a work order and the acting person."""
    running = [row.started_at for row in running_times(uow, order.id) if row.person_id == uow.actor.person_id]
    zone = uow.plant.zone
    since = running[0].astimezone(zone) if running and running[0] else None
    return Known(uow.now.astimezone(zone), since, tuple(_parts(uow, order)))


def _parts(uow: UnitOfWork, order: WorkOrder) -> list[KnownPart]:
    """Return the parts of a work order, then those that its asset usually takes."""
    own = {row.part_id: row.reserved for row in uow.all(WorkOrderPart, work_order_id=order.id)}
    query = (
        select(_MOVES.c.part_id)
        .join(_ORDERS, _ORDERS.c.id == _MOVES.c.work_order_id)
        .where(_ORDERS.c.asset_id == order.asset_id, _MOVES.c.kind == MovementKind.ISSUE.value)
        .group_by(_MOVES.c.part_id)
        .order_by(func.count().desc(), _MOVES.c.part_id)
        .limit(USUAL_PARTS)
    )
    usual = [int(number) for number in uow.run(query).scalars()] if order.asset_id else []
    found = [uow.get(Part, number) for number in dict.fromkeys([*own, *usual])]
    return [KnownPart(part.id, part.code, part.name, own.get(part.id, 0)) for part in found]


def values(uow: UnitOfWork, order: WorkOrder, reading: Reading) -> dict[str, Any]:
    """Return what is kept of a reading: the columns of its proposal."""
    mode, source = _mode(uow, order, reading)
    spent = reading.spent
    timer = completing.own_minutes(uow, order, uow.actor.person_id, running=True) or None
    told = [
        {"ids": list(_ids(uow, part)), "quantity": part.quantity, "written": part.written} for part in reading.parts
    ]
    least = completing.own_minutes(uow, order, uow.actor.person_id)
    below = spent is not None and spent.total and spent.minutes < least
    return {
        "mode": mode, "mode_from": source, "cause": reading.cause, "remedies": " ".join(reading.remedies),
        "minutes": spent.minutes if spent else timer, "time_said": spent.written if spent else "timer" * bool(timer),
        "time_problem": (spent.problem or "below" * below) if spent else "", "parts": json.dumps(told),
    }  # fmt: skip


def _mode(uow: UnitOfWork, order: WorkOrder, reading: Reading) -> tuple[str, str]:
    """Return the failure mode and where it was found: said, written before, in the report, or what is usual for the asset."""
    said = failure_lists.mode_in(uow, order, reading.telling)
    if said:
        return said, "said"
    if order.failure_mode:
        return order.failure_mode, "order"
    reported = failure_lists.mode_in(uow, order, f"{order.title} {order.description}")
    usual = failure_lists.usual(uow, order)
    if reported or TaskType(order.task_type) not in REPAIRS or not usual:
        return reported, "report" if reported else ""
    return usual[0], "usual"


def _ids(uow: UnitOfWork, said: PartSaid) -> tuple[int, ...]:
    """Return which parts can be meant: those the reader found, else what the store finds under the words."""
    if said.ids:
        return said.ids
    try:
        return (finding.part(uow, said.written).id,)
    except NotKnown:
        return tuple(part.id for part in finding.parts_like(uow, said.written, most=NAMED + 1) if _holds(part, said))


def _holds(part: Part, said: PartSaid) -> bool:
    text = f"{part.code} {part.plain_code} {part.name} {part.manufacturer_part}".casefold()
    return all(word in text for word in said.written.split())


def guess(uow: UnitOfWork, order: WorkOrder, proposal: CompletionProposal) -> Guess:
    """Say what a proposal comes to now, with the store and the times as they are now."""
    minutes, time, problem = _time(uow, order, proposal)
    found = [_part(uow, order, each) for each in json.loads(proposal.parts)]
    taken = tuple(each.taken for each in found if each.taken is not None)
    named = {number for number, _ in taken}
    kept = [
        f"{measured(row.reserved, part.unit)} {part.name}"
        for row, part in completing.kept(uow, order)
        if part.id not in named
    ]
    asks_mode = not proposal.mode and TaskType(order.task_type) in REPAIRS
    asked = "What was wrong? Put it right; “Other” is a fine answer." if asks_mode else ""
    doubts = [words for words in (PROBLEMS.get(problem, ""), asked) if words]
    mode = failure_lists.words_of(uow.plant, "mode", proposal.mode)
    source = f" ({FROM[proposal.mode_from]})" if proposal.mode_from in FROM else ""
    return Guess(
        mode + source,
        failure_lists.words_of(uow.plant, "cause", proposal.cause),
        remedy_words(uow, proposal),
        time,
        minutes,
        tuple(each.words for each in found if each.words),
        taken,
        tuple(each.not_taken for each in found if each.not_taken),
        (*doubts, *(each.doubt for each in found if each.doubt)),
        tuple(kept),
        not problem and not asks_mode,
        (proposal.mode, proposal.cause),
    )


def remedy_words(uow: UnitOfWork, proposal: CompletionProposal) -> str:
    """Return what was done in the words of the list."""
    return ", ".join(failure_lists.words_of(uow.plant, "remedy", code) for code in proposal.remedies.split())


def _time(uow: UnitOfWork, order: WorkOrder, proposal: CompletionProposal) -> tuple[int | None, str, str]:
    """Return all minutes of whoever said it, how that is said, and what is wrong with it."""
    if proposal.minutes is None:
        return None, "", "missing"
    who, least = uow.get(Person, proposal.person_id).name, completing.own_minutes(uow, order, proposal.person_id)
    if proposal.time_problem:
        return proposal.minutes, proposal.time_said, proposal.time_problem
    more = proposal.minutes < least
    minutes = least + proposal.minutes if more else proposal.minutes
    problem = "too_long" if minutes - least > MOST_AT_ONCE else ""
    clock = " by the timer" if proposal.time_said == "timer" else ""
    before = f", with {spoken_minutes(least)} written down before" if least else ""
    return minutes, f"{spoken_minutes(minutes) or 'no time'} of {who}{clock}{before}", problem


@dataclass(frozen=True, slots=True)
class _Found:
    """One part that was said: its words for the card, what is taken, or what is doubtful."""

    words: str = ""
    taken: tuple[int, int] | None = None
    not_taken: str = ""
    doubt: str = ""


def _part(uow: UnitOfWork, order: WorkOrder, said: dict[str, Any]) -> _Found:
    ids, written = said["ids"], said["written"]
    if len(ids) != 1:
        names = " or ".join(f"{part.name} ({part.code})" for part in (uow.get(Part, number) for number in ids[:NAMED]))
        doubt = (
            f"“{written}” can be {names}: choose with Put right"
            if ids
            else f"I know no part “{written}”: choose it with Put right"
        )
        return _Found(doubt=f"{doubt}, else it stays in your words alone and nothing is taken out.")
    part, quantity = uow.get(Part, ids[0]), said["quantity"]
    words = f"{measured(quantity, part.unit)} {part.name}"
    try:
        whole_where_due(quantity, part.unit)
    except Refusal as refused:
        return _Found(doubt=f"{part.name}: {refused}")
    free = issuing.free_for(uow, order, part)
    if quantity > free:
        has = measured(free, part.unit)
        left = f"only {has} free" if free > 0 else "none free"
        doubt = f"{words}: {left} in the store by the books. A yes takes nothing out and tells the store."
        return _Found(not_taken=f"{words} (free: {has})", doubt=doubt)
    return _Found(words, (part.id, quantity))
