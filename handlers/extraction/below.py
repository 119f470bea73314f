"""What stands below a table about its rows: a row called by its number, and a rest of which only the figure tells whose it is."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from .claims import Claim
from .contents import Content, filled
from .figures import Written
from .identity import Scope
from .merging import Heard, Statement
from .sentences import only_waits
from .sources import Tools
from .units import Unclear, in_order_unit
from .words import fold, tokens

_MOST_SENTENCE = 300


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
        if len(sentence) > _MOST_SENTENCE or not only_waits(sentence, tools.words):
            continue
        spots = scope.spots(sentence)
        named = [one for one in heard.statements if not spots or {spot.key for spot in spots} & one.line.keys]
        days = [(day.start, day.end) for day in tools.calendar.days(sentence)] + tools.calendar.weeks(sentence)
        numbers = [(one.start, one.end) for one in tools.numbers.mentions(sentence, tools.words)]
        numbers += [(spot.start, spot.end) for spot in spots]
        counts = [one for one in tools.reader.written(sentence, days + numbers) if one.counted]
        fitting = _nearest(sentence, [one for one in named if len(counts) == 1 and _leaves(one, counts[0])])
        for one in fitting:
            rest = in_order_unit(counts[0].figure, one.line)
            heard.statements = [replace(each, outstanding=rest) if each is one else each for each in heard.statements]


def _leaves(one: Statement, rest: Written) -> bool:
    """Whether a line is open by just what was covered and this rest, which is said in a unit."""
    if not one.quantity or one.outstanding is not None or not rest.figure.units:
        return False
    try:
        left = in_order_unit(rest.figure, one.line)
    except Unclear:
        return False
    return left > Decimal(0) and one.quantity + left in (one.line.open, one.line.quantity)


def _nearest(sentence: str, fitting: list[Statement]) -> list[Statement]:
    """Of several lines the one of which the sentence uses the most words; none where two are as near."""
    said = {token.word for token in tokens(fold(sentence))}
    shared = [len(said & {token.word for token in tokens(fold(one.line.description))}) for one in fitting]
    best = [one for one, count in zip(fitting, shared, strict=True) if count == max(shared)]
    return best if len(best) == 1 else []
