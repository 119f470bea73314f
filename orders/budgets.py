"""A cost centre's budget: planned, committed and actual by period, what of it an order would take, and the sentence about it."""

from calendar import month_name
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from orders.money import Money, line_amount

YEAR = 12
"""A year in months."""


class BudgetKind(StrEnum):
    """What a row of the budget ledger says."""

    COMMITTED = "committed"
    """Approved and promised to a supplier, not yet delivered."""
    ACTUAL = "actual"
    """Delivered or spent."""


class Mode(StrEnum):
    """What a budget that is not enough does to an order."""

    SHOW = "show"
    """Every question says it; nothing else."""
    WARN = "warn"
    """Whoever approves all the same says why."""
    BLOCK = "block"
    """Nobody requests or approves it until somebody of finance has released it with a reason."""


MONTHS = {"year": YEAR, "quarter": 3, "month": 1}
"""How many months each period that budgets can be watched by has."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Some months of one year that a budget is for: the first of them, and how many."""

    year: int
    month: int = 1
    months: int = YEAR

    @classmethod
    def around(cls, day: date, period: str = "year") -> "Span":
        """Return the year, quarter or month that a day is in."""
        months = MONTHS[period]
        return cls(day.year, (day.month - 1) // months * months + 1, months)

    @property
    def last(self) -> int:
        """The last of the months."""
        return self.month + self.months - 1

    def holds(self, other: "Span") -> bool:
        """Say whether the other one lies inside of this one."""
        return self.year == other.year and self.month <= other.month and other.last <= self.last

    def __str__(self) -> str:
        """Return it as people say it: ``2026``, ``Q2 2026``, ``May 2026``."""
        if self.months == YEAR:
            return str(self.year)
        if self.months == MONTHS["quarter"] and self.month % self.months == 1:
            return f"Q{self.last // self.months} {self.year}"
        if self.months == 1:
            return f"{date(self.year, self.month, 1):%b %Y}"
        return f"{date(self.year, self.month, 1):%b} to {date(self.year, self.last, 1):%b %Y}"


_QUARTERS = {f"Q{number}": (3 * number - 2, 3) for number in range(1, 5)}
_MONTHS = {str(number): (number, 1) for number in range(1, YEAR + 1)}
_NAMES = {month_name[number].upper(): (number, 1) for number in range(1, YEAR + 1)}
_SHORT = {name[:3]: months for name, months in _NAMES.items()}
PERIODS = {"YEAR": (1, YEAR), **_QUARTERS, **_MONTHS, **_NAMES, **_SHORT}
"""How a period inside of a year is written, and which months it is: the first, and how many."""


def period_named(written: str) -> tuple[int, int]:
    """Read ``Q2``, ``5``, ``05`` or ``May`` as the first month and how many; raises ``ValueError``."""
    word = written.strip().upper().lstrip("0")
    if word not in PERIODS:
        raise ValueError(written)
    return PERIODS[word]


@dataclass(frozen=True, slots=True)
class Plan:
    """What may be spent in some months, and what had been spent in them before Chargehand kept the ledger."""

    span: Span
    amount: int
    spent_before: int = 0


def plan_for(plans: Iterable[Plan], span: Span) -> Plan | None:
    """Return the plan of a period: its own, else what its parts add up to, else that of the year; None where none was set."""
    rows = sorted(plans, key=lambda plan: (plan.span, plan.amount))
    for wanted in dict.fromkeys([span, Span(span.year)]):
        own = next((plan for plan in rows if plan.span == wanted), None)
        parts = _apart(plan for plan in rows if wanted.holds(plan.span))
        if own is not None or parts:
            return own or Plan(wanted, sum(one.amount for one in parts), sum(one.spent_before for one in parts))
    return None


def _apart(plans: Iterable[Plan]) -> list[Plan]:
    """Leave out what lies inside of another one, so that no month counts twice."""
    rows = list(plans)
    return [plan for plan in rows if not any(one.span != plan.span and one.span.holds(plan.span) for one in rows)]


@dataclass(frozen=True, slots=True)
class BudgetFigures:
    """A budget of one cost centre and period, in minor units of one currency."""

    cost_centre: str
    year: int
    currency: str
    budget: int | None
    committed: int
    actual: int
    pending: int = 0
    """What orders that wait for their approval would take besides; shown and never booked."""
    period: str = ""
    """The period as people say it, where it is not the whole year."""

    @property
    def left(self) -> int | None:
        """What is neither promised nor spent; None where no budget was set."""
        return None if self.budget is None else self.budget - self.committed - self.actual

    def after(self, amount: int) -> int | None:
        """What is left once ``amount`` is committed as well."""
        return None if self.left is None else self.left - amount

    def short(self, amount: int) -> int:
        """How much is lacking for ``amount``; 0 where it is enough, or where no budget was set."""
        after = self.after(amount)
        return max(-after, 0) if after is not None else 0


def sentence(figures: BudgetFigures, amount: int | None = None, *, money: bool = True) -> str:
    """Say what a cost centre has, what is left and what is left after ``amount``; without ``money`` only whether it is enough."""
    who = f"Cost centre {figures.cost_centre}"
    if figures.budget is None or figures.left is None:
        return f"{who} has no budget for {figures.period or figures.year}."
    if not money:
        enough = not figures.short(amount or 0)
        return (
            f"{who} has enough left for this."
            if enough
            else f"This is more than cost centre {figures.cost_centre} has left."
        )
    told = [f"{Money(figures.budget, figures.currency)}, {_left(figures)}"]
    if amount is not None:
        after = figures.after(amount) or 0
        told.append(
            f"{_plain(figures, after)} after this" if after >= 0 else f"this is {_plain(figures, -after)} too much"
        )
    if figures.pending:
        told.append(f"{_plain(figures, figures.pending)} more waits for approval")
    return f"{who}{f' in {figures.period}' if figures.period else ''}: {', '.join(told)}."


def _left(figures: BudgetFigures) -> str:
    left = figures.left or 0
    return f"of which {_plain(figures, left)} left" if left >= 0 else f"overdrawn by {_plain(figures, -left)}"


def _plain(figures: BudgetFigures, minor: int) -> str:
    """Return an amount with grouped digits and without its currency, which the sentence has named."""
    return Money(minor, figures.currency).grouped()


@dataclass(frozen=True, slots=True)
class BudgetPolicy:
    """How a plant watches its budgets."""

    mode: Mode = Mode.SHOW
    """What an order that a budget does not suffice for meets."""
    without: Mode = Mode.SHOW
    """The same where a cost centre has no budget."""
    period: str = "year"
    """By which period budgets are watched: ``year``, ``quarter`` or ``month``."""
    carry: str = "carry"
    """What becomes of promises at the end of a year: they are ``carry``-ed into the next one, or ``lapse``."""

    @property
    def stops(self) -> bool:
        """Say whether any budget can stop an order, or ask for a reason."""
        return {self.mode, self.without} != {Mode.SHOW}

    def asks(self, figures: BudgetFigures, amount: int) -> Mode:
        """Return what an amount meets: ``SHOW`` where it fits, or where the plant only looks."""
        if figures.budget is None:
            return self.without if amount else Mode.SHOW
        return self.mode if figures.short(amount) else Mode.SHOW


@dataclass(frozen=True, slots=True)
class Weighed:
    """What an order would take from one cost centre, held against what that has left."""

    cost_centre_id: int
    figures: BudgetFigures
    amount: int
    meets: Mode = Mode.SHOW

    def sentence(self, *, money: bool = True) -> str:
        """Say it in one sentence."""
        return sentence(self.figures, self.amount, money=money)


def in_brief(weighed: Weighed) -> str:
    """Say in a few words what is left of a budget, or how far an order goes beyond it; nothing where none was set."""
    figures, short = weighed.figures, weighed.figures.short(weighed.amount)
    if figures.left is None:
        return ""
    said = f"{Money(short, figures.currency)} too much" if short else f"{Money(figures.left, figures.currency)} left"
    return f"Budget {figures.cost_centre}: {said}."


@dataclass(frozen=True, slots=True)
class Promise:
    """What one order line promises to spend: ordered thousandths, price in ten-thousandths, charges on top."""

    ordered: int
    price: int
    currency: str
    beyond: int = 0
    """The charges that it carries, in minor units."""
    off: int = 0
    """What a discount takes off the whole of it, in minor units."""

    def cost(self, quantity: int) -> int:
        """Return the minor units for a quantity received in all.

        Charges come due with the first of it, a discount with every piece that was ordered.
        """
        off = self.off * min(quantity, self.ordered) // self.ordered if self.ordered else 0
        return line_amount(quantity, self.price, self.currency).minor - off + (self.beyond if quantity else 0)

    def spent(self, before: int, after: int) -> tuple[int, int]:
        """Return how committed and actual change when the quantity received in all goes from ``before`` to ``after``.

        Both follow the running total, so that no cent is lost over many deliveries.
        """
        committed = self.cost(min(before, self.ordered)) - self.cost(min(after, self.ordered))
        return committed, self.cost(after) - self.cost(before)

    def leftover(self, received: int) -> int:
        """Return what is still committed after a quantity was received in all."""
        return self.cost(self.ordered) - self.cost(min(received, self.ordered))


@dataclass(frozen=True, slots=True)
class Standing:
    """What the ledger says that a line still promises in one month of one cost centre, and at which rate."""

    cost_centre_id: int
    year: int
    month: int
    currency: str
    rate: str
    amount: int


@dataclass(frozen=True, slots=True)
class Freed:
    """How much of a promise is freed where it stands."""

    of: Standing
    amount: int


def freed(standing: Iterable[Standing], target: int) -> list[Freed]:
    """Say what to take from promises, the oldest first, so that ``target`` is left of them; nothing is ever added."""
    rows = sorted((one for one in standing if one.amount), key=lambda one: (one.year, one.month))
    left = sum(one.amount for one in rows) - max(target, 0)
    taken = []
    for one in rows:
        part = min(one.amount, left)
        if part > 0:
            taken.append(Freed(one, part))
            left -= part
    return taken
