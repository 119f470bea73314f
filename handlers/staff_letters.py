"""Plain mails to our own people: queued under a purpose, composed the same each time, and noted where one did not leave."""

import json
from dataclasses import dataclass
from email.utils import format_datetime

import templates
from handlers.happenings import NOTHING, Answer, Sent
from handlers.order_tokens import domain
from handlers.plain_letters import headed
from storage import outbox
from storage.outbox import Letter
from storage.tables import Outgoing, Person
from storage.unit_of_work import Note, UnitOfWork, fingerprint

APPROVAL, REQUEST, READING = "approval_letter", "request_letter", "reading_letter"
PURPOSES = frozenset({APPROVAL, REQUEST, READING})
"""What mails to our own people are queued for."""


@dataclass(frozen=True, slots=True)
class StaffLetter:
    """One mail to one of our own people: about which document, under which address the answer comes back."""

    to: str
    about: str
    note: templates.Note
    purpose: str
    reply_to: str = ""
    answers: str = ""
    """The Message-ID that it answers, so that mail programs keep both together."""


def language_of(uow: UnitOfWork, person: Person) -> str:
    """Return the language in which somebody is written to: their own, else the plant's."""
    return person.language[:2].lower() or uow.plant.language[:2].lower()


def queue(uow: UnitOfWork, letter: StaffLetter, key: str = "") -> None:
    """Queue a mail to be sent at once."""
    key = key or uow.next_key()
    kind = letter.purpose.partition("_")[0]
    body = {
        "from": uow.plant.mail.address,
        "name": uow.plant.name,
        "to": [letter.to],
        "subject": letter.note.subject,
        "text": letter.note.text,
        "reply_to": letter.reply_to or uow.plant.mail.address,
        "date": format_datetime(uow.now),
        "message_id": f"<{kind}.{fingerprint([key, letter.to])[:32]}@{domain(uow.plant)}>",
        "answers": letter.answers,
        "order": letter.about,
    }
    outbox.queue(uow, Letter("mail", f"{kind}:{key}", "mail", body, letter.purpose, key=key))


def outcome(uow: UnitOfWork, told: Sent) -> Answer:
    """Write down that a letter did not leave, so that nobody believes that somebody was told who was not."""
    if told.outcome in {"refused", "unknown"}:
        body = json.loads(uow.get(Outgoing, told.row_id).body)
        uow.audit(Note(body["order"], f"letter {told.outcome}", after={"to": body["to"]}, words=told.words))
    return NOTHING


def compose(body: dict[str, object]) -> bytes:
    """Return the final bytes of a letter; machines are told not to answer it by themselves."""
    mail = headed(body)
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(str(body["text"]))
    return mail.as_bytes()
