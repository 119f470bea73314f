"""Rows below an item that part its count among days, as SAP prints them: no goods of their own, but the day of the item."""

from collections.abc import Iterable
from decimal import Decimal

from .claims import Claim
from .dates import Calendar

_COUNTS = ("confirmed", "quantity", "now", "ordered")


def without_schedules(claims: Iterable[Claim], calendar: Calendar) -> list[Claim]:
    """The claims of one table without such rows where they make up the item above them; all of them where they do not."""
    kept: list[Claim] = []
    below: list[Claim] = []
    for claim in claims:
        if kept and _is_schedule(claim, calendar):
            below.append(claim)
            continue
        kept += _left(kept, below, calendar)
        kept.append(claim)
        below = []
    return kept + _left(kept, below, calendar)


def _left(kept: list[Claim], below: list[Claim], calendar: Calendar) -> list[Claim]:
    """What stays of the rows below an item: nothing where their counts are its count; it has come on the last of their days."""
    counts = [_count(one) for one in below]
    if not below or _count(kept[-1]) is None or None in counts:
        return below
    if sum((count for count in counts if count is not None), Decimal(0)) != _count(kept[-1]):
        return below
    told = [[day for text in _texts(one) if (day := calendar.only(text)) is not None] for one in below]
    kept[-1].expected_on = kept[-1].expected_on or max((day for days in told for day in days), default=None)
    if all(len(set(days)) == 1 for days in told):
        kept[-1].schedule = [(count, days[0]) for count, days in zip(counts, told, strict=True) if count is not None]
    return []


def _is_schedule(claim: Claim, calendar: Calendar) -> bool:
    """A row without a number of an article or line that says a day, or had one in its column of days."""
    named = any(map(str.isdigit, "".join(text for text in claim.items if calendar.only(text) is None)))
    dated = claim.expected_on is not None or any(calendar.only(text) for text in _texts(claim))
    return not claim.line and not claim.line_ours and not named and dated and _count(claim) is not None


def _texts(claim: Claim) -> list[str]:
    told = [line for text in (*claim.items, claim.free) for line in text.split("\n") if line.strip()]
    return told + ([claim.expected_on.isoformat()] if claim.expected_on else [])


def _count(claim: Claim) -> Decimal | None:
    """The one count of a row."""
    values = {one.number.value for role in _COUNTS for one in claim.figures.get(role, [])}
    return values.pop() if len(values) == 1 else None
