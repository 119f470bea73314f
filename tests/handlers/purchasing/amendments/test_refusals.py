"""What may not be changed, who may not, and what happens when two do things at once."""

from typing import Any

import pytest

from handlers import amending, approvals, cancelling, purchase_orders, reducing, short_closing
from handlers.happenings import Click, Submission
from handlers.ids import value
from orders.errors import NotApproved
from storage.tables import Approval, Outgoing, PurchaseOrder


def refusal(buying: Any, order_id: int, by: str = "buyer", number: int = 2, **fields: str) -> str:
    said = {"reason": "why", **fields}
    what = Submission(buying.desk.key("view"), buying.people[by].slack_id, "", value(order_id, number), said)
    return str(buying.refused(amending.amended, what))


def test_nothing_is_changed_below_what_has_come(buying: Any, amendment: Any, mailbox: Any) -> None:
    order = buying.sent(4000)
    mailbox.brings(mailbox.table(order, (1, "4", "3")))
    announced = refusal(buying, order.id, quantity_1="2")
    buying.count_lines(line_1="3")

    assert announced == "BelowReceived"
    assert refusal(buying, order.id, quantity_1="2") == "BelowReceived"
    assert refusal(buying, order.id, quantity_1="3") == ""


def test_a_change_that_changes_nothing_or_leaves_nothing_is_refused(buying: Any) -> None:
    order = buying.sent()

    assert refusal(buying, order.id) == "NothingChanged"
    assert refusal(buying, order.id, quantity_1="0") == "NothingLeft"


def test_a_second_change_waits_for_the_first(buying: Any, amendment: Any) -> None:
    order = buying.sent()
    amendment.change(quantity_1="3")

    assert refusal(buying, order.id, quantity_1="4") == "RevisionWaits"
    assert buying.refuses(amending.amend, "buyer", order.id) == "RevisionWaits"


def test_a_form_of_an_earlier_revision_is_too_old(buying: Any, amendment: Any, mailbox: Any) -> None:
    order = buying.sent()
    amendment.sent(quantity_1="3")
    amendment.answered(mailbox, "accepted", "3")

    assert refusal(buying, order.id, number=2, quantity_1="9") == "Outdated"
    assert refusal(buying, order.id, number=3, quantity_1="9") == ""


@pytest.mark.parametrize("state", ["closed", "cancelled", "rejected_by_supplier", "approved", "draft"])
def test_an_order_that_the_supplier_does_not_have_or_that_is_over_is_not_amended(buying: Any, state: str) -> None:
    order = buying.sent()
    buying.desk.writes(lambda uow: uow.change(PurchaseOrder, order.id, state=state))

    assert refusal(buying, order.id, quantity_1="3") == "NotPossible"


@pytest.mark.parametrize(
    "fields",
    [
        {"quantity_1": "-1"},
        {"quantity_1": "many"},
        {"price_1": "-5"},
        {"price_1": "0"},
        {"day_1": "2020-01-01"},
        {"charges": "Freight -1"},
        {"line_1": "three of them"},
        {"item": "nonsense"},
        {"item": "2 something in words"},
        {"item": "999999999 gold bars at 99999999"},
        {"quantity_1": "3", "reason": ""},
    ],
)
def test_what_cannot_be_read_is_said_at_its_field_and_nothing_is_kept(
    buying: Any, amendment: Any, fields: dict[str, str]
) -> None:
    buying.sent()

    told = amendment.change(**fields)

    assert set(told.errors) & set(fields)
    assert buying.desk.all(Approval)[-1].revision == 1


def test_08_07_a_click_on_the_question_of_an_earlier_revision_approves_nothing(buying: Any, amendment: Any) -> None:
    buying.sent()
    first = buying.task()
    amendment.change(quantity_1="3")

    order = buying.order()
    assert buying.refuses(approvals.approve, "approver", order.id, first.id) == "AlreadyDone"
    assert buying.refuses(approvals.undo, "approver", order.id, first.id) != ""
    assert amendment.revision().state == "pending_approval"


def test_a_double_click_approves_a_change_once(buying: Any, amendment: Any) -> None:
    buying.sent()
    amendment.change(quantity_1="3")
    task = buying.task()
    buying.approve()

    again = buying.refuses(approvals.approve, "approver", buying.order().id, task.id)

    assert again == "AlreadyDone"
    mails = [row for row in buying.desk.all(Outgoing, wire="mail") if row.purpose == "purchase_order"]
    assert len(mails) == 2


def test_an_approval_taken_back_frees_the_money_and_asks_again(buying: Any, amendment: Any) -> None:
    order = buying.sent()
    amendment.change(quantity_1="3")
    buying.approve()
    task = buying.task()

    buying.desk.click(approvals.undo, buying.people["approver"], order.id, task.id)

    assert (amendment.revision().state, amendment.committed()) == ("pending_approval", order.total)
    buying.approve()
    assert amendment.committed() == order.total * 3 // 2


def test_whoever_changes_an_order_does_not_approve_that_and_whoever_asked_for_it_neither(
    buying: Any, amendment: Any
) -> None:
    order = buying.sent()
    amendment.change(quantity_1="3")
    task = buying.task()

    assert buying.refuses(approvals.approve, "buyer", order.id, task.id) == "OwnRequest"
    assert buying.refuses(approvals.approve, "technician", order.id, task.id) in {"NotAsked", "OwnRequest"}


def test_a_change_is_approved_as_it_is_or_not_at_all(buying: Any, amendment: Any) -> None:
    order = buying.sent()
    amendment.change(quantity_1="3")

    assert buying.refuses(reducing.reduce, "approver", order.id, buying.task().id) == "Unlawful"


def test_an_order_is_not_cancelled_or_closed_short_while_a_change_of_it_waits(buying: Any, amendment: Any) -> None:
    order = buying.sent(4000)
    amendment.change(quantity_1="5")

    assert buying.refuses(cancelling.cancel, "buyer", order.id) == "RevisionWaits"
    assert buying.refuses(short_closing.close_short, "buyer", order.id) == "RevisionWaits"


def test_a_line_changed_behind_the_approval_keeps_the_mail_of_a_revision_from_leaving(
    buying: Any, amendment: Any
) -> None:
    from storage.tables import OrderRevision

    buying.sent()
    amendment.change(quantity_1="3")
    buying.approve()
    row, body = amendment.revision(), buying.body()
    buying.desk.writes(lambda uow: uow.change(OrderRevision, row.id, lines=row.lines.replace("3000", "9000")))

    with pytest.raises(NotApproved):
        buying.desk.reads(lambda uow: purchase_orders.document_for(uow, body))


def test_a_change_that_the_supplier_has_is_withdrawn_by_a_mail(buying: Any, amendment: Any) -> None:
    order = buying.sent()
    amendment.sent(quantity_1="3")

    told = buying.desk.click(amending.drop, buying.people["buyer"], order.id)

    assert "has been told" in told.private
    letters = [row for row in buying.desk.all(Outgoing, wire="mail") if row.purpose == "order_revision_withdrawn"]
    assert len(letters) == 1
    assert "revision 2 is withdrawn" in letters[0].body
    assert (amendment.revision().state, amendment.committed()) == ("cancelled", order.total)


def test_a_change_that_nobody_has_seen_is_dropped_with_its_mail(buying: Any, amendment: Any) -> None:
    order = buying.sent()
    amendment.change(quantity_1="3")
    buying.approve()

    buying.desk.click(amending.drop, buying.people["buyer"], order.id)

    assert buying.mail().state == "dropped"
    assert (amendment.revision().state, amendment.committed(), buying.order().state) == (
        "cancelled",
        order.total,
        "sent",
    )


def test_a_second_press_on_drop_finds_nothing_to_drop(buying: Any, amendment: Any) -> None:
    order = buying.sent()
    amendment.change(quantity_1="3")
    person = buying.people["buyer"]
    click = Click(buying.desk.key("click"), person.slack_id, "", value(order.id))
    buying.desk.does(amending.drop, click)

    assert buying.refuses(amending.drop, "buyer", order.id) == "Unlawful"
