"""Takes the segments of one 856, 855 or 810 and keeps what they say of orders, lines and quantities."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from handlers.extraction.claims import Claim, Notice
from handlers.extraction.numbers import Number
from handlers.extraction.units import PACKS, Figure

from .codes import x12_unit
from .notices import REPEATED, REPLACES, WITHDRAWN, add_up
from .xml import amount_of

KINDS = {"856": "despatch", "855": "order_response", "810": "invoice"}
#: Purposes of a set (353) that keep it from being taken as it stands.
DOUBTFUL = {"01": WITHDRAWN, "03": WITHDRAWN, "04": REPLACES, "05": REPLACES, "07": REPEATED}
#: The answer for the whole order (587), and whether it holds for lines that are not named.
ANSWERS: dict[str, tuple[str, bool]] = {
    "AD": ("accepted", False), "AK": ("accepted", True), "AP": ("accepted", True), "AT": ("accepted", True),
    "AC": ("", False), "AE": ("", True), "RD": ("rejected", False), "RJ": ("rejected", False),
}  # fmt: skip
#: What the status of a line (668) says of its quantity; any other one is asked about.
STATES = {
    "IA": "confirmed", "AC": "confirmed", "AR": "confirmed", "DR": "confirmed", "IC": "confirmed", "IP": "confirmed",
    "IQ": "confirmed", "SP": "confirmed", "IS": "substitute", "R5": "substitute", "IB": "outstanding", "ID": "refused",
    "IR": "refused", "R1": "refused", "R2": "refused", "R3": "refused", "R4": "refused", "R6": "refused",
}  # fmt: skip
_IDS = frozenset({"BP", "VP", "IN", "UP", "EN", "UK", "VN", "VC", "PN", "MG", "SK", "UI", "CB", "PI", "UA"})
_COMES = frozenset({"068", "067", "017", "002", "069", "371"})
_PAD = 30
_MOST_LEVELS = 12
_MOST_TEXT = 500


@dataclass(slots=True)
class TransactionSet:
    """Takes the segments of one transaction set in order."""

    notice: Notice
    part: str
    order: str = ""
    claim: Claim | None = None
    level: str = ""
    kind_of_level: str = ""
    above: dict[str, str] = field(default_factory=dict)
    order_at: dict[str, str] = field(default_factory=dict)
    claim_at: dict[str, Claim] = field(default_factory=dict)

    def take(self, fields: list[str]) -> None:
        """Takes one segment; others are passed over."""
        taker = _TAKERS.get(fields[0])
        if taker is not None:
            taker(self, [*fields, *[""] * _PAD])

    def end(self) -> None:
        """What can only be said once all segments were taken."""
        for claim in self.notice.claims:
            if self.notice.kind == "despatch" and not claim.figures.keys() & {"now", "outstanding"}:
                claim.flags.add("unreadable")
            if "refused" in claim.flags and "confirmed" not in claim.figures:
                claim.add("confirmed", Figure(Number(Decimal(0)), text="refused"))
            if self.notice.response == "accepted" and "refused" not in claim.flags:
                claim.flags.add("as_ordered")
            answered = claim.figures.keys() & {"confirmed", "outstanding"} or claim.flags & {"as_ordered"}
            if self.notice.kind == "order_response" and not answered and self.notice.response != "rejected":
                claim.flags.add("unreadable")

    def bsn(self, f: list[str]) -> None:
        """Beginning of a ship notice."""
        self.notice.number, self.notice.issued_on = f[2], day_of(f[3])
        self.notice.doubts += [DOUBTFUL[f[1]]] if f[1] in DOUBTFUL else []

    def bak(self, f: list[str]) -> None:
        """Beginning of an acknowledgment."""
        self.notice.doubts += [DOUBTFUL[f[1]]] if f[1] in DOUBTFUL else []
        if f[2] not in ANSWERS:
            self.notice.doubts.append(f"an acknowledgment of the type {f[2]}")
        self.notice.response, self.notice.whole = ANSWERS.get(f[2], ("", False))
        self.order = f[3]
        self.notice.orders = [f[3]] if f[3] else []
        self.notice.number, self.notice.issued_on = f[8], day_of(f[9]) or day_of(f[4])

    def big(self, f: list[str]) -> None:
        """Beginning of an invoice."""
        self.notice.issued_on, self.notice.number = day_of(f[1]), f[2]
        self.notice.orders = [f[4]] if f[4] else []

    def hl(self, f: list[str]) -> None:
        """A level of the hierarchy: an item begins at I, an order at O."""
        self.claim, self.level, self.kind_of_level = None, f[1], f[3]
        self.above[f[1]] = f[2]
        if f[3] == "O":
            self.order = ""
        self.order = self._inherited() or self.order
        if f[3] == "I":
            self._begin()

    def _inherited(self) -> str:
        """The order of the nearest level above that names one."""
        return next((self.order_at[level] for level in self._levels() if level in self.order_at), "")

    def _levels(self) -> list[str]:
        """The level itself and those above it, nearest first; nobody packs deeper than is looked."""
        found: list[str] = []
        level = self.level
        while level and len(found) < _MOST_LEVELS:
            found.append(level)
            level = self.above.get(level, "")
        return found

    def prf(self, f: list[str]) -> None:
        """The order of this level."""
        self.order = f[1]
        self.order_at[self.level] = f[1]
        self.notice.orders += [f[1]] if f[1] and f[1] not in self.notice.orders else []
        if self.claim is not None:
            self.claim.order = f[1]

    def _begin(self) -> None:
        """A line; what stands below a line is a part of what is counted already."""
        self.claim = Claim(
            part=self.part,
            text="",
            order=self.order,
            form="structured",
            columns=frozenset({"now"} if self.notice.kind == "despatch" else {"confirmed"}),
        )
        if any(level in self.claim_at for level in self._levels()[1:]):
            return
        self.claim_at[self.level] = self.claim
        self.notice.claims.append(self.claim)

    def lin(self, f: list[str]) -> None:
        """Article numbers in pairs of qualifier and number."""
        if self.claim is None and self.kind_of_level in ("P", "T", "K"):
            self._begin()
        if self.claim is not None:
            self.claim.line = self.claim.line or f[1]
            self._ids(f, 2)

    def _ids(self, f: list[str], start: int) -> None:
        if self.claim is not None:
            self.claim.items += [f[place + 1] for place in range(start, len(f) - 1, 2) if f[place] in _IDS and f[place + 1]]  # fmt: skip
            ours = [f[place + 1] for place in range(start, len(f) - 1, 2) if f[place] == "PL"]
            self.claim.line_ours = next((number for number in ours if number.isdecimal()), self.claim.line_ours)
            self.claim.lots += [f[place + 1] for place in range(start, len(f) - 1, 2) if f[place] == "LT" and f[place + 1]]  # fmt: skip
            self._evidence(f)

    def pid(self, f: list[str]) -> None:
        """A description in free form."""
        if self.claim is not None and f[5]:
            self.claim.free = f"{self.claim.free}\n{f[5]}".strip()

    def sn1(self, f: list[str]) -> None:
        """Shipped now, shipped to date, ordered."""
        if self.claim is not None:
            self._figure("now", f[2], f[3])
            self._figure("total", f[4], f[6] or f[3])
            self._figure("ordered", f[5], f[6] or f[3])
            self._evidence(f)

    def po4(self, f: list[str]) -> None:
        """What a pack holds, where it holds single pieces."""
        size = amount_of(f[1])
        if self.claim is None or not size or f[2] not in ("", "1"):
            return
        for role in ("now", "confirmed"):
            self.claim.figures[role] = [
                replace(one, content=size, content_units=x12_unit(f[3])) if set(one.units) & PACKS else one
                for one in self.claim.figures.get(role, [])
            ]
        self.claim.figures = {role: figures for role, figures in self.claim.figures.items() if figures}

    def po1(self, f: list[str]) -> None:
        """An ordered line as the supplier repeats it."""
        if self.notice.kind == "order_response":
            self._begin()
            if self.claim is not None:
                self.claim.line, self.claim.price = f[1], amount_of(f[4])
                self._figure("ordered", f[2], f[3])
                self._ids(f, 6)

    def ack(self, f: list[str]) -> None:
        """What is said of the line; an acceptance without a quantity takes it as it was ordered."""
        if self.claim is None:
            return
        self._evidence(f)
        state = STATES.get(f[1], "unreadable")
        if state in ("confirmed", "substitute"):
            self._figure("confirmed", f[2], f[3], steps=True)
            if not f[2]:
                self.claim.flags.add("as_ordered")
        elif state == "outstanding":
            self._figure("outstanding", f[2], f[3], steps=True)
        if state not in ("confirmed", "outstanding"):
            self.claim.flags.add(state)
        day = day_of(f[5])
        if day is not None and f[4] in _COMES and state == "confirmed":
            self.claim.expected_on = day

    def dtm(self, f: list[str]) -> None:
        """Dates of the whole notice."""
        day = day_of(f[2])
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

    def _figure(self, role: str, number: str, unit: str, *, steps: bool = False) -> None:
        """Adds a quantity; one that is said again is a further step of an answer, and else cannot be understood."""
        value = amount_of(number)
        if self.claim is None or not number:
            return
        if value is None or (role in self.claim.figures and not steps):
            self.claim.flags.add("unreadable")
        else:
            add_up(self.claim, role, Figure(Number(value), x12_unit(unit), text=f"{number} {unit}".strip()))

    def _evidence(self, f: list[str]) -> None:
        if self.claim is not None and len(self.claim.text) < _MOST_TEXT:
            self.claim.text = f"{self.claim.text} {'*'.join(f).rstrip('*')}".strip()[:_MOST_TEXT]


_TAKERS: dict[str, Callable[[TransactionSet, list[str]], None]] = {
    "BSN": TransactionSet.bsn, "BAK": TransactionSet.bak, "BIG": TransactionSet.big, "HL": TransactionSet.hl,
    "PRF": TransactionSet.prf, "LIN": TransactionSet.lin, "PID": TransactionSet.pid, "SN1": TransactionSet.sn1,
    "PO4": TransactionSet.po4, "PO1": TransactionSet.po1, "ACK": TransactionSet.ack, "DTM": TransactionSet.dtm,
    "REF": TransactionSet.ref, "TD5": TransactionSet.td5,
}  # fmt: skip


def day_of(text: str) -> date | None:
    """A date as CCYYMMDD or YYMMDD."""
    match = re.fullmatch(r"(20\d\d|\d\d)(\d\d)(\d\d)", text)
    try:
        return date(int(f"20{match[1][-2:]}"), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None
