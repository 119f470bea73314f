"""The sheet of a work order on paper: asked for with a button or a word, it comes as PDF into the order's thread."""

from typing import Any

import templates
from handlers import moments, order_holdings
from handlers.checklists import step_in
from handlers.happenings import Answer, Click
from handlers.ids import Action
from handlers.work_order_cards import PRIORITY_WORDS, Sight, look, thread_of
from handlers.work_order_steps import Table, carried
from orders.checklist import labels
from orders.durations import spoken_minutes
from orders.errors import NotYours
from orders.people import Role
from orders.safety import precautions
from orders.units import measured
from orders.work_orders import DUE_WORDS, OPEN, DueKind, Priority, TaskType
from storage import attachments, outbox
from storage.outbox import Letter
from storage.tables import Asset, Part, WorkOrder, WorkOrderPart, WorkOrderStep
from storage.unit_of_work import Note, UnitOfWork

PRINTERS = (Role.TECHNICIAN, Role.SUPERVISOR, Role.STOREKEEPER, Role.ADMIN)
"""Who takes paper along."""


def sheet(uow: UnitOfWork, what: Click) -> Answer:
    """Put the sheet into the thread."""
    return print_order(uow, carried(uow, what.value))


def print_order(uow: UnitOfWork, order: WorkOrder, rest: str = "") -> Answer:  # noqa: ARG001  # typed alike
    """Put the sheet of a work order into its thread as PDF; once for one click."""
    if not uow.actor.has(*PRINTERS):
        raise NotYours(roles="technicians, supervisors and storekeepers", what="print this", who="")
    content = templates.work_order_pdf(_job(uow, look(uow, order)), paper=uow.plant.paper)
    place = thread_of(uow, order)
    where = {"thread_ts": place.thread_ts} if place.thread_ts else {"thread_card": place.thread_card}
    kept = attachments.keep(uow, content, "application/pdf")
    body = {"attachment_id": kept, "name": f"{order.number}.pdf", "subject": order.number, "channel": place.channel}
    outbox.queue(uow, Letter("file", order.number, place.channel, body | where, key=f"sheet:{uow.next_key()}"))
    uow.audit(Note(order.number, "print"))
    return Answer(private=f"The sheet of {order.number} is in its thread.")


def _job(uow: UnitOfWork, sight: Sight) -> dict[str, Any]:
    order = sight.order
    asset = uow.find(Asset, id=order.asset_id) if order.asset_id is not None else None
    printed = moments.when(uow, uow.now)
    return {
        "language": uow.plant.language[:2].lower(),
        "plant": uow.plant.name,
        "number": order.number,
        "title": order.title,
        "priority": f"{PRIORITY_WORDS[Priority(order.priority)]}: {order.priority_reason}",
        "critical": order.priority == Priority.LINE_STOPPED,
        "description": "" if order.description == order.title or sight.steps else order.description,
        "instructions": order.instructions,
        "facts": _facts(uow, sight, asset),
        "safety": [(each.kind.value, each.words) for each in precautions(order.safety)],
        "tools": order.tools,
        "waits": " · ".join(sight.waits) if order.state in OPEN else "",
        "parts": [_part(uow, row) for row in uow.all(WorkOrderPart, work_order_id=order.id) if row.needed],
        "steps": [_step(row) for row in order_holdings.steps_of(uow, order)],
        "opens": f"https://slack.com/app_redirect?channel={order.channel}",
        "printed": f"{printed}, {uow.actor.name}",
        "issued_at": uow.now.isoformat(),
    }


def _facts(uow: UnitOfWork, sight: Sight, asset: Asset | None) -> list[tuple[str, str]]:
    order = sight.order
    who = sight.name(order.responsible_id)
    stands = spoken_minutes(order.down_minutes) if order.down_minutes else ""
    return [
        ("asset", f"{asset.code} {asset.name}" if asset else ""),
        ("where", asset.location if asset else ""),
        ("due", f"{moments.when(uow, order.due_at)}, {DUE_WORDS[DueKind(order.due_kind)]}"),
        ("who", ", ".join(filter(None, [who, order.skill]))),
        ("takes", spoken_minutes(order.estimated_minutes) if order.estimated_minutes else ""),
        ("stands", ", ".join(filter(None, [stands, "shutdown" if order.shutdown else ""]))),
        ("type", TaskType(order.task_type).value),
        ("reported", f"{moments.when(uow, order.created_at)} {sight.name(order.reported_by_id)}".strip()),
    ]


def _part(uow: UnitOfWork, row: WorkOrderPart) -> tuple[str, str, str, str]:
    part = uow.get(Part, row.part_id)
    return measured(row.needed, part.unit), part.code, part.name, " ".join(filter(None, [row.store, part.bin]))


def _step(row: WorkOrderStep) -> tuple[str, str, str]:
    step = step_in(row)
    return step.kind.value, step.text, step.limits or " / ".join(labels(step))


CLICKS: Table = {Action.SHEET: sheet}
