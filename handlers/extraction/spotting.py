"""Finds known numbers (orders, parts) in running text, however they are hyphenated, and never a similar one."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .words import WORD

_JOINT = re.compile(r"[ \u00a0\u202f]?[-/._\u2010-\u2014\u2212][ \u00a0\u202f]?|[ \u00a0\u202f]")
_GLUE = "-/._\u2010\u2011\u2012\u2013"
#: An ending that a Hungarian sentence gives to a number: '4711-re', '4711-ból'.
_ENDING = re.compile(
    r"(?<=\d)-(?:[rb][ae]|b[ae]n|[tr]\u00f3l|[tr]\u0151l|b\u00f3l|b\u0151l|h[oe\u00f6]z|n[ae]k|v[ae]l|\u00e9rt|n[\u00e1\u00e9]l|[oe]t|ig|[oea]s)(?![\w/-])"
)
_MOST_PIECES = 8
#: A sentence is asked about several times while its mail is read; the next mail hardly repeats it.
_SHORT, _MOST_REMEMBERED = 400, 256


@dataclass(frozen=True, slots=True)
class Spot:
    """A known number found in a text: its normal form and its place."""

    key: str
    start: int
    end: int


class Spotter:
    """A set of normalised numbers, searched for in one pass over the words of a text."""

    def __init__(self, keys: set[str]) -> None:
        self.keys = frozenset(keys)
        self._remembered: dict[str, list[Spot]] = {}
        self._starts = frozenset(key[:end] for key in keys for end in range(1, len(key) + 1))

    def find(self, text: str) -> list[Spot]:
        """All known numbers in the text, longest first at each place, without overlap."""
        if len(text) > _SHORT:
            return self._find(text)
        found = self._remembered.get(text)
        if found is None:
            found = self._find(text)
            if len(self._remembered) >= _MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[text] = found
        return found[:]

    def _find(self, text: str) -> list[Spot]:
        words = [(found.group().upper(), found.start(), found.end()) for found in WORD.finditer(text)]
        spots: list[Spot] = []
        at = 0
        while at < len(words):
            if words[at][0] not in self._starts:
                at += 1
                continue
            spot, taken = self._longest(text, words, at)
            if spot is not None:
                spots.append(spot)
            at += max(taken, 1)
        return spots

    def _longest(self, text: str, words: list[tuple[str, int, int]], at: int) -> tuple[Spot | None, int]:
        joined, best, taken = "", None, 0
        start = words[at][1]
        for place in range(at, min(at + _MOST_PIECES, len(words))):
            word, first, last = words[place]
            if place > at and not _JOINT.fullmatch(text, words[place - 1][2], first):
                break
            joined += word
            if joined not in self._starts:
                break
            if joined in self.keys and not _is_torn(text, start, last):
                best, taken = Spot(joined, start, last), place - at + 1
        return best, taken


class Articles(Spotter):
    """The part numbers of order lines, and which of them name one thing."""

    def __init__(self, lines: Iterable[frozenset[str]]) -> None:
        self._kin: dict[str, set[str]] = {}
        for keys in lines:
            for key in keys:
                self._kin.setdefault(key, set()).update(keys)
        super().__init__(set(self._kin))

    def are_one(self, first: str, second: str) -> bool:
        """Whether two numbers stand on one order line."""
        return second in self._kin.get(first, ())


def _is_torn(text: str, start: int, end: int) -> bool:
    """Whether the number goes on beyond its end or begins before its start, as '22218-EK' does in '22218-EK/C3'."""
    before = text[max(start - 2, 0) : start]
    after = text[end : end + 2]
    goes_on = len(after) > 1 and after[0] in _GLUE and after[1].isalnum() and not _ENDING.match(text, end)
    began = len(before) > 1 and before[1] in _GLUE and before[0].isalnum()
    return goes_on or began
