"""Story: one fault travels all the way, with the bot and the outside world as processes of their own."""

import json

import pytest

from tests.stories.conftest import Plant
from tests.stories.loop import LOOP, World, walk


@pytest.mark.dovecot
@pytest.mark.timeout(300)
async def test_19_and_s88_one_fault_travels_all_the_way_and_its_job_wakes_up_when_the_part_has_come(
    parts: tuple[Plant, World],
) -> None:
    plant, world = parts
    await plant.start(cold=True)

    await walk(world)

    await everything_agrees(plant, world)
    assert plant.bot is not None
    assert await plant.bot.stop() == 0, plant.bot.lines


async def everything_agrees(plant: Plant, world: World) -> None:
    """Each document exists once, each mail went out once, every sum equals its ledger."""
    status, said = await plant.command("verify", "--json")
    assert status == 0, said
    assert json.loads(said) == {"whole": True, "damage": []}
    status, said = await plant.command("show", "WO-1")
    assert status == 0, said
    shown = json.loads(said)
    assert shown["state"] == "closed", shown
    assert len(await world.mail.orders()) == 1
    roots = [one for one in await world.person("ana").sees("C0MAINT") if one["ts"] == world.thread]
    assert len(roots) == 1
    status, said = await plant.command("show", world.order)
    assert json.loads(said)["receipt_state"] == "complete", said
    status, said = await plant.command("show", "WO-2")
    assert status == 1, said


def test_the_loop_has_every_step_of_the_way() -> None:
    assert [step.name for step in LOOP] == [
        "report", "take", "start", "need a part", "request", "approve", "ship", "receive", "complete", "close",
    ]  # fmt: skip
