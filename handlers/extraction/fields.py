"""Reads the head of a mail or document: its number and dates, carrier and tracking numbers."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from .composed import senses
from .dates import Calendar
from .identity import Numbers
from .lexicon import Hit, Lexicon
from .occasions import OF_ORDER, SPOKEN, named_days
from .papers import Taken, leading_number, number_behind, numbers_glued, plain_number
from .paragraphs import paragraphs
from .parcels import carried, labelled, unlabelled
from .sentences import sentences

_REACH = 48
#: A number of a paper or a parcel that stands alone on its line.
_VALUE = re.compile(r"(?=.*\d)[A-Z0-9](?:[A-Z0-9./-]|(?<=[A-Z0-9]) (?=[A-Z0-9]*\d)){4,30}")
_MOST_WORDS = 5
#: The name of a place behind the word for an arrival, in a line of its own.
_PLACE = re.compile(r"[ ]?(?:in |at |i |a |\u00e0 |w |en )?(?: ?[^\W\da-z_][^\W\d_]{2,20}){0,2}")
_COMING = frozenset({"words.arrives", "labels.expected_on"})
#: 'Paketnummer(n):', 'tracking number(s):', 'Packstück(e):'.
_PLURAL = re.compile(r"(?<=[^\W\d_]{4})\([^\W\d_]{1,2}\)(?=[ ]?[:\t])")
#: How senders number their papers and carriers no parcels: letters, a hyphen, figures, or a year and figures.
_SENDERS = re.compile(r"[A-Z]{1,4}-\d[\d-]{3,14}|20\d\d[-/]\d{2,6}")


@dataclass(slots=True)
class Head:
    """What the head says; every field None or empty where it says nothing."""

    numbers: dict[str, list[str]] = field(default_factory=dict)
    days: dict[str, list[date]] = field(default_factory=dict)
    tracking: list[str] = field(default_factory=list)
    carrier: str = ""
    received_by: str = ""
    sendings: set[str] = field(default_factory=set)
    """Those of the tracking numbers that stand behind a word for any sending, with letters before them."""

    def day(self, name: str) -> date | None:
        """The date under this name when only one is said."""
        said = self.days.get(name) or (self.days.get(OF_ORDER, []) if name == "issued_on" else [])
        days = list(dict.fromkeys(said))
        return days[0] if len(days) == 1 else None

    def first_day(self, name: str, *, written: bool = False) -> date | None:
        """The first date under this name; else the one day that is said by a weekday, unless it has to be written."""
        spoken = set() if written else set(self.days.get(name + SPOKEN, []))
        return next(iter(self.days.get(name, [])), next(iter(spoken)) if len(spoken) == 1 else None)


def _no_parts(_text: str) -> list[tuple[int, int]]:
    return []


@dataclass(frozen=True, slots=True)
class Eyes:
    """What is needed to read a head: words, calendar, and where order and part numbers stand, which are no document numbers."""

    words: Lexicon
    calendar: Calendar
    numbers: Numbers
    parts: Callable[[str], list[tuple[int, int]]] = _no_parts


def head_of(texts: Iterable[str], eyes: Eyes) -> Head:
    """Reads labels and sentences line by line, those of a paragraph together."""
    head = Head()
    for text in paragraphs(_with_values(list(texts), eyes)):
        if text.strip():
            _read_line(text, head, eyes)
    _settle_sendings(head)
    return head


def _settle_sendings(head: Head) -> None:
    """'Shipment F-66412' beside a number of the carrier's own is the sender's document and no parcel."""
    if head.sendings and len(head.sendings) < len(head.tracking):
        head.tracking = [number for number in head.tracking if number not in head.sendings]
        for number in sorted(head.sendings):
            _add_number(head, "document", number)


def _with_values(texts: list[str], eyes: Eyes) -> Iterable[str]:
    """The lines, those apart that say a label with the date or number that it names on the next one: they are said as one."""
    label = ""
    for text in texts:
        if label and (_VALUE.fullmatch(text.strip()) or (len(text) <= _REACH and eyes.calendar.only(text))):
            label, text = "", f"{label}\t{text.strip()}"  # noqa: PLW2901 - said as one
        elif label:
            yield label
            label = ""
        if len(text) <= _REACH and (text.rstrip().endswith(":") or _is_label(text, eyes.words)):
            label = text.rstrip()
        else:
            yield text
    yield label


def _is_label(text: str, words: Lexicon) -> bool:
    """Whether a line is nothing but the label of a parcel or a day, or of an arrival with its place: 'Consignment', 'ETA Gdynia'."""
    said = text.strip()
    if "tracking" in words.meanings_of(said, "labels") or len(senses(said, words)) == 1:
        return True
    first = next((hit for hit in words.hits(said) if hit.start == 0 and hit.meaning in _COMING), None)
    return first is not None and _PLACE.fullmatch(said, first.end) is not None


@dataclass(frozen=True, slots=True)
class _Row:
    """A line with its phrases, those of them that are labels, and what is taken by dates, articles and orders."""

    text: str
    hits: list[Hit]
    labels: list[Hit]
    taken: Taken


def _row(text: str, eyes: Eyes) -> _Row:
    hits = eyes.words.hits(text)
    parts = eyes.parts(text)
    labels = [
        hit
        for hit in hits
        if hit.meaning.startswith(("labels.", "titles.")) and not any(start <= hit.start < end for start, end in parts)
    ]
    dated = [(day.start, day.end) for day in eyes.calendar.days(text)]
    orders = [(mention.start, mention.end) for mention in eyes.numbers.mentions(text, eyes.words)]
    return _Row(text, hits, labels, Taken(dated + parts, orders))


def _read_line(text: str, head: Head, eyes: Eyes) -> None:
    text = _PLURAL.sub("", text)
    row = _row(text, eyes)
    _take_labels(row, head, eyes)
    _take_carried(row, head, eyes)
    _add_number(head, "leading", leading_number(text, row.taken))
    for kind, number in numbers_glued(text, row.taken, eyes.words):
        _add_number(head, kind, number)
    head.tracking += [number for number in unlabelled(text) if number not in head.tracking]
    for sentence in _undivided(text, row.taken.others):
        said = row.hits if len(sentence) == len(text) else eyes.words.hits(sentence)
        for name, day in named_days(sentence, said, eyes.calendar, eyes.numbers):
            head.days.setdefault(name, []).append(day)


def _take_labels(row: _Row, head: Head, eyes: Eyes) -> None:
    """What stands behind the labels of a line, parcels first: their number is none of a document."""
    text, tracked = row.text, set[int]()
    titled = [hit for hit in row.labels if hit.meaning.startswith("titles.")]
    for hit in sorted(row.labels, key=lambda one: one.meaning != "labels.tracking"):
        group, name = hit.meaning.split(".", 1)
        if any(one.first < hit.first and hit.last <= one.last for one in titled):
            continue
        if name == "tracking":
            found = list(labelled(text, hit, row.taken.others + row.taken.orders, eyes.words))
            head.tracking += [number for number in found if number not in head.tracking]
            tracked |= {hit.end} if found else set()
            head.sendings |= {number for number in found if _SENDERS.fullmatch(number) and _is_sending(hit, row.hits)}
            if not found:
                _add_number(head, "document", plain_number(text, hit, row.taken, eyes.words))
        elif group == "titles":
            _add_number(head, name, None if hit.end in tracked else number_behind(text, hit, row.taken))
        elif name == "document" and hit.end not in tracked:
            _add_number(head, name, plain_number(text, hit, row.taken, eyes.words))
        elif name == "carrier":
            head.carrier = head.carrier or _carrier(_value(text, hit.end, row.labels), eyes)
        elif name == "received_by" and _is_named(text, hit):
            head.received_by = head.received_by or _value(text, hit.end, row.labels)


def _is_sending(label: Hit, hits: list[Hit]) -> bool:
    return any(hit.meaning == "words.sending" and hit.start == label.start for hit in hits)


def _take_carried(row: _Row, head: Head, eyes: Eyes) -> None:
    """The numbers behind carriers, and behind the word for a sending where a carrier is named beside it."""
    carriers = [hit for hit in row.hits if hit.meaning in ("words.carriers", "labels.carrier")]
    sendings = [hit for hit in row.hits if hit.meaning == "words.sending"] if carriers else []
    for hit in carriers + sendings:
        number = carried(row.text, hit, row.taken.others + row.taken.orders, eyes.words)
        head.tracking += [number] if number and number not in head.tracking else []


def _add_number(head: Head, kind: str, number: str | None) -> None:
    if number and number not in head.tracking:
        head.numbers.setdefault(kind, []).append(number)


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


def _value(text: str, at: int, labels: list[Hit]) -> str:
    """The words behind a label, up to the next label or mark."""
    end = min((label.start for label in labels if label.start > at), default=len(text))
    value = re.split(
        r"\s{2,}|[,;|\t(]|\s[-\u2013]|\.\s(?=[A-Z])(?<![A-Z]\.\s)(?<!\b\w\w\.\s)",
        text[at:end].lstrip(" .:#|\t"),
        maxsplit=1,
    )[0].strip(" .:-\u2013")
    return value if 1 < len(value) <= _REACH and any(character.isalpha() for character in value) else ""


def _carrier(value: str, eyes: Eyes) -> str:
    """A name of few words that begins with a capital or a figure, and is neither a day nor a label nor a number."""
    words = value.split()
    named = bool(words) and len(words) <= _MOST_WORDS and (value[:1].isupper() or value[:1].isdigit())
    other = eyes.calendar.days(value) or any(hit.meaning.startswith("labels.") for hit in eyes.words.hits(value))
    coded = len(words) == 1 and sum(map(str.isdigit, value)) > 3  # noqa: PLR2004
    return value if named and not other and not coded else ""


def _is_named(text: str, hit: Hit) -> bool:
    """Whether a name follows: behind a mark, or a word with a capital."""
    behind = text[hit.end :]
    return re.match(r"\s*(?:[:|\t(]|[^\W\d_a-z])", behind) is not None
