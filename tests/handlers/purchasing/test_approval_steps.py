"""Steps, limits, questions and taking an approval back."""

import json
from typing import Any

import pytest

from handlers import approvals, purchase_orders
from orders.charges import ChargeKind
from orders.money import Money
from storage.charges import ChargeLine, kept
from storage.tables import (
    ApprovalTask,
    BudgetSum,
    CostCentre,
    Outgoing,
    PurchaseOrder,
    PurchaseOrderLine,
    Requisition,
)


@pytest.fixture
def pending(buying: Any) -> Any:
    """An order for EUR 368.00 that waits for the cost centre's owner."""
    buying.short()
    buying.request()
    return buying


@pytest.mark.parametrize(("price", "steps"), [("2500.00", 1), ("2500.01", 2)])
def test_17_exactly_at_the_limit_one_step_is_enough_one_cent_more_asks_the_next(
    buying: Any, finance: Any, price: str, steps: int
) -> None:
    buying.short(2000)
    buying.desk.submit(purchase_orders.edited, buying.people["technician"], 1, price=price)

    buying.request()

    assert len({task.step for task in buying.desk.all(ApprovalTask)}) == steps


def test_17_freight_counts_towards_the_limit(buying: Any, finance: Any) -> None:
    buying.short(2000)
    buying.desk.submit(purchase_orders.edited, buying.people["technician"], 1, price="2500.00")
    order = buying.order()
    buying.desk.writes(
        lambda uow: uow.change(PurchaseOrder, order.id, charges=kept([ChargeLine(ChargeKind.FREIGHT, 1)]))
    )

    buying.request()

    assert len({task.step for task in buying.desk.all(ApprovalTask)}) == 2


def test_the_second_step_is_asked_only_after_the_first_and_releases_only_then(buying: Any, finance: Any) -> None:
    buying.people["finance"] = finance
    buying.short(40_000)
    buying.request()
    early = buying.refuses(approvals.approve, "finance", buying.order().id, buying.task("finance").id)

    buying.approve()
    between = (buying.order().state, buying.order().number)
    buying.approve("finance")

    assert early == "NotAsked"
    assert between == ("pending_approval", None)
    assert buying.order().state == "approved"
    document = json.loads(buying.order().document)
    assert [each["name"] for each in document["approved_by"]] == ["Bo Lindqvist", "Ines Vogt"]


def test_08_10_an_amount_in_a_currency_without_a_rate_is_blocked_and_not_zero(buying: Any) -> None:
    buying.short(40_000)
    order = buying.order()
    buying.desk.writes(lambda uow: uow.change(PurchaseOrder, order.id, currency="USD"))

    assert buying.refuses(approvals.request, "technician", 1) == "RateMissing"
    assert buying.order().state == "draft"


def test_a_question_reaches_the_requester_and_the_order_goes_on_waiting(pending: Any) -> None:
    numbers = (pending.order().id, pending.task().id)
    pending.press(approvals.ask_form)

    pending.desk.submit(approvals.asked, pending.people["approver"], *numbers, words="Is there none in store 3?")

    told = pending.desk.said(pending.people["technician"].slack_id)[-1]
    assert "Is there none in store 3?" in json.dumps(told)
    assert pending.order().state == "pending_approval"


def test_the_menu_explains_why_somebody_is_asked(pending: Any) -> None:
    carried = (pending.order().id, pending.task().id)

    answer = pending.desk.click(approvals.why_me, pending.people["approver"], *carried)

    assert "you own the cost centre" in answer.private


def test_undo_takes_mail_and_budget_back_and_asks_again(pending: Any) -> None:
    pending.approve()
    task, number = pending.task(), pending.order().number

    pending.press(approvals.undo, task=task)

    assert pending.order().state == "pending_approval"
    assert pending.desk.one(BudgetSum).committed == 0
    assert [row.state for row in pending.desk.all(Outgoing, purpose="purchase_order")] == ["dropped"]
    assert pending.desk.one(Requisition).state == "open"
    assert pending.task().id != task.id
    pending.approve()
    assert (pending.order().state, pending.order().number) == ("approved", number)
    assert pending.desk.one(BudgetSum).committed == 36800


def test_undo_is_for_whoever_approved_and_only_until_the_mail_leaves(pending: Any) -> None:
    pending.approve()
    numbers = (pending.order().id, pending.task().id)
    row = pending.mail()

    stranger = pending.refuses(approvals.undo, "storekeeper", *numbers)
    pending.desk.writes(lambda uow: uow.change(Outgoing, row.id, state="claimed"))
    late = pending.refuses(approvals.undo, "approver", *numbers)

    assert (stranger, late) == ("NotAsked", "TooLateToUndo")
    assert pending.order().state == "approved"
    assert pending.desk.one(BudgetSum).committed == 36800


def test_undo_twice_takes_back_once(pending: Any) -> None:
    pending.approve()
    numbers = (pending.order().id, pending.task().id)
    pending.desk.click(approvals.undo, pending.people["approver"], *numbers)

    assert pending.refuses(approvals.undo, "approver", *numbers) in {"NotPossible", "NotAsked"}
    assert pending.desk.one(BudgetSum).committed == 0


def test_typed_words_do_what_the_buttons_do(buying: Any) -> None:
    desk, people_ = buying.desk, buying.people
    buying.short()
    desk.writes(lambda uow: approvals.request_named(uow, "DR-1"), by=people_["technician"])
    desk.writes(lambda uow: approvals.reject_named(uow, "dr1", "wait a week"), by=people_["approver"])
    desk.writes(lambda uow: approvals.request_named(uow, "DR-1"), by=people_["technician"])
    desk.writes(lambda uow: approvals.approve_named(uow, "DR-1"), by=people_["approver"])

    assert buying.order().state == "approved"


def test_the_price_against_the_last_order_is_said(buying: Any) -> None:
    buying.sent()
    buying.desk.later(days=1)
    requisition = buying.short()
    buying.desk.submit(purchase_orders.edited, buying.people["technician"], requisition, price="190.26")
    buying.request(requisition)

    card = buying.desk.card(f"po:{buying.order().id}:task:{buying.task().id}")
    assert "+3.4 % since Nov 2026" in json.dumps(card)


def test_an_order_above_everybodys_rule_is_asked_of_each_cost_centre_owner(
    buying: Any, hire: Any, add_asset: Any
) -> None:
    second = hire("Ida Berg", "approver")
    other = buying.desk.writes(lambda uow: uow.add(CostCentre, code="420", name="Filling", owner_id=second.id))
    buying.short()
    order = buying.order()
    buying.desk.writes(
        lambda uow: uow.add(
            PurchaseOrderLine, order_id=order.id, line=2, description="Chain", quantity=1000, unit="C62", price=10_000,
            cost_centre_id=other,
        )
    )  # fmt: skip
    buying.request()

    assert {task.person_id for task in buying.desk.all(ApprovalTask)} == {buying.people["approver"].id, second.id}


def test_money_is_compared_as_money(buying: Any) -> None:
    assert Money.of("5000", "EUR") < Money.of("5000.01", "EUR")


def test_a_no_loses_its_buttons_when_the_order_is_requested_again(pending: Any) -> None:
    pending.desk.submit(
        approvals.rejected, pending.people["approver"], pending.order().id, pending.task().id, words="use the spare"
    )
    key = f"po:{pending.order().id}:told:1"
    before = json.dumps(pending.desk.card(key))
    pending.request()

    after = json.dumps(pending.desk.card(key))
    assert "purchase_order.edit" in before
    assert "purchase_order" not in after
    assert "it was requested again" in after


def test_a_question_loses_its_button_when_the_order_is_approved(pending: Any) -> None:
    pending.desk.submit(
        approvals.asked, pending.people["approver"], pending.order().id, pending.task().id, words="Why two?"
    )
    key = f"po:{pending.order().id}:told:1"
    before = json.dumps(pending.desk.card(key))
    pending.approve()

    after = json.dumps(pending.desk.card(key))
    assert "Why two?" in before
    assert "purchase_order.edit" in before
    assert "it was approved" in after
    assert "actions" not in after
