"""Readings from an MQTT broker: subscribed with QoS 1, connected anew with patience, each taken once or named in the log."""

import asyncio
import logging
import ssl
from collections import Counter
from collections.abc import Sequence
from functools import partial
from uuid import uuid4

import aiomqtt
import structlog
from sqlalchemy.exc import OperationalError

from bot.broker_payload import Published, Unreadable, read
from bot.middle import Middle
from bot.settings_plans import MqttSettings, TopicSettings
from handlers import readings
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger()
RECONNECT = (1.0, 60.0)
"""Seconds until the first attempt to connect anew, doubled up to the last ones."""
AGAIN_SECONDS = 5.0
"""Seconds until a reading is tried again that no database took."""
CONNECT_SECONDS = 20.0
FAILED = 0x80
"""From this code on a broker refuses a subscription."""


class NotSubscribed(Exception):  # noqa: N818  # said by the check and by health
    """The broker does not let us have a topic; the message names it."""


def client(settings: MqttSettings, *, identifier: str | None = None) -> aiomqtt.Client:
    """Return a client for a broker; raises ``OSError`` or ``ssl.SSLError`` for an unreadable bundle of certificates.

    With its own name the broker keeps what comes while the bot is away; ``identifier`` takes another, for a passing visit.
    """
    bundle = str(settings.ca_file) if settings.ca_file else None
    return aiomqtt.Client(
        settings.host,
        settings.port,
        username=settings.user or None,
        password=settings.password or None,
        identifier=identifier or settings.client,
        clean_session=identifier is not None,
        protocol=aiomqtt.ProtocolVersion.V311,
        timeout=CONNECT_SECONDS,
        tls_context=ssl.create_default_context(cafile=bundle) if settings.tls == "tls" else None,
        # The library tells what it catches in our loop by this name; its words would come twice.
        logger=logging.getLogger("chargehand.mqtt"),
    )


async def subscribe(connected: aiomqtt.Client, topics: Sequence[TopicSettings]) -> None:
    """Subscribe to topics, each at least once delivered; raises ``NotSubscribed`` for the first that is refused."""
    for topic in dict.fromkeys(row.topic for row in topics):
        answered = await connected.subscribe(topic, qos=1)
        if any((code if isinstance(code, int) else code.value) >= FAILED for code in answered):
            message = f"it refuses the topic {topic}"
            raise NotSubscribed(message)


class Broker:
    """Listens to a broker from ``start()`` to ``stop()``; what cannot be taken is counted and never ends it."""

    def __init__(self, settings: MqttSettings, middle: Middle, *, reconnect: tuple[float, float] = RECONNECT) -> None:
        self.settings = settings
        self.middle = middle
        self.trouble = ""
        """Why nothing comes in at the moment, in a sentence; empty while it listens."""
        self.listens = asyncio.Event()
        """Set while every topic is subscribed to."""
        self.taken = 0
        self.refused: Counter[tuple[str, str]] = Counter()
        """How many messages were not taken, by topic and meter."""
        self._reconnect = reconnect
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to listen; a broker that is not there is waited for."""
        self._task = asyncio.create_task(self._forever(), name="broker")

    async def stop(self) -> None:
        """Stop between two messages."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _forever(self) -> None:
        delay, last = self._reconnect
        while True:
            try:
                async with client(self.settings) as connected:
                    await subscribe(connected, self.settings.topics)
                    self.trouble, delay = "", self._reconnect[0]
                    self.listens.set()
                    log.info("the broker is connected", host=self.settings.host, port=self.settings.port)
                    async for message in connected.messages:
                        await self._take(message)
            except (aiomqtt.MqttError, NotSubscribed, OSError) as trouble:
                self.trouble = f"The broker at {self.settings.host}:{self.settings.port} does not answer: {trouble}."
                self.listens.clear()
                log.warning("the broker is lost; connecting anew", why=str(trouble), seconds=delay)
            await asyncio.sleep(delay)
            delay = min(delay * 2, last)

    async def _take(self, message: aiomqtt.Message) -> None:
        """Take what a message says of each meter that is read from its topic."""
        for row in self.settings.topics:
            if not message.topic.matches(row.topic):
                continue
            try:
                said = read(message.payload, row.value, row.at)
                why = await self._keep(row.meter, said, retained=message.retain)
            except Unreadable as unreadable:
                why = str(unreadable)
            except Exception as trouble:
                log.exception("a message could not be taken", topic=str(message.topic), meter=row.meter)
                why = repr(trouble)
            if why:
                self._refuse(str(message.topic), row.meter, why)
            else:
                self.taken += 1

    async def _keep(self, meter: str, said: Published, *, retained: bool) -> str:
        """Keep a reading in a happening of its own; returns why it was refused, or nothing. A database that is away is waited for."""
        key = f"mqtt:{uuid4().hex}"
        content = [meter, str(said.value), str(said.at), retained]
        while True:
            try:
                answer = await self.middle.perform(key, "mqtt", content, partial(_kept, meter, said, retained))
            except OperationalError as away:
                log.warning("a reading waits for the database", meter=meter, why=str(away))
                await asyncio.sleep(AGAIN_SECONDS)
            else:
                return str(answer["private"]) if "refused" in answer else ""

    def _refuse(self, topic: str, meter: str, why: str) -> None:
        """Count what is not taken; the log names the first, the tenth, the hundredth of a topic and a meter."""
        self.refused[topic, meter] += 1
        times = self.refused[topic, meter]
        if times == 10 ** (len(str(times)) - 1):
            log.warning("a message is no reading", topic=topic, meter=meter, why=why, times=times)


def _kept(meter: str, said: Published, retained: bool, uow: UnitOfWork) -> dict[str, object]:  # noqa: FBT001  # for partial
    readings.published(uow, meter, said.value, at=said.at, retained=retained)
    return {}
