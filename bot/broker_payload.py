"""What a message of an MQTT broker says: the figure of a meter, plain or at a path in JSON, and when it was read."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from handlers.readings import FIRST_YEAR

MOST_BYTES = 65_536
"""The largest payload that is looked at."""
_MILLISECONDS = 10**11
"""From this figure on a moment in digits counts milliseconds since 1970, and not seconds."""


class Unreadable(ValueError):  # noqa: N818  # said in the log
    """A payload cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Published:
    """What one message says of one meter; without a moment it is of now."""

    value: Decimal
    at: datetime | None = None


def read(payload: bytes, value: str, at: str = "") -> Published:
    """Read a payload by the paths of its value and of its moment (``data.0.hours``; empty: the whole); raises ``Unreadable``."""
    if len(payload) > MOST_BYTES:
        raise Unreadable(f"it has {len(payload)} bytes, and at most {MOST_BYTES} are read")
    try:
        # A number that is none becomes a decimal that is none, and is refused as a reading of its meter.
        found = json.loads(payload, parse_float=Decimal, parse_int=Decimal, parse_constant=Decimal)
    except (ValueError, ArithmeticError, RecursionError) as wrong:
        raise Unreadable("it is neither a number nor JSON") from wrong
    return Published(_figure(_at(found, value), value), _moment(_at(found, at), at) if at else None)


def _at(found: Any, path: str) -> Any:
    """Walk a path of names and places; raises ``Unreadable`` where it leads nowhere."""
    for name in filter(None, path.split(".")):
        if isinstance(found, Mapping) and name in found:
            found = found[name]
        elif isinstance(found, Sequence) and not isinstance(found, str) and name.isdecimal() and int(name) < len(found):
            found = found[int(name)]
        else:
            raise Unreadable(f"it has no {path}")
    return found


def _figure(found: Any, path: str) -> Decimal:
    """Take a number, or a text that is one; true and false are none."""
    try:
        return Decimal(found.strip()) if isinstance(found, str) else _decimal(found)
    except (ArithmeticError, TypeError) as wrong:
        raise Unreadable(f"{path or 'it'} is no number") from wrong


def _decimal(found: Any) -> Decimal:
    if not isinstance(found, Decimal):
        raise TypeError(found)
    return found


def _moment(found: Any, path: str) -> datetime:
    """Take ISO 8601 with its zone, or seconds or milliseconds since 1970."""
    try:
        if isinstance(found, Decimal):
            at = datetime.fromtimestamp(float(found / 1000 if found >= _MILLISECONDS else found), UTC)
        else:
            at = datetime.fromisoformat(found)
    except (TypeError, ValueError, ArithmeticError, OSError) as wrong:
        raise Unreadable(f"{path} is no moment such as 2026-11-22T14:05:00+01:00") from wrong
    if at.tzinfo is None or at.year < FIRST_YEAR:
        raise Unreadable(f"{path} says no zone, or lies before {FIRST_YEAR}")
    return at
