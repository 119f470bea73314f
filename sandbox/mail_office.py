"""The pretend post office: takes the plant's mail, lets suppliers answer, and puts mail into the plant's mailbox."""

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid, parseaddr
from typing import Any

from sandbox.mail_store import INBOX, Mail, MailStore
from sandbox.mail_summary import header, parsed
from sandbox.sent_orders import read_order
from sandbox.suppliers import answers, compose

Json = dict[str, Any]
Changed = Callable[[Json], None]


class WrongMail(ValueError):  # noqa: N818 - errors are named by what is wrong
    """The mail asked for cannot be made; the message says why."""


class PostOffice:
    """All that happens to a mail between the plant and its suppliers; `changed` hears {"side", "mail"}."""

    def __init__(self, store: MailStore, seed_mail: Mapping[str, Any], *, changed: Changed | None = None) -> None:
        self.store = store
        self.address = str(seed_mail.get("address") or "purchasing@sandbox.example")
        self.domain = self.address.rpartition("@")[2]
        self.authserv = str(seed_mail.get("authserv") or f"mx.{self.domain}")
        self._names = {str(one["address"]).lower(): str(one["name"]) for one in seed_mail.get("suppliers", ())}
        self._changed = changed

    def take(self, raw: bytes, *, sender: str, recipients: Iterable[str], login: str = "") -> int:
        """Mail that the plant hands in: kept for suppliers, delivered to the plant where it is itself the recipient."""
        everybody = tuple(recipients)
        ours = [one for one in everybody if self._is_ours(one)]
        theirs = tuple(one for one in everybody if not self._is_ours(one))
        number = 0
        if ours:
            number = self._deliver(self._own_copy(raw, login), sender=sender, recipients=ours)
        if theirs:
            number = self.store.keep_mail("sent", raw, sender=sender, recipients=theirs)
            self._tell("sent", number)
        for lost in (one for one in theirs if one.partition("@")[0].lower() == "bounce"):
            self._deliver(self._bounce(raw, lost), sender="", recipients=[sender])
        return number

    def answer(self, mail: int, kind: str, text: str = "") -> int:
        """Let the supplier answer a sent mail; answers the new mail's id. Raises WrongMail, NoSuchAnswer."""
        sent = self.store.mail(mail)
        if sent is None or sent.side != "sent":
            msg = f"there is no sent mail {mail}"
            raise WrongMail(msg)
        order = read_order(sent.raw, sent.recipients)
        if kind == "free" and not text.strip():
            msg = "a free answer needs words"
            raise WrongMail(msg)
        before = [str(earlier.answer) for earlier in self.store.answers(mail)]
        name = self.name_of(order.supplier)
        reply = compose(kind, order, now=_now(), text=text, name=name, before=before)
        stamped = self.stamp(reply.message, reply.sender, reply.authentication)
        number = self._deliver(stamped, sender=reply.sender, recipients=[order.reply_to])
        self.store.note_answer(number, mail, kind)
        return number

    def write(self, wanted: Json) -> int:
        """A mail made of from, to, subject, text, html, attachments, authentication, in_reply_to. Raises WrongMail."""
        mail = EmailMessage(policy=SMTP)
        name, sender = parseaddr(str(wanted.get("from") or ""))
        if "@" not in sender:
            msg = "from is not an address"
            raise WrongMail(msg)
        try:
            mail["From"] = Address(display_name=name, addr_spec=sender)
            mail["To"] = str(wanted.get("to") or self.address)
            mail["Subject"] = str(wanted.get("subject") or "")
            mail["Date"] = format_datetime(_now())
            mail["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
            if wanted.get("in_reply_to"):
                mail["In-Reply-To"] = mail["References"] = str(wanted["in_reply_to"])
            _fill(mail, wanted)
        except (ValueError, IndexError, KeyError, TypeError) as fault:
            raise WrongMail(str(fault)) from fault
        stamped = self.stamp(mail.as_bytes(), sender, str(wanted.get("authentication") or "none"))
        return self._deliver(stamped, sender=sender, recipients=[str(mail["To"])])

    def put(self, raw: bytes) -> int:
        """Any mail into the plant's mailbox, byte for byte."""
        mail = parsed(raw)
        sender = parseaddr(header(mail, "From"))[1]
        return self._deliver(raw, sender=sender, recipients=[self.address])

    def stamp(self, raw: bytes, sender: str, authentication: str) -> bytes:
        """The mail as the plant's own mail server hands it on: its verdict first, then the way the mail came."""
        domain = sender.rpartition("@")[2] or "unknown.example"
        if authentication not in _VERDICTS:
            msg = f"authentication is one of {', '.join(_VERDICTS)}"
            raise WrongMail(msg)
        verdict = _VERDICTS[authentication].format(authserv=self.authserv, domain=domain, sender=sender)
        return _crlf(verdict + self._way(domain, sender)) + raw

    def name_of(self, address: str) -> str:
        """The supplier's name for an address, or for another address of the same domain; empty if unknown."""
        domain = "@" + address.lower().rpartition("@")[2]
        exact = self._names.get(address.lower())
        return exact or next((name for known, name in self._names.items() if known.endswith(domain)), "")

    def listing(self) -> Json:
        """{sent: […], plant: […]} as the page shows them."""
        return {
            "sent": [self.shown(mail) for mail in self.store.mails("sent")],
            "plant": [self.shown(mail) for mail in self.store.mails("plant")],
        }

    def shown(self, mail: Mail) -> Json:
        """One mail as JSON: its summary, `answers` that may be given, `replies` that were."""
        offered = answers().values() if mail.side == "sent" else ()
        ready = [{"kind": one.kind, "label": one.label, "group": one.group} for one in offered]
        replies = self.store.answers(mail.id) if mail.side == "sent" else []
        return {
            "id": mail.id,
            **mail.summary,
            "date": mail.summary["date"] or mail.at.isoformat(),
            "side": mail.side,
            "received_at": mail.at.isoformat(),
            "envelope": {"from": mail.sender, "to": list(mail.recipients)},
            "answers": ready,
            "replies": [{"id": reply.id, "kind": reply.answer, "at": reply.at.isoformat()} for reply in replies],
        }

    def _is_ours(self, address: str) -> bool:
        return address.lower().rpartition("@")[2] == self.domain.lower()

    def _deliver(self, raw: bytes, *, sender: str, recipients: Iterable[str]) -> int:
        number = self.store.keep_mail("plant", raw, sender=sender, recipients=recipients)
        self.store.deliver(INBOX, number)
        self._tell("plant", number)
        return number

    def _tell(self, side: str, number: int) -> None:
        if self._changed is not None:
            self._changed({"kind": "mail", "side": side, "mail": number})

    def _own_copy(self, raw: bytes, login: str) -> bytes:
        verdict = f"auth=pass smtp.auth={login}" if login else "none"
        received = f"Received: from [127.0.0.1] by {self.authserv} with ESMTP; {format_datetime(_now())}\n"
        return _crlf(f"Authentication-Results: {self.authserv}; {verdict}\n{received}") + raw

    def _way(self, domain: str, sender: str) -> str:
        when = format_datetime(_now())
        return (
            f"Return-Path: <{sender}>\n"
            f"Delivered-To: {self.address}\n"
            f"Received: from mail.{domain} (mail.{domain} [203.0.113.25])\n"
            f"\tby {self.authserv} with ESMTPS id {make_msgid()[1:13]}; {when}\n"
        )

    def _bounce(self, raw: bytes, lost: str) -> bytes:
        notice = EmailMessage(policy=SMTP)
        notice["From"] = Address(display_name="Mail Delivery System", addr_spec=f"MAILER-DAEMON@{self.authserv}")
        notice["To"] = self.address
        notice["Subject"] = "Undelivered Mail Returned to Sender"
        notice["Date"] = format_datetime(_now())
        notice["Message-ID"] = make_msgid(domain=self.authserv)
        notice["Auto-Submitted"] = "auto-replied"
        head = raw.split(b"\r\n\r\n", 1)[0] + b"\r\n"
        body = _BOUNCE.format(authserv=self.authserv, lost=lost, head=head.decode("utf-8", "replace").replace("\r", ""))
        stamps = _crlf(f"Authentication-Results: {self.authserv}; none\nReturn-Path: <>\n")
        return stamps + notice.as_bytes().rstrip(b"\r\n") + b"\r\n" + _crlf(body)


def _fill(mail: EmailMessage, wanted: Json) -> None:
    mail.set_content(str(wanted.get("text") or ""))
    if wanted.get("html"):
        mail.add_alternative(str(wanted["html"]), subtype="html")
    for one in wanted.get("attachments") or ():
        kind = str(one.get("type") or one.get("mimetype") or "application/octet-stream")
        main, _, sub = kind.partition(";")[0].strip().partition("/")
        try:
            content = base64.b64decode(one["base64"], validate=True)
        except binascii.Error as fault:
            msg = f"the attachment {one.get('name')} is not base64"
            raise WrongMail(msg) from fault
        mail.add_attachment(content, maintype=main, subtype=sub or "octet-stream", filename=str(one["name"]))


def _now() -> datetime:
    return datetime.now(UTC).astimezone()


def _crlf(words: str) -> bytes:
    return words.replace("\n", "\r\n").encode("utf-8")


_VERDICTS = {
    "pass": (
        "Authentication-Results: {authserv};\n\tspf=pass smtp.mailfrom={sender};\n"
        "\tdkim=pass header.d={domain};\n\tdmarc=pass header.from={domain}\n"
    ),
    "fail": (
        "Authentication-Results: {authserv};\n\tspf=fail smtp.mailfrom={sender};\n"
        "\tdkim=none;\n\tdmarc=fail header.from={domain}\n"
    ),
    "none": "",
}
_BOUNCE = """\
MIME-Version: 1.0
Content-Type: multipart/report; report-type="delivery-status"; boundary="=_bounce_="

This is a MIME-encapsulated message.

--=_bounce_=
Content-Type: text/plain; charset=us-ascii

This is the mail system at host {authserv}.

I'm sorry to have to inform you that your message could not be delivered
to one or more recipients.

<{lost}>: 550 5.1.1 No such user here

--=_bounce_=
Content-Type: message/delivery-status

Reporting-MTA: dns; {authserv}

Final-Recipient: rfc822; {lost}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 No such user here

--=_bounce_=
Content-Type: text/rfc822-headers

{head}
--=_bounce_=--
"""
