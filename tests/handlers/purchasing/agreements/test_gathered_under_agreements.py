"""Gathering and reordering prefer an agreement in force to an order of its own where it covers what is needed, and say so."""

import json
from dataclasses import replace
from typing import Any

import pytest

from bot import verification
from handlers import gathering, need_raising, needs
from handlers.need_raising import Wish
from handlers.reordering import replenish
from orders.plant import Plant, Reordering
from storage.tables import (
    AgreementEntry,
    CostCentre,
    Part,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseOrderNeed,
    Requisition,
)
from storage.unit_of_work import table


@pytest.fixture
def plant(plant: Plant) -> Plant:
    return replace(plant, reordering=Reordering.DAILY, planned_tolerance_percent=5)


def need(agreeing: Any, quantity: int = 2000, part: Part | None = None, centre: int | None = None) -> None:
    part, centre = part or agreeing.buying.seal, centre or agreeing.centre.id

    def work(uow: Any) -> None:
        need_raising.raised(uow, Wish(quantity, part, cost_centre=uow.get(CostCentre, centre)))

    agreeing.desk.writes(work, by=agreeing.buying.people["technician"])


def gathered(agreeing: Any) -> str:
    """Press Gather for the first supplier; returns the words of the card."""
    told = agreeing.desk.click(gathering.gather, agreeing.buyer, 1)
    return told.private + json.dumps(told.blocks, ensure_ascii=False)


def drafts(agreeing: Any, kind: str) -> list[PurchaseOrder]:
    return [order for order in agreeing.desk.all(PurchaseOrder) if (order.kind, order.state) == (kind, "draft")]


def test_40_needs_that_an_agreement_covers_go_on_one_release_and_that_is_said(agreeing: Any) -> None:
    order = agreeing.active(price="170.00")
    need(agreeing)
    need(agreeing, 3000)

    card = gathered(agreeing)

    (release,) = drafts(agreeing, "release")
    (line,) = agreeing.desk.all(PurchaseOrderLine, order_id=release.id)
    assert (release.parent_id, line.quantity, line.price) == (order.id, 5000, 1_700_000)
    assert len(agreeing.desk.all(PurchaseOrderNeed, line_id=line.id)) == 2
    assert drafts(agreeing, "standard") == []
    assert f"{order.number} with" in card
    assert "covers it, so it goes on its release" in card


def test_40_lines_of_two_cost_centres_reach_the_agreed_break_together_and_lose_it_together(
    agreeing: Any, approver: Any
) -> None:
    agreeing.active(price="184.00", breaks="10: 150.00")
    workshop = agreeing.desk.writes(lambda uow: uow.add(CostCentre, code="430", name="Workshop", owner_id=approver.id))
    need(agreeing, 4000)
    need(agreeing, 6000, centre=workshop)

    gathered(agreeing)

    (release,) = drafts(agreeing, "release")
    lines = agreeing.desk.all(PurchaseOrderLine, order_id=release.id)
    assert [(line.quantity, line.price) for line in lines] == [(4000, 1_500_000), (6000, 1_500_000)]

    last = agreeing.desk.all(Requisition)[-1]
    agreeing.desk.writes(lambda uow: needs.reject_named(uow, last.number, "found some"), by=agreeing.buyer)

    (line,) = agreeing.desk.all(PurchaseOrderLine, order_id=release.id)
    assert (line.quantity, line.price, drafts(agreeing, "release")[0].total) == (4000, 1_840_000, 736_00)


def test_40_what_the_agreement_has_not_enough_for_is_ordered_apart(agreeing: Any) -> None:
    agreeing.active("planned", quantity="4", price="170.00")
    need(agreeing, 5000)

    gathered(agreeing)

    assert drafts(agreeing, "release") == []
    (order,) = drafts(agreeing, "standard")
    assert order.total == 5 * 184_00


def test_40_two_parts_that_only_together_exceed_the_limit_are_not_both_released(agreeing: Any, bearing: Part) -> None:
    order = agreeing.draft("blanket", limit="500", price="170.00")
    agreeing.line(order, part=str(bearing.id), price="60.00")
    agreeing.request(order)
    agreeing.approve(order)
    agreeing.buying.relay("leaving", "accepted")
    agreeing.accepted(order)
    agreeing.tend()
    need(agreeing)
    need(agreeing, 4000, bearing)

    card = gathered(agreeing)

    assert "has not enough left for all" in card
    (release,) = drafts(agreeing, "release")
    (standard,) = drafts(agreeing, "standard")
    assert (release.total, standard.parent_id) == (34_000, None)


def test_40_a_release_that_is_gathered_twice_is_one_draft(agreeing: Any) -> None:
    agreeing.active(price="170.00")
    need(agreeing)
    gathered(agreeing)
    need(agreeing)

    gathered(agreeing)
    again = gathered(agreeing)

    (release,) = drafts(agreeing, "release")
    assert sum(line.quantity for line in agreeing.desk.all(PurchaseOrderLine, order_id=release.id)) == 4000
    assert "Nothing is left to order" in again


def test_40_reordering_buys_in_the_agreements_lots_and_names_it(agreeing: Any) -> None:
    order, seal = agreeing.active(price="170.00"), agreeing.buying.seal
    agreeing.desk.writes(lambda uow: uow.change(Part, seal.id, minimum=5000, order_quantity=5000))

    raised = agreeing.desk.writes(lambda uow: replenish(uow, seal.id))

    assert raised is not None
    assert raised.reason.endswith(f"{order.number} covers it at the agreed price.")
    gathered(agreeing)
    assert len(drafts(agreeing, "release")) == 1


def test_67_the_last_release_may_exceed_the_plan_by_the_plants_tolerance_only(agreeing: Any) -> None:
    order = agreeing.active("planned", quantity="20", price="18.00")
    agreeing.release(order, "15")

    refused = agreeing.types("PO-1", "7 seal")
    let = agreeing.types("PO-1", "6 seal")

    assert refused.startswith("MoreThanAgreed")
    assert let.startswith("Requested")
    assert agreeing.used(order)[0] in {15_000, 21_000}


def test_67_a_tolerance_that_is_lowered_later_judges_nothing_that_was_ordered_before(agreeing: Any) -> None:
    agreeing.active("planned", quantity="20", price="18.00")
    assert agreeing.types("PO-1", "21 seal").startswith("Requested")

    agreeing.desk.plant = replace(agreeing.desk.plant, planned_tolerance_percent=None)

    assert agreeing.desk.reads(verification.damage) == []
    assert agreeing.types("PO-1", "1 seal").startswith("AgreementNotOpen")


def test_67_more_than_was_allowed_at_its_moment_is_damage_whatever_is_allowed_today(agreeing: Any) -> None:
    agreeing.active("planned", quantity="20", price="18.00")
    agreeing.types("PO-1", "20 seal")

    agreeing.desk.writes(lambda uow: uow.run(table(AgreementEntry).update().values(allowed=19_000)))

    (said,) = agreeing.desk.reads(verification.damage)
    assert said.endswith("has more ordered from it than was allowed when it was ordered.")
