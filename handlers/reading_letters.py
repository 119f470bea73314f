"""Readings by mail: a colleague's or a device's mail with a meter and a figure a line, proven to be theirs, and answered."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr

from sqlalchemy import func

import templates
from handlers import mail_cards, mail_known, people, readings, wording
from handlers.approval_replies import is_automatic, is_proven
from handlers.delivery_notices import Taken
from handlers.extraction.mime import take_apart
from handlers.extraction.sender import sender_of
from handlers.mail_cards import Look
from handlers.mail_texts import above_quotes, own_text
from handlers.staff_letters import READING, StaffLetter, language_of, queue
from orders.errors import ReadingUntimely, Refusal, Unlawful
from orders.meters import plain, thousandths
from storage import attachments
from storage.tables import InboundMail, Meter, MeterReading, Person
from storage.unit_of_work import Note, UnitOfWork, table

KIND = "readings"
SHOWN = 6
MOST = 200
"""How many readings one mail may bring."""
_LINE = re.compile(
    r"(?P<name>\S.*?)[\s:=;,]+(?P<value>[+-]?\d+(?:[.,]\d+)?|nan|[+-]?inf\w*)(?:\s+(?!reset|neu)(?P<unit>[^\d\s]\S*))??"
    r"(?:\s+(?:at|um|am|@)?\s*(?P<at>\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}\S*))?(?P<reset>\s+(?:reset|neu))?",
    re.IGNORECASE,
)
_PREFIX = re.compile(r"^(?:\s*(?:re|aw|fwd?|wg)\s*:)+\s*", re.IGNORECASE)
HOW = "write the meter and its figure, for instance P101-H 1240.5"


@dataclass
class Became:
    """What became of a mail's lines: what was taken, and what was not with why."""

    kept: list[str]
    refused: list[str]


def taken(uow: UnitOfWork, mail: InboundMail) -> Taken | None:
    """Take the readings of a mail whose subject says that it brings some; None for every other mail, and for one not proven."""
    address = parseaddr(mail.sender)[1].casefold()
    person = (
        next(iter(uow.all(Person, func.lower(table(Person).c.email) == address, active=True)), None)
        if address
        else None
    )
    device = address in uow.plant.reading_senders
    if person is None and not device:
        return None
    raw = attachments.content(uow, mail.attachment_id)
    letter = take_apart(raw)
    first, rest = _subject(letter.spoken("subject"))
    if not first:
        return None
    if not is_proven(sender_of(letter, mail_known.known(uow)), address) or (is_automatic(letter) and not device):
        return None
    became = _read(uow, mail, [rest, *above_quotes(own_text(raw)).splitlines()], person)
    uow.change(InboundMail, mail.id, kind=KIND)
    how = f"{len(became.kept)} readings taken, {len(became.refused)} not"
    if person is not None and not device:
        _answer(uow, mail, person, became, letter.spoken("subject"))
    elif became.refused:
        mail_cards.show(uow, mail, Look(became.refused[:SHOWN]))
        return Taken("asked", None, how)
    return Taken("settled", None, how)


def _subject(written: str) -> tuple[bool, str]:
    """Say whether a subject begins with the word for a reading, one or several, and return what stands behind it."""
    word, _, rest = _PREFIX.sub("", written).strip().partition(" ")
    command = wording.command_words().get(wording.folded(word.strip(" :,.-")), "")
    return command == "reading", rest.strip(" :-")


def _read(uow: UnitOfWork, mail: InboundMail, lines: list[str], person: Person | None) -> Became:
    """Take line by line; one that is refused leaves the others as they are."""
    actor, uow.actor = uow.actor, people.actor(person) if person is not None else uow.actor
    became = Became([], [])
    for line in _told(lines):
        kept, savepoint = len(uow.notes), uow.connection.begin_nested()
        try:
            became.kept.append(_one(uow, mail, line))
        except Refusal as refusal:
            savepoint.rollback()
            del uow.notes[kept:]
            became.refused.append(f"{line[:60]}: {refusal}")
        else:
            savepoint.commit()
    uow.actor = actor
    if not became.kept and not became.refused:
        became.refused.append(f"There is no reading in it: {HOW}.")
    uow.audit(Note(mail_cards.number_of(mail.id), "readings by mail", after={"taken": len(became.kept)}))
    return became


def _told(lines: list[str]) -> Iterator[str]:
    """Yield the lines that say something; in a mail a greeting or a farewell has no digit."""
    said = [line.strip() for line in lines if re.search(r"\d|\bnan\b", line, re.IGNORECASE)]
    yield from said[:MOST]
    if len(said) > MOST:
        yield f"{len(said) - MOST} more: one mail brings at most {MOST}"


def _one(uow: UnitOfWork, mail: InboundMail, line: str) -> str:
    """Take one line; the same reading once more is told as what is kept already."""
    found = _LINE.fullmatch(line.strip(" .;"))
    if found is None:
        raise Unlawful(why=f"{HOW[0].upper()}{HOW[1:]}.")
    meter = readings.named(uow, found["name"])
    value, at = thousandths(found["value"]), _moment(uow, found["at"]) or min(mail.received_at, uow.now)
    if found["reset"] and uow.actor.person_id is not None:
        readings.check_reset(uow)
    known = uow.find(MeterReading, meter_id=meter.id, at=at)
    if known is not None and known.value == value:
        return f"{meter.code} {plain(value)} {meter.unit} (kept already)"
    readings.taken(uow, meter, readings.Told(value, at, "mail", reset=bool(found["reset"])))
    return f"{meter.code} {plain(value)} {uow.get(Meter, meter.id).unit}"


def _moment(uow: UnitOfWork, written: str | None) -> datetime | None:
    """Read a moment by the plant's clock, or by the zone that stands behind it."""
    if not written:
        return None
    try:
        at = datetime.fromisoformat(written)
    except ValueError as wrong:
        raise ReadingUntimely(at=written, why="write the moment like 2026-11-22 14:05") from wrong
    at = at if at.tzinfo is not None else at.replace(tzinfo=uow.plant.zone)
    if at.year < readings.FIRST_YEAR:
        raise ReadingUntimely(at=written, why=f"it lies before {readings.FIRST_YEAR}")
    return at


def _answer(uow: UnitOfWork, mail: InboundMail, person: Person, became: Became, subject: str) -> None:
    """Write back what was taken, and why each other line was not."""
    if not uow.plant.mail.address:
        return
    values = {"kept": became.kept, "refused": became.refused, "written": _PREFIX.sub("", subject).strip()}
    note = templates.note("reading_letter", language=language_of(uow, person), plant=uow.plant.name, **values)
    queue(uow, StaffLetter(person.email, mail_cards.number_of(mail.id), note, READING, answers=mail.message_id))
