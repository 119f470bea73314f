"""What statements add up to: the response, the common day, the number of the document, and what is too much."""

from datetime import date

from .fields import Head
from .kinds import Votes
from .known import Order
from .lexicon import Lexicon
from .occasions import LEAVING, MOMENT, SPOKEN
from .sentences import line_refs, spoken
from .statements import MOVES, Heard, Statement
from .words import words_in

_STEM = 5
_NOT_ALL = frozenset({"words.negation", "words.except", "says.conditional", "says.question"})
_PUTS_OFF = frozenset({"says.future", "says.delay", "says.cancellation", "words.outstanding", "words.negation"})
_MOST_AHEAD = 3
#: Under which names a number may be that of any document: a word that does not say its kind, or the begin of a line.
_ANY_DOCUMENT = ("document", "leading")
_NUMBERS_OF = {"delivery": ("delivery", "despatch"), "despatch": ("despatch", "delivery")}


def response_of(votes: Votes, heard: Heard) -> str | None:
    """accepted, changed or rejected, by what the statements add up to; None where nothing is answered."""
    given = [one for one in heard.statements if one.quantity is not None]
    if "rejected" in votes.says and not any(one.quantity for one in given):
        return "rejected"
    if not given:
        said = "order_response" in votes.says or ("order_response" in votes.titles and "everything" in votes.flags)
        return None if not said else "changed" if "changed" in votes.flags else "accepted"
    full = all(one.quantity in (one.line.quantity, one.line.open) for one in given) and _is_whole(given)
    changed = bool(votes.says.get("delay")) or "changed" in votes.flags or any(_is_dearer(one) for one in given)
    return "accepted" if full and not changed else "changed"


def _is_dearer(one: Statement) -> bool:
    """Whether another price is named; one a hundred times as large is a price for a hundred."""
    said, agreed = one.claim.price, one.line.unit_price
    return said is not None and agreed is not None and said != agreed and agreed / 2 < said < agreed * 2


def _is_whole(given: list[Statement]) -> bool:
    """Whether every open line of every order spoken of is answered."""
    orders = {id(one.order): one.order for one in given}.values()
    return all(
        {one.line.line for one in given if one.order == order} >= {line.line for line in order.lines if line.open}
        for order in orders
    )


def common_day(statements: list[Statement]) -> date | None:
    """The day that all lines share."""
    days = {one.expected_on for one in statements if one.expected_on}
    return days.pop() if len(days) == 1 else None


def expected_day(head: Head, statements: list[Statement], kind: str, *, written: bool = False) -> date | None:
    """The day of arrival, as a date only if it has to be written; of several days of a delay that no article has, one may be the old one."""
    first = _coming(head) if kind in MOVES else None
    named, common = (
        _arrival(head, kind) or first or head.first_day("expected_on", written=written),
        common_day(statements),
    )
    if kind == "order_response":
        return named or common or _promised_to_leave(head)
    if kind != "delay":
        return named or common
    several = len(set(head.days.get("expected_on", []))) > 1
    return common or (None if several else named)


def _coming(head: Head) -> date | None:
    """The first day on which goods that have left are to come, before one on which others are only to leave."""
    left = set(head.days.get(LEAVING, []))
    return next((day for day in head.days.get("expected_on", []) if day not in left), None)


def _arrival(head: Head, kind: str) -> date | None:
    """The one later day beside a 'delivery date' that is only the day of despatch said once more."""
    days, left = set(head.days.get("expected_on", [])), set(head.days.get("despatched_on", []))
    later = {day for day in days if left and day > max(left)}
    return later.pop() if kind == "despatch" and len(later) == 1 and days > later and days - later <= left else None


def _promised_to_leave(head: Head) -> date | None:
    """The one day of shipping that an answer to an order names: goods that are only confirmed have not left."""
    days = set(head.days.get("despatched_on", []))
    return days.pop() if len(days) == 1 else None


def past_day(head: Head, name: str, today: date | None) -> date | None:
    """The first day under this name that can have been; what is to follow later leaves on another day."""
    days = head.days.get(name, [])
    return next((day for day in days if not _is_ahead(day, today)), None)


def moved_days(head: Head, kind: str, today: date | None) -> tuple[date | None, date | None]:
    """The days of despatch and of handover; what a despatch calls a handover was one to a carrier, and a handover's only day is its own."""
    left, came = past_day(head, "despatched_on", today), past_day(head, "delivered_on", today)
    if kind == "despatch" and left is None:
        return past_day(head, "despatched_on" + SPOKEN, today) or came, None
    if kind == "delivery" and came is None:
        days = {*head.days.get("expected_on", []), *head.days.get(MOMENT, [])}
        came = days.pop() if len(days) == 1 else None
        return left, None if came is None or (today is not None and came > today) else came
    return left, came


def odd_days(head: Head, statements: list[Statement], today: date | None) -> list[str]:
    """What is odd about the days on which goods are said to have left or come: not yet there, or before they were ordered."""
    days = [day for name in ("despatched_on", "delivered_on") for day in head.days.get(name, [])]
    ordered = max((one.order.ordered_on for one in statements if one.order.ordered_on), default=None)
    rest = any(one.outstanding for one in statements)
    late = days if days and not rest and all(_is_ahead(day, today) for day in days) else []
    early = [day for day in days if ordered and day < ordered]
    return [f"{day.isoformat()} is still to come" for day in late] + [
        f"{day.isoformat()} was before the order" for day in early
    ]


def _is_ahead(day: date, today: date | None) -> bool:
    return today is not None and (day - today).days > _MOST_AHEAD


def document_number(head: Head, kind: str, orders: set[str]) -> str | None:
    """The number of the document, by the name that fits the kind; an order's number is none."""
    names = (*_NUMBERS_OF.get(kind, (kind,)), *_ANY_DOCUMENT)
    named = (number for name in names for number in head.numbers.get(name, []))
    return next((number for number in named if number not in orders), None)


def excesses(heard: Heard, kind: str) -> tuple[str, ...]:
    """A sentence for each statement of more than is open, or than was ordered."""
    return tuple(
        f"{one.quantity} on line {one.line.line} of {one.order.number}, open are {one.line.open}"
        for one in heard.statements
        if one.quantity is not None and one.quantity > (one.line.open if kind in MOVES else one.line.quantity)
    )


def says_all(sentence: str, kind: str, words: Lexicon) -> bool:
    """Whether a sentence says of everything, and not of one line, what a mail of this kind says."""
    names = {hit.meaning for hit in spoken(sentence, words)}
    denied = names & _NOT_ALL or sentence.rstrip().endswith("?")
    return {"words.everything", f"says.{kind}"} <= names and not denied and not line_refs(sentence, words)


def excepts(sentence: str, order: Order, words: Lexicon) -> bool:
    """Whether another sentence puts some of the order's goods off."""
    return bool({hit.meaning for hit in words.hits(sentence)} & _PUTS_OFF) and _speaks_of(sentence, order)


def _speaks_of(sentence: str, order: Order) -> bool:
    """Whether a sentence uses a word of the order's descriptions: 'all was sent' may then not hold for that article."""
    goods = {word[:_STEM] for line in order.lines for word in words_in(line.description)}
    said = {word[:_STEM] for word in words_in(sentence)}
    return any(len(stem) == _STEM and stem.isalpha() for stem in goods & said)
