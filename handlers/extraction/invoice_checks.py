"""What keeps an invoice from being taken as it was read: what it lacks, and what in it does not add up."""

from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_UP, Decimal

from .invoice_paper import Bill, BillLine

_CENT = Decimal("0.01")
SLACK = Decimal("0.01")
"""By how much a line's amount may differ from quantity and price, because both are rounded."""


def _lacking(bill: Bill) -> Iterable[str]:
    """What every invoice has to say."""
    said = {
        "number": bill.number,
        "date": bill.issued_on,
        "currency": bill.currency,
        "line": bill.lines,
        "total": bill.total is not None,
    }
    return [f"no {name} could be read" for name, there in said.items() if not there]


def _lines(bill: Bill) -> Iterable[str]:
    """Every line has a quantity and an amount, both above zero."""
    for at, line in enumerate(bill.lines, 1):
        if line.quantity is None or line.amount is None:
            yield f"line {at} has no quantity or no amount that can be read"
        elif line.quantity <= 0 or line.amount < 0:
            yield f"line {at} is for nothing, or for less than nothing"


def _products(bill: Bill) -> Iterable[str]:
    """Quantity times price is the amount."""
    for at, line in enumerate(bill.lines, 1):
        exact = product(line)
        if exact is not None and line.amount is not None and abs(exact - line.amount) > SLACK:
            yield f"line {at} does not add up: {line.quantity} at {line.price} is not {line.amount}"


def product(line: BillLine) -> Decimal | None:
    """Return what quantity and price of a line come to, with what it charges beside; None where one is not said."""
    if line.quantity is None or line.price is None or not line.per:
        return None
    return (line.quantity * line.price / line.per + line.extra).quantize(_CENT, ROUND_HALF_UP)


def _sums(bill: Bill) -> Iterable[str]:
    """Lines and charges are the net sum, and with the tax the total."""
    net = sum((line.amount or Decimal(0) for line in bill.lines), Decimal(0)) + bill.charges
    if bill.net is not None and bill.net not in (net, net - bill.charges):
        yield f"the lines come to {net} and the paper says {bill.net}"
    if bill.total is not None and bill.tax is not None and net + bill.tax != bill.total:
        yield f"the lines come to {net} with {bill.tax} tax, and the total is {bill.total}"
    if bill.total is not None and bill.tax is None and net != bill.total:
        yield f"the lines come to {net}, the total is {bill.total}, and no tax is named"


CHECKS: tuple[Callable[[Bill], Iterable[str]], ...] = (_lacking, _lines, _products, _sums)
"""What is looked at, in this order; each returns its doubts as sentences."""


def doubts_of(bill: Bill) -> list[str]:
    """Return everything that a person has to look at before the bill is taken; empty where all is said and adds up."""
    return list(dict.fromkeys([*bill.doubts, *(doubt for check in CHECKS for doubt in check(bill))]))
