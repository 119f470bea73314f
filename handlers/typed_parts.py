"""A part as people type it, with or without the word of a unit before its name: ``2 m hose``; and lists of such."""

import re

from handlers import finding
from orders.errors import NotKnown, QuantityUnclear, Refusal, Unlawful
from orders.units import BY_CODE, quantity_of, quantity_text, unit_named
from storage.tables import Part
from storage.unit_of_work import UnitOfWork

_COUNTED = re.compile(r"(?P<quantity>\d+(?:[.,]\d+)?)\s*(?:x\s+|x(?=\d)|\s)\s*(?P<part>\S.*)", re.IGNORECASE)
_NAMED = re.compile(r"\s*\(.*\)\s*$")


def listed(part: Part, quantity: int) -> str:
    """Write a part and how many thousandths as ``parts_in`` reads it: ``2 x P-10231 (Mechanical seal 45 mm)``."""
    return f"{quantity_text(quantity)} x {part.code} ({part.name})"


def parts_in(uow: UnitOfWork, written: str) -> tuple[tuple[int, int], ...]:
    """Read a list, one part a line or behind a semicolon, as part ids and thousandths; raises a refusal that names the line.

    What is counted as 0 was not used, and a part that stands twice is counted together.
    """
    found: dict[int, int] = {}
    for line in filter(None, map(str.strip, re.split(r"[\n;]", written))):
        counted = _COUNTED.fullmatch(line)
        if counted is None:
            raise QuantityUnclear(written=line[:60], most="100000 before the part, for instance `2 x seal 45`")
        if not counted["quantity"].strip("0.,"):
            continue
        part = part_named(uow, _NAMED.sub("", counted["part"]))
        found[part.id] = found.get(part.id, 0) + quantity_of(counted["quantity"], part.unit)
    return tuple(found.items())


def part_named(uow: UnitOfWork, written: str) -> Part:
    """Find a part; a unit's word before its name has to be the part's own unit."""
    first, _, rest = written.partition(" ")
    unit = unit_code(first) if rest else ""
    if not unit:
        return finding.part(uow, written)
    try:
        part = finding.part(uow, rest)
    except NotKnown:
        return finding.part(uow, written)
    if part.unit != unit:
        own = BY_CODE[part.unit].many if part.unit in BY_CODE else part.unit
        raise Unlawful(why=f"{part.name} is counted in {own}. Write the quantity in {own}.")
    return part


def unit_code(word: str) -> str:
    """Return the code of the unit that a word means, or nothing."""
    try:
        return unit_named(word).code
    except Refusal:
        return ""
