"""Work orders that come out of another one: split off with some of its steps and parts, or made because a step failed."""

import re
from typing import Any

import templates
from handlers import checklists, ids, issuing, order_holdings, people
from handlers.happenings import NOTHING, Answer, Click, Submission
from handlers.ids import Action, Callback, value
from handlers.work_order_cards import line, show_card
from handlers.work_order_steps import Table, carried, check, locked, move
from orders.errors import AlreadyDone, OldCard, Unlawful
from orders.units import measured
from orders.work_orders import Impact, TaskType, WorkOrderEvent, WorkOrderState, urgency
from storage import numbering
from storage.tables import Asset, Part, WorkOrder, WorkOrderPart, WorkOrderStep
from storage.unit_of_work import Note, UnitOfWork

TITLE_MOST = 80
GENERATIONS = 3
"""How often what was split off may be split again."""
INHERITED = (
    "asset_id", "task_type", "impact", "priority", "priority_reason", "due_at", "due_reason", "due_kind", "safety",
    "instructions", "skill", "tools", "channel",
)  # fmt: skip
"""What an order that is split off has from the one it comes from."""
_SPLIT = re.compile(r"(?P<steps>(?:\d{1,2}(?:\s*,\s*|\s+|$))*)(?P<title>.*)", re.DOTALL)


def children(uow: UnitOfWork, order: WorkOrder) -> list[WorkOrder]:
    """Return what was split off from a work order."""
    return uow.all(WorkOrder, parent_id=order.id)


def check_children(uow: UnitOfWork, order: WorkOrder, doing: str) -> None:
    """Refuse to end a work order before everything that was split off from it has ended; raises ``Unlawful``."""
    ended = {WorkOrderState.CLOSED, WorkOrderState.CANCELLED}
    still = [child.number for child in children(uow, order) if child.state not in ended]
    if still:
        raise Unlawful(why=f"{order.number} cannot be {doing} yet: {', '.join(still[:4])} came out of it and is open.")


def another(uow: UnitOfWork, order: WorkOrder, title: str, **values: Any) -> WorkOrder:
    """Make a work order on the same asset, ready at once, with a card and a thread of its own."""
    number = numbering.draw(uow, "work_order")
    given = {name: getattr(order, name) for name in INHERITED} | values
    order_id = uow.add(
        WorkOrder, number=number, title=title[:TITLE_MOST], state=WorkOrderState.READY.value,
        reported_by_id=uow.actor.person_id, created_at=uow.now, **given,
    )  # fmt: skip
    uow.audit(Note(number, "came out of", after={"work_order": order.number, "state": WorkOrderState.READY.value}))
    return uow.get(WorkOrder, order_id)


def split(uow: UnitOfWork, what: Click) -> Answer:
    """Ask what goes into an order of its own."""
    order = carried(uow, what.value)
    return Answer(modal=split_form(uow, order))


def split_form(uow: UnitOfWork, order: WorkOrder) -> dict[str, Any]:
    """Return the form that splits a work order."""
    _check_split(uow, order)
    numbered = enumerate(order_holdings.steps_of(uow, order), 1)
    steps = [(str(row.id), f"{number} {row.text}") for number, row in numbered if row.answered_at is None]
    parts = [(str(row.id), _part(uow, row)) for row in _movable(uow, order)]
    groups = [steps[at : at + checklists.GROUP] for at in range(0, len(steps), checklists.GROUP)]
    told = {"number": order.number, "title": order.title, "steps": groups, "parts_kept": parts[: checklists.GROUP]}
    return templates.view("split_form", carried=value(order.id), **told)


def _check_split(uow: UnitOfWork, order: WorkOrder) -> None:
    check(uow, order, WorkOrderEvent.CHANGE_SCOPE)
    above, depth = order, 1
    while above.parent_id is not None and depth <= GENERATIONS:
        above, depth = uow.get(WorkOrder, above.parent_id), depth + 1
    if depth > GENERATIONS:
        raise Unlawful(
            why=f"{order.number} was split off {GENERATIONS - 1} times already. Split {above.number} instead."
        )


def _movable(uow: UnitOfWork, order: WorkOrder) -> list[WorkOrderPart]:
    """Return the parts that are kept for an order and not taken out yet; what is still missing stays where it was asked."""
    rows = uow.all(WorkOrderPart, work_order_id=order.id)
    return [row for row in rows if row.reserved and row.needed == row.reserved + row.issued]


def _part(uow: UnitOfWork, row: WorkOrderPart) -> str:
    part = uow.get(Part, row.part_id)
    return f"{measured(row.reserved, part.unit)} {part.name}"


def splitted(uow: UnitOfWork, what: Submission) -> Answer:
    """Split an order as the form says."""
    order = carried(uow, what.private)
    chosen = {each for name in what.fields if name.startswith("steps") for each in what.field(name).split(",") if each}
    steps = [row for row in order_holdings.steps_of(uow, order) if str(row.id) in chosen]
    parts = [row for row in _movable(uow, order) if str(row.id) in what.field("parts").split(",")]
    if not what.field("title"):
        return Answer(errors={"title": "Write what the new order is about."})
    return _split(uow, order, what.field("title"), (steps, parts))


def split_typed(uow: UnitOfWork, order: WorkOrder, rest: str) -> Answer:
    """Split ``3, 4 paint the guard`` off a locked work order; without words the form opens."""
    read = _SPLIT.fullmatch(rest.strip())
    if read is None or not read["title"].strip():
        return Answer(modal=split_form(uow, order))
    known = dict(enumerate(order_holdings.steps_of(uow, order), 1))
    wanted = [int(each) for each in re.findall(r"\d+", read["steps"])]
    wrong = [number for number in wanted if number not in known or known[number].answered_at is not None]
    if wrong:
        raise Unlawful(why=f"Step {wrong[0]} of {order.number} is not there, or it is answered already.")
    return _split(uow, order, read["title"].strip(), ([known[number] for number in wanted], []))


def _split(
    uow: UnitOfWork, order: WorkOrder, title: str, moved: tuple[list[WorkOrderStep], list[WorkOrderPart]]
) -> Answer:
    _check_split(uow, order)
    steps, parts = moved
    made = another(uow, order, title, description=f"Split off from {order.number}.", parent_id=order.id)
    for row in steps:
        uow.change(WorkOrderStep, row.id, work_order_id=made.id)
    for part in parts:
        issuing.hand_over(uow, part, made)
    said = [row.text for row in steps] + [_part(uow, row) for row in parts]
    move(uow, order, WorkOrderEvent.CHANGE_SCOPE, words=f"split off {made.number}: {title}")
    line(uow, order, "split", made=made.number, title=made.title, moved=said)
    show_card(uow, made.id)
    show_card(uow, order.id)
    return NOTHING


def follow_up(uow: UnitOfWork, what: Click) -> Answer:
    """Make the order that a failed step asks for, once."""
    (step_id,) = ids.numbers(what.value, 1)
    row = uow.find(WorkOrderStep, id=step_id)
    if row is None:
        raise OldCard
    order = locked(uow, row.work_order_id)
    row = uow.lock(WorkOrderStep, step_id)
    if row.follow_up_id is not None:
        made = uow.get(WorkOrder, row.follow_up_id)
        when = made.created_at.astimezone(uow.plant.zone)
        raise AlreadyDone(
            what=f"{made.number} was made", who=people.name(uow, made.reported_by_id), when=f"{when:%H:%M}"
        )
    if not row.failed:
        raise Unlawful(why=f"“{row.text}” is right by now, so there is nothing to follow up.")
    _made(uow, order, row)
    return NOTHING


def _made(uow: UnitOfWork, order: WorkOrder, row: WorkOrderStep) -> None:
    number = next(at for at, each in enumerate(order_holdings.steps_of(uow, order), 1) if each.id == row.id)
    asset = uow.find(Asset, id=order.asset_id) if order.asset_id is not None else None
    found = urgency((asset.criticality if asset else "") or "B", Impact.REDUCED, uow.now)
    limits = checklists.step_in(row).limits
    asked = f" (asked: {limits})" if limits else ""
    made = another(
        uow, order, f"{row.text}: {row.answer}", task_type=TaskType.REPAIR.value, impact=Impact.REDUCED.value,
        description=f"Step {number} of {order.number} was not right: {row.text}, {row.answer}{asked}.",
        priority=found.priority.value, priority_reason=found.priority_reason, due_at=found.due_at,
        due_reason=found.due_reason, due_kind=found.due_reason, instructions="", tools="", skill="",
        safety=asset.safety if asset else order.safety,
    )  # fmt: skip
    uow.change(WorkOrderStep, row.id, follow_up_id=made.id)
    show_card(uow, made.id)
    checklists.show_failed(uow, order, uow.get(WorkOrderStep, row.id), number)


CLICKS: Table = {Action.SPLIT: split, Action.FOLLOW_UP: follow_up}
SUBMISSIONS: Table = {Callback.SPLIT: splitted}
