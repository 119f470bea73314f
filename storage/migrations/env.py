"""How alembic reaches the database: over the connection it is given, inside the caller's transaction."""

from typing import Any, Literal

import sqlmodel
from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlmodel import SQLModel

import storage.tables  # noqa: F401  # the tables register themselves
from storage.columns import UtcDateTime


def render_item(kind: str, item: Any, context_of_run: AutogenContext) -> str | Literal[False]:
    """Write our own column types in revisions by their names."""
    if kind == "type" and isinstance(item, UtcDateTime):
        context_of_run.imports.add("from storage.columns import UtcDateTime")
        return "UtcDateTime()"
    if kind == "type" and isinstance(item, sqlmodel.AutoString):
        return "sa.String()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    render_item=render_item,
    transaction_per_migration=False,
)
context.run_migrations()
