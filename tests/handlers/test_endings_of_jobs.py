"""How jobs end and live on: the plant's own failure codes, who closes, what had been said before it was opened again."""

from dataclasses import replace
from typing import Any

import pytest

from handlers import assigning, closing, completing, failure_lists, job_details, parts
from orders.failure_codes import FailureCode
from orders.plant import Plant
from storage.tables import Asset, WorkOrder

CAVITATES = FailureCode("mode", "CAV", "Cavitates", ("pump",), ("cavitat*",))


def codes(found: Any) -> list[str]:
    return [each.code for each in found]


@pytest.mark.parametrize(
    ("named", "has", "has_not"),
    [
        ("Centrifugal pump", "ELP", "AIR"),
        ("Kreiselpumpe", "ELP", "AIR"),
        ("Gear motor", "NOI", "PLU"),
        ("Belt conveyor", "PLU", "INL"),
        ("Control valve", "INL", "VIB"),
        ("Temperature sensor", "AIR", "ELP"),
        ("Screw compressor", "OHE", "INL"),
    ],
)
def test_each_class_of_assets_has_its_short_list(named: str, has: str, has_not: str) -> None:
    found = codes(failure_lists.listed(Plant(), "mode", named))

    assert has in found
    assert has_not not in found
    assert found[-2:] == ["UNK", "OTH"]
    assert len(found) <= 13


def test_a_class_that_no_list_knows_gets_all() -> None:
    assert len(failure_lists.listed(Plant(), "mode", "Oven")) == 18
    assert len(failure_lists.listed(Plant(), "mode")) == 18


def test_the_plants_own_codes_come_first_for_their_class_and_take_a_defaults_place() -> None:
    plant = Plant(failures=(CAVITATES, FailureCode("mode", "ELP", "Drips"), FailureCode("cause", "SAL", "Salt")))

    pump = failure_lists.listed(plant, "mode", "Centrifugal pump")

    assert codes(pump)[:2] == ["CAV", "ELP"]
    assert codes(pump).count("ELP") == 1
    assert "CAV" not in codes(failure_lists.listed(plant, "mode", "Belt conveyor"))
    assert codes(failure_lists.listed(plant, "cause", "Belt conveyor"))[0] == "SAL"
    assert failure_lists.words_of(plant, "mode", "ELP") == "Drips"


def test_the_form_offers_the_assets_usual_failures_then_the_plants_then_the_classes(
    desk: Any, job: Any, technician: Any, pump: Any
) -> None:
    desk.plant = replace(desk.plant, failures=(CAVITATES,))
    earlier = {"asset_id": pump.id, "state": "closed", "due_at": desk.now, "created_at": desk.now}

    def past(uow: Any) -> None:
        uow.change(Asset, pump.id, asset_class="Centrifugal pump")
        for number, mode in enumerate(["NOI", "NOI", "AIR", "OHE", "OHE", "OHE"]):
            uow.add(WorkOrder, number=f"WO-2025-{number:05}", title="x", failure_mode=mode, **earlier)

    desk.writes(past)
    form = desk.click(completing.done, technician, job.id)
    (mode,) = [block["element"] for block in form.modal["blocks"] if block.get("block_id") == "mode"]

    assert [each["value"] for each in mode["options"]][:5] == ["OHE", "NOI", "AIR", "CAV", "ELP"]


def test_words_of_the_plants_own_list_are_found_in_a_report(desk: Any, job: Any, technician: Any, pump: Any) -> None:
    desk.plant = replace(desk.plant, failures=(CAVITATES,))
    desk.writes(lambda uow: uow.change(Asset, pump.id, asset_class="Centrifugal pump"))
    desk.writes(lambda uow: uow.change(WorkOrder, job.id, title="Pump cavitating", description="Pump cavitating"))

    form = desk.click(completing.done, technician, job.id)

    (mode,) = [block["element"] for block in form.modal["blocks"] if block.get("block_id") == "mode"]
    assert mode["initial_option"]["text"]["text"] == "Cavitates"


def test_what_a_job_had_ended_with_is_told_when_it_is_opened_again_and_stays_in_its_history(
    desk: Any, job: Any, technician: Any, supervisor: Any
) -> None:
    first = {"mode": "ELP", "cause": "WEA", "remedy": "REP"}
    desk.submit(completing.completed, technician, job.id, minutes="5", **first)
    desk.later(hours=1)
    desk.submit(closing.reopened, supervisor, job.id, reason="Still drips")
    desk.later(hours=1)
    desk.submit(completing.completed, technician, job.id, mode="STD", remedy="RPR", minutes="9")
    desk.later(hours=1)
    desk.submit(closing.reopened, supervisor, job.id, reason="Crack again")

    history = str(desk.click(job_details.details, supervisor, job.id).modal)
    assert any(
        told == f"Tom Okafor has reopened {job.number}: Still drips\n"
        "It had been finished by Luis Moreno, today 09:12: Leaks outside; Wear; Replaced a part. Then: Still drips"
        for told in desk.lines()
    )
    assert "Luis Moreno, today 09:12: Leaks outside; Wear; Replaced a part. Then: Still drips" in history
    assert "Luis Moreno, today 11:12: Crack, wear or damage; Wear; Repaired it. Then: Crack again" not in history
    assert "Luis Moreno, today 11:12: Crack, wear or damage; Repaired it. Then: Crack again" in history


def test_whoever_did_it_alone_closes_it_only_where_the_plant_lets_them(
    desk: Any, fault: Any, supervisor: Any, hire: Any
) -> None:
    hire("Eva Boss", "supervisor")
    desk.click(assigning.take, supervisor, fault.id)
    desk.submit(assigning.started, supervisor, fault.id, safety="confirmed")
    desk.submit(completing.completed, supervisor, fault.id, mode="ELP", minutes="5")

    refused = desk.click(closing.close, supervisor, fault.id)
    state = desk.one(WorkOrder).state
    desk.plant = replace(desk.plant, closer_apart=False)
    desk.click(closing.close, supervisor, fault.id)

    assert "Eva Boss can." in refused.private
    assert (state, desk.one(WorkOrder).state) == ("completed", "closed")


def test_parts_that_stay_kept_are_listed_when_the_work_is_done(
    desk: Any, job: Any, technician: Any, add_part: Any
) -> None:
    seal = add_part("P-1", "Seal 45", on_hand=3000)
    desk.writes(lambda uow: parts.need(uow, job.id, seal.id, 3000), technician)
    desk.submit(completing.completed, technician, job.id, mode="ELP", minutes="5", parts_used="1 x P-1")

    assert "Still kept for it: 2 pieces Seal 45." in desk.lines()[-2] + desk.lines()[-1]


def test_08_20_a_job_with_time_on_it_is_not_cancelled_and_it_is_said_what_is_possible(
    desk: Any, job: Any, technician: Any, supervisor: Any
) -> None:
    desk.later(minutes=30)

    refused = desk.click(closing.cancel, supervisor, job.id)

    assert refused.private == f"{job.number} has time recorded, so it cannot be cancelled. Complete it instead."
