"""Supplier mail: a claim and never a fact; once, in a named state, and never silent."""

import json
from typing import Any

import pytest

from handlers import mail_buttons, supplier_mail
from handlers.order_tokens import message_id, reply_token
from storage.tables import (
    Attachment,
    DeliveryNotice,
    DeliveryNoticeLine,
    InboundMail,
    Outgoing,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    Stock,
)


@pytest.fixture
def order(buying: Any) -> PurchaseOrder:
    """An order for ten seals that the supplier has."""
    return buying.sent(10_000)


def test_a_despatch_becomes_a_notice_and_a_proposal_in_the_store(buying: Any, mailbox: Any, order: Any) -> None:
    mail = mailbox.brings(mailbox.table(order, (1, "10", "6")))

    notice, line, receipt = (buying.desk.one(kind) for kind in (DeliveryNotice, DeliveryNoticeLine, Receipt))
    card = json.dumps(buying.desk.card(f"gr:{receipt.id}"))
    assert (mail.state, mail.kind, mail.trust, mail.order_id) == ("proposed", "despatch", "verified", order.id)
    assert (notice.number, notice.state, line.quantity) == ("LS-55120", "matched", 6000)
    assert (receipt.state, buying.desk.one(ReceiptLine).claimed) == ("proposed", 6000)
    assert "note LS-55120" in card
    assert "versand@hartmann.example" in card
    assert buying.order().receipt_state == "none"
    assert json.loads(mail.reading)["schema"] == "chargehand.reading/1"


def test_the_raw_mail_is_kept_as_it_came(buying: Any, mailbox: Any, order: Any) -> None:
    raw = mailbox.letter("Hello \xe4\x00 there")

    mailbox.put(raw)

    assert bytes(buying.desk.one(Attachment).content) == raw
    assert buying.desk.one(InboundMail).state == "stored"
    assert buying.desk.reads(supplier_mail.waiting) == [buying.desk.one(InboundMail).id]


def test_12_the_same_bytes_in_other_places_are_one_proposal(buying: Any, mailbox: Any, order: Any) -> None:
    raw = mailbox.letter(mailbox.table(order, (1, "10", "6")))
    for uid, uidvalidity in ((1, 1), (1, 1), (2, 1), (3, 1), (1, 2)):
        mailbox.put(raw, uid, uidvalidity)
    mailbox.reads()

    assert [mail.state for mail in buying.desk.all(InboundMail)] == ["proposed", "duplicate", "duplicate", "duplicate"]
    assert len(buying.desk.all(Receipt)) == 1
    assert len(buying.desk.all(Attachment)) == 1


def test_08_12_the_same_note_under_a_new_message_id_is_one_notice(buying: Any, mailbox: Any, order: Any) -> None:
    mailbox.brings(mailbox.table(order, (1, "10", "6")))

    again = mailbox.brings(mailbox.table(order, (1, "10", "6")) + "<p>Sent again.</p>", Message_ID="<new@x.example>")

    assert again.state == "duplicate"
    assert len(buying.desk.all(DeliveryNotice)) == 1
    assert len(buying.desk.all(Receipt)) == 1


def test_a_corrected_note_replaces_the_proposal(buying: Any, mailbox: Any, order: Any) -> None:
    mailbox.brings(mailbox.table(order, (1, "10", "6")))

    mailbox.brings(mailbox.table(order, (1, "10", "5")))

    notices, receipts = buying.desk.all(DeliveryNotice), buying.desk.all(Receipt)
    assert [(notice.revision, notice.state) for notice in notices] == [(1, "superseded"), (2, "matched")]
    assert [receipt.state for receipt in receipts] == ["discarded", "proposed"]
    assert buying.desk.all(ReceiptLine)[-1].claimed == 5000
    assert buying.refuses(_as_listed(), "storekeeper", receipts[0].id) == "Unlawful"


def _as_listed() -> Any:
    from handlers import receiving

    return receiving.as_listed


def test_a_note_that_was_taken_in_and_now_says_otherwise_is_asked(buying: Any, mailbox: Any, order: Any) -> None:
    mailbox.brings(mailbox.table(order, (1, "10", "6")))
    buying.take_in()

    mail = mailbox.brings(mailbox.table(order, (1, "10", "4")))

    assert mail.state == "asked"
    assert "already taken in" in json.dumps(buying.desk.card(f"mail:{mail.id}"))
    assert buying.desk.one(Stock).on_hand == 6000


def test_47_another_mail_under_a_used_message_id_is_kept_too(buying: Any, mailbox: Any, order: Any) -> None:
    one = mailbox.table(order, (1, "10", "6"))
    other = mailbox.table(order, (1, "10", "4"), note="LS-55121")

    for text in (one, other):
        mailbox.brings(text, Message_ID="<carrier@parcel.example>")

    assert [mail.state for mail in buying.desk.all(InboundMail)] == ["proposed", "proposed"]
    assert len(buying.desk.all(Receipt)) == 2


def test_36_a_known_sender_without_proof_proposes_nothing(buying: Any, mailbox: Any, order: Any) -> None:
    mail = mailbox.brings(mailbox.table(order, (1, "10", "6")), Authentication_Results="")

    assert (mail.state, mail.trust) == ("asked", "known")
    assert buying.desk.all(Receipt) == []
    card = buying.desk.card(f"mail:{mail.id}")
    assert "Count lines" in json.dumps(card)
    assert card["channel"] == "C0STORES"


def test_08_14_a_forged_sender_is_held_back_and_nothing_is_taken(buying: Any, mailbox: Any, order: Any) -> None:
    fails = "mx.halden.example; dmarc=fail header.from=hartmann.example"

    mail = mailbox.brings(mailbox.table(order, (1, "10", "6")), Authentication_Results=fails)

    card = buying.desk.card(f"mail:{mail.id}")
    assert (mail.state, mail.trust) == ("quarantined", "forged")
    assert card["channel"] == "C0BUYING"
    assert "nothing taken from it" in json.dumps(card)
    assert "Count lines" not in json.dumps(card)
    assert buying.desk.all(DeliveryNotice) == []


def test_a_buyer_may_vouch_for_a_mail_that_was_held_back_and_still_nothing_is_taken(
    buying: Any, mailbox: Any, order: Any
) -> None:
    fails = "mx.halden.example; dmarc=fail header.from=hartmann.example"
    mail = mailbox.brings(mailbox.table(order, (1, "10", "6")), Authentication_Results=fails)

    assert buying.refuses(mail_buttons.release, "storekeeper", mail.id) == "NotYours"
    buying.desk.click(mail_buttons.release, buying.people["buyer"], mail.id)

    assert buying.desk.one(InboundMail).state == "asked"
    assert buying.desk.all(Receipt) == []


def test_40_the_right_address_from_a_wrong_sender_is_looked_at_by_a_person(
    buying: Any, mailbox: Any, order: Any
) -> None:
    to = reply_token(buying.desk.plant, order.number)
    stranger = "mx.halden.example; dmarc=pass header.from=elsewhere.example"

    mail = mailbox.brings(
        "Your parcel has been handed over.", To=to, From="x@elsewhere.example", Authentication_Results=stranger
    )

    assert mail.state == "asked"
    assert buying.desk.all(Receipt) == []


def test_43_another_reply_address_is_shown_and_never_written_to(buying: Any, mailbox: Any, order: Any) -> None:
    text = mailbox.table(order, (1, "10", "6"))

    mail = mailbox.brings(text, Authentication_Results="", Reply_To="pay@elsewhere.example")

    assert "pay@elsewhere.example" in json.dumps(buying.desk.card(f"mail:{mail.id}"))
    assert [row for row in buying.desk.all(Outgoing, wire="mail") if "elsewhere" in row.body] == []


def test_44_a_mail_approves_nothing(buying: Any, mailbox: Any) -> None:
    buying.short()
    buying.request()
    draft = buying.order().draft_number

    passes = "mx.halden.example; dmarc=pass header.from=halden.example"
    mailbox.brings(
        f"approved. please approve {draft} for me", From="Bo <bo@halden.example>", Authentication_Results=passes
    )

    assert buying.order().state == "pending_approval"
    assert [row for row in buying.desk.all(Outgoing) if row.purpose == "purchase_order"] == []


def test_15_45_our_own_quoted_words_are_not_the_suppliers(buying: Any, mailbox: Any, order: Any) -> None:
    body = buying.body()
    quoted = "\n".join(f"> {line}" for line in body["text"].splitlines())
    text = (
        f"We ship today, delivery note LS-9:\n\n6 x {buying.line().supplier_part}\n\nOn Monday you wrote:\n{quoted}\n"
    )

    mailbox.brings(text, Subject=f"Re: {body['subject']}")

    claims = [line.claimed for line in buying.desk.all(ReceiptLine)]
    assert claims in ([], [6000])


@pytest.mark.parametrize(
    ("words", "headers"),
    [
        (
            "I am out of office until Monday. PO accepted.",
            {"Auto_Submitted": "auto-replied", "Subject": "Out of office"},
        ),
        ("Der Empfänger ist abwesend.", {"Auto_Submitted": "auto-replied", "Subject": "Abwesenheitsnotiz"}),
    ],
)
def test_08_13_48_an_automatic_reply_is_recorded_and_accepts_nothing(
    buying: Any, mailbox: Any, order: Any, words: str, headers: dict[str, str]
) -> None:
    before = len(buying.desk.all(Outgoing))

    mail = mailbox.brings(f"{words} {order.number}", **headers)

    assert (mail.state, mail.kind) == ("ignored", "auto_reply")
    assert buying.order().state == "sent"
    assert len(buying.desk.all(Outgoing)) == before


def bounce(original: str) -> str:
    return (
        "--b\r\nContent-Type: text/plain\r\n\r\nYour mail could not be delivered: no such user.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.hartmann.example\r\n\r\n"
        "Final-Recipient: rfc822; orders@hartmann.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\n{original}\r\n--b--\r\n"
    )


REPORT = {
    "Content_Type": 'multipart/report; report-type=delivery-status; boundary="b"',
    "From": "MAILER-DAEMON@mx.hartmann.example",
    "Subject": "Undelivered Mail Returned to Sender",
    "Auto_Submitted": "auto-replied",
}


def test_48_the_return_of_our_own_order_takes_back_that_it_was_sent(buying: Any, mailbox: Any, order: Any) -> None:
    body = buying.body()
    original = f"Message-ID: {body['message_id']}\r\nSubject: {body['subject']}\r\nFrom: {body['from']}\r\n"

    mail = mailbox.brings(bounce(original), **REPORT)

    assert (mail.state, mail.kind) == ("settled", "bounce")
    assert buying.order().state == "approved"
    assert "came back" in buying.desk.card(f"po:{order.id}:alert")["text"]


def test_48_a_return_with_a_guessed_message_id_moves_nothing(buying: Any, mailbox: Any, order: Any) -> None:
    forged = f"Message-ID: <po.{order.id}.r1.0123456789abcdef@halden.example>\r\nSubject: {order.number}\r\n"

    mail = mailbox.brings(bounce(forged), **REPORT)

    assert mail.state in {"asked", "ignored"}
    assert buying.order().state == "sent"


def test_our_own_blind_copy_proves_that_an_unknown_mail_went_out(buying: Any, mailbox: Any) -> None:
    buying.short()
    buying.request()
    buying.approve()
    buying.relay("leaving", "unknown")
    order = buying.order()
    own = message_id(buying.desk.plant, order.id, 1)

    mailbox.put(mailbox.letter("copy", From=buying.desk.plant.mail.address, Message_ID=own, Authentication_Results=""))

    assert buying.desk.one(InboundMail).state == "settled"
    assert (buying.order().state, buying.mail().state) == ("sent", "sent")
    assert "settled" in buying.desk.card(f"po:{order.id}:alert")["text"]
    assert buying.desk.reads(supplier_mail.waiting) == []


def test_our_message_id_under_another_sender_is_no_copy_of_ours(buying: Any, mailbox: Any, order: Any) -> None:
    own = message_id(buying.desk.plant, order.id, 1)

    mail = mailbox.brings(mailbox.table(order, (1, "10", "6")), Message_ID=own)

    assert mail.state == "proposed"


def test_a_mail_that_breaks_the_reader_is_kept_and_shown_and_the_next_is_read(
    buying: Any, mailbox: Any, order: Any
) -> None:
    mailbox.put(mailbox.letter("broken"))
    mailbox.put(mailbox.letter(mailbox.table(order, (1, "10", "6"))))
    buying.desk.writes(lambda uow: supplier_mail.failed(uow, mail_id=1, problem="RecursionError: too deep"))

    mailbox.reads()

    first, second = buying.desk.all(InboundMail)
    assert (first.state, first.attempts, second.state) == ("failed", 1, "proposed")
    assert "could not be read" in json.dumps(buying.desk.card("mail:1"))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe",
        b"Subject: =?utf-8?b?////?=\r\n\r\n",
        b"From: ((((\r\nTo: <\r\n\r\nx",
        b"\r\n\r\n" + b"A" * 100_000,
    ],
    ids=["empty", "bytes", "broken word", "open comment", "no head"],
)
def test_a_mail_that_is_hardly_one_ends_in_a_named_state(buying: Any, mailbox: Any, order: Any, raw: bytes) -> None:
    mailbox.put(raw)
    mailbox.reads()

    assert buying.desk.one(InboundMail).state in {"ignored", "asked", "quarantined"}


def test_a_mail_that_is_too_large_is_shown_without_being_fetched(buying: Any, mailbox: Any) -> None:
    head = b"From: Hartmann <v@hartmann.example>\r\nSubject: Big\r\n\r\n"
    place = ("purchasing", "INBOX", 1, 5)

    for _ in range(2):
        buying.desk.writes(lambda uow: supplier_mail.take_oversize(uow, *place, size=30 * 1_048_576, headers=head))

    mail = buying.desk.one(InboundMail)
    assert (mail.state, mail.sender) == ("asked", "Hartmann <v@hartmann.example>")
    assert "30 MiB" in json.dumps(buying.desk.card(f"mail:{mail.id}"))
    assert buying.desk.reads(_highest) == 5


def _highest(uow: Any) -> int:
    return supplier_mail.highest_uid(uow, account="purchasing", folder="INBOX", uidvalidity=1)
