"""Readings from a real Mosquitto: taken once, kept while nobody listens, refused by name, and asking for work once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import aiomqtt
import pytest
import structlog

from bot import demo
from bot.broker import FAILED, Broker, NotSubscribed, subscribe
from bot.check_broker import check_broker
from bot.config import Config, load
from bot.middle import Middle
from bot.plant_import import import_plant
from bot.settings_plans import MqttSettings, TopicSettings
from orders.plant import Channels, Plant
from storage import migration
from storage.database import Database
from storage.happenings import reading
from storage.tables import Asset, Meter, MeterReading, WorkOrder
from storage.unit_of_work import table
from tests.wires.mosquitto import BINARY, Mosquitto

pytestmark = [pytest.mark.mosquitto, pytest.mark.skipif(BINARY is None, reason="Mosquitto is not installed")]

PLANT = Plant(channels=Channels(faults=("C0MAINT",)))
TOPICS = (
    TopicSettings(topic="halden/p101/hours", meter="P101-H"),
    TopicSettings(topic="halden/+/state", meter="P101-T", value="bearing.t", at="time"),
    TopicSettings(topic="halden/stray", meter="P999-H"),
)
Publish = Callable[..., Awaitable[None]]


class Post:
    """A running plant's broker: what was kept, and a bell for each message that was dealt with."""

    def __init__(self, database: Database, mosquitto: Mosquitto, **more: Any) -> None:
        self.database, self.mosquitto, self.more = database, mosquitto, more
        self.seen = 0
        self.bell = asyncio.Event()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Broker]:
        broker = Broker(
            settings(self.mosquitto, **self.more), middle := Middle(self.database, PLANT), reconnect=(0.05, 0.1)
        )
        loop = asyncio.get_running_loop()
        middle.after_route["mqtt"] = lambda: loop.call_soon_threadsafe(self._rang)
        broker.start()
        yield broker
        await broker.stop()
        middle.close()

    def _rang(self) -> None:
        self.seen += 1
        self.bell.set()

    async def comes(self, times: int) -> None:
        """Wait until so many messages in all were dealt with by the database."""
        async with asyncio.timeout(60):
            while self.seen < times:
                self.bell.clear()
                await self.bell.wait()

    def kept(self, kind: Any = MeterReading) -> list[Any]:
        return list(reading(self.database, PLANT, datetime.now(UTC), lambda uow: uow.all(kind)))

    def values(self) -> list[int]:
        return [row.value for row in self.kept()]


def settings(mosquitto: Mosquitto, **more: Any) -> MqttSettings:
    fields = {
        "host": mosquitto.host,
        "port": mosquitto.port,
        "tls": "none",
        "user": mosquitto.user,
        "password": mosquitto.password,
        "topics": TOPICS,
    }
    return MqttSettings(**fields | more)


@pytest.fixture(scope="module")
def mosquitto() -> Iterator[Mosquitto]:
    with Mosquitto() as broker:
        yield broker


@pytest.fixture
def post(database: Database, mosquitto: Mosquitto, request: pytest.FixtureRequest) -> Post:
    with database.transaction() as connection:
        asset = Asset(id=1, code="P-101", plain_code="P101", name="Pump", criticality="A")
        connection.execute(table(Asset).insert().values(asset.model_dump()))
        for number, (code, kind, high) in enumerate((("P101-H", "counter", None), ("P101-T", "gauge", 80_000)), 1):
            fields = {
                "name": code,
                "plain_code": code.replace("-", ""),
                "unit": "h",
                "kind": kind,
                "high": high,
                "hysteresis": 5_000,
            }
            row = Meter(id=number, code=code, asset_id=1, **fields)
            connection.execute(table(Meter).insert().values(row.model_dump()))
    return Post(database, mosquitto, client=f"t{abs(hash(request.node.nodeid)) % 10**9}")


@pytest.fixture
async def publish(mosquitto: Mosquitto) -> Publish:
    async def published(topic: str, *payloads: str, retain: bool = False) -> None:
        who = {"username": mosquitto.user, "password": mosquitto.password}
        async with aiomqtt.Client(mosquitto.host, mosquitto.port, **who) as client:
            for payload in payloads:
                await client.publish(topic, payload, qos=1, retain=retain)

    return published


def state(degrees: float, at: datetime) -> str:
    return f'{{"bearing": {{"t": {degrees}}}, "time": "{at.isoformat()}"}}'


async def test_34_readings_come_from_the_broker_and_a_limit_asks_for_work_once(post: Post, publish: Publish) -> None:
    begun = datetime.now(UTC) - timedelta(hours=1)
    async with post.listening() as broker:
        await broker.listens.wait()
        first = post.seen
        await publish("halden/p101/hours", "1240.5")
        for minute, degrees in enumerate((70, 85, 79, 81, 74, 83)):
            await publish("halden/p101/state", state(degrees, begun + timedelta(minutes=minute)))
        await post.comes(first + 7)

    (order,) = post.kept(WorkOrder)
    assert post.values() == [1_240_500, 70_000, 85_000, 79_000, 81_000, 74_000, 83_000]
    assert {row.source for row in post.kept()} == {"mqtt"}
    assert order.title == "P101-T of 85 h is above 80"
    assert post.kept()[1].at == begun
    assert broker.trouble == ""


async def test_what_is_retained_or_told_twice_counts_once(post: Post, publish: Publish) -> None:
    at = datetime.now(UTC) - timedelta(hours=1)
    async with post.listening() as broker:
        await broker.listens.wait()
        first = post.seen
        await publish("halden/p101/hours", "100", "100", retain=True)
        await publish("halden/p101/state", state(70, at), state(70, at), retain=True)
        await post.comes(first + 4)
    async with post.listening() as broker:
        await post.comes(first + 6)
        await publish("halden/p101/hours", "101")
        await post.comes(first + 7)
    for topic in ("halden/p101/hours", "halden/p101/state"):
        await publish(topic, "", retain=True)

    assert post.values() == [100_000, 70_000, 101_000]
    assert not broker.refused


async def test_what_comes_while_the_bot_is_away_is_taken_when_it_is_back(post: Post, publish: Publish) -> None:
    async with post.listening() as broker:
        await broker.listens.wait()
    first = post.seen
    await publish("halden/p101/hours", "200", "201")

    async with post.listening():
        await post.comes(first + 2)

    assert post.values() == [200_000, 201_000]


async def test_a_broker_that_was_away_is_found_again_and_its_trouble_is_said_meanwhile(
    post: Post, publish: Publish, mosquitto: Mosquitto
) -> None:
    async with post.listening() as broker:
        await broker.listens.wait()
        mosquitto.stop()
        with structlog.testing.capture_logs() as said:
            while broker.listens.is_set():  # noqa: ASYNC110  # an event says when it listens, none when it does not
                await asyncio.sleep(0)
            trouble = broker.trouble
        mosquitto.start()
        await broker.listens.wait()
        first = post.seen
        await publish("halden/p101/hours", "300")
        await post.comes(first + 1)

    assert "does not answer" in trouble
    assert any(line["event"] == "the broker is lost; connecting anew" for line in said)
    assert post.values() == [300_000]


async def test_what_cannot_be_taken_is_counted_and_the_log_is_not_flooded(post: Post, publish: Publish) -> None:
    async with post.listening() as broker:
        await broker.listens.wait()
        first = post.seen
        with structlog.testing.capture_logs() as said:
            await publish("halden/p101/hours", *["offline"] * 25, "NaN", "-1e99", "12")
            await publish("halden/p101/hours", "11")
            await publish("halden/p101/state", '{"bearing": {}}', state(70, datetime.now(UTC) + timedelta(days=2)))
            await publish("halden/stray", "1")
            await publish("halden/p101/hours", "13")
            await post.comes(first + 7)

    lines = [line for line in said if line["event"] == "a message is no reading"]
    assert post.values() == [12_000, 13_000]
    assert broker.refused["halden/p101/hours", "P101-H"] == 28
    assert broker.refused["halden/p101/state", "P101-T"] == 2
    assert [(line["topic"], line["times"]) for line in lines] == [
        ("halden/p101/hours", 1), ("halden/p101/hours", 10), ("halden/p101/state", 1), ("halden/stray", 1),
    ]  # fmt: skip


# The library drops the socket of a failed handshake without closing it.
@pytest.mark.filterwarnings("ignore:Exception ignored in. <ssl.SSLSocket:pytest.PytestUnraisableExceptionWarning")
async def test_over_tls_only_a_certificate_that_is_trusted_is_believed(tmp_path: Path) -> None:
    with Mosquitto(tls=True) as broker:
        trusting = {"tls": "tls", "ca_file": str(broker.folder / "certificate.pem")}
        fine = await checks(tmp_path, broker, trusting)
        strange = await checks(tmp_path, broker, {"tls": "tls"})

    assert fine == f"127.0.0.1:{broker.port} lets us read 1 figures."
    assert "does not answer" in strange
    assert "certificate" in strange


async def checks(
    folder: Path, broker: Mosquitto, more: dict[str, Any], topic: str = "halden/p101/hours", meter: str = "P101-H"
) -> str:
    config = configured(folder, broker, more, topic, meter)
    (found,) = await check_broker(config)
    return found.sentence


def configured(folder: Path, broker: Mosquitto, more: dict[str, Any], topic: str, meter: str) -> Config:
    mqtt = {"host": broker.host, "port": broker.port, "user": broker.user, "password": broker.password, "tls": "none"}
    topics = [{"topic": topic, "meter": meter}] if topic else []
    options = {"storage": {"path": str(folder)}, "readings": {"mqtt": mqtt | more | {"topics": topics}}}
    return load([demo.settings()], options=options, environment={})


async def test_the_check_says_what_is_wrong_with_a_broker(mosquitto: Mosquitto, tmp_path: Path) -> None:
    config = configured(tmp_path, mosquitto, {}, "halden/x", "X")
    database = Database(config.database_url)
    migration.migrate(database)
    import_plant(database, config.plant(), demo.folder())
    database.close()
    known = reading_of_a_demo_meter(config)

    assert await checks(tmp_path, mosquitto, {}, meter=known) == f"127.0.0.1:{mosquitto.port} lets us read 1 figures."
    assert "refuses the login of chargehand" in await checks(tmp_path, mosquitto, {"password": "wrong"}, meter=known)
    assert "X-99: no such meter" in await checks(tmp_path, mosquitto, {}, meter="X-99")
    assert "No topic is read" in await checks(tmp_path, mosquitto, {}, "")
    assert "does not answer" in await checks(tmp_path, mosquitto, {"port": 1}, meter=known)
    assert "host is empty" in await checks(tmp_path, mosquitto, {"host": ""}, meter=known)


async def test_a_topic_that_the_broker_refuses_is_named() -> None:
    class Refusing:
        async def subscribe(self, topic: str, *, qos: int) -> list[int]:
            return [FAILED if topic == "halden/stray" else qos]

    with pytest.raises(NotSubscribed, match="it refuses the topic halden/stray"):
        await subscribe(cast("Any", Refusing()), TOPICS)


def reading_of_a_demo_meter(config: Config) -> str:
    database = Database(config.database_url)
    (meter, *_) = reading(database, config.plant(), datetime.now(UTC), lambda uow: uow.all(Meter))
    database.close()
    return str(meter.code)
