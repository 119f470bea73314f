"""The pretend mail server: SMTP for the plant's outgoing mail, IMAP for its mailbox, and the control routes of both."""

import asyncio
import hmac
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aiohttp import web
from aiosmtpd import smtp as aiosmtpd

from sandbox.imap import ImapServer
from sandbox.mail_office import Changed, PostOffice
from sandbox.mail_routes import mail_routes
from sandbox.mail_store import MailStore

HOST = "127.0.0.1"
FOLDER = "mail"
LARGEST_MAIL = 40 * 2**20


class PretendMail:
    """A running mail server; begin with `await PretendMail.start(…)`, end with `await mail.stop()`.

    `smtp` and `imap` are (host, port). Everything is kept in the folder `mail` below `data`, the ports too, so that a bot that
    was configured once finds the server again.
    """

    smtp: tuple[str, int]
    imap: tuple[str, int]

    def __init__(self, office: PostOffice, secrets: Mapping[str, Any]) -> None:
        self.office = office
        self._store = office.store
        self._user, self._password = str(secrets["mail_user"]), str(secrets["mail_password"])
        self._imap = ImapServer(self._store, self._user, self._password)
        self._smtp: asyncio.Server | None = None
        self._guests: set[_Guest] = set()

    @classmethod
    async def start(
        cls, data: Path, seed_mail: Mapping[str, Any], secrets: Mapping[str, Any], changed: Changed | None = None
    ) -> "PretendMail":
        """Start SMTP and IMAP on 127.0.0.1.

        `seed_mail` is {address, authserv, suppliers: [{name, address}]}, `secrets` holds mail_user and mail_password,
        `changed` hears {"kind": "mail", "side": "sent|plant", "mail": id} after each mail.
        """
        mail = cls(PostOffice(MailStore(data / FOLDER), seed_mail, changed=changed), secrets)
        try:
            await mail._listen()
        except BaseException:
            mail._store.close()
            raise
        return mail

    async def stop(self) -> None:
        """Stop both servers; what was received stays in the folder."""
        assert self._smtp is not None
        self._smtp.close()
        for guest in list(self._guests):
            guest.leave()
        await self._smtp.wait_closed()
        await self._imap.stop()
        self._store.close()

    def routes(self) -> list[web.RouteDef]:
        """The routes below /sandbox/mail."""
        return mail_routes(self.office)

    async def _listen(self) -> None:
        try:
            await self._imap.start(self._kept_port("imap port"))
        except OSError:
            await self._imap.start(0)
        try:
            self._smtp = await self._listen_smtp(self._kept_port("smtp port"))
        except OSError:
            self._smtp = await self._listen_smtp(0)
        self.imap = HOST, self._imap.port
        self.smtp = HOST, int(self._smtp.sockets[0].getsockname()[1])
        self._store.keep("imap port", str(self.imap[1]))
        self._store.keep("smtp port", str(self.smtp[1]))

    def _kept_port(self, name: str) -> int:
        return int(self._store.recall(name) or 0)

    async def _listen_smtp(self, port: int) -> asyncio.Server:
        # aiosmtpd warns in its log of what it does itself at each login.
        logging.getLogger("mail.log").setLevel(logging.ERROR)
        return await asyncio.get_running_loop().create_server(lambda: _Guest(self, self._guests), HOST, port)

    def lets_in(self, login: bytes, password: bytes) -> bool:
        """Whether this is the plant's user and password."""
        right_user = hmac.compare_digest(login, self._user.encode())
        return hmac.compare_digest(password, self._password.encode()) and right_user

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Take a mail that the plant hands in."""
        login = self._user if session.authenticated else ""
        number = self.office.take(
            bytes(envelope.content or b""),
            sender=envelope.mail_from or "",
            recipients=envelope.rcpt_tos,
            login=login,
        )
        return f"250 2.0.0 Ok: queued as {number:08X}"


class _Guest(aiosmtpd.SMTP):
    """One SMTP connection, known to the server so that it can be ended."""

    def __init__(self, mail: PretendMail, guests: "set[_Guest]") -> None:
        self._guests = guests
        super().__init__(
            mail,
            loop=asyncio.get_running_loop(),
            hostname=mail.office.authserv,
            ident="ESMTP pretend mail server",
            enable_SMTPUTF8=True,
            data_size_limit=LARGEST_MAIL,
            auth_require_tls=False,
            authenticator=lambda _server, _session, _envelope, _how, login: aiosmtpd.AuthResult(
                success=mail.lets_in(login.login, login.password), handled=False
            ),
        )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Enter."""
        self._guests.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Leave."""
        self._guests.discard(self)
        super().connection_lost(error)

    def leave(self) -> None:
        """End the connection from this side."""
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()
