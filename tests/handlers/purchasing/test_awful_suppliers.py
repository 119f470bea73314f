"""Suppliers whose mail systems are awful: the same goods never come into stock twice, and no mail ends in silence."""

import json
from typing import Any

import pytest

from handlers import mail_buttons, receiving, supplier_mail
from storage.tables import DeliveryNotice, InboundMail, Part, PurchaseOrder, Receipt, Stock


@pytest.fixture
def order(buying: Any) -> PurchaseOrder:
    """An order for twenty seals that the supplier has."""
    found: PurchaseOrder = buying.sent(20_000)
    return found


@pytest.fixture
def arrives(buying: Any, mailbox: Any, order: PurchaseOrder) -> Any:
    """Let a reading arrive as if it had been read; returns the mail."""

    def arrived(**said: Any) -> InboundMail:
        of = said.pop("of", order)
        mailbox.put(mailbox.letter(f"mail {said}{next(buying.count)}"))
        number = buying.desk.all(InboundMail)[-1].id
        reading = mailbox.reading(of, **said)
        buying.desk.writes(lambda uow: supplier_mail.settle(uow, mail_id=number, reading=reading))
        found: InboundMail = buying.desk.one(InboundMail, id=number)
        return found

    return arrived


def waiting(buying: Any) -> list[Receipt]:
    return [receipt for receipt in buying.desk.all(Receipt) if receipt.state == "proposed"]


def test_a_hand_over_of_a_note_that_was_taken_in_is_no_second_delivery(buying: Any, arrives: Any) -> None:
    arrives(kind="despatch", quantity="6", number="LS-1")
    buying.take_in()

    mail = arrives(kind="delivery", quantity="6", number="LS-1")

    assert mail.state == "duplicate"
    assert waiting(buying) == []


def test_a_hand_over_without_a_number_of_what_was_taken_in_is_asked(buying: Any, arrives: Any) -> None:
    arrives(kind="despatch", quantity="6", number="LS-1")
    buying.take_in()

    mail = arrives(kind="delivery", quantity="6", number="")

    assert mail.state == "asked"
    assert waiting(buying) == []


def test_a_hand_over_with_other_figures_than_its_note_replaces_it(buying: Any, arrives: Any) -> None:
    arrives(kind="despatch", quantity="6", number="LS-1")

    arrives(kind="delivery", quantity="5", number="LS-1")

    assert len(waiting(buying)) == 1
    assert "5" in json.dumps(buying.desk.card("gr:2"))


def test_a_note_number_used_again_for_other_goods_replaces_nothing(buying: Any, arrives: Any, bearing: Part) -> None:
    arrives(kind="despatch", quantity="6", number="LS-1")
    other = buying.sent(4000, bearing)

    mail = arrives(kind="despatch", quantity="4", number="LS-1", of=other)

    assert mail.state == "asked"
    assert [receipt.order_id for receipt in waiting(buying)] == [1]


def test_a_correction_after_the_goods_were_taken_in_cannot_be_counted_again(buying: Any, arrives: Any) -> None:
    arrives(kind="despatch", quantity="6", number="LS-1")
    buying.take_in()
    mail = arrives(kind="despatch", quantity="5", number="LS-1")

    told = buying.desk.click(mail_buttons.claim, buying.people["storekeeper"], mail.id)

    assert mail.state == "asked"
    assert "already taken in" in told.private
    assert waiting(buying) == []


def test_a_confirmation_of_some_lines_only_accepts_not_the_whole_order(
    buying: Any, mailbox: Any, bearing: Part
) -> None:
    buying.short(2000)
    buying.short(1000, bearing)
    buying.request()
    buying.approve()
    buying.relay("leaving", "accepted")
    order = buying.order()
    mailbox.put(mailbox.letter("We confirm position 1."))
    reading = mailbox.reading(order, kind="order_response", response="accepted", quantity="2")

    buying.desk.writes(lambda uow: supplier_mail.settle(uow, mail_id=1, reading=reading))

    assert buying.order().state == "change_proposed"


def test_a_late_click_agrees_to_no_newer_proposal(buying: Any, arrives: Any) -> None:
    first = arrives(kind="order_response", quantity="12", response="changed", number="AB-1")
    arrives(kind="order_response", quantity="3", response="changed", number="AB-2")

    told = buying.desk.click(mail_buttons.take_over, buying.people["buyer"], first.id)

    assert buying.order().state == "change_proposed"
    assert "newer" in told.private


def test_an_order_that_came_whole_while_a_change_was_open_closes_with_the_answer(buying: Any, arrives: Any) -> None:
    mail = arrives(kind="order_response", quantity="12", response="changed", number="AB-1")
    arrives(kind="despatch", quantity="20", number="LS-1")
    buying.take_in()

    buying.desk.click(mail_buttons.take_over, buying.people["buyer"], mail.id)

    assert buying.order().state == "closed"


def test_what_is_still_announced_when_the_order_is_complete_is_put_away(buying: Any, arrives: Any) -> None:
    arrives(kind="despatch", quantity="6", number="LS-1")
    arrives(kind="despatch", quantity="14", number="LS-2")

    buying.desk.click(receiving.count, buying.people["storekeeper"], 1)
    line = buying.line().id
    buying.desk.submit(receiving.counted, buying.people["storekeeper"], 1, **{f"line_{line}": "20"})

    assert buying.order().state == "closed"
    assert [receipt.state for receipt in buying.desk.all(Receipt)] == ["posted", "discarded"]
    assert "Count lines" not in json.dumps(buying.desk.card("gr:2"))


def test_a_typed_count_goes_to_the_delivery_that_claims_it(buying: Any, arrives: Any) -> None:
    arrives(kind="despatch", quantity="6", number="LS-1")
    arrives(kind="despatch", quantity="4", number="LS-2")

    buying.desk.writes(lambda uow: receiving.count_named(uow, "PO-2026-00001", "4"), by=buying.people["storekeeper"])

    assert [receipt.state for receipt in buying.desk.all(Receipt)] == ["proposed", "posted"]


def test_a_typed_count_that_fits_none_of_two_deliveries_is_asked_back(buying: Any, arrives: Any) -> None:
    from orders.errors import Unlawful

    arrives(kind="despatch", quantity="6", number="LS-1")
    arrives(kind="despatch", quantity="4", number="LS-2")

    with pytest.raises(AssertionError, match=Unlawful.__name__):
        buying.desk.writes(
            lambda uow: receiving.count_named(uow, "PO-2026-00001", "5"), by=buying.people["storekeeper"]
        )

    assert buying.desk.all(Stock) == []


def test_the_same_typed_count_twice_in_a_row_is_asked_back(buying: Any, arrives: Any) -> None:
    def count(figures: str) -> None:
        buying.desk.writes(
            lambda uow: receiving.count_named(uow, "PO-2026-00001", figures), by=buying.people["storekeeper"]
        )

    arrives(kind="despatch", quantity="6", number="LS-1")
    buying.take_in()

    with pytest.raises(AssertionError, match="taken in"):
        count("6")

    assert [row.on_hand for row in buying.desk.all(Stock)] == [6000]
    count("6 again")
    assert [row.on_hand for row in buying.desk.all(Stock)] == [12_000]


def test_a_mail_that_counts_as_a_delivery_keeps_its_card_when_the_form_is_closed(buying: Any, arrives: Any) -> None:
    mail = arrives(kind="delivery", quantity="0", action="ask")

    told = buying.desk.click(mail_buttons.claim, buying.people["storekeeper"], mail.id)

    assert told.modal is not None
    assert "Count lines" in json.dumps(buying.desk.card("gr:1"))


def test_a_forged_copy_of_our_own_order_proves_nothing(buying: Any, mailbox: Any) -> None:
    buying.short()
    buying.request()
    buying.approve()
    buying.relay("leaving", "unknown")
    head = {"From": "purchasing@halden.example", "Message_ID": buying.body()["message_id"]}

    mailbox.brings("nothing", **head, Authentication_Results="mx.halden.example; dmarc=fail header.from=halden.example")

    assert buying.order().state == "sending"
    assert buying.desk.one(InboundMail).state == "quarantined"


def test_our_own_copy_still_proves_it(buying: Any, mailbox: Any) -> None:
    buying.short()
    buying.request()
    buying.approve()
    buying.relay("leaving", "unknown")
    head = {"From": "Halden Works <purchasing@halden.example>", "Message_ID": buying.body()["message_id"]}

    mailbox.brings("our own words", **head, Authentication_Results="")

    assert buying.order().state == "sent"
    assert [notice.id for notice in buying.desk.all(DeliveryNotice)] == []


def test_a_despatch_is_taken_over_as_no_answer(buying: Any, arrives: Any) -> None:
    mail = arrives(kind="despatch", quantity="6", action="ask")

    told = buying.desk.click(mail_buttons.take_over, buying.people["buyer"], mail.id)

    assert "no answer" in told.private
    assert buying.order().state == "sent"
