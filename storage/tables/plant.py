"""Tables of what a plant consists of: people, cost centres, assets, parts, stock and suppliers."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import key, link, moment, whole, words


class Person(SQLModel, table=True):
    """Somebody who works at the plant; the e-mail address is the key, the Slack id is found once and kept."""

    __tablename__ = "people"

    id: int = key()
    email: str = words(unique=True)
    name: str = words()
    slack_id: str | None = words(empty=True, unique=True)
    roles: str = words()
    trade: str = words()
    shift: str = words()
    approval_limit: int | None = whole(None)
    currency: str = words()
    hourly_rate: int | None = whole(None)
    """What an hour of work costs, in minor units of the plant's currency; empty: hours are counted and not valued."""
    language: str = words()
    deputy: str = words()
    cost_centres: str = words()
    active: bool = True


class CostCentre(SQLModel, table=True):
    """Who pays, and who owns that money."""

    __tablename__ = "cost_centres"

    id: int = key()
    code: str = words(unique=True)
    name: str = words()
    owner_id: int | None = link("people", empty=True)


class Asset(SQLModel, table=True):
    """A machine or a part of the plant that work is done on."""

    __tablename__ = "assets"

    id: int = key()
    code: str = words(unique=True)
    plain_code: str = words(index=True)
    name: str = words()
    location: str = words()
    parent_id: int | None = link("assets", empty=True)
    asset_class: str = words()
    criticality: str = words()
    serial: str = words()
    manufacturer: str = words()
    model: str = words()
    cost_centre_id: int | None = link("cost_centres", empty=True)
    status: str = words()
    safety: str = words()
    installed: date | None = None
    warranty_until: date | None = None
    note: str = words()


class Part(SQLModel, table=True):
    """A spare part or consumable; quantities in thousandths of its unit, price in ten-thousandths."""

    __tablename__ = "parts"

    id: int = key()
    code: str = words(unique=True)
    plain_code: str = words(index=True)
    name: str = words()
    unit: str = words()
    store: str = words()
    bin: str = words()
    minimum: int = whole()
    order_quantity: int = whole()
    maximum: int = whole()
    price: int = whole()
    currency: str = words()
    manufacturer_part: str = words()
    barcode: str = words()
    hazardous: bool = False
    category: str = words()
    tax: str = words()
    """How it is taxed where neither its supplier part nor its supplier says so."""
    tolerance_percent: int | None = None
    under_percent: int | None = None
    """By how much less may come for an order line to be complete; empty: the supplier's, else the plant's."""
    inspected: bool = False
    """Whether it is held for inspection whenever it comes."""
    tracked: str = words()
    """``lot`` or ``serial``, where its maker's numbers are written down when it comes."""
    critical: bool = False
    """Whether a machine that matters stands without it: its lack is told apart from that of other parts."""
    expires: bool = False
    """Whether the day until which it keeps is written down when it comes."""


class Stock(SQLModel, table=True):
    """The running sums of one part in one store; always equal to the ledger of movements."""

    __tablename__ = "stock"
    __table_args__ = (UniqueConstraint("part_id", "store"),)

    id: int = key()
    part_id: int = link("parts")
    store: str = words()
    bin: str = words()
    """Where it lies in that store; in the part's own store the part says so."""
    on_hand: int = whole()
    reserved: int = whole()


class StockMovement(SQLModel, table=True):
    """One change of stock, never edited: signed thousandths, unit cost frozen at that moment."""

    __tablename__ = "stock_movements"

    id: int = key()
    part_id: int = link("parts")
    store: str = words()
    kind: str = words()
    quantity: int = whole()
    unit_cost: int = whole()
    currency: str = words()
    work_order_id: int | None = link("work_orders", empty=True)
    receipt_line_id: int | None = Field(default=None, foreign_key="receipt_lines.id", unique=True, nullable=True)
    inspection_id: int | None = Field(default=None, foreign_key="inspections.id", unique=True, nullable=True)
    by_id: int | None = link("people", empty=True, index=False)
    at: datetime = moment(empty=False)
    happening: str = words()


class Supplier(SQLModel, table=True):
    """Whom we buy from, and how their mail is recognised."""

    __tablename__ = "suppliers"

    id: int = key()
    code: str = words(unique=True)
    name: str = words()
    email_orders: str = words()
    email_copies: str = words()
    """Who else of the supplier gets a copy of every order: addresses with commas between them."""
    email_service: str = words()
    """Where work orders for its fitters go; empty: where orders go."""
    email_domains: str = words()
    language: str = words()
    locale: str = words()
    currency: str = words()
    payment: str = words()
    incoterm: str = words()
    incoterm_place: str = words()
    tax_id: str = words()
    tax: str = words()
    """How what they sell is taxed, as it is written; empty: as the plant usually is."""
    street: str = words()
    post_code: str = words()
    city: str = words()
    country: str = words()
    contact: str = words()
    phone: str = words()
    blocked: bool = False
    held: bool = False
    """Somebody may be pretending to be them: no order goes out and no figure is taken until a person has called back."""
    risk: str = words()
    """How the plant judges the supplier, in its own words: ``new``, ``high``; approval rules go by it."""
    tolerance_percent: int | None = None
    under_percent: int | None = None
    unattended: str = words()
    """What is taken in without a person: ``delivery`` notes, ``despatch`` notes as well, or empty for nothing."""


class SupplierPart(SQLModel, table=True):
    """What a supplier calls one of our parts, and what it costs there."""

    __tablename__ = "supplier_parts"
    __table_args__ = (UniqueConstraint("supplier_id", "part_id"),)

    id: int = key()
    supplier_id: int = link("suppliers")
    part_id: int = link("parts")
    supplier_part: str = words()
    price: int = whole()
    currency: str = words()
    unit: str = words()
    pack_unit: str = words()
    pack_size: int = whole()
    minimum_quantity: int = whole()
    multiple: int = whole()
    tax: str = words()
    """How it is taxed from this supplier; empty: as the supplier's goods are."""
    lead_days: int | None = None
    gtin: str = words()
    preferred: bool = False


class PriceBreak(SQLModel, table=True):
    """What a supplier asks for a part from a quantity on, in the currency and for the unit of the supplier part."""

    __tablename__ = "price_breaks"
    __table_args__ = (UniqueConstraint("supplier_part_id", "from_quantity"),)

    id: int = key()
    supplier_part_id: int = link("supplier_parts")
    from_quantity: int = whole()
    price: int = whole()
