"""What suppliers answer, and what people decide about mails they are shown."""

import json
from datetime import date
from typing import Any

import pytest

from handlers import mail_buttons, supplier_mail, supplier_replies
from storage.tables import InboundMail, LinePromise, PurchaseOrder, PurchaseOrderLine, Receipt, Stock


@pytest.fixture
def order(buying: Any) -> PurchaseOrder:
    """An order for ten seals that the supplier has."""
    return buying.sent(10_000)


def test_a_full_acceptance_binds_both(buying: Any, mailbox: Any, order: Any) -> None:
    mail = answers(
        mailbox, order, "Order confirmation AB-1. We accept your order {number} as follows:", "10", "27 Nov 2026"
    )

    now = buying.order()
    assert (mail.state, mail.kind) == ("settled", "order_response")
    assert (now.state, now.supplier_answer) == ("accepted", "accepted")
    assert now.promised_on.isoformat() == "2026-11-27"
    assert "accepted by the supplier" in buying.desk.card(f"po:{order.id}")["text"]


def answers(mailbox: Any, order: Any, words: str, confirmed: str, promised: str) -> Any:
    """Let the supplier answer an order with one line."""
    part = mailbox.desk.all(PurchaseOrderLine, order_id=order.id)[0].supplier_part
    head = "<tr><th>Pos</th><th>Article</th><th>Ordered</th><th>Confirmed</th><th>Delivery date</th></tr>"
    row = f"<tr><td>1</td><td>{part}</td><td>10</td><td>{confirmed}</td><td>{promised}</td></tr>"
    text = f"<p>{words.format(number=order.number)}</p><table>{head}{row}</table>"
    return mailbox.brings(text, Subject=f"Order confirmation {order.number}")


def test_08_16_a_confirmation_of_4_of_10_keeps_a_promise_for_6(buying: Any, mailbox: Any, order: Any) -> None:
    mail = answers(mailbox, order, "Order confirmation AB-1 for {number}.", "4", "30 Nov 2026")

    now, line = buying.order(), buying.line()
    assert now.state != "accepted"
    assert (line.quantity, line.cancelled, now.total) == (10_000, 0, order.total)
    if mail.state == "settled":
        assert now.state == "change_proposed"
        assert "Agree" in json.dumps(buying.desk.card(f"po:{order.id}:answer"))


def proposed_change(buying: Any, mailbox: Any, order: Any) -> Any:
    """Settle a reading by hand in which four of ten are confirmed and the rest comes later."""
    reading = mailbox.reading(order, kind="order_response", response="changed", quantity="4", outstanding="6")
    mailbox.put(mailbox.letter("We can send 4 now and 6 later."))
    buying.desk.writes(lambda uow: supplier_mail.settle(uow, mail_id=1, reading=reading))
    return buying.desk.one(InboundMail)


def test_a_proposed_change_is_put_before_the_buyer_and_agreeing_keeps_the_order(
    buying: Any, mailbox: Any, order: Any
) -> None:
    mail = proposed_change(buying, mailbox, order)
    card = json.dumps(buying.desk.card(f"po:{order.id}:answer"))

    assert (mail.state, buying.order().state) == ("settled", "change_proposed")
    assert "4 pieces on 04 Dec, 6 pieces later" in card
    assert buying.refuses(mail_buttons.take_over, "storekeeper", mail.id) == "NotYours"
    buying.desk.click(mail_buttons.take_over, buying.people["buyer"], mail.id)
    assert (buying.order().state, buying.order().total) == ("accepted", order.total)
    assert buying.refuses(mail_buttons.take_over, "buyer", mail.id) == "AlreadyDone"


def test_a_refused_change_leaves_the_order_as_it_was_sent(buying: Any, mailbox: Any, order: Any) -> None:
    mail = proposed_change(buying, mailbox, order)

    buying.desk.submit(supplier_replies.replied, buying.people["buyer"], mail.id, 0, text="Please deliver as ordered.")

    assert buying.order().state == "sent"


def test_a_rejection_that_was_asked_about_is_taken_over_by_the_buyer(buying: Any, mailbox: Any, order: Any) -> None:
    reading = mailbox.reading(order, kind="order_response", response="rejected", quantity="0", action="ask")
    mailbox.put(mailbox.letter("We cannot deliver."))
    buying.desk.writes(lambda uow: supplier_mail.settle(uow, mail_id=1, reading=reading))

    buying.desk.click(mail_buttons.take_over, buying.people["buyer"], 1)

    assert buying.desk.one(PurchaseOrder, id=order.id).state == "rejected_by_supplier"
    assert buying.desk.one(InboundMail).state == "settled"


def test_a_delay_that_still_comes_in_time_moves_the_promise_and_nothing_else(
    buying: Any, mailbox: Any, order: Any
) -> None:
    needed, line = date(2026, 12, 4), buying.line()
    buying.desk.writes(lambda uow: uow.change(PurchaseOrder, order.id, deliver_by=needed))
    buying.desk.writes(lambda uow: uow.change(PurchaseOrderLine, line.id, deliver_by=needed))
    reading = mailbox.reading(order, kind="delay", quantity="0", outstanding="10")
    mailbox.put(mailbox.letter("It will be later."))

    buying.desk.writes(lambda uow: supplier_mail.settle(uow, mail_id=1, reading=reading))

    now = buying.order()
    assert (now.state, now.promised_on.isoformat()) == ("sent", "2026-12-04")
    assert buying.line().promised_on.isoformat() == "2026-12-04"
    assert "Promised for Fri 4 Dec" in json.dumps(buying.desk.card(f"po:{order.id}"))


def test_the_hand_over_of_an_announced_delivery_is_no_second_one(buying: Any, mailbox: Any, order: Any) -> None:
    mailbox.brings(mailbox.table(order, (1, "10", "6")))
    shipment = {"delivered_on": "2026-11-24", "received_by": "Nair"}
    reading = mailbox.reading(order, kind="delivery", quantity="6", number="POD-1", shipment=shipment)
    mailbox.put(mailbox.letter("Delivered."))

    buying.desk.writes(lambda uow: supplier_mail.settle(uow, mail_id=2, reading=reading))

    receipt = buying.desk.one(Receipt)
    assert buying.desk.all(InboundMail)[-1].state == "settled"
    assert "handed over on 24 Nov to Nair" in json.dumps(buying.desk.card(f"gr:{receipt.id}"))


def test_a_storekeeper_lets_an_asked_mail_count_and_counts_at_once(buying: Any, mailbox: Any, order: Any) -> None:
    mail = mailbox.brings(mailbox.table(order, (1, "10", "6")), Authentication_Results="")

    form = buying.desk.click(mail_buttons.claim, buying.people["storekeeper"], mail.id)
    again = buying.refuses(mail_buttons.claim, "storekeeper", mail.id)
    buying.count_lines(line_1="6")

    assert form.modal["callback_id"] == "count_receipt"
    assert again == "AlreadyDone"
    assert buying.desk.one(Stock).on_hand == 6000
    assert buying.desk.one(InboundMail).state == "settled"
    assert "let it count" in buying.desk.card(f"mail:{mail.id}")["text"]


def test_a_mail_may_be_put_away_by_whoever_buys_or_counts(buying: Any, mailbox: Any, order: Any) -> None:
    mail = mailbox.brings(mailbox.table(order, (1, "10", "6")), Authentication_Results="")

    assert buying.refuses(mail_buttons.ignore, "technician", mail.id) == "NotYours"
    buying.desk.click(mail_buttons.ignore, buying.people["storekeeper"], mail.id)

    assert buying.desk.one(InboundMail).state == "ignored"


def test_a_mail_is_shown_as_plain_words(buying: Any, mailbox: Any, order: Any) -> None:
    text = "<table><tr><td><script>alert(1)</script>Hello <!channel> &lt;!here&gt;</td></tr></table>"
    mail = mailbox.brings(text, Authentication_Results="")

    answer = buying.desk.click(mail_buttons.show, buying.people["buyer"], mail.id)

    assert "alert(1)" not in answer.private
    assert "<!" not in answer.private.replace("<!date", "")


def parted(buying: Any, mailbox: Any, order: Any, *parts: tuple[str, str], **more: Any) -> Any:
    """Settle an acceptance in which a line's ten pieces are parted among days."""
    reading = mailbox.reading(order, kind="order_response", response="accepted", quantity="10")
    told = [{"quantity": quantity, "expected_on": day} for quantity, day in parts]
    reading.values["lines"][0] |= {"expected_on": None, "parts": told, **more}
    mailbox.put(mailbox.letter(f"As follows: {parts} {more}"))
    number = buying.desk.reads(supplier_mail.waiting)[0]
    buying.desk.writes(lambda uow: supplier_mail.settle(uow, mail_id=number, reading=reading))
    return buying.desk.one(InboundMail, id=number)


def standing(buying: Any) -> list[tuple[int, str]]:
    rows = buying.desk.all(LinePromise)
    return [(row.quantity, row.promised_on.isoformat()) for row in rows if row.replaced_at is None]


def wanted_by(buying: Any, order: Any, day: date) -> None:
    line = buying.line()
    buying.desk.writes(lambda uow: uow.change(PurchaseOrder, order.id, deliver_by=day))
    buying.desk.writes(lambda uow: uow.change(PurchaseOrderLine, line.id, deliver_by=day))


def test_several_days_of_one_line_are_promises_of_its_parts(buying: Any, mailbox: Any, order: Any) -> None:
    wanted_by(buying, order, date(2026, 12, 31))

    parted(buying, mailbox, order, ("4", "2026-12-04"), ("6", "2026-12-18"))

    assert standing(buying) == [(4000, "2026-12-04"), (6000, "2026-12-18")]
    assert buying.line().promised_on.isoformat() == "2026-12-18"
    assert buying.order().state == "accepted"


def test_a_part_that_is_later_than_wanted_is_asked_about_and_the_card_says_both_days(
    buying: Any, mailbox: Any, order: Any
) -> None:
    wanted_by(buying, order, date(2026, 12, 10))

    parted(buying, mailbox, order, ("4", "2026-12-04"), ("6", "2026-12-18"))

    card = json.dumps(buying.desk.card(f"po:{order.id}:answer"))
    assert buying.order().state == "change_proposed"
    assert "4 pieces on 04 Dec, 6 pieces on 18 Dec" in card


def test_what_has_come_was_of_the_earliest_part(buying: Any, mailbox: Any, order: Any) -> None:
    line = buying.line()
    buying.desk.writes(lambda uow: uow.change(PurchaseOrderLine, line.id, received=5000, accepted=5000))

    parted(buying, mailbox, order, ("4", "2026-12-04"), ("6", "2026-12-18"))

    assert standing(buying) == [(5000, "2026-12-18")]


@pytest.mark.parametrize(
    "parts",
    [(("4", "2026-12-04"), ("5", "2026-12-18")), (("4", "2026-12-04"), ("6", "soon")), (("10", "2026-12-04"),)],
    ids=["too little", "no day", "one"],
)
def test_parts_that_do_not_make_up_the_line_are_none(buying: Any, mailbox: Any, order: Any, parts: Any) -> None:
    parted(buying, mailbox, order, *parts)

    assert [row for row in standing(buying) if row[0] != 10_000] == []


def test_rows_of_one_article_with_a_day_each_are_read_as_its_parts(buying: Any, mailbox: Any, order: Any) -> None:
    ours = buying.line().supplier_part
    head = "<tr><th>Pos</th><th>Article</th><th>Confirmed</th><th>Delivery date</th></tr>"
    told = (("4", "27 Nov 2026"), ("6", "18 Dec 2026"))
    rows = "".join(f"<tr><td>1</td><td>{ours}</td><td>{count}</td><td>{day}</td></tr>" for count, day in told)
    text = f"<p>Order confirmation AB-1. We accept your order {order.number}:</p><table>{head}{rows}</table>"

    mail = mailbox.brings(text, Subject=f"Order confirmation {order.number}")

    assert mail.state == "settled"
    assert standing(buying) == [(4000, "2026-11-27"), (6000, "2026-12-18")]
