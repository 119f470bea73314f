"""The pretend IMAP server as imap-tools and a bare connection see it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from imap_tools import A, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, MailboxLoginError

from sandbox.imap import ImapServer
from sandbox.imap_words import BadCommand, numbers, words
from sandbox.mail_store import INBOX, MailStore

Do = Callable[[MailBoxUnencrypted], object]


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[MailStore]:
    store = MailStore(tmp_path)
    yield store
    store.close()


@pytest.fixture
async def server(store: MailStore) -> AsyncIterator[ImapServer]:
    server = ImapServer(store, "plant", 'sec"ret\\')
    await server.start()
    yield server
    await server.stop()


def put(store: MailStore, *subjects: str) -> None:
    for subject in subjects:
        raw = f"Subject: {subject}\r\nFrom: orders@hartmann.example\r\n\r\nbody of {subject}\r\n".encode()
        store.deliver(INBOX, store.keep_mail("plant", raw))


async def ask(server: ImapServer, do: Callable[[MailBoxUnencrypted], object]) -> object:
    def talk() -> object:
        with MailBoxUnencrypted("127.0.0.1", server.port, timeout=10).login("plant", 'sec"ret\\') as box:
            return do(box)

    return await asyncio.to_thread(talk)


async def raw_talk(server: ImapServer, *lines: bytes) -> bytes:
    """Everything the server says until it hangs up; the last line should be a LOGOUT."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(b"".join(line + b"\r\n" for line in lines))
    said = await reader.read()
    writer.close()
    await writer.wait_closed()
    return said


async def test_mails_are_fetched_without_being_marked_as_read(server: ImapServer, store: MailStore) -> None:
    put(store, "one", "two")

    got = await ask(
        server, lambda box: [(mail.uid, mail.subject, mail.flags) for mail in box.fetch(mark_seen=False, bulk=True)]
    )

    assert got == [("1", "one", ()), ("2", "two", ())]


async def test_reading_a_mail_marks_it_as_read(server: ImapServer, store: MailStore) -> None:
    put(store, "one")

    def read(box: MailBoxUnencrypted) -> list[str]:
        list(box.fetch(mark_seen=True))
        return box.uids("SEEN")

    assert await ask(server, read) == ["1"]


SEARCHES = [
    ("ALL", ["1", "2", "3"]),
    ("UNSEEN", ["1", "3"]),
    ("SEEN", ["2"]),
    ("UID 2:*", ["2", "3"]),
    ("UID 99:*", ["3"]),
    ("UID 1:2 UNSEEN", ["1"]),
    ("2:3", ["2", "3"]),
    ("NOT SEEN", ["1", "3"]),
    ("OR SEEN SUBJECT three", ["2", "3"]),
    ("(UNSEEN SUBJECT one)", ["1"]),
    ("KEYWORD $Taken", ["2"]),
    ("UNKEYWORD $Taken", ["1", "3"]),
    ("FROM hartmann", ["1", "2", "3"]),
    ('HEADER Subject "two"', ["2"]),
    ("BODY THREE", ["3"]),
    ("LARGER 10", ["1", "2", "3"]),
    ("SMALLER 10", []),
    ("SINCE 1-Jan-2020", ["1", "2", "3"]),
    ("BEFORE 1-Jan-2020", []),
    ("ON 1-Jan-2020", []),
]


@pytest.mark.parametrize(("criteria", "expected"), SEARCHES)
async def test_a_search_finds_what_matches(
    criteria: str, expected: list[str], server: ImapServer, store: MailStore
) -> None:
    put(store, "one", "two", "three")
    store.set_flags(INBOX, 2, {"\\Seen", "$Taken"})

    found = await ask(server, lambda box: box.uids(criteria, charset=None))

    assert found == expected


async def test_a_search_may_name_its_charset(server: ImapServer, store: MailStore) -> None:
    put(store, "one")

    assert await ask(server, lambda box: box.uids(A(seen=False))) == ["1"]


async def test_flags_are_set_and_taken_away(server: ImapServer, store: MailStore) -> None:
    put(store, "one", "two")

    def flag(box: MailBoxUnencrypted) -> None:
        box.flag(["1", "2"], ["\\Seen", "$Taken"], value=True)
        box.flag("1", "\\Seen", value=False)

    await ask(server, flag)

    assert [letter.flags for letter in store.letters(INBOX)] == [{"$Taken"}, {"$Taken", "\\Seen"}]


async def test_mails_are_moved_copied_and_deleted_with_new_uids(server: ImapServer, store: MailStore) -> None:
    put(store, "one", "two", "three")

    def tidy(box: MailBoxUnencrypted) -> list[str]:
        box.folder.create("Taken")
        box.move("1", "Taken")
        box.copy("2", "Taken")
        box.delete("3")
        return box.uids()

    assert await ask(server, tidy) == ["2"]
    assert [letter.uid for letter in store.letters("Taken")] == [1, 2]


async def test_folders_are_listed_counted_and_removed(server: ImapServer, store: MailStore) -> None:
    put(store, "one")

    def look(box: MailBoxUnencrypted) -> list[object]:
        box.folder.create("Old things")
        seen: list[object] = [folder.name for folder in box.folder.list()]
        seen.append(box.folder.status("INBOX")["MESSAGES"])
        seen.append(box.folder.exists("Old things"))
        box.folder.delete("Old things")
        return [*seen, box.folder.exists("Old things")]

    assert await ask(server, look) == ["INBOX", "Old things", 1, True, False]


async def test_a_folder_made_again_has_a_larger_uidvalidity(store: MailStore) -> None:
    store.create_folder("Suppliers")
    before = store.folder("Suppliers")
    store.delete_folder("Suppliers")
    store.create_folder("Suppliers")
    after = store.folder("Suppliers")

    assert before is not None
    assert after is not None
    assert after.uidvalidity > before.uidvalidity


async def test_appended_mail_arrives_byte_for_byte(server: ImapServer, store: MailStore) -> None:
    mail = b"Subject: x\r\n\r\n" + bytes(range(32, 256)) * 1000

    await ask(server, lambda box: box.append(mail, "INBOX", flag_set=["\\Seen"]))

    [letter] = store.letters(INBOX)
    assert store.raw(letter.mail) == mail
    assert letter.flags == {"\\Seen"}


async def test_idle_tells_of_new_mail_at_once(server: ImapServer, store: MailStore) -> None:
    loop = asyncio.get_running_loop()

    def idle(box: MailBoxUnencrypted) -> list[bytes]:
        box.idle.start()
        loop.call_soon_threadsafe(put, store, "news")
        told = box.idle.poll(timeout=10)
        box.idle.stop()
        return told

    assert b"* 1 EXISTS" in await ask(server, idle)  # type: ignore[operator]


async def test_another_session_hears_what_was_removed(server: ImapServer, store: MailStore) -> None:
    put(store, "one", "two")

    def watch(box: MailBoxUnencrypted) -> object:
        box.idle.start()
        loop.call_soon_threadsafe(store.remove, INBOX, [1])
        told = box.idle.poll(timeout=10)
        box.idle.stop()
        return told

    loop = asyncio.get_running_loop()
    assert b"* 1 EXPUNGE" in await ask(server, watch)  # type: ignore[operator]


async def test_a_wrong_password_and_a_missing_folder_are_refused(server: ImapServer) -> None:
    def knock() -> None:
        with MailBoxUnencrypted("127.0.0.1", server.port, timeout=10) as box:
            box.login("plant", "wrong")

    with pytest.raises(MailboxLoginError):
        await asyncio.to_thread(knock)
    with pytest.raises(ImapToolsError):
        await ask(server, lambda box: box.folder.set("Nowhere"))


async def test_a_login_beyond_ascii_works_by_authenticate(store: MailStore) -> None:
    server = ImapServer(store, "müller", "geheim-ß")
    await server.start()

    def talk() -> list[str]:
        with MailBoxUnencrypted("127.0.0.1", server.port, timeout=10).login_utf8("müller", "geheim-ß") as box:
            return box.uids()

    assert await asyncio.to_thread(talk) == []
    await server.stop()


BAD = [
    (b"a NONSENSE", b"a BAD"),
    (b"a SELECT INBOX", b"a BAD"),
    (b"a LOGIN plant", b"a BAD"),
    (b'a LOGIN "open', b"a BAD"),
    (b"a LOGIN (x) y", b"a BAD"),
    (b"a LOGIN plant wrong", b"a NO [AUTHENTICATIONFAILED]"),
    (b"a AUTHENTICATE CRAM-MD5", b"a NO"),
    (b"a", b"a OK"),
]


@pytest.mark.parametrize(("line", "expected"), BAD)
async def test_a_bad_command_gets_its_answer_and_the_talk_goes_on(
    line: bytes, expected: bytes, server: ImapServer
) -> None:
    said = await raw_talk(server, line, b"z LOGOUT")

    assert any(answer.startswith(expected) for answer in said.split(b"\r\n"))
    assert said.endswith(b"z OK LOGOUT done\r\n")


WRONG_WHEN_OPEN = [
    b"UID FETCH 1 (ENVELOPE)",
    b"UID FETCH x (UID)",
    b"UID SEARCH NONSENSE 1",
    b"UID SEARCH SINCE never",
    b"UID NONSENSE 1",
    b"UID STORE 1",
    b"STATUS INBOX (NONSENSE",
    b"APPEND INBOX (x)",
    b"FETCH 1 (UID))",
]


@pytest.mark.parametrize("line", WRONG_WHEN_OPEN)
async def test_a_bad_command_in_a_folder_is_refused_and_changes_nothing(
    line: bytes, server: ImapServer, store: MailStore
) -> None:
    put(store, "one")

    said = await raw_talk(server, b'a LOGIN plant "sec\\"ret\\\\"', b"b SELECT INBOX", b"c " + line, b"z LOGOUT")

    assert b"\r\nc BAD" in said
    assert said.endswith(b"z OK LOGOUT done\r\n")


async def test_an_examined_folder_cannot_be_changed(server: ImapServer, store: MailStore) -> None:
    put(store, "one")

    said = await raw_talk(
        server,
        b'a LOGIN plant "sec\\"ret\\\\"',
        b"b EXAMINE INBOX",
        b"c STORE 1 +FLAGS (\\Deleted)",
        b"d EXPUNGE",
        b"e FETCH 1 (FLAGS BODY.PEEK[]<0.7> BODY.PEEK[TEXT] RFC822.HEADER)",
        b"z LOGOUT",
    )

    assert b"c NO [READ-ONLY]" in said
    assert b"BODY[]<0> {7}\r\nSubject" in said
    assert store.letters(INBOX)[0].flags == frozenset()


async def test_a_literal_may_wait_for_its_invitation(server: ImapServer) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    await reader.readline()
    writer.write(b"a LOGIN {5}\r\n")
    invitation = await reader.readline()
    writer.write(b'plant {8+}\r\nsec"ret\\\r\n')
    answer = await reader.readline()
    writer.close()
    await writer.wait_closed()

    assert invitation.startswith(b"+")
    assert answer.startswith(b"a OK")


async def test_an_absurd_literal_ends_the_talk(server: ImapServer) -> None:
    said = await raw_talk(server, b"a LOGIN {99999999999}")

    assert b"BYE" in said or said.startswith(b"* OK")


def test_sets_of_numbers_run_in_either_direction() -> None:
    assert numbers(b"2,4:6,9:*", 7) == [range(2, 3), range(4, 7), range(7, 10)]
    with pytest.raises(BadCommand):
        numbers(b"1:x", 7)


def test_words_are_taken_apart_as_they_stand() -> None:
    assert words(b'UID FETCH 1:* (FLAGS BODY.PEEK[HEADER.FIELDS (FROM TO)]<0.5> "a \\"b\\"")') == [
        b"UID",
        b"FETCH",
        b"1:*",
        [b"FLAGS", b"BODY.PEEK[HEADER.FIELDS (FROM TO)]<0.5>", b'a "b"'],
    ]
