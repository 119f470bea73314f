"""A day as people type it: ``fri``, ``tomorrow``, ``24 Dec``, ``24.12.``, ``2026-12-24``; never a guess between two meanings."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache

from babel.dates import get_day_names, get_month_names

from handlers.wording import LANGUAGES
from orders.errors import Unlawful

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_POINTS = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.(?:\s?(\d{4}))?")
_WORDS = re.compile(r"(?:(\d{1,2})\.?\s+([^\W\d]+)|([^\W\d]+)\s+(\d{1,2}))\.?,?(?:\s+(\d{4}))?")
_NAMED = {"today": 0, "heute": 0, "tomorrow": 1, "morgen": 1}
SHORTEST = 3
LONGEST_BACK = timedelta(days=31)
"""A day without a year that is longer past than this is one of next year."""


def day_named(written: str, today: date) -> date:
    """Read a typed day, by default the next such day; raises ``Unlawful`` with the forms that are understood."""
    text = " ".join(written.lower().split()).strip(" ,")
    if text in _NAMED:
        return today + timedelta(days=_NAMED[text])
    weekday = _of_name(text.strip("."), _days())
    if weekday is not None:
        return today + timedelta(days=(weekday - today.weekday()) % 7)
    found = _dated(text, today)
    if found is None:
        raise Unlawful(why=f"I cannot read the day “{written.strip()[:30]}”. Write `fri`, `24 Dec` or `2026-12-24`.")
    return found


def _dated(text: str, today: date) -> date | None:
    if match := _ISO.fullmatch(text):
        return _day(*(int(part) for part in match.groups()))
    if match := _POINTS.fullmatch(text):
        return _coming(int(match[1]), int(match[2]), match[3], today)
    if match := _WORDS.fullmatch(text):
        month = _of_name(match[2] or match[3], _months())
        return _coming(int(match[1] or match[4]), month, match[5], today) if month is not None else None
    return None


def _coming(day: int, month: int, year: str | None, today: date) -> date | None:
    if year:
        return _day(int(year), month, day)
    found = _day(today.year, month, day)
    return _day(today.year + 1, month, day) if found is None or found < today - LONGEST_BACK else found


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _of_name(word: str, names: Mapping[str, int]) -> int | None:
    """Return what a name or its beginning means; None for what is no name, or could be two."""
    if len(word) < SHORTEST - 1:
        return None
    meant = {
        number for name, number in names.items() if name == word or (len(word) >= SHORTEST and name.startswith(word))
    }
    return meant.pop() if len(meant) == 1 else None


@cache
def _days() -> dict[str, int]:
    return _names(get_day_names)


@cache
def _months() -> dict[str, int]:
    return _names(get_month_names)


def _names(of: object) -> dict[str, int]:
    found: dict[str, int] = {}
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for number, name in of(width, locale=language).items():  # type: ignore[operator]  # babel's functions are alike
                found[str(name).lower().strip(".")] = number
    return found
