"""What time does to maintenance plans: their orders are made as they come due, or join the one that nobody has done yet."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

import templates
from handlers import checklists, job_approval, moments, parts, plan_calendar
from handlers.order_content import today
from handlers.work_order_cards import line, show_card
from orders import checklist
from orders.maintenance import Basis, in_time_until, turn
from orders.people import CHARGEHAND
from orders.safety import together
from orders.work_orders import OPEN, DueKind, Impact, WorkOrderState, urgency
from orders.working_time import MOST_DAYS
from storage import cards, numbering
from storage.cards import Place
from storage.tables import Asset, MaintenancePlan, PlanOrder, PlanPart, PlanPause, WorkOrder
from storage.unit_of_work import Note, UnitOfWork, table

_PLANS, _ORDERS, _MADE, _PAUSES = table(MaintenancePlan), table(WorkOrder), table(PlanOrder), table(PlanPause)
_ASSETS = table(Asset)
NAMED = 12
"""How many days are named before the rest is counted."""
KEPT = timedelta(days=366)
"""How far back each missed day is kept by itself; a bot that stood for years makes no row for every day of them."""
_RETIRED = _ASSETS.c.status == "retired"


def due(uow: UnitOfWork) -> list[int]:
    """Return the plans that ask for something today: an order is to be made, one has ended, or the asset came or went."""
    local = uow.now.astimezone(uow.plant.zone)
    if not uow.plant.channels.faults or local.time() < uow.plant.plans_at:
        return []
    plans = select(_PLANS.c.id).join(_ASSETS, _ASSETS.c.id == _PLANS.c.asset_id)
    asked = plans.where(_PLANS.c.make_on <= local.date(), ~_RETIRED)
    still = [state.value for state in OPEN]
    ended = (
        plans.join(_ORDERS, _ORDERS.c.id == _PLANS.c.waits_for_id).where(_ORDERS.c.state.not_in(still)).where(~_RETIRED)
    )
    turned = plans.where(_PLANS.c.rests != _RETIRED)
    return sorted({int(number) for query in (asked, ended, turned) for number in uow.run(query).scalars()})


def tend(uow: UnitOfWork, plan_id: int) -> None:
    """Make what a plan asks for today, and write down when it comes due next; that of a retired asset rests."""
    plan = uow.lock(MaintenancePlan, plan_id)
    actor, uow.actor = uow.actor, CHARGEHAND
    retired = uow.get(Asset, plan.asset_id).status == "retired"
    if retired != plan.rests:
        _turn_to(uow, plan, rests=retired)
    elif not retired:
        (_tend_floating if Basis(plan.basis) is Basis.FLOATING else _tend_fixed)(uow, plan)
    uow.actor = actor


def _turn_to(uow: UnitOfWork, plan: MaintenancePlan, *, rests: bool) -> None:
    """Let a plan rest or go on; what fell into its rest is not made up for."""
    fields = {name: getattr(plan, name) for name in plan_calendar.SCHEDULED}
    pauses = plan_calendar.schedule_of(uow, plan).pauses
    standing = (
        {"next_due": None, "make_on": None}
        if rests
        else {"waits_for_id": None, **plan_calendar.begun(uow, fields, pauses)}
    )
    uow.change(MaintenancePlan, plan.id, rests=rests, rest_told=False, **standing)
    uow.audit(
        Note(plan.code, "rests" if rests else "goes on", rule="its asset is retired" if rests else "in use again")
    )


def _tend_fixed(uow: UnitOfWork, plan: MaintenancePlan) -> None:
    day = today(uow)
    covered = plan.covered_to or day - timedelta(days=1)
    asked = turn(plan_calendar.schedule_of(uow, plan), covered, day, plan.lead_days).due
    by_meter = plan_calendar.asked_by_meter(uow, plan)
    metered = by_meter is not None and by_meter <= day
    days = tuple(sorted({*asked, by_meter})) if metered and by_meter is not None else asked
    still = plan_calendar.open_order(uow, plan.id) if days else None
    if still is not None and days[0] > day:
        # Its own order is made as soon as the one before is done; only on its day does it join that one.
        uow.change(MaintenancePlan, plan.id, next_due=days[0], make_on=day + timedelta(days=1))
        return
    if days:
        _make(uow, plan, days) if still is None else _join(uow, plan, days, still)
        covered = days[-1]
        uow.change(MaintenancePlan, plan.id, **plan_calendar.counted_anew(uow, plan, covered, by_meter=metered))
    plan = uow.get(MaintenancePlan, plan.id)
    uow.change(MaintenancePlan, plan.id, **plan_calendar.covered_up_to(uow, plan, covered))


def _join(uow: UnitOfWork, plan: MaintenancePlan, days: tuple[date, ...], order_id: int) -> None:
    """Let days on which a plan came due join its order that nobody has done yet; what that was for so far was missed."""
    order = uow.lock(WorkOrder, order_id)
    for row in uow.all(PlanOrder, plan_id=plan.id, work_order_id=order_id):
        uow.change(PlanOrder, row.id, in_time_until=min(row.in_time_until, uow.now))
    _keep(uow, plan, days, order_id)
    due_on = tuple(row.due_on for row in uow.all(PlanOrder, plan_id=plan.id, work_order_id=order_id))
    uow.change(WorkOrder, order_id, description=_description(plan, due_on))
    after = {"work_order": order.number, "due": [each.isoformat() for each in days]}
    uow.audit(Note(plan.code, "joined", after=after))
    line(uow, order, "joined", plan=plan.code, days=named(days))
    show_card(uow, order_id)


def _keep(uow: UnitOfWork, plan: MaintenancePlan, days: tuple[date, ...], order_id: int) -> None:
    """Write down which days an order is for; of very many the last year's."""
    for each in (one for one in days if one > days[-1] - KEPT):
        until = in_time_until(each, uow.plant.plan_tolerance_days, uow.plant.zone)
        kept = {"due_on": each, "in_time_until": until, "made_at": uow.now, "told": each >= today(uow)}
        uow.add(PlanOrder, plan_id=plan.id, work_order_id=order_id, **kept)


def _tend_floating(uow: UnitOfWork, plan: MaintenancePlan) -> None:
    still = plan_calendar.open_order(uow, plan.id)
    if still is not None:
        uow.change(MaintenancePlan, plan.id, waits_for_id=still, next_due=None, make_on=None)
        return
    ended = uow.get(WorkOrder, plan.waits_for_id) if plan.waits_for_id is not None else None
    standing = plan_calendar.stands(uow, plan) if ended is None else _after(uow, plan, ended)
    if standing["make_on"] is not None and standing["make_on"] <= today(uow):
        order_id = _make(uow, plan, (standing["next_due"],))
        standing = {"waits_for_id": order_id, "next_due": None, "make_on": None}
    uow.change(MaintenancePlan, plan.id, **standing)


def _after(uow: UnitOfWork, plan: MaintenancePlan, ended: WorkOrder) -> dict[str, Any]:
    """Return where a plan stands after its order: counted from its completion, or from today when it was cancelled."""
    at = ended.completed_at or uow.now
    return plan_calendar.done_on(uow, plan, at.astimezone(uow.plant.zone).date())


def _make(uow: UnitOfWork, plan: MaintenancePlan, days: tuple[date, ...]) -> int:
    """Make one order for the days on which a plan came due, with its card, its steps and its parts; returns its id."""
    asset = uow.get(Asset, plan.asset_id)
    number = numbering.draw(uow, "work_order")
    order_id = uow.add(WorkOrder, number=number, **_values(uow, plan, asset, days))
    _keep(uow, plan, days, order_id)
    after = {"work_order": number, "due": [each.isoformat() for each in days]}
    uow.audit(Note(plan.code, "came due", after=after))
    uow.audit(
        Note(number, "planned", after={"state": WorkOrderState.READY.value}, rule=f"maintenance plan {plan.code}")
    )
    order = uow.get(WorkOrder, order_id)
    checklists.write(uow, order, checklist.steps_of(plan.steps.splitlines()))
    show_card(uow, order_id)
    line(uow, order, "planned", plan=plan.code, days=named(days), steps=plan.steps.splitlines(), skill=plan.skill)
    for row in uow.all(PlanPart, plan_id=plan.id):
        parts.need(uow, order_id, row.part_id, row.quantity)
    job_approval.reconsider(uow, order_id, fresh=True)
    return order_id


def _values(uow: UnitOfWork, plan: MaintenancePlan, asset: Asset, days: tuple[date, ...]) -> dict[str, Any]:
    usual = urgency(asset.criticality or "B", Impact.NONE, uow.now)
    because = f"maintenance plan {plan.code}"
    return {
        "title": plan.title, "description": _description(plan, days), "asset_id": asset.id, "task_type": plan.task_type,
        "impact": Impact.NONE.value, "priority": plan.priority or usual.priority.value, "priority_reason": because,
        "due_at": _due_at(uow, plan, days[-1]), "due_reason": because, "state": WorkOrderState.READY.value,
        "safety": together(asset.safety, plan.safety),
        "due_kind": (DueKind.REGULATORY if plan.regulatory else DueKind.PRODUCTION).value, "skill": plan.skill, "tools": plan.tools,
        "down_minutes": plan.down_minutes, "shutdown": plan.shutdown,
        "estimated_minutes": plan.estimated_minutes, "channel": uow.plant.channels.faults[0], "created_at": uow.now,
    }  # fmt: skip


def _description(plan: MaintenancePlan, days: tuple[date, ...]) -> str:
    steps = [f"{number}. {step}" for number, step in enumerate(plan.steps.splitlines(), 1)]
    return "\n".join([f"Maintenance plan {plan.code}, due {named(days)}.", *steps])


def _due_at(uow: UnitOfWork, plan: MaintenancePlan, day: date) -> datetime:
    """Return the end of the working hours of a day, or of the next day on which that is still to come."""
    working = uow.plant.working
    any_day = plan.every_day or not working.days
    first = max(day, today(uow))
    days = (first + timedelta(days=at) for at in range(MOST_DAYS))
    ends = (datetime.combine(day, working.ends, uow.plant.zone) for day in days if any_day or working.works(day))
    return next((at for at in ends if at > uow.now), datetime.combine(first, working.ends, uow.plant.zone))


def named(days: tuple[date, ...]) -> str:
    """Name days: ``3, 10 and 17 Nov``, the first and the last of very many."""
    said = [moments.short_day(day) for day in days]
    if len(said) > NAMED:
        return f"{said[0]} to {said[-1]} ({len(said)} times)"
    return " and ".join(filter(None, [", ".join(said[:-1]), said[-1]]))


def untold(uow: UnitOfWork) -> bool:
    """Say whether the channel has still to hear of something: what was missed, a pause that is over, a plan that rests."""
    missed = select(_MADE.c.id).where(_MADE.c.told.is_(False)).limit(1)
    over = select(_PAUSES.c.id).where(_PAUSES.c.told.is_(False), _PAUSES.c.last < today(uow)).limit(1)
    turned = select(_PLANS.c.id).where(_PLANS.c.rest_told.is_(False)).limit(1)
    return any(uow.run(query).scalar() is not None for query in (missed, over, turned))


def tell(uow: UnitOfWork) -> None:
    """Tell the channel for faults in one message what was missed, what fell into pauses and what rests; each once."""
    caught_up = [*_missed(uow), *_paused(uow)]
    rows = [*caught_up, *_resting(uow)]
    if not rows or not uow.plant.channels.faults:
        return
    heading = "Maintenance plans that were caught up" if caught_up else "Maintenance plans of retired assets"
    said = templates.card("answer", heading=heading, rows=rows, foot="More: `plans`")
    place = Place(uow.plant.channels.faults[0])
    cards.say(uow, "maintenance plans", place, {"text": said.text, "blocks": said.blocks})


def _missed(uow: UnitOfWork) -> list[str]:
    by_order: dict[tuple[int, int], list[date]] = {}
    for row in uow.all(PlanOrder, told=False):
        by_order.setdefault((row.plan_id, row.work_order_id), []).append(row.due_on)
        uow.change(PlanOrder, row.id, told=True)
    return [_caught_up(uow, plan_id, order_id, tuple(days)) for (plan_id, order_id), days in by_order.items()]


def _caught_up(uow: UnitOfWork, plan_id: int, order_id: int, days: tuple[date, ...]) -> str:
    plan, order = uow.get(MaintenancePlan, plan_id), uow.get(WorkOrder, order_id)
    together = f", together in {order.number}" if len(days) > 1 else f", now in {order.number}"
    return f"{plan.code} {plan.title}: was due {named(days)}{together}"


def _resting(uow: UnitOfWork) -> list[str]:
    """Say once which plans rest because their asset is retired, and which go on because it is in use again."""
    rows = uow.all(MaintenancePlan, rest_told=False)
    for row in rows:
        uow.change(MaintenancePlan, row.id, rest_told=True)
    return [_turned(uow, row, uow.get(Asset, row.asset_id)) for row in rows]


def _turned(uow: UnitOfWork, plan: MaintenancePlan, asset: Asset) -> str:
    if not plan.rests:
        coming = f"due next {moments.short_day(plan.next_due)}" if plan.next_due else "counted from today"
        return f"{plan.code} {plan.title}: {asset.code} is in use again, so it goes on, {coming}"
    still = plan_calendar.open_order(uow, plan.id)
    open_one = f"; {uow.get(WorkOrder, still).number} is still open" if still is not None else ""
    return f"{plan.code} {plan.title}: {asset.code} is retired, so it asks for nothing more{open_one}"


def _paused(uow: UnitOfWork) -> list[str]:
    told = []
    for row in uow.all(PlanPause, _PAUSES.c.last < today(uow), told=False):
        uow.change(PlanPause, row.id, told=True)
        told.append(_pause_over(uow, row))
    return told


def _pause_over(uow: UnitOfWork, pause: PlanPause) -> str:
    plan = uow.get(MaintenancePlan, pause.plan_id)
    until = pause.last or today(uow)
    goes_on = f"due next {moments.short_day(plan.next_due)}" if plan.next_due else "nothing is due"
    if Basis(plan.basis) is Basis.FLOATING:
        return f"{plan.code} {plan.title}: its pause is over, {goes_on}"
    schedule = plan_calendar.schedule_of(uow, plan, without=pause.id)
    days = tuple(schedule.within(pause.first - timedelta(days=1), until))
    left_out = f"{named(days)} left out" if days else "nothing left out"
    return f"{plan.code} {plan.title}: its pause is over, {left_out}, {goes_on}"
