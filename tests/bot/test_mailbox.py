"""The mailbox against a server that misbehaves: races around IDLE, drops, hangs, refusals, slow goodbyes."""

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import pytest

from bot.mailbox import SENTENCES, Condition, ImapServer, Mailbox, MailboxState, RawMail
from tests.bot.conftest import Storage
from tests.wires.certificates import server_context
from tests.wires.scripted_imap import ScriptedImap

Open = Callable[..., Mailbox]
MAIL = b"Subject: despatch\r\n\r\n12 pieces\r\n"


async def until(wait: Callable[..., None], *what: object) -> None:
    await asyncio.to_thread(wait, *what)


@pytest.mark.parametrize("how", ["together", "before", "split"])
async def test_news_at_an_awkward_moment_of_idle_are_not_missed(how: str, storage: Storage, open_mailbox: Open) -> None:
    async with ScriptedImap(how) as server:
        server.arriving.append(MAIL)

        open_mailbox("127.0.0.1", server.port, "plant")
        await until(storage.wait_for, 1)

        assert server.verbs["LOGIN"] == 1
        assert isinstance(storage.kept[0], RawMail)
        assert storage.kept[0].content == MAIL


@pytest.mark.parametrize("how", ["drop", "bye", "hang"])
async def test_a_connection_that_ends_while_idle_is_opened_again(
    how: str, storage: Storage, open_mailbox: Open
) -> None:
    async with ScriptedImap(how) as server:
        mailbox = open_mailbox("127.0.0.1", server.port, "plant", timeout=0.2)
        await server.idling.wait()
        server.put(MAIL)
        mailbox.look()

        await until(storage.wait_for, 1)
        await until(storage.wait_until, Condition.LISTENING)

        assert server.verbs["LOGIN"] == 2


async def test_a_server_that_refuses_to_idle_is_polled(storage: Storage, open_mailbox: Open) -> None:
    async with ScriptedImap("refuse") as server:
        open_mailbox("127.0.0.1", server.port, "plant", poll=0.05)
        await until(storage.wait_until, Condition.LISTENING)
        server.put(MAIL)

        await until(storage.wait_for, 1)

        assert server.verbs["LOGIN"] == 1
        assert server.verbs["IDLE"] == 1


async def test_a_server_without_idle_is_polled(storage: Storage, open_mailbox: Open) -> None:
    async with ScriptedImap(capabilities="IMAP4rev1") as server:
        open_mailbox("127.0.0.1", server.port, "plant", poll=0.05)
        await until(storage.wait_until, Condition.LISTENING)
        server.put(MAIL)

        await until(storage.wait_for, 1)

        assert server.verbs["IDLE"] == 0


async def test_the_folder_is_asked_again_without_any_hint(storage: Storage, open_mailbox: Open) -> None:
    async with ScriptedImap() as server:
        open_mailbox("127.0.0.1", server.port, "plant", poll=0.05)
        await until(storage.wait_until, Condition.LISTENING)
        server.put(MAIL)

        await until(storage.wait_for, 1)

        assert server.verbs["LOGIN"] == 1


async def test_looking_now_does_not_wait_for_a_hint(storage: Storage, open_mailbox: Open) -> None:
    async with ScriptedImap() as server:
        mailbox = open_mailbox("127.0.0.1", server.port, "plant")
        await server.idling.wait()
        server.put(MAIL)

        mailbox.look()
        await until(storage.wait_for, 1)

        assert storage.uids == [1]


async def test_the_highest_mail_is_not_taken_twice_when_the_server_names_it_for_an_empty_range(
    storage: Storage, open_mailbox: Open
) -> None:
    async with ScriptedImap() as server:
        server.put(MAIL)
        server.flags[1] = {"\\Seen"}
        storage.highest[7] = 1

        open_mailbox("127.0.0.1", server.port, "plant")
        await until(storage.wait_until, Condition.LISTENING)

        assert "UID SEARCH UID 2:*" in server.lines
        assert storage.kept == []


@pytest.mark.parametrize("uid_last", [True, False])
async def test_the_uid_may_stand_before_or_after_the_mail(uid_last: bool, storage: Storage, open_mailbox: Open) -> None:
    async with ScriptedImap() as server:
        server.uid_last = uid_last
        for number in range(3):
            server.put(MAIL + str(number).encode())

        open_mailbox("127.0.0.1", server.port, "plant")
        await until(storage.wait_for, 3)

        assert [letter.content[-1:] for letter in storage.kept if isinstance(letter, RawMail)] == [b"0", b"1", b"2"]


async def test_a_mail_that_vanishes_before_it_is_fetched_is_no_fault(storage: Storage, open_mailbox: Open) -> None:
    async with ScriptedImap() as server:
        server.put(MAIL)
        server.put(MAIL)
        server.gone.add(1)

        mailbox = open_mailbox("127.0.0.1", server.port, "plant")
        await until(storage.wait_until, Condition.LISTENING)

        assert storage.uids == [2]
        assert mailbox.state.left == 0
        assert server.verbs["LOGIN"] == 1


async def test_nothing_is_flagged_before_it_is_stored(storage: Storage, open_mailbox: Open) -> None:
    async with ScriptedImap() as server:
        server.put(MAIL)
        storage.broken[1] = OSError("disk full")

        open_mailbox("127.0.0.1", server.port, "plant", retry=(3600.0, 3600.0))
        await until(storage.wait_until, Condition.LISTENING)

        assert server.verbs["UID FETCH"] == 2
        assert server.verbs["UID STORE"] == 0


async def test_a_flag_that_cannot_be_set_offers_the_mail_again_and_says_why(
    storage: Storage, open_mailbox: Open
) -> None:
    async with ScriptedImap() as server:
        server.put(MAIL)
        server.refused.add("UID STORE")

        mailbox = open_mailbox("127.0.0.1", server.port, "plant")
        await until(storage.wait_until, Condition.RECONNECTING)
        sentence = mailbox.state.sentence
        server.refused.clear()
        await until(storage.wait_until, Condition.LISTENING)

        assert "STORE" in sentence
        assert set(storage.uids) == {1}
        assert server.flags[1] == {"\\Seen"}


@pytest.mark.parametrize(
    ("capabilities", "expected"),
    [
        ("IMAP4rev1 IDLE", ["UID COPY 1 Taken", "UID STORE 1 +FLAGS.SILENT (\\Deleted)"]),
        ("IMAP4rev1 IDLE UIDPLUS", ["UID COPY 1 Taken", "UID STORE 1 +FLAGS.SILENT (\\Deleted)", "UID EXPUNGE 1"]),
        ("IMAP4rev1 IDLE MOVE UIDPLUS", ["UID MOVE 1 Taken"]),
    ],
)
async def test_only_our_own_mails_leave_the_folder_whatever_the_server_can(
    capabilities: str, expected: list[str], storage: Storage, open_mailbox: Open
) -> None:
    async with ScriptedImap(capabilities=capabilities) as server:
        server.put(MAIL)

        open_mailbox("127.0.0.1", server.port, "plant", archive_folder="Taken")
        await until(storage.wait_until, Condition.LISTENING)

        flagged = server.lines.index("UID STORE 1 +FLAGS.SILENT (\\Seen)")
        said = [line.replace('"', "") for line in server.lines[flagged + 1 :]]
        assert said[: len(expected)] == expected
        assert "EXPUNGE" not in server.verbs


async def test_a_refused_login_is_terminal_and_said_aloud(storage: Storage, open_mailbox: Open) -> None:
    async with ScriptedImap(logins=("NO [AUTHENTICATIONFAILED] wrong password",)) as server:
        mailbox = open_mailbox("127.0.0.1", server.port, "plant", poll=0.01)

        await until(storage.wait_until, Condition.REFUSED)
        mailbox.look()

        assert "wrong password" in mailbox.state.sentence
        assert mailbox.stop()
        assert server.verbs["LOGIN"] == 1


@pytest.mark.parametrize("words", ["NO [UNAVAILABLE] back end down", "NO Too many simultaneous connections"])
async def test_a_login_that_fails_for_now_is_tried_again(words: str, storage: Storage, open_mailbox: Open) -> None:
    async with ScriptedImap(logins=(words,)) as server:
        open_mailbox("127.0.0.1", server.port, "plant")

        await until(storage.wait_until, Condition.LISTENING)

        assert server.verbs["LOGIN"] == 2
        assert Condition.RECONNECTING in [state.condition for state in storage.states]


async def test_storage_that_cannot_answer_at_the_start_is_asked_again(storage: Storage, open_mailbox: Open) -> None:
    async with ScriptedImap() as server:
        answers: list[Exception] = [OSError("database is down")]
        settings = ImapServer("127.0.0.1", server.port, "plant", "secret", tls="none", reconnect=(0.02, 0.1))

        def seen(*_: object) -> int:
            if answers:
                raise answers.pop()
            return 0

        mailbox = Mailbox(settings, storage.take, seen, changed=storage.changed)
        mailbox.start()
        await until(storage.wait_until, Condition.LISTENING)

        assert "database is down" in storage.states[0].detail
        assert await asyncio.to_thread(mailbox.stop)


async def test_no_server_at_all_is_said_and_tried_again(storage: Storage, open_mailbox: Open) -> None:
    async with ScriptedImap() as server:
        port = server.port

    mailbox = open_mailbox("127.0.0.1", port, "plant")
    await until(storage.wait_until, Condition.RECONNECTING)

    assert "refused" in mailbox.state.sentence.lower()


@pytest.mark.parametrize("verb", ["IDLE", "UID SEARCH", "UID FETCH", "LOGIN", "LOGOUT"])
async def test_stopping_takes_at_most_a_second_whatever_the_server_does(
    verb: str, storage: Storage, open_mailbox: Open
) -> None:
    async with ScriptedImap() as server:
        server.put(MAIL)
        if verb != "IDLE":
            server.hanging.add(verb)
        mailbox = open_mailbox("127.0.0.1", server.port, "plant", timeout=60.0)
        await server.heard["IDLE" if verb == "LOGOUT" else verb].wait()

        begun = monotonic()
        stopped = await asyncio.to_thread(mailbox.stop)

        assert stopped
        assert monotonic() - begun < 1.0
        assert mailbox.state.condition == Condition.STOPPED


async def test_stopping_says_when_a_mail_is_still_being_stored(open_mailbox: Open) -> None:
    storing, go_on = threading.Event(), threading.Event()

    def take(_: object) -> None:
        storing.set()
        go_on.wait()

    async with ScriptedImap() as server:
        server.put(MAIL)
        settings = ImapServer("127.0.0.1", server.port, "plant", "secret", tls="none")
        mailbox = Mailbox(settings, take, lambda *_: 0)
        mailbox.start()
        await asyncio.to_thread(storing.wait)

        early = await asyncio.to_thread(mailbox.stop, 0.1)
        go_on.set()
        late = await asyncio.to_thread(mailbox.stop)

        assert not early
        assert late


def test_a_mailbox_that_never_began_stops_at_once() -> None:
    mailbox = Mailbox(ImapServer("127.0.0.1", 1, "plant", "secret"), lambda _: None, lambda *_: 0)

    assert mailbox.stop()
    assert mailbox.state.condition == Condition.STOPPED


@pytest.mark.parametrize("capabilities", ["IMAP4rev1 IDLE", "IMAP4rev1 IDLE STARTTLS"])
async def test_the_connection_is_encrypted_as_asked(
    capabilities: str, tmp_path: Path, storage: Storage, open_mailbox: Open
) -> None:
    context, ca_file = server_context(tmp_path)
    tls = "starttls" if "STARTTLS" in capabilities else "tls"
    async with ScriptedImap("together", capabilities=capabilities, tls=context) as server:
        server.arriving.append(MAIL)

        mailbox = open_mailbox("127.0.0.1", server.port, "plant", tls=tls, ca_file=str(ca_file))
        await until(storage.wait_for, 1)

        assert await asyncio.to_thread(mailbox.stop)


@pytest.mark.parametrize("capabilities", ["IMAP4rev1 IDLE", "IMAP4rev1 IDLE STARTTLS"])
async def test_no_password_is_told_to_a_server_that_nobody_vouches_for(
    capabilities: str, tmp_path: Path, storage: Storage, open_mailbox: Open
) -> None:
    context, _ = server_context(tmp_path)
    tls = "starttls" if "STARTTLS" in capabilities else "tls"
    async with ScriptedImap(capabilities=capabilities, tls=context) as server:
        mailbox = open_mailbox("127.0.0.1", server.port, "plant", tls=tls)

        await until(storage.wait_until, Condition.RECONNECTING)

        assert "certificate" in mailbox.state.sentence.lower()
        assert server.verbs["LOGIN"] == 0


def test_every_condition_has_its_sentence() -> None:
    assert set(SENTENCES) == set(Condition)
    assert all(sentence.endswith(".") for sentence in SENTENCES.values())


def test_the_password_is_never_shown() -> None:
    assert "secret" not in repr(ImapServer("mail.example", 993, "plant", "secret"))
    assert MailboxState(Condition.LISTENING, "fine").sentence.endswith("fine")
