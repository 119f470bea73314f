"""A pretend workspace on a free port, and the real bolt app connected to it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.outside import Outside
from sandbox.timing import Timing

SEED: dict[str, Any] = {
    "team": "Halden Works",
    "bot": {"name": "chargehand"},
    "mail": {"address": "purchasing@halden.example"},
    "people": [
        {"id": "U0LUIS", "email": "luis@halden.example", "name": "Luis Moreno", "title": "Technician"},
        {"id": "U0ANA", "email": "ana@halden.example", "name": "Ana Ruiz", "title": "Operator"},
        {"id": "U0BO", "email": "bo@halden.example", "name": "Bo Lindqvist", "title": "Budget owner"},
    ],
    "channels": [
        {"id": "C0MAINT", "name": "maintenance", "topic": "Faults", "members": "all"},
        {"id": "C0STORE", "name": "stores", "members": ["U0ANA"], "bot": False},
    ],
    "usergroups": [{"id": "S0BUY", "handle": "buyers", "users": ["U0BO"]}],
    "apps": {
        "commands": [{"command": "/chargehand", "hint": "help"}],
        "shortcuts": [{"name": "Report a fault", "callback_id": "report", "type": "global"}],
    },
}


class Clock:
    """A clock that moves only when told."""

    def __init__(self) -> None:
        self.time = 1_800_000_000.0

    def __call__(self) -> float:
        return self.time


class Page:
    """The control API as the page uses it."""

    def __init__(self, outside: Outside, session: aiohttp.ClientSession) -> None:
        self.outside, self.session = outside, session

    async def post(self, name: str, /, **act: Any) -> dict[str, Any]:
        act = {("as" if key == "who" else key): value for key, value in act.items()}
        async with self.session.post(f"{self.outside.url}/sandbox/{name}", json=act) as response:
            return dict(await response.json())

    async def get(self, name: str, /, **query: str) -> dict[str, Any]:
        query = {("as" if key == "who" else key): value for key, value in query.items()}
        async with self.session.get(f"{self.outside.url}/sandbox/{name}", params=query) as response:
            return dict(await response.json())

    async def messages(self, channel: str, who: str, **query: str) -> list[dict[str, Any]]:
        return list((await self.get("messages", channel=channel, who=who, **query))["messages"])


class Heard:
    """What the app heard, awaited instead of slept for."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Any] = asyncio.Queue()

    def note(self, thing: Any) -> None:
        self._queue.put_nowait(thing)

    async def next(self) -> Any:
        return await asyncio.wait_for(self._queue.get(), 10)

    @property
    def is_quiet(self) -> bool:
        return self._queue.empty()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def timing() -> Timing:
    return Timing(ack=2.0, retries=(0.0, 0.01, 0.02))


@pytest.fixture
def seed() -> dict[str, Any]:
    return SEED


@pytest.fixture
async def outside(tmp_path: Path, seed: dict[str, Any], timing: Timing) -> AsyncIterator[Outside]:
    outside = await Outside.start(tmp_path, seed=seed, mail=False, timing=timing)
    yield outside
    await outside.stop()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def page(outside: Outside, session: aiohttp.ClientSession) -> Page:
    return Page(outside, session)


@pytest.fixture
def slack(outside: Outside, session: aiohttp.ClientSession) -> AsyncWebClient:
    return AsyncWebClient(token=outside.bot_token, base_url=outside.api_url, session=session)


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def bolt(slack: AsyncWebClient) -> AsyncApp:
    return AsyncApp(client=slack, process_before_response=True)


@pytest.fixture
async def connect(bolt: AsyncApp, outside: Outside) -> AsyncIterator[Callable[[], Any]]:
    handlers: list[AsyncSocketModeHandler] = []

    async def connect() -> AsyncSocketModeHandler:
        handler = AsyncSocketModeHandler(bolt, outside.app_token, ping_interval=0.2)
        changes = outside.workspace.feed.listen("")
        await handler.connect_async()
        handlers.append(handler)
        while len(outside.socket.sockets) < len(handlers):
            await asyncio.wait_for(changes.get(), 10)
        outside.workspace.feed.leave(changes)
        return handler

    yield connect
    for handler in handlers:
        await handler.close_async()
