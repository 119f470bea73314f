"""What tests of agreements share: a buyer who makes them by the forms, brings them into force, and orders from them."""

from dataclasses import dataclass
from typing import Any

import pytest

from handlers import agreement_life, agreements, approvals, call_offs
from handlers.happenings import Answer
from storage import agreements as kept
from storage.tables import Agreement, AgreementEntry, AgreementLine, ApprovalTask, CostCentre, Part, PurchaseOrder

FIRST, LAST = "2026-11-01", "2027-10-31"


@dataclass
class Agreeing:
    """A buyer with suppliers to agree with, and words for every step of an agreement."""

    buying: Any
    centre: CostCentre

    @property
    def desk(self) -> Any:
        return self.buying.desk

    @property
    def buyer(self) -> Any:
        return self.buying.people["buyer"]

    def make(self, kind: str, **fields: str) -> Answer:
        """Submit the form for a new agreement."""
        given = {"kind": kind, "supplier": "1", "first": FIRST, "last": LAST} | fields
        return self.desk.submit(agreements.made, self.buyer, 0, **given)

    def newest(self) -> PurchaseOrder:
        """Return the order of the agreement that was made last."""
        head = self.desk.all(Agreement)[-1]
        return self.desk.one(PurchaseOrder, id=head.order_id)

    def terms(self, order: PurchaseOrder, **fields: str) -> Answer:
        given = {"last": LAST, "basis": "per_release", "cost_centre": str(self.centre.id)} | fields
        return self.desk.submit(agreements.terms_changed, self.buyer, order.id, **given)

    def line(self, order: PurchaseOrder, **fields: str) -> Answer:
        return self.desk.submit(agreements.line_added, self.buyer, order.id, **fields)

    def draft(self, kind: str = "blanket", **fields: Any) -> PurchaseOrder:
        """Make a draft that lacks nothing."""
        part: Part = fields.pop("part", self.buying.seal)
        terms = {name: fields.pop(name) for name in ("minimum", "basis") if name in fields}
        line = {name: fields.pop(name) for name in ("quantity", "price", "breaks") if name in fields}
        limit = {} if kind == "planned" else {"limit": fields.pop("limit", "5000")}
        self.make(kind, **limit, **fields)
        order = self.newest()
        self.terms(order, **limit, **terms, **({"last": fields["last"]} if "last" in fields else {}))
        if kind != "contract":
            asked = {"part": str(part.id), "price": "184.00"} | line
            if kind == "planned":
                asked = {"quantity": "100", "cost_centre": str(self.centre.id)} | asked
            self.line(order, **asked)
        return order

    def request(self, order: PurchaseOrder) -> Answer:
        return self.desk.click(agreements.request, self.buyer, order.id)

    def approve(self, order: PurchaseOrder, by: str = "approver") -> Answer:
        task = self.desk.all(ApprovalTask)[-1]
        return self.desk.click(approvals.approve, self.buying.people[by], order.id, task.id)

    def tend(self) -> None:
        """Let the bell ring for every agreement."""
        for order_id in self.desk.reads(agreement_life.tended):
            self.desk.writes(lambda uow, order_id=order_id: agreement_life.tend(uow, order_id))

    def accepted(self, order: PurchaseOrder) -> Answer:
        return self.desk.submit(agreement_life.accepted, self.buyer, order.id, words="signed letter in folder 12")

    def active(self, kind: str = "blanket", **fields: Any) -> PurchaseOrder:
        """Make an agreement that can be ordered from."""
        order = self.draft(kind, **fields)
        self.request(order)
        self.approve(order)
        if kind != "contract":
            self.buying.relay("leaving", "accepted")
            self.accepted(order)
        self.tend()
        return self.order(order)

    def order(self, order: PurchaseOrder) -> PurchaseOrder:
        """Return an order as it stands now."""
        return self.desk.one(PurchaseOrder, id=order.id)

    def state(self, order: PurchaseOrder) -> str:
        return str(self.desk.reads(lambda uow: kept.agreed(uow, order.id).state.value))

    def types(self, number: str, rest: str, by: str = "technician") -> str:
        """Type ``release NUMBER REST``; returns what is answered, a refusal included."""
        from storage.happenings import Deed, perform

        def work(uow: Any) -> dict[str, Any]:
            from handlers import people

            uow.actor = people.actor(self.buying.people[by])
            return call_offs.typed(uow, number, rest).to_json()

        told = perform(self.desk.database, self.desk.plant, Deed(self.desk.key("said"), "x", rest, self.desk.now), work)
        return str(told.get("refused", "")) + str(told.get("private", ""))

    def release(self, order: PurchaseOrder, quantity: str = "20", by: str = "technician") -> PurchaseOrder:
        """Order from an agreement by typing; returns the release as it then stands."""
        said = self.types(order.number or "", f"{quantity} seal", by)
        assert said.startswith("Requested"), said
        return self.desk.all(PurchaseOrder)[-1]

    def used(self, order: PurchaseOrder) -> tuple[int, int]:
        """Return what was ordered from an agreement in thousandths and minor units, after checking it against the ledger."""
        assert self.desk.reads(kept.differences) == []
        head = self.desk.one(Agreement, order_id=order.id)
        lines = self.desk.all(AgreementLine, order_id=order.id)
        booked = self.desk.all(AgreementEntry, agreement_id=order.id)
        assert sum(row.amount for row in booked) == head.released_amount
        return sum(line.released_quantity for line in lines), head.released_amount


@pytest.fixture
def agreeing(buying: Any, cost_centre: CostCentre, supplier: Any) -> Agreeing:
    return Agreeing(buying, cost_centre)
