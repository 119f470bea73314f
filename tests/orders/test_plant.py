"""What a plant has settled for itself, and the words of roles and states."""

from enum import StrEnum

import pytest

from orders.lifecycle import PAST, past, said
from orders.numbering import PATTERNS
from orders.people import Role
from orders.plant import Address, Plant
from orders.purchase_orders import OrderEvent
from orders.work_orders import WorkOrderEvent


def test_an_address_is_one_line_without_empty_parts() -> None:
    assert Address("Halden Works", "Mill Road 4", "10115", "Halden").line() == "Halden Works, Mill Road 4, 10115 Halden"
    assert Address(city="Halden").line() == "Halden"
    assert Address().line() == ""


def test_a_plant_that_has_settled_nothing_lets_nobody_approve_and_tolerates_nothing() -> None:
    plant = Plant()

    assert plant.approval_rules == plant.approval_fallback == ()
    assert plant.tolerance_percent is None
    assert plant.patterns == PATTERNS
    assert plant.patterns is not PATTERNS


@pytest.mark.parametrize("event", [*WorkOrderEvent, *OrderEvent], ids=str)
def test_every_event_can_be_said_after_cannot_be(event: StrEnum) -> None:
    participle = past(event).split()[0]

    assert participle.endswith("ed") or past(event) in PAST.values()


def test_irregular_words_are_listed_and_the_others_follow_the_rule() -> None:
    assert past(WorkOrderEvent.CLOSE) == "closed"
    assert past(WorkOrderEvent.START) == "started"
    assert past(WorkOrderEvent.HOLD) == PAST["hold"]


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_roles_are_said_without_underscores(role: Role) -> None:
    assert "_" not in said(role)
