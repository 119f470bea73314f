"""The one quantity that several figures of a meaning say, in the order's unit."""

import re
from dataclasses import replace
from decimal import Decimal
from functools import cache

from .known import OrderLine
from .lexicon import tables
from .units import PACKS, PARCELS, PIECES, Figure, Unclear, for_line, in_order_unit
from .words import fold, spellings, words_in

_STEM = 5
_SHORTENED = 3
#: What one language calls a carton another calls a box or a case.
_BOXES = frozenset({"BX", "CT", "CS"})
_FIRST_WORD = re.compile(r"[^\W\d_]{3,}")
#: What a pack holds, said right behind its word: 'box of 100', 'doos 12 st'.
_HELD = re.compile(
    r"[ ,]*(?:(?:of|\u00e0|\u00e1|a|de|da|di|von|van|po|per|x|/|\()[ ]?)?\d+(?![\d.,]*(?:[ ]?[mc]m|[xX\u00d7]))"
)
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
    if _is_headed_so(figure, line):
        return True
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


@cache
def _pack_words() -> dict[str, frozenset[str]]:
    """Words for packs in all languages, to the codes that they may mean."""
    found: dict[str, set[str]] = {}
    for table in tables().values():
        for code, said in table.get("units", {}).items():
            for word in (spelling for one in said for spelling in spellings(one)) if code in PACKS else ():
                found.setdefault(word, set()).add(code)
    return {word: frozenset(codes) for word, codes in found.items()}


def _is_headed_so(figure: Figure, line: OrderLine) -> bool:
    """Whether the order's description begins with a word for such a pack in any language, and says of no pack what it holds: '8.000 dozen' of a 'Doos 5 kg'."""
    first = _FIRST_WORD.match(line.description)
    codes = _pack_words().get(fold(first[0]), frozenset()) if first else frozenset()
    codes |= _BOXES if codes & _BOXES else frozenset()
    held = first is None or _HELD.match(line.description, first.end())
    return bool(codes & set(figure.units)) and not held and 1 < figure.number.value <= line.quantity


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


def _are_packs(figure: Figure) -> bool:
    """Whether a figure counts several packs of which it does not say what one holds."""
    return bool(figure.units) and set(figure.units) <= PACKS and figure.content is None and figure.number.value > 1


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
    if reasons and values & set(line.packs.values()) and any(_are_packs(one) for one in figures):
        raise Unclear(f"{values.pop()} may be what each of them holds")
    if len(values) > 1:
        raise Unclear(f"two figures for one thing ({' and '.join(str(value) for value in sorted(values))})")
    if not values and reasons:
        raise reasons[0]
    return values.pop() if values else None
