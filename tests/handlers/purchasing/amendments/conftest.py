"""What tests of changing a sent order share: the buyer's form, the approver's yes, and the supplier's answer."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from handlers import amending, purchase_orders, supplier_mail
from orders.budgets import BudgetKind
from storage import budget
from storage.tables import BudgetEntry, OrderRevision, PurchaseOrderLine


@dataclass
class Amending:
    """A buyer who changes the newest order."""

    buying: Any

    def change(self, by: str = "buyer", number: int | None = None, **fields: str) -> Any:
        """Submit the form: ``quantity_1="3"``, ``price_1="180"``; what is not named stays."""
        desk, order = self.buying.desk, self.buying.order()
        person = self.buying.people[by]
        modal = desk.click(amending.amend, person, order.id).modal
        carried = int(modal["private_metadata"].split(":")[2])
        said = {"reason": "The pump needs another one", **fields}
        return desk.submit(amending.amended, person, order.id, number or carried, **said)

    def revision(self) -> OrderRevision:
        return self.buying.desk.all(OrderRevision)[-1]

    def card(self, number: int = 2) -> str:
        """Return the buyer's card about a revision."""
        return json.dumps(self.buying.desk.card(f"po:{self.buying.order().id}:r{number}"), ensure_ascii=False)

    def question(self, by: str = "approver") -> str:
        task = self.buying.task(by)
        order = self.buying.order()
        return json.dumps(self.buying.desk.card(f"po:{order.id}:task:{task.id}"), ensure_ascii=False)

    def sent(self, **fields: str) -> OrderRevision:
        """Let a change be requested, approved where it is asked about, and mailed."""
        self.change(**fields)
        if self.revision().state == "pending_approval":
            self.buying.approve()
        self.buying.relay("leaving", "accepted")
        return self.revision()

    def answered(self, mailbox: Any, response: str, quantity: str, **more: Any) -> Any:
        """Let the supplier answer, as it was read; returns what became of the mail."""
        desk, order = self.buying.desk, self.buying.order()
        headers = more.pop("headers", {})
        promised = more.pop("expected_on", None)
        reading = mailbox.reading(order, kind="order_response", response=response, quantity=quantity, **more)
        reading.values["lines"][0]["expected_on"] = promised
        mailbox.put(mailbox.letter(f"{response} {quantity} {more} {desk.key()}", **headers))
        (waiting,) = desk.reads(supplier_mail.waiting)
        desk.writes(lambda uow: supplier_mail.settle(uow, mail_id=waiting, reading=reading))
        return waiting

    def lines(self) -> list[PurchaseOrderLine]:
        return self.buying.desk.all(PurchaseOrderLine, order_id=self.buying.order().id)

    def committed(self) -> int:
        """Return what the ledger says that the order promises, once its sums were held against it."""
        assert self.buying.desk.reads(budget.differences) == []
        rows = self.buying.desk.all(BudgetEntry, order_id=self.buying.order().id)
        return sum(row.amount for row in rows if row.kind == BudgetKind.COMMITTED)

    def document(self) -> dict[str, Any]:
        """Return the document of the newest mail, as the relay would let it leave."""
        body = self.buying.body()
        found: dict[str, Any] = self.buying.desk.reads(lambda uow: purchase_orders.document_for(uow, body))
        return found


@pytest.fixture
def amendment(buying: Any) -> Amending:
    return Amending(buying)
