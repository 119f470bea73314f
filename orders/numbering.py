"""Numbers of documents from a pattern such as ``PO-{year}-{number:05}``, and how people shorten them."""

import re
from datetime import datetime

PATTERNS = {
    "work_order": "WO-{year}-{number:05}",
    "requisition": "PR-{year}-{number:05}",
    "draft": "DR-{year}-{number:05}",
    "purchase_order": "PO-{year}-{number:05}",
    "receipt": "GR-{year}-{number:05}",
}
"""The pattern a kind of document has when config.toml names none."""

_SHORT = re.compile(r"^\s*(?P<letters>[A-Za-z]{2})?[\s#-]*(?:(?P<year>\d{4})-)?0*(?P<number>\d{1,9})\s*$")


def number(pattern: str, value: int, at: datetime) -> str:
    """Write a number, for instance ``PO-2026-00118``."""
    return pattern.format(year=at.year, number=value)


def counter(pattern: str, at: datetime) -> str:
    """Name the counter behind a pattern; a pattern with a year starts anew each year."""
    return pattern.format(year=at.year, number=0) if "{year" in pattern else pattern


def shortened(written: str) -> tuple[str | None, int | None, int] | None:
    """Read ``412``, ``wo412``, ``PO 118`` or the full number as (letters, year, number); None if it is none."""
    found = _SHORT.match(written)
    if found is None:
        return None
    letters, year = found["letters"], found["year"]
    return letters.upper() if letters else None, int(year) if year else None, int(found["number"])
