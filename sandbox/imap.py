"""A small IMAP4rev1 server over the pretend mail store: what a mail client needs, and nothing more.

The ready-made server tried first needed two seconds for a SEARCH among a thousand mails, woke IDLE only by polling and
dropped keywords silently; this one answers from one SQLite file and survives a restart with its uids.
"""

import asyncio
import base64
import hmac
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress

from sandbox.imap_letters import FLAGS, Selected
from sandbox.imap_words import NO_SUCH_FOLDER, BadCommand, Refusal, Word, atoms, flag_list, quoted, text, words
from sandbox.mail_store import MailStore

CAPABILITIES = "IMAP4rev1 LITERAL+ IDLE MOVE UIDPLUS UNSELECT AUTH=PLAIN"
LONGEST_LITERAL = 64 * 2**20


class ImapServer:
    """Serves one account; `port` 0 takes a free one, `.port` tells which."""

    def __init__(self, store: MailStore, user: str, password: str) -> None:
        self.store = store
        self._user, self._password = user, password
        self._server: asyncio.Server | None = None
        self._sessions: set[asyncio.Task[None]] = set()

    async def start(self, port: int = 0) -> None:
        """Listen on 127.0.0.1; raises OSError when the port is taken."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port, limit=2**20)

    @property
    def port(self) -> int:
        """The port that is listened on."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Say BYE to everybody and listen no more."""
        assert self._server is not None
        self._server.close()
        for session in list(self._sessions):
            session.cancel()
        await asyncio.gather(*self._sessions, return_exceptions=True)
        await self._server.wait_closed()

    def lets_in(self, user: str, password: str) -> bool:
        """Whether this is the account's user and password."""
        right_user = hmac.compare_digest(user.encode(), self._user.encode())
        return hmac.compare_digest(password.encode(), self._password.encode()) and right_user

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._sessions.add(task)
        session = Session(self, reader, writer)
        try:
            await session.run()
        except asyncio.CancelledError:
            writer.write(b"* BYE the server is going down\r\n")
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            writer.transport.abort()
        finally:
            session.leave()
            self._sessions.discard(task)
            writer.close()
            with suppress(ConnectionError, asyncio.CancelledError):
                await writer.wait_closed()


class Session:
    """One connection: reads commands, walks the table of what may be said when, writes answers."""

    def __init__(self, server: ImapServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._server, self._store = server, server.store
        self._reader, self._writer = reader, writer
        self._known = False
        self._selected: Selected | None = None
        self._leaving = False
        self._news = asyncio.Event()
        self._unwatch = self._store.watch(self._changed)

    def leave(self) -> None:
        """Forget the folder and hear no more of it."""
        self._unwatch()

    async def run(self) -> None:
        """Talk until LOGOUT or the end of the connection."""
        self._say(f"* OK [CAPABILITY {CAPABILITIES}] pretend mail server")
        while not self._leaving:
            await self._writer.drain()
            command = await self._command()
            if command is None:
                return
            await self._do(*command)
        await self._writer.drain()

    async def _do(self, tag: str, line: bytes, literals: list[bytes]) -> None:
        name = "command"
        try:
            said = words(line, literals) or [b"NOOP"]
            name = text(said[0]).upper()
            answer = await self._perform(name, said[1:])
        except Refusal as refusal:
            self._say(f"{tag} NO {refusal}")
        except (BadCommand, IndexError, ValueError) as fault:
            self._say(f"{tag} BAD {name}: {fault}")
        else:
            if name in _TELLS_NEWS:
                self._tell_news()
            self._say(f"{tag} OK {answer or name + ' done'}")

    async def _perform(self, name: str, rest: list[Word]) -> str | None:
        if name not in _COMMANDS:
            msg = "unknown command"
            raise BadCommand(msg)
        needs, act = _COMMANDS[name]
        if needs != "anyone" and not self._known:
            msg = "log in first"
            raise BadCommand(msg)
        if needs == "folder" and self._selected is None:
            msg = "select a folder first"
            raise BadCommand(msg)
        return await act(self, rest)

    async def _command(self) -> tuple[str, bytes, list[bytes]] | None:
        """Tag, line and literals of the next command; None at the end of the connection."""
        line: bytes = b""
        literals: list[bytes] = []
        while True:
            piece = await self._reader.readline()
            if not piece.endswith(b"\n"):
                return None
            piece = piece.rstrip(b"\r\n")
            literal = re.search(rb"\{(\d+)(\+?)\}\Z", piece)
            if literal is None:
                break
            literals.append(await self._literal(int(literal[1]), announced=not literal[2]))
            line += piece[: literal.start()] + b"\0%d\0" % (len(literals) - 1)
        tag, _, rest = (line + piece).partition(b" ")
        return tag.decode("ascii", "replace"), rest, literals

    async def _literal(self, size: int, *, announced: bool) -> bytes:
        if size > LONGEST_LITERAL:
            self._say("* BYE that is too long")
            raise ConnectionResetError
        if announced:
            self._say("+ go on")
            await self._writer.drain()
        return await self._reader.readexactly(size)

    def _say(self, line: str | bytes) -> None:
        self._writer.write((line.encode("utf-8") if isinstance(line, str) else line) + b"\r\n")

    def _changed(self, folder: str) -> None:
        if self._selected is not None and self._selected.name == folder:
            self._news.set()

    def _tell_news(self) -> None:
        if self._news.is_set() and self._selected is not None:
            self._news.clear()
            for line in self._selected.news():
                self._say(line)

    def _let_in(self, user: str, password: str) -> None:
        if not self._server.lets_in(user, password):
            msg = "[AUTHENTICATIONFAILED] user or password is wrong"
            raise Refusal(msg)
        self._known = True

    # Commands; each answers the words after OK, or None for the usual ones.

    async def capability(self, _: list[Word]) -> None:
        """What this server can do."""
        self._say(f"* CAPABILITY {CAPABILITIES}")

    async def noop(self, _: list[Word]) -> None:
        """Whatever is new is told with every answer."""

    async def logout(self, _: list[Word]) -> None:
        """Say goodbye."""
        self._say("* BYE until next time")
        self._leaving = True

    async def login(self, rest: list[Word]) -> None:
        """LOGIN user password."""
        self._let_in(text(rest[0]), text(rest[1]))

    async def authenticate(self, rest: list[Word]) -> None:
        """AUTHENTICATE PLAIN."""
        if text(rest[0]).upper() != "PLAIN":
            msg = "only PLAIN"
            raise Refusal(msg)
        self._say("+ ")
        await self._writer.drain()
        _, user, password = base64.b64decode(await self._reader.readline()).decode("utf-8").split("\0")
        self._let_in(user, password)

    async def select(self, rest: list[Word], *, read_only: bool = False) -> str:
        """Open a folder."""
        self._selected = None
        folder = self._store.folder(text(rest[0]))
        if folder is None:
            raise Refusal(NO_SUCH_FOLDER)
        self._news.clear()
        self._selected = Selected(self._store, folder.name, read_only=read_only)
        self._say(f"* FLAGS ({' '.join(FLAGS)})")
        self._say(f"* OK [PERMANENTFLAGS ({'' if read_only else ' '.join(FLAGS) + ' ' + chr(92) + '*'})] kept")
        self._say(f"* {len(self._selected.uids)} EXISTS")
        self._say("* 0 RECENT")
        self._say(f"* OK [UIDVALIDITY {folder.uidvalidity}] uids are valid")
        self._say(f"* OK [UIDNEXT {folder.uidnext}] next uid")
        return f"[READ-{'ONLY' if read_only else 'WRITE'}] {folder.name} is open"

    async def examine(self, rest: list[Word]) -> str:
        """Open a folder for reading only."""
        return await self.select(rest, read_only=True)

    async def close(self, _: list[Word]) -> None:
        """Expunge and leave the folder."""
        assert self._selected is not None
        self._selected.expunge()
        self._selected = None

    async def unselect(self, _: list[Word]) -> None:
        """Leave the folder as it is."""
        self._selected = None

    async def list_folders(self, rest: list[Word], word: str = "LIST") -> None:
        """LIST reference pattern."""
        pattern = re.escape(text(rest[0]) + text(rest[1])).replace(r"\*", ".*").replace("%", "[^/]*")
        if not text(rest[1]):
            self._say(f'* {word} (\\Noselect) "/" ""')
        for name in self._store.folders():
            if re.fullmatch(pattern, name, re.IGNORECASE):
                self._say(f'* {word} (\\HasNoChildren) "/" {quoted(name)}')

    async def lsub(self, rest: list[Word]) -> None:
        """Every folder counts as subscribed."""
        await self.list_folders(rest, "LSUB")

    async def status(self, rest: list[Word]) -> None:
        """Figures of a folder that need not be open."""
        folder = self._store.folder(text(rest[0]))
        if folder is None:
            raise Refusal(NO_SUCH_FOLDER)
        letters = self._store.letters(folder.name)
        figures = {
            "MESSAGES": len(letters),
            "RECENT": 0,
            "UIDNEXT": folder.uidnext,
            "UIDVALIDITY": folder.uidvalidity,
            "UNSEEN": sum("\\Seen" not in letter.flags for letter in letters),
        }
        asked = [name.upper() for name in atoms(rest[1])]
        self._say(f"* STATUS {quoted(folder.name)} ({' '.join(f'{name} {figures[name]}' for name in asked)})")

    async def create(self, rest: list[Word]) -> None:
        """Make a folder."""
        if self._store.folder(text(rest[0])) is not None:
            msg = "[ALREADYEXISTS] there is such a folder"
            raise Refusal(msg)
        self._store.create_folder(text(rest[0]))

    async def delete(self, rest: list[Word]) -> None:
        """Remove a folder."""
        if self._store.folder(text(rest[0])) is None:
            raise Refusal(NO_SUCH_FOLDER)
        self._store.delete_folder(text(rest[0]))

    async def append(self, rest: list[Word]) -> str:
        """APPEND folder [flags] [date] mail."""
        folder = self._store.folder(text(rest[0]))
        content = rest[-1]
        if folder is None:
            raise Refusal(NO_SUCH_FOLDER)
        if not isinstance(content, bytes):
            msg = "a mail is expected"
            raise BadCommand(msg)
        flags = next((flag_list(word) for word in rest[1:-1] if isinstance(word, list)), frozenset())
        uid = self._store.deliver(folder.name, self._store.keep_mail("plant", content), flags)
        return f"[APPENDUID {folder.uidvalidity} {uid}] taken"

    async def idle(self, _: list[Word]) -> None:
        """Tell news as they come, until DONE."""
        self._say("+ idling")
        done = asyncio.ensure_future(self._reader.readline())
        try:
            while not done.done():
                self._tell_news()
                await self._writer.drain()
                news = asyncio.ensure_future(self._news.wait())
                await asyncio.wait({done, news}, return_when=asyncio.FIRST_COMPLETED)
                news.cancel()
        finally:
            done.cancel()
        if done.result().strip().upper() != b"DONE":
            msg = "DONE was expected"
            raise BadCommand(msg)

    async def search(self, rest: list[Word], *, by_uid: bool = False) -> None:
        """Numbers or uids of what matches."""
        assert self._selected is not None
        found = self._selected.search(rest, by_uid=by_uid)
        self._say(("* SEARCH " + " ".join(map(str, found))).rstrip())

    async def fetch(self, rest: list[Word], *, by_uid: bool = False) -> None:
        """Parts of letters."""
        assert self._selected is not None
        for answer in self._selected.fetch(rest, by_uid=by_uid):
            self._say(answer)
            await self._writer.drain()

    async def store_flags(self, rest: list[Word], *, by_uid: bool = False) -> None:
        """Change flags."""
        assert self._selected is not None
        for answer in self._selected.store(rest, by_uid=by_uid):
            self._say(answer)

    async def copy(self, rest: list[Word], *, by_uid: bool = False) -> str:
        """Put letters into another folder too."""
        assert self._selected is not None
        return self._selected.copy(rest, by_uid=by_uid)

    async def move(self, rest: list[Word], *, by_uid: bool = False) -> None:
        """Put letters into another folder instead."""
        assert self._selected is not None
        self._say(f"* OK {self._selected.copy(rest, by_uid=by_uid)}")
        self._selected.take_out(rest[0], by_uid=by_uid)

    async def expunge(self, rest: list[Word]) -> None:
        """Remove what is marked as deleted."""
        assert self._selected is not None
        self._selected.expunge(rest[0] if rest else None)

    async def uid(self, rest: list[Word]) -> str | None:
        """The same by uid."""
        name = text(rest[0]).upper()
        if name == "EXPUNGE":
            await self.expunge(rest[1:])
            return None
        if name not in _BY_UID:
            msg = f"UID {name} is unknown"
            raise BadCommand(msg)
        return await _BY_UID[name](self, rest[1:], by_uid=True)


_BY_UID: dict[str, Callable[..., Awaitable[str | None]]] = {
    "SEARCH": Session.search,
    "FETCH": Session.fetch,
    "STORE": Session.store_flags,
    "COPY": Session.copy,
    "MOVE": Session.move,
}
_COMMANDS: dict[str, tuple[str, Callable[[Session, list[Word]], Awaitable[str | None]]]] = {
    "CAPABILITY": ("anyone", Session.capability),
    "NOOP": ("anyone", Session.noop),
    "ID": ("anyone", Session.noop),
    "LOGOUT": ("anyone", Session.logout),
    "LOGIN": ("anyone", Session.login),
    "AUTHENTICATE": ("anyone", Session.authenticate),
    "SELECT": ("account", Session.select),
    "EXAMINE": ("account", Session.examine),
    "LIST": ("account", Session.list_folders),
    "LSUB": ("account", Session.lsub),
    "STATUS": ("account", Session.status),
    "CREATE": ("account", Session.create),
    "DELETE": ("account", Session.delete),
    "SUBSCRIBE": ("account", Session.noop),
    "UNSUBSCRIBE": ("account", Session.noop),
    "APPEND": ("account", Session.append),
    "IDLE": ("account", Session.idle),
    "CHECK": ("folder", Session.noop),
    "CLOSE": ("folder", Session.close),
    "UNSELECT": ("folder", Session.unselect),
    "EXPUNGE": ("folder", Session.expunge),
    "SEARCH": ("folder", Session.search),
    "FETCH": ("folder", Session.fetch),
    "STORE": ("folder", Session.store_flags),
    "COPY": ("folder", Session.copy),
    "MOVE": ("folder", Session.move),
    "UID": ("folder", Session.uid),
}
# Expunged numbers may not be told while a client counts by number (RFC 3501, 7.4.1).
_TELLS_NEWS = frozenset(_COMMANDS) - {"FETCH", "STORE", "SEARCH"}
