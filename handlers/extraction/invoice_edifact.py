"""Reads what UN/EDIFACT INVOIC messages charge (directories D.93A and later)."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from .formats.codes import unece_unit
from .formats.edifact import segments_of
from .formats.edifact_message import DOUBTFUL, Segment, at
from .formats.notices import CUT_OFF, TEST
from .invoice_paper import CREDIT_NOTE, Bill, BillLine, signed
from .invoice_ubl import DOUBTFUL as TYPES

_CREDITS = frozenset({"381", "83", "396"})
_SUMS = {"77": "total", "39": "total", "86": "total", "125": "net", "124": "tax", "176": "tax"}
"""What an amount of the summary means by its qualifier (5025); those that stand twice must agree."""
_TOTALS_FIRST = ("77", "39", "86")


def bill_of(text: str, part: str) -> Bill | None:
    """Return what the one INVOIC of an interchange charges; None without one. Several of them make a doubt."""
    segments, marks = segments_of(text)
    bills: list[_Message] = []
    reading, ended, doubts = False, True, []
    for segment in segments:
        tag = segment[0][0].strip()
        if tag == "UNB" and at(segment, 11, 0) == "1":
            doubts.append(TEST)
        elif tag == "UNH":
            reading = at(segment, 2, 0) == "INVOIC"
            bills += [_Message(Bill(part=part, form="edifact"), marks.decimal)] if reading else []
            ended = not reading
        elif tag == "UNT":
            reading, ended = False, True
        elif reading:
            bills[-1].take(tag, segment)
    if not bills:
        return None
    doubts += [] if ended else [CUT_OFF]
    doubts += ["several invoices in one interchange"] if len(bills) > 1 else []
    bill = bills[0].ended()
    bill.doubts += doubts
    return bill


@dataclass(slots=True)
class _Message:
    """Takes the segments of one INVOIC in order."""

    bill: Bill
    decimal: str
    line: BillLine | None = None
    charging: int = 0
    """1 inside of a charge, -1 inside of an allowance, else 0."""
    summing: bool = False
    sums: dict[str, Decimal] = field(default_factory=dict)

    def take(self, tag: str, segment: Segment) -> None:
        """Take one segment; those that say nothing of money or goods are passed over."""
        taker = _TAKERS.get(tag)
        if taker is not None:
            taker(self, segment)

    def ended(self) -> Bill:
        """Return the bill with its sums, each from the first qualifier that names it."""
        bill = self.bill
        bill.total = next((self.sums[code] for code in _TOTALS_FIRST if code in self.sums), None)
        bill.net = self.sums.get("125")
        bill.tax = self.sums.get("124", self.sums.get("176", Decimal(0)))
        order = bill.orders[0] if len(bill.orders) == 1 else ""
        for line in bill.lines:
            line.order = line.order or order
        return bill

    def bgm(self, segment: Segment) -> None:
        """Take type, number and function."""
        code, function = at(segment, 1, 0), at(segment, 3, 0)
        self.bill.number = at(segment, 2, 0)
        self.bill.kind = CREDIT_NOTE if code in _CREDITS else self.bill.kind
        self.bill.doubts += [TYPES[code]] if code in TYPES else []
        self.bill.doubts += [DOUBTFUL[function]] if function in DOUBTFUL else []

    def dtm(self, segment: Segment) -> None:
        """Take the days of issue and payment."""
        day = _day(at(segment, 1, 1))
        if at(segment, 1, 0) == "137":
            self.bill.issued_on = day
        elif at(segment, 1, 0) in ("13", "265") and self.line is None:
            self.bill.due_on = day

    def rff(self, segment: Segment) -> None:
        """Take orders, the delivery note and the invoice that is credited."""
        code, number, line = at(segment, 1, 0), at(segment, 1, 1), at(segment, 1, 2)
        if code == "ON" and self.line is not None:
            self.line.order, self.line.line_ours = number, line if line.isdecimal() else self.line.line_ours
        elif code == "LI" and self.line is not None:
            self.line.line_ours = number if number.isdecimal() else self.line.line_ours
        elif code == "DQ":
            self.bill.note = self.bill.note or number
        elif code in ("IV", "OI"):
            self.bill.refers_to = self.bill.refers_to or number
        if code == "ON" and number and number not in self.bill.orders:
            self.bill.orders.append(number)

    def cux(self, segment: Segment) -> None:
        """Take the currency of the document."""
        self.bill.currency = self.bill.currency or at(segment, 1, 1)

    def lin(self, segment: Segment) -> None:
        """Begin a line."""
        self.charging = 0
        self.line = BillLine(number=at(segment, 1, 0), items=[item for item in [at(segment, 3, 0)] if item])
        self.line.evidence = _said(segment)
        self.bill.lines.append(self.line)

    def pia(self, segment: Segment) -> None:
        """Take further article numbers."""
        if self.line is not None:
            numbers = (at(segment, element, 0) for element in range(2, len(segment)))
            self.line.items += [number for number in numbers if number]

    def imd(self, segment: Segment) -> None:
        """Take the description."""
        if self.line is not None:
            self.line.text = f"{self.line.text} {at(segment, 3, 3)}".strip()

    def qty(self, segment: Segment) -> None:
        """Take the quantity that is charged; another one of a line cannot be understood."""
        if self.line is None or at(segment, 1, 0) != "47":
            return
        if self.line.quantity is not None:
            self.bill.doubts.append(f"line {self.line.number} charges two quantities")
        self.line.quantity, self.line.units = self._amount(at(segment, 1, 1)), unece_unit(at(segment, 1, 2))
        self.line.evidence += f" {_said(segment)}"

    def pri(self, segment: Segment) -> None:
        """Take the net price and for how many it is."""
        if self.line is not None and at(segment, 1, 0) == "AAA":
            self.line.price = self._amount(at(segment, 1, 1))
            self.line.per = self._amount(at(segment, 1, 4)) or Decimal(1)
            self.line.evidence += f" {_said(segment)}"

    def tax(self, segment: Segment) -> None:
        """Take the rate of a line."""
        if self.line is not None and not self.summing:
            self.line.tax_rate = at(segment, 5, 3)

    def alc(self, segment: Segment) -> None:
        """Begin a charge or an allowance."""
        self.charging = {"C": 1, "A": -1}.get(at(segment, 1, 0), 0)

    def uns(self, _segment: Segment) -> None:
        """Begin the summary."""
        self.summing, self.line, self.charging = True, None, 0

    def moa(self, segment: Segment) -> None:
        """Take an amount by its qualifier and by where it stands."""
        code, amount = at(segment, 1, 0), self._amount(at(segment, 1, 1))
        self.bill.currency = self.bill.currency or at(segment, 1, 2)
        if amount is None:
            self.bill.doubts.append("an amount that cannot be read")
        elif self.charging and code in ("8", "23", "204"):
            self._beside(amount * self.charging)
        elif self.line is not None and code in ("203", "66"):
            self.line.amount = amount
            self.line.evidence += f" {_said(segment)}"
        elif self.line is None and code in _SUMS and self.sums.setdefault(code, amount) != amount:
            self.bill.doubts.append(f"two amounts for the {_SUMS[code]}")

    def _beside(self, amount: Decimal) -> None:
        if self.line is not None:
            self.line.extra += amount
        elif not self.summing:
            self.bill.charges += amount

    def _amount(self, written: str) -> Decimal | None:
        """Read a figure: point and comma both mark decimals; the one that UNA does not name could group three digits."""
        other = "." if self.decimal == "," else ","
        if re.search(rf"{re.escape(other)}\d{{3}}$", written):
            return None
        return signed(written.replace(",", "."))


_TAKERS: dict[str, Callable[[_Message, Segment], None]] = {
    "BGM": _Message.bgm, "DTM": _Message.dtm, "RFF": _Message.rff, "CUX": _Message.cux, "LIN": _Message.lin,
    "PIA": _Message.pia, "IMD": _Message.imd, "QTY": _Message.qty, "PRI": _Message.pri, "TAX": _Message.tax,
    "ALC": _Message.alc, "UNS": _Message.uns, "MOA": _Message.moa,
}  # fmt: skip


def _said(segment: Segment) -> str:
    return "+".join(":".join(element) for element in segment)


def _day(text: str) -> date | None:
    match = re.match(r"(20\d\d)(\d\d)(\d\d)", text)
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None
