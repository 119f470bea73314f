"""Mails in words: a cancellation, a question, a return with its note; composed the same each time, one row each."""

import hashlib
import re
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from typing import Any

import templates
from handlers.order_tokens import LOOP_HEADER, domain, loop_mark
from orders.plant import Plant
from storage import outbox
from storage.outbox import Letter
from storage.unit_of_work import UnitOfWork
from templates.letters import MailText

LANE = "mail"


@dataclass(frozen=True, slots=True)
class PlainLetter:
    """One mail: to whom, what it says, under which address the answer comes back, and what follows from its outcome."""

    to: str
    text: MailText
    purpose: str
    about: str
    """What the row is queued under: mails about one thing leave one after the other."""
    reply_to: str = ""
    answers: str = ""
    """The Message-ID that it answers or belongs to, so that mail programs keep both together."""
    order_id: int | None = None
    papers: tuple[dict[str, Any], ...] = ()
    """What is printed and enclosed when the mail leaves: each names its ``kind`` and holds its frozen values."""
    more: dict[str, Any] = field(default_factory=dict)
    """What whoever follows the mail's outcome has to know."""
    automatic: bool = False
    """Whether a rule and no person wrote it: it says so in its head, so that no machine answers it."""


def usable_address(written: str) -> str | None:
    """Return a mail address that may stand in a header, or None."""
    address = written.strip()
    local, _, domain = address.rpartition("@")
    plain = local and "." in domain and address.isascii() and address.isprintable()
    return address if plain and not set(' ,;:<>"()[]\\') & set(address) else None


def queue(uow: UnitOfWork, letter: PlainLetter) -> int:
    """Queue a mail to be sent at once, with a copy to our own mailbox; returns the row's id."""
    plant = uow.plant
    proof = hashlib.sha256(f"{uow.key}:{letter.purpose}:{letter.about}:{letter.to}".encode()).hexdigest()[:24]
    body = {
        "order_id": letter.order_id,
        "from": plant.mail.address,
        "name": plant.address.name or plant.name,
        "to": [letter.to.strip()],
        "copies": [plant.mail.address],
        "subject": letter.text.subject,
        "text": letter.text.text,
        "html": letter.text.html,
        "date": format_datetime(uow.now),
        "message_id": f"<{letter.purpose.replace('_', '-')}.{proof}@{domain(plant)}>",
        "reply_to": letter.reply_to or plant.mail.address,
        "answers": letter.answers,
        "papers": list(letter.papers),
        **letter.more,
        "loop": loop_mark(plant) if letter.automatic else "",
    }
    return outbox.queue(uow, Letter("mail", letter.about, LANE, body, letter.purpose))


_OWN = re.compile(r"<(?P<purpose>[a-z-]{3,60})\.[0-9a-f]{24}@(?P<domain>[^>\s]+)>")


def purpose_of(plant: Plant, name: str) -> str:
    """Return the purpose that a Message-ID of ours names, empty for any other; that we sent it is for the outbox to say."""
    found = _OWN.fullmatch(name)
    ours = found is not None and found["domain"].lower() == domain(plant).lower()
    return found["purpose"].replace("-", "_") if found is not None and ours else ""


def compose(body: dict[str, Any]) -> bytes:
    """Return the mail's final bytes; the same body always gives the same ones."""
    mail = headed(body)
    mail.set_content(body["text"])
    mail.add_alternative(body["html"], subtype="html")
    for paper in body.get("papers") or ():
        content = PAPERS[paper["kind"]](paper)
        name = f"{paper['note']['number']}.pdf"
        mail.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    fix_boundaries(mail, body["message_id"])
    return mail.as_bytes()


def _return_note(paper: dict[str, Any]) -> bytes:
    return templates.return_note_pdf(paper["document"], paper["note"], paper=paper["paper"])


PAPERS = {"return_note": _return_note}
"""How each kind of enclosed paper is printed."""


def headed(body: dict[str, Any]) -> EmailMessage:
    """Return a mail with its headers and nothing else yet."""
    mail = EmailMessage(SMTP)
    mail["From"] = formataddr((body["name"], body["from"]))
    mail["To"] = ", ".join(body["to"])
    if body.get("cc"):
        mail["Cc"] = ", ".join(body["cc"])
    mail["Reply-To"] = body["reply_to"]
    mail["Subject"] = body["subject"]
    mail["Date"] = body["date"]
    mail["Message-ID"] = body["message_id"]
    if body.get("loop"):
        mail["Auto-Submitted"] = "auto-generated"
        mail["X-Auto-Response-Suppress"] = "OOF, AutoReply"
        mail[LOOP_HEADER] = body["loop"]
    if body.get("answers"):
        mail["In-Reply-To"] = mail["References"] = body["answers"]
    return mail


def fix_boundaries(mail: EmailMessage, name: str) -> None:
    """Name the boundaries after the message, because the library would draw them at random."""
    for number, part in enumerate(mail.walk()):
        if part.is_multipart():
            part.set_boundary("=_" + hashlib.sha256(f"{name}{number}".encode()).hexdigest()[:32])
