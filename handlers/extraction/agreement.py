"""Holds what a page's markup says against what the page shows, and an answer against the lines that it does not name."""

from .claims import Claim, Notice
from .fields import Head
from .formats.markup import Markup
from .identity import Scope, match
from .known import Order
from .statements import MOVES, Heard, Statement, hear


def accepted_rest(notice: Notice | None, heard: Heard, orders: list[Order]) -> list[Statement]:
    """The lines of the one order that an answer accepts without naming them; none where anything was not understood."""
    if notice is None or not notice.whole or heard.troubles or len(orders) != 1 or notice.doubts:
        return []
    told = {one.line.line for one in heard.statements}
    claim = Claim(
        part="", text=f"the answer {notice.number} holds for the lines that it does not name", form="structured"
    )
    return [
        Statement(orders[0], line, line.quantity, None, notice.expected_on, claim, "the whole answer")
        for line in orders[0].lines
        if line.open > 0 and line.line not in told
    ]


def answer_doubts(notice: Notice | None, heard: Heard) -> list[str]:
    """An answer that accepts the order as it stands, and a line of it that does not."""
    if notice is None or notice.response != "accepted":
        return []
    others = [one for one in heard.statements if one.quantity is not None and one.quantity != one.line.quantity]
    return [f"the answer accepts the order, and line {one.line.line} of it says {one.quantity}" for one in others[:1]]


def denials(claims: list[Claim], heard: Heard, scope: Scope, orders: list[Order]) -> list[str]:
    """Sentences that hold an article back of which another source says that all of it was sent."""
    sent = {
        (one.order.number, one.line.line) for one in heard.statements if one.quantity and one.quantity >= one.line.open
    }
    doubts = []
    for claim in claims if sent else ():
        if claim.form != "prose" or not claim.items or claim.figures or not _holds_back(claim.flags):
            continue
        lines = [(order.number, match(claim, order, scope).line) for order in orders]
        if any(line is not None and (number, line.line) in sent for number, line in lines):
            doubts.append(f"a sentence holds back what was sent: {' '.join(claim.text.split())[:120]}")
    return doubts


def _holds_back(flags: set[str]) -> bool:
    if flags & MOVES or flags & {"question", "conditional", "past"}:
        return False
    return bool(flags & {"cancellation", "rejected"}) or (
        "negation" in flags and bool(flags & {"future", "delay", "open"})
    )


def compare_parcel(markup: list[Markup], heard: Heard, kind: str, place: tuple[Scope, list[Order]]) -> None:
    """What a parcel is said to hold must be what is shown; where nothing is shown, the markup alone proves nothing."""
    claims = [claim for one in markup for claim in one.claims]
    other = hear(claims, kind, *place)
    told = {(one.order.number, one.line.line): one.quantity for one in heard.statements}
    for one in other.statements:
        key = (one.order.number, one.line.line)
        if one.quantity and told.get(key) != one.quantity:
            heard.disputed.add(key)
            heard.troubles.append(f"the markup of the page disagrees on line {key[1]} of {key[0]}")
    if other.troubles and not heard.disputed:
        heard.troubles.append(f"the markup of the page: {other.troubles[0]}")


def markup_doubts(markup: list[Markup], shown: set[str], known: set[str], head: Head) -> list[str]:
    """Orders, parcels and days that the markup says otherwise than the page; shown and known are order numbers."""
    doubts = [
        f"only the markup of the page names the order {number}"
        for one in markup
        for number in one.orders
        if number in known - shown
    ]
    parcels = {"".join(number.split()) for number in head.tracking}
    said = {number for one in markup for number in one.tracking}
    if parcels and said and not parcels & said:
        doubts.append("the markup of the page names another parcel")
    day = head.first_day("expected_on")
    for one in markup:
        first, last = one.expected_from or one.expected_until, one.expected_on
        if day is not None and first is not None and last is not None and not first <= day <= last:
            doubts.append(f"the markup of the page names another day than {day}")
    return doubts
