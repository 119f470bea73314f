"""The synchronous middle between asynchronous edges: one happening at a time in worker threads, one commit each."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import Connection

from orders.plant import Plant
from storage import happenings
from storage.database import Database
from storage.happenings import Answer, Deed
from storage.unit_of_work import UnitOfWork

T = TypeVar("T")
Clock = Callable[[], datetime]


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
        self._threads = ThreadPoolExecutor(database.threads, thread_name_prefix="middle")
        self._readers = ThreadPoolExecutor(1, thread_name_prefix="reader")

    async def perform(self, key: str, route: str, content: Any, work: Callable[[UnitOfWork], Answer]) -> Answer:
        """Do a happening's work once, off the event loop; whatever it queued is then sent."""
        return await asyncio.wrap_future(self._threads.submit(self.perform_here, key, route, content, work))

    def perform_from_thread(self, key: str, route: str, content: Any, work: Callable[[UnitOfWork], Answer]) -> Answer:
        """Do the same for a caller that is a thread of its own (the mailbox) and may wait."""
        return self._threads.submit(self.perform_here, key, route, content, work).result()

    def perform_here(self, key: str, route: str, content: Any, work: Callable[[UnitOfWork], Answer]) -> Answer:
        """Do the same on the calling thread, which must be one of the middle's own."""
        answer = happenings.perform(self.database, self.plant, Deed(key, route, content, self.clock()), work)
        self.after_commit()
        return answer

    async def read(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run something that only reads."""
        return await self.run(lambda: happenings.reading(self.database, self.plant, self.clock(), work))

    async def write(self, work: Callable[[Connection, datetime], T]) -> T:
        """Run the relay's own bookkeeping in one transaction."""

        def inside() -> T:
            with self.database.transaction() as connection:
                return work(connection, self.clock())

        return await self.run(inside)

    async def run(self, work: Callable[[], T]) -> T:
        """Run anything on the middle's threads."""
        return await asyncio.wrap_future(self._threads.submit(work))

    async def think(self, work: Callable[[], T]) -> T:
        """Run something long that needs no database, such as reading a mail, without holding up the middle."""
        return await asyncio.wrap_future(self._readers.submit(work))

    def close(self) -> None:
        """Finish what has begun and give the threads back."""
        self._readers.shutdown()
        self._threads.shutdown()
