"""Tables of what suppliers charge: invoices and credit notes, and their lines held against order lines."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import SQLModel

from storage.columns import key, link, moment, whole, words


class Invoice(SQLModel, table=True):
    """An invoice or a credit note as the supplier wrote it, in minor units of its currency; paid elsewhere."""

    __tablename__ = "invoices"
    __table_args__ = (UniqueConstraint("supplier_id", "normal"),)

    id: int = key()
    supplier_id: int = link("suppliers")
    kind: str = words()
    """``invoice`` or ``credit_note``."""
    number: str = words()
    normal: str = words()
    """The number in capital letters and digits alone, so that R-7781 and r 7781 are one."""
    issued_on: date | None = None
    due_on: date | None = None
    currency: str = words()
    net: int = whole()
    """What the lines come to, without charges and tax."""
    charges: int = whole()
    """Freight and other charges without tax."""
    tax: int = whole()
    total: int = whole()
    rate: str = words()
    """What one unit of the currency was worth in the plant's currency when it came, as a decimal; empty: the same, or none known."""
    rate_on: date | None = None
    refers_to: str = words()
    """The invoice that a credit note is for, as it is written there."""
    refers_to_id: int | None = link("invoices", empty=True)
    duplicate_of_id: int | None = link("invoices", empty=True)
    note: str = words()
    """The delivery note that it names."""
    accounts: str = words()
    """The bank accounts that it names, apart by spaces; only compared, never paid to."""
    state: str = words(index=True)
    exceptions: str = words()
    """What does not fit, as a JSON list of names, lines and words; empty where all does."""
    mail_id: int | None = link("inbound_mails", empty=True)
    captured_at: datetime = moment(empty=False)
    reason: str = words()
    """Why somebody accepted, disputed or voided it."""
    decided_by_id: int | None = link("people", empty=True, index=False)
    decided_at: datetime | None = moment()
    released_by_id: int | None = link("people", empty=True, index=False)
    released_at: datetime | None = moment()
    export: str = words(index=True)
    """The batch that it was exported with; empty before."""
    exported_at: datetime | None = moment()
    version: int = 1


class InvoiceLine(SQLModel, table=True):
    """One line of an invoice: thousandths of the order line's unit, and minor units."""

    __tablename__ = "invoice_lines"
    __table_args__ = (UniqueConstraint("invoice_id", "line"),)

    id: int = key()
    invoice_id: int = link("invoices")
    line: int
    order_line_id: int | None = link("purchase_order_lines", empty=True)
    order: str = words()
    """The order that it names."""
    item: str = words()
    description: str = words()
    quantity: int = whole()
    unit: str = words()
    price: int = whole()
    """Ten-thousandths for one unit, as the amount says."""
    amount: int = whole()
    tax_rate: str = words()
    evidence: str = words()
