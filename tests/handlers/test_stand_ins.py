"""Spares: what is critical, what may stand in for what is missing, and on which machines and by which plans a part is used."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from handlers import parts, sentences, stand_ins
from handlers.happenings import Command
from storage.tables import (
    Asset,
    AssetPart,
    MaintenancePlan,
    Part,
    PartAlternate,
    Person,
    PlanPart,
    PurchaseOrder,
    Requisition,
    WorkOrder,
    WorkOrderHold,
    WorkOrderPart,
)
from tests.handlers.conftest import Desk

AddPart = Callable[..., Part]


@pytest.fixture
def other(desk: Desk, seal: Part, add_part: AddPart) -> Part:
    """A seal of another make, of which three are free, that may stand in for the one that is missing."""
    made = add_part("P-10232", "Mechanical seal 45 mm, carbon", 3_000)
    desk.writes(lambda uow: uow.add(PartAlternate, part_id=seal.id, other_id=made.id))
    return made


def types(desk: Desk, by: Person, text: str) -> str:
    told = desk.does(sentences.command, Command(desk.key(), by.slack_id, "D1", "/chargehand", text))
    return f"{told.private} {json.dumps(told.blocks, ensure_ascii=False)}"


def misses(desk: Desk, job: WorkOrder, seal: Part, technician: Person) -> Requisition:
    desk.writes(lambda uow: parts.need(uow, job.id, seal.id, 2_000), by=technician)
    return desk.one(Requisition)


def test_89_a_part_that_may_stand_in_is_offered_on_a_shortage_and_ends_it(
    desk: Desk, job: WorkOrder, seal: Part, other: Part, technician: Person, buyer: Person
) -> None:
    need = misses(desk, job, seal, technician)
    card = json.dumps(desk.card(f"pr:{need.id}"))
    form = desk.click(stand_ins.choose, technician, need.id).modal
    desk.submit(stand_ins.chosen, technician, need.id, part=str(other.id))

    kept = desk.one(WorkOrderPart, part_id=other.id)
    assert "Use another part" in card
    assert "Mechanical seal 45 mm, carbon (P-10232), 3 pieces free" in card
    assert "3 pieces free" in json.dumps(form)
    assert (kept.needed, kept.reserved) == (2_000, 2_000)
    assert desk.one(WorkOrderPart, part_id=seal.id).needed == 0
    assert desk.one(Requisition).state == "cancelled"
    assert {row.state for row in desk.all(PurchaseOrder)} == {"cancelled"}
    assert all(row.released_at for row in desk.all(WorkOrderHold))
    assert "2 pieces Mechanical seal 45 mm, carbon kept" in "\n".join(desk.lines())


def test_without_a_free_stand_in_nothing_is_offered(
    desk: Desk, job: WorkOrder, seal: Part, add_part: AddPart, technician: Person, buyer: Person
) -> None:
    empty = add_part("P-10233", "Seal, sold out")
    desk.writes(lambda uow: uow.add(PartAlternate, part_id=seal.id, other_id=empty.id))

    need = misses(desk, job, seal, technician)

    assert "Use another part" not in json.dumps(desk.card(f"pr:{need.id}"))


def test_what_is_not_missing_any_more_or_not_allowed_is_refused(
    desk: Desk,
    job: WorkOrder,
    seal: Part,
    other: Part,
    add_part: AddPart,
    technician: Person,
    operator: Person,
    buyer: Person,
) -> None:
    strange = add_part("P-9", "Something else", 9_000)
    need = misses(desk, job, seal, technician)

    wrong = desk.submit(stand_ins.chosen, technician, need.id, part=str(strange.id))
    forged = desk.submit(stand_ins.chosen, technician, need.id, part="x")
    theirs = desk.submit(stand_ins.chosen, operator, need.id, part=str(other.id))
    desk.submit(stand_ins.chosen, technician, need.id, part=str(other.id))
    again = desk.submit(stand_ins.chosen, technician, need.id, part=str(other.id))
    late = desk.click(stand_ins.choose, technician, need.id)

    assert wrong.errors
    assert forged.errors
    assert theirs.private
    assert "is not missing any more" in again.private
    assert "is not missing any more" in late.private
    assert desk.one(WorkOrderPart, part_id=other.id).reserved == 2_000


def test_what_lies_free_in_another_store_is_said_on_a_shortage(
    desk: Desk, job: WorkOrder, add_part: AddPart, storekeeper: Person, technician: Person, buyer: Person
) -> None:
    bearing = add_part("6204", "Ball bearing 6204", 4_000)
    types(desk, storekeeper, "move 4 6204 to new line2")

    need = misses(desk, job, bearing, technician)

    assert "There is some elsewhere: 4 pieces in line2" in json.dumps(desk.card(f"pr:{need.id}"))


def test_89_stock_says_on_which_machines_and_plans_a_part_is_used_and_what_may_stand_in(
    desk: Desk, job: WorkOrder, pump: Asset, conveyor: Asset, seal: Part, other: Part, technician: Person
) -> None:
    def work(uow: Any) -> None:
        uow.add(AssetPart, asset_id=conveyor.id, part_id=seal.id)
        plan = uow.add(MaintenancePlan, code="SEAL-C20", plain_code="SEALC20", title="New seals", asset_id=conveyor.id)
        uow.add(PlanPart, plan_id=plan, part_id=seal.id, quantity=1_000)
        uow.change(Part, seal.id, critical=True)

    desk.writes(work)
    desk.writes(lambda uow: parts.issue(uow, job.id, other.id, 1_000), by=technician)

    said, taken = types(desk, technician, "stock P-10231"), types(desk, technician, "stock P-10232")

    assert "Mechanical seal 45 mm (P-10231), critical spare" in said
    assert "Used on C-20 Infeed conveyor" in said
    assert "Taken by plans SEAL-C20" in said
    assert "Instead of it: Mechanical seal 45 mm, carbon (P-10232), 2 pieces free" in said
    assert "Used on P-101 CIP return pump" in taken


def test_critical_spares_are_listed_by_what_is_lacking(desk: Desk, add_part: AddPart, storekeeper: Person) -> None:
    for code, there in (("A-1", 5_000), ("B-1", 0), ("C-1", 1_000)):
        add_part(code, f"Spare {code}", there, minimum=2_000, critical=code != "X")
    add_part("D-1", "Not critical")

    said = types(desk, storekeeper, "stock critical")

    assert said.index("B-1") < said.index("C-1") < said.index("A-1")
    assert "*Low* Spare B-1 (B-1): 0 pieces in stock, minimum 2" in said
    assert "D-1" not in said
