"""One mail of the mailroom, told whole: who wrote it and how far that is proven, what was read from which words, what became of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.parser import BytesHeaderParser
from email.utils import parseaddr
from typing import Any

from handlers import mail_cards, mail_corrections, mail_reasons, mail_rules, mailroom_rows
from handlers.extraction import shown
from handlers.extraction.mime import Mail, take_apart
from handlers.mail_cards import number_of
from handlers.mail_reasons import Asked, Line
from handlers.mail_texts import header
from storage import attachments, audit
from storage.tables import DeliveryNotice, InboundMail, Person, PurchaseOrder, Receipt, Supplier
from storage.unit_of_work import UnitOfWork

OPEN = frozenset({"asked", "failed"})
"""States in which a person may still decide about a mail."""
MOST_ATTEMPTS = 8
LOOKED_AT = 4 * 1024 * 1024
"""How much of a mail is looked at where somebody waits for the answer; the files behind it are not listed."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was done with a mail: when, by whom, what, and in which words."""

    at: datetime
    by: str
    what: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """Everything that is told about one mail; ``offered`` names what may be done with it now."""

    mail: InboundMail
    supplier: str
    reply_to: str
    holder: str
    state: str
    became: str
    reading: Mapping[str, Any]
    lines: Sequence[Line]
    rules: Sequence[Asked]
    rows: Sequence[shown.Row]
    files: Sequence[shown.Attached]
    events: Sequence[Event]
    offered: frozenset[str]

    @property
    def problems(self) -> list[str]:
        """What kept the reader from being certain."""
        return [str(each) for each in self.reading.get("problems") or ()]


def letter(uow: UnitOfWork, mail_id: int, *, heavy: bool = False) -> Letter:
    """Tell everything about a mail; ``heavy`` opens PDF and workbooks too. Raises ``LookupError`` where there is no such mail."""
    mail = uow.get(InboundMail, mail_id)
    raw = raw_of(uow, mail)
    parts = take_apart(raw if heavy else raw[:LOOKED_AT])
    reading = reading_of(mail)
    lines = mail_reasons.lines(reading)
    supplier = uow.find(Supplier, id=mail.supplier_id) if mail.supplier_id is not None else None
    holder = uow.find(Person, id=mail.taken_by_id) if mail.taken_by_id is not None else None
    return Letter(
        mail=mail,
        supplier=supplier.name if supplier is not None else "",
        reply_to=_reply_to(raw, mail),
        holder=holder.name if holder is not None else "",
        state=mailroom_rows.STATES.get(mail.state, mail.state),
        became=_became(uow, mail),
        reading=reading,
        lines=lines,
        rules=mail_reasons.asked(reading),
        rows=_rows(parts, lines, supplier.locale if supplier is not None else "", heavy=heavy),
        files=shown.attached(parts),
        events=_events(uow, mail.id),
        offered=offered(mail, raw_size=len(raw)),
    )


def raw_of(uow: UnitOfWork, mail: InboundMail) -> bytes:
    """Return a mail as it came; of one that was too large only its head is kept."""
    return attachments.content(uow, mail.attachment_id) if mail.attachment_id is not None else b""


def reading_of(mail: InboundMail) -> dict[str, Any]:
    """Return what the reader made of a mail; empty where it was never read."""
    found: dict[str, Any] = json.loads(mail.reading) if mail.reading else {}
    return found


def offered(mail: InboundMail, *, raw_size: int) -> frozenset[str]:
    """Return what may be done with a mail now: ``correct``, ``again``, ``ignore``, ``release``, ``count``, ``take_over``."""
    reading = reading_of(mail)
    kind, orders = reading.get("kind", ""), reading.get("orders")
    told = {
        "correct": mail.state in mail_corrections.OPEN and mail.supplier_id is not None,
        "again": mail.state in mail_rules.AGAIN and raw_size == mail.size,
        "ignore": mail.state in OPEN,
        "release": mail.state == "quarantined",
        "count": mail.state in OPEN and kind in mail_cards.FOR_THE_STORE and bool(orders),
        "take_over": mail.state in OPEN and kind in mail_cards.FOR_THE_BUYER and bool(orders),
    }
    return frozenset(name for name, fits in told.items() if fits)


def _rows(parts: Mail, lines: Sequence[Line], locale: str, *, heavy: bool) -> list[shown.Row]:
    quoted = [shown.Quotation(line.number, line.part, line.evidence) for line in lines if line.evidence]
    rows = shown.rows_of(parts, locale, cited={one.part for one in quoted}, heavy=heavy)
    return shown.marked(rows, quoted)


def _reply_to(raw: bytes, mail: InboundMail) -> str:
    """Return the Reply-To where it differs from the sender."""
    written = header(BytesHeaderParser().parsebytes(raw[:65536]), "Reply-To")
    return "" if parseaddr(written)[1].lower() == parseaddr(mail.sender)[1].lower() else written


def _became(uow: UnitOfWork, mail: InboundMail) -> str:
    """Say what followed from a mail: its order, the delivery note and the receipts made of it, and what a person did."""
    order = uow.find(PurchaseOrder, id=mail.order_id) if mail.order_id is not None else None
    said = [f"it is about {order.number or order.draft_number}"] if order is not None else []
    for notice in uow.all(DeliveryNotice, mail_id=mail.id):
        said.append(f"delivery note {notice.number or 'without a number'} is {notice.state}")
        said += [f"receipt {one.number} is {one.state}" for one in uow.all(Receipt, notice_id=notice.id)]
    return "; ".join([*said, *_corrected(mail), *([mail.problem] if mail.problem else [])])


def _corrected(mail: InboundMail) -> list[str]:
    """Say what a person said that a mail means instead."""
    told = json.loads(mail.correction) if mail.correction else {}
    lines = [f"{each['order']} line {each['line']}: {each['quantity'] or 'later'}" for each in told.get("lines", ())]
    return [f"a person corrected it ({', '.join(lines)})"] if told else []


def _events(uow: UnitOfWork, mail_id: int) -> list[Event]:
    names = {person.id: person.name for person in uow.all(Person)}
    entries = audit.timeline(uow.connection, [number_of(mail_id)])[-MOST_ATTEMPTS:]
    told = [(entry, entry.entry.get("actor")) for entry in entries]
    return [
        Event(entry.at, names.get(by, "Chargehand") if isinstance(by, int) else "Chargehand", entry.action, entry.words)
        for entry, by in told
    ]
