"""Statements prepared once: their text for the driver, the order of their values, and how rows come back."""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect, Executable
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

Values = Mapping[str, Any]
Turn = Callable[[Any], Any]
"""Turns a value into what the driver takes, or what the driver gives into a value."""


class Prepared:
    """A Core statement whose values are all named by ``bindparam``, compiled once for each kind of database.

    It goes straight to the driver, in the connection's transaction; a statement with an expanding ``IN`` cannot be one.
    """

    def __init__(self, statement: Executable) -> None:
        self.statement = statement
        self._plans: dict[str, _Plan] = {}

    def rows(self, connection: Connection, values: Values) -> list[Any]:
        """Return all rows as named tuples."""
        plan = self._plan(connection)
        return [plan.row(found) for found in plan.execute(connection, values).fetchall()]

    def row(self, connection: Connection, values: Values) -> Any:
        """Return the first row as a named tuple, or None."""
        plan = self._plan(connection)
        cursor = plan.execute(connection, values)
        found = cursor.fetchone()
        if found is None:
            return None
        # A statement that still has rows to give would keep SQLite from ending the transaction.
        cursor.close()
        return plan.row(found)

    def write(self, connection: Connection, values: Values) -> int:
        """Execute a statement that gives no rows; returns how many rows it touched."""
        return int(self._plan(connection).execute(connection, values).rowcount)

    def write_all(self, connection: Connection, many: Sequence[Values]) -> None:
        """Execute the statement once for each mapping of values."""
        if many:
            self._plan(connection).execute_many(connection, many)

    def insert(self, connection: Connection, values: Values) -> int:
        """Execute an insert that returns the row's number, and return that."""
        plan = self._plan(connection)
        cursor = plan.execute(connection, values)
        return int((cursor.fetchone()[0] if plan.returns else cursor.lastrowid) or 0)

    def _plan(self, connection: Connection) -> "_Plan":
        dialect = connection.dialect
        plan = self._plans.get(dialect.name)
        if plan is None:
            plan = self._plans[dialect.name] = _planned(self.statement, dialect)
        return plan


@dataclass(frozen=True, slots=True)
class _Plan:
    """One statement for one kind of database."""

    text: str
    order: tuple[str, ...] | None
    """The values' names in their order, where the driver counts instead of naming."""
    given: dict[str, Any]
    """Values that stand in the statement itself."""
    into: tuple[tuple[str, Turn], ...]
    out: tuple[tuple[int, Turn], ...]
    make: Callable[[Iterable[Any]], Any]
    returns: bool
    dialect: Dialect

    def execute(self, connection: Connection, values: Values) -> Any:
        cursor = connection.connection.cursor()
        try:
            cursor.execute(self.text, self._parameters(values))
        except self.dialect.loaded_dbapi.Error as trouble:
            raise self._said(connection, values, trouble) from trouble
        return cursor

    def execute_many(self, connection: Connection, many: Sequence[Values]) -> None:
        cursor = connection.connection.cursor()
        try:
            cursor.executemany(self.text, [self._parameters(values) for values in many])
        except self.dialect.loaded_dbapi.Error as trouble:
            raise self._said(connection, many[0], trouble) from trouble

    def row(self, found: Sequence[Any]) -> Any:
        if not self.out:
            return self.make(found)
        row = list(found)
        for at, turn in self.out:
            row[at] = turn(row[at])
        return self.make(row)

    def _parameters(self, values: Values) -> Any:
        filled = {**self.given, **values}
        for name, turn in self.into:
            filled[name] = turn(filled[name])
        return filled if self.order is None else [filled[name] for name in self.order]

    def _said(self, connection: Connection, values: Values, trouble: Exception) -> Exception:
        """Return the driver's error as everybody else who uses SQLAlchemy would see it; a lost connection is put away."""
        lost = self.dialect.is_disconnect(trouble, connection.connection.dbapi_connection, None)  # type: ignore[arg-type]
        if lost:
            connection.invalidate(trouble)
        told = DBAPIError.instance(
            self.text,
            dict(values),
            trouble,
            self.dialect.loaded_dbapi.Error,
            hide_parameters=True,
            connection_invalidated=lost,
            dialect=self.dialect,
        )
        assert isinstance(told, Exception)
        return told


def _planned(statement: Executable, dialect: Dialect) -> _Plan:
    compiled = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
    assert isinstance(compiled, SQLCompiler)
    if any(bind.expanding for bind in compiled.binds.values()):
        message = f"a statement with an expanding IN cannot be prepared: {compiled}"
        raise ValueError(message)
    types = {name: bind.type.dialect_impl(dialect) for name, bind in compiled.binds.items()}
    into = {name: kind.bind_processor(dialect) for name, kind in types.items()}
    columns = list(getattr(statement, "exported_columns", ()))
    out = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
    return _Plan(
        text=str(compiled),
        order=tuple(compiled.positiontup or ()) if compiled.positional else None,
        given={name: bind.effective_value for name, bind in compiled.binds.items() if not bind.required},
        into=tuple((name, turn) for name, turn in into.items() if turn is not None),
        out=tuple((at, turn) for at, turn in enumerate(out) if turn is not None),
        make=_record([column.name for column in columns]),
        returns=bool(columns),
        dialect=dialect,
    )


def _record(names: list[str]) -> Callable[[Iterable[Any]], Any]:
    """Return what makes named tuples with these attributes; a name that is there twice is only reached by its place."""
    # Its fields are the statement's columns, which only show at run time.
    made: Any = namedtuple("Record", names, rename=True)  # type: ignore[misc]  # noqa: PYI024
    maker: Callable[[Iterable[Any]], Any] = made._make
    return maker
