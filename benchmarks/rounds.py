"""How often something is done in a second: several rounds, the first one not counted, each with its own figure."""

import time
from collections.abc import Callable


def per_second(work: Callable[[], object], *, rounds: int, seconds: float) -> list[float]:
    """Do the work again and again for so many seconds a round; returns how often a second, one figure a round."""
    _round(work, min(seconds, 0.3))
    return [_round(work, seconds) for _ in range(rounds)]


def _round(work: Callable[[], object], seconds: float) -> float:
    done, begun = 0, time.perf_counter()
    while True:
        work()
        done += 1
        passed = time.perf_counter() - begun
        if passed >= seconds:
            return done / passed
