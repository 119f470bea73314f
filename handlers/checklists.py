"""The checklist of a work order: its steps from a plan or typed, answered in one form or one line, and what a failed one leads to."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import templates
from handlers import ids
from handlers.happenings import NOTHING, Answer, Click, PostedFile, Submission
from handlers.ids import Action, Callback, value
from handlers.order_holdings import progress
from handlers.order_holdings import steps_of as rows
from handlers.work_order_cards import content, line, show_card, thread_of
from handlers.work_order_steps import Table, carried, check, locked, move
from orders.checklist import (
    ANSWER_MOST,
    BAR,
    DONE,
    MOST_STEPS,
    Found,
    Step,
    StepKind,
    found,
    labels,
    steps_of,
)
from orders.errors import Refusal, StepsOpen, Unlawful
from orders.work_orders import WorkOrderEvent
from storage import cards
from storage.tables import WorkOrder, WorkOrderStep
from storage.unit_of_work import Note, UnitOfWork

NAMED = 3
GROUP = 10
"""How many steps are ticked in one group: Slack takes no more."""
_ONE = re.compile(r"(?P<number>\d{1,2})\b[.):]?\s*(?P<said>.*)", re.DOTALL)
_BETWEEN = re.compile(r"\s*(?:;|,(?=\s)|\n)\s*")


def write(uow: UnitOfWork, order: WorkOrder, steps: Iterable[Step]) -> None:
    """Add steps to a work order; raises ``Unlawful`` when there would be more than fit into one form."""
    made = list(steps)
    if len(rows(uow, order)) + len(made) > MOST_STEPS:
        raise Unlawful(why=f"A checklist holds at most {MOST_STEPS} steps. Split the work order.")
    for step in made:
        uow.add(
            WorkOrderStep, work_order_id=order.id, kind=step.kind.value, text=step.text, required=step.required,
            unit=step.unit, low=step.low, high=step.high, choices=BAR.join(step.choices),
        )  # fmt: skip


def step_in(row: WorkOrderStep) -> Step:
    """Return a kept step as it was asked."""
    choices = tuple(filter(None, row.choices.split(BAR)))
    return Step(StepKind(row.kind), row.text, row.required, row.unit, row.low, row.high, choices)


def check_done(uow: UnitOfWork, order: WorkOrder) -> None:
    """Refuse to end work whose required steps are open, by their names; raises ``StepsOpen``."""
    missing = [
        f"{number} {row.text}"
        for number, row in enumerate(rows(uow, order), 1)
        if row.required and row.answered_at is None
    ]
    if missing:
        more = f" and {len(missing) - NAMED} more" if len(missing) > NAMED else ""
        typed = order.number.rsplit("-", 1)[-1].lstrip("0")
        raise StepsOpen(subject=order.number, steps="; ".join(missing[:NAMED]) + more, typed=typed)


def steps(uow: UnitOfWork, what: Click) -> Answer:
    """Show the checklist in one form, filled in as far as it is answered."""
    order = carried(uow, what.value)
    return Answer(modal=form(uow, order))


def form(uow: UnitOfWork, order: WorkOrder) -> dict[str, Any]:
    """Return the form of a checklist; it remembers what was ticked when it was opened."""
    check(uow, order, WorkOrderEvent.CHECK)
    numbered = list(enumerate(rows(uow, order), 1))
    if not numbered:
        raise Unlawful(why=f"{order.number} has no steps. Add one with `step {order.number} grease the bearing`.")
    ticks = [(str(row.id), f"{number} {row.text}") for number, row in numbered if row.kind == StepKind.TICK]
    ticked = [str(row.id) for _, row in numbered if row.kind == StepKind.TICK and row.answer == DONE]
    return templates.view(
        "steps_form",
        carried=value(order.id, *ticked),
        number=order.number,
        ticks=[ticks[at : at + GROUP] for at in range(0, len(ticks), GROUP)],
        ticked=ticked,
        asked=[_asked(number, row) for number, row in numbered if row.kind != StepKind.TICK],
    )


def _asked(number: int, row: WorkOrderStep) -> dict[str, Any]:
    step = step_in(row)
    shown = row.answer.removesuffix(row.unit).strip() if step.kind is StepKind.NUMBER else row.answer
    return {
        "block": f"step{row.id}", "kind": step.kind.value, "label": f"{number} {row.text}", "limits": step.limits,
        "choices": [(each, each) for each in labels(step)], "answer": shown,
    }  # fmt: skip


def answered(uow: UnitOfWork, what: Submission) -> Answer:
    """Take what the form says; what was left empty stays as it is, and what cannot be read is said at its field."""
    order_id, *before = ids.numbers(what.private, max(what.private.count(":"), 1))
    order = locked(uow, order_id)
    check(uow, order, WorkOrderEvent.CHECK)
    ticked = {chosen for name in what.fields if name.startswith("ticks") for chosen in what.field(name).split(",")}
    given: dict[int, Found | None] = {}
    errors: dict[str, str] = {}
    for row in rows(uow, order):
        if row.kind == StepKind.TICK:
            given |= _ticked(row, now=str(row.id) in ticked, before=row.id in before)
        elif what.field(f"step{row.id}"):
            try:
                given[row.id] = found(step_in(row), what.field(f"step{row.id}"))
            except Refusal as unread:
                errors[f"step{row.id}"] = str(unread)
    if not errors and not given:
        return Answer(private=f"Nothing has changed on the checklist of {order.number}.")
    return Answer(errors=errors) if errors else keep(uow, order, given)


def _ticked(row: WorkOrderStep, *, now: bool, before: bool) -> dict[int, Found | None]:
    """Return what a tick changes: what somebody else ticked meanwhile stays ticked."""
    if now and row.answer != DONE:
        return {row.id: Found(DONE)}
    return {row.id: None} if before and not now and row.answer == DONE else {}


def typed(uow: UnitOfWork, order: WorkOrder, rest: str) -> Answer:
    """Take ``1, 2, 3 71.5, 4 not ok: torn`` for a locked work order; one that cannot be read, and nothing is kept."""
    check(uow, order, WorkOrderEvent.CHECK)
    known = dict(enumerate(rows(uow, order), 1))
    given: dict[int, Found | None] = {}
    for said in filter(None, _BETWEEN.split(rest.strip())):
        one = _ONE.fullmatch(said)
        row = known.get(int(one["number"])) if one else None
        if one is None or row is None:
            numbers = f"1 to {len(known)}" if known else "none yet"
            raise Unlawful(why=f"“{said[:40]}” is no step of {order.number}. Its steps: {numbers}.")
        given[row.id] = None if one["said"].lower() in {"open", "offen"} else found(step_in(row), one["said"])
    return keep(uow, order, given)


def keep(uow: UnitOfWork, order: WorkOrder, given: Mapping[int, Found | None]) -> Answer:
    """Write answers to steps (None opens one again), say them in one line, and offer what failed for a follow-up."""
    told = []
    for number, row in enumerate(rows(uow, order), 1):
        if row.id not in given or (given[row.id] is not None and given[row.id] == Found(row.answer, row.failed)):
            continue
        told.append(_kept(uow, order, number, row, given[row.id]))
    if told:
        line(uow, order, "checked", steps=told, progress=progress(rows(uow, order)))
        show_card(uow, order.id)
    return NOTHING


def _kept(uow: UnitOfWork, order: WorkOrder, number: int, row: WorkOrderStep, given: Found | None) -> str:
    after = given or Found("")
    uow.change(
        WorkOrderStep, row.id, answer=after.answer[:ANSWER_MOST], failed=after.failed,
        answered_at=uow.now if given else None, answered_by_id=uow.actor.person_id if given else None,
    )  # fmt: skip
    note = Note(order.number, "check", before={"answer": row.answer}, after={"answer": after.answer}, words=row.text)
    uow.audit(note)
    show_failed(uow, order, uow.get(WorkOrderStep, row.id), number)
    said = after.answer if after.answer != DONE else ""
    return f"{number} {row.text}" + (f": {said}" if said else "" if given else ": open again")


def show_failed(uow: UnitOfWork, order: WorkOrder, row: WorkOrderStep, number: int) -> None:
    """Offer a follow-up order for a failed step, or bring the offer up to date."""
    key = f"step:{row.id}"
    if not row.failed and not cards.keys_of(uow, key):
        return
    made = uow.get(WorkOrder, row.follow_up_id).number if row.follow_up_id is not None else ""
    card = templates.card(
        "step_failed", number=order.number, step=f"{number} {row.text}", answer=row.answer, failed=row.failed,
        limits=step_in(row).limits, made=made, carried=value(row.id),
    )  # fmt: skip
    cards.show(uow, key, key, thread_of(uow, order), content(card))


def add_typed(uow: UnitOfWork, order: WorkOrder, rest: str) -> Answer:
    """Add a typed step (or several, with bars between them) to a locked work order."""
    check(uow, order, WorkOrderEvent.CHANGE_SCOPE)
    made = steps_of(rest.split(BAR))
    if not made:
        raise Unlawful(why=f"Write the step, for instance `step {order.number} bearing temperature [20..80 °C]`.")
    write(uow, order, made)
    move(uow, order, WorkOrderEvent.CHANGE_SCOPE, words=rest.strip())
    line(uow, order, "steps_added", steps=[step.text for step in made])
    show_card(uow, order.id)
    return NOTHING


def photo_posted(uow: UnitOfWork, order: WorkOrder, files: tuple[PostedFile, ...]) -> None:
    """Let a photo in the thread answer the first open step that asks for one, once the work has begun."""
    waiting = [row for row in rows(uow, order) if row.kind == StepKind.PHOTO and row.answered_at is None]
    pictures = any(file.media_type.startswith("image/") for file in files)
    if waiting and pictures and uow.actor.person_id is not None and order.started_at is not None:
        keep(uow, order, {waiting[0].id: Found("photo")})


CLICKS: Table = {Action.STEPS: steps}
SUBMISSIONS: Table = {Callback.STEPS: answered}
