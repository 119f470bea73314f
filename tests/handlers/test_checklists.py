"""The checklist of a work order: answered in a form or a line, refused where it cannot be read, followed up where it failed."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from handlers import checklists, closing, completing, messages, related_orders, sentences
from handlers.happenings import Click, Command, Message, PostedFile
from handlers.ids import value
from orders import checklist
from storage.tables import WorkOrder, WorkOrderStep

LINES = ["Lock out", "Bearing [20..80 °C]", "Belt [ok / worn / not ok]", "Gauge [photo]", "Remarks [text] (optional)"]


@pytest.fixture
def steps(desk: Any, job: Any) -> list[Any]:
    """The five steps of the running job."""
    desk.writes(lambda uow: checklists.write(uow, uow.get(WorkOrder, job.id), checklist.steps_of(LINES)))
    return desk.all(WorkOrderStep)


def says(desk: Any, by: Any, text: str) -> Any:
    return desk.does(sentences.command, Command(desk.key("command"), by.slack_id, "C0FAULTS", "/wo", text), known=False)


def posts(desk: Any, by: Any, job: Any) -> None:
    file = PostedFile("F1", "gauge.jpg", "image/jpeg", 1000, "https://files.slack.com/gauge.jpg")
    root = job.root_ts
    desk.does(
        messages.photos,
        Message(desk.key("m"), by.slack_id, job.channel, "1795425121.1", "", root, (file,)),
        known=False,
    )


def test_the_form_takes_all_steps_at_once_and_the_thread_hears_of_it_in_one_line(
    desk: Any, job: Any, steps: Any, technician: Any
) -> None:
    form = desk.click(checklists.steps, technician, job.id).modal
    desk.submit(
        checklists.answered, technician, job.id, ticks1=str(steps[0].id),
        **{f"step{steps[1].id}": "71,5", f"step{steps[2].id}": "worn"},
    )  # fmt: skip

    assert next(block["block_id"] for block in form["blocks"] if block["type"] == "input") == "ticks1"
    assert [row.answer for row in desk.all(WorkOrderStep)] == ["done", "71.5 °C", "worn", "", ""]
    assert desk.lines()[-1] == (
        f"Luis Moreno has checked {job.number}. 3 of 5 done.\n1 Lock out.\n2 Bearing: 71.5 °C.\n3 Belt: worn."
    )
    assert desk.card(f"wo:{job.id}")["blocks"][1]["fields"][-1]["text"] == "*Steps*\n3 of 5 done"


def test_what_cannot_be_read_is_said_at_its_field_and_nothing_is_kept(
    desk: Any, job: Any, steps: Any, technician: Any
) -> None:
    fields = {f"step{steps[1].id}": "NaN", f"step{steps[2].id}": "worn"}

    answer = desk.submit(checklists.answered, technician, job.id, **fields)

    assert answer.errors == {f"step{steps[1].id}": "“Bearing” asks for a number, 20 to 80 °C. Write it like 71.5."}
    assert not any(row.answer for row in desk.all(WorkOrderStep))


def test_a_stale_form_does_not_untick_what_a_colleague_has_ticked(
    desk: Any, job: Any, steps: Any, technician: Any, supervisor: Any
) -> None:
    stale = desk.click(checklists.steps, technician, job.id).modal["private_metadata"]
    desk.submit(checklists.answered, supervisor, job.id, ticks1=str(steps[0].id))
    desk.submit(
        checklists.answered, technician, *[int(each) for each in stale.split(":")[1:]], **{f"step{steps[2].id}": "ok"}
    )
    both = [row.answer for row in desk.all(WorkOrderStep)][:3]
    fresh = desk.click(checklists.steps, technician, job.id).modal["private_metadata"]
    desk.submit(checklists.answered, technician, *[int(each) for each in fresh.split(":")[1:]])

    assert both == ["done", "", "ok"]
    assert desk.all(WorkOrderStep)[0].answer == ""


def test_done_is_refused_while_required_steps_are_open_and_names_them(
    desk: Any, job: Any, steps: Any, technician: Any
) -> None:
    says(desk, technician, "check 1 1, 2 71")

    refused = desk.click(completing.done, technician, job.id)
    typed = says(desk, technician, "done 40 min bearing changed")

    assert "these steps are open: 3 Belt; 4 Gauge" in refused.private
    assert "`check 1`" in refused.private
    assert typed.private == refused.private
    assert desk.one(WorkOrder).state == "in_progress"


def test_a_line_and_a_photo_in_the_thread_answer_the_rest_and_then_it_is_done(
    desk: Any, job: Any, steps: Any, technician: Any
) -> None:
    says(desk, technician, "check 1 1, 2 71.5; 3 ok")
    posts(desk, technician, job)
    answer = says(desk, technician, "done 40 min seal changed, it was worn")

    assert [row.answer for row in desk.all(WorkOrderStep)] == ["done", "71.5 °C", "ok", "photo", ""]
    assert answer.private == f"{job.number} is done."


@pytest.mark.parametrize(
    "typed", ["check 1 9", "check 1 2 hot", "check 1 1, 3 green", "check 1 0", "check 1 torn belt", "check 1 4 seen"]
)
def test_a_line_that_cannot_be_read_changes_nothing(
    desk: Any, job: Any, steps: Any, technician: Any, typed: str
) -> None:
    answer = says(desk, technician, typed)

    assert answer.private
    assert not any(row.answer for row in desk.all(WorkOrderStep))


def test_a_bare_number_in_the_thread_is_a_step(desk: Any, job: Any, steps: Any, technician: Any) -> None:
    said = Message("message:x", technician.slack_id, job.channel, "1795425199.1", "check 2 71", job.root_ts)

    desk.does(messages.message, said, known=False)

    assert desk.all(WorkOrderStep)[1].answer == "71 °C"


def test_steps_wait_for_the_start_and_are_not_an_operators(
    desk: Any, fault: Any, technician: Any, operator: Any
) -> None:
    desk.writes(lambda uow: checklists.write(uow, uow.get(WorkOrder, fault.id), checklist.steps_of(LINES)))

    early, other = (desk.click(checklists.steps, by, fault.id).private for by in (technician, operator))

    assert "cannot be checked" in early
    assert other


def test_a_step_is_typed_onto_an_order_and_is_a_change_of_its_scope(desk: Any, job: Any, technician: Any) -> None:
    answer = says(desk, technician, "step 1 bearing temperature [20..80 °C] | wipe off (optional)")

    assert answer.private == "Added."
    assert [(row.kind, row.required) for row in desk.all(WorkOrderStep)] == [("number", True), ("tick", False)]
    assert "change_scope" in desk.audited(job.number)


def test_too_many_steps_are_refused(desk: Any, job: Any, technician: Any) -> None:
    answer = says(desk, technician, "step 1 " + " | ".join("grease" for _ in range(61)))

    assert "at most 60 steps" in answer.private
    assert not desk.all(WorkOrderStep)


def test_a_failed_step_offers_a_follow_up_order_with_one_click_and_only_one_is_made(
    desk: Any, job: Any, steps: Any, technician: Any
) -> None:
    says(desk, technician, "check 1 2 95")
    offered = desk.card(f"step:{steps[1].id}")
    desk.click(related_orders.follow_up, technician, steps[1].id)
    again = desk.click(related_orders.follow_up, technician, steps[1].id)

    made = desk.all(WorkOrder)[-1]
    assert offered["blocks"][-1]["elements"][0]["text"]["text"] == "Open follow-up order"
    assert (made.title, made.state, made.asset_id, made.safety) == ("Bearing: 95 °C", "ready", job.asset_id, "LOTO-17")
    assert made.description == f"Step 2 of {job.number} was not right: Bearing, 95 °C (asked: 20 to 80 °C)."
    assert "was made by Luis Moreno" in again.private
    assert made.number in json.dumps(desk.card(f"step:{steps[1].id}"))
    assert len(desk.all(WorkOrder)) == 2


def test_a_step_that_is_right_by_now_needs_no_follow_up(desk: Any, job: Any, steps: Any, technician: Any) -> None:
    says(desk, technician, "check 1 2 95")
    says(desk, technician, "check 1 2 75")

    answer = desk.click(related_orders.follow_up, technician, steps[1].id)

    assert "nothing to follow up" in answer.private
    assert "actions" not in [block["type"] for block in desk.card(f"step:{steps[1].id}")["blocks"]]


def test_of_two_follow_ups_at_once_one_is_made(desk: Any, job: Any, steps: Any, technician: Any) -> None:
    says(desk, technician, "check 1 2 95")
    clicks = [Click(desk.key("click"), technician.slack_id, "", value(steps[1].id)) for _ in range(2)]

    with ThreadPoolExecutor(2) as together:
        list(together.map(lambda click: desk.does(related_orders.follow_up, click), clicks))

    assert len(desk.all(WorkOrder)) == 2


def test_a_split_takes_its_steps_along_and_the_first_is_closed_after_it(
    desk: Any, job: Any, steps: Any, technician: Any, supervisor: Any
) -> None:
    says(desk, technician, "check 1 1, 2 70")
    said = says(desk, technician, "split 1 3, 4 look after the belt").private
    desk.submit(completing.completed, technician, job.id, mode="leak", remedy="replaced", minutes="30")
    refused = desk.click(closing.close, supervisor, job.id)
    child = desk.all(WorkOrder)[-1]
    says(desk, supervisor, f"cancel {child.number} because the belt is new")
    desk.click(closing.close, supervisor, job.id)

    assert said == "It is split."
    assert (child.parent_id, child.state, child.safety) == (job.id, "ready", "LOTO-17")
    assert [row.text for row in desk.all(WorkOrderStep, work_order_id=child.id)] == ["Belt", "Gauge"]
    assert f"{child.number} came out of it and is open" in refused.private
    assert desk.one(WorkOrder, id=job.id).state == "closed"


@pytest.mark.parametrize("typed", ["split 1 9 paint", "split 1 1 paint"])
def test_a_split_of_steps_that_are_answered_or_not_there_is_refused(
    desk: Any, job: Any, steps: Any, technician: Any, typed: str
) -> None:
    says(desk, technician, "check 1 1")

    answer = says(desk, technician, typed)

    assert "answered already" in answer.private
    assert len(desk.all(WorkOrder)) == 1


def test_parts_that_are_kept_go_along_with_a_split(desk: Any, job: Any, technician: Any, add_part: Any) -> None:
    from handlers import parts
    from storage.tables import Stock, WorkOrderPart

    belt = add_part("P-1", "Belt", 5000)
    desk.writes(lambda uow: parts.need(uow, job.id, belt.id, 2000), by=technician)
    (row,) = desk.all(WorkOrderPart)
    desk.submit(related_orders.splitted, technician, job.id, title="Change the belt", parts=str(row.id))

    child = desk.all(WorkOrder)[-1]
    kept = {each.work_order_id: (each.needed, each.reserved) for each in desk.all(WorkOrderPart)}
    assert kept == {job.id: (0, 0), child.id: (2000, 2000)}
    assert desk.one(Stock, part_id=belt.id).reserved == 2000
