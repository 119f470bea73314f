"""What stands below a table about its rows: a row called by its number, and a rest of which only the figure tells whose it is."""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

from .claims import Claim
from .contents import Content, filled
from .counting import names_other_goods
from .figures import Written
from .goods_names import PlainNames
from .identity import OF_ORDER, Scope
from .known import Order, OrderLine
from .masks import masked
from .merging import Heard, Statement, untold
from .sentences import line_refs, only_puts_off, only_waits, spoken
from .sources import Tools
from .units import PACKS, Unclear, in_order_unit
from .words import words_in

_MOST_SENTENCE = 300
_GOODS_FOLLOW = re.compile(r"\s[^\W\d_]{3}")
_LAST_COUNT = re.compile(r"\s\d")
_LEFT = frozenset({"says.despatch", "says.delivery", "says.order_response", "words.gone"})


def name_rows(claims: list[Claim]) -> None:
    """'Line 2: 40 L to follow' speaks of the article that the mail's own table has in that row."""
    rows: dict[str, list[Claim]] = {}
    for one in claims:
        if one.form == "table" and (number := one.line or one.line_ours):
            rows.setdefault(number.lstrip("0"), []).append(one)
    for claim in claims:
        named = rows.get(claim.line.lstrip("0"), []) if claim.form == "prose" and not claim.line_ours else []
        if len(named) == 1 and not claim.items and named[0].items and "inline" not in claim.flags:
            claim.items, claim.line = list(named[0].items), ""
            claim.order = claim.order or named[0].order


def define_packs(claims: list[Claim], contents: list[Content]) -> None:
    """'1 pack = 12 pairs' below a table holds for the packs of its rows."""
    for claim in claims if contents else ():
        if claim.form == "table":
            claim.figures = {role: [filled(one, contents) for one in said] for role, said in claim.figures.items()}


def settle_rests(heard: Heard, told: Iterable[str], scope: Scope, tools: Tools) -> None:
    """Gives a rest to the one line of which just so much is left: the article that is named, or any."""
    for sentence in told:
        sure = len(sentence) <= _MOST_SENTENCE and (only_waits(sentence, tools.words) or _is_last(sentence, tools))
        if len(sentence) > _MOST_SENTENCE or not (sure or only_puts_off(sentence, tools.words)):
            continue
        spots = scope.spots(sentence)
        named = [one for one in heard.statements if not spots or {spot.key for spot in spots} & one.line.keys]
        days = [(day.start, day.end) for day in tools.calendar.days(sentence)] + tools.calendar.weeks(sentence)
        numbers = [(one.start, one.end) for one in tools.numbers.mentions(sentence, tools.words)]
        numbers += [(spot.start, spot.end) for spot in spots]
        numbers += [(ref.start, ref.end) for ref in line_refs(sentence, tools.words)]
        written = tools.reader.written(sentence, days + numbers)
        counts = [one for one in written if one.counted] or [one for one in written if not one.figure.units]
        rests = {id(one): {_left_of(one, count) for count in counts} - {None} for one in named}
        left = {key: rest for key, said in rests.items() if len(said) == 1 for rest in said if rest is not None}
        if not sure and {one.quantity for one in heard.statements} & set(left.values()):
            # What will be delivered on Friday may as well be what has left.
            continue
        for one in _nearest(sentence, _open_first([one for one in named if id(one) in left], left)):
            rest = left[id(one)]
            heard.statements = [replace(each, outstanding=rest) if each is one else each for each in heard.statements]


def settle_named(heard: Heard, told: Iterable[str], order: Order, place: tuple[Scope, Tools]) -> None:
    """Gives each line the rest that a sentence says of it by name or number, where the figures prove that it is just what is left."""
    scope, tools = place
    names = PlainNames(order, tools.words, scope.numbers_in)
    for sentence in told:
        if len(sentence) > _MOST_SENTENCE or not only_puts_off(sentence, tools.words):
            continue
        spots = [*scope.numbers_in(sentence), *names.find(sentence)]
        taken = [(day.start, day.end) for day in tools.calendar.days(sentence)] + tools.calendar.weeks(sentence)
        taken += [(one.start, one.end) for one in tools.numbers.mentions(sentence, tools.words)]
        counts = tools.reader.written(sentence, taken + [(spot.start, spot.end) for spot in spots])
        for at, one in enumerate(heard.statements):
            said = any(spot.key in one.line.keys for spot in spots)
            rests = {rest for count in counts if (rest := _rest_of(one, count)) is not None} if said else set()
            if len(rests) == 1 and one.outstanding is None:
                heard.statements[at] = replace(one, outstanding=rests.pop())
        _add_uncovered(heard, order, [spot.key for spot in spots], (sentence, counts))


def _add_uncovered(heard: Heard, order: Order, keys: list[str], said: tuple[str, list[Written]]) -> None:
    """A line of which nothing came, when the sentence counts just what is open of it."""
    told = {one.line.line for one in heard.statements if one.order.number == order.number}
    for line in order.lines:
        if line.line in told or not line.open or not line.keys & set(keys):
            continue
        values = {value for count in said[1] for value in worths(count, line)}
        if line.open in values:
            claim = Claim(part="", text=said[0].strip()[:500], form="prose")
            heard.statements.append(Statement(order, line, Decimal(0), line.open, None, claim, OF_ORDER))


def settle_last(heard: Heard, told: Iterable[str], orders: list[Order], place: tuple[Scope, Tools]) -> None:
    """The one open line that nothing was said of waits, where a sentence that only puts off counts just what is open of it."""
    scope, tools = place
    if len(left := untold(heard, orders)) != 1:
        return
    order, line = left[0]
    for sentence in told:
        if len(sentence) > _MOST_SENTENCE or line_refs(sentence, tools.words) or scope.spots(sentence):
            continue
        if not only_puts_off(sentence, tools.words):
            continue
        counts = tools.reader.written(sentence, masked(sentence, [], tools.calendar, tools.numbers))
        rests = [one for one in heard.statements if any(_rest_of(one, count) is not None for count in counts)]
        if len(counts) == 1 and not rests and line.open in worths(counts[0], line):
            claim = Claim(part="", text=sentence.strip()[:500], form="prose")
            heard.statements.append(Statement(order, line, Decimal(0), line.open, None, claim, OF_ORDER))
            return


def worths(count: Written, line: OrderLine) -> set[Decimal]:
    """What a count may be in the unit of a line: as it is said, or in its packs."""
    said = {count.figure.number.value} if not count.figure.units else set()
    with suppress(Unclear):
        said.add(in_order_unit(count.figure, line))
    if not count.figure.units or set(count.figure.units) & PACKS:
        said |= {count.figure.number.value * size for size in line.packs.values()}
    return said


def _rest_of(one: Statement, count: Written) -> Decimal | None:
    """How much of a line is left by a count, if with what was covered it makes up what is open or was ordered."""
    if not one.quantity:
        return None
    fitting = [
        value
        for value in worths(count, one.line)
        if value and one.quantity + value in (one.line.open, one.line.quantity)
    ]
    return fitting[0] if len(fitting) == 1 else None


def strange_counts(heard: Heard, told: Iterable[str], place: tuple[Scope, Tools]) -> list[str]:
    """Counts beside goods called by plain names that no line has: 'the 12 brackets and 4 hinges left' of an order without hinges."""
    scope, tools = place
    if not any(one.by == OF_ORDER for one in heard.statements):
        return []
    lines = [one.line for one in heard.statements]
    known = {value for one in heard.statements for value in (one.quantity, one.outstanding) if value}
    known |= {value for line in lines for value in (line.quantity, line.open, *line.packs.values())}
    known |= {value / size for value in known for line in lines for size in line.packs.values() if size}
    doubts = []
    for sentence in told:
        hits = tools.words.hits(sentence)
        if not any(hit.meaning in _LEFT for hit in spoken(sentence, tools.words)):
            continue
        places = [(spot.start, spot.end) for spot in scope.spots(sentence)]
        places += [(ref.start, ref.end) for ref in line_refs(sentence, tools.words)]
        found = tools.reader.written(sentence, masked(sentence, places, tools.calendar, tools.numbers))
        counts = [one for one in found if one.counted or _GOODS_FOLLOW.match(sentence, one.end)]
        if any(one.figure.number.value not in known and not names_other_goods(one, hits) for one in counts):
            doubts.append(f"a count of goods that no line is called: {' '.join(sentence.split())[:120]}")
    return doubts


def _left_of(one: Statement, rest: Written) -> Decimal | None:
    """The rest in the order's unit, if a line is open by just what was covered and it; None where it is not."""
    if not one.quantity or one.outstanding is not None or one.quantity >= one.line.open:
        return None
    try:
        left = in_order_unit(rest.figure, one.line)
    except Unclear:
        return None
    return left if left > 0 and one.quantity + left in (one.line.open, one.line.quantity) else None


def _open_first(fitting: list[Statement], left: dict[int, Decimal]) -> list[Statement]:
    """Of several lines those of which so much is open; the ordered quantity counts where the open one does not fit."""
    by_open = [one for one in fitting if (one.quantity or Decimal(0)) + left[id(one)] == one.line.open]
    return by_open or fitting


def _is_last(sentence: str, tools: Tools) -> bool:
    """'The last 20 come in week 49': so many behind a word for the last of them, and only to come."""
    ends = [hit.end for hit in tools.words.hits(sentence) if hit.meaning == "words.last"]
    return only_puts_off(sentence, tools.words) and any(_LAST_COUNT.match(sentence, end) for end in ends)


def _nearest(sentence: str, fitting: list[Statement]) -> list[Statement]:
    """Of several lines the one of which the sentence uses the most words; none where two are as near."""
    said = set(words_in(sentence))
    shared = [len(said & set(words_in(one.line.description))) for one in fitting]
    best = [one for one, count in zip(fitting, shared, strict=True) if count == max(shared)]
    return best if len(best) == 1 else []
