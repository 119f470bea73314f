"""What every command begins and ends with: the configuration, the database with its schema, and the exit status."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.config import Config
    from storage.database import Database

FINE, FOUND, USAGE, CONFIGURATION, OUTSIDE, DAMAGED = range(6)
"""How a command ends: fine, found something wrong, wrong use, configuration, outside world, data damaged."""


def settings(file: Path | None) -> "Config":
    """Return the settings of a configuration file, or of the usual places; raises ``ConfigurationWrong``."""
    from bot.config import load

    return load([file] if file else None)


@contextmanager
def opened(config: "Config", *, want: str = "current") -> Iterator["Database"]:
    """Yield the database: with the ``current`` schema, made first if it is ``fresh`` as well, or with ``any``."""
    from storage import migration
    from storage.database import Database, DatabaseUnusable

    try:
        database = Database(config.database_url)
    except OSError as trouble:
        raise DatabaseUnusable(f"{config.folder} cannot be used: {trouble.strerror}.") from trouble
    try:
        database.check()
        found = migration.state(database)
        if want == "fresh" and found.standing is migration.Standing.FRESH:
            migration.migrate(database)
        elif want != "any" and found.standing is not migration.Standing.CURRENT:
            raise DatabaseUnusable(found.sentence())
        yield database
    finally:
        database.close()
