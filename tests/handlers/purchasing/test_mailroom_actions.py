"""What is done in the mailroom: looked after, read again, put away, released, counted, corrected, and each of it once."""

import json
from typing import Any

import pytest

from handlers import mailroom, supplier_mail
from storage.tables import AuditEntry, DeliveryNotice, InboundMail, ReadingRule

FAILS = "mx.halden.example; dmarc=fail header.from=hartmann.example"


@pytest.fixture
def order(buying: Any) -> Any:
    return buying.sent(10_000)


@pytest.fixture
def asked(mailbox: Any, order: Any) -> InboundMail:
    """A despatch of six by somebody who is known but not verified."""
    return mailbox.brings(mailbox.table(order, (1, "10", "6")), Authentication_Results="")


def test_who_looks_after_a_mail_is_seen_by_others(buying: Any, asked: Any, room: Any, office: Any) -> None:
    mine = room.said(room.press(mailroom.take, asked.id, 0, 0, 0, 0).update)

    assert "You look after it." in mine
    assert "Give it back" in mine
    assert "Priya Nair looks after it" in office.list()
    assert "Take it from Priya" in office.mail(asked.id)
    assert buying.desk.audited(f"MAIL-{asked.id}")[-1] == "look after"


def test_the_second_of_two_who_take_a_mail_is_told_who_has_it(buying: Any, asked: Any, room: Any, office: Any) -> None:
    room.press(mailroom.take, asked.id, 0, 0, 0, 0)

    late = room.said(office.press(mailroom.take, asked.id, 0, 0, 0, 0).update)

    assert "Priya Nair looks after it meanwhile." in late
    assert buying.desk.one(InboundMail).taken_by_id == room.person.id


def test_a_mail_can_be_taken_from_somebody_and_given_back(buying: Any, asked: Any, room: Any, office: Any) -> None:
    room.press(mailroom.take, asked.id, 0, 0, 0, 0)

    office.press(mailroom.take, asked.id, room.person.id, 0, 0, 0)
    office.press(mailroom.give_back, asked.id, office.person.id, 0, 0, 0)

    entries = [row.action for row in buying.desk.all(AuditEntry, subject=f"MAIL-{asked.id}")]
    assert entries[-3:] == ["look after", "look after", "give back"]
    assert buying.desk.one(InboundMail).taken_by_id is None


def test_a_mail_is_read_again_as_if_it_had_just_come(buying: Any, mailbox: Any, order: Any, office: Any) -> None:
    mail = mailbox.brings(mailbox.table(order, (1, "10", "6")), Authentication_Results="")

    told = office.does("again", mail.id)
    mailbox.reads()

    assert "It is read again" in told
    assert buying.desk.one(InboundMail).attempts == 1
    assert buying.desk.audited(f"MAIL-{mail.id}") == ["asked", "read again", "asked"]
    assert "Mei Chen: read again" in office.mail(mail.id)


def test_a_card_of_a_mail_that_is_read_again_has_no_buttons_meanwhile(buying: Any, asked: Any, office: Any) -> None:
    office.does("again", asked.id)

    card = json.dumps(buying.desk.card(f"mail:{asked.id}"))
    assert "lets it be read again" in card
    assert "mail.claim" not in card


def test_what_has_had_effects_is_not_read_again(buying: Any, mailbox: Any, order: Any, office: Any) -> None:
    mail = mailbox.brings(mailbox.table(order, (1, "10", "6")))

    told = office.does("again", mail.id)

    assert "so this is not possible now" in told
    assert buying.desk.one(InboundMail).state == "proposed"
    assert buying.desk.audited(f"MAIL-{mail.id}")[-1] == "refused"


def test_a_mail_of_which_only_the_head_is_kept_is_not_read_again(buying: Any, office: Any) -> None:
    def too_large(uow: Any) -> None:
        supplier_mail.take_oversize(uow, "p", "INBOX", 1, 1, size=99_000_000, headers=b"From: a@b.example\r\n\r\n")

    buying.desk.writes(too_large)
    mail = buying.desk.one(InboundMail)

    assert '"mailroom.again"' not in office.mail(mail.id)
    assert "not possible now" in office.does("again", mail.id)


def test_a_mail_is_put_away_in_the_mailroom(buying: Any, asked: Any, room: Any) -> None:
    told = room.does("ignore", asked.id)

    assert "The mail is put away" in told
    assert buying.desk.one(InboundMail).state == "ignored"
    assert '"mailroom.again"' in told


def test_a_stale_button_says_what_became_of_the_mail(buying: Any, asked: Any, room: Any, office: Any) -> None:
    room.does("ignore", asked.id)

    assert "It is put away (Priya Nair put it away), so this is not possible now." in office.does("ignore", asked.id)
    assert "not possible now" in office.does("count", asked.id)


def test_only_a_buyer_releases_what_was_held_back(
    buying: Any, mailbox: Any, order: Any, room: Any, office: Any
) -> None:
    mail = mailbox.brings(mailbox.table(order, (1, "10", "6")), Authentication_Results=FAILS)

    assert '"mailroom.release"' not in room.mail(mail.id)
    assert '"mailroom.release"' in office.mail(mail.id)
    refused = room.does("release", mail.id)
    told = office.does("release", mail.id)

    assert refused.startswith("Only buyers")
    assert "counts as genuine because you say so" in told
    assert buying.desk.one(InboundMail).state == "asked"
    assert buying.desk.all(DeliveryNotice) == []


def test_lines_are_counted_from_the_mailroom(buying: Any, asked: Any, room: Any) -> None:
    answer = room.press(mailroom.CLICKS["mailroom.count"], asked.id, 0, 0, 0)

    assert answer.modal is not None
    assert answer.modal["callback_id"] == "count_receipt"
    assert buying.desk.one(InboundMail).state == "settled"


def test_an_answer_is_taken_over_in_the_mailroom(buying: Any, mailbox: Any, order: Any, office: Any) -> None:
    text = f"We confirm your order {order.number}: line 1, 10 pieces HS-p10231, delivery 4 Dec 2026."
    mail = mailbox.brings(text, Subject="Order confirmation", Authentication_Results="")

    told = office.does("take_over", mail.id)

    assert mail.kind == "order_response"
    assert "the answer is taken over" in told


def test_a_mail_that_fails_is_kept_and_shown_and_can_be_read_again(
    buying: Any, mailbox: Any, order: Any, room: Any
) -> None:
    mailbox.put(mailbox.letter(mailbox.table(order, (1, "10", "6"))))
    mail = buying.desk.one(InboundMail)
    buying.desk.writes(lambda uow: supplier_mail.failed(uow, mail_id=mail.id, problem="ValueError: no"))

    shown = room.mail(mail.id)
    room.does("again", mail.id)
    mailbox.reads()

    assert "Could not be read" in shown
    assert "ValueError: no" in shown
    assert "It was not read yet." in shown
    assert "Delivery note LS-55120" in shown
    assert buying.desk.one(InboundMail).state == "proposed"


@pytest.fixture
def rule(buying: Any, asked: Any) -> ReadingRule:
    """A rule that the buyer taught from the mail."""
    made = {"made_by_id": buying.people["buyer"].id, "made_at": buying.desk.now, "state": "active", "mail_id": asked.id}
    said = {"kind": "column", "said": "geliefert", "means": "now"}
    buying.desk.writes(lambda uow: uow.add(ReadingRule, supplier_id=asked.supplier_id, **said, **made))
    return buying.desk.one(ReadingRule)


def test_what_was_learnt_is_listed_with_its_origin(buying: Any, rule: Any, room: Any) -> None:
    shown = room.said(room.press(mailroom.CLICKS["mailroom.rules"], 0, 0, 0).update)

    assert "column “geliefert” means shipped now" in shown
    assert "taught by Mei Chen from mail 1" in shown
    assert '"mail_rule.edit"' in shown


def test_a_rule_is_revoked_in_the_mailroom(buying: Any, rule: Any, room: Any) -> None:
    shown = room.said(room.press(mailroom.CLICKS["mailroom.revoke"], rule.id, 0, 0, 0).update)

    assert "I no longer go by it" in shown
    assert ", revoked" in shown
    assert '"mail_rule.edit"' not in shown
    assert buying.desk.one(ReadingRule).state == "revoked"
    assert buying.desk.one(InboundMail).state == "stored"


def test_a_mail_is_corrected_from_the_mailroom(buying: Any, asked: Any, room: Any) -> None:
    answer = room.press(mailroom.CLICKS["mailroom.correct"], asked.id, 0, 0, 0)

    assert answer.modal is not None
    assert answer.modal["callback_id"] == "correct_mail"


def test_a_mail_that_was_held_back_can_be_read_again(buying: Any, mailbox: Any, order: Any, room: Any) -> None:
    mail = mailbox.brings(mailbox.table(order, (1, "10", "6")), Authentication_Results=FAILS)

    room.does("again", mail.id)
    mailbox.reads()

    assert buying.desk.one(InboundMail).state == "quarantined"
    assert buying.desk.one(InboundMail).attempts == 1
