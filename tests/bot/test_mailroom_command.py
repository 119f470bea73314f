"""``chargehand mailroom``: what is listed, shown and done, as whom, and together with a running bot."""

import asyncio
import json
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import bot.__main__ as command_line
import bot.intake as intake_module
from bot import demo
from bot.config import load
from bot.intake import Intake
from bot.middle import Middle
from handlers import supplier_mail
from handlers.happenings import MailTaken
from storage.database import Database
from storage.happenings import Deed, perform, reading
from storage.tables import AuditEntry, InboundMail, Outgoing, ReadingRule
from storage.unit_of_work import UnitOfWork

PASS = "mx.halden.example; dmarc=pass header.from=nordlager.example"
NOTE = "Lieferschein LS-4711: heute haben wir 12 St\u00fcck 6204-2RS zu PO-2026-00042 versandt.\x1b[31m rot"
Command = Callable[..., Any]


def letter(text: str = NOTE, *, proof: str = PASS, sender: str = "versand@nordlager.example") -> bytes:
    head = {
        "Authentication-Results": proof,
        "From": sender,
        "Subject": "Ihre \x1b[2JBestellung",
        "To": "purchasing@halden.example",
    }
    lines = [f"{name}: {written}" for name, written in head.items() if written]
    return "\r\n".join([*lines, "Content-Type: text/plain; charset=utf-8", "", text]).encode()


class Plant:
    """The demo plant with the mails that came to it."""

    def __init__(self, file: Path) -> None:
        self.database = Database(f"sqlite:///{file}")
        self.plant = load([demo.settings()], environment={}).plant()
        self.count = 0

    def does(self, work: Callable[[UnitOfWork], Any]) -> None:
        self.count += 1
        deed = Deed(f"test:{self.count}", "test", "", datetime.now(UTC))
        perform(self.database, self.plant, deed, lambda uow: {"done": str(work(uow))})

    def brings(self, raw: bytes) -> int:
        """Let a mail come and be read; returns its number."""
        number = len(self.all(InboundMail)) + 1
        self.does(lambda uow: supplier_mail.take(uow, "p", "INBOX", 1, number, raw, datetime.now(UTC)))
        self.does(lambda uow: supplier_mail.read(uow, MailTaken("", number)))
        return number

    def all(self, kind: Any, **where: Any) -> list[Any]:
        found: list[Any] = reading(self.database, self.plant, datetime.now(UTC), lambda uow: uow.all(kind, **where))
        return found

    def mail(self, number: int = 1) -> Any:
        return self.all(InboundMail, id=number)[0]


@pytest.fixture
def plant(tmp_path: Path, demo_plant: Path) -> Iterator[Plant]:
    (tmp_path / "data").mkdir()
    file = tmp_path / "data" / "chargehand.db"
    shutil.copy(demo_plant, file)
    plant = Plant(file)
    yield plant
    plant.database.close()


@pytest.fixture
def mailroom(running: Command, plant: Plant) -> Command:
    """Runs ``chargehand mailroom …`` over the demo plant."""
    return lambda *words: running("mailroom", *words, "--config", str(demo.settings()))


def test_waiting_mails_are_listed_with_supplier_and_state(mailroom: Command, plant: Plant) -> None:
    plant.brings(letter())
    plant.brings(letter("Out of office", proof="", sender="x@stranger.example"))

    ended, everything = mailroom("list"), mailroom("list", "--state", "all")

    assert ended.status == command_line.FINE
    assert "Nordlager W\u00e4lzlager GmbH" in ended.out
    assert "waits for somebody" in ended.out
    assert "1 to 1 of 1." in ended.out
    assert "1 to 2 of 2." in everything.out


def test_the_list_is_json_when_asked(mailroom: Command, plant: Plant) -> None:
    plant.brings(letter())

    told = json.loads(mailroom("list", "--json", "--state", "asked", "--supplier", "nordlager").out)

    assert [mail["number"] for mail in told["mails"]] == [1]
    assert told["total"] == 1
    assert json.loads(mailroom("list", "--json", "--supplier", "HARTMANN").out)["mails"] == []


def test_a_state_or_supplier_that_is_none_is_said(mailroom: Command) -> None:
    state, supplier, several = (
        mailroom("list", "--state", "lost"),
        mailroom("list", "--supplier", "nobody"),
        mailroom("list", "--supplier", "GmbH"),
    )

    assert state.status == command_line.USAGE
    assert state.err.startswith("I know no state \u201clost\u201d. Write one of waiting, held-back, failed,")
    assert (supplier.status, supplier.err) == (1, "I know no supplier nobody. Write its code or a part of its name.\n")
    assert "It could be Hartmann Seals GmbH, Nordlager" in several.err


def test_a_mail_is_shown_with_its_reasons_and_its_words(mailroom: Command, plant: Plant) -> None:
    plant.brings(letter())

    out = mailroom("show", "1").out

    assert "Authentication-Results: mx.halden.example; dmarc=pass header.from=nordlager.example" in out
    assert "Kind: Delivery note: its words point to" in out
    assert re.search(r"^  no  +forged \(the sender is not who the mail says\)$", out, re.MULTILINE)
    assert "heute haben wir 12 St\u00fcck 6204-2RS" in out


def test_nothing_in_a_mail_steers_the_terminal(mailroom: Command, plant: Plant) -> None:
    plant.brings(letter())

    for words in (("list", "--state", "all"), ("show", "1"), ("show", "1", "--json")):
        assert "\x1b" not in mailroom(*words).out


def test_on_a_terminal_the_evidence_stands_beside_the_text(
    mailroom: Command, plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant.brings(letter())
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "150")

    assert "What was read from it" in mailroom("show", "1").out
    monkeypatch.setenv("COLUMNS", "80")
    assert "a number where a line was read from" in mailroom("show", "1").out


def test_a_mail_is_shown_as_json_and_saved_as_it_came(mailroom: Command, plant: Plant, tmp_path: Path) -> None:
    plant.brings(letter())

    told = json.loads(mailroom("show", "1", "--json", "--raw", "mail.eml").out)

    assert told["reading"]["schema"] == "chargehand.reading/1"
    assert told["offered"] == ["again", "correct", "ignore"]
    assert any("6204-2RS" in row["text"] for row in told["text"])
    assert (tmp_path / "mail.eml").read_bytes() == letter()


def test_a_mail_that_is_not_there_is_said(mailroom: Command) -> None:
    for words in (("show", "7"), ("claim", "7", "--as", "Tom Okafor"), ("ignore", "7", "--as", "Tom Okafor")):
        ended = mailroom(*words)

        assert (ended.status, ended.err) == (1, "I know no mail 7. The list shows the numbers.\n")


def test_a_mail_is_claimed_and_given_back_as_a_person(mailroom: Command, plant: Plant) -> None:
    plant.brings(letter())

    taken = mailroom("claim", "1", "--as", "tom okafor")
    late = mailroom("claim", "1", "--as", "ines.vogt@halden.example")
    over = mailroom("claim", "1", "--over", "--as", "U0INES")
    foreign = mailroom("claim", "1", "--back", "--as", "Tom Okafor")
    back = mailroom("claim", "1", "--back", "--as", "Ines Vogt")

    assert (taken.status, taken.out) == (0, "You look after it.\n")
    assert (late.status, late.err) == (1, "Tom Okafor looks after it meanwhile.\n")
    assert over.status == 0
    assert (foreign.status, foreign.err) == (1, "Ines Vogt looks after it meanwhile.\n")
    assert (back.status, back.out) == (0, "Nobody looks after it now.\n")
    assert plant.mail().taken_by_id is None


def test_what_the_command_line_did_is_audited_as_its_own(mailroom: Command, plant: Plant) -> None:
    plant.brings(letter())

    mailroom("ignore", "1", "--as", "Tom Okafor")

    entries = plant.all(AuditEntry, subject="MAIL-1")
    told = [json.loads(entry.entry) for entry in entries]
    assert [entry.action for entry in entries] == ["asked", "ignored", "by the command line"]
    assert entries[-1].note.startswith("mailroom ignore, by ")
    assert told[-1]["happening"].startswith("command line:")
    assert told[-1]["actor"] is not None
    assert plant.mail().state == "ignored"


def test_a_mail_that_has_moved_on_is_not_put_away_again(mailroom: Command, plant: Plant) -> None:
    plant.brings(letter())
    mailroom("ignore", "1", "--as", "Tom Okafor")

    ended = mailroom("ignore", "1", "--as", "Tom Okafor")

    assert ended.status == command_line.FOUND
    assert ended.err.startswith("Already decided by")


def test_only_a_buyer_releases_and_only_who_works_with_mail_does_anything(mailroom: Command, plant: Plant) -> None:
    plant.brings(letter(proof=PASS.replace("pass", "fail")))

    store, other = mailroom("release", "1", "--as", "Tom Okafor"), mailroom("claim", "1", "--as", "Ana Ruiz")
    buyer = mailroom("release", "1", "--as", "Ines Vogt")

    assert (store.status, other.status, buyer.status) == (1, 1, 0)
    assert store.err.startswith("Only buyers")
    assert other.err.startswith("Only ")
    assert "The mail counts as genuine because you say so." in buyer.out
    assert plant.mail().state == "asked"
    assert any("mail:1" in row.body for row in plant.all(Outgoing))


def test_somebody_who_is_nobody_is_said(mailroom: Command, plant: Plant) -> None:
    plant.brings(letter())

    ended = mailroom("claim", "1", "--as", "Tom")

    assert ended.err == "I know no person Tom. Write the whole name or the e-mail address.\n"
    assert mailroom("claim", "1").status == command_line.USAGE


def test_without_a_running_bot_a_mail_waits_to_be_read_again(mailroom: Command, plant: Plant) -> None:
    plant.brings(letter())

    ended = mailroom("reread", "1", "--as", "Tom Okafor")

    assert ended.out == "It is read again in a moment.\n"
    assert plant.mail().state == "stored"
    assert "waits to be read" in mailroom("list", "--state", "stored").out


async def test_a_running_bot_takes_up_what_the_command_line_lets_be_read_again(
    mailroom: Command, plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant.brings(letter())
    monkeypatch.setattr(intake_module, "LOOK_AGAIN_SECONDS", 0.02)
    middle = Middle(plant.database, plant.plant)
    read, loop = asyncio.Event(), asyncio.get_running_loop()
    middle.after_commit = lambda: loop.call_soon_threadsafe(read.set)
    intake = Intake(middle)
    intake.start()

    await asyncio.to_thread(mailroom, "reread", "1", "--as", "Tom Okafor")
    await asyncio.wait_for(read.wait(), 20)
    await intake.stop()
    middle.close()

    assert plant.mail().state == "asked"
    assert [entry.action for entry in plant.all(AuditEntry, subject="MAIL-1")][-1] == "asked"


def test_rules_are_printed(mailroom: Command) -> None:
    assert mailroom("rules").out == "Nothing was learnt yet.\n"
    assert json.loads(mailroom("rules", "--json").out) == []


def test_a_rule_is_printed_and_revoked(mailroom: Command, plant: Plant) -> None:
    plant.brings(letter())
    made = {"made_by_id": 5, "made_at": datetime.now(UTC), "state": "active", "mail_id": 1}
    said = {"kind": "column", "said": "geliefert", "means": "now"}
    supplier = plant.mail().supplier_id
    plant.does(lambda uow: uow.add(ReadingRule, supplier_id=supplier, **said, **made))

    printed, revoked = mailroom("rules"), mailroom("revoke-rule", "1", "--as", "Tom Okafor")
    again, missing = (mailroom("revoke-rule", number, "--as", "Tom Okafor") for number in ("1", "9"))

    assert "column \u201cgeliefert\u201d means shipped now" in printed.out
    assert revoked.out.startswith("I no longer go by it: column \u201cgeliefert\u201d means shipped now.")
    assert plant.mail().state == "stored"
    assert again.err.startswith("Already revoked by Tom Okafor")
    assert missing.err == "I know no rule 9. The mailroom lists them.\n"
    assert [one["state"] for one in json.loads(mailroom("rules", "--json").out)] == ["revoked"]
