"""Random walks over the ledger: whatever is approved, received, amended, ended or carried, sums equal their ledger."""

import itertools
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from handlers import budget_bookings, budget_checks, budget_years
from handlers.budget_bookings import Due, Tender, dues
from handlers.order_content import opened
from orders.budgets import BudgetKind, BudgetPolicy, Span
from orders.charges import ChargeKind
from orders.plant import Plant
from orders.purchase_orders import OrderState
from orders.rates import Rate
from storage import budget
from storage.charges import ChargeLine, kept
from storage.database import Database
from storage.happenings import Deed, perform, reading
from storage.tables import Budget, BudgetEntry, BudgetSum, CostCentre, PurchaseOrder, PurchaseOrderLine
from storage.unit_of_work import UnitOfWork

S = OrderState
START = datetime(2026, 10, 5, 9, tzinfo=UTC)
RATES = {"EUR": "", "USD": "0.9137", "JPY": "0.0061", "KWD": "3.017"}
FREED = {S.DRAFT, S.PENDING_APPROVAL, S.CANCELLED, S.CLOSED}
charges = some.builds(
    ChargeLine, some.sampled_from(list(ChargeKind)), some.integers(1, 9_000), some.sampled_from([None, 1, 2, 3])
)
quantities, prices, which = some.integers(1, 9_000), some.integers(0, 9_999_999), some.integers(0, 99)


class Money(RuleBasedStateMachine):
    """Orders of a few cost centres, one of them kept in another currency than the plant's, over the end of years."""

    folder: Path
    numbers = itertools.count()

    def __init__(self) -> None:
        super().__init__()
        self.database = Database(f"sqlite:///{self.folder / f'{next(self.numbers)}.db'}")
        self.database.create()
        self.now, self.keys, self.lapsed = START, itertools.count(), set[int]()
        self.carry = "carry"

    def teardown(self) -> None:
        self.database.close()

    @property
    def plant(self) -> Plant:
        rates = tuple(Rate(code, Decimal(worth), date(2026, 1, 1)) for code, worth in RATES.items() if worth)
        return Plant(rates=rates, budget=BudgetPolicy(period="month", carry=self.carry))

    def does(self, work: Callable[[UnitOfWork], Any]) -> Any:
        """Perform something in a transaction of its own; returns what came of it, or the refusal's name."""
        given: list[Any] = []

        def wrapped(uow: UnitOfWork) -> dict[str, Any]:
            given.append(work(uow))
            return {}

        told = perform(self.database, self.plant, Deed(f"k{next(self.keys)}", "walk", "", self.now), wrapped)
        return told.get("refused") or given[0]

    def looks(self, work: Callable[[UnitOfWork], Any]) -> Any:
        return reading(self.database, self.plant, self.now, work)

    def order(self, at: int, *states: OrderState) -> Any:
        """Return one of the orders in these states, or None."""
        rows = [row for row in self.looks(lambda uow: uow.all(PurchaseOrder)) if S(row.state) in states]
        return rows[at % len(rows)] if rows else None

    @initialize()
    def furnish(self) -> None:
        def work(uow: UnitOfWork) -> None:
            for code, currency in (("410", "EUR"), ("420", "USD"), ("430", "EUR")):
                centre = uow.add(CostCentre, code=code, name=code)
                if code != "430":
                    uow.add(Budget, cost_centre_id=centre, year=2026, amount=5_000_00, currency=currency)

        self.does(work)

    @rule(
        currency=some.sampled_from(sorted(RATES)),
        lines=some.lists(some.tuples(quantities, prices, some.integers(1, 3)), min_size=1, max_size=3),
        charges=some.lists(charges, max_size=3),
    )
    def ask(self, currency: str, lines: list[tuple[int, int, int]], charges: list[ChargeLine]) -> None:
        """Put an order before its approvers."""

        def work(uow: UnitOfWork) -> None:
            head = {"state": S.PENDING_APPROVAL.value, "currency": currency, "kind": "standard"}
            head["charges"] = kept(charges)
            rate = {"rate": RATES[currency], "rate_on": date(2026, 1, 1)} if RATES[currency] else {}
            when = {"created_at": uow.now, "changed_at": uow.now, "submitted_at": uow.now}
            order = uow.add(PurchaseOrder, draft_number=f"DR-{next(self.keys)}", **head, **rate, **when)
            for number, (quantity, price, centre) in enumerate(lines, 1):
                what = {"quantity": quantity, "price": price, "cost_centre_id": centre, "unit": "C62"}
                uow.add(PurchaseOrderLine, order_id=order, line=number, **what)

        self.does(work)

    def moves(self, order: Any, state: OrderState, work: Callable[[UnitOfWork, Any], Any]) -> None:
        def wrapped(uow: UnitOfWork) -> None:
            work(uow, opened(uow, order.id))
            uow.change(PurchaseOrder, order.id, state=state.value, approved_at=uow.now)

        self.does(wrapped)

    @rule(at=which)
    def approve(self, at: int) -> None:
        order = self.order(at, S.PENDING_APPROVAL)
        if order is not None:
            self.moves(order, S.SENT, budget_bookings.commit)
            self.lapsed.discard(order.id)

    @rule(at=which, to=some.sampled_from([S.PENDING_APPROVAL, S.CANCELLED, S.CLOSED]))
    def end(self, at: int, to: OrderState) -> None:
        """Undo an approval, cancel an order or close it."""
        order = self.order(at, S.SENT)
        if order is not None and not (to is S.PENDING_APPROVAL and self.came(order)):
            self.moves(order, to, lambda uow, dossier: budget_bookings.free_leftover(uow, dossier, to.value))

    def came(self, order: Any) -> bool:
        return any(line.accepted for line in self.looks(lambda uow: opened(uow, order.id)).lines)

    @rule(at=which, line=which, more=quantities)
    def receive(self, at: int, line: int, more: int) -> None:
        order = self.order(at, S.SENT)
        if order is None:
            return

        def work(uow: UnitOfWork) -> None:
            dossier = opened(uow, order.id)
            one = dossier.lines[line % len(dossier.lines)]
            budget_bookings.spend(uow, dossier, {one.id: more})
            uow.change(PurchaseOrderLine, one.id, accepted=one.accepted + more, received=one.received + more)

        self.does(work)

    @rule(at=which, line=which, quantity=quantities, price=prices, centre=some.integers(1, 3))
    def amend(self, at: int, line: int, quantity: int, price: int, centre: int) -> None:  # an amended line
        """Change a line: more or less of it, never less than came; another price while nothing came; who pays."""
        order = self.order(at, S.SENT)
        if order is None:
            return

        def work(uow: UnitOfWork) -> None:
            one = (lines := opened(uow, order.id).lines)[line % len(lines)]
            fresh = {} if one.accepted else {"price": price, "cost_centre_id": centre}
            uow.change(PurchaseOrderLine, one.id, quantity=max(quantity, one.accepted), **fresh)
            budget_bookings.settle(uow, opened(uow, order.id), "amendment")

        self.does(work)
        self.lapsed.discard(order.id)

    @rule(at=which, line=which)
    def close_short(self, at: int, line: int) -> None:
        order = self.order(at, S.SENT)
        if order is None or order.id in self.lapsed:
            return

        def work(uow: UnitOfWork) -> None:
            one = (lines := opened(uow, order.id).lines)[line % len(lines)]
            uow.change(PurchaseOrderLine, one.id, cancelled=one.open)
            budget_bookings.settle(uow, opened(uow, order.id), "short close")

        self.does(work)

    @rule(days=some.integers(1, 60))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule(carry=some.sampled_from(["carry", "lapse"]), year=some.integers(2026, 2028))
    def end_year(self, carry: str, year: int) -> None:
        self.carry = carry
        before = self.looks(lambda uow: {order for order, _, _ in budget.open_in(uow, year)})
        told = self.does(lambda uow: budget_years.end_year(uow, year))
        if year >= self.now.year:
            assert told == "Unlawful"
            return
        assert self.looks(lambda uow: budget.open_in(uow, year)) == []
        self.lapsed |= before if carry == "lapse" else set()

    @invariant()
    def sums_equal_their_ledger_and_nothing_is_below_zero(self) -> None:
        assert self.looks(budget.differences) == []
        for row in self.looks(lambda uow: uow.all(BudgetSum)):
            assert row.committed >= 0, row
            assert row.actual >= 0, row

    @invariant()
    def every_order_promises_and_has_spent_what_its_lines_say(self) -> None:
        self.looks(self.check_orders)

    def check_orders(self, uow: UnitOfWork) -> None:
        for order in uow.all(PurchaseOrder):
            dossier, rows = opened(uow, order.id), uow.all(BudgetEntry, order_id=order.id)
            standing = budget.standing(uow, order.id)
            for line in dossier.lines:
                stands = [one for one in standing.get(line.id, ()) if one.amount]
                paying = [due for due in dues(dossier) if due.line.id == line.id]
                assert {one.cost_centre_id for one in stands} <= {due.cost_centre_id for due in paying}
                for due in paying:
                    of_line = [row for row in rows if row.line_id == line.id]
                    self.check_due(
                        uow, order, due, [row for row in of_line if row.cost_centre_id == due.cost_centre_id]
                    )

    def check_due(self, uow: UnitOfWork, order: Any, due: Due, rows: list[Any]) -> None:
        by = budget_bookings.tender(uow, order, budget.currency_of(uow, due.cost_centre_id))
        left = due.promise.leftover(due.line.accepted)
        expected = 0 if S(order.state) in FREED else self.minor(by, left, order)
        promised = sum(row.amount for row in rows if row.kind == BudgetKind.COMMITTED)
        assert promised <= expected if order.id in self.lapsed else promised == expected
        spent = sum(row.amount for row in rows if row.kind == BudgetKind.ACTUAL)
        assert spent == self.minor(by, due.promise.cost(due.line.accepted), order)

    def minor(self, by: Tender, amount: int, order: Any) -> int:
        return by.minor(amount, order.currency)

    @invariant()
    def what_waits_is_shown_and_never_booked(self) -> None:
        def work(uow: UnitOfWork) -> None:
            waiting = [row.id for row in uow.all(PurchaseOrder) if row.state == S.PENDING_APPROVAL.value]
            assert all(sum(row.amount for row in uow.all(BudgetEntry, order_id=order)) == 0 for order in waiting)
            for centre in uow.all(CostCentre):
                shown = budget_checks.figures_now(uow, centre.id)
                shares = [budget_checks.shares(opened(uow, order)).get(centre.id, 0) for order in waiting]
                assert (shown.pending > 0) <= any(shares)
                whole = budget.figures(uow, centre.id, Span(uow.now.year))
                assert whole.committed + whole.actual >= shown.committed + shown.actual or shown.period == ""

        self.looks(work)


def test_whatever_becomes_of_orders_the_ledger_and_its_sums_agree_in_every_currency_and_year(tmp_path: Path) -> None:
    class Walk(Money):
        folder = tmp_path

    shape = settings(max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Walk, settings=shape)
