"""Supplier mail: stored raw first, read outside, settled in one transaction; every mail ends in a named state."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from email.message import Message
from email.parser import BytesHeaderParser
from typing import Any

from sqlalchemy import bindparam, func, select

from handlers import (
    approval_replies,
    cancellation_answers,
    delivery_notices,
    extraction,
    invoice_capture,
    late_deliveries,
    mail_cards,
    mail_known,
    mail_reports,
    mail_silence,
    order_outcomes,
    plain_letters,
    reading_letters,
    supplier_answers,
    supplier_holds,
    visits,
)
from handlers.delivery_notices import Taken
from handlers.extraction import Known, Reading
from handlers.extraction.mime import take_apart
from handlers.extraction.sender import sender_of
from handlers.happenings import NOTHING, Answer, MailTaken
from handlers.mail_buttons import CLICKS, SUBMISSIONS
from handlers.mail_cards import Look, number_of
from handlers.mail_readings import Unsure
from handlers.mail_texts import header
from handlers.order_tokens import LOOP_HEADER, is_own_loop, order_by_token, own_message
from storage import attachments
from storage.prepared import Prepared
from storage.tables import InboundMail, Outgoing, PurchaseOrder, Supplier
from storage.unit_of_work import Note, UnitOfWork, table

_MAILS = table(InboundMail)
_SAME = Prepared(select(_MAILS.c.id).where(_MAILS.c.sha256 == bindparam("digest")).limit(1))
GENERAL = frozenset({"something could not be read with certainty", "two sources disagree"})
"""Doubts of the reader that say nothing where it also names what it doubts."""
READ_ANEW = {
    "proposed": "read again, and proposed to the store",
    "settled": "read again, and taken in",
    "duplicate": "read again: the same as an earlier note",
    "ignored": "read again: nothing to do",
}
"""What the card of a mail that was read again says when nobody has to look at it any more."""
MACHINES = frozenset({"auto_reply", "bounce"})
"""Kinds of mail that no person wrote; nothing of them is ever answered by mail, not even to people of ours."""
GOODS = frozenset({"despatch", "delivery"})
"""Kinds of mail that say that goods come."""
HEAD = 65_536
"""How many bytes of a mail are looked at for its headers before it is read."""


def take(  # noqa: PLR0917  # the place of a mail in a mailbox has four parts
    uow: UnitOfWork, account: str, folder: str, uidvalidity: int, uid: int, content: bytes, received_at: datetime
) -> Answer:
    """Store a mail as it came, once; the same place twice changes nothing, the same bytes elsewhere are a duplicate."""
    place = {"account": account, "folder": folder, "uidvalidity": uidvalidity, "uid": uid}
    if uow.find(InboundMail, **place) is not None:
        return NOTHING
    digest = hashlib.sha256(content).hexdigest()
    repeated = uow.row(_SAME, digest=digest) is not None
    letter = _head(content)
    mail_id = uow.add(
        InboundMail,
        **place,
        **_headers(letter),
        sha256=digest,
        attachment_id=attachments.keep(uow, content, "message/rfc822"),
        size=len(content),
        received_at=received_at,
        state="duplicate" if repeated else "stored",
        attempts=0,
    )
    if is_own_loop(uow.plant, header(letter, LOOP_HEADER)) and not repeated:
        uow.change(InboundMail, mail_id, state="ignored", kind="loop", problem="a reminder of ours that came back")
        return NOTHING
    own = _own_copy(uow, letter)
    if own is not None:
        uow.change(InboundMail, mail_id, state="settled", kind="own copy", order_id=own[0])
        order_outcomes.proven_sent(uow, *own)
    elif _own_letter(uow, letter):
        uow.change(InboundMail, mail_id, state="settled", kind="own copy")
    return NOTHING


def take_oversize(
    uow: UnitOfWork, account: str, folder: str, uidvalidity: int, uid: int, *, size: int, headers: bytes
) -> Answer:
    """Note a mail that is too large to be fetched, and ask a person to look at it in the mailbox."""
    place = {"account": account, "folder": folder, "uidvalidity": uidvalidity, "uid": uid}
    if uow.find(InboundMail, **place) is not None:
        return NOTHING
    problem = f"the mail is too large to be read ({size // 1_048_576} MiB); look at it in the mailbox"
    mail_id = uow.add(
        InboundMail,
        **place,
        **_headers(_head(headers)),
        sha256=hashlib.sha256(headers).hexdigest(),
        attachment_id=attachments.keep(uow, headers, "message/rfc822"),
        size=size,
        received_at=uow.now,
        state="asked",
        problem=problem,
        attempts=0,
    )
    mail_cards.show(uow, uow.get(InboundMail, mail_id), Look([problem]))
    return NOTHING


def _head(content: bytes) -> Message:
    return BytesHeaderParser().parsebytes(content[:HEAD])


def _headers(letter: Message) -> dict[str, str]:
    names = {"subject": "Subject", "sender": "From", "message_id": "Message-ID"}
    return {column: header(letter, name) for column, name in names.items()}


def _own_copy(uow: UnitOfWork, letter: Message) -> tuple[int, int] | None:
    """Recognise the blind copy of an order of ours: our own sender and a Message-ID that only we can have made."""
    address = uow.plant.mail.address.lower()
    if not address or address not in header(letter, "From").lower() or _is_forged(uow, letter):
        return None
    return own_message(uow.plant, header(letter, "Message-ID"))


def _own_letter(uow: UnitOfWork, letter: Message) -> bool:
    """Recognise the blind copy of any other letter of ours: our own sender and the Message-ID of a mail that we queued."""
    address = uow.plant.mail.address.lower()
    name = header(letter, "Message-ID").strip()
    if not address or address not in header(letter, "From").lower() or not name or _is_forged(uow, letter):
        return False
    purpose = plain_letters.purpose_of(uow.plant, name)
    rows = uow.all(Outgoing, wire="mail", purpose=purpose) if purpose else []
    return any(json.loads(row.body).get("message_id") == name for row in reversed(rows))


def _is_forged(uow: UnitOfWork, letter: Message) -> bool:
    """Say whether our own mail server found that a mail is not from whom it says; without its word nothing is known."""
    if "Authentication-Results" not in letter:
        return False
    head = "".join(f"{name}: {written}\r\n" for name, written in letter.items())
    mail = take_apart(head.encode("utf-8", "surrogateescape"))
    return sender_of(mail, mail_known.known(uow)).trust == "forged"


def highest_uid(uow: UnitOfWork, *, account: str, folder: str, uidvalidity: int) -> int:
    """Return the highest uid that is stored of a folder, 0 for none."""
    same = (_MAILS.c.account == account, _MAILS.c.folder == folder, _MAILS.c.uidvalidity == uidvalidity)
    return int(uow.run(select(func.max(_MAILS.c.uid)).where(*same)).scalar() or 0)


def waiting(uow: UnitOfWork) -> list[int]:
    """Return the mails that are stored and not yet read, oldest first."""
    return list(uow.run(select(_MAILS.c.id).where(_MAILS.c.state == "stored").order_by(_MAILS.c.id)).scalars())


def prepare(uow: UnitOfWork, mail_id: int) -> tuple[bytes, Known, int]:
    """Return a mail's raw bytes, what the reader has to know, and which attempt this is."""
    mail = uow.get(InboundMail, mail_id)
    return attachments.content(uow, mail.attachment_id), mail_known.known(uow), mail.attempts


def read(uow: UnitOfWork, what: MailTaken) -> Answer:
    """Read and settle a stored mail in one go."""
    raw, known, _ = prepare(uow, what.mail_id)
    return settle(uow, mail_id=what.mail_id, reading=extraction.read(raw, known, source=str(what.mail_id)))


def settle(uow: UnitOfWork, *, mail_id: int, reading: Reading) -> Answer:
    """Write down what a mail says and what follows from it; a mail that is settled already stays as it is."""
    mail = uow.lock(InboundMail, mail_id)
    if mail.state != "stored":
        return NOTHING
    said = reading.to_json()
    sender = said["sender"]
    supplier = uow.find(Supplier, code=sender["supplier"]) if sender["supplier"] else None
    values = {"kind": said["kind"], "trust": sender["trust"], "supplier_id": supplier.id if supplier else None}
    written = json.dumps(said, ensure_ascii=False)
    uow.change(InboundMail, mail_id, reading=written, line_count=len(said["lines"]), **values)
    mail = uow.get(InboundMail, mail_id)
    if supplier_holds.watch(uow, mail, said, supplier) is not None and supplier is not None:
        supplier = uow.get(Supplier, supplier.id)
    became = _became(uow, mail, said, supplier)
    order_id = became.order_id or _first_order(uow, said)
    uow.change(InboundMail, mail_id, state=became.state, order_id=order_id, problem=became.how)
    after = {"state": became.state, "kind": said["kind"], "trust": sender["trust"], "orders": said["orders"]}
    uow.audit(Note(number_of(mail_id), became.state, after=after, rule=str(said["decision"].get("rule") or "")))
    if mail.attempts and became.state in READ_ANEW:
        mail_cards.settle(uow, mail, READ_ANEW[became.state])
    mail_silence.listen(uow, uow.get(InboundMail, mail_id), supplier)
    return NOTHING


def _became(uow: UnitOfWork, mail: InboundMail, said: dict[str, Any], supplier: Supplier | None) -> Taken:
    """Do what the reader decided; where the orders as they stand speak against it, all of it is undone and a person asked."""
    kept = len(uow.notes)
    savepoint = uow.connection.begin_nested()
    try:
        uow.silent = said["kind"] in MACHINES
        became = approval_replies.taken(uow, mail, said)
        became = became or reading_letters.taken(uow, mail)
        became = became or mail_reports.taken(uow, mail, said)
        uow.silent = True
        became = became or visits.taken(uow, mail, said, supplier)
        became = became or _held_back(uow, mail, said, supplier)
        became = became or ACTIONS[said["decision"]["action"]](uow, mail, said, supplier)
        invoice_capture.from_beside(uow, mail, said, supplier)
    except Unsure as unsure:
        savepoint.rollback()
        del uow.notes[kept:]
        return _asked(uow, mail, said, supplier, str(unsure))
    finally:
        uow.silent = False
    savepoint.commit()
    return became


def _held_back(uow: UnitOfWork, mail: InboundMail, said: dict[str, Any], supplier: Supplier | None) -> Taken | None:
    """Show a person whatever comes from a supplier who is held back, and take nothing from it; None for everybody else."""
    if supplier is None or not supplier.held or said["decision"]["action"] not in ("propose", "ask"):
        return None
    return _asked(uow, mail, said, supplier, f"{supplier.name} is held back until somebody has called them")


def _first_order(uow: UnitOfWork, said: dict[str, Any]) -> int | None:
    order = uow.find(PurchaseOrder, number=said["orders"][0]) if said["orders"] else None
    return order.id if order is not None else None


def _proposed(uow: UnitOfWork, mail: InboundMail, said: dict[str, Any], supplier: Supplier | None) -> Taken:
    """Take what was read with certainty; goods only ever as a proposal, and nothing from a sender who is not verified."""
    if mail.trust != "verified":
        raise Unsure("the sender is known but not verified")
    if cancellation_answers.awaited(uow, said, supplier) is not None:
        return cancellation_answers.taken(uow, mail, said, supplier)
    return TAKEN.get(said["kind"], _asked)(uow, mail, said, supplier)


def _doubted(uow: UnitOfWork, mail: InboundMail, said: dict[str, Any], supplier: Supplier | None) -> Taken:
    """Put an answer on the supplier's own terms before the buyer; of every other doubt the mail itself is shown."""
    if mail.trust == "verified" and cancellation_answers.awaited(uow, said, supplier) is not None:
        return cancellation_answers.taken(uow, mail, said, supplier)
    if invoice_capture.is_invoice(said):
        return invoice_capture.taken(uow, mail, said, supplier)
    offered = supplier_answers.is_offer(said) or (supplier_answers.is_substitute(said) and mail.trust == "verified")
    taken = supplier_answers.taken if offered else _asked
    return taken(uow, mail, said, supplier)


def _asked(uow: UnitOfWork, mail: InboundMail, said: dict[str, Any], supplier: Supplier | None, *also: str) -> Taken:
    """Show a person what was read and why it asks; the return of our own order's mail is taken at once."""
    if said["kind"] == "bounce" and (came_back := _bounced(uow, mail)) is not None:
        return came_back
    if said["kind"] in GOODS and mail.trust == "verified":
        late_deliveries.announced(uow, said["orders"], supplier, mail.subject)
    mail_cards.show(uow, mail, Look(_doubts(said, *also), said))
    return Taken("asked")


def _doubts(said: dict[str, Any], *also: str) -> list[str]:
    """Return what is doubtful, each doubt once: not what was certain, and nothing general where something is named."""
    decision = said["decision"]
    reasons = [] if decision["action"] == "propose" else decision["reasons"]
    named = list(dict.fromkeys([*also, *reasons, *said["problems"]]))
    return [each for each in named if each not in GENERAL] or named


def _bounced(uow: UnitOfWork, mail: InboundMail) -> Taken | None:
    """Take back that an order was sent when its returned mail bears a Message-ID that only we can have made."""
    raw = attachments.content(uow, mail.attachment_id)
    own = own_message(uow.plant, raw.decode("latin-1"))
    # A reminder that comes back names the order that it belongs to, and says nothing of that order's own mail.
    if own is None or b"<order-reminder" in raw or uow.find(PurchaseOrder, id=own[0]) is None:
        return None
    order_outcomes.bounced(uow, own[0], mail.subject, own[1])
    return Taken("settled", own[0], "the order's mail came back")


def _ignored(uow: UnitOfWork, mail: InboundMail, said: dict[str, Any], supplier: Supplier | None) -> Taken:
    """Keep a mail that is nothing for us; one that came to an order's own address is not put away unseen."""
    if said["kind"] not in ("auto_reply", "bounce"):
        letter = _head(attachments.content(uow, mail.attachment_id))
        order = order_by_token(uow, f"{header(letter, 'To')} {header(letter, 'Cc')}")
        if order is not None:
            return _asked(uow, mail, said, supplier, f"it was written to the address of {order.number}")
    return Taken("ignored")


def _quarantined(uow: UnitOfWork, mail: InboundMail, said: dict[str, Any], supplier: Supplier | None) -> Taken:  # noqa: ARG001  # one shape for all
    """Hold a mail back and show what is wrong with it; nothing is taken from it."""
    mail_cards.show(uow, mail, Look(_doubts(said), {**said, "lines": []}, "quarantined"))
    return Taken("quarantined")


Action = Callable[[UnitOfWork, InboundMail, dict[str, Any], Supplier | None], Taken]
ACTIONS: dict[str, Action] = {"propose": _proposed, "ask": _doubted, "ignore": _ignored, "quarantine": _quarantined}
"""What is done about a mail, by the reader's decision."""
TAKEN: dict[str, Action] = {
    "despatch": delivery_notices.taken,
    "delivery": delivery_notices.taken,
    "order_response": supplier_answers.taken,
    "delay": supplier_answers.taken,
}
"""What is taken from a mail that was read with certainty, by its kind; every other kind is asked about."""


def failed(uow: UnitOfWork, *, mail_id: int, problem: str) -> Answer:
    """Keep a mail that could not be read with what went wrong, and show it to a person; the next mail goes on."""
    mail = uow.lock(InboundMail, mail_id)
    if mail.state != "stored":
        return NOTHING
    uow.change(InboundMail, mail_id, state="failed", problem=problem[:2000], attempts=mail.attempts + 1)
    uow.audit(Note(number_of(mail_id), "failed", words=problem[:2000]))
    mail_cards.show(uow, mail, Look(["it could not be read: it is kept, and a person has to look"]))
    return NOTHING


__all__ = [
    "CLICKS",
    "SUBMISSIONS",
    "failed",
    "highest_uid",
    "prepare",
    "read",
    "settle",
    "take",
    "take_oversize",
    "waiting",
]
