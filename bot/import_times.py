"""How times, days, weekdays and the days until which certificates hold are read; each refuses with its reason."""

import re
from datetime import date, datetime

from orders.working_time import WEEKDAYS

_SLASHES = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_FORMS = ("%Y-%m-%d", "%Y%m%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d")
_SKILL = re.compile(r"(?P<name>.+?)(?:\s+until\s+|\s*:\s*)(?P<until>\S+)")
_CLOCK = re.compile(r"([01]?\d|2[0-4])[:.]([0-5]\d)(?::00)?")
_SPAN = re.compile(r"(\w{3})\w*\s*(?:-|to|\u2013)\s*(\w{3})\w*")
MONTHS, MIDNIGHT = 12, 24


def date_of(text: str) -> date:
    """Read a day, alone or with a time behind it; what could be two days is refused."""
    bare = text.partition(" ")[0].partition("T")[0]
    found = _SLASHES.fullmatch(bare)
    if found and int(found[1]) != int(found[2]) and max(int(found[1]), int(found[2])) <= MONTHS:
        raise ValueError("could be two dates; write it like 2021-04-12")
    for form in _FORMS:
        try:
            return datetime.strptime(bare, form).date()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            continue
    raise ValueError("is no date; write it like 2021-04-12")


def clock_time(text: str) -> str:
    """Read a time of day as ``06:00``; 24:00 is midnight."""
    found = _CLOCK.fullmatch(text)
    if found is None or (int(found[1]) == MIDNIGHT and found[2] != "00"):
        raise ValueError("is no time of day; write it like 06:00")
    return f"{int(found[1]) % MIDNIGHT:02}:{found[2]}"


def weekdays(text: str) -> str:
    """Read ``mon to fri``, ``sat+sun`` or ``daily`` as ``mon+tue+…``."""
    said = text.lower()
    span = _SPAN.fullmatch(said)
    named = [one[:3] for one in re.split(r"[+,;|\s]+", said) if one]
    if said in {"daily", "every day", "all"}:
        named = list(WEEKDAYS)
    elif span is not None and {span[1], span[2]} <= set(WEEKDAYS):
        first, last = WEEKDAYS.index(span[1]), WEEKDAYS.index(span[2])
        named = [WEEKDAYS[(first + at) % len(WEEKDAYS)] for at in range((last - first) % len(WEEKDAYS) + 1)]
    if not named or not set(named) <= set(WEEKDAYS):
        raise ValueError("names no weekdays; write mon to fri, or sat+sun")
    return "+".join(day for day in WEEKDAYS if day in named)


def skills(text: str) -> dict[str, date | None]:
    """Read ``welding until 2027-05-31 + forklift`` as skills with the last day of their certificates."""
    found: dict[str, date | None] = {}
    for one in filter(None, (part.strip() for part in re.split(r"[+;|\n]", text))):
        dated = _SKILL.fullmatch(one)
        found[dated["name"] if dated else one] = date_of(dated["until"]) if dated else None
    return found
