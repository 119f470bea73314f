"""The relay: claims due rows, sends each over its wire, and writes down one known outcome."""

import asyncio
from collections.abc import Coroutine, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy import Connection

from bot.middle import Middle
from bot.outcomes import Delivered, Later, LeaseLost, Outcome, Refused, Unsure, Wire
from handlers.happenings import Answer, Sent
from handlers.outcomes import settle
from storage import outbox
from storage.outbox import Claimed
from storage.points import point
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger()
LEASE = timedelta(seconds=90)
"""How long a row is held without a sign of life; a mail server may think about a mail for much longer."""
AT_ONCE = 16
POLL = timedelta(seconds=2)
LOOK_EVERY, LONGEST_LOOK = timedelta(seconds=5), timedelta(minutes=10)
NO_WIRE = "no server is set up that could take it ({wire})"


class Relay:
    """Sends what handlers have queued, as long as it runs; several relays may share one database."""

    def __init__(self, middle: Middle, wires: Mapping[str, Wire], *, owner: str) -> None:
        self.middle = middle
        self.wires = wires
        self.owner = owner
        self.sent = 0
        self._resting: dict[str, datetime] = {}
        self._looked: dict[int, int] = {}
        self._wake, self._rested, self._stopping = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._round = self._rested_in = 0
        self._loop = asyncio.get_running_loop()
        self._running: dict[asyncio.Task[None], Claimed] = {}
        self._rounds: asyncio.Task[None] | None = None
        self._looks: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Take over what an earlier run left, and begin."""
        await self.take_over(self.owner)
        self._rounds = asyncio.create_task(self._forever(), name="relay")
        self._looks = asyncio.create_task(self._look_forever(), name="relay looks")

    async def stop(self) -> None:
        """Begin nothing new, and wait for what is on its way."""
        self._stopping.set()
        self._wake.set()
        begun = [task for task in (self._rounds, self._looks) if task is not None]
        await asyncio.gather(*begun, return_exceptions=True)
        await asyncio.gather(*self._running, return_exceptions=True)

    def wake(self) -> None:
        """Look for due rows now; may be called from any thread."""
        self._loop.call_soon_threadsafe(self._wake.set)

    async def take_over(self, owner: str | None = None) -> None:
        """Free rows whose relay is gone; what may have gone out becomes unknown and is told to whoever owns it."""
        numbers = await self.middle.write(lambda connection, now: outbox.take_over(connection, now, owner=owner))
        for number in numbers:
            why = "The process ended while this was being sent."
            await self._tell(Sent(f"outbox:{number}:taken over", number, "unknown", why))

    async def quiet(self) -> None:
        """Wait until a round that begins after this call finds nothing that could leave, and nothing is on its way."""
        after = self._round
        while self._rested_in <= after:
            self._rested.clear()
            self._wake.set()
            await self._rested.wait()

    async def _forever(self) -> None:
        while not self._stopping.is_set():
            self._round += 1
            self._wake.clear()
            free = AT_ONCE - len(self._running)
            rows, due = await self._claim(free) if free > 0 else ([], None)
            for row in rows:
                self._begin(self._deliver(row), row)
            # Whatever ended while we looked may have freed something, and has woken us again.
            if not self._running and not self._wake.is_set():
                self._rested_in = self._round
                self._rested.set()
            if len(rows) < free or free <= 0:
                await self._until(due)

    async def _claim(self, most: int) -> tuple[list[Claimed], datetime | None]:
        """Claim rows, and learn when the next one will be due."""
        try:
            return await self.middle.write(partial(self._claimed, most))
        except Exception:
            log.exception("the outbox could not be read")
            return [], None

    def _claimed(self, most: int, connection: Connection, now: datetime) -> tuple[list[Claimed], datetime | None]:
        resting = self._lanes_at_rest(now)
        rows = outbox.claim(connection, now, owner=self.owner, lease=LEASE, most=most, resting=resting)
        ends = [self._resting[lane] for lane in resting]
        return rows, min(filter(None, [*ends, outbox.next_due(connection, now)]), default=None)

    def _lanes_at_rest(self, now: datetime) -> list[str]:
        self._resting = {lane: until for lane, until in self._resting.items() if until > now}
        return list(self._resting)

    async def _until(self, due: datetime | None) -> None:
        """Wait until a row is due, something is queued, or something has ended."""
        wait = POLL if due is None else min(max(due - self.middle.clock(), timedelta(milliseconds=20)), POLL)
        await _set_within(self._wake, wait)

    def _begin(self, work: Coroutine[Any, Any, None], row: Claimed) -> None:
        task = asyncio.create_task(work)
        self._running[task] = row
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.pop(task, None)
        self._wake.set()
        if not task.cancelled() and (trouble := task.exception()) is not None:
            log.error("a row could not be handled", error=repr(trouble))

    async def _deliver(self, row: Claimed) -> None:
        async def before() -> None:
            await self._transmitting(row)

        try:
            point(f"before sending {row.wire}")
            wire = self.wires.get(row.wire)
            outcome = await wire.send(row, before) if wire else Refused(NO_WIRE.format(wire=row.wire))
        except LeaseLost:
            log.warning("another relay has this row", row=row.id)
            return
        except Exception as trouble:
            log.exception("a wire broke", row=row.id, wire=row.wire)
            outcome = Unsure(repr(trouble))
        point(f"after sending {row.wire}")
        await self._record(row, outcome)

    async def _transmitting(self, row: Claimed) -> None:
        if not await self.middle.write(lambda connection, _: outbox.transmitting(connection, row)):
            raise LeaseLost
        if row.purpose:
            await self._tell(Sent(f"outbox:{row.id}:{row.lease_no}:leaving", row.id, "leaving"))
        point(f"transmitting {row.wire}")

    async def _record(self, row: Claimed, outcome: Outcome) -> None:
        if isinstance(outcome, Later) and outcome.rests:
            self._resting[row.lane] = self.middle.clock() + (outcome.wait or POLL)
            await self.middle.write(lambda connection, _: _late(outbox.rest(connection, row), row))
            return
        facts = {"outcome": type(outcome).__name__, "why": getattr(outcome, "why", "")}
        key = f"outbox:{row.id}:{row.lease_no}:outcome"
        await self.middle.perform(
            key, "outcome", facts, lambda uow: self._written(uow, row, outcome).to_json(), behind=True
        )
        self.sent += isinstance(outcome, Delivered)

    def _written(self, uow: UnitOfWork, row: Claimed, outcome: Outcome) -> Answer:
        """Write the row's state and what follows from it in one transaction; a late owner writes nothing."""
        told = Sent(uow.key, row.id, "", facts={})
        connection = uow.connection
        match outcome:
            case Delivered(facts):
                mine = outbox.sent(connection, row, uow.now, facts)
                told = Sent(uow.key, row.id, "accepted", facts=facts)
            case Later(why, wait, burnt) if burnt and uow.now >= row.give_up_at:
                mine = outbox.dead(connection, row, uow.now, why)
                told = Sent(uow.key, row.id, "refused", f"given up: {why}")
            case Later(why, wait, burnt):
                at = uow.now + (wait or outbox.wait_before(row.tries))
                return _late(outbox.again(connection, row, at, why, burnt=burnt), row)
            case Refused(why):
                mine = outbox.dead(connection, row, uow.now, why)
                told = Sent(uow.key, row.id, "refused", why)
            case Unsure(why):
                mine = outbox.unknown(connection, row, why)
                told = Sent(uow.key, row.id, "unknown", why)
        return settle(uow, row, told) if mine else _late(mine, row)

    async def _tell(self, told: Sent) -> None:
        await self.middle.perform(told.key, "outcome", told, lambda uow: settle(uow, None, told).to_json(), behind=True)

    async def _look_forever(self) -> None:
        while not await _set_within(self._stopping, LOOK_EVERY):
            try:
                await self._hold_on()
                await self.take_over()
                await self.look()
            except Exception:
                log.exception("unknown outcomes could not be looked up")

    async def _hold_on(self) -> None:
        """Say of what is on its way that it still is, so that no relay takes it over."""
        held = list(self._running.values())
        if held:
            await self.middle.write(lambda connection, now: outbox.renew(connection, now, held, lease=LEASE))

    async def look(self) -> None:
        """Find out, where a wire can, what became of rows whose outcome is unknown."""
        for name, wire in self.wires.items():
            claim = partial(outbox.claim_unknown, wire=name, owner=self.owner, lease=LEASE)
            for row in await self.middle.write(claim):
                found = await wire.look(row)
                if found is None or isinstance(found, Unsure):
                    await self._look_later(row)
                else:
                    self._looked.pop(row.id, None)
                    await self._record(row, found)

    async def _look_later(self, row: Claimed) -> None:
        """Leave it unknown, and look again after a while that grows: nothing has happened that had to be told."""
        times = self._looked[row.id] = self._looked.get(row.id, 0) + 1
        wait = min(LOOK_EVERY * (1 << min(times - 1, 10)), LONGEST_LOOK)
        await self.middle.write(lambda connection, now: outbox.look_later(connection, row, now + wait))


async def _set_within(event: asyncio.Event, wait: timedelta) -> bool:
    """Wait for an event at most so long; says whether it is set."""
    try:
        return await asyncio.wait_for(event.wait(), wait.total_seconds())
    except TimeoutError:
        return False


def _late(mine: bool, row: Claimed) -> Answer:  # noqa: FBT001  # what the database said
    if not mine:
        log.warning("a late outcome was not written", row=row.id)
    return Answer()
