"""Reads what a description says of its packs: '10/CT', 'Ring 100 m', 'bag of 500 pcs'."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from .figures import Reader, Written
from .numbers import parse
from .units import PACKS, Figure

_PER = re.compile(
    r"(?<![\w.,])(?P<holds>\d[\d.,]{0,7})[ \u00a0]?(?P<of>[^\W\d_]{1,12}\.?[\u00b2\u00b3]?)?[ \u00a0]?(?:/|per |pro |je |par |por |na |pr\.? )[ ]?(?P<word>[^\W\d_]{1,14})(?![\w])",
    re.IGNORECASE,
)
_HOLDING = re.compile(
    r"(?<![\w-])(?P<word>[^\W\d_]{2,16})\.?[ \u00a0](?P<joint>(?:of|\u00e0|\u00e1|a|de|da|di|zu|je|von|van|po|per|x|\u00d7|/|\(|med|mit|with|av|con)[ \u00a0]?)?(?P<holds>\d[\d.,]{0,7})(?![\w]|[.,]\d)(?:[ \u00a0]?(?P<of>[^\W\d_]{1,12}[\u00b2\u00b3]?)(?![\w]))?(?![ \u00a0]?[x\u00d7*/-][ \u00a0]?\d)",
    re.IGNORECASE,
)
#: '1 pack = 12 pairs', of every pack of a mail.
_DEFINED = re.compile(
    r"(?<![\w.,])1[ \u00a0]?(?P<word>[^\W\d_]{2,16})\.?[ \u00a0]?(?:=|contains|holds|enth\u00e4lt|contient|contiene|bevat|zawiera|inneh\u00e5ller|indeholder|inneholder|obsahuje|tartalmaz|sis\u00e4lt\u00e4\u00e4|i\u00e7erir|cont\u00e9m)[ \u00a0]?(?P<holds>\d[\d.,]{0,7})[ \u00a0]?(?P<of>[^\W\d_]{1,12}[\u00b2\u00b3]?)(?![\w])\.?",
    re.IGNORECASE,
)
#: The word of a pack with a figure close behind it, whatever stands between: 'Box/250', 'PCK 25', 'Trommel 100m'.
_LOOSE = re.compile(
    r"(?<![\w-])(?P<word>[^\W\d_]{2,16})\.?[ \u00a0]?(?:(?:of|\u00e0|\u00e1|a|de|da|di|zu|je|von|van|po|per|x|\u00d7|/|\(|mit|med|con)[ \u00a0]?)?(?P<holds>\d[\d.,]{0,7})(?:[ \u00a0]?[^\W\d_]{1,12}[\u00b2\u00b3]?)?(?![\w]|[.,]\d)",
    re.IGNORECASE,
)
#: A word for each of some packs, right before what one holds.
_EACH_BEFORE = re.compile(
    r"(?<!\S)(?:\u00e1|\u00e0|@|je|zu je|a|\u00e1'|ad|each|cada|ognuno|po|per)\s{0,2}$", re.IGNORECASE
)
#: The same between goods and what a pack of them holds, where hardly more than their name stands between: '4 flessen R449A van 10 kg'.
_OF_BEFORE = re.compile(r"^[^,;:()]*\s(?:van|von|of|de|da|di|av|af)\s{1,2}$", re.IGNORECASE)
_NEAR = 24
_SIZES = frozenset({"MMT", "CMT", "INH"})


@dataclass(frozen=True, slots=True)
class Content:
    """A pack by the codes that its word may mean, and what one of it holds."""

    packs: tuple[str, ...]
    holds: Decimal
    units: tuple[str, ...] = ()


def contents_of(text: str, reader: Reader) -> list[Content]:
    """Every pack with its content that a text names; a measure of the thing itself, as 'tape roll 50 mm', is none."""
    found = [_content(match, reader) for pattern in (_PER, _HOLDING) for match in pattern.finditer(text)]
    return list(dict.fromkeys(one for one in found if one is not None))


def with_each(text: str, found: list[Written], reader: Reader) -> list[Written]:
    """'4 cartons of tape T-48 (36 per carton)': the counts, those of packs with what each of them holds by words further on."""
    packed = [
        one for one in found if one.figure.units and set(one.figure.units) <= PACKS and one.figure.content is None
    ]
    for match in _PER.finditer(text) if packed else ():
        content = _content(match, reader)
        if content is None or not any(set(one.figure.units) & set(content.packs) for one in packed):
            continue
        found = [one for one in found if not match.start() <= one.start < match.end()]
        found = [replace(one, figure=filled(one.figure, [content])) for one in found]
    for packs in packed:
        found = _with_said_each(text, found, packs)
    return found


def _with_said_each(text: str, found: list[Written], packs: Written) -> list[Written]:
    """'2 drums VG68 \u00e1 208 l': the next figure, behind a word for each of them, is what one pack holds, and counts nothing."""
    own = next((one for one in found if one.start == packs.start), None)
    behind = [one for one in found if one.start >= packs.end and not set(one.figure.units) & (PACKS | _SIZES)]
    each = next((one for one in behind if _is_of_each(text[packs.end : one.start])), None)
    if own is None or own.figure.content is not None or each is None or each.figure.number.other is not None:
        return found
    figure = replace(packs.figure, content=each.figure.number.value, content_units=each.figure.units)
    shown = replace(figure, text=f"{packs.figure.text} \u00e1 {text[each.start : each.end].strip()}")
    return [replace(one, figure=shown) if one is own else one for one in found if one is not each]


def _is_of_each(between: str) -> bool:
    """Whether what stands between packs and a figure says that the figure is of each of them."""
    return bool(_EACH_BEFORE.search(between) or (len(between) <= _NEAR and _OF_BEFORE.search(between)))


def sizes_of(text: str, reader: Reader) -> set[Decimal]:
    """Every figure beside the word of a pack that may say what one holds; none of them is proved by that."""
    found = {one.holds for one in contents_of(text, reader)}
    for match in _LOOSE.finditer(text):
        number = parse(match["holds"].rstrip(".,"), reader.locale) if set(reader.unit(match["word"])) & PACKS else None
        if number is not None:
            found |= {value for value in (number.value, number.other) if value and value > 1}
    return found


def defined_in(text: str, reader: Reader) -> tuple[list[Content], str]:
    """What a text says of every such pack, and the text without it."""
    found = [(match, _content(match, reader)) for match in _DEFINED.finditer(text)] if "1" in text else []
    for match, content in reversed(found):
        text = text if content is None else f"{text[: match.start()].rstrip()} {text[match.end() :].lstrip()}"
    return [content for _, content in found if content is not None], text


def _content(match: re.Match[str], reader: Reader) -> Content | None:
    packs = tuple(unit for unit in reader.unit(match["word"]) if unit in PACKS)
    number = parse(match["holds"].rstrip(".,"), reader.locale)
    units = reader.unit(match["of"]) if match["of"] else ()
    named = bool(match.groupdict().get("joint")) or match.re is _PER
    if not packs or number is None or number.other is not None or number.value <= 1 or set(units) & (_SIZES | PACKS):
        return None
    return Content(packs, number.value, units) if units or (named and not match["of"]) else None


def filled(figure: Figure, contents: list[Content]) -> Figure:
    """A count of packs with what its row says of one such pack; two that differ say nothing."""
    if figure.content is not None or not figure.units or not set(figure.units) <= PACKS | {"DZN"}:
        return figure
    fitting = {(one.holds, one.units) for one in contents if set(one.packs) & set(figure.units)}
    if len(fitting) != 1:
        return figure
    ((holds, units),) = fitting
    packs = tuple(unit for unit in figure.units if unit in PACKS)
    return replace(figure, units=packs, content=holds, content_units=units, described=True)
