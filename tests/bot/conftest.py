"""What tests of the wires share: an SMTP sink, a mail ready to go, and a real Dovecot where it is installed."""

import os
import shutil
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import structlog

import bot.__main__ as command_line
from bot import config as configuration
from bot import demo
from bot.config import Config
from bot.mailbox import Condition, ImapServer, Letter, Mailbox, MailboxState
from bot.mailer import Envelope
from bot.middle import Middle
from bot.plant_import import ImportReport, import_plant
from orders.plant import Channels, Plant
from sandbox.outside import Outside
from sandbox.timing import Timing
from storage import migration
from storage.database import Database
from storage.happenings import reading
from tests.stories.people import Slack
from tests.wires.dovecot import BINARY, Dovecot
from tests.wires.scripted_wire import Moment
from tests.wires.smtp_sink import SmtpSink


def written(**headers: str) -> bytes:
    mail = EmailMessage(policy=SMTP)
    defaults = {
        "From": "purchasing@halden.example",
        "To": "orders@hartmann.example",
        "Subject": "[PO-2026-00042] Purchase order",
        "Date": "Fri, 20 Nov 2026 08:15:00 +0100",
        "Message-ID": "<po.42.r1.abc@halden.example>",
    }
    for name, value in (defaults | {key.replace("_", "-"): value for key, value in headers.items()}).items():
        mail[name] = value
    mail.set_content("Please deliver 10 pieces 6204-2RS.\n.hidden lines stay\n")
    return mail.as_bytes()


@pytest.fixture(autouse=True)
def own_log() -> Iterator[None]:
    """Whatever a test makes of the log ends with it; the stream it wrote to is closed by then."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def moment() -> Moment:
    return Moment()


@pytest.fixture
def middle(database: Database, moment: Moment) -> Iterator[Middle]:
    """The middle over a database with every table, by a clock that stands still."""
    middle = Middle(database, Plant(channels=Channels(("C0MAINT",), "C0STORES", "C0PURCH")), moment)
    yield middle
    middle.close()


@pytest.fixture
async def outside(tmp_path: Path) -> AsyncIterator[Outside]:
    """The pretend Slack with the demo plant's workspace; what it leaves unanswered it leaves for two seconds."""
    timing = Timing(hang=2.0, retries=(0.0, 0.01, 0.02))
    outside = await Outside.start(tmp_path / "outside", seed=demo.seed(), mail=False, timing=timing)
    yield outside
    await outside.stop()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def slack(outside: Outside, session: aiohttp.ClientSession) -> AsyncIterator[Slack]:
    """The people of the pretend Slack."""
    slack = Slack(outside.url, session)
    await slack.start()
    yield slack
    await slack.stop()


@pytest.fixture
def connected(outside: Outside, tmp_path: Path) -> Callable[..., Config]:
    """Returns the demo plant's settings with the pretend Slack's address, without mail, and with a database of its own."""

    def config(**slack: Any) -> Config:
        options = {
            "storage": {"path": str(tmp_path / "plant")},
            "web": {"port": 0},
            "slack": {
                "api_url": outside.api_url,
                "bot_token": outside.bot_token,
                "app_token": outside.app_token,
                "signing_secret": outside.signing_secret,
                "http_port": 0,
                **slack,
            },
        }
        return configuration.load([demo.settings()], options=options, environment={})

    return config


@pytest.fixture(scope="session")
def demo_plant(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the demo plant, imported once and copied by whoever needs it."""
    file = tmp_path_factory.mktemp("demo") / "chargehand.db"
    database = Database(f"sqlite:///{file}")
    migration.migrate(database)
    import_plant(database, Plant(currency="EUR"), demo.folder())
    database.close()
    return file


@pytest.fixture
def settled(connected: Callable[..., Config], demo_plant: Path) -> Callable[..., Config]:
    """Returns the same settings over a database that holds the demo plant."""

    def config(**slack: Any) -> Config:
        made = connected(**slack)
        made.folder.mkdir(exist_ok=True)
        if not (made.folder / "chargehand.db").exists():
            shutil.copy(demo_plant, made.folder / "chargehand.db")
        return made

    return config


@pytest.fixture
def order_mail() -> Envelope:
    return Envelope("purchasing@halden.example", ("orders@hartmann.example",), written())


@pytest.fixture
async def sink() -> AsyncIterator[SmtpSink]:
    async with SmtpSink() as sink:
        yield sink


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    if BINARY is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(
            "Dovecot is not installed (apt-get install dovecot-imapd)"
        )
    with Dovecot() as dovecot:
        yield dovecot


class Storage:
    """What stands in for storage: keeps what is taken, and lets a test wait for it or break it."""

    def __init__(self) -> None:
        self.kept: list[Letter] = []
        self.batches: list[int] = []
        self.states: list[MailboxState] = []
        self.broken: dict[int, Exception] = {}
        self.highest: dict[int, int] = {}
        self._news = threading.Condition()

    def take(self, letter: Letter) -> None:
        with self._news:
            if letter.uid in self.broken:
                raise self.broken[letter.uid]
            self.kept.append(letter)
            self._news.notify_all()

    def take_many(self, letters: Sequence[Letter]) -> None:
        self.batches.append(len(letters))
        for letter in letters:
            if letter.uid in self.broken:
                raise self.broken[letter.uid]
        for letter in letters:
            self.take(letter)

    def seen(self, account: str, folder: str, uidvalidity: int) -> int:
        return self.highest.get(uidvalidity, 0)

    def changed(self, state: MailboxState) -> None:
        with self._news:
            self.states.append(state)
            self._news.notify_all()

    @property
    def uids(self) -> list[int]:
        return [letter.uid for letter in self.kept]

    def wait(self, condition: Callable[[], bool], seconds: float = 20.0) -> None:
        with self._news:
            assert self._news.wait_for(condition, seconds), (self.states, self.uids)

    def wait_for(self, count: int) -> None:
        self.wait(lambda: len(self.kept) >= count)

    def wait_until(self, condition: Condition) -> None:
        self.wait(lambda: bool(self.states) and self.states[-1].condition == condition)


@pytest.fixture
def storage() -> Storage:
    return Storage()


@pytest.fixture
def open_mailbox(storage: Storage) -> Iterator[Callable[..., Mailbox]]:
    opened: list[Mailbox] = []

    def open_it(host: str, port: int, user: str, **settings: Any) -> Mailbox:
        many = storage.take_many if settings.pop("many", False) else None
        defaults = {"tls": "none", "timeout": 10.0, "poll": 3600.0, "reconnect": (0.02, 0.1), "retry": (0.02, 0.1)}
        server = ImapServer(host, port, user, settings.pop("password", "secret"), **(defaults | settings))
        mailbox = Mailbox(server, storage.take, storage.seen, take_many=many, changed=storage.changed)
        opened.append(mailbox)
        mailbox.start()
        return mailbox

    yield open_it
    for mailbox in opened:
        mailbox.stop(patience=5.0)


@pytest.fixture
def importing(database: Database, tmp_path: Path) -> Callable[..., ImportReport]:
    """Writes files into a folder and imports it."""
    folder = tmp_path / "plant"
    folder.mkdir()

    def run(dry_run: bool = False, **files: str | bytes) -> ImportReport:
        for old in folder.iterdir():
            old.unlink()
        for name, content in files.items():
            path = folder / f"{name}.csv"
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return import_plant(database, Plant(), folder, dry_run=dry_run)

    return run


@pytest.fixture
def kept(database: Database) -> Callable[..., list[Any]]:
    """Reads rows of a table."""

    def rows(kind: Any, **where: Any) -> list[Any]:
        found: list[Any] = reading(database, Plant(), datetime.now(UTC), lambda uow: uow.all(kind, **where))
        return found

    return rows


class Ended:
    """How a command ended: exit status, what it printed, and what it said beside it."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err


@pytest.fixture
def running(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Ended]:
    """Runs the command line in an empty folder, with its data beside it."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("CHARGEHAND_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CHARGEHAND_STORAGE__PATH", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))

    def run(*words: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["chargehand", *words])
        status = 0
        try:
            command_line.main()
        except SystemExit as ended:
            status = ended.code if isinstance(ended.code, int) else 0
        printed = capsys.readouterr()
        return Ended(status, printed.out, printed.err)

    return run
