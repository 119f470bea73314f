"""A cell that says its count twice, in packs and in the unit of the goods: '3 drums = 300 m', '2 x IBC, 2,400 kg net'."""

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from .units import PACKS, Figure, Written

_TWICE = re.compile(
    r"(?P<count>\d{1,6})\s?(?:[xX\u00d7]\s?)?(?P<word>[^\W\d_]{2,14}\.?)\s*(?P<mark>=|[,;:/\u2013\u2014-]|\n|\()\s*(?P<goods>\d[\d.,'\u2019\u00a0\u202f ]*?\s?[^\W\d_]{1,12}\.?)(?:\s(?P<more>[^\W\d_]{2,12}))?\s?\)?"
)


def said_twice(text: str, read: Callable[[str], Figure | None]) -> Figure | None:
    """The packs of such a cell with what they hold, each or together, or what an '=' makes of them; None for any other cell."""
    match = _TWICE.fullmatch(text)
    packs = read(f"{match['count']} {match['word']}") if match else None
    goods = read(match["goods"]) if match and packs else None
    if match is None or packs is None or goods is None or packs.content is not None or goods.content is not None:
        return None
    if not packs.units or not set(packs.units) <= PACKS or not goods.units or set(goods.units) & PACKS:
        return None
    if match["mark"] == "=":
        return replace(goods, text=text)
    other = goods.number.other
    if other is not None and (goods.number.guessed or goods.number.value < other):
        return None
    said = f"{match['count']} {match['word']} ({match['goods']})"
    return replace(packs, content=goods.number.value, content_units=goods.units, text=said)


_EQUALS = re.compile(r"\s*=\s*")


def without_packs(text: str, found: list[Written], is_wrapped: Callable[[str, Written], bool]) -> list[Written]:
    """'Bags of 25 kg: 60 bags = 1.500 kg' counts what stands behind the sign: neither the packs nor what one of them holds."""
    pairs = [(one, other) for one, other in pairwise(found) if _EQUALS.fullmatch(text[one.end : other.start])]
    packed = [one for one, other in pairs if _are_packs(one.figure) and not _are_packs(other.figure)]
    if len(pairs) != 1 or len(packed) != 1 or not pairs[0][1].figure.units:
        return found
    return [one for one in found if one is not packed[0] and (one is pairs[0][1] or not is_wrapped(text, one))]


def _are_packs(figure: Figure) -> bool:
    return bool(figure.units) and set(figure.units) <= PACKS and figure.content is None
