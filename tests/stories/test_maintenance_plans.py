"""Stories of planned care: a plan asks for work by itself, fixed or floating, and a standstill loses nothing."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from storage.tables import MaintenancePlan, PlanOrder, WorkOrder, WorkOrderPart
from tests.stories.clocks import monday, set_clock
from tests.stories.figures import damage, rows
from tests.stories.loop import FAULTS
from tests.stories.plants import plant_among_people
from tests.stories.purchases import Shop
from tests.wires.dovecot import Dovecot

pytestmark = [pytest.mark.dovecot, pytest.mark.timeout(300), pytest.mark.asyncio(loop_scope="module")]

BERLIN = ZoneInfo("Europe/Berlin")
HEAD = "plan,title,asset,every,basis,first_day,last_day,lead_days,skill,steps,parts,meter,every_use\n"

METERS = "meter,name,asset,unit,kind,high,hysteresis\nL1-C,Pallets,C-303,pallets,counter,,\nP2-T,Bearing temperature,P-102,°C,gauge,80,5\n"


@dataclass
class Care(Shop):
    """A running plant with three plans of its own, and the Monday morning on which its stories begin."""

    monday: datetime

    def day(self, number: int) -> date:
        return self.monday.date() + timedelta(days=number)

    def goes_to(self, number: int) -> None:
        set_clock(self.plant.ahead, self.monday + timedelta(days=number))

    def plan(self, code: str) -> Any:
        return next(row for row in rows(self.plant.url, MaintenancePlan) if row.code == code)

    def due(self, code: str) -> list[date]:
        return [row.due_on for row in rows(self.plant.url, PlanOrder, plan_id=self.plan(code).id)]

    def order(self, code: str) -> Any:
        """Return the newest order of a plan."""
        last = rows(self.plant.url, PlanOrder, plan_id=self.plan(code).id)[-1]
        (found,) = rows(self.plant.url, WorkOrder, id=last.work_order_id)
        return found

    async def comes(self, code: str, times: int) -> None:
        """Wait until a plan has come due so many times."""

        async def there() -> bool:
            return len(self.due(code)) >= times

        await self.world.slack.until(f"{code} to come due {times} times", there)

    async def finishes(self, code: str) -> None:
        """Let a technician do the work of a plan's newest order."""
        number = self.order(code).number
        luis = self.world.person("luis")
        await luis.commands(FAULTS, "/chargehand", f"take {number}")
        card = await luis.waits_in_direct(number, "work_order.start")
        await luis.clicks(str(card["channel"]), card, "work_order.start")
        await luis.submits(await luis.modal("LOTO-17"), safety=True)
        await self._until(code, "in_progress")
        await luis.commands(FAULTS, "/chargehand", f"check {number} 1, 2")
        await luis.commands(FAULTS, "/chargehand", f"done {number} 20 min greased")
        await self._until(code, "completed")

    async def _until(self, code: str, state: str) -> None:
        async def there() -> bool:
            return self.order(code).state == state

        await self.world.slack.until(f"the order of {code} to be {state}", there)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def care(tmp_path_factory: pytest.TempPathFactory, dovecot: Dovecot) -> AsyncIterator[Care]:
    """A plant in Berlin on a Monday morning."""
    folder = tmp_path_factory.mktemp("care")
    async with plant_among_people(folder, f"sqlite:///{folder}/plant.db", dovecot) as (made, world):
        shop = Care(made, world, monday())
        (folder / "more").mkdir()
        (folder / "more/plans.csv").write_text(
            HEAD + f"WASH,Wash the guards,C-301,every week,fixed,{shop.day(0)},{shop.day(14)},0,,Lock out | Wash,,,\n"
            f"GREASE,Grease the pump,P-101,every 2 weeks,floating,{shop.day(0)},,2,mechanic,Both nipples | Wipe off,P-10302 x 1,,\n"
            f"BELTS,Look at the belts,C-302,every week,fixed,{shop.day(16)},,0,,,,,\n"
            "FILTER,Blow out the filter,C-303,,fixed,,,0,,,,L1-C,5000\n"
            f"CHAIN,Oil the chains,C-303,every year,floating,{shop.day(300)},,0,,,,L1-C,20000\n",
            "utf-8",
        )
        (folder / "more/meters.csv").write_text(METERS, "utf-8")
        status, said = await made.command("import", str(folder / "more"))
        assert status == 0, said
        shop.goes_to(0)
        await made.start(hurrying=True)
        yield shop
        assert damage(made.url) == []


async def test_31_and_s13_a_calendar_plan_asks_for_work_on_the_plants_day_until_its_end(care: Care) -> None:
    await care.comes("WASH", 1)
    luis = care.world.person("luis")
    card = await luis.waits_for(FAULTS, "Wash the guards", "maintenance plan WASH", "work_order.take")
    order = care.order("WASH")
    said = await luis.waits_for(FAULTS, "comes from maintenance plan WASH", "2. Wash", thread=str(card["ts"]))

    care.goes_to(7)
    await care.comes("WASH", 2)
    care.goes_to(14)
    await care.comes("WASH", 3)
    listed = await care.types("priya", "plan WASH", "has ended")

    assert order.due_at.astimezone(BERLIN) == datetime.combine(care.day(0), datetime.min.time(), BERLIN).replace(
        hour=17
    )
    assert order.due_reason == "maintenance plan WASH"
    assert "1. Lock out" in said["text"]
    assert care.due("WASH") == [care.day(0), care.day(7), care.day(14)]
    assert len(rows(care.plant.url, WorkOrder, title="Wash the guards")) == 1
    assert "0 of 2 done in time" in str(listed["blocks"])


async def test_32_a_floating_plan_waits_for_its_open_order_and_is_counted_from_the_day_it_was_done(care: Care) -> None:
    waiting = await care.types("priya", "plan GREASE", "counted anew once it is done")
    (part,) = rows(care.plant.url, WorkOrderPart, work_order_id=care.order("GREASE").id)
    once = care.due("GREASE")

    await care.finishes("GREASE")

    async def counted() -> bool:
        return care.plan("GREASE").next_due == care.day(28)

    await care.world.slack.until("the next day of GREASE", counted)
    assert care.order("GREASE").number in str(waiting["blocks"])
    assert once == [care.day(0)]
    assert care.plan("GREASE").make_on == care.day(26)
    assert (part.needed, part.reserved) == (1_000, 1_000)


async def test_35_and_s82_after_a_standstill_all_is_caught_up_in_one_order_and_told_once(care: Care) -> None:
    assert care.plant.bot is not None
    await care.plant.bot.stop()
    care.goes_to(32)
    await care.plant.start(hurrying=True)

    luis = care.world.person("luis")
    told = await luis.waits_for(FAULTS, "Maintenance plans that were caught up", "BELTS")
    await care.comes("GREASE", 2)
    care.goes_to(33)
    await care.types("priya", "plans", "BELTS")

    heard = [one for one in await luis.sees(FAULTS, "Maintenance plans that were caught up") if one["ts"] == told["ts"]]
    belts = care.order("BELTS")
    assert care.due("BELTS") == [care.day(16), care.day(23), care.day(30)]
    assert f"together in {belts.number}" in str(told["blocks"])
    assert len(rows(care.plant.url, WorkOrder, title="Look at the belts")) == 1
    assert belts.due_at.astimezone(BERLIN).date() == care.day(32)
    assert len(heard) == 1
    assert all(row.told for row in rows(care.plant.url, PlanOrder))


async def test_33_and_s14_a_plan_comes_due_by_its_meter_or_by_the_calendar_whichever_is_first(care: Care) -> None:
    await care.types("ana", "reading C-303 pallets 1000", "L1-C stands at 1000 pallets")
    near = await care.types("ana", "reading C-303 pallets 20500", "due in 500 pallets")
    wrong = await care.types("ana", "reading C-303 pallets 205", "below the last reading")
    none = care.due("CHAIN")

    await care.types("luis", "reading C-303 pallets 21400", "due now")
    care.goes_to(35)
    await care.comes("CHAIN", 1)
    await care.comes("FILTER", 1)
    # The fixed one comes due at its own figures, although nobody has done it yet.
    await care.types("luis", "reading C-303 pallets 27000", "FILTER", "due now")
    care.goes_to(36)
    await care.comes("FILTER", 2)

    assert none == []
    assert "CHAIN Oil the chains" in str(near["blocks"])
    assert "write `reset` behind it" in wrong["text"]
    assert care.order("CHAIN").due_reason == "maintenance plan CHAIN"
    assert len(rows(care.plant.url, WorkOrder, title="Blow out the filter")) == 1
    assert care.plan("FILTER").next_use == 30_000_000


async def test_34_and_s16_a_reading_beyond_its_limit_asks_for_work_once(care: Care) -> None:
    said = await care.types("ana", "reading P-102 temperature 85.2", "is above 80")
    ana = care.world.person("ana")
    card = await ana.waits_for(FAULTS, "Bearing temperature of 85.2 °C is above 80", "work_order.take")
    await care.types("ana", "reading P-102 temperature 78", "stands at 78")
    await care.types("ana", "reading P-102 temperature 74", "stands at 74")
    await care.types("ana", "reading P-102 temperature 83", "stands at 83")
    again = await ana.waits_for(FAULTS, "of 83 °C is above 80 again", thread=str(card["ts"]))

    (order,) = rows(care.plant.url, WorkOrder, due_reason="limit of meter P2-T")
    assert order.number in str(said["blocks"])
    assert order.number in again["text"]


async def test_36_a_pause_is_asked_for_with_a_reason_and_ends_with_what_was_left_out(care: Care) -> None:
    day = care.day(45)

    refused = await care.types("luis", "plan BELTS pause because I like it", "Only supervisors")
    said = await care.types(
        "priya", f"plan BELTS pause until {day:%Y-%m-%d} because the line is dismantled", "is paused"
    )
    care.goes_to(46)
    over = await care.world.person("luis").waits_for(FAULTS, "its pause is over", "BELTS")

    assert "Ask Priya Nair" in refused["text"]
    assert "Paused until" in str(said["blocks"])
    assert "left out" in str(over["blocks"])
    assert care.due("BELTS")[-1] == care.day(30)
