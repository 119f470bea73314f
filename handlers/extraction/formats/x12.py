"""Reads ANSI X12 856 (ship notice), 855 (acknowledgment) and 810 (invoice), versions 3010 to 5010."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from handlers.extraction.claims import Claim, Notice
from handlers.extraction.numbers import Number
from handlers.extraction.units import PACKS, Figure

from .xml import amount_of

_KINDS = {"856": "despatch", "855": "order_response", "810": "invoice"}
_MOST_SEGMENTS = 20_000
_ISA = 106
_IDS = frozenset({"BP", "VP", "IN", "UP", "EN", "UK", "VN", "VC", "PN", "MG", "SK", "UI", "CB", "PI"})
_UNITS = {"EA": "C62", "PC": "C62", "PR": "PR", "FT": "FOT", "LF": "FOT", "GA": "GLL", "LB": "LBR", "CA": "CS", "CT": "CT", "BX": "BX", "RL": "RO", "PK": "PK", "DZ": "DZN", "KG": "KGM", "MR": "MTR", "LT": "LTR", "HR": "HUR", "BG": "BG", "DR": "DR", "ST": "SET", "KT": "KT", "SE": "SET", "C": "CEN", "M": "MIL", "TH": "MIL", "HC": "CEN", "UN": "C62", "RO": "RO"}  # fmt: skip
_ACCEPTED = frozenset({"IA", "AC", "AR", "DR", "IC", "IP", "IQ", "IH"})
_HEAD = {"AD": "accepted", "AK": "accepted", "RJ": "rejected", "RD": "rejected", "AC": ""}


def takes(content: bytes) -> bool:
    """Whether the bytes begin as an interchange."""
    return content.lstrip()[:4] == b"ISA*" or (content.lstrip()[:3] == b"ISA" and len(content) > _ISA)


def notice_of(text: str, part: str) -> Notice | None:
    """The notice of the first transaction set that is known."""
    text = text.lstrip()
    if len(text) < _ISA:
        return None
    element, segment_mark = text[3], text[105]
    notice: Notice | None = None
    reader: _Set | None = None
    for raw in text.split(segment_mark)[:_MOST_SEGMENTS]:
        fields = raw.strip("\r\n ").split(element)
        if fields[0] == "ST":
            kind = _KINDS.get(fields[1] if len(fields) > 1 else "", "")
            if notice is not None and kind:
                notice.doubts.append("several transaction sets in one interchange")
                reader = None
            elif kind:
                notice = Notice(kind)
                reader = _Set(notice, part)
        elif reader is not None:
            reader.take(fields)
    return notice


@dataclass(slots=True)
class _Set:
    """Takes the segments of one transaction set in order."""

    notice: Notice
    part: str
    order: str = ""
    claim: Claim | None = None

    def take(self, fields: list[str]) -> None:
        """Takes one segment; others are passed over."""
        taker = _TAKERS.get(fields[0])
        if taker is not None:
            taker(self, [*(field.strip() for field in fields), *[""] * 24])

    def bsn(self, f: list[str]) -> None:
        """Beginning of a ship notice."""
        self.notice.number, self.notice.issued_on = f[2], _day(f[3])
        if f[1] in ("01", "03"):
            self.notice.doubts.append("the ship notice is withdrawn")

    def bak(self, f: list[str]) -> None:
        """Beginning of an acknowledgment."""
        self.notice.response, self.order = _HEAD.get(f[2], ""), f[3]
        self.notice.orders = [f[3]] if f[3] else []
        self.notice.number, self.notice.issued_on = f[8], _day(f[9]) or _day(f[4])

    def big(self, f: list[str]) -> None:
        """Beginning of an invoice."""
        self.notice.issued_on, self.notice.number = _day(f[1]), f[2]
        self.notice.orders = [f[4]] if f[4] else []

    def hl(self, f: list[str]) -> None:
        """A level of the hierarchy: an item begins at I, an order at O."""
        self.claim = None
        if f[3] == "O":
            self.order = ""
        if f[3] == "I":
            self._begin()

    def prf(self, f: list[str]) -> None:
        """The order of this level."""
        self.order = f[1]
        self.notice.orders += [f[1]] if f[1] and f[1] not in self.notice.orders else []
        if self.claim is not None:
            self.claim.order = f[1]

    def _begin(self) -> None:
        self.claim = Claim(
            part=self.part,
            text="",
            order=self.order,
            form="structured",
            columns=frozenset({"now"} if self.notice.kind == "despatch" else {"confirmed"}),
        )
        self.notice.claims.append(self.claim)

    def lin(self, f: list[str]) -> None:
        """Article numbers in pairs of qualifier and number."""
        if self.claim is not None:
            self.claim.line = self.claim.line or f[1]
            self._ids(f, 2)

    def _ids(self, f: list[str], start: int) -> None:
        if self.claim is not None:
            self.claim.items += [f[at + 1] for at in range(start, len(f) - 1, 2) if f[at] in _IDS and f[at + 1]]
            self._evidence(f)

    def sn1(self, f: list[str]) -> None:
        """Shipped now, shipped to date, ordered."""
        if self.claim is not None:
            self._figure("now", f[2], f[3])
            self._figure("total", f[4], f[6] or f[3])
            self._figure("ordered", f[5], f[6] or f[3])
            self._evidence(f)

    def po4(self, f: list[str]) -> None:
        """What a pack holds."""
        size = amount_of(f[1])
        if self.claim is not None and size:
            for role in ("now", "confirmed"):
                self.claim.figures[role] = [
                    replace(one, content=size, content_units=(_UNITS.get(f[3], f[3]),) if f[3] else ())
                    if set(one.units) & PACKS
                    else one
                    for one in self.claim.figures.get(role, [])
                ]
            self.claim.figures = {role: figures for role, figures in self.claim.figures.items() if figures}

    def po1(self, f: list[str]) -> None:
        """An ordered line as the supplier repeats it."""
        if self.notice.kind == "order_response":
            self._begin()
            if self.claim is not None:
                self.claim.line = f[1]
                self._figure("ordered", f[2], f[3])
                self._ids(f, 6)

    def ack(self, f: list[str]) -> None:
        """What is said of the line."""
        if self.claim is None:
            return
        self._evidence(f)
        if f[1] in _ACCEPTED:
            self._figure("confirmed", f[2], f[3])
        elif f[1] in ("IB", "BP"):
            self._figure("outstanding", f[2], f[3])
        elif f[1] in ("IS", "R5"):
            self.claim.flags.add("substitute")
            self._figure("confirmed", f[2], f[3])
        day = _day(f[5])
        if day is not None and f[4] in ("068", "067", "017", "002", "069"):
            self.claim.expected_on = day

    def dtm(self, f: list[str]) -> None:
        """Dates of the whole notice."""
        day = _day(f[2])
        if f[1] == "011":
            self.notice.despatched_on = self.notice.despatched_on or day
        elif f[1] in ("017", "067", "068", "371"):
            self.notice.expected_on = self.notice.expected_on or day
        elif f[1] == "035":
            self.notice.delivered_on = day

    def ref(self, f: list[str]) -> None:
        """Tracking numbers, lots and serials."""
        if f[1] in ("CN", "2I", "WY") and f[2] and f[2] not in self.notice.tracking:
            self.notice.tracking.append(f[2])
        elif self.claim is not None and f[1] in ("LT", "BT"):
            self.claim.lots.append(f[2])
        elif self.claim is not None and f[1] == "SE":
            self.claim.serials.append(f[2])

    def td5(self, f: list[str]) -> None:
        """The carrier."""
        self.notice.carrier = self.notice.carrier or f[5] or f[3]

    def _figure(self, role: str, number: str, unit: str) -> None:
        value = amount_of(number)
        if self.claim is not None and value is not None:
            self.claim.add(
                role, Figure(Number(value), (_UNITS.get(unit, unit),) if unit else (), text=f"{number} {unit}")
            )
        elif self.claim is not None and number:
            self.claim.flags.add("unreadable")

    def _evidence(self, f: list[str]) -> None:
        if self.claim is not None:
            self.claim.text = f"{self.claim.text} {'*'.join(f).rstrip('*')}".strip()[:500]


_TAKERS: dict[str, Callable[[_Set, list[str]], None]] = {
    "BSN": _Set.bsn, "BAK": _Set.bak, "BIG": _Set.big, "HL": _Set.hl, "PRF": _Set.prf, "LIN": _Set.lin, "SN1": _Set.sn1,
    "PO4": _Set.po4, "PO1": _Set.po1, "ACK": _Set.ack, "DTM": _Set.dtm, "REF": _Set.ref, "TD5": _Set.td5,
}  # fmt: skip


def _day(text: str) -> date | None:
    """A date as CCYYMMDD or YYMMDD."""
    match = re.fullmatch(r"(20\d\d|\d\d)(\d\d)(\d\d)", text)
    try:
        return date(int(f"20{match[1][-2:]}"), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None
