"""The approval policy on real orders: rules with conditions, rules that approve, orders beside an order, and other currencies."""

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from handlers import approvals, people, policy, purchase_orders
from orders.approvals import Rule
from orders.money import Money
from orders.plant import Plant
from orders.rates import Rate
from storage.happenings import Deed, perform
from storage.tables import (
    Approval,
    ApprovalTask,
    AuditEntry,
    BudgetSum,
    CostCentre,
    Outgoing,
    Part,
    Person,
    PurchaseOrder,
    PurchaseOrderLine,
    Supplier,
)

EUR_500 = Money.of("500", "EUR")
SMALL = Rule("Small orders", up_to=EUR_500, kinds=("standard",), automatic=True, instead=("cost centre owner",))


@pytest.fixture
def ruled(buying: Any, plant: Plant) -> Callable[..., Any]:
    """Give the plant more rules behind its own, or other settings."""

    def given(*rules: Rule, **more: Any) -> Any:
        buying.desk.plant = replace(plant, approval_rules=(*plant.approval_rules, *rules), **more)
        return buying

    return given


def asked(buying: Any, order_id: int = 0) -> list[str]:
    """Return the rules by which people are asked about the newest order."""
    run = buying.desk.all(Approval, order_id=order_id or buying.order().id)[-1]
    return list(dict.fromkeys(task.rule for task in buying.desk.all(ApprovalTask, approval_id=run.id)))


def card(buying: Any) -> str:
    return json.dumps(buying.desk.card(f"po:{buying.order().id}:task:{buying.task().id}"), ensure_ascii=False)


def order_again(buying: Any, quantity: int, *, days: int = 0, by: str = "technician") -> None:
    """Order some seals for another job, so that only people and days tie the orders together."""
    buying.desk.later(days=days)
    requisition = buying.short(quantity, by=by)
    order = buying.order()
    for line in buying.desk.all(PurchaseOrderLine, order_id=order.id):
        buying.desk.writes(lambda uow, number=line.id: uow.change(PurchaseOrderLine, number, work_order_id=None))
    buying.request(requisition, by=by)


# -- conditions


def test_a_category_of_a_part_asks_who_knows_about_it(ruled: Any, finance: Person) -> None:
    buying = ruled(Rule("Electrical", ("role:finance",), categories=("electr*",)))
    buying.desk.writes(lambda uow: uow.change(Part, buying.seal.id, category="Electrical drives"))
    buying.short()
    buying.request()

    assert asked(buying) == ["cost centre owner", "Electrical"]


def test_a_new_supplier_asks_one_more_and_a_known_one_does_not(ruled: Any, finance: Person) -> None:
    buying = ruled(Rule("New suppliers", ("role:finance",), risks=("new",)))
    buying.short()
    buying.request()
    first = asked(buying)
    buying.desk.submit(purchase_orders.edited, buying.people["technician"], 1, quantity="3")
    buying.desk.writes(lambda uow: uow.change(Supplier, 1, risk="New"))
    buying.request()

    assert (first, asked(buying)) == (["cost centre owner"], ["cost centre owner", "New suppliers"])


def test_two_rules_of_one_step_ask_both_at_once_and_each_has_its_own_card(ruled: Any, finance: Person) -> None:
    buying = ruled()
    rules = (Rule("Technical", ("owner",), step="check"), Rule("Commercial", ("role:finance",), step="check"))
    buying.desk.plant = replace(buying.desk.plant, approval_rules=rules)
    buying.people["finance"] = finance
    buying.short()
    buying.request()
    states = [task.state for task in buying.desk.all(ApprovalTask)]

    buying.approve("finance")
    between = buying.order().state
    buying.approve("approver", task=buying.task())

    assert states == ["pending", "pending"]
    assert (between, buying.order().state) == ("pending_approval", "approved")
    assert "Ines Vogt" in json.loads(buying.order().document)["approved_by"][1]["name"]


def test_two_of_three_release_the_order_and_the_third_need_not(ruled: Any, finance: Person, hire: Any) -> None:
    third = hire("Ida Berg", "finance")
    rule = Rule("Two of finance and the owner", ("owner", "role:finance"), need=2)
    buying = ruled()
    buying.desk.plant = replace(buying.desk.plant, approval_rules=(rule,))
    buying.people |= {"finance": finance, "third": third}
    buying.short()
    buying.request()

    asked_of_third = json.dumps(buying.desk.said(third.slack_id)[-1])
    buying.approve("third", task=buying.task("third"))
    between = buying.order().state
    twice = buying.refuses(approvals.approve, "third", buying.order().id, buying.task("third").id)
    buying.approve("approver", task=buying.task())

    assert "2 of the 3 people asked have to say yes." in asked_of_third
    assert (between, twice, buying.order().state) == ("pending_approval", "AlreadyDecided", "approved")
    assert buying.task("finance").state == "not_needed"


def test_who_is_only_told_gets_the_facts_and_no_button(ruled: Any, finance: Person) -> None:
    buying = ruled(Rule("Controller", ("role:finance",), notify=True))
    buying.short()
    buying.request()

    (told,) = buying.desk.said(finance.slack_id)
    assert "For you to know: EUR 368.00" in told["text"]
    assert "approval.approve" not in json.dumps(told)
    assert "told" in buying.desk.audited("DR-2026-00001")
    assert [task.person_id for task in buying.desk.all(ApprovalTask)] == [buying.people["approver"].id]


# -- a rule that approves


def test_a_rule_that_says_so_approves_and_is_named_everywhere(ruled: Any) -> None:
    buying = ruled(SMALL)
    buying.short()

    told = buying.request()

    order, run = buying.order(), buying.desk.one(Approval)
    assert (order.state, run.state, run.rule) == ("approved", "approved", "Small orders")
    assert "approved by the rule “Small orders”" in told.private
    assert buying.desk.all(ApprovalTask) == []
    (approved,) = buying.desk.all(AuditEntry, subject=order.draft_number, action="approved")
    assert json.loads(approved.entry)["rule"] == "Small orders"
    assert json.loads(approved.entry)["actor"] is None
    assert "the rule “Small orders”" in json.dumps(buying.desk.card(f"po:{order.id}"), ensure_ascii=False)
    assert [each["name"] for each in json.loads(order.document)["approved_by"]] == ["the rule “Small orders”"]
    assert buying.desk.one(BudgetSum).committed == 36800
    buying.relay("leaving", "accepted")
    assert buying.order().state == "sent"
    assert "nobody" not in json.dumps(buying.desk.card(f"po:{order.id}"))


def test_who_is_told_of_what_a_rule_approved_reads_by_which(ruled: Any, finance: Person) -> None:
    buying = ruled(SMALL, Rule("Controller", ("role:finance",), notify=True))
    buying.short()
    buying.request()

    (told,) = buying.desk.said(finance.slack_id)
    assert "The rule “Small orders” approves it; nobody is asked." in json.dumps(told, ensure_ascii=False)


@pytest.mark.parametrize(
    "how",
    ["too dear", "another kind of rule asks", "a supplier on hold", "nobody asked for it", "an unknown rate"],
)
def test_a_rule_never_approves_what_it_does_not_cover(ruled: Any, finance: Person, how: str) -> None:
    risky = Rule("Risky", ("role:finance",), risks=("high",))
    buying = ruled(risky, SMALL)
    buying.short(4000 if how == "too dear" else 2000)
    order = buying.order()
    changes: dict[str, tuple[Any, int, dict[str, Any]]] = {
        "another kind of rule asks": (Supplier, 1, {"risk": "high"}),
        "a supplier on hold": (Supplier, 1, {"blocked": True}),
        "nobody asked for it": (PurchaseOrder, order.id, {"requested_by_id": None}),
        "an unknown rate": (PurchaseOrder, order.id, {"currency": "USD"}),
    }
    if how in changes:
        kind, number, values = changes[how]
        buying.desk.writes(lambda uow: uow.change(kind, number, **values))

    buying.request()

    assert buying.order().state in {"draft", "pending_approval"}
    assert not [run for run in buying.desk.all(Approval) if run.state == "approved"]
    assert buying.desk.all(Outgoing, wire="mail") == []


def test_small_orders_one_after_the_other_are_not_approved_by_rule_beyond_its_amount(ruled: Any) -> None:
    buying = ruled(SMALL, split="show")
    buying.short(1000)
    buying.request()

    order_again(buying, 2000)

    assert [order.state for order in buying.desk.all(PurchaseOrder)] == ["approved", "pending_approval"]


# -- rules that change while a question is open


def test_a_rule_that_is_new_while_a_question_is_open_is_asked_as_well(ruled: Any, finance: Person) -> None:
    buying = ruled(Rule("Risky", ("role:finance",), risks=("high",)))
    buying.people["finance"] = finance
    buying.short()
    buying.request()
    buying.desk.writes(lambda uow: uow.change(Supplier, 1, risk="high"))

    told = buying.approve()
    between = (buying.order().state, asked(buying))
    buying.approve(task=buying.task())
    buying.approve("finance", task=buying.task("finance"))

    assert "The rules ask by “Risky” as well by now" in told.private
    assert between == ("pending_approval", ["cost centre owner", "Risky"])
    assert buying.order().state == "approved"


def test_a_rule_that_would_approve_by_now_takes_nobodys_question_away(ruled: Any) -> None:
    buying = ruled()
    buying.short()
    buying.request()
    buying.desk.plant = replace(buying.desk.plant, approval_rules=(*buying.desk.plant.approval_rules, SMALL))

    buying.approve()
    buying.press(approvals.undo, task=buying.task())

    assert buying.order().state == "pending_approval"
    assert buying.task().state == "pending"


# -- orders beside an order


def test_59_the_third_order_to_a_supplier_this_week_is_said_with_what_all_come_to(ruled: Any, finance: Person) -> None:
    buying = ruled()
    buying.short(10_000)
    buying.request()
    order_again(buying, 10_000, days=1)

    order_again(buying, 6_000, days=2)

    assert (
        "Third order to Hartmann Seals this week, EUR 4,784.00 in all; the next step up starts at EUR 5,000.00."
        in card(buying)
    )
    assert asked(buying) == ["cost centre owner"]


def test_59_together_over_a_limit_they_ask_that_step_as_well(ruled: Any, finance: Person) -> None:
    buying = ruled()
    buying.short(20_000)
    buying.request()

    order_again(buying, 12_000, days=1)

    assert asked(buying) == ["cost centre owner", "above EUR 5,000"]
    assert "that is above EUR 5,000.00, so that step is asked as well." in card(buying)


def test_59_where_the_plant_only_wants_to_see_it_no_step_is_added(ruled: Any, finance: Person) -> None:
    buying = ruled(split="show")
    buying.short(20_000)
    buying.request()

    order_again(buying, 12_000, days=1)

    assert asked(buying) == ["cost centre owner"]
    assert "EUR 5,888.00 in all: that is above EUR 5,000.00." in card(buying)


def test_59_a_limit_of_a_rule_for_other_orders_is_not_spoken_of(ruled: Any, finance: Person) -> None:
    other = Rule("Electrical above 4,000", ("role:finance",), Money.of("4000", "EUR"), categories=("electrical",))
    buying = ruled(other)
    buying.short(10_000)
    buying.request()

    order_again(buying, 6_000, days=1)

    assert "EUR 2,944.00 in all; the next step up starts at EUR 5,000.00." in card(buying)


@pytest.mark.parametrize("how", ["long ago", "cancelled", "other people and cost centre", "switched off"])
def test_59_what_does_not_belong_together_is_not_counted(ruled: Any, finance: Person, hire: Any, how: str) -> None:
    buying = ruled(**({"split_days": 0} if how == "switched off" else {}))
    buying.short(20_000)
    buying.request()
    first = buying.order()
    if how == "cancelled":
        buying.desk.writes(lambda uow: uow.change(PurchaseOrder, first.id, state="cancelled"))
    if how == "other people and cost centre":
        ida = hire("Ida Berg", "approver")
        other = buying.desk.writes(lambda uow: uow.add(CostCentre, code="420", name="Filling", owner_id=ida.id))
        line = buying.line()
        buying.desk.writes(lambda uow: uow.change(PurchaseOrderLine, line.id, cost_centre_id=other, work_order_id=None))
        buying.desk.writes(lambda uow: uow.change(PurchaseOrder, first.id, requested_by_id=ida.id))
    line = buying.line()
    buying.desk.writes(lambda uow: uow.change(PurchaseOrderLine, line.id, work_order_id=None))

    order_again(buying, 12_000, days=8 if how == "long ago" else 1)

    assert asked(buying) == ["cost centre owner"]


def test_59_of_two_requests_at_the_same_instant_the_second_counts_the_first(ruled: Any, finance: Person) -> None:
    buying = ruled()
    buying.short(20_000)
    first = buying.order()
    for line in buying.desk.all(PurchaseOrderLine, order_id=first.id):
        buying.desk.writes(lambda uow, number=line.id: uow.change(PurchaseOrderLine, number, work_order_id=None))
    buying.short(20_000)
    second = buying.order()
    ready = threading.Barrier(2)

    def requests(order_id: int) -> None:
        def work(uow: Any) -> dict[str, Any]:
            uow.actor = people.actor(buying.people["technician"])
            return approvals.submit(uow, order_id).to_json()

        ready.wait(10)
        perform(buying.desk.database, buying.desk.plant, Deed(f"race:{order_id}", "race", "", buying.desk.now), work)

    threads = [threading.Thread(target=requests, args=(order.id,)) for order in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    plans = sorted([asked(buying, first.id), asked(buying, second.id)], key=len)
    assert first.id != second.id
    assert plans == [["cost centre owner"], ["cost centre owner", "above EUR 5,000"]]


def test_an_order_that_goes_away_meanwhile_does_not_take_a_question_back(ruled: Any, finance: Person) -> None:
    buying = ruled()
    buying.people["finance"] = finance
    buying.short(20_000)
    buying.request()
    first = buying.order()
    order_again(buying, 12_000, days=1)
    buying.desk.writes(lambda uow: uow.change(PurchaseOrder, first.id, state="cancelled"))

    buying.approve()
    buying.approve("finance")

    assert buying.order().state == "approved"


# -- other currencies


@pytest.fixture
def in_dollars(ruled: Any) -> Callable[..., Any]:
    """A draft of so many dollars, in a plant with a rate."""

    def drafted(quantity: int, *rates: Rate, **more: Any) -> Any:
        buying = ruled(rates=rates, **more)
        buying.short(quantity)
        order = buying.order()
        buying.desk.writes(lambda uow: uow.change(PurchaseOrder, order.id, currency="USD"))
        return buying

    return drafted


RATE = Rate("USD", Decimal("0.92"), date(2026, 11, 20))


@pytest.mark.parametrize(
    ("worth", "rules"),
    [("0.92", ["cost centre owner"]), ("0.93", ["cost centre owner", "above EUR 5,000"])],
)
def test_44_an_amount_in_dollars_is_held_against_limits_in_euros(
    in_dollars: Any, finance: Person, worth: str, rules: list[str]
) -> None:
    buying = in_dollars(29_500, Rate("USD", Decimal(worth), date(2026, 11, 20)))

    buying.request()

    assert asked(buying) == rules
    assert f"at {worth} EUR for one USD of 20 Nov 2026" in card(buying)


def test_44_the_rate_is_frozen_with_the_request(in_dollars: Any, finance: Person, plant: Plant) -> None:
    buying = in_dollars(29_500, RATE)
    buying.request()
    buying.desk.plant = replace(plant, rates=(Rate("USD", Decimal("1.50"), date(2026, 11, 23)),))

    buying.approve()

    order = buying.order()
    assert (order.rate, order.rate_on, order.state) == ("0.92", date(2026, 11, 20), "approved")


@pytest.mark.parametrize("rates", [(), (Rate("USD", Decimal("0.92"), date(2026, 12, 1)),), (Rate("GBP", Decimal("1.2"), date(2026, 1, 1)),)])  # fmt: skip
def test_10_without_a_rate_the_request_is_refused_in_a_sentence(in_dollars: Any, rates: tuple[Rate, ...]) -> None:
    buying = in_dollars(2_000, *rates)

    told = buying.request()

    assert "is in USD and there is no rate into EUR, so it cannot be requested" in told.private
    assert buying.order().state == "draft"


def test_orders_in_two_currencies_beside_each_other_are_counted_in_the_plants(in_dollars: Any, finance: Person) -> None:
    buying = in_dollars(20_000, RATE)
    buying.request()

    order_again(buying, 12_000, days=1)

    assert asked(buying) == ["cost centre owner", "above EUR 5,000"]
    assert "EUR 5,593.60 in all" in card(buying)


# -- explained, and replayed


def test_a_policy_explains_who_is_asked_and_who_is_left_out(ruled: Any, finance: Person) -> None:
    risky = Rule("Risky", ("role:finance",), risks=("high",))
    buying = ruled(risky, Rule("Told", ("role:finance", "gone@halden.example"), notify=True), SMALL)
    buying.short(4000)
    buying.request()

    why = buying.desk.reads(lambda uow: policy.explain(uow, "DR-1"))

    said = {row.rule: (row.does, row.who, "; ".join(row.because)) for row in why.rules}
    assert why.head == "DR-2026-00001 to Hartmann Seals, EUR 736.00, pending approval, asked for by Luis Moreno."
    assert said["cost centre owner"] == ("asks", "Bo Lindqvist", "")
    assert said["above EUR 5,000"] == ("does not hold", "", "EUR 736.00 is not above EUR 5,000.00")
    assert said["Risky"] == ("does not hold", "", "the supplier's risk is not judged, not high")
    assert said["Told"] == ("tells", "Ines Vogt", "gone@halden.example is not among the active people")
    assert said["Small orders"][2] == "EUR 736.00 is above EUR 500.00"
    assert why.nobody == ""


def test_a_policy_says_when_nobody_may_approve_and_why(ruled: Any) -> None:
    buying = ruled()
    buying.short()
    centre = buying.desk.one(CostCentre)
    buying.desk.writes(lambda uow: uow.change(CostCentre, centre.id, owner_id=buying.people["technician"].id))

    why = buying.desk.reads(lambda uow: policy.explain(uow, "DR-1"))

    assert "Nobody may approve DR-2026-00001" in why.nobody
    assert why.rules[0].because == ("Luis Moreno is left out: asked for the order",)


def test_a_decided_order_is_explained_with_what_was_decided(ruled: Any) -> None:
    buying = ruled()
    buying.short()
    buying.request()
    buying.approve()

    number = buying.order().number
    why = buying.desk.reads(lambda uow: policy.explain(uow, number))

    assert why.notes == ("Bo Lindqvist approved it by the rule “cost centre owner”.",)


def test_past_orders_are_held_against_an_edited_policy(ruled: Any, finance: Person, plant: Plant) -> None:
    buying = ruled(SMALL)
    buying.short(2000)
    buying.request()
    order_again(buying, 20_000, days=8)
    edited = Rule("Everything", ("role:finance",))
    buying.desk.plant = replace(plant, approval_rules=(plant.approval_rules[0], edited))

    first, second = buying.desk.reads(lambda uow: policy.replay(uow, 90))
    lately = buying.desk.reads(lambda uow: policy.replay(uow, 3))

    assert first.then == ("Small orders: approves by itself",)
    assert first.now == ("cost centre owner: Bo Lindqvist", "Everything: Ines Vogt")
    assert second.then == ("cost centre owner: Bo Lindqvist",)
    assert (first.changes, second.changes, len(lately)) == (True, True, 1)


def test_the_same_policy_changes_nothing(ruled: Any, finance: Person) -> None:
    buying = ruled()
    buying.short(40_000)
    buying.request()
    buying.approve()

    (only,) = buying.desk.reads(lambda uow: policy.replay(uow, 90))

    assert not only.changes
    assert only.now == ("cost centre owner: Bo Lindqvist", "above EUR 5,000: Ines Vogt")


def test_an_edited_policy_that_nobody_can_meet_is_found(ruled: Any, plant: Plant) -> None:
    buying = ruled()
    buying.short()
    buying.request()
    ghost = Rule("Ghost", ("gone@halden.example",))
    buying.desk.plant = replace(plant, approval_rules=(ghost,))

    (only,) = buying.desk.reads(lambda uow: policy.replay(uow, 90))

    assert "Nobody may approve" in only.nobody
    assert only.changes


def test_looking_at_a_policy_changes_nothing(ruled: Any) -> None:
    buying = ruled()
    buying.short()
    before = buying.desk.all(AuditEntry)
    buying.desk.reads(lambda uow: (policy.explain(uow, "DR-1"), policy.replay(uow, 90)))

    assert buying.desk.all(AuditEntry) == before
