"""Reads what ANSI X12 810 invoices charge (versions 3010 to 5010)."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from .formats.codes import x12_unit
from .formats.notices import CUT_OFF, TEST
from .formats.x12_set import day_of
from .invoice_paper import CREDIT_NOTE, Bill, BillLine, signed

_PAD, _HEAD, _USAGE = 30, 16, 15
_CREDITS = frozenset({"CR", "CN", "CD"})
_IDS = frozenset({"BP", "VP", "IN", "UP", "EN", "UK", "VN", "VC", "PN", "MG", "SK", "UI", "CB", "PI", "UA"})
_HUNDRED = Decimal(100)


def bill_of(text: str, part: str) -> Bill | None:
    """Return what the one 810 of an interchange charges; None without one. Several of them make a doubt."""
    text = text.lstrip().replace("\r\n", "\n").replace("\r", "\n")
    mark = text[3:4]
    head = text[:400].split(mark, _HEAD) if mark else []
    if len(head) <= _HEAD or len(head[-1]) < 2:  # noqa: PLR2004 - the component mark and the segment mark
        return None
    sets: list[_Set] = []
    reading = False
    for raw in text.split(head[-1][1]):
        fields = [one.strip() for one in raw.strip("\n ").split(mark)]
        if fields[0] == "ST":
            reading = len(fields) > 1 and fields[1] == "810"
            sets += [_Set(Bill(part=part, form="x12"))] if reading else []
        elif fields[0] == "SE":
            reading = False
        elif reading:
            sets[-1].take(fields)
    if not sets:
        return None
    bill = sets[0].ended()
    bill.doubts += [CUT_OFF] if reading else []
    bill.doubts += ["several invoices in one interchange"] if len(sets) > 1 else []
    bill.doubts += [TEST] if head[_USAGE].strip() == "T" else []
    return bill


@dataclass(slots=True)
class _Set:
    """Takes the segments of one 810 in order."""

    bill: Bill
    line: BillLine | None = None

    def take(self, fields: list[str]) -> None:
        """Take one segment; others are passed over."""
        taker = _TAKERS.get(fields[0])
        if taker is not None:
            taker(self, [*fields, *[""] * _PAD])

    def ended(self) -> Bill:
        """Return the bill; a set that names no tax charges none."""
        self.bill.tax = self.bill.tax or Decimal(0)
        return self.bill

    def big(self, f: list[str]) -> None:
        """Take the beginning: day, number, order and type."""
        self.bill.issued_on, self.bill.number = day_of(f[1]), f[2]
        self.bill.orders = [f[4]] if f[4] else []
        self.bill.kind = CREDIT_NOTE if f[7] in _CREDITS else self.bill.kind
        self.bill.doubts += ["it asks for money before the goods"] if f[7] == "PP" else []

    def cur(self, f: list[str]) -> None:
        """Take the currency."""
        self.bill.currency = f[2]

    def itd(self, f: list[str]) -> None:
        """Take the day of payment."""
        self.bill.due_on = day_of(f[6])

    def ref(self, f: list[str]) -> None:
        """Take the packing list and the invoice that is credited."""
        if f[1] in ("PK", "DO"):
            self.bill.note = self.bill.note or f[2]
        elif f[1] in ("IV", "OI"):
            self.bill.refers_to = self.bill.refers_to or f[2]
        elif f[1] == "PO" and self.line is not None:
            self.line.order = f[2]

    def it1(self, f: list[str]) -> None:
        """Take a line; its amount is quantity and price, because the set states no other."""
        quantity, price = signed(f[2]), signed(f[4])
        self.line = BillLine(number=f[1], quantity=quantity, units=x12_unit(f[3]), price=price)
        self.line.order = self.bill.orders[0] if self.bill.orders else ""
        self.line.per = {"HP": _HUNDRED, "TP": Decimal(1000)}.get(f[5], Decimal(1))
        self.line.items = [f[at + 1] for at in range(6, len(f) - 1, 2) if f[at] in _IDS and f[at + 1]]
        ours = (f[at + 1] for at in range(6, len(f) - 1, 2) if f[at] == "PL")
        self.line.line_ours = next((number for number in ours if number.isdecimal()), "")
        self.line.evidence = "*".join(f).rstrip("*")
        if quantity is not None and price is not None:
            self.line.amount = (quantity * price / self.line.per).quantize(Decimal("0.01"))
        self.bill.lines.append(self.line)

    def pid(self, f: list[str]) -> None:
        """Take a description."""
        if self.line is not None and f[5]:
            self.line.text = f"{self.line.text} {f[5]}".strip()

    def sac(self, f: list[str]) -> None:
        """Take a charge or an allowance of the whole set; one of a line is part of what that comes to."""
        amount = _cents(f[5])
        if amount is None:
            self.bill.doubts.append("a charge that cannot be read")
        elif f[1] in ("C", "A"):
            self.bill.charges += amount if f[1] == "C" else -amount

    def txi(self, f: list[str]) -> None:
        """Take a tax."""
        amount = signed(f[2])
        if amount is None:
            self.bill.doubts.append("a tax that cannot be read")
        else:
            self.bill.tax = (self.bill.tax or Decimal(0)) + amount

    def tds(self, f: list[str]) -> None:
        """Take the total, in hundredths."""
        self.bill.total = _cents(f[1])


def _cents(text: str) -> Decimal | None:
    """Read an amount of the form N2: two decimals that are not written."""
    amount = signed(text)
    return amount / _HUNDRED if amount is not None and "." not in text else None


_TAKERS: dict[str, Callable[[_Set, list[str]], None]] = {
    "BIG": _Set.big, "CUR": _Set.cur, "ITD": _Set.itd, "REF": _Set.ref, "IT1": _Set.it1, "PID": _Set.pid,
    "SAC": _Set.sac, "TXI": _Set.txi, "TDS": _Set.tds,
}  # fmt: skip
