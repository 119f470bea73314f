"""Reads the head of a mail or document: its number and dates, carrier and tracking numbers."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from .dates import Calendar, Day
from .identity import Numbers
from .lexicon import Hit, Lexicon
from .sentences import sentences
from .words import fold, squash

_NUMBER = re.compile(
    r"[\s:#.\u00b0\u00ba|()-]*(?P<no>(?:no|n\u00ba|nr|ref|num|number|n|nummer|numer|numero|num\u00e9ro|n\u00famero|\u010d|\u010d\u00edslo|sz\u00e1m|di|is|ist|lautet)\b[\s:#.\u00b0\u00ba|-]*){0,2}(?P<n>[^\W_][\w./-]*\w|\d)",
    re.IGNORECASE,
)
_TRACKING = re.compile(
    r"[\s:#.\u00b0\u00ba|&-]*(?:(?i:no|nos|n\u00ba|nr|num|number|numbers|n|numer|nummer|ref|reference|id|nrs|is|are|was|code|codes|kod|kode|koodi|k\u00f3d|c\u00f3digo|codice)\b[\s:#.\u00b0\u00ba|-]*){0,2}(?P<n>[A-Z0-9](?:[A-Z0-9-]| (?=[\dA-Z-]*\d))*[A-Z0-9])(?![a-z])"
)
#: The short name of a document that is a part of its number: 'DN-31070'.
_PREFIXED = re.compile(r"(?P<n>[A-Z]{1,4}[-/]\d[\w./-]*\w)")
#: The short name of a document before its year and number, as in Portugal: 'GR 2026/4471'.
_DATED_SERIES = re.compile(r"[\s:.\u00b0\u00ba#n|-]{0,6}[A-Z]{2,3} (?P<n>20\d\d/\d+)(?!\w)")
#: What calls a short number one: 'DDT n. 551', and not 'the invoice is 551'.
_CALLED = re.compile(r"(?i)n|\u010d|sz\u00e1m")
_TRACKING_LEAST = 6
#: The shape of one carrier's numbers, which needs no label.
_PLAIN_TRACKING = re.compile(r"(?<!\w)1Z[0-9A-Z]{16}(?!\w)")
_REACH = 48
#: A number of a paper or a parcel that stands alone on its line.
_VALUE = re.compile(r"(?=.*\d)[A-Z0-9][A-Z0-9./-]{4,30}")
_NUMBER_LEAST = 4
#: A date said of the order, which dates the document only where nothing else does.
_OF_ORDER = "of_order"
_KINDS_OF_DATE = ("despatched_on", "expected_on", "delivered_on", "issued_on")


@dataclass(slots=True)
class Head:
    """What the head says; every field None or empty where it says nothing."""

    numbers: dict[str, list[str]] = field(default_factory=dict)
    days: dict[str, list[date]] = field(default_factory=dict)
    tracking: list[str] = field(default_factory=list)
    carrier: str = ""
    received_by: str = ""

    def day(self, name: str) -> date | None:
        """The date under this name when only one is said."""
        said = self.days.get(name) or (self.days.get(_OF_ORDER, []) if name == "issued_on" else [])
        days = list(dict.fromkeys(said))
        return days[0] if len(days) == 1 else None

    def first_day(self, name: str) -> date | None:
        """The first date under this name."""
        return next(iter(self.days.get(name, [])), None)


@dataclass(frozen=True, slots=True)
class Eyes:
    """What is needed to read a head: words, calendar and the order numbers, which are no document numbers."""

    words: Lexicon
    calendar: Calendar
    numbers: Numbers


def head_of(texts: Iterable[str], eyes: Eyes) -> Head:
    """Reads labels and sentences line by line."""
    head = Head()
    for text in _with_values(list(texts), eyes):
        if text.strip():
            _read_line(text, head, eyes)
    return head


def _with_values(texts: list[str], eyes: Eyes) -> Iterable[str]:
    """The lines, those apart that say a label with the date or number that it names on the next one: they are said as one."""
    label = ""
    for text in texts:
        if label and (_VALUE.fullmatch(text.strip()) or (len(text) <= _REACH and eyes.calendar.only(text))):
            label, text = "", f"{label}\t{text.strip()}"  # noqa: PLW2901 - said as one
        elif label:
            yield label
            label = ""
        if text.rstrip().endswith(":") and len(text) <= _REACH:
            label = text.rstrip()
        else:
            yield text
    yield label


def _read_line(text: str, head: Head, eyes: Eyes) -> None:
    hits = eyes.words.hits(text)
    labels = [hit for hit in hits if hit.meaning.startswith(("labels.", "titles."))]
    days = eyes.calendar.days(text)
    dated = [(day.start, day.end) for day in days]
    orders = [(mention.start, mention.end) for mention in eyes.numbers.mentions(text, eyes.words)] if labels else []
    _take_labels(text, labels, dated + orders, head)
    for match in _PLAIN_TRACKING.finditer(text):
        if match.group() not in head.tracking:
            head.tracking.append(match.group())
    for sentence in _undivided(text, dated):
        said = hits if len(sentence) == len(text) else eyes.words.hits(sentence)
        for name, day in _named_days(sentence, said, eyes):
            head.days.setdefault(name, []).append(day)


def _take_labels(text: str, labels: list[Hit], taken: list[tuple[int, int]], head: Head) -> None:
    """What stands behind the labels of a line, parcels first: their number is none of a document."""
    parcels = [hit for hit in labels if hit.meaning == "labels.tracking"]
    for hit in sorted(labels, key=lambda one: one.meaning != "labels.tracking"):
        group, name = hit.meaning.split(".", 1)
        if group == "titles" and any(hit.end == one.end for one in parcels) and _is_tracked(text, hit, head):
            continue
        if group == "titles":
            _number(text, hit, name, head, taken)
        elif name == "tracking":
            _tracking(text, hit, head, taken)
        elif name == "carrier":
            head.carrier = head.carrier or _value(text, hit.end, labels)
        elif name == "received_by":
            head.received_by = head.received_by or _value(text, hit.end, labels)


def _undivided(text: str, dated: list[tuple[int, int]]) -> list[str]:
    """The sentences of a line; the points inside a date ('2026. 11. 18.') end none."""
    found: list[str] = []
    start = at = 0
    for sentence in sentences(text):
        begins = text.find(sentence, at)
        if begins < 0:
            return [text]
        if found and not any(first < begins < last for first, last in dated):
            start = begins
            found.append(sentence)
        else:
            found[-1:] = [text[start : begins + len(sentence)]]
        at = begins + len(sentence)
    return found


def _number(text: str, hit: Hit, kind: str, head: Head, taken: list[tuple[int, int]]) -> None:
    """The number that follows the name of a document, unless it is a date or an order."""
    match = _PREFIXED.match(text, hit.start) if hit.length == 1 else None
    match = match or _DATED_SERIES.match(text, hit.end) or _NUMBER.match(text, hit.end)
    if match is None:
        return
    start, end = match.span("n")
    number = match.group("n")
    if not any(character.isdigit() for character in number) or any(start < e and end > s for s, e in taken):
        return
    if re.fullmatch(r"\d{1,2}", number) or text[end : end + 1] == "%":
        return
    numbered = _CALLED.search(match.groupdict().get("no") or "")
    if number.isdigit() and len(number) < _NUMBER_LEAST and hit.length == 1 and not numbered:
        return
    head.numbers.setdefault(kind, []).append(number)


def _tracking(text: str, hit: Hit, head: Head, taken: list[tuple[int, int]]) -> None:
    at = hit.end
    while True:
        match = _TRACKING.match(text, at) or _linked(text, at)
        if match is None or _DATED_SERIES.match(text, at):
            return
        start, end = match.span("n")
        number = re.sub(r"\s", "", match.group("n"))
        if len(squash(number)) < _TRACKING_LEAST or not any(character.isdigit() for character in number):
            return
        if any(start < e and end > s for s, e in taken):
            return
        if number not in head.tracking:
            head.tracking.append(number)
        joint = re.match(r"\s*(?:,|;|/|\+|&|and|und|et|y|e|en|i|och|og)\s*(?=[A-Z0-9])", text[end:])
        if joint is None:
            return
        at = end + joint.end()


def _is_tracked(text: str, hit: Hit, head: Head) -> bool:
    """Whether what follows a word for both the paper and the parcel ('list przewozowy') was taken for the parcel's number."""
    match = _TRACKING.match(text, hit.end)
    return match is not None and re.sub(r"\s", "", match.group("n")) in head.tracking


def _linked(text: str, at: int) -> re.Match[str] | None:
    return re.compile(r"[\s:|(]*(?P<n>[A-Z0-9][A-Z0-9-]{5,})").match(text, at)


def _value(text: str, at: int, labels: list[Hit]) -> str:
    """The words behind a label, up to the next label or mark."""
    end = min((label.start for label in labels if label.start > at), default=len(text))
    value = re.split(r"\s{2,}|[,;|\t(]", text[at:end].lstrip(" .:#|\t"), maxsplit=1)[0].strip(" .:-")
    return value if 1 < len(value) <= _REACH and any(character.isalpha() for character in value) else ""


def _named_days(text: str, hits: list[Hit], eyes: Eyes) -> Iterable[tuple[str, date]]:
    """Each date with what the words before it (or the verb of its sentence) make of it."""
    labels = [hit for hit in hits if hit.meaning.startswith(("labels.", "titles."))]
    for day in eyes.calendar.days(text):
        if not day.sure or eyes.calendar.is_past(text, day):
            continue
        before = [
            hit
            for hit in labels
            if hit.end <= day.start and day.start - hit.end <= _REACH and hit.meaning.startswith("labels.")
        ]
        nearest = max(before, key=lambda hit: (hit.end, hit.length), default=None)
        name = nearest.meaning.split(".", 1)[1] if nearest else ""
        adjacent = nearest is not None and not text[nearest.end : day.start].strip(" .:|\t")
        verb = _verb(_beside(text, day, hits))
        if name == "issued_on" and nearest and adjacent and _is_of_an_order(text, nearest, eyes):
            yield _OF_ORDER, day.day
        elif name == "issued_on" and nearest and verb and _is_spoken(text, nearest, labels, day):
            yield verb, day.day
        elif name in _KINDS_OF_DATE and (name != "issued_on" or adjacent or not verb):
            yield name, day.day
        elif verb and not _was(text, day.start, eyes.words):
            yield verb, day.day
    yield from _spoken_days(hits, eyes.calendar.written)


def _beside(text: str, day: Day, hits: list[Hit]) -> list[Hit]:
    """The words of the cell in which a date stands where they say what it is, else of the whole sentence."""
    start = text.rfind("\t", 0, day.start) + 1
    end = text.find("\t", day.end)
    own = [hit for hit in hits if hit.start >= start and (end < 0 or hit.end <= end)]
    return own if _verb(own) else hits


def _is_spoken(text: str, label: Hit, labels: list[Hit], day: Day) -> bool:
    """'On the date of 18 November we have sent': the date belongs to the verb and not to a document named before it."""
    named = any(hit.end <= label.start and hit.meaning.startswith("titles.") for hit in labels)
    return not named and ":" not in text[label.end : day.start]


def _spoken_days(hits: list[Hit], written: date | None) -> Iterable[tuple[str, date]]:
    """'Shipped today' and 'left last night' by the day on which the mail was written."""
    names = {hit.meaning for hit in hits}
    if written is None or not names & {"words.today", "words.yesterday"} or "says.conditional" in names:
        return
    day = written - timedelta(days=1) if "words.yesterday" in names and "words.today" not in names else written
    if "says.delivery" in names and "says.despatch" not in names:
        yield "delivered_on", day
    elif names & {"says.despatch", "words.gone"}:
        yield "despatched_on", day


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


def _is_of_an_order(text: str, label: Hit, eyes: Eyes) -> bool:
    """'Your order 4711 of 3 November' dates the order and not the mail's document."""
    return any(0 <= label.start - one.end <= 3 for one in eyes.numbers.mentions(text, eyes.words))  # noqa: PLR2004


def _was(text: str, at: int, words: Lexicon) -> bool:
    tail = fold(text[max(at - 24, 0) : at]).rstrip(" .:(")
    return any(hit.meaning == "words.was" and len(tail) - hit.end <= 4 for hit in words.hits(tail))  # noqa: PLR2004
