"""Stories of stores and readings: parts move and are counted, another one stands in, machines and colleagues tell their readings."""

import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import aiomqtt
import pytest
import pytest_asyncio

from storage.tables import Meter, MeterReading, Part, Stock, StockCount, StockMovement, WorkOrder, WorkOrderPart
from tests.stories.figures import damage, rows
from tests.stories.loop import FAULTS, STORES
from tests.stories.plants import Wishes, plant_among_people
from tests.stories.purchases import Shop
from tests.wires.dovecot import Dovecot
from tests.wires.mosquitto import BINARY, Mosquitto

pytestmark = [
    pytest.mark.dovecot, pytest.mark.mosquitto, pytest.mark.timeout(300), pytest.mark.asyncio(loop_scope="module"),
]  # fmt: skip

TOPICS = """
[readings.mqtt]
host = "{host}"
port = {port}
tls = "none"
user = "{user}"

[[readings.mqtt.topics]]
topic = "halden/k401/hours"
meter = "K401-H"

[[readings.mqtt.topics]]
topic = "halden/+/state"
meter = "P101-T"
value = "bearing.temperature"
"""


@dataclass
class Works(Shop):
    """A running plant with a broker, and where its stock and its meters stand."""

    mosquitto: Mosquitto

    def part(self, code: str) -> Any:
        (found,) = rows(self.plant.url, Part, code=code)
        return found

    def on_hand(self, code: str) -> dict[str, int]:
        return {row.store: row.on_hand for row in rows(self.plant.url, Stock, part_id=self.part(code).id)}

    def readings(self, code: str) -> list[int]:
        (meter,) = rows(self.plant.url, Meter, code=code)
        return [row.value for row in rows(self.plant.url, MeterReading, meter_id=meter.id)]

    async def starts(self, who: str, fault: str) -> str:
        """Report a fault and begin to work on it; returns the work order's number."""
        person = self.world.person(who)
        thread = await person.says(FAULTS, fault)
        await self.until("the work order", lambda: rows(self.plant.url, WorkOrder, root_ts=thread))
        (order,) = rows(self.plant.url, WorkOrder, root_ts=thread)
        await person.commands(FAULTS, "/chargehand", f"take {order.number}")
        card = await person.waits_in_direct(order.number, "work_order.start")
        await person.clicks(str(card["channel"]), card, "work_order.start")
        await person.submits(await person.modal("LOTO"), safety=True)
        await self.until("the work to begin", lambda: rows(self.plant.url, WorkOrder, id=order.id, state="in_progress"))
        return str(order.number)

    async def until(self, what: str, look: Any) -> None:
        async def there() -> bool:
            return bool(look())

        await self.world.slack.until(what, there)


@pytest.fixture(scope="module")
def mosquitto() -> Iterator[Mosquitto]:
    if BINARY is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("Mosquitto is not installed (apt-get install mosquitto)")
    with Mosquitto() as broker:
        yield broker


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def works(
    tmp_path_factory: pytest.TempPathFactory, dovecot: Dovecot, mosquitto: Mosquitto
) -> AsyncIterator[Works]:
    """A plant whose machines publish to a broker."""
    folder = tmp_path_factory.mktemp("works")
    topics = TOPICS.format(host=mosquitto.host, port=mosquitto.port, user=mosquitto.user)
    wishes = Wishes(rewrite=lambda text: text + topics)
    async with plant_among_people(folder, f"sqlite:///{folder}/plant.db", dovecot, wishes) as (made, world):
        made.environment["CHARGEHAND_READINGS__MQTT__PASSWORD"] = mosquitto.password
        await made.start()
        yield Works(made, world, mosquitto)
        assert damage(made.url) == []


async def test_34_a_machine_publishes_its_readings_and_a_limit_asks_for_work_once(works: Works) -> None:
    who = {"username": works.mosquitto.user, "password": works.mosquitto.password, "identifier": "machine"}
    async with aiomqtt.Client(works.mosquitto.host, works.mosquitto.port, **who) as machine:
        # What was published before the bot came is retained for it.
        for topic, payload in (("k401/hours", "1200.5"), ("p101/state", '{"bearing": {"temperature": 85.2}}')):
            await machine.publish(f"halden/{topic}", payload, qos=1, retain=True)
        await works.until("the first readings", lambda: works.readings("K401-H") and works.readings("P101-T"))
        for payload in ("offline", '{"bearing": {"temperature": 79}}', '{"bearing": {"temperature": 83}}'):
            await machine.publish("halden/p101/state", payload, qos=1)
        await works.until("three readings", lambda: len(works.readings("P101-T")) == 3)

    card = await works.world.person("luis").waits_for(
        FAULTS, "Bearing temperature of 85.2 °C is above 80", "work_order.take"
    )
    assert works.readings("K401-H") == [1_200_500]
    assert works.readings("P101-T") == [85_200, 79_000, 83_000]
    assert len(rows(works.plant.url, WorkOrder, due_reason="limit of meter P101-T")) == 1
    assert "take" in str(card["blocks"])


async def test_34_a_colleague_mails_readings_and_is_answered_in_the_same_thread(works: Works) -> None:
    mail = EmailMessage(policy=SMTP)
    for name, said in (
        ("Authentication-Results", "mx.halden.example; dmarc=pass header.from=halden.example"),
        ("From", "Ana Ruiz <ana.ruiz@halden.example>"),
        ("To", "purchasing@halden.example"),
        ("Subject", "Readings"),
        ("Message-ID", "<readings.1@halden.example>"),
        ("Date", "Mon, 23 Nov 2026 10:00:00 +0000"),
    ):
        mail[name] = said
    mail.set_content("Hello,\n\nPAL340-C 4200\nPAL340-X 17\n\nAna\n")

    await works.world.mail.deliver(mail.as_bytes())
    letters = works.world.mail.sink.kept
    await works.until("the answer", lambda: any("ana.ruiz@halden.example" in one.recipients for one in letters))

    (answer,) = [one.message for one in letters if "ana.ruiz@halden.example" in one.recipients]
    assert works.readings("PAL340-C") == [4_200_000]
    assert answer["In-Reply-To"] == "<readings.1@halden.example>"
    assert "PAL340-C 4200 pallets" in answer.get_content()
    assert "I know no meter" in answer.get_content()


async def test_88_parts_move_and_a_store_is_counted_while_a_part_is_issued(works: Works) -> None:
    tom, luis = works.world.person("tom"), works.world.person("luis")
    await works.types("tom", "move 2 P-10202 store 2 to line 2 cabinet bin top shelf", "moved from store 2")
    told = await works.types("tom", "stock P-10202", "Lies in line 2 cabinet")
    await works.types("tom", "stocktake store 2 bin A02", "SC-1: 1 part")
    sheet = await tom.waits_for(STORES, "Stock count SC-1", "stock.count")
    await tom.clicks(STORES, sheet, "stock.count")
    form = await tom.modal("bin A02, booked 10 pieces")
    (line, _) = [block["block_id"] for block in form["blocks"] if block["type"] == "input"]
    await tom.submits(form, **{line: "9"})
    counted = await tom.waits_for(STORES, "1 of 1 counted, 1 difference", "stock.book")

    number = await works.starts("luis", "Bearing of C-302 squeals, the line stands")
    await luis.commands(FAULTS, "/chargehand", f"issue {number} 3 P-10202")
    await works.until("the bearings to be out", lambda: works.on_hand("P-10202")["store 2"] == 7_000)
    await tom.clicks(STORES, counted, "stock.book")
    await tom.submits(await tom.modal("-1 Deep groove ball bearing 6204"), reason="monthly count")
    ended = await tom.waits_for(STORES, "Because: monthly count")

    (count,) = rows(works.plant.url, StockCount)
    moved = [(row.kind, row.quantity) for row in rows(works.plant.url, StockMovement, part_id=works.part("P-10202").id)]
    assert "bin top shelf: 2 pieces" in str(told["blocks"])
    assert count.state == "booked"
    assert works.on_hand("P-10202") == {"store 2": 6_000, "line 2 cabinet": 2_000}
    assert moved[1:] == [("transfer", -2_000), ("transfer", 2_000), ("issue", -3_000), ("count", -1_000)]
    assert "stock.book" not in str(ended["blocks"])


async def test_89_where_a_part_is_missing_another_one_is_offered_and_used(works: Works) -> None:
    luis = works.world.person("luis")
    told = await works.types("luis", "stock P-10281", "Used on C-301")
    thread = await luis.says(FAULTS, "Contactor of C-301 is burnt, the line stands")
    await luis.waits_for(FAULTS, "WO-", thread=thread)
    await luis.says(FAULTS, "part 7 P-10281", thread=thread)
    missing = await luis.waits_for(FAULTS, "Part missing", "need.use_another", thread=thread)
    await luis.clicks(FAULTS, missing, "need.use_another")
    form = await luis.modal("Contactor 18 A", "4 pieces free")
    other = works.part("P-10282")
    await luis.submits(form, part=str(other.id))
    await luis.waits_for(FAULTS, "2 pieces Contactor 18 A", "kept", thread=thread)

    (need,) = rows(works.plant.url, WorkOrderPart, part_id=other.id)
    assert "Instead of it: Contactor 18 A" in str(told["blocks"])
    assert (need.needed, need.reserved) == (2_000, 2_000)
