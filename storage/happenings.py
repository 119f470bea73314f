"""Performing a happening once: its key, its answer, its refusal and its audit all in one transaction."""

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

from orders.errors import KeyReused, Refusal
from orders.plant import Plant
from storage import audit
from storage.database import Database, again_if_lost
from storage.points import point
from storage.prepared import Prepared
from storage.tables import Happening
from storage.unit_of_work import Note, UnitOfWork, fingerprint, table

_HAPPENINGS = table(Happening)
_COLUMNS: dict[str, Any] = {column.name: bindparam(column.name) for column in _HAPPENINGS.c}
_CLAIM = {
    name: Prepared(made(_HAPPENINGS).values(_COLUMNS).on_conflict_do_nothing(index_elements=["key"]))
    for name, made in (("postgresql", postgresql.insert), ("sqlite", sqlite.insert))
}
_FIND = Prepared(select(_HAPPENINGS).where(_HAPPENINGS.c.key == bindparam("key")))
_ANSWERED = Prepared(
    _HAPPENINGS.update().where(_HAPPENINGS.c.key == bindparam("of")).values(answer=bindparam("answer"))
)
_FORGOTTEN = Prepared(_HAPPENINGS.delete().where(_HAPPENINGS.c.key == bindparam("of")))
_MARK, _UNDO, _FREE = (Prepared(text(words)) for words in ("SAVEPOINT work", "ROLLBACK TO work", "RELEASE work"))
RETRYABLE = {"40001", "40P01", "55P03", "23505"}
"""PostgreSQL's codes for a conflict that goes away when the work is done again, two first rows of one key among them."""
TRIES = 5
ONLY_WRONG = {"errors"}
"""What an answer says that only names what is wrong with a form."""
DATA_ERROR_STATUS = 74
"""How the process ends when SQLite cannot tell whether a commit is on disk (EX_IOERR)."""

Answer = dict[str, Any]
Work = Callable[[UnitOfWork], Answer]


@dataclass(frozen=True, slots=True)
class Deed:
    """What is to be performed: its idempotency key, the route it came by, and what it said."""

    key: str
    route: str
    content: Any
    at: datetime


class OutcomeUnknown(Exception):  # noqa: N818  # neither a success nor a failure
    """The database did not say whether the last commit succeeded."""


def perform(database: Database, plant: Plant, deed: Deed, work: Work) -> Answer:
    """Do the work in one transaction and return its answer; the same key again returns the same answer.

    A ``Refusal`` undoes the work, is written to the audit and becomes the answer ``{"refused": …, "private": …}``.
    An answer of nothing but ``errors`` at the fields of a form leaves nothing behind, so that the form is sent again corrected.
    """
    for attempt in range(TRIES):
        try:
            return _once(database, plant, deed, work)
        except DBAPIError as trouble:
            # The key tells whether a connection that was lost had committed, so doing it again is never a second time.
            passing = trouble.connection_invalidated or getattr(trouble.orig, "sqlstate", None) in RETRYABLE
            if not passing or attempt == TRIES - 1:
                raise
            time.sleep(0.01 * 2**attempt)
    raise AssertionError


def _once(database: Database, plant: Plant, deed: Deed, work: Work) -> Answer:
    with database.engine.connect() as connection:
        transaction = connection.begin()
        try:
            answer, is_new = _within(connection, plant, deed, work)
            if not is_new:
                transaction.rollback()
                return answer
            point("before commit")
        except BaseException:
            transaction.rollback()
            raise
        _commit(database, connection, transaction.commit, deed.key)
    point("after commit")
    return answer


def perform_together(database: Database, plant: Plant, deeds: Sequence[tuple[Deed, Work]]) -> list[Answer] | None:
    """Do several happenings in one transaction with one commit; returns their answers in order.

    Each has its own key, refusal and audit. Where one of them breaks, nothing of all this has happened and None is
    returned: the caller performs each by itself, so that none is hurt by another.
    """
    with database.engine.connect() as connection:
        transaction = connection.begin()
        try:
            answers = [_within(connection, plant, deed, work)[0] for deed, work in deeds]
            point("before commit")
        except Exception:  # noqa: BLE001  # each is done again alone, and says then what is wrong
            transaction.rollback()
            return None
        except BaseException:
            transaction.rollback()
            raise
        _commit(database, connection, transaction.commit, deeds[-1][0].key)
    point("after commit")
    return answers


def _within(connection: Connection, plant: Plant, deed: Deed, work: Work) -> tuple[Answer, bool]:
    """Do the work inside an open transaction; returns the answer and whether it is a new one."""
    uow = UnitOfWork(connection, plant=plant, now=deed.at, key=deed.key)
    point("key looked up")
    earlier = _claim(connection, deed)
    if earlier is not None:
        return earlier, False
    answer = _answer(uow, work)
    if answer.keys() == ONLY_WRONG:
        uow.write(_FORGOTTEN, of=deed.key)
        return answer, True
    audit.append(uow)
    uow.write(_ANSWERED, of=deed.key, answer=json.dumps(answer, default=str))
    return answer, True


def _claim(connection: Connection, deed: Deed) -> Answer | None:
    """Write the key down, or return the answer that it was given before."""
    content = fingerprint(deed.content)
    values = {"key": deed.key, "route": deed.route, "content": content, "answer": "", "at": deed.at}
    if _CLAIM[connection.dialect.name].write(connection, values) == 1:
        return None
    row = _FIND.row(connection, {"key": deed.key})
    if row.content != content:
        refused = KeyReused(key=deed.key)
        return {"refused": "KeyReused", "private": str(refused)}
    return {**json.loads(row.answer), "repeated": True}


def _answer(uow: UnitOfWork, work: Work) -> Answer:
    kept = len(uow.notes)
    uow.write(_MARK)
    try:
        answer = work(uow)
    except Refusal as refusal:
        uow.write(_UNDO)
        uow.write(_FREE)
        del uow.notes[kept:]
        subject = str(refusal.values.get("subject") or refusal.values.get("order") or "")
        uow.audit(Note(subject, "refused", rule=type(refusal).__name__, words=str(refusal)))
        return {"refused": type(refusal).__name__, "private": str(refusal)}
    if answer.keys() == ONLY_WRONG:
        uow.write(_UNDO)
        del uow.notes[kept:]
    uow.write(_FREE)
    return answer


def _commit(database: Database, connection: Connection, commit: Callable[[], None], key: str) -> None:
    """Commit, or learn what became of it: SQLite only tells after a new start, PostgreSQL on a new connection."""
    try:
        commit()
    except DBAPIError as trouble:
        if database.lite:
            _stop_at_once(str(trouble.orig))
        if getattr(trouble.orig, "sqlstate", None) is not None:
            raise
        connection.invalidate()
        if not known(database, key):
            message = f"The commit of {key} was lost; nothing of it is in the database."
            raise OutcomeUnknown(message) from trouble


def known(database: Database, key: str) -> bool:
    """Look up on a fresh connection whether a happening is in the database."""
    with database.engine.connect() as fresh:
        return fresh.execute(select(_HAPPENINGS.c.key).where(_HAPPENINGS.c.key == key)).first() is not None


def _stop_at_once(why: str) -> None:
    """End the process without closing anything: an orderly close after a failed sync could undo the commit."""
    sys.stderr.write(f"The database file failed while confirming work ({why}). Stopping; the next start will look.\n")
    sys.stderr.flush()
    os._exit(DATA_ERROR_STATUS)


def reading(
    database: Database, plant: Plant, at: datetime, work: Callable[[UnitOfWork], Any], *, steady: bool = False
) -> Any:
    """Run something that only reads, in one transaction that is rolled back.

    ``steady`` reads everything as of one moment, whatever is committed meanwhile; SQLite never does otherwise.
    """

    def looked() -> Any:
        with database.engine.connect() as connection:
            if steady and not database.lite:
                connection.execution_options(isolation_level="REPEATABLE READ")
            transaction = connection.begin()
            try:
                return work(UnitOfWork(connection, plant=plant, now=at, key=""))
            finally:
                transaction.rollback()

    return again_if_lost(looked)


__all__ = ["Answer", "Deed", "OutcomeUnknown", "known", "perform", "perform_together", "reading"]


def is_done(key: str, uow: UnitOfWork) -> bool:
    """Say whether the happening with this key was performed already."""
    return uow.find(Happening, key=key) is not None
