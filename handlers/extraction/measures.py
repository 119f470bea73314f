"""What stands beside a count: metres, litres and kilograms, and figures of one row that prove in which unit all of them are."""

from dataclasses import replace
from decimal import Decimal

from .claims import Claim
from .known import OrderLine
from .packing import in_proved_unit
from .units import PACKS, PIECES, Figure, Unclear, in_order_unit, same_unit

_COUNTS = ("now", "confirmed", "quantity")


def in_one_unit(claim: Claim, line: OrderLine) -> Claim:
    """A row with its bare figures in the order's unit, where the order or the row itself proves what they count."""
    claim = _in_its_own_packs(claim, line)
    return in_proved_unit(claim, line, _in_unit(claim.measures.get("measure", []), line))


def _in_its_own_packs(claim: Claim, line: OrderLine) -> Claim:
    """A row that counts bottles where the order counts pieces, and says that as many bottles were ordered as the order has pieces."""
    told = [one for one in claim.figures.get("ordered", []) if one.units and one.number.value == line.quantity]
    strange = [
        one for one in told if set(one.units) <= PACKS - set(line.packs) and (one.content is None or one.described)
    ]
    if claim.form != "table" or line.unit not in PIECES or not strange:
        return claim
    units = strange[0].units
    said = {
        role: [
            replace(one, units=(line.unit,), content=None, content_units=())
            if one.units == units and (one.content is None or one.described)
            else one
            for one in figures
        ]
        for role, figures in claim.figures.items()
    }
    return replace(claim, figures=said)


def remarked(claim: Claim, line: OrderLine, now: Decimal | None) -> Decimal | None:
    """What the remark of a row says is short, where just so much is left of the line: '40 | 20 short, follow on Monday' of 60."""
    told = _in_unit(claim.measures.get("remark", []), line) if now else set()
    rest = told.pop() if len(told) == 1 else None
    return rest if rest and now and now + rest in (line.open, line.quantity) else None


def check_refused(claim: Claim, now: Decimal | None) -> None:
    """What was refused at the gate is not part of what counts only where both make up what was loaded; raises Unclear."""
    refused = sum((one.number.value for one in claim.measures.get("refused", [])), Decimal(0))
    loaded = {one.number.value for one in claim.measures.get("loaded", [])}
    counts = {one.number.value for role in _COUNTS for one in claim.figures.get(role, [])}
    if now and refused and loaded != {count + refused for count in counts}:
        raise Unclear(f"{refused} were refused")


def measured(claim: Claim, line: OrderLine) -> Decimal | None:
    """What the measures of a row say in the order's unit; a weight, which may be that of the packing, only where the packs agree."""
    told = _in_unit(claim.measures.get("measure", []), line)
    if not told:
        told = {value for value in _in_unit(claim.measures.get("weight", []), line) if value in _by_packs(claim, line)}
    if len(told) > 1:
        raise Unclear("two measures beside each other")
    value = told.pop() if told else None
    return value if value is None or value <= line.open else None


def _in_unit(figures: list[Figure], line: OrderLine) -> set[Decimal]:
    """The figures that are said in the order's unit or an exact part of it; packs and bare numbers are no measure."""
    values = set()
    for figure in figures:
        if not figure.units or figure.is_zero or set(figure.units) & PACKS:
            continue
        try:
            values.add(in_order_unit(figure, line))
        except Unclear:
            continue
    return values


def _by_packs(claim: Claim, line: OrderLine) -> set[Decimal]:
    """What the packs of a row hold, by the one size that the order knows."""
    sizes = set(line.packs.values())
    figures = [one for role in _COUNTS for one in claim.figures.get(role, []) if set(one.units) <= PACKS]
    packs = {one.number.value for one in figures} | ({claim.packs} if claim.packs else set())
    return {count * size for count in packs for size in sizes} if len(sizes) == 1 else set()


def weighed(claim: Claim, line: OrderLine, now: Decimal | None, figures: list[Figure]) -> Decimal | None:
    """The count of a row held against its measure: a bare count that it contradicts could count anything."""
    size = measured(claim, line)
    if size is None or now == size:
        return now
    if now is None:
        return size
    if not any(same_unit(unit, line.unit) for one in figures for unit in one.units):
        raise Unclear(f"{now} stands beside {size} {line.unit}")
    return now
