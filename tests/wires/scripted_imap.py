"""An IMAP server that misbehaves on demand: news at the wrong moment of IDLE, drops, hangs, refusals."""

import asyncio
import re
import ssl
from collections import Counter, defaultdict
from contextlib import suppress
from typing import Self

CAPABILITIES = "IMAP4rev1 IDLE"


class ScriptedImap:
    """One folder in memory. `idles` says what happens at each IDLE in turn, then it idles quietly:

    "together": the plus and news in one segment; "before": news before the plus; "split": news in two segments;
    "drop" and "bye": the connection ends; "hang": no answer to DONE; "refuse": NO.
    `logins` are the answers to LOGIN in turn, then OK. Each arriving mail is put in `mails` before the news are told.
    """

    def __init__(
        self,
        *idles: str,
        logins: tuple[str, ...] = (),
        capabilities: str = CAPABILITIES,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.idles, self.logins = list(idles), list(logins)
        self.capabilities = capabilities
        self.uidvalidity = 7
        self.tls = tls
        self.mails: dict[int, bytes] = {}
        self.sizes: dict[int, int] = {}
        self.flags: dict[int, set[str]] = {}
        self.arriving: list[bytes] = []
        self.verbs: Counter[str] = Counter()
        self.lines: list[str] = []
        self.refused: set[str] = set()
        self.hanging: set[str] = set()
        self.uid_last = False
        self.gone: set[int] = set()
        self.idling = asyncio.Event()
        self.heard: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._sessions: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        at_once = None if "STARTTLS" in self.capabilities else self.tls
        self._server = await asyncio.start_server(self._session, "127.0.0.1", 0, ssl=at_once)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        await self.hang_up()
        await self._server.wait_closed()

    @property
    def port(self) -> int:
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    def put(self, mail: bytes) -> int:
        uid = max(self.mails, default=0) + 1
        self.mails[uid] = mail
        return uid

    async def hang_up(self) -> None:
        for session in list(self._sessions):
            session.cancel()
        await asyncio.gather(*self._sessions, return_exceptions=True)

    async def _session(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._sessions.add(task)
        try:
            await self._talk(reader, writer)
        except (OSError, asyncio.CancelledError):
            writer.transport.abort()
        finally:
            self._sessions.discard(task)
            writer.close()
            with suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK scripted\r\n")
        while line := (await reader.readline()).decode().strip():
            tag, _, words = line.partition(" ")
            verb = " ".join(words.split()[: 2 if words.startswith("UID") else 1]).upper()
            self.verbs[verb] += 1
            self.heard[verb].set()
            self.lines.append(words)
            if verb in self.hanging:
                await asyncio.Event().wait()
            if verb in self.refused:
                writer.write(f"{tag} NO not today\r\n".encode())
            elif verb == "STARTTLS":
                writer.write(f"{tag} OK begin\r\n".encode())
                await writer.drain()
                assert self.tls is not None
                await writer.start_tls(self.tls)
            elif verb == "IDLE":
                await self._idle(tag, reader, writer)
            else:
                writer.write(self._answer(verb, words) + f"{tag} {self._verdict(verb)}\r\n".encode())
            await writer.drain()

    def _verdict(self, verb: str) -> str:
        return self.logins.pop(0) if verb == "LOGIN" and self.logins else f"OK {verb} done"

    def _answer(self, verb: str, words: str) -> bytes:
        if verb == "CAPABILITY":
            return f"* CAPABILITY {self.capabilities}\r\n".encode()
        if verb == "SELECT":
            return f"* {len(self.mails)} EXISTS\r\n* OK [UIDVALIDITY {self.uidvalidity}] fine\r\n".encode()
        if verb == "UID SEARCH":
            return b"* SEARCH " + " ".join(map(str, self._found(words))).encode() + b"\r\n"
        if verb == "UID FETCH":
            return b"".join(self._fetched(uid, words) for uid in self._named(words))
        if verb == "UID STORE":
            for uid in self._named(words):
                self.flags.setdefault(uid, set()).update(re.findall(r"\\\w+", words))
        return b"* BYE\r\n" if verb == "LOGOUT" else b""

    def _found(self, words: str) -> list[int]:
        if "UNSEEN" in words:
            last = int(words.split(":")[1].split(maxsplit=1)[0])
            return [uid for uid in self.mails if uid <= last and "\\Seen" not in self.flags.get(uid, set())]
        first = int(words.rsplit(maxsplit=1)[-1].split(":", maxsplit=1)[0])
        return [uid for uid in self.mails if uid >= first] or sorted(self.mails)[-1:]

    def _named(self, words: str) -> list[int]:
        return [uid for uid in map(int, words.split()[2].split(",")) if uid in self.mails and uid not in self.gone]

    def _fetched(self, uid: int, words: str) -> bytes:
        number = sorted(self.mails).index(uid) + 1
        if "RFC822.SIZE" in words:
            size = self.sizes.get(uid, len(self.mails[uid]))
            return f'* {number} FETCH (UID {uid} RFC822.SIZE {size} INTERNALDATE " 1-Nov-2026 08:00:00 +0100")\r\n'.encode()
        mail = self.mails[uid]
        if self.uid_last:
            return b"* %d FETCH (BODY[] {%d}\r\n%b UID %d)\r\n" % (number, len(mail), mail, uid)
        return b"* %d FETCH (FLAGS (\\Recent))\r\n* %d FETCH (UID %d BODY[] {%d}\r\n%b)\r\n" % (
            number,
            number,
            uid,
            len(mail),
            mail,
        )

    def _news(self) -> bytes:
        for mail in self.arriving:
            self.put(mail)
        self.arriving.clear()
        return f"* {len(self.mails)} EXISTS\r\n".encode()

    async def _idle(self, tag: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        how = self.idles.pop(0) if self.idles else "quiet"
        if how == "refuse":
            writer.write(f"{tag} NO no idling\r\n".encode())
            return
        news = self._news() if how in {"together", "before", "split"} else b""
        begins = {
            "before": news + b"+ idling\r\n",
            "split": b"+ idling\r\n" + news[:7],
            "bye": b"+ idling\r\n* BYE tired\r\n",
        }
        ends = {"split": news[7:]}
        first, second = begins.get(how, b"+ idling\r\n" + news), ends.get(how, b"")
        writer.write(first)
        await writer.drain()
        self.idling.set()
        if how in {"drop", "bye"}:
            raise ConnectionResetError
        line = await reader.readline()
        writer.write(second)
        if how == "hang":
            await asyncio.Event().wait()
        if line.strip().upper() == b"DONE":
            writer.write(f"{tag} OK idled\r\n".encode())
