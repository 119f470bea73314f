"""What a work order says about itself, put right: its asset, title, priority and due date, each change with its reason."""

from dataclasses import replace
from datetime import datetime, time
from typing import Any

import templates
from handlers import finding, holds, ids, safety_gate
from handlers.happenings import NOTHING, Answer, Click, OptionsAsked, Submission
from handlers.ids import Action, Callback
from handlers.work_order_cards import PRIORITY_WORDS, by_thread, line, of_card, show_card
from handlers.work_order_steps import Table, carried, changed, check, locked, move
from orders.errors import OldCard
from orders.people import CHARGEHAND, Role
from orders.safety import precautions, together
from orders.work_orders import HoldReason, Impact, Priority, WorkOrderEvent, WorkOrderState, urgency
from storage.tables import Asset, WorkOrder
from storage.unit_of_work import UnitOfWork

NOT_LISTED = "0"
"""What stands for an asset that is in no list: a building, a yard, something new."""
WORKDAY_ENDS = time(16)
"""When on its day a work order is due whose date alone was chosen."""
LABEL_MOST = 75


def choose_asset(uow: UnitOfWork, what: Click) -> Answer:
    """Set the asset that was proposed on a button."""
    number, asset_id = ids.numbers(what.value, 2)
    return set_asset(uow, locked(uow, number), str(asset_id))


def asset_found(uow: UnitOfWork, what: Click) -> Answer:
    """Set the asset that was looked up on the card; in a form, looking up alone changes nothing."""
    if what.view_id:
        return NOTHING
    order = of_card(uow, what.channel, what.message_ts) or by_thread(uow, what.channel, what.thread_ts)
    if order is None:
        raise OldCard
    return set_asset(uow, locked(uow, order.id), what.chosen)


def set_asset(uow: UnitOfWork, order: WorkOrder, asset_id: str) -> Answer:
    """Say which asset a locked work order is about; priority and due date follow from it, and a draft is ready then."""
    check_corrector(uow, order)
    values = asset_values(uow, order, asset_id)
    if order.state != WorkOrderState.DRAFT:
        _change(uow, order, values, "")
        guard(uow, order, values.get("safety", order.safety), "it is about another asset")
    else:
        _submit(uow, order, values)
    changed(uow, order, "asset", (order.asset_id, values["asset_id"]))
    show_card(uow, order.id)
    return NOTHING


def _submit(uow: UnitOfWork, order: WorkOrder, values: dict[str, Any]) -> None:
    """Make a complete draft ready by rule; whoever completed the report need not have the right to plan work."""
    actor, uow.actor = uow.actor, CHARGEHAND
    move(uow, order, WorkOrderEvent.SUBMIT, **values)
    uow.actor = actor


def asset_values(uow: UnitOfWork, order: WorkOrder, asset_id: str) -> dict[str, Any]:
    """Return what follows from an asset for a work order; raises ``OldCard`` for one that is not there."""
    asset = uow.find(Asset, id=int(asset_id)) if ids.is_id(asset_id) else None
    if asset is None and asset_id != NOT_LISTED:
        raise OldCard
    found = urgency(
        asset.criticality or "B" if asset else "B", Impact(order.impact), order.created_at, uow.plant.due_at
    )
    return {
        "asset_id": asset.id if asset else None, "safety": _safety(uow, order, asset), "guessed": "priority",
        "priority": found.priority.value, "priority_reason": found.priority_reason,
        "due_at": found.due_at, "due_reason": found.due_reason, "due_kind": found.due_reason,
    }  # fmt: skip


def check_corrector(uow: UnitOfWork, order: WorkOrder) -> None:
    """Refuse a change by somebody who neither reported the fault nor does or plans the work."""
    own = order.reported_by_id == uow.actor.person_id and order.state in {WorkOrderState.DRAFT, WorkOrderState.READY}
    if own or order.state == WorkOrderState.DRAFT:
        return
    check(uow, order, WorkOrderEvent.CHANGE_SCOPE)


def correct(uow: UnitOfWork, what: Click) -> Answer:
    """Show what may be put right, filled in as it is."""
    order = carried(uow, what.value)
    check_corrector(uow, order)
    asset = uow.find(Asset, id=order.asset_id) if order.asset_id else None
    return Answer(
        modal=templates.view(
            "correct_form",
            carried=what.value,
            number=order.number,
            title=order.title,
            asset=(str(asset.id), _label(asset)) if asset else None,
            priorities=[(each.value, PRIORITY_WORDS[each]) for each in Priority],
            priority=order.priority,
            due=order.due_at.astimezone(uow.plant.zone).date(),
        )
    )


def corrected(uow: UnitOfWork, what: Submission) -> Answer:
    """Write what was changed, each field with its reason, and say it in one line."""
    order = carried(uow, what.private)
    check_corrector(uow, order)
    values = _asked(uow, order, what)
    reason = what.field("reason")
    if {"priority", "due_at"} & values.keys() and not reason:
        return Answer(errors={"reason": "Write why the priority or the due date changes."})
    if not values:
        return NOTHING
    return _write(uow, order, values, reason)


def _asked(uow: UnitOfWork, order: WorkOrder, what: Submission) -> dict[str, Any]:
    """Return the fields that differ from what the work order says now."""
    values: dict[str, Any] = {}
    asset_id = what.field("asset")
    if asset_id and asset_id != str(order.asset_id or NOT_LISTED):
        found = asset_values(uow, order, asset_id)
        values |= {"asset_id": found["asset_id"], "safety": found["safety"]}
    if what.field("title") and what.field("title") != order.title:
        values["title"] = what.field("title")[:200]
    if what.field("priority") in set(Priority) and what.field("priority") != order.priority:
        values["priority"] = what.field("priority")
    due = _due(uow, what.field("due"))
    if due is not None and due.date() != order.due_at.astimezone(uow.plant.zone).date():
        values["due_at"] = due
    return values


def _safety(uow: UnitOfWork, order: WorkOrder, asset: Asset | None) -> str:
    """Return the order's own precautions with those of the new asset in place of the old one's."""
    old = uow.find(Asset, id=order.asset_id) if order.asset_id is not None else None
    theirs = {each.words for each in precautions(old.safety)} if old is not None else set()
    own = [each.words for each in precautions(order.safety) if each.words not in theirs]
    return together(*own, asset.safety if asset else "")


def _due(uow: UnitOfWork, written: str) -> datetime | None:
    try:
        return datetime.combine(datetime.fromisoformat(written).date(), WORKDAY_ENDS, uow.plant.zone)
    except ValueError:
        return None


def _write(uow: UnitOfWork, order: WorkOrder, values: dict[str, Any], reason: str) -> Answer:
    told = [word for field, word in FIELD_WORDS.items() if field in values]
    if "asset_id" in values and "priority" in order.guessed and not {"priority", "due_at"} & values.keys():
        values |= asset_values(uow, order, str(values["asset_id"] or NOT_LISTED))
        return _written(uow, order, values, (told, reason))
    values |= {"priority_reason": reason} if "priority" in values else {}
    values |= {"due_reason": reason} if "due_at" in values else {}
    return _written(uow, order, values, (told, reason))


def _written(uow: UnitOfWork, order: WorkOrder, values: dict[str, Any], said: tuple[list[str], str]) -> Answer:
    told, reason = said
    for field in FIELD_WORDS:
        if field in values:
            changed(uow, order, field, (getattr(order, field), values[field]), reason)
    left = [word for word in order.guessed.split(",") if not word.startswith("?")]
    values["guessed"] = ",".join(word for word in left if word not in told)
    if order.state == WorkOrderState.DRAFT and values.get("asset_id"):
        _submit(uow, order, values)
    else:
        _change(uow, order, values, reason)
        guard(uow, order, values.get("safety", order.safety), "it is about another asset")
    line(uow, order, "corrected", changes=" and ".join(told), reason=reason)
    show_card(uow, order.id)
    return NOTHING


def guard(uow: UnitOfWork, order: WorkOrder, protocol: str, reason: str) -> None:
    """Have a changed safety protocol confirmed anew: work that has begun waits for that."""
    if protocol == order.safety:
        return
    safety_gate.rewritten(uow, uow.get(WorkOrder, order.id), protocol, reason)
    if order.state == WorkOrderState.IN_PROGRESS:
        holds.put_on_hold(uow, order.id, HoldReason.PERMIT, "The safety steps have changed.")


def _change(uow: UnitOfWork, order: WorkOrder, values: dict[str, Any], reason: str) -> None:
    """Write a change of scope; the own report may be put right without the right to change work."""
    actor = uow.actor
    if not actor.has(Role.SUPERVISOR, Role.TECHNICIAN):
        uow.actor = replace(actor, roles=actor.roles | {Role.TECHNICIAN})
    move(uow, order, WorkOrderEvent.CHANGE_SCOPE, words=reason, **values)
    uow.actor = actor


FIELD_WORDS = {"asset_id": "asset", "title": "title", "priority": "priority", "due_at": "due date"}
"""What may be put right, as people say it."""


def find_assets(uow: UnitOfWork, what: OptionsAsked) -> Answer:
    """Offer assets while somebody types."""
    found = [(_label(asset), str(asset.id)) for asset in finding.assets_like(uow, what.query)]
    return Answer(options=[*found, ("Not in the list: a building, a yard, something new", NOT_LISTED)])


def _label(asset: Asset) -> str:
    return f"{asset.code} {asset.name}, {asset.location}".strip(", ")[:LABEL_MOST]


CLICKS: Table = {Action.CHOOSE_ASSET: choose_asset, Action.FIND_ASSET: asset_found, Action.CORRECT: correct}
SUBMISSIONS: Table = {Callback.CORRECT: corrected}
OPTIONS: Table = {Action.FIND_ASSET: find_assets}
