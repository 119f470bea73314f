"""Goods of the order that a mail answers, called by a word or a size that only one of its lines has: 'two of the 45 mm seals'."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from .known import Order, OrderLine
from .lexicon import Hit, Lexicon
from .naming import said_of
from .numbers import plain
from .spotting import Spot
from .words import Token, fold, squash, tokens

_LEAST_WORD = 4
_LEAST_CODE = 3
_NEAR = 40
_MOST_PHRASE = 3
_PAPERS = ("titles.", "labels.", "columns.document", "words.carriers")
_YEARS = range(1950, 2100)
#: A measure with its unit: '45mm', '0,5 l', 'DN80', or a type of letters and figures: '6305-2RS'.
_SIZE = re.compile(
    r"(?<![\w.,/-])(?:\d+(?:[.,]\d+)?\s?(?:mm|cm|ml|µm|bar|kw|l|kg|g|m|v)|(?:dn|pn|m|gr|r)\s?\d{1,4})(?![\w/-])"
)
_CODE = re.compile(r"(?<![\w.,/-])(?=[\w./-]*\d)(?=[\w./-]*[a-z])\w[\w./-]{1,20}\w(?![\w/-])")
#: A type of figures alone, as bearings have: '6206', and '6206s' of several.
_TYPE = re.compile(r"(?<![\w.,/-])\d{4,5}(?=s?(?![\w/-]|[.,]\d))")
_OWN_TYPE = re.compile(r"(?<![\w.,/-])\d{4,5}(?![\w/]|[.,]\d)")
_BREAK = re.compile(r"[.,;:()\n]|\s[-\u2013]\s")


@dataclass(frozen=True)
class PlainNames:
    """What only one line of an order is called; taken says of a text which numbers of articles stand in it."""

    order: Order
    words: Lexicon
    taken: Callable[[str], list[Spot]]

    def find(self, text: str) -> list[Spot]:
        """The places where a text calls goods of the order by such a name and by no number of theirs."""
        known = [(spot.start, spot.end) for spot in self.taken(text)]
        folded = fold(text)
        found = [*self._sizes(folded), *self._called(text, folded)]
        free = [spot for spot in found if not any(spot.start < end and spot.end > start for start, end in known)]
        return _joined(text, sorted(free, key=lambda spot: spot.start))

    @cached_property
    def _measures(self) -> dict[str, str]:
        """Sizes and types that one description alone says, to the key of its line."""
        return self._unique(lambda line: _measures_in(fold(line.description)))

    def _unique(self, names: Callable[[OrderLine], set[str]]) -> dict[str, str]:
        said: dict[str, list[OrderLine]] = {}
        for line in self.order.lines:
            for name in names(line):
                said.setdefault(name, []).append(line)
        counts = {plain(value) for line in self.order.lines for value in (line.quantity, line.open)}
        unlike = (name for name in said if name not in counts and not (name.isdecimal() and int(name) in _YEARS))
        return {name: _key(said[name][0]) for name in unlike if len(said[name]) == 1 and _key(said[name][0])}

    def _sizes(self, folded: str) -> list[Spot]:
        papers = [hit.end for hit in self.words.hits(folded) if hit.meaning.startswith(_PAPERS)]
        types = (one for one in _TYPE.finditer(folded) if not any(_numbers(folded, end, one.start()) for end in papers))
        matches = [*_SIZE.finditer(folded), *_CODE.finditer(folded), *types]
        found = [
            Spot(key, one.start(), one.end()) for one in matches if (key := self._measures.get(squash(one.group())))
        ]
        return [spot for spot in found if not self._is_strange(folded, spot)]

    def _called(self, text: str, folded: str) -> list[Spot]:
        found = []
        hits = self.words.hits(text)
        for token in tokens(folded):
            if len(token.word) < _LEAST_WORD or not token.word.isalpha() or self.words.little(token.word):
                continue
            if _is_covered(hits, token):
                continue
            lines = [line for line in self.order.lines if said_of(token.word, line)]
            spot = Spot(_key(lines[0]), token.start, token.end) if len(lines) == 1 else None
            if spot and spot.key and not self._is_strange(folded, spot):
                found.append(spot)
        return found

    def _is_strange(self, folded: str, spot: Spot) -> bool:
        """Whether a word that no lexicon and no line knows stands right beside a name: 'bracket bolts' are no brackets."""
        words = tokens(folded)
        before = max((one for one in words if one.end <= spot.start), key=lambda one: one.end, default=None)
        after = min((one for one in words if one.start >= spot.end), key=lambda one: one.start, default=None)
        return any(
            one is not None and not _BREAK.search(folded, *gap) and self._is_unknown(folded, one)
            for one, gap in (
                (before, (before.end if before else 0, spot.start)),
                (after, (spot.end, after.start if after else 0)),
            )
        )

    def _is_unknown(self, folded: str, token: Token) -> bool:
        if not token.word.isalpha() or len(token.word) < _LEAST_WORD or self.words.little(token.word):
            return False
        if _is_covered(self.words.hits(folded), token):
            return False
        return not any(said_of(token.word, line) for line in self.order.lines)


def _is_covered(hits: list[Hit], token: Token) -> bool:
    """Whether a word belongs to a phrase of the trade; what stands in the gap of a long one may be goods."""
    return any(hit.start <= token.start < hit.end for hit in hits if hit.length <= _MOST_PHRASE)


def _numbers(folded: str, end: int, start: int) -> bool:
    """Whether a figure only numbers the paper or parcel whose name ends just before it."""
    return (
        end <= start
        and re.fullmatch(r"[\s:#.\u00b0\u00ba]*(?:n[or]?|num|nummer|number)?[\s:#.\u00b0\u00ba]*", folded[end:start])
        is not None
    )


def _measures_in(folded: str) -> set[str]:
    return {
        squash(one.group())
        for pattern in (_SIZE, _CODE, _OWN_TYPE)
        for one in pattern.finditer(folded)
        if len(squash(one.group())) >= _LEAST_CODE
    }


def _key(line: OrderLine) -> str:
    return next(iter(sorted(line.keys)), "")


def _joined(text: str, spots: list[Spot]) -> list[Spot]:
    """Name and size of one line side by side are one name."""
    found: list[Spot] = []
    for spot in spots:
        last = found[-1] if found else None
        if last and spot.start < last.end:
            continue
        if last and spot.key == last.key and not re.search(r"[\d.,;:()\n]", text[last.end : spot.start]):
            if spot.start - last.end <= _NEAR:
                found[-1] = Spot(last.key, last.start, spot.end)
            continue
        found.append(spot)
    return found


def names_of(order: Order, shown: str, words: Lexicon, taken: Callable[[str], list[Spot]]) -> PlainNames | None:
    """The names of an order whose every line a quoted text shows, by its number or its description; else None."""
    numbers, said = squash(shown), fold(" ".join(shown.split()))
    each = all(
        any(key in numbers for key in line.keys) or fold(" ".join(line.description.split())) in said
        for line in order.lines
    )
    return PlainNames(order, words, taken) if each and order.lines else None
