"""Ordering from an agreement: everything counted in one unit, held against what was agreed, and how much is left."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from orders.agreement_terms import PriceBasis
from orders.agreements import AgreementState, state_words
from orders.errors import (
    AgreementNotOpen,
    BelowTheMinimum,
    MoreThanAgreed,
    NoConversion,
    NotAsAgreed,
    OutsideItsDays,
    OverTheLimit,
)
from orders.money import QUANTITY_SCALE, Money
from orders.price_breaks import Break, price_for
from orders.purchase_orders import OrderKind
from orders.units import quantity_text, unit_word


@dataclass(frozen=True, slots=True)
class Measure:
    """A unit and how many thousandths of the part's own unit one of it holds."""

    unit: str
    size: int = QUANTITY_SCALE

    def count(self, quantity: int) -> int:
        """Turn thousandths of this unit into thousandths of the part's own unit, exactly; raises ``NoConversion``."""
        exact = Fraction(quantity * self.size, QUANTITY_SCALE)
        return _whole(exact, self.unit, "the part's own unit")


def recounted_in(quantity: int, source: Measure, target: Measure) -> int:
    """Turn thousandths of one unit into thousandths of another, exactly; raises ``NoConversion``."""
    return _whole(Fraction(quantity * source.size, target.size), source.unit, unit_word(target.unit))


def price_in(price: int, agreed: Measure, wanted: Measure) -> int:
    """Turn the price of one agreed unit into that of another, exactly; raises ``NoConversion`` for a broken price."""
    return _whole(Fraction(price * wanted.size, agreed.size), agreed.unit, unit_word(wanted.unit))


def _whole(exact: Fraction, source: str, target: str) -> int:
    if exact.denominator != 1:
        raise NoConversion(source=unit_word(source), target=target, item="this agreement")
    return int(exact)


def call_off_price(price: int, breaks: Sequence[Break], basis: PriceBasis, *, released: int, quantity: int) -> int:
    """Return the agreed price of a release of ``quantity``, after ``released`` before it (both thousandths of the line's unit)."""
    counts = released + quantity if basis is PriceBasis.CUMULATIVE else quantity
    return price_for(counts, price, breaks)


@dataclass(frozen=True, slots=True)
class AgreedLine:
    """A line of an agreement as it is drawn from: planned and released quantity in the part's own unit (thousandths)."""

    line: int
    measure: Measure
    planned: int = 0
    released: int = 0
    """0 planned: no quantity was agreed."""
    tolerance_percent: int = 0
    """By how much the last release may go beyond what is planned; none unless the plant says so."""

    @property
    def left(self) -> int | None:
        """What can still be released, in the part's own unit; None where no quantity was agreed."""
        return max(self.planned - self.released, 0) if self.planned else None

    @property
    def at_most(self) -> int | None:
        """What can be released at most, the tolerance included and rounded down; None where no quantity was agreed."""
        return None if self.allowed is None else max(self.allowed - self.released, 0)

    @property
    def allowed(self) -> int | None:
        """What may be released in all, the tolerance included and rounded down; None where no quantity was agreed."""
        return self.planned * (100 + self.tolerance_percent) // 100 if self.planned else None

    def said(self, quantity: int) -> str:
        """Return a quantity of the part's own unit as it is said in the line's."""
        return quantity_text(quantity * QUANTITY_SCALE // self.measure.size)


@dataclass(frozen=True, slots=True)
class Agreed:
    """An agreement as it stands when something is ordered from it; amounts in minor units of its currency."""

    name: str
    kind: OrderKind
    state: AgreementState
    supplier: str
    currency: str
    first: date | None
    last: date | None
    amount_limit: int = 0
    minimum_release: int = 0
    released: int = 0
    lines: tuple[AgreedLine, ...] = ()

    @property
    def left(self) -> int | None:
        """What may still be ordered in money; None where no limit was agreed."""
        return max(self.amount_limit - self.released, 0) if self.amount_limit else None

    def is_used_up(self) -> bool:
        """Say whether nothing can be ordered from it any more: no money, or no quantity on any line."""
        spent = self.left == 0
        return spent or (bool(self.lines) and all(line.left == 0 for line in self.lines))

    def days_left(self, today: date) -> int | None:
        """Return how many days it can still be ordered from, today included; None where it has no last day."""
        return None if self.last is None else max((self.last - today).days + 1, 0)


@dataclass(frozen=True, slots=True)
class Drawn:
    """How much more one order takes from one line of an agreement: the part's own unit (thousandths) and minor units."""

    line: int | None
    quantity: int
    amount: int


@dataclass(frozen=True, slots=True)
class CallOff:
    """What somebody wants to order from an agreement on a day; ``amount`` is that of the whole order."""

    supplier: str
    currency: str
    day: date
    amount: int
    drawn: tuple[Drawn, ...] = field(default=())


HINTS = {
    AgreementState.DRAFT: "It has not been requested yet.",
    AgreementState.PENDING_APPROVAL: "Its approval is still asked for.",
    AgreementState.APPROVED: "It waits for its first day or for the supplier's yes.",
    AgreementState.SUSPENDED: "A buyer holds it; ask the buyer.",
    AgreementState.EXHAUSTED: "All of it was ordered; ask the buyer.",
}


def check_open(agreed: Agreed) -> None:
    """Refuse an agreement from which nothing can be ordered now."""
    if agreed.state is AgreementState.ACTIVE:
        return
    hint = HINTS.get(agreed.state, "Order without it, or ask the buyer for a new one.")
    raise AgreementNotOpen(subject=agreed.name, state=state_words(agreed.state), hint=hint)


def check_call_off(agreed: Agreed, wanted: CallOff) -> None:
    """Refuse what the agreement does not cover: another supplier or currency, a day outside, too little, or too much."""
    check_open(agreed)
    for ours, theirs in ((agreed.supplier, wanted.supplier), (agreed.currency, wanted.currency)):
        if ours != theirs:
            raise NotAsAgreed(subject=agreed.name, agreed=ours, wanted=theirs or "nobody")
    if (agreed.first and wanted.day < agreed.first) or (agreed.last and wanted.day > agreed.last):
        raise OutsideItsDays(
            subject=agreed.name, first=_day(agreed.first), last=_day(agreed.last), day=_day(wanted.day)
        )
    if wanted.amount < agreed.minimum_release:
        least, said = Money(agreed.minimum_release, agreed.currency), Money(wanted.amount, agreed.currency)
        raise BelowTheMinimum(subject=agreed.name, minimum=least, wanted=said)
    check_left(agreed, wanted.drawn)


def check_left(agreed: Agreed, drawn: Sequence[Drawn]) -> None:
    """Refuse more than is left, in quantity by line and in money altogether."""
    for line in agreed.lines:
        more = sum(each.quantity for each in drawn if each.line == line.line)
        if line.left is not None and more > (line.at_most or 0):
            unit = unit_word(line.measure.unit, 0)
            said = {"left": line.said(line.left), "agreed": line.said(line.planned), "wanted": line.said(more)}
            raise MoreThanAgreed(subject=agreed.name, line=line.line, unit=unit, **said)
    amount = sum(each.amount for each in drawn)
    if agreed.left is not None and amount > agreed.left:
        said_so = [Money(each, agreed.currency) for each in (agreed.left, agreed.amount_limit, amount)]
        raise OverTheLimit(subject=agreed.name, left=said_so[0], limit=said_so[1], wanted=said_so[2])


def _day(day: date | None) -> str:
    return f"{day:%-d %b %Y}" if day is not None else "any day"


@dataclass(frozen=True, slots=True)
class Watch:
    """When a buyer is warned: so many days before the last day, and under so many percent left."""

    days: int = 30
    percent: int = 10


def share_left(agreed: Agreed) -> int | None:
    """Return the percent that is left of money or of the scarcest line, rounded down; None where nothing was limited."""
    shares = [agreed.left * 100 // agreed.amount_limit] if agreed.left is not None else []
    shares += [(line.left or 0) * 100 // line.planned for line in agreed.lines if line.planned]
    return min(shares, default=None)


def warnings(agreed: Agreed, today: date, watch: Watch) -> tuple[str, ...]:
    """Name what a buyer should know of an agreement in force: ``ending``, ``low``."""
    if agreed.state is not AgreementState.ACTIVE:
        return ()
    days, share = agreed.days_left(today), share_left(agreed)
    ending = days is not None and days <= watch.days
    low = share is not None and share < watch.percent
    return (*(("ending",) if ending else ()), *(("low",) if low else ()))
