"""Tables of the work order: the order itself, why it waits, and the time and parts that went into it."""

from datetime import datetime

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import key, link, moment, whole, words


class WorkOrder(SQLModel, table=True):
    """What is to be done, by whom, when and with what."""

    __tablename__ = "work_orders"
    __table_args__ = (
        UniqueConstraint("channel", "root_ts"),
        # The few open ones among all that a person or a machine ever had.
        Index("work_orders_of_asset", "asset_id", "state"),
        Index("work_orders_of_responsible", "responsible_id", "state"),
        Index("work_orders_of_reporter", "reported_by_id", "state"),
    )

    id: int = key()
    number: str = words(unique=True)
    title: str = words()
    description: str = words()
    asset_id: int | None = link("assets", empty=True, index=False)
    task_type: str = words()
    impact: str = words()
    priority: str = words()
    priority_reason: str = words()
    due_at: datetime = moment(empty=False, index=True)
    due_reason: str = words()
    due_kind: str = Field(default="urgency", sa_type=Text, nullable=False)
    """What its due date is tied to: urgency, production or a regulation."""
    state: str = words(index=True)
    safety: str = words()
    safety_acknowledged_at: datetime | None = moment()
    safety_acknowledged_by: int | None = link("people", empty=True, index=False)
    estimated_minutes: int | None = None
    instructions: str = words()
    skill: str = words()
    tools: str = words()
    down_minutes: int | None = None
    """How long the asset is expected to stand for the work."""
    shutdown: bool = False
    """Whether the plant has to be shut down for it."""
    extra_cost: int = whole()
    """What is expected to be paid beside hours and parts, in minor units of the plant's currency."""
    approval: str = words()
    """Where the question about its cost stands: nothing was asked, ``asked``, ``given`` or ``refused``."""
    approval_amount: int | None = whole(None)
    """The estimated cost that was asked about, in minor units."""
    approval_asked_by_id: int | None = link("people", empty=True, index=False)
    parent_id: int | None = link("work_orders", empty=True)
    responsible_id: int | None = link("people", empty=True, index=False)
    reported_by_id: int | None = link("people", empty=True, index=False)
    channel: str = words()
    root_ts: str | None = words(empty=True)
    """The Slack message that the conversation hangs from; None until the card that is the root has been posted."""
    guessed: str = words()
    """What was read out of the report and not said outright, for instance ``asset,priority``."""
    started_at: datetime | None = moment()
    completed_at: datetime | None = moment()
    completed_by_id: int | None = link("people", empty=True, index=False)
    closed_at: datetime | None = moment()
    down_from: datetime | None = moment(index=True)
    down_until: datetime | None = moment()
    failure_mode: str = words()
    failure_cause: str = words()
    remedy: str = words()
    created_at: datetime = moment(empty=False, index=True)
    version: int = 1


class WorkOrderHold(SQLModel, table=True):
    """One reason why a work order waits, from when to when."""

    __tablename__ = "work_order_holds"

    id: int = key()
    work_order_id: int = link("work_orders")
    reason: str = words()
    note: str = words()
    since: datetime = moment(empty=False)
    released_at: datetime | None = moment()


class WorkOrderTime(SQLModel, table=True):
    """Time that one person spent on a work order; ``ended_at`` is None while the timer runs."""

    __tablename__ = "work_order_times"

    id: int = key()
    work_order_id: int = link("work_orders")
    person_id: int = link("people")
    started_at: datetime | None = moment()
    ended_at: datetime | None = moment(index=True)
    minutes: int | None = None
    note: str = words()
    rate: int | None = whole(None)
    """What an hour of this person cost then, in minor units; None where nobody had said."""
    currency: str = words()
    asked_at: datetime | None = moment()
    """When the person was last asked whether the timer still runs rightly."""


class WorkOrderCost(SQLModel, table=True):
    """Money that a work order cost beside hours, parts and bought services, never edited; a negative row takes back."""

    __tablename__ = "work_order_costs"

    id: int = key()
    work_order_id: int = link("work_orders")
    amount: int = whole()
    """In minor units."""
    currency: str = words()
    what: str = words()
    by_id: int | None = link("people", empty=True, index=False)
    at: datetime = moment(empty=False)


class WorkOrderPart(SQLModel, table=True):
    """A part that a work order needs: thousandths needed, reserved now, issued, and short."""

    __tablename__ = "work_order_parts"
    __table_args__ = (UniqueConstraint("work_order_id", "part_id"),)

    id: int = key()
    work_order_id: int = link("work_orders")
    part_id: int = link("parts")
    store: str = words()
    needed: int = whole()
    reserved: int = whole()
    issued: int = whole()


class WorkOrderChange(SQLModel, table=True):
    """One change of scope or of an earlier conclusion: who, what before, what after, why."""

    __tablename__ = "work_order_changes"

    id: int = key()
    work_order_id: int = link("work_orders")
    at: datetime = moment(empty=False)
    by_id: int | None = link("people", empty=True, index=False)
    field: str = words()
    before: str = words()
    after: str = words()
    reason: str = words()
