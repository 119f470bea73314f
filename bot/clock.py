"""The clock: only rings; what a bell means is decided elsewhere."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

Bell = Callable[[], Awaitable[None]]


class Clock:
    """Rings named bells at intervals; a bell that is still ringing is not rung twice."""

    def __init__(self, bells: Mapping[str, tuple[timedelta, Bell]]) -> None:
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        for name, (every, bell) in bells.items():
            seconds = int(every.total_seconds())
            self._scheduler.add_job(bell, "interval", seconds=seconds, id=name, max_instances=1, coalesce=True)

    def start(self) -> None:
        """Begin to ring."""
        self._scheduler.start()

    def stop(self) -> None:
        """Ring no more; a clock that was never started is already still."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
