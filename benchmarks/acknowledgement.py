"""Acknowledgements over the real WebSocket, each after its durable commit, beside bolt with an empty handler."""

import asyncio
import contextlib
import dataclasses
import itertools
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.figures import Figure, latency, median_of
from benchmarks.lifecycles import reported
from benchmarks.plant import FAULTS, desk, slack_id
from benchmarks.processes import Program, start_bot, start_empty_bolt
from benchmarks.socket_peer import SocketPeer
from handlers.ids import Action, value
from storage.tables import Card, Outgoing, WorkOrder
from storage.unit_of_work import UnitOfWork, table

ALONE, CROWD = 1, 50
NO_CARD = "1790000000.000001"
_ORDERS = table(WorkOrder)
Make = Callable[[], tuple[str, dict[str, Any]]]
Sent = list[tuple[float, float]]

_triggers = itertools.count(1)


def prepare(folder: Path, work_orders: int) -> dict[int, str]:
    """Write a plant with so many open work orders whose cards stand in Slack; returns the cards' timestamps by id."""
    with desk(f"sqlite:///{folder / 'chargehand.db'}") as made:
        numbers = [reported(made) for _ in range(work_orders)]
        standing = {number: f"1790000000.{number:06d}" for number in numbers}
        made.does("", lambda uow: _stand(uow, standing))
    return standing


def _stand(uow: UnitOfWork, standing: dict[int, str]) -> None:
    uow.run(table(Outgoing).update().values(state="sent"))
    for number, ts in standing.items():
        uow.run(table(Card).update().where(table(Card).c.key == f"wo:{number}").values(ts=ts))
        uow.run(_ORDERS.update().where(_ORDERS.c.id == number).values(root_ts=ts))


def click(work_order: int, ts: str) -> tuple[str, dict[str, Any]]:
    """Return the click of a technician who takes a job."""
    user = {"id": slack_id("technician"), "username": "luis", "name": "luis", "team_id": "T0"}
    action = {
        "action_id": Action.TAKE, "block_id": "b", "type": "button", "value": value(work_order),
        "action_ts": f"{time.time():.6f}{next(_triggers)}",
    }  # fmt: skip
    where = {"channel": {"id": FAULTS, "name": "faults"}, "message": {"ts": ts, "text": "x", "user": "U0BOT"}}
    body = {
        "type": "block_actions",
        "user": user,
        "team": {"id": "T0", "domain": "bench"},
        "actions": [action],
        **where,
    }
    container = {"type": "message", "message_ts": ts, "channel_id": FAULTS}
    more = {"api_app_id": "A0", "trigger_id": f"t{next(_triggers)}", "container": container, "response_url": "http://x"}
    return "interactive", body | more


def command() -> tuple[str, dict[str, Any]]:
    """Return the slash command of an operator who reports a fault."""
    return "slash_commands", {
        "command": "/chargehand", "text": "report Seal leaking on P-101", "trigger_id": f"t{next(_triggers)}",
        "user_id": slack_id("operator"), "user_name": "ana", "channel_id": FAULTS, "channel_name": "faults",
        "team_id": "T0", "team_domain": "bench", "api_app_id": "A0", "response_url": "http://x", "token": "x",
    }  # fmt: skip


async def in_flight(peer: SocketPeer, makes: list[Make], width: int) -> Sent:
    """Send everything with so many unanswered at a time; returns when each was sent and acknowledged."""
    waiting, times = iter(makes), []

    async def lane() -> None:
        for make in waiting:
            times.append(await peer.send(*make()))  # noqa: PERF401  # lanes share the list

    await asyncio.gather(*(lane() for _ in range(width)))
    return times


def waits(sent: Sent) -> list[float]:
    return [answered - begun for begun, answered in sent]


def rate(sent: Sent) -> float:
    """Return how many were acknowledged a second."""
    return len(sent) / (max(answered for _, answered in sent) - min(begun for begun, _ in sent))


@contextlib.asynccontextmanager
async def connected(start: Callable[[str], Awaitable[Program]]) -> AsyncIterator[tuple[SocketPeer, Program]]:
    """Yield a peer with a program at the other end of its socket."""
    peer = SocketPeer()
    await peer.start()
    program = await start(peer.url)
    try:
        await peer.connected()
        yield peer, program
    finally:
        await program.stop()
        await peer.stop()


@dataclasses.dataclass
class Measured:
    """What several rounds brought: seconds by name, one list a round."""

    seconds: dict[str, list[list[float]]] = dataclasses.field(default_factory=lambda: defaultdict(list))
    rates: dict[str, list[float]] = dataclasses.field(default_factory=lambda: defaultdict(list))
    resting: float = 0.0
    loaded: float = 0.0

    def add(self, name: str, sent: Sent) -> None:
        self.seconds[name].append(waits(sent))
        self.rates[name].append(rate(sent))


def measure(*, quick: bool) -> list[Figure]:
    """Measure acknowledgements, work orders through the wire, clicks to updated cards, and memory."""
    alone, crowd, rounds = (60, 250, 1) if quick else (150, 500, 5)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        cards = prepare(Path(folder), 20 + rounds * (2 * alone + crowd))
        return _figures(asyncio.run(_measured(Path(folder), cards, (alone, crowd, rounds))))


async def _measured(folder: Path, cards: dict[int, str], sizes: tuple[int, int, int]) -> Measured:
    alone, crowd, rounds = sizes
    found = Measured()
    clicks: Iterator[Make] = (partial(click, number, ts) for number, ts in cards.items())
    async with connected(start_empty_bolt) as (bolt, _), connected(partial(start_bot, folder)) as (peer, bot):
        await asyncio.sleep(1)
        found.resting = bot.megabytes()
        await in_flight(bolt, [partial(click, 1, NO_CARD)] * 20, ALONE)
        await in_flight(peer, list(islice(clicks, 20)), ALONE)
        for _ in range(rounds):
            nothing: Make = partial(click, 1, NO_CARD)
            found.add("bolt alone", await in_flight(bolt, [nothing] * alone, ALONE))
            found.add("click alone", await in_flight(peer, list(islice(clicks, alone)), ALONE))
            found.add("command alone", await in_flight(peer, [command] * alone, ALONE))
            found.seconds["update"].append([await _to_update(peer, make) for make in islice(clicks, alone)])
            found.add("bolt crowd", await in_flight(bolt, [nothing] * crowd, CROWD))
            found.add("click crowd", await in_flight(peer, list(islice(clicks, crowd)), CROWD))
            found.add("command crowd", await in_flight(peer, [command] * crowd, CROWD))
        found.loaded = bot.megabytes()
    return found


async def _to_update(peer: SocketPeer, make: Make) -> float:
    kind, payload = make()
    begun, _ = await peer.send(kind, payload)
    return await asyncio.wait_for(peer.was_updated(payload["message"]["ts"], begun), 30) - begun


def _figures(found: Measured) -> list[Figure]:
    crowd = {name: median_of(found.seconds[f"{name} crowd"], 0.99) for name in ("bolt", "click", "command")}
    return [
        *latency("empty bolt, 1 in flight", found.seconds["bolt alone"]),
        *latency("empty bolt, 50 in flight", found.seconds["bolt crowd"]),
        *latency("click, 1 in flight", found.seconds["click alone"], p50=4, p99=20),
        *latency("click, 50 in flight", found.seconds["click crowd"], p99=150),
        *latency("command, 1 in flight", found.seconds["command alone"], p50=4, p99=20),
        *latency("command, 50 in flight", found.seconds["command crowd"], p99=150),
        Figure("click p99 over empty bolt, 50 in flight", crowd["click"] / crowd["bolt"], "times", 2.5),
        Figure("command p99 over empty bolt, 50 in flight", crowd["command"] / crowd["bolt"], "times", 2.5),
        *latency("click to updated card", found.seconds["update"], p99=250),
        Figure("work orders through the wire", median(found.rates["command crowd"]), "/s", less_is_better=False),
        Figure("memory at rest", found.resting, "MB", 150),
        Figure("memory after the load", found.loaded, "MB", 150),
    ]
