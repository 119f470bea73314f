"""Who may approve, once, on exactly what was asked; and everybody else's polite refusal."""

import json
import threading
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from handlers import approvals, needs, people, purchase_orders
from handlers.happenings import Click, Submission
from handlers.ids import value
from orders.approvals import Rule
from storage.happenings import Deed, perform
from storage.points import at_points
from storage.tables import (
    Approval,
    ApprovalTask,
    AuditEntry,
    BudgetSum,
    Card,
    CostCentre,
    Outgoing,
    Person,
    PurchaseOrder,
    PurchaseOrderLine,
    Requisition,
)
from storage.unit_of_work import table


@pytest.fixture
def pending(buying: Any) -> Any:
    """An order for EUR 368.00 that waits for the cost centre's owner."""
    buying.short()
    buying.request()
    return buying


def test_a_request_asks_the_owner_in_a_direct_message_and_draws_no_number(pending: Any) -> None:
    order, task = pending.order(), pending.task()
    card = pending.desk.card(f"po:{order.id}:task:{task.id}")

    told = json.dumps(card, ensure_ascii=False)
    assert (order.state, order.number) == ("pending_approval", None)
    assert card["channel"] == pending.people["approver"].slack_id
    assert "Approve EUR 368.00 to Hartmann Seals?" in card["text"]
    assert "Cost centre 410: EUR 12,000.00, of which 12,000.00 left, 11,632.00 after this." in told
    assert "cost centre owner" in told
    assert pending.job.number in told
    assert "PO-2026" not in told


def test_the_thread_says_who_is_asked_in_one_line(pending: Any) -> None:
    line = pending.desk.card(f"po:{pending.order().id}")

    assert line["thread_ts"] == pending.job.root_ts
    assert "Bo Lindqvist is asked" in line["text"]


def test_the_last_yes_reveals_the_number_commits_the_budget_and_queues_the_mail(pending: Any) -> None:
    answer = pending.approve()

    order = pending.order()
    assert (order.state, order.number) == ("approved", "PO-2026-00001")
    assert pending.desk.one(BudgetSum).committed == 36800
    assert pending.desk.one(Requisition).state == "on_order"
    assert pending.body()["order_id"] == order.id
    assert "undo" in answer.private
    assert "Undo" in json.dumps(pending.desk.card(f"po:{order.id}:task:{pending.task().id}"))
    told = pending.desk.said(pending.people["technician"].slack_id)[-1]
    assert told["text"].startswith("Bo Lindqvist approved PO-2026-00001")
    assert pending.desk.audited(order.draft_number) == ["draft", "submit", "approved"]


def test_01_an_operator_who_is_nobody_asked_is_refused_and_it_is_written_down(pending: Any, operator: Any) -> None:
    pending.people["operator"] = operator

    refused = pending.refuses(approvals.approve, "operator", pending.order().id, pending.task().id)

    assert refused == "NotAsked"
    assert pending.order().state == "pending_approval"
    assert pending.desk.all(AuditEntry)[-1].action == "refused"


def test_02_the_requester_who_owns_the_budget_is_refused_and_somebody_else_is_asked(
    buying: Any, finance: Any, approver: Any
) -> None:
    rules = (Rule("cost centre owner", ("owner",)),)
    buying.desk.plant = replace(buying.desk.plant, approval_rules=rules, approval_fallback=("role:finance",))
    buying.people["finance"] = finance
    buying.short(by="approver")
    buying.request(by="approver")

    refused = buying.refuses(approvals.approve, "approver", buying.order().id, buying.task("finance").id)

    assert refused == "OwnRequest"
    assert [task.person_id for task in buying.desk.all(ApprovalTask)] == [finance.id]
    assert "Ines Vogt" in buying.desk.all(AuditEntry)[-1].note


def test_03_without_an_approver_nothing_is_submitted_and_the_draft_stays(buying: Any) -> None:
    buying.short()
    centre = buying.desk.one(CostCentre)
    buying.desk.writes(lambda uow: uow.change(CostCentre, centre.id, owner_id=None))

    refused = buying.refuses(approvals.request, "technician", 1)

    assert refused == "NobodyMayApprove"
    assert buying.order().state == "draft"
    assert buying.desk.all(Approval) == []
    assert buying.desk.all(Outgoing, wire="mail") == []


def test_03_no_rules_at_all_mean_that_nobody_may_approve(buying: Any) -> None:
    buying.desk.plant = replace(buying.desk.plant, approval_rules=())
    buying.short()

    assert buying.refuses(approvals.request, "technician", 1) == "NobodyMayApprove"


def test_04_a_right_withdrawn_after_the_card_was_sent_refuses_the_click(pending: Any, finance: Any) -> None:
    centre = pending.desk.one(CostCentre)
    pending.desk.writes(lambda uow: uow.change(CostCentre, centre.id, owner_id=finance.id))

    assert pending.refuses(approvals.approve, "approver", pending.order().id, pending.task().id) == "NoLongerAllowed"
    assert pending.order().state == "pending_approval"


def test_05_a_right_cannot_be_withdrawn_between_the_click_and_its_commit(pending: Any, finance: Any) -> None:
    centre, tried = pending.desk.one(CostCentre), []

    def withdraw() -> None:
        with pending.desk.database.engine.connect() as other:
            impatient = "PRAGMA busy_timeout=1" if pending.desk.database.lite else "SET lock_timeout = '50ms'"
            other.exec_driver_sql(impatient)
            other.execute(
                table(CostCentre).update().where(table(CostCentre).c.id == centre.id).values(owner_id=finance.id)
            )

    def at(name: str) -> None:
        if name == "before commit" and not tried:
            with pytest.raises(OperationalError) as refused:
                withdraw()
            tried.append(str(refused.value.orig))

    at_points(at)
    try:
        pending.approve()
    finally:
        at_points(lambda _: None)

    assert len(tried) == 1
    assert pending.order().state == "approved"
    assert pending.desk.one(CostCentre).owner_id == pending.people["approver"].id


def test_04_somebody_who_left_is_a_stranger(pending: Any, approver: Any) -> None:
    pending.desk.writes(lambda uow: uow.change(Person, approver.id, active=False))

    assert pending.refuses(approvals.approve, "approver", pending.order().id, pending.task().id) == "Stranger"


def test_06_a_button_with_another_orders_number_is_refused(pending: Any, bearing: Any, hire: Any) -> None:
    first, task = pending.order(), pending.task()
    other = hire("Nils Berg", "technician")
    pending.people["other"] = other
    pending.desk.writes(lambda uow: uow.change(PurchaseOrder, first.id, supplier_id=first.supplier_id))
    pending.short(4000, bearing)
    second = pending.order()

    assert second.id != first.id
    assert pending.refuses(approvals.approve, "approver", second.id, task.id) == "NotThisCard"
    assert pending.refuses(approvals.approve, "approver", first.id, 999) == "NotThisCard"


def test_06_a_button_on_a_message_that_is_another_card_is_refused(pending: Any) -> None:
    pending.desk.posts_everything()
    line = pending.desk.one(Card, key=f"po:{pending.order().id}")
    place = {"channel": line.channel, "message_ts": line.ts}

    refused = pending.refuses(approvals.approve, "approver", pending.order().id, pending.task().id, **place)

    assert refused == "NotThisCard"
    assert pending.order().state == "pending_approval"


def test_07_an_edit_voids_the_question_and_the_old_button_says_so(pending: Any) -> None:
    order, task = pending.order(), pending.task()
    pending.desk.submit(purchase_orders.edited, pending.people["technician"], 1, quantity="5")

    refused = pending.refuses(approvals.approve, "approver", order.id, task.id)

    assert refused == "Superseded"
    assert pending.order().state == "draft"
    assert "void" in pending.desk.card(f"po:{order.id}:task:{task.id}")["text"]
    assert pending.desk.one(ApprovalTask, id=task.id).state == "voided"


def test_07_after_an_edit_only_the_fresh_question_counts(pending: Any) -> None:
    order, old = pending.order(), pending.task()
    pending.desk.submit(purchase_orders.edited, pending.people["technician"], 1, quantity="5")
    pending.request()

    refused = pending.refuses(approvals.approve, "approver", order.id, old.id)
    pending.approve()

    assert refused == "Superseded"
    assert (pending.order().state, pending.order().total) == ("approved", 92000)


def test_08_two_approvers_at_the_same_instant_give_one_approval(pending: Any, hire: Any) -> None:
    second = hire("Ida Berg", "approver")
    rules = (Rule("either of two", ("bo@halden.example", "ida@halden.example")),)
    desk = pending.desk
    desk.plant = replace(desk.plant, approval_rules=rules)
    desk.submit(purchase_orders.edited, pending.people["technician"], 1, quantity="5")
    pending.request()
    order = pending.order()
    tasks = {task.person_id: task.id for task in desk.all(ApprovalTask, state="pending")}
    answers: list[dict[str, Any]] = []
    ready = threading.Barrier(16)

    def clicks(person: Any, number: int) -> None:
        click = Click(f"race:{number}", person.slack_id, "", value(order.id, tasks[person.id]))

        def work(uow: Any) -> dict[str, Any]:
            uow.actor = people.known(uow, click.by)
            return approvals.approve(uow, click).to_json()

        ready.wait(10)
        answers.append(perform(desk.database, desk.plant, Deed(click.key, "race", click.key, desk.now), work))

    pair = (pending.people["approver"], second)
    threads = [threading.Thread(target=clicks, args=(pair[number % 2], number)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert len(answers) == 16
    assert sum("refused" not in answer for answer in answers) == 1
    assert {answer.get("refused") for answer in answers} == {None, "AlreadyDone"}
    assert len(desk.all(Outgoing, purpose="purchase_order")) == 1
    assert desk.one(BudgetSum).committed == 92000


def test_09_whoever_comes_second_is_told_who_decided(pending: Any) -> None:
    pending.approve()
    private = value(pending.order().id, pending.task().id)
    slack_id = pending.people["approver"].slack_id
    said_no = Submission(pending.desk.key("view"), slack_id, "", private, {"words": "too dear"})

    assert pending.refused(approvals.rejected, said_no) == "AlreadyDone"
    assert pending.order().state == "approved"
    assert "Bo Lindqvist" in pending.desk.all(AuditEntry)[-1].note


def test_10_the_same_click_delivered_ten_times_is_one_entry(pending: Any) -> None:
    click = Click("click:once", pending.people["approver"].slack_id, "", value(pending.order().id, pending.task().id))

    answers = [pending.desk.does(approvals.approve, click) for _ in range(10)]

    assert len({answer.private for answer in answers}) == 1
    assert pending.desk.audited(pending.order().draft_number).count("approved") == 1
    assert pending.desk.one(BudgetSum).committed == 36800


def test_08_06_a_double_click_with_two_keys_approves_once(pending: Any) -> None:
    pending.approve()

    assert pending.refuses(approvals.approve, "approver", pending.order().id, pending.task().id) == "AlreadyDone"
    assert len(pending.desk.all(Outgoing, purpose="purchase_order")) == 1


def test_11_a_card_passed_on_to_another_channel_approves_nothing_for_a_stranger(pending: Any) -> None:
    pending.desk.posts_everything()
    place = {"channel": "C0ELSEWHERE", "message_ts": "1799999999.000001"}
    numbers = (pending.order().id, pending.task().id)

    assert pending.refuses(approvals.approve, "storekeeper", *numbers, **place) == "NotAsked"
    assert pending.refuses(approvals.approve, "approver", *numbers, **place) == "NotThisCard"
    assert pending.order().state == "pending_approval"


def test_the_right_person_on_the_right_card_is_let_through(pending: Any) -> None:
    pending.desk.posts_everything()
    card = pending.desk.one(Card, key=f"po:{pending.order().id}:task:{pending.task().id}")

    pending.approve(message_ts=card.ts)

    assert pending.order().state == "pending_approval"
    click = Click("k", pending.people["approver"].slack_id, "", value(pending.order().id, pending.task().id))
    pending.desk.does(approvals.approve, replace(click, channel=card.channel, message_ts=card.ts))
    assert pending.order().state == "approved"


def test_20_a_change_of_supplier_after_approval_is_not_possible_and_before_it_voids(pending: Any) -> None:
    order = pending.order()
    pending.desk.writes(lambda uow: uow.change(PurchaseOrder, order.id, delivery_place="a garage elsewhere"))

    assert pending.refuses(approvals.approve, "approver", order.id, pending.task().id) == "Superseded"


def test_20_a_price_written_straight_into_the_table_voids_the_approval(pending: Any) -> None:
    line = pending.line()
    pending.desk.writes(lambda uow: uow.change(PurchaseOrderLine, line.id, price=1))

    assert pending.refuses(approvals.approve, "approver", pending.order().id, pending.task().id) == "Superseded"


def test_22_an_answer_after_the_prompt_has_expired_is_refused_and_may_be_asked_anew(pending: Any) -> None:
    pending.desk.later(days=8)

    answer = pending.approve()

    assert "draft again" in answer.private
    assert pending.order().state == "draft"
    assert pending.desk.one(Approval).state == "voided"
    pending.request()
    pending.approve()
    assert pending.order().state == "approved"


def test_22_the_clock_makes_unanswered_orders_drafts_again_once(pending: Any) -> None:
    early = pending.desk.writes(approvals.expire_waiting)
    pending.desk.later(days=8)

    late = [pending.desk.writes(approvals.expire_waiting) for _ in range(2)]

    assert (early, late) == (0, [1, 0])
    assert pending.order().state == "draft"
    told = pending.desk.said(pending.people["technician"].slack_id)[-1]
    assert told["text"].startswith("Nobody answered")


def test_23_an_approval_for_a_cancelled_order_is_refused(pending: Any) -> None:
    order = pending.order()
    pending.desk.writes(lambda uow: uow.change(PurchaseOrder, order.id, state="cancelled"))

    assert pending.refuses(approvals.approve, "approver", order.id, pending.task().id) == "NotPossible"
    assert pending.order().state == "cancelled"


def test_23_dropping_a_request_that_waits_voids_its_question(pending: Any) -> None:
    order, task = pending.order(), pending.task()
    pending.desk.click(needs.not_needed, pending.people["technician"], 1)

    assert pending.order().state == "cancelled"
    assert pending.desk.one(ApprovalTask).state == "voided"
    assert pending.refuses(approvals.approve, "approver", order.id, task.id) == "NotPossible"


def test_a_no_with_its_reason_goes_back_to_whoever_asked(pending: Any) -> None:
    form = pending.press(approvals.reject)
    numbers = (pending.order().id, pending.task().id)
    empty = pending.desk.submit(approvals.rejected, pending.people["approver"], *numbers, words=" ")

    pending.desk.submit(approvals.rejected, pending.people["approver"], *numbers, words="use the spare in store 3")

    assert form.modal["callback_id"] == "reject_purchase_order"
    assert list(empty.errors) == ["words"]
    assert (pending.order().state, pending.order().rejection) == ("draft", "use the spare in store 3")
    told = pending.desk.said(pending.people["technician"].slack_id)[-1]
    labels = [button["text"]["text"] for button in told["blocks"][1]["elements"]]
    assert "use the spare in store 3" in json.dumps(told)
    assert labels == ["Change", "Drop"]
    assert "said no" in json.dumps(pending.desk.card("pr:1"))


def test_a_stranger_may_not_even_open_the_form_to_reject(pending: Any) -> None:
    numbers = (pending.order().id, pending.task().id)

    assert pending.refuses(approvals.reject, "storekeeper", *numbers) == "NotAsked"
    assert pending.refuses(approvals.ask_form, "technician", *numbers) == "OwnRequest"
