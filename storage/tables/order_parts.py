"""Tables of what a work order holds beside itself: the steps of its checklist, and what it waits for."""

from datetime import datetime

from sqlmodel import SQLModel

from storage.columns import key, link, moment, whole, words


class WorkOrderStep(SQLModel, table=True):
    """One step of a work order's checklist: what is asked, within which limits (thousandths), and what was found."""

    __tablename__ = "work_order_steps"

    id: int = key()
    work_order_id: int = link("work_orders")
    kind: str = words()
    text: str = words()
    required: bool = True
    unit: str = words()
    low: int | None = whole(None)
    high: int | None = whole(None)
    choices: str = words()
    """What may be chosen, separated by bars; a choice that means "not right" ends in an exclamation mark."""
    answer: str = words()
    failed: bool = False
    answered_at: datetime | None = moment()
    answered_by_id: int | None = link("people", empty=True, index=False)
    follow_up_id: int | None = link("work_orders", empty=True)
    """The order that was made because the step failed."""


class WorkOrderWait(SQLModel, table=True):
    """What a work order waits for: another work order, a purchase order, or a contractor."""

    __tablename__ = "work_order_waits"

    id: int = key()
    work_order_id: int = link("work_orders")
    blocker_id: int | None = link("work_orders", empty=True)
    purchase_order_id: int | None = link("purchase_orders", empty=True)
    supplier_id: int | None = link("suppliers", empty=True)
    by_id: int | None = link("people", empty=True, index=False)
    since: datetime = moment(empty=False)
    ended_at: datetime | None = moment()
