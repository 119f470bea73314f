"""What is said of each order line, and how rows, sentences and sources that speak of one line become one statement."""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from .claims import Claim
from .known import Order, OrderLine

MOVES = frozenset({"despatch", "delivery"})


@dataclass(frozen=True, slots=True)
class Statement:
    """What is said of one order line: covered now and still to come, in the order's unit; None is not said."""

    order: Order
    line: OrderLine
    quantity: Decimal | None
    outstanding: Decimal | None
    expected_on: date | None
    claim: Claim
    by: str
    substitute: bool = False
    parts: tuple[tuple[Decimal, date], ...] = ()
    """How the quantity is parted among days, the earliest first; empty where one day or none holds for all of it."""


@dataclass(slots=True)
class Heard:
    """All statements of one mail and everything that kept a claim from being one."""

    statements: list[Statement] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    unmatched: list[Claim] = field(default_factory=list)
    foreign: set[str] = field(default_factory=set)
    disputed: set[tuple[str, int]] = field(default_factory=set)

    def trouble(self, reason: str, claim: Claim) -> None:
        """Notes why a claim could not be taken."""
        self.troubles.append(f"{reason}: {' '.join(claim.text.split())[:120]}")


def untold(heard: Heard, orders: list[Order]) -> list[tuple[Order, OrderLine]]:
    """The open lines of orders of which no statement speaks."""
    told = {(one.order.number, one.line.line) for one in heard.statements}
    return [
        (order, line) for order in orders for line in order.lines if line.open and (order.number, line.line) not in told
    ]


def merged(heard: Heard) -> list[Statement]:
    """One statement per line: rows of one source add up, sources must agree."""
    groups: dict[tuple[str, int], dict[tuple[str, str], list[Statement]]] = {}
    _drop_repeats(heard)
    _doubt_more_tables(heard)
    for one in heard.statements:
        source = (one.claim.part, one.claim.form)
        groups.setdefault((one.order.number, one.line.line), {}).setdefault(source, []).append(one)
    agreed_lines = []
    for key, by_source in groups.items():
        sums = [_summed(statements, heard) for statements in by_source.values()]
        agreed = _agreed(sums)
        if agreed is None:
            heard.disputed.add(key)
            heard.troubles.append(f"two sources disagree on line {key[1]} of {key[0]}")
        else:
            agreed_lines.append(agreed)
    return agreed_lines


def _doubt_more_tables(heard: Heard) -> None:
    """Goods in a further table of one part, under a line that does not say that they left, may be something else."""
    first: dict[str, str] = {}
    for one in heard.statements:
        claim = one.claim
        if claim.form != "table" or not one.quantity or not claim.grid:
            continue
        further = first.setdefault(claim.part, claim.grid) != claim.grid
        if further and "apart" in claim.flags and not claim.columns & {"now", "confirmed"}:
            heard.trouble("a further table whose heading does not say that this left", claim)
            return


def _drop_repeats(heard: Heard) -> None:
    """The same goods in two tables of one part are a summary and its detail, or two deliveries: sure only where both are too much."""
    tables: dict[tuple[str, str], dict[tuple[str, int], Decimal]] = {}
    for one in heard.statements:
        if one.claim.form == "table" and one.claim.grid and one.quantity:
            told = tables.setdefault((one.claim.part, one.claim.grid), {})
            key = (one.order.number, one.line.line)
            told[key] = told.get(key, Decimal(0)) + one.quantity
    names = list(tables)
    for at, name in enumerate(names):
        for other in names[:at]:
            if other in tables and other[0] == name[0] and tables[name] == tables[other]:
                _drop_repeat(heard, name, tables[name])
                del tables[name]
                break


def _drop_repeat(heard: Heard, name: tuple[str, str], told: dict[tuple[str, int], Decimal]) -> None:
    repeated = [one for one in heard.statements if (one.claim.part, one.claim.grid) == name and one.quantity]
    if any(2 * told[one.order.number, one.line.line] > one.line.open for one in repeated):
        heard.statements = [one for one in heard.statements if one not in repeated]
    else:
        heard.trouble("the same figures stand in two tables", repeated[0].claim)


def _listed(statements: list[Statement], heard: Heard) -> Decimal | None:
    """List entries of one article add up where each stands under a parcel of its own, and else ask; sentences only repeat."""
    counted = [one for one in statements if one.quantity and not one.claim.flags & MOVES]
    if len(counted) < 2 or len(counted) < len([one for one in statements if one.quantity]):  # noqa: PLR2004
        return None
    sections = {one.claim.grid for one in counted}
    if "" in sections or len(sections) < len(counted):
        heard.trouble("the article is listed twice", counted[0].claim)
        return None
    return sum((one.quantity for one in counted if one.quantity), Decimal(0))


def _summed(statements: list[Statement], heard: Heard) -> Statement:
    first = statements[0]
    quantities = [one.quantity for one in statements if one.quantity is not None]
    quantity = sum(quantities, Decimal(0)) if quantities else None
    parcels = {one.claim.grid for one in statements if one.quantity}
    apart = "" not in parcels and len(parcels) == len([one for one in quantities if one])
    if first.claim.form == "prose" and len({one for one in quantities if one}) > 1 and not apart:
        heard.trouble("several quantities for one article", first.claim)
    elif first.claim.form == "prose" and quantities:
        quantity = _listed(statements, heard) or max(quantities)
    outstanding = max((one.outstanding for one in statements if one.outstanding is not None), default=None)
    if first.claim.form == "prose" and _is_more(quantity, outstanding, first.line):
        heard.trouble("what was sent and what is to come are more than was ordered", first.claim)
    days = {one.expected_on for one in statements if one.expected_on}
    return replace(
        first,
        quantity=quantity,
        outstanding=outstanding,
        expected_on=days.pop() if len(days) == 1 else None,
        substitute=any(one.substitute for one in statements),
        parts=_parts(statements, quantity),
    )


def _parts(statements: list[Statement], quantity: Decimal | None) -> tuple[tuple[Decimal, date], ...]:
    """Return how a quantity is parted among days: by rows of the same article, or by the rows below one; else nothing."""
    if len(statements) == 1:
        told = statements[0].claim.schedule
    else:
        told = [(one.quantity, one.expected_on) for one in statements if one.quantity and one.expected_on]
    sums: dict[date, Decimal] = {}
    for count, day in told:
        sums[day] = sums.get(day, Decimal(0)) + count
    whole = sum(sums.values(), Decimal(0)) == quantity
    return tuple((sums[day], day) for day in sorted(sums)) if whole and len(sums) > 1 else ()


def _is_more(quantity: Decimal | None, outstanding: Decimal | None, line: OrderLine) -> bool:
    return bool(quantity and outstanding) and (quantity or 0) + (outstanding or 0) > line.quantity


def _agreed(sums: list[Statement]) -> Statement | None:
    """The statement of all sources together; None where two name different quantities."""
    spoken = [one for one in sums if one.quantity is not None and (one.quantity or one.claim.form != "prose")]
    if len({one.quantity for one in spoken}) > 1:
        return None
    best = spoken[0] if spoken else sums[0]
    outstanding = next((one.outstanding for one in sums if one.outstanding is not None), None)
    return replace(
        best,
        outstanding=outstanding if best.outstanding is None else best.outstanding,
        expected_on=best.expected_on or next((one.expected_on for one in sums if one.expected_on), None),
        substitute=any(one.substitute for one in sums),
    )
