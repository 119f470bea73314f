"""Numbers are given out once; stock and budgets are sums that always equal their ledgers."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from orders.budgets import BudgetKind, Span
from orders.plant import Plant
from orders.stock import MovementKind
from storage import budget, numbering, stock
from storage.budget import Booking
from storage.database import Database
from storage.happenings import Deed, perform, reading
from storage.stock import Movement
from storage.tables import Budget, BudgetSum, PurchaseOrder, PurchaseOrderLine, Stock
from storage.unit_of_work import UnitOfWork, table
from tests.storage.conftest import NOW, PLANT

Doing = Callable[..., Any]


def test_numbers_follow_each_other_by_kind(doing: Doing) -> None:
    numbers = doing(lambda uow: [numbering.draw(uow, kind) for kind in ("work_order", "work_order", "requisition")])

    assert numbers == ["WO-2026-00001", "WO-2026-00002", "PR-2026-00001"]


def test_a_new_year_starts_anew_in_the_plant_s_own_zone(doing: Doing) -> None:
    plant = Plant(zone=ZoneInfo("Europe/Berlin"))
    late = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    doing(lambda uow: numbering.draw(uow, "work_order"))

    number = doing(lambda uow: numbering.draw(uow, "work_order"), at=late, plant=plant)

    assert number == "WO-2027-00001"


def test_a_pattern_without_a_year_goes_on(doing: Doing) -> None:
    plant = Plant(patterns={"receipt": "GR-{number}"})

    numbers = [
        doing(lambda uow: numbering.draw(uow, "receipt"), at=NOW.replace(year=year), plant=plant)
        for year in (2026, 2027)
    ]

    assert numbers == ["GR-1", "GR-2"]


def test_what_is_undone_uses_no_number(doing: Doing) -> None:
    def work(uow: UnitOfWork) -> None:
        numbering.draw(uow, "work_order")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        doing(work)

    assert doing(lambda uow: numbering.draw(uow, "work_order")) == "WO-2026-00001"


def test_no_number_is_given_twice_at_the_same_time(database: Database) -> None:
    drawn: list[str] = []
    start = threading.Barrier(4)

    def draw(thread: int) -> None:
        start.wait()
        for number in range(10):
            deed = Deed(f"{thread}.{number}", "test", "", NOW)
            answer = perform(database, PLANT, deed, lambda uow: {"number": numbering.draw(uow, "work_order")})
            drawn.append(answer["number"])

    threads = [threading.Thread(target=draw, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(drawn) == [f"WO-2026-{number:05}" for number in range(1, 41)]


def moved(part: int, quantity: int, kind: MovementKind = MovementKind.COUNT) -> Callable[[UnitOfWork], Any]:
    return lambda uow: stock.move(uow, Movement(part, "2", kind, quantity, 1_840_000, "EUR"))


def test_stock_is_the_sum_of_its_movements(doing: Doing, seal: int) -> None:
    doing(moved(seal, 5000))
    doing(moved(seal, -2000, MovementKind.ISSUE))

    figures, wrong = doing(lambda uow: (stock.figures(uow, seal, "2"), stock.differences(uow)))
    assert (figures.on_hand, figures.reserved, figures.available, wrong) == (3000, 0, 3000, [])


def test_what_is_kept_is_not_available(doing: Doing, seal: int) -> None:
    doing(moved(seal, 5000))

    doing(lambda uow: stock.reserve(uow, seal, "2", 4000))
    doing(lambda uow: stock.reserve(uow, seal, "2", -1000))

    figures = doing(lambda uow: stock.lock(uow, seal, "2"))
    assert (figures.on_hand, figures.reserved, figures.available) == (5000, 3000, 2000)


def test_a_part_that_never_moved_has_four_zeros(doing: Doing, seal: int) -> None:
    figures = doing(lambda uow: stock.figures(uow, seal, "2"))

    assert (figures.on_hand, figures.reserved, figures.on_order, figures.available) == (0, 0, 0, 0)


def test_a_sum_that_was_changed_by_hand_is_found(doing: Doing, seal: int, database: Database) -> None:
    doing(moved(seal, 5000))
    with database.transaction() as connection:
        connection.execute(update(table(Stock)).values(on_hand=9000))

    assert doing(stock.differences) == [f"Stock of part {seal} in 2 says 9000, its ledger 5000."]


def test_movements_without_their_sum_are_found(doing: Doing, seal: int, database: Database) -> None:
    doing(moved(seal, 5000))
    with database.transaction() as connection:
        connection.execute(table(Stock).delete())

    assert doing(stock.differences) == [f"Part {seal} in 2 has movements but no sum."]


def test_negative_stock_is_found(doing: Doing, seal: int) -> None:
    doing(moved(seal, -1000))

    assert doing(stock.differences) == [f"Stock of part {seal} in 2 is negative."]


def test_movements_at_the_same_time_are_all_counted(database: Database, doing: Doing, seal: int) -> None:
    doing(moved(seal, 0))
    start = threading.Barrier(4)

    def receive(thread: int) -> None:
        start.wait()
        work = moved(seal, 1000, MovementKind.RECEIPT)
        for number in range(10):
            perform(database, PLANT, Deed(f"{thread}.{number}", "test", "", NOW), lambda uow: {"id": work(uow)})

    threads = [threading.Thread(target=receive, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    figures, wrong = reading(database, PLANT, NOW, lambda uow: (stock.figures(uow, seal, "2"), stock.differences(uow)))
    assert (figures.on_hand, wrong) == (40_000, [])


def booked(centre: int, kind: BudgetKind, amount: int, *, year: int = 2026) -> Callable[[UnitOfWork], Any]:
    return lambda uow: budget.book(uow, Booking(centre, year, kind, amount, "EUR"))


def test_a_budget_knows_what_is_promised_spent_and_left(doing: Doing, packaging: int) -> None:
    doing(
        lambda uow: uow.add(
            Budget, cost_centre_id=packaging, year=2026, amount=1_200_000, currency="EUR", spent_before=100_000
        )
    )
    doing(booked(packaging, BudgetKind.COMMITTED, 52_760))
    doing(booked(packaging, BudgetKind.COMMITTED, -36_800))
    doing(booked(packaging, BudgetKind.ACTUAL, 36_800))
    doing(booked(packaging, BudgetKind.COMMITTED, 1, year=2027))

    figures, wrong = doing(lambda uow: (budget.figures(uow, packaging, Span(2026)), budget.differences(uow)))

    assert (figures.committed, figures.actual, figures.left) == (15_960, 136_800, 1_047_240)
    assert wrong == []


def test_a_cost_centre_is_kept_in_the_currency_of_its_budget_and_without_one_in_the_plant_s(
    doing: Doing, packaging: int
) -> None:
    without = doing(lambda uow: budget.figures(uow, packaging, Span(2026)))
    doing(lambda uow: uow.add(Budget, cost_centre_id=packaging, year=2026, amount=1_000, currency="USD"))

    figures = doing(lambda uow: budget.figures(uow, packaging, Span(2026)))

    assert (without.currency, without.budget, without.left) == ("EUR", None, None)
    assert (figures.currency, figures.budget, figures.left) == ("USD", 1_000, 1_000)


def test_a_promise_below_zero_is_damage(doing: Doing, packaging: int) -> None:
    line = doing(_order_line)
    below = Booking(packaging, 2026, BudgetKind.COMMITTED, -1, "EUR", line_id=line, month=3)

    doing(lambda uow: budget.book(uow, below))

    assert doing(budget.differences) == [
        f"Cost centre {packaging} Mar 2026: order line {line} promises -1, which is less than nothing."
    ]


def _order_line(uow: UnitOfWork) -> int:
    order = uow.add(PurchaseOrder, draft_number="DR-1", state="draft", created_at=NOW, changed_at=NOW)
    return uow.add(PurchaseOrderLine, order_id=order, line=1)


def test_an_amount_of_zero_is_not_booked(doing: Doing, packaging: int) -> None:
    doing(booked(packaging, BudgetKind.ACTUAL, 0))

    assert doing(lambda uow: uow.count(BudgetSum)) == 0


def test_a_budget_sum_that_was_changed_by_hand_is_found(doing: Doing, packaging: int, database: Database) -> None:
    doing(booked(packaging, BudgetKind.COMMITTED, 500))
    with database.transaction() as connection:
        connection.execute(update(table(BudgetSum)).values(committed=100))

    assert doing(budget.differences) == [f"Cost centre {packaging} Jan 2026: committed says 100, its ledger 500."]


def test_budget_entries_without_their_sum_are_found(doing: Doing, packaging: int, database: Database) -> None:
    doing(booked(packaging, BudgetKind.ACTUAL, 500))
    with database.transaction() as connection:
        connection.execute(table(BudgetSum).delete())

    assert doing(budget.differences) == [f"Cost centre {packaging} Jan 2026 has actual entries but no sum."]
