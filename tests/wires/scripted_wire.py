"""A wire that answers as a test has written it, and a clock that moves only when told."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot.outcomes import Before, Delivered, Outcome
from storage.outbox import Claimed


class Moment:
    """A clock that stands still until somebody moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **time: float) -> None:
        self.now += timedelta(**time)


class Scripted:
    """Takes every row unless its key has something else written for it; what is asked for once is answered once."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.script: dict[str, list[Outcome | Exception]] = {}
        self.found: dict[str, list[Outcome | None]] = {}
        self.looked: list[str] = []
        self.gates: dict[str, asyncio.Event] = {}
        self.at_gate = asyncio.Event()
        self._news = asyncio.Condition()

    async def send(self, row: Claimed, before: Before) -> Outcome:
        await before()
        async with self._news:
            self.sent.append(row.key)
            self._news.notify_all()
        if row.key in self.gates:
            self.at_gate.set()
            await self.gates[row.key].wait()
        written = self.script.get(row.key)
        outcome = written.pop(0) if written else Delivered({"ts": "1.0", "channel": row.lane})
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def look(self, row: Claimed) -> Outcome | None:
        self.looked.append(row.key)
        written = self.found.get(row.key)
        return written.pop(0) if written else None

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until what was sent meets a condition."""
        async with asyncio.timeout(20), self._news:
            await self._news.wait_for(condition)
