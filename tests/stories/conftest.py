"""A whole plant on real parts: the sandbox's Slack, Dovecot and an SMTP sink, each a server of its own."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Iterator
from email.message import EmailMessage
from pathlib import Path

import aiohttp
import pytest

from bot import demo
from tests.stories.loop import World
from tests.stories.people import Slack
from tests.stories.processes import Process, start_bot, start_sandbox
from tests.wires.dovecot import BINARY, Dovecot
from tests.wires.smtp_sink import SmtpSink

MAILBOX = "purchasing@halden.example"


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """A real mail server; where it is missing the stories cannot be told."""
    if BINARY is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(
            "Dovecot is not installed (apt-get install dovecot-imapd)"
        )
    with Dovecot() as running:
        yield running


class RealMail:
    """Mail over a real IMAP server and a real SMTP sink; the plant's blind copies reach its own mailbox."""

    def __init__(self, dovecot: Dovecot, sink: SmtpSink, mailbox: str) -> None:
        self.dovecot, self.sink, self.mailbox = dovecot, sink, mailbox
        self._copied = 0

    async def orders(self) -> list[EmailMessage]:
        await self._copies()
        return [kept.message for kept in self.sink.kept if any("hartmann" in to for to in kept.recipients)]

    async def deliver(self, mail: bytes) -> None:
        await asyncio.to_thread(self.dovecot.deliver, self.mailbox, mail)

    async def _copies(self) -> None:
        new = self.sink.kept[self._copied :]
        self._copied += len(new)
        for kept in new:
            if MAILBOX in kept.recipients:
                await self.deliver(kept.content)


class Plant:
    """The bot's configuration and its process, which may be ended and started again."""

    def __init__(self, folder: Path, config: Path, environment: dict[str, str]) -> None:
        self.folder, self.config, self.environment = folder, config, environment
        self.armed = folder / "armed"
        self.bot: Process | None = None

    async def start(self, *, dying: bool = False) -> None:
        self.bot = await start_bot(self.config, self.environment | {"DIE_AT": str(self.armed)}, dying=dying)

    async def command(self, *words: str) -> tuple[int, str]:
        """Run a command of the command line; returns its status and what it printed."""
        program = [sys.executable, "-m", "bot", *words, "--config", str(self.config)]
        process = await asyncio.create_subprocess_exec(
            *program,
            env={**os.environ, **self.environment},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
        assert process.returncode is not None
        return process.returncode, out.decode() or err.decode()


def _configuration(
    folder: Path, url: str, keys: dict[str, object], dovecot: Dovecot, sink: SmtpSink, mailbox: str
) -> Path:
    """Write a config.toml as an administrator would, from the demo plant's one."""
    settings = demo.settings().read_text("utf-8").replace("undo_seconds = 10", "undo_seconds = 0")
    settings += f"""
[slack]
api_url = "{keys["api_url"]}"

[storage]
path = "{folder}"
url = "{url}"

[mail.in]
host = "127.0.0.1"
port = {dovecot.port}
tls = "none"
user = "{mailbox}"

[mail.out]
host = "127.0.0.1"
port = {sink.port}
tls = "none"

[web]
port = 0
"""
    config = folder / "config.toml"
    config.write_text(settings, "utf-8")
    return config


@pytest.fixture(params=["sqlite", "postgres"])
async def parts(request: pytest.FixtureRequest, tmp_path: Path, dovecot: Dovecot) -> AsyncIterator[tuple[Plant, World]]:
    """A plant that is imported and configured but not yet running, and the people around it."""
    url = (
        request.getfixturevalue(f"{request.param}_url")
        if request.param == "postgres"
        else f"sqlite:///{tmp_path}/plant.db"
    )
    mailbox = f"plant-{os.urandom(4).hex()}"
    async with SmtpSink() as sink, aiohttp.ClientSession() as session:
        sandbox, keys = await start_sandbox(tmp_path / "outside", demo.seed(), mail=False)
        environment = {
            "CHARGEHAND_SLACK__BOT_TOKEN": str(keys["bot_token"]),
            "CHARGEHAND_SLACK__APP_TOKEN": str(keys["app_token"]),
            "CHARGEHAND_MAIL__IN__PASSWORD": "secret",
        }
        plant = Plant(tmp_path, _configuration(tmp_path, url, keys, dovecot, sink, mailbox), environment)
        status, said = await plant.command("migrate")
        assert status == 0, said
        status, said = await plant.command("import", str(demo.folder()))
        assert status == 0, said
        slack = Slack(str(keys["url"]), session)
        await slack.start()
        yield plant, World(slack, RealMail(dovecot, sink, mailbox))
        await slack.stop()
        if plant.bot is not None:
            await plant.bot.stop()
        await sandbox.stop()
