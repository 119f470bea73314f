"""The one quantity that several figures of a meaning say, in the order's unit."""

import re
from dataclasses import replace
from decimal import Decimal

from .known import OrderLine
from .units import PACKS, PARCELS, PIECES, Figure, Unclear, for_line, in_order_unit
from .words import fold, words_in

_STEM = 5
_SHORTENED = 3
#: In these sizes are said, and hardly ever goods counted.
_SIZES = frozenset({"MMT", "CMT", "INH"})


def _counted_in(figure: Figure, line: OrderLine) -> Decimal:
    """The figure in the order's unit; '48 cartridges' of a thing called cartridge are pieces, unless the order knows such a pack."""
    figure = for_line(figure, line)
    if "DZN" in figure.units and set(figure.units) & PACKS:
        figure = replace(figure, units=tuple(unit for unit in figure.units if unit != "DZN"))
    figure = _without_outer(figure, line)
    strange_pack = set(figure.units) <= PACKS - set(line.packs) and figure.content is None
    if line.unit in PIECES and strange_pack and (_is_called(figure, line) or _is_all(figure, line)):
        figure = replace(figure, units=())
    return in_order_unit(figure, line)


def _without_outer(figure: Figure, line: OrderLine) -> Figure:
    """'48 cartridges (2 cartons)' without the cartons that hold them; raises Unclear where the order's cartons hold another number."""
    outer = set(figure.content_units)
    inner = bool(figure.units) and set(figure.units) <= PACKS - outer
    if not inner or not outer or not outer <= PACKS or figure.content is None or figure.content >= figure.number.value:
        return figure
    sizes = {line.packs[unit] for unit in outer if unit in line.packs}
    if sizes and not any(figure.content * size == figure.number.value for size in sizes):
        raise Unclear(f"{figure.text} are not the packs of the order")
    return replace(figure, content=None, content_units=(), units=() if sizes and line.unit in PIECES else figure.units)


def _is_called(figure: Figure, line: OrderLine) -> bool:
    """Whether a pack is the thing itself by the words of the order: '48 cartridges' of a 'grease cartridge', '40 rol.' of a 'rolka'."""
    named = set(words_in(line.description))
    said = fold(figure.word or (figure.text.split()[-1] if figure.text else "")).strip(".")
    loose = not set(figure.units) & PARCELS
    if loose and named & {said, *(said.removesuffix(ending) for ending in ("s", "es", "n", "en"))}:
        return True
    if len(said) >= _STEM:
        return any(word.startswith(said[:_STEM]) for word in named)
    return (
        loose
        and len(said) >= _SHORTENED
        and any(word.startswith(said) and len(word) <= len(said) + 2 for word in named)
    )


def _is_all(figure: Figure, line: OrderLine) -> bool:
    """Whether so many rolls or drums are just what was ordered or is open: then each is what the order calls a piece."""
    loose = bool(figure.units) and not set(figure.units) & PARCELS and bool(figure.word)
    return loose and figure.number.other is None and 1 < figure.number.value in (line.quantity, line.open)


def _is_size(figure: Figure, line: OrderLine) -> bool:
    """Whether the order's own description says this measure, so that it only says how large the thing is: '8 mm'."""
    said = re.search(r"(\d[\d.,]*)\s?([^\W\d_]+)\W*$", fold(figure.text)) if set(figure.units) & _SIZES else None
    if said is None:
        return False
    number, word = re.escape(said[1]).replace(",", "[.,]").replace(r"\.", "[.,]"), re.escape(said[2])
    return re.search(rf"(?<![\d.,]){number}\s?{word}(?!\w)", fold(line.description)) is not None


def _adds_up(values: set[Decimal], beside: tuple[list[Figure], list[Figure]], line: OrderLine) -> Decimal | None:
    """Which of several figures makes up what was ordered together with what is still to come; None where not just one does."""
    ordered, left = (alone(figures, line) for figures in beside)
    if ordered != line.quantity or left is None:
        return None
    fitting = [value for value in values if value + left in (line.quantity, line.open)]
    return fitting[0] if len(fitting) == 1 else None


def alone(figures: list[Figure], line: OrderLine) -> Decimal | None:
    """The one quantity of some figures; None where they do not say it."""
    try:
        return one_of(figures, line)
    except Unclear:
        return None


def one_of(
    figures: list[Figure], line: OrderLine, beside: tuple[list[Figure], list[Figure]] = ([], [])
) -> Decimal | None:
    """The one quantity that all readable figures of a meaning agree on, or that adds up with what is said ordered and left beside it."""
    values, reasons = set(), []
    for figure in (one for one in figures if not _is_size(one, line)):
        try:
            values.add(_counted_in(figure, line))
        except Unclear as reason:
            reasons.append(reason)
    if len(values) > 1 and (proved := _adds_up(values, beside, line)) is not None:
        return proved
    if len(values) > 1:
        raise Unclear(f"two figures for one thing ({' and '.join(str(value) for value in sorted(values))})")
    if not values and reasons:
        raise reasons[0]
    return values.pop() if values else None
