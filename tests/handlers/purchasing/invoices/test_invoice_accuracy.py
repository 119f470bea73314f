"""Invoices count towards their supplier's figures, and nothing is taken from those of a supplier who is held back."""

from typing import Any

from handlers import supplier_figures
from storage.tables import Invoice, Supplier, SupplierMonth


def accuracy(charging: Any) -> tuple[int, int]:
    rows = charging.desk.all(SupplierMonth, figure="invoice")
    return sum(row.good for row in rows), sum(row.total for row in rows)


def test_an_invoice_that_fits_at_once_is_right_and_one_that_is_too_dear_is_not(charging: Any) -> None:
    order = charging.received()

    charging.comes(order, ("1", "184.00"), number="R-1")
    first = accuracy(charging)
    charging.comes(order, ("1", "284.00"), number="R-2")

    assert (first, accuracy(charging)) == ((1, 1), (1, 2))


def test_an_invoice_that_waits_for_its_goods_alone_is_right_and_counts_once(charging: Any) -> None:
    order = charging.buying.sent(2000)

    charging.comes(order, ("2", "184.00"))
    charging.arrives(order, "2")

    sums = {
        (row.supplier_id, row.month, row.figure, row.currency): (row.good, row.total)
        for row in charging.desk.all(SupplierMonth)
    }
    recounted = charging.desk.reads(supplier_figures.recount)
    assert accuracy(charging) == (1, 1)
    assert sums == {place: (tally.good, tally.total) for place, tally in recounted.items()}


def test_nothing_is_taken_from_the_invoice_of_a_supplier_who_is_held_back(charging: Any) -> None:
    order = charging.received()
    charging.desk.writes(lambda uow: uow.change(Supplier, order.supplier_id, held=True))

    mail = charging.comes(order, ("2", "184.00"))

    assert (mail.state, charging.desk.all(Invoice)) == ("asked", [])
    assert accuracy(charging) == (0, 0)
