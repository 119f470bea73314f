"""Releases that a rule approves: only of the agreements that it names, only up to its amount, and never beyond what is left."""

from dataclasses import replace
from typing import Any

import pytest

from orders.approvals import Rule
from orders.money import Money
from storage.tables import Approval, ApprovalTask, PurchaseOrder

CALL_OFFS = Rule(
    "Small call-offs of planned orders",
    up_to=Money.of("1000", "EUR"),
    kinds=("release",),
    releases_of=("planned",),
    automatic=True,
    instead=("cost centre owner",),
)


@pytest.fixture
def trusting(agreeing: Any) -> Any:
    """A plant that lets small releases of planned orders pass."""
    plant = agreeing.desk.plant
    agreeing.desk.plant = replace(plant, approval_rules=(*plant.approval_rules, CALL_OFFS))
    return agreeing


def newest(agreeing: Any) -> PurchaseOrder:
    found: PurchaseOrder = agreeing.desk.all(PurchaseOrder)[-1]
    return found


def test_a_small_release_of_a_planned_order_is_approved_by_the_rule_and_leaves(trusting: Any) -> None:
    order = trusting.active("planned", quantity="25", price="18.00")

    said = trusting.types("PO-1", "10 seal")

    release = newest(trusting)
    run = trusting.desk.all(Approval, order_id=release.id)[-1]
    assert (release.kind, release.state, run.rule) == ("release", "approved", CALL_OFFS.name)
    assert trusting.desk.all(ApprovalTask, approval_id=run.id) == []
    assert CALL_OFFS.name in said
    assert trusting.used(order) == (10_000, 18_000)


@pytest.mark.parametrize(
    ("kind", "price", "quantity"), [("planned", "184.00", "10"), ("blanket", "18.00", "10")],
    ids=["too dear", "of a blanket order"],
)  # fmt: skip
def test_every_other_release_asks_the_owner(trusting: Any, kind: str, price: str, quantity: str) -> None:
    trusting.active(kind, price=price, **({"quantity": "20"} if kind == "planned" else {}))

    trusting.types("PO-1", f"{quantity} seal")

    release = newest(trusting)
    assert (release.kind, release.state) == ("release", "pending_approval")


def test_releases_one_after_the_other_are_not_approved_beyond_the_amount_of_the_rule(trusting: Any) -> None:
    trusting.active("planned", quantity="40", price="60.00")

    for _ in range(2):
        trusting.types("PO-1", "10 seal")

    states = [order.state for order in trusting.desk.all(PurchaseOrder) if order.kind == "release"]
    assert states == ["approved", "pending_approval"]


def test_no_rule_approves_more_than_is_left_of_the_agreement(trusting: Any) -> None:
    order = trusting.active("planned", quantity="15", price="18.00")
    trusting.types("PO-1", "10 seal")

    said = trusting.types("PO-1", "6 seal")

    assert said.startswith("MoreThanAgreed")
    assert trusting.used(order) == (10_000, 18_000)


def test_the_agreement_itself_is_never_approved_by_a_rule_for_releases(trusting: Any) -> None:
    order = trusting.draft("planned", quantity="10", price="18.00")

    trusting.request(order)

    assert trusting.order(order).state == "pending_approval"
