"""Tables of purchasing: needs, orders and their lines, and approvals."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import SQLModel

from storage.columns import key, link, moment, whole, words


class Requisition(SQLModel, table=True):
    """A need for a part, or for something that only words describe, apart from any order."""

    __tablename__ = "requisitions"

    id: int = key()
    number: str = words(unique=True)
    part_id: int | None = link("parts", empty=True)
    description: str = words()
    """What is needed in words, where the register does not know it."""
    unit: str = words()
    """The unit of what is described in words; a part has its own."""
    service: bool = False
    quantity: int = whole()
    """Thousandths that this need still stands for."""
    asked: int = whole()
    """Thousandths that it was raised for: what it stands for, and what was split off from it."""
    split_from_id: int | None = link("requisitions", empty=True)
    needed_by: date | None = None
    origin: str = words()
    """``work_order``, ``reorder_point``, ``project`` or ``person``."""
    project: str = words()
    reason: str = words()
    work_order_id: int | None = link("work_orders", empty=True)
    cost_centre_id: int | None = link("cost_centres", empty=True, index=False)
    requested_by_id: int | None = link("people", empty=True)
    state: str = words(index=True)
    """``open``, ``on_order``, ``fulfilled``, ``from_stock``, ``cancelled`` or ``rejected``."""
    ending: str = words()
    """Why it was rejected, cancelled or taken from stock."""
    ended_at: datetime | None = moment()
    projected: int | None = whole(None)
    """What was projected of the part when the reorder point asked for it, in thousandths."""
    created_at: datetime = moment(empty=False)


class PurchaseOrder(SQLModel, table=True):
    """An order to one supplier. ``draft_number`` is its name until the last approval reveals ``number``."""

    __tablename__ = "purchase_orders"

    id: int = key()
    draft_number: str = words(unique=True)
    number: str | None = words(empty=True, unique=True)
    kind: str = words()
    parent_id: int | None = link("purchase_orders", empty=True)
    """The agreement that it is ordered under."""
    release_no: int | None = None
    """The how many-th release of its agreement it is; with the agreement's number it makes its own."""
    revision: int = 1
    state: str = words(index=True)
    receipt_state: str = words()
    supplier_id: int | None = link("suppliers", empty=True)
    currency: str = words()
    requested_by_id: int | None = link("people", empty=True)
    buyer_id: int | None = link("people", empty=True, index=False)
    delivery_place: str = words()
    payment_terms: str = words()
    return_conditions: str = words()
    warranty: str = words()
    incoterm: str = words()
    incoterm_place: str = words()
    terms_edition: str = words()
    deliver_by: date | None = None
    charges: str = words()
    """What is asked for beyond the lines, freight first of all, or taken off, as JSON."""
    total: int = whole()
    rate: str = words()
    """What one unit of the currency was worth in the plant's currency when the order was requested, as a decimal."""
    rate_on: date | None = None
    """The day from which that rate held."""
    content_hash: str = words()
    reason: str = words()
    rejection: str = words()
    document: str = words()
    """The frozen content of the mailed document as JSON, written at the last approval."""
    submitted_at: datetime | None = moment()
    approved_at: datetime | None = moment()
    sent_at: datetime | None = moment()
    answered_at: datetime | None = moment()
    """When the supplier said something about it for the first time."""
    supplier_answer: str = words()
    promised_on: date | None = None
    cancel_asked_at: datetime | None = moment()
    """Since when the supplier is asked to agree that this is cancelled; None when nobody asked, or it is settled."""
    ending: str = words()
    """Why it was cancelled, or closed before everything came."""
    changed_at: datetime = moment(empty=False)
    created_at: datetime = moment(empty=False)
    version: int = 1


class PurchaseOrderAuthor(SQLModel, table=True):
    """Somebody besides the requester who made an order what it is, and so may not approve it."""

    __tablename__ = "purchase_order_authors"
    __table_args__ = (UniqueConstraint("order_id", "person_id"),)

    id: int = key()
    order_id: int = link("purchase_orders")
    person_id: int = link("people")


class PurchaseOrderLine(SQLModel, table=True):
    """One line of an order, with its counters in thousandths of the line's unit."""

    __tablename__ = "purchase_order_lines"
    __table_args__ = (UniqueConstraint("order_id", "line"),)

    id: int = key()
    order_id: int = link("purchase_orders")
    line: int
    part_id: int | None = link("parts", empty=True)
    description: str = words()
    supplier_part: str = words()
    gtin: str = words()
    quantity: int = whole()
    unit: str = words()
    pack_unit: str = words()
    pack_size: int = whole()
    filled: int | None = whole(None)
    """What of the quantity is there only because the supplier sells no less; None where a person wrote the quantity."""
    price: int = whole()
    listed: bool = False
    """Whether the price is the supplier's by quantity, so that it moves with what is ordered; no for what a person wrote."""
    tax: str = words()
    """How it is taxed, as it is written: ``19 %`` or ``exempt: …``; empty until it is requested, unless somebody says it."""
    cost_centre_id: int | None = link("cost_centres", empty=True)
    work_order_id: int | None = link("work_orders", empty=True)
    agreement_line_id: int | None = link("purchase_order_lines", empty=True)
    """The line of the agreement that this one is ordered from."""
    deliver_by: date | None = None
    promised_on: date | None = None
    received: int = whole()
    """What came: accepted, rejected, and what waits to be inspected."""
    accepted: int = whole()
    rejected: int = whole()
    returned: int = whole()
    """What of the rejected was sent back."""
    cancelled: int = whole()
    billed: int = whole()
    """What invoices that fit have charged, less what credit notes gave back."""
    dropped_in: int = 0
    """The revision that dropped the line, 0 for none; all of its quantity is cancelled then."""


class PurchaseOrderNeed(SQLModel, table=True):
    """How much of a need (thousandths of the need's unit) one order line stands for; 0 where it once did."""

    __tablename__ = "purchase_order_needs"
    __table_args__ = (UniqueConstraint("line_id", "requisition_id"),)

    id: int = key()
    line_id: int = link("purchase_order_lines")
    requisition_id: int = link("requisitions")
    quantity: int = whole()


class Approval(SQLModel, table=True):
    """One run of the approval rules over one content of one order."""

    __tablename__ = "approvals"

    id: int = key()
    order_id: int = link("purchase_orders")
    revision: int
    content_hash: str = words()
    content: str = words()
    """What was asked about as JSON, so that the next question can say what is different."""
    state: str = words()
    """``open``, ``approved``, ``rejected`` or ``voided``."""
    needs: str = words()
    """How many approvals each step takes, as JSON."""
    stages: str = words()
    """In which turn each step is asked, as JSON; steps of one turn are asked side by side."""
    rule: str = words()
    """The automatic rule that approved the content where no person was asked."""
    counted: int | None = whole(None)
    """The amount that the rules were held against, with what was ordered beside it, in the plant's minor units."""
    created_at: datetime = moment(empty=False)
    ended_at: datetime | None = moment()


class ApprovalTask(SQLModel, table=True):
    """The question to one approver in one step; decided once and never changed afterwards."""

    __tablename__ = "approval_tasks"
    __table_args__ = (UniqueConstraint("approval_id", "step", "person_id"),)

    id: int = key()
    approval_id: int = link("approvals")
    step: int
    person_id: int = link("people")
    instead_of_id: int | None = link("people", empty=True, index=False)
    """Whom the rule names, where somebody else is asked in their place."""
    why: str = words()
    """Why somebody else is asked: ``stand_in``, ``passed_on`` or ``escalated``; empty when the rule names them."""
    rule: str = words()
    state: str = words(index=True)
    reason: str = words()
    asked_at: datetime | None = moment()
    """Since when the question is put to the person; None while an earlier step comes first."""
    reminded_at: datetime | None = moment()
    escalated_at: datetime | None = moment()
    decided_at: datetime | None = moment()


class Absence(SQLModel, table=True):
    """Somebody is away from one day to another, both included, and who decides on orders instead."""

    __tablename__ = "absences"

    id: int = key()
    person_id: int = link("people")
    stand_in_id: int | None = link("people", empty=True)
    first: date
    last: date
    state: str = words()
    """``planned`` (also while it lasts) or ``ended``."""
    made_by_id: int = link("people", index=False)
    made_at: datetime = moment(empty=False)
