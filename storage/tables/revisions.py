"""Tables of amendments: what a buyer wants otherwise of an order that the supplier has, until the supplier answers."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import SQLModel

from storage.columns import key, link, moment, whole, words


class OrderRevision(SQLModel, table=True):
    """A later revision of an order; the order's own row says what is in force until the supplier accepts this one.

    Columns that are called as the order's say what the order's would say once this one is in force.
    """

    __tablename__ = "order_revisions"
    __table_args__ = (UniqueConstraint("order_id", "revision"),)

    id: int = key()
    order_id: int = link("purchase_orders")
    revision: int
    state: str = words(index=True)
    """As an order's: ``draft`` to ``sent``, then ``accepted``, ``rejected_by_supplier`` or ``cancelled``."""
    requested_by_id: int | None = link("people", empty=True, index=False)
    reason: str = words()
    delivery_place: str = words()
    deliver_by: date | None = None
    charges: str = words()
    total: int = whole()
    lines: str = words()
    """The lines that are changed, added or dropped, as JSON."""
    proposal_id: int | None = link("inbound_mails", empty=True, index=False)
    """The supplier's mail that proposed it; it is in force as soon as our yes has gone out."""
    rule: str = words()
    """Why nobody had to be asked; empty where the rules were."""
    content_hash: str = words()
    rejection: str = words()
    document: str = words()
    """The frozen content of the mailed document as JSON, written at the last approval."""
    submitted_at: datetime | None = moment()
    sent_at: datetime | None = moment()
    ended_at: datetime | None = moment()
    changed_at: datetime = moment(empty=False)
    created_at: datetime = moment(empty=False)
