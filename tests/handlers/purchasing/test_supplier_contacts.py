"""Whom of a supplier each mail goes to, and in which language; what people see of the contacts."""

import json
from typing import Any

import pytest

from handlers import chasing, scorecards
from handlers.supplier_contacts import listed, recipient
from orders.contacts import Matter
from storage.tables import Outgoing, Supplier, SupplierContact

PEOPLE = (
    {"role": "quality", "name": "Ute Brandt", "email": "ute@hartmann.example", "phone": "+49 711 555031"},
    {"role": "accounts", "name": "Kai Lang", "email": "kai@hartmann.example", "language": "en"},
    {"role": "reminders", "name": "Nobody", "email": ""},
)


@pytest.fixture
def hartmann(buying: Any) -> Supplier:
    """The supplier of an order that was sent, with people by role; one of them without an address."""
    order = buying.sent()
    for each in PEOPLE:
        buying.desk.writes(lambda uow, each=each: uow.add(SupplierContact, supplier_id=order.supplier_id, **each))
    found: Supplier = buying.desk.one(Supplier, id=order.supplier_id)
    return found


@pytest.mark.parametrize(
    ("matter", "email", "language"),
    [
        (Matter.RETURNS, "ute@hartmann.example", ""),
        (Matter.INVOICES, "kai@hartmann.example", "en"),
        (Matter.REMINDERS, "orders@hartmann.example", ""),
        (Matter.SERVICE, "orders@hartmann.example", ""),
    ],
)
def test_each_matter_goes_to_whom_it_concerns_and_else_where_orders_go(
    buying: Any, hartmann: Supplier, matter: Matter, email: str, language: str
) -> None:
    found = buying.desk.reads(lambda uow: recipient(uow, hartmann, matter))

    assert (found.email, found.language) == (email, language or hartmann.language)


def test_the_address_for_service_holds_where_nobody_is_named_for_it(buying: Any, hartmann: Supplier) -> None:
    buying.desk.writes(lambda uow: uow.change(Supplier, hartmann.id, email_service="service@hartmann.example"))
    now = buying.desk.one(Supplier, id=hartmann.id)

    found = buying.desk.reads(lambda uow: recipient(uow, now, Matter.SERVICE))

    assert found.email == "service@hartmann.example"


def test_a_supplier_who_is_not_chosen_yet_has_no_address(buying: Any) -> None:
    assert buying.desk.reads(lambda uow: recipient(uow, None, Matter.RETURNS)).email == ""


def test_a_reminder_goes_to_who_looks_after_them_in_their_language(buying: Any, hartmann: Supplier) -> None:
    jo = {"role": "reminders", "name": "Jo", "email": "jo@hartmann.example", "language": "de"}
    buying.desk.writes(lambda uow: uow.add(SupplierContact, supplier_id=hartmann.id, **jo))
    buying.desk.later(days=2)

    buying.desk.writes(lambda uow: chasing.tend(uow, 1))

    body = json.loads([row for row in buying.desk.all(Outgoing, wire="mail") if "reminder" in row.purpose][-1].body)
    assert body["to"] == ["jo@hartmann.example"]
    assert "bestätigen" in body["subject"]


def test_the_people_at_a_supplier_are_shown_with_whom_orders_go_to_first(buying: Any, hartmann: Supplier) -> None:
    told = buying.desk.reads(lambda uow: listed(uow, hartmann))
    card = json.dumps(buying.desk.reads(lambda uow: scorecards.facts(uow, hartmann)), default=str)

    assert told[0].startswith("orders:")
    assert "orders@hartmann.example" in told[0]
    assert told[1] == "quality: Ute Brandt ute@hartmann.example +49 711 555031"
    assert "Kai Lang" in card
