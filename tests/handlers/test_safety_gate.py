"""The safety gate: every precaution confirmed by itself, void when the protocol changes, asked again before work goes on."""

from typing import Any

from handlers import assigning, correcting, holds
from storage.tables import Asset, WorkOrder, WorkOrderChange, WorkOrderHold

THREE = "LOTO-17; hot work permit; face shield"


def _labels(modal: dict[str, Any]) -> list[str]:
    block = next(block for block in modal["blocks"] if block.get("block_id") == "safety")
    return [option["text"]["text"] for option in block["element"]["options"]]


def test_each_kind_is_confirmed_by_itself_and_none_may_be_left_out(
    desk: Any, fault: Any, technician: Any, pump: Any
) -> None:
    desk.writes(lambda uow: uow.change(WorkOrder, fault.id, safety=THREE))
    form = desk.click(assigning.start, technician, fault.id).modal
    refused = desk.submit(assigning.started, technician, fault.id, safety="confirmed,confirmed2")
    desk.submit(assigning.started, technician, fault.id, safety="confirmed,confirmed1,confirmed2")

    assert _labels(form) == [
        "Locked out and tagged: LOTO-17",
        "Permit is here: hot work permit",
        "I wear it: face shield",
    ]
    assert refused.errors == {"safety": f"Confirm the safety steps first ({THREE}). Then Start works."}
    assert desk.one(WorkOrder).safety_acknowledged_by == technician.id


def test_what_the_asset_asks_for_by_now_is_asked_before_the_start(
    desk: Any, fault: Any, technician: Any, pump: Any
) -> None:
    desk.writes(lambda uow: uow.change(Asset, pump.id, safety="LOTO-17; drain the caustic"))
    form = desk.click(assigning.start, technician, fault.id).modal

    desk.writes(lambda uow: uow.change(Asset, pump.id, safety="LOTO-17; drain the caustic; gloves"))
    stale = desk.submit(assigning.started, technician, fault.id, safety="confirmed,confirmed1")

    assert _labels(form) == ["Locked out and tagged: LOTO-17", "Done: drain the caustic"]
    assert "gloves" in stale.errors["safety"]
    assert desk.one(WorkOrder).state == "ready"


def test_a_changed_protocol_voids_the_confirmation_and_stops_work_until_it_is_confirmed(
    desk: Any, job: Any, technician: Any, supervisor: Any, add_asset: Any
) -> None:
    mixer = add_asset("M-7", "Mixer", safety="Permit 4; LOTO-9")
    desk.submit(
        correcting.corrected, supervisor, job.id, asset=str(mixer.id), title=job.title, priority=job.priority, due=""
    )
    void, held = desk.one(WorkOrder), desk.one(WorkOrderHold)
    form = desk.click(holds.resume, technician, job.id).modal
    desk.submit(assigning.started, technician, job.id, safety="confirmed,confirmed1")

    assert (void.safety, void.safety_acknowledged_at, held.reason) == ("Permit 4; LOTO-9", None, "permit")
    assert _labels(form) == ["Permit is here: Permit 4", "Locked out and tagged: LOTO-9"]
    assert desk.one(WorkOrder).safety_acknowledged_by == technician.id
    assert desk.one(WorkOrderHold).released_at is not None
    assert "safety" in [row.field for row in desk.all(WorkOrderChange)]


def test_an_asset_put_right_keeps_the_precautions_that_are_the_orders_own(
    desk: Any, fault: Any, supervisor: Any, add_asset: Any
) -> None:
    desk.writes(lambda uow: uow.change(WorkOrder, fault.id, safety="LOTO-17; hot work permit"))
    mixer = add_asset("M-7", "Mixer", safety="LOTO-9")

    desk.submit(
        correcting.corrected,
        supervisor,
        fault.id,
        asset=str(mixer.id),
        title=fault.title,
        priority=fault.priority,
        due="",
    )

    assert desk.one(WorkOrder).safety == "hot work permit; LOTO-9"
