"""Tables of planned care: maintenance plans, the parts they take, the orders made from them, and their pauses."""

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
    covered_to: date | None = None
    """Up to this day every occurrence has its order, or was before the plan's time."""
    next_due: date | None = None
    """The day on which it comes due next; None while that is not known or when it has ended."""
    make_on: date | None = Field(default=None, index=True)
    """The day on which its next order is made."""
    waits_for_id: int | None = link("work_orders", empty=True)
    """The open order that a floating plan waits for."""


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
    due_on: date = Field(nullable=False)
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
