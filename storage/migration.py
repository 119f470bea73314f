"""Brings a database to the schema of this release: made at once when it is new, upgraded step by step when it is older.

``python -m storage.migration regenerate`` writes the first revision anew from the tables, as long as there is only one.
"""

import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text
from sqlmodel import SQLModel

from storage.database import Database, DatabaseUnusable

if TYPE_CHECKING:
    from alembic.config import Config

SCRIPTS = Path(__file__).parent / "migrations"
LOCK = 7_221_104
"""The advisory lock that lets only one process at a time change the schema of a PostgreSQL database."""


class Standing(StrEnum):
    """How a database's schema stands to this release."""

    FRESH = "fresh"
    """There are no tables yet."""
    CURRENT = "current"
    """The schema is the one this release works with."""
    UNMARKED = "unmarked"
    """The tables are all there, but nothing says of which release they are."""
    BEHIND = "behind"
    """An older release made the schema."""
    AHEAD = "ahead"
    """A newer release made the schema."""
    FOREIGN = "foreign"
    """The tables are not ours, or only some of them are."""


@dataclass(frozen=True, slots=True)
class State:
    """How the schema stands, the revision it has, and the one that this release wants."""

    standing: Standing
    revision: str
    wanted: str

    def sentence(self) -> str:
        """Return what a person should know, and do."""
        return SENTENCES[self.standing].format(revision=self.revision, wanted=self.wanted)


SENTENCES = {
    Standing.FRESH: "The database is empty; `chargehand migrate` makes its tables.",
    Standing.CURRENT: "The database has schema {revision}, as this release wants it.",
    Standing.UNMARKED: "The database has all tables but no schema number; `chargehand migrate` writes {wanted} down.",
    Standing.BEHIND: "The database has schema {revision}, this release wants {wanted}: run `chargehand migrate`.",
    Standing.AHEAD: "The database has schema {revision}, which is newer than {wanted}: use the release that made it.",
    Standing.FOREIGN: "The database holds other tables than ours, so nothing was changed: name another database.",
}


def revisions(scripts: Path = SCRIPTS) -> list[str]:
    """Return the known revisions, oldest first; a revision's file begins with its number."""
    return sorted(path.name.partition("_")[0] for path in (scripts / "versions").glob("[0-9]*_*.py"))


def state(database: Database, scripts: Path = SCRIPTS) -> State:
    """Say how the database's schema stands to this release."""
    with database.engine.connect() as connection:
        return _state(connection, scripts)


def _state(connection: Connection, scripts: Path) -> State:
    known = revisions(scripts)
    there = set(inspect(connection).get_table_names())
    if "alembic_version" in there:
        revision = str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")
        if revision:
            standing = Standing.AHEAD if revision not in known else Standing.BEHIND
            return State(Standing.CURRENT if revision == known[-1] else standing, revision, known[-1])
    ours = set(SQLModel.metadata.tables)
    if not there - {"alembic_version"}:
        return State(Standing.FRESH, "", known[-1])
    complete = ours <= there and not _missing_columns(connection)
    return State(Standing.UNMARKED if complete else Standing.FOREIGN, "", known[-1])


def _missing_columns(connection: Connection) -> list[str]:
    looked_at = inspect(connection)
    return [
        f"{name}.{column.name}"
        for name, kept in SQLModel.metadata.tables.items()
        for column in kept.columns
        if column.name not in {found["name"] for found in looked_at.get_columns(name)}
    ]


def migrate(database: Database, scripts: Path = SCRIPTS) -> str:
    """Bring the schema up to date and say in a sentence what was done.

    Raises ``DatabaseUnusable`` for a schema that a newer release made, or that is not ours. A SQLite file that has
    to be upgraded is copied beside itself first.
    """
    with database.engine.begin() as connection:
        if not database.lite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        found = _state(connection, scripts)
        if found.standing in {Standing.AHEAD, Standing.FOREIGN}:
            raise DatabaseUnusable(found.sentence())
        if found.standing is Standing.FRESH:
            SQLModel.metadata.create_all(connection)
        if found.standing in {Standing.FRESH, Standing.UNMARKED}:
            _mark(connection, found.wanted)
            return f"The database now has schema {found.wanted}."
    if found.standing is Standing.CURRENT:
        return found.sentence()
    return _upgrade(database, found, scripts)


def _mark(connection: Connection, revision: str) -> None:
    connection.execute(
        text("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
    )
    connection.execute(text("DELETE FROM alembic_version"))
    connection.execute(text("INSERT INTO alembic_version (version_num) VALUES (:revision)"), {"revision": revision})


def _upgrade(database: Database, found: State, scripts: Path) -> str:
    from alembic import command

    copy = _copied(database, found.revision)
    with database.engine.begin() as connection:
        if not database.lite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        command.upgrade(_alembic(connection, scripts), "head")
    kept = f" The old one is kept as {copy}." if copy else ""
    return f"The database was brought from schema {found.revision} to {found.wanted}.{kept}"


def _copied(database: Database, revision: str) -> Path | None:
    file = database.url.database
    if not database.lite or not file or file == ":memory:":
        return None
    copy = Path(f"{file}.before-{revision}")
    copy.unlink(missing_ok=True)
    connection = database.engine.raw_connection()
    try:
        connection.cursor().execute("VACUUM INTO ?", (str(copy),))
    finally:
        connection.close()
    return copy


def _alembic(connection: Connection, scripts: Path) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(scripts))
    config.attributes["connection"] = connection
    return config


FIRST = "0001"


def regenerate(scripts: Path = SCRIPTS) -> str:
    """Write the first revision anew from the tables; returns its text. Refused once there is a second one."""
    from alembic import command

    if revisions(scripts) not in ([], [FIRST]):
        raise SystemExit("There is more than one revision: add a new one instead of writing the first anew.")
    for old in (scripts / "versions").glob("*.py"):
        old.unlink()
    database = Database("sqlite:///:memory:")
    with database.engine.begin() as connection:
        config = _alembic(connection, scripts)
        command.revision(config, "The first schema", autogenerate=True, rev_id=FIRST)
    written = next((scripts / "versions").glob(f"{FIRST}_*.py"))
    return written.read_text("utf-8")


if __name__ == "__main__":
    if sys.argv[1:] != ["regenerate"]:
        sys.exit("Usage: python -m storage.migration regenerate")
    regenerate()
