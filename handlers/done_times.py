"""The time that a sentence about finished work tells: ``40 min``, ``half an hour``, ``von 8 bis 9:30``, ``stopped at 14:00``."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from handlers.done_words import choice, number, value_of
from handlers.wording import Pattern
from orders.durations import MOST_AT_ONCE

MINUTES, DAY = 60, 24 * 60
HALF, QUARTER, THREE_QUARTERS = 30, 15, 45
NOON, EVENING = 12, 18
_SIGN = re.compile(r"(?:(?:^|(?<=[\s,;:(]))[-\u2212]|(?:^|(?<=\s))minus\s+)$")


@dataclass(frozen=True, slots=True)
class Spent:
    """The time that somebody tells: whole minutes, whether they are all together, and what is wrong with it.

    ``problem`` is empty, ``negative``, ``too_long`` or ``future``.
    """

    minutes: int
    written: str
    total: bool = False
    problem: str = ""
    within: bool = False
    """It was told as *in 40 min*, which may still be to come."""


def spent(said: str, now: datetime, since: datetime | None) -> tuple[Spent | None, str]:
    """Return the time that a folded sentence tells, and the sentence without it.

    ``now`` is aware in the plant's zone; ``since`` is when the person's timer started, if one runs.
    """
    clocked, left = _clocked(said, now, since)
    minutes, written, within, negative = 0, [], False, False
    while (found := _duration().search(left)) is not None:
        before = left[: found.start()]
        if not _not_worked().search(before):
            minutes += _minutes(found)
            written.append(found[0].strip())
            within = within or _within().search(before) is not None
            negative = negative or _SIGN.search(before) is not None
        left = f"{_SIGN.sub('', before)} ; {left[found.end() :]}"
    if clocked is not None or not written:
        return clocked, left
    problem = "negative" if negative else ("too_long" if minutes > MOST_AT_ONCE else "")
    total = re.search(rf"(?<!\w){choice('time', 'total')}(?!\w)", left) is not None
    return Spent(minutes, " + ".join(written), total, problem, within), left


@cache
def _within() -> Pattern:
    return re.compile(rf"(?<!\w){choice('time', 'within')}\s+$")


@cache
def _not_worked() -> Pattern:
    return re.compile(rf"(?<!\w){choice('time', 'not_worked')}\s+(?:ca\.?|about|etwa|unos|environ)?\s*$")


@cache
def _duration() -> Pattern:
    hour, minute, day = (f"(?:{choice('time', kind)}\\.?)" for kind in ("hour", "minute", "day"))
    half, quarter = choice("time", "and_half"), choice("time", "and_quarter")
    joint = r"(?:\s*[,&]?\s*(?:and|und|et|y)?\s*)"
    shapes = (
        rf"(?P<h1>{number()})\s*{hour}\s*(?:(?P<half1>{half})|(?P<quarter1>{quarter}))",
        rf"(?P<h2>{number()})\s*(?:(?P<half2>{half})|1/2)\s*{hour}",
        rf"(?P<h3>{number()})\s*{hour}{joint}(?P<m3>\d{{1,2}})\s*(?:{minute}|')?",
        rf"(?P<h4>\d{{1,2}}):(?P<m4>[0-5]\d)\s*{hour}",
        rf"(?P<three>{choice('time', 'three_quarters')})",
        rf"(?P<half>{choice('time', 'half_hour')})",
        rf"(?P<quarter>{choice('time', 'quarter')})",
        rf"(?P<h5>{number()})\s*-?\s*{hour}",
        rf"(?P<m5>{number()})\s*-?\s*(?:{minute}|'(?!\w))",
        rf"(?P<d>{number()})\s*{day}",
        r"(?<![^\s,;(])(?P<m6>\d{1,3})\s?m(?=\s*(?:[,;.)]|$))",
    )
    return re.compile(r"(?<![\w.,:])(?:" + "|".join(shapes) + r")(?![\w])")


def _minutes(found: re.Match[str]) -> int:
    said = {name: written for name, written in found.groupdict().items() if written}
    fixed = {
        "half": HALF,
        "quarter": QUARTER,
        "three": THREE_QUARTERS,
        "half1": HALF,
        "half2": HALF,
        "quarter1": QUARTER,
    }
    scales = {"h": MINUTES, "m": 1, "d": DAY}
    if "h2" in said and "half2" not in said:
        said["half2"] = "1/2"
    whole = sum(value_of(text) * scales[name[0]] for name, text in said.items() if name not in fixed)
    return int(whole) + sum(minutes for name, minutes in fixed.items() if name in said)


@cache
def _clock(name: str) -> str:
    return rf"(?P<{name}h>[01]?\d|2[0-4])(?:\s?[:.h]\s?(?P<{name}m>[0-5]\d)(?!\d))?(?P<{name}s>\s*(?:uhr|h|am|pm|horas|o'clock)(?!\w))?"


@cache
def _span() -> Pattern:
    start, end = choice("time", "from"), choice("time", "to")
    return re.compile(rf"(?<![\w.,:-])(?:(?P<from>{start})\s+)?{_clock('a')}\s*{end}\s*{_clock('b')}(?![\w:])")


@cache
def _ended() -> Pattern:
    return re.compile(
        rf"(?<!\w)(?:{choice('time', 'until')}|(?P<since>{choice('time', 'since')}))\s+(?:um|at|à|las)?\s*{_clock('b')}(?![\w:])"
    )


def _clocked(said: str, now: datetime, since: datetime | None) -> tuple[Spent | None, str]:
    """Read a time told by the clock; what is no clock stays in the sentence."""
    found = _span().search(said)
    if found is not None and (found["from"] or found["bm"] or found["bs"]):
        ends = _at(now, found, "b")
        starts = _at(now, found, "a", other=found["bs"] or "")
        ends, starts = _past(now, ends, starts)
        return _between(starts, ends, now, found), _without(said, found)
    found = _ended().search(said)
    if found is None or not (found["bm"] or found["bs"]):
        return None, said
    if found["since"]:
        return _between(_at(now, found, "b"), now, now, found), _without(said, found)
    if since is None:
        return None, said
    return _between(since, _at(now, found, "b"), now, found), _without(said, found)


def _without(said: str, found: re.Match[str]) -> str:
    return f"{said[: found.start()]} ; {said[found.end() :]}"


def _at(now: datetime, found: re.Match[str], name: str, *, other: str = "") -> datetime:
    hour, suffix = int(found[f"{name}h"]) % 24, (found[f"{name}s"] or other).strip()
    hour = hour % NOON + NOON * (suffix == "pm") if suffix in {"am", "pm"} else hour
    return now.replace(hour=hour, minute=int(found[f"{name}m"] or 0), second=0, microsecond=0)


def _past(now: datetime, ends: datetime, starts: datetime) -> tuple[datetime, datetime]:
    """Let a span over midnight, or one told after midnight, lie in the night before."""
    if starts > ends:
        starts -= timedelta(days=1)
    if ends > now and now.hour < NOON and ends.hour >= EVENING:
        return ends - timedelta(days=1), starts - timedelta(days=1)
    return ends, starts


def _between(starts: datetime, ends: datetime, now: datetime, found: re.Match[str]) -> Spent:
    minutes = round((ends - starts).total_seconds() / MINUTES)
    problem = "future" if max(ends, starts) > now else ("negative" if minutes < 0 else "")
    return Spent(minutes, found[0].strip(), problem=problem or ("too_long" if minutes > MOST_AT_ONCE else ""))
