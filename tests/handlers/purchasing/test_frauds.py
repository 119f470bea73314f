"""What a requester with a friend at the supplier would try: each way to spend alone is closed."""

import json
from typing import Any

import pytest

from handlers import approvals, order_outcomes, purchase_orders, receiving
from storage import budget
from storage.tables import (
    Approval,
    ApprovalTask,
    BudgetSum,
    CostCentre,
    Outgoing,
    Part,
    Person,
    PurchaseOrder,
    Supplier,
    SupplierPart,
)


@pytest.fixture
def owner_who_plans(buying: Any) -> None:
    """The cost centre's owner also plans work, and so may change the drafts of others."""
    number = buying.people["approver"].id
    buying.desk.writes(lambda uow: uow.change(Person, number, roles="approver+supervisor"))


@pytest.fixture
def friend(buying: Any) -> int:
    """Another supplier, who asks dollars."""

    def work(uow: Any) -> int:
        number = uow.add(
            Supplier, code="S-9", name="Friendly Seals", email_orders="o@friendly.example",
            email_domains="friendly.example", currency="USD", payment="30 days net",
        )  # fmt: skip
        uow.add(
            SupplierPart, supplier_id=number, part_id=buying.seal.id, supplier_part="FS-1", price=2_100_000,
            currency="USD", unit="C62",
        )  # fmt: skip
        return int(number)

    return int(buying.desk.writes(work))


@pytest.mark.usefixtures("owner_who_plans")
@pytest.mark.parametrize("change", [{"quantity": "200"}, {"price": "400"}])
def test_whoever_made_an_order_dearer_cannot_approve_it(buying: Any, change: dict[str, str]) -> None:
    buying.short()
    buying.desk.submit(purchase_orders.edited, buying.people["approver"], 1, **change)

    told = buying.request()

    assert "Nobody may approve" in told.private
    assert buying.order().state == "draft"


@pytest.mark.usefixtures("owner_who_plans")
def test_whoever_only_lowered_an_order_may_still_approve_it(buying: Any) -> None:
    buying.short(4000)
    buying.desk.submit(purchase_orders.edited, buying.people["approver"], 1, quantity="2", price="150")
    buying.request()

    buying.approve()

    assert buying.order().state == "approved"


@pytest.mark.usefixtures("owner_who_plans")
def test_whoever_added_a_line_to_anothers_draft_cannot_approve_it(buying: Any, bearing: Part) -> None:
    buying.short()
    buying.short(part=bearing, by="approver")

    told = buying.request()

    assert len(buying.desk.all(PurchaseOrder)) == 1
    assert "Nobody may approve" in told.private


@pytest.mark.usefixtures("owner_who_plans")
def test_a_line_that_moves_to_another_supplier_takes_its_authors_along(buying: Any, bearing: Part, friend: int) -> None:
    buying.desk.writes(lambda uow: uow.change(Supplier, friend, currency="EUR"))
    buying.desk.writes(
        lambda uow: uow.change(SupplierPart, uow.find(SupplierPart, supplier_id=friend).id, currency="EUR")
    )
    buying.short()
    buying.short(part=bearing)
    buying.desk.submit(purchase_orders.edited, buying.people["approver"], 1, supplier=str(friend))
    buying.desk.writes(lambda uow: uow.change(Person, buying.people["technician"].id, roles="technician+approver"))
    buying.desk.writes(lambda uow: uow.change(CostCentre, 1, owner_id=buying.people["technician"].id))

    told = buying.request()

    moved = buying.order()
    assert moved.supplier_id == friend
    assert "Nobody may approve" in told.private


def test_another_suppliers_currency_takes_that_suppliers_price(buying: Any, friend: int) -> None:
    buying.short()

    buying.desk.submit(purchase_orders.edited, buying.people["buyer"], 1, supplier=str(friend))

    assert (buying.order().currency, buying.line().price, buying.order().total) == ("USD", 2_100_000, 42_000)


@pytest.mark.parametrize("field", ["quantity", "price"])
def test_a_sum_beyond_belief_stands_as_an_error_at_its_field(buying: Any, field: str) -> None:
    buying.short()
    both = {"quantity": "999999999", "price": "99999999"}

    told = buying.desk.submit(purchase_orders.edited, buying.people["buyer"], 1, **both)

    assert set(told.errors) <= {"quantity", "price"}
    assert told.errors


@pytest.mark.parametrize("absurd", ["1e999999", "-1e999999", "1e-999999999", "Infinity", "sNaN", "९e9999999"])
def test_a_number_that_bursts_arithmetic_stands_as_an_error_at_its_field(buying: Any, absurd: str) -> None:
    buying.short()

    told = buying.desk.submit(purchase_orders.edited, buying.people["buyer"], 1, quantity=absurd, price=absurd)

    assert set(told.errors) == {"quantity", "price"}


# -- taking back


def test_an_old_yes_cannot_take_back_a_newer_approval(buying: Any, hire: Any, plant: Any) -> None:
    buying.short()
    buying.request()
    first = buying.task()
    buying.approve()
    buying.press(approvals.undo, task=first)
    buying.approve(task=buying.task())

    refused = buying.refuses(approvals.undo, "approver", buying.order().id, first.id)

    assert refused == "NotThisCard"
    assert buying.order().state == "approved"
    assert [run.state for run in buying.desk.all(Approval)] == ["voided", "approved"]


def test_an_order_that_may_have_left_once_is_not_taken_back_from_its_second_copy(buying: Any) -> None:
    buying.short()
    buying.request()
    buying.approve()
    buying.relay("leaving", "unknown")
    buying.desk.click(order_outcomes.send_again, buying.people["buyer"], buying.order().id)

    refused = buying.refuses(approvals.undo, "approver", buying.order().id, buying.task().id)

    assert refused == "TooLateToUndo"
    assert buying.order().state == "approved"
    assert buying.mail().state == "due"


def test_a_bounce_after_goods_have_come_does_not_unsend_the_order(buying: Any) -> None:
    order = buying.sent(10_000)
    buying.desk.writes(lambda uow: receiving.from_store(uow, order.id))
    buying.count_lines(line_1="4")

    moved = buying.desk.writes(lambda uow: order_outcomes.bounced(uow, order.id, "Undelivered"))

    assert not moved
    assert buying.order().state == "sent"


# -- needs that are gone


def test_nothing_is_requested_for_a_cancelled_work_order(buying: Any) -> None:
    from storage.tables import WorkOrder

    buying.short()
    buying.desk.writes(lambda uow: uow.change(WorkOrder, buying.job.id, state="cancelled"))

    told = buying.request()

    assert "cancelled" in told.private
    assert buying.order().state == "draft"


def test_nothing_is_approved_for_a_work_order_that_was_cancelled_meanwhile(buying: Any) -> None:
    from storage.tables import WorkOrder

    buying.short()
    buying.request()
    buying.desk.writes(lambda uow: uow.change(WorkOrder, buying.job.id, state="cancelled"))

    told = buying.approve()

    assert "cancelled" in told.private
    assert buying.order().state == "pending_approval"
    assert buying.desk.all(Outgoing, wire="mail") == []


def test_nothing_is_approved_for_a_supplier_who_was_blocked_meanwhile(buying: Any) -> None:
    buying.short()
    buying.request()
    buying.desk.writes(lambda uow: uow.change(Supplier, 1, blocked=True))

    told = buying.approve()

    assert "blocked" in told.private
    assert buying.order().state == "pending_approval"


def test_what_a_supplier_will_not_deliver_is_promised_no_longer(buying: Any, mailbox: Any) -> None:
    from handlers import supplier_mail

    order = buying.sent()
    given = mailbox.reading(order, kind="order_response", quantity="2", response="rejected", action="ask")
    mailbox.put(mailbox.letter("We cannot deliver."))
    buying.desk.writes(lambda uow: supplier_mail.settle(uow, mail_id=1, reading=given))

    buying.desk.click(supplier_mail.CLICKS["mail.accept_answer"], buying.people["buyer"], 1)

    assert buying.desk.all(PurchaseOrder)[0].state == "rejected_by_supplier"
    assert [row.committed for row in buying.desk.all(BudgetSum)] == [0]
    assert buying.desk.reads(budget.differences) == []


def test_what_a_supplier_will_not_deliver_is_drafted_for_somebody_else(buying: Any, mailbox: Any) -> None:
    from handlers import supplier_mail

    first = buying.sent(4000)
    given = mailbox.reading(first, kind="order_response", quantity="4", response="rejected", action="ask")
    mailbox.put(mailbox.letter("We cannot deliver."))
    buying.desk.writes(lambda uow: supplier_mail.settle(uow, mail_id=1, reading=given))

    buying.desk.click(supplier_mail.CLICKS["mail.accept_answer"], buying.people["buyer"], 1)

    order, line = buying.order(), buying.line()
    assert (order.state, order.supplier_id, order.requested_by_id) == ("draft", None, first.requested_by_id)
    assert (line.order_id, line.quantity, line.price, buying.behind(line)) == (order.id, 4000, 0, [1])
    assert "a supplier" in json.dumps(buying.desk.card("pr:1"))


# -- splitting


def test_orders_for_one_job_from_one_supplier_are_approved_as_their_sum(
    buying: Any, bearing: Part, finance: Person
) -> None:
    buying.people["finance"] = finance
    buying.short(20_000)
    buying.request()
    buying.approve()

    buying.request(buying.short(12_000, bearing))

    asked = [task.person_id for task in buying.desk.all(ApprovalTask, approval_id=2)]
    assert buying.order().total < 500_000
    assert asked == [buying.people["approver"].id, finance.id]
    card = json.dumps(buying.desk.card(f"po:2:task:{buying.task().id}"))
    told = "Second order to Hartmann Seals this week, EUR 5,888.00 in all: that is above EUR 5,000.00, so that step is"
    assert told in card


# -- receiving


def test_whoever_asked_for_the_goods_does_not_count_them_while_somebody_else_can(buying: Any, hire: Any) -> None:
    buying.desk.writes(lambda uow: uow.change(Person, buying.people["technician"].id, roles="technician+storekeeper"))
    order = buying.sent()
    receipt = buying.desk.writes(lambda uow: receiving.from_store(uow, order.id))

    told = buying.count_lines(by="technician", line_1="2")

    assert "You asked for" in told.private
    assert "Priya Nair can" in told.private
    assert receipt == 1


def test_the_only_storekeeper_counts_what_they_asked_for_themselves(buying: Any) -> None:
    buying.desk.writes(lambda uow: uow.change(Person, buying.people["storekeeper"].id, active=False))
    buying.desk.writes(lambda uow: uow.change(Person, buying.people["technician"].id, roles="technician+storekeeper"))
    order = buying.sent()
    buying.desk.writes(lambda uow: receiving.from_store(uow, order.id))

    buying.count_lines(by="technician", line_1="2")

    assert buying.order().state == "closed"
