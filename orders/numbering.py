"""Numbers of documents from a pattern such as ``PO-{year}-{number:05}``, and how people shorten them."""

import re
from datetime import datetime

PATTERNS = {
    "work_order": "WO-{year}-{number:05}",
    "request": "RQ-{year}-{number:05}",
    "requisition": "PR-{year}-{number:05}",
    "draft": "DR-{year}-{number:05}",
    "purchase_order": "PO-{year}-{number:05}",
    "receipt": "GR-{year}-{number:05}",
    "supplier_return": "RT-{year}-{number:05}",
}
"""The pattern a kind of document has when config.toml names none."""

_SHORT = re.compile(r"^\s*(?P<letters>[A-Za-z]{2})?[\s#-]*(?:(?P<year>\d{4})-)?0*(?P<number>\d{1,9})\s*$")


_RELEASE = re.compile(r"^(?P<order>.*\d)[\s-]*R0*(?P<release>\d{1,5})\s*$", re.IGNORECASE)


def release_of(written: str) -> tuple[str, str]:
    """Part ``PO-118-R3`` into the agreement's number and what stands behind it: ``("PO-118", "-R03")``."""
    found = _RELEASE.match(written)
    return (found["order"], release_suffix(int(found["release"]))) if found is not None else (written, "")


def release_suffix(number: int) -> str:
    """Return what the how many-th release of an agreement adds to its number: ``-R03``."""
    return f"-R{number:02}"


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
