"""How orders end before everything came: cancelled while nothing came, closed short afterwards, and taken up again."""

import json
from email import message_from_bytes, policy
from typing import Any

import pytest

from handlers import approvals, cancelling, plain_letters, purchase_orders, receiving, short_closing, supplier_mail
from handlers.happenings import Sent
from storage import budget
from storage.tables import BudgetEntry, BudgetSum, InboundMail, Outgoing, PurchaseOrder, Receipt, Requisition
from storage.unit_of_work import UnitOfWork

WHY = "We found one in the old store"


def cancel(buying: Any, by: str = "buyer", reason: str = WHY) -> str:
    number = buying.order().number or buying.order().draft_number
    return str(
        buying.desk.writes(lambda uow: cancelling.cancel_named(uow, number, reason), by=buying.people[by]).private
    )


def close(buying: Any, rest: str = f"because {WHY}", by: str = "buyer") -> str:
    number = buying.order().number
    return str(
        buying.desk.writes(lambda uow: short_closing.close_named(uow, number, rest), by=buying.people[by]).private
    )


def reopen(buying: Any, reason: str = "The rest came") -> str:
    number = buying.order().number
    who = buying.people["buyer"]
    return str(buying.desk.writes(lambda uow: short_closing.reopen_named(uow, number, reason), by=who).private)


def committed(buying: Any) -> int:
    assert buying.desk.reads(budget.differences) == []
    return sum(row.committed for row in buying.desk.all(BudgetSum))


def letters(buying: Any, purpose: str) -> list[Outgoing]:
    return [row for row in buying.desk.all(Outgoing, wire="mail") if row.purpose == purpose]


def partly_in(buying: Any) -> None:
    """Order two seals, and take one of them in."""
    buying.sent(2000)
    buying.desk.writes(lambda uow: receiving.from_store(uow, buying_order(uow)))
    buying.count_lines(line_1="1")


def buying_order(uow: UnitOfWork) -> int:
    return int(uow.all(PurchaseOrder)[-1].id)


def refusal(buying: Any, work: Any) -> str:
    """Return the sentence in which something is refused."""
    with pytest.raises(AssertionError) as refused:
        work()
    told: dict[str, str] = refused.value.args[0] if isinstance(refused.value.args[0], dict) else {}
    return told.get("private") or str(refused.value)


def test_a_draft_is_cancelled_at_once_and_its_need_is_free_for_another_order(buying: Any) -> None:
    buying.short()

    said = cancel(buying, by="technician")

    (need,) = buying.desk.all(Requisition)
    assert "is cancelled" in said
    assert (buying.order().state, buying.order().ending) == ("cancelled", WHY)
    assert need.state == "open"
    assert buying.behind(buying.line()) == []


def test_an_order_that_waits_for_approval_voids_its_questions_when_it_is_cancelled(buying: Any) -> None:
    buying.short()
    buying.request()
    task = buying.task()

    cancel(buying)

    assert buying.order().state == "cancelled"
    assert buying.task().state == "voided"
    assert buying.refuses(approvals.approve, "approver", buying.order().id, task.id)


def test_an_approved_order_whose_mail_waits_is_cancelled_and_its_mail_never_leaves(buying: Any) -> None:
    buying.short()
    buying.request()
    buying.approve()
    assert committed(buying) > 0

    cancel(buying)

    assert (buying.order().state, buying.mail().state) == ("cancelled", "dropped")
    assert committed(buying) == 0
    assert buying.desk.all(Requisition)[0].state == "open"
    assert letters(buying, "order_cancellation") == []


def test_an_order_whose_mail_is_leaving_is_not_cancelled_behind_its_back(buying: Any) -> None:
    buying.short()
    buying.request()
    buying.approve()
    buying.relay("leaving")

    said = refusal(buying, lambda: cancel(buying))

    assert "cannot be" in said
    assert buying.order().state == "sending"


def test_a_sent_order_stands_until_the_supplier_agrees_to_its_cancellation(buying: Any) -> None:
    buying.sent()
    before = committed(buying)

    said = cancel(buying)

    (letter,) = letters(buying, "order_cancellation")
    mail = message_from_bytes(plain_letters.compose(json.loads(letter.body)), policy=policy.default)
    assert "Until then the order stands" in said
    assert (buying.order().state, committed(buying)) == ("sent", before)
    assert mail["To"] == "orders@hartmann.example"
    assert mail["In-Reply-To"] == json.loads(buying.mail().body)["message_id"]
    assert WHY in mail.get_body().get_content()
    assert purchase_orders.own_message(buying.desk.plant, mail["Message-ID"]) is None


def test_asking_twice_writes_one_mail(buying: Any) -> None:
    buying.sent()
    cancel(buying)

    said = refusal(buying, lambda: cancel(buying))

    assert "was asked to cancel" in said
    assert len(letters(buying, "order_cancellation")) == 1


@pytest.mark.parametrize("by", ["technician", "storekeeper", "approver"])
def test_only_a_buyer_cancels_what_is_more_than_a_draft(buying: Any, by: str) -> None:
    buying.sent()

    said = refusal(buying, lambda: cancel(buying, by=by))

    assert buying.order().cancel_asked_at is None
    assert said


def test_what_has_come_in_part_is_not_cancelled_but_closed_short(buying: Any) -> None:
    partly_in(buying)

    said = refusal(buying, lambda: cancel(buying))

    assert f"Type `close {buying.order().number}`" in said
    assert buying.order().state == "sent"


def test_what_is_announced_is_not_cancelled(buying: Any) -> None:
    buying.sent()
    buying.desk.writes(lambda uow: receiving.from_store(uow, buying_order(uow)))

    said = refusal(buying, lambda: cancel(buying))

    assert "is announced" in said


def answer(buying: Any, mailbox: Any, **more: Any) -> InboundMail:
    mailbox.put(mailbox.letter("We agree"))
    mail = buying.desk.all(InboundMail)[-1]
    reading = mailbox.reading(buying.order(), **more)
    buying.desk.writes(lambda uow: supplier_mail.settle(uow, mail_id=mail.id, reading=reading))
    return buying.desk.all(InboundMail)[-1]


def test_the_supplier_s_word_is_shown_to_the_buyer_whose_click_ends_the_order(buying: Any, mailbox: Any) -> None:
    order = buying.sent()
    cancel(buying)

    mail = answer(buying, mailbox, kind="cancellation", quantity="0")
    assert (mail.state, buying.order().state) == ("settled", "sent")
    assert any("Does the supplier agree?" in row.body for row in buying.desk.all(Outgoing, wire="slack"))
    buying.desk.click(cancelling.agree, buying.people["buyer"], order.id)

    assert (buying.order().state, buying.order().cancel_asked_at) == ("cancelled", None)
    assert committed(buying) == 0
    assert buying.desk.all(Requisition)[0].state == "open"
    assert any("agreed: PO-" in row.body for row in buying.desk.all(Outgoing, wire="slack"))


def test_a_supplier_who_cancels_what_nobody_asked_for_is_put_before_a_person(buying: Any, mailbox: Any) -> None:
    buying.sent()

    mail = answer(buying, mailbox, kind="cancellation", quantity="0")

    assert (mail.state, buying.order().state) == ("asked", "sent")


@pytest.mark.parametrize("by", ["technician", "approver"])
def test_only_a_buyer_says_that_the_supplier_agreed(buying: Any, by: str) -> None:
    order = buying.sent()
    cancel(buying)

    assert buying.refuses(cancelling.agree, by, order.id) == "NotYours"
    assert buying.order().state == "sent"


def test_a_yes_is_put_before_the_buyer_while_a_cancellation_waits_because_it_may_mean_either(
    buying: Any, mailbox: Any
) -> None:
    buying.sent()
    cancel(buying)

    mail = answer(buying, mailbox, kind="order_response", quantity="2", response="accepted")

    assert (mail.state, buying.order().state) == ("settled", "sent")
    assert any("Does the supplier agree?" in row.body for row in buying.desk.all(Outgoing, wire="slack"))


def test_goods_that_come_meanwhile_are_taken_in_and_the_cancellation_is_over(buying: Any, mailbox: Any) -> None:
    buying.sent()
    cancel(buying)

    mail = answer(buying, mailbox, kind="despatch", quantity="2")
    buying.take_in()

    assert mail.state == "proposed"
    assert (buying.order().state, buying.order().cancel_asked_at) == ("closed", None)
    assert committed(buying) == 0


def test_a_buyer_may_end_it_without_the_supplier_only_with_number_and_reason(buying: Any) -> None:
    order = buying.sent()
    cancel(buying)
    who = buying.people["buyer"]

    wrong = buying.desk.submit(cancelling.cancelled, who, order.id, 1, reason="Phoned", number="PO-1")
    right = buying.desk.submit(cancelling.cancelled, who, order.id, 1, reason="Phoned", number=order.number.lower())

    assert wrong.errors == {"number": f"Write {order.number}, so that it is the right order."}
    assert "is cancelled" in right.private
    assert buying.order().state == "cancelled"


def test_a_kept_order_stands_and_cannot_be_ended_by_an_old_button(buying: Any) -> None:
    order = buying.sent()
    cancel(buying)
    buying.desk.click(cancelling.keep, buying.people["buyer"], order.id)

    said = buying.refuses(cancelling.anyway, "buyer", order.id)

    assert buying.order().cancel_asked_at is None
    assert said == "Unlawful"


def test_a_cancellation_that_cannot_be_mailed_is_shown_to_the_buyer(buying: Any) -> None:
    buying.sent()
    cancel(buying)
    (letter,) = letters(buying, "order_cancellation")

    told = Sent(buying.desk.key("outcome"), letter.id, "refused", "no such user", {})
    buying.desk.writes(lambda uow: cancelling.outcome(uow, told))

    card = [
        json.loads(row.body) for row in buying.desk.all(Outgoing, wire="slack") if "may not have arrived" in row.body
    ]
    assert card
    assert buying.order().state == "sent"


def test_a_cancelled_order_s_number_is_never_used_again(buying: Any) -> None:
    first = buying.sent().number
    cancel(buying)
    buying.desk.submit(cancelling.cancelled, buying.people["buyer"], buying.order().id, 1, reason="x", number=first)

    second = buying.sent(1000).number

    assert second != first


def test_the_rest_of_an_order_is_given_up_with_its_money_and_the_order_is_closed(buying: Any) -> None:
    partly_in(buying)
    before = committed(buying)

    said = close(buying)

    needs = {need.state: need.quantity for need in buying.desk.all(Requisition)}
    assert "No more is expected" in said
    assert (buying.order().state, buying.line().cancelled) == ("closed", 1000)
    assert (before, committed(buying)) == (18_400, 0)
    assert needs == {"fulfilled": 1000, "open": 1000}
    assert [row.cause for row in buying.desk.all(BudgetEntry)][-1] == "short close"
    assert len(letters(buying, "order_short_close")) == 1


def test_what_nobody_needs_any_more_is_given_up_for_good(buying: Any) -> None:
    partly_in(buying)
    order = buying.order()

    buying.desk.submit(short_closing.closed_short, buying.people["buyer"], order.id, reason="Repaired", needed="no")

    states = sorted(need.state for need in buying.desk.all(Requisition))
    assert states == ["cancelled", "fulfilled"]


def test_an_order_of_which_nothing_came_is_cancelled_and_not_closed_short(buying: Any) -> None:
    buying.sent()

    said = refusal(buying, lambda: close(buying))

    assert f"Type `cancel {buying.order().number}` instead" in said


@pytest.mark.parametrize(("rest", "said"), [("line 7 because x", "line 7"), ("lines 1, 9 because x", "line 9")])
def test_lines_that_are_not_open_are_named(buying: Any, rest: str, said: str) -> None:
    partly_in(buying)

    assert said in refusal(buying, lambda: close(buying, rest))


def test_the_last_delivery_of_an_order_closed_short_before_books_no_money_twice(buying: Any) -> None:
    partly_in(buying)
    close(buying)
    reopen(buying)
    spent = sum(row.actual for row in buying.desk.all(BudgetSum))

    buying.desk.writes(lambda uow: receiving.from_store(uow, buying_order(uow)))
    buying.count_lines(line_1="1")

    assert buying.order().state == "closed"
    assert committed(buying) == 0
    assert sum(row.actual for row in buying.desk.all(BudgetSum)) == 2 * spent


def test_an_order_is_taken_up_again_with_its_money(buying: Any) -> None:
    partly_in(buying)
    close(buying)

    said = reopen(buying)

    assert "expects the rest" in said
    assert (buying.order().state, buying.order().receipt_state, buying.line().cancelled) == ("accepted", "partial", 0)
    assert committed(buying) == 18_400


def test_what_came_in_full_is_not_reopened(buying: Any) -> None:
    buying.sent(1000)
    buying.desk.writes(lambda uow: receiving.from_store(uow, buying_order(uow)))
    buying.count_lines(line_1="1")

    said = refusal(buying, lambda: reopen(buying))

    assert "nothing is left to expect" in said
    assert buying.desk.all(Receipt)[-1].state == "posted"
