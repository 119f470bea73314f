"""Passing a question on, and what waiting does to it: reminded, escalated, a draft again; never approved by itself."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers import approval_times, approvals, passing_on
from orders.plant import Plant
from storage.tables import ApprovalTask, AuditEntry, Outgoing, Person


@pytest.fixture
def plant(plant: Plant) -> Plant:
    return replace(plant, escalate_to=("role:finance",))


@pytest.fixture
def ines(buying: Any, hire: Callable[..., Person]) -> Person:
    buying.people["ines"] = hire("Ines Vogt", "finance+approver")
    return buying.people["ines"]


@pytest.fixture
def pending(buying: Any, ines: Person) -> Any:
    """An order that Bo is asked about on Monday at half past nine."""
    buying.short()
    buying.request()
    return buying


def tend(buying: Any, **later: float) -> None:
    buying.desk.later(**later)
    order_id = buying.order().id
    buying.desk.writes(lambda uow: approval_times.tend(uow, order_id))


def states(buying: Any) -> dict[str, str]:
    names = {person.id: person.name for person in buying.desk.all(Person)}
    return {names[task.person_id]: task.state for task in buying.desk.all(ApprovalTask)}


def send(buying: Any, to: Person | None, by: str = "approver", words: str = "she knows the machine") -> Any:
    task = buying.desk.all(ApprovalTask, state="pending")[-1]
    fields = {"person": str(to.id) if to is not None else "", "words": words}
    return buying.desk.submit(passing_on.passed_on, buying.people[by], buying.order().id, task.id, **fields)


def test_a_question_that_is_passed_on_is_decided_by_the_colleague_in_both_names(pending: Any, ines: Person) -> None:
    answer = send(pending, ines)

    assert "Ines Vogt is asked" in answer.private
    assert states(pending) == {"Bo Lindqvist": "passed_on", "Ines Vogt": "pending"}
    assert "Bo Lindqvist passed this on to you." in json.dumps(pending.desk.said(ines.slack_id)[-1])
    assert pending.refuses(approvals.approve, "approver", pending.order().id, pending.task().id) == "NotAsked"
    pending.approve("ines")
    assert pending.order().state == "approved"
    assert "Ines Vogt for Bo Lindqvist" in pending.desk.all(AuditEntry, action="approved")[-1].entry


def test_a_question_cannot_be_passed_to_the_requester_or_to_somebody_who_decides_nothing(pending: Any) -> None:
    for person in ("technician", "storekeeper"):
        assert "person" in send(pending, pending.people[person]).errors

    assert "person" in send(pending, None).errors
    assert states(pending) == {"Bo Lindqvist": "pending"}


def test_only_whoever_is_asked_passes_a_question_on(pending: Any, ines: Person) -> None:
    task = pending.desk.one(ApprovalTask)

    assert pending.refuses(passing_on.pass_on, "supervisor", pending.order().id, task.id) == "NotAsked"
    assert pending.refuses(passing_on.pass_on, "technician", pending.order().id, task.id) == "OwnRequest"


def test_a_question_is_not_passed_round_for_ever(pending: Any, ines: Person, hire: Callable[..., Person]) -> None:
    others = [hire(name, "approver") for name in ("Cy Young", "Dan Brown", "Eve Black")]
    by = ["approver", "ines", "cy"]
    pending.people |= {"cy": others[0], "dan": others[1]}
    for person, to in zip(by, [ines, *others[:2]], strict=True):
        send(pending, to, person)

    assert pending.refuses(passing_on.pass_on, "dan", pending.order().id, pending.task("dan").id) == "Unlawful"
    pending.approve("dan")
    assert pending.order().state == "approved"


def test_whoever_passed_a_question_on_may_get_it_back(pending: Any, ines: Person) -> None:
    send(pending, ines)

    send(pending, pending.people["approver"], "ines")

    assert states(pending) == {"Bo Lindqvist": "pending", "Ines Vogt": "passed_on"}
    pending.approve(task=pending.task())
    assert pending.order().state == "approved"


def test_passing_on_does_not_give_one_person_two_of_the_decisions(buying: Any, ines: Person) -> None:
    buying.short(40_000)
    buying.request()

    assert "person" in send(buying, ines).errors


def test_somebody_silent_is_reminded_once_after_four_working_hours_and_never_at_night(pending: Any) -> None:
    boss = pending.people["approver"].slack_id
    before = len(pending.desk.said(boss))

    tend(pending, hours=3)
    early = len(pending.desk.said(boss))
    tend(pending, hours=1.5)
    tend(pending, hours=0.1)
    reminders = pending.desk.said(boss)[before:]

    assert early == before
    assert len(reminders) == 1
    assert "Still open since" in reminders[0]["text"]


def test_after_eight_working_hours_one_more_is_asked_and_the_first_answer_counts(pending: Any, ines: Person) -> None:
    tend(pending, hours=24)

    assert states(pending) == {"Bo Lindqvist": "pending", "Ines Vogt": "pending"}
    assert "has not answered, so you are asked too" in json.dumps(pending.desk.said(ines.slack_id)[-1])
    pending.approve(task=pending.task())
    assert pending.order().state == "approved"
    assert states(pending) == {"Bo Lindqvist": "approved", "Ines Vogt": "not_needed"}


def test_whoever_is_asked_too_decides_for_the_silent_one_and_not_beside_them(pending: Any, ines: Person) -> None:
    tend(pending, hours=24)

    pending.press(approvals.approve, "ines", task=pending.task("ines"))

    assert states(pending) == {"Bo Lindqvist": "not_needed", "Ines Vogt": "approved"}
    assert pending.order().state == "approved"


def test_where_nobody_is_left_to_escalate_to_that_is_written_down_and_nothing_is_approved(pending: Any) -> None:
    pending.desk.writes(lambda uow: uow.change(Person, pending.people["ines"].id, active=False))

    tend(pending, hours=24)

    assert states(pending) == {"Bo Lindqvist": "pending"}
    assert pending.desk.all(AuditEntry, action="nobody to escalate to")
    assert pending.order().state == "pending_approval"


def test_22_after_five_working_days_of_silence_the_order_is_a_draft_again_and_nothing_was_sent(pending: Any) -> None:
    tend(pending, days=7, hours=-1)
    waiting = pending.order().state
    tend(pending, hours=2)

    assert (waiting, pending.order().state) == ("pending_approval", "draft")
    assert pending.desk.all(Outgoing, purpose="purchase_order") == []
    assert set(states(pending).values()) == {"voided"}


def test_a_clock_that_was_set_back_neither_reminds_nor_expires(pending: Any) -> None:
    tend(pending, days=-30)

    assert states(pending) == {"Bo Lindqvist": "pending"}
    assert pending.order().state == "pending_approval"


def test_tending_twice_at_the_same_moment_says_nothing_twice(pending: Any, ines: Person) -> None:
    tend(pending, hours=24)
    said = len(pending.desk.said())

    tend(pending, hours=0)

    assert len(pending.desk.said()) == said


def test_a_working_day_later_than_the_weekend_reminds_on_monday_only(pending: Any) -> None:
    task = pending.desk.one(ApprovalTask)
    friday = pending.desk.now + timedelta(days=4, hours=6)
    pending.desk.writes(lambda uow: uow.change(ApprovalTask, task.id, asked_at=friday))

    tend(pending, days=5, hours=8)

    assert pending.desk.one(ApprovalTask).reminded_at is None
