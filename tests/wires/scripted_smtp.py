"""An SMTP server that does what a test tells it: refuse, drop or hang at any verb, and count what it got."""

import asyncio
import base64
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final, Self

DROP: Final = "DROP"
HANG: Final = "HANG"
ORDINARY: Final[Mapping[str, str]] = {
    "CONNECT": "220 scripted.example ESMTP",
    "EHLO": "250-scripted.example\r\n250-8BITMIME\r\n250-AUTH PLAIN LOGIN\r\n250 SIZE 30000000",
    "AUTH": "235 2.7.0 welcome",
    "MAIL": "250 2.1.0 sender ok",
    "RCPT": "250 2.1.5 recipient ok",
    "DATA": "354 go on",
    "DOT": "250 2.0.0 queued",
    "RSET": "250 2.0.0 forgotten",
    "NOOP": "250 2.0.0 fine",
    "QUIT": "221 2.0.0 bye",
}


class ScriptedSmtp:
    """`script` names what happens at a verb instead of the ordinary reply: one word, or one for each time.

    Verbs are those of ORDINARY; DOT is the reply to the content, CONTENT (only DROP and HANG) happens while the content
    comes in, before its dot. After the last scripted word the ordinary reply comes again.
    """

    def __init__(self, script: Mapping[str, str | Sequence[str]] | None = None) -> None:
        self.script = {verb: [word] if isinstance(word, str) else list(word) for verb, word in (script or {}).items()}
        self.verbs: Counter[str] = Counter()
        self.lines: list[str] = []
        self.contents: list[bytes] = []
        self.logins: list[tuple[str, str]] = []
        self.hanging = asyncio.Event()
        self._writers: set[asyncio.StreamWriter] = set()
        self._sessions: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._session, "127.0.0.1", 0, limit=2**26)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for session in self._sessions:
            session.cancel()
        await asyncio.gather(*self._sessions, return_exceptions=True)
        await self._server.wait_closed()

    @property
    def port(self) -> int:
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def hang_up(self) -> None:
        """Drop every connection, as a server does that is restarted or tired of an idle client."""
        for session in list(self._sessions):
            session.cancel()
        await asyncio.gather(*self._sessions, return_exceptions=True)

    async def _session(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = asyncio.current_task()
        assert session is not None
        self._sessions.add(session)
        try:
            await self._talk(reader, writer)
        except (_Dropped, ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            writer.transport.abort()
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()
            self._sessions.discard(session)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._answer("CONNECT", writer)
        while line := (await reader.readline()).decode("utf-8", "replace").strip():
            self.lines.append(line)
            verb = line.split()[0].upper()
            if verb == "AUTH":
                await self._credentials(line, reader, writer)
            code = await self._answer(verb, writer)
            if verb == "DATA" and code == "354":
                await self._content(reader, writer)
            if verb == "QUIT":
                return

    async def _content(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if "CONTENT" in self.script:
            await reader.readline()
            await self._answer("CONTENT", writer)
        lines = []
        while (line := await reader.readline()) != b".\r\n":
            if not line:
                raise _Dropped
            lines.append(line[1:] if line.startswith(b".") else line)
        self.contents.append(b"".join(lines))
        await self._answer("DOT", writer)

    async def _credentials(self, line: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, mechanism, *initial = line.split()
        if mechanism.upper() == "PLAIN" and initial:
            _, user, password = base64.b64decode(initial[0]).decode().split("\0")
            self.logins.append((user, password))

    async def _answer(self, verb: str, writer: asyncio.StreamWriter) -> str:
        self.verbs[verb] += 1
        scripted = self.script.get(verb)
        word = scripted.pop(0) if scripted else ORDINARY.get(verb, "502 5.5.1 what?")
        if word == DROP:
            raise _Dropped
        if word == HANG:
            self.hanging.set()
            await asyncio.Event().wait()
        writer.write(word.encode() + b"\r\n")
        await writer.drain()
        return word[:3]


class _Dropped(Exception):  # noqa: N818 - the script's own way out
    pass
