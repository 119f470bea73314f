"""Tables of planned care: maintenance plans with parts, orders and pauses, and meters with their readings."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import key, link, moment, whole, words


class MaintenancePlan(SQLModel, table=True):
    """What is done again and again on an asset: how often, counted from what, and with what each order begins."""

    __tablename__ = "maintenance_plans"

    id: int = key()
    code: str = words(unique=True)
    plain_code: str = words(index=True)
    title: str = words()
    asset_id: int = link("assets")
    task_type: str = words()
    every: str = words()
    """How often, as it was written."""
    basis: str = words()
    first_day: date | None = None
    last_day: date | None = None
    lead_days: int = 0
    season: str = words()
    every_day: bool = False
    """Whether it may come due on a day on which nobody works."""
    priority: str = words()
    estimated_minutes: int | None = None
    safety: str = words()
    skill: str = words()
    steps: str = words()
    """What is done, one step a line."""
    tools: str = words()
    down_minutes: int | None = None
    shutdown: bool = False
    regulatory: bool = False
    """Whether a regulation asks for it."""
    covered_to: date | None = None
    """Up to this day every occurrence has its order, or was before the plan's time."""
    next_due: date | None = None
    """The day on which it comes due next; None while that is not known or when it has ended."""
    make_on: date | None = Field(default=None, index=True)
    """The day on which its next order is made."""
    waits_for_id: int | None = link("work_orders", empty=True)
    """The open order that a floating plan waits for."""
    meter_id: int | None = link("meters", empty=True)
    every_use: int = whole()
    """After how much on its meter it comes due, in thousandths; 0: the meter does not matter."""
    next_use: int = whole()
    """What its meter has counted in all when it comes due next."""
    counted_from: date | None = None
    """The day from which a fixed plan's interval is counted anew, because its meter asked for the work first."""
    rests: bool = False
    """Whether it makes no orders because its asset is retired."""
    rest_told: bool = True
    """Whether the channel knows that it rests, or goes on."""


class PlanPart(SQLModel, table=True):
    """A part that each order of a plan needs, in thousandths of its unit."""

    __tablename__ = "plan_parts"
    __table_args__ = (UniqueConstraint("plan_id", "part_id"),)

    id: int = key()
    plan_id: int = link("maintenance_plans")
    part_id: int = link("parts")
    quantity: int = whole()


class PlanOrder(SQLModel, table=True):
    """One occurrence of a plan with the order that it went into; never in two."""

    __tablename__ = "plan_orders"
    __table_args__ = (UniqueConstraint("plan_id", "due_on"),)

    id: int = key()
    plan_id: int = link("maintenance_plans")
    work_order_id: int = link("work_orders")
    due_on: date = Field(nullable=False, index=True)
    in_time_until: datetime = moment(empty=False)
    """Until when it counts as done in time, by the tolerance of the day on which its order was made."""
    made_at: datetime = moment(empty=False)
    told: bool = Field(default=True, index=True)
    """Whether the channel knows; an occurrence that was missed is told once."""


class PlanPause(SQLModel, table=True):
    """Days on which a plan makes no orders, and why; without a last day until somebody resumes it."""

    __tablename__ = "plan_pauses"

    id: int = key()
    plan_id: int = link("maintenance_plans")
    first: date = Field(nullable=False)
    last: date | None = None
    reason: str = words()
    by_id: int | None = link("people", empty=True, index=False)
    told: bool = Field(default=False, index=True)
    """Whether the channel knows what fell into it."""


class Meter(SQLModel, table=True):
    """Something on an asset that is read: what it counts in, its limits, and where it stands; figures in thousandths."""

    __tablename__ = "meters"

    id: int = key()
    code: str = words(unique=True)
    plain_code: str = words(index=True)
    name: str = words()
    asset_id: int = link("assets")
    unit: str = words()
    kind: str = words()
    rolls_over_at: int = whole()
    high: int | None = whole(None)
    low: int | None = whole(None)
    hysteresis: int = whole()
    """By how much it has to come back behind a limit before the limit may be passed anew."""
    last_value: int | None = whole(None)
    last_at: datetime | None = moment()
    used: int = whole()
    """What was counted in all, over resets and roll-overs."""
    beyond: str = words()
    """The limit that is passed: ``high``, ``low`` or neither."""
    order_id: int | None = link("work_orders", empty=True)
    """The order that its last passed limit asked for."""


class MeterReading(SQLModel, table=True):
    """One reading, never edited: when, how much, what it meant, and where it came from."""

    __tablename__ = "meter_readings"
    __table_args__ = (UniqueConstraint("meter_id", "at"),)

    id: int = key()
    meter_id: int = link("meters")
    at: datetime = moment(empty=False)
    value: int = whole()
    kind: str = words()
    source: str = words()
    by_id: int | None = link("people", empty=True, index=False)
