"""What the short answers below the lines of our quoted order say: a plain 'OK', and other goods named only because these go with them."""

import re
from collections.abc import Iterable

from .dates import Calendar
from .lexicon import Lexicon
from .words import fold, tokens

_MOST_ANSWER = 80
_FREE = (
    "words.agreed",
    "words.plain",
    "words.on",
    "words.today",
    "words.tomorrow",
    "weekdays.",
    "months.",
    "words.week",
)
_FREE_TOO = ("says.order_response", "words.everything", "words.arrives", "labels.expected_on", "columns.date")
_WITH = re.compile(
    r"(?<!\w)(?:(?:together |along |zusammen |sammen |insieme |junto |samen |wraz )?"
    r"(?:with|mit|avec|con|met|ze?|med|se?|com|ile|kanssa|samt))\s(?:[^\W\d_]{1,5}\s)?$",
    re.IGNORECASE,
)


#: 'Thank you for your order', as it begins in each language: polite, and by itself no promise.
_THANKS = re.compile(
    r"(?:(?:vielen|herzlichen|muchas|mange|tusen|vous|vi|wij|wir|we|many)\s)?"
    r"(?:thank|dank|bedank|merci|remerci|grazie|ringrazi|graci|agradec|obrigad|takk?\b|takker\b|tack|kiit"
    r"|dzi\u0119k|d\u011bkuj|k\u00f6sz\u00f6n)|\w+\s(?:i\u00e7in\s)?te\u015fekk",
    re.IGNORECASE,
)
_ENDS = re.compile(r"(?<=[.!?])\s+(?=[^\Wa-z])")
_COUNT = re.compile(r"\W*\d[\d.,]*\s?(?:[^\W\d_]{1,9}\.?)?\s*")
_NOT_AGREED = frozenset({"words.negation", "words.except", "says.conditional", "says.question", "words.substitute"})


def agrees(text: str, words: Lexicon) -> bool:
    """Whether a line of an answer begins with 'OK' or a count and 'OK', and nothing in its first sentence takes that back."""
    first = _ENDS.split(text.strip())[0]
    hits = words.hits(first)
    begins = any(
        hit.meaning == "words.agreed" and (hit.first == 0 or _COUNT.fullmatch(first, 0, hit.start)) for hit in hits
    )
    return begins and not first.endswith("?") and not any(hit.meaning in _NOT_AGREED for hit in hits)


def only_thanks(texts: Iterable[str], words: Lexicon) -> bool:
    """Whether all that seems to confirm an order in some texts is thanks for it."""
    said = [(text, hit) for text in texts for hit in words.hits(text) if hit.meaning == "says.order_response"]
    return bool(said) and all(_THANKS.match(text[hit.start : hit.end]) for text, hit in said)


def is_plain_yes(text: str, calendar: Calendar) -> bool:
    """Whether an answer says nothing but that it is in order, with or without a day: 'OK', 'geht klar, KW 49'."""
    words = calendar.words
    hits = words.hits(text)
    if len(text) > _MOST_ANSWER or text.rstrip().endswith("?") or not _begins(text, words):
        return False
    taken = [(day.start, day.end) for day in calendar.days(text)] + calendar.weeks(text)
    taken += [(hit.start, hit.end) for hit in hits if hit.meaning.startswith((*_FREE, *_FREE_TOO))]
    if any(
        not hit.meaning.startswith((*_FREE, *_FREE_TOO)) and hit.meaning.startswith(("says.", "words.")) for hit in hits
    ):
        return False
    left = [token for token in tokens(fold(text)) if not any(start <= token.start < end for start, end in taken)]
    return all(words.little(token.word) for token in left)


def goes_with(text: str, at: int, words: Lexicon) -> bool:
    """Whether an answer that begins with 'OK' names goods at this place only as those with which its own go."""
    return _begins(text, words) and _WITH.search(text[:at]) is not None


def _begins(text: str, words: Lexicon) -> bool:
    return any(hit.meaning == "words.agreed" and hit.first == 0 for hit in words.hits(text))
