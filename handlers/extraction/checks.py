"""Holds the figures of one claim against each other, against their columns and against the order."""

import re
from decimal import Decimal

from .claims import Claim
from .known import OrderLine
from .merging import MOVES
from .numbers import plain
from .units import COUNTED, Figure, Unclear, in_order_unit, same_unit

_COUNTING = ("now", "quantity", "confirmed")
#: So many times what was ordered is no count of it any more, but the number of a paper.
_FAR = 10
_NUMBER = re.compile(r"\d+")


def check(claim: Claim, kind: str, line: OrderLine, now: Decimal | None, outstanding: Decimal | None) -> None:
    """Raises Unclear where a claim does not fit itself, its columns or the order; now and outstanding in the order's unit."""
    if claim.form == "prose" and now:
        _check_words(claim, kind)
    _check_figures(claim, kind, line, now, outstanding)
    _check_columns(claim, kind, line, now)
    _check_packs(claim, line, now)
    if claim.form == "prose" and kind in MOVES and not now:
        _check_left(claim)
    if "shared" in claim.flags:
        raise Unclear("one count for several articles")
    if kind in MOVES and "behind" in claim.flags:
        raise Unclear("that something stays is said behind its count, and not of how much")
    if now and kind in MOVES and "doubtful" in claim.flags:
        raise Unclear("said with a reservation")
    _check_wait(claim, kind)
    if kind == "order_response" and "gone" in claim.flags:
        raise Unclear("a confirmation that says of goods that they left")


def check_passed(claim: Claim, line: OrderLine) -> None:
    """A figure beside an article of which no rule knows what it counts may be the count; raises Unclear."""
    told = {figure.number.value for figures in claim.figures.values() for figure in figures}
    counted = any(not figure.is_zero for role in _COUNTING for figure in claim.figures.get(role, []))
    most = line.quantity if counted else _FAR * line.quantity
    named = {Decimal(digits) for digits in _NUMBER.findall(line.description)} if counted else set()
    for figure in claim.passed:
        value = figure.number.value
        could = line.unit not in COUNTED or value == value.to_integral_value()
        other = figure.units and (counted or not _soft([figure], line))
        other = other or (figure.whole and counted)
        more = counted and any(same_unit(unit, line.unit) for unit in figure.units) and value > max(told, default=value)
        likely = could and (more or not other) and 0 < value <= most and value not in told | named
        if likely and not _repeats(figure, claim, line):
            raise Unclear(f"{plain(value)} stands beside it, and nothing says what it counts")


def _repeats(figure: Figure, claim: Claim, line: OrderLine) -> bool:
    """Whether a figure says once more, in packs or in the order's unit, what is counted: '20 rolls, that is 50.000 labels' of 2.500 each."""
    counts = {value for role in _COUNTING for value in _soft(claim.figures.get(role, []), line)}
    return any(figure.number.value in (value, value / size) for value in counts for size in line.packs.values() if size)


def _check_figures(claim: Claim, kind: str, line: OrderLine, now: Decimal | None, outstanding: Decimal | None) -> None:
    """The figures of a row must fit each other and the order; raises Unclear."""
    ordered = _soft(claim.figures.get("ordered", []), line)
    if ordered and not ordered & {line.quantity, line.open} and kind != "order_response":
        raise Unclear(f"it speaks of {min(ordered)} ordered, the order has {line.quantity}")
    if kind in MOVES and now and outstanding and now + outstanding > line.quantity:
        raise Unclear("what was sent and what is to come are more than was ordered")
    if kind in MOVES and now and "now" not in claim.columns and claim.columns & {"quantity"}:
        _check_bare(claim, line, now, outstanding)
    total = _soft(claim.figures.get("total", []), line)
    if now and total and claim.columns and max(total) < now and max(total) + now > line.quantity:
        raise Unclear("more was sent than the total says")
    packed = any(figure.content for figure in claim.figures.get("quantity", []))
    if now and packed and claim.form == "prose" and total and max(total) < now:
        raise Unclear("what the packs hold and their sum do not agree")


def _check_words(claim: Claim, kind: str) -> None:
    """A sentence that speaks of repairs or guesses, or whose figures have no unit, is not certain."""
    if kind in (*MOVES, "order_response") and "doubtful" in claim.flags:
        raise Unclear("said with a reservation")
    if kind == "order_response" and claim.flags & MOVES and not claim.flags & {"future", "conditional", "negation"}:
        raise Unclear("a confirmation that says of goods that they left")
    if kind in MOVES and "unfinished" in claim.flags:
        raise Unclear("said of goods that are not ready")
    if kind in MOVES and "torn" in claim.flags:
        raise Unclear("what left and what follows cannot be told apart")
    if "several" in claim.flags:
        raise Unclear("several figures, and none says what it counts")
    units = [figure.units for figure in claim.figures.get("quantity", [])]
    if len(set(units)) < len(units):
        raise Unclear("several quantities in one sentence")


def _check_left(claim: Claim) -> None:
    """Several figures that are all still to come, and none that came: one of them may be what came."""
    counted = any(claim.figures.get(role) for role in _COUNTING)
    if len(claim.figures.get("outstanding", [])) > 1 and not counted:
        raise Unclear("what came and what is still to come cannot be told apart")


def _check_wait(claim: Claim, kind: str) -> None:
    """A delay is only that of which some word says that it waits, or a day when it comes."""
    dated = claim.expected_on is not None and "outstanding" not in claim.figures
    waits = dated or bool(claim.flags & {"delay", "future", "open", "negation", "affected"})
    if kind == "delay" and claim.form == "prose" and "quantity" in claim.figures and not waits:
        raise Unclear("no word that is known says that it is late")


def _check_columns(claim: Claim, kind: str, line: OrderLine, now: Decimal | None) -> None:
    """A column whose head is not understood could be the one that counts."""
    sure = {"now"} if kind in MOVES else {"confirmed", "now"}
    if claim.form != "table" or kind not in (*MOVES, "order_response") or claim.columns & sure:
        return
    if any(_could_count(value, line, now) for value in claim.unnamed):
        raise Unclear("a column with figures has a head that is not understood")
    if now is None and not claim.flags & {"open"}:
        raise Unclear("no column says how many")


def _could_count(value: Decimal, line: OrderLine, now: Decimal | None) -> bool:
    """Whether a figure below a head that is not understood could be the count: no part of a piece, and not what was ordered beside a lower count."""
    if value > line.quantity or value == now or (line.unit in COUNTED and value != value.to_integral_value()):
        return False
    return not (now and value == line.quantity != now)


def _check_packs(claim: Claim, line: OrderLine, now: Decimal | None) -> None:
    """A bare figure beside a column of what one pack holds could count packs, unless the packs beside it say otherwise."""
    if (
        not now
        or claim.per is None
        or claim.per <= 1
        or any(figure.units for one in claim.figures.values() for figure in one)
    ):
        return
    if claim.packs is not None and claim.packs * claim.per == now:
        return
    if now * claim.per <= line.quantity and not any(figure.content for one in claim.figures.values() for figure in one):
        raise Unclear(f"{now} could count packs of {claim.per}")


def _check_bare(claim: Claim, line: OrderLine, now: Decimal, outstanding: Decimal | None) -> None:
    """A column that only says 'quantity' beside a back-order could be the ordered one."""
    if outstanding and now == line.quantity:
        raise Unclear("the quantity could be what was ordered")
    if claim.columns & {"total"} and "ordered" not in claim.columns and now == line.quantity and line.received:
        raise Unclear("the quantity could be what was ordered")


def _soft(figures: list[Figure], line: OrderLine) -> set[Decimal]:
    values = set()
    for figure in figures:
        try:
            values.add(in_order_unit(figure, line))
        except Unclear:
            continue
    return values
