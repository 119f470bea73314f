"""Lines that a change adds and drops: stable numbers, the mail that shows them, and mails that quote the old ones."""

import io
import json
from email import message_from_bytes, policy
from typing import Any

import pytest
from lxml import etree
from pypdf import PdfReader

from handlers import amending, purchase_orders, sentences
from handlers.happenings import Click, Command
from storage.tables import AuditEntry, DeliveryNotice, Receipt, Requisition


@pytest.fixture
def two_lines(buying: Any, bearing: Any) -> Any:
    """An order for two seals and four bearings that the supplier has."""
    buying.short(2000)
    return buying.sent(4000, bearing)


def test_a_dropped_line_is_printed_as_cancelled_and_a_new_one_gets_the_next_number(
    buying: Any, amendment: Any, two_lines: Any
) -> None:
    amendment.change(line_1="0", item="3 mounting paste tubes at 7.50")
    buying.approve()

    document, body = amendment.document(), buying.body()
    mail = message_from_bytes(purchase_orders.compose(body, document), policy=policy.default)
    pdf, xml = [part.get_content() for part in mail.iter_attachments()]
    pages = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)

    told = {line["line"]: line for line in document["lines"]}
    assert (told[1]["cancelled"], told[1]["quantity"], told[3]["quantity"]) == (True, "0", "3")
    assert "Revision 2, replaces revision 1" in pages
    codes = etree.fromstring(xml).xpath("//*[local-name()='LineStatusCode']/text()")
    assert codes == ["2"]


def test_lines_keep_their_numbers_and_what_is_dropped_is_cancelled_and_wanted_again(
    buying: Any, amendment: Any, mailbox: Any, two_lines: Any
) -> None:
    amendment.sent(line_1="0", item="3 mounting paste tubes at 7.50")
    held = {line.line: (line.quantity, line.cancelled) for line in amendment.lines()}
    person = buying.people["buyer"]

    told = buying.desk.does(
        sentences.command, Command(buying.desk.key(), person.slack_id, person.slack_id.replace("U", "D"), "/wo",
        f"change {two_lines.number} accepted Jana wrote so on Friday"), known=False,
    )  # fmt: skip

    assert "from now on" in told.private
    assert held == {1: (2000, 0), 2: (4000, 0), 3: (3000, 3000)}
    now = {line.line: (line.quantity, line.cancelled) for line in amendment.lines()}
    assert now == {1: (2000, 2000), 2: (4000, 0), 3: (3000, 0)}
    order, each = buying.order(), amendment.lines()[1].price // 100
    assert (order.revision, order.total) == (2, 4 * each + 3 * 750)
    assert amendment.committed() == order.total
    needs = {need.part_id: need.state for need in buying.desk.all(Requisition)}
    assert sorted(needs.values()) == ["on_order", "open"]
    assert "Jana wrote so on Friday" in {row.note for row in buying.desk.all(AuditEntry)}


def test_08_24_a_note_that_quotes_the_lines_of_revision_1_is_still_matched(
    buying: Any, amendment: Any, mailbox: Any, two_lines: Any
) -> None:
    amendment.sent(line_1="0", item="3 mounting paste tubes at 7.50")
    buying.desk.writes(lambda uow: None)
    person = buying.people["buyer"]
    buying.desk.does(
        lambda uow, what: amending.typed(uow, two_lines.number, "accepted on the phone"),
        Command(buying.desk.key(), person.slack_id, "D1", "/wo", ""),
    )

    mail = mailbox.brings(mailbox.table(two_lines, (2, "4", "4")))

    assert mail.state == "settled" or buying.desk.all(DeliveryNotice)
    receipt = buying.desk.one(Receipt)
    assert receipt.order_id == two_lines.id
    buying.take_in(receipt=receipt.id)
    assert {line.line: line.accepted for line in amendment.lines()}[2] == 4000


def test_what_comes_by_the_old_revision_is_taken_in_while_the_new_one_waits(
    buying: Any, amendment: Any, mailbox: Any
) -> None:
    order = buying.sent(4000)
    amendment.sent(quantity_1="3")
    mailbox.brings(mailbox.table(order, (1, "4", "4")))
    buying.take_in()
    waiting = buying.order()

    amendment.answered(mailbox, "accepted", "3")

    line = amendment.lines()[0]
    assert (waiting.state, waiting.receipt_state) == ("sent", "complete")
    assert (line.quantity, line.accepted, buying.order().state) == (3000, 4000, "closed")
    assert amendment.committed() == 0


def test_an_answer_in_the_thread_of_the_old_revision_does_not_accept_the_new_one(
    buying: Any, amendment: Any, mailbox: Any
) -> None:
    order = buying.sent(4000)
    first = buying.body()["message_id"]
    amendment.sent(quantity_1="5")

    amendment.answered(mailbox, "accepted", "4", headers={"In-Reply-To": first})

    assert (amendment.revision().state, buying.order().state) == ("sent", "accepted")
    assert buying.order().total == order.total


@pytest.mark.parametrize("rest", ["", "terms", "line 1"])
def test_the_button_that_stands_for_a_typed_form_opens_that_same_form(buying: Any, amendment: Any, rest: str) -> None:
    buying.sent()
    person = buying.people["buyer"]
    what = Command(buying.desk.key(), person.slack_id, "D1", "/wo", "")
    typed = buying.desk.does(lambda uow, _: amending.typed(uow, "PO-1", rest), what).modal

    pressed = buying.desk.does(
        amending.amend, Click(buying.desk.key(), person.slack_id, "purchase_order.amend", typed["private_metadata"])
    ).modal

    assert pressed == typed


def test_another_place_freight_or_day_are_changed_by_the_form_for_terms(buying: Any, amendment: Any) -> None:
    buying.sent()
    person = buying.people["buyer"]
    modal = buying.desk.does(
        lambda uow, what: amending.typed(uow, "PO-1", "terms"),
        Command(buying.desk.key(), person.slack_id, "D1", "/wo", ""),
    ).modal
    assert {"charges", "delivery_place", "reason"} <= {block.get("block_id") for block in modal["blocks"]}

    amendment.change(charges="Freight 25.00", delivery_place="Gate 7, Dock Road 9, 1777 Halden")
    buying.approve()

    document = amendment.document()
    assert (document["charges"][0]["amount"], document["deliver_to"]["name"]) == (
        "25.00",
        "Gate 7, Dock Road 9, 1777 Halden",
    )
    assert "Freight: EUR 25.00" in json.dumps(amendment.card(), ensure_ascii=False)
