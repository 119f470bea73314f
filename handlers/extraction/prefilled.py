"""Fills in what a person will look at anyhow: the figures of lines that a mail names, where it is not certain what it does with them."""

from .amounts import alone
from .claims import Claim
from .identity import Scope
from .known import Order, OrderLine
from .merging import MOVES, Heard, Statement
from .statements import hear, placed
from .units import Figure

_COUNTING = ("now", "confirmed", "quantity")
_ENDS = frozenset({"cancellation", "rejected"})
#: What may make a figure one that is not covered.
_HELD = frozenset(
    {"future", "delay", "negation", "conditional", "question", "asked", "cancellation", "rejected", "substitute"}
    | {"doubtful", "open", "past", "torn", "waiting", "unaffected", "unfinished", "priced", "stranger", "component"}
)
Place = tuple[Scope, list[Order]]


def prefilled(heard: Heard, claims: list[Claim], kind: str, place: Place) -> list[Statement]:
    """The lines of a mail that is asked about: its statements, and what it may say of the lines that no statement has."""
    told = _as_said(heard, claims, kind, place)
    if kind not in (*MOVES, "order_response"):
        return told
    taken = {(one.order.number, one.line.line) for one in told} | heard.disputed
    for claim in heard.unmatched:
        order, line, by, _ = placed(claim, *place)
        key = (order.number, line.line) if order is not None and line is not None else None
        if order is None or line is None or key in taken or not _says_what_is_open(claim, line):
            continue
        taken.add((order.number, line.line))
        told.append(Statement(order, line, line.open, None, claim.expected_on, claim, by))
    return told


def _as_said(heard: Heard, claims: list[Claim], kind: str, place: Place) -> list[Statement]:
    """Its statements; of a mail that ends only what is left of some lines, those that it confirms."""
    ended = any(one.claim.flags & _ENDS for one in heard.statements)
    instead = "order_response" if kind == "cancellation" and not ended else ""
    counted = [one for one in hear(claims, instead, *place).statements if one.quantity] if instead else []
    return counted if len(counted) > 1 else list(heard.statements)


def _says_what_is_open(claim: Claim, line: OrderLine) -> bool:
    """Whether a claim names just what is open of its line, and no other figure that could be covered of it."""
    if claim.flags & _HELD or "outstanding" in claim.figures or claim.columns & {"outstanding"}:
        return False
    figures = [figure for role in _COUNTING for figure in claim.figures.get(role, [])]
    values = {alone([figure], line) for figure in figures}
    return line.open in values and not any(_could_be(one, line) for one in [*figures, *claim.passed])


def _could_be(figure: Figure, line: OrderLine) -> bool:
    """Whether a figure may be covered in the place of what is open: not one that repeats it in packs, or says what a pack holds."""
    value = alone([figure], line)
    packs = set(line.packs.values()) | {line.open / size for size in line.packs.values() if size}
    return value is not None and 0 < value < line.quantity and value != line.open and value not in packs
