"""What orders do to budgets: approval promises, receipt spends, and whatever ends an order frees what it still promises."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from handlers.order_content import Dossier, Line
from handlers.order_rates import rate_of
from orders.budgets import BudgetKind, Promise, Standing, freed
from orders.charges import Burden
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


@dataclass(frozen=True, slots=True)
class Due:
    """What one line makes one cost centre promise: the line's own, or another that pays for a charge which goes with it."""

    line: Line
    cost_centre_id: int
    promise: Promise


def dues(dossier: Dossier) -> list[Due]:
    """Return what an order promises to spend for what is still wanted of it, by its lines and whoever pays."""
    found = []
    carried = {(burden.line, burden.payer): burden for burden in dossier.burdens}
    for line in dossier.lines:
        wanted, currency = line.quantity - line.cancelled, dossier.order.currency
        if line.cost_centre_id is not None:
            own = carried.pop((line.line, line.cost_centre_id), Burden(line.line, line.cost_centre_id))
            found.append(Due(line, line.cost_centre_id, Promise(wanted, line.price, currency, own.extra, own.off)))
        others = [burden for (number, _), burden in carried.items() if number == line.line]
        found += [
            Due(line, burden.payer, Promise(wanted, 0, currency, burden.extra))
            for burden in others
            if isinstance(burden.payer, int)
        ]
    return found


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
    books.free_elsewhere(cause)
    for due in books.dues:
        target = books.left(due, due.line.accepted)
        books.free_down_to(due, target, cause)
        books.raise_to(due, target, cause)
    if dossier.charges:
        books.correct()
    books.write()


def reserve(uow: UnitOfWork, dossier: Dossier, cause: str) -> None:
    """Promise what an approved revision asks for beyond what stands; nothing is freed before it is in force."""
    books = _Books(uow, dossier)
    for due in books.dues:
        books.raise_to(due, books.left(due, due.line.accepted), cause)
    books.write()


def spend(uow: UnitOfWork, dossier: Dossier, accepted: Mapping[int, int]) -> None:
    """Turn what was promised into what is spent; ``accepted`` are the thousandths that come in, by the line's id.

    ``dossier`` is the order as it stood before. What has lapsed at a year's end is spent without a promise.
    """
    books = _Books(uow, dossier)
    for due in books.dues:
        if due.line.id in accepted:
            after = due.line.accepted + accepted[due.line.id]
            books.free_down_to(due, books.left(due, after), "receipt")
            books.spend(due, due.line.accepted, after)
    books.write()


def free_leftover(uow: UnitOfWork, dossier: Dossier, cause: str) -> None:
    """Free everything that the ledger says an order still promises to spend, because nothing will come on it any more."""
    if dossier.is_agreement:
        return
    books = _Books(uow, dossier)
    for due in books.dues:
        books.free_down_to(due, 0, cause)
    books.write()


class _Books:
    """The bookings of one order in one happening, collected and written together."""

    def __init__(self, uow: UnitOfWork, dossier: Dossier) -> None:
        self.uow, self.dossier, self.dues = uow, dossier, dues(dossier)
        self.standing = budget.standing(uow, dossier.order.id)
        self.bookings: list[Booking] = []
        self._tender: Callable[[int], Tender] = cache(self._fresh)

    def _fresh(self, cost_centre_id: int) -> Tender:
        return tender(self.uow, self.dossier.order, budget.currency_of(self.uow, cost_centre_id))

    def left(self, due: Due, accepted: int) -> int:
        """Return what is still promised of a due once so much of its line has come in, in the ledger's currency."""
        return self._minor(due, due.promise.leftover(accepted))

    def free_down_to(self, due: Due, target: int, cause: str) -> None:
        """Free what stands for a due beyond a target; where less stands, nothing is added."""
        for part in freed(self._stands(due), target):
            self._book(due.line, part.of, BudgetKind.COMMITTED, -part.amount, cause)

    def free_elsewhere(self, cause: str) -> None:
        """Free what stands for a line on a cost centre that no longer pays for anything of it."""
        paying = {(due.line.id, due.cost_centre_id) for due in self.dues}
        for line in {due.line.id: due.line for due in self.dues}.values():
            stands = self.standing.get(line.id, ())
            for part in freed([one for one in stands if (line.id, one.cost_centre_id) not in paying], 0):
                self._book(line, part.of, BudgetKind.COMMITTED, -part.amount, cause)

    def raise_to(self, due: Due, target: int, cause: str) -> None:
        """Promise now what a target lacks of what stands for a due."""
        lacking = target - sum(one.amount for one in self._stands(due))
        if lacking > 0:
            self._book(due.line, self._now(due), BudgetKind.COMMITTED, lacking, cause)

    def spend(self, due: Due, before: int, after: int) -> None:
        """Spend now what comes in; both ends are converted, so that no cent is lost over many deliveries."""
        spent = self._minor(due, due.promise.cost(after)) - self._minor(due, due.promise.cost(before))
        self._book(due.line, self._now(due), BudgetKind.ACTUAL, spent, budget.RECEIPT)

    def correct(self) -> None:
        """Spend more or less for what has come: an amendment shares a discount anew, also over lines that came before it."""
        spent = budget.spent_by_receipts(self.uow, self.dossier.order.id)
        for due in self.dues:
            target = self._minor(due, due.promise.cost(due.line.accepted))
            amount = target - spent.get((due.line.id, due.cost_centre_id), 0)
            self._book(due.line, self._now(due), BudgetKind.ACTUAL, amount, budget.DISCOUNT)

    def write(self) -> None:
        """Write everything that was collected."""
        budget.book_all(self.uow, self.bookings)

    def _stands(self, due: Due) -> list[Standing]:
        return [one for one in self.standing.get(due.line.id, ()) if one.cost_centre_id == due.cost_centre_id]

    def _tender_of(self, due: Due) -> Tender:
        """Return how a due was booked first, whatever rates say meanwhile."""
        known = next(iter(self._stands(due)), None)
        return Tender(known.currency, known.rate) if known is not None else self._tender(due.cost_centre_id)

    def _minor(self, due: Due, amount: int) -> int:
        return self._tender_of(due).minor(amount, self.dossier.order.currency)

    def _now(self, due: Due) -> Standing:
        day, by = self.uow.now.astimezone(self.uow.plant.zone), self._tender_of(due)
        return Standing(due.cost_centre_id, day.year, day.month, by.currency, by.rate, 0)

    def _book(self, line: Line, place: Standing, kind: BudgetKind, amount: int, cause: str) -> None:
        of = {"order_id": self.dossier.order.id, "line_id": line.id, "cause": cause}
        self.bookings.append(Booking.at(place, kind, amount, **of))
