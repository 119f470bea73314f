"""Tells under which order a table of a document stands, where each section of it is headed by one."""

from collections.abc import Iterable
from dataclasses import dataclass

from .identity import Mention, Numbers
from .lexicon import Lexicon

_MOST_HEADING = 60
_MOST_BEFORE = 20
_SPEAKING = ("says.", "words.outstanding", "words.negation", "words.doubtful", "words.unaffected", "labels.not_order")


@dataclass(frozen=True, slots=True)
class Section:
    """The order that heads a table, if any; torn where the lines above name several orders, each by itself."""

    order: str = ""
    torn: bool = False


def section_of(lines: Iterable[str], numbers: Numbers, words: Lexicon) -> Section:
    """What the lines between a table and the one before it say of its order; a list of orders above heads nothing."""
    told = [(line, numbers.mentions(line, words)) for line in lines]
    single = [(line, found[0]) for line, found in told if len({one.number for one in found}) == 1]
    if not single:
        return Section()
    named = [one.number for _, one in single]
    line, last = single[-1]
    if len(set(named)) == 1:
        return Section(last.number if all(_heads(line, one, words) for line, one in single) else "")
    heads = named.count(last.number) > 1 and _heads(line, last, words)
    return Section(last.number if heads else "", torn=not heads)


def without_orders(heading: str, numbers: Numbers, words: Lexicon) -> str:
    """A heading with its order numbers left out, so that none of them counts for the table below."""
    for mention in sorted(numbers.mentions(heading, words), key=lambda one: -one.start):
        heading = f"{heading[: mention.start]}\u2026{heading[mention.end :]}"
    return heading


def _heads(line: str, mention: Mention, words: Lexicon) -> bool:
    """'Your order 4711 of 3 November': short, it begins with the order, and says nothing of it."""
    said = (hit.meaning for hit in words.hits(line))
    short = len(line.strip()) <= _MOST_HEADING and mention.start - (len(line) - len(line.lstrip())) <= _MOST_BEFORE
    return short and not any(meaning.startswith(_SPEAKING) for meaning in said)
