"""What work orders wait for: other jobs, orders of goods, contractors; no rings, no start before, and waking up."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from handlers import assigning, closing, completing, holds, messages, reports, sentences, waiting_for
from handlers.happenings import Command, Message
from handlers.reports import Report
from storage.tables import Supplier, WorkOrder, WorkOrderHold, WorkOrderWait


def says(desk: Any, by: Any, text: str) -> Any:
    return desk.does(sentences.command, Command(desk.key("command"), by.slack_id, "C0FAULTS", "/wo", text), known=False)


@pytest.fixture
def second(desk: Any, fault: Any, operator: Any) -> Any:
    """Another work order on the same pump."""
    return desk.writes(lambda uow: reports.open_order(uow, Report("P-101 paint the guard", "C0FAULTS")), by=operator)


@pytest.fixture
def third(desk: Any, second: Any, operator: Any) -> Any:
    return desk.writes(lambda uow: reports.open_order(uow, Report("P-101 label is missing", "C0FAULTS")), by=operator)


def finish(desk: Any, by: Any, order: Any) -> None:
    desk.click(assigning.take, by, order.id)
    desk.submit(assigning.started, by, order.id, safety="confirmed")
    desk.submit(completing.completed, by, order.id, mode="leak", remedy="replaced", minutes="10")


def test_a_blocked_job_cannot_begin_and_wakes_in_its_own_thread_when_the_other_is_done(
    desk: Any, fault: Any, second: Any, technician: Any
) -> None:
    says(desk, technician, "wait 2 for WO-1")
    waits = desk.card(f"wo:{second.id}")
    refused = desk.click(assigning.start, technician, second.id)
    finish(desk, technician, fault)

    assert next(field["text"] for field in waits["blocks"][1]["fields"]) == "*State*\nOn hold: other job"
    assert f"*Waits for*\n{fault.number}" in [field["text"] for field in waits["blocks"][1]["fields"]]
    assert (
        refused.private
        == f"{second.number} waits for {fault.number}. A supervisor can begin all the same, with a reason."
    )
    assert f"{second.number} can go on. {fault.number} is done." in desk.lines()
    assert desk.click(assigning.start, technician, second.id).modal is not None


def test_a_cancelled_blocker_wakes_as_well(
    desk: Any, fault: Any, second: Any, technician: Any, supervisor: Any
) -> None:
    says(desk, technician, "wait 2 for WO-1")

    says(desk, supervisor, "cancel 1 because it was reported twice")

    assert f"{second.number} can go on. {fault.number} is cancelled." in desk.lines()


def test_a_supervisor_begins_all_the_same_with_a_reason_that_stays(
    desk: Any, fault: Any, second: Any, technician: Any, supervisor: Any
) -> None:
    says(desk, technician, "wait 2 for WO-1")
    form = desk.click(assigning.start, supervisor, second.id).modal
    without = desk.submit(assigning.started, supervisor, second.id, safety="confirmed")
    desk.submit(assigning.started, supervisor, second.id, safety="confirmed", override="the guard is off anyway")

    assert f"It waits for {fault.number}." in str(form)
    assert without.errors == {"override": "Write why the work can begin all the same."}
    assert desk.one(WorkOrder, id=second.id).state == "in_progress"
    assert all(row.ended_at for row in desk.all(WorkOrderWait))
    assert all(row.released_at for row in desk.all(WorkOrderHold))
    assert "Begun all the same: the guard is off anyway." in desk.lines()[-1]


def test_a_technician_cannot_resume_or_end_a_wait_for_another_job(
    desk: Any, fault: Any, second: Any, technician: Any, supervisor: Any
) -> None:
    says(desk, technician, "wait 2 for WO-1")

    resumed = desk.click(holds.resume, technician, second.id)
    ended = says(desk, technician, "wait 2 no longer for WO-1")
    says(desk, supervisor, "wait 2 no longer for WO-1")

    assert f"waits for {fault.number}. A supervisor can go on without it" in resumed.private
    assert "A supervisor can say that." in ended.private
    assert desk.one(WorkOrderWait).ended_at is not None
    assert desk.one(WorkOrder, id=second.id).state == "ready"


def test_rings_of_two_and_of_three_are_refused_by_name(
    desk: Any, fault: Any, second: Any, third: Any, technician: Any
) -> None:
    says(desk, technician, "wait 2 for WO-1")
    says(desk, technician, "wait 3 for WO-2")

    two, three, own = (says(desk, technician, f"wait {each}") for each in ("1 for WO-2", "1 for WO-3", "1 for WO-1"))

    assert two.private == f"{second.number} waits for {fault.number} already, so neither could begin."
    assert f"{third.number} waits for {second.number} waits for {fault.number}" in three.private
    assert own.private == "A work order cannot wait for itself."
    assert len(desk.all(WorkOrderWait)) == 2


def test_of_two_that_would_make_a_ring_at_once_one_is_refused(
    desk: Any, fault: Any, second: Any, technician: Any
) -> None:
    said = [
        Command(desk.key("c"), technician.slack_id, "C0FAULTS", "/wo", f"wait {each}")
        for each in ("1 for WO-2", "2 for WO-1")
    ]

    with ThreadPoolExecutor(2) as together:
        told = list(together.map(lambda one: desk.does(sentences.command, one, known=False).private, said))

    assert len(desk.all(WorkOrderWait)) == 1
    assert sum("already, so neither could begin" in each for each in told) == 1


def test_saying_it_twice_makes_one_wait(desk: Any, fault: Any, second: Any, technician: Any) -> None:
    says(desk, technician, "wait 2 for WO-1")
    says(desk, technician, "wait 2 for WO-1")

    assert len(desk.all(WorkOrderWait)) == 1
    assert len([line for line in desk.lines() if "waits for" in line]) == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("wait 2 for WO-99", "I know no work order"), ("wait 2 for PO-99", "I know no purchase order"),
        ("wait 2 for Nobody Ltd", "I know no contractor"), ("wait 2 no longer for WO-1", "does not wait for that"),
    ],
)  # fmt: skip
def test_what_nobody_knows_is_not_waited_for(
    desk: Any, fault: Any, second: Any, technician: Any, supplier: Any, typed: str, said: str
) -> None:
    assert said in says(desk, technician, typed).private
    assert not desk.all(WorkOrderWait)


def test_nothing_waits_for_a_job_that_has_ended(
    desk: Any, fault: Any, second: Any, technician: Any, supervisor: Any
) -> None:
    says(desk, supervisor, "cancel 1 because it was reported twice")

    assert "is cancelled, so there is nothing to wait for" in says(desk, technician, "wait 2 for WO-1").private


def test_an_operator_cannot_make_a_job_wait(desk: Any, fault: Any, second: Any, operator: Any) -> None:
    assert "Only" in says(desk, operator, "wait 2 for WO-1").private


def test_a_contractor_is_waited_for_by_name_and_a_person_says_when_they_were_there(
    desk: Any, fault: Any, technician: Any, supplier: Any
) -> None:
    desk.submit(waiting_for.asked, technician, fault.id, what="hartmann")
    held = desk.one(WorkOrderHold).reason
    says(desk, technician, "wait 1 no longer for Hartmann Seals")

    assert desk.one(Supplier).name == "Hartmann Seals"
    assert held == "vendor"
    assert "can go on. Luis Moreno says that it need not wait for Hartmann Seals." in desk.lines()[-1]


def test_a_wait_is_typed_in_the_jobs_own_thread(desk: Any, fault: Any, second: Any, technician: Any) -> None:
    said = Message("message:x", technician.slack_id, fault.channel, "1795425199.1", "wait for WO-2", fault.root_ts)

    desk.does(messages.message, said, known=False)

    row = desk.one(WorkOrderWait)
    assert (row.work_order_id, row.blocker_id) == (fault.id, second.id)


def test_a_reopened_blocker_is_waited_for_again(
    desk: Any, fault: Any, second: Any, technician: Any, supervisor: Any
) -> None:
    says(desk, technician, "wait 2 for WO-1")
    finish(desk, technician, fault)
    desk.later(minutes=5)
    desk.submit(closing.reopened, supervisor, fault.id, reason="it leaks again")

    refused = desk.click(assigning.start, technician, second.id)

    assert f"waits for {fault.number}" in refused.private
    assert (
        f"{second.number} waits for {fault.number}, which was reopened. I say so here when it can go on."
        in desk.lines()
    )
