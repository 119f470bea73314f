"""Words that tests of receiving share: an order that the supplier has, a notice, and what must hold in every state."""

from typing import Any

from handlers import receiving, sentences
from handlers.happenings import Answer, Command
from storage import budget, stock
from storage.tables import (
    DeliveryNotice,
    DeliveryNoticeLine,
    Part,
    Person,
    PurchaseOrderLine,
    Receipt,
    ReceiptLine,
    Stock,
    SupplierReturn,
    SupplierReturnLine,
)

COUNTERS = ("received", "accepted", "rejected", "returned")


def noticed(buying: Any, *quantities: int, number: str = "LS-1") -> int:
    """Let a matched notice of these quantities, one a line of the newest order, be proposed; returns the receipt's id."""
    order = buying.order()
    lines = buying.desk.all(PurchaseOrderLine, order_id=order.id)

    def work(uow: Any) -> Any:
        head = {"supplier_id": order.supplier_id, "kind": "despatch", "number": number, "state": "matched"}
        notice = uow.add(DeliveryNotice, revision=1, created_at=uow.now, **head)
        for line, quantity in zip(lines, quantities, strict=False):
            uow.add(DeliveryNoticeLine, notice_id=notice, order_line_id=line.id, quantity=quantity)
        return receiving.propose(uow, notice)

    return int(buying.desk.writes(work)[0])


def types(buying: Any, by: Any, text: str, channel: str = "C0STORES") -> Answer:
    """Let somebody type a sentence as a command."""
    person = by if isinstance(by, Person) or hasattr(by, "slack_id") else buying.people[by]
    what = Command(buying.desk.key("command"), person.slack_id, channel, "/chargehand", text)
    told: Answer = buying.desk.does(sentences.command, what, known=False)
    return told


def on_hand(buying: Any, part: Part | None = None) -> int:
    rows = buying.desk.all(Stock, part_id=(part or buying.seal).id)
    return int(rows[0].on_hand) if rows else 0


def counters(buying: Any) -> tuple[int, ...]:
    line = buying.line()
    return tuple(getattr(line, name) for name in COUNTERS)


def wrong(buying: Any) -> list[str]:
    """Name everything that does not equal its ledger: stock, budget, and the counters of every order line."""
    return buying.desk.reads(differences)


def differences(uow: Any) -> list[str]:
    """Hold stock, budget and the four counters of receiving against what they are the sums of."""
    found = [*stock.differences(uow), *budget.differences(uow)]
    posted = [row.id for row in uow.all(Receipt) if row.state in {"posted", "reversed"}]
    for line in uow.all(PurchaseOrderLine):
        rows = [row for row in uow.all(ReceiptLine, order_line_id=line.id) if row.receipt_id in posted and row.counted]
        gone = [
            row.quantity
            for row in uow.all(SupplierReturnLine, order_line_id=line.id)
            if uow.get(SupplierReturn, row.return_id).state in {"sent", "settled"}
        ]
        expected = (
            sum(row.counted for row in rows),
            sum(row.counted - row.rejected - row.held for row in rows),
            sum(row.rejected for row in rows),
            sum(gone),
        )
        said = tuple(getattr(line, name) for name in COUNTERS)
        if said != expected:
            found.append(f"line {line.id} says {said}, its receipts and returns {expected}")
        if not 0 <= line.returned <= line.rejected <= line.received or line.accepted < 0:
            found.append(f"line {line.id} has counters that cannot be: {said}")
    return found
