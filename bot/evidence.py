"""``chargehand evidence``: everything that proves what happened to one order, in one file that others can check."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

import templates
from bot.inspection import shown
from handlers import plain_letters, purchase_orders
from handlers.order_documents import look_of
from handlers.order_mail import subject_of
from orders.errors import Refusal
from orders.plant import Plant
from storage import attachments
from storage.audit import chained
from storage.database import Database
from storage.happenings import reading
from storage.tables import AuditEntry, AuditHead, InboundMail, Outgoing, PurchaseOrder
from storage.unit_of_work import UnitOfWork, table

_AUDIT = table(AuditEntry)
SAME_TIME = (1980, 1, 1, 0, 0, 0)
"""Every file in the pack bears this time, so that the same evidence is always the same bytes."""

GUIDE = """Evidence for {number}

order.json      the order with everything that belongs to it, and its timeline with names
order.pdf, .xml the paper as it was approved (when it was)
mails/          the mails as they were sent and as they came, byte by byte
chain.json      the entries of the audit chain about it
manifest.json   the SHA-256 of every file here

How to check the chain: the hash of an entry is the SHA-256 of one zero byte, the 64 letters of "previous",
and the text of "entry" exactly as it stands here, in UTF-8. Each entry's "previous" is the hash of the entry
with the number before it; "links" names all hashes from the first entry here to the end of the chain.
Free text is not part of an entry, only an HMAC-SHA-256 of it: its key is "salt", its message "words".
"""


@dataclass(frozen=True, slots=True)
class Pack:
    """The evidence for one order: the file's name and its bytes."""

    name: str
    content: bytes


def pack(database: Database, plant: Plant, number: str) -> Pack | None:
    """Return the evidence for a purchase order; None when there is none of that number. Nothing is changed."""
    found: Pack | None = reading(database, plant, datetime.now(UTC), lambda uow: _packed(uow, number), steady=True)
    return found


def _packed(uow: UnitOfWork, number: str) -> Pack | None:
    told = shown(uow, number)
    if told is None or "draft_number" not in told:
        return None
    order = uow.find(PurchaseOrder, draft_number=told["draft_number"])
    assert order is not None
    name = order.number or order.draft_number
    files = {"README.txt": GUIDE.format(number=name).encode(), "order.json": _json(told)}
    files |= dict(_paper(uow, order)) | dict(_sent(uow, order)) | dict(_came(uow, order))
    files["chain.json"] = _json(_chain(uow, {entry["subject"] for entry in told["timeline"]} | {name}))
    manifest = {each: hashlib.sha256(content).hexdigest() for each, content in sorted(files.items())}
    return Pack(f"evidence-{name}.zip", _zipped({**files, "manifest.json": _json(manifest)}))


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _paper(uow: UnitOfWork, order: PurchaseOrder) -> Iterator[tuple[str, bytes]]:
    """Print the order once more from what was frozen at its approval; the same document gives the same bytes."""
    if not order.document:
        return
    document = json.loads(order.document)
    yield "order.pdf", templates.purchase_order_pdf(document, look=look_of(uow, document))
    yield "order.xml", templates.purchase_order_ubl(document)


def _sent(uow: UnitOfWork, order: PurchaseOrder) -> Iterator[tuple[str, bytes]]:
    for row in uow.all(Outgoing, wire="mail", subject=subject_of(order.id)):
        body = json.loads(row.body)
        told = {"state": row.state, "outcome": row.outcome, "ended_at": str(row.ended_at), "purpose": row.purpose}
        yield f"mails/sent-{row.id}.json", _json(told | {"to": body["to"], "message_id": body["message_id"]})
        raw = _as_sent(uow, order, body)
        if raw is not None:
            yield f"mails/sent-{row.id}.eml", raw


def _as_sent(uow: UnitOfWork, order: PurchaseOrder, body: Mapping[str, Any]) -> bytes | None:
    """Return a mail's bytes; None for a revision whose paper was replaced by a newer one."""
    if "document" not in body:
        return plain_letters.compose(dict(body))
    document = json.loads(order.document) if order.document else {}
    try:
        return purchase_orders.compose(dict(body), document, look_of(uow, document))
    except Refusal:
        return None


def _came(uow: UnitOfWork, order: PurchaseOrder) -> Iterator[tuple[str, bytes]]:
    for mail in uow.all(InboundMail, order_id=order.id):
        if mail.attachment_id is not None:
            yield f"mails/came-{mail.id}.eml", attachments.content(uow, mail.attachment_id)
        if mail.reading:
            yield f"mails/came-{mail.id}.reading.json", _json(json.loads(mail.reading))


def _chain(uow: UnitOfWork, subjects: set[str]) -> dict[str, Any]:
    """Return the entries about some documents, and the hashes of all links from the first of them to the end."""
    rows = uow.run(select(_AUDIT).where(_AUDIT.c.subject.in_(sorted(subjects))).order_by(_AUDIT.c.number)).all()
    entries = [_entry(row) for row in rows]
    first = rows[0].number if rows else 1
    links = uow.run(select(_AUDIT.c.number, _AUDIT.c.hash).where(_AUDIT.c.number >= first).order_by(_AUDIT.c.number))
    head = uow.find(AuditHead, id=1)
    return {
        "entries": entries,
        "links": [[link.number, link.hash] for link in links],
        "head": {"number": head.number, "hash": head.hash} if head is not None else None,
        "whole": all(chained(row.previous, row.entry) == row.hash for row in rows),
    }


def _entry(row: Any) -> dict[str, Any]:
    names = ("number", "previous", "hash", "entry", "salt")
    return {**{name: getattr(row, name) for name in names}, "words": row.note}


def _zipped(files: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, SAME_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return made.getvalue()
