"""Tables of agreements: what they say beyond their order, what was ordered from them, and the ledger of that."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import SQLModel

from storage.columns import key, link, moment, whole, words


class Agreement(SQLModel, table=True):
    """What a planned, blanket or contract order says beyond its purchase order, and how much was ordered from it in money."""

    __tablename__ = "agreements"
    __table_args__ = (UniqueConstraint("order_id"),)

    id: int = key()
    order_id: int = link("purchase_orders", index=False)
    reference: str = words()
    """What the plant calls it; an import file knows it by this."""
    state: str = words(index=True)
    """Its own state once it is approved; empty before, when the document's state counts."""
    first: date | None = None
    last: date | None = None
    amount_limit: int = whole()
    minimum_release: int = whole()
    price_basis: str = words()
    """``per_release`` or ``cumulative``."""
    cost_centre_id: int | None = link("cost_centres", empty=True, index=False)
    released_amount: int = whole()
    releases: int = 0
    """The last release number that was given out."""
    suspended_why: str = words()
    ending_told_at: datetime | None = moment()
    low_told_at: datetime | None = moment()


class AgreementLine(SQLModel, table=True):
    """What was ordered of one line of an agreement: thousandths of the part's own unit, and minor units."""

    __tablename__ = "agreement_lines"
    __table_args__ = (UniqueConstraint("line_id"),)

    id: int = key()
    order_id: int = link("purchase_orders")
    line_id: int = link("purchase_order_lines", index=False)
    estimate: int = whole()
    """What is expected to be ordered, in thousandths of the line's unit; binds nobody."""
    released_quantity: int = whole()
    released_amount: int = whole()


class AgreementBreak(SQLModel, table=True):
    """From this quantity on (thousandths of the agreement line's unit) a unit costs this much (ten-thousandths)."""

    __tablename__ = "agreement_breaks"
    __table_args__ = (UniqueConstraint("line_id", "from_quantity"),)

    id: int = key()
    line_id: int = link("purchase_order_lines")
    from_quantity: int = whole()
    price: int = whole()


class AgreementEntry(SQLModel, table=True):
    """One row of an agreement's ledger, never edited: what an order's line took, or with a minus gave back."""

    __tablename__ = "agreement_entries"

    id: int = key()
    agreement_id: int = link("purchase_orders")
    agreement_line_id: int | None = link("purchase_order_lines", empty=True, index=False)
    order_id: int = link("purchase_orders")
    line: int
    """The line's number on the order; the line itself may have been dropped since."""
    quantity: int = whole()
    amount: int = whole()
    allowed: int | None = whole(None)
    """What might be ordered of the line in all at that moment, tolerance included; None where no quantity was agreed."""
    at: datetime = moment(empty=False)
    happening: str = words()
