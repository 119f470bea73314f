"""What this machine can do at best: the same kind of transactions in the bare driver, measured in the same run."""

import itertools
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

TABLES = """
PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
CREATE TABLE orders(id INTEGER PRIMARY KEY, number TEXT UNIQUE, state TEXT, total INTEGER);
CREATE TABLE lines(id INTEGER PRIMARY KEY, order_id INTEGER, part TEXT, quantity INTEGER, received INTEGER);
CREATE TABLE audit(id INTEGER PRIMARY KEY, subject TEXT, action TEXT);
CREATE INDEX lines_order ON lines(order_id); CREATE INDEX audit_subject ON audit(subject);
"""


@contextmanager
def bare_lifecycle() -> Iterator[Callable[[], None]]:
    """Yield an order's life without any product around it: seven durable transactions with an audit row each."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        connection = sqlite3.connect(Path(folder) / "floor.db", isolation_level=None)
        connection.executescript(TABLES)
        numbers = itertools.count()
        yield lambda: _live(connection, f"PO-{next(numbers)}")
        connection.close()


def _live(connection: sqlite3.Connection, number: str) -> None:
    run = connection.execute
    run("BEGIN IMMEDIATE")
    order = run("INSERT INTO orders(number, state, total) VALUES(?, 'draft', 68400)", (number,)).lastrowid
    lines = [(order, f"P-{part}", 4) for part in range(3)]
    connection.executemany("INSERT INTO lines(order_id, part, quantity, received) VALUES(?, ?, ?, 0)", lines)
    _end(connection, number, "create")
    for state in ("pending", "approved", "sending", "sent"):
        run("BEGIN IMMEDIATE")
        run("UPDATE orders SET state = ? WHERE id = ?", (state, order))
        _end(connection, number, state)
    for state in ("partial", "received"):
        run("BEGIN IMMEDIATE")
        run("UPDATE lines SET received = received + 2 WHERE order_id = ?", (order,))
        run("UPDATE orders SET state = ? WHERE id = ?", (state, order))
        _end(connection, number, state)


def _end(connection: sqlite3.Connection, number: str, action: str) -> None:
    connection.execute("INSERT INTO audit(subject, action) VALUES(?, ?)", (number, action))
    connection.execute("COMMIT")
