"""A whole plant on real parts: the sandbox's Slack, Dovecot and an SMTP sink, each a server of its own."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.stories.loop import World
from tests.stories.plants import NURSERY, Plant, plant_among_people
from tests.wires.dovecot import BINARY, Dovecot


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """A real mail server; where it is missing the stories cannot be told."""
    if BINARY is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(
            "Dovecot is not installed (apt-get install dovecot-imapd)"
        )
    with Dovecot() as running:
        yield running


@pytest.fixture(scope="session", autouse=True)
def nursery() -> Iterator[None]:
    """Whoever started the bots' nursery ends it."""
    yield
    NURSERY.close()


@pytest.fixture(scope="module")
def fresh_postgres(postgres_server: Any) -> Iterator[str]:
    """The address of a database with every table, shared by the stories of one file."""
    address, name = postgres_server.get_uri(), f"stories_{os.urandom(4).hex()}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template_empty")
    yield address.replace("/postgres?", f"/{name}?")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgres"])
async def parts(request: pytest.FixtureRequest, tmp_path: Path, dovecot: Dovecot) -> AsyncIterator[tuple[Plant, World]]:
    """A plant that is imported and configured but not yet running, and the people around it."""
    url = (
        request.getfixturevalue(f"{request.param}_url")
        if request.param == "postgres"
        else f"sqlite:///{tmp_path}/plant.db"
    )
    async with plant_among_people(tmp_path, url, dovecot) as (plant, world):
        yield plant, world


__all__ = ["Plant"]
