"""What tests of needs share: people who type, a second part and supplier, and a list that can be read."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from handlers import approvals, gathering, need_lists, purchase_orders, sentences
from handlers.happenings import Answer, Click, Command
from handlers.ids import value
from storage.tables import (
    ApprovalTask,
    Part,
    Person,
    PriceBreak,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseOrderNeed,
    Requisition,
    Supplier,
    SupplierPart,
)
from storage.unit_of_work import UnitOfWork


@dataclass
class Needing:
    """A plant in which people need things and a buyer gathers them."""

    buying: Any

    @property
    def desk(self) -> Any:
        return self.buying.desk

    @property
    def people(self) -> dict[str, Person]:
        return dict(self.buying.people)

    def types(self, who: str, text: str) -> Answer:
        """Type a command in a direct message."""
        person = self.people[who]
        return self.desk.does(
            sentences.command, Command(self.desk.key("cmd"), person.slack_id, "D1", "/chargehand", text), known=False
        )

    def refused(self, who: str, text: str) -> str:
        """Return the name of the refusal that a typed command is answered with."""
        what = Command(self.desk.key("cmd"), self.people[who].slack_id, "D1", "/chargehand", text)
        return str(self.buying.refused(sentences.command, what))

    def need(self, who: str = "technician", text: str = "need 5 P-10231 for 410") -> Requisition:
        """Let somebody need something; returns it as it was written down."""
        told = self.types(who, text)
        assert "PR-" in told.private, told
        return self.needs()[-1]

    def needs(self) -> list[Requisition]:
        return list(self.desk.all(Requisition))

    def states(self) -> list[str]:
        return [need.state for need in self.needs()]

    def gather(self, supplier: Any, who: str = "buyer") -> Answer:
        return self.desk.click(gathering.gather, self.people[who], supplier.id)

    def orders(self, *states: str) -> list[PurchaseOrder]:
        return [order for order in self.desk.all(PurchaseOrder) if not states or order.state in states]

    def lines(self, order: PurchaseOrder | None = None) -> list[PurchaseOrderLine]:
        rows = self.desk.all(PurchaseOrderLine)
        return [line for line in rows if order is None or line.order_id == order.id]

    def traced(self, line: PurchaseOrderLine) -> dict[int, int]:
        """Return how much of which need a line stands for."""
        rows = self.desk.all(PurchaseOrderNeed, line_id=line.id)
        return {row.requisition_id: row.quantity for row in rows if row.quantity}

    def request(self, who: str = "buyer") -> Answer:
        """Request the newest draft."""
        return self.types(who, f"request {self.orders('draft')[-1].draft_number}")

    def approve(self, who: str = "approver") -> Answer:
        task = self.desk.all(ApprovalTask)[-1]
        order = self.orders("pending_approval")[-1]
        return self.desk.click(approvals.approve, self.people[who], order.id, task.id)

    def order_everything(self, supplier: Any) -> PurchaseOrder:
        """Gather, request and approve, and let the mail be taken; returns the order that the supplier has."""
        self.gather(supplier)
        self.request()
        self.approve()
        self.buying.relay("leaving", "accepted")
        return self.orders()[-1]

    def listed(self, who: str = "buyer", text: str = "needs") -> str:
        """Return everything that a list says, as one text."""
        told = self.types(who, text)
        return json.dumps(told.blocks, ensure_ascii=False)

    def told(self, who: str) -> str:
        """Return everything that somebody was told in direct messages."""
        return json.dumps(self.desk.said(self.people[who].slack_id), ensure_ascii=False)

    def groups(self) -> list[need_lists.Group]:
        return list(self.desk.reads(need_lists.groups))

    def press(self, handler: Callable[..., Answer], who: str, *numbers: int, **more: Any) -> Answer:
        return self.desk.click(handler, self.people[who], *numbers, **more)

    def refuses(self, handler: Callable[..., Answer], who: str, *numbers: int) -> str:
        click = Click(self.desk.key("click"), self.people[who].slack_id, "", value(*numbers))
        return str(self.buying.refused(handler, click))

    def changes(self, who: str, need: Requisition, **fields: str) -> Answer:
        return self.desk.submit(purchase_orders.edited, self.people[who], need.id, **fields)


@pytest.fixture
def needing(buying: Any, operator: Person) -> Needing:
    buying.people["operator"] = operator
    return Needing(buying)


@pytest.fixture
def add_supplier(desk: Any) -> Callable[..., Supplier]:
    def added(code: str, name: str, **more: Any) -> Supplier:
        values = {
            "email_orders": f"orders@{code.lower()}.example", "currency": "EUR", "language": "en",
            "payment": "30 days net", "incoterm": "DAP", "incoterm_place": "Halden", "country": "NO",
        } | more  # fmt: skip
        return desk.one(Supplier, id=desk.writes(lambda uow: uow.add(Supplier, code=code, name=name, **values)))

    return added


@pytest.fixture
def offers(desk: Any) -> Callable[..., None]:
    """Change what the first supplier of a part asks: ``offers(seal, minimum_quantity=10000, breaks={10000: 900})``."""

    def offered(part: Part, breaks: dict[int, int] | None = None, **values: Any) -> None:
        def work(uow: UnitOfWork) -> None:
            row = uow.all(SupplierPart, part_id=part.id)[0]
            if values:
                uow.change(SupplierPart, row.id, **values)
            for from_quantity, price in (breaks or {}).items():
                uow.add(PriceBreak, supplier_part_id=row.id, from_quantity=from_quantity, price=price)

        desk.writes(work)

    return offered


@pytest.fixture
def hose(add_part: Callable[..., Part], offers: Callable[..., None]) -> Part:
    part = add_part("P-20040", "Suction hose 40 mm", unit="MTR", price=125_000)
    offers(part, unit="MTR")
    return part
