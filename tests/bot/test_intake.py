"""Mail on its way in: a mail that breaks is kept and shown, is tried again when a person says so, and never blocks the next."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.intake import Intake
from bot.mailbox_folder import RawMail
from bot.middle import Middle
from handlers import extraction, mailroom, supplier_mail
from orders.people import Actor, Role
from storage.tables import Card, InboundMail
from storage.unit_of_work import UnitOfWork

BAD, GOOD = (f"From: a@b.example\r\nSubject: {word}\r\n\r\nhello\r\n".encode() for word in ("bad", "good"))


class Reader:
    """A reader that breaks on some mails until it is mended."""

    def __init__(self) -> None:
        self.broken = True
        self.real = extraction.read

    def __call__(self, raw: bytes, known: Any, *, source: str = "") -> Any:
        if self.broken and b"Subject: bad" in raw:
            message = "this mail is too much"
            raise ValueError(message)
        return self.real(raw, known, source=source)


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Reader:
    reader = Reader()
    monkeypatch.setattr(extraction, "read", reader)
    return reader


class Office:
    """An intake that runs, with the mails that were put before it."""

    def __init__(self, middle: Middle, kept: Callable[..., list[Any]]) -> None:
        self.middle, self.kept = middle, kept
        self.intake = Intake(middle)
        self.committed = asyncio.Event()
        loop = asyncio.get_running_loop()
        middle.after_commit = lambda: loop.call_soon_threadsafe(self.committed.set)

    async def put(self, *mails: bytes) -> None:
        """Store mails as the mailbox's thread does."""
        letters = [
            RawMail("purchasing", "INBOX", 1, uid, raw, datetime(2026, 11, 23, tzinfo=UTC))
            for uid, raw in enumerate(mails, 1)
        ]
        await asyncio.to_thread(self.intake.take_many, letters)

    async def until(self, *states: str) -> None:
        """Wait until the mails are in these states."""
        while self.states() != list(states):
            self.committed.clear()
            if self.states() != list(states):
                await asyncio.wait_for(self.committed.wait(), 20)

    def mails(self) -> list[Any]:
        """Return the mails in the order of the mailbox; on PostgreSQL they may have been stored in another."""
        return sorted(self.kept(InboundMail), key=lambda mail: mail.uid)

    def states(self) -> list[str]:
        """Return what became of them."""
        return [mail.state for mail in self.mails()]


@pytest.fixture
async def office(middle: Middle, kept: Callable[..., list[Any]]) -> Office:
    return Office(middle, kept)


async def test_a_mail_that_breaks_the_reader_is_kept_and_shown_and_the_next_one_is_read(
    office: Office, reader: Reader
) -> None:
    await office.put(BAD, GOOD)

    office.intake.start()
    await office.until("failed", "ignored")
    await office.intake.stop()

    failed = office.mails()[0]
    assert failed.problem == "ValueError: this mail is too much"
    assert failed.attempts == 1
    assert [card.key for card in office.kept(Card)] == [f"mail:{failed.id}"]


async def test_a_mail_that_breaks_twice_in_the_same_way_is_failed_twice(office: Office, reader: Reader) -> None:
    await office.put(BAD)
    office.intake.start()
    await office.until("failed")
    await office.intake.stop()

    await _again(office)
    assert office.states() == ["stored"]
    office.intake.start()
    await office.until("failed")
    await office.intake.stop()

    assert office.mails()[0].attempts == 3


async def test_a_mail_that_is_read_again_is_taken_when_the_reader_is_mended(office: Office, reader: Reader) -> None:
    await office.put(BAD)
    office.intake.start()
    await office.until("failed")
    await office.intake.stop()
    reader.broken = False

    await _again(office)
    office.intake.start()
    await office.until("ignored")
    await office.intake.stop()

    assert office.mails()[0].problem == ""


async def _again(office: Office) -> None:
    """Let a person say that the first mail is to be read again."""

    def work(uow: UnitOfWork) -> dict[str, Any]:
        uow.actor = Actor(None, "Mei Chen", frozenset({Role.BUYER}))
        return {"said": mailroom.read_again(uow, 1).words}

    await office.middle.perform("click:again", "click", "again", work)


async def test_a_mail_that_cannot_even_be_shown_does_not_block_the_next_one(
    office: Office, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unsayable(*_: Any, **__: Any) -> Any:
        message = "no words for this"
        raise TypeError(message)

    monkeypatch.setattr(supplier_mail, "failed", unsayable)
    await office.put(BAD, GOOD)

    office.intake.start()
    await office.until("stored", "ignored")
    await office.intake.stop()

    assert office.kept(Card) == []
