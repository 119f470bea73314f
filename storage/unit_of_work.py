"""One happening, one transaction: reads typed rows, writes through one place, and remembers the answer by its key."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, Connection, Select, Table, bindparam, func, insert, select, update
from sqlmodel import SQLModel

from orders.people import CHARGEHAND, Actor
from orders.plant import Plant
from storage.prepared import Prepared

T = TypeVar("T", bound=SQLModel)
Values = Mapping[str, Any]


def table(kind: type[SQLModel]) -> Table:
    """Return the Core table behind a table class."""
    return cast("Table", kind.__table__)  # type: ignore[attr-defined]


@cache
def _by(kind: type[SQLModel], names: tuple[str, ...]) -> Select[Any]:
    columns = table(kind).c
    found = select(table(kind)).where(*(columns[name] == bindparam(name) for name in names))
    return found.order_by(*table(kind).primary_key.columns)


@cache
def _finding(kind: type[SQLModel], names: tuple[str, ...]) -> Prepared:
    return Prepared(_by(kind, names))


@cache
def _locking(kind: type[SQLModel]) -> Prepared:
    return Prepared(_by(kind, ("id",)).with_for_update())


@cache
def _adding(kind: type[SQLModel], names: tuple[str, ...], *, lite: bool) -> Prepared:
    """Prepare an insert of these columns, with the table's own defaults for those that are not named."""
    columns = table(kind).c
    defaults = {
        column.name: column.default.arg  # type: ignore[attr-defined]
        for column in columns
        if column.name not in names and column.default is not None and column.default.is_scalar
    }
    adding = insert(table(kind)).values({**{name: bindparam(name) for name in names}, **defaults})
    # SQLite's driver knows the number of the row by itself, and older ones cannot return it.
    return Prepared(adding if lite or "id" not in columns else adding.returning(columns["id"]))


@cache
def _changing(kind: type[SQLModel], names: tuple[str, ...], expected: tuple[str, ...]) -> Prepared:
    columns = table(kind).c
    where = [columns["id"] == bindparam("row_id"), *(columns[name] == bindparam(f"was_{name}") for name in expected)]
    return Prepared(update(table(kind)).where(*where).values({name: bindparam(f"new_{name}") for name in names}))


@dataclass(frozen=True, slots=True)
class Note:
    """One audit entry before it is chained: what was done to which document, with values before and after."""

    subject: str
    action: str
    before: Values = field(default_factory=dict)
    after: Values = field(default_factory=dict)
    rule: str = ""
    words: str = ""
    on_behalf_of: int | None = None


class UnitOfWork:
    """What a handler works with: rows to read, one way to write them, the plant's rules, the moment, and the actor.

    Rows come back as read-only records with the attributes of their table class; every change is written by name.
    """

    def __init__(self, connection: Connection, *, plant: Plant, now: datetime, key: str) -> None:
        self.connection = connection
        self.lite = connection.dialect.name == "sqlite"
        self.plant = plant
        self.now = now
        self.key = key
        self.actor: Actor = CHARGEHAND
        self.notes: list[tuple[Actor, Note]] = []
        self.silent = False
        """Whether this happening was caused by a mail of no person of ours: then no mail may follow from it."""
        self._sequence = 0

    def find(self, kind: type[T], /, **where: Any) -> T | None:
        """Return the one row with these values, or None."""
        return cast("T | None", _finding(kind, tuple(where)).row(self.connection, where))

    def get(self, kind: type[T], number: int | None) -> T:
        """Return the row with this id; raises ``LookupError`` when there is none."""
        found = self.find(kind, id=number)
        if found is None:
            message = f"no row {number} in {table(kind).name}"
            raise LookupError(message)
        return found

    def lock(self, kind: type[T], number: int) -> T:
        """Return the row with this id and keep everybody else from changing it until the commit."""
        row = _locking(kind).row(self.connection, {"id": number})
        if row is None:
            message = f"no row {number} in {table(kind).name}"
            raise LookupError(message)
        return cast("T", row)

    def all(self, kind: type[T], /, *conditions: ColumnElement[bool], **where: Any) -> list[T]:
        """Return the rows with these values and conditions, in order of their ids (or keys)."""
        if not conditions:
            return cast("list[T]", _finding(kind, tuple(where)).rows(self.connection, where))
        found = _by(kind, tuple(where)).where(*conditions)
        return cast("list[T]", self.connection.execute(found, where).all())

    def add(self, kind: type[SQLModel], /, **values: Any) -> int:
        """Insert a row and return its id (0 for a table that is keyed by words)."""
        adding = _adding(kind, tuple(values), lite=self.lite)
        if "id" in table(kind).c:
            return adding.insert(self.connection, values)
        adding.write(self.connection, values)
        return 0

    def change(self, kind: type[SQLModel], number: int, /, **values: Any) -> None:
        """Write new values into the row with this id."""
        self.change_if(kind, number, {}, **values)

    def change_if(self, kind: type[SQLModel], number: int, expected: Values, /, **values: Any) -> bool:
        """Write new values only while the row still has the expected ones; say whether it had (compare and set)."""
        statement = _changing(kind, tuple(values), tuple(expected))
        given = {"row_id": number}
        given |= {f"was_{name}": value for name, value in expected.items()}
        given |= {f"new_{name}": value for name, value in values.items()}
        return statement.write(self.connection, given) == 1

    def count(self, kind: type[SQLModel], *conditions: ColumnElement[bool]) -> int:
        """Count the rows that meet the conditions."""
        return self.connection.execute(select(func.count()).select_from(table(kind)).where(*conditions)).scalar_one()

    def rows(self, statement: Prepared, /, **values: Any) -> list[Any]:
        """Return the rows of a prepared statement."""
        return statement.rows(self.connection, values)

    def row(self, statement: Prepared, /, **values: Any) -> Any:
        """Return the first row of a prepared statement, or None."""
        return statement.row(self.connection, values)

    def write(self, statement: Prepared, /, **values: Any) -> int:
        """Execute a prepared statement that gives no rows; returns how many rows it touched."""
        return statement.write(self.connection, values)

    def run(self, statement: Any, values: Values | None = None) -> Any:
        """Execute any other Core statement."""
        return self.connection.execute(statement, dict(values or {}))

    def audit(self, note: Note) -> None:
        """Remember an entry by the acting person; all are chained at the end of the transaction, in this order."""
        self.notes.append((self.actor, note))

    def next_key(self) -> str:
        """Return a key for something that follows from this happening; the same happening gives the same keys."""
        self._sequence += 1
        return f"{self.key}#{self._sequence}"


canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=str, ensure_ascii=False).encode
"""Writes a value as JSON in the one form that hashes are made from."""


def fingerprint(content: Any) -> str:
    """Return the SHA-256 of a value's canonical JSON."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()
