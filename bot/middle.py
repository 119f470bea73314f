"""The synchronous middle between asynchronous edges: one happening at a time in worker threads, one commit each."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar, cast

from sqlalchemy import Connection

from bot.turns import Turns
from orders.plant import Plant
from storage import happenings
from storage.database import Database, again_if_lost
from storage.happenings import Answer, Deed, Work
from storage.unit_of_work import UnitOfWork

T = TypeVar("T")
Clock = Callable[[], datetime]
Given = tuple[str, str, Any, Work]
"""A happening as the wires hand it over: its key, its route, what it says, and the work."""


def utc_now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


class Middle:
    """Everything that touches the database goes through here; SQLite has one thread, PostgreSQL a few."""

    def __init__(self, database: Database, plant: Plant, clock: Clock = utc_now) -> None:
        self.database = database
        self.plant = plant
        self.clock = clock
        self.after_commit: Callable[[], None] = lambda: None
        self.after_route: dict[str, Callable[[], None]] = {}
        """What else is to be done after a commit, by the happening's route; called on the middle's own threads."""
        # PostgreSQL brings the commits of several connections to the disk together by itself.
        self._turns = Turns(database.threads, self._perform_together if database.lite else None)
        self._readers = ThreadPoolExecutor(1, thread_name_prefix="reader")

    async def perform(self, key: str, route: str, content: Any, work: Work, *, behind: bool = False) -> Answer:
        """Do a happening's work once, off the event loop; whatever it queued is then sent.

        What nobody waits for stands ``behind`` what somebody waits for.
        """
        return cast("Answer", await asyncio.wrap_future(self._submit(key, route, content, work, behind=behind)))

    def perform_many_from_thread(self, given: Sequence[Given]) -> list[Answer]:
        """Do the same for a caller that is a thread of its own (the mailbox) and may wait; raises what one of them raised."""
        outcomes = [self._submit(*each, behind=False) for each in given]
        return [outcome.result() for outcome in outcomes]

    def _submit(self, key: str, route: str, content: Any, work: Work, *, behind: bool) -> "Future[Any]":
        deed = (key, route, content, work)
        return self._turns.submit(partial(self.perform_here, *deed), deed=deed, behind=behind)

    def perform_here(self, key: str, route: str, content: Any, work: Work) -> Answer:
        """Do the same on the calling thread, which must be one of the middle's own."""
        answer = happenings.perform(self.database, self.plant, Deed(key, route, content, self.clock()), work)
        self._committed([route])
        return answer

    def _committed(self, routes: Sequence[str]) -> None:
        self.after_commit()
        for route in routes:
            if route in self.after_route:
                self.after_route[route]()

    def _perform_together(self, deeds: Sequence[Given]) -> list[Answer] | None:
        """Do happenings that queued up in one transaction, each under its own key; nobody hears before the commit."""
        now = self.clock()
        given = [(Deed(key, route, content, now), work) for key, route, content, work in deeds]
        answers = happenings.perform_together(self.database, self.plant, given)
        if answers is not None:
            self._committed([route for _, route, _, _ in deeds])
        return answers

    async def read(self, work: Callable[[UnitOfWork], T], *, behind: bool = False) -> T:
        """Run something that only reads."""
        return await self.run(lambda: happenings.reading(self.database, self.plant, self.clock(), work), behind=behind)

    async def write(self, work: Callable[[Connection, datetime], T]) -> T:
        """Run the relay's own bookkeeping in one transaction, behind what people wait for."""

        def inside() -> T:
            with self.database.transaction() as connection:
                return work(connection, self.clock())

        return await self.run(lambda: again_if_lost(inside), behind=True)

    async def run(self, work: Callable[[], T], *, behind: bool = False) -> T:
        """Run anything on the middle's threads."""
        return cast("T", await asyncio.wrap_future(self._turns.submit(work, behind=behind)))

    async def think(self, work: Callable[[], T]) -> T:
        """Run something long that needs no database, such as reading a mail, without holding up the middle."""
        return await asyncio.wrap_future(self._readers.submit(work))

    def close(self) -> None:
        """Finish what has begun and give the threads back."""
        self._readers.shutdown()
        self._turns.close()
