"""The stretches of a sentence in which no quantity is looked for: articles, orders, days, weeks, parcels and telephones."""

import re

from .dates import Calendar
from .identity import Numbers
from .parcels import places as parcel_places

_WEEK = re.compile(
    r"(?<![\w])(?:kw|cw|wk|week|w/c|w|v|vecka|v\.|uge|uke|vko|viikko|sem|semaine|semana|settimana|sett|tyg|tydzie\u0144|t\u00fdden|h\u00e9t|hafta|kalenderwoche|n\u00b0|nr|tel|fax|gate|rampe|tor|dock)\.?\s?:?\s?#?\d{1,4}(?:\s?/\s?\d{2,4})?(?![\w])",
    re.IGNORECASE,
)
#: A time of day behind its word, which some write with a point: 'at 11.20', 'kl 13.40', 'um 9.30 Uhr'.
_CLOCK = re.compile(
    r"(?<!\w)(?:at|kl\.?|klo|um|gegen|\u00e0|a las|alle|ore|om|\u00e0s|godz\.?|o godz\.?|saat|v|ve)\s\d{1,2}[.:h]\d\d(?![\w.,]*\d)(?!\s?(?:m|kg|l|mm|pcs)\b)",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?<![\w-])(?:\+|\(0|0)(?:[\d()/-]|[ ](?![ ])){8,}\d")
#: A day of the month alone, as it stands behind its article or preposition: 'le 26', 'am 26.', 'on the 26th'.
_DAY = re.compile(
    r"(?<!\w)(?:(?:le|el|il|op|dia|d\u00eda|dne|dnia|am|zum|den|d\.)\s(?:[1-9]|[12]\d|3[01])(?:er|e|\u00ba|\.)?|the\s(?:[1-9]|[12]\d|3[01])(?:st|nd|rd|th))(?=[\s,;.)]|$)(?![.,]\d)(?!\s?[xX\u00d7])",
    re.IGNORECASE,
)
#: Numbers that name a substance, a standard or a paper's kind: 'UN 1824', 'CAS 1310-73-2'.
_SUBSTANCE = re.compile(r"(?<!\w)(?:UN|CAS|EC|EINECS|REACH)[ .:-]{0,3}\d{2,7}(?:-\d{1,3}){0,2}(?![\w])")
#: A size in inches: '10"', '3/4"', '1 1/2\u2033'.
_INCHES = re.compile(r"(?<![\w.,/])\d[\d./,]{0,6}\s?(?:\"|''|\u2033|\u201d)(?!\w)")
#: The number of a paper behind its name and 'no.': 'DDT n. 2261'.
_NUMBERED = re.compile(
    r"[ \t:]{0,3}(?:n|no|nr|num|nro|\u010d|sz)[.\u00b0\u00ba]{1,2}[ \u00a0]?[\w/-]{0,12}\d[\w/-]{0,12}(?![\w/-])",
    re.IGNORECASE,
)
#: A sum of money with blanks between its groups: '1 280 EUR'.
_SUM = re.compile(
    r"(?<![\w.,])\d{1,3}(?:[ \u00a0]\d{3})+(?:[.,]\d{1,2})?\s?(?:[\u20ac$\u00a3]|(?:EUR|USD|GBP|CHF|SEK|NOK|DKK|PLN|CZK|HUF|z\u0142|K\u010d|kr)(?![^\W_]))"
)
_CELL = re.compile(r"\S(?:[^\t ]|[ ](?![ \t]))*")
_COUNT_CELL = re.compile(r"\d[\d.,'\u00a0]*(?:[ ]?[^\W\d_]{1,12}\.?)?")
_LEAST_CELLS = 3
_NEXT_WORD = re.compile(r"\s?([^\W\d_]{1,16})")


def masked(text: str, taken: list[tuple[int, int]], calendar: Calendar, numbers: Numbers) -> list[tuple[int, int]]:
    """All such stretches as (start, end), with those that are taken by articles and line numbers already."""
    places = taken + [(mention.start, mention.end) for mention in numbers.mentions(text, calendar.words)]
    places += [
        (day.start, day.end)
        for day in calendar.days(text)
        if not any(day.start < end and day.end > start for start, end in places)
    ]
    places += [match.span() for match in _WEEK.finditer(text)] + calendar.weeks(text)
    places += parcel_places(text, calendar.words)
    places += [match.span() for match in _SUBSTANCE.finditer(text)] + _described(text)
    places += [match.span() for match in _DAY.finditer(text) if not _counts(text, match, calendar)]
    places += [match.span() for form in (_CLOCK, _INCHES) for match in form.finditer(text)]
    places += _papers(text, calendar) + [match.span() for match in _SUM.finditer(text)]
    return places + [
        match.span() for match in _PHONE.finditer(text) if not any(character.isalpha() for character in match.group())
    ]


def _papers(text: str, calendar: Calendar) -> list[tuple[int, int]]:
    """The numbers right behind the titles of papers, where a word says that they number."""
    titled = [hit.end for hit in calendar.words.hits(text) if hit.meaning.startswith("titles.")]
    return [found.span() for end in titled if (found := _NUMBERED.match(text, end))]


def _described(text: str) -> list[tuple[int, int]]:
    """The cells of a row set with blanks that stand before its first count: what they number belongs to the goods' name."""
    cells = list(_CELL.finditer(text))
    counts = [cell.start() for cell in cells if cell.group()[0].isdigit()]
    counts = counts if any(_COUNT_CELL.fullmatch(cell.group()) for cell in cells) else []
    if len(cells) < _LEAST_CELLS or not counts:
        return []
    return [cell.span() for cell in cells if cell.start() < counts[0]]


def _counts(text: str, match: re.Match[str], calendar: Calendar) -> bool:
    """Whether a unit follows, so that the number is no day: 'am 26 kg'."""
    word = _NEXT_WORD.match(text, match.end())
    return word is not None and bool(calendar.words.meanings_of(word.group(1), "units"))
