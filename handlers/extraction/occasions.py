"""Tells of the days of a sentence what happened or will happen on each: despatch, arrival, handover, or when a paper was written."""

import re
from collections.abc import Iterable
from datetime import date, timedelta

from .dates import Calendar, Day
from .identity import Numbers
from .lexicon import Hit, Lexicon
from .words import fold

#: A date said of the order, which dates the document only where nothing else does.
OF_ORDER = "of_order"
#: A day said by the name of its weekday, which counts where no date is written.
SPOKEN = "_spoken"
_KINDS_OF_DATE = ("despatched_on", "expected_on", "delivered_on", "issued_on")
_REACH = 48
_BESIDE = 3
_WEEK = 7
_COMING = frozenset({"words.arrives", "says.future", "labels.expected_on", "says.delay"})
_GOING = frozenset({"says.despatch", "words.gone"})
_NAMING = frozenset({"titles.despatch", "labels.tracking"})
#: What makes the name of a weekday mean any week, or one that people count differently.
_VAGUE = re.compile(
    r"(?:next|last|every|each|following|naechst\w*|nachst\w*|letzt\w*|vorig\w*|jed\w*|chaque|tous les|prochain\w*|dernier|cada|todos los|proxim\w*|pasado|ogni|prossim\w*|scors\w*"
    r"|elke|iedere|volgende|vorige|afgelopen|kazd\w*|nastepn\w*|przyszl\w*|ostatni\w*|varje|nasta|forra|hver|naeste|naste|neste|forrige|sidste|sist|joka|ensi|viime|pristi\w*|minul\w*|minden|jovo|mult|her|gelecek|gecen|passad\w*|todas as)\W+$"
)
_VAGUE_BEHIND = re.compile(
    r"\W+(?:week|weeks|last|in \w+ woche|prochaine?|dernier|que viene|pasado|prossim\w*|scors\w*|que vem|passad\w*|[-/\u2013]|to|bis|tot|till|til|through)(?!\w)"
)


def named_days(text: str, hits: list[Hit], calendar: Calendar, numbers: Numbers) -> Iterable[tuple[str, date]]:
    """Each date with what the words before it (or the verb of its stretch) make of it."""
    labels = [hit for hit in hits if hit.meaning.startswith(("labels.", "titles."))]
    for day in calendar.days(text):
        if not day.sure or calendar.is_past(text, day):
            continue
        before = [
            hit
            for hit in labels
            if hit.end <= day.start and day.start - hit.end <= _REACH and hit.meaning.startswith("labels.")
        ]
        nearest = max(before, key=lambda hit: (hit.end, hit.length), default=None)
        name = nearest.meaning.split(".", 1)[1] if nearest else ""
        adjacent = nearest is not None and not text[nearest.end : day.start].strip(" .:|\t")
        verb = _verb(_beside(text, day, hits, calendar))
        if name == "issued_on" and nearest and adjacent and _dates_an_order(text, nearest, calendar.words, numbers):
            yield OF_ORDER, day.day
        elif name == "issued_on" and nearest and verb and _is_spoken(text, nearest, labels, day):
            yield verb, day.day
        elif name in _KINDS_OF_DATE and (name != "issued_on" or adjacent or not verb):
            yield name, day.day
        elif verb and not _was(text, day.start, calendar.words):
            yield verb, day.day
    yield from _told_by_words(text, hits, calendar)


def _beside(text: str, day: Day, hits: list[Hit], calendar: Calendar) -> list[Hit]:
    """The words of the cell or stretch in which a date stands where they say what it is, else those of one before it, else all."""
    start = text.rfind("\t", 0, day.start) + 1
    end = text.find("\t", day.end)
    own = [hit for hit in hits if hit.start >= start and (end < 0 or hit.end <= end)]
    if len(own) < len(hits) and _verb(own):
        return own
    if any(hit.meaning == "says.conditional" for hit in hits):
        return hits
    start, end = day.start, day.end
    while True:
        start, end = calendar.stretch(text, start, end)
        own = [hit for hit in hits if hit.start >= start and hit.end <= end]
        if _verb(own) or start <= 0:
            return own if _verb(own) else hits
        start = end = max(start - 1, 0)


def _is_spoken(text: str, label: Hit, labels: list[Hit], day: Day) -> bool:
    """'On the date of 18 November we have sent': the date belongs to the verb and not to a document named before it."""
    named = any(hit.end <= label.start and hit.meaning.startswith("titles.") for hit in labels)
    return not named and ":" not in text[label.end : day.start]


def _told_by_words(text: str, hits: list[Hit], calendar: Calendar) -> Iterable[tuple[str, date]]:
    """'Shipped today', 'left last night', 'arrives tomorrow', 'on Friday', by the day on which the mail was written."""
    written = calendar.written
    if written is None or any(hit.meaning == "says.conditional" for hit in hits):
        return
    yield from _today(text, hits, calendar, written)
    yield from _tomorrow(text, hits, calendar, written)
    if not calendar.days(text):
        yield from _weekday(text, hits, calendar, written)


def _today(text: str, hits: list[Hit], calendar: Calendar, written: date) -> Iterable[tuple[str, date]]:
    said = [hit for hit in hits if hit.meaning in ("words.today", "words.yesterday")]
    if not said or any(_denied(text, hit, hits, calendar) for hit in said):
        return
    names = {hit.meaning for hit in hits}
    day = written - timedelta(days=1) if "words.today" not in names else written
    if "says.delivery" in names and "says.despatch" not in names:
        yield "delivered_on", day
    elif names & _GOING or _names_beside(said, hits):
        yield "despatched_on", day


def _names_beside(said: list[Hit], hits: list[Hit]) -> bool:
    """'Our shipment of today': the name of a despatch close to the day, and nothing still to come."""
    if any(hit.meaning in ("says.future", "says.delivery", "words.negation") for hit in hits):
        return False
    named = [hit for hit in hits if hit.meaning in _NAMING]
    return any(one.first - hit.last <= _BESIDE and hit.first - one.last <= _BESIDE for one in said for hit in named)


def _tomorrow(text: str, hits: list[Hit], calendar: Calendar, written: date) -> Iterable[tuple[str, date]]:
    others = [hit for hit in hits if hit.meaning in ("words.today", "words.yesterday", "words.plain", "mail.auto_says")]
    for hit in hits:
        if hit.meaning != "words.tomorrow" or any(one.first <= hit.first <= one.last for one in others):
            continue
        names = _around(text, hit, hits, calendar)
        if names & _COMING and not names & {"says.despatch", "words.denies"}:
            yield "expected_on" + SPOKEN, written + timedelta(days=1)


def _weekday(text: str, hits: list[Hit], calendar: Calendar, written: date) -> Iterable[tuple[str, date]]:
    """The next such day for what is to come, the last one for what left; none where it could be a day of another week."""
    said = [hit for hit in hits if hit.meaning.startswith("weekdays.")]
    if len({hit.meaning for hit in said}) != 1:
        return
    hit = said[0]
    vague = _VAGUE.search(fold(text[: hit.start])) or _VAGUE_BEHIND.match(fold(text), hit.end)
    ahead = (int(hit.meaning.partition(".")[2]) - 1 - written.weekday()) % _WEEK
    names = _around(text, hit, hits, calendar)
    if vague or not ahead or "words.denies" in names or _was(text, hit.start, calendar.words):
        return
    if names & _GOING and "says.future" not in names:
        yield "despatched_on" + SPOKEN, written - timedelta(days=_WEEK - ahead)
    elif names & _COMING:
        yield "expected_on" + SPOKEN, written + timedelta(days=ahead)


def _around(text: str, hit: Hit, hits: list[Hit], calendar: Calendar) -> set[str]:
    """What is said in the stretch of a word; in the whole sentence where its stretch has no verb."""
    start, end = calendar.stretch(text, hit.start, hit.end)
    own = {one.meaning for one in hits if one.start >= start and one.end <= end}
    return own if own & (_COMING | _GOING) else {one.meaning for one in hits}


def _denied(text: str, hit: Hit, hits: list[Hit], calendar: Calendar) -> bool:
    start, end = calendar.stretch(text, hit.start, hit.end)
    return any(one.meaning == "words.denies" and start <= one.start < end for one in hits)


def _verb(hits: list[Hit]) -> str:
    names = {hit.meaning for hit in hits}
    if names & {"says.conditional"}:
        return ""
    if "says.delivery" in names and "words.arrives" not in names:
        return "delivered_on"
    if "says.despatch" in names and "says.future" not in names:
        return "despatched_on"
    if names & {"says.future", "words.arrives", "says.delay"}:
        return "expected_on"
    if "words.gone" in names:
        return "despatched_on"
    return "delivered_on" if "words.handed" in names else ""


def _dates_an_order(text: str, label: Hit, words: Lexicon, numbers: Numbers) -> bool:
    """'Your order 4711 of 3 November' dates the order and not the mail's document."""
    return any(0 <= label.start - one.end <= _BESIDE for one in numbers.mentions(text, words))


def _was(text: str, at: int, words: Lexicon) -> bool:
    tail = fold(text[max(at - 24, 0) : at]).rstrip(" .:(")
    return any(hit.meaning == "words.was" and len(tail) - hit.end <= 4 for hit in words.hits(tail))  # noqa: PLR2004
