"""Takes the segments of one DESADV, ORDRSP or INVOIC and keeps what they say of orders, lines and quantities."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from handlers.extraction.claims import Claim, Notice
from handlers.extraction.numbers import Number
from handlers.extraction.units import PACKS, Figure

from .codes import unece_unit
from .notices import REPEATED, REPLACES, WITHDRAWN, add_up
from .xml import amount_of

Segment: TypeAlias = list[list[str]]

KINDS = {"DESADV": "despatch", "ORDRSP": "order_response", "INVOIC": "invoice", "RECADV": "delivery"}
#: What a quantity means by its qualifier (data element 6063); 47 is invoiced and no concern of an order.
ROLES: dict[str, dict[str, str]] = {
    "despatch": {"12": "now", "46": "now", "21": "ordered", "83": "outstanding", "59": "content"},
    "delivery": {"48": "now", "46": "now", "12": "ordered", "21": "ordered"},
    "order_response": {
        "113": "confirmed", "12": "confirmed", "170": "confirmed", "21": "ordered", "83": "outstanding", "59": "content",
    },
    "invoice": {},
}  # fmt: skip
#: Message functions (1225) that keep a document from being taken as it stands.
DOUBTFUL = {"1": WITHDRAWN, "3": WITHDRAWN, "5": REPLACES, "7": REPEATED, "31": REPEATED}
#: The answer that a message function (1225) or a response type (4343) gives for the whole order.
ANSWERS = {
    "29": "accepted", "44": "accepted", "AP": "accepted", "AD": "accepted", "27": "rejected", "RE": "rejected",
    "4": "", "6": "", "28": "", "30": "", "34": "", "45": "", "AC": "", "CA": "",
}  # fmt: skip
#: What the action code of a line (1229) says in an answer; others leave the line to its quantities.
ACTIONS = {"1": "substitute", "2": "refused", "5": "as_ordered", "7": "refused", "10": "refused"}
_ARTICLES = frozenset({"", "BP", "IN", "SA", "EN", "UP", "SRV", "GTIN", "MF", "MP", "VP", "VN"})
_COMES = frozenset({"506", "17", "69", "67", "63", "64", "358"})
_DATED = {"137": "issued_on", "11": "despatched_on", "35": "delivered_on", "50": "delivered_on"}
_ARRIVES = frozenset({"17", "132", "191", "69", "358"})
_MOST_TEXT = 500
_MOST_LEVELS = 12


def at(segment: Segment, element: int, component: int) -> str:
    """A component of a segment, empty where it is not there."""
    if element >= len(segment) or component >= len(segment[element]):
        return ""
    return segment[element][component].strip()


@dataclass(slots=True)
class Message:
    """Takes the segments of one message in order."""

    notice: Notice
    part: str
    decimal: str
    claim: Claim | None = None
    head_order: str = ""
    package: str = ""
    said: set[str] = field(default_factory=set)
    holders: dict[str, str] = field(default_factory=dict)
    places: list[tuple[str, Claim]] = field(default_factory=list)

    def take(self, tag: str, segment: Segment) -> None:
        """Takes one segment; tags that say nothing for us are passed over."""
        taker = _TAKERS.get(tag)
        if taker is not None:
            taker(self, segment)

    def end(self) -> None:
        """What can only be said once all segments were taken."""
        if self.notice.kind == "delivery":
            self.notice.doubts.append("a receiving advice is the buyer's own document")
        if self._counted_twice():
            self.notice.doubts.append("an article is counted in a package and again in what holds it")
        for claim in self.notice.claims:
            self._settle(claim)

    def _counted_twice(self) -> bool:
        inside: dict[str, set[str]] = {}
        for package, claim in self.places:
            for item in claim.items:
                inside.setdefault(item, set()).add(package)
        return any(self._above(package) & packages for packages in inside.values() for package in packages)

    def _above(self, package: str) -> set[str]:
        """The packages that hold this one; nobody packs deeper than is looked."""
        found: set[str] = set()
        holder = package
        for _ in range(_MOST_LEVELS):
            holder = self.holders.get(holder, "")
            found |= {holder} - {"", package}
        return found

    def _settle(self, claim: Claim) -> None:
        """Packs take what is said that they hold; an accepted line without a quantity stands as it was ordered."""
        content = claim.figures.pop("content", [])
        for role, figures in claim.figures.items() if content else ():
            claim.figures[role] = [_held(one, content[0], claim) for one in figures]
        if "refused" in claim.flags:
            claim.figures["confirmed"] = [Figure(Number(Decimal(0)), text="refused")]
        accepted = "as_ordered" in claim.flags or self.notice.response == "accepted"
        if self.notice.kind == "order_response" and accepted and "refused" not in claim.flags:
            claim.flags.add("as_ordered")
        if (
            self.notice.kind == "order_response"
            and not accepted
            and not claim.figures.keys() & {"confirmed", "outstanding"}
        ):
            claim.flags.add("unreadable")
        if self.notice.kind in ("despatch", "delivery") and not claim.figures.keys() & {"now", "outstanding"}:
            claim.flags.add("unreadable")

    def bgm(self, segment: Segment) -> None:
        """Number, function and answer."""
        self.notice.number = at(segment, 2, 0)
        function, answer = at(segment, 3, 0), at(segment, 4, 0)
        if function in DOUBTFUL:
            self.notice.doubts.append(DOUBTFUL[function])
        elif function == "4" and self.notice.kind != "order_response":
            self.notice.doubts.append(REPLACES)
        if self.notice.kind == "order_response":
            self.notice.response = ANSWERS.get(answer, "") or ANSWERS.get(function, "")

    def dtm(self, segment: Segment) -> None:
        """Dates of the document or of a line."""
        code, day = at(segment, 1, 0), _day(at(segment, 1, 1), at(segment, 1, 2))
        if self.claim is not None:
            self.claim.expected_on = day if code in _COMES else self.claim.expected_on
        elif code in _DATED:
            setattr(self.notice, _DATED[code], day)
        elif code in _ARRIVES:
            self.notice.expected_on = self.notice.expected_on or day

    def rff(self, segment: Segment) -> None:
        """Orders, lines, tracking numbers and lots."""
        code, number, line = at(segment, 1, 0), at(segment, 1, 1), at(segment, 1, 2)
        if code == "ON":
            self._order(number, line)
        elif code == "LI" and self.claim is not None and number.isdecimal():
            self.claim.line_ours = number
        elif code in ("CN", "AAS", "CW") and number and number not in self.notice.tracking:
            self.notice.tracking.append(number)
        elif code in ("BT", "LOT") and self.claim is not None:
            self.claim.lots.append(number)

    def _order(self, number: str, line: str) -> None:
        if self.claim is None:
            self.head_order = number if not self.notice.orders or number == self.head_order else ""
        else:
            self.claim.order = number
            self.claim.line_ours = line if line.isdecimal() else self.claim.line_ours
        self.notice.orders += [number] if number and number not in self.notice.orders else []

    def tdt(self, segment: Segment) -> None:
        """The carrier."""
        self.notice.carrier = at(segment, 5, 3) or self.notice.carrier

    def cps(self, segment: Segment) -> None:
        """A package begins, inside another one or not; what follows counts packages until a line begins."""
        self.claim = None
        self.package = at(segment, 1, 0)
        self.holders[self.package] = at(segment, 2, 0)

    def lin(self, segment: Segment) -> None:
        """A line begins."""
        self.claim = Claim(part=self.part, text="", order=self.head_order, form="structured")
        self.said = set()
        self.claim.line = at(segment, 1, 0)
        if at(segment, 3, 0):
            self.claim.items.append(at(segment, 3, 0))
        self.claim.columns = frozenset({"now"} if self.notice.kind in ("despatch", "delivery") else {"confirmed"})
        action = ACTIONS.get(at(segment, 2, 0), "")
        if self.notice.kind == "order_response" and action:
            self.claim.flags.add(action)
        if at(segment, 4, 1) and self.notice.kind != "invoice":
            self.notice.doubts.append("a line under a line could be a part of what is counted already")
        self._evidence(segment)
        self.places.append((self.package, self.claim))
        self.notice.claims.append(self.claim)

    def pia(self, segment: Segment) -> None:
        """Further article numbers; those of a substitute say so, those of a possible one are left out."""
        if self.claim is None or at(segment, 1, 0) == "2":
            return
        if at(segment, 1, 0) in ("3", "4"):
            self.claim.flags.add("substitute")
        for element in range(2, len(segment)):
            number, code = at(segment, element, 0), at(segment, element, 1)
            if number and code in _ARTICLES:
                self.claim.items.append(number)
            elif number and code == "NB":
                self.claim.lots.append(number)
        self._evidence(segment)

    def imd(self, segment: Segment) -> None:
        """The description."""
        if self.claim is not None:
            self.claim.free = f"{self.claim.free}\n{at(segment, 3, 3)}".strip()

    def qty(self, segment: Segment) -> None:
        """A quantity, by its qualifier."""
        if self.claim is None:
            return
        self._evidence(segment)
        code = at(segment, 1, 0)
        role = ROLES[self.notice.kind].get(code)
        if role is None:
            return
        again = code in self.said
        self.said.add(code)
        value = self._amount(at(segment, 1, 1))
        if value is None or (again and role != "confirmed"):
            self.claim.flags.add("unreadable")
            return
        figure = Figure(Number(value), unece_unit(at(segment, 1, 2)), text=":".join(segment[1]))
        if again:
            add_up(self.claim, role, figure)
        else:
            self.claim.add(role, figure)

    def _amount(self, written: str) -> Decimal | None:
        """Point and comma both mark decimals (ISO 9735); the one that UNA does not name could group three digits."""
        other = "." if self.decimal == "," else ","
        if re.search(rf"{re.escape(other)}\d{{3}}$", written):
            return None
        return amount_of(written.replace(",", "."))

    def gin(self, segment: Segment) -> None:
        """Serial numbers."""
        if self.claim is not None and at(segment, 1, 0) == "BN":
            self.claim.serials += [at(segment, element, 0) for element in range(2, len(segment))]

    def _evidence(self, segment: Segment) -> None:
        if self.claim is not None and len(self.claim.text) < _MOST_TEXT:
            said = "+".join(":".join(element) for element in segment)
            self.claim.text = f"{self.claim.text} {said}".strip()[:_MOST_TEXT]


_TAKERS: dict[str, Callable[[Message, Segment], None]] = {
    "BGM": Message.bgm, "DTM": Message.dtm, "RFF": Message.rff, "TDT": Message.tdt, "CPS": Message.cps, "LIN": Message.lin,
    "PIA": Message.pia, "IMD": Message.imd, "QTY": Message.qty, "GIN": Message.gin,
}  # fmt: skip


def _held(figure: Figure, content: Figure, claim: Claim) -> Figure:
    """A pack with what it holds; a figure of no unit could count packs or what is inside."""
    if set(figure.units) & PACKS:
        return replace(figure, content=content.number.value, content_units=content.units)
    if not figure.units and content.number.value != 1:
        claim.flags.add("unreadable")
        return replace(figure, strange="of packs or of what they hold")
    return figure


def _day(text: str, form: str) -> date | None:
    """A date in the forms 102 (CCYYMMDD), 203 (with time) and 101 (YYMMDD)."""
    digits = text if form != "101" else f"20{text}"
    match = re.match(r"(20\d\d)(\d\d)(\d\d)", digits)
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None
