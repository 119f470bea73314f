"""Reads the number of a document behind its name: 'Delivery note DN-31070', 'n\u00b0 40 881', 'AB51177'."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .lexicon import Hit, Lexicon
from .parcels import DATED_SERIES

_WORD = r"(?:no|n\u00ba|n\u00b0|nr|ref|num|number|n|nummer|numer|numero|num\u00e9ro|n\u00famero|\u010d|\u010d\u00edslo|sz\u00e1m|sz\u00e1ma|nro|di|is|ist|lautet)"
_NUMBER = re.compile(
    rf"[\s:#.\u00b0\u00ba|()-]*(?P<no>{_WORD}\b[\s:#.\u00b0\u00ba|-]*){{0,2}}(?P<n>[^\W_][\w./-]*\w|\d)",
    re.IGNORECASE,
)
#: A number in groups, as people say it aloud ('70 44 19'), where nothing follows that it could count.
_GROUPED = re.compile(
    rf"[\s:#.\u00b0\u00ba|()-]*(?:{_WORD}\b[\s:#.\u00b0\u00ba|-]*){{0,2}}(?P<n>\d{{1,4}}(?: \d{{2,4}}){{1,4}})(?=\s*(?:$|[,;)|/\t\n]|\.(?!\d)|\s[-\u2013]))",
    re.IGNORECASE,
)
#: The short name of a document that is a part of its number: 'DN-31070'.
_PREFIXED = re.compile(r"(?P<n>[A-Z]{1,4}[-/]\d[\w./-]*\w)")
#: A number behind one capital, which is a part of it: 'F 240917', and not 'N 240917'.
_LETTERED = re.compile(r"[\s:|#.]{0,6}(?P<n>[A-MO-Z] \d{5,12})(?=\s*(?:$|[,;)|\t\n]|\.(?!\d)|\s[-\u2013]))")
#: A number that follows our order's: 'confirmation of PO 4711 no. 88-12'.
_BEHIND_ORDER = re.compile(rf"[\s,:(\u2013-]*{_WORD}\b[\s:#.\u00b0\u00ba]*(?P<n>[^\W_][\w./-]*\w)", re.IGNORECASE)
#: The short name of a document with its number close to it: 'BL7714'.
_GLUED = re.compile(r"(?<![\w./-])(?P<name>[A-Z]{2,4})(?P<no>\d{4,12}(?:[/-]\d{1,6})?)(?![\w-])")
#: What calls a short number one: 'DDT n. 551', and not 'the invoice is 551'.
_CALLED = re.compile(r"(?i)n|\u010d|sz\u00e1m")
#: The number with which a line about our order begins: 'D-118842 -- PO 4711 -- part shipment'.
_LEADING = re.compile(r"\s*(?P<n>[A-Z]{0,4}[-/]?\d[\w/-]{3,16}\w)\s*(?:--?|[\u2013\u2014/|,:])\s")
_MOST_LEADING = 80
#: How near our order's number stands to the name of a document that has its own number behind it.
_CLOSE = 16
_YEAR = re.compile(r"(?:19|20)\d\d")
_NEXT = re.compile(r"\s?([^\W\d_]{1,12})")
_LEAST = 4
_FORMS = (DATED_SERIES, _LETTERED, _NUMBER)
_LEAST_GROUPED = 5
Spans = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Taken:
    """What is no number of a document in a text: the places of dates and articles, and those of our orders."""

    others: Spans
    orders: Spans

    def overlaps(self, span: tuple[int, int]) -> bool:
        """Whether a place is taken by any of them."""
        return _overlaps(span, self.others + self.orders)


def number_behind(text: str, hit: Hit, taken: Taken) -> str | None:
    """The number that follows the name of a document, unless it is a date, an article or an order."""
    grouped = _GROUPED.match(text, hit.end)
    if grouped is not None and not taken.overlaps(grouped.span("n")):
        number = re.sub(r"\s", "", grouped["n"])
        if len(number) >= _LEAST_GROUPED:
            return number
    match = _PREFIXED.match(text, hit.start) if hit.length == 1 else None
    match = match or next((found for form in _FORMS if (found := form.match(text, hit.end))), None)
    between = next((end for start, end in sorted(taken.orders) if 0 <= start - hit.end <= _CLOSE), None)
    numbered = match is not None and any(map(str.isdigit, match["n"])) and not taken.overlaps(match.span("n"))
    if between is not None and not numbered:
        match = _BEHIND_ORDER.match(text, between)
    if match is None or taken.overlaps(match.span("n")) or not _is_number(text, hit, match):
        return None
    return match["n"]


def plain_number(text: str, hit: Hit, taken: Taken, words: Lexicon) -> str | None:
    """The number behind a word that names any document ('note', 'Lieferung'), unless it may be a year or a count."""
    number = number_behind(text, hit, taken)
    if number is None or _YEAR.fullmatch(number) or (number.isdigit() and len(number) <= _LEAST):
        return None
    at = text.find(number, hit.end)
    following = _NEXT.match(text, at + len(number)) if at >= 0 else None
    return None if following and words.meanings_of(following[1], "units") else number


def leading_number(text: str, taken: Taken) -> str | None:
    """The number that begins a short line which names our order."""
    match = _LEADING.match(text) if taken.orders and len(text) <= _MOST_LEADING else None
    return match["n"] if match and not taken.overlaps(match.span("n")) else None


def numbers_glued(text: str, taken: Taken, words: Lexicon) -> Iterable[tuple[str, str]]:
    """Kind and number of each 'BL7714' whose letters are the short name of a document."""
    for match in _GLUED.finditer(text):
        kinds = words.meanings_of(match["name"], "titles")
        if kinds and not taken.overlaps(match.span()):
            yield kinds[0], match.group()


def _is_number(text: str, hit: Hit, match: re.Match[str]) -> bool:
    number, end = match["n"], match.end("n")
    if not any(character.isdigit() for character in number):
        return False
    if re.fullmatch(r"\d{1,2}", number) or text[end : end + 1] == "%":
        return False
    called = _CALLED.search(match.groupdict().get("no") or "")
    return not (number.isdigit() and len(number) < _LEAST and hit.length == 1 and not called)


def _overlaps(span: tuple[int, int], taken: Spans) -> bool:
    return any(span[0] < last and span[1] > first for first, last in taken)
