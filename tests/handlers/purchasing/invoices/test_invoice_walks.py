"""Random walks with all actors: whatever comes, is inspected, goes back, is charged, credited, accepted, voided or exported,
nothing is payable that was not ordered, received and accepted, and every sum equals its ledger."""

import itertools
import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from handlers import budget_bookings, invoice_capture, invoice_deeds, invoice_export, invoice_matching, people
from handlers.happenings import Click, Submission
from handlers.ids import value
from handlers.invoice_capture import Head
from handlers.invoice_content import charged
from handlers.invoice_lines import Charge
from handlers.order_content import opened
from handlers.receipt_posting import raise_counters
from orders.invoices import COUNTED, PAYABLE, InvoiceKind, InvoiceState
from orders.matching import Policy, Tolerance
from orders.money import line_amount
from orders.plant import Channels, Plant
from orders.purchase_orders import OrderState
from orders.receiving import Count, ReceiptDocState
from storage import budget
from storage.database import Database
from storage.happenings import Deed, perform, reading
from storage.tables import (
    Approval,
    ApprovalTask,
    BudgetEntry,
    CostCentre,
    Invoice,
    InvoiceLine,
    Person,
    PurchaseOrder,
    PurchaseOrderLine,
    Receipt,
    Supplier,
)
from storage.unit_of_work import UnitOfWork

START = datetime(2026, 11, 23, 9, tzinfo=UTC)
PEOPLE = {
    "Ines": "finance",
    "Dan": "finance",
    "Bo": "finance+approver",
    "Tom": "finance+storekeeper",
    "Mei": "buyer",
    "Luis": "technician",
}
"""Everybody who tries everything; Bo approved every order and Tom took all goods in."""
PLANT = Plant(
    channels=Channels(purchasing="C0BUYING"),
    tolerance_percent=10,
    invoices=Policy(Tolerance(Decimal(2), 500), accept_limit=20_000),
)
WALK = settings(
    max_examples=int(os.environ.get("WALKS", "8")),
    stateful_step_count=25,
    deadline=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)
whole, which = some.integers(1, 12), some.integers(0, 99)
person = some.sampled_from(sorted(PEOPLE))


class Charging(RuleBasedStateMachine):
    """Orders of one supplier and everything that its invoices may do."""

    folder: Path
    numbers = itertools.count()

    def __init__(self) -> None:
        super().__init__()
        self.database = Database(f"sqlite:///{self.folder / f'{next(self.numbers)}.db'}")
        self.database.create()
        self.keys = itertools.count()

    def teardown(self) -> None:
        self.database.close()

    def does(self, work: Callable[[UnitOfWork], Any], by: str = "") -> Any:
        """Perform something in a transaction of its own; a refusal changes nothing and is fine."""

        def wrapped(uow: UnitOfWork) -> dict[str, Any]:
            uow.actor = people.known(uow, f"U0{by.upper()}") if by else uow.actor
            work(uow)
            return {}

        return perform(self.database, PLANT, Deed(f"k{next(self.keys)}", "walk", "", START), wrapped).get("refused")

    def looks(self, work: Callable[[UnitOfWork], Any]) -> Any:
        return reading(self.database, PLANT, START, work)

    def one(self, table: Any, at: int, **where: Any) -> Any:
        rows = self.looks(lambda uow: uow.all(table, **where))
        return rows[at % len(rows)] if rows else None

    @initialize()
    def furnish(self) -> None:
        def work(uow: UnitOfWork) -> None:
            for name, roles in PEOPLE.items():
                uow.add(Person, email=f"{name}@halden.example", name=name, slack_id=f"U0{name.upper()}", roles=roles)
            uow.add(Supplier, code="S-1", name="Hartmann Seals", email_orders="orders@hartmann.example")
            uow.add(CostCentre, code="410", name="Packaging")

        self.does(work)

    @rule(lines=some.lists(some.tuples(whole, some.integers(1, 50)), min_size=1, max_size=2))
    def order(self, lines: list[tuple[int, int]]) -> None:
        """Let an order be approved and sent."""

        def work(uow: UnitOfWork) -> None:
            number = f"PO-2026-{next(self.keys):05}"
            head = {"number": number, "draft_number": f"DR-{number}", "state": "accepted", "kind": "standard"}
            when = {"created_at": uow.now, "changed_at": uow.now, "sent_at": uow.now}
            order = uow.add(PurchaseOrder, supplier_id=1, currency="EUR", **head, **when)
            for at, (quantity, price) in enumerate(lines, 1):
                what = {"quantity": quantity * 1000, "price": price * 10_000, "cost_centre_id": 1, "unit": "C62"}
                uow.add(PurchaseOrderLine, order_id=order, line=at, **what)
            run = uow.add(Approval, order_id=order, revision=1, state="approved", created_at=uow.now)
            bo = next(one.id for one in uow.all(Person) if one.name == "Bo")
            uow.add(ApprovalTask, approval_id=run, step=1, person_id=bo, state="approved")
            budget_bookings.commit(uow, opened(uow, order))

        self.does(work)

    @rule(at=which, here=whole, rejected=some.integers(0, 3), held=some.integers(0, 3))
    def receive(self, at: int, here: int, rejected: int, held: int) -> None:
        """Let Tom count goods: some of them damaged, some to be inspected."""
        line = self.one(PurchaseOrderLine, at)
        if line is None or rejected + held > here or line.accepted + here * 1000 > line.quantity * 110 // 100:
            return
        count = Count(here * 1000, rejected * 1000, held * 1000)

        def work(uow: UnitOfWork) -> None:
            tom = next(one.id for one in uow.all(Person) if one.name == "Tom")
            number, state = f"GR-{next(self.keys)}", ReceiptDocState.POSTED.value
            uow.add(Receipt, number=number, order_id=line.order_id, state=state, posted_by_id=tom, created_at=uow.now)
            self.counted(uow, line, {line.id: count}, count.accepted)

        self.does(work)

    def counted(self, uow: UnitOfWork, line: Any, counts: dict[int, Count], accepted: int, **how: Any) -> None:
        before = opened(uow, line.order_id)
        raise_counters(uow, counts, **how)
        budget_bookings.spend(uow, before, {line.id: accepted})
        invoice_deeds.follow_receipt(uow, line.order_id)

    @rule(at=which, good=whole, bad=some.integers(0, 3))
    def inspect(self, at: int, good: int, bad: int) -> None:
        line = self.one(PurchaseOrderLine, at)
        if line is None or (good + bad) * 1000 > line.received - line.accepted - line.rejected:
            return
        count = Count((good + bad) * 1000, bad * 1000)
        self.does(lambda uow: self.counted(uow, line, {line.id: count}, good * 1000, received=False))

    @rule(at=which, back=whole)
    def take_back(self, at: int, back: int) -> None:
        """Let somebody of finance take a receipt back, as long as the ERP has nothing of it."""
        line = self.one(PurchaseOrderLine, at)
        if line is None or line.accepted < back * 1000:
            return
        handed = self.looks(lambda uow: self.paid(uow, line.id, {InvoiceState.EXPORTED}))
        if line.accepted - back * 1000 < handed:
            return
        count = Count(back * 1000)
        self.does(lambda uow: self.counted(uow, line, {line.id: count}, -back * 1000, sign=-1))

    @rule(at=which, to=some.sampled_from(["closed", "cancelled", "accepted"]))
    def end(self, at: int, to: str) -> None:
        """Close, cancel or reopen an order; one that something came on is never cancelled."""
        order = self.one(PurchaseOrder, at)
        if order is None:
            return

        def work(uow: UnitOfWork) -> None:
            dossier = opened(uow, order.id)
            if to == "cancelled" and any(line.received for line in dossier.lines):
                return
            if to == "accepted":
                uow.change(PurchaseOrder, order.id, state=to)
                budget_bookings.settle(uow, opened(uow, order.id), "reopen")
            else:
                budget_bookings.free_leftover(uow, dossier, to)
                uow.change(PurchaseOrder, order.id, state=to)
            invoice_deeds.follow_receipt(uow, order.id)

        self.does(work)

    @rule(
        at=which,
        rows=some.lists(some.tuples(whole, some.integers(-3, 3)), min_size=1, max_size=3),
        number=some.integers(1, 9),
        currency=some.sampled_from(["EUR", "EUR", "EUR", "USD"]),
        freight=some.sampled_from([0, 0, 300]),
    )
    def charge(self, at: int, rows: list[tuple[int, int]], number: int, currency: str, freight: int) -> None:
        """Let an invoice come: right or wrong in any way, its number perhaps used before."""
        order = self.one(PurchaseOrder, at)
        if order is not None:
            lines = self.looks(lambda uow: uow.all(PurchaseOrderLine, order_id=order.id))
            told = [(lines[each % len(lines)], *row) for each, row in enumerate(rows)]
            charges = [
                _charge(place, order.number, line, count * 1000, max(line.price // 10_000 + more, 0) * count * 100)
                for place, (line, count, more) in enumerate(told, 1)
            ]
            self.comes(InvoiceKind.INVOICE, f"R-{number}", charges, currency=currency, freight=freight)

    @rule(
        at=which,
        count=some.integers(1, 4),
        cents=some.integers(1, 2_000),
        number=some.integers(1, 9),
        known=some.booleans(),
    )
    def credit(self, at: int, count: int, cents: int, number: int, known: bool) -> None:
        """Let a credit note come, for some goods of an invoice or for a part of their price."""
        invoice = self.one(Invoice, at, kind="invoice")
        if invoice is None:
            return
        (line, *_) = self.looks(lambda uow: uow.all(InvoiceLine, invoice_id=invoice.id))
        ours = self.looks(lambda uow: uow.get(PurchaseOrderLine, line.order_line_id))
        amount = line.amount * count * 1000 // line.quantity if cents % 2 else cents
        charges = [_charge(1, line.order, ours, count * 1000, amount)]
        refers = invoice.number if known else "R-999"
        self.comes(InvoiceKind.CREDIT_NOTE, f"G-{number}", charges, refers_to=refers, currency=invoice.currency)

    def comes(self, kind: InvoiceKind, number: str, charges: list[Charge], *, currency: str, **more: Any) -> None:
        freight = more.pop("freight", 0)
        total = sum(charge.amount for charge in charges) + freight
        head = Head(kind, number, date(2026, 11, 24), None, currency, freight, 0, total, **more)
        self.does(lambda uow: invoice_capture.write(uow, uow.get(Supplier, 1), head, charges, mail_id=None))

    @rule(
        at=which,
        by=person,
        what=some.sampled_from(["accepted", "voided", "wrote", "release", "check"]),
        wants=some.integers(0, 1),
    )
    def decide(self, at: int, by: str, what: str, wants: int) -> None:
        """Let anybody try anything with an invoice."""
        invoice = self.one(Invoice, at)
        if invoice is None:
            return
        key, carried = f"d{next(self.keys)}", (invoice.id, invoice.version)
        handler = getattr(invoice_deeds, what)
        if what in ("release", "check"):
            self.does(lambda uow: handler(uow, Click(key, f"U0{by.upper()}", "", value(*carried))), by)
            return
        private = value(*carried, wants) if what == "wrote" else value(*carried)
        fields = {"reason": "so be it", "subject": "Your invoice", "text": "Please check it."}
        self.does(lambda uow: handler(uow, Submission(key, f"U0{by.upper()}", "", private, fields)), by)

    @rule()
    def export(self) -> None:
        self.does(invoice_export.exported)

    # -- what holds in every state

    def paid(self, uow: UnitOfWork, line_id: int, states: Any) -> int:
        """Return what of an order line is charged by invoices in some states, credit notes taken off."""
        total = 0
        for line in uow.all(InvoiceLine, order_line_id=line_id):
            invoice = uow.get(Invoice, line.invoice_id)
            if InvoiceState(invoice.state) in states:
                total += -line.quantity if invoice.kind == "credit_note" else line.quantity
        return total

    @invariant()
    def nothing_is_payable_that_was_not_ordered_received_and_accepted(self) -> None:
        def work(uow: UnitOfWork) -> None:
            for line in uow.all(PurchaseOrderLine):
                most = min((line.quantity - line.cancelled) * 110 // 100, line.accepted)
                assert self.paid(uow, line.id, COUNTED) <= most, line
                assert self.paid(uow, line.id, PAYABLE) <= most + self.waiting_credit(uow, line.id), line

        self.looks(work)

    def waiting_credit(self, uow: UnitOfWork, line_id: int) -> int:
        """Return what credit notes that fit but are not released yet take off an order line."""
        rows = uow.all(InvoiceLine, order_line_id=line_id)
        notes = [(line, uow.get(Invoice, line.invoice_id)) for line in rows]
        return sum(line.quantity for line, one in notes if one.kind == "credit_note" and one.state == "matched")

    @invariant()
    def every_sum_equals_its_ledger(self) -> None:
        assert self.looks(budget.differences) == []
        assert self.looks(invoice_matching.differences) == []

    @invariant()
    def what_was_spent_is_what_came_and_what_was_charged(self) -> None:
        def work(uow: UnitOfWork) -> None:
            for order in uow.all(PurchaseOrder):
                counted = charged(uow, order.id)
                for line in opened(uow, order.id).lines:
                    quantity, amount = counted.get(line.id, (0, 0))
                    worth = [
                        line_amount(each, line.price, "EUR").minor
                        for each in (line.accepted, min(quantity, line.accepted))
                    ]
                    rows = [row for row in uow.all(BudgetEntry, line_id=line.id) if row.kind == "actual"]
                    spent = sum(row.amount for row in rows if row.cause != "invoice freight")
                    assert spent == worth[0] + amount - worth[1], (line, counted)

        self.looks(work)

    @invariant()
    def nobody_releases_what_they_approved_or_took_in(self) -> None:
        def work(uow: UnitOfWork) -> None:
            for invoice in uow.all(Invoice):
                if invoice.released_by_id is not None:
                    assert uow.get(Person, invoice.released_by_id).name in ("Ines", "Dan", "Bo", "Tom")
                    name = uow.get(Person, invoice.released_by_id).name
                    taken_in = any(uow.all(Receipt, order_id=order.id) for order in self.orders_of(uow, invoice))
                    assert name != "Bo"
                    assert name != "Tom" or not taken_in

        self.looks(work)

    def orders_of(self, uow: UnitOfWork, invoice: Any) -> list[Any]:
        lines = uow.all(InvoiceLine, invoice_id=invoice.id)
        ids = {uow.get(PurchaseOrderLine, line.order_line_id).order_id for line in lines}
        return [uow.get(PurchaseOrder, number) for number in ids]

    @invariant()
    def what_is_too_dear_is_payable_only_where_somebody_said_so(self) -> None:
        def work(uow: UnitOfWork) -> None:
            for invoice in uow.all(Invoice, kind="invoice"):
                if InvoiceState(invoice.state) in PAYABLE and invoice.exceptions:
                    assert invoice.decided_by_id is not None

        self.looks(work)

    @invariant()
    def every_exported_invoice_has_one_batch(self) -> None:
        rows = self.looks(lambda uow: uow.all(Invoice))
        assert all(bool(row.export) == (row.state == InvoiceState.EXPORTED) for row in rows)
        assert all(OrderState(row.state) for row in self.looks(lambda uow: uow.all(PurchaseOrder)))


def _charge(place: int, order: str, line: Any, quantity: int, amount: int) -> Charge:
    return Charge(place, order, line.id, "HS-45", "Seal", quantity, line.unit, amount, "", "as written")


def test_nothing_is_payable_that_was_not_ordered_received_and_accepted(tmp_path: Path) -> None:
    machine = type("Walked", (Charging,), {"folder": tmp_path})

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
