"""Reads UN/EDIFACT DESADV, ORDRSP and INVOIC (ISO 9735 syntax, directories D.93A and later)."""

import re
from dataclasses import dataclass
from datetime import date

from handlers.extraction.claims import Claim, Notice
from handlers.extraction.numbers import Number
from handlers.extraction.units import Figure

from .xml import amount_of

_KINDS = {"DESADV": "despatch", "ORDRSP": "order_response", "INVOIC": "invoice", "RECADV": "delivery"}
_MOST_SEGMENTS = 20_000
_ROLES = {
    "despatch": {"12": "now", "21": "ordered", "83": "outstanding", "46": "now"},
    "delivery": {"48": "now", "46": "now", "12": "ordered", "21": "ordered"},
    "order_response": {"113": "confirmed", "12": "confirmed", "21": "ordered", "83": "outstanding", "170": "confirmed"},
    "invoice": {},
}
_LINE_REFUSED = {"7", "10"}
_HEAD_RESPONSE = {"29": "accepted", "27": "rejected", "4": "changed", "6": "accepted"}


@dataclass(frozen=True, slots=True)
class Marks:
    """The service characters of an interchange."""

    component: str = ":"
    element: str = "+"
    decimal: str = "."
    release: str = "?"
    segment: str = "'"


def takes(content: bytes) -> bool:
    """Whether the bytes begin as an interchange."""
    return content.lstrip()[:4] in (b"UNA:", b"UNB+") or content.lstrip()[:3] == b"UNA"


def segments_of(text: str) -> tuple[list[list[list[str]]], Marks]:
    """Segments as elements of components, with the marks in force."""
    text = text.lstrip()
    marks = Marks()
    if text.startswith("UNA") and len(text) > 9:  # noqa: PLR2004 - UNA and its six characters
        marks = Marks(text[3], text[4], text[5], text[6], text[8])
        text = text[9:]
    found = []
    for raw in _split(text, marks.segment, marks.release)[:_MOST_SEGMENTS]:
        segment = raw.strip("\r\n ")
        if segment:
            elements = _split(segment, marks.element, marks.release)
            found.append(
                [
                    [_plain(one, marks.release) for one in _split(element, marks.component, marks.release)]
                    for element in elements
                ]
            )
    return found, marks


def _split(text: str, mark: str, release: str) -> list[str]:
    """Cuts at a mark that no release character precedes."""
    if release not in text:
        return text.split(mark)
    pieces = re.split(f"(?<!{re.escape(release)}){re.escape(mark)}", text)
    return list(pieces)


def _plain(text: str, release: str) -> str:
    return re.sub(f"{re.escape(release)}(.)", r"\1", text) if release in text else text


def notice_of(text: str, part: str) -> Notice | None:
    """The notice of the first message that is known; a second one of another kind makes a doubt."""
    segments, marks = segments_of(text)
    notice: Notice | None = None
    reader: _Message | None = None
    for segment in segments:
        tag = segment[0][0]
        if tag == "UNH":
            kind = _KINDS.get(_at(segment, 2, 0), "")
            if notice is not None and kind:
                notice.doubts.append("several messages in one interchange")
            elif kind:
                notice = Notice(kind)
                reader = _Message(notice, part, marks)
        elif reader is not None:
            reader.take(tag, segment)
    return notice


def _at(segment: list[list[str]], element: int, component: int) -> str:
    if element >= len(segment) or component >= len(segment[element]):
        return ""
    return segment[element][component].strip()


@dataclass(slots=True)
class _Message:
    """Takes the segments of one message in order."""

    notice: Notice
    part: str
    marks: Marks
    claim: Claim | None = None
    head_order: str = ""

    def take(self, tag: str, segment: list[list[str]]) -> None:
        """Takes one segment; tags that say nothing for us are passed over."""
        taker = getattr(self, f"_{tag.lower()}", None) if tag in _TAGS else None
        if taker is not None:
            taker(segment)

    def _bgm(self, segment: list[list[str]]) -> None:
        self.notice.number = _at(segment, 2, 0)
        if self.notice.kind == "order_response":
            code = _at(segment, 4, 0) or _at(segment, 3, 0)
            self.notice.response = _HEAD_RESPONSE.get(code, "")

    def _dtm(self, segment: list[list[str]]) -> None:
        day = _day(_at(segment, 1, 1), _at(segment, 1, 2))
        code = _at(segment, 1, 0)
        if self.claim is not None:
            if code in ("506", "17", "2", "69", "67", "63", "64", "358"):
                self.claim.expected_on = day
        elif code == "137":
            self.notice.issued_on = day
        elif code == "11":
            self.notice.despatched_on = day
        elif code in ("17", "132", "2", "191", "69", "358"):
            self.notice.expected_on = self.notice.expected_on or day
        elif code in ("35", "50"):
            self.notice.delivered_on = day

    def _rff(self, segment: list[list[str]]) -> None:
        code, number, line = _at(segment, 1, 0), _at(segment, 1, 1), _at(segment, 1, 2)
        if code == "ON":
            if self.claim is None:
                self.head_order = number
            else:
                self.claim.order = number
                self.claim.line_ours = line if line.isdecimal() else ""
            self.notice.orders += [number] if number and number not in self.notice.orders else []
        elif code in ("CN", "AAS", "CW") and number:
            self.notice.tracking.append(number)
        elif code in ("BT", "LOT") and self.claim is not None:
            self.claim.lots.append(number)

    def _tdt(self, segment: list[list[str]]) -> None:
        self.notice.carrier = _at(segment, 5, 3) or self.notice.carrier

    def _lin(self, segment: list[list[str]]) -> None:
        self.claim = Claim(part=self.part, text="", order=self.head_order, form="structured")
        self.claim.line = _at(segment, 1, 0)
        if _at(segment, 3, 0):
            self.claim.items.append(_at(segment, 3, 0))
        self.claim.columns = frozenset({"now"} if self.notice.kind in ("despatch", "delivery") else {"confirmed"})
        if self.notice.kind == "order_response" and _at(segment, 2, 0) in _LINE_REFUSED:
            self.claim.flags.add("refused")
        self._evidence(segment)
        self.notice.claims.append(self.claim)

    def _pia(self, segment: list[list[str]]) -> None:
        if self.claim is not None:
            if _at(segment, 1, 0) == "3":
                self.claim.flags.add("substitute")
            found = [_at(segment, element, 0) for element in range(2, len(segment))]
            self.claim.items += [number for number in found if number]
            self._evidence(segment)

    def _qty(self, segment: list[list[str]]) -> None:
        if self.claim is None:
            return
        self._evidence(segment)
        role = _ROLES[self.notice.kind].get(_at(segment, 1, 0))
        number = (
            _at(segment, 1, 1).replace(self.marks.decimal, ".") if self.marks.decimal != "." else _at(segment, 1, 1)
        )
        value = amount_of(number)
        if role is None:
            return
        if value is None:
            self.claim.flags.add("unreadable")
            return
        unit = _at(segment, 1, 2)
        refused = "refused" in self.claim.flags and role == "confirmed"
        self.claim.add(
            role, Figure(Number(value * 0 if refused else value), (unit,) if unit else (), text=":".join(segment[1]))
        )

    def _gin(self, segment: list[list[str]]) -> None:
        if self.claim is not None and _at(segment, 1, 0) == "BN":
            self.claim.serials += [_at(segment, element, 0) for element in range(2, len(segment))]

    def _evidence(self, segment: list[list[str]]) -> None:
        if self.claim is not None:
            said = self.marks.element.join(self.marks.component.join(element) for element in segment)
            self.claim.text = f"{self.claim.text} {said}".strip()[:500]


_TAGS = frozenset({"BGM", "DTM", "RFF", "TDT", "LIN", "PIA", "QTY", "GIN"})


def _day(text: str, form: str) -> date | None:
    """A date in the forms 102 (CCYYMMDD), 203 (with time) and 101 (YYMMDD)."""
    digits = text if form != "101" else f"20{text}"
    match = re.match(r"(20\d\d)(\d\d)(\d\d)", digits)
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None
