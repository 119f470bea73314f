"""What becomes of the ready answers that pretend suppliers give: a change is put before the buyer, never taken silently."""

import json
from decimal import Decimal
from typing import Any

import pytest

from handlers import mail_buttons, supplier_replies
from sandbox.sent_orders import OrderLine, SentOrder
from sandbox.suppliers import compose
from storage.tables import InboundMail, Invoice, PurchaseOrder

BOX = "purchasing@halden.example"


@pytest.fixture
def order(buying: Any) -> PurchaseOrder:
    """An order for ten seals that the supplier has."""
    return buying.sent(10_000)


@pytest.fixture
def answers(buying: Any, mailbox: Any, order: PurchaseOrder) -> Any:
    """Let the supplier give a ready answer; returns the mail as it was settled."""
    line = buying.line()
    seals = OrderLine(
        "1", Decimal(10), "C62", line.description, buying.seal.code, line.supplier_part, Decimal("184.00")
    )

    def answers(kind: str) -> InboundMail:
        place = (f"<po.{order.id}@halden.example>", "", BOX, "Halden Works", BOX, "versand@hartmann.example", "")
        sent = SentOrder(order.number or "", "EUR", (seals,), f"Order {order.number}", *place)
        reply = compose(kind, sent, now=buying.desk.now, name="Hartmann Seals")
        passed = "Authentication-Results: mx.halden.example; dmarc=pass header.from=hartmann.example\r\n"
        mailbox.put(passed.encode() + reply.message)
        mailbox.reads()
        return buying.desk.all(InboundMail)[-1]

    return answers


OFFERED = [
    ("later", "postponed", "Agree to a later date? Hartmann", "10 pieces on 09 Dec"),
    ("fewer", "changed", "Agree to a change? Hartmann", "4 pieces on 27 Nov"),
    ("dearer", "changed", "Agree to a change? Hartmann", "EUR 199.64 each"),
]


@pytest.mark.parametrize(("kind", "kept", "heading", "words"), OFFERED)
def test_a_confirmation_on_other_terms_is_put_before_the_buyer(
    buying: Any, answers: Any, order: Any, kind: str, kept: str, heading: str, words: str
) -> None:
    mail = answers(kind)

    now, card = buying.order(), json.dumps(buying.desk.card(f"po:{order.id}:answer"), ensure_ascii=False)
    assert (mail.state, now.state, now.supplier_answer) == ("settled", "change_proposed", kept)
    assert heading in card
    assert words in card
    assert "mail.accept_answer" in card
    assert "mail.refuse_answer" in card
    assert now.total == order.total


def test_a_confirmation_of_the_wanted_day_is_accepted_at_once(buying: Any, answers: Any) -> None:
    answers("confirm")

    assert (buying.order().state, buying.order().promised_on) == ("accepted", buying.order().deliver_by)


def test_the_job_that_waits_reads_of_a_slip_once(buying: Any, answers: Any) -> None:
    answers("later")
    answers("later")

    slips = [line for line in buying.desk.lines() if "later" in line or "wanted by" in line]
    assert len(slips) == 1
    assert "for Wed 9 Dec, and it was wanted by Fri 27 Nov. " in slips[0]
    assert slips[0].endswith("is asked to agree.")


def test_a_later_date_is_agreed_to_or_refused_by_the_buyer(buying: Any, answers: Any) -> None:
    mail = answers("later")

    assert buying.refuses(mail_buttons.take_over, "technician", mail.id) == "NotYours"
    buying.desk.click(mail_buttons.take_over, buying.people["buyer"], mail.id)
    buying.relay("leaving", "accepted")
    agreed = buying.order()
    answers("later")

    assert (agreed.state, buying.order().state) == ("accepted", "accepted")


def test_a_refused_later_date_leaves_the_order_as_it_was_sent(buying: Any, answers: Any) -> None:
    mail = answers("later")

    buying.desk.submit(supplier_replies.replied, buying.people["buyer"], mail.id, 0, text="Please deliver as ordered.")

    assert buying.order().state == "sent"


def test_the_buyer_is_told_to_write_to_a_supplier_who_waits(answers: Any, buying: Any, order: Any) -> None:
    answers("dearer")

    assert "They wait for an answer" in json.dumps(buying.desk.card(f"po:{order.id}:answer"))


@pytest.mark.parametrize(
    ("kind", "why"),
    [("question", "Why it asks: the supplier asks something."), ("cumulative", "Why it asks: no column says how many")],
)
def test_a_card_names_only_what_is_doubtful(buying: Any, answers: Any, kind: str, why: str) -> None:
    mail = answers(kind)

    card = json.dumps(buying.desk.card(f"mail:{mail.id}"), ensure_ascii=False)
    assert why in card
    assert "could not be read with certainty" not in card


def test_what_was_certain_is_no_reason_to_ask(buying: Any, answers: Any, order: Any) -> None:
    buying.desk.writes(lambda uow: uow.change(PurchaseOrder, order.id, state="cancelled", version=99))

    mail = answers("despatch")

    card = json.dumps(buying.desk.card(f"mail:{mail.id}"), ensure_ascii=False)
    assert "every line is matched" not in card


@pytest.mark.parametrize(
    ("kind", "differs"), [("invoice", ["not_received"]), ("invoice_dearer", ["not_received", "price_over"])]
)
def test_a_ready_invoice_is_held_until_the_goods_are_here(
    buying: Any, answers: Any, kind: str, differs: list[str]
) -> None:
    mail = answers(kind)

    (invoice,) = buying.desk.all(Invoice)
    assert (mail.kind, mail.state, invoice.state) == ("invoice", "settled", "exception")
    assert [row["difference"] for row in json.loads(invoice.exceptions)] == differs
