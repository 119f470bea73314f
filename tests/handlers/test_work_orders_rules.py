"""Who may do what with a work order, when it is too late, and what is refused."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from handlers import assigning, closing, completing, correcting, declining, holds, parts
from handlers.happenings import Click
from handlers.ids import value
from storage.tables import (
    Card,
    WorkOrder,
    WorkOrderChange,
    WorkOrderHold,
    WorkOrderTime,
)


def test_an_operator_who_takes_a_job_is_told_who_can(desk: Any, fault: Any, operator: Any, technician: Any) -> None:
    answer = desk.click(assigning.take, operator, fault.id)

    assert answer.private == "Only technicians and supervisors can take a job. Ask Luis Moreno."
    assert desk.one(WorkOrder).state == "ready"
    assert "refused" in desk.audited(fault.number)


def test_a_second_technician_is_told_who_was_faster(desk: Any, fault: Any, technician: Any, hire: Any) -> None:
    other = hire("Kim Berg", "technician")
    desk.click(assigning.take, technician, fault.id)
    desk.later(minutes=5)

    answer = desk.click(assigning.take, other, fault.id)

    assert answer.private == "Already taken by Luis Moreno at 09:12. You need not do anything."
    assert desk.one(WorkOrder).responsible_id == technician.id


def test_taking_twice_has_one_effect(desk: Any, fault: Any, technician: Any) -> None:
    desk.click(assigning.take, technician, fault.id)
    said = len(desk.said())

    again = desk.click(assigning.take, technician, fault.id)

    assert "already" in again.private
    assert len(desk.said()) == said


def test_the_same_click_delivered_ten_times_has_one_audit_entry(desk: Any, fault: Any, technician: Any) -> None:
    click = Click("click:same", technician.slack_id, "", value(fault.id))

    for _ in range(10):
        desk.does(assigning.take, click)

    assert desk.audited(fault.number).count("schedule") == 1
    assert desk.lines().count(f"Luis Moreno has {fault.number}.") == 1


def test_only_ids_count_and_not_names(desk: Any, fault: Any, hire: Any, supervisor: Any) -> None:
    fake = hire("Tom Okafor II", "operator", email="x@halden.example", slack_id="U0FAKE")

    answer = desk.click(assigning.assign, fake, fault.id)

    assert "Only " in answer.private


def test_a_stranger_is_refused(desk: Any, fault: Any) -> None:
    answer = desk.does(assigning.take, Click("click:x", "U0STRANGER", "", value(fault.id)))

    assert "I do not know you yet" in answer.private


@pytest.mark.parametrize("carried", ["v0:1", "1", "v1:", "v1:x", "v1:1:2", "v1:999999", "", "v1:-1"])
def test_an_odd_button_is_an_old_card(desk: Any, fault: Any, technician: Any, carried: str) -> None:
    answer = desk.does(assigning.take, Click(desk.key("click"), technician.slack_id, "", carried))

    assert "older version" in answer.private


def test_a_supervisor_assigns_and_the_technician_gets_a_card(
    desk: Any, fault: Any, technician: Any, supervisor: Any
) -> None:
    form = desk.click(assigning.assign, supervisor, fault.id)
    desk.submit(assigning.assigned, supervisor, fault.id, person=technician.slack_id)

    job = desk.card(f"wo:{fault.id}:job:{technician.id}")
    assert form.modal["callback_id"] == "assign_work_order"
    assert job["channel"] == technician.slack_id
    assert job["text"].startswith(
        f"Your job: {fault.number}, Seal leaking on P-101, due today 17:12. Safety first: LOTO-17."
    )
    assert f"Tom Okafor gave {fault.number} to Luis Moreno." in desk.lines()


def test_an_operator_cannot_be_given_a_job(
    desk: Any, fault: Any, operator: Any, technician: Any, supervisor: Any
) -> None:
    answer = desk.submit(assigning.assigned, supervisor, fault.id, person=operator.slack_id)

    assert answer.errors == {"person": "Choose a technician or a supervisor, for instance Luis Moreno."}


def test_a_job_handed_over_condenses_the_first_ones_card(
    desk: Any, fault: Any, technician: Any, supervisor: Any, hire: Any
) -> None:
    other = hire("Kim Berg", "technician")
    desk.click(assigning.take, technician, fault.id)
    desk.posts_everything()

    desk.submit(assigning.assigned, supervisor, fault.id, person=other.slack_id)

    old = desk.card(f"wo:{fault.id}:job:{technician.id}")
    assert old["method"] == "chat.update"
    assert "Kim Berg has it now" in old["text"]
    assert desk.card(f"wo:{fault.id}:job:{other.id}")["channel"] == other.slack_id


def test_a_job_given_back_is_free_again(desk: Any, fault: Any, technician: Any) -> None:
    desk.click(assigning.take, technician, fault.id)

    desk.click(declining.cannot_take, technician, fault.id)

    assert (desk.one(WorkOrder).state, desk.one(WorkOrder).responsible_id) == ("ready", None)
    assert desk.lines()[-1] == f"Luis Moreno cannot take {fault.number}. Nobody has it now."


def test_work_does_not_begin_without_the_safety_steps(desk: Any, fault: Any, technician: Any) -> None:
    desk.click(assigning.take, technician, fault.id)

    answer = desk.submit(assigning.started, technician, fault.id, safety="")

    assert answer.errors == {"safety": "Confirm the safety steps first (LOTO-17). Then Start works."}
    assert desk.one(WorkOrder).state == "scheduled"


def test_the_start_form_names_the_safety_steps(desk: Any, fault: Any, technician: Any) -> None:
    answer = desk.click(assigning.start, technician, fault.id)

    assert "LOTO-17" in json.dumps(answer.modal)


def test_somebody_elses_job_cannot_be_started(desk: Any, fault: Any, technician: Any, hire: Any) -> None:
    other = hire("Kim Berg", "technician")
    desk.click(assigning.take, technician, fault.id)

    answer = desk.click(assigning.start, other, fault.id)

    assert answer.private == "Only whoever has the job can do this. Luis Moreno has it."


def test_an_asset_without_safety_steps_starts_at_one_click(
    desk: Any, operator: Any, technician: Any, conveyor: Any, write: Any
) -> None:
    from handlers import faults

    desk.does(faults.message, write(operator, "C-20 jammed"), known=False)

    answer = desk.click(assigning.start, technician, desk.one(WorkOrder).id)

    order = desk.one(WorkOrder)
    assert answer.modal is None
    assert (order.state, order.responsible_id) == ("in_progress", technician.id)
    assert order.down_from == desk.now


def test_a_pause_stops_the_timer_and_a_resume_starts_it(desk: Any, job: Any, technician: Any) -> None:
    desk.later(minutes=25)
    desk.submit(holds.held, technician, job.id, reason="other", note="lunch")
    desk.later(hours=1)
    desk.click(holds.resume, technician, job.id)

    first, second = desk.all(WorkOrderTime)
    assert (first.minutes, first.ended_at is not None, second.ended_at) == (25, True, None)
    assert desk.one(WorkOrderHold).released_at is not None
    assert desk.lines()[-1] == f"{job.number} goes on."


def test_other_as_a_reason_needs_words(desk: Any, job: Any, technician: Any) -> None:
    answer = desk.submit(holds.held, technician, job.id, reason="other", note="")

    assert answer.errors == {"note": "Write what it waits for."}


def test_a_technician_cannot_pass_over_a_missing_part(desk: Any, job: Any, technician: Any, seal: Any) -> None:
    desk.writes(lambda uow: parts.need(uow, job.id, seal.id, 1000), technician)

    answer = desk.click(holds.resume, technician, job.id)

    assert "A supervisor can go on without it" in answer.private


def test_a_supervisor_passes_over_a_missing_part_with_a_reason(
    desk: Any, job: Any, technician: Any, supervisor: Any, seal: Any
) -> None:
    desk.writes(lambda uow: parts.need(uow, job.id, seal.id, 1000), technician)

    form = desk.click(holds.resume, supervisor, job.id)
    without = desk.submit(holds.resumed, supervisor, job.id, reason="")
    desk.submit(holds.resumed, supervisor, job.id, reason="spare of line 2")

    assert form.modal["callback_id"] == "resume_work_order"
    assert "reason" in without.errors
    assert desk.one(WorkOrderHold).released_at is not None


def test_the_end_asks_the_minutes_back_from_the_timer(desk: Any, job: Any, technician: Any) -> None:
    desk.later(minutes=55)

    form = desk.click(completing.done, technician, job.id).modal

    minutes = next(block for block in form["blocks"] if block.get("block_id") == "minutes")
    mode = next(block for block in form["blocks"] if block.get("block_id") == "mode")
    assert minutes["element"]["initial_value"] == "55"
    assert mode["element"]["initial_option"]["text"]["text"] == "Leaks outside"


@pytest.mark.parametrize(
    ("minutes", "error"), [("", "from 0"), ("a lot", "from 0"), ("-5", "from 0"), ("99999999", "from 0")]
)
def test_unreadable_minutes_are_said_at_their_field(
    desk: Any, job: Any, technician: Any, minutes: str, error: str
) -> None:
    answer = desk.submit(completing.completed, technician, job.id, mode="ELP", minutes=minutes)

    assert error in answer.errors["minutes"]
    assert desk.one(WorkOrder).state == "in_progress"


def test_a_repair_ends_with_what_was_wrong(desk: Any, job: Any, technician: Any) -> None:
    answer = desk.submit(completing.completed, technician, job.id, mode="", minutes="40")

    assert answer.errors == {"mode": "Choose what was wrong; “Other” is a fine answer."}


def test_minutes_below_those_written_down_are_refused(desk: Any, job: Any, technician: Any) -> None:
    desk.submit(completing.logged, technician, job.id, minutes="90", note="took it apart")

    answer = desk.submit(completing.completed, technician, job.id, mode="ELP", minutes="40")

    assert answer.errors == {"minutes": "1 h 30 min are written down already; write 90 or more."}


def test_the_line_runs_again_at_the_stated_time_and_the_channel_hears_it(
    desk: Any, operator: Any, technician: Any, conveyor: Any, write: Any
) -> None:
    from handlers import faults

    desk.does(faults.message, write(operator, "C-20 stands still"), known=False)
    order = desk.one(WorkOrder)
    desk.click(assigning.start, technician, order.id)
    desk.later(minutes=60)

    late = desk.submit(completing.completed, technician, order.id, mode="PLU", minutes="60", running="23:59")
    early = desk.submit(completing.completed, technician, order.id, mode="PLU", minutes="60", running="08:00")
    odd = desk.submit(completing.completed, technician, order.id, mode="PLU", minutes="60", running="soon")
    desk.submit(completing.completed, technician, order.id, mode="PLU", minutes="60", running="10:00")

    done = next(body for body in desk.said() if "has finished" in body["text"])
    assert late.errors == early.errors == {"running": "Write a time from 09:12 to now"}
    assert "14:05" in odd.errors["running"]
    assert desk.one(WorkOrder).down_until - desk.one(WorkOrder).down_from == timedelta(minutes=48)
    assert done["reply_broadcast"] is True
    assert "The line runs again since 10:00." in done["text"]


def test_the_reporter_hears_once_that_it_is_done(desk: Any, job: Any, technician: Any, operator: Any) -> None:
    desk.submit(completing.completed, technician, job.id, mode="ELP", remedy="REP", minutes="40")

    assert desk.lines(operator.slack_id) == [f"Done: {job.number}, which you reported. Leaks outside; Replaced a part."]


def test_the_only_executor_does_not_close_while_another_supervisor_can(
    desk: Any, fault: Any, supervisor: Any, hire: Any
) -> None:
    hire("Ines Vogt", "supervisor")
    desk.submit(assigning.started, supervisor, fault.id, safety="confirmed")
    desk.submit(completing.completed, supervisor, fault.id, mode="ELP", minutes="40")

    answer = desk.click(closing.close, supervisor, fault.id)

    assert "Ines Vogt can." in answer.private
    assert desk.one(WorkOrder).state == "completed"


def test_the_only_supervisor_may_close_own_work(desk: Any, fault: Any, supervisor: Any) -> None:
    desk.submit(assigning.started, supervisor, fault.id, safety="confirmed")
    desk.submit(completing.completed, supervisor, fault.id, mode="ELP", minutes="40")

    desk.click(closing.close, supervisor, fault.id)

    assert desk.one(WorkOrder).state == "closed"


def test_a_closed_work_order_cannot_be_started(desk: Any, job: Any, technician: Any, supervisor: Any) -> None:
    desk.submit(completing.completed, technician, job.id, mode="ELP", minutes="40")
    desk.click(closing.close, supervisor, job.id)

    answer = desk.click(assigning.start, technician, job.id)

    assert answer.private.startswith(f"{job.number} is closed, so it cannot be started.")


def test_a_reopened_work_order_keeps_its_first_conclusion(
    desk: Any, job: Any, technician: Any, supervisor: Any
) -> None:
    desk.submit(completing.completed, technician, job.id, mode="ELP", remedy="REP", minutes="40")

    form = desk.click(closing.reopen, supervisor, job.id)
    empty = desk.submit(closing.reopened, supervisor, job.id, reason=" ")
    desk.submit(closing.reopened, supervisor, job.id, reason="leaks again")

    kept = {row.field: row.before for row in desk.all(WorkOrderChange) if row.reason == "leaks again"}
    assert form.modal["callback_id"] == "reopen_work_order"
    assert "reason" in empty.errors
    assert desk.one(WorkOrder).state == "in_progress"
    assert kept["failure_mode"] == "ELP"
    assert kept["remedy"] == "Replaced a part"


def test_a_technician_cannot_reopen(desk: Any, job: Any, technician: Any, supervisor: Any) -> None:
    desk.submit(completing.completed, technician, job.id, mode="ELP", minutes="40")

    assert "Ask Tom Okafor." in desk.click(closing.reopen, technician, job.id).private


def test_08_20_a_work_order_with_time_on_it_cannot_be_cancelled(
    desk: Any, fault: Any, technician: Any, supervisor: Any
) -> None:
    desk.click(assigning.take, technician, fault.id)
    desk.submit(completing.logged, technician, fault.id, minutes="10")

    answer = desk.submit(closing.cancelled, supervisor, fault.id, reason="reported twice")

    assert answer.private == f"{fault.number} has time recorded, so it cannot be cancelled. Complete it instead."
    assert desk.one(WorkOrder).state == "scheduled"


def test_a_work_order_with_parts_on_it_cannot_be_cancelled(
    desk: Any, fault: Any, technician: Any, supervisor: Any, add_part: Any
) -> None:
    seal = add_part("P-1", "Seal", on_hand=5000)
    desk.click(assigning.take, technician, fault.id)
    desk.writes(lambda uow: parts.issue(uow, fault.id, seal.id, 1000), technician)

    answer = desk.click(closing.cancel, supervisor, fault.id)

    assert "has parts recorded" in answer.private


def test_an_untouched_work_order_is_cancelled_with_a_reason(
    desk: Any, fault: Any, supervisor: Any, operator: Any
) -> None:
    form = desk.click(closing.cancel, supervisor, fault.id)
    desk.submit(closing.cancelled, supervisor, fault.id, reason="reported twice")

    assert form.modal["callback_id"] == "cancel_work_order"
    assert desk.one(WorkOrder).state == "cancelled"
    assert desk.lines()[-1] == f"Tom Okafor has cancelled {fault.number}: reported twice"
    assert desk.lines(operator.slack_id) == [f"Tom Okafor has cancelled {fault.number}: reported twice"]


def test_an_operator_takes_back_an_own_draft(desk: Any, operator: Any, pump: Any, write: Any) -> None:
    from handlers import faults

    desk.does(faults.message, write(operator, "something leaks"), known=False)

    desk.submit(closing.cancelled, operator, desk.one(WorkOrder).id, reason="it was rain")

    assert desk.one(WorkOrder).state == "cancelled"


def test_priority_and_due_date_change_only_with_a_reason(desk: Any, fault: Any, supervisor: Any) -> None:
    without = desk.submit(
        correcting.corrected, supervisor, fault.id, priority="low", due="2026-12-01", title=fault.title
    )
    desk.submit(correcting.corrected, supervisor, fault.id, priority="low", due="2026-12-01", reason="spare line runs")

    order = desk.one(WorkOrder)
    assert without.errors == {"reason": "Write why the priority or the due date changes."}
    assert (order.priority, order.priority_reason, order.due_reason) == ("low", "spare line runs", "spare line runs")
    assert f"{order.due_at.astimezone(desk.plant.zone):%Y-%m-%d %H:%M}" == "2026-12-01 16:00"
    assert {row.field for row in desk.all(WorkOrderChange)} == {"priority", "due_at"}
    assert desk.lines()[-1] == f"Tom Okafor has changed {order.number}: priority and due date. Reason: spare line runs."


def test_a_corrected_asset_brings_its_own_priority(desk: Any, fault: Any, operator: Any, conveyor: Any) -> None:
    desk.submit(correcting.corrected, operator, fault.id, asset=str(conveyor.id), priority=fault.priority)

    order = desk.one(WorkOrder)
    assert (order.asset_id, order.priority, order.safety) == (conveyor.id, "normal", "")


def test_the_correction_form_shows_what_is_written(desk: Any, fault: Any, technician: Any) -> None:
    form = json.dumps(desk.click(correcting.correct, technician, fault.id).modal)

    assert "Seal leaking on P-101" in form
    assert "P-101 CIP return pump" in form


def test_an_operator_cannot_correct_somebody_elses_report(desk: Any, fault: Any, hire: Any) -> None:
    other = hire("Kim Berg", "operator")

    assert "Only " in desk.click(correcting.correct, other, fault.id).private


def test_every_copy_of_a_card_is_brought_up_to_date(desk: Any, job: Any, technician: Any) -> None:
    desk.posts_everything()

    desk.submit(completing.completed, technician, job.id, mode="ELP", minutes="40")

    updated = [body["card"] for body in desk.said() if body["method"] == "chat.update"]
    assert sorted(set(updated)) == sorted(row.key for row in desk.all(Card))


@pytest.mark.parametrize("phase", ["draft", "ready", "scheduled", "waiting", "running", "paused", "held", "completed"])
def test_every_phase_offers_buttons_that_exist(phase: str) -> None:
    from handlers import faults, work_orders
    from handlers.work_order_cards import OFFERS

    offer = OFFERS[phase]
    known = {**work_orders.CLICKS, **parts.CLICKS, **faults.CLICKS}
    offered = [*([offer.primary] if offer.primary else []), *offer.plain, *offer.menu]
    assert all(action in known for action, _ in offered)
    assert len(offer.plain) <= 2
    assert len(offer.menu) <= 5


def test_of_technicians_who_take_at_the_same_instant_exactly_one_gets_the_job(desk: Any, fault: Any, hire: Any) -> None:
    crew = [hire(f"{name} Berg", "technician") for name in ("Kim", "Lea", "Max", "Noa", "Ole", "Pia")]
    clicks = [Click(f"click:race:{person.id}", person.slack_id, "", value(fault.id)) for person in crew]

    with ThreadPoolExecutor(len(crew)) as threads:
        answers = list(threads.map(lambda click: desk.does(assigning.take, click), clicks))

    assert sum(answer.private == "" for answer in answers) == 1
    assert sum("Already taken by" in answer.private for answer in answers) == len(crew) - 1
    assert desk.audited(fault.number).count("schedule") == 1


def test_a_refused_step_names_only_buttons_that_the_person_has(
    desk: Any, job: Any, technician: Any, operator: Any
) -> None:
    holder = desk.click(closing.close, technician, job.id).private
    reporter = desk.click(assigning.start, operator, job.id).private

    assert holder.endswith("Possible now: Done, Pause, Need a part, Take parts out.")
    assert reporter.endswith("Possible now: nothing for you.")
