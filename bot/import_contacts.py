"""Writes the people at suppliers: of contacts.csv, and of the text in which suppliers.csv names them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete

from bot.import_columns import SHAPES
from bot.import_ledger import Ledger, Wanted, upsert
from bot.import_reading import Entry
from bot.import_writing import fields_of
from orders.contacts import ORDERS, contacts_in, role_named
from storage.tables import Supplier, SupplierContact
from storage.unit_of_work import Note, table

Entries = Sequence[Entry]
_CONTACTS = table(SupplierContact)
_OF_SUPPLIER = {"name": "contact", "email": "email_orders", "phone": "phone"}
"""What the contact for orders says of the supplier itself."""


def write_contacts(ledger: Ledger, of_suppliers: Entries, entries: Entries) -> None:
    """Write contacts by supplier, role and name; whom orders go to is written to the supplier itself."""
    suppliers = _suppliers(ledger)
    wanted = _of_text(ledger, of_suppliers, suppliers)
    gone = []
    for entry in entries:
        supplier = suppliers.get(str(entry.values["supplier"]).casefold())
        role = role_named(str(entry.values["role"]))
        if supplier is None:
            ledger.wrong.append(entry.wrong("supplier", "is no supplier I know; add it to suppliers.csv"))
        elif role == ORDERS:
            _for_orders(ledger, supplier, entry)
        elif entry.values.get("active") is False:
            gone.append((supplier, role, str(entry.values["name"])))
        else:
            wanted.append(_wanted(supplier, entry, fields_of(SHAPES["contacts"], entry) | {"role": role}))
    upsert(ledger, SupplierContact, wanted, _existing(ledger), shape="contacts")
    for supplier, role, name in gone:
        _removed(ledger, supplier, role, name)


def _suppliers(ledger: Ledger) -> dict[str, Any]:
    rows = ledger.uow.all(Supplier)
    return {row.name.casefold(): row for row in rows} | {row.code.casefold(): row for row in rows}


def _existing(ledger: Ledger) -> dict[Any, Any]:
    return {(row.supplier_id, row.role, row.name): row for row in ledger.uow.all(SupplierContact)}


def _wanted(supplier: Any, entry: Entry, fields: dict[str, Any]) -> Wanted:
    values = {"supplier_id": supplier.id, **fields}
    subject = f"{values['name']} ({values['role']}) of {supplier.code}"
    return Wanted((supplier.id, values["role"], values["name"]), subject, entry, values)


def _of_text(ledger: Ledger, entries: Entries, suppliers: dict[str, Any]) -> list[Wanted]:
    """Read the text of suppliers.csv; an emptied cell takes all contacts of a supplier away."""
    found = []
    for entry in entries:
        if "contacts" not in entry.values:
            continue
        supplier = suppliers.get(str(entry.values["supplier"]).casefold())
        try:
            named = contacts_in(str(entry.values["contacts"]))
        except ValueError:
            ledger.wrong.append(entry.wrong("contacts", "is no list such as quality: Ute Brandt +49 711 555031"))
            continue
        for each in named if supplier is not None else ():
            said = {"role": each.role, "name": each.name, "email": each.email, "phone": each.phone}
            fields = {name: text for name, text in said.items() if text}
            found.append(_wanted(supplier, entry, fields))
        if not named and supplier is not None:
            for row in ledger.uow.all(SupplierContact, supplier_id=supplier.id):
                _removed(ledger, supplier, row.role, row.name)
    return found


def _for_orders(ledger: Ledger, supplier: Any, entry: Entry) -> None:
    """Write whom orders go to: it stands with the supplier, so that there is one address for orders."""
    said = {field: entry.values[name] for name, field in _OF_SUPPLIER.items() if name in entry.values}
    changes = {field: text for field, text in said.items() if getattr(supplier, field) != text}
    ledger.count("contacts", (supplier.id, ORDERS, ""), "changed" if changes else "same")
    if changes:
        before = {field: getattr(supplier, field) for field in changes}
        ledger.uow.change(Supplier, supplier.id, **changes)
        ledger.uow.audit(Note(supplier.code, "changed by import", before=before, after=changes))


def _removed(ledger: Ledger, supplier: Any, role: str, name: str) -> None:
    row = ledger.uow.find(SupplierContact, supplier_id=supplier.id, role=role, name=name)
    ledger.count("contacts", (supplier.id, role, name), "changed" if row is not None else "same")
    if row is not None:
        ledger.uow.run(delete(_CONTACTS).where(_CONTACTS.c.id == row.id))
        subject = f"{name} ({role}) of {supplier.code}"
        ledger.uow.audit(Note(subject, "removed by import", before={"email": row.email, "phone": row.phone}))
