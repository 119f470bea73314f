"""Invoices of many lines, and two at once for the same goods."""

import threading
from datetime import date
from typing import Any

from handlers import invoice_capture, invoice_deeds, invoice_matching, people
from handlers.happenings import Click
from handlers.ids import value
from handlers.invoice_capture import Head
from handlers.invoice_content import held
from handlers.invoice_lines import Charge
from orders.invoices import InvoiceKind
from storage.happenings import Deed, perform
from storage.tables import Invoice, PurchaseOrderLine, Supplier


def charge(order: Any, line: Any, quantity: int, place: int = 1) -> Charge:
    amount = quantity * line.price // 100_000
    return Charge(place, order.number, line.id, "HS-45", "Seal", quantity, line.unit, amount, "", "as written")


def head(number: str, total: int) -> Head:
    return Head(InvoiceKind.INVOICE, number, date(2026, 11, 24), None, "EUR", 0, 0, total)


def at_once(charging: Any, works: list[Any]) -> list[dict[str, Any]]:
    """Do several things in transactions of their own, all beginning at the same moment."""
    ready, told = threading.Barrier(len(works)), list[dict[str, Any]]()
    desk = charging.desk

    def runs(number: int, work: Any) -> None:
        ready.wait(10)
        told.append(perform(desk.database, desk.plant, Deed(f"race:{number}", "race", str(number), desk.now), work))

    threads = [threading.Thread(target=runs, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return told


def test_of_two_invoices_at_once_for_the_same_goods_exactly_one_fits(charging: Any) -> None:
    order = charging.received()
    line = charging.line()
    one = charge(order, line, 2000)

    def writes(number: str) -> Any:
        def work(uow: Any) -> dict[str, Any]:
            invoice_capture.write(
                uow, uow.get(Supplier, order.supplier_id), head(number, one.amount), [one], mail_id=None
            )
            return {}

        return work

    at_once(charging, [writes(f"R-{number}") for number in range(6)])

    states = [row.state for row in charging.desk.all(Invoice)]
    assert sorted(states) == ["exception"] * 5 + ["matched"]
    assert charging.line().billed == 2000
    charging.agrees()


def test_of_many_releases_at_once_exactly_one_counts(charging: Any, other_finance: Any) -> None:
    order = charging.received()
    charging.comes(order, ("2", "184.00"))
    carried = value(*charging.carried())

    def releases(person: Any) -> Any:
        def work(uow: Any) -> dict[str, Any]:
            uow.actor = people.known(uow, person.slack_id)
            return invoice_deeds.release(uow, Click(f"r:{person.id}", person.slack_id, "", carried)).to_json()

        return work

    told = at_once(charging, [releases(person) for person in (charging.finance, other_finance) * 3])

    assert sum("refused" not in answer for answer in told) == 1
    assert charging.desk.audited(f"INV-{charging.invoice().id}").count("release") == 1


def test_an_invoice_of_two_thousand_lines_is_held_line_by_line(charging: Any) -> None:
    order = charging.received()
    first = charging.line()

    def grows(uow: Any) -> None:
        counted = {"quantity": 1000, "received": 1000, "accepted": 1000, "price": first.price, "unit": "C62"}
        for at in range(2, 2001):
            uow.add(PurchaseOrderLine, order_id=order.id, line=at, **counted)

    charging.desk.writes(grows)
    lines = charging.desk.all(PurchaseOrderLine, order_id=order.id)
    charges = [charge(order, line, 2000 if line.line in (1, 1999) else 1000, line.line) for line in lines]
    total = sum(each.amount for each in charges)

    def writes(uow: Any) -> Any:
        return invoice_capture.write(
            uow, uow.get(Supplier, order.supplier_id), head("R-1", total), charges, mail_id=None
        )

    charging.desk.writes(writes)

    (invoice,) = charging.desk.all(Invoice)
    papers = charging.desk.reads(lambda uow: [one.line for one in invoice_matching.examine(uow, held(uow, invoice.id))])
    assert (invoice.state, papers) == ("exception", [1999])
    assert "and 1990 more" in str(charging.cards()[-1])
