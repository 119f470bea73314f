"""The feed of changes that pages and tests listen to."""

import asyncio
import time
from typing import Any

from sandbox.wire import Json


class Feed:
    """Numbers each change and hands it to every listener that may see it."""

    def __init__(self) -> None:
        # Milliseconds of the start keep numbers rising over restarts without a write per change.
        self.seq = int(time.time() * 1000)
        self._listeners: dict[asyncio.Queue[Json | None], str] = {}

    def listen(self, person: str) -> asyncio.Queue[Json | None]:
        """A queue that receives what this person may see; an empty name sees everything. None ends it."""
        queue: asyncio.Queue[Json | None] = asyncio.Queue()
        self._listeners[queue] = person
        return queue

    def leave(self, queue: asyncio.Queue[Json | None]) -> None:
        """Stop filling the queue."""
        self._listeners.pop(queue, None)

    def push(self, kind: str, audience: frozenset[str] | None = None, **fields: Any) -> None:
        """Tell a change; `audience` None means everybody."""
        self.seq += 1
        change = {"seq": self.seq, "kind": kind, **fields}
        for queue, person in self._listeners.items():
            if audience is None or not person or person in audience:
                queue.put_nowait(change)

    def close(self) -> None:
        """Tell every listener, by None, that nothing more will come."""
        for queue in self._listeners:
            queue.put_nowait(None)

    @property
    def is_heard(self) -> bool:
        """Whether anybody listens, so that costly shapes need not be built for nobody."""
        return bool(self._listeners)
