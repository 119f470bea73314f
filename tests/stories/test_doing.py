"""Stories of work as it is done: ended by one sentence and one click, with its time, its parts, what it waits for, and its afterlife."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from storage.tables import StockMovement, WorkOrder, WorkOrderHold, WorkOrderTime
from tests.stories.clocks import monday, on_a_monday, set_clock
from tests.stories.figures import damage, rows
from tests.stories.loop import FAULTS
from tests.stories.people import Message, buttons
from tests.stories.purchases import Shop
from tests.wires.dovecot import Dovecot

pytestmark = [pytest.mark.dovecot, pytest.mark.timeout(300), pytest.mark.asyncio(loop_scope="module")]

MACHINES = "asset,name,class,criticality,cost_centre\n" + "".join(
    f"X-{number},Dosing unit {number},Centrifugal pump,B,410\n" for number in range(1, 9)
)


class Jobs(Shop):
    """A running plant with machines that need no lock-out, on a Monday at eight, whose clock the stories move on."""

    clicks = 0

    def job(self, order_id: int) -> Any:
        (found,) = rows(self.plant.url, WorkOrder, id=order_id)
        return found

    async def works_on(self, machine: str, what: str = "makes a grinding noise") -> Any:
        """Let Ana report a fault, and Luis take the job and start it; returns the work order."""
        before = {row.id for row in rows(self.plant.url, WorkOrder)}
        await self.world.person("ana").says(FAULTS, f"{machine} {what}")

        async def made() -> Any:
            return next((row for row in rows(self.plant.url, WorkOrder) if row.id not in before), None)

        order = await self.world.slack.until(f"the order of {machine}", made)
        await self.types("luis", f"take {order.number}", "You have it")
        await self.types("luis", f"start {order.number}", "Started")
        return order

    async def becomes(self, order: Any, state: str) -> Any:
        async def so() -> Any:
            found = self.job(order.id)
            return found if found.state == state else None

        return await self.world.slack.until(f"{order.number} to be {state}", so)

    async def proposed(self, order: Any, sentence: str) -> Message:
        """Let Luis say a sentence in the job's thread; returns the card that proposes its end."""
        luis = self.world.person("luis")
        await luis.says(FAULTS, sentence, thread=order.root_ts)
        return await luis.waits_for(FAULTS, sentence, "work_order.done_correct", thread=order.root_ts)

    async def clicked(self, who: str, card: Message, action: str) -> None:
        """Press a button, and count it."""
        self.clicks += 1
        answer = await self.world.person(who).clicks(FAULTS, card, action)
        assert answer["ok"], answer

    def times(self, order: Any) -> list[Any]:
        return rows(self.plant.url, WorkOrderTime, work_order_id=order.id)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def jobs(tmp_path_factory: pytest.TempPathFactory, dovecot: Dovecot) -> AsyncIterator[Jobs]:
    """The plant with its machines."""
    folder = tmp_path_factory.mktemp("doing")
    async with on_a_monday(folder, dovecot) as shop:
        (folder / "machines").mkdir()
        (folder / "machines/assets.csv").write_text(MACHINES, "utf-8")
        status, said = await shop.plant.command("import", str(folder / "machines"))
        assert status == 0, said
        yield Jobs(shop.plant, shop.world)
        assert damage(shop.plant.url) == []


async def test_26_a_job_is_closed_with_honest_failure_data_by_one_sentence_and_two_clicks(jobs: Jobs) -> None:
    order = await jobs.works_on("X-1")
    jobs.clicks = 0
    await jobs.world.person("luis").says(FAULTS, "did anybody swap the bearing?", thread=order.root_ts)

    card = await jobs.proposed(order, "swapped bearing, it was dry, 40 min, used one 6204")
    before = jobs.job(order.id)
    await jobs.clicked("luis", card, "work_order.done_confirm")
    await jobs.becomes(order, "completed")
    done = await jobs.world.person("priya").waits_for(FAULTS, order.number, "work_order.close", thread=order.root_ts)
    await jobs.clicked("priya", done, "work_order.close")
    closed = await jobs.becomes(order, "closed")

    (moved,) = rows(jobs.plant.url, StockMovement, work_order_id=order.id)
    (time,) = jobs.times(order)
    settled = await jobs.world.person("luis").waits_for(FAULTS, "Written down as said", thread=order.root_ts)
    assert jobs.clicks == 2
    assert before.state == "in_progress"
    assert (closed.failure_mode, closed.failure_cause) == ("NOI", "LUB")
    assert closed.remedy == "Replaced a part. “swapped bearing, it was dry, 40 min, used one 6204”"
    assert (moved.quantity, time.minutes) == (-1_000, 40)
    assert buttons(settled) == []


async def test_22_and_87_parts_go_out_and_come_back_at_their_cost_never_below_nothing_and_the_stock_is_its_ledger(
    jobs: Jobs,
) -> None:
    order = await jobs.works_on("X-3")
    await jobs.types("luis", f"issue {order.number} 2 P-10205", "taken out")
    folder = jobs.plant.config.parent / "dearer"
    folder.mkdir()
    (folder / "parts.csv").write_text("part,name,unit,price\nP-10205,Bearing,piece,99.00\n", "utf-8")
    status, said = await jobs.plant.command("import", str(folder))
    assert status == 0, said
    too_much = await jobs.types("luis", f"issue {order.number} 5000 P-10205", "Only", "are in")
    await jobs.types("luis", f"issue {order.number} 1 P-10205", "taken out")
    more = await jobs.types("luis", f"return {order.number} 4 P-10205", "Only")
    await jobs.types("luis", f"return {order.number} 2 P-10205", "brought back")

    moved = rows(jobs.plant.url, StockMovement, work_order_id=order.id)
    old = moved[0].unit_cost
    assert "Nothing was taken." in too_much["text"]
    assert "Only 3" in more["text"]
    assert [(row.quantity, row.unit_cost) for row in moved] == [
        (-2_000, old), (-1_000, 990_000), (1_000, 990_000), (1_000, old),
    ]  # fmt: skip
    assert damage(jobs.plant.url) == []


async def test_18_a_job_waits_for_several_things_and_each_ends_by_itself(jobs: Jobs) -> None:
    order = await jobs.works_on("X-4")
    await jobs.types("luis", f"hold {order.number} hot work permit", "waits")
    await jobs.types("luis", f"hold {order.number} production until noon", "waits")
    luis = jobs.world.person("luis")
    held = await luis.waits_for(FAULTS, "On hold: permit, plant condition", thread=order.root_ts)
    await jobs.types("luis", f"resume {order.number} permit", "goes on")
    still = await luis.waits_for(FAULTS, "still waits for production", thread=order.root_ts)
    stands = [row.reason for row in rows(jobs.plant.url, WorkOrderHold, work_order_id=order.id) if not row.released_at]
    await jobs.types("luis", f"resume {order.number}", "goes on")

    assert "work_order.resume" in buttons(held)
    assert "It no longer waits for a permit or safety." in still["text"]
    assert stands == ["plant_condition"]
    assert jobs.job(order.id).state == "in_progress"


async def test_17_a_missing_part_is_asked_for_and_waited_for_and_nobody_but_a_supervisor_goes_on_without(
    jobs: Jobs,
) -> None:
    order = await jobs.works_on("X-5")
    luis = jobs.world.person("luis")
    await jobs.types("luis", f"part {order.number} 2 P-10231", "asked for")
    held = await luis.waits_for(FAULTS, "On hold: material", "2 pieces missing", thread=order.root_ts)
    refused = await jobs.types("luis", f"resume {order.number}", "waits for a part")

    assert "A supervisor can go on without it" in refused["text"]
    assert "work_order.resume" in buttons(held)


async def test_24_25_and_27_done_is_not_closed_and_what_was_said_stays_when_it_is_opened_again(jobs: Jobs) -> None:
    order = await jobs.works_on("X-6", "leaks at the shaft")
    await jobs.types("luis", f"part {order.number} 2 P-10203", "asked for")
    refused = await jobs.types("priya", f"cancel {order.number} because nobody wants it", order.number)
    card = await jobs.proposed(order, "tightened the gland, 15 min")
    await jobs.clicked("luis", card, "work_order.done_confirm")
    await jobs.becomes(order, "completed")
    luis, priya = jobs.world.person("luis"), jobs.world.person("priya")
    kept = await luis.waits_for(FAULTS, "Still kept for it: 2 pieces", thread=order.root_ts)
    not_his = await jobs.types("luis", f"close {order.number}", "supervisor")
    await jobs.types("priya", f"reopen {order.number} because it drips again", "open again")
    again = await priya.waits_for(FAULTS, "It had been finished by Luis Moreno", thread=order.root_ts)
    card = await jobs.proposed(order, "replaced the gland packing, 20 min")
    await jobs.clicked("luis", card, "work_order.done_confirm")
    await jobs.becomes(order, "completed")
    await jobs.types("priya", f"close {order.number}", "is closed")
    closed = await jobs.becomes(order, "closed")
    late = await jobs.types("luis", f"log {order.number} 10 min", "closed")

    assert "Tightened it" in again["text"]
    assert "it drips again" in again["text"]
    assert refused["text"]
    assert kept["text"]
    assert "Priya" in not_his["text"]
    assert closed.remedy.startswith("Replaced a part")
    assert "cannot be" in late["text"]


async def test_21_a_forgotten_timer_is_asked_about_and_stopped_where_the_shift_ended_by_one_click(jobs: Jobs) -> None:
    order = await jobs.works_on("X-2")
    set_clock(jobs.plant.ahead, monday() + timedelta(hours=11))
    luis = jobs.world.person("luis")
    card = await luis.waits_in_direct(order.number, "Are you still working?", "work_order.timer_stopped")
    running = jobs.times(order)[0].ended_at
    await luis.clicks(str(card["channel"]), card, "work_order.timer_stopped")
    said = await luis.waits_for(FAULTS, "stopped working on", thread=order.root_ts)
    thirty = await jobs.types("luis", f"log {order.number} 30 h", "24 h")
    await jobs.types("luis", f"log {order.number} 20 min oiled it", "Written down")

    first, second = jobs.times(order)
    assert running is None
    assert first.ended_at.astimezone(monday().tzinfo).minute == 0
    assert first.minutes > 0
    assert f"Luis Moreno stopped working on {order.number} at" in said["text"]
    assert "Write at most 24 h" in thirty["text"]
    assert (second.minutes, second.rate) == (20, 4_800)
