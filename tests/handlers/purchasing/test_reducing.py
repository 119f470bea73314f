"""Approve less: quantities only fall, what is left is approved under a new hash, and the rest of the need is turned down."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from handlers import approvals, reducing
from handlers.happenings import Click
from storage.tables import (
    Approval,
    ApprovalTask,
    AuditEntry,
    BudgetSum,
    Part,
    Person,
    PurchaseOrderLine,
    Requisition,
    WorkOrderPart,
)


@pytest.fixture
def pending(buying: Any, bearing: Part) -> Any:
    """Two seals for EUR 368.00 and four bearings wait for Bo."""
    needs(buying, 2000)
    buying.short(2000)
    buying.short(4000, bearing)
    buying.request()
    return buying


def needs(buying: Any, quantity: int) -> None:
    """Write down that the job needs so many seals, as asking for a part does."""
    row = {"work_order_id": buying.job.id, "part_id": buying.seal.id, "needed": quantity, "reserved": 0, "issued": 0}
    buying.desk.writes(lambda uow: uow.add(WorkOrderPart, **row))


def lower(pending: Any, *quantities: str, by: str = "approver", words: str = "the spare will do") -> Any:
    task = pending.task(by)
    lines = pending.desk.all(PurchaseOrderLine, order_id=pending.order().id)
    fields = {f"line_{line.id}": number for line, number in zip(lines, quantities, strict=True)}
    return pending.desk.submit(reducing.reduced, pending.people[by], pending.order().id, task.id, words=words, **fields)


def quantities(pending: Any) -> list[int]:
    return [line.quantity for line in pending.desk.all(PurchaseOrderLine)]


def test_what_is_left_is_approved_and_only_that_is_committed_and_sent(pending: Any) -> None:
    before = pending.order()

    lower(pending, "1", "4")

    order = pending.order()
    assert (order.state, order.number is not None) == ("approved", True)
    assert quantities(pending) == [1000, 4000]
    assert order.total == before.total - 18400
    assert pending.desk.one(BudgetSum).committed == order.total
    assert order.content_hash != before.content_hash
    assert pending.desk.all(Approval)[-1].content_hash == order.content_hash
    assert json.loads(order.document)["approved_by"][0]["name"] == "Bo Lindqvist"


def test_the_rest_of_the_need_gets_a_number_of_its_own_and_is_turned_down(pending: Any) -> None:
    lower(pending, "1", "4")

    found = [(need.quantity, need.state) for need in pending.desk.all(Requisition)]
    assert found == [(1000, "on_order"), (4000, "on_order"), (1000, "rejected")]
    assert pending.desk.all(WorkOrderPart)[0].needed == 1000


def test_a_line_of_nought_is_dropped_with_its_whole_need(pending: Any) -> None:
    lower(pending, "0", "4")

    assert quantities(pending) == [4000]
    assert [need.state for need in pending.desk.all(Requisition)] == ["rejected", "on_order"]


def test_the_requester_is_told_why_and_what_it_comes_to(pending: Any) -> None:
    lower(pending, "1", "4")

    told = json.dumps(pending.desk.said(pending.people["technician"].slack_id))
    assert "Bo Lindqvist approved less" in told
    assert "the spare will do" in told


def test_before_and_after_stand_in_the_audit_with_the_reason(pending: Any) -> None:
    lower(pending, "1", "4")

    entry = pending.desk.one(AuditEntry, action="approve less")
    assert '"lines":[[1,"2","C62"],[2,"4","C62"]]' in entry.entry.replace(" ", "")
    assert '"lines":[[1,"1","C62"],[2,"4","C62"]]' in entry.entry.replace(" ", "")


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        (("3", "4"), "Write a number from 0 to 2"),
        (("2", "4"), "Lower at least one number"),
        (("0", "0"), "choose Reject"),
        (("-1", "4"), "Write a number from 0 to 2"),
        (("1.5", "4"), "Write a number from 0 to 2"),
        (("", "4"), "Write a number from 0 to 2"),
        (("one", "4"), "Write a number from 0 to 2"),
        (("1e0", "4"), "Write a number from 0 to 2"),
    ],
)
def test_nothing_is_raised_and_what_cannot_be_stands_at_its_field(
    pending: Any, given: tuple[str, str], wrong: str
) -> None:
    answer = lower(pending, *given)

    assert wrong in " ".join(answer.errors.values())
    assert pending.order().state == "pending_approval"
    assert quantities(pending) == [2000, 4000]


def test_a_reason_is_needed(pending: Any) -> None:
    assert "words" in lower(pending, "1", "4", words="").errors


def test_only_whoever_is_asked_may_approve_less_and_never_the_requester(pending: Any) -> None:
    numbers = (pending.order().id, pending.task().id)

    assert pending.refuses(reducing.reduce, "technician", *numbers) == "OwnRequest"
    assert pending.refuses(reducing.reduce, "supervisor", *numbers) == "NotAsked"


def test_an_earlier_yes_stays_when_a_later_step_lowers_the_order(
    buying: Any, hire: Callable[..., Person], bearing: Part
) -> None:
    buying.people["ines"] = hire("Ines Vogt", "finance+approver")
    buying.short(40_000)
    buying.short(4000, bearing)
    buying.request()
    buying.press(approvals.approve, task=buying.task())

    lower(buying, "39", "4", by="ines")

    assert buying.order().state == "approved"
    names = [each["name"] for each in json.loads(buying.order().document)["approved_by"]]
    assert names == ["Bo Lindqvist", "Ines Vogt"]


def test_a_step_that_the_lower_total_no_longer_asks_for_is_spared(
    buying: Any, hire: Callable[..., Person], bearing: Part
) -> None:
    buying.people["ines"] = hire("Ines Vogt", "finance+approver")
    buying.short(40_000)
    buying.short(4000, bearing)
    buying.request()

    lower(buying, "2", "4")

    assert buying.order().state == "approved"
    assert [task.state for task in buying.desk.all(ApprovalTask)] == ["approved", "not_needed"]


def test_the_typed_form_takes_one_number_a_line_and_the_reason(pending: Any) -> None:
    boss, number = pending.people["approver"], pending.order().draft_number

    pending.desk.writes(lambda uow: reducing.reduce_named(uow, number, "1, 4 because the spare will do"), by=boss)

    assert quantities(pending) == [1000, 4000]
    assert pending.order().state == "approved"


@pytest.mark.parametrize("written", ["1", "1, 4", "1, 4 because ", "5, 4 because more", "2, 4 because same"])
def test_the_typed_form_refuses_what_it_cannot_take_with_an_example(pending: Any, written: str) -> None:
    boss, number = pending.people["approver"], pending.order().draft_number

    refused = pending.refused(
        lambda uow, what: reducing.reduce_named(uow, number, written),
        Click(pending.desk.key("c"), boss.slack_id, "", ""),
    )

    assert refused == "Unlawful"
    assert quantities(pending) == [2000, 4000]


def test_a_double_click_lowers_once(pending: Any) -> None:
    lower(pending, "1", "4")
    task = pending.desk.one(ApprovalTask)

    again = pending.refuses(reducing.reduce, "approver", pending.order().id, task.id)

    assert again == "AlreadyDone"
    assert quantities(pending) == [1000, 4000]


def test_the_job_waits_for_what_is_bought_and_no_longer_for_the_rest(buying: Any) -> None:
    needs(buying, 2000)
    buying.short(2000)
    buying.request()
    lower(buying, "1")
    buying.relay("leaving", "accepted")

    assert buying.desk.one(WorkOrderPart).needed == 1000
