"""How a job is planned: its fields with before, after and why; a yes where it is dear or needs a shutdown; again when it grows."""

import json
from dataclasses import replace
from typing import Any

import pytest

from handlers import assigning, job_approval, job_details, job_fields, sentences, work_sheets
from handlers.happenings import Click, Command
from handlers.ids import Action, value
from orders.job_costs import JobLimits
from storage.tables import Asset, Attachment, Outgoing, Person, WorkOrder, WorkOrderChange


def says(desk: Any, by: Any, text: str) -> Any:
    return desk.does(sentences.command, Command(desk.key("command"), by.slack_id, "C0FAULTS", "/wo", text), known=False)


@pytest.fixture
def limits(desk: Any) -> Any:
    """Jobs above EUR 500.00 are approved first."""
    desk.plant = replace(desk.plant, job_limits=JobLimits(50_000, 10))
    return desk.plant.job_limits


FIELDS = (
    ("hours 1.5 h", "estimated_minutes", 90), ("time 40", "estimated_minutes", 40), ("downtime 2 h", "down_minutes", 120), ("shutdown no", "shutdown", False),
    ("tools torque wrench, puller", "tools", "torque wrench, puller"), ("skill electrician", "skill", "electrician"),
    ("instructions Drain first.", "instructions", "Drain first."), ("type calibration", "task_type", "calibration"),
    ("priority low because the spare runs", "priority", "low"), ("reason regulation", "due_kind", "regulatory"),
    ("safety LOTO-17; gloves because it is sharp", "safety", "LOTO-17; gloves"),
)  # fmt: skip


@pytest.mark.parametrize(("typed", "column", "after"), FIELDS, ids=[typed for typed, _, _ in FIELDS])
def test_every_field_is_typed_with_one_short_line(
    desk: Any, fault: Any, supervisor: Any, typed: str, column: str, after: Any
) -> None:
    said = says(desk, supervisor, f"set 1 {typed}" + ("" if "because" in typed else " because planned anew"))

    assert said.private in {"Noted.", "That is how it is planned already."}
    assert getattr(desk.one(WorkOrder), column) == after


def test_a_due_date_is_tied_to_a_regulation_with_a_reason(desk: Any, fault: Any, supervisor: Any) -> None:
    without = says(desk, supervisor, "set 1 due fri for regulation")
    says(desk, supervisor, "set 1 due 2026-12-04 for regulation because the inspector comes")

    order = desk.one(WorkOrder)
    assert "Please say why" in without.private
    assert (order.due_at.date().isoformat(), order.due_kind, order.due_reason) == (
        "2026-12-04",
        "regulatory",
        "the inspector comes",
    )


@pytest.mark.parametrize(
    "typed",
    [
        "hours soon", "hours 999 h", "hours -3", "downtime NaN", "type cooking", "priority asap because", "due yesterdayish because x",
        "due 2020-01-01 because x", "due 2099-01-01 because x", "cost -5", "cost 1e9", "cost inf", "shutdown perhaps", "colour red", "tools " + "x" * 201, "reason fun",
    ],
)  # fmt: skip
def test_what_cannot_be_planned_is_refused_and_changes_nothing(
    desk: Any, fault: Any, supervisor: Any, typed: str
) -> None:
    before = desk.one(WorkOrder)

    assert says(desk, supervisor, f"set 1 {typed}").private
    assert desk.one(WorkOrder) == before


def test_a_change_of_scope_keeps_before_after_who_and_why(
    desk: Any, fault: Any, supervisor: Any, technician: Any
) -> None:
    says(desk, supervisor, "set 1 hours 2 h")
    refused = says(desk, technician, "set 1 hours 3 h")
    says(desk, technician, "set 1 hours 3 h because the shaft is scored")

    row = desk.all(WorkOrderChange)[-1]
    assert "Please say why" in refused.private
    assert (row.field, row.before, row.after, row.by_id, row.reason) == (
        "estimated_minutes",
        "120",
        "180",
        technician.id,
        "the shaft is scored",
    )
    assert desk.lines()[-1] == f"Luis Moreno has changed {fault.number}: hours: 3 h. Reason: the shaft is scored."


def test_an_operator_plans_no_jobs(desk: Any, fault: Any, operator: Any) -> None:
    assert "Only" in says(desk, operator, "set 1 hours 2 h").private


def test_both_forms_say_what_is_planned_and_take_what_changes(desk: Any, fault: Any, supervisor: Any) -> None:
    says(desk, supervisor, "set 1 hours 90")
    form = desk.click(job_fields.CLICKS[Action.PLAN_JOB], supervisor, fault.id).modal
    wrong = desk.submit(
        job_fields.SUBMISSIONS["plan_work_order"], supervisor, fault.id, hours="2 h", downtime="soon", reason="urgency"
    )
    why = desk.submit(job_fields.SUBMISSIONS["plan_work_order"], supervisor, fault.id, hours="2 h", reason="urgency")
    desk.submit(
        job_fields.SUBMISSIONS["plan_work_order"],
        supervisor,
        fault.id,
        hours="2 h",
        tools="puller",
        reason="regulation",
        why="more rust",
    )
    desk.submit(
        job_fields.SUBMISSIONS["instruct_work_order"],
        supervisor,
        fault.id,
        type="inspection",
        instructions="Look twice.",
        safety="LOTO-17",
        why="as said",
    )

    order = desk.one(WorkOrder)
    assert form["blocks"][0]["element"]["initial_value"] == "1 h 30 min"
    assert wrong.errors.keys() == {"downtime"}
    assert why.errors == {"why": "Write why what was planned changes."}
    assert (order.estimated_minutes, order.tools, order.due_kind) == (120, "puller", "regulatory")
    assert (order.task_type, order.instructions) == ("inspection", "Look twice.")


def test_details_show_the_whole_order_and_its_cost_only_to_those_who_see_money(
    desk: Any, fault: Any, supervisor: Any, technician: Any
) -> None:
    says(desk, supervisor, "set 1 cost 750.00")
    says(desk, supervisor, "set 1 skill electrician")

    theirs, ours = (str(desk.click(job_details.details, by, fault.id).modal) for by in (technician, supervisor))

    assert "EUR 750.00" in ours
    assert "750" not in theirs
    assert "nobody yet, electrician" in theirs
    assert not any("750" in line for line in desk.lines())


def test_a_dear_job_is_asked_about_and_cannot_begin_before_the_owners_yes(
    desk: Any, fault: Any, limits: Any, supervisor: Any, technician: Any, approver: Any
) -> None:
    says(desk, supervisor, "set 1 cost 750.00")
    refused = desk.click(assigning.start, technician, fault.id)
    asked = desk.card(f"wo:{fault.id}:ask:{approver.id}")
    desk.click(job_approval.approve, approver, fault.id, 75_000)
    again = desk.click(job_approval.approve, approver, fault.id, 75_000)

    assert refused.private == f"{fault.number} waits for a yes. Bo Lindqvist is asked."
    assert asked["text"].startswith(f"Approve {fault.number} for about EUR 750.00?")
    assert "already" in again.private.lower() or "Approved by Bo Lindqvist" in again.private
    assert desk.one(WorkOrder).approval == "given"
    assert f"Bo Lindqvist said yes to {fault.number}." in desk.lines()
    assert desk.click(assigning.start, technician, fault.id).modal is not None


def test_a_no_comes_with_its_reason_and_the_job_is_planned_anew(
    desk: Any, fault: Any, limits: Any, supervisor: Any, technician: Any, approver: Any
) -> None:
    says(desk, supervisor, "set 1 cost 750.00")
    empty = says(desk, approver, f"reject {fault.number}")
    says(desk, approver, f"reject {fault.number} use the spare pump")
    blocked = desk.click(assigning.start, technician, fault.id)
    says(desk, supervisor, "set 1 cost 100 because we use the spare pump")

    assert "Please say why" in empty.private
    assert "was not approved" in blocked.private
    assert f"Bo Lindqvist said no to {fault.number}: use the spare pump" in desk.lines()
    assert desk.click(assigning.start, technician, fault.id).modal is not None


def test_beyond_the_tolerance_it_is_asked_again_and_within_it_is_not(
    desk: Any, fault: Any, limits: Any, supervisor: Any, approver: Any
) -> None:
    says(desk, supervisor, "set 1 cost 750.00")
    says(desk, approver, f"approve {fault.number}")
    says(desk, supervisor, "set 1 cost 820 because of the crane")
    within = desk.one(WorkOrder).approval
    says(desk, supervisor, "set 1 cost 900 because of the crane")

    assert (within, desk.one(WorkOrder).approval, desk.one(WorkOrder).state) == ("given", "asked", "ready")
    assert any("it costs more than was approved" in line for line in desk.lines())


def test_whoever_asked_cannot_approve_and_a_stale_card_does_not_either(
    desk: Any, fault: Any, limits: Any, supervisor: Any, approver: Any, technician: Any
) -> None:
    desk.writes(lambda uow: uow.change(Person, supervisor.id, approval_limit=500_000))
    says(desk, supervisor, "set 1 cost 750.00")
    own = says(desk, supervisor, f"approve {fault.number}")
    other = says(desk, technician, f"approve {fault.number}")
    says(desk, supervisor, "set 1 cost 950.00 because of the crane")
    stale = desk.click(job_approval.approve, approver, fault.id, 75_000)

    assert "because you asked for it" in own.private
    assert "This one is for Bo Lindqvist" in other.private
    assert "was estimated anew" in stale.private
    assert desk.one(WorkOrder).approval == "asked"


def test_a_supervisor_decides_up_to_their_limit(
    desk: Any, fault: Any, limits: Any, technician: Any, supervisor: Any, hire: Any
) -> None:
    kim = hire("Kim Berg", "supervisor", approval_limit=80_000)
    low = hire("Lea Sand", "supervisor", approval_limit=10_000)
    says(desk, supervisor, "set 1 cost 750.00")

    refused, taken = says(desk, low, f"approve {fault.number}"), says(desk, kim, f"approve {fault.number}")

    assert "This one is for" in refused.private
    assert taken.private == "Noted."


def test_a_shutdown_needs_a_yes_whatever_it_costs_and_an_emergency_needs_none(
    desk: Any, fault: Any, supervisor: Any, technician: Any
) -> None:
    says(desk, supervisor, "set 1 shutdown yes")
    waits = desk.click(assigning.start, technician, fault.id).private
    says(desk, supervisor, "set 1 type emergency because somebody could be hurt")

    assert "waits for a yes" in waits
    assert desk.click(assigning.start, technician, fault.id).modal is not None


def test_where_nobody_may_decide_the_thread_says_so(
    desk: Any, fault: Any, limits: Any, supervisor: Any, pump: Any
) -> None:
    desk.writes(lambda uow: uow.change(Asset, pump.id, cost_centre_id=None))

    says(desk, supervisor, "set 1 cost 750.00")

    assert any("Nobody is named who could say it" in line for line in desk.lines())


def test_an_odd_value_on_the_button_is_an_old_card(desk: Any, fault: Any, approver: Any) -> None:
    answer = desk.does(job_approval.approve, Click(desk.key("click"), approver.slack_id, "", value(fault.id)))

    assert "older version" in answer.private


def test_the_sheet_comes_as_pdf_into_the_orders_thread_once_for_a_click(
    desk: Any, fault: Any, technician: Any, operator: Any
) -> None:
    click = Click("click:same", technician.slack_id, "", value(fault.id))
    said = [desk.does(work_sheets.sheet, click).private for _ in range(2)]
    typed = says(desk, technician, "sheet 1")
    refused = desk.click(work_sheets.sheet, operator, fault.id)

    bodies = [json.loads(row.body) for row in desk.all(Outgoing, wire="file")]
    assert said == [f"The sheet of {fault.number} is in its thread."] * 2
    assert typed.private == said[0]
    assert [(body["name"], body["thread_ts"]) for body in bodies] == [(f"{fault.number}.pdf", fault.root_ts)] * 2
    assert bytes(desk.one(Attachment, id=bodies[0]["attachment_id"]).content).startswith(b"%PDF-")
    assert "Only technicians" in refused.private


def test_a_very_dear_job_is_approved_with_the_button_as_well(
    desk: Any, fault: Any, limits: Any, supervisor: Any, approver: Any
) -> None:
    says(desk, supervisor, "set 1 cost 99999999.99")
    asked = desk.card(f"wo:{fault.id}:ask:{approver.id}")
    carried = next(block for block in asked["blocks"] if block["type"] == "actions")["elements"][0]["value"]
    desk.does(job_approval.approve, Click(desk.key("click"), approver.slack_id, "", carried))

    assert "EUR 99,999,999.99" in asked["text"]
    assert desk.one(WorkOrder).approval == "given"
