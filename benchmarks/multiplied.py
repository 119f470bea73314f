"""A small past made large: the rows of real work, copied so many times inside the database, each copy with ids of its own."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Table, UniqueConstraint, func, select, text
from sqlmodel import SQLModel

from storage.columns import UtcDateTime
from storage.database import Database

HOURS_APART = 87.6
"""Each copy lies so much further back: a hundred copies are a year."""
FAST_SQLITE = ("PRAGMA synchronous=OFF", "PRAGMA foreign_keys=OFF", "PRAGMA cache_size=-400000")
OWN_WORDS = frozenset({"subject", "key", "plain_code", "name"})
"""Text that names something of the copy's own, though nothing forbids a second row with it."""


def multiply(database: Database, copies: Mapping[str, int]) -> None:
    """Copy every row of the tables named, so many times each; what they refer to among them is copied with them.

    A table that is referred to by another must have at least as many copies as that one.
    """
    tables = [table for table in SQLModel.metadata.sorted_tables if copies.get(table.name)]
    with database.engine.connect() as connection:
        strides = {table.name: _stride(connection, table) for table in tables}
        connection.rollback()
        for setting in FAST_SQLITE if database.lite else ():
            # Past SQLAlchemy, which would begin a transaction first.
            connection.connection.cursor().execute(setting)
        with connection.begin():
            if not database.lite:
                connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            for table in tables:
                _copy(connection, table, copies[table.name], strides)
    _settle(database, tables)


def _stride(connection: Connection, table: Table) -> int:
    """Return how far apart the ids of two copies lie."""
    (column, *others) = table.primary_key.columns
    whole = not others and issubclass(column.type.python_type, int)
    return int(connection.execute(select(func.coalesce(func.max(column), 0))).scalar_one()) if whole else 0


def _copy(connection: Connection, table: Table, copies: int, strides: Mapping[str, int]) -> None:
    indexes = [index for index in table.indexes if not index.unique]
    for index in indexes:
        index.drop(connection)
    lite, own = connection.dialect.name == "sqlite", _own_words(table)
    chosen = ", ".join(_value(column, strides, own, lite=lite) for column in table.columns)
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    limit = strides[table.name]
    only = f'WHERE it."{next(iter(table.primary_key.columns)).name}" <= {limit}' if limit else ""
    numbers = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :copies)"
    rows = f'SELECT {chosen} FROM "{table.name}" AS it, numbers {only}'  # our own tables and columns
    into = f'INSERT INTO "{table.name}" ({names})'
    connection.execute(text(f"{numbers} {into} {rows}" if lite else f"{into} {numbers} {rows}"), {"copies": copies})
    for index in indexes:
        index.create(connection)


def _own_words(table: Table) -> frozenset[str]:
    """Return the text columns that must differ from copy to copy: one of each key and of each unique group."""
    groups: list[Sequence[Column[Any]]] = [list(table.primary_key.columns)]
    groups += [list(rule.columns) for rule in table.constraints if isinstance(rule, UniqueConstraint)]
    groups += [list(index.columns) for index in table.indexes if index.unique]
    kept = {column.name for column in table.columns if column.name in OWN_WORDS}
    for group in groups:
        worded = [column.name for column in group if column.type.python_type is str]
        kept.update(worded[-1:])
    return frozenset(kept)


def _value(column: Column[Any], strides: Mapping[str, int], own: frozenset[str], *, lite: bool) -> str:
    name = f'it."{column.name}"'
    target = next((key.column.table.name for key in column.foreign_keys), None)
    if column.primary_key and strides.get(column.table.name):
        return f"{name} + {strides[column.table.name]} * n"
    if target is not None:
        return f"{name} + {strides[target]} * n" if strides.get(target) else name
    if column.name in own:
        return f"{name} || '-' || n"
    if isinstance(column.type, UtcDateTime):
        earlier = f"strftime('%Y-%m-%d %H:%M:%f000', {name}, '-' || (n * {HOURS_APART}) || ' hours')"
        return earlier if lite else f"{name} - n * interval '{HOURS_APART} hours'"
    return name


def _settle(database: Database, tables: Sequence[Table]) -> None:
    """Let numbers given next lie behind the copies', and PostgreSQL know what it holds, as it would by itself."""
    if not database.lite:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for table in tables:
                (column, *_) = table.primary_key.columns
                if column.autoincrement is True:
                    last = f"(SELECT max({column.name}) FROM {table.name})"  # our own tables and columns
                    connection.exec_driver_sql(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), {last})")
            connection.exec_driver_sql("VACUUM ANALYZE")
    # Nobody goes on with a connection that was set up for speed alone.
    database.engine.dispose()
