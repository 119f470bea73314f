"""Tells what the bare figures of a row count, the order's unit or packs of it: proved by the order and by the row itself."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from .claims import Claim
from .known import OrderLine
from .numbers import Number
from .units import PACKS, Figure

_COUNTS = ("now", "confirmed", "quantity")


@dataclass(frozen=True, slots=True)
class _Row:
    """The bare figures of a row, what it measures in the order's unit, and the order line that it speaks of."""

    claim: Claim
    line: OrderLine
    ordered: Decimal | None
    now: Decimal | None
    left: Decimal | None
    measured: frozenset[Decimal]


def in_proved_unit(claim: Claim, line: OrderLine, measured: set[Decimal]) -> Claim:
    """The row with its bare figures in the order's unit, where just one reading is proved and nothing speaks against it."""
    loose = _loose(claim, line)
    bare = {role: [one for one in said if is_bare(one) or one in loose] for role, said in claim.figures.items()}
    if claim.form != "table" or not any(bare.values()):
        return claim
    row = _Row(claim, line, _alone(bare, "ordered"), _counted(bare), _alone(bare, "outstanding"), frozenset(measured))
    sizes = {*line.packs.values(), *_stated(claim)} | (set() if loose else {Decimal(1)})
    proved = [size for size in sizes if _is_proved(row, size) and not _is_denied(row, size)]
    if len(proved) != 1 or (proved[0] == 1 and not (line.packs and claim.per is None)):
        return claim
    claim = replace(claim, figures={role: [_bare(one, loose) for one in said] for role, said in claim.figures.items()})
    said = {role: [_scaled(one, proved[0], line.unit) for one in figures] for role, figures in claim.figures.items()}
    return replace(claim, figures=said)


def _loose(claim: Claim, line: OrderLine) -> list[Figure]:
    """The figures of a row that are all in one pack by a word that the order has no size for: '12 boxes' where it knows packs."""
    told = [one for said in claim.figures.values() for one in said if not one.is_zero]
    packed = [one for one in told if set(one.units) <= PACKS - set(line.packs) and one.units and one.content is None]
    plain = all(one.number.other is None and not one.strange and not one.sizes for one in packed)
    return packed if packed and plain and len(packed) == len(told) and len({one.units for one in packed}) == 1 else []


def _bare(figure: Figure, loose: list[Figure]) -> Figure:
    return replace(figure, units=(), word="") if figure in loose else figure


def is_bare(figure: Figure) -> bool:
    """Whether a figure says nothing but its number."""
    return not figure.units and figure.content is None and not figure.sizes and figure.number.other is None


def _scaled(figure: Figure, size: Decimal, unit: str) -> Figure:
    if not is_bare(figure):
        return figure
    return replace(figure, number=Number(figure.number.value * size), units=(unit,))


def _stated(claim: Claim) -> set[Decimal]:
    return claim.sizes | ({claim.per} if claim.per else set())


def _counted(bare: dict[str, list[Figure]]) -> Decimal | None:
    return next((_alone(bare, role) for role in _COUNTS if bare.get(role)), None)


def _alone(bare: dict[str, list[Figure]], role: str) -> Decimal | None:
    values = {one.number.value for one in bare.get(role, [])}
    return values.pop() if len(values) == 1 else None


# -- what proves that a figure counts packs of a size, a size of one being the order's own unit


def _by_order(row: _Row, size: Decimal) -> bool:
    """What it calls ordered is what was ordered."""
    return row.ordered is not None and row.ordered * size == row.line.quantity


def _by_balance(row: _Row, size: Decimal) -> bool:
    """What left and what follows make up what was ordered."""
    return bool(row.now and row.left) and _is_all((row.now or Decimal(0)) + (row.left or Decimal(0)), row, size)


def _by_nothing_left(row: _Row, size: Decimal) -> bool:
    """Nothing follows, and the count is all of it."""
    return size != 1 and bool(row.now) and row.left == 0 and _is_all(row.now or Decimal(0), row, size)


def _by_measure(row: _Row, size: Decimal) -> bool:
    """The row says the same in the order's unit."""
    return size != 1 and bool(row.now) and row.measured == {(row.now or 0) * size}


def _by_amount(row: _Row, size: Decimal) -> bool:
    """The sum of the row is what so many cost by the price of the order."""
    agreed, count = row.line.unit_price, row.now
    return bool(agreed and count) and (agreed or Decimal(0)) * (count or Decimal(0)) * size in row.claim.amounts


def _by_name(row: _Row, size: Decimal) -> bool:
    """The goods are called by the pack of which the order speaks, too, and so many such packs are all of it."""
    known = size in row.claim.sizes and size in row.line.packs.values()
    return known and any(_is_all(one, row, size) for one in (row.now, row.left) if one)


_PROOFS: tuple[Callable[[_Row, Decimal], bool], ...] = (
    _by_order, _by_balance, _by_nothing_left, _by_measure, _by_amount, _by_name,
)  # fmt: skip


def _is_all(count: Decimal, row: _Row, size: Decimal) -> bool:
    return count * size in (row.line.quantity, row.line.open)


def _is_proved(row: _Row, size: Decimal) -> bool:
    return any(proof(row, size) for proof in _PROOFS)


def _is_denied(row: _Row, size: Decimal) -> bool:
    """Whether the reading is more than is open, or is not what the row itself says in other words."""
    if size == 1:
        return _breaks_packs(row)
    more = any(one is not None and one * size > row.line.open for one in (row.now, row.left))
    other = row.ordered is not None and row.ordered * size not in (row.line.quantity, row.line.open)
    unlike = bool(row.measured and row.now) and row.measured != {(row.now or 0) * size}
    return more or other or unlike


def _breaks_packs(row: _Row) -> bool:
    """Whether only a part of a pack that the row itself names would have left: '1000 ordered | Box/100 | 7 sent'."""
    named = row.claim.sizes & set(row.line.packs.values())
    torn = row.now is not None and any(row.now % size for size in named)
    return torn and not _by_balance(row, Decimal(1)) and not _by_amount(row, Decimal(1))
