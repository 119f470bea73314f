"""Tells of the days of a sentence what happened or will happen on each: despatch, arrival, handover, or when a paper was written."""

import re
from collections.abc import Iterable
from datetime import date, timedelta

from .composed import sense
from .dates import Calendar, Day, stretch
from .identity import Numbers
from .lexicon import Hit, Lexicon
from .words import fold

#: A date said of the order, which dates the document only where nothing else does.
OF_ORDER = "of_order"
#: A day with an hour, of which the mail says no more than that it is a date.
MOMENT = "moment"
#: A day said by the name of its weekday, which counts where no date is written.
SPOKEN = "_spoken"
#: A day on which something is only said to leave, and not to arrive.
LEAVING = "leaving"
_KINDS_OF_DATE = ("despatched_on", "expected_on", "delivered_on", "issued_on")
_REACH = 48
_BESIDE = 3
_HOUR = re.compile(r"[\s,]*(?:[^\W\d_]{1,4}\.?\s)?\d{1,2}[:.h]\d\d(?!\d)")
_NUMBERED = re.compile(
    r"\W{1,2}(\d{1,2})(?:\.|st|nd|rd|th|er)?(?![\w.,/:-]*\d)(?!\s*(?:[^\W\d_]{3,}|h\b|am\b|pm\b|x\b))"
)
_ENDS = re.compile(r"[\d:;\t\n|]")
_FORMER_LABEL = re.compile(r"[^\d:;\t\n|]{0,30}:\s*")
_LABEL_ENDS = "\t;|,(\u2022*"
_FAR = 40
_WEEK = 7
_COMING = frozenset({"words.arrives", "says.future", "labels.expected_on", "says.delay"})
_GOING = frozenset({"says.despatch", "words.gone"})
#: Titles of papers, which have a date of their own; the name of a delay has none.
_PAPERS = ("titles.despatch", "titles.delivery", "titles.order_response", "titles.invoice", "titles.quotation")
_SUPPOSED = frozenset({"says.conditional", "says.question", "words.denies", "says.delivery"})
_CLOSE = 12
_NOT_SENT = frozenset({"says.future", "says.delivery", "says.cancellation", "says.delay", "words.negation"})
_NOT_PUT_OFF = frozenset({"says.despatch", "says.delivery", "says.conditional", "says.question", "words.gone"})
_NAMING = frozenset({"titles.despatch", "labels.tracking", "words.sending"})
_TO = re.compile(
    r"\s?(?<!\w)(?:an|aan|to|dem|der|den|de|till|til|a|al|alla|au|aux|\u00e0|ao|\u00e0s|z|do)\s(?:den|die|the|het|le|la|il|el)?\s*$",
    re.IGNORECASE,
)
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
        if not day.sure or calendar.is_past(text, day) or _is_labelled_former(text, day, hits):
            continue
        before = [
            hit
            for hit in labels
            if hit.end <= day.start and day.start - hit.end <= _REACH and hit.meaning.startswith("labels.")
        ]
        nearest = max(before, key=lambda hit: (hit.end, hit.length), default=None)
        nearest = _before_joint(text, nearest, before, hits)
        name = nearest.meaning.split(".", 1)[1] if nearest else ""
        adjacent = nearest is not None and not text[nearest.end : day.start].strip(" .:|\t")
        composed = _composed(text, day, calendar) if name in ("", "issued_on") else ""
        ordered = (
            name == "issued_on" and adjacent and nearest and _dates_an_order(text, nearest, calendar.words, numbers)
        )
        if composed or ordered:
            yield composed or OF_ORDER, day.day
        elif told := _named(text, day, nearest, hits, calendar):
            yield told, day.day
            if told == "expected_on" and name in ("", "issued_on") and _only_leaves(text, day, hits):
                yield LEAVING, day.day
        if name == "issued_on" and _HOUR.match(text, day.end):
            yield MOMENT, day.day
    yield from _told_by_words(text, hits, calendar)


def _only_leaves(text: str, day: Day, hits: list[Hit]) -> bool:
    """Whether the stretch of a day says that something will go on it, and nothing that it comes."""
    start, end = stretch(text, day.start, day.end)
    said = {hit.meaning for hit in hits if hit.start >= start and hit.end <= end}
    return "says.future" in said and not said & {"words.arrives", "labels.expected_on"}


def _named(text: str, day: Day, nearest: Hit | None, hits: list[Hit], calendar: Calendar) -> str:
    """What the nearest label before a day, or the verb of its stretch, makes of it; '' where that is nothing."""
    name = nearest.meaning.split(".", 1)[1] if nearest else ""
    adjacent = nearest is not None and not text[nearest.end : day.start].strip(" .:|\t")
    verb = _verb(text, _beside(text, day, hits))
    if name == "issued_on" and nearest and verb and _is_spoken(text, nearest, hits, day):
        return verb
    if name in ("", "issued_on") and verb in ("", "despatched_on") and _is_of_a_sending(day, hits):
        return "despatched_on"
    if nearest and name in ("expected_on", "despatched_on") and _is_former(nearest, hits):
        return ""
    if name in _KINDS_OF_DATE and (name != "issued_on" or adjacent or not verb):
        return name
    return verb if verb and not _was(text, day.start, calendar.words) else ""


def _before_joint(text: str, nearest: Hit | None, before: list[Hit], hits: list[Hit]) -> Hit | None:
    """'Livraison pr\u00e9vue chez vous le: \u2026' is named by the label that its little word ends, and not by that."""
    joint = nearest and any(hit.meaning == "words.on" and hit.start == nearest.start for hit in hits)
    if nearest is None or not joint or not re.match(r"\s?:", text[nearest.end :]):
        return nearest
    others = [hit for hit in before if hit.end < nearest.start and not _ENDS.search(text, hit.end, nearest.start)]
    return max(others, key=lambda hit: (hit.length, hit.end), default=nearest)


def _is_labelled_former(text: str, day: Day, hits: list[Hit]) -> bool:
    """'Bisheriger Termin: \u2026': a label that says of itself that it names the old day."""
    return any(
        hit.meaning == "words.former" and hit.end <= day.start and _FORMER_LABEL.fullmatch(text, hit.end, day.start)
        for hit in hits
    )


def _composed(text: str, day: Day, calendar: Calendar) -> str:
    """What a label that no list has says of the day right behind it."""
    before = text[max(day.start - _REACH, 0) : day.start].rstrip(" ")
    if not before.endswith((":", "\t")):
        return ""
    label = before[:-1].rstrip(" .:\t")
    begin = max((at for at, sign in enumerate(label) if sign in _LABEL_ENDS or sign.isdigit()), default=-1) + 1
    ahead = calendar.written is not None and day.day > calendar.written
    return sense(label[begin:], calendar.words, ahead=ahead)


def _beside(text: str, day: Day, hits: list[Hit]) -> list[Hit]:
    """The words of the cell or stretch in which a date stands where they say what it is, else those of one before it, else all."""
    start = text.rfind("\t", 0, day.start) + 1
    end = text.find("\t", day.end)
    own = [hit for hit in hits if hit.start >= start and (end < 0 or hit.end <= end)]
    if len(own) < len(hits) and _verb(text, own):
        return own
    if any(hit.meaning == "says.conditional" for hit in hits):
        return hits
    start, end = day.start, day.end
    while True:
        start, end = stretch(text, start, end)
        own = [hit for hit in hits if hit.start >= start and hit.end <= end]
        if _verb(text, own) or start <= 0:
            return own if _verb(text, own) else hits
        start = end = max(start - 1, 0)


def _is_of_a_sending(day: Day, hits: list[Hit]) -> bool:
    """'Wysy\u0142ka z dnia 08.12.2026': the name of a sending stands just before its day, and nothing is still to come."""
    if any(hit.meaning in _COMING or hit.meaning in _SUPPOSED for hit in hits):
        return False
    return any(hit.meaning == "words.sending" and 0 <= day.start - hit.end <= _CLOSE for hit in hits)


def _is_spoken(text: str, label: Hit, hits: list[Hit], day: Day) -> bool:
    """'On the date of 18 November we have sent': the date belongs to the verb and not to a document named before it."""
    named = any(hit.end <= label.start and hit.meaning.startswith(_PAPERS) for hit in hits)
    return not named and ":" not in text[label.end : day.start]


def _told_by_words(text: str, hits: list[Hit], calendar: Calendar) -> Iterable[tuple[str, date]]:
    """'Shipped today', 'left last night', 'arrives tomorrow', 'on Friday', by the day on which the mail was written."""
    written = calendar.written
    if written is None or any(hit.meaning == "says.conditional" for hit in hits):
        return
    yield from _today(text, hits, written)
    yield from _tomorrow(text, hits, written)
    if not calendar.days(text):
        yield from _weekday(text, hits, calendar, written)


def _today(text: str, hits: list[Hit], written: date) -> Iterable[tuple[str, date]]:
    said = [hit for hit in hits if hit.meaning in ("words.today", "words.yesterday")]
    if not said or any(_denied(text, hit, hits) for hit in said):
        return
    names = {hit.meaning for hit in hits}
    day = written - timedelta(days=1) if "words.today" not in names else written
    handed = "words.handed" in names and not names & (_GOING | _COMING)
    if ("says.delivery" in names and "says.despatch" not in names) or handed:
        yield "delivered_on", day
    elif names & _GOING or _names_beside(said, hits):
        yield "despatched_on", day


def _names_beside(said: list[Hit], hits: list[Hit]) -> bool:
    """'Our shipment of today': the name of a despatch close to the day, and nothing still to come."""
    if any(hit.meaning in _NOT_SENT for hit in hits):
        return False
    named = [hit for hit in hits if hit.meaning in _NAMING]
    return any(one.first - hit.last <= _BESIDE and hit.first - one.last <= _BESIDE for one in said for hit in named)


def _tomorrow(text: str, hits: list[Hit], written: date) -> Iterable[tuple[str, date]]:
    others = [hit for hit in hits if hit.meaning in ("words.today", "words.yesterday", "words.plain", "mail.auto_says")]
    for hit in hits:
        if hit.meaning != "words.tomorrow" or any(one.first <= hit.first <= one.last for one in others):
            continue
        names = _around(text, hit, hits)
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
    names = _around(text, hit, hits)
    numbered = _NUMBERED.match(text, hit.end)
    if numbered and names & _COMING and not names & {"words.denies", *_GOING}:
        days = [written + timedelta(days=ahead + more) for more in range(0, _FAR, _WEEK)]
        yield from (("expected_on", day) for day in days if day.day == int(numbered[1]))
        return
    was = _was(text, hit.start, calendar.words) and not names & _COMING
    if vague or not ahead or "words.denies" in names or was:
        return
    if names & _GOING and "says.future" not in names:
        yield "despatched_on" + SPOKEN, written - timedelta(days=_WEEK - ahead)
    elif names & _COMING:
        yield "expected_on" + SPOKEN, written + timedelta(days=ahead)


def _around(text: str, hit: Hit, hits: list[Hit]) -> set[str]:
    """What is said in the stretch of a word; in the whole sentence where its stretch has no verb."""
    start, end = stretch(text, hit.start, hit.end)
    own = {one.meaning for one in hits if one.start >= start and one.end <= end}
    return own if own & (_COMING | _GOING) else {one.meaning for one in hits}


def _denied(text: str, hit: Hit, hits: list[Hit]) -> bool:
    start, end = stretch(text, hit.start, hit.end)
    return any(one.meaning == "words.denies" and start <= one.start < end for one in hits)


def is_given_to_carrier(sentence: str, hits: list[Hit]) -> bool:
    """'An DHL \u00fcbergeben' is said with the words of a handover and means that the goods left."""
    given = [hit for hit in hits if hit.meaning == "words.carriers" and _TO.search(sentence[: hit.start])]
    behind = {hit.last + 1 for hit in given}
    handed = [hit for hit in hits if hit.meaning == "says.delivery"]
    return bool(handed) and all(
        hit.last in behind or any(_TO.fullmatch(sentence, hit.end, one.start) for one in given) for hit in handed
    )


def _verb(text: str, hits: list[Hit]) -> str:
    names = {hit.meaning for hit in hits}
    if is_given_to_carrier(text, hits):
        names = names - {"says.delivery"} | {"says.despatch"}
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


def _is_former(label: Hit, hits: list[Hit]) -> bool:
    """'Previous delivery date: \u2026' and 'fecha de entrega anterior: \u2026' name the old day."""
    return any(
        hit.meaning == "words.former" and hit.last >= label.first - 1 and hit.first <= label.last + 1 for hit in hits
    )


def puts_off(text: str, hits: list[Hit], calendar: Calendar) -> bool:
    """'They come not on Wednesday but on the 27th': one day is denied, another one promised, and nothing left."""
    if {hit.meaning for hit in hits} & _NOT_PUT_OFF or text.rstrip().endswith("?"):
        return False
    days = calendar.days(text)
    named = [hit for hit in hits if hit.meaning.startswith("weekdays.")]
    old = any(calendar.is_past(text, day) for day in days) or any(
        _denied(text, hit, hits) and not _holds_a_day(text, hit, days) for hit in named
    )
    return old and any(day.sure and not calendar.is_past(text, day) for day in days)


def _holds_a_day(text: str, hit: Hit, days: list[Day]) -> bool:
    start, end = stretch(text, hit.start, hit.end)
    return any(start <= day.start < end for day in days)


def _was(text: str, at: int, words: Lexicon) -> bool:
    tail = fold(text[max(at - 24, 0) : at]).rstrip(" .:(")
    return any(hit.meaning == "words.was" and len(tail) - hit.end <= 4 for hit in words.hits(tail))  # noqa: PLR2004
