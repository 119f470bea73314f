"""Stories of what a work order holds: fields, safety, steps, what it waits for, what comes out of it, and how its scope changes."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from storage.tables import Enclosure, WorkOrder, WorkOrderChange, WorkOrderStep
from tests.stories.figures import damage, rows
from tests.stories.loop import FAULTS
from tests.stories.people import Message
from tests.stories.plants import Wishes, plant_among_people
from tests.stories.purchases import Shop
from tests.wires.dovecot import Dovecot

pytestmark = [pytest.mark.dovecot, pytest.mark.timeout(300), pytest.mark.asyncio(loop_scope="module")]

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@dataclass
class Floor(Shop):
    """A running plant and the people who work on its machines."""

    async def reports(self, text: str) -> Any:
        """Let an operator report a fault; returns its work order."""
        count = len(self.all())
        await self.world.person("ana").says(FAULTS, text)

        async def there() -> bool:
            return len(self.all()) > count

        await self.world.slack.until(f"the order of {text}", there)
        return self.all()[-1]

    def all(self) -> list[Any]:
        return rows(self.plant.url, WorkOrder)

    def one(self, order: Any) -> Any:
        return rows(self.plant.url, WorkOrder, id=order.id)[0]

    async def hears(self, order: Any, *words: str) -> Message:
        """Wait for a line in the thread of a work order."""
        return await self.world.person("luis").waits_for(FAULTS, *words, thread=order.root_ts)

    async def tells(self, who: str, text: str, order: Any, *words: str) -> Message:
        """Type a command, and wait for the line that it leads to in the thread of a work order."""
        await self.world.person(who).commands(FAULTS, "/chargehand", text)
        return await self.hears(order, *words)

    async def starts(self, order: Any, *precautions: str) -> None:
        """Take and start a job behind its safety form."""
        luis = self.world.person("luis")
        await luis.commands(FAULTS, "/chargehand", f"take {order.number}")
        card = await luis.waits_in_direct(order.number, "work_order.start")
        await luis.clicks(str(card["channel"]), card, "work_order.start")
        await luis.submits(await luis.modal(order.number, *precautions), safety=True)
        await self.hears(order, "works on")

    async def details(self, who: str, order: Any) -> dict[str, Any]:
        """Open the window that shows all of an order, from the menu of its card."""
        person = self.world.person(who)
        card = await person.waits_for(FAULTS, order.number, "work_order.more", thread=order.root_ts)
        await person.clicks(FAULTS, card, "work_order.more", "Details, print sheet")
        return await person.modal("Details", order.number)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def floor(tmp_path_factory: pytest.TempPathFactory, dovecot: Dovecot) -> AsyncIterator[Floor]:
    """A plant in which a job above EUR 2,000.00 needs a yes."""
    folder = tmp_path_factory.mktemp("floor")
    wishes = Wishes(settings={"jobs": {"approve_above": "2000"}})
    async with plant_among_people(folder, f"sqlite:///{folder}/plant.db", dovecot, wishes) as (made, world):
        await made.start()
        yield Floor(made, world)
        assert damage(made.url) == []


async def test_7_to_11_s17_and_s28_an_order_has_its_number_type_asset_priority_and_a_due_date_with_a_reason(
    floor: Floor,
) -> None:
    order = await floor.reports("P-101 the flow meter is overdue")
    await floor.tells("priya", f"set {order.number} type calibration because it is due", order, "type: calibration")
    await floor.tells("priya", f"set {order.number} priority low because the audit is near", order, "priority: Low")
    await floor.tells(
        "priya", f"set {order.number} due 31 Dec for regulation because the audit is near", order, "due date: "
    )
    refused = await floor.types("priya", f"set {order.number} due tomorrow", "Please say why")
    shown = json.dumps(await floor.details("priya", order))

    kept = floor.one(order)
    assert order.number.startswith("WO-")
    assert (kept.task_type, kept.priority, kept.priority_reason) == ("calibration", "low", "the audit is near")
    assert (kept.due_kind, kept.due_reason) == ("regulatory", "the audit is near")
    assert refused["text"]
    for said in ("calibration", "P-101 CIP return pump", "criticality A", "a regulation asks for it"):
        assert said in shown


async def test_12_and_s18_work_begins_behind_every_precaution_and_stops_when_they_change(floor: Floor) -> None:
    order = await floor.reports("P-101 weld the bracket of the guard")
    await floor.tells(
        "priya",
        f"set {order.number} safety LOTO-17; hot work permit; face shield because it is welded",
        order,
        "have to be confirmed before work",
    )
    await floor.starts(
        order, "Locked out and tagged: LOTO-17", "Permit is here: hot work permit", "I wear it: face shield"
    )
    begun = floor.one(order)
    await floor.tells(
        "priya", f"set {order.number} safety LOTO-17; gas test because it smells", order, "gas test", "it smells"
    )
    card = await floor.hears(order, "On hold: permit", "work_order.resume")
    luis = floor.world.person("luis")
    await luis.clicks(FAULTS, card, "work_order.resume")
    await luis.submits(await luis.modal("Done: gas test"), safety=True)
    await floor.hears(order, "goes on")

    assert begun.safety_acknowledged_by is not None
    assert floor.one(order).safety_acknowledged_at > begun.safety_acknowledged_at


async def test_13_typed_steps_are_answered_done_is_refused_before_and_a_failed_one_is_followed_up(floor: Floor) -> None:
    order = await floor.reports("P-101 inspection of the drive")
    await floor.tells(
        "priya",
        f"step {order.number} lock out | bearing [20..80 °C] | belt [ok / not ok] | gauge [photo]",
        order,
        "has added steps",
    )
    await floor.starts(order, "LOTO-17")
    luis = floor.world.person("luis")
    card = await floor.hears(order, "0 of 4 done", "work_order.steps")
    await luis.clicks(FAULTS, card, "work_order.steps")
    form = await luis.modal("2 bearing", "20 to 80 °C")
    steps = rows(floor.plant.url, WorkOrderStep, work_order_id=order.id)
    await luis.submits(form, ticks1=True, **{f"step{steps[1].id}": "95"})
    failed = await floor.hears(order, "*95 °C*", "work_order.follow_up")
    refused = await floor.types("luis", f"done {order.number} 20 min looked at it", "these steps are open")
    await luis.clicks(FAULTS, failed, "work_order.follow_up")
    made = await floor.hears(order, "Follow-up order")
    await floor.tells("luis", f"check {order.number} 3 ok", order, "3 belt: ok")
    await luis.says(
        FAULTS,
        "here it is",
        thread=order.root_ts,
        files=[{"name": "gauge.png", "mimetype": "image/png", "base64": PIXEL}],
    )
    await floor.hears(order, "4 gauge: photo")
    await floor.tells("luis", f"done {order.number} 20 min leaking seal, changed it", order, "has finished")

    follow = floor.all()[-1]
    assert "3 belt; 4 gauge" in refused["text"]
    assert follow.number in json.dumps(made)
    assert (follow.title, follow.asset_id, follow.safety) == ("bearing: 95 °C", order.asset_id, "LOTO-17")
    assert floor.one(order).state == "completed"
    assert rows(floor.plant.url, Enclosure, subject=order.number)


async def test_16_and_s7_hours_tools_parts_and_downtime_are_planned_and_stand_on_the_printed_sheet(
    floor: Floor,
) -> None:
    order = await floor.reports("P-101 seal drips a little")
    for text, said in (
        ("hours 2.5 h", "hours: 2 h 30 min"),
        ("tools bearing puller", "tools: bearing puller"),
        ("downtime 3 h", "downtime: 3 h"),
        ("skill mechanic", "skill: mechanic"),
    ):
        await floor.tells("priya", f"set {order.number} {text}", order, said)
    await floor.world.person("luis").commands(FAULTS, "/chargehand", f"part {order.number} 1 P-10302")
    await floor.hears(order, "kept")
    shown = json.dumps(await floor.details("luis", order))
    await floor.tells("luis", f"sheet {order.number}", order, f"{order.number}.pdf")

    for said in ("2 h 30 min", "bearing puller", "3 h", "mechanic", "kept"):
        assert said in shown


async def test_20_and_s29_jobs_wait_for_each_other_without_rings_wake_up_and_are_split(floor: Floor) -> None:
    first, second = await floor.reports("C-301 belt slips badly"), await floor.reports("C-302 wash the frame")
    await floor.tells("priya", f"wait {second.number} for {first.number}", second, "waits for", first.number)
    ring = await floor.types("priya", f"wait {first.number} for {second.number}", "neither could begin")
    refused = await floor.types("luis", f"start {second.number}", "A supervisor can begin all the same")
    await floor.tells("priya", f"step {first.number} new belt | paint the guard", first, "has added steps")
    await floor.tells("priya", f"split {first.number} 2 paint the guard of C-301", first, "The new one is")
    await floor.starts(first)
    await floor.tells("luis", f"check {first.number} 1", first, "1 of 1 done")
    await floor.tells("luis", f"done {first.number} 30 min leaking seal, changed it", first, "has finished")
    woken = await floor.hears(second, "can go on", first.number)
    closed = await floor.types("priya", f"close {first.number}", "came out of it and is open")

    child = floor.all()[-1]
    assert ring["text"]
    assert first.number in refused["text"]
    assert woken["text"]
    assert child.number in closed["text"]
    assert (child.title, child.parent_id) == ("paint the guard of C-301", first.id)


async def test_23_and_s32_a_change_of_scope_keeps_before_after_and_why_and_a_dear_job_is_approved_again(
    floor: Floor,
) -> None:
    order = await floor.reports("P-101 base plate is cracked")
    await floor.tells("priya", f"set {order.number} cost 2500", order, "needs a yes before work", "Bo Lindqvist")
    refused = await floor.types("luis", f"start {order.number}", "waits for a yes")
    bo = floor.world.person("bo")
    asked = await bo.waits_in_direct("EUR 2,500.00", "work_order.approve")
    await bo.clicks(str(asked["channel"]), asked, "work_order.approve")
    await floor.hears(order, "Bo Lindqvist said yes")
    await floor.tells(
        "priya",
        f"set {order.number} cost 4000 because the frame is bent, too",
        order,
        "it costs more than was approved",
    )
    again = await bo.waits_in_direct("EUR 4,000.00", "work_order.approve")

    changes = [
        (row.field, row.before, row.after, row.reason)
        for row in rows(floor.plant.url, WorkOrderChange, work_order_id=order.id)
    ]
    assert ("extra_cost", "250000", "400000", "the frame is bent, too") in changes
    assert refused["text"]
    assert again["text"].startswith(f"Approve {order.number}")
    assert not await floor.world.person("ana").sees(FAULTS, "2,500", thread=order.root_ts)
