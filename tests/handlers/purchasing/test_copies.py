"""Ordering the same again: today's prices beside the last ones, who has left, who is blocked, and nothing that was not asked for."""

import json
from dataclasses import replace
from typing import Any

import pytest

from handlers import approvals, order_copies, sentences
from handlers.happenings import Command
from orders.plant import Plant
from storage.tables import (
    Agreement,
    Part,
    Person,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseOrderNeed,
    Requisition,
    Supplier,
    SupplierPart,
)


@pytest.fixture
def plant(plant: Plant) -> Plant:
    return replace(plant, terms=replace(plant.terms, payment="14 days net"))


def types(buying: Any, who: str, text: str) -> Any:
    what = Command(buying.desk.key("cmd"), buying.people[who].slack_id, "D1", "/chargehand", text)
    return buying.desk.does(sentences.command, what, known=False)


def copied(buying: Any, who: str = "buyer") -> str:
    """Copy the first order; returns the words of the card."""
    order = buying.desk.all(PurchaseOrder)[0]
    return json.dumps(types(buying, who, f"copy {order.number or order.draft_number}").blocks, ensure_ascii=False)


def newest(buying: Any) -> tuple[PurchaseOrder, list[Any]]:
    order = buying.order()
    return order, buying.desk.all(PurchaseOrderLine, order_id=order.id)


def test_63_a_copy_is_a_draft_at_todays_prices_with_the_last_price_and_the_difference_beside_it(buying: Any) -> None:
    old = buying.sent()
    offer = buying.desk.all(SupplierPart)[0]
    buying.desk.writes(lambda uow: uow.change(SupplierPart, offer.id, price=2_116_000))

    card = copied(buying)

    order, (line,) = newest(buying)
    assert (order.state, order.number, order.supplier_id) == ("draft", None, old.supplier_id)
    assert (line.quantity, line.price, line.work_order_id) == (2000, 2_116_000, None)
    assert "EUR 211.60, last EUR 184.00" in card
    assert "+15.0 %, much dearer" in card
    assert f"The old order was for {buying.job.number}; the copy is for none." in card
    assert buying.desk.audited(old.number)[-1] == "copied"


def test_63_each_line_of_a_copy_stands_for_a_need_of_its_own_and_can_be_requested(buying: Any, bearing: Part) -> None:
    buying.short(2000)
    buying.short(4000, bearing)
    copied(buying)

    order, lines = newest(buying)

    needs = [buying.desk.one(PurchaseOrderNeed, line_id=line.id) for line in lines]
    origins = [buying.desk.one(Requisition, id=need.requisition_id).origin for need in needs]
    assert origins == ["copy", "copy"]
    buying.desk.writes(lambda uow: approvals.submit(uow, order.id), by=buying.people["buyer"])
    assert buying.order().state == "pending_approval"


def test_63_copying_twice_shows_the_draft_there_is(buying: Any) -> None:
    buying.sent()
    copied(buying)

    again = copied(buying)

    assert len(buying.desk.all(PurchaseOrder)) == 2
    assert "You have copied it already" in again


def test_63_a_blocked_supplier_is_named_and_the_draft_goes_to_who_offers_it(buying: Any) -> None:
    old, desk = buying.sent(), buying.desk

    def work(uow: Any) -> int:
        uow.change(Supplier, old.supplier_id, blocked=True)
        other = uow.add(Supplier, code="NORD", name="Nord Seals", currency="EUR", email_orders="o@nord.example")
        uow.add(SupplierPart, supplier_id=other, part_id=buying.seal.id, price=1_500_000, unit="C62", currency="EUR")
        return int(other)

    other = desk.writes(work)

    card = copied(buying)

    order, (line,) = newest(buying)
    assert (order.supplier_id, line.price) == (other, 1_500_000)
    assert "is blocked by now; Nord Seals offers it, so the draft goes there." in card


def test_63_where_nobody_else_offers_it_the_copy_has_no_supplier_and_says_so(buying: Any) -> None:
    old = buying.sent()
    buying.desk.writes(lambda uow: uow.change(Supplier, old.supplier_id, blocked=True))

    card = copied(buying)

    order, (line,) = newest(buying)
    assert (order.supplier_id, line.price) == (None, 0)
    assert "nobody else offers it" in card
    assert "it lacks" in card or "Before it can be requested: a supplier" in card


def test_63_people_who_have_left_and_other_terms_are_named(buying: Any) -> None:
    buying.sent()
    desk, people = buying.desk, buying.people
    desk.writes(lambda uow: uow.change(Person, people["technician"].id, active=False))
    desk.writes(lambda uow: uow.change(Person, people["approver"].id, active=False))
    order = buying.order()
    desk.writes(lambda uow: uow.change(PurchaseOrder, order.id, payment_terms="60 days net"))

    card = copied(buying)

    assert f"{people['technician'].name}, who asked for it, has left; the copy is yours." in card
    assert f"{people['approver'].name}, who owns cost centre 410, has left" in card
    assert "was “60 days net”" in card
    assert buying.order().requested_by_id == people["buyer"].id


def test_63_what_only_words_describe_keeps_its_price_and_that_is_said(buying: Any) -> None:
    order = buying.sent()
    words = {"description": "Calibrate the scale", "unit": "HUR", "quantity": 3000, "price": 900_000}
    buying.desk.writes(lambda uow: uow.add(PurchaseOrderLine, order_id=order.id, line=2, **words))

    card = copied(buying)

    _, lines = newest(buying)
    assert [(line.description, line.price) for line in lines][-1] == ("Calibrate the scale", 900_000)
    assert "Line 2, Calibrate the scale: its price is the old one" in card


@pytest.mark.parametrize("who", ["technician", "storekeeper", "approver"])
def test_63_only_buyers_copy(buying: Any, who: str) -> None:
    order = buying.sent()

    assert buying.refuses(order_copies.copy, who, order.id) == "NotYours"
    assert len(buying.desk.all(PurchaseOrder)) == 1


def test_63_an_agreement_is_not_copied(buying: Any) -> None:
    order = buying.sent()
    buying.desk.writes(lambda uow: uow.change(PurchaseOrder, order.id, kind="blanket"))
    buying.desk.writes(lambda uow: uow.add(Agreement, order_id=order.id, state="active"))

    assert buying.refuses(order_copies.copy, "buyer", order.id) == "Unlawful"
