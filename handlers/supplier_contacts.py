"""Whom of a supplier we write to and call: its contacts by role, and where a mail about each matter goes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orders.contacts import ORDERS, Contact, Matter, asked
from storage.tables import Supplier, SupplierContact
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Recipient:
    """Where a mail goes, to whom, and in which language it is written; empty where nobody knows."""

    email: str
    name: str
    language: str

    def reads(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values of a document in the recipient's language."""
        return {**document, "language": self.language or document.get("language")}


NOBODY = Recipient("", "", "")


def contacts_of(uow: UnitOfWork, supplier: Supplier) -> list[Contact]:
    """Return the people at a supplier in the order in which they were written down."""
    rows = uow.all(SupplierContact, supplier_id=supplier.id)
    return [Contact(row.role, row.name, row.email, row.phone, row.language) for row in rows]


def recipient(uow: UnitOfWork, supplier: Supplier | None, matter: Matter) -> Recipient:
    """Return whom a mail about a matter goes to: the contact for it, else where orders go."""
    if supplier is None:
        return NOBODY
    found = asked(contacts_of(uow, supplier), matter)
    if found is not None:
        return Recipient(found.email, found.name, found.language or supplier.language)
    usual = (supplier.email_service if matter is Matter.SERVICE else "") or supplier.email_orders
    return Recipient(usual, supplier.contact, supplier.language)


def phones(uow: UnitOfWork, supplier: Supplier) -> str:
    """Return every number that master data has of a supplier's people, one a line."""
    return "\n".join(each.phone for each in contacts_of(uow, supplier) if each.phone)


def listed(uow: UnitOfWork, supplier: Supplier) -> list[str]:
    """Return the people at a supplier as lines, whom orders go to first."""
    first = Contact(ORDERS, supplier.contact, supplier.email_orders, supplier.phone)
    return [each.words() for each in [first, *contacts_of(uow, supplier)] if each.name or each.email or each.phone]
