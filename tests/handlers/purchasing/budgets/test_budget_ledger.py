"""The way of the money: promised at approval, spent at receipt, freed at the end; over a year's end and in other currencies."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from handlers import approvals, budget_bookings, budget_years
from handlers.budget_checks import figures_now
from handlers.order_content import opened
from orders.budgets import Mode
from orders.rates import Rate
from storage.tables import BudgetEntry, CostCentre, PurchaseOrderLine, Supplier, SupplierPart

USD = Rate("USD", Decimal("0.92"), date(2026, 11, 1))


def receive(books: Any, thousandths: int) -> None:
    """Let so much of the newest line come in."""
    line = books.buying.line()

    def work(uow: Any) -> None:
        dossier = opened(uow, line.order_id)
        budget_bookings.spend(uow, dossier, {line.id: thousandths})
        uow.change(
            PurchaseOrderLine, line.id, accepted=line.accepted + thousandths, received=line.received + thousandths
        )

    books.desk.writes(work)


def in_dollars(books: Any, *rates: Rate) -> None:
    """Let the supplier sell in dollars."""

    def work(uow: Any) -> None:
        for row in uow.all(Supplier):
            uow.change(Supplier, row.id, currency="USD")
        for offer in uow.all(SupplierPart):
            uow.change(SupplierPart, offer.id, currency="USD")

    books.desk.writes(work)
    books.desk.plant = replace(books.desk.plant, rates=rates)


def test_what_is_ordered_in_december_and_comes_in_january_is_promised_in_one_year_and_spent_in_the_other(
    books: Any,
) -> None:
    books.buying.sent()
    books.desk.later(days=45)

    receive(books, 1000)

    assert books.sums(2026) == (18400, 0)
    assert books.sums(2027) == (0, 18400)
    assert books.agree()


def test_a_year_that_is_not_over_is_not_ended(books: Any) -> None:
    books.buying.sent()

    with pytest.raises(AssertionError, match="2026 is not over"):
        books.desk.writes(lambda uow: budget_years.end_year(uow, 2026))

    assert books.sums(2026) == (36800, 0)


def test_open_promises_are_carried_into_the_new_year_once_and_spent_from_there(books: Any) -> None:
    order = books.buying.sent()
    receive(books, 500)
    books.desk.later(days=45)

    seen = books.desk.reads(lambda uow: budget_years.still_open(uow, 2026))
    moved = books.desk.writes(lambda uow: budget_years.end_year(uow, 2026))
    again = books.desk.writes(lambda uow: budget_years.end_year(uow, 2026))
    receive(books, 1500)

    assert [(one.order, one.cost_centre, str(one.amount)) for one in moved] == [(order.number, "410", "EUR 276.00")]
    assert (seen, again) == (moved, [])
    assert books.sums(2026) == (0, 9200)
    assert books.sums(2027) == (0, 27600)
    assert [row[3] for row in books.entries() if row[0] == "carry"] == [-27600, 27600]
    assert "carry the budget" in books.desk.audited(order.number)
    assert books.agree()


def test_what_lapses_is_promised_nowhere_and_spent_when_it_comes(books: Any) -> None:
    books.watched(carry="lapse")
    books.buying.sent()
    books.desk.later(days=45)

    books.desk.writes(lambda uow: budget_years.end_year(uow, 2026))
    lapsed = books.sums(2026)
    receive(books, 2000)

    assert lapsed == (0, 0)
    assert books.sums(2026) == (0, 0)
    assert books.sums(2027) == (0, 36800)
    assert books.agree()


def test_what_was_carried_is_freed_in_the_year_where_it_stands(books: Any) -> None:
    order = books.buying.sent()
    books.desk.later(days=45)
    books.desk.writes(lambda uow: budget_years.end_year(uow, 2026))

    books.desk.writes(lambda uow: budget_bookings.free_leftover(uow, opened(uow, order.id), "cancel"))

    assert books.sums(2026) == (0, 0)
    assert books.sums(2027) == (0, 0)
    assert books.agree()


def test_a_line_that_moves_to_another_cost_centre_takes_its_promise_with_it(books: Any) -> None:
    order, line = books.buying.sent(), books.buying.line()

    def work(uow: Any) -> int:
        other = uow.add(CostCentre, code="420", name="Filling")
        uow.change(PurchaseOrderLine, line.id, cost_centre_id=other)
        budget_bookings.settle(uow, opened(uow, order.id), "amendment")
        return int(other)

    other = books.desk.writes(work)

    assert books.sums() == (0, 0)
    assert {row.cost_centre_id for row in books.desk.all(BudgetEntry, cause="amendment")} == {books.centre.id, other}
    assert books.agree()


def test_an_order_in_dollars_is_promised_and_spent_at_the_rate_that_was_frozen_with_its_request(books: Any) -> None:
    in_dollars(books, USD)
    books.buying.request(books.buying.short())
    books.desk.plant = replace(books.desk.plant, rates=(USD, Rate("USD", Decimal("0.50"), date(2026, 11, 2))))

    books.buying.approve()
    receive(books, 1000)
    receive(books, 1000)

    assert books.buying.order().currency == "USD"
    assert [row[3] for row in books.entries()] == [33856, -16928, 16928, -16928, 16928]
    assert {(row.currency, row.rate) for row in books.desk.all(BudgetEntry)} == {("EUR", "0.92")}
    assert books.sums() == (0, 33856)
    assert books.agree()


def test_no_cent_is_lost_where_many_deliveries_are_converted(books: Any) -> None:
    in_dollars(books, Rate("USD", Decimal("0.9137"), date(2026, 11, 1)))
    books.buying.sent(7000)

    for _ in range(7):
        receive(books, 1000)

    assert books.sums() == (0, 117685)
    assert books.agree()


def test_a_missing_rate_stops_the_request_with_a_sentence_and_is_never_zero(books: Any) -> None:
    in_dollars(books)
    need = books.buying.short()

    assert books.buying.refuses(approvals.request, "technician", need) == "RateMissing"
    assert books.buying.order().state == "draft"
    assert books.entries() == []


def test_a_cost_centre_kept_in_another_currency_needs_a_rate_of_its_own(books: Any) -> None:
    books.unplanned()
    books.planned(1_000_000, currency="NOK")
    need = books.buying.short()
    without = books.buying.refuses(approvals.request, "technician", need)
    books.desk.plant = replace(books.desk.plant, rates=(Rate("NOK", Decimal("0.08"), date(2026, 11, 1)),))

    books.buying.request(need)
    books.buying.approve()

    assert without == "RateMissing"
    assert [(row.amount, row.currency, row.rate) for row in books.desk.all(BudgetEntry)] == [(460_000, "NOK", "12.5")]
    figures = books.figures()
    assert (figures.currency, figures.committed, figures.left) == ("NOK", 460_000, 540_000)


def test_what_waits_for_approval_is_counted_in_the_cost_centre_s_currency(books: Any) -> None:
    in_dollars(books, USD)
    books.buying.request(books.buying.short())

    assert books.desk.reads(lambda uow: figures_now(uow, books.centre.id)).pending == 33856


def test_budgets_by_month_are_watched_by_month_and_fall_back_to_the_year(books: Any) -> None:
    books.planned(50_000, month=11, months=1)
    books.watched(Mode.BLOCK, period="month")
    november = books.desk.reads(lambda uow: figures_now(uow, books.centre.id))
    books.desk.later(days=10)
    december = books.desk.reads(lambda uow: figures_now(uow, books.centre.id))

    assert (november.budget, november.period) == (50_000, "Nov 2026")
    assert (december.budget, december.period) == (1_200_000, "")


def test_an_undone_approval_leaves_nothing_in_the_ledger_s_sums(books: Any) -> None:
    books.buying.request(books.buying.short())
    books.buying.approve()

    books.buying.press(approvals.undo)

    assert books.sums() == (0, 0)
    assert [row[0] for row in books.entries()] == ["approval", "undo"]
    assert books.agree()
