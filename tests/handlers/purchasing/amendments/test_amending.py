"""Changing an order that the supplier has: by a revision, approved where it is material, in force once it is accepted."""

from email import message_from_bytes, policy
from typing import Any

import pytest

from handlers import amending, approvals, order_outcomes, purchase_orders
from storage.tables import Approval, Requisition


def test_more_of_a_line_is_asked_about_again_and_the_card_says_what_is_different(buying: Any, amendment: Any) -> None:
    order = buying.sent()

    amendment.change(quantity_1="3")

    assert (amendment.revision().state, buying.order().state) == ("pending_approval", "sent")
    assert buying.order().total == order.total
    question = amendment.question()
    assert "Line 1, quantity: 2 pieces → 3 pieces" in question
    assert "rev 2" in question
    assert "Line 1, quantity: 2 pieces → 3 pieces" in amendment.card()


def test_the_money_rises_with_the_approval_and_the_order_stands_until_the_supplier_accepts(
    buying: Any, amendment: Any, mailbox: Any
) -> None:
    order = buying.sent()
    before = amendment.committed()
    amendment.change(quantity_1="3")
    asked = amendment.committed()

    buying.approve()

    half = order.total // 2
    assert (before, asked, amendment.committed()) == (order.total, order.total, order.total + half)
    assert (buying.order().revision, amendment.lines()[0].quantity) == (1, 2000)
    buying.relay("leaving", "accepted")
    assert (amendment.revision().state, buying.order().revision) == ("sent", 1)
    amendment.answered(mailbox, "accepted", "3")
    now = buying.order()
    assert (now.revision, now.state, now.total) == (2, "accepted", order.total + half)
    assert (amendment.lines()[0].quantity, amendment.revision().state) == (3000, "accepted")
    assert amendment.committed() == now.total


def test_the_mail_says_which_revision_it_replaces_and_what_was_and_keeps_the_thread(
    buying: Any, amendment: Any
) -> None:
    order = buying.sent()
    first = buying.body()["message_id"]
    amendment.change(quantity_1="3")
    buying.approve()

    document, body = amendment.document(), buying.body()

    assert document["replaces"]["revision"] == 1
    assert document["lines"][0]["was"] == {"quantity": "2"}
    letter = message_from_bytes(purchase_orders.compose(body, document), policy=policy.default)
    assert (letter["In-Reply-To"], letter["Message-ID"] != first) == (first, True)
    assert purchase_orders.own_message(buying.desk.plant, letter["Message-ID"]) == (order.id, 2)
    assert "revision 2" in letter["Subject"].lower()


def test_less_needs_no_new_approval_and_says_by_which_rule(buying: Any, amendment: Any, mailbox: Any) -> None:
    order = buying.sent(4000)

    told = amendment.change(quantity_1="3")

    assert "needs no new approval" in told.private
    assert amendment.revision().state == "approved"
    run = buying.desk.all(Approval)[-1]
    assert (run.state, run.rule, run.revision) == ("approved", "only later dates or less than was approved", 2)
    assert amendment.committed() == order.total
    buying.relay("leaving", "accepted")
    amendment.answered(mailbox, "accepted", "3")
    assert amendment.committed() == buying.order().total == order.total * 3 // 4


def test_what_is_no_longer_ordered_is_a_need_again(buying: Any, amendment: Any, mailbox: Any) -> None:
    buying.sent(4000)

    amendment.sent(quantity_1="3")
    amendment.answered(mailbox, "accepted", "3")

    needs = buying.desk.all(Requisition)
    assert sorted((need.quantity, need.state) for need in needs) == [(1000, "open"), (3000, "on_order")]


def test_a_refused_change_leaves_the_order_and_its_money_as_they_were(
    buying: Any, amendment: Any, mailbox: Any
) -> None:
    order = buying.sent()
    amendment.sent(quantity_1="3")

    amendment.answered(mailbox, "rejected", "0")

    now = buying.order()
    assert (now.state, now.revision, now.total) == ("sent", 1, order.total)
    assert (amendment.revision().state, amendment.committed()) == ("rejected_by_supplier", order.total)
    assert "does not accept it" in amendment.card()


@pytest.mark.parametrize("by", ["technician", "storekeeper", "approver"])
def test_only_buyers_change_a_sent_order(buying: Any, by: str) -> None:
    order = buying.sent()

    assert buying.refuses(amending.amend, by, order.id) == "NotYours"


def test_a_rejected_change_is_written_on_and_requested_again(buying: Any, amendment: Any) -> None:
    order = buying.sent()
    amendment.change(quantity_1="5")
    task = buying.task()
    person = buying.people["approver"]
    buying.desk.submit(approvals.rejected, person, order.id, task.id, words="Three will do")

    assert "Three will do" in amendment.card()
    assert (amendment.revision().state, buying.order().state) == ("draft", "sent")
    amendment.change(quantity_1="3")

    assert (amendment.revision().revision, amendment.revision().state) == (2, "pending_approval")
    assert "Line 1, quantity: 2 pieces → 3 pieces" in amendment.question()
    buying.approve()
    assert amendment.committed() == order.total * 3 // 2


def test_a_change_that_nobody_answers_is_a_draft_again_and_the_order_stands(buying: Any, amendment: Any) -> None:
    buying.sent()
    amendment.change(quantity_1="3")
    buying.desk.later(days=30)

    buying.desk.writes(approvals.expire_waiting)

    assert (amendment.revision().state, buying.order().state) == ("draft", "sent")
    assert "not requested" in amendment.card()


def test_a_mail_of_a_revision_that_comes_back_is_sent_again(buying: Any, amendment: Any) -> None:
    order = buying.sent()
    amendment.sent(quantity_1="3")

    buying.desk.writes(lambda uow: order_outcomes.bounced(uow, order.id, "no such mailbox", 2))

    assert (amendment.revision().state, buying.order().state) == ("approved", "sent")
    buying.desk.click(order_outcomes.send_again, buying.people["buyer"], order.id)
    buying.relay("leaving", "accepted")
    assert (amendment.revision().state, buying.order().state) == ("sent", "sent")
    assert buying.body()["again"]
