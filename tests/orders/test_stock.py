"""Stock in four figures, and how a need is covered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.errors import NotEnoughStock, NotFree
from orders.stock import (
    Figures,
    Layer,
    MovementKind,
    check_issue,
    check_transfer,
    counted_difference,
    cover,
    given_back,
    order_quantity,
    whole_packs,
)

quantities = st.integers(0, 10**9)
figures = st.builds(Figures, quantities, quantities, quantities)


def test_available_is_what_is_on_hand_and_not_reserved() -> None:
    figures = Figures(on_hand=5_000, reserved=2_000, on_order=10_000)

    assert figures.available == 3_000
    assert figures.projected == 13_000


def test_more_reserved_than_on_hand_leaves_nothing_available_and_a_projection_below_zero() -> None:
    figures = Figures(on_hand=1_000, reserved=3_000)

    assert figures.available == 0
    assert figures.projected == -2_000


@given(needed=quantities, figures=figures)
def test_reserved_and_shortfall_are_the_need_and_never_touch_what_others_were_promised(  # type: ignore[no-untyped-def]
    needed, figures
) -> None:
    covered = cover(needed, figures)

    assert covered.reserved + covered.shortfall == needed
    assert 0 <= covered.reserved <= figures.available
    assert covered.shortfall == 0 or covered.reserved == figures.available


def test_what_is_on_hand_may_be_taken_to_the_last_piece() -> None:
    check_issue(2_000, Figures(2_000, 0), part="seal 45 mm", unit="C62", store="store 2")


@pytest.mark.parametrize(("on_hand", "said"), [(0, "Only 0 pieces of"), (1_000, "Only 1 piece of")])
def test_more_than_is_on_hand_is_refused_with_what_is_there(on_hand: int, said: str) -> None:
    with pytest.raises(NotEnoughStock, match=f"{said} seal 45 mm are in store 2"):
        check_issue(2_000, Figures(on_hand, 0), part="seal 45 mm", unit="C62", store="store 2")


@pytest.mark.parametrize(
    ("shortfall", "minimum", "multiple", "ordered"),
    [(2_000, 0, 0, 2_000), (2_000, 5_000, 0, 5_000), (7_000, 5_000, 0, 7_000), (2_000, 0, 12_000, 12_000),
     (13_000, 0, 12_000, 24_000), (12_000, 0, 12_000, 12_000), (1_000, 15_000, 12_000, 24_000)],
)  # fmt: skip
def test_a_shortfall_is_raised_to_the_minimum_and_to_whole_lots(
    shortfall: int, minimum: int, multiple: int, ordered: int
) -> None:
    assert order_quantity(shortfall, minimum=minimum, multiple=multiple) == ordered


@given(shortfall=quantities, minimum=quantities, multiple=quantities)
def test_an_order_always_covers_the_need_in_the_fewest_whole_lots(  # type: ignore[no-untyped-def]
    shortfall, minimum, multiple
) -> None:
    ordered = order_quantity(shortfall, minimum=minimum, multiple=multiple)

    assert ordered >= max(shortfall, minimum)
    assert not multiple or ordered % multiple == 0
    assert ordered - max(shortfall, minimum) < max(multiple, 1)


@given(shortfall=quantities, pack_size=st.integers(1, 10**7))
def test_whole_packs_cover_a_shortfall_and_one_pack_less_would_not(shortfall: int, pack_size: int) -> None:
    packs = whole_packs(shortfall, pack_size)

    assert packs % 1_000 == 0
    assert packs // 1_000 * pack_size >= shortfall > (packs // 1_000 - 1) * pack_size


@pytest.mark.parametrize("kind", list(MovementKind), ids=str)
def test_every_kind_of_movement_is_kept_by_its_value(kind: MovementKind) -> None:
    assert MovementKind(kind.value) is kind


def test_what_comes_back_is_what_went_out_last_at_its_own_cost() -> None:
    moved = [Layer(2000, 100, "EUR"), Layer(1000, 300, "EUR"), Layer(-500, 300, "EUR")]

    back = given_back(moved, 1500)

    assert back == (Layer(500, 300, "EUR"), Layer(1000, 100, "EUR"))


def test_more_cannot_come_back_than_is_still_out() -> None:
    with pytest.raises(ValueError, match="more comes back"):
        given_back([Layer(2000, 100, "EUR"), Layer(-1500, 100, "EUR")], 501)


@pytest.mark.parametrize(
    ("counted", "listed", "booked", "difference"),
    [(9, 10, 10, -1), (12, 10, 10, 2), (10, 10, 6, 0), (6, 10, 6, 0), (9, 10, 6, None), (0, 10, 6, None), (8, 6, 8, 0)],
)
def test_a_count_is_held_against_what_was_booked_before_and_after_a_move(
    counted: int, listed: int, booked: int, difference: int | None
) -> None:
    assert counted_difference(counted, listed, booked) == difference


def test_only_what_is_free_is_moved_to_another_store() -> None:
    there = Figures(on_hand=10_000, reserved=8_000)

    check_transfer(2_000, there, part="seal", unit="C62", store="main")
    with pytest.raises(NotFree, match="Only 2 pieces of seal are free in main"):
        check_transfer(3_000, there, part="seal", unit="C62", store="main")
