"""The parts that a sentence about finished work says were used: how many of what, and which known parts that can be."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from handlers.done_words import choice, number, phrases, value_of
from handlers.wording import Pattern, folded, small_words
from orders.errors import UnitUnknown
from orders.money import QUANTITY_SCALE
from orders.units import BY_CODE, unit_named

_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_PLURAL = re.compile(r"(?:es|en|er|e|n|s|x)$")
TELLING, CODE = 4, 3
"""How many letters a telling word has, and from how many figures on a number is rather a code than a quantity."""
MOST_PARTS = 12


@dataclass(frozen=True, slots=True)
class KnownPart:
    """A part that can be meant: kept for the job (``kept`` thousandths), or usual for its asset."""

    id: int
    code: str
    name: str
    kept: int = 0


@dataclass(frozen=True, slots=True)
class PartSaid:
    """A part that somebody says was used: thousandths, the unit's code when told, the words, and which parts those fit."""

    quantity: int
    written: str
    ids: tuple[int, ...]
    unit: str = ""
    sure: bool = True
    """It was said to be used; else it was only named beside what was done."""


def used(said: str, known: Sequence[KnownPart], *, replaced: bool) -> tuple[PartSaid, ...]:
    """Return the parts that a folded sentence (without its times) says were used, each once.

    ``replaced`` says that something was replaced, so that a part named without *used* counts as well.
    """
    told = [part for phrase, soft in _phrases(said) if (part := _read(phrase, known, soft=soft)) is not None]
    told += _multiplied(said, known)
    if not told and replaced:
        told += _named(said, known)
    kept: dict[object, PartSaid] = {}
    for part in told:
        kept.setdefault(part.ids or part.written, part)
    return tuple(kept.values())[:MOST_PARTS]


@cache
def _use() -> Pattern:
    words = phrases("use", "words") + phrases("use", "soft")
    said = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{said})(?!\w)\s*:?")


@cache
def _links() -> Pattern:
    return re.compile(rf"\s*(?:\+|(?<!\w){choice('use', 'link')}(?!\w)|[;/]|,(?!\d)|\.(?=\s|$))\s*")


def _phrases(said: str) -> list[tuple[str, bool]]:
    """Return what stands behind words of use, cut at every link, as far as it begins with how many."""
    found: list[tuple[str, bool]] = []
    for use in _use().finditer(said):
        soft = use[0].strip(" :") in phrases("use", "soft")
        pieces = _links().split(said[use.end() :])
        for place, piece in enumerate(pieces):
            if not piece.strip() or (place and not _counted().match(piece.strip())):
                break
            found.append((piece.strip(), soft))
    return found + [(before, False) for before in _before_use(said)]


@cache
def _after_use() -> Pattern:
    return re.compile(
        rf"(?:^|[,;.]\s*|(?<!\w){choice('use', 'link')}\s)\s*(?P<phrase>{number()}\s*[x\u00d7]?\s*[^,;.]{{2,40}}?)\s+{choice('use', 'after')}(?!\w)"
    )


def _before_use(said: str) -> list[str]:
    """Return what stands before a word of use, as German and short English put it: ``zwei 6204 verbraucht``."""
    return [piece for found in _after_use().finditer(said) for piece in _links().split(found["phrase"]) if piece]


@cache
def _counted() -> Pattern:
    return re.compile(rf"(?P<quantity>{number()})\s*(?P<times>[x\u00d7*](?=[\s\d]))?\s*(?P<rest>.*)", re.DOTALL)


def _read(phrase: str, known: Sequence[KnownPart], *, soft: bool) -> PartSaid | None:
    """Read one phrase as how many of what; a long figure at its beginning is a code."""
    found = _counted().match(phrase)
    counted = found is not None and (bool(found["times"]) or not _is_code(found["quantity"]))
    quantity = value_of(found["quantity"]) if found is not None and counted else Decimal(1)
    unit, rest = _unit(found["rest"] if found is not None and counted else phrase)
    trailing = re.search(r"\s*\(?(?:x\s?(\d{1,3})|(\d{1,3})\s?x)\)?$", rest)
    if trailing is not None and not counted:
        quantity, rest = Decimal(trailing[1] or trailing[2]), rest[: trailing.start()]
    rest = " ".join(rest.split()[:6]).strip(" .!-")
    ids = _fitting(rest, known)
    figures = found is not None and counted and found["quantity"][0].isdigit()
    if not rest or (
        (not ids and not (counted or re.search(r"\d{3}", rest)))
        or (soft and not ids and not figures and not re.search(r"\d{3}", rest))
    ):
        return None
    return PartSaid(int(quantity * QUANTITY_SCALE), rest, ids, unit)


def _is_code(figure: str) -> bool:
    return figure.isdigit() and len(figure) >= CODE


def _unit(rest: str) -> tuple[str, str]:
    """Take a unit and small words off the beginning: ``pcs of the seal`` is ``seal`` in pieces."""
    words, unit = rest.split(), ""
    skipped = set(phrases("use", "new")) | small_words()
    while len(words) > 1:
        if words[0] not in skipped:
            try:
                found = unit_named(words[0]).code
            except UnitUnknown:
                break
            unit = unit or found
        words = words[1:]
    return (unit if unit in BY_CODE else ""), " ".join(words)


def _multiplied(said: str, known: Sequence[KnownPart]) -> list[PartSaid]:
    """Return what is counted with an x: ``2x 6204``, ``1 x seal 45``."""
    found = re.finditer(r"(?<![\w.,])(\d{1,3})\s?[x\u00d7]\s?(?=\w)([^,;+]{2,60})", said)
    pieces = [f"{each[1]} x {_links().split(each[2])[0]}" for each in found]
    return [part for piece in pieces if (part := _read(piece, known, soft=False)) is not None]


def _named(said: str, known: Sequence[KnownPart]) -> list[PartSaid]:
    """Return known parts that are named by code or by a telling word; of several, those that are kept for the job."""
    tokens = set(_words(said))
    found = [part for part in known if _codes(part) & tokens] or [part for part in known if _names(part, tokens)]
    found = [part for part in found if part.kept] or found
    if len(found) != 1 and not all(part.kept for part in found):
        return []
    return [_named_part(said, part) for part in found]


def _named_part(said: str, part: KnownPart) -> PartSaid:
    words = "|".join(sorted({re.escape(word) for word in _words(folded(part.name))}, key=len, reverse=True))
    before = re.search(rf"({number()})\s+(?:[^\W\d]+\s+){{0,2}}(?:{words})", said)
    counted = before is not None and not _is_code(before[1])
    quantity = (
        int(value_of(before[1]) * QUANTITY_SCALE) if before is not None and counted else part.kept or QUANTITY_SCALE
    )
    return PartSaid(quantity, part.name, (part.id,), sure=False)


def _fitting(written: str, known: Sequence[KnownPart]) -> tuple[int, ...]:
    """Return the known parts that the words fit: by a figure or a code first, then by every telling word."""
    words = _words(written)
    coded = [part.id for part in known if _codes(part) & {word for word in words if any(map(str.isdigit, word))}]
    if coded:
        return tuple(coded)
    telling = {word for word in words if len(word) >= TELLING and word not in small_words()}
    if any(len(word) >= CODE and word.isdigit() for word in words) or not telling:
        return ()
    return tuple(part.id for part in known if all(_alike(word, set(_words(folded(part.name)))) for word in telling))


def _codes(part: KnownPart) -> set[str]:
    """Return by which figures a part is called: its whole code, and figures of its name."""
    plain = re.sub(r"[\W_]+", "", folded(part.code))
    return {plain} | {word for word in _words(folded(part.name)) if sum(map(str.isdigit, word)) >= CODE}


def _names(part: KnownPart, tokens: set[str]) -> bool:
    return any(len(word) >= TELLING and _alike(word, tokens) for word in _words(folded(part.name)))


def _alike(word: str, tokens: set[str]) -> bool:
    return word in tokens or any(_stem(word) == _stem(token) for token in tokens)


def _stem(word: str) -> str:
    return _PLURAL.sub("", word) if len(word) > TELLING else word


def _words(text: str) -> list[str]:
    """Return the words of folded text; a code keeps its letters and figures, once as a whole and once by its pieces."""
    pieces = _WORD.findall(text)
    joined = [re.sub(r"[\W_]+", "", token) for token in text.split() if re.search(r"\d", token)]
    return [*pieces, *joined]
