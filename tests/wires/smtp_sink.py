"""An SMTP sink: a real aiosmtpd server on a free port that keeps every mail it is given."""

import asyncio
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Self, cast

from aiosmtpd.smtp import SMTP
from aiosmtpd.smtp import Envelope as Received


@dataclass(frozen=True)
class Kept:
    """One mail that arrived: who sent it to whom, and its bytes."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        return cast("EmailMessage", message_from_bytes(self.content, policy=policy.default))


class SmtpSink:
    """`async with SmtpSink() as sink`: mails arrive in `sink.kept`; `await sink.arrived(n)` waits for the n-th."""

    def __init__(self) -> None:
        self.kept: list[Kept] = []
        self.guests: set[_Guest] = set()
        self._news = asyncio.Condition()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: _Guest(self, loop),
            "127.0.0.1",
            0,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for guest in list(self.guests):
            guest.leave()
        await self._server.wait_closed()

    @property
    def port(self) -> int:
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def arrived(self, count: int = 1) -> list[Kept]:
        async with self._news:
            await self._news.wait_for(lambda: len(self.kept) >= count)
        return self.kept

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Received) -> str:  # noqa: N802 - aiosmtpd's name
        async with self._news:
            self.kept.append(Kept(envelope.mail_from or "", tuple(envelope.rcpt_tos), bytes(envelope.content or b"")))
            self._news.notify_all()
        return f"250 2.0.0 kept as {len(self.kept)}"


class _Guest(SMTP):
    """One connection; kept connections of a client must not hold up the end of a test."""

    def __init__(self, sink: SmtpSink, loop: asyncio.AbstractEventLoop) -> None:
        self._sink = sink
        super().__init__(sink, loop=loop, hostname="sink.example", enable_SMTPUTF8=True, data_size_limit=2**26)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._sink.guests.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._sink.guests.discard(self)
        super().connection_lost(error)

    def leave(self) -> None:
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()
