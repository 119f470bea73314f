"""Reads UN/EDIFACT DESADV, ORDRSP and INVOIC (ISO 9735 syntax 1 to 4, directories D.93A and later)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from handlers.extraction.claims import Notice
from handlers.extraction.mime import MOST_EDI, decode

from .edifact_message import KINDS, Message, Segment, at
from .notices import CUT_OFF, TEST, joined
from .xml import Refused

_MOST_SEGMENTS = 20_000
_PRIVATE, _SHIELDED = 0xE000, 0x1000
_CHARSETS = {
    "A": "ascii", "B": "ascii", "C": "iso8859-1", "D": "iso8859-2", "E": "iso8859-5", "F": "iso8859-7", "G": "iso8859-3",
    "H": "iso8859-4", "I": "iso8859-6", "J": "iso8859-8", "K": "iso8859-9", "W": "utf-8", "X": "iso2022_jp", "Y": "utf-8",
}  # fmt: skip
_UNSHIELD = {_PRIVATE + code: chr(code) for code in range(_SHIELDED)}


@dataclass(frozen=True, slots=True)
class Marks:
    """The service characters of an interchange."""

    component: str = ":"
    element: str = "+"
    decimal: str = "."
    release: str = "?"
    segment: str = "'"


#: The characters of syntax level B, used where no UNA names others.
_LEVEL_B = Marks("\x1f", "\x1d", ".", "", "\x1c")


def takes(content: bytes) -> bool:
    """Whether the bytes begin as an interchange."""
    head = content[:200].lstrip(b"\xef\xbb\xbf \r\n\t")
    return re.match(rb"UN[AB][^\w\s]|UN[AB][\x1c-\x1f]", head) is not None


def text_of(content: bytes, locale: str) -> str:
    """The interchange as text in the charset that its UNB names; raises Refused for what is too large."""
    if len(content) > MOST_EDI:
        raise Refused("an interchange that is too large")
    named = re.search(rb"UNB.UNO([A-Y])", content[:400], re.DOTALL)
    return decode(content, _CHARSETS.get(named.group(1).decode(), "") if named else "", locale).lstrip("\ufeff \r\n\t")


def segments_of(text: str) -> tuple[Iterator[Segment], Marks]:
    """Segments as elements of components one by one, with the marks in force; raises Refused for too many."""
    text = text.lstrip()
    marks = _LEVEL_B if text.startswith("UNB\x1d") else Marks()
    if text.startswith("UNA") and len(text) > 9:  # noqa: PLR2004 - UNA and its six characters
        marks = Marks(text[3], text[4], text[5], text[6].strip(), text[8])
        text = text[9:]
    if text.count(marks.segment) > _MOST_SEGMENTS:
        raise Refused("an interchange with too many segments")
    return _cut(_shielded(text, marks.release), marks), marks


def _shielded(text: str, release: str) -> str:
    """Released characters moved out of the way of the marks."""
    if not release or release not in text:
        return text
    return re.sub(
        f"{re.escape(release)}(.)",
        lambda found: chr(_PRIVATE + ord(found[1])) if ord(found[1]) < _SHIELDED else found[1],
        text,
        flags=re.DOTALL,
    )


def _cut(text: str, marks: Marks) -> Iterator[Segment]:
    for raw in text.split(marks.segment):
        segment = raw.strip("\r\n ")
        if segment:
            yield [
                [one.translate(_UNSHIELD) for one in element.split(marks.component)]
                for element in segment.split(marks.element)
            ]


def notice_of(text: str, part: str) -> Notice | None:
    """One notice of all messages that are known; messages of several kinds or of one order make a doubt."""
    segments, marks = segments_of(text)
    messages: list[Message] = []
    reading, doubts = False, []
    for segment in segments:
        tag = segment[0][0].strip()
        if tag == "UNB" and at(segment, 11, 0) == "1":
            doubts.append(TEST)
        elif tag == "UNH":
            kind = KINDS.get(at(segment, 2, 0), "")
            reading = bool(kind)
            if kind:
                messages.append(Message(Notice(kind), part, marks.decimal))
        elif tag == "UNT":
            if reading:
                messages[-1].end()
            reading = False
        elif reading:
            messages[-1].take(tag, segment)
    if reading:
        messages[-1].end()
        doubts.append(CUT_OFF)
    notice = joined([one.notice for one in messages])
    if notice is not None:
        notice.doubts += doubts
    return notice
