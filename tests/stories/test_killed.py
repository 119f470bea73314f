"""Story: the bot is killed at every named point of every step, and nothing is lost or doubled."""

import asyncio

import pytest

from tests.stories.conftest import Plant
from tests.stories.loop import LOOP, Step, World
from tests.stories.test_whole_loop import everything_agrees

SLACK = ("before sending slack", "transmitting slack", "after sending slack")
CLICK = ("key looked up", "before commit", "after commit", *SLACK)
MAIL_OUT = ("before sending mail", "transmitting mail", "after sending mail")
MAIL_IN = ("before a mail is stored", "after a mail is stored")
POINTS = {step.name: CLICK for step in LOOP} | {"approve": (*CLICK, *MAIL_OUT), "ship": (*MAIL_IN, *CLICK)}
"""Where the process dies, for each step: every named point that the step passes."""

LOOPS = max(len(points) for points in POINTS.values())
LOST_CLICK_SECONDS = 1.5


@pytest.mark.dovecot
@pytest.mark.timeout(600)
@pytest.mark.parametrize("turn", range(LOOPS))
@pytest.mark.parametrize("parts", ["sqlite"], indirect=True)
async def test_a_kill_in_every_step_loses_and_doubles_nothing(parts: tuple[Plant, World], turn: int) -> None:
    """Each turn walks one loop and dies once in each step; all turns together die at every point of every step."""
    plant, world = parts
    await plant.start(dying=True)
    deaths = 0

    for step in LOOP:
        points = POINTS[step.name]
        plant.armed.write_text(points[turn % len(points)], "utf-8")
        deaths += await _survive(plant, world, step)
        plant.armed.unlink(missing_ok=True)

    assert deaths >= len(LOOP) - 3, f"only {deaths} of {len(LOOP)} points were passed"
    await everything_agrees(plant, world)


async def _survive(plant: Plant, world: World, step: Step) -> int:
    """Take a step with a bot that may die in it; start it again, and press again what was not acknowledged."""
    assert plant.bot is not None
    acting = asyncio.create_task(_acted(world, step))
    ending = asyncio.create_task(plant.bot.ended())
    seeing = asyncio.create_task(_seen(world, step))
    await asyncio.wait({ending, seeing}, return_when=asyncio.FIRST_COMPLETED)
    # Whoever dies takes the arming file along, so that a death just behind the effect is seen as well.
    died = not plant.armed.exists()
    if died:
        await ending
        acting.cancel()
        seeing.cancel()
        await asyncio.gather(acting, seeing, return_exceptions=True)
        await plant.start(dying=True)
        await _again_until_seen(world, step)
    ending.cancel()
    await asyncio.gather(acting, ending, seeing, return_exceptions=True)
    return int(died)


async def _acted(world: World, step: Step) -> None:
    try:
        await step.act(world)
    except (AssertionError, TimeoutError):
        # The bot died under the act; whether it counted is seen afterwards.
        return


async def _seen(world: World, step: Step) -> None:
    await world.slack.until(f"the step “{step.name}”", lambda: step.seen(world))


async def _again_until_seen(world: World, step: Step) -> None:
    """Wait for the effect; where the click was never acknowledged, the person presses again, as people do."""
    for _ in range(3):
        try:
            await asyncio.wait_for(_seen(world, step), LOST_CLICK_SECONDS if step.repeatable else 30)
        except TimeoutError:
            await _resolve_unknown(world)
            await _acted(world, step)
        else:
            return
    await _seen(world, step)


async def _resolve_unknown(world: World) -> None:
    """Answer the buyer's question about an order whose mail may or may not have gone out, after asking the supplier."""
    went_out = bool(await world.mail.orders())
    action = "purchase_order.it_went_out" if went_out else "purchase_order.send_again"
    for name in ("ines", "bo", "luis"):
        await world.presses(name, "direct", action)
    await world.presses("ines", "C0PURCH", action)
