"""What tests of invoices share: an order whose goods came, a supplier who charges by mail, and somebody of finance."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest

from handlers import invoice_deeds, invoice_entering, sentences, supplier_mail
from handlers.happenings import Click, Command, MailTaken, Submission
from handlers.ids import value
from orders.matching import Policy, Tolerance
from storage import budget
from storage.tables import (
    BudgetEntry,
    InboundMail,
    Invoice,
    InvoiceLine,
    Outgoing,
    Person,
    PurchaseOrder,
    PurchaseOrderLine,
)

POLICY = Policy(Tolerance(Decimal(2), 1000), accept_limit=5000)


@dataclass
class Charging:
    """Invoices of an order on their way, with words for each step of it."""

    buying: Any
    mailbox: Any
    finance: Person

    @property
    def desk(self) -> Any:
        return self.buying.desk

    def received(self, quantity: int = 2000, counted: str = "2", damaged: str = "") -> PurchaseOrder:
        """Return an order of which goods were counted."""
        order = self.buying.sent(quantity)
        self.arrives(order, counted, damaged)
        return order

    def arrives(self, order: PurchaseOrder, counted: str, damaged: str = "", note: str = "LS-55120") -> None:
        line = self.line()
        self.mailbox.brings(self.mailbox.table(order, (line.line, str(line.quantity // 1000), counted), note=note))
        fields = {"line_1": counted, "damaged": f"{damaged} torn"} if damaged else {"line_1": counted}
        self.buying.count_lines(**fields)

    def line(self) -> PurchaseOrderLine:
        return self.desk.all(PurchaseOrderLine)[-1]

    def bill(self, order: PurchaseOrder, *rows: tuple[str, str], number: str = "R-7781", **more: str) -> str:
        """Write an invoice of the order's line: (quantity, price of one) rows, with its sums."""
        item = self.line().supplier_part
        net = sum((Decimal(count) * Decimal(price) for count, price in rows), Decimal(0))
        freight, tax = Decimal(more.pop("freight", "0")), Decimal(more.pop("tax", "0"))
        title, currency = more.pop("title", "Invoice"), more.pop("currency", "EUR")
        told = "".join(
            f"<tr><td>{at}</td><td>{item}</td><td>{count}</td><td>{price}</td><td>{Decimal(count) * Decimal(price):.2f}</td></tr>"
            for at, (count, price) in enumerate(rows, 1)
        )
        beyond = f"<p>Freight: {freight:.2f}</p>" if freight else ""
        beyond += f"<p>VAT: {tax:.2f}</p>" if tax else ""
        about = f"your order {order.number}" if order is not None else "your order by phone"
        return (
            f"<h2>{title} {number}</h2><p>Invoice date: 24 Nov 2026</p><p>For {about}. {more.pop('words', '')}</p>"
            "<table><tr><th>Pos</th><th>Article</th><th>Quantity</th><th>Unit price</th><th>Amount</th></tr>"
            f"{told}</table>{beyond}<p>Total amount {currency} {net + freight + tax:.2f}</p><p>Due date: 24 Dec 2026</p>"
        )

    def comes(self, order: PurchaseOrder, *rows: tuple[str, str], number: str = "R-7781", **more: str) -> InboundMail:
        """Let an invoice come by mail and be read."""
        title = more.get("title", "Invoice")
        return self.mailbox.brings(self.bill(order, *rows, number=number, **more), Subject=f"{title} {number}")

    def invoice(self) -> Invoice:
        """Return the newest invoice."""
        return self.desk.all(Invoice)[-1]

    def lines(self) -> list[InvoiceLine]:
        return self.desk.all(InvoiceLine, invoice_id=self.invoice().id)

    def named(self) -> list[str]:
        """Return what the newest invoice differs in."""
        written = self.invoice().exceptions
        return [row["difference"] for row in json.loads(written)] if written else []

    def carried(self, invoice: Invoice | None = None) -> tuple[int, int]:
        invoice = invoice or self.invoice()
        return invoice.id, invoice.version

    def press(self, handler: Any, by: Person | None = None, invoice: Invoice | None = None) -> Any:
        return self.desk.click(handler, by or self.finance, *self.carried(invoice))

    def submit(self, handler: Any, by: Person | None = None, *more: int, **fields: str) -> Any:
        return self.desk.submit(handler, by or self.finance, *self.carried(), *more, **fields)

    def refusal(self, handler: Any, by: Person | None = None) -> str:
        """Return the name of the refusal that a button of the newest invoice is answered with."""
        return self.refused(handler, by or self.finance, *self.carried())

    def refused(self, handler: Any, by: Person, *carried: int) -> str:
        return str(self.buying.refused(handler, Click(self.desk.key("click"), by.slack_id, "", value(*carried))))

    def refusal_of_form(self, handler: Any, invoice: Invoice, **fields: str) -> str:
        what = Submission(self.desk.key("view"), self.finance.slack_id, "", value(*self.carried(invoice)), fields)
        return str(self.buying.refused(handler, what))

    def typed(self, text: str, by: Person | None = None) -> Any:
        command = Command(self.desk.key("command"), (by or self.finance).slack_id, "C0BUYING", "/chargehand", text)
        return self.desk.does(sentences.command, command)

    def accept(self, by: Person | None = None, reason: str = "agreed on the phone") -> Any:
        return self.submit(invoice_deeds.accepted, by, reason=reason)

    def release(self, by: Person | None = None) -> Any:
        return self.press(invoice_deeds.release, by)

    def writes(self, wants: str = "credit", by: Person | None = None) -> Any:
        """Open the drafted mail and send it as it is."""
        handler = invoice_deeds.ask_credit if wants == "credit" else invoice_deeds.dispute
        form = self.press(handler, by).modal
        fields = {
            block["block_id"]: block["element"]["initial_value"] for block in form["blocks"] if block["type"] == "input"
        }
        return self.submit(invoice_deeds.wrote, by, ["credit", "answer"].index(wants), **fields)

    def enter(self, mail: InboundMail, **fields: str) -> Any:
        return self.desk.submit(invoice_entering.entered, self.finance, mail.id, **fields)

    def letters(self) -> list[dict[str, Any]]:
        """Return the mails that were written to the supplier about invoices."""
        return [json.loads(row.body) for row in self.desk.all(Outgoing, wire="mail", purpose="invoice_dispute")]

    def cards(self) -> list[dict[str, Any]]:
        """Return what finance was shown."""
        return self.desk.said(self.finance.slack_id)

    def spent(self) -> int:
        """Return what the ledger says was spent."""
        return self._booked("actual")

    def promised(self) -> int:
        return self._booked("committed")

    def _booked(self, kind: str) -> int:
        return sum(row.amount for row in self.desk.all(BudgetEntry) if row.kind == kind)

    def agrees(self) -> None:
        """Hold every sum against what it is the sum of."""
        from handlers import invoice_matching

        assert self.desk.reads(budget.differences) == []
        assert self.desk.reads(invoice_matching.differences) == []

    def read_again(self, mail_id: int) -> None:
        self.desk.writes(lambda uow: supplier_mail.read(uow, MailTaken(self.desk.key("read"), mail_id)))


@pytest.fixture
def charging(buying: Any, mailbox: Any, finance: Person) -> Charging:
    buying.desk.plant = replace(buying.desk.plant, invoices=POLICY)
    return Charging(buying, mailbox, finance)


@pytest.fixture
def other_finance(hire: Callable[..., Person]) -> Person:
    return hire("Dan Okoye", "finance")
