"""Reasons to wait are a set: several at once, each ended by itself, and by what comes in."""

from typing import Any

from handlers import holds, parts
from orders.stock import MovementKind
from storage import stock
from storage.stock import Movement
from storage.tables import WorkOrder, WorkOrderHold, WorkOrderTime


def reasons(desk: Any) -> list[str]:
    return [row.reason for row in desk.all(WorkOrderHold) if row.released_at is None]


def test_a_job_waits_for_several_things_at_once(desk: Any, job: Any, technician: Any) -> None:
    desk.submit(holds.held, technician, job.id, reason="permit,plant_condition", note="tank to be emptied")

    assert reasons(desk) == ["permit", "plant_condition"]
    assert "On hold: permit, plant condition" in desk.card(f"wo:{job.id}")["text"]
    assert desk.lines()[-1] == f"{job.number} waits: a permit or safety and production, tank to be emptied."
    assert desk.one(WorkOrderTime).ended_at == desk.now


def test_each_reason_ends_by_itself_and_the_work_goes_on_with_the_last(desk: Any, job: Any, technician: Any) -> None:
    desk.submit(holds.held, technician, job.id, reason="permit,plant_condition,labour")

    form = desk.click(holds.resume, technician, job.id)
    desk.submit(holds.resumed, technician, job.id, over="permit")
    said, left = desk.lines()[-1], reasons(desk)
    desk.submit(holds.resumed, technician, job.id, over="plant_condition,labour")

    (block, *_) = [each for each in form.modal["blocks"] if each["type"] == "input"]
    assert [each["value"] for each in block["element"]["options"]] == ["permit", "plant_condition", "labour"]
    assert said == f"It no longer waits for a permit or safety. {job.number} still waits for production and people."
    assert left == ["plant_condition", "labour"]
    assert reasons(desk) == []
    assert [row.ended_at is None for row in desk.all(WorkOrderTime)] == [False, True]


def test_one_of_several_reasons_ends_by_its_word(desk: Any, job: Any, technician: Any) -> None:
    desk.submit(holds.held, technician, job.id, reason="permit,labour")

    def typed(uow: Any) -> Any:
        return holds.resume_typed(uow, uow.lock(WorkOrder, job.id), "permit")

    desk.writes(typed, technician)

    assert reasons(desk) == ["labour"]


def test_nothing_chosen_is_said_at_its_field(desk: Any, job: Any, technician: Any) -> None:
    nothing = desk.submit(holds.held, technician, job.id, reason="")
    odd = desk.submit(holds.held, technician, job.id, reason="permit,lunch")
    other = desk.submit(holds.held, technician, job.id, reason="permit,other")
    desk.submit(holds.held, technician, job.id, reason="permit,labour")
    none_over = desk.submit(holds.resumed, technician, job.id, over="")

    assert [list(each.errors) for each in (nothing, odd, other, none_over)] == [
        ["reason"],
        ["reason"],
        ["note"],
        ["over"],
    ]


def test_what_comes_in_ends_only_the_wait_for_it_and_the_thread_hears_what_is_left(
    desk: Any, job: Any, technician: Any, seal: Any, storekeeper: Any
) -> None:
    desk.submit(parts.needed, technician, job.id, part=str(seal.id), quantity="2")
    desk.submit(holds.held, technician, job.id, reason="permit")

    def comes(uow: Any) -> None:
        stock.move(uow, Movement(seal.id, "store 2", MovementKind.RECEIPT, 2000, 1_840_000, "EUR"))
        parts.arrived(uow, job.id, seal.id, 2000)

    desk.writes(comes, storekeeper)

    assert reasons(desk) == ["permit"]
    assert any(
        told.endswith(f"{job.number} still waits for a permit or safety.") and "Mechanical seal 45 mm is there" in told
        for told in desk.lines()
    )


def test_a_missing_part_is_not_waved_through_among_other_reasons(
    desk: Any, job: Any, technician: Any, supervisor: Any, seal: Any
) -> None:
    desk.submit(parts.needed, technician, job.id, part=str(seal.id), quantity="2")
    desk.submit(holds.held, technician, job.id, reason="permit")

    refused = desk.submit(holds.resumed, technician, job.id, over="material,permit")
    asked = desk.submit(holds.resumed, supervisor, job.id, over="material,permit")
    desk.submit(holds.resumed, technician, job.id, over="permit")

    assert "A supervisor can go on without it" in refused.private
    assert list(asked.errors) == ["reason"]
    assert reasons(desk) == ["material"]


def test_more_words_for_the_same_reason_are_kept_with_it(desk: Any, job: Any, technician: Any) -> None:
    desk.submit(holds.held, technician, job.id, reason="other", note="crane")
    desk.submit(holds.held, technician, job.id, reason="other", note="scaffold")
    desk.submit(holds.held, technician, job.id, reason="other", note="crane")

    assert [row.note for row in desk.all(WorkOrderHold)] == ["crane; scaffold"]
