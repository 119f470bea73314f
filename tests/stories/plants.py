"""A plant for the stories: its configuration, the bot's process, and real servers for Slack and mail around it."""

import asyncio
import json
import os
import sys
import tomllib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import aiohttp

from bot import demo
from tests.stories.loop import World
from tests.stories.nursery import Nursery
from tests.stories.people import Slack
from tests.stories.processes import Process, start_bot, start_sandbox
from tests.wires.dovecot import Dovecot
from tests.wires.smtp_sink import SmtpSink

MAILBOX = "purchasing@halden.example"


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


NURSERY = Nursery()
PREPARED: dict[str, bytes] = {}
"""Database files with the demo plant in them, by what the configuration says about the plant itself."""


class Plant:
    """The bot's configuration and its process, which may be ended and started again."""

    def __init__(self, folder: Path, config: Path, environment: dict[str, str], url: str) -> None:
        self.folder, self.config, self.environment, self.url = folder, config, environment, url
        self.armed, self.ahead = folder / "armed", folder / "ahead"
        self.bot: Process | None = None
        self.sandbox: Process | None = None

    async def start(self, *, dying: bool = False, hurrying: bool = False, cold: bool = False) -> Process:
        """Start the bot: a dying one ends at the point that is armed, a hurrying one has the clock that the story sets.

        A cold one is started as an administrator would; else its modules were read before.
        """
        program = "tests.stories.dying" if dying else "tests.stories.hurrying" if hurrying else "bot"
        told = {"DIE_AT": str(self.armed), "AHEAD": str(self.ahead)}
        nursery = None if cold else NURSERY
        self.bot = await start_bot(self.config, self.environment | told, program=program, nursery=nursery)
        return self.bot

    async def slack_goes(self) -> None:
        """Let Slack be down."""
        assert self.sandbox is not None
        await self.sandbox.stop()

    async def slack_returns(self, slack: Slack) -> None:
        """Let Slack be there again, at the same address and with all that was said."""
        port, seed = (
            int(slack.url.rpartition(":")[2]),
            json.loads((self.folder / "outside/seed.json").read_text("utf-8")),
        )
        self.sandbox, _ = await start_sandbox(self.folder / "outside", seed, mail=False, port=port)
        await slack.stop()
        await slack.start()

    async def prepare(self) -> None:
        """Make the tables and import the demo plant; a file that was made so before is copied for a plant like it."""
        file = Path(self.url.removeprefix("sqlite:///")) if self.url.startswith("sqlite:///") else None
        like = json.dumps(tomllib.loads(self.config.read_text("utf-8"))["plant"])
        if file and like in PREPARED:
            file.write_bytes(PREPARED[like])
            return
        await self.import_demo()
        if file:
            PREPARED[like] = file.read_bytes()

    async def import_demo(self) -> None:
        """Make the tables and import the demo plant as an administrator would."""
        for words in (("migrate",), ("import", str(demo.folder()))):
            status, said = await self.command(*words)
            assert status == 0, said

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


@dataclass(frozen=True)
class Outside:
    """Where everything outside the bot is: the sandbox's keys, the mailbox, and the port that takes mail."""

    keys: Mapping[str, Any]
    dovecot: Dovecot
    mailbox: str
    smtp_port: int


@dataclass(frozen=True)
class Wishes:
    """What a story wants otherwise than the demo plant has it: settings by group, and a rewriting of the whole file."""

    settings: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    rewrite: Callable[[str], str] = str
    halls: tuple[str, ...] = ()
    """More channels in which faults are reported."""
    strangers: tuple[str, ...] = ()
    """People of the workspace whom the plant does not know, by Slack id."""

    def seed(self) -> dict[str, Any]:
        """Return the workspace with the halls and the strangers in it."""
        seed = demo.seed()
        seed["channels"] += [{"id": one, "name": one.lower(), "topic": "", "members": "all"} for one in self.halls]
        seed["people"] += [
            {"id": one, "email": f"{one.lower()}@elsewhere.example", "name": one, "title": ""} for one in self.strangers
        ]
        return seed


def configuration(folder: Path, url: str, outside: Outside, wishes: Wishes) -> Path:
    """Write a config.toml as an administrator would, from the demo plant's one."""
    groups: dict[str, dict[str, object]] = {
        "slack": {"api_url": outside.keys["api_url"]},
        "storage": {"path": str(folder), "url": url},
        "mail.in": {"host": "127.0.0.1", "port": outside.dovecot.port, "tls": "none", "user": outside.mailbox},
        "mail.out": {"host": "127.0.0.1", "port": outside.smtp_port, "tls": "none"},
        "web": {"port": 0},
        # What runs low would be bought in the middle of a slow story; the story of needs switches it on.
        "reordering": {"when": "off"},
        # What is told when a shift or a week begins would come into stories that run at that hour.
        "digests": dict.fromkeys(("people", "channels", "week"), False),
    }
    for name, group in wishes.settings.items():
        groups.setdefault(name, {}).update(group)
    settings = demo.settings().read_text("utf-8").replace("undo_seconds = 10", "undo_seconds = 0")
    for name, group in groups.items():
        settings += f"\n[{name}]\n" + "".join(f"{key} = {_written(value)}\n" for key, value in group.items())
    config = folder / "config.toml"
    faults = ", ".join(f'"{one}"' for one in ("C0MAINT", *wishes.halls))
    settings = settings.replace('faults = ["C0MAINT"]', f"faults = [{faults}]")
    config.write_text(wishes.rewrite(settings), "utf-8")
    return config


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, int) else f'"{value}"'


NOTHING_ELSE = Wishes()


@asynccontextmanager
async def plant_among_people(
    folder: Path, url: str, dovecot: Dovecot, wishes: Wishes = NOTHING_ELSE, *, smtp_port: int | None = None
) -> AsyncIterator[tuple[Plant, World]]:
    """Yield a plant that is imported and configured but not yet running, and the people around it."""
    mailbox = f"plant-{os.urandom(4).hex()}"
    async with SmtpSink() as sink, aiohttp.ClientSession() as session:
        sandbox, keys = await start_sandbox(folder / "outside", wishes.seed(), mail=False)
        environment = {
            "CHARGEHAND_SLACK__BOT_TOKEN": str(keys["bot_token"]),
            "CHARGEHAND_SLACK__APP_TOKEN": str(keys["app_token"]),
            "CHARGEHAND_SLACK__SIGNING_SECRET": str(keys["signing_secret"]),
            "CHARGEHAND_MAIL__IN__PASSWORD": dovecot.password,
        }
        outside = Outside(keys, dovecot, mailbox, smtp_port or sink.port)
        plant = Plant(folder, configuration(folder, url, outside, wishes), environment, url)
        plant.sandbox = sandbox
        slack = Slack(str(keys["url"]), session)
        await slack.start()
        try:
            await plant.prepare()
            yield plant, World(slack, RealMail(dovecot, sink, mailbox))
        finally:
            await slack.stop()
            if plant.bot is not None:
                await plant.bot.stop()
            await plant.sandbox.stop()
