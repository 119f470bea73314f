"""One database, SQLite or PostgreSQL, opened so that a commit means that it is on disk."""

import select
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, InvalidatePoolError, OperationalError
from sqlmodel import SQLModel

import storage.tables  # noqa: F401  # the tables register themselves

T = TypeVar("T")

SQLITE_SETTINGS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=5000",
    "PRAGMA cache_size=-16000",
)

LITE_ARGUMENTS = {"check_same_thread": False, "isolation_level": None, "cached_statements": 512}
"""The driver keeps more compiled statements than we have."""


class DatabaseUnusable(Exception):  # noqa: N818  # said to whoever starts the bot
    """The database cannot be used as it is."""


class Database:
    """A database by its URL, for instance ``sqlite:////var/lib/chargehand/plant.db``."""

    def __init__(self, url: str, *, threads: int = 4) -> None:
        self.url = make_url(url)
        self.lite = self.url.get_backend_name() == "sqlite"
        self.engine = self._lite_engine() if self.lite else self._server_engine(threads)

    @property
    def threads(self) -> int:
        """How many threads may write at once: one on SQLite."""
        return 1 if self.lite else 4

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Yield a connection inside one transaction that is committed at the end, or rolled back on any error."""
        with self.engine.begin() as connection:
            yield connection

    def create(self) -> None:
        """Make every table that is not there yet."""
        SQLModel.metadata.create_all(self.engine)

    def check(self) -> None:
        """Raise ``DatabaseUnusable`` when it does not answer, or would lose what it has confirmed."""
        try:
            with self.engine.connect() as connection:
                connection.execute(text("SELECT 1"))
                if not self.lite and connection.execute(text("SHOW synchronous_commit")).scalar() == "off":
                    message = "PostgreSQL runs with synchronous_commit = off, so confirmed work could be lost."
                    raise DatabaseUnusable(message)
        except (OperationalError, DBAPIError) as trouble:
            message = f"The database at {self.url.render_as_string()} does not answer: {trouble.orig}"
            raise DatabaseUnusable(message) from trouble

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()

    def _lite_engine(self) -> Engine:
        if self.url.database and self.url.database != ":memory:":
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(self.url, connect_args=LITE_ARGUMENTS, hide_parameters=True)
        event.listen(engine, "connect", _set_up)
        event.listen(engine, "begin", _begin_immediate)
        return engine

    def _server_engine(self, threads: int) -> Engine:
        url = self.url.set(drivername="postgresql+psycopg") if self.url.drivername == "postgresql" else self.url
        engine = create_engine(url, pool_size=threads + 2, hide_parameters=True)
        event.listen(engine, "checkout", _still_there)
        return engine


def _set_up(connection: Any, record: object) -> None:  # noqa: ARG001  # the driver's own connection
    for setting in SQLITE_SETTINGS:
        connection.execute(setting)


def _still_there(connection: Any, record: object, lent: object) -> None:  # noqa: ARG001  # as SQLAlchemy calls it
    """Refuse a connection on which the server has spoken unasked: it said goodbye, and a fresh one is opened.

    Looking at the socket costs microseconds; asking the server would cost a round trip for each transaction.
    """
    if connection.closed:
        raise InvalidatePoolError
    unread = select.poll()
    unread.register(connection.fileno(), select.POLLIN)
    if unread.poll(0):
        raise InvalidatePoolError


def again_if_lost(work: Callable[[], T]) -> T:
    """Do work that leaves nothing behind when it fails, and once more on a fresh connection when the first was lost."""
    try:
        return work()
    except DBAPIError as trouble:
        if not trouble.connection_invalidated:
            raise
    return work()


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
