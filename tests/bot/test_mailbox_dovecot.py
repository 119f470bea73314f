"""The mailbox against a real Dovecot: nothing is lost, nothing is flagged before it is stored."""

from collections.abc import Callable
from itertools import count

import pytest
from imap_tools import MailBoxUnencrypted

from bot.mailbox import Condition, Mailbox, OversizeMail, RawMail
from tests.bot.conftest import Storage
from tests.wires.dovecot import Dovecot

pytestmark = pytest.mark.dovecot
Open = Callable[..., Mailbox]
Client = Callable[[], MailBoxUnencrypted]
NAMES = (f"plant{number}" for number in count())


def mail(subject: str, size: int = 100) -> bytes:
    return (
        f"Subject: {subject}\r\nFrom: orders@hartmann.example\r\n\r\n".encode() + b"x\xe4\xff" * (size // 3) + b"\r\n"
    )


@pytest.fixture
def user() -> str:
    return next(NAMES)


@pytest.fixture
def client(dovecot: Dovecot, user: str) -> Client:
    """Somebody else who looks into the same mailbox."""
    return lambda: MailBoxUnencrypted(dovecot.host, dovecot.port, timeout=10).login(user, dovecot.password)


def test_every_mail_is_taken_byte_for_byte_and_marked_as_read(
    dovecot: Dovecot, user: str, client: Client, storage: Storage, open_mailbox: Open
) -> None:
    sent = [mail(f"mail {number}") for number in range(5)]
    dovecot.deliver(user, *sent)

    mailbox = open_mailbox(dovecot.host, dovecot.port, user)
    storage.wait_until(Condition.LISTENING)

    assert [letter.content for letter in storage.kept if isinstance(letter, RawMail)] == sent
    assert storage.kept[0].account == user
    assert storage.kept[0].received_at.tzinfo is not None
    assert mailbox.state.taken == 5
    with client() as box:
        assert box.uids("UNSEEN") == []
        assert len(box.uids("SEEN")) == 5


def test_a_new_mail_wakes_the_mailbox_without_polling(
    dovecot: Dovecot, user: str, storage: Storage, open_mailbox: Open
) -> None:
    open_mailbox(dovecot.host, dovecot.port, user)
    storage.wait_until(Condition.LISTENING)

    dovecot.deliver(user, mail("first"))
    storage.wait_for(1)
    dovecot.deliver(user, mail("second"))
    storage.wait_for(2)

    assert storage.uids == [1, 2]


def test_mail_that_came_while_the_server_restarted_is_taken(
    dovecot: Dovecot, user: str, storage: Storage, open_mailbox: Open
) -> None:
    dovecot.deliver(user, mail("before"))
    open_mailbox(dovecot.host, dovecot.port, user, timeout=1.0)
    storage.wait_until(Condition.LISTENING)
    storage.highest[storage.kept[0].uidvalidity] = 1

    dovecot.stop()
    storage.wait_until(Condition.RECONNECTING)
    dovecot.deliver(user, mail("meanwhile"))
    dovecot.start()
    storage.wait_until(Condition.LISTENING)

    assert storage.uids == [1, 2]


def test_a_mail_that_cannot_be_stored_stays_unread_and_holds_nobody_up(
    dovecot: Dovecot, user: str, client: Client, storage: Storage, open_mailbox: Open
) -> None:
    dovecot.deliver(user, mail("one"), mail("poison"), mail("three"))
    storage.broken[2] = OSError(28, "No space left on device")

    mailbox = open_mailbox(dovecot.host, dovecot.port, user, retry=(3600.0, 3600.0))
    storage.wait_until(Condition.LISTENING)

    assert storage.uids == [1, 3]
    assert mailbox.state.left == 1
    with client() as box:
        assert box.uids("UNSEEN") == ["2"]


def test_a_mail_that_could_not_be_stored_is_tried_again(
    dovecot: Dovecot, user: str, client: Client, storage: Storage, open_mailbox: Open
) -> None:
    dovecot.deliver(user, mail("poison"), mail("two"))
    storage.broken[1] = OSError(28, "No space left on device")
    mailbox = open_mailbox(dovecot.host, dovecot.port, user)
    storage.wait_for(1)

    storage.broken.clear()
    storage.wait_for(2)
    storage.wait_until(Condition.LISTENING)

    assert storage.uids == [2, 1]
    assert mailbox.state.left == 0
    with client() as box:
        assert box.uids("UNSEEN") == []


def test_a_mail_stored_but_not_flagged_before_a_crash_is_offered_again_and_flagged(
    dovecot: Dovecot, user: str, client: Client, storage: Storage, open_mailbox: Open
) -> None:
    dovecot.deliver(user, mail("one"), mail("two"))
    with client() as box:
        storage.highest[int(box.folder.status("INBOX")["UIDVALIDITY"])] = 2

    open_mailbox(dovecot.host, dovecot.port, user)
    storage.wait_until(Condition.LISTENING)

    assert storage.uids == [1, 2]
    with client() as box:
        assert box.uids("UNSEEN") == []


def test_what_is_stored_and_flagged_is_not_fetched_again(
    dovecot: Dovecot, user: str, storage: Storage, open_mailbox: Open
) -> None:
    dovecot.deliver(user, mail("one"), mail("two"))
    first = open_mailbox(dovecot.host, dovecot.port, user)
    storage.wait_until(Condition.LISTENING)
    first.stop()
    storage.highest[storage.kept[0].uidvalidity] = 2

    open_mailbox(dovecot.host, dovecot.port, user)
    dovecot.deliver(user, mail("three"))
    storage.wait_for(3)

    assert storage.uids == [1, 2, 3]


def test_a_mail_that_a_person_read_first_is_taken_all_the_same(
    dovecot: Dovecot, user: str, client: Client, storage: Storage, open_mailbox: Open
) -> None:
    dovecot.deliver(user, mail("read by a colleague"))
    with client() as box:
        box.flag(box.uids(), "\\Seen", value=True)

    open_mailbox(dovecot.host, dovecot.port, user)
    storage.wait_until(Condition.LISTENING)

    assert storage.uids == [1]


def test_a_new_uidvalidity_makes_every_mail_new(
    dovecot: Dovecot, user: str, client: Client, storage: Storage, open_mailbox: Open
) -> None:
    with client() as box:
        box.folder.create("Suppliers")
        box.append(mail("old"), "Suppliers")
    first = open_mailbox(dovecot.host, dovecot.port, user, folder="Suppliers")
    storage.wait_until(Condition.LISTENING)
    first.stop()
    storage.highest[storage.kept[0].uidvalidity] = 1

    with client() as box:
        box.folder.delete("Suppliers")
        box.folder.create("Suppliers")
        box.append(mail("new, under the old uid"), "Suppliers")
    open_mailbox(dovecot.host, dovecot.port, user, folder="Suppliers")
    storage.wait_for(2)

    assert storage.uids == [1, 1]
    assert storage.kept[0].uidvalidity != storage.kept[1].uidvalidity


def test_a_mail_too_large_is_named_with_its_headers_and_not_fetched(
    dovecot: Dovecot, user: str, client: Client, storage: Storage, open_mailbox: Open
) -> None:
    dovecot.deliver(user, mail("small"), mail("thirty megabytes", 30 * 2**20), mail("small again"))

    open_mailbox(dovecot.host, dovecot.port, user)
    storage.wait_until(Condition.LISTENING)

    assert storage.uids == [1, 2, 3]
    large = storage.kept[1]
    assert isinstance(large, OversizeMail)
    assert large.size > 30 * 2**20
    assert b"Subject: thirty megabytes" in large.headers
    assert len(large.headers) < 1000
    with client() as box:
        assert box.uids("UNSEEN") == []


def test_taken_mails_go_to_the_archive_and_other_peoples_deleted_ones_stay(
    dovecot: Dovecot, user: str, client: Client, storage: Storage, open_mailbox: Open
) -> None:
    dovecot.deliver(user, mail("one"), mail("two"))
    with client() as box:
        box.folder.create("Other")
        box.append(mail("somebody's"), "Other", flag_set=["\\Deleted"])

    open_mailbox(dovecot.host, dovecot.port, user, archive_folder="Geprüft")
    storage.wait_until(Condition.LISTENING)

    with client() as box:
        assert box.uids() == []
        box.folder.set("Geprüft")
        assert len(box.uids("SEEN")) == 2
        box.folder.set("Other")
        assert len(box.uids()) == 1


def test_a_backlog_is_taken_in_batches(dovecot: Dovecot, user: str, storage: Storage, open_mailbox: Open) -> None:
    dovecot.deliver(user, *(mail(f"mail {number}", 2000) for number in range(450)))

    open_mailbox(dovecot.host, dovecot.port, user, many=True)
    storage.wait_until(Condition.LISTENING)

    assert storage.uids == list(range(1, 451))
    assert storage.batches == [100, 100, 100, 100, 50]


def test_one_bad_mail_in_a_batch_costs_only_itself(
    dovecot: Dovecot, user: str, storage: Storage, open_mailbox: Open
) -> None:
    dovecot.deliver(user, *(mail(f"mail {number}") for number in range(5)))
    storage.broken[3] = ValueError("breaks every parser")

    open_mailbox(dovecot.host, dovecot.port, user, many=True, retry=(3600.0, 3600.0))
    storage.wait_until(Condition.LISTENING)

    assert storage.uids == [1, 2, 4, 5]


def test_a_folder_that_does_not_exist_is_said(
    dovecot: Dovecot, user: str, storage: Storage, open_mailbox: Open
) -> None:
    mailbox = open_mailbox(dovecot.host, dovecot.port, user, folder="Nowhere")

    storage.wait_until(Condition.RECONNECTING)

    assert "Nowhere" in mailbox.state.sentence
