"""Holding an invoice against its order: two-, three- or four-way as each line requires, and what of it is payable."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from orders.invoices import Difference, Found
from orders.money import Money, line_amount
from orders.units import quantity_text, unit_word


class Way(StrEnum):
    """How many papers have to agree."""

    TWO = "two-way"
    """Order and invoice."""
    THREE = "three-way"
    """Order, receipt and invoice."""
    FOUR = "four-way"
    """Order, receipt, inspection and invoice."""


@dataclass(frozen=True, slots=True)
class Required:
    """What a line needs before it may be paid."""

    receipt: bool = True
    inspection: bool = False


WAYS: dict[Required, Way] = {
    Required(receipt=False, inspection=False): Way.TWO,
    Required(receipt=True, inspection=False): Way.THREE,
    Required(receipt=True, inspection=True): Way.FOUR,
}
"""The way by what a line requires; what is inspected was received."""


def required(*, service: bool, inspected: bool, accept_services: bool) -> Required:
    """Say what a line requires: goods their receipt, inspected parts the inspection, services what the plant has settled."""
    return Required(receipt=not service or accept_services, inspection=inspected and not service)


@dataclass(frozen=True, slots=True)
class Tolerance:
    """By how much a price may be higher: percent of what was agreed or minor units, whichever is more."""

    percent: Decimal | None = None
    absolute: int | None = None

    def allowed(self, expected: int) -> int:
        """Return the minor units that are allowed beyond ``expected``; unless both are set, nothing is."""
        if self.percent is None or self.absolute is None:
            return 0
        share = (Decimal(expected) * self.percent / 100).to_integral_value(ROUND_HALF_UP)
        return max(int(share), self.absolute)


@dataclass(frozen=True, slots=True)
class Ordered:
    """An order line as a match sees it: thousandths of its unit, price in ten-thousandths."""

    id: int
    order: str
    line: int
    unit: str
    price: int
    ordered: int
    """What is still wanted of it."""
    received: int
    accepted: int
    rejected: int
    billed: int
    over: int = 0
    """By how many minor units other invoices were dearer within the tolerance, which is the line's and not each invoice's."""
    tolerance_percent: int = 0
    way: Way = Way.THREE
    kept: int = 0
    """How much is there in all where whoever approved the order kept more than was ordered."""

    @property
    def most(self) -> int:
        """How much may be billed of it at all, by what was ordered, or kept beyond that."""
        return max(self.ordered + self.ordered * self.tolerance_percent // 100, self.kept)

    @property
    def held(self) -> int:
        """What came and is neither accepted nor rejected yet."""
        return max(self.received - self.accepted - self.rejected, 0)

    @property
    def payable(self) -> int:
        """How much may still be billed: what was ordered within its tolerance and accepted, less what was billed."""
        most = self.most if self.way is Way.TWO else min(self.most, self.accepted)
        return max(most - max(self.billed, 0), 0)


@dataclass(frozen=True, slots=True)
class Charged:
    """A line of an invoice: its place, the order line (None where it fits none), thousandths, and minor units."""

    line: int
    order_line_id: int | None
    quantity: int
    amount: int
    tax_rate: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """What a match has to know of an order: its currency, whether it belongs to the sender, its freight, and whether it is over."""

    name: str
    currency: str
    same_supplier: bool = True
    cancelled: bool = False
    closed: bool = False
    freight_left: int = 0


@dataclass(frozen=True, slots=True)
class Bill:
    """An invoice as a match sees it."""

    currency: str
    lines: Sequence[Charged]
    charges: int = 0
    tax: int = 0
    duplicate_of: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """How a plant looks at invoices."""

    tolerance: Tolerance = Tolerance()
    tax_percents: tuple[Decimal, ...] = ()
    """The rates of tax that may stand on an invoice; none: tax is not looked at."""
    accept_services: bool = True
    """Whether a service is payable only once a person has accepted it."""
    distinct: bool = True
    """Whether whoever releases may neither have approved the order nor received the goods."""
    accept_limit: int | None = None
    """Up to how many minor units of the plant's currency finance may accept as a difference; None: nothing."""


HIGHEST_TAX = Decimal(30)
"""Percent that no tax on goods comes to, for plants that have named no rates."""


def match(bill: Bill, orders: Sequence[Order], lines: Iterable[Ordered], policy: Policy) -> list[Found]:
    """Return every difference of an invoice, the gravest first; empty where it fits."""
    known = {line.id: line for line in lines}
    found = [
        *_duplicate(bill),
        *_of_orders(bill, orders),
        *_of_lines(bill, orders, known, policy),
        *_freight(bill, orders),
        *_tax(bill, policy),
    ]
    return sorted(found, key=lambda one: (list(Difference).index(one.difference), one.line))


def _duplicate(bill: Bill) -> Iterable[Found]:
    if bill.duplicate_of:
        yield Found(Difference.DUPLICATE_NO, f"The number was used before, {bill.duplicate_of}.")


def _of_orders(bill: Bill, orders: Sequence[Order]) -> Iterable[Found]:
    if not orders:
        yield Found(Difference.NO_PO, "It names no order of ours.")
    for order in orders:
        if not order.same_supplier:
            yield Found(Difference.SUPPLIER_MISMATCH, f"{order.name} was placed with another supplier.")
        if order.currency != bill.currency:
            words = f"{order.name} is in {order.currency}, the invoice in {bill.currency}."
            yield Found(Difference.CURRENCY, words)
        if order.cancelled:
            yield Found(Difference.CLOSED_PO, f"{order.name} is cancelled.")


def _of_lines(bill: Bill, orders: Sequence[Order], known: dict[int, Ordered], policy: Policy) -> Iterable[Found]:
    """Hold line by line; a line that is charged twice on one invoice finds what the first of them took."""
    if not orders:
        return
    closed = {order.name for order in orders if order.closed}
    for charged in bill.lines:
        line = known.get(charged.order_line_id or 0)
        if line is None:
            yield Found(
                Difference.NO_PO, f"Line {charged.line} fits no line of the order.", charged.line, charged.amount
            )
            continue
        yield from _quantity(charged, line, bill.currency, over=line.order in closed)
        yield from _price(charged, line, bill.currency, policy.tolerance)
        over = max(charged.amount - line_amount(charged.quantity, line.price, bill.currency).minor, 0)
        known[line.id] = replace(line, billed=line.billed + charged.quantity, over=line.over + over)


def _quantity(charged: Charged, line: Ordered, currency: str, *, over: bool) -> Iterable[Found]:
    if charged.quantity <= line.payable:
        return
    which = Difference.CLOSED_PO if over and not line.payable else _which(charged.quantity, line)
    excess = charged.quantity - line.payable
    amount = charged.amount - charged.amount * line.payable // charged.quantity
    said = f"{_amount(charged.quantity, line)} charged on line {line.line} of {line.order}, {SAID[which](line)}"
    yield Found(which, f"{said} {_amount(excess, line)} ({Money(amount, currency)}) too much.", charged.line, amount)


def _which(quantity: int, line: Ordered) -> Difference:
    """Name why a quantity is not payable: the reason that would be left if all that waits turned out well."""
    wanted = line.billed + quantity
    if wanted > line.most:
        return Difference.QTY_OVER_ORDERED
    if not line.received:
        return Difference.NOT_RECEIVED
    if line.held and wanted <= line.accepted + line.held:
        return Difference.NOT_INSPECTED
    if line.rejected and wanted <= line.received:
        return Difference.REJECTED_GOODS
    return Difference.QTY_OVER_RECEIVED


def _amount(quantity: int, line: Ordered) -> str:
    return f"{quantity_text(quantity)} {unit_word(line.unit, quantity)}"


def _billed(line: Ordered) -> str:
    return f" {quantity_text(line.billed)} billed before:" if line.billed else ""


SAID = {
    Difference.QTY_OVER_ORDERED: lambda line: f"{quantity_text(line.ordered)} ordered.{_billed(line)}",
    Difference.NOT_RECEIVED: lambda line: "nothing taken in." + _billed(line),
    Difference.NOT_INSPECTED: lambda line: f"{quantity_text(line.held)} not inspected yet.{_billed(line)}",
    Difference.REJECTED_GOODS: lambda line: f"{quantity_text(line.rejected)} of it rejected.{_billed(line)}",
    Difference.QTY_OVER_RECEIVED: lambda line: f"{quantity_text(line.accepted)} taken in.{_billed(line)}",
    Difference.CLOSED_PO: lambda line: f"which is closed, and {quantity_text(line.billed)} billed before:",
}
"""What is said of an order line behind what was charged, by the difference."""


def _price(charged: Charged, line: Ordered, currency: str, tolerance: Tolerance) -> Iterable[Found]:
    expected = line_amount(charged.quantity, line.price, currency).minor
    over = charged.amount - expected
    billed = line_amount(line.billed + charged.quantity, line.price, currency).minor
    if over > 0 and line.over + over > tolerance.allowed(max(expected, billed)):
        words = f"Line {line.line} of {line.order} comes to {Money(expected, currency)}, not {Money(charged.amount, currency)}."
        words += f" It was {Money(line.over, currency)} too dear before." if line.over else ""
        yield Found(Difference.PRICE_OVER, words, charged.line, over)


def _freight(bill: Bill, orders: Sequence[Order]) -> Iterable[Found]:
    agreed = sum(order.freight_left for order in orders)
    if orders and bill.charges > agreed:
        words = (
            f"{Money(bill.charges, bill.currency)} for freight and the like, agreed are {Money(agreed, bill.currency)}."
        )
        yield Found(Difference.FREIGHT, words, amount=bill.charges - agreed)


def _tax(bill: Bill, policy: Policy) -> Iterable[Found]:
    """Hold the tax against the rates that the lines name, else against those that the plant knows.

    Each line's rounding may move it by one minor unit; charges bear a rate of the lines, and nobody says which.
    """
    if not policy.tax_percents:
        yield from _too_high(bill)
        return
    named = sorted({Decimal(line.tax_rate) for line in bill.lines if line.tax_rate})
    strange = set(named) - set(policy.tax_percents)
    spans = [_span(bill, named)] if named and not strange else [_span(bill, [one]) for one in policy.tax_percents]
    off = min(max(low - bill.tax, bill.tax - high, 0) for low, high in spans)
    if strange or off > len(bill.lines) + 1:
        net = sum(line.amount for line in bill.lines) + bill.charges
        words = (
            f"{Money(bill.tax, bill.currency)} tax on {Money(net, bill.currency)} is none of the rates that hold here."
        )
        yield Found(Difference.TAX, words, amount=off)


def _too_high(bill: Bill) -> Iterable[Found]:
    """Where no rates are known, tell what no tax can come to."""
    net = sum(line.amount for line in bill.lines) + bill.charges
    over = bill.tax - _share(max(net, 0), HIGHEST_TAX)
    if over > len(bill.lines) + 1:
        words = f"{Money(bill.tax, bill.currency)} tax on {Money(net, bill.currency)} is more than any tax comes to."
        yield Found(Difference.TAX, words, amount=over)


def _span(bill: Bill, rates: Sequence[Decimal]) -> tuple[int, int]:
    """Return the least and the most that the tax may come to, where what names no rate bears one of these."""
    amounts = [(line.amount, [Decimal(line.tax_rate)] if line.tax_rate else rates) for line in bill.lines]
    shares = [[_share(amount, rate) for rate in each] for amount, each in [*amounts, (bill.charges, rates)]]
    return sum(min(each) for each in shares), sum(max(each) for each in shares)


def _share(amount: int, percent: Decimal) -> int:
    return int((Decimal(amount) * percent / 100).to_integral_value(ROUND_HALF_UP))


@dataclass(frozen=True, slots=True)
class Credited:
    """A line of a credit note beside what its invoice charged there, less what was credited before."""

    charged: Charged
    invoiced: int
    """Thousandths that are left on the invoice."""
    amount: int
    """Minor units that are left on the invoice."""

    @property
    def quantity(self) -> int:
        """How much of the goods it takes back: none where it only lowers the price."""
        if not self.invoiced or not self.charged.quantity or self.charged.quantity > self.invoiced:
            return 0
        share = self.amount * self.charged.quantity // self.invoiced
        return self.charged.quantity if abs(share - self.charged.amount) <= 1 else 0


def match_credit(lines: Sequence[Credited], *, bill: Bill, invoice: str, invoice_currency: str) -> list[Found]:
    """Return every difference of a credit note from its invoice (empty: unknown); more than is left is never credited."""
    currency, twice = bill.currency, list(_duplicate(bill))
    if twice:
        return twice
    if not invoice:
        return [Found(Difference.NO_INVOICE, "It names no invoice that I know.")]
    if currency != invoice_currency:
        return [Found(Difference.CURRENCY, f"{invoice} is in {invoice_currency}, the credit note in {currency}.")]
    return [
        Found(
            Difference.CREDIT_OVER,
            f"Line {one.charged.line} credits {Money(one.charged.amount, currency)}, and {Money(one.amount, currency)} is left of {invoice}.",
            one.charged.line,
            one.charged.amount - one.amount,
        )
        for one in lines
        if one.charged.amount > one.amount
    ]
