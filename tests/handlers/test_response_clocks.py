"""Lateness is told once: on the card when the time is nearly over, to supervisors when it is, later to whoever is named."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from handlers import assigning, faults, holds, parts, response_clocks
from handlers.happenings import Message
from handlers.work_order_cards import look, state_words
from orders.response_times import ResponseTimes
from orders.work_orders import HoldReason
from storage.tables import OrderClock, WorkOrder

SATURDAY = timedelta(days=5)


def rings(desk: Any, person: Any, **ago: float) -> list[str]:
    """Let time pass, ring the bell, and return everything late that a person has been told."""
    desk.later(**ago)
    if desk.reads(response_clocks.owed):
        desk.writes(response_clocks.tend)
    return [str(body["blocks"]) for body in desk.said(person.slack_id) if "late" in body["text"]]


def card(desk: Any, order: Any) -> str:
    return str(desk.card(f"wo:{order.id}"))


def test_the_card_says_so_when_the_time_is_nearly_over_and_nobody_is_called(
    desk: Any, fault: Any, supervisor: Any
) -> None:
    fresh = card(desk, fault)
    told = rings(desk, supervisor, minutes=50)

    assert "wanted by" not in fresh
    assert "To begin" not in fresh
    assert "Somebody to have it by 10:12" in card(desk, fault)
    assert told == []


def test_a_supervisor_hears_once_that_nobody_has_it(desk: Any, fault: Any, supervisor: Any) -> None:
    told = [len(rings(desk, supervisor, minutes=each)) for each in (1, 62, 5, 20)]

    assert told == [0, 1, 1, 1]
    assert "Nobody has it, wanted by 10:12" in card(desk, fault)
    assert "Nobody has it, wanted by 10:12. `assign 1 @who`" in rings(desk, supervisor)[0]
    assert "late" in desk.audited(fault.number)


def test_whoever_the_settings_name_hears_once_when_it_is_late_by_far(
    desk: Any, fault: Any, supervisor: Any, hire: Any
) -> None:
    boss = hire("Ines Vogt", "admin")
    desk.plant = replace(desk.plant, clocks=ResponseTimes(escalate_to=(boss.email,)))

    counts = []
    for minutes in (61, 30, 40, 30):
        told = rings(desk, supervisor, minutes=minutes)
        counts.append((len(told), len(rings(desk, boss))))

    assert counts == [(1, 0), (1, 0), (1, 1), (1, 1)]
    assert "late by far" in rings(desk, boss)[0]


def test_whoever_has_the_job_hears_that_it_is_past_its_due_date(
    desk: Any, job: Any, technician: Any, supervisor: Any
) -> None:
    rings(desk, supervisor)
    desk.now = job.due_at + timedelta(hours=18)

    assert "Not done, wanted by yesterday 17:12" in rings(desk, technician)[0]
    assert len(rings(desk, supervisor)) == 1


def test_nobody_is_called_in_the_night_but_in_the_morning(desk: Any, fault: Any, supervisor: Any) -> None:
    desk.now = datetime.combine(desk.now.date(), time(21), desk.now.tzinfo)
    desk.writes(lambda uow: uow.change(WorkOrder, fault.id, created_at=desk.now))
    evening = rings(desk, supervisor, hours=2)
    morning = rings(desk, supervisor, hours=10)

    assert (len(evening), len(morning)) == (0, 1)


def test_a_line_that_stands_calls_in_the_night(desk: Any, operator: Any, pump: Any, supervisor: Any) -> None:
    desk.now = desk.now + SATURDAY
    desk.does(faults.message, Message("m:1", operator.slack_id, "C0FAULTS", "1.1", "P-101 stands still"), known=False)

    assert [len(rings(desk, supervisor, minutes=each)) for each in (10, 6)] == [0, 1]


def test_a_wait_that_the_policy_names_stops_the_clocks_until_it_is_over(
    desk: Any, job: Any, technician: Any, supervisor: Any, seal: Any, buyer: Any
) -> None:
    desk.writes(lambda uow: parts.need(uow, job.id, seal.id, 2000), technician)
    waiting = rings(desk, supervisor, hours=25)
    desk.writes(lambda uow: holds.release_hold(uow, job.id, HoldReason.MATERIAL, "It is there."))
    released = rings(desk, supervisor, hours=1)
    late = rings(desk, supervisor, hours=23)

    assert (len(waiting), len(released), len(late)) == (0, 0, 1)


def test_many_are_told_in_one_message(desk: Any, operator: Any, pump: Any, supervisor: Any, write: Any) -> None:
    desk.plant = replace(desk.plant, duplicate_hours=0)
    for number in range(15):
        desk.does(faults.message, write(operator, f"P-101 leaks at flange {number}"), known=False)
    (told,) = rings(desk, supervisor, minutes=61)

    assert "and 3 more: ask `what is overdue?`" in told
    assert "15 work orders are late" in desk.said(supervisor.slack_id)[-1]["text"]


def test_an_old_order_that_was_imported_calls_nobody(desk: Any, fault: Any, supervisor: Any) -> None:
    desk.writes(lambda uow: uow.change(WorkOrder, fault.id, created_at=desk.now - timedelta(days=40)))

    assert rings(desk, supervisor, minutes=1) == []
    assert "complete:later" not in desk.one(OrderClock).told
    assert "respond:later" in desk.one(OrderClock).told


def test_late_by_far_over_night_reaches_everybody_it_concerns_in_one_line_each(
    desk: Any, job: Any, technician: Any, supervisor: Any, hire: Any
) -> None:
    boss = hire("Ines Vogt", "admin")
    desk.plant = replace(desk.plant, clocks=ResponseTimes(escalate_to=("role:admin",)))
    rings(desk, supervisor)
    desk.now = job.due_at + timedelta(hours=18)

    told = [rings(desk, each) for each in (technician, supervisor, boss)]

    assert [len(each) for each in told] == [1, 1, 1]
    assert "by far" in told[2][0]


def test_without_a_supervisor_the_channel_is_told(desk: Any, fault: Any) -> None:
    desk.later(minutes=61)
    desk.writes(response_clocks.tend)

    assert any("is late" in body["text"] for body in desk.said("C0FAULTS"))


def test_taking_the_job_ends_the_wait_for_somebody(desk: Any, fault: Any, technician: Any, supervisor: Any) -> None:
    desk.later(minutes=30)
    desk.click(assigning.take, technician, fault.id)

    assert rings(desk, supervisor, minutes=40) == []
    assert "Luis" in desk.reads(lambda uow: state_words(uow, look(uow, uow.get(WorkOrder, fault.id))))


@pytest.mark.parametrize("times", [2, 3])
def test_an_order_is_not_looked_at_each_minute(desk: Any, fault: Any, supervisor: Any, times: int) -> None:
    rings(desk, supervisor)
    looks = []
    for _ in range(times):
        desk.later(minutes=1)
        looks.append(desk.reads(response_clocks.owed))

    assert looks == [False] * times
