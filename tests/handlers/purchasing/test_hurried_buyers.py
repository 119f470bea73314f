"""Buyers in a hurry: two windows on one draft, figures with two meanings, names typed by hand, and typed requests that lack something."""

import json
from typing import Any

import pytest

from handlers import absences, approvals, asking, order_sentences, purchase_orders
from handlers.grammar import parse
from handlers.happenings import Submission
from handlers.ids import value
from orders.errors import NotKnown
from storage.tables import ApprovalTask, PurchaseOrderLine, Requisition


def form(buying: Any, by: str = "buyer") -> str:
    """Open the form of the only need; return what it carries."""
    return str(buying.desk.click(purchase_orders.edit, buying.people[by], 1).modal["private_metadata"])


def submitted(buying: Any, carried: str, by: str = "buyer", **fields: str) -> Submission:
    return Submission(buying.desk.key("view"), buying.people[by].slack_id, "", carried, fields)


def test_the_second_of_two_windows_on_a_draft_does_not_undo_the_first(buying: Any) -> None:
    buying.short()
    first, second = form(buying), form(buying, "technician")
    buying.desk.does(purchase_orders.edited, submitted(buying, first, price="190", quantity="2"))

    told = buying.refused(purchase_orders.edited, submitted(buying, second, "technician", price="184.00", quantity="3"))

    assert told == "Outdated"
    assert (buying.line().price, buying.line().quantity) == (1_900_000, 2000)


def test_a_form_is_taken_again_after_it_was_opened_anew(buying: Any) -> None:
    buying.short()
    buying.desk.does(purchase_orders.edited, submitted(buying, form(buying), price="190"))

    buying.desk.does(purchase_orders.edited, submitted(buying, form(buying), price="1.234,50"))

    assert buying.line().price == 12_345_000


@pytest.mark.parametrize("written", ["1.234", "1,234", "5.000"])
def test_a_price_with_two_meanings_is_asked_about_at_its_field(buying: Any, written: str) -> None:
    buying.short()

    told = buying.desk.does(purchase_orders.edited, submitted(buying, form(buying), price=written))

    assert f"“{written}” could be" in told.errors["price"]
    assert buying.line().price == 1_840_000


def test_a_price_of_three_decimals_passes_through_the_form_unchanged(buying: Any) -> None:
    buying.short()
    line = buying.line()
    buying.desk.writes(lambda uow: uow.change(PurchaseOrderLine, line.id, price=11_250))
    modal = buying.desk.click(purchase_orders.edit, buying.people["buyer"], 1).modal
    shown = next(one["element"]["initial_value"] for one in modal["blocks"] if one.get("block_id") == "price")

    told = buying.desk.does(purchase_orders.edited, submitted(buying, modal["private_metadata"], price=shown))

    assert (shown, told.errors) == ("1.1250", {})
    assert buying.line().price == 11_250


def test_a_typed_request_of_what_is_incomplete_has_the_button_that_mends_it(buying: Any) -> None:
    buying.short()
    line = buying.line()
    buying.desk.writes(lambda uow: uow.change(PurchaseOrderLine, line.id, price=0))

    told = buying.desk.writes(lambda uow: approvals.request_named(uow, "DR-1"), buying.people["technician"])

    assert "price" in told.private
    assert "purchase_order.edit" in json.dumps(told.blocks)


def test_the_button_opens_the_line_that_lacks_something(buying: Any, add_part: Any) -> None:
    buying.short()
    second = buying.short(part=add_part("P-10204", "Ball bearing 6206"))
    line = buying.line()
    buying.desk.writes(lambda uow: uow.change(PurchaseOrderLine, line.id, price=0))

    told = buying.request(1)

    carried = next(block["elements"][0]["value"] for block in told.blocks if block["type"] == "actions")
    assert "the price of line 2" in told.private
    assert carried == value(second)


def test_a_stand_in_whose_name_is_typed_by_hand_is_known(buying: Any, finance: Any) -> None:
    told = buying.desk.writes(lambda uow: absences.typed(uow, "until fri @ines"), buying.people["approver"])

    assert "Ines Vogt decides on orders meanwhile" in told.private


def test_a_name_that_nobody_has_is_said_as_such(buying: Any) -> None:
    def work(uow: Any) -> None:
        with pytest.raises(NotKnown, match="I know no person “@nobody”"):
            absences.typed(uow, "until fri @nobody")

    buying.desk.writes(work, buying.people["approver"])


def test_a_question_is_passed_on_to_a_name_typed_by_hand(buying: Any, finance: Any) -> None:
    buying.short()
    buying.request()

    buying.desk.writes(
        lambda uow: order_sentences.HANDLERS["pass"](uow, parse("pass DR-1 @Ines she knows it")),
        buying.people["approver"],
    )

    assert {task.state for task in buying.desk.all(ApprovalTask, person_id=finance.id)} == {"pending"}


def test_pasted_lines_become_one_line_of_an_order(buying: Any) -> None:
    buying.desk.writes(lambda uow: asking.typed(uow, '3 "flange\n DN 50\tsteel" for 410'), buying.people["technician"])

    assert buying.desk.all(Requisition)[-1].description == "flange DN 50 steel"


def test_whoever_would_edit_what_is_past_editing_is_told_what_to_do_instead(buying: Any) -> None:
    buying.short()
    carried = form(buying)
    buying.request()
    buying.approve()
    leaving = buying.desk.does(purchase_orders.edited, submitted(buying, carried, price="999")).private
    buying.relay("leaving", "accepted")
    sent = buying.desk.does(purchase_orders.edited, submitted(buying, carried, price="999")).private

    assert "is approved and about to leave" in leaving
    assert "`change PO-2026-00001`" in sent
    assert buying.line().price == 1_840_000
