"""One IMAP folder over one connection: asking for uids, fetching raw bytes, flagging what was taken, waiting for a hint."""

import re
import selectors
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, Protocol

from imap_tools import BaseMailBox, MailBox, MailBoxUnencrypted
from imap_tools.errors import MailboxLoginError, MailboxTaggedResponseError


@dataclass(frozen=True)
class ImapServer:
    """Where mail is fetched; times are seconds, sizes bytes.

    `archive_folder` is where taken mails are moved, None leaves them, read, where they are. `account` is the name under
    which mails are stored, `user` if empty. `ca_file` names a PEM bundle to trust instead of the system's. `poll` is how
    long a hint is waited for, `reconnect` and `retry` are the first and the longest pause before a connection, or a mail
    that could not be stored, is tried again.
    """

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    tls: Literal["none", "starttls", "tls"] = "tls"
    folder: str = "INBOX"
    archive_folder: str | None = None
    timeout: float = 30.0
    poll: float = 60.0
    reconnect: tuple[float, float] = (1.0, 300.0)
    retry: tuple[float, float] = (30.0, 3600.0)
    largest: int = 25 * 2**20
    account: str = ""
    ca_file: str | None = None


@dataclass(frozen=True)
class RawMail:
    """A mail as it lies on the server; (account, folder, uidvalidity, uid) name it."""

    account: str
    folder: str
    uidvalidity: int
    uid: int
    content: bytes = field(repr=False)
    received_at: datetime


@dataclass(frozen=True)
class OversizeMail:
    """A mail too large to be fetched: its size in bytes and the beginning of its headers."""

    account: str
    folder: str
    uidvalidity: int
    uid: int
    size: int
    headers: bytes = field(repr=False)
    received_at: datetime


Letter = RawMail | OversizeMail


class LoginRefused(Exception):  # noqa: N818 - errors are named by what is wrong
    """The server does not let us in, and trying again with the same words will not help."""


class ConnectionFault(OSError):  # noqa: N818
    """The server did not do what was asked."""


class Bell(Protocol):
    """What may end a wait from outside."""

    def fileno(self) -> int:
        """A descriptor that becomes readable when the bell is rung."""

    def hush(self) -> None:
        """Make it unreadable again."""


class ImapFolder:
    """An opened folder; every fault is an exception, after which only `close` makes sense."""

    def __init__(self, server: ImapServer, account: str) -> None:
        self._server, self._account = server, account
        self._box: BaseMailBox | None = None
        self._can: frozenset[str] = frozenset()
        self.uidvalidity = 0
        self.has_news = False

    def open(self) -> None:
        """Connect, log in and select. Raises LoginRefused, or an OSError or imaplib error when it may be tried again."""
        self._box = box = _connected(self._server)
        self._login(box)
        self._can = frozenset(str(box.client.capability()[1][0], "ascii").upper().split())
        archive = self._server.archive_folder
        if archive is not None and not box.folder.exists(archive):
            box.folder.create(archive)
        box.folder.set(self._server.folder)
        validity = box.client.response("UIDVALIDITY")[1][0]
        if validity is None:
            raise ConnectionFault(f"the folder {self._server.folder} has no UIDVALIDITY")
        self.uidvalidity = int(validity)

    def uids_after(self, last: int) -> list[int]:
        """The uids above `last`; `n:*` also yields the highest one when that is lower (RFC 3501, 9).

        Afterwards `has_news` says whether more mail came while the server was looking.
        """
        self._client.response("EXISTS")
        found = [uid for uid in self._uids(f"UID {last + 1}:*") if uid > last]
        self.has_news = self._client.response("EXISTS")[1] != [None]
        return found

    def unread_up_to(self, last: int) -> list[int]:
        """Uids up to `last` that bear no sign of having been taken."""
        return self._uids(f"UID 1:{last} UNSEEN") if last else []

    def letters(self, uids: Sequence[int]) -> Iterator[list[Letter]]:
        """The mails in batches; one that vanished meanwhile is left out."""
        for some in _chunks(uids, _ASKED_AT_ONCE):
            heads = self._heads(some)
            for batch in _batches(heads, self._server.largest):
                yield self._fetched(batch)

    def mark_taken(self, uids: Sequence[int]) -> None:
        """Mark as read, and move to the archive where there is one."""
        for some in _chunks(uids, _ASKED_AT_ONCE):
            self._ask("STORE", some, "+FLAGS.SILENT", r"(\Seen)")
            if self._server.archive_folder is not None:
                self._archive(some, self._server.archive_folder)

    def wait(self, seconds: float, bell: Bell) -> None:
        """Until the server says anything, the bell rings, or time is over; what was said does not matter."""
        if "IDLE" not in self._can:
            _first_of(seconds, bell)
            self._client.noop()
        elif self._idle_begun():
            if not self._has_buffered():
                _first_of(seconds, bell, self._client.sock)
            self._idle.stop()
        bell.hush()

    def cut(self) -> None:
        """Break the connection from another thread, so that whoever waits for it wakes up."""
        if self._box is not None:
            with suppress(OSError):
                # The plain socket's shutdown: that of a TLS socket may not be called from another thread.
                socket.socket.shutdown(self._box.client.sock, socket.SHUT_RDWR)

    def close(self) -> None:
        """Say goodbye, without waiting long for an answer."""
        box, self._box = self._box, None
        if box is None:
            return
        with suppress(Exception):
            box.client.sock.settimeout(_GOODBYE)
            box.logout()
        with suppress(OSError):
            box.client.shutdown()

    @property
    def _opened(self) -> BaseMailBox:
        assert self._box is not None
        return self._box

    @property
    def _client(self) -> Any:
        return self._opened.client

    @property
    def _idle(self) -> Any:
        return self._opened.idle

    def _login(self, box: BaseMailBox) -> None:
        user, password = self._server.user, self._server.password
        plain = user.isascii() and password.isascii()
        try:
            (box.login if plain else box.login_utf8)(user, password, initial_folder=None)
        except MailboxLoginError as refusal:
            words = " ".join(_words(part) for part in refusal.command_result[1] if part)
            if _PASSING.search(words):
                raise ConnectionFault(words) from refusal
            raise LoginRefused(words or "no reason given") from refusal

    def _uids(self, criteria: str) -> list[int]:
        return sorted(int(uid) for uid in self._opened.uids(criteria, charset=None))

    def _heads(self, uids: Sequence[int]) -> list["_Head"]:
        heads = []
        for item in self._ask("FETCH", uids, "(UID RFC822.SIZE INTERNALDATE)"):
            words = item[0] if isinstance(item, tuple) else item
            uid, size = _UID.search(words or b""), _SIZE.search(words or b"")
            if uid and size:
                heads.append(_Head(int(uid[1]), int(size[1]), _received(words)))
        wanted = set(uids)
        return sorted((head for head in heads if head.uid in wanted), key=lambda head: head.uid)

    def _fetched(self, batch: Sequence["_Head"]) -> list[Letter]:
        if batch[0].size > self._server.largest:
            contents = self._contents(batch, f"(UID BODY.PEEK[HEADER]<0.{_HEADERS_KEPT}>)")
        else:
            contents = self._contents(batch, "(UID BODY.PEEK[])")
        return [self._letter(head, contents[head.uid]) for head in batch if head.uid in contents]

    def _letter(self, head: "_Head", content: bytes) -> Letter:
        place = (self._account, self._server.folder, self.uidvalidity, head.uid)
        if head.size > self._server.largest:
            return OversizeMail(*place, size=head.size, headers=content, received_at=head.received_at)
        return RawMail(*place, content=content, received_at=head.received_at)

    def _contents(self, batch: Sequence["_Head"], items: str) -> dict[int, bytes]:
        """Bytes by uid; a server may name the uid before or after the literal, and say other things in between."""
        contents: dict[int, bytes] = {}
        waiting: bytes | None = None
        for item in self._ask("FETCH", [head.uid for head in batch], items):
            if isinstance(item, tuple):
                uid, waiting = _UID.search(item[0]), item[1]
                if uid:
                    contents[int(uid[1])], waiting = item[1], None
            elif waiting is not None and (uid := _UID.search(item or b"")):
                contents[int(uid[1])], waiting = waiting, None
        return contents

    def _ask(self, command: str, uids: Sequence[int], *words: str) -> list[Any]:
        status, answer = self._client.uid(command, ",".join(map(str, uids)), *words)
        if status != "OK":
            raise ConnectionFault(f"{command}: {' '.join(_words(part) for part in answer if part)}")
        return list(answer)

    def _archive(self, uids: Sequence[int], archive: str) -> None:
        # imap-tools also expunges what other people marked as deleted; only our own uids are touched here.
        if "MOVE" in self._can:
            self._ask("MOVE", uids, _quoted(archive))
            return
        self._ask("COPY", uids, _quoted(archive))
        self._ask("STORE", uids, "+FLAGS.SILENT", r"(\Deleted)")
        if "UIDPLUS" in self._can:
            self._ask("EXPUNGE", uids)

    def _idle_begun(self) -> bool:
        """Begin to idle; False when the server refuses after all."""
        try:
            self._idle.start()
        except MailboxTaggedResponseError:
            # News may come before the server's "+": then it idles all the same, and the news are the hint.
            if any(self._client.tagged_commands.values()):
                self._client.tagged_commands.clear()
                self._can -= {"IDLE"}
                return False
            self._idle.stop()
            return False
        return True

    def _has_buffered(self) -> bool:
        """Whether news came in one piece with the server's "+": then the socket itself stays silent."""
        client = self._client
        if getattr(client, "_readbuf", None) or (isinstance(client.sock, ssl.SSLSocket) and client.sock.pending()):
            return True
        file = getattr(client, "_file", None) or client.file
        client.sock.settimeout(0)
        try:
            return bool(file.peek(1))
        except OSError:
            return False
        finally:
            client.sock.settimeout(self._server.timeout)


@dataclass(frozen=True)
class _Head:
    uid: int
    size: int
    received_at: datetime


def _connected(server: ImapServer) -> BaseMailBox:
    if server.tls == "tls":
        return MailBox(server.host, server.port, timeout=server.timeout, ssl_context=_tls_context(server))
    box = MailBoxUnencrypted(server.host, server.port, timeout=server.timeout)
    if server.tls == "starttls":
        try:
            box.client.starttls(_tls_context(server))
        except BaseException:
            with suppress(OSError):
                box.client.shutdown()
            raise
    return box


def _tls_context(server: ImapServer) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=server.ca_file)


def _first_of(seconds: float, *sources: Any) -> None:
    with selectors.DefaultSelector() as selector:
        for source in sources:
            selector.register(source, selectors.EVENT_READ)
        selector.select(seconds)


def _batches(heads: Sequence[_Head], largest: int) -> Iterator[list[_Head]]:
    """Groups that fit into memory: few enough, small enough together, oversize mails apart."""
    batch: list[_Head] = []
    for head in heads:
        apart = bool(batch) and (head.size > largest) != (batch[0].size > largest)
        if apart or len(batch) >= _FETCHED_AT_ONCE or sum(one.size for one in batch) + head.size > _BYTES_AT_ONCE:
            if batch:
                yield batch
            batch = []
        batch.append(head)
    if batch:
        yield batch


def _chunks(uids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(uids), size):
        yield uids[start : start + size]


def _received(words: bytes) -> datetime:
    found = _DATE.search(words)
    with suppress(ValueError):
        if found:
            return datetime.strptime(found[1].decode("ascii", "replace").strip(), "%d-%b-%Y %H:%M:%S %z")
    return datetime.now(UTC)


def _words(part: Any) -> str:
    return part.decode("utf-8", "replace") if isinstance(part, bytes) else str(part)


def _quoted(folder: str) -> str:
    from imap_tools.utils import encode_folder

    return _words(encode_folder(folder))


_ASKED_AT_ONCE = 500
_FETCHED_AT_ONCE = 100
_BYTES_AT_ONCE = 16 * 2**20
_HEADERS_KEPT = 65536
_GOODBYE = 0.3
_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_DATE = re.compile(rb'\bINTERNALDATE "([^"]+)"')
# Response codes and words of a refusal that will pass (RFC 5530 and large providers).
_PASSING = re.compile(r"\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG|THROTTLED)\]|too many|temporar|try again", re.IGNORECASE)
