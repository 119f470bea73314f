"""The audit chain: every entry holds the hash of the one before it, so that no past entry can change unseen."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from orders.people import Actor
from storage.prepared import Prepared
from storage.tables import AuditEntry, AuditHead
from storage.unit_of_work import Note, UnitOfWork, canonical, table

_HEAD = table(AuditHead)
_AUDIT = table(AuditEntry)
_LOCK_HEAD = Prepared(select(_HEAD.c.number, _HEAD.c.hash).where(_HEAD.c.id == 1).with_for_update())
_FIRST_HEAD = Prepared(insert(_HEAD).values({name: bindparam(name) for name in ("id", "number", "hash")}))
_MOVE_HEAD = Prepared(update(_HEAD).where(_HEAD.c.id == 1).values(number=bindparam("last"), hash=bindparam("now")))
_ADD = Prepared(insert(_AUDIT).values({column.name: bindparam(column.name) for column in _AUDIT.c}))

START = "0" * 64
"""What stands before the first entry."""


def append(uow: UnitOfWork) -> None:
    """Chain the entries that the unit of work has gathered, under the lock of the chain's head."""
    if not uow.notes:
        return
    number, previous = _head(uow.connection)
    rows = []
    for actor, note in uow.notes:
        number += 1
        row = _row(number, previous, actor, note, uow)
        previous = str(row["hash"])
        rows.append(row)
    _ADD.write_all(uow.connection, rows)
    uow.write(_MOVE_HEAD, last=number, now=previous)
    uow.notes.clear()


def _head(connection: Connection) -> tuple[int, str]:
    found = _LOCK_HEAD.row(connection, {})
    if found is None:
        _FIRST_HEAD.write(connection, {"id": 1, "number": 0, "hash": START})
        return 0, START
    return int(found[0]), str(found[1])


def _row(number: int, previous: str, actor: Actor, note: Note, uow: UnitOfWork) -> dict[str, object]:
    salt = secrets.token_hex(16) if note.words else ""
    entry = {
        "number": number,
        "at": uow.now.isoformat(),
        "actor": actor.person_id,
        "on_behalf_of": note.on_behalf_of,
        "happening": uow.key,
        "subject": note.subject,
        "action": note.action,
        "before": dict(note.before),
        "after": dict(note.after),
        "rule": note.rule,
        "words": _commitment(salt, note.words) if note.words else "",
    }
    text = canonical(entry)
    return {
        "number": number, "at": uow.now, "subject": note.subject, "action": note.action, "entry": text,
        "note": note.words, "salt": salt, "previous": previous, "hash": chained(previous, text),
    }  # fmt: skip


def chained(previous: str, entry: str) -> str:
    """Return the hash of an entry that stands behind ``previous``."""
    return hashlib.sha256(b"\x00" + previous.encode() + entry.encode()).hexdigest()


def _commitment(salt: str, words: str) -> str:
    """Commit to free text, so that erasing text and salt later leaves the chain valid."""
    return hmac.new(salt.encode(), words.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as people read it on a timeline."""

    number: int
    at: datetime
    subject: str
    action: str
    entry: dict[str, object]
    words: str


def timeline(connection: Connection, subjects: Sequence[str]) -> list[Entry]:
    """Return all entries about the subjects (numbers of documents), oldest first."""
    found = connection.execute(select(_AUDIT).where(_AUDIT.c.subject.in_(subjects)).order_by(_AUDIT.c.number))
    return [Entry(row.number, row.at, row.subject, row.action, json.loads(row.entry), row.note) for row in found]


def broken_links(connection: Connection) -> Iterator[str]:
    """Name in sentences everything that is wrong with the chain; yields nothing when it is whole."""
    previous, number = START, 0
    for row in connection.execute(select(_AUDIT).order_by(_AUDIT.c.number)):
        number += 1
        if row.number != number:
            yield f"Entry {number} is missing; the next one is {row.number}."
            number = row.number
        if row.previous != previous or chained(row.previous, row.entry) != row.hash or not _shows_its_entry(row):
            yield f"Entry {row.number} ({row.action} {row.subject}) was changed."
        if not _words_agree(row):
            yield f"The words of entry {row.number} were changed."
        previous = row.hash
    head = connection.execute(select(_HEAD.c.number, _HEAD.c.hash).where(_HEAD.c.id == 1)).first()
    if head is not None and (head[0], head[1]) != (number, previous):
        yield f"The chain ends at entry {number}, but its head says {head[0]}."
    if head is None and number:
        yield "The chain has entries but no head."


def _shows_its_entry(row: Any) -> bool:
    """Say whether the columns that queries use repeat what the hashed entry says."""
    told = json.loads(row.entry)
    shown = (row.number, row.subject, row.action, row.at)
    return bool(shown == (told["number"], told["subject"], told["action"], datetime.fromisoformat(told["at"])))


def _words_agree(row: Any) -> bool:
    """Say whether the words are those committed to; erased words leave neither text nor salt."""
    if not row.salt:
        return not row.note
    return bool(json.loads(row.entry)["words"] == _commitment(row.salt, row.note))
