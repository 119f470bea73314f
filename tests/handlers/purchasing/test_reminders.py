"""Suppliers are reminded of orders because time passes; two machines can never keep each other busy."""

import json
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest

from handlers import chasing, plain_letters, supplier_mail, supplier_replies, visits
from handlers.happenings import Sent
from handlers.letter_outcomes import CALLED
from handlers.outcomes import BY_PURPOSE, settle
from storage import outbox
from storage.outbox import Letter, MailLoop
from storage.tables import InboundMail, OrderChase, Outgoing, PurchaseOrder, PurchaseOrderLine, Supplier

DAYS = 60


def tended(buying: Any) -> None:
    for order_id in buying.desk.reads(chasing.open_orders):
        buying.desk.writes(lambda uow, order_id=order_id: chasing.tend(uow, order_id))


def mails(buying: Any) -> list[dict[str, Any]]:
    rows = buying.desk.all(Outgoing, wire="mail")
    return [json.loads(row.body) for row in rows if row.purpose.startswith(chasing.PURPOSE)]


def chases(buying: Any) -> list[tuple[str, int, str]]:
    return [(row.rule, row.step, row.how) for row in buying.desk.all(OrderChase)]


def test_a_supplier_who_says_nothing_is_reminded_twice_and_then_the_buyer_is_asked_to_call(buying: Any) -> None:
    buying.sent()
    buying.desk.writes(lambda uow: uow.change(PurchaseOrder, 1, deliver_by=None))
    buying.desk.writes(lambda uow: uow.change(PurchaseOrderLine, 1, deliver_by=None))

    for _ in range(DAYS * 4):
        tended(buying)
        buying.desk.later(hours=6)

    assert chases(buying) == [("no_answer", 1, "mail"), ("no_answer", 2, "mail"), ("no_answer", 3, "told")]
    assert "Please call" in json.dumps(buying.desk.card("po:1:chase"))


def test_a_reminder_says_what_it_is_about_in_the_thread_of_the_order_and_that_a_machine_wrote_it(buying: Any) -> None:
    order = buying.sent()
    buying.desk.later(days=2)

    tended(buying)

    (body,) = mails(buying)
    mail = message_from_bytes(plain_letters.compose(body), policy=policy.default)
    text = mail.get_body(("plain",)).get_content()
    assert mail["Subject"] == f"Please confirm order {order.number} [{order.number}]"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert mail["X-Chargehand-Loop"]
    assert mail["In-Reply-To"] == buying.body()["message_id"]
    assert mail["To"] == "orders@hartmann.example"
    assert "have no answer yet" in text
    assert "was written by our system" in text


def test_an_answer_ends_the_reminders(buying: Any, mailbox: Any) -> None:
    order = buying.sent()
    buying.desk.later(days=2)
    tended(buying)

    mailbox.brings(
        f"Thank you for your order {order.number}. We will come back to you about it. Could you tell us the gate?"
    )
    for _ in range(4):
        buying.desk.later(hours=20)
        tended(buying)

    assert [chase for chase in chases(buying) if chase[0] == "no_answer"] == [("no_answer", 1, "mail")]


def test_an_absence_note_is_no_answer_and_causes_no_mail(buying: Any, mailbox: Any) -> None:
    order = buying.sent()
    buying.desk.later(days=2)
    tended(buying)

    away = mailbox.brings(
        f"I am out of the office until Friday. Your order {order.number}.",
        Auto_Submitted="auto-replied",
        Subject="Automatic reply: out of office",
    )

    assert (away.state, away.kind) == ("ignored", "auto_reply")
    assert len(mails(buying)) == 1
    assert buying.order().supplier_answer == ""


def test_the_same_reminder_is_never_written_twice_whatever_rings_how_often(buying: Any) -> None:
    buying.sent()
    buying.desk.later(days=2)

    for _ in range(10):
        tended(buying)

    assert len(mails(buying)) == 1


def test_a_supplier_gets_no_more_reminders_in_an_hour_than_the_cap_and_the_rest_later(buying: Any) -> None:
    for _ in range(4):
        requisition = buying.short(2000)
        buying.request(requisition)
        buying.approve()
        buying.relay("leaving", "accepted")
    buying.desk.plant = replace(buying.desk.plant, chasing=replace(buying.desk.plant.chasing, cap=2))
    buying.desk.later(days=2)

    tended(buying)
    within = len(mails(buying))
    buying.desk.later(hours=1, minutes=1)
    tended(buying)

    assert (within, len(mails(buying))) == (2, 4)


def test_a_held_supplier_gets_no_mail_and_the_buyer_is_told(buying: Any) -> None:
    order = buying.sent()
    buying.desk.writes(lambda uow: uow.change(Supplier, order.supplier_id, held=True))
    buying.desk.later(days=2)

    tended(buying)

    assert (chases(buying), mails(buying)) == ([("no_answer", 1, "told")], [])


def test_an_order_whose_cancellation_is_asked_for_is_not_reminded_of(buying: Any) -> None:
    buying.sent()
    buying.desk.writes(lambda uow: uow.change(PurchaseOrder, 1, cancel_asked_at=uow.now))
    buying.desk.later(days=2)

    tended(buying)

    assert chases(buying) == []


def test_a_later_promise_puts_the_reminder_off_to_its_own_day(buying: Any) -> None:
    buying.sent()
    day = buying.desk.now.date() + timedelta(days=14)
    values = {"state": "accepted", "supplier_answer": "accepted", "promised_on": day}
    buying.desk.writes(lambda uow: uow.change(PurchaseOrder, 1, **values))

    seen = []
    for _ in range(22):
        tended(buying)
        seen.append(chases(buying))
        buying.desk.later(days=1)

    assert seen[9] == []
    assert [rule for rule, _, _ in seen[-1]] == ["due_soon", *["overdue"] * 3]


# Loops


BOTS = {
    "an acknowledgement": ("Thank you for your mail about {number}. A ticket was opened.", {}),
    "an auto reply": ("We received your mail about {number}.", {"Auto_Submitted": "auto-replied"}),
    "a confirmation": ("We confirm your order {number} in full as ordered.", {}),
    "a question": ("When do you need order {number}? Please answer.", {}),
    "a change": ("We can deliver {number} only on 18 December 2026.", {}),
    "a refusal": ("We cannot deliver your order {number}. We reject it.", {}),
    "a bounce": (
        "Your message to <orders@hartmann.example> could not be delivered: {number}",
        {"From": "Mail Delivery System <mailer-daemon@hartmann.example>", "Return_Path": "<>"},
    ),
}


@pytest.mark.parametrize("bot", BOTS)
def test_a_machine_that_answers_every_mail_at_once_never_gets_one_in_return(
    buying: Any, mailbox: Any, bot: str
) -> None:
    order = buying.sent()
    text, head = BOTS[bot]
    answered = 0

    for round_ in range(DAYS):
        out = len(buying.desk.all(Outgoing, wire="mail"))
        while answered < out:
            answered += 1
            mailbox.brings(f"{text.format(number=order.number)} ({answered})", **head)
            assert len(buying.desk.all(Outgoing, wire="mail")) == out, f"a mail caused a mail on day {round_}"
        tended(buying)
        buying.desk.later(days=1)

    assert len(mails(buying)) <= 2 * buying.desk.plant.chasing.most + 1


def test_our_own_reminder_that_comes_back_is_known_and_put_aside(buying: Any, mailbox: Any) -> None:
    buying.sent()
    buying.desk.later(days=2)
    tended(buying)
    (body,) = mails(buying)

    mailbox.put(plain_letters.compose(body))
    mailbox.reads()

    mail = buying.desk.all(InboundMail)[-1]
    assert (mail.state, mail.kind) == ("ignored", "loop")
    assert len(mails(buying)) == 1


def test_a_copied_mark_with_other_letters_is_no_mark_of_ours(buying: Any, mailbox: Any) -> None:
    order = buying.sent()

    mail = mailbox.brings(f"Your order {order.number} is accepted.", X_Chargehand_Loop="0" * 24)

    assert mail.kind != "loop"


def test_a_mail_that_would_follow_from_a_mail_is_impossible_to_queue(buying: Any) -> None:
    def works(uow: Any) -> bool:
        uow.silent = True
        with pytest.raises(MailLoop):
            outbox.queue(uow, Letter("mail", "order:1", "mail", {"to": ["orders@hartmann.example"]}))
        outbox.queue(uow, Letter("slack", "card:x", "C0BUYING", {"text": "told in Slack"}))
        return True

    assert buying.desk.writes(works)
    assert {"auto_reply", "bounce"} == supplier_mail.MACHINES


@pytest.mark.parametrize("outcome", ["refused", "unknown", "accepted"])
def test_the_buyer_is_told_of_a_reminder_that_did_not_leave(buying: Any, outcome: str) -> None:
    buying.sent()
    buying.desk.later(days=2)
    tended(buying)
    row = [each for each in buying.desk.all(Outgoing, wire="mail") if each.purpose == chasing.PURPOSE][-1]

    told = Sent(buying.desk.key("outcome"), row.id, outcome, "550 no such user")
    buying.desk.writes(lambda uow: settle(uow, None, told))

    said = [line for line in buying.desk.lines("U0MEI") if "may not have reached" in line]
    assert len(said) == (0 if outcome == "accepted" else 1)
    assert buying.order().state == "sent"


def test_every_mail_in_words_to_a_supplier_is_followed_up() -> None:
    assert {chasing.PURPOSE, supplier_replies.PURPOSE, visits.PURPOSE} == set(CALLED) <= set(BY_PURPOSE)


def test_the_next_open_part_is_asked_about_on_its_own_day_and_not_on_the_last_one_of_the_line(
    buying: Any, mailbox: Any
) -> None:
    order = buying.sent(10_000)
    for at, (quantity, outstanding, day) in enumerate([("10", None, "2026-12-18"), ("4", "6", "2026-12-02")], 1):
        reading = mailbox.reading(
            order, kind="order_response", response="accepted", quantity=quantity, outstanding=outstanding
        )
        reading.values["lines"][0]["expected_on"] = day
        mailbox.put(mailbox.letter(f"Answer {at}."))
        buying.desk.writes(lambda uow, at=at, reading=reading: supplier_mail.settle(uow, mail_id=at, reading=reading))
    buying.desk.writes(lambda uow: uow.change(PurchaseOrder, order.id, state="accepted"))

    buying.desk.later(days=7, hours=1)  # the last of November: two working days before the first part
    tended(buying)
    buying.desk.writes(lambda uow: uow.change(PurchaseOrderLine, 1, received=4000, accepted=4000))
    buying.desk.later(days=3)
    tended(buying)
    between = chases(buying)
    buying.desk.later(days=13)
    tended(buying)

    rows = buying.desk.all(OrderChase)
    assert between == [("due_soon", 1, "mail")]
    assert [(row.rule, row.about) for row in rows] == [("due_soon", "2026-12-02"), ("due_soon", "2026-12-18")]
