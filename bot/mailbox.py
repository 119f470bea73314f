"""The way in for mail: raw bytes go into storage first, flags on the IMAP server last.

IDLE is only a hint that something may have come: after every wake and at least once a minute the folder itself is asked.
What was taken is known by storage; the flag on the server is a courtesy to people and to the next start.
"""

import secrets
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from time import monotonic

import structlog

from bot.mailbox_folder import ImapFolder, ImapServer, Letter, LoginRefused, OversizeMail, RawMail

__all__ = [
    "SENTENCES",
    "Condition",
    "ImapServer",
    "Letter",
    "Mailbox",
    "MailboxState",
    "OversizeMail",
    "RawMail",
    "Seen",
    "Take",
    "TakeMany",
]

Take = Callable[[Letter], None]
TakeMany = Callable[[Sequence[Letter]], None]
Seen = Callable[[str, str, int], int]


class Condition(StrEnum):
    """What a mailbox is doing."""

    STARTING = "starting"
    LISTENING = "listening"
    READING = "reading"
    RECONNECTING = "reconnecting"
    REFUSED = "refused"
    STOPPED = "stopped"


SENTENCES: dict[Condition, str] = {
    Condition.STARTING: "The mailbox is being opened.",
    Condition.LISTENING: "Every mail is taken; the server will tell of new ones.",
    Condition.READING: "Mails are being taken.",
    Condition.RECONNECTING: "The server cannot be reached; it is tried again.",
    Condition.REFUSED: "The server refuses the login; nothing is tried until the settings are changed and the bot is started again.",
    Condition.STOPPED: "The mailbox is closed.",
}


@dataclass(frozen=True)
class MailboxState:
    """For health: `heard` is when the server last answered, `left` how many mails could not be stored yet."""

    condition: Condition
    detail: str = ""
    heard: datetime | None = None
    taken: int = 0
    left: int = 0

    @property
    def sentence(self) -> str:
        """The condition in words, with what the server said."""
        return " ".join(filter(None, (SENTENCES[self.condition], self.detail)))


class Mailbox:
    """One folder of one account, watched in a thread of its own from `start()` to `stop()`.

    `take` stores one mail durably; when it raises, the mail stays unflagged and is tried again, and the next mail is not
    held up. The same mail may come again after a crash or a new uidvalidity: storing twice must change nothing.
    `take_many`, where given, stores a batch or nothing of it. `seen` answers the highest uid stored, 0 for none.
    `changed` hears every change of the condition, in the mailbox's thread.
    """

    def __init__(
        self,
        server: ImapServer,
        take: Take,
        seen: Seen,
        *,
        take_many: TakeMany | None = None,
        changed: Callable[[MailboxState], None] | None = None,
    ) -> None:
        self._server = server
        self._account = server.account or server.user
        self._take, self._take_many, self._seen = take, take_many, seen
        self._changed = changed
        self._state = MailboxState(Condition.STARTING)
        self._stopping = threading.Event()
        self._bell = _Bell()
        self._folder: ImapFolder | None = None
        self._left: dict[int, _Again] = {}
        self._validity = 0
        self._thread = threading.Thread(target=self._run, name=f"mailbox {self._account}", daemon=True)

    @property
    def state(self) -> MailboxState:
        """What the mailbox is doing now."""
        return self._state

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def look(self) -> None:
        """Ask the folder now instead of at the next hint."""
        self._bell.ring()

    def stop(self, patience: float = 1.0) -> bool:
        """Stop within `patience` seconds, even out of IDLE or a hanging server; False if a `take` still runs then."""
        self._stopping.set()
        self._bell.ring()
        if self._thread.ident is None:
            self._ended()
            return True
        self._thread.join(patience / 2)
        if self._thread.is_alive() and self._folder is not None:
            self._folder.cut()
        self._thread.join(patience / 2)
        return not self._thread.is_alive()

    def _run(self) -> None:
        delay = self._server.reconnect[0]
        while not self._stopping.is_set():
            begun = monotonic()
            try:
                self._session()
            except LoginRefused as refusal:
                self._be(Condition.REFUSED, str(refusal))
                _log.error("mailbox_login_refused", account=self._account, reason=str(refusal))
                self._stopping.wait()
            except Exception as fault:  # noqa: BLE001 - whatever breaks a session, the next one tries again
                if self._stopping.is_set():
                    break
                if monotonic() - begun > self._server.reconnect[1]:
                    delay = self._server.reconnect[0]
                self._be(Condition.RECONNECTING, f"{type(fault).__name__}: {fault}")
                _log.warning("mailbox_connection_lost", account=self._account, reason=str(fault), again_in=delay)
                self._stopping.wait(delay * (0.5 + _DICE.random() / 2))
                delay = min(delay * 2, self._server.reconnect[1])
        self._ended()

    def _ended(self) -> None:
        self._be(Condition.STOPPED)
        self._bell.close()

    def _session(self) -> None:
        self._folder = folder = ImapFolder(self._server, self._account)
        try:
            folder.open()
            if folder.uidvalidity != self._validity:
                self._left.clear()
                self._validity = folder.uidvalidity
            last = self._seen(self._account, self._server.folder, folder.uidvalidity)
            # A crash between storing and flagging, or a mail that could not be stored, leaves uids behind the last.
            self._take_all(folder, folder.unread_up_to(last))
            while not self._stopping.is_set():
                last = self._up_to_date(folder, last)
                self._be(Condition.LISTENING)
                folder.wait(self._patience(), self._bell)
        finally:
            folder.close()
            self._folder = None

    def _up_to_date(self, folder: ImapFolder, last: int) -> int:
        """Take until nothing is new: news told during other commands are not told again while idling."""
        asked_again = False
        while not self._stopping.is_set():
            new = folder.uids_after(last)
            self._take_all(folder, sorted({*new, *self._due()}))
            self._state = replace(self._state, heard=datetime.now(UTC))
            if not new and (asked_again or not folder.has_news):
                break
            asked_again = not new
            last = max([last, *new])
        return last

    def _due(self) -> list[int]:
        now = monotonic()
        return [uid for uid, again in self._left.items() if again.at <= now]

    def _patience(self) -> float:
        """Seconds until the folder is asked again without any hint."""
        soonest = min((again.at for again in self._left.values()), default=float("inf"))
        return max(0.0, min(self._server.poll, soonest - monotonic()))

    def _take_all(self, folder: ImapFolder, uids: list[int]) -> None:
        if not uids:
            return
        self._be(Condition.READING)
        found: set[int] = set()
        for batch in folder.letters(uids):
            if self._stopping.is_set():
                return
            found.update(letter.uid for letter in batch)
            taken = self._take_batch(batch)
            folder.mark_taken(taken)
            self._state = replace(self._state, taken=self._state.taken + len(taken), left=len(self._left))
        for uid in set(uids) - found:
            self._left.pop(uid, None)
        self._state = replace(self._state, left=len(self._left))

    def _take_batch(self, batch: Sequence[Letter]) -> list[int]:
        if self._take_many is not None and len(batch) > 1:
            try:
                self._take_many(batch)
            except Exception as fault:  # noqa: BLE001 - one by one will tell which mail it is
                _log.warning("mail_batch_not_stored", account=self._account, reason=str(fault))
            else:
                return [self._taken(letter) for letter in batch]
        return [self._taken(letter) for letter in batch if self._took(letter)]

    def _took(self, letter: Letter) -> bool:
        try:
            self._take(letter)
        except Exception as fault:  # noqa: BLE001 - the mail stays on the server, the next one must not wait
            tries = self._left[letter.uid].tries + 1 if letter.uid in self._left else 1
            first, longest = self._server.retry
            self._left[letter.uid] = _Again(tries, monotonic() + min(first * 2 ** min(tries - 1, 30), longest))
            _log.exception("mail_not_stored", account=self._account, uid=letter.uid, tries=tries, reason=str(fault))
            return False
        return True

    def _taken(self, letter: Letter) -> int:
        self._left.pop(letter.uid, None)
        return letter.uid

    def _be(self, condition: Condition, detail: str = "") -> None:
        before, self._state = self._state, replace(self._state, condition=condition, detail=detail)
        if self._changed is not None and (before.condition, before.detail) != (condition, detail):
            self._changed(self._state)


@dataclass(frozen=True)
class _Again:
    tries: int
    at: float


class _Bell:
    """Wakes a thread that waits for a socket."""

    def __init__(self) -> None:
        self._inside, self._outside = socket.socketpair()
        self._inside.settimeout(0)
        self._outside.settimeout(0)

    def fileno(self) -> int:
        return self._inside.fileno()

    def ring(self) -> None:
        # A full pipe has been rung already, a closed one has nobody left to wake.
        with suppress(OSError):
            self._outside.send(b"!")

    def hush(self) -> None:
        with suppress(BlockingIOError):
            while self._inside.recv(64):
                pass

    def close(self) -> None:
        self._inside.close()
        self._outside.close()


_DICE = secrets.SystemRandom()
_log = structlog.get_logger(__name__)
