"""Named points on the way of a happening; silent in production, a place for a fault in the sweeps."""

from collections.abc import Callable

Hook = Callable[[str], None]


def _silent(name: str) -> None:
    """Do nothing: what runs at every point unless a sweep has asked for something else."""


_hooks: list[Hook] = [_silent]


def point(name: str) -> None:
    """Pass a named point, for instance ``before commit``."""
    _hooks[-1](name)


def at_points(hook: Hook) -> None:
    """Call ``hook`` with the name of every point from now on."""
    _hooks[:] = [hook]
