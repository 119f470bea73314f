"""Units of measure by their UN/ECE Recommendation 20 code, everyday words for them, and exact conversion."""

import re
from dataclasses import dataclass
from decimal import Decimal

from orders.errors import NoConversion, QuantityUnclear, UnitUnknown, WholePiecesOnly
from orders.money import QUANTITY_SCALE


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: its code, the word for one and for many, and whether it is counted in whole numbers."""

    code: str
    one: str
    many: str
    whole: bool
    words: tuple[str, ...] = ()


UNITS = (
    Unit("C62", "piece", "pieces", whole=True, words=("pcs", "pc", "ea", "each", "unit", "st", "stk", "stück", "h87")),
    Unit("PR", "pair", "pairs", whole=True, words=("pairs", "paar")),
    Unit("SET", "set", "sets", whole=True, words=("satz", "kit")),
    Unit("BX", "box", "boxes", whole=True, words=("boxes", "schachtel", "xbx")),
    Unit("PK", "pack", "packs", whole=True, words=("pkt", "packung", "xpk")),
    Unit("CT", "carton", "cartons", whole=True, words=("karton", "krt", "xct")),
    Unit("RO", "roll", "rolls", whole=True, words=("rolle", "xro")),
    Unit("BG", "bag", "bags", whole=True, words=("beutel", "xbg")),
    Unit("MTR", "metre", "metres", whole=False, words=("m", "meter", "meters")),
    Unit("MTK", "square metre", "square metres", whole=False, words=("m2", "m²", "qm")),
    Unit("LTR", "litre", "litres", whole=False, words=("l", "liter", "liters")),
    Unit("KGM", "kilogram", "kilograms", whole=False, words=("kg", "kilo")),
    Unit("HUR", "hour", "hours", whole=False, words=("h", "hr", "hrs", "std", "stunde", "stunden")),
    Unit("DAY", "day", "days", whole=False, words=("tag", "tage")),
    Unit("MON", "month", "months", whole=False, words=("monat", "monate")),
)
BY_CODE = {unit.code: unit for unit in UNITS}
_BY_WORD = {word: unit for unit in UNITS for word in (unit.code.lower(), unit.one, unit.many, *unit.words)}

MOST = 10**12
"""The largest quantity that is believed, in thousandths; anything above is a typing mistake."""
_FIGURE = re.compile(r"[0-9]{1,15}(?:[.,][0-9]{1,6})?")
_TWO_MEANINGS = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3}|\.000)")


def unit_named(written: str) -> Unit:
    """Find a unit by its code or by an everyday word; raises ``UnitUnknown``."""
    found = _BY_WORD.get(written.strip().lower().rstrip("."))
    if found is None:
        raise UnitUnknown(unit=written)
    return found


def quantity_of(written: str, unit: str = "C62", *, most: int = MOST) -> int:
    """Read a typed quantity as thousandths; raises ``QuantityUnclear`` or ``WholePiecesOnly``.

    Point and comma are decimal signs, except where they could as well stand for thousands: ``1,200`` and ``1.000`` are
    asked about.
    """
    text = written.strip()
    if not _FIGURE.fullmatch(text) or _TWO_MEANINGS.fullmatch(text):
        raise QuantityUnclear(written=written, most=quantity_text(most))
    scaled = Decimal(text.replace(",", ".")) * QUANTITY_SCALE
    if scaled != scaled.to_integral_value() or not 0 < scaled <= most:
        raise QuantityUnclear(written=written, most=quantity_text(most))
    return whole_where_due(int(scaled), unit)


def whole_where_due(quantity: int, unit: str) -> int:
    """Return the quantity, or raise ``WholePiecesOnly`` for half a piece."""
    known = BY_CODE.get(unit)
    if known is not None and known.whole and quantity % QUANTITY_SCALE:
        raise WholePiecesOnly(unit=known.one.capitalize(), written=quantity_text(quantity))
    return quantity


def quantity_text(quantity: int) -> str:
    """Return thousandths as a decimal string without trailing zeros: ``1500`` gives ``"1.5"``."""
    return f"{(Decimal(quantity) / QUANTITY_SCALE).normalize():f}"


def unit_word(code: str, quantity: int = QUANTITY_SCALE) -> str:
    """Return the everyday word for a unit code, in the number that fits the quantity (thousandths)."""
    unit = BY_CODE.get(code)
    if unit is None:
        return code
    return unit.one if quantity == QUANTITY_SCALE else unit.many


def measured(quantity: int, code: str) -> str:
    """Return quantity and unit as a person writes them, for instance ``"2 pieces"``."""
    return f"{quantity_text(quantity)} {unit_word(code, quantity)}"


def converted(quantity: int, source: str, target: str, packs: dict[str, int], *, item: str = "this item") -> int:
    """Convert thousandths between units, where ``packs`` says how many thousandths of ``target`` one pack holds.

    Raises ``NoConversion`` when the pack is unknown or the result is not exact.
    """
    if source == target:
        return quantity
    size = packs.get(source)
    if size is None or (quantity * size) % QUANTITY_SCALE:
        raise NoConversion(source=unit_word(source), target=unit_word(target), item=item)
    return quantity * size // QUANTITY_SCALE
