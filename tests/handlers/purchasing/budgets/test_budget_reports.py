"""A cost centre's money as people ask for it, and who is shown it."""

import json
from datetime import date
from typing import Any

from handlers import sentences
from handlers.budget_forecast import forecast
from handlers.happenings import Command
from sandbox.blocks import find_in_message
from storage.tables import (
    Agreement,
    AgreementLine,
    Asset,
    MaintenancePlan,
    Part,
    PlanPart,
    PurchaseOrder,
    PurchaseOrderLine,
    Stock,
)
from tests.handlers.purchasing.budgets.test_budget_ledger import receive


def types(books: Any, by: str, text: str) -> Any:
    what = Command(books.desk.key("command"), books.buying.people[by].slack_id, "D0", "/chargehand", text)
    return books.desk.does(sentences.command, what)


def refuses(books: Any, by: str, text: str) -> str:
    what = Command(books.desk.key("command"), books.buying.people[by].slack_id, "D0", "/chargehand", text)
    return str(books.buying.refused(sentences.command, what))


def year(books: Any, of: int = 2026) -> Any:
    return books.desk.reads(lambda uow: forecast(uow, books.centre, of))


def planned_order(books: Any, *, on: date | None, released: int = 0) -> None:
    """Agree on ten of something at EUR 100.00, of which so many thousandths are released."""

    def work(uow: Any) -> None:
        moments = {"created_at": uow.now, "changed_at": uow.now, "approved_at": uow.now}
        head = {"kind": "planned", "state": "sent", "currency": "EUR", "draft_number": "DR-9", "number": "PO-9"}
        order = uow.add(PurchaseOrder, **head, **moments, supplier_id=1)
        what = {"quantity": 10_000, "price": 1_000_000, "unit": "C62", "deliver_by": on}
        line = uow.add(PurchaseOrderLine, order_id=order, line=1, cost_centre_id=books.centre.id, **what)
        uow.add(Agreement, order_id=order, state="active", price_basis="per_release")
        uow.add(AgreementLine, order_id=order, line_id=line, released_quantity=released)

    books.desk.writes(work)


def test_a_year_is_what_was_spent_what_is_promised_by_its_day_and_what_planned_orders_expect(books: Any) -> None:
    books.buying.sent()
    receive(books, 1000)
    planned_order(books, on=date(2026, 12, 15), released=4000)

    found = year(books)

    november, december = found.months[10], found.months[11]
    assert (november.actual, november.committed, november.expected) == (18400, 18400, 0)
    assert (december.actual, december.committed, december.expected) == (0, 0, 60000)
    assert found.total == 96800
    assert found.sentence() == "2026 comes to EUR 968.00, which leaves EUR 11,032.00 of the budget."


def test_what_is_late_is_expected_now_and_what_comes_next_year_only_then(books: Any) -> None:
    books.buying.sent()
    books.desk.later(days=14)
    december = year(books)
    line = books.buying.line()
    books.desk.writes(lambda uow: uow.change(PurchaseOrderLine, line.id, promised_on=date(2027, 1, 20)))

    found, next_year = year(books), year(books, 2027)

    assert december.months[11].committed == 36800
    assert (found.total, found.later) == (0, 36800)
    assert next_year.months[0].committed == 36800
    assert "EUR 368.00 is expected only after this year." in found.besides()


def test_a_planned_order_without_a_day_is_named_beside_the_year_and_in_no_month(books: Any) -> None:
    planned_order(books, on=None)

    found = year(books)

    assert (found.total, found.undated) == (0, 100000)
    assert found.besides() == ["EUR 1,000.00 may still be ordered from planned orders that say no day."]


def test_a_year_that_goes_beyond_its_budget_says_by_how_much_and_when(books: Any) -> None:
    books.planned(30_000)
    books.buying.sent()

    assert year(books).sentence() == (
        "2026 comes to EUR 368.00: EUR 68.00 above the budget, which is used up in November."
    )


def test_the_owner_asks_and_is_shown_a_sentence_a_picture_and_a_table_that_slack_takes(books: Any) -> None:
    books.buying.sent()

    answer = types(books, "approver", "budget 410")

    told = json.dumps(answer.blocks, ensure_ascii=False)
    assert "Cost centre 410: EUR 12,000.00, of which 11,632.00 left." in told
    assert "2026 comes to EUR 368.00" in told
    assert {"table", "data_visualization"} <= {block["type"] for block in answer.blocks}
    assert find_in_message(answer.blocks) == []


def test_report_spend_is_the_same_question_and_a_fault_stays_a_fault(books: Any) -> None:
    spend = types(books, "buyer", "report spend 410")
    overview = types(books, "buyer", "report spend")
    fault = types(books, "buyer", "report spend time on the palletiser, it is stuck")

    assert "Cost centre 410" in spend.private
    assert "Cost centre 410: EUR 12,000.00" in json.dumps(overview.blocks)
    assert "Cost centre" not in fault.private


def test_only_owner_buyer_approver_finance_and_admin_are_shown_money(books: Any) -> None:
    assert refuses(books, "technician", "budget 410") == "NotYours"
    assert refuses(books, "storekeeper", "budget") == "NotYours"
    assert refuses(books, "buyer", "budget 410") == ""


def test_an_owner_without_any_role_for_money_is_shown_the_own_cost_centre_alone(books: Any) -> None:
    from storage.tables import CostCentre

    def work(uow: Any) -> None:
        uow.change(CostCentre, books.centre.id, owner_id=books.buying.people["technician"].id)
        uow.add(CostCentre, code="420", name="Filling")

    books.desk.writes(work)

    assert refuses(books, "technician", "budget 410") == ""
    assert refuses(books, "technician", "budget 420") == "NotYours"
    assert "420" not in json.dumps(types(books, "technician", "budget").blocks)


def test_an_unknown_cost_centre_is_answered_with_those_that_are_known(books: Any) -> None:
    assert refuses(books, "buyer", "budget 999") == "NotKnown"


def test_finance_releases_by_a_typed_sentence(books: Any, treasurer: Any) -> None:
    from orders.budgets import Mode

    books.planned(30_000)
    books.watched(Mode.BLOCK)
    books.buying.request(books.buying.short())

    answer = types(books, "treasurer", "budget DR-1 because it is paid from the reserve")
    button = types(books, "treasurer", "budget DR-1")

    assert "may go beyond the budget now" in answer.private
    assert button.modal is not None


def plan(books: Any, *, quantity: int, on_hand: int = 0, currency: str = "EUR", every: str = "every month") -> None:
    """Let a machine of the cost centre need so many seals of EUR 184.00 on the 15th of each month from December on."""

    def work(uow: Any) -> None:
        asset = uow.add(Asset, code="K-1", plain_code="k1", name="Compressor", cost_centre_id=books.centre.id)
        what = {
            "code": "OIL",
            "name": "Oil filter",
            "unit": "C62",
            "store": "2",
            "price": 1_840_000,
            "currency": currency,
        }
        part = uow.add(Part, plain_code="oil", **what)
        uow.add(Stock, part_id=part, store="2", on_hand=on_hand)
        days = {"first_day": date(2026, 12, 15), "next_due": date(2026, 12, 15), "make_on": date(2026, 12, 15)}
        head = {"code": "OIL-K1", "plain_code": "oilk1", "title": "Change the filter", "asset_id": asset}
        number = uow.add(MaintenancePlan, **head, **days, every=every, basis="fixed", every_day=True)
        uow.add(PlanPart, plan_id=number, part_id=part, quantity=quantity)

    books.desk.writes(work)


def test_what_plans_take_beyond_the_store_is_expected_on_their_days(books: Any) -> None:
    plan(books, quantity=2_000, on_hand=3_000)

    this_year, next_year = year(books), year(books, 2027)

    assert [month.expected for month in this_year.months] == [0] * 12
    assert [month.expected for month in next_year.months] == [18_400, *[36_800] * 11]


def test_a_part_whose_currency_has_no_rate_is_in_no_month(books: Any) -> None:
    plan(books, quantity=2_000, currency="CHF")

    assert year(books, 2027).total == 0


def test_a_plan_by_use_alone_has_no_day_and_so_no_month(books: Any) -> None:
    plan(books, quantity=2_000, every="")

    assert year(books, 2027).total == 0
