"""The order's mail: its bytes, the gate before it leaves, and what becomes of it."""

import io
import json
from dataclasses import replace
from email import message_from_bytes, policy
from typing import Any

import pytest
from pypdf import PdfReader

from handlers import purchase_orders
from handlers.happenings import Sent
from orders.errors import NotApproved
from orders.plant import Stationery
from storage.tables import (
    Outgoing,
    PurchaseOrder,
    PurchaseOrderLine,
    Supplier,
)


def test_the_mail_carries_text_pdf_and_ubl_and_our_tokens_and_is_the_same_each_time(buying: Any) -> None:
    buying.short()
    buying.request()
    buying.approve()
    body = buying.body()

    document = buying.desk.reads(lambda uow: purchase_orders.document_for(uow, body))
    raw = purchase_orders.compose(body, document)

    letter = message_from_bytes(raw, policy=policy.default)
    number = buying.order().number
    assert raw == purchase_orders.compose(body, document)
    assert [part.get_filename() for part in letter.iter_attachments()] == [f"{number}.pdf", f"{number}.xml"]
    assert (letter["To"], body["copies"]) == ("orders@hartmann.example", ["purchasing@halden.example"])
    assert number in letter["Subject"]
    assert letter["Auto-Submitted"] is None
    assert purchase_orders.own_message(buying.desk.plant, letter["Message-ID"]) == (buying.order().id, 1)
    found = buying.desk.reads(lambda uow: purchase_orders.order_by_token(uow, letter["Reply-To"]))
    assert found.number == number


def test_a_guessed_token_finds_no_order(buying: Any) -> None:
    order = buying.sent()
    right, _, host = purchase_orders.reply_token(buying.desk.plant, order.number).partition("@")
    last = "0" if right[-1] != "0" else "1"

    for wrong in (f"{right[:-1]}{last}@{host}", f"purchasing+{order.number}.0000000000@{host}", f"purchasing@{host}"):
        assert buying.desk.reads(lambda uow, wrong=wrong: purchase_orders.order_by_token(uow, wrong)) is None


@pytest.mark.parametrize("column", ["quantity", "price", "description", "unit", "supplier_part"])
def test_20_a_line_changed_behind_the_approval_keeps_the_mail_from_leaving(buying: Any, column: str) -> None:
    buying.short()
    buying.request()
    buying.approve()
    changed = {"quantity": 9000, "price": 1, "description": "gold", "unit": "KGM", "supplier_part": "X"}[column]
    line, body = buying.line(), buying.body()
    buying.desk.writes(lambda uow: uow.change(PurchaseOrderLine, line.id, **{column: changed}))

    with pytest.raises(NotApproved):
        buying.desk.reads(lambda uow: purchase_orders.document_for(uow, body))


@pytest.mark.parametrize("column", ["supplier_id", "delivery_place", "payment_terms", "currency", "document", "state"])
def test_20_an_order_changed_behind_the_approval_keeps_the_mail_from_leaving(buying: Any, column: str) -> None:
    other = buying.desk.writes(lambda uow: uow.add(Supplier, code="S-9", name="Elsewhere", email_orders="x@y.example"))
    buying.short()
    buying.request()
    buying.approve()
    changed = {"supplier_id": other, "currency": "USD", "document": "{}", "state": "cancelled"}.get(column, "elsewhere")
    order, body = buying.order(), buying.body()
    buying.desk.writes(lambda uow: uow.change(PurchaseOrder, order.id, **{column: changed}))

    with pytest.raises(NotApproved):
        buying.desk.reads(lambda uow: purchase_orders.document_for(uow, body))


def test_another_document_than_the_queued_one_is_not_composed(buying: Any) -> None:
    buying.short()
    buying.request()
    buying.approve()
    body = buying.body()
    document = buying.desk.reads(lambda uow: purchase_orders.document_for(uow, body))

    with pytest.raises(NotApproved):
        purchase_orders.compose(body, {**document, "total": "1.00"})


def test_an_order_keeps_the_paper_of_its_approval_whatever_the_plant_prints_on_later(buying: Any) -> None:
    first = Stationery(logo='<svg xmlns="http://www.w3.org/2000/svg"/>', colour="#7a1f0b", terms={"": "These terms."})
    buying.desk.plant = replace(buying.desk.plant, stationery=first)
    buying.short()
    buying.request()
    buying.approve()
    buying.desk.plant = replace(buying.desk.plant, stationery=Stationery(colour="#000000", terms={"": "Other terms."}))
    body = buying.body()

    document, look = buying.desk.reads(lambda uow: purchase_orders.paper_for(uow, body))

    assert (look.logo, look.colour, look.annex) == (first.logo, "#7a1f0b", "These terms.")
    letter = message_from_bytes(purchase_orders.compose(body, document, look), policy=policy.default)
    paper = next(letter.iter_attachments()).get_content()
    assert "These terms." in PdfReader(io.BytesIO(paper)).pages[-1].extract_text()


def test_the_mail_waits_for_the_undo_time_before_it_leaves(buying: Any) -> None:
    buying.short()
    buying.request()
    buying.approve()

    assert buying.mail().not_before == buying.desk.now + buying.desk.plant.undo


def test_an_order_is_sent_only_after_the_server_took_it(buying: Any) -> None:
    buying.short()
    buying.request()
    buying.approve()
    states = [buying.order().state]
    for outcome in ("leaving", "accepted"):
        buying.relay(outcome)
        states.append(buying.order().state)

    assert states == ["approved", "sending", "sent"]
    assert "sent" in buying.desk.card(f"po:{buying.order().id}")["text"]
    assert "Undo" not in json.dumps(buying.desk.card(f"po:{buying.order().id}:task:{buying.task().id}"))


def test_08_22_a_mail_that_cannot_be_rendered_is_not_sent_and_the_buyer_is_told(buying: Any) -> None:
    buying.short()
    buying.request()
    buying.approve()

    buying.relay("refused", words="the mail could not be rendered: no font for 漢")

    alert = buying.desk.card(f"po:{buying.order().id}:alert")
    assert (buying.order().state, buying.order().sent_at) == ("approved", None)
    assert alert["channel"] == buying.people["buyer"].slack_id
    assert "no font" in json.dumps(alert)


def test_a_server_that_takes_only_our_own_copy_has_refused_the_order(buying: Any) -> None:
    buying.short()
    buying.request()
    buying.approve()

    buying.relay("leaving", "accepted", refused={"orders@hartmann.example": "550 no such user"})

    assert buying.order().state == "approved"
    assert "550 no such user" in json.dumps(buying.desk.card(f"po:{buying.order().id}:alert"))


def test_an_unknown_outcome_is_put_before_the_buyer_with_three_ways_on(buying: Any) -> None:
    buying.short()
    buying.request()
    buying.approve()

    buying.relay("leaving", "unknown")

    alert = json.dumps(buying.desk.card(f"po:{buying.order().id}:alert"))
    assert buying.order().state == "sending"
    assert all(label in alert for label in ("Check with supplier", "Send again", "It went out"))
    told = buying.desk.click(purchase_orders.check_supplier, buying.people["buyer"], buying.order().id)
    assert "Jana Hartmann" in told.private


def test_a_buyer_may_call_an_unknown_mail_sent(buying: Any) -> None:
    buying.short()
    buying.request()
    buying.approve()
    buying.relay("leaving", "unknown")

    refused = buying.refuses(purchase_orders.it_went_out, "technician", buying.order().id)
    buying.desk.click(purchase_orders.it_went_out, buying.people["buyer"], buying.order().id)

    assert refused == "NotYours"
    assert (buying.order().state, buying.mail().state) == ("sent", "sent")
    assert "says that it went out" in buying.desk.card(f"po:{buying.order().id}:alert")["blocks"][0]["text"]["text"]


def test_sending_again_is_one_mail_with_the_same_message_id_however_often_it_is_clicked(buying: Any) -> None:
    buying.short()
    buying.request()
    buying.approve()
    buying.relay("leaving", "unknown")
    first = buying.body()

    buying.desk.click(purchase_orders.send_again, buying.people["buyer"], buying.order().id)
    again = buying.refuses(purchase_orders.send_again, "buyer", buying.order().id)

    rows = buying.desk.all(Outgoing, wire="mail")
    assert [row.state for row in rows] == ["dropped", "due"]
    assert buying.body()["message_id"] == first["message_id"]
    assert again == "AlreadyDone"
    buying.relay("leaving", "accepted")
    assert buying.order().state == "sent"


def test_an_outcome_that_comes_late_moves_nothing(buying: Any) -> None:
    order = buying.sent()

    told = Sent("late", buying.mail().id, "unknown")
    buying.desk.writes(lambda uow: purchase_orders.outcome(uow, told))

    assert buying.order() == order


def test_an_order_goes_to_everybody_who_gets_a_copy_by_our_own_records(buying: Any) -> None:
    copies = "sales@hartmann.example; desk@hartmann.example, not an address, sales@hartmann.example\r\nBcc: x@y.example"
    buying.desk.writes(lambda uow: uow.change(Supplier, 1, email_copies=copies))

    buying.sent()

    assert buying.body()["cc"] == ["sales@hartmann.example", "desk@hartmann.example"]
