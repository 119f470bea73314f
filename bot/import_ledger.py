"""Keeps count while an import is written: what is new, changed or the same in each file, and what is wrong."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, insert, update
from sqlmodel import SQLModel

from bot.import_reading import Entry, Wrong
from storage.unit_of_work import Note, UnitOfWork, table

BATCH = 1000
Progress = Callable[[str, int, int], None]
Key = Any


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one row of a file wants to be in the database: its key, how people call it, and its fields."""

    key: Key
    subject: str
    entry: Entry
    fields: Mapping[str, Any]


@dataclass
class Ledger:
    """The unit of work of an import, with its faults, notes and counts."""

    uow: UnitOfWork
    progress: Progress
    wrong: list[Wrong] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    states: dict[str, dict[Key, str]] = field(default_factory=dict)

    def count(self, shape: str, key: Key, state: str) -> None:
        """Remember what becomes of a row; what is new stays new, and what has changed stays changed."""
        known = self.states.setdefault(shape, {})
        order = ("same", "changed", "new")
        known[key] = max(state, known.get(key, "same"), key=order.index)

    def counted(self, shape: str, state: str) -> int:
        """Return how many rows of a file are in a state."""
        return sum(known == state for known in self.states.get(shape, {}).values())


def upsert(
    ledger: Ledger, kind: type[SQLModel], wanted: Sequence[Wanted], existing: Mapping[Key, Any], *, shape: str
) -> None:
    """Insert what is new and change what differs, in batches; every new or changed row gets its audit entry."""
    fresh: dict[Key, dict[str, Any]] = {}
    altered: dict[Key, tuple[Any, dict[str, Any]]] = {}
    for want in _once(ledger, wanted):
        row = existing.get(want.key)
        if row is None:
            fresh[want.key] = blank(kind) | dict(want.fields)
            ledger.count(shape, want.key, "new")
            ledger.uow.audit(Note(want.subject, "imported", after=_plain(want.fields)))
            continue
        changes = {name: value for name, value in want.fields.items() if getattr(row, name) != value}
        ledger.count(shape, want.key, "changed" if changes else "same")
        if changes:
            altered[want.key] = (row, changes)
            before = _plain({name: getattr(row, name) for name in changes})
            ledger.uow.audit(Note(want.subject, "changed by import", before=before, after=_plain(changes)))
    _insert(ledger, kind, list(fresh.values()), shape)
    _update(ledger, kind, list(altered.values()))


def _once(ledger: Ledger, wanted: Sequence[Wanted]) -> list[Wanted]:
    """Fold rows with the same key into one: the later row wins, and a note says so."""
    folded: dict[Key, Wanted] = {}
    for want in wanted:
        earlier = folded.get(want.key)
        if earlier is not None:
            lines = f"{earlier.entry.line} and {want.entry.line}"
            ledger.notes.append(f"{want.entry.file}: {want.subject} stands in lines {lines}; the later line wins.")
            want = Wanted(want.key, want.subject, want.entry, {**earlier.fields, **want.fields})  # noqa: PLW2901
        folded[want.key] = want
    return list(folded.values())


def blank(kind: type[SQLModel]) -> dict[str, Any]:
    """Return the values that a row has before anybody fills them, its number left to the database."""
    return {column.name: getattr(column.default, "arg", None) for column in table(kind).columns if column.name != "id"}


def _plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value if isinstance(value, (int, bool, type(None))) else str(value) for name, value in fields.items()}


def _insert(ledger: Ledger, kind: type[SQLModel], rows: list[dict[str, Any]], shape: str) -> None:
    for start in range(0, len(rows), BATCH):
        ledger.uow.connection.execute(insert(table(kind)), rows[start : start + BATCH])
        ledger.progress(shape, min(start + BATCH, len(rows)), len(rows))


def _update(ledger: Ledger, kind: type[SQLModel], rows: list[tuple[Any, dict[str, Any]]]) -> None:
    by_fields: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row, changes in rows:
        given = {f"new_{name}": value for name, value in changes.items()}
        by_fields.setdefault(tuple(sorted(changes)), []).append({"row_id": row.id, **given})
    for names, values in by_fields.items():
        statement = update(table(kind)).where(table(kind).c.id == bindparam("row_id"))
        ledger.uow.connection.execute(statement.values({name: bindparam(f"new_{name}") for name in names}), values)
