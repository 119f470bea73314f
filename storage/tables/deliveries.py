"""Tables of what comes back: supplier mail, delivery notices, and receipts."""

from datetime import date, datetime

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import key, link, moment, whole, words


class Attachment(SQLModel, table=True):
    """Bytes that are kept once by content; names are ours, never the sender's."""

    __tablename__ = "attachments"

    id: int = key()
    sha256: str = words(unique=True)
    size: int
    media_type: str = words()
    content: bytes = Field(sa_type=LargeBinary)
    created_at: datetime = moment(empty=False)


class Enclosure(SQLModel, table=True):
    """Which document an attachment belongs to, and under which name it came."""

    __tablename__ = "enclosures"
    __table_args__ = (UniqueConstraint("subject", "attachment_id", "name"),)

    id: int = key()
    subject: str = words(index=True)
    attachment_id: int = link("attachments")
    name: str = words()
    by_id: int | None = link("people", empty=True, index=False)
    at: datetime = moment(empty=False)


class InboundMail(SQLModel, table=True):
    """One mail as it came, stored before the server is told; its state says what became of it."""

    __tablename__ = "inbound_mails"
    __table_args__ = (UniqueConstraint("account", "folder", "uidvalidity", "uid"),)

    id: int = key()
    account: str = words()
    folder: str = words()
    uidvalidity: int = whole()
    uid: int = whole()
    sha256: str = words(index=True)
    attachment_id: int | None = link("attachments", empty=True)
    size: int = 0
    received_at: datetime = moment(empty=False)
    state: str = words(index=True)
    """``stored``, ``read``, ``proposed``, ``asked``, ``ignored``, ``quarantined``, ``duplicate``, ``failed``, ``settled``."""
    kind: str = words()
    subject: str = words()
    sender: str = words()
    message_id: str = words()
    trust: str = words()
    supplier_id: int | None = link("suppliers", empty=True)
    order_id: int | None = link("purchase_orders", empty=True)
    reading: str = words()
    """The reading as JSON (chargehand.reading/1)."""
    problem: str = words()
    attempts: int = 0
    line_count: int = 0
    """How many order lines the reader found in it."""
    taken_by_id: int | None = link("people", empty=True, index=False)
    """Who looks after it, so that two people do not."""
    taken_at: datetime | None = moment()
    correction: str = words()
    """What a person said it means instead, as JSON lines; empty when nobody corrected it."""
    lessons: str = words()
    """What the correction could teach, as JSON rules; empty until it was thought about."""


class ReadingRule(SQLModel, table=True):
    """What a supplier means by a column, a date, a unit word or a number of its own: learnt from a correction."""

    __tablename__ = "reading_rules"
    __table_args__ = (UniqueConstraint("supplier_id", "kind", "said"),)

    id: int = key()
    supplier_id: int = link("suppliers")
    kind: str = words()
    """``column``, ``dates``, ``unit`` or ``part``."""
    said: str = words()
    """The supplier's word, folded as the reader folds words; ``*`` for all dates."""
    means: str = words()
    state: str = words()
    """``active`` or ``revoked``."""
    mail_id: int | None = link("inbound_mails", empty=True)
    """The mail whose correction taught it."""
    made_by_id: int = link("people", index=False)
    made_at: datetime = moment(empty=False)
    changed_by_id: int | None = link("people", empty=True, index=False)
    changed_at: datetime | None = moment()
    version: int = 1


class DeliveryNotice(SQLModel, table=True):
    """A supplier's claim of what was shipped; unique by supplier, kind, number and revision."""

    __tablename__ = "delivery_notices"
    __table_args__ = (UniqueConstraint("supplier_id", "kind", "number", "revision"),)

    id: int = key()
    supplier_id: int = link("suppliers")
    kind: str = words()
    number: str = words()
    revision: int = 1
    mail_id: int | None = link("inbound_mails", empty=True)
    state: str = words()
    carrier: str = words()
    tracking: str = words()
    despatched_on: date | None = None
    expected_on: date | None = None
    created_at: datetime = moment(empty=False)


class DeliveryNoticeLine(SQLModel, table=True):
    """What the supplier says about one order line, with the words it was read from."""

    __tablename__ = "delivery_notice_lines"
    __table_args__ = (UniqueConstraint("notice_id", "order_line_id"),)

    id: int = key()
    notice_id: int = link("delivery_notices")
    order_line_id: int = link("purchase_order_lines")
    quantity: int = whole()
    outstanding: int | None = whole(None)
    expected_on: date | None = None
    evidence: str = words()


class Receipt(SQLModel, table=True):
    """What arrived, as the plant counted it; while ``proposed`` or ``asked`` it changes nothing."""

    __tablename__ = "receipts"

    id: int = key()
    number: str = words(unique=True)
    order_id: int = link("purchase_orders")
    notice_id: int | None = link("delivery_notices", empty=True)
    state: str = words(index=True)
    created_at: datetime = moment(empty=False)
    posted_at: datetime | None = moment()
    posted_by_id: int | None = link("people", empty=True, index=False)
    note: str = words()
    reverses_id: int | None = link("receipts", empty=True)
    """The receipt that this one takes back, line by line, with negative figures."""
    work_order_id: int | None = link("work_orders", empty=True)
    """The job that it went to at once, without lying in the store."""
    said: str = words()
    """The sentence of our own people that it was proposed from; empty where a notice or a form was."""
    said_by_id: int | None = link("people", empty=True, index=False)
    place: str = words()
    """Where it arrived, when that was not where it belongs."""
    flags: str = words()
    """What was odd about it, as a JSON list of sentences: early, late, another place, something else instead."""
    counted_by_id: int | None = link("people", empty=True, index=False)
    """Who counted more than may be taken in and asked whether it stays."""
    decided_by_id: int | None = link("people", empty=True, index=False)
    """Who answered that."""
    decided_at: datetime | None = moment()
    version: int = 1


class ReceiptLine(SQLModel, table=True):
    """One line of a receipt: claimed by the supplier, counted by us, rejected, held; thousandths of the order's unit."""

    __tablename__ = "receipt_lines"
    __table_args__ = (UniqueConstraint("receipt_id", "order_line_id"),)

    id: int = key()
    receipt_id: int = link("receipts")
    order_line_id: int = link("purchase_order_lines")
    notice_line_id: int | None = Field(default=None, foreign_key="delivery_notice_lines.id", unique=True, nullable=True)
    claimed: int | None = whole(None)
    counted: int | None = whole(None)
    rejected: int = whole()
    held: int = whole()
    """What of the counted still waits to be inspected; it is neither accepted nor rejected."""
    reason: str = words()
    """What is wrong with the rejected, or why something is held."""
    instead: str = words()
    """What came in place of what was ordered."""


class ReceiptLot(SQLModel, table=True):
    """What a part's maker calls the goods of one receipt line: a lot or one serial number, and how long they keep."""

    __tablename__ = "receipt_lots"

    id: int = key()
    receipt_line_id: int = link("receipt_lines")
    part_id: int = link("parts")
    lot: str = words()
    serial: str = words()
    quantity: int = whole()
    expires_on: date | None = None


class Inspection(SQLModel, table=True):
    """What somebody found who inspected held goods: thousandths that may be used, and that may not. Never edited."""

    __tablename__ = "inspections"

    id: int = key()
    receipt_line_id: int = link("receipt_lines")
    accepted: int = whole()
    rejected: int = whole()
    reason: str = words()
    by_id: int | None = link("people", empty=True, index=False)
    at: datetime = moment(empty=False)


class SupplierReturn(SQLModel, table=True):
    """Rejected goods on their way back to the supplier, and what is expected for them."""

    __tablename__ = "supplier_returns"

    id: int = key()
    number: str = words(unique=True)
    order_id: int = link("purchase_orders")
    receipt_id: int = link("receipts")
    state: str = words(index=True)
    """``proposed``, ``announced``, ``sent``, ``settled`` or ``dropped``."""
    wanted: str = words()
    """``replacement`` or ``credit``; empty until somebody decided."""
    reason: str = words()
    created_at: datetime = moment(empty=False)
    announced_at: datetime | None = moment()
    announced_by_id: int | None = link("people", empty=True, index=False)
    left_at: datetime | None = moment()
    left_by_id: int | None = link("people", empty=True, index=False)
    tracking: str = words()
    ended_at: datetime | None = moment()
    ended_by_id: int | None = link("people", empty=True, index=False)
    outcome: str = words()
    """What came for it: the number of the credit note, or of the receipt of the replacement; or why nothing was sent back."""
    version: int = 1


class SupplierReturnLine(SQLModel, table=True):
    """How much (thousandths of the order's unit) of one receipt line goes back."""

    __tablename__ = "supplier_return_lines"
    __table_args__ = (UniqueConstraint("return_id", "receipt_line_id"),)

    id: int = key()
    return_id: int = link("supplier_returns")
    order_line_id: int = link("purchase_order_lines")
    receipt_line_id: int = link("receipt_lines")
    quantity: int = whole()
    reason: str = words()
