"""Joins what came in several steps or messages, and names what keeps a structured document from being taken as it stands."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from handlers.extraction.claims import Claim, Notice
from handlers.extraction.numbers import Number
from handlers.extraction.units import Figure

#: What keeps a structured document from being taken as it stands.
WITHDRAWN = "the document takes back an earlier one"
REPLACES = "the document replaces an earlier one"
REPEATED = "the document is a copy of an earlier one"
TEST = "the document is marked as a test"
PLANNED = "the document only plans what it names"
CUT_OFF = "the document ends before its end"


def add_up(claim: Claim, role: str, figure: Figure) -> None:
    """Adds what is said in several steps (deliveries of one line) to one figure; other units cannot be added."""
    before = claim.figures.get(role, [])
    if not before:
        claim.add(role, figure)
    elif before[0].units == figure.units:
        total = Number(before[0].number.value + figure.number.value)
        claim.figures[role] = [replace(before[0], number=total, text=f"{before[0].text} + {figure.text}")]
    else:
        claim.flags.add("unreadable")


def joined(notices: list[Notice]) -> Notice | None:
    """One notice of all messages of the first one's kind; None for none, the same one for one."""
    if len(notices) < 2:  # noqa: PLR2004 - nothing to join
        return next(iter(notices), None)
    first = notices[0]
    same = [one for one in notices if one.kind == first.kind]
    doubts = [doubt for one in notices for doubt in one.doubts]
    if len(same) < len(notices):
        doubts.append("messages of several kinds in one interchange")
    if _meet(same):
        doubts.append("several messages of one order in one interchange")
    return Notice(
        first.kind,
        number=_common(one.number for one in same),
        issued_on=_day(one.issued_on for one in same),
        response=_common(one.response for one in same),
        carrier=_common(one.carrier for one in same),
        tracking=list(dict.fromkeys(number for one in same for number in one.tracking)),
        despatched_on=_day(one.despatched_on for one in same),
        expected_on=_day(one.expected_on for one in same),
        delivered_on=_day(one.delivered_on for one in same),
        orders=list(dict.fromkeys(number for one in same for number in one.orders)),
        claims=[claim for one in same for claim in one.claims],
        doubts=list(dict.fromkeys(doubts)),
    )


def _meet(notices: list[Notice]) -> bool:
    """Whether two messages speak of one order, one names none, or two bear one number."""
    orders = [number for one in notices for number in set(one.orders)]
    numbers = [one.number for one in notices if one.number]
    return (
        len(orders) != len(set(orders)) or len(numbers) != len(set(numbers)) or not all(one.orders for one in notices)
    )


def _common(texts: Iterable[str]) -> str:
    found = set(texts)
    return found.pop() if len(found) == 1 else ""


def _day(days: Iterable[date | None]) -> date | None:
    found = set(days)
    return found.pop() if len(found) == 1 else None
