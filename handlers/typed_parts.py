"""A part as people type it, with or without the word of a unit before its name: ``2 m hose``."""

from handlers import finding
from orders.errors import NotKnown, Refusal, Unlawful
from orders.units import BY_CODE, unit_named
from storage.tables import Part
from storage.unit_of_work import UnitOfWork


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
