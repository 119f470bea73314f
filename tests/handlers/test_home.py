"""The Home tab of people with different roles."""

import json
from typing import Any

from handlers import assigning, completing, faults, home, parts
from handlers.happenings import HomeOpened
from templates import habits


def home_of(desk: Any, person: Any) -> dict[str, Any]:
    view = desk.does(home.opened, HomeOpened(desk.key("home"), person.slack_id)).home
    assert habits.view_habits(view) == []
    return view


def test_an_empty_home_says_so_in_words(desk: Any, technician: Any) -> None:
    said = json.dumps(home_of(desk, technician))

    assert "Nothing for you right now. New jobs appear here by themselves." in said
    assert "Nothing waits for you." in said


def test_a_technician_sees_the_job_with_its_next_step(desk: Any, job: Any, technician: Any) -> None:
    said = json.dumps(home_of(desk, technician))

    assert f"Luis Moreno works on it since 09:12, due today 17:12 ({job.number})" in said
    assert '"action_id": "work_order.done"' in said


def test_a_reporter_sees_what_became_of_the_report(desk: Any, job: Any, operator: Any) -> None:
    said = json.dumps(home_of(desk, operator))

    assert "Seal leaking on P-101: Luis Moreno works on it" in said


def test_a_supervisor_sees_what_is_done_and_what_nobody_has(
    desk: Any, job: Any, technician: Any, supervisor: Any, operator: Any, write: Any
) -> None:
    desk.submit(completing.completed, technician, job.id, mode="ELP", minutes="40")
    desk.does(faults.message, write(operator, "P-101 leaks again"), known=False)

    said = json.dumps(home_of(desk, supervisor))

    assert f"{job.number} is done: Seal leaking on P-101. `close 1`" in said
    assert "Nobody has WO-2026-00002: P-101 leaks again. `assign 2 @who`" in said


def test_an_approver_sees_the_order_that_waits(
    desk: Any, job: Any, technician: Any, approver: Any, seal: Any, cost_centre: Any, buyer: Any
) -> None:
    from handlers import approvals

    desk.writes(lambda uow: parts.need(uow, job.id, seal.id, 2000), technician)
    desk.writes(lambda uow: approvals.request_named(uow, "DR-1"), technician)

    said = json.dumps(home_of(desk, approver))

    assert "Approve EUR 368.00 to Hartmann Seals? `approve DR-2026-00001`" in said


def test_a_home_full_of_work_stays_within_its_blocks(
    desk: Any, operator: Any, technician: Any, pump: Any, write: Any
) -> None:
    for number in range(14):
        desk.does(faults.message, write(operator, f"P-101 leaks at flange {number}"), known=False)
        desk.click(assigning.take, technician, number + 1)

    assert len(home_of(desk, technician)["blocks"]) <= 40
    assert len(home_of(desk, operator)["blocks"]) <= 40
