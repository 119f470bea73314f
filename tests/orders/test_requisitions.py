"""The rules of needs: who may end them, how a line is shared among them, and when a part is bought anew."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.errors import NotPossible, NotYours
from orders.people import CHARGEHAND, Actor, Role
from orders.requisitions import (
    REQUISITIONS,
    Claim,
    Levels,
    NeedEvent,
    NeedState,
    arrivals,
    replenishment,
    served,
    unserved,
)

MEI = Actor(1, "Mei Chen", frozenset({Role.BUYER}))
ANA = Actor(2, "Ana Ruiz", frozenset({Role.OPERATOR}))
FRIDAY, MONDAY = date(2026, 11, 27), date(2026, 11, 30)
ENDS = (NeedState.FULFILLED, NeedState.FROM_STOCK, NeedState.CANCELLED, NeedState.REJECTED)

LAWFUL = {
    (NeedState.OPEN, NeedEvent.ORDER): NeedState.ON_ORDER,
    (NeedState.ON_ORDER, NeedEvent.RELEASE): NeedState.OPEN,
    (NeedState.ON_ORDER, NeedEvent.FULFIL): NeedState.FULFILLED,
    (NeedState.FULFILLED, NeedEvent.EXPECT_AGAIN): NeedState.ON_ORDER,
    (NeedState.OPEN, NeedEvent.TAKE_FROM_STOCK): NeedState.FROM_STOCK,
    (NeedState.OPEN, NeedEvent.CANCEL): NeedState.CANCELLED,
    (NeedState.OPEN, NeedEvent.REJECT): NeedState.REJECTED,
}


@pytest.mark.parametrize("state", NeedState)
@pytest.mark.parametrize("event", NeedEvent)
def test_a_need_takes_exactly_the_steps_of_its_table(state: NeedState, event: NeedEvent) -> None:
    step = REQUISITIONS.step(state, event)

    assert (step.target if step else None) == LAWFUL.get((state, event))


@pytest.mark.parametrize("state", ENDS)
def test_what_has_ended_stays_ended(state: NeedState) -> None:
    with pytest.raises(NotPossible):
        REQUISITIONS.follow(state, NeedEvent.CANCEL, MEI, subject="PR-1")


def test_only_buyers_and_approvers_say_no_to_a_need() -> None:
    with pytest.raises(NotYours):
        REQUISITIONS.follow(NeedState.OPEN, NeedEvent.REJECT, ANA, subject="PR-1")

    assert REQUISITIONS.follow(NeedState.OPEN, NeedEvent.REJECT, MEI, subject="PR-1") is NeedState.REJECTED


def test_nobody_orders_a_need_by_hand() -> None:
    with pytest.raises(NotYours):
        REQUISITIONS.follow(NeedState.OPEN, NeedEvent.ORDER, MEI, subject="PR-1")

    assert REQUISITIONS.follow(NeedState.OPEN, NeedEvent.ORDER, CHARGEHAND, subject="PR-1") is NeedState.ON_ORDER


def test_the_earliest_day_is_served_first_then_whoever_asked_first() -> None:
    claims = [Claim(1, 2000, MONDAY), Claim(2, 3000, FRIDAY), Claim(3, 1000, FRIDAY), Claim(4, 500)]

    assert served(claims, 4500) == {2: 3000, 3: 1000, 1: 500, 4: 0}


def test_a_second_delivery_goes_on_where_the_first_ended() -> None:
    claims = [Claim(1, 2000, FRIDAY), Claim(2, 3000, MONDAY)]

    assert arrivals(claims, 0, 3000) == {1: 2000, 2: 1000}
    assert arrivals(claims, 3000, 5000) == {2: 2000}
    assert arrivals(claims, 5000, 6000) == {}


def test_a_line_that_is_lowered_leaves_the_least_urgent_without() -> None:
    claims = [Claim(1, 2000, FRIDAY), Claim(2, 3000, MONDAY)]

    assert unserved(claims, 4000) == {2: 1000}
    assert unserved(claims, 5000) == {}
    assert unserved(claims, 0) == {1: 2000, 2: 3000}


quantities = st.integers(0, 10**9)


@given(st.lists(quantities, max_size=8), quantities, quantities)
def test_no_need_gets_more_than_it_claims_and_nothing_is_given_twice(asked: list[int], before: int, more: int) -> None:
    claims = [Claim(number, quantity) for number, quantity in enumerate(asked)]

    first, second = arrivals(claims, 0, before), arrivals(claims, before, before + more)
    whole = served(claims, before + more)

    assert sum(whole.values()) == min(sum(asked), before + more)
    assert {n: first.get(n, 0) + second.get(n, 0) for n in whole} == whole
    assert all(
        whole[claim.need] + unserved(claims, before + more).get(claim.need, 0) == claim.quantity for claim in claims
    )


@pytest.mark.parametrize(
    ("levels", "projected", "bought"),
    [
        (Levels(2000, 6000), 2000, 0),
        (Levels(2000, 6000), 1999, 4001),
        (Levels(2000, 6000), 0, 6000),
        (Levels(2000, 6000), -3000, 9000),
        (Levels(2000, 0, 5000), 1000, 5000),
        (Levels(12000, 0, 5000), 1000, 15000),
        (Levels(2000), 500, 1500),
        (Levels(0), 0, 0),
        (Levels(0), -1000, 1000),
        (Levels(5000, 3000), 1000, 4000),
        (Levels(5000, 0, -1), 1000, 4000),
    ],
)
def test_a_part_is_bought_up_to_its_maximum_or_in_its_order_quantity(
    levels: Levels, projected: int, bought: int
) -> None:
    assert replenishment(levels, projected) == bought


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 10**6), st.integers(-(10**9), 10**9))
def test_what_is_bought_always_fills_the_hole(minimum: int, maximum: int, lot: int, projected: int) -> None:
    bought = replenishment(Levels(minimum, maximum, lot), projected)

    assert bought >= 0
    assert projected + bought >= minimum
    assert not (projected >= minimum and bought)
