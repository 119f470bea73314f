"""The mailroom: every mail with its state, why it was read as it was, and its words with what was read from them."""

import json
from pathlib import Path
from typing import Any

import pytest

from handlers import extraction, home, mailroom, supplier_mail
from handlers.happenings import Click, HomeOpened
from handlers.ids import value
from handlers.mailroom_rows import FILTERS, STATES, place
from storage.tables import InboundMail, Receipt

MAILS = Path(__file__).parents[2] / "mails"
FAILS = "mx.halden.example; dmarc=fail header.from=hartmann.example"


@pytest.fixture
def order(buying: Any) -> Any:
    return buying.sent(10_000)


@pytest.fixture
def asked(mailbox: Any, order: Any) -> InboundMail:
    """A despatch of six by somebody who is known but not verified."""
    return mailbox.brings(mailbox.table(order, (1, "10", "6")), Authentication_Results="")


def test_every_state_has_its_words_and_every_filter_its_states() -> None:
    assert {state for each in FILTERS for state in each.states} <= set(STATES)
    assert len({each.name for each in FILTERS}) == len(FILTERS)


def test_a_mail_stands_under_the_filters_of_its_state(buying: Any, mailbox: Any, order: Any, room: Any) -> None:
    mailbox.brings(mailbox.table(order, (1, "10", "6")), Subject="good one")
    mailbox.brings("Out of office", Subject="Automatic reply: away", Auto_Submitted="auto-replied")
    mailbox.brings(mailbox.table(order, (1, "10", "3")), Subject="forged one", Authentication_Results=FAILS)

    found = {
        each.name: [name for name in ("good", "Automatic", "forged") if name in room.list(each.name)]
        for each in FILTERS
    }

    assert found == {
        "waiting": ["forged"],
        "held-back": ["forged"],
        "failed": [],
        "today": ["good"],
        "week": ["good"],
        "ignored": ["Automatic"],
        "all": ["good", "Automatic", "forged"],
    }


def test_what_was_taken_last_week_is_not_of_this_week(buying: Any, mailbox: Any, order: Any, room: Any) -> None:
    mailbox.brings(mailbox.table(order, (1, "10", "6")), Subject="good one")

    buying.desk.later(days=7)

    assert "good one" not in room.list("week")
    assert "good one" in room.list("all")


def test_one_supplier_alone_can_be_looked_at(buying: Any, mailbox: Any, asked: Any, room: Any) -> None:
    mailbox.brings("Where is your order PO-2026-00001? Please pay.", From="x@stranger.example", Subject="a stranger")

    assert "a stranger" in room.list("all")
    assert "a stranger" not in room.list("all", asked.supplier_id)
    assert "Hartmann Seals" in room.list("all", asked.supplier_id)


def test_many_mails_stand_on_pages(buying: Any, mailbox: Any, order: Any, room: Any) -> None:
    for number in range(32):
        mailbox.put(mailbox.letter(f"mail number {number:02}", Subject=f"subject {number:02}"))

    first, last = room.list("all"), room.list("all", page=2)

    assert "1 to 15 of 32" in first
    assert "Next page" in first
    assert "Page before" not in first
    assert "31 to 32 of 32" in last
    assert "subject 00" in last
    assert "Next page" not in last
    assert "31 to 32 of 32" in room.list("all", page=99)


def test_a_choice_in_the_list_changes_what_is_shown(buying: Any, asked: Any, room: Any) -> None:
    answer = room.press(mailroom.CLICKS["mailroom.filter"], chosen=value(place("ignored"), 0, 0))

    assert answer.modal is None
    assert "No mail here." in room.said(answer.update)


def test_a_mail_shows_why_it_was_read_as_it_was(buying: Any, asked: Any, room: Any) -> None:
    shown = room.mail(asked.id)

    assert "Known, not proven" in shown
    assert "its words point to delivery note" in shown
    assert "A person is asked by the rule “unverified”" in shown
    assert "forged: no · " in shown
    assert "unverified: yes" in shown
    assert "① PO-2026-00001 line 1: 6 pieces" in shown
    assert "matched by its article number" in shown


def test_the_words_that_a_line_was_read_from_are_marked_in_the_mail(buying: Any, asked: Any, room: Any) -> None:
    shown = room.mail(asked.id)

    assert "Delivery note LS-55120 of 23 Nov 2026" in shown
    assert "① 1 | HS-p10231 | 10 | 6" in shown


def test_a_verified_mail_names_the_header_that_proves_it(buying: Any, mailbox: Any, order: Any, room: Any) -> None:
    mail = mailbox.brings(mailbox.table(order, (1, "10", "6")))

    shown = room.mail(mail.id)

    assert "mx.halden.example; dmarc=pass header.from=hartmann.example" in shown
    assert f"delivery note LS-55120 is matched; receipt {buying.desk.one(Receipt).number} is proposed" in shown


def test_nothing_in_a_mail_can_call_anybody_or_be_pressed(buying: Any, mailbox: Any, order: Any, room: Any) -> None:
    words = f"<!channel> <@U0BO> *bold* `code` https://evil.example <https://x.example|press> www.evil.example {order.number}"
    mail = mailbox.brings(words, Subject=words, Authentication_Results="")

    shown = room.mail(mail.id) + room.list("all")

    assert "<!channel>" not in shown
    assert "<@U0BO>" not in shown
    assert "<https" not in shown
    assert "&lt;!channel&gt;" in shown
    blocks = room.press(mailroom.open_mail, mail.id).modal["blocks"]
    bold = [block["text"] for block in blocks if "*bold*" in json.dumps(block.get("text", {}))]
    assert {text["type"] for text in bold} == {"plain_text"}
    assert not any("://" in text["text"] or "www." in text["text"] for text in bold)


def test_a_long_mail_is_shortened_around_what_was_read(buying: Any, mailbox: Any, order: Any, room: Any) -> None:
    foot = "".join(f"<p>General condition number {number}: {'word ' * 30}</p>" for number in range(400))
    mail = mailbox.brings(foot + mailbox.table(order, (1, "10", "6")) + foot, Authentication_Results="")

    shown = room.mail(mail.id)

    assert "① 1 | HS-p10231 | 10 | 6" in shown
    assert "more rows" in shown


def test_a_file_is_named_with_its_size(buying: Any, mailbox: Any, order: Any, room: Any) -> None:
    text = (
        "--x\r\nContent-Type: text/plain\r\n\r\nplease see the file\r\n"
        "--x\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=note.bin\r\n\r\n"
        + "x" * 3000
        + "\r\n--x--\r\n"
    )
    mail = mailbox.brings(text, Content_Type="multipart/mixed; boundary=x")

    assert "note.bin (3 kB)" in room.mail(mail.id)


def test_words_that_were_read_from_a_paper_stand_under_its_name(buying: Any, room: Any) -> None:
    case = json.loads((MAILS / "delivery-note-only-in-a-pdf.json").read_text("utf-8"))
    known = extraction.Known.from_json(json.loads((MAILS / "plants" / f"{case['plant']}.json").read_text("utf-8")))
    raw = (MAILS / "delivery-note-only-in-a-pdf.eml").read_bytes()
    buying.desk.writes(lambda uow: supplier_mail.take(uow, "p", "INBOX", 1, 1, raw, buying.desk.now))
    reading = extraction.read(raw, known)
    buying.desk.writes(lambda uow: supplier_mail.settle(uow, mail_id=1, reading=reading))

    chunks = [block["text"]["text"] for block in room.press(mailroom.open_mail, 1).modal["blocks"] if "text" in block]

    text = next(chunk for chunk in chunks if chunk.startswith("Please find our delivery note attached."))
    assert text.splitlines()[1].startswith("[DN-31088")
    assert text.splitlines()[2] == "① 1 | HB-22218EKC3 | Bearing 22218 EK/C3 | 2 | 2"


def test_names_and_subjects_are_shown_as_people_wrote_them(buying: Any, mailbox: Any, order: Any, room: Any) -> None:
    mailbox.brings("hello", Subject="=?utf-8?q?Gr=C3=BC=C3=9Fe?=", From="=?utf-8?q?Kl=C3=A4re?= <a@b.example>")

    assert "*Kläre &lt;a@b.example&gt;*: Grüße" in room.list("all")
    assert "Grüße" in room.mail(1)


def test_the_card_of_a_mail_leads_to_the_reasons(buying: Any, mailbox: Any, order: Any, asked: Any, room: Any) -> None:
    held = mailbox.brings(mailbox.table(order, (1, "10", "3")), Authentication_Results=FAILS)

    for mail in (asked, held):
        blocks = buying.desk.card(f"mail:{mail.id}")["blocks"]
        actions = next(block["elements"] for block in blocks if block["type"] == "actions")
        action, _, carried = actions[-1]["options"][-1]["value"].partition("|")
        click = Click(buying.desk.key("click"), room.person.slack_id, action, carried)
        assert f"Mail {mail.id}" in room.said(buying.desk.does(mailroom.CLICKS[action], click).modal)


def test_nobody_else_looks_into_the_mailroom(buying: Any, asked: Any) -> None:
    technician = buying.people["technician"]

    for handler, numbers in (
        (mailroom.open_list, (0, 0, 0)),
        (mailroom.open_mail, (asked.id,)),
        (mailroom.take, (1, 0, 0, 0, 0)),
    ):
        click = Click(buying.desk.key("click"), technician.slack_id, "", value(*numbers))
        assert buying.refused(handler, click) == "NotYours"


def test_a_mail_that_is_not_there_is_said(buying: Any, room: Any) -> None:
    click = Click("k", room.person.slack_id, "", value(99))

    assert buying.refused(mailroom.open_mail, click) == "NotKnown"


def test_every_reading_of_a_mail_with_nothing_in_it_can_be_shown(buying: Any, room: Any) -> None:
    for number, raw in enumerate((b"", b"\x00\xff", b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x")):
        place_of = ("p", "INBOX", 1, number + 1)
        buying.desk.writes(lambda uow, p=place_of, r=raw: supplier_mail.take(uow, *p, r, buying.desk.now))
    known = extraction.Known.nothing()
    for mail in buying.desk.all(InboundMail, state="stored"):
        reading = extraction.read(b"", known)
        buying.desk.writes(lambda uow, m=mail, r=reading: supplier_mail.settle(uow, mail_id=m.id, reading=r))

    shown = [room.mail(mail.id) for mail in buying.desk.all(InboundMail)]

    assert all("It holds no text that can be shown." in each for each in shown[:1])
    assert len(shown) == 3


def test_home_tells_the_storekeeper_what_waits_and_who_has_it(buying: Any, asked: Any, room: Any) -> None:
    room.press(mailroom.take, asked.id, 0, 0, 0, 0)

    shown = room.said(buying.desk.does(home.opened, HomeOpened("h", room.person.slack_id)).home)

    assert "1 waiting for somebody" in shown
    assert "Hartmann Seals: “Your order”, waits for somebody since today 10:12, Priya Nair looks after it" in shown
    assert '"mailroom.open"' in shown


def test_home_shows_a_technician_no_mailroom(buying: Any, asked: Any) -> None:
    technician = buying.people["technician"]

    shown = json.dumps(buying.desk.does(home.opened, HomeOpened("h", technician.slack_id)).home)

    assert "Mailroom" not in shown


def test_an_empty_list_of_rules_says_how_one_is_learnt(buying: Any, room: Any) -> None:
    answer = room.press(mailroom.CLICKS["mailroom.rules"], 0, 0, 0)

    assert "Nothing was learnt yet." in room.said(answer.update)
