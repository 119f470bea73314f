"""What a buyer writes back to a supplier, and what becomes of each promise."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from handlers import chasing, promises, supplier_mail, supplier_replies
from storage.tables import InboundMail, LinePromise, Outgoing, PurchaseOrder, PurchaseOrderLine, Supplier

LATER = "2026-12-04"


@pytest.fixture
def order(buying: Any) -> PurchaseOrder:
    """An order for ten seals that the supplier has."""
    return buying.sent(10_000)


def says(buying: Any, mailbox: Any, order: Any, **more: Any) -> InboundMail:
    """Let the supplier answer with what a test states."""
    kind = more.pop("kind", "order_response")
    reading = mailbox.reading(order, kind=kind, quantity=more.pop("quantity", "10"), **more)
    price = more.get("unit_price")
    if price:
        reading.values["lines"][0]["unit_price"] = price
    mailbox.put(mailbox.letter(f"Our answer {len(buying.desk.all(InboundMail))}."))
    number = buying.desk.all(InboundMail)[-1].id
    buying.desk.writes(lambda uow: supplier_mail.settle(uow, mail_id=number, reading=reading))
    return buying.desk.all(InboundMail)[-1]


def letters(buying: Any) -> list[dict[str, Any]]:
    rows = buying.desk.all(Outgoing, wire="mail")
    return [json.loads(row.body) for row in rows if row.purpose.startswith(supplier_replies.PURPOSE)]


def test_refusing_opens_a_drafted_mail_that_names_the_changes(buying: Any, mailbox: Any, order: Any) -> None:
    mail = says(buying, mailbox, order, response="changed", quantity="8")

    form = buying.desk.click(supplier_replies.refuse, buying.people["buyer"], mail.id)

    text = json.dumps(form.modal)
    assert "we cannot agree to these changes" in text
    assert "Please deliver as ordered." in text
    assert letters(buying) == []
    assert buying.order().state == "change_proposed"


def test_a_refusal_goes_out_in_the_thread_of_the_order_which_stands_as_it_was(
    buying: Any, mailbox: Any, order: Any
) -> None:
    mail = says(buying, mailbox, order, response="changed", quantity="8")

    told = buying.desk.submit(supplier_replies.replied, buying.people["buyer"], mail.id, 0, text="As ordered, please.")

    (body,) = letters(buying)
    assert "gets your mail" in told.private
    assert body["to"] == ["orders@hartmann.example"]
    assert body["answers"] == buying.body()["message_id"]
    assert "As ordered, please." in body["text"]
    assert not body["loop"]
    assert (buying.order().state, buying.line().quantity) == ("sent", 10_000)


def test_a_question_goes_out_and_leaves_the_proposal_open(buying: Any, mailbox: Any, order: Any) -> None:
    mail = says(buying, mailbox, order, response="changed", quantity="8")

    buying.desk.submit(supplier_replies.replied, buying.people["buyer"], mail.id, 1, text="When do the other two come?")

    assert "When do the other two come?" in letters(buying)[0]["text"]
    assert buying.order().state == "change_proposed"


def test_a_reply_without_words_is_not_sent(buying: Any, mailbox: Any, order: Any) -> None:
    mail = says(buying, mailbox, order, response="changed", quantity="8")

    told = buying.desk.submit(supplier_replies.replied, buying.people["buyer"], mail.id, 0, text="  ")

    assert list(told.errors) == ["text"]
    assert (letters(buying), buying.order().state) == ([], "change_proposed")


@pytest.mark.parametrize(("by", "refusal"), [("technician", "NotYours"), ("storekeeper", "NotYours")])
def test_only_buyers_answer_suppliers(buying: Any, mailbox: Any, order: Any, by: str, refusal: str) -> None:
    mail = says(buying, mailbox, order, response="changed", quantity="8")

    assert buying.refuses(supplier_replies.refuse, by, mail.id) == refusal


def test_a_refusal_that_was_sent_cannot_be_sent_again(buying: Any, mailbox: Any, order: Any) -> None:
    mail = says(buying, mailbox, order, response="changed", quantity="8")
    buying.desk.submit(supplier_replies.replied, buying.people["buyer"], mail.id, 0, text="No.")

    assert buying.refuses(supplier_replies.refuse, "buyer", mail.id) == "NotPossible"
    assert len(letters(buying)) == 1


def test_nobody_writes_to_a_supplier_who_is_held_back(buying: Any, mailbox: Any, order: Any) -> None:
    mail = says(buying, mailbox, order, response="changed", quantity="8")
    buying.desk.writes(lambda uow: uow.change(Supplier, order.supplier_id, held=True))

    assert buying.refuses(supplier_replies.ask, "buyer", mail.id) == "SupplierHeld"


def test_a_dearer_price_is_named_on_the_card_and_asks_for_approval_anew(buying: Any, mailbox: Any, order: Any) -> None:
    says(buying, mailbox, order, response="changed", unit_price="199.00")

    card = json.dumps(buying.desk.card(f"po:{order.id}:answer"))
    assert "199.00" in card
    assert "once it is approved anew" in card


def test_a_price_for_a_hundred_is_no_other_price(buying: Any, mailbox: Any, order: Any) -> None:
    says(buying, mailbox, order, response="changed", unit_price="18400.00")

    assert "18400" not in json.dumps(buying.desk.card(f"po:{order.id}:answer"))


def needed(buying: Any, order: Any, day: date) -> None:
    buying.desk.writes(lambda uow: uow.change(PurchaseOrder, order.id, deliver_by=day))
    line = buying.desk.all(PurchaseOrderLine, order_id=order.id)[0]
    buying.desk.writes(lambda uow: uow.change(PurchaseOrderLine, line.id, deliver_by=day))


@pytest.mark.parametrize(("days", "state"), [(0, "change_proposed"), (1, "change_proposed"), (2, "accepted")])
def test_a_promise_within_the_tolerance_is_taken_over_and_one_beyond_is_put_before_the_buyer(
    buying: Any, mailbox: Any, order: Any, days: int, state: str
) -> None:
    needed(buying, order, date(2026, 12, 2))
    buying.desk.plant = replace(buying.desk.plant, later_days=days)

    says(buying, mailbox, order, response="accepted")

    assert buying.order().state == state
    assert buying.line().promised_on == date(2026, 12, 4)


def standing(buying: Any) -> list[tuple[int, str]]:
    line = buying.line().id
    rows = buying.desk.reads(lambda uow: promises.standing(uow, line))
    return [(row.quantity, row.promised_on.isoformat()) for row in rows]


def test_each_part_of_a_line_keeps_its_own_promise_and_every_earlier_word_stays(
    buying: Any, mailbox: Any, order: Any
) -> None:
    says(buying, mailbox, order, kind="delay", quantity="0", outstanding="10")
    first = standing(buying)
    buying.desk.later(minutes=5)
    says(buying, mailbox, order, response="changed", quantity="4", outstanding="6")

    assert first == [(10_000, LATER)]
    assert standing(buying) == [(4_000, LATER), (6_000, LATER)]
    assert [row.replaced_at is None for row in buying.desk.all(LinePromise)] == [False, True, True]


def test_a_job_that_waits_is_told_once_when_its_goods_are_overdue(buying: Any, order: Any) -> None:
    buying.desk.later(days=7)
    for _ in range(12):
        for number in buying.desk.reads(chasing.open_orders):
            buying.desk.writes(lambda uow, number=number: chasing.tend(uow, number))
        buying.desk.later(hours=12)

    told = [line for line in buying.desk.lines() if "overdue" in line]
    assert len(told) == 1
    assert order.number in told[0]


def test_a_mere_acknowledgement_agrees_to_nothing_and_still_is_an_answer(buying: Any, mailbox: Any, order: Any) -> None:
    reading = mailbox.reading(order, kind="order_response", quantity="0")
    reading.values["lines"] = []
    mailbox.put(mailbox.letter("We have read your order."))
    buying.desk.writes(lambda uow: supplier_mail.settle(uow, mail_id=1, reading=reading))

    now = buying.order()
    assert (now.state, now.supplier_answer, now.promised_on) == ("acknowledged", "acknowledged", None)
    assert now.answered_at == buying.desk.now


def test_an_acknowledgement_after_an_acceptance_takes_nothing_back(buying: Any, mailbox: Any, order: Any) -> None:
    says(buying, mailbox, order, response="accepted", shipment={"expected_on": None})
    reading = mailbox.reading(order, kind="order_response", quantity="0")
    reading.values["lines"] = []
    mailbox.put(mailbox.letter("We have read your order."))
    buying.desk.writes(lambda uow: supplier_mail.settle(uow, mail_id=2, reading=reading))

    assert buying.order().state in {"accepted", "change_proposed"}
