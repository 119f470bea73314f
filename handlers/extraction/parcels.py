"""Reads the numbers of parcels behind their labels and carriers, in the groups in which carriers and people write them."""

import re
from collections.abc import Iterable

from .lexicon import Hit, Lexicon
from .words import squash

_NUMBER_WORD = (
    r"(?i:no|nos|n\u00ba|n\u00b0|nr|num|number|numbers|n|numer|nummer|ref|reference|id|nrs|is|are|was|code|codes|kod|kode"
    r"|koodi|k\u00f3d|c\u00f3digo|codice|sz\u00e1m|\u010d|\u010d\u00edslo|nro)"
)
#: Groups of capitals and digits with single blanks between them; a last group of two letters is the country ('LX 123 456 789 SE').
_GROUPS = (
    r"(?P<n>(?:[A-Z\d]{1,3} (?=[A-Z]{2,5} \d{4}))?[A-Z\d](?:[A-Z\d-]|(?<=\d)\.(?=\d\d)| (?=[\dA-Z-]*\d))*[A-Z\d]"
    r"(?: [A-Z]{2}(?=\s*$|[.,:;)\n|\t]|\s{2}))?)(?![a-z])"
)
_NUMBER = re.compile(rf"[\s:#.\u00b0\u00ba|&/\u2013-]*(?:{_NUMBER_WORD}\b[\s:#.\u00b0\u00ba|-]*){{0,2}}{_GROUPS}")
_BESIDE = re.compile(r"[\s:|/(]*(?P<n>[A-Z\d][A-Z\d-]{5,})")
_JOINT = re.compile(r"\s*(?:,|;|/|\+|&|and|und|et|y|e|en|i|och|og|ja|a|ve|\u00e9s)\s*(?=[A-Z\d])")
#: The short name of a document before its year and number, as in Portugal: 'GR 2026/4471'.
DATED_SERIES = re.compile(r"[\s:.\u00b0\u00ba#n|-]{0,6}[A-Z]{2,3} (?P<n>20\d\d/\d+)(?!\w)")
#: The shape of one carrier's numbers, which needs no label.
_PLAIN = re.compile(r"(?<!\w)1Z(?: ?[0-9A-Z]){16}(?!\w)")
_LEAST = 6
#: How many signs and figures a number has that only a carrier's name tells to be one.
_LEAST_CARRIED, _LEAST_FIGURES = 8, 6
_NEXT = re.compile(r"\s?([^\W\d_]{1,12})")
#: 'Parcel number (DPD): 0998 …'.
_CLOSED = re.compile(r"\s?[)\]]")
_CARRIER_GAP = re.compile(r"[\s:#.|/(\u2013-]*")
#: The name of a carrier's service between the carrier and the number ('Express', 'Economy', 'Pro').
_SERVICE = re.compile(r"(?: (?!(?:Tel|Fon|Fax|Phone|Mob|Hot)\w*\b)(?:[A-Z][a-z]+|24|12|9)(?![\w]))?")
#: The name of a carrier behind its label, before the number: 'Haulier: Moor & Co 7749 1020 3381'.
_NAME = re.compile(r"[\s:|]*(?:(?!(?:Tel|Fon|Fax|Phone|Mob|Hot)\w*\b)(?:[^\W\da-z_][^\W\d_]*\.?|&)[ ,/:]+){1,3}")


def labelled(text: str, hit: Hit, taken: list[tuple[int, int]], words: Lexicon) -> Iterable[str]:
    """The numbers behind a label, the carrier's name between them apart; none that is a date or an order."""
    at = _behind_carrier(text, hit.end, words)
    while True:
        match = _NUMBER.match(text, at) or _BESIDE.match(text, at)
        if match is None or DATED_SERIES.match(text, at):
            return
        number = _number(match, taken)
        if number is None or len(squash(number)) < _LEAST:
            return
        yield number
        joint = _JOINT.match(text, match.end("n"))
        if joint is None:
            return
        at = _behind_carrier(text, joint.end(), words)


def carried(text: str, hit: Hit, taken: list[tuple[int, int]], words: Lexicon) -> str | None:
    """The number behind a carrier's name: 'Hermes Express 7749 1020 3381'; long enough to be none of anything else."""
    name = (_NAME if hit.meaning == "labels.carrier" else _SERVICE).match(text, hit.end)
    match = _NUMBER.match(text, _behind_carrier(text, name.end() if name else hit.end, words))
    number = _number(match, taken) if match else None
    if number is None or len(squash(number)) < _LEAST_CARRIED:
        return None
    return number if sum(map(str.isdigit, number)) >= _LEAST_FIGURES else None


def places(text: str, words: Lexicon) -> list[tuple[int, int]]:
    """Where numbers of parcels stand that count nothing: behind a label or a carrier, long, and without a unit behind them."""
    found = []
    for hit in words.hits(text):
        if hit.meaning not in ("labels.tracking", "words.carriers"):
            continue
        service = _SERVICE.match(text, hit.end)
        match = _NUMBER.match(text, _behind_carrier(text, service.end() if service else hit.end, words))
        if match is None or sum(map(str.isdigit, match["n"])) < _LEAST_CARRIED:
            continue
        following = _NEXT.match(text, match.end("n"))
        if following is None or not words.meanings_of(following[1], "units"):
            found.append(match.span("n"))
    return found


def unlabelled(text: str) -> Iterable[str]:
    """The numbers that are known by their shape alone."""
    return (match.group().replace(" ", "") for match in _PLAIN.finditer(text))


def _number(match: re.Match[str], taken: list[tuple[int, int]]) -> str | None:
    start, end = match.span("n")
    number = re.sub(r"\s", "", match.group("n"))
    if not any(character.isdigit() for character in number):
        return None
    clash = (place for place in taken if start < place[1] and end > place[0])
    return None if any(not _leads(match, place) for place in clash) else number


def _leads(match: re.Match[str], place: tuple[int, int]) -> bool:
    """Whether what could be a day is but the first group of figures of a longer number: '20261118 4471 0093'."""
    first, last = place
    within = first == match.start("n") and match.end("n") - last >= _LEAST
    return within and match.string[first:last].isdigit()


def _behind_carrier(text: str, at: int, words: Lexicon) -> int:
    """Where the number can begin: behind the name of a carrier that follows the label ('Tracking DPD: 0150 …')."""
    gap = _CARRIER_GAP.match(text, at)
    start = gap.end() if gap else at
    named = [hit for hit in words.hits(text) if hit.meaning == "words.carriers" and hit.start == start]
    behind = max((_after_service(text, hit.end) for hit in named), default=at)
    closed = _CLOSED.match(text, behind) if named else None
    return closed.end() if closed else behind


def _after_service(text: str, at: int) -> int:
    service = _SERVICE.match(text, at)
    return service.end() if service else at
