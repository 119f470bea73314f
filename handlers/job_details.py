"""A work order in full: every field, step, part, wait and change of it in one window, and what may be done with each."""

from typing import Any

import templates
from handlers import earlier_endings, job_approval, moments, order_holdings, people
from handlers.agreement_words import sees_money
from handlers.happenings import Answer, Click
from handlers.ids import Action, value
from handlers.work_order_cards import PRIORITY_WORDS, Sight, look, state_words
from handlers.work_order_steps import EVENTS, Table, carried
from handlers.work_sheets import PRINTERS
from orders.durations import spoken_minutes
from orders.work_orders import DUE_WORDS, DueKind, Priority, TaskType
from orders.work_orders import WORK_ORDERS as LIFE
from orders.work_orders import WorkOrderState as State
from storage.tables import WorkOrder, WorkOrderChange, WorkOrderStep, WorkOrderWait
from storage.unit_of_work import UnitOfWork, table

_WAITS = table(WorkOrderWait)
CHANGES_SHOWN, LINES_SHOWN = 6, 30
OFFERED = (
    (Action.SHEET, "Print sheet"), (Action.PLAN_JOB, "Plan"), (Action.STEPS, "Steps"), (Action.HOW, "Instructions"), (Action.WAIT_FOR, "Waits for"), (Action.SPLIT, "Split"), (Action.CORRECT, "Correct"),
)  # fmt: skip
"""What the window offers, as far as the order's state and the reader's roles allow it."""


def details(uow: UnitOfWork, what: Click) -> Answer:
    """Show a work order in full."""
    return Answer(modal=window(uow, carried(uow, what.value)))


def window(uow: UnitOfWork, order: WorkOrder) -> dict[str, Any]:
    """Return the window that shows a work order in full."""
    sight = look(uow, order)
    return templates.view(
        "work_order_details",
        number=order.number,
        title=order.title,
        description=order.description if order.description != order.title else "",
        facts=_facts(uow, sight),
        instructions=order.instructions,
        lists=[(head, rows) for head, rows in _lists(uow, sight) if rows],
        buttons=[(action, label) for action, label in OFFERED if _may(uow, order, action)],
        carried=value(order.id),
    )


def _may(uow: UnitOfWork, order: WorkOrder, action: Action) -> bool:
    if action is Action.SHEET:
        return uow.actor.has(*PRINTERS)
    if action is Action.STEPS and not order_holdings.steps_of(uow, order):
        return False
    possible = LIFE.events(State(order.state), uow.actor)
    return action not in EVENTS or any(event in possible for event in EVENTS[action])


def _facts(uow: UnitOfWork, sight: Sight) -> list[tuple[str, str]]:
    order, asset = sight.order, sight.asset
    where = f", {asset.location}" if asset and asset.location else ""
    critical = f", criticality {asset.criticality}" if asset and asset.criticality else ""
    tied = DUE_WORDS[DueKind(order.due_kind)]
    stands = spoken_minutes(order.down_minutes) if order.down_minutes else ""
    shutdown = "the plant is shut down" if order.shutdown else ""
    return [
        ("State", state_words(uow, sight)),
        ("Type", TaskType(order.task_type).value),
        ("Asset", f"{asset.code} {asset.name}{where}{critical}" if asset else "not in the list"),
        ("Priority", f"{PRIORITY_WORDS[Priority(order.priority)]}: {order.priority_reason}"),
        ("Due", f"{moments.when(uow, order.due_at)}, {tied}"),
        ("Responsible", ", ".join(filter(None, [sight.name(order.responsible_id) or "nobody yet", order.skill]))),
        ("Takes about", spoken_minutes(order.estimated_minutes) if order.estimated_minutes else ""),
        ("Stands meanwhile", ", ".join(filter(None, [stands, shutdown]))),
        ("Tools", order.tools),
        ("Expected cost", job_approval.shown_cost(uow, order)),
    ]


def _lists(uow: UnitOfWork, sight: Sight) -> list[tuple[str, list[str]]]:
    order = sight.order
    return [
        ("Steps", [_step(number, row) for number, row in enumerate(sight.steps, 1)][:LINES_SHOWN]),
        ("Parts", list(sight.needs)),
        ("Order of work", [*_waits(uow, sight), *([sight.family] if sight.family else [])]),
        ("Finished before", earlier_endings.earlier(uow, order)),
        ("Changed", _changes(uow, order)),
    ]


def _step(number: int, row: WorkOrderStep) -> str:
    done = row.answer or "open" + ("" if row.required else ", optional")
    return f"{number} {row.text}: {done}" + (", not right" if row.failed else "")


def _waits(uow: UnitOfWork, sight: Sight) -> list[str]:
    rows = uow.all(WorkOrderWait, _WAITS.c.ended_at.is_(None), blocker_id=sight.order.id)
    blocked = [uow.get(WorkOrder, row.work_order_id).number for row in rows]
    told = [f"waits for {each}" for each in sight.waits]
    return told + ([f"{', '.join(blocked[:6])} waits for this one"] if blocked else [])


def _changes(uow: UnitOfWork, order: WorkOrder) -> list[str]:
    """Say the latest changes of scope: when, who, what before and after, and why."""
    rows = uow.all(WorkOrderChange, work_order_id=order.id)
    rows = [row for row in rows if row.field not in earlier_endings.FIELDS]
    shown = [row for row in rows if row.field != "extra_cost" or sees_money(uow)]
    return [_change(uow, row) for row in reversed(shown[-CHANGES_SHOWN:])]


def _change(uow: UnitOfWork, row: WorkOrderChange) -> str:
    why = f", because: {row.reason}" if row.reason else ""
    field, before, after = (
        row.field.removesuffix("_id").replace("_", " "),
        row.before or "nothing",
        row.after or "nothing",
    )
    who = people.name(uow, row.by_id) if row.by_id is not None else "Chargehand"
    return f"{moments.when(uow, row.at)} {who}: {field} from {before} to {after}{why}"


CLICKS: Table = {Action.DETAILS: details}
