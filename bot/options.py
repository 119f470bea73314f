"""The options that commands share, and the looking up of which most of them consist."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.opening import FOUND, opened, settings

if TYPE_CHECKING:
    from storage.unit_of_work import UnitOfWork

ConfigFile = Annotated[
    Path | None, typer.Option("--config", "-c", help="The configuration file; without it ./config.toml.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON value.")]


def looked_up(config: Path | None, work: "Callable[[UnitOfWork], Any]") -> Any:
    """Return what work reads in one steady look at the database; a refusal is said and ends the command."""
    from datetime import UTC, datetime

    from orders.errors import Refusal
    from storage.happenings import reading

    settled = settings(config)
    try:
        with opened(settled) as database:
            return reading(database, settled.plant(), datetime.now(UTC), work, steady=True)
    except Refusal as refusal:
        sys.stderr.write(f"{refusal}\n")
        raise typer.Exit(FOUND) from refusal
