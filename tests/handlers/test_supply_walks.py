"""Random walks over notices, receipts, inspections, returns, counter-receipts, invoices and credit notes, by everybody:
in every state stock, counters and budget equal their ledgers, and nothing is payable that was not ordered, received and accepted."""

import itertools
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing as closed_after
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, run_state_machine_as_test
from sqlalchemy import event

from bot import verification
from handlers.invoice_content import charged as counted
from handlers.order_content import opened
from orders.invoices import COUNTED, PAYABLE, InvoiceState
from orders.matching import Policy, Tolerance
from orders.money import line_amount
from storage.database import Database
from storage.tables import (
    BudgetEntry,
    Inspection,
    Invoice,
    Person,
    PurchaseOrder,
    PurchaseOrderLine,
    Receipt,
    Stock,
    StockMovement,
    WorkOrderPart,
)
from storage.unit_of_work import UnitOfWork
from tests.handlers.walking import PLANT, World, furnish
from tests.handlers.walking_goods import Goods, order_for_two_jobs
from tests.handlers.walking_invoices import Bills, charged

PAYING = replace(PLANT, invoices=Policy(Tolerance(Decimal(2), 500), accept_limit=20_000))


@pytest.fixture
def worlds(tmp_path: Path) -> Iterator[Callable[[], World]]:
    """Makes a fresh world for each walk, from one in which two orders went to their suppliers once."""
    ordered, made = tmp_path / "ordered.db", []
    first = Database(f"sqlite:///{ordered}")
    first.create()
    world = World(first, keys=itertools.count(10**6))
    world.does(furnish)
    order_for_two_jobs(world)
    dan = {"name": "Dan", "email": "dan@halden.example", "slack_id": "UDAN", "roles": "finance"}
    world.does(lambda uow: uow.add(Person, **dan))
    first.close()
    with closed_after(sqlite3.connect(ordered)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def fresh() -> World:
        for old in made:
            old.close()
        name = tmp_path / f"supply{len(made)}.db"
        shutil.copy(ordered, name)
        made.append(Database(f"sqlite:///{name}"))
        event.listen(made[-1].engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))
        return World(made[-1], now=world.now, plant=PAYING)

    yield fresh
    for database in made:
        database.close()


class Supply(Goods, Bills, RuleBasedStateMachine):
    """Orders that the suppliers have, and everybody who may touch what comes on them and what is charged for it."""

    fresh: Callable[[], World]

    def __init__(self) -> None:
        super().__init__()
        self.world = type(self).fresh()

    @invariant()
    def every_counter_and_every_sum_equals_its_ledger(self) -> None:
        assert self.world.looks(verification.damage) == []

    @invariant()
    def what_was_never_accepted_is_neither_stock_nor_spent(self) -> None:
        self.world.looks(check_goods)
        self.world.looks(check_spent)

    @invariant()
    def nothing_is_payable_that_was_not_ordered_received_and_accepted(self) -> None:
        for line in self.world.all(PurchaseOrderLine):
            beyond = line.accepted > line.quantity - line.cancelled
            assert not beyond or self._kept(line.order_id), line
            most = line.accepted
            gone = charged(self.world, line.id, {InvoiceState.EXPORTED})
            if not self._finance_took_back(line.order_id):
                assert gone <= most, line
            # What the ERP has stays there even when finance takes the goods back; nothing more follows it.
            assert charged(self.world, line.id, COUNTED) <= max(most, gone), line
            assert charged(self.world, line.id, PAYABLE) <= max(most, gone), line

    def _kept(self, order_id: int) -> bool:
        """Say whether somebody who approved an order kept more than was ordered."""
        return any(row.decided_by_id is not None for row in self.world.all(Receipt, order_id=order_id))

    def _finance_took_back(self, order_id: int) -> bool:
        finance = {row.id for row in self.world.all(Person) if "finance" in row.roles}
        counters = [row for row in self.world.all(Receipt, order_id=order_id) if row.reverses_id is not None]
        return any(row.posted_by_id in finance for row in counters)

    @invariant()
    def whoever_releases_neither_approved_nor_took_in_and_what_differs_was_accepted(self) -> None:
        for invoice in self.world.all(Invoice):
            if InvoiceState(invoice.state) in PAYABLE:
                assert self.name(invoice.released_by_id) == "Dan"
                assert not invoice.exceptions or invoice.decided_by_id is not None
            assert bool(invoice.export) == (invoice.state == InvoiceState.EXPORTED)

    def name(self, person_id: int) -> str:
        (person,) = self.world.all(Person, id=person_id)
        return str(person.name)

    @invariant()
    def a_cancelled_order_received_nothing_and_owes_nothing(self) -> None:
        for order in self.world.all(PurchaseOrder, state="cancelled"):
            for line in self.world.all(PurchaseOrderLine, order_id=order.id):
                assert (line.received, line.billed) == (0, 0)


def check_goods(uow: UnitOfWork) -> None:
    """Hold each line's counters against each other, and against what lies in the store."""
    for line in uow.all(PurchaseOrderLine):
        assert 0 <= line.returned <= line.rejected <= line.received
        assert 0 <= line.accepted <= line.received - line.rejected
    for row in uow.all(Stock):
        assert 0 <= row.reserved <= row.on_hand, row
    for need in uow.all(WorkOrderPart):
        assert need.needed >= need.reserved + need.issued >= need.issued >= 0, need
    moved = [row.inspection_id for row in uow.all(StockMovement) if row.inspection_id is not None]
    assert len(moved) == len(set(moved)) <= len(uow.all(Inspection))


def check_spent(uow: UnitOfWork) -> None:
    """Hold what the ledger says was spent against what was accepted at the order's price, and what is charged beyond it."""
    for order in uow.all(PurchaseOrder):
        bills = counted(uow, order.id)
        for line in opened(uow, order.id).lines:
            quantity, amount = bills.get(line.id, (0, 0))
            worth, billed = (
                line_amount(each, line.price, "EUR").minor for each in (line.accepted, min(quantity, line.accepted))
            )
            rows = uow.all(BudgetEntry, line_id=line.id, kind="actual")
            spent = sum(row.amount for row in rows if row.cause != "invoice freight")
            assert spent == worth + amount - billed, (line, bills)


def test_nothing_is_payable_that_was_not_ordered_received_and_accepted(worlds: Callable[[], World]) -> None:
    class Bounded(Supply):
        fresh = staticmethod(worlds)

    bounds = settings(
        max_examples=14,
        stateful_step_count=35,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
        phases=[Phase.generate, Phase.shrink],
    )
    run_state_machine_as_test(Bounded, settings=bounds)
