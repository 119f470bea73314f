"""The Home tab of people with different roles."""

import json
from typing import Any

from handlers import absences, approvals, assigning, completing, faults, home, parts
from handlers.happenings import Click, HomeOpened
from storage.tables import InboundMail, PurchaseOrder
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
    desk.writes(lambda uow: parts.need(uow, job.id, seal.id, 2000), technician)
    desk.writes(lambda uow: approvals.request_named(uow, "DR-1"), technician)

    said = json.dumps(home_of(desk, approver))

    assert "Hartmann Seals: approve EUR 368.00? `approve DR-2026-00001`" in said
    assert '"action_id": "approval.approve"' in said


def test_an_approver_decides_from_home(
    desk: Any, job: Any, technician: Any, approver: Any, seal: Any, cost_centre: Any, buyer: Any
) -> None:
    desk.writes(lambda uow: parts.need(uow, job.id, seal.id, 2000), technician)
    desk.writes(lambda uow: approvals.request_named(uow, "DR-1"), technician)
    blocks = home_of(desk, approver)["blocks"]
    buttons = next(block for block in blocks if block["type"] == "actions")["elements"]

    desk.does(approvals.approve, Click(desk.key("click"), approver.slack_id, "", buttons[0]["value"]))

    assert desk.one(PurchaseOrder).state == "approved"


def test_a_mail_is_named_by_its_supplier_and_a_cut_subject(desk: Any, buyer: Any) -> None:
    place = {"account": "a", "folder": "INBOX", "uidvalidity": 1, "uid": 1, "received_at": desk.now}
    head = {
        "subject": "Re: your order " * 9,
        "sender": "Otto <otto@nordlager.example>",
        "state": "asked",
        "sha256": "0",
    }
    desk.writes(lambda uow: uow.add(InboundMail, **place, **head, size=1, attempts=0))

    said = json.dumps(home_of(desk, buyer), ensure_ascii=False)

    assert "Otto &lt;otto@nordlager.example&gt;: please look at the mail “Re: your order" in said
    assert "…”" in said


def test_a_home_full_of_work_stays_within_its_blocks(
    desk: Any, operator: Any, technician: Any, pump: Any, write: Any
) -> None:
    for number in range(14):
        desk.does(faults.message, write(operator, f"P-101 leaks at flange {number}"), known=False)
        desk.click(assigning.take, technician, number + 1)

    assert len(home_of(desk, technician)["blocks"]) <= 40
    assert len(home_of(desk, operator)["blocks"]) <= 40


def test_whoever_decides_says_on_the_tab_that_they_are_away_and_back(desk: Any, approver: Any, operator: Any) -> None:
    offered = [_buttons(home_of(desk, each)) for each in (approver, operator)]
    desk.submit(absences.planned, approver, first="2026-11-23", last="2026-12-31")
    away = home_of(desk, approver)
    desk.click(absences.is_back, approver)

    assert ("person.away" in offered[0], "person.away" in offered[1]) == (True, False)
    assert "You are away from" in json.dumps(away)
    assert "person.back" in _buttons(away)
    assert "person.back" not in _buttons(home_of(desk, approver))


def _buttons(view: dict[str, Any]) -> set[str]:
    held = [each for block in view["blocks"] for each in [*block.get("elements", []), block.get("accessory") or {}]]
    return {each["action_id"] for each in held if "action_id" in each}
