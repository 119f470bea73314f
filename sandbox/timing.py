"""How long the pretend Slack waits, and the clock it reads."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """Slack's deadlines in seconds; `now` gives seconds since 1970."""

    ack: float = 3.0
    trigger: float = 3.0
    retries: tuple[float, ...] = (0.0, 60.0, 300.0)
    response_url: float = 1800.0
    slow: float = 1.0
    hang: float = 60.0
    now: Callable[[], float] = time.time


class Stamps:
    """Gives message stamps: seconds with six decimals, each later than all before, also over restarts."""

    def __init__(self, now: Callable[[], float], last: str = "") -> None:
        self.now = now
        self._last = int(last.replace(".", "")) if last else 0

    def next(self) -> str:
        """A new stamp such as 1763812345.000100."""
        self._last = max(int(self.now() * 1_000_000), self._last + 1)
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"


def fresh(prefix: str) -> str:
    """A new Slack-like identifier: the prefix and ten capitals or digits."""
    return prefix + uuid.uuid4().hex[:10].upper()
