"""Which work waits for which: a ring of work orders that wait for each other can never begin."""

from collections.abc import Callable, Iterable


def way(start: int, goal: int, after: Callable[[int], Iterable[int]]) -> list[int]:
    """Return the way from one work order to another along what each waits for, both ends included; empty without one."""
    came: dict[int, int | None] = {start: None}
    ahead = [start]
    while ahead:
        here = ahead.pop()
        if here == goal:
            return _back(came, goal)
        for each in after(here):
            if each not in came:
                came[each] = here
                ahead.append(each)
    return []


def _back(came: dict[int, int | None], goal: int) -> list[int]:
    steps: list[int] = []
    here: int | None = goal
    while here is not None:
        steps.append(here)
        here = came[here]
    return steps[::-1]
