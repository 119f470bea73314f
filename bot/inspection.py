"""Shows one document whole, with what it is linked to and its timeline, and verifies that all sums agree."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from bot.inspection_links import Link, links_of
from bot.verification import damage
from orders import numbering
from orders.money import Money, price_text
from orders.plant import Plant
from orders.units import quantity_text
from storage import audit
from storage.database import Database
from storage.happenings import reading
from storage.tables import Person, PurchaseOrder, Receipt, Request, Requisition, WorkOrder
from storage.unit_of_work import UnitOfWork, table

Document = dict[str, Any]

NUMBERED: tuple[tuple[str, Any, str], ...] = (
    ("work order", WorkOrder, "number"),
    ("purchase order", PurchaseOrder, "number"),
    ("purchase order", PurchaseOrder, "draft_number"),
    ("requisition", Requisition, "number"),
    ("receipt", Receipt, "number"),
    ("request", Request, "number"),
)
"""Documents that have a number: what they are called, their table, and the column of the number."""

QUANTITIES = frozenset(
    [
        "quantity",
        "received",
        "accepted",
        "rejected",
        "cancelled",
        "needed",
        "reserved",
        "issued",
        "counted",
        "claimed",
        "outstanding",
        "pack_size",
    ]
)
PRICES = frozenset({"price", "unit_cost"})
AMOUNTS = frozenset({"amount", "total"})
HIDDEN = frozenset({"id", "content", "salt", "lease_no", "lease_until", "lease_owner"})
"""What says nothing to a person."""


def show(database: Database, number: str) -> Document | None:
    """Return one document (WO-…, PO-…, DR-…, PR-…, GR-… or RQ-…) as plain values; None when there is none.

    Quantities, prices and amounts are decimal strings, moments ISO 8601 in UTC; people are named.
    """
    found: Document | None = reading(database, Plant(), datetime.now(UTC), lambda uow: shown(uow, number), steady=True)
    return found


def verify(database: Database) -> list[str]:
    """Name in sentences everything that does not agree with its ledger or chain; empty when all is whole."""
    found: list[str] = reading(database, Plant(), datetime.now(UTC), damage, steady=True)
    return found


def shown(uow: UnitOfWork, written: str) -> Document | None:
    """Return one document as ``show`` does, within a transaction that is open already."""
    found = _find(uow, written)
    if found is None:
        return None
    kind, row = found
    people = {person.id: person.name for person in uow.all(Person)}
    links = links_of(uow, kind, row.id)
    document: Document = {"kind": kind, **_plain(row, people, _currency(row))}
    for link in links:
        document[link.name] = [_linked(link, one, people, _currency(row)) for one in link.rows]
    subjects = sorted({subject for link in links for subject in link.subjects} | _subjects(row))
    document["timeline"] = [_entry(entry, people) for entry in audit.timeline(uow.connection, subjects)]
    return document


def _find(uow: UnitOfWork, written: str) -> tuple[str, Any] | None:
    exact = written.strip().upper()
    for kind, where, column in NUMBERED:
        row = uow.find(where, **{column: exact})
        if row is not None:
            return kind, row
    return _by_short_form(uow, exact)


def _by_short_form(uow: UnitOfWork, written: str) -> tuple[str, Any] | None:
    """Find ``PO 118`` or ``WO-2026-7``; where several years have the number, the newest document is meant."""
    short = numbering.shortened(written)
    if short is None or short[0] is None:
        return None
    letters, year, number = short
    for kind, where, column in NUMBERED:
        rows = uow.all(where, table(where).c[column].like(f"{letters}-%{number}"))
        meant = [row for row in rows if _means(getattr(row, column), year, number)]
        if meant:
            return kind, meant[-1]
    return None


def _means(full: str, year: int | None, number: int) -> bool:
    found = numbering.shortened(full)
    return found is not None and found[2] == number and year in {None, found[1]}


def _subjects(row: Any) -> set[str]:
    names = (getattr(row, "number", None), getattr(row, "draft_number", None))
    return {name for name in names if name}


def _currency(row: Any) -> str:
    return getattr(row, "currency", "") or "EUR"


def _linked(link: Link, row: Any, people: Mapping[int, str], currency: str) -> Document:
    return {**link.words.get(row.id, {}), **_plain(row, people, getattr(row, "currency", "") or currency)}


def _plain(row: Any, people: Mapping[int, str], currency: str) -> Document:
    """Return a row by column: ids of people become names, ids of other rows are left to the links."""
    shown: Document = {}
    for name, value in row._asdict().items():
        if name in HIDDEN:
            continue
        if name.endswith("_by_id") or name in {"person_id", "by_id", "responsible_id", "buyer_id"}:
            shown[name.removesuffix("_id")] = people.get(value) if value is not None else None
        elif not name.endswith("_id"):
            shown[name] = _said(name, value, currency)
    return shown


def _said(name: str, value: Any, currency: str) -> Any:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, int) and not isinstance(value, bool):
        if name in QUANTITIES:
            return quantity_text(value)
        if name in PRICES:
            return price_text(value, currency)
        if name in AMOUNTS:
            return Money(value, currency).plain()
    return value


def _entry(entry: audit.Entry, people: Mapping[int, str]) -> Document:
    told = entry.entry
    actor = told.get("actor")
    return {
        "number": entry.number,
        "at": entry.at.isoformat(),
        "by": people.get(actor, "unknown") if isinstance(actor, int) else "Chargehand",
        "subject": entry.subject,
        "action": entry.action,
        **{name: told[name] for name in ("before", "after", "rule") if told.get(name)},
        **({"words": entry.words} if entry.words else {}),
    }
