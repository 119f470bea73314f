"""The way out for mail: one rendered mail goes to the SMTP server and comes back as one named outcome.

What SMTP can tell apart, and what it cannot, decides whether a purchase order may be sent again:
before the content is handed over every fault is a `Refused` (nothing was taken); afterwards silence is `Unknown`.
"""

import asyncio
import re
import ssl
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal

import aiosmtplib

Stage = Literal["envelope", "connect", "greeting", "tls", "login", "sender", "recipients", "content"]
BeforeContent = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class SmtpServer:
    """Where mail is handed in; times are seconds.

    `content_timeout` is how long the verdict on the content may take (RFC 5321, 4.5.3.2.6 asks for minutes, because
    giving up early leaves the outcome unknown); without it ten times `timeout`. `ca_file` names a PEM bundle to trust
    instead of the system's. `name` is what the plant calls itself in EHLO.
    """

    host: str
    port: int
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: Literal["none", "starttls", "tls"] = "starttls"
    timeout: float = 30.0
    content_timeout: float | None = None
    ca_file: str | None = None
    name: str = "chargehand.invalid"


@dataclass(frozen=True)
class Envelope:
    """One mail as it leaves: its bytes are frozen with the document they carry.

    `copies` are blind copies; a mail that only a blind copy would get is not sent.
    """

    sender: str
    recipients: tuple[str, ...]
    message: bytes = field(repr=False)
    copies: tuple[str, ...] = ()


@dataclass(frozen=True)
class Accepted:
    """The server took the mail; `refused` names the addresses that it would not serve, each with its reply."""

    reply: str
    refused: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Refused:
    """The server certainly did not take the mail.

    `permanent` is said of the mail itself (a 5xx to sender, recipients or content): trying again is useless.
    A fault before that (no connection, no TLS, no login) is never the mail's and never permanent. `code` is the SMTP
    code, 0 where there was none.
    """

    permanent: bool
    code: int
    reason: str
    stage: Stage


@dataclass(frozen=True)
class Unknown:
    """The content was handed over and no verdict came back: the mail may have gone out, only a person may repeat it."""

    reason: str


SmtpOutcome = Accepted | Refused | Unknown


async def transmit(envelope: Envelope, server: SmtpServer, *, before_content: BeforeContent) -> SmtpOutcome:
    """Send one mail over a connection of its own; see `Mailer.transmit`."""
    mailer = Mailer(server)
    try:
        return await mailer.transmit(envelope, before_content=before_content)
    finally:
        await mailer.close()


class Mailer:
    """One kept connection to the SMTP server, opened again when the server dropped it; one mail at a time."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server
        self._smtp: aiosmtplib.SMTP | None = None
        self._turn = asyncio.Lock()

    async def open(self) -> Refused | None:
        """Connect, encrypt and log in; answers what stands in the way, or None when mail can be sent."""
        async with self._turn:
            try:
                await self._connected()
            except _Stopped as stopped:
                return stopped.refused
        return None

    async def transmit(self, envelope: Envelope, *, before_content: BeforeContent) -> SmtpOutcome:
        """Send one mail and name the outcome.

        `before_content` is awaited after at least one recipient was accepted and immediately before DATA: there the
        caller writes down that from now on the outcome may become unknown. What it raises ends the attempt, unsent.
        """
        fault = envelope_fault(envelope)
        if fault:
            return Refused(permanent=True, code=0, reason=fault, stage="envelope")
        async with self._turn:
            try:
                return await self._attempt(envelope, before_content)
            except _Stopped as stopped:
                await self._give_up_transaction()
                return stopped.refused
            except BaseException:
                self._drop()
                raise

    async def close(self) -> None:
        """Say goodbye to the server, if it still listens."""
        smtp, self._smtp = self._smtp, None
        if smtp is None:
            return
        with suppress(aiosmtplib.SMTPException, OSError):
            await smtp.quit(timeout=min(2.0, self._server.timeout))
        smtp.close()

    async def _attempt(self, envelope: Envelope, before_content: BeforeContent) -> SmtpOutcome:
        smtp, refused = await self._announced(envelope)
        await before_content()
        with _stage("content"):
            reply = await smtp.execute_command(b"DATA")
            if reply.code != aiosmtplib.SMTPStatus.start_input:
                raise aiosmtplib.SMTPDataError(reply.code, reply.message)
        return await self._hand_over(smtp, envelope.message, refused)

    async def _announced(self, envelope: Envelope) -> tuple[aiosmtplib.SMTP, dict[str, str]]:
        """MAIL and RCPT; a kept connection that died while idle is replaced once, for nothing was sent yet."""
        kept = self._smtp is not None and self._smtp.is_connected
        try:
            return await self._announce(envelope)
        except _Stopped as stopped:
            if not kept or (self._smtp is not None and self._smtp.is_connected and stopped.refused.code != _GOING_DOWN):
                raise
            self._drop()
            return await self._announce(envelope)

    async def _announce(self, envelope: Envelope) -> tuple[aiosmtplib.SMTP, dict[str, str]]:
        smtp = await self._connected()
        options, encoding = _mail_options(smtp, envelope)
        with _stage("sender"):
            await smtp.mail(envelope.sender, options=options, encoding=encoding)
        refusals = await self._recipients(smtp, envelope.recipients, encoding)
        if len(refusals) == len(envelope.recipients):
            raise _Stopped(_nobody(refusals))
        refusals |= await self._recipients(smtp, envelope.copies, encoding)
        return smtp, {address: f"{refusal.code} {refusal.reason}" for address, refusal in refusals.items()}

    async def _recipients(self, smtp: aiosmtplib.SMTP, addresses: tuple[str, ...], encoding: str) -> dict[str, Refused]:
        refusals: dict[str, Refused] = {}
        for address in addresses:
            try:
                with _stage("recipients"):
                    await smtp.rcpt(address, encoding=encoding)
            except _Stopped as stopped:
                if not smtp.is_connected or stopped.refused.code == _GOING_DOWN:
                    raise
                refusals[address] = stopped.refused
        return refusals

    async def _hand_over(self, smtp: aiosmtplib.SMTP, message: bytes, refused: dict[str, str]) -> SmtpOutcome:
        protocol = smtp.protocol
        patience = self._server.content_timeout or 10 * self._server.timeout
        try:
            if protocol is None:
                raise aiosmtplib.SMTPServerDisconnected(
                    "the connection ended when the server had asked for the content"
                )
            protocol.write(_on_the_wire(message))
            reply = await protocol.read_response(timeout=patience)
        except (aiosmtplib.SMTPException, OSError) as fault:
            self._drop()
            return Unknown(_clean(str(fault)) or type(fault).__name__)
        return self._verdict(reply, refused)

    def _verdict(self, reply: aiosmtplib.SMTPResponse, refused: dict[str, str]) -> SmtpOutcome:
        text = f"{reply.code} {_clean(reply.message)}"
        if reply.code == _GOING_DOWN:
            self._drop()
        if 200 <= reply.code < 300:  # noqa: PLR2004 - the classes of RFC 5321, 4.2.1
            return Accepted(reply=text, refused=refused)
        if 400 <= reply.code < 600:  # noqa: PLR2004
            return _refusal("content", reply.code, reply.message)
        self._drop()
        return Unknown(f"the server answered the content with {text}")

    async def _connected(self) -> aiosmtplib.SMTP:
        if self._smtp is not None and self._smtp.is_connected:
            return self._smtp
        server = self._server
        smtp = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            use_tls=server.tls == "tls",
            start_tls=False,
            timeout=server.timeout,
            local_hostname=server.name,
            tls_context=_tls_context(server),
        )
        try:
            await self._greet(smtp)
        except BaseException:
            smtp.close()
            raise
        self._smtp = smtp
        return smtp

    async def _greet(self, smtp: aiosmtplib.SMTP) -> None:
        server = self._server
        with _stage("connect"):
            await smtp.connect()
        with _stage("greeting"):
            await smtp.ehlo()
        if server.tls == "starttls":
            with _stage("tls"):
                await smtp.starttls()
                await smtp.ehlo()
        if server.user:
            with _stage("login"):
                await smtp.login(server.user, server.password or "")

    async def _give_up_transaction(self) -> None:
        if self._smtp is None or not self._smtp.is_connected:
            self._drop()
            return
        try:
            await self._smtp.rset()
        except (aiosmtplib.SMTPException, OSError):
            self._drop()

    def _drop(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            smtp.close()


def envelope_fault(envelope: Envelope) -> str | None:
    """What makes this mail unfit for SMTP, as a sentence; None when it may be sent. Nothing is repaired."""
    if not envelope.recipients:
        return "The mail has no recipient."
    for address in (envelope.sender, *envelope.recipients, *envelope.copies):
        if not _ADDRESS.fullmatch(address) or len(address) > _LONGEST_ADDRESS:
            return f"{address!r} is not an address that mail can be sent to."
    return _header_fault(envelope.message)


def _header_fault(message: bytes) -> str | None:
    head = re.split(rb"\r\n\r\n|\n\n|\r\r", message, maxsplit=1)[0]
    if b"\r" in head.replace(b"\r\n", b"") or (b"\r\n" in head and b"\n" in head.replace(b"\r\n", b"")):
        return "The headers hold a lone line break."
    names: Counter[str] = Counter()
    for line in head.replace(b"\r\n", b"\n").split(b"\n"):
        field_name = _HEADER_LINE.match(line)
        if field_name is None and not (names and _FOLDED.match(line)):
            return f"{_clean(line.decode('utf-8', 'replace'))!r} is not a header line."
        if field_name is not None:
            names[field_name[1].decode("ascii").lower()] += 1
    return _header_count_fault(names)


def _header_count_fault(names: Counter[str]) -> str | None:
    for name in _NEVER_SENT:
        if names[name]:
            return f"The header {name} must not leave the plant."
    for name in _EXACTLY_ONE:
        if not names[name]:
            return f"The header {name} is missing."
    for name in _AT_MOST_ONE:
        if names[name] > 1:
            return f"The header {name} stands there {names[name]} times."
    return None


_GOING_DOWN = 421
_LONGEST_ADDRESS = 254
_LONGEST_REASON = 500
_ADDRESS = re.compile(r"[^\s\x00-\x1f\x7f<>()\[\],;:\\\"@]+@[^\s\x00-\x1f\x7f<>()\[\],;:\\\"@]+")
_HEADER_LINE = re.compile(rb"([!-9;-~]{1,200}):[^\x00]*\Z")
_FOLDED = re.compile(rb"[ \t][^\x00]*[^\x00\s][^\x00]*\Z")
_NEVER_SENT = ("bcc", "resent-bcc")
_EXACTLY_ONE = ("from", "date", "message-id")
_AT_MOST_ONE = (*_EXACTLY_ONE, "to", "cc", "subject", "reply-to", "sender", "in-reply-to", "references", "mime-version")
_OF_THE_MAIL: frozenset[Stage] = frozenset({"envelope", "sender", "recipients", "content"})


class _Stopped(Exception):  # noqa: N818 - a way out of nested steps, not an error
    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.reason)
        self.refused = refused


@contextmanager
def _stage(stage: Stage) -> Iterator[None]:
    try:
        yield
    except aiosmtplib.SMTPResponseException as fault:
        raise _Stopped(_refusal(stage, fault.code, fault.message)) from fault
    except (aiosmtplib.SMTPException, OSError) as fault:
        raise _Stopped(_refusal(stage, 0, str(fault) or type(fault).__name__)) from fault


def _refusal(stage: Stage, code: int, reason: str) -> Refused:
    permanent = stage in _OF_THE_MAIL and 500 <= code < 600  # noqa: PLR2004
    return Refused(permanent=permanent, code=max(code, 0), reason=_clean(reason), stage=stage)


def _nobody(refusals: dict[str, Refused]) -> Refused:
    """No recipient was accepted: permanent only when all of them were refused for good."""
    hopeful = [refusal for refusal in refusals.values() if not refusal.permanent]
    telling = (hopeful or list(refusals.values()))[0]
    reasons = "; ".join(f"{address}: {refusal.reason}" for address, refusal in refusals.items())
    return Refused(permanent=not hopeful, code=telling.code, reason=_clean(reasons), stage="recipients")


def _mail_options(smtp: aiosmtplib.SMTP, envelope: Envelope) -> tuple[list[str], str]:
    options = []
    if smtp.supports_extension("size"):
        options.append(f"SIZE={len(envelope.message)}")
    if not envelope.message.isascii() and smtp.supports_extension("8bitmime"):
        options.append("BODY=8BITMIME")
    if all(address.isascii() for address in (envelope.sender, *envelope.recipients, *envelope.copies)):
        return options, "ascii"
    if not smtp.supports_extension("smtputf8"):
        reason = "An address has letters outside ASCII, and the server does not take such addresses (SMTPUTF8)."
        raise _Stopped(Refused(permanent=True, code=0, reason=reason, stage="envelope"))
    return [*options, "SMTPUTF8"], "utf-8"


def _on_the_wire(message: bytes) -> bytes:
    """Every line ends in CRLF and no line can be taken for the end (RFC 5321, 4.5.2)."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", message)
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", lines) + b".\r\n"


def _tls_context(server: SmtpServer) -> ssl.SSLContext | None:
    return None if server.tls == "none" else ssl.create_default_context(cafile=server.ca_file)


def _clean(reason: str) -> str:
    """A reply as one printable line: servers write what they like."""
    readable = reason.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return " ".join("".join(sign if sign.isprintable() else " " for sign in readable).split())[:_LONGEST_REASON]
