"""On which day a contractor says that they come, in the forms that people write; one day alone, never a guess between two."""

import re
from datetime import date, timedelta

from handlers.extraction.dates import Calendar
from handlers.extraction.lexicon import Lexicon, lexicon_for

WEEK = 7
_SOON = {"today": 0, "heute": 0, "tomorrow": 1, "morgen": 1, "übermorgen": 2}
_WORD = re.compile(r"[^\W\d_]+")
_OPEN = re.compile(
    r"\b(?:or|oder|maybe|perhaps|vielleicht|latest|spätestens|earliest|frühestens|before|vor|until|bis|by|after|nach|not|nicht"
    r"|next|nächste\w*|kommende\w*|last|letzte\w*|good|guten|since|seit|between|zwischen)\b"
)
"""Words with which a name of a day is a limit, a greeting, a choice or a week that each of us counts in their own way."""


_SENTENCES = re.compile(r"(?<=[?!;\n])|(?<=[^\W\d_]{2}\.)\s")
_TIME = re.compile(
    r"(?<![\d.:])(?:(1[0-2]|0?[1-9])(?:[:.]([0-5]\d))?\s*(?=[ap]\.?m\b)|([01]?\d|2[0-3])(?:[:.]([0-5]\d))?\s*(?=uhr\b|o'clock\b)"
    r"|([01]?\d|2[0-3]):([0-5]\d)(?![\d:]))(?:([ap])\.?m\b)?",
    re.IGNORECASE,
)
"""A time of day: ``10:30``, ``10 Uhr``, ``2 pm``; a number with a point alone is a date."""


def day_in(text: str, *, locale: str, written: date) -> date | None:
    """Return the one day that somebody comes on: ``27 Nov``, ``27.11.``, ``Friday``, ``tomorrow``; None for none and for several.

    ``written`` is the day of the mail: no day before it counts. A question names no day. A weekday beside a date that is
    none of that name contradicts it.
    """
    words = lexicon_for(text, locale)
    calendar = Calendar(locale, words, written)
    days: set[date] = set()
    for sentence in _SENTENCES.split(text):
        if "?" in sentence:
            continue
        found = calendar.days(sentence)
        if any(not day.sure or calendar.is_past(sentence, day) for day in found):
            return None
        days |= {day.day for day in found}
        days |= _named(sentence, words, written) if not found else set()
        named = _weekdays(sentence, words)
        if named and any(day.day.weekday() not in named for day in found):
            return None
    return days.pop() if len(days) == 1 and min(days) >= written else None


def time_in(text: str) -> str:
    """Return the one time of day at which somebody comes, as ``10:30``; empty for none, for several and for questions."""
    times = {
        _clock(found)
        for sentence in _SENTENCES.split(text)
        if "?" not in sentence
        for found in _TIME.finditer(sentence)
    }
    return times.pop() if len(times) == 1 else ""


def _clock(found: re.Match[str]) -> str:
    hour, minute = next((found[at], found[at + 1]) for at in (1, 3, 5) if found[at] is not None)
    half = (found[7] or "").lower()[:1]
    return f"{int(hour) % 12 + 12 * (half == 'p') if half else int(hour):02}:{int(minute or 0):02}"


def _named(sentence: str, words: Lexicon, written: date) -> set[date]:
    """Return the days that a sentence without a date names: a weekday is the next one after the mail."""
    folded = sentence.casefold()
    if _OPEN.search(folded):
        return set()
    soon = {written + timedelta(days=_SOON[word]) for word in _WORD.findall(folded) if word in _SOON}
    return soon | {
        written + timedelta(days=(day - written.weekday() - 1) % WEEK + 1) for day in _weekdays(sentence, words)
    }


def _weekdays(sentence: str, words: Lexicon) -> set[int]:
    """Return the weekdays that a sentence names, Monday as 0."""
    names = {hit.meaning for hit in words.hits(sentence) if hit.meaning.startswith("weekdays.")}
    return {int(name.partition(".")[2]) - 1 for name in names}
