"""Threads that take work in turn: what a person waits for goes first, and what queued up meanwhile is done together."""

import heapq
import itertools
import math
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any

BEHIND_SECONDS = 0.25
"""How long the bot's own bookkeeping stands back at most, so that it goes on under any load."""
MOST_TOGETHER = 16


class Turn:
    """Something to be done, and its outcome; ``deed`` is what may be done together with others like it."""

    def __init__(self, work: Callable[[], Any], deed: Any) -> None:
        self.work = work
        self.deed = deed
        self.outcome: Future[Any] = Future()

    def do(self) -> None:
        """Do it alone; whatever breaks is the outcome."""
        if self.outcome.set_running_or_notify_cancel():
            try:
                self.outcome.set_result(self.work())
            except BaseException as trouble:  # noqa: BLE001  # handed on to whoever waits
                self.outcome.set_exception(trouble)


Together = Callable[[Sequence[Any]], Sequence[Any] | None]
"""Does many deeds at once and returns their outcomes in order, or None when each has to be done alone."""


class Turns:
    """A few threads over one queue; without ``together``, everything is done alone."""

    def __init__(self, threads: int, together: Together | None = None) -> None:
        self._together = together
        self._queue: list[tuple[float, int, Turn]] = []
        self._numbers = itertools.count()
        self._changed = threading.Condition()
        self._closed = False
        self._threads = [threading.Thread(target=self._work, name=f"middle {number}") for number in range(threads)]
        for thread in self._threads:
            thread.start()

    def submit(self, work: Callable[[], Any], *, deed: Any = None, behind: bool = False) -> "Future[Any]":
        """Queue something; returns its outcome to come. Raises ``RuntimeError`` after the end."""
        turn = Turn(work, deed)
        at = time.monotonic() + (BEHIND_SECONDS if behind else 0)
        with self._changed:
            if self._closed:
                message = "nothing new is taken on at the end"
                raise RuntimeError(message)
            heapq.heappush(self._queue, (at, next(self._numbers), turn))
            self._changed.notify()
        return turn.outcome

    def close(self) -> None:
        """Finish what is queued and give the threads back."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while turns := self._next():
            if len(turns) == 1 or not self._done_together(turns):
                for turn in turns:
                    turn.do()

    def _next(self) -> list[Turn]:
        """Wait for the next turn; returns it with the deeds right behind it, nothing at the end."""
        with self._changed:
            while not self._queue and not self._closed:
                self._changed.wait()
            if not self._queue:
                return []
            at, _, first = heapq.heappop(self._queue)
            now = time.monotonic()
            return [first, *self._companions(first, now if at <= now else math.inf)]

    def _companions(self, first: Turn, until: float) -> list[Turn]:
        """Take the deeds right behind the first one out of the queue, as far as their turn comes by then."""
        found: list[Turn] = []
        if self._together is None or first.deed is None:
            return found
        while self._queue and len(found) < MOST_TOGETHER - 1:
            at, _, turn = self._queue[0]
            if turn.deed is None or at > until:
                break
            heapq.heappop(self._queue)
            found.append(turn)
        return found

    def _done_together(self, turns: list[Turn]) -> bool:
        assert self._together is not None
        try:
            outcomes = self._together([turn.deed for turn in turns])
        except Exception:  # noqa: BLE001  # each is done again alone, and says then what is wrong
            return False
        if outcomes is None:
            return False
        for turn, outcome in zip(turns, outcomes, strict=True):
            if turn.outcome.set_running_or_notify_cancel():
                turn.outcome.set_result(outcome)
        return True
