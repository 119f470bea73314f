"""Reliability of an asset by stated definitions: how long it was down, how often it failed, how long putting it right took."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Span:
    """From one aware moment up to another, which is never earlier."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        """How long it lasts."""
        return self.end - self.start


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the spans in order, those that touch or overlap made one: an asset is down once, however many jobs say so."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda each: (each.start, each.end)):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return tuple(found)


def within(spans: Iterable[Span], window: Span) -> tuple[Span, ...]:
    """Return what of the spans lies in a window."""
    cut = [Span(max(span.start, window.start), min(span.end, window.end)) for span in spans]
    return tuple(span for span in cut if span.end > span.start)


def total(spans: Iterable[Span]) -> timedelta:
    """Return how long some spans last together."""
    return sum((span.length for span in spans), timedelta())


@dataclass(frozen=True, slots=True)
class Repair:
    """One failure that was put right: from the start of the work to its end, and when it stood still in between."""

    work: Span
    waits: tuple[Span, ...] = ()

    @property
    def length(self) -> timedelta:
        """How long it was worked on: waiting for a part, a permit or a person is no repair time."""
        return self.work.length - total(merged(within(self.waits, self.work)))


@dataclass(frozen=True, slots=True)
class Reliability:
    """What a window of time says of an asset; a figure without anything to divide by is None, never zero."""

    window: timedelta
    down: timedelta
    episodes: int
    """How many times it was down."""
    failures: int
    repairs: int
    repairing: timedelta

    @property
    def up(self) -> timedelta:
        """The operating time: the window less what it was down."""
        return self.window - self.down

    @property
    def availability(self) -> float | None:
        """Operating time over the window, from 0 to 1 (SMRP 2.2)."""
        return self.up / self.window if self.window else None

    @property
    def between_failures(self) -> timedelta | None:
        """MTBF: operating time over the number of failures (SMRP 3.5.1)."""
        return self.up / self.failures if self.failures else None

    @property
    def to_repair(self) -> timedelta | None:
        """MTTR: repair time over the number of repairs (SMRP 3.5.2); two people for one hour are one hour."""
        return self.repairing / self.repairs if self.repairs else None

    @property
    def mean_down(self) -> timedelta | None:
        """MDT: down time over the number of times it was down, waiting included (SMRP 3.5.4)."""
        return self.down / self.episodes if self.episodes else None


def reliability(window: Span, downs: Iterable[Span], failures: int, repairs: Sequence[Repair]) -> Reliability:
    """Work out the figures of a window from what was down, how many failures fell into it, and which repairs ended in it."""
    episodes = within(merged(downs), window)
    spent = sum((repair.length for repair in repairs), timedelta())
    return Reliability(window.length, total(episodes), len(episodes), failures, len(repairs), spent)


def hours_text(length: timedelta) -> str:
    """Say a length in hours with one digit, from four days on in days: ``2.5 h``, ``12 days``."""
    if length < 96 * HOUR:
        return f"{length / HOUR:.1f} h"
    return f"{length / (24 * HOUR):.0f} days"
