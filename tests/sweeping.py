"""One PostgreSQL database that many tests use one after the other: what a test left is swept out before the next one.

To make a database takes some 400 files and a quarter of a second; to empty the tables that a test wrote to takes a
tenth of that. A database whose tables themselves were changed is dropped and made anew.
"""

import os

import psycopg
from sqlmodel import SQLModel

import storage.tables  # noqa: F401  # the tables register themselves

TABLES = sorted(SQLModel.metadata.tables)
WRITTEN = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in TABLES)
SHAPE = """
    SELECT (SELECT sum(oid::bigint + xmin::text::bigint) FROM pg_class),
           (SELECT sum(attnum + xmin::text::bigint) FROM pg_attribute),
           (SELECT count(*) FROM pg_trigger) + (SELECT count(*) FROM pg_constraint) + (SELECT count(*) FROM pg_proc)
"""
LEAVE = """
    SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
RESTART = """
    SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false) FROM pg_sequences
    WHERE last_value IS NOT NULL
"""


class Swept:
    """A database beside the server's own ones, and the connection that sweeps it."""

    def __init__(self, server: str) -> None:
        self.server = server
        self.name = f"test_{os.getpid()}"
        self.url = server.replace("/postgres?", f"/{self.name}?")
        self._connection: psycopg.Connection | None = None
        self._shape: object = None

    def sweep(self) -> str:
        """Make the database as empty as a new one; returns its address."""
        if self._shape is None:
            self._make()
        try:
            self._sweep()
        except psycopg.OperationalError:
            # The last test ended everybody's connections, ours among them.
            self._connect()
            self._sweep()
        return self.url

    def close(self) -> None:
        """Drop the database."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None
        self._tell(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")

    def _sweep(self) -> None:
        connection = self._connection or self._connect()
        connection.execute(LEAVE)
        if connection.execute(SHAPE).fetchone() == self._shape:
            _empty(connection)
        else:
            self._make()

    def _make(self) -> None:
        self.close()
        self._tell(f"CREATE DATABASE {self.name} TEMPLATE template_empty STRATEGY file_copy")
        self._shape = self._connect().execute(SHAPE).fetchone()

    def _connect(self) -> psycopg.Connection:
        self._connection = psycopg.connect(self.url, autocommit=True)
        self._connection.execute("SET session_replication_role = replica")
        return self._connection

    def _tell(self, statement: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(statement)


def _empty(connection: psycopg.Connection) -> None:
    """Delete every row and give the room back, so that new rows lie in the order in which they come."""
    written = [name for (name,) in connection.execute(WRITTEN)]
    for name in written:
        connection.execute(f"DELETE FROM {name}")
    connection.execute(RESTART)
    if written:
        connection.execute(f"VACUUM {', '.join(written)}")
