"""Where a budget is spoken of besides the question itself: the shortage in the thread, and the form of an agreement."""

import json
from typing import Any

from handlers import budget_checks, people
from handlers.order_content import opened
from storage.tables import Budget, CostCentre, PurchaseOrderLine


def test_the_shortage_in_the_thread_says_whether_there_is_money_and_names_no_figures(books: Any) -> None:
    books.planned(30_000)

    need = books.buying.short()

    shown = json.dumps(books.desk.card(f"pr:{need}"), ensure_ascii=False)
    assert "This is more than cost centre 410 has left." in shown
    assert "300.00" not in shown


def test_a_form_speaks_of_a_cost_centre_before_an_amount_is_known_only_to_whoever_is_shown_money(books: Any) -> None:
    def read(by: str) -> str:
        def work(uow: Any) -> str:
            uow.actor = people.actor(books.buying.people[by])
            return budget_checks.of_centre(uow, books.centre.id)

        return str(books.desk.reads(work))

    assert read("buyer") == "Cost centre 410: EUR 12,000.00, of which 12,000.00 left."
    assert read("approver") == read("buyer")
    assert read("technician") == ""


def test_an_order_on_two_cost_centres_says_a_sentence_for_each_and_the_worst_first(books: Any) -> None:
    books.buying.request(books.buying.short())
    order = books.buying.order()

    def work(uow: Any) -> tuple[str, list[str]]:
        other = uow.add(CostCentre, code="420", name="Filling")
        uow.add(Budget, cost_centre_id=other, year=2026, amount=100, currency="EUR")
        line = {"description": "Belt", "quantity": 1000, "price": 500_000, "unit": "C62", "cost_centre_id": other}
        uow.add(PurchaseOrderLine, order_id=order.id, line=2, **line)
        return budget_checks.for_approver(uow, opened(uow, order.id))

    brief, sentences = books.desk.writes(work)

    assert brief == ""
    assert sentences == [
        "Cost centre 420: EUR 1.00, of which 1.00 left, this is 49.00 too much.",
        "Cost centre 410: EUR 12,000.00, of which 12,000.00 left, 11,632.00 after this.",
    ]


def test_an_order_of_two_thousand_lines_is_weighed_as_one_sum(books: Any) -> None:
    books.buying.request(books.buying.short())
    order = books.buying.order()

    def work(uow: Any) -> list[str]:
        line = {"description": "Bolt", "quantity": 1000, "price": 10_000, "unit": "C62"}
        for number in range(2, 2001):
            uow.add(PurchaseOrderLine, order_id=order.id, line=number, cost_centre_id=books.centre.id, **line)
        return budget_checks.told(uow, opened(uow, order.id), money=True)

    assert books.desk.writes(work) == ["Cost centre 410: EUR 12,000.00, of which 12,000.00 left, 9,633.00 after this."]
