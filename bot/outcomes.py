"""What may become of an outgoing row, in the words that every wire uses."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

from storage.outbox import Claimed

Before = Callable[[], Awaitable[None]]
"""Awaited immediately before the first byte that cannot be taken back."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """The other side took it, with what it said about it."""

    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Later:
    """Certainly not taken; worth another try. ``wait`` is said by the other side, else the usual steps apply.

    Where the whole lane ``rests``, none of its rows is tried before then.
    """

    why: str
    wait: timedelta | None = None
    burnt: bool = True
    rests: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """Certainly not taken, and never will be as it is."""

    why: str


@dataclass(frozen=True, slots=True)
class Unsure:
    """It may have been taken; nobody can tell from here."""

    why: str


Outcome = Delivered | Later | Refused | Unsure


class LeaseLost(Exception):  # noqa: N818  # another relay owns the row now
    """The row belongs to another relay meanwhile."""


class Wire(Protocol):
    """One way out."""

    async def send(self, row: Claimed, before: Before) -> Outcome:
        """Try to deliver a row; never raises for what the other side does."""

    async def look(self, row: Claimed) -> Outcome | None:
        """Find out what became of an earlier try; None when it cannot be found out here."""
