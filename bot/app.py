"""The composition root: configuration → storage → wires → routes; starts and stops them in order."""

import asyncio
import contextlib
import gc
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import timedelta
from functools import partial

import aiohttp
import structlog
from aiohttp import web
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot import digests, directory, history, http_mode, reading_door, replenishing, slack_client, waiting
from bot import web as health
from bot.broker import Broker
from bot.check_slack import said
from bot.clock import Clock
from bot.config import Config
from bot.file_wire import FileWire
from bot.history import History
from bot.intake import Intake
from bot.lacking import Lacking
from bot.mail_servers import imap_server, smtp_server
from bot.mail_wire import MailWire
from bot.mailbox import Mailbox
from bot.middle import Middle
from bot.outbox import Relay
from bot.outcomes import Wire
from bot.slack import Conversation
from bot.slack_wire import SlackWire
from storage import migration
from storage.database import Database

log = structlog.get_logger()
CONNECT_SECONDS = 20
HISTORY_EVERY, SOCKET_EVERY, QUESTIONS_EVERY = timedelta(minutes=5), timedelta(seconds=15), timedelta(minutes=1)
LEAVERS_EVERY = timedelta(hours=1)


class CannotStart(Exception):  # noqa: N818  # said to whoever starts the bot
    """The outside world does not let the bot start."""


async def run(config: Config, *, ready: Callable[[str], None]) -> None:
    """Run until SIGTERM or SIGINT; ``ready`` is told in a sentence once everything listens."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    async with running(config) as bot:
        # What is there now stays for months: the collector need not walk it again with every mail.
        gc.collect()
        gc.freeze()
        ready(bot.address)
        await stopping.wait()


@contextlib.asynccontextmanager
async def running(config: Config) -> AsyncIterator["Bot"]:
    """Yield a running bot, and stop it in order at the end."""
    database = Database(config.database_url)
    database.check()
    migration.migrate(database)
    middle = Middle(database, config.plant())
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(database.close)
        stack.callback(middle.close)
        session = await stack.enter_async_context(aiohttp.ClientSession(trust_env=False))
        bot = Bot(config, middle, session)
        stack.push_async_callback(bot.stop)
        await bot.start()
        yield bot


class Bot:
    """All the parts of a running bot, joined."""

    def __init__(self, config: Config, middle: Middle, session: aiohttp.ClientSession) -> None:
        self.config = config
        self.middle = middle
        self.client = slack_client.web_client(config, session)
        self.lacking = Lacking()
        self.slack = SlackWire(self.client, middle, self.lacking)
        self.mail = MailWire(smtp_server(config), middle) if config.mail.outgoing.host else None
        files = FileWire(session, self.client, config.slack.bot_token, config.slack.api_url, middle)
        self.wires: dict[str, Wire] = {"slack": self.slack, "file": files}
        if self.mail is not None:
            self.wires["mail"] = self.mail
        self.app = AsyncApp(
            client=self.client,
            signing_secret=config.slack.signing_secret or "socket mode",
            process_before_response=True,
        )
        self.relay = Relay(middle, self.wires, owner=_owner(middle))
        self.intake = Intake(middle)
        self.mailbox = self._mailbox()
        listens = config.readings.mqtt.host and config.readings.mqtt.topics
        self.broker = Broker(config.readings.mqtt, middle) if listens else None
        self.conversation: Conversation | None = None
        self.history: History | None = None
        self.handler: AsyncSocketModeHandler | None = None
        self.clock = Clock(
            {
                "history": (HISTORY_EVERY, self.catch_up),
                "socket": (SOCKET_EVERY, self._watch_socket),
                "questions": (QUESTIONS_EVERY, partial(waiting.tend, middle)),
                "reordering": (QUESTIONS_EVERY, partial(replenishing.look, middle)),
                "agreements": (QUESTIONS_EVERY, partial(waiting.tend_agreements, middle)),
                "suppliers": (QUESTIONS_EVERY, partial(waiting.tend_suppliers, middle)),
                "plans": (QUESTIONS_EVERY, partial(waiting.tend_plans, middle)),
                "people": (QUESTIONS_EVERY, partial(waiting.tend_people, middle)),
                "leavers": (LEAVERS_EVERY, partial(directory.find_leavers, self.client, middle, self.lacking)),
                "requests": (QUESTIONS_EVERY, partial(waiting.tend_requests, middle)),
                "timers": (QUESTIONS_EVERY, partial(waiting.tend_timers, middle)),
                "clocks": (QUESTIONS_EVERY, partial(waiting.tend_clocks, middle)),
                "digests": (QUESTIONS_EVERY, partial(digests.tell, middle)),
            }
        )
        self.address = ""
        self._runners: list[web.AppRunner] = []

    async def start(self) -> None:
        """Start everything in the order in which it is needed; raises ``CannotStart`` with a sentence."""
        told = await self._introduced()
        self.conversation = Conversation(self.middle, self.client, bot_user=str(told["user_id"]))
        self.conversation.listen(self.app)
        self.history = History(self.conversation, self.client, self.middle, self.lacking)
        self.middle.after_commit = self.relay.wake
        await history.begin(self.middle, self.config.channels.faults)
        await self.relay.start()
        self.intake.start()
        await self._listen()
        await directory.find_people(self.client, self.middle, self.lacking)
        await self.catch_up()
        if self.mailbox is not None:
            self.mailbox.start()
        if self.broker is not None:
            self.broker.start()
        self.clock.start()
        await self._answer_health()
        where = f"{told['team']} as {told['user']}"
        self.address = f"Chargehand listens in {where}" + (f" and at {self.address}" if self.address else "")

    async def stop(self) -> None:
        """Stop in order: nothing new comes in, what was begun is finished, what is due stays due."""
        self.clock.stop()
        if self.handler is not None:
            await self.handler.close_async()
        for runner in self._runners:
            await runner.cleanup()
        if self.mailbox is not None:
            await asyncio.to_thread(self.mailbox.stop)
        if self.broker is not None:
            await self.broker.stop()
        await self.intake.stop()
        if self.conversation is not None:
            await self.conversation.settled()
        await self.relay.stop()
        if self.mail is not None:
            await self.mail.close()

    async def catch_up(self) -> None:
        """Take what was written in the fault channels while nobody listened."""
        if self.history is not None:
            await self.history.catch_up(self.config.channels.faults)

    def trouble(self) -> list[str]:
        """Name in sentences what does not work at the moment."""
        found = [self.slack.trouble, self.mail.trouble if self.mail else "", self.broker.trouble if self.broker else ""]
        if self.handler is not None and not self._connected():
            found.append("Slack's socket is not connected.")
        if self.mailbox is not None and self.mailbox.state.condition in {"reconnecting", "refused"}:
            found.append(self.mailbox.state.sentence)
        return [sentence for sentence in found if sentence]

    def figures(self) -> dict[str, float]:
        """Return plain figures for /metrics."""
        found: dict[str, float] = {
            "outbox_sent": self.relay.sent,
            "mails_read": self.intake.read,
            "trouble": len(self.trouble()),
        }
        if self.broker is None:
            return found
        return found | {"mqtt_taken": self.broker.taken, "mqtt_refused": self.broker.refused.total()}

    def _mailbox(self) -> Mailbox | None:
        """Return the mailbox that is read; without a host in the configuration, mail is simply not read."""
        if not self.config.mail.incoming.host:
            return None
        intake = self.intake
        return Mailbox(imap_server(self.config), intake.take, intake.seen, take_many=intake.take_many)

    async def _introduced(self) -> Mapping[str, str]:
        try:
            answer = await asyncio.wait_for(self.client.auth_test(), CONNECT_SECONDS)
        except (SlackApiError, SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as trouble:
            message = f"Slack at {self.config.slack.api_url} does not take the bot: {said(trouble)}."
            raise CannotStart(message) from trouble
        return {name: str(answer.get(name) or "") for name in ("user_id", "user", "team")}

    async def _listen(self) -> None:
        if self.config.slack.mode == "http":
            door = http_mode.door(self.app, self.config.slack.request_path, self.config.slack.signing_secret)
            port = await self._serve(door, self.config.slack.http_host, self.config.slack.http_port)
            self.address = f"http://{self.config.slack.http_host}:{port}{self.config.slack.request_path}"
            return
        try:
            # The client itself would try a wrong token for ever.
            await self.client.apps_connections_open(app_token=self.config.slack.app_token)
            self.handler = slack_client.socket(self.config, self.app)
            await asyncio.wait_for(self.handler.connect_async(), CONNECT_SECONDS)
        except (SlackApiError, SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as trouble:
            hint = "check the app token (xapp-) and that Socket Mode is switched on"
            message = f"Socket Mode does not open: {said(trouble)}; {hint}."
            raise CannotStart(message) from trouble

    async def _watch_socket(self) -> None:
        """Connect anew when the socket has been lost and the client did not mend it."""
        if self.handler is None or self._connected():
            return
        log.warning("the socket is lost; connecting anew")
        await self.handler.close_async()
        self.handler = slack_client.socket(self.config, self.app)
        await asyncio.wait_for(self.handler.connect_async(), CONNECT_SECONDS)
        await self.catch_up()

    def _connected(self) -> bool:
        session = self.handler.client.current_session if self.handler is not None else None
        return session is not None and not session.closed

    async def _answer_health(self) -> None:
        if self.config.web.on:
            page = health.application(self.figures, self.trouble)
            if self.config.readings.secret:
                reading_door.add(page, self.middle, self.config.readings.secret)
            await self._serve(page, self.config.web.host, self.config.web.port)

    async def _serve(self, application: web.Application, host: str, port: int) -> int:
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        self._runners.append(runner)
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as trouble:
            message = f"Nothing can listen at {host}:{port}: {trouble.strerror or trouble}."
            raise CannotStart(message) from trouble
        return int(runner.addresses[0][1])


def _owner(middle: Middle) -> str:
    """Name this relay: SQLite has only one at a time, so that a restart takes over at once."""
    return "the only relay" if middle.database.lite else f"{socket.gethostname()}:{os.getpid()}"
