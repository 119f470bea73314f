"""Holds claims against the orders: which line, how much in the order's unit, and what does not fit."""

from collections.abc import Iterable
from decimal import Decimal

from .amounts import alone, one_of
from .checks import check, check_passed
from .claims import Claim
from .identity import OF_ORDER, Scope, keys_of, match
from .known import Order, OrderLine
from .measures import check_refused, in_one_unit, remarked, weighed
from .merging import MOVES, Heard, Statement, merged, untold
from .naming import with_named_count
from .substitutes import names_substitute
from .units import Unclear, same_unit

__all__ = ("MOVES", "Heard", "Statement", "by_content", "compare_twin", "hear", "keys_or_line", "placed")

_EXCUSED = frozenset(
    {
        "future",
        "delay",
        "negation",
        "conditional",
        "question",
        "unaffected",
        "cancellation",
        "rejected",
        "substitute",
        "open",
        "priced",
    }
)
#: 'Not OK' and 'other ones instead' below a line of the order that we asked for say nothing that can be taken.
_UNSAID = frozenset({"agreed", "substitute"})
_SAID_WHY = frozenset({"future", "delay", "cancellation", "rejected", "unaffected"})
_EXCEPTING = frozenset({"except", "cancellation", "rejected", "conditional"})
_PUT_OFF = frozenset({"remark:outstanding", "remark:negation", "remark:unfinished"})
_DENYING = frozenset({"rejected", "cancellation"})
#: What speaks against a count for good, and not only for now.
_ENDING = frozenset({"doubtful", "rejected", "cancellation", "substitute", "conditional"})
_FIRST: dict[str, tuple[str, ...]] = {
    "despatch": ("now", "quantity", "confirmed"),
    "delivery": ("now", "quantity", "confirmed"),
    "order_response": ("confirmed", "now", "quantity", "ordered"),
    "delay": ("outstanding", "quantity", "now", "ordered", "confirmed"),
    "cancellation": ("quantity", "ordered", "outstanding"),
    "invoice": ("now", "quantity", "confirmed"),
}


def hear(claims: Iterable[Claim], kind: str, scope: Scope, orders: list[Order]) -> Heard:
    """Holds every claim against the orders that the mail may act upon."""
    heard = Heard()
    for claim in claims:
        if "alone" not in claim.flags:
            _hear(claim, kind, scope, orders, heard)
    for claim in claims if kind in MOVES else ():
        if "alone" in claim.flags:
            _hear_alone(claim, kind, orders, (scope, heard))
    heard.statements = merged(heard)
    _note_silence(claims, kind, scope, orders, heard)
    return heard


def compare_twin(heard: Heard, twin: list[Claim], kind: str, scope: Scope, orders: list[Order]) -> None:
    """The plain text of a page must not name another quantity than the page; one that is not understood says nothing."""
    other = hear(twin, kind, scope, orders)
    if other.troubles:
        return
    told = {(one.order.number, one.line.line): one.quantity for one in heard.statements}
    for one in other.statements:
        key = (one.order.number, one.line.line)
        if one.quantity and told.get(key) != one.quantity:
            heard.disputed.add(key)
            heard.troubles.append(f"the plain text disagrees on line {key[1]} of {key[0]}")


def _note_silence(claims: Iterable[Claim], kind: str, scope: Scope, orders: list[Order], heard: Heard) -> None:
    """An article that is named, and neither counted nor said to be late or refused, was not understood."""
    told = {(one.order.number, one.line.line) for one in heard.statements}
    for claim in claims if kind in (*MOVES, "order_response", "delay") else ():
        silent = claim.form == "prose" or any(claim.cells.values()) or "unsure_pack" in claim.flags
        if not silent or not keys_or_line(claim) or claim.figures:
            continue
        order, line, by, _ = placed(claim, scope, orders)
        mentioned = by == OF_ORDER and not (claim.flags & MOVES or claim.line or _may_count(claim, line))
        if line is None or mentioned or (_is_excused(claim, kind) and not _is_all_of_it(claim, line)):
            continue
        if kind == "delay" and (not claim.passed or claim.flags & {"unaffected", *MOVES}):
            continue
        if order is not None and (order.number, line.line) not in told:
            heard.trouble("named without a quantity", claim)


def _is_excused(claim: Claim, kind: str) -> bool:
    """Whether a sentence need not count its article; 'one motor left today, the other next week' has to."""
    denied = "negation" in claim.flags or "substitute" in claim.flags
    unsaid = claim.flags & _UNSAID or (kind in MOVES and claim.passed)
    if "inline" in claim.flags and denied and unsaid and not claim.flags & _SAID_WHY:
        return False
    split = claim.flags & MOVES and claim.flags & {"future", "delay"}
    return bool(claim.flags & (_EXCUSED - {"future", "delay"} if split else _EXCUSED))


def _is_all_of_it(claim: Claim, line: OrderLine) -> bool:
    """Whether a figure that no rule took is just what is open of the line: whatever else is said there, it may be its count."""
    return any(figure.number.value in (line.open, line.quantity) for figure in claim.passed)


def _may_count(claim: Claim, line: OrderLine | None) -> bool:
    """Whether a bare figure beside goods that are only called by a name may be a count of them."""
    return line is not None and any(not one.units and 1 < one.number.value <= line.quantity for one in claim.passed)


def _hear_alone(claim: Claim, kind: str, orders: list[Order], place: tuple[Scope, Heard]) -> None:
    """A count without an article is that of an order with one line; of any other it must at least add up."""
    scope, heard = place
    named = [order for order in orders if order.number == claim.order] or orders
    lines = [line for order in named for line in order.lines]
    if len(lines) == 1 and not heard.statements and claim.flags & MOVES and "against" not in claim.flags:
        try:
            heard.statements.append(_stated(claim, kind, (named[0], lines[0], "the order's only line"), scope))
        except Unclear as reason:
            heard.trouble(str(reason), claim)
        return
    values = [
        figure.number.value
        for figure in claim.figures["quantity"]
        if not figure.units or any(same_unit(unit, line.unit) for unit in figure.units for line in lines)
    ]
    told = [one.quantity for one in heard.statements if one.quantity]
    left = untold(heard, named)
    rest = len(left) == 1 and values == [left[0][1].open] and not set(values) & set(told)
    if rest and "against" in claim.flags and not claim.flags & _ENDING:
        return
    if values and "against" in claim.flags:
        heard.trouble("a count without an article speaks against it", claim)
    elif values and not set(values) <= {*told, sum(told, Decimal(0))}:
        heard.trouble("a count without an article", claim)


def _hear(claim: Claim, kind: str, scope: Scope, orders: list[Order], heard: Heard) -> None:
    if kind in MOVES and "asked" in claim.flags and claim.items and claim.figures:
        heard.trouble("asked, not said", claim)
        return
    if _says_nothing(claim, kind):
        return
    order, line, by, trouble = placed(claim, scope, orders)
    if order is not None and scope.supplier is not None and order.supplier != scope.supplier.id:
        heard.foreign.add(order.number)
        heard.trouble("the order was placed with another supplier", claim)
        return
    if order is None or line is None:
        if _matters(claim, kind):
            heard.unmatched.append(claim)
            heard.trouble(trouble, claim)
        return
    if "component" in claim.flags:
        heard.trouble("a part of a set that is ordered by itself, too", claim)
        return
    try:
        heard.statements.append(_stated(claim, kind, (order, line, by), scope))
        if kind in MOVES and "unverbed" in claim.flags and heard.statements[-1].quantity:
            heard.trouble("no word that is known says that it left", claim)
    except Unclear as reason:
        heard.unmatched.append(claim)
        heard.trouble(str(reason), claim)
        if kind in MOVES and _zero(claim, line):
            heard.troubles.pop()


def _says_nothing(claim: Claim, kind: str) -> bool:
    """A sentence that only mentions an article, or only supposes something, states nothing."""
    if "past" in claim.flags:
        return True
    if claim.form != "prose":
        return not claim.figures and not claim.flags & {"unreadable", "as_ordered"}
    if claim.flags & {"conditional", "question"} and not claim.flags & {"despatch", "delivery"}:
        return True
    if "unaffected" in claim.flags and not claim.flags & (MOVES | {"delay", "waiting"}):
        return True
    if kind == "order_response" and "as_ordered" in claim.flags:
        return False
    moved = claim.flags & MOVES and not claim.flags & {"future", "negation", "delay"}
    return not claim.figures and not (moved and kind in MOVES) and not (kind == "delay" and claim.expected_on)


def _matters(claim: Claim, kind: str) -> bool:
    """Whether an unmatched claim would have moved goods or answered the order; freight and parts of sets do not."""
    if claim.flags & {"extra", "component"} and "unreadable" not in claim.flags:
        return False
    if claim.form == "prose" and not keys_or_line(claim):
        return False
    figures = [figure for role in _FIRST.get(kind, ("quantity", "now")) for figure in claim.figures.get(role, [])]
    return any(not figure.is_zero for figure in figures) or "unreadable" in claim.flags or bool(claim.flags & MOVES)


def keys_or_line(claim: Claim) -> bool:
    """Whether the claim names any article or line at all."""
    return bool(claim.items or claim.line or claim.line_ours)


def _zero(claim: Claim, line: OrderLine) -> bool:
    return line.open == 0 and not claim.figures


def placed(claim: Claim, scope: Scope, orders: list[Order]) -> tuple[Order | None, OrderLine | None, str, str]:
    """The order and line that a claim speaks of, by what, or what is wrong."""
    if "stranger" in claim.flags:
        return None, None, "", "an order number that is not known"
    named = scope.known.order_by_number.get(claim.order)
    candidates = [named] if named else orders
    found = [(order, match(claim, order, scope)) for order in candidates]
    lines = [(order, one) for order, one in found if one.line is not None]
    if len(lines) == 1:
        order, one = lines[0]
        return order, one.line, one.by, ""
    if len(lines) > 1:
        return None, None, "", "the article stands on several orders"
    if named is not None:
        return named, None, "", found[0][1].trouble
    return None, None, "", next((one.trouble for _, one in found if one.trouble), "no order that the row belongs to")


def _stated(claim: Claim, kind: str, place: tuple[Order, OrderLine, str], scope: Scope) -> Statement:
    order, line, by = place
    claim = with_named_count(in_one_unit(claim, line), line)
    check_passed(claim, line)
    if kind in MOVES and "waiting" in claim.flags and not names_substitute(claim, line, scope):
        return Statement(order, line, Decimal(0), _left(claim, line), claim.expected_on, claim, by)
    if "unreadable" in claim.flags and (claim.form == "structured" or _is_uncounted(claim, kind)):
        raise Unclear("a quantity that cannot be read")
    now, outstanding = _quantities(claim, kind, line)
    if kind == "cancellation":
        now = Decimal(0)
    check(claim, kind, line, now, outstanding)
    check_refused(claim, now if kind in MOVES else None)
    rest = remarked(claim, line, now) if kind in MOVES and outstanding is None else None
    outstanding = outstanding if rest is None else rest
    denied = claim.form == "prose" and kind == "order_response" and bool(claim.flags & _DENYING)
    if denied or _is_refused(claim, kind, now, rest):
        now = Decimal(0)
    substitute = kind not in ("delay", "cancellation") and names_substitute(claim, line, scope)
    return Statement(order, line, now, outstanding, claim.expected_on, claim, by, substitute)


def _left(claim: Claim, line: OrderLine) -> Decimal | None:
    """What is still to come of a line, in a sentence that speaks of nothing else; None where its figures do not say it."""
    figures = [*claim.figures.get("outstanding", []), *claim.figures.get("quantity", [])]
    try:
        left = one_of(figures, line)
    except Unclear:
        if len({figure.number.value for figure in figures if figure.units}) > 1:
            raise
        return None
    return left if left is not None and left <= line.open else None


def _is_uncounted(claim: Claim, kind: str) -> bool:
    """Whether a row says nothing in the columns that count for this kind, so that what cannot be read would count."""
    counting = _FIRST.get(kind, ()) if kind in (*MOVES, "order_response") else ()
    return claim.form == "table" and bool(counting) and not any(role in claim.figures for role in counting)


def _is_refused(claim: Claim, kind: str, now: Decimal | None, rest: Decimal | None) -> bool:
    """Whether the remark of a row takes its figure back; one that puts it off instead raises Unclear."""
    counted = claim.columns & {"now", "confirmed"}
    if "remark:rejected" in claim.flags and kind in (*MOVES, "order_response"):
        return not now or not counted
    if now and kind in MOVES and not counted and claim.flags & _PUT_OFF and not rest:
        raise Unclear("the remark puts it off")
    return False


def _quantities(claim: Claim, kind: str, line: OrderLine) -> tuple[Decimal | None, Decimal | None]:
    """What is covered now and what is still to come."""
    outstanding = _rest(claim, kind, line)
    role = next((role for role in _FIRST.get(kind, ()) if role in claim.figures), "")
    role = "now" if claim.columns & {"now"} and kind in MOVES else role
    now = (
        _covered(claim, line, role) if kind in (*MOVES, "order_response") else one_of(claim.figures.get(role, []), line)
    )
    if kind == "delay":
        return None, now
    if claim.columns & {"now"} and kind in MOVES:
        now = now if "now" in claim.figures else Decimal(0)
    elif "as_ordered" in claim.flags and kind == "order_response" and "confirmed" not in claim.figures:
        now = _as_ordered(claim, line)
    elif claim.columns & {"confirmed"} and kind == "order_response" and "confirmed" not in claim.figures:
        now = Decimal(0)
    if claim.form == "prose":
        rest = one_of(claim.figures.get("rest", []), line) if now is None and outstanding is None else None
        now, outstanding = (rest, None) if rest == line.open else (now, outstanding if rest is None else rest)
        if _is_balance(claim, kind, line) and now is None and outstanding == line.open:
            now, outstanding = outstanding, None
        return _spoken(claim, kind, now, outstanding)
    if kind == "order_response" and "open" in claim.flags and now is None:
        return outstanding, None
    if kind == "order_response" and not claim.columns & {"confirmed", "now", "quantity"} and now and outstanding:
        raise Unclear("what is confirmed is not said, only what was ordered and what is short")
    return now, outstanding


def _is_balance(claim: Claim, kind: str, line: OrderLine) -> bool:
    """Whether an answer names what is left of a line of which some came before: 'balance of 20 off'."""
    held = claim.flags & (_DENYING | {"delay", "negation", "future", "conditional", "question", "open"})
    return kind == "order_response" and line.open < line.quantity and not held


def _rest(claim: Claim, kind: str, line: OrderLine) -> Decimal | None:
    """What is said to be still to come; a sentence of nothing else that leaves its unit open is left to what was covered."""
    figures = claim.figures.get("outstanding", [])
    only = kind in MOVES and claim.form == "prose" and set(claim.figures) == {"outstanding"}
    return alone(figures, line) if only else one_of(figures, line)


def _covered(claim: Claim, line: OrderLine, role: str) -> Decimal | None:
    """What the figures of a meaning say; where they are in another unit than the order, what is measured beside them."""
    figures = claim.figures.get(role, [])
    try:
        now = one_of(figures, line, (claim.figures.get("ordered", []), claim.figures.get("outstanding", [])))
    except Unclear as reason:
        now = weighed(claim, line, None, [])
        if now is None or role == "ordered":
            raise reason from None
        return now
    return weighed(claim, line, now, figures) if role != "ordered" else now


def _as_ordered(claim: Claim, line: OrderLine) -> Decimal:
    """The ordered quantity, for a line that is accepted without saying how many; another one that is said denies it."""
    said = one_of(claim.figures.get("ordered", []), line)
    if said is not None and said != line.quantity:
        raise Unclear(f"it accepts {said} as ordered, the order has {line.quantity}")
    return line.quantity


def _spoken(
    claim: Claim, kind: str, now: Decimal | None, outstanding: Decimal | None
) -> tuple[Decimal | None, Decimal | None]:
    """In prose the sentence's own verb decides whether its figure left or is still to come."""
    if kind not in MOVES:
        return now, outstanding
    moved = bool(claim.flags & MOVES)
    waits = bool(claim.flags & {"future", "delay", "open", "cancellation", "rejected", "order_response"})
    if waits and not moved and now and outstanding and now != outstanding:
        raise Unclear("what left and what follows cannot be told apart")
    if waits and not moved:
        return Decimal(0), outstanding if outstanding is not None or claim.flags & {"cancellation", "rejected"} else now
    if "negation" in claim.flags and now:
        raise Unclear("said with a denial")
    if claim.flags & _EXCEPTING and now:
        raise Unclear("said with an exception or a condition")
    if moved and now is None:
        raise Unclear("sent, but it is not said how many")
    return now, outstanding


def by_content(claims: list[Claim], scope: Scope) -> list[Order]:
    """The supplier's open orders that hold every article named, for a mail that names no order."""
    if scope.supplier is None:
        return []
    named = [claim for claim in claims if claim.figures and keys_of(claim, scope)]
    orders = [order for order in scope.known.orders_of.get(scope.supplier.id, ()) if order.status == "sent"]
    return [order for order in orders if named and all(match(claim, order, scope).line for claim in named)]
