"""Goods by the name that the order gives them: '12 Membranen' counts a 'Membrane', whatever the ending."""

import re
from collections.abc import Iterable
from dataclasses import replace

from .claims import Claim
from .known import OrderLine
from .units import PIECES, Figure
from .words import fold, words_in

_COUNTING = ("now", "quantity", "confirmed", "outstanding", "rest")
_LEAST_WORD = 3
_STEM = 4
#: So many letters at the end of a word may be another case or number of it.
_ENDING = 3
_COUNT = re.compile(r"(?<![\w.,/-])(\d{1,6})[ \u00a0]+([^\W\d_]{3,})(?:[ \u00a0]+([^\W\d_]{3,}))?")


def kin(said: Iterable[str], line: OrderLine) -> int:
    """How many words of a line's description are said, whatever their endings: 'Dichtungen' for a 'Dichtung', 'Stretchfolie' for a 'Folie'."""
    words = list(said)
    named = {word for word in words_in(line.description) if _says_something(word)}
    return sum(any(related(word, one) for one in words) for word in named)


def _says_something(word: str) -> bool:
    return len(word) >= _LEAST_WORD and not any(character.isdigit() for character in word)


def related(word: str, said: str) -> bool:
    """Whether two words are one but for an ending, or the longer one is made of the shorter."""
    short, long = sorted((word, said), key=len)
    if short == long:
        return True
    shared = next((at for at, pair in enumerate(zip(short, long, strict=False)) if pair[0] != pair[1]), len(short))
    inflected = shared >= _STEM and len(short) - shared <= _ENDING and len(long) - shared <= _ENDING + 1
    return inflected or (len(short) > _STEM and long.endswith(short))


def said_of(word: str, line: OrderLine) -> bool:
    """Whether a word is one of a line's description in any ending, or the last part of one: 'schijven' of a 'Lamellenschijf'."""
    named = (word for word in words_in(line.description) if _says_something(word))
    return any(related(word, one) or _ends_alike(word, one) for one in named if len(one) >= _STEM)


def _ends_alike(said: str, word: str) -> bool:
    """Whether both end in one stem of some length, whatever their own endings."""
    stems = (said[: len(said) - cut] for cut in range(_ENDING + 1))
    ends = [word[: len(word) - cut] for cut in range(_ENDING)]
    return len(said) < len(word) and any(len(stem) > _STEM and end.endswith(stem) for stem in stems for end in ends)


def with_named_count(claim: Claim, line: OrderLine) -> Claim:
    """A sentence in which no word of measure stands, and one figure counts the goods by their name: that is its quantity."""
    if claim.form != "prose" or line.unit not in PIECES or any(role in claim.figures for role in _COUNTING):
        return claim
    named = [figure for figure in claim.passed if _counts_by_name(figure, claim, line)]
    if len(named) != 1:
        return claim
    left = [figure for figure in claim.passed if figure is not named[0]]
    return replace(claim, figures={**claim.figures, "quantity": named}, passed=left)


def _counts_by_name(figure: Figure, claim: Claim, line: OrderLine) -> bool:
    if figure.units or figure.content is not None or figure.number.other is not None:
        return False
    found = [match for match in _COUNT.finditer(claim.text) if int(match[1]) == figure.number.value]
    words = [[fold(word) for word in (match[2], match[3]) if word] for match in found]
    return len(found) == 1 and kin(words[0], line) > 0
