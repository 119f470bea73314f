"""The silence alarm: a supplier whose mails were read and read no more is named once, until one reads again."""

import json
from typing import Any

import pytest

from handlers import mailroom, supplier_mail
from handlers.happenings import Click
from storage.tables import Card, InboundMail


class Voice:
    """A supplier's mails as the reader found them, one after another."""

    def __init__(self, buying: Any, mailbox: Any, order: Any) -> None:
        self.desk, self.buying, self.mailbox, self.order = buying.desk, buying, mailbox, order

    def writes(self, *lines: int, kind: str = "despatch", **more: Any) -> None:
        """Let mails come that were read with so many lines each."""
        for count in lines:
            self.desk.later(hours=5)
            self.mailbox.put(self.mailbox.letter(f"mail at {self.desk.now}"))
            self.reads(self.desk.all(InboundMail)[-1].id, count, kind=kind, **more)

    def reads(self, mail_id: int, count: int, *, kind: str = "despatch", rule: str = "unclear", **more: Any) -> None:
        """Let one stored mail be read with so many lines; a person is asked about it."""
        given = self.mailbox.reading(self.order, kind=kind, quantity="1", action=more.pop("action", "ask"), **more)
        given.values["lines"] *= count
        given.values["decision"]["rule"] = rule
        self.desk.writes(lambda uow: supplier_mail.settle(uow, mail_id=mail_id, reading=given))

    def alarms(self) -> list[str]:
        return [card.key for card in self.desk.all(Card) if card.key.startswith("silence:")]

    def card(self) -> str:
        return json.dumps(self.desk.card(self.alarms()[-1]), ensure_ascii=False)

    def audited(self) -> list[str]:
        return self.desk.audited("SUPPLIER-S-1")


@pytest.fixture
def voice(buying: Any, mailbox: Any) -> Voice:
    return Voice(buying, mailbox, buying.sent(10_000))


def test_two_mails_in_a_row_that_read_to_nothing_raise_one_alarm(voice: Voice) -> None:
    voice.writes(1, 2, 0, 1, 3)
    voice.writes(0)
    assert voice.alarms() == []

    voice.writes(0)

    card = voice.desk.card(voice.alarms()[0])
    assert card["channel"] == "C0BUYING"
    assert (
        "Hartmann Seals' mails read to nothing since Tue 24 Nov: two in a row, while 4 of 5 were read before. "
        "Perhaps their layout has changed." in voice.card()
    )
    assert voice.audited() == ["silent"]


def test_a_silence_that_goes_on_is_told_on_the_same_card(voice: Voice) -> None:
    voice.writes(1, 1, 1, 0, 0, 0, 0)

    assert len(voice.alarms()) == 1
    assert "four in a row" in voice.card()
    assert voice.audited() == ["silent"]


def test_the_alarm_is_cleared_when_one_reads_again(voice: Voice) -> None:
    voice.writes(1, 1, 1, 0, 0, 2, 1)

    assert "can be read again, from mail 6 on" in voice.card()
    assert voice.audited() == ["silent", "heard again"]


def test_a_second_silence_is_an_alarm_of_its_own(voice: Voice) -> None:
    voice.writes(1, 1, 1, 0, 0, 2, 0, 0)

    assert len(voice.alarms()) == 2
    assert voice.audited() == ["silent", "heard again", "silent"]


def test_the_alarm_is_cleared_when_a_silent_mail_is_read_again_with_lines(voice: Voice, buying: Any) -> None:
    voice.writes(1, 1, 1, 0, 0)
    first = voice.desk.all(InboundMail)[3].id

    def again(uow: Any) -> None:
        mailroom.read_again(uow, first)

    voice.desk.writes(again, by=buying.people["buyer"])
    voice.reads(first, 2)

    assert "can be read again" in voice.card()
    assert voice.audited() == ["silent", "heard again"]


def test_who_never_named_lines_is_not_silent(voice: Voice) -> None:
    voice.writes(0, 0, 1, 1, 0, 0, 0)

    assert voice.alarms() == []


@pytest.mark.parametrize("kind", ["auto_reply", "bounce", "status", "invoice", "question"])
def test_mails_that_carry_no_lines_are_no_silence(voice: Voice, kind: str) -> None:
    voice.writes(1, 1, 1)
    voice.writes(0, 0, 0, kind=kind)

    assert voice.alarms() == []


def test_forged_mails_and_newsletters_are_no_silence(voice: Voice) -> None:
    voice.writes(1, 1, 1)
    voice.writes(0, 0, trust="forged", action="quarantine")
    voice.writes(0, 0, kind="other", rule="newsletter", action="ignore")

    assert voice.alarms() == []


def test_mails_between_which_an_invoice_came_are_still_in_a_row(voice: Voice) -> None:
    voice.writes(1, 1, 1, 0)
    voice.writes(0, kind="invoice")
    voice.writes(0, kind="other")

    assert len(voice.alarms()) == 1


def test_only_the_last_ten_before_the_silence_count(voice: Voice) -> None:
    voice.writes(*[1] * 12, 0, 0)

    assert "while 10 of 10 were read before" in voice.card()


def test_the_alarm_leads_to_the_mail_and_to_the_suppliers_mails(voice: Voice, buying: Any) -> None:
    voice.writes(1, 1, 1, 0, 0)
    blocks = voice.desk.card(voice.alarms()[0])["blocks"]
    show, room = next(block for block in blocks if block["type"] == "actions")["elements"]
    buyer = buying.people["buyer"].slack_id

    one = voice.desk.does(mailroom.CLICKS[show["action_id"]], Click("a", buyer, "", show["value"]))
    many = voice.desk.does(mailroom.CLICKS[room["action_id"]], Click("b", buyer, "", room["value"]))

    assert one.modal["title"]["text"] == "Mail 5"
    assert "1 to 5 of 5" in json.dumps(many.modal)
