"""Reads the numbers of parcels behind their labels, in the groups in which carriers and people write them."""

import re
from collections.abc import Iterable

from .lexicon import Hit, Lexicon
from .words import squash

_NUMBER_WORD = r"(?i:no|nos|n\u00ba|n\u00b0|nr|num|number|numbers|n|numer|nummer|ref|reference|id|nrs|is|are|was|code|codes|kod|kode|koodi|k\u00f3d|c\u00f3digo|codice|sz\u00e1m|\u010d|\u010d\u00edslo|nro)"
#: Groups of capitals and digits with single blanks between them; a last group of two letters is the country ('LX 123 456 789 SE').
_NUMBER = re.compile(
    rf"[\s:#.\u00b0\u00ba|&/\u2013-]*(?:{_NUMBER_WORD}\b[\s:#.\u00b0\u00ba|-]*){{0,2}}"
    r"(?P<n>(?:[A-Z\d]{1,3} (?=[A-Z]{2,5} \d{4}))?[A-Z\d](?:[A-Z\d-]|(?<=[A-Z]) (?=\d)| (?=[\dA-Z-]*\d))*[A-Z\d]"
    r"(?: [A-Z]{2}(?=\s*$|[.,;)\n|\t]|\s{2}))?)(?![a-z])"
)
_BESIDE = re.compile(r"[\s:|/(]*(?P<n>[A-Z\d][A-Z\d-]{5,})")
_JOINT = re.compile(r"\s*(?:,|;|/|\+|&|and|und|et|y|e|en|i|och|og|ja|a|ve|\u00e9s)\s*(?=[A-Z\d])")
#: The short name of a document before its year and number, as in Portugal: 'GR 2026/4471'.
DATED_SERIES = re.compile(r"[\s:.\u00b0\u00ba#n|-]{0,6}[A-Z]{2,3} (?P<n>20\d\d/\d+)(?!\w)")
#: The shape of one carrier's numbers, which needs no label.
_PLAIN = re.compile(r"(?<!\w)1Z[0-9A-Z]{16}(?!\w)")
_LEAST = 6
_CARRIER_GAP = re.compile(r"[\s:#.|/(\u2013-]*")


def labelled(text: str, hit: Hit, taken: list[tuple[int, int]], words: Lexicon) -> Iterable[str]:
    """The numbers behind a label, the carrier's name between them apart; none that is a date or an order."""
    at = _behind_carrier(text, hit.end, words)
    while True:
        match = _NUMBER.match(text, at) or _BESIDE.match(text, at)
        if match is None or DATED_SERIES.match(text, at):
            return
        start, end = match.span("n")
        number = re.sub(r"\s", "", match.group("n"))
        if len(squash(number)) < _LEAST or not any(character.isdigit() for character in number):
            return
        if any(start < last and end > first for first, last in taken):
            return
        yield number
        joint = _JOINT.match(text, end)
        if joint is None:
            return
        at = joint.end()


def unlabelled(text: str) -> Iterable[str]:
    """The numbers that are known by their shape alone."""
    return (match.group() for match in _PLAIN.finditer(text))


def _behind_carrier(text: str, at: int, words: Lexicon) -> int:
    """Where the number can begin: behind the name of a carrier that follows the label ('Tracking DPD: 0150 …')."""
    gap = _CARRIER_GAP.match(text, at)
    start = gap.end() if gap else at
    named = [hit for hit in words.hits(text) if hit.meaning == "words.carriers" and hit.start == start]
    return max((hit.end for hit in named), default=at)
