"""Tells under which order a table of a document stands, where each section of it is headed by one."""

from collections.abc import Iterable

from .identity import Mention, Numbers
from .lexicon import Lexicon

_MOST_HEADING = 60
_MOST_BEFORE = 20
_SPEAKING = ("says.", "words.outstanding", "words.negation", "words.doubtful", "words.unaffected", "labels.not_order")


def section_of(lines: Iterable[str], numbers: Numbers, words: Lexicon) -> str:
    """The one order that heads these lines above a table; empty where they name none, or each of several by itself."""
    told = [(line, numbers.mentions(line, words)) for line in lines]
    single = [(line, found[0]) for line, found in told if len({one.number for one in found}) == 1]
    named = {one.number for _, one in single}
    return named.pop() if len(named) == 1 and all(_heads(line, one, words) for line, one in single) else ""


def _heads(line: str, mention: Mention, words: Lexicon) -> bool:
    """'Your order 4711 of 3 November': short, it begins with the order, and says nothing of it."""
    said = (hit.meaning for hit in words.hits(line))
    short = len(line.strip()) <= _MOST_HEADING and mention.start - (len(line) - len(line.lstrip())) <= _MOST_BEFORE
    return short and not any(meaning.startswith(_SPEAKING) for meaning in said)
