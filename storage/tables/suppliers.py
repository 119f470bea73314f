"""Tables about suppliers as we know them: contacts, holds, figures and what they are counted from, promises, reminders and visits."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import SQLModel

from storage.columns import key, link, moment, whole, words


class SupplierContact(SQLModel, table=True):
    """Somebody at a supplier by what they look after; whom orders go to stands with the supplier itself."""

    __tablename__ = "supplier_contacts"
    __table_args__ = (UniqueConstraint("supplier_id", "role", "name"),)

    id: int = key()
    supplier_id: int = link("suppliers")
    role: str = words()
    """``reminders``, ``returns``, ``accounts``, ``service`` and ``quality`` get mails; any other is only there to be called."""
    name: str = words()
    email: str = words()
    phone: str = words()
    language: str = words()
    """In which language they are written to; empty: the supplier's."""


class SupplierHold(SQLModel, table=True):
    """Somebody may be pretending to be a supplier: until a person has called back, nothing goes out and nothing is taken in."""

    __tablename__ = "supplier_holds"

    id: int = key()
    supplier_id: int = link("suppliers")
    state: str = words(index=True)
    """``held`` or ``lifted``."""
    seen: str = words()
    """What was seen, one sentence a line."""
    mail_id: int | None = link("inbound_mails", empty=True)
    held_at: datetime = moment(empty=False)
    held_by_id: int | None = link("people", empty=True, index=False)
    spoke_to: str = words()
    """Whom somebody of ours called back."""
    phone: str = words()
    """The number that was called, as master data had it at that moment."""
    note: str = words()
    lifted_at: datetime | None = moment()
    lifted_by_id: int | None = link("people", empty=True, index=False)


class SupplierFact(SQLModel, table=True):
    """One thing that counts towards a supplier's figures, never edited: so many of so many, at one moment."""

    __tablename__ = "supplier_facts"
    __table_args__ = (UniqueConstraint("figure", "source", "cause"),)

    id: int = key()
    supplier_id: int = link("suppliers")
    month: str = words()
    """``2026-11``, by the plant's clock."""
    figure: str = words()
    currency: str = words()
    """For figures in money; empty for all others."""
    good: int = whole()
    total: int = whole()
    source: str = words(index=True)
    """What it was counted from, for instance ``GR-2026-00031/2``."""
    cause: str = words()
    """Why it was counted: ``posted``, ``reversed``, ``answered``."""
    at: datetime = moment(empty=False)


class SupplierMonth(SQLModel, table=True):
    """The sums of a supplier's facts of one month; always equal to a recount of them."""

    __tablename__ = "supplier_months"
    __table_args__ = (UniqueConstraint("supplier_id", "month", "figure", "currency"),)

    id: int = key()
    supplier_id: int = link("suppliers")
    month: str = words()
    figure: str = words()
    currency: str = words()
    good: int = whole()
    total: int = whole()


class LinePromise(SQLModel, table=True):
    """How much of an order line a supplier promised for which day; thousandths of the line's unit."""

    __tablename__ = "line_promises"

    id: int = key()
    line_id: int = link("purchase_order_lines")
    quantity: int = whole()
    accepted: int = whole()
    """What of the line had come when it was promised: what has come since is the earliest of what was promised."""
    promised_on: date
    mail_id: int | None = link("inbound_mails", empty=True)
    made_at: datetime = moment(empty=False)
    replaced_at: datetime | None = moment()
    """Since when a later word of the supplier stands in its place."""


class OrderChase(SQLModel, table=True):
    """One reminder about an order: which rule asked for it, the how many-th it is, and how it went."""

    __tablename__ = "order_chases"
    __table_args__ = (UniqueConstraint("order_id", "revision", "rule", "about", "step"),)

    id: int = key()
    order_id: int = link("purchase_orders")
    supplier_id: int = link("suppliers")
    revision: int
    rule: str = words()
    """``no_answer``, ``due_soon`` or ``overdue``."""
    about: str = words()
    """The day that it was about, as ISO date; empty where the answer was missing."""
    step: int
    how: str = words()
    """``mail`` or ``told`` (the buyer alone)."""
    at: datetime = moment(empty=False, index=True)


class Visit(SQLModel, table=True):
    """A contractor's work on a work order: asked by mail, dated, done, and accepted by a person of ours."""

    __tablename__ = "visits"

    id: int = key()
    work_order_id: int = link("work_orders")
    order_line_id: int | None = link("purchase_order_lines", empty=True)
    """The service line that pays for it."""
    supplier_id: int = link("suppliers")
    state: str = words(index=True)
    description: str = words()
    planned_on: date | None = None
    planned_at: str = words()
    """At what time of that day, as ``10:30``; empty where they named none."""
    asked_by_id: int | None = link("people", empty=True, index=False)
    asked_at: datetime = moment(empty=False)
    answered_at: datetime | None = moment()
    done_at: datetime | None = moment()
    accepted_by_id: int | None = link("people", empty=True, index=False)
    accepted_at: datetime | None = moment()
    version: int = 1
