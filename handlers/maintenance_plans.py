"""Maintenance plans as people ask for them: all of them by what is due next, one with its record, paused and resumed."""

import re
from datetime import date, timedelta

from sqlalchemy import and_, bindparam, case, func, or_, select

from handlers import finding, moments, people, plan_calendar
from handlers.happenings import Answer
from handlers.order_content import today
from handlers.questions import answer
from handlers.typed_days import day_named
from orders.errors import NotKnown, NotYours, ReasonMissing, Unlawful
from orders.maintenance import Basis, Compliance
from orders.meters import plain
from orders.people import Role
from orders.units import measured
from orders.work_orders import WorkOrderState
from storage.prepared import Prepared
from storage.tables import Asset, MaintenancePlan, Meter, Part, PlanOrder, PlanPart, PlanPause, WorkOrder
from storage.unit_of_work import Note, UnitOfWork, table

_PLANS, _ASSETS, _MADE, _ORDERS = table(MaintenancePlan), table(Asset), table(PlanOrder), table(WorkOrder)
_DAY, YEAR = timedelta(days=1), timedelta(days=365)
SHOWN = 14
LATEST = 3
_DONE = or_(*(_ORDERS.c.state == state.value for state in (WorkOrderState.COMPLETED, WorkOrderState.CLOSED)))
_IN_TIME = and_(_DONE, _ORDERS.c.completed_at < _MADE.c.in_time_until)
_KEPT = (
    select(
        func.coalesce(func.sum(case((_IN_TIME, 1), else_=0)), 0).label("kept"),
        func.coalesce(func.sum(case((or_(_IN_TIME, _MADE.c.in_time_until <= bindparam("now")), 1), else_=0)), 0).label(
            "counted"
        ),
    )
    .select_from(_MADE.join(_ORDERS, _ORDERS.c.id == _MADE.c.work_order_id))
    .where(_MADE.c.due_on >= bindparam("since"))
)
_ALL_KEPT, _PLAN_KEPT = Prepared(_KEPT), Prepared(_KEPT.where(_MADE.c.plan_id == bindparam("plan")))
_PAUSE = re.compile(
    r"(?P<word>pause|resume|suspend|go on|pausieren|weiter)\b\s*(?P<days>.*?)\s*(?:\b(?:because|weil)\s+(?P<why>.+))?",
    re.IGNORECASE | re.DOTALL,
)
_SPAN = re.compile(
    r"(?:(?:from|ab|von)\s+)?(?:(?P<first>.+?)\s+)?(?:until|till|to|bis|-)\s+(?P<last>.+)", re.IGNORECASE
)


def listed(uow: UnitOfWork, rest: str) -> Answer:
    """Answer ``plans`` and ``plans P-101``: what is due next first, and how plans were kept to in the last year."""
    asset = finding.asset(uow, rest) if rest.strip() else None
    mine = () if asset is None else (_PLANS.c.asset_id == asset.id,)
    count = uow.count(MaintenancePlan, *mine)
    if not count:
        return answer(
            "No maintenance plans" + (f" for {asset.code}" if asset else ""),
            ["They come in by an import of plans.csv."],
        )
    order = (_PLANS.c.next_due.is_(None), _PLANS.c.next_due, _PLANS.c.code)
    rows = uow.run(select(_PLANS).where(*mine).order_by(*order).limit(SHOWN)).all()
    told = [_row(uow, plan) for plan in rows]
    told += [f"… and {count - SHOWN} more: ask with an asset's code"] if count > SHOWN else []
    heading = f"Maintenance plans{f' of {asset.code}' if asset else ''}: {_kept(uow).words()} within a year"
    return answer(heading, told, "`plan` and a code shows one")


def _row(uow: UnitOfWork, plan: MaintenancePlan) -> str:
    return f"*{plan.code}* {plan.title}, {uow.get(Asset, plan.asset_id).code}: {_standing(uow, plan)}"


def _standing(uow: UnitOfWork, plan: MaintenancePlan) -> str:
    """Say where a plan stands in a few words."""
    if plan.rests:
        return "rests, because its asset is retired"
    pause = _pause(uow, plan)
    paused = f"paused {_until(pause)}, " if pause is not None and pause.first <= today(uow) else ""
    still = plan_calendar.open_order(uow, plan.id)
    going = f"{uow.get(WorkOrder, still).number} is open, " if still is not None else ""
    if plan.next_due is not None:
        return f"{paused}{going}due {moments.short_day(plan.next_due)}"
    if still is not None and Basis(plan.basis) is Basis.FLOATING:
        return f"{paused}{going}counted anew once it is done"
    if plan.meter_id is not None:
        return f"{paused}{going}{_by_meter(uow, plan)}"
    return (paused + going + ("" if paused else "has ended")).rstrip(", ")


def _by_meter(uow: UnitOfWork, plan: MaintenancePlan) -> str:
    meter = uow.get(Meter, plan.meter_id)
    return f"due in {plain(max(plan.next_use - meter.used, 0))} {meter.unit} of {meter.code}"


def _how_often(uow: UnitOfWork, plan: MaintenancePlan) -> str:
    """Say how often a plan comes due, by days, by its meter or by whichever is first, and from where that is counted."""
    meter = uow.get(Meter, plan.meter_id) if plan.meter_id is not None else None
    used = f"every {plain(plan.every_use)} {meter.unit} of {meter.code}" if meter is not None else ""
    first = ", whichever comes first" if used and plan.every else ""
    fixed = "by the calendar" if meter is None else "counted from when it came due"
    counted = fixed if plan.basis == Basis.FIXED else "counted from when it was done"
    return f"{' or '.join(filter(None, [plan.every, used]))}{first}, {counted}"


def _opened(words: str) -> str:
    """Return words with a capital at their beginning, numbers left as they are."""
    return words[:1].upper() + words[1:]


def _pause(uow: UnitOfWork, plan: MaintenancePlan) -> PlanPause | None:
    """Return the pause of a plan that lasts or is to come."""
    rows = uow.all(PlanPause, plan_id=plan.id)
    return next((row for row in rows if row.last is None or row.last >= today(uow)), None)


def _until(pause: PlanPause) -> str:
    return f"until {moments.short_day(pause.last)}" if pause.last else "until it is resumed"


def _kept(uow: UnitOfWork, plan_id: int | None = None) -> Compliance:
    """Count how plans (or one of them) were kept to in the last year."""
    span = {"since": today(uow) - YEAR, "now": uow.now}
    row = uow.row(_ALL_KEPT, **span) if plan_id is None else uow.row(_PLAN_KEPT, **span, plan=plan_id)
    return Compliance(int(row.kept), int(row.counted))


def typed(uow: UnitOfWork, rest: str) -> Answer:
    """Answer ``plan GREASE-1``, ``plan GREASE-1 pause until 6 Jan because …`` and ``plan GREASE-1 resume``."""
    code, _, more = rest.strip().partition(" ")
    if not code:
        return listed(uow, "")
    plan = _named(uow, code)
    if not more.strip():
        return _shown(uow, plan)
    found = _PAUSE.fullmatch(more.strip())
    if found is None:
        raise Unlawful(why=f"Write `plan {plan.code} pause until 6 Jan because …`, or `plan {plan.code} resume`.")
    _check_supervisor(uow)
    if found["word"].lower() in {"resume", "go on", "weiter"}:
        return _resume(uow, plan)
    return _suspend(uow, plan, found["days"], found["why"] or "")


def _named(uow: UnitOfWork, code: str) -> MaintenancePlan:
    plain = re.sub(r"[\s./\-_]+", "", code).upper()
    found = uow.find(MaintenancePlan, plain_code=plain)
    if found is None:
        near = [
            row.code
            for row in uow.run(select(_PLANS).where(func.upper(_PLANS.c.plain_code).contains(plain[:3])).limit(3))
        ]
        hint = f"Did you mean {' or '.join(near)}?" if near else "Type `plans` to see them."
        raise NotKnown(kind="maintenance plan", written=code, hint=hint)
    return found


def _shown(uow: UnitOfWork, plan: MaintenancePlan) -> Answer:
    asset = uow.get(Asset, plan.asset_id)
    rows = [
        f"On {asset.code} {asset.name}, {_how_often(uow, plan)}",
        _opened(_standing(uow, plan)),
        f"In time within a year: {_kept(uow, plan.id).words()}",
        *_facts(uow, plan),
        *(f"{number}. {step}" for number, step in enumerate(plan.steps.splitlines(), 1)),
        *_record(uow, plan),
    ]
    return answer(f"{plan.code}: {plan.title}", rows, f"`plan {plan.code} pause until …` · `plan {plan.code} resume`")


def _facts(uow: UnitOfWork, plan: MaintenancePlan) -> list[str]:
    wanted = [(row.quantity, uow.get(Part, row.part_id)) for row in uow.all(PlanPart, plan_id=plan.id)]
    needs = ", ".join(f"{measured(quantity, part.unit)} {part.name}" for quantity, part in wanted)
    told = [("Season", plan.season), ("Skill", plan.skill), ("Safety", plan.safety), ("Parts", needs)]
    return [f"{name}: {words}" for name, words in told if words]


def _record(uow: UnitOfWork, plan: MaintenancePlan) -> list[str]:
    rows = uow.all(PlanOrder, plan_id=plan.id)[-LATEST:]
    orders = [(row, uow.get(WorkOrder, row.work_order_id)) for row in reversed(rows)]
    return [
        f"{moments.short_day(row.due_on)}: {order.number}, {order.state.replace('_', ' ')}" for row, order in orders
    ]


def _check_supervisor(uow: UnitOfWork) -> None:
    if not uow.actor.has(Role.SUPERVISOR, Role.ADMIN):
        who = people.names(uow, Role.SUPERVISOR)
        raise NotYours(roles="supervisors", what="pause or resume a plan", who=f"Ask {who}." if who else "")


def _suspend(uow: UnitOfWork, plan: MaintenancePlan, days: str, why: str) -> Answer:
    if not why.strip():
        raise ReasonMissing(subject=plan.code)
    if _pause(uow, plan) is not None:
        raise Unlawful(why=f"{plan.code} has a pause already. Write `plan {plan.code} resume` first.")
    first, last = _span(uow, days)
    uow.add(PlanPause, plan_id=plan.id, first=first, last=last, reason=why.strip(), by_id=uow.actor.person_id)
    after = {"first": first.isoformat(), "last": last.isoformat() if last else None}
    uow.audit(Note(plan.code, "paused", after=after, words=why.strip()))
    return _moved(uow, plan, f"{plan.code} is paused from {moments.short_day(first)}")


def _span(uow: UnitOfWork, written: str) -> tuple[date, date | None]:
    """Read ``until 6 Jan`` or ``24 Dec to 6 Jan``; nothing written means from today until somebody resumes it."""
    day = today(uow)
    if not written.strip():
        return day, None
    found = _SPAN.fullmatch(written.strip())
    if found is None:
        raise Unlawful(
            why="Write the days as `until 6 Jan` or `24 Dec to 6 Jan`, or none for a pause until you resume it."
        )
    first = day_named(found["first"], day) if found["first"] else day
    last = day_named(found["last"], first)
    if first < day or last < first:
        raise Unlawful(why="A pause begins today or later, and ends no earlier than it begins.")
    return first, last


def _resume(uow: UnitOfWork, plan: MaintenancePlan) -> Answer:
    pause = _pause(uow, plan)
    if pause is None:
        raise Unlawful(why=f"{plan.code} is not paused.")
    last = max(today(uow), pause.first) - _DAY
    uow.change(PlanPause, pause.id, last=last)
    uow.audit(Note(plan.code, "resumed", after={"last": last.isoformat()}))
    return _moved(uow, plan, f"{plan.code} goes on")


def _moved(uow: UnitOfWork, plan: MaintenancePlan, heading: str) -> Answer:
    standing = plan_calendar.stands(uow, plan)
    if standing:
        uow.change(MaintenancePlan, plan.id, **standing)
    return answer(heading, [_opened(_standing(uow, uow.get(MaintenancePlan, plan.id)))])
