"""Health and figures: what is wrong in sentences, what runs in numbers, and no name or sum of money."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from bot.web import application


class Bot:
    """What a running bot would say of itself."""

    def __init__(self) -> None:
        self.trouble: list[str] = []
        self.url = ""


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    bot = Bot()
    runner = web.AppRunner(application(lambda: {"outbox_sent": 3, "trouble": len(bot.trouble)}, lambda: bot.trouble))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    bot.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield bot
    await runner.cleanup()


async def test_a_healthy_bot_says_so(bot: Bot, session: aiohttp.ClientSession) -> None:
    async with session.get(bot.url + "/health") as answer:
        assert (answer.status, await answer.json()) == (200, {"ok": True, "trouble": []})


async def test_trouble_is_named_and_has_its_own_status(bot: Bot, session: aiohttp.ClientSession) -> None:
    bot.trouble = ["Slack's socket is not connected."]

    async with session.get(bot.url + "/health") as answer:
        assert (answer.status, await answer.json()) == (503, {"ok": False, "trouble": bot.trouble})


async def test_figures_are_plain_numbers(bot: Bot, session: aiohttp.ClientSession) -> None:
    async with session.get(bot.url + "/metrics") as answer:
        lines = (await answer.text()).splitlines()

    assert [line for line in lines if not line.startswith("#")] == [
        "chargehand_outbox_sent 3.0",
        "chargehand_trouble 0.0",
    ]


@pytest.mark.parametrize("path", ["/", "/orders", "/metrics/../etc/passwd"])
async def test_there_is_nothing_else(bot: Bot, session: aiohttp.ClientSession, path: str) -> None:
    async with session.get(bot.url + path) as answer:
        assert answer.status == 404
