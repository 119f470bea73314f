"""What orders do to budgets: approval promises, receipt spends, and whatever ends an order frees what it still promises."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from handlers.order_content import Dossier, Line
from handlers.order_rates import rate_of
from orders.budgets import BudgetKind, Promise, Standing, freed
from orders.errors import RateMissing
from orders.money import Money
from orders.rates import converted, rate_on
from storage import budget
from storage.budget import Booking
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Tender:
    """In which currency a cost centre's ledger is kept, and what one unit of the order's is worth there (empty: the same)."""

    currency: str
    rate: str = ""

    def minor(self, amount: int, currency: str) -> int:
        """Return minor units of the order's currency in the ledger's."""
        return converted(Money(amount, currency), Decimal(self.rate), self.currency).minor if self.rate else amount


def tender(uow: UnitOfWork, order: Any, into: str) -> Tender:
    """Return by which rate an order is booked in a currency: the one frozen at its request, today's for a draft.

    ``order`` has ``state``, ``currency``, ``rate``, ``rate_on``, ``submitted_at`` and its numbers. Raises ``RateMissing``
    where the currencies differ and a rate is not known; it is never taken for zero or one.
    """
    own, name = uow.plant.currency, order.number or order.draft_number
    if order.currency == into:
        return Tender(into)
    rate = rate_of(uow, order) if order.currency != own else None
    if order.currency != own and rate is None:
        raise RateMissing(subject=name, currency=order.currency, into=own)
    worth = rate.worth if rate is not None else Decimal(1)
    if into == own:
        return Tender(into, str(worth))
    day = (order.submitted_at or uow.now).astimezone(uow.plant.zone).date()
    theirs = rate_on(uow.plant.rates, into, day)
    if theirs is None:
        raise RateMissing(subject=name, currency=order.currency, into=into)
    return Tender(into, str(worth / theirs.worth))


def promise(dossier: Dossier, line: Line) -> Promise:
    """Return what one line promises to spend for what is still wanted of it; the order's freight goes with its first line."""
    first = next((each for each in dossier.lines if not each.dropped_in), None)
    freight = dossier.order.freight if line is first else 0
    return Promise(line.quantity - line.cancelled, line.price, dossier.order.currency, freight)


def commit(uow: UnitOfWork, dossier: Dossier, cause: str = "approval") -> None:
    """Book what an order promises at its approval; an agreement promises nothing by itself."""
    settle(uow, dossier, cause)


def settle(uow: UnitOfWork, dossier: Dossier, cause: str) -> None:
    """Bring what the ledger says of an order to what its lines promise now: after an amendment, a short close, a reopening.

    What is freed is freed where it stands; what is promised beyond that is promised now.
    """
    if dossier.is_agreement:
        return
    books = _Books(uow, dossier)
    for line in books.paid():
        target = books.left(line, line.accepted)
        books.free_elsewhere(line, cause)
        books.free_down_to(line, target, cause)
        books.raise_to(line, target, cause)
    books.write()


def reserve(uow: UnitOfWork, dossier: Dossier, cause: str) -> None:
    """Promise what an approved revision asks for beyond what stands; nothing is freed before it is in force."""
    books = _Books(uow, dossier)
    for line in books.paid():
        books.raise_to(line, books.left(line, line.accepted), cause)
    books.write()


def spend(uow: UnitOfWork, dossier: Dossier, accepted: Mapping[int, int]) -> None:
    """Turn what was promised into what is spent; ``accepted`` are the thousandths that come in, by the line's id.

    ``dossier`` is the order as it stood before. What has lapsed at a year's end is spent without a promise.
    """
    books = _Books(uow, dossier)
    for line in books.paid():
        if line.id in accepted:
            after = line.accepted + accepted[line.id]
            books.free_down_to(line, books.left(line, after), "receipt")
            books.spend(line, line.accepted, after)
    books.write()


def free_leftover(uow: UnitOfWork, dossier: Dossier, cause: str) -> None:
    """Free everything that the ledger says an order still promises to spend, because nothing will come on it any more."""
    if dossier.is_agreement:
        return
    books = _Books(uow, dossier)
    for line in books.paid():
        books.free_down_to(line, 0, cause)
    books.write()


class _Books:
    """The bookings of one order in one happening, collected and written together."""

    def __init__(self, uow: UnitOfWork, dossier: Dossier) -> None:
        self.uow, self.dossier = uow, dossier
        self.standing = budget.standing(uow, dossier.order.id)
        self.bookings: list[Booking] = []
        self._tender: Callable[[int], Tender] = cache(self._fresh)

    def _fresh(self, cost_centre_id: int) -> Tender:
        return tender(self.uow, self.dossier.order, budget.currency_of(self.uow, cost_centre_id))

    def paid(self) -> list[Line]:
        """Return the lines that somebody pays for."""
        return [line for line in self.dossier.lines if line.cost_centre_id is not None]

    def left(self, line: Line, accepted: int) -> int:
        """Return what a line still promises once so much has come in, in the ledger's currency."""
        return self._minor(line, promise(self.dossier, line).leftover(accepted))

    def free_down_to(self, line: Line, target: int, cause: str) -> None:
        """Free what stands for a line beyond a target; where less stands, nothing is added."""
        for part in freed(self._stands(line), target):
            self._book(line, part.of, BudgetKind.COMMITTED, -part.amount, cause)

    def free_elsewhere(self, line: Line, cause: str) -> None:
        """Free what stands for a line on a cost centre that no longer pays for it."""
        elsewhere = [one for one in self.standing.get(line.id, ()) if one.cost_centre_id != line.cost_centre_id]
        for part in freed(elsewhere, 0):
            self._book(line, part.of, BudgetKind.COMMITTED, -part.amount, cause)

    def raise_to(self, line: Line, target: int, cause: str) -> None:
        """Promise now what a target lacks of what stands for a line."""
        lacking = target - sum(one.amount for one in self._stands(line))
        if lacking > 0:
            self._book(line, self._now(line), BudgetKind.COMMITTED, lacking, cause)

    def spend(self, line: Line, before: int, after: int) -> None:
        """Spend now what comes in; both ends are converted, so that no cent is lost over many deliveries."""
        promised = promise(self.dossier, line)
        spent = self._minor(line, promised.cost(after)) - self._minor(line, promised.cost(before))
        self._book(line, self._now(line), BudgetKind.ACTUAL, spent, "receipt")

    def write(self) -> None:
        """Write everything that was collected."""
        budget.book_all(self.uow, self.bookings)

    def _stands(self, line: Line) -> list[Standing]:
        return [one for one in self.standing.get(line.id, ()) if one.cost_centre_id == line.cost_centre_id]

    def _tender_of(self, line: Line) -> Tender:
        """Return how a line was booked first, whatever rates say meanwhile."""
        known = next(iter(self._stands(line)), None)
        return Tender(known.currency, known.rate) if known is not None else self._tender(line.cost_centre_id or 0)

    def _minor(self, line: Line, amount: int) -> int:
        return self._tender_of(line).minor(amount, self.dossier.order.currency)

    def _now(self, line: Line) -> Standing:
        day, by = self.uow.now.astimezone(self.uow.plant.zone), self._tender_of(line)
        return Standing(line.cost_centre_id or 0, day.year, day.month, by.currency, by.rate, 0)

    def _book(self, line: Line, place: Standing, kind: BudgetKind, amount: int, cause: str) -> None:
        booking = Booking(
            cost_centre_id=place.cost_centre_id,
            year=place.year,
            kind=kind,
            amount=amount,
            currency=place.currency,
            order_id=self.dossier.order.id,
            line_id=line.id,
            cause=cause,
            month=place.month,
            rate=place.rate,
        )
        self.bookings.append(booking)
