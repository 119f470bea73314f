"""What a supplier proposes: shown as a difference, agreed to as a revision, approved anew beyond the tolerance."""

import json
from dataclasses import replace
from typing import Any

from handlers import mail_buttons
from storage.tables import Approval


def proposes(amendment: Any, mailbox: Any, quantity: str, **more: Any) -> int:
    number: int = amendment.answered(mailbox, "changed", quantity, **more)
    return number


def test_less_is_agreed_to_without_a_new_approval_and_is_the_order_once_our_yes_has_gone_out(
    buying: Any, amendment: Any, mailbox: Any
) -> None:
    order = buying.sent(4000)
    mail = proposes(amendment, mailbox, "3")
    card = json.dumps(buying.desk.card(f"po:{order.id}:answer"), ensure_ascii=False)

    buying.desk.click(mail_buttons.take_over, buying.people["buyer"], mail)

    assert "Line 1, quantity: 4 pieces → 3 pieces" in card
    assert "no new approval is needed" in card
    assert (amendment.revision().state, buying.order().state) == ("approved", "change_proposed")
    buying.relay("leaving", "accepted")
    now = buying.order()
    assert (now.state, now.revision, now.total) == ("accepted", 2, order.total * 3 // 4)
    assert amendment.committed() == now.total


def test_more_than_was_approved_is_asked_about(buying: Any, amendment: Any, mailbox: Any) -> None:
    order = buying.sent(4000)
    mail = proposes(amendment, mailbox, "5")

    told = buying.desk.click(mail_buttons.take_over, buying.people["buyer"], mail)

    assert "because the total rises" in told.private
    assert amendment.revision().state == "pending_approval"
    assert (buying.order().state, buying.order().total) == ("change_proposed", order.total)
    buying.approve()
    buying.relay("leaving", "accepted")
    assert (buying.order().revision, buying.order().state) == (2, "accepted")
    assert amendment.lines()[0].quantity == 5000


def test_a_little_more_is_agreed_to_within_the_tolerance_that_the_plant_allows(
    buying: Any, amendment: Any, mailbox: Any
) -> None:
    buying.desk.plant = replace(buying.desk.plant, change_tolerance_percent=25)
    buying.sent(4000)
    mail = proposes(amendment, mailbox, "5")

    buying.desk.click(mail_buttons.take_over, buying.people["buyer"], mail)

    run = buying.desk.all(Approval)[-1]
    assert (run.rule, amendment.revision().state) == ("the supplier's change lies within the tolerance", "approved")


def test_a_later_day_is_taken_into_the_order(buying: Any, amendment: Any, mailbox: Any) -> None:
    buying.sent(4000)
    mail = proposes(amendment, mailbox, "4", expected_on="2027-01-15")

    buying.desk.click(mail_buttons.take_over, buying.people["buyer"], mail)
    buying.relay("leaving", "accepted")

    assert amendment.lines()[0].deliver_by.isoformat() == "2027-01-15"
    assert buying.order().revision == 2


def test_a_proposal_whose_approval_is_refused_can_be_dropped_and_the_order_stands(
    buying: Any, amendment: Any, mailbox: Any
) -> None:
    from handlers import amending, approvals

    order = buying.sent(4000)
    mail = proposes(amendment, mailbox, "5")
    buying.desk.click(mail_buttons.take_over, buying.people["buyer"], mail)
    task = buying.task()
    fields = {"words": "Too dear"}
    buying.desk.submit(approvals.rejected, buying.people["approver"], order.id, task.id, **fields)
    assert "Too dear" in amendment.card()

    buying.desk.click(amending.drop, buying.people["buyer"], order.id)

    assert (buying.order().state, buying.order().revision) == ("sent", 1)
    assert (amendment.revision().state, amendment.committed()) == ("cancelled", order.total)


def test_little_changes_do_not_add_up_to_a_large_one_that_nobody_is_asked_about(
    buying: Any, amendment: Any, mailbox: Any
) -> None:
    buying.desk.plant = replace(buying.desk.plant, change_tolerance_percent=25)
    buying.sent(4000)
    buying.desk.click(mail_buttons.take_over, buying.people["buyer"], proposes(amendment, mailbox, "5"))
    buying.relay("leaving", "accepted")
    second = proposes(amendment, mailbox, "6")
    card = json.dumps(buying.desk.card(f"po:{buying.order().id}:answer"), ensure_ascii=False)

    buying.desk.click(mail_buttons.take_over, buying.people["buyer"], second)

    assert "no new approval is needed" not in card
    assert amendment.revision().state == "pending_approval"
    assert buying.order().total == 5 * 18_400
