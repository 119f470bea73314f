"""Stories of the places to look: questions in plain words, lateness that is told once, and what a shift begins with."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from storage.tables import DigestOff, WorkOrder
from tests.stories.clocks import monday, set_clock
from tests.stories.figures import damage, rows
from tests.stories.loop import FAULTS
from tests.stories.plants import Wishes, plant_among_people
from tests.stories.purchases import Shop
from tests.wires.dovecot import Dovecot

pytestmark = [pytest.mark.dovecot, pytest.mark.timeout(300), pytest.mark.asyncio(loop_scope="module")]

BERLIN = ZoneInfo("Europe/Berlin")


@dataclass
class Hall(Shop):
    """A running plant, and the Monday morning on which its stories begin."""

    monday: datetime

    def goes_to(self, day: int, hour: int, minute: int = 0) -> None:
        """Set the plant's clock to a time of a day after that Monday."""
        local = self.monday.astimezone(BERLIN) + timedelta(days=day)
        set_clock(self.plant.ahead, local.replace(hour=hour, minute=minute))

    def order(self, words: str) -> WorkOrder:
        return next(row for row in rows(self.plant.url, WorkOrder) if words in row.title)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hall(tmp_path_factory: pytest.TempPathFactory, dovecot: Dovecot) -> AsyncIterator[Hall]:
    """A plant in Berlin on a Monday at nine, in which Luis has one job and nobody has another."""
    folder = tmp_path_factory.mktemp("hall")
    wishes = Wishes({"digests": {"people": True, "channels": True}})
    async with plant_among_people(folder, f"sqlite:///{folder}/plant.db", dovecot, wishes) as (made, world):
        shop = Hall(made, world, monday())
        shop.goes_to(0, 9)
        await made.start(hurrying=True)
        ana = world.person("ana")
        for text in ("Seal leaking on P-101", "C-301 stands still"):
            thread = await ana.says(FAULTS, text)
            await ana.waits_for(FAULTS, "WO-", thread=thread)
        number = shop.order("Seal").number
        await world.person("luis").commands(FAULTS, "/chargehand", f"take {number}")
        await world.person("luis").waits_in_direct(number, "work_order.start")
        yield shop
        assert damage(made.url) == []


async def test_99_and_s9_a_question_in_plain_words_is_answered_wherever_it_is_asked(hall: Hall) -> None:
    number = hall.order("Seal").number
    luis, ana = hall.world.person("luis"), hall.world.person("ana")

    typed = await hall.types("ana", f"who has {number}?", f"Luis Moreno has {number}")
    await luis.says(await luis.direct(), "Was ist offen an P-101?")
    direct = await luis.waits_in_direct("Open:", number)
    before = len(rows(hall.plant.url, WorkOrder))
    await ana.says(FAULTS, "what has nobody?")
    spoken = await ana.waits_for(FAULTS, "Nobody has", "C-301")
    near = await hall.types("ana", "what is the meaning of it all?", "I did not understand")

    assert "Seal leaking" in json.dumps(typed)
    assert "P-101" in json.dumps(direct)
    assert "C-301" in json.dumps(spoken)
    assert "You can ask for instance" in json.dumps(near)
    assert len(rows(hall.plant.url, WorkOrder)) == before


async def test_28_and_s82_when_nobody_takes_a_job_in_time_its_card_says_so_and_the_supervisor_hears_once(
    hall: Hall,
) -> None:
    order = hall.order("C-301")
    priya = hall.world.person("priya")

    hall.goes_to(0, 13)
    told = await priya.waits_in_direct("C-301", "Nobody has it, wanted by")
    card = await priya.waits_for(FAULTS, "Nobody has it, wanted by", thread=str(order.root_ts))

    assert f"assign {int(order.number[-5:])} @who" in json.dumps(told)
    assert "C-301" in json.dumps(card)
    assert len(await priya.sees(str(told["channel"]), f"{order.number}, ")) == 1


async def test_30_a_shift_begins_with_what_is_before_each_person_and_the_team(hall: Hall) -> None:
    luis = hall.world.person("luis")

    hall.goes_to(1, 6, 1)
    mine = await luis.waits_in_direct("Your day", "Overdue")
    team = await luis.waits_for(FAULTS, "The team's day", "Overdue")
    await luis.clicks(str(mine["channel"]), mine, "digest.switch")

    async def off() -> bool:
        return len(rows(hall.plant.url, DigestOff)) == 1

    await hall.world.slack.until("the digest of Luis to be off", off)
    again = await hall.types("luis", "digest", "Seal leaking")

    assert "Seal leaking" in json.dumps(mine)
    assert "C-301" in json.dumps(team)
    assert "digest.switch" in json.dumps(again)
