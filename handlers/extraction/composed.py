"""Understands heads and labels that no list has: a word for a day or a sum beside another word of the trade, as 'Lev.dag' and 'Total units'."""

from collections.abc import Callable
from functools import cache

from .lexicon import Hit, Lexicon, tables
from .units import PIECES
from .words import spellings, words_in

_LEAST = 3
_MOST_WORDS = 4
_SENSES = {
    "words.gone": "despatched_on",
    "words.went": "despatched_on",
    "words.sending": "despatched_on",
    "says.despatch": "despatched_on",
    "labels.despatched_on": "despatched_on",
    "words.handed": "delivered_on",
    "says.delivery": "delivered_on",
    "labels.delivered_on": "delivered_on",
    "words.arrives": "expected_on",
    "labels.expected_on": "expected_on",
}
_GROUPS = ("words", "says", "labels")


def senses(text: str, words: Lexicon) -> frozenset[str]:
    """What a label may say of its day: 'despatched_on', 'delivered_on', 'expected_on'; empty where it is made otherwise."""
    word = _beside_day(text, words)
    return (_known(word, words.meanings_of) or _known(word, words.begun)) if word else frozenset()


def sense(text: str, words: Lexicon, *, ahead: bool) -> str:
    """The one thing that a label says of its day; of a shortened word only whether a day ahead is that of the arrival."""
    word = _beside_day(text, words)
    whole = _known(word, words.meanings_of)
    if len(whole) == 1:
        return next(iter(whole))
    coming = ahead and "expected_on" in (whole or _known(word, words.begun))
    return "expected_on" if coming else ""


def _beside_day(text: str, words: Lexicon) -> str:
    """The one word of the trade beside a word for a day, with nothing but small words between; '' where there is more or less."""
    pieces = words_in(text)
    if len(pieces) > _MOST_WORDS:
        return ""
    of_days = day_words(words.languages)
    rest = [piece for piece in (_without_day(piece, of_days) for piece in pieces) if piece]
    if rest == pieces:
        return ""
    said = [piece for piece in rest if len(piece) >= _LEAST and not words.everyday(piece)]
    return said[0] if len(said) == 1 and all(piece in said or words.everyday(piece) for piece in rest) else ""


def _without_day(piece: str, of_days: frozenset[str]) -> str:
    """A word without the word for a day that it is or ends with: 'leveransdag' is 'leverans'."""
    if piece in of_days:
        return ""
    ends = [word for word in of_days if len(word) >= _LEAST and piece.endswith(word)]
    return piece[: -max(map(len, ends))] if ends else piece


def _known(word: str, found: Callable[[str, str], tuple[str, ...]]) -> frozenset[str]:
    """The senses of a word by one way of looking it up, as a whole or as a beginning."""
    names = (f"{group}.{name}" for group in _GROUPS for name in found(word, group)) if word else ()
    return frozenset(_SENSES[name] for name in names if name in _SENSES)


@cache
def day_words(languages: tuple[str, ...]) -> frozenset[str]:
    """The words for a day in some languages, as they are looked up."""
    said = (word for language in languages for word in tables()[language].get("dated", ()))
    return frozenset(spelling for word in said for spelling in spellings(word))


def units_in_all(text: str, hits: list[Hit], words: Lexicon) -> tuple[str, ...] | None:
    """The pieces that 'Total units' counts, though 'total' alone is a sum of money; None where other words stand there."""
    summed = [hit for hit in hits if hit.meaning == "labels.total_row"]
    covered = {place for hit in summed for place in range(hit.first, hit.last + 1)}
    left = [word for at, word in enumerate(words_in(text)) if at not in covered]
    units = [unit for word in left if set(unit := words.meanings_of(word, "units")) & PIECES]
    counts = ["quantity" in words.meanings_of(word, "columns") for word in left]
    if not covered or not left or len(units) + sum(counts) < len(left):
        return None
    return units[0] if units else ()
