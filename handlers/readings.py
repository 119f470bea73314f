"""Readings of meters: typed, imported or sent; each is kept, moves its plans, and asks for work once where a limit is passed."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from handlers import finding, moments, people, plan_calendar
from handlers.happenings import Answer
from handlers.questions import answer
from handlers.work_order_cards import line, show_card
from orders.errors import NotKnown, NotYours, ReadingUntimely, Unlawful
from orders.meters import Limit, MeterKind, ReadingKind, Step, exact, plain, stepped, thousandths
from orders.people import CHARGEHAND, Role
from orders.work_orders import OPEN, Impact, TaskType, WorkOrderState, urgency
from storage import numbering
from storage.tables import Asset, MaintenancePlan, Meter, MeterReading, WorkOrder
from storage.unit_of_work import Note, UnitOfWork

AHEAD = timedelta(minutes=5)
"""By how much another machine's clock may be ahead of ours."""
QUIET = timedelta(minutes=5)
"""How long a broker's same figure again is taken for the same message."""
FIRST_YEAR = 1990
"""Readings that are said to be older are believed of no meter."""
_TYPED = re.compile(
    r"(?P<name>.+)[\s:=]+(?P<value>[+-]?\d\S*|nan|[+-]?inf\w*)(?:\s+[^\s\d]+)?", re.IGNORECASE | re.DOTALL
)
_RESET = re.compile(r"\s+(?:reset|neu)\b", re.IGNORECASE)
SIDES = (("high", "above", True), ("low", "below", False))


@dataclass(frozen=True, slots=True)
class Told:
    """A reading as it comes in: thousandths, when it was taken, from where, and whether the meter was set back."""

    value: int
    at: datetime
    source: str
    reset: bool = False


def typed(uow: UnitOfWork, rest: str) -> Answer:
    """Take ``reading P-101 hours 1240``, with ``reset`` behind it for a meter that was changed or set back."""
    said, *reset = _RESET.split(rest.strip(), maxsplit=1)
    found = _TYPED.fullmatch(said.strip())
    if found is None:
        raise Unlawful(why="Write the meter and its reading, for instance `reading P-101 hours 1240`.")
    meter = named(uow, found["name"].strip(" :="))
    if reset:
        check_reset(uow)
    told = Told(thousandths(found["value"]), uow.now, "chat", reset=bool(reset))
    return _said(uow, meter, taken(uow, meter, told))


def check_reset(uow: UnitOfWork) -> None:
    """Refuse that a meter was set back, said by anybody but technicians and supervisors."""
    if not uow.actor.has(Role.TECHNICIAN, Role.SUPERVISOR):
        who = people.names(uow, Role.TECHNICIAN, Role.SUPERVISOR)
        raise NotYours(
            roles="technicians and supervisors", what="say that a meter was set back", who=f"Ask {who}." if who else ""
        )


def named(uow: UnitOfWork, written: str) -> Meter:
    """Return the meter with a code, or the one of an asset whose name or unit was said; raises ``NotKnown``."""
    by_code = uow.find(Meter, plain_code=_plain(written))
    if by_code is not None:
        return by_code
    spotted = finding.asset_in(uow, written).asset
    mine = uow.all(Meter, asset_id=spotted.id) if spotted is not None else []
    words = set(written.casefold().split())
    meant = [row for row in mine if words & {*row.name.casefold().split(), row.unit.casefold()}]
    found = meant or mine
    if len(found) != 1:
        hint = (
            finding.did_you_mean(f"{row.code} ({row.name})" for row in found)
            if found
            else "Meters come in by an import of meters.csv."
        )
        raise NotKnown(kind="one meter" if found else "meter", written=f"“{written.strip()[:40]}”", hint=hint)
    return found[0]


def _plain(code: str) -> str:
    """Return a code as codes are compared."""
    return re.sub(r"[\s./\-_]+", "", code).upper()


def sent(uow: UnitOfWork, code: str, value: Decimal, *, at: datetime | None, reset: bool) -> None:
    """Take a reading that another program sent for a meter by its code; without a moment it is of now."""
    taken(uow, _by_code(uow, code), Told(exact(value), at or uow.now, "web", reset=reset))


def _by_code(uow: UnitOfWork, code: str) -> Meter:
    meter = uow.find(Meter, plain_code=_plain(code))
    if meter is None:
        raise NotKnown(kind="meter", written=code[:40], hint="Meters come in by an import of meters.csv.")
    return meter


def published(uow: UnitOfWork, code: str, value: Decimal, *, at: datetime | None, retained: bool) -> None:
    """Take a reading that a broker passed on; what it has told before, or kept for whoever comes, is not counted twice.

    A message without a moment may be the last one once more: within ``QUIET`` the same figure says nothing new, and
    neither does one that the broker only ``retained``, however old it is.
    """
    meter = _by_code(uow, code)
    figure = exact(value)
    if at is not None:
        known = uow.find(MeterReading, meter_id=meter.id, at=at)
        old = meter.last_at is not None and at <= meter.last_at
        if (known is not None and known.value == figure) or (retained and old):
            return
    elif figure == meter.last_value and (retained or uow.now < (meter.last_at or uow.now) + QUIET):
        return
    taken(uow, meter, Told(figure, at or uow.now, "mqtt"))


def taken(uow: UnitOfWork, meter: Meter, told: Told) -> Step:
    """Keep a reading of a meter and do what follows from it; raises what is wrong with it, and then nothing is kept."""
    meter = uow.lock(Meter, meter.id)
    _check_time(uow, meter, told)
    kind = MeterKind(meter.kind)
    step = (
        Step(ReadingKind.RESET, 0) if told.reset else stepped(kind, meter.last_value, told.value, meter.rolls_over_at)
    )
    uow.add(
        MeterReading, meter_id=meter.id, at=told.at, value=told.value, kind=step.kind.value, source=told.source, by_id=uow.actor.person_id
    )  # fmt: skip
    uow.change(Meter, meter.id, last_value=told.value, last_at=told.at, used=meter.used + step.used)
    after = {"value": plain(told.value), "kind": step.kind.value, "source": told.source}
    uow.audit(
        Note(
            meter.code,
            "read",
            before={"value": None if meter.last_value is None else plain(meter.last_value)},
            after=after,
        )
    )
    plan_calendar.reached(uow, meter.id)
    _hold_against_limits(uow, meter, told.value)
    return step


def _check_time(uow: UnitOfWork, meter: Meter, told: Told) -> None:
    if told.at > uow.now + AHEAD:
        raise ReadingUntimely(at=moments.when(uow, told.at), why="that is still to come")
    if meter.last_at is not None and told.at <= meter.last_at:
        last = moments.when(uow, meter.last_at)
        raise ReadingUntimely(
            at=moments.when(uow, told.at), why=f"there is one of {last} already, and readings come in their order"
        )


def _hold_against_limits(uow: UnitOfWork, meter: Meter, value: int) -> None:
    """Ask for work where a limit is passed that was not passed before; while its order is open there is no other."""
    for name, word, above in SIDES:
        at = getattr(meter, name)
        if at is not None and Limit(at, meter.hysteresis, above).passed(value, before=meter.beyond == name):
            said = f"{meter.name} of {plain(value)} {meter.unit} is {word} {plain(at)}"
            if meter.beyond != name:
                _ask(uow, meter, said)
            uow.change(Meter, meter.id, beyond=name)
            return
    if meter.beyond:
        uow.change(Meter, meter.id, beyond="")


def _ask(uow: UnitOfWork, meter: Meter, said: str) -> None:
    if uow.get(Asset, meter.asset_id).status == "retired":
        uow.audit(Note(meter.code, "asked for nothing", words=said, rule="its asset is retired"))
        return
    order = uow.find(WorkOrder, id=meter.order_id) if meter.order_id is not None else None
    if order is not None and order.state in OPEN:
        line(uow, order, "passed_again", said=said)
        return
    if not uow.plant.channels.faults:
        raise Unlawful(why="No channel for faults is set up yet. Please ask the administrator to name one.")
    uow.change(Meter, meter.id, order_id=_order(uow, meter, said))


def _order(uow: UnitOfWork, meter: Meter, said: str) -> int:
    asset, actor = uow.get(Asset, meter.asset_id), uow.actor
    uow.actor = CHARGEHAND
    found = urgency(asset.criticality or "B", Impact.REDUCED, uow.now, uow.plant.due_at)
    number = numbering.draw(uow, "work_order")
    order_id = uow.add(
        WorkOrder, number=number, title=said, description=f"Meter {meter.code}: {said}.", asset_id=asset.id, safety=asset.safety,
        task_type=TaskType.INSPECTION.value, impact=Impact.REDUCED.value, priority=found.priority.value,
        priority_reason=f"limit of meter {meter.code}, criticality {asset.criticality}", due_at=found.due_at, due_reason=f"limit of meter {meter.code}",
        state=WorkOrderState.READY.value, channel=uow.plant.channels.faults[0], created_at=uow.now,
    )  # fmt: skip
    uow.audit(Note(number, "asked by a limit", after={"state": WorkOrderState.READY.value}, rule=f"meter {meter.code}"))
    show_card(uow, order_id)
    uow.actor = actor
    return order_id


def _said(uow: UnitOfWork, meter: Meter, step: Step) -> Answer:
    now = uow.get(Meter, meter.id)
    asset = uow.get(Asset, now.asset_id)
    since = f", {plain(step.used)} since {moments.when(uow, meter.last_at)}" if step.used and meter.last_at else ""
    how = {ReadingKind.RESET: " It counts on from there.", ReadingKind.ROLL_OVER: " It went through zero."}.get(
        step.kind, ""
    )
    heading = f"{now.code} stands at {plain(now.last_value or 0)} {now.unit}{since}.{how}"
    rows = [f"{plan.code} {plan.title}: {_left(plan, now)}" for plan in uow.all(MaintenancePlan, meter_id=meter.id)]
    order = uow.find(WorkOrder, id=now.order_id) if now.beyond and now.order_id else None
    rows += [f"{order.title}: {order.number}"] if order is not None else []
    rows += [f"{asset.code} is retired: its limits ask for no work"] if now.beyond and asset.status == "retired" else []
    return answer(heading, rows or [f"{now.name} of {asset.code}"])


def _left(plan: MaintenancePlan, meter: Any) -> str:
    if plan.rests or plan.waits_for_id is not None:
        return "rests" if plan.rests else "its order is open"
    left = plan.next_use - meter.used
    return f"due in {plain(left)} {meter.unit}" if left > 0 else "due now"
