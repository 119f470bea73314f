"""Working time as people write it: ``40``, ``40 min``, ``1.5 h``, ``1h30`` or ``1:30``."""

import re
from decimal import Decimal

from orders.errors import Unlawful

MOST = 60 * 24 * 31
"""The longest time that is believed for one work order, in minutes; anything above is a typing mistake."""

MOST_AT_ONCE = 60 * 24
"""The longest time that one person can have worked in one go, in minutes; longer work is written down day by day."""

_END = r"(?=[\s,;.]|\Z)(?![.,]\d)"
_MINUTE = r"(?:m|min|mins|minutes?|minuten?|')"
_MINUTES = re.compile(rf"(?P<minutes>\d{{1,6}})\s*{_MINUTE}?{_END}", re.IGNORECASE)
_HOURS = re.compile(
    r"(?P<hours>\d{1,4}(?:[.,]\d{1,2})?)\s*(?:h|hrs?|hours?|std|stunden?)"
    rf"(?:\s*(?P<minutes>\d{{1,2}})\s*{_MINUTE}?)?{_END}",
    re.IGNORECASE,
)
_CLOCK = re.compile(rf"(?P<hours>\d{{1,3}}):(?P<minutes>[0-5]\d)(?:\s*h)?{_END}", re.IGNORECASE)
_SHAPES = (_CLOCK, _HOURS, _MINUTES)


def leading_minutes(written: str) -> tuple[int, str] | None:
    """Read a time at the beginning of a text as (minutes, the rest); None when the text begins with something else."""
    text = written.strip()
    found = next((match for shape in _SHAPES if (match := shape.match(text))), None)
    return (_minutes(found), text[found.end() :].strip(" ,;.\n")) if found else None


def minutes_of(written: str) -> int:
    """Read a time as whole minutes from 0 to a month; raises ``Unlawful`` with the form that is expected."""
    found = leading_minutes(written)
    if found is None or found[1] or found[0] > MOST:
        raise Unlawful(why=f"Write the time in minutes, a number from 0 to {MOST}.")
    return found[0]


def spoken_minutes(minutes: int) -> str:
    """Write minutes as people say them: ``40 min``, ``1 h 30 min``."""
    hours, left = divmod(minutes, 60)
    return " ".join([f"{hours} h"] * bool(hours) + [f"{left} min"] * bool(left or not hours))


def _minutes(found: re.Match[str]) -> int:
    parts = found.groupdict()
    hours = Decimal((parts.get("hours") or "0").replace(",", "."))
    return int(hours * 60) + int(parts.get("minutes") or 0)
