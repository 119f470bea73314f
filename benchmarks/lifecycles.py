"""Work orders and purchase orders through the real handlers and the real storage, in process, one durable commit a step."""

import json
from functools import partial
from typing import Any

from benchmarks.plant import FAULTS, PARTS, Desk, slack_id
from handlers import approvals, faults, outcomes, receiving, reports
from handlers.approval_plans import staff
from handlers.happenings import Click, Message, Sent
from handlers.ids import Action, value
from handlers.order_drafts import Want, draft
from handlers.order_mail import newest
from storage import outbox
from storage.tables import ApprovalTask, CostCentre, Outgoing, Part, PurchaseOrder, Supplier
from storage.unit_of_work import UnitOfWork, table

_ROWS = table(Outgoing)
QUANTITIES = (4000, 10_000, 3000)
FIRST, SECOND = "4, 5, 0", "5, 3"
"""Two deliveries of 4, 10 and 3 pieces: what is counted of each open line."""


def report(desk: Desk) -> None:
    """Report a fault with one message, as an operator does: a work order, its card, its audit."""
    key = desk.key()
    ts = f"{1790000000 + int(key.partition(':')[2])}.000100"
    desk.does(
        "operator",
        lambda uow: faults.message(uow, Message(key, slack_id("operator"), FAULTS, ts, "Seal leaking on P-101")),
    )


def reported(desk: Desk) -> int:
    """Report a fault with the command, and return the work order's id."""

    def work(uow: UnitOfWork) -> int:
        return reports.open_order(uow, reports.Report("Seal leaking on P-101", FAULTS)).id

    return int(desk.does("operator", work))


def number_of(desk: Desk, kind: Any, code: str) -> int:
    """Return the id of what bears a code."""
    return int(desk.reads(lambda uow: uow.find(kind, code=code)).id)


class Lifecycle:
    """One purchase order after another, from draft to closed: seven transactions, each with audit and cards."""

    def __init__(self, desk: Desk, quantities: tuple[int, ...] = QUANTITIES) -> None:
        self.desk = desk
        self.quantities = quantities
        self.part_ids = [number_of(desk, Part, code) for code, _ in PARTS]
        self.supplier_id, self.centre_id = number_of(desk, Supplier, "S-1"), number_of(desk, CostCentre, "410")

    def __call__(self) -> int:
        """Live one life; returns the order's id."""
        order_id = self.sent()
        for figures in (FIRST, SECOND):
            self.desk.does("storekeeper", partial(self._count, order_id, figures))
        return order_id

    def sent(self) -> int:
        """Create, submit, approve and send one order; returns its id."""
        order_id = int(self.desk.does("buyer", self._create))
        self.desk.does("buyer", lambda uow: approvals.submit(uow, order_id))
        self.desk.does("approver", lambda uow: self._approve(uow, order_id))
        row_id = int(self.desk.does("", lambda uow: self._leave(uow, order_id)))
        self.desk.does("", lambda uow: self._accepted(uow, row_id))
        return order_id

    def _create(self, uow: UnitOfWork) -> int:
        wants = [
            Want(part, quantity, cost_centre_id=self.centre_id)
            for part, quantity in zip(self.part_ids, self.quantities, strict=True)
        ]
        return draft(uow, self.supplier_id, wants, reason="Stock for the shutdown", known=staff(uow)).order.id

    def _approve(self, uow: UnitOfWork, order_id: int) -> Any:
        (task,) = uow.all(ApprovalTask, table(ApprovalTask).c.state == "pending", person_id=uow.actor.person_id)
        return approvals.approve(uow, Click("", "", Action.APPROVE, value(order_id, task.id)))

    def _leave(self, uow: UnitOfWork, order_id: int) -> int:
        row = newest(uow, order_id)
        assert row is not None
        uow.change(Outgoing, row.id, state="transmitting", lease_no=1)
        outcomes.settle(uow, None, Sent("", row.id, "leaving"))
        return row.id

    def _accepted(self, uow: UnitOfWork, row_id: int) -> Any:
        row = uow.get(Outgoing, row_id)
        held = outbox.Claimed(
            row.id, row.key, row.wire, row.subject, row.lane, row.purpose, 1, 1, row.give_up_at, row.created_at,
            json.loads(row.body),
        )  # fmt: skip
        assert outbox.sent(uow.connection, held, uow.now, {})
        return outcomes.settle(uow, held, Sent("", row_id, "accepted"))

    @staticmethod
    def _count(order_id: int, figures: str, uow: UnitOfWork) -> Any:
        return receiving.count_named(uow, str(uow.get(PurchaseOrder, order_id).number), figures)
