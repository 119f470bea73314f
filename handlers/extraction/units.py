"""Quantities with their units: what was written, and what it is in the order's unit."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from .known import OrderLine
from .numbers import Number
from .words import fold

PIECES = frozenset({"C62", "EA", "H87", "PCE", "NAR", "PC", "ST", "NIU"})
_SETS = frozenset({"SET", "KT"})
_PAIRS = frozenset({"PR", "NPR"})
COUNTED = PIECES | _SETS | _PAIRS
#: How plants call a dozen of their own.
_DOZENS = frozenset({"DZ", "DOZ", "DPR", "DZP"})
#: Packages that are no unit of goods by themselves: they count only with their content.
PACKS = frozenset(
    {"BX", "CT", "CS", "PK", "BG", "RO", "RL", "DR", "BJ", "CA", "BO", "CN", "TU", "PF", "PX", "SA", "BE", "CL", "CQ", "TN", "JY", "WA", "NMP", "XPX", "XBX", "XCT", "XPK", "XRO", "XBG", "XDR"}
)  # fmt: skip
#: In these a carrier takes goods along, too.
PARCELS = frozenset({"CT", "PK", "PX", "BX", "CS"})
#: So many times what was ordered nobody sends by packs.
_MOST_TIMES = 2
#: What one unit is in another; only exact factors.
FACTORS: Mapping[tuple[str, str], Decimal] = {
    ("KMT", "MTR"): Decimal(1000),
    ("DMT", "MTR"): Decimal("0.1"),
    ("CMT", "MTR"): Decimal("0.01"),
    ("MMT", "MTR"): Decimal("0.001"),
    ("MTR", "CMT"): Decimal(100),
    ("MTR", "MMT"): Decimal(1000),
    ("YRD", "FOT"): Decimal(3),
    ("TNE", "KGM"): Decimal(1000),
    ("GRM", "KGM"): Decimal("0.001"),
    ("KGM", "GRM"): Decimal(1000),
    ("KGM", "TNE"): Decimal("0.001"),
    ("MTQ", "LTR"): Decimal(1000),
    ("HLT", "LTR"): Decimal(100),
    ("CLT", "LTR"): Decimal("0.01"),
    ("MLT", "LTR"): Decimal("0.001"),
    ("MIN", "HUR"): Decimal(1) / Decimal(60),
    ("MIL", "C62"): Decimal(1000),
    ("CEN", "C62"): Decimal(100),
    ("DZN", "C62"): Decimal(12),
    ("DPC", "C62"): Decimal(12),
    ("GRO", "C62"): Decimal(144),
    ("DPR", "PR"): Decimal(12),
    ("STN", "LBR"): Decimal(2000),
}


CODES = (
    PIECES
    | PACKS
    | {code for pair in FACTORS for code in pair}
    | _PAIRS
    | {"SET", "KT", "HUR", "GLL", "FOT", "LTR", "MTR", "KGM", "MTK"}
)
"""Every code that a unit word may mean."""


class Unclear(ValueError):  # noqa: N818 - errors are named by what is wrong
    """A quantity that cannot be said in the order's unit with certainty; the message is the reason."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A quantity as written: its number, the units its word may mean, and what one pack is said to hold."""

    number: Number
    units: tuple[str, ...] = ()
    content: Decimal | None = None
    content_units: tuple[str, ...] = ()
    text: str = ""
    strange: str = ""
    whole: bool = False
    """Whether it says that these are all of them ('both')."""
    described: bool = False
    """Whether its content only stands in the description of the goods."""
    word: str = ""
    """The word of its unit as written: 'Ringe'."""
    sizes: tuple[tuple[Decimal, tuple[str, ...], bool], ...] = ()
    """What the description behind '3 x' says of each, and whether as of a pack: '3 x cable, ring 500 m'."""

    @property
    def is_zero(self) -> bool:
        """Whether it says that there is nothing."""
        return self.number.value == 0

    def with_unit(self, other: "Figure | None") -> "Figure":
        """The figure with unit and content of another, where it has none of its own."""
        if other is None or self.units:
            return self
        return replace(
            self,
            units=other.units,
            content=other.content,
            content_units=other.content_units,
            strange=other.strange,
            word=other.word,
        )


@dataclass(frozen=True, slots=True)
class Written:
    """A quantity found in running text with its place; counted says that a unit or a times sign makes it one, worded that it is no figure."""

    figure: Figure
    start: int
    end: int
    counted: bool
    worded: bool = False


def same_unit(first: str, second: str) -> bool:
    """Whether two codes count the same way."""
    return first == second or any(first in group and second in group for group in (PIECES, _SETS, _PAIRS))


def for_line(figure: Figure, line: OrderLine) -> Figure:
    """The figure without a content that only describes the goods: a 500 ml bottle bought by the piece, 40 rolls of 1.000 of which 40 were ordered."""
    fits = not figure.content_units or _scaled(Decimal(1), figure.content_units, line.unit) is not None
    value, content = figure.number.value, figure.content or Decimal(1)
    whole = (
        value in (line.quantity, line.open) and value * content > line.quantity and content not in line.packs.values()
    )
    fits = fits and not (whole and line.unit in PIECES)
    return figure if fits or not figure.described else replace(figure, content=None, content_units=())


def in_order_unit(figure: Figure, line: OrderLine) -> Decimal:
    """The figure in the unit of the order line; raises Unclear."""
    if figure.is_zero:
        return Decimal(0)
    value = _settled(figure.number, line)
    if figure.strange:
        raise Unclear(f"{figure.strange!r} is no unit or number that is known")
    if figure.whole and value not in (line.quantity, line.open):
        raise Unclear(f"'both' is said of {line.open}")
    if figure.sizes and not figure.units:
        quantity = _times_size(figure, value, line)
    else:
        quantity = value * _factor(figure, line) if figure.units or figure.content else _bare(value, line)
    if line.unit in COUNTED and quantity != quantity.to_integral_value():
        raise Unclear(f"{quantity} is no whole number of {line.unit}")
    return quantity


def _settled(number: Number, line: OrderLine) -> Decimal:
    """The value, when its other reading is impossible for this line."""
    if number.other is None:
        return number.value
    first, second = _possible(number.value, line), _possible(number.other, line)
    if first and not second:
        return number.value
    if second and not first and number.guessed:
        return number.other
    if first and not number.guessed and number.other not in (line.quantity, line.open):
        return number.value
    if line.unit in COUNTED and _is_whole(number.value) and not _is_whole(number.other):
        return number.value
    raise Unclear(f"{number.value} could also be read as {number.other}")


def _possible(value: Decimal, line: OrderLine) -> bool:
    return (_is_whole(value) or line.unit not in COUNTED) and value <= line.quantity


def _is_whole(value: Decimal) -> bool:
    return value == value.to_integral_value()


def _bare(value: Decimal, line: OrderLine) -> Decimal:
    """A number without a unit counts order units, unless it could as well count packs."""
    likely = any(value * size <= _MOST_TIMES * line.quantity for size in line.packs.values())
    if likely and value not in (line.quantity, line.open) and all(value % size for size in line.packs.values()):
        raise Unclear(f"{value} could count packs or {line.unit}")
    return value


def _times_size(figure: Figure, value: Decimal, line: OrderLine) -> Decimal:
    """So many of a size that the order counts are so many times it; sizes of another sort only describe the goods."""
    fitting = {
        scaled
        for size, units, packed in figure.sizes
        if (scaled := size if packed and not units else _scaled(size, units, line.unit)) is not None
    }
    if line.unit in COUNTED and (not fitting or _is_named(fitting, value, line)):
        return _bare(value, line)
    known = set(line.packs.values())
    measured = all(packed and units for _, units, packed in figure.sizes)
    certain = fitting <= known if known else measured and line.unit not in COUNTED | PACKS
    if len(fitting) != 1 or not certain:
        raise Unclear(f"{figure.text} could count packs or {line.unit}")
    return value * fitting.pop()


def _is_named(sizes: set[Decimal], value: Decimal, line: OrderLine) -> bool:
    """Whether the order itself calls what it counts by such a pack: '60 boxes of 100' of a 'glove, box of 100' of which 60 are open."""
    named = {Decimal(digits) for digits in re.findall(r"(?<![\d.,])\d{1,6}(?![\d.,]*\d)", line.description)}
    only = len(sizes) == 1 and sizes <= named - set(line.packs.values())
    return only and value <= line.open < value * min(sizes)


def _scaled(size: Decimal, units: tuple[str, ...], unit: str) -> Decimal | None:
    """A size in the unit of the order; None where it measures something else."""
    if any(same_unit(one, unit) for one in units):
        return size
    return next((size * FACTORS[one, _family(unit)] for one in units if (one, _family(unit)) in FACTORS), None)


def _factor(figure: Figure, line: OrderLine) -> Decimal:
    if any(same_unit(unit, line.unit) for unit in figure.units):
        if any(unit in line.packs and not same_unit(unit, line.unit) for unit in figure.units):
            raise Unclear(f"{figure.text} could count packs or {line.unit}")
        return Decimal(1)
    exact = {FACTORS[unit, _family(line.unit)] for unit in figure.units if (unit, _family(line.unit)) in FACTORS}
    known = _known_sizes(figure, line)
    if (told := _told_apart(figure, exact | set(known), line)) is not None:
        return told
    if len(exact | set(known)) > 1 and exact:
        raise Unclear(f"{figure.text} could count different packs")
    if exact:
        return exact.pop()
    if figure.content is not None and (not figure.units or set(figure.units) & PACKS):
        return _stated(figure, line, known)
    if len(set(known)) == 1:
        return known[0]
    if set(figure.units) & PIECES and line.unit in ("SET", "KT") and figure.number.value <= line.open:
        return Decimal(1)
    raise Unclear(f"{figure.text or figure.units} cannot be counted in {line.unit}")


def _told_apart(figure: Figure, sizes: set[Decimal], line: OrderLine) -> Decimal | None:
    """Which of several sizes is meant where the mail says what they hold: '20 dozen (2.000 pieces)' are boxes of a hundred."""
    if len(sizes) < 2 or figure.content is None or not any(same_unit(one, line.unit) for one in figure.content_units):  # noqa: PLR2004
        return None
    fitting = [size for size in sizes if figure.content in (size, size * figure.number.value)]
    return fitting[0] if len(fitting) == 1 else None


def _known_sizes(figure: Figure, line: OrderLine) -> list[Decimal]:
    """What the order says of such packs: by their code, else by a code of the plant's own that shortens the word ('KT' for 'Karton')."""
    by_code = [line.packs[unit] for unit in figure.units if unit in line.packs]
    if not by_code and "DZN" in figure.units:
        by_code = [size for code, size in line.packs.items() if code in _DOZENS]
    if by_code or len(line.packs) != 1 or not figure.word or not set(figure.units) & PACKS:
        return by_code
    ((code, size),) = line.packs.items()
    return [size] if code not in PACKS and _shortens(code.lower(), fold(figure.word)) else []


def _shortens(code: str, word: str) -> bool:
    """Whether a code holds letters of a word in their order, from its first."""
    at = -1
    for letter in code:
        at = word.find(letter, at + 1)
        if at < 0:
            return False
    return len(code) > 1 and word[:1] == code[:1]


def _stated(figure: Figure, line: OrderLine, known: list[Decimal]) -> Decimal:
    """What one pack holds when the mail says so; the order must not say otherwise."""
    content = figure.content or Decimal(1)
    units = figure.content_units
    if line.unit in PIECES and set(units) <= PACKS - set(line.packs) and content in known:
        units = ()
    if units and not any(same_unit(unit, line.unit) for unit in units):
        scaled = next((FACTORS[unit, line.unit] for unit in units if (unit, line.unit) in FACTORS), None)
        if scaled is None:
            raise Unclear(f"{figure.text} cannot be counted in {line.unit}")
        content *= scaled
    sizes = set(known) or set(line.packs.values())
    if _is_of_all(figure, content, sizes):
        return content / figure.number.value
    doubtful = "PX" in figure.units or (_could_be_all(figure, content) and content not in sizes)
    if not known and figure.number.value > 1 and doubtful:
        raise Unclear(f"{figure.text} could be in each of them or in all of them")
    known = known or ([] if figure.units else [*line.packs.values()])
    if known and content not in known:
        raise Unclear(f"a pack of {content} is not what was ordered ({known[0]})")
    return content


def _is_of_all(figure: Figure, content: Decimal, sizes: set[Decimal]) -> bool:
    """'3 rolls (120 m)' of 40 m each, as ordered, are 120 m together."""
    number = figure.number.value
    together = number > 1 and _could_be_all(figure, content)
    return together and content not in sizes and any(number * size == content for size in sizes)


def _could_be_all(figure: Figure, content: Decimal) -> bool:
    """Whether '2 cartons with 50 pieces' and '3 boxes (30 pieces)' may as well name what all of them hold together."""
    return (
        content >= figure.number.value and _TOGETHER.search(figure.text) is not None and not _EACH.search(figure.text)
    )


#: Between packs and their content: words that leave open of how many packs they speak, and words that say of each.
_TOGETHER = re.compile(
    r"[^\W\d_]\.?\s{0,2}(?:\(|\[|(?:mit|with|con|med|avec|com|z|ze|s|se|holding|containing)\b)\s{0,2}\d", re.IGNORECASE
)
_EACH = re.compile(
    r"\b(?:je|each|ea|per|cada|pro|po|chacun|chacune|hver|vardera|kukin|egyenk\u00e9nt|ciascun\w*)\b|[@\u00e0\u00e1/\u00d7]|\b[xX]\s?\d",
    re.IGNORECASE,
)


def _family(unit: str) -> str:
    if unit in _PAIRS:
        return "PR"
    return "C62" if unit in PIECES else "PR" if unit in _PAIRS else unit
