"""The sandbox: the same bot as in production on a demo plant, with a pretend Slack and mail server on this machine."""

import asyncio
import errno
import shutil
import signal
import tempfile
import webbrowser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot import config as configuration
from bot import demo, demo_history, printing
from bot.app import running
from bot.config import Config
from bot.plant_import import ImportReport, import_plant
from orders.plant import Plant
from sandbox.outside import Outside, wipe
from storage import migration
from storage.database import Database
from storage.happenings import reading
from storage.tables import Person

PORTS_TRIED = 20


async def run_sandbox(data: Path, port: int, *, fresh: bool, open_page: bool, past: bool = True) -> None:
    """Run until SIGTERM or SIGINT; prints the page's address on one line once the page answers."""
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    if fresh:
        forget(data)
    settle_plant(data, past=past)
    outside = await open_outside(data, port, demo.seed())
    try:
        async with running(connected(data, outside)):
            _greet(outside, data, open_page=open_page)
            await stopping.wait()
    finally:
        await outside.stop()


def forget(data: Path) -> None:
    """Remove what an earlier sandbox kept in a folder, and nothing else there."""
    wipe(data)
    shutil.rmtree(data / "plant", ignore_errors=True)


def settle_plant(data: Path, *, past: bool = True) -> None:
    """Make the demo plant's database and fill it, when there is none yet; with a ``past`` it has two years behind it."""
    options = {"storage": {"path": str(data / "plant")}, "web": {"on": False}}
    config = configuration.load([demo.settings()], options=options, environment={})
    database = Database(config.database_url)
    try:
        migration.migrate(database)
        if not _people(database, config.plant()):
            _take_in(import_plant(database, config.plant(), demo.folder()))
            if past:
                _give_a_past(database, config.plant())
    finally:
        database.close()


def _give_a_past(database: Database, plant: Plant) -> None:
    """Import two years of history, with a bar to watch."""
    with tempfile.TemporaryDirectory() as folder, printing.progress() as progress:
        today = datetime.now(plant.zone).date()
        demo_history.write(Path(folder), demo.folder() / "assets.csv", today)
        _take_in(import_plant(database, plant, Path(folder), progress=progress))


def _take_in(report: ImportReport) -> None:
    """Refuse to go on without the demo plant: an empty one would only puzzle whoever tries it."""
    if not report.written:
        faults = "; ".join(f"{wrong.file} line {wrong.line}, {wrong.column}: {wrong.reason}" for wrong in report.wrong)
        message = f"the demo plant could not be taken in: {faults}"
        raise RuntimeError(message)


def _people(database: Database, plant: Plant) -> list[Person]:
    found: list[Person] = reading(database, plant, datetime.now(UTC), lambda uow: uow.all(Person))
    return found


async def open_outside(data: Path, port: int, planted: dict[str, Any]) -> Outside:
    """Start the pretend world on a port, or on the next free one."""
    for candidate in range(port, port + PORTS_TRIED) if port else (0,):
        try:
            return await Outside.start(data, candidate, seed=planted)
        except OSError as taken:
            if taken.errno != errno.EADDRINUSE:
                raise
            print(f"Port {candidate} is taken.", flush=True)  # noqa: T201  # said to the person who started it
    message = f"no free port from {port} on"
    raise OSError(errno.EADDRINUSE, message)


def connected(data: Path, outside: Outside) -> Config:
    """Return the settings with the pretend world's addresses: the only thing that differs from production."""
    (smtp_host, smtp_port), (imap_host, imap_port) = outside.smtp, outside.imap
    options = {
        "storage": {"path": str(data / "plant")},
        "web": {"on": False},
        "slack": {"api_url": outside.api_url, "bot_token": outside.bot_token, "app_token": outside.app_token},
        "mail": {
            "in": {
                "host": imap_host,
                "port": imap_port,
                "tls": "none",
                "user": outside.mail_user,
                "password": outside.mail_password,
            },
            "out": {"host": smtp_host, "port": smtp_port, "tls": "none"},
        },
    }
    loaded = configuration.load([demo.settings()], options=options, environment={})
    return configuration.with_reply_secret(loaded)


def _greet(outside: Outside, data: Path, *, open_page: bool) -> None:
    lines = (
        f"Chargehand's sandbox is ready: {outside.url}/",
        "Everything there is pretended and stays on this machine: Slack, mail, the plant and its suppliers.",
        "Try: as Ana, write “P-101 is leaking, the line stands” in #maintenance.",
        f"State is kept in {data} (--fresh starts anew). Ctrl-C stops.",
    )
    print("\n".join(lines), flush=True)  # noqa: T201  # said to the person who started it
    if open_page:
        webbrowser.open(outside.url)
