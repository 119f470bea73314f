"""Steps of the random walks in which suppliers charge and credit, and everybody tries everything with what they charge."""

from datetime import date
from typing import Any

from hypothesis import strategies as some
from hypothesis.stateful import precondition, rule

from handlers import invoice_capture, invoice_deeds, invoice_export
from handlers.invoice_capture import Head
from handlers.invoice_lines import Charge
from orders.invoices import InvoiceKind, InvoiceState
from orders.money import line_amount
from storage.tables import Invoice, InvoiceLine, PurchaseOrder, PurchaseOrderLine, Supplier
from tests.handlers.walking import Room, World

everybody = some.sampled_from(["Dan", "Dan", "Dan", "Ines", "Bo", "Tom", "Mei", "Priya"])
some_of_it, which = some.integers(1, 8), some.integers(0, 99)


class Bills(Room):
    """What suppliers charge, and what everybody may do about it; mixed into the walk."""

    @rule(
        at=which,
        rows=some.lists(some.tuples(some_of_it, some.integers(-300, 300)), min_size=1, max_size=3),
        number=some.sampled_from(["R-1", "R1", "R-01", "R-2", "R-3", "R-4"]),
        currency=some.sampled_from(["EUR", "EUR", "EUR", "USD"]),
        freight=some.sampled_from([0, 0, 300]),
    )
    def charge(self, at: int, rows: list[tuple[int, int]], number: str, currency: str, freight: int) -> None:
        """Let an invoice come: right or wrong in any way, its number perhaps used before."""
        order = self.one(PurchaseOrder, at)
        lines = self.world.all(PurchaseOrderLine, order_id=order.id)
        told = [(lines[each % len(lines)], *row) for each, row in enumerate(rows)]
        charges = [
            _charge(place, order.number, line, count * 1000, max(_worth(line, count * 1000) + more, 0))
            for place, (line, count, more) in enumerate(told, 1)
        ]
        self._comes(order, InvoiceKind.INVOICE, number, charges, currency, freight=freight)

    @rule(at=which, dearer=some.sampled_from([0, 0, 200]))
    def charge_what_was_taken_in(self, at: int, dearer: int) -> None:
        """Let the invoice come that the order and the store wait for."""
        order = self.one(PurchaseOrder, at)
        lines = [row for row in self.world.all(PurchaseOrderLine, order_id=order.id) if row.accepted > row.billed]
        charges = [
            _charge(
                at, order.number, line, line.accepted - line.billed, _worth(line, line.accepted - line.billed) + dearer
            )
            for at, line in enumerate(lines, 1)
        ]
        if charges:
            self._comes(order, InvoiceKind.INVOICE, f"S-{len(self.world.all(Invoice)) + 10}", charges, "EUR")

    @precondition(lambda self: self.world.all(Invoice, kind="invoice"))
    @rule(
        at=which,
        count=some.integers(1, 4),
        cents=some.integers(1, 2_000),
        number=some_of_it,
        known=some.sampled_from([True, True, False]),
    )
    def credit(self, at: int, count: int, cents: int, number: int, known: bool) -> None:
        """Let a credit note come, for some goods of an invoice or for a part of their price."""
        invoice = self.one(Invoice, at, kind="invoice")
        line = self.world.all(InvoiceLine, invoice_id=invoice.id)[0]
        (ours,) = self.world.all(PurchaseOrderLine, id=line.order_line_id)
        (order,) = self.world.all(PurchaseOrder, id=ours.order_id)
        amount = line.amount * count * 1000 // line.quantity if cents % 2 else cents
        charges = [_charge(1, line.order, ours, count * 1000, amount)]
        refers = invoice.number if known else "R-999"
        self._comes(order, InvoiceKind.CREDIT_NOTE, f"G-{number}", charges, invoice.currency, refers_to=refers)

    def _comes(
        self, order: Any, kind: InvoiceKind, number: str, charges: list[Charge], currency: str, **more: Any
    ) -> None:
        freight = more.pop("freight", 0)
        total = sum(charge.amount for charge in charges) + freight
        head = Head(kind, number, date(2026, 11, 24), None, currency, freight, 0, total, **more)
        supplier = order.supplier_id
        self.world.does(
            lambda uow: invoice_capture.write(uow, uow.get(Supplier, supplier), head, charges, mail_id=None)
        )

    @precondition(lambda self: self.world.all(Invoice))
    @rule(
        at=which,
        by=everybody,
        what=some.sampled_from(["accepted", "voided", "wrote", "release", "release", "check"]),
        wants=some.integers(0, 1),
        old=some.sampled_from([0, 0, 0, 1]),
    )
    def decide(self, at: int, by: str, what: str, wants: int, old: int) -> None:
        """Let anybody try anything with an invoice, now and then with a card that was shown earlier."""
        invoice = self.one(Invoice, at)
        handler, carried = getattr(invoice_deeds, what), (invoice.id, max(invoice.version - old, 1))
        if what in ("release", "check"):
            self.world.press(handler, by, *carried)
            return
        fields = {"reason": "so be it", "subject": "Your invoice", "text": "Please check it."}
        self.world.submit(handler, by, *carried, *([wants] if what == "wrote" else []), **fields)

    @rule(at=which)
    def bill_on(self, at: int) -> None:
        """Do the next sensible thing about what is charged, and press twice."""
        fits, released = self.one(Invoice, at, state="matched"), self.world.all(Invoice, state="released")
        if released and at % 2:
            self.world.does(invoice_export.exported)
        elif fits is not None:
            for _ in range(2):
                self.world.press(invoice_deeds.release, "Dan", fits.id, fits.version)
        elif at % 5 == 0 and self.world.all(Invoice, kind="invoice"):
            self.credit(at, 1 + at % 2, 1 + at % 4, at % 9, True)
        else:
            self.charge_what_was_taken_in(at, 0)

    @rule(at=which)
    def bill_on_again(self, at: int) -> None:
        self.bill_on(at)


def charged(world: World, line_id: int, states: Any) -> int:
    """Return what of an order line is charged by invoices in some states, credit notes taken off."""
    total = 0
    for line in world.all(InvoiceLine, order_line_id=line_id):
        (invoice,) = world.all(Invoice, id=line.invoice_id)
        if InvoiceState(invoice.state) in states:
            total += -line.quantity if invoice.kind == "credit_note" else line.quantity
    return total


def _worth(line: Any, quantity: int) -> int:
    return line_amount(quantity, line.price, "EUR").minor


def _charge(place: int, order: str, line: Any, quantity: int, amount: int) -> Charge:
    return Charge(place, order, line.id, "HS-45", "Seal", quantity, line.unit, amount, "", "as written")
