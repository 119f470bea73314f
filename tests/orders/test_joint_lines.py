"""Lines of one part together: the least that is sold, lots, and one price by quantity, in whatever order they were written."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.joint_lines import Asked, Joined, Listing, joined
from orders.price_breaks import Break

LIST = Listing(1_840_000, (Break(5000, 1_700_000), Break(10_000, 1_500_000)), minimum=5000)
wholes = st.integers(1, 40).map(lambda each: each * 1000)
listings = st.builds(
    Listing,
    st.integers(1, 10**7),
    st.dictionaries(wholes, st.integers(1, 10**7), max_size=4).map(
        lambda steps: tuple(Break(*each) for each in steps.items())
    ),
    minimum=st.integers(0, 40).map(lambda each: each * 1000),
    multiple=st.sampled_from([0, 1000, 5000]),
)
lines = st.lists(
    st.builds(Asked, st.just(0), wholes, st.integers(0, 10**7), st.booleans(), st.booleans()), min_size=1, max_size=6
).map(lambda found: [replace(each, line=number) for number, each in enumerate(found, 1)])


def test_40_two_lines_reach_the_least_and_the_price_together() -> None:
    found = joined([Asked(1, 1000, 0), Asked(2, 2000, 0)], LIST)

    assert found == (Joined(1, 3000, 2000, 1_700_000), Joined(2, 2000, 0, 1_700_000))


def test_40_what_a_person_wrote_is_never_filled_up() -> None:
    found = joined([Asked(1, 1000, 1_200_000, follows=False, listed=False), Asked(2, 2000, 0)], LIST)

    assert found == (Joined(1, 1000, 0, 1_200_000), Joined(2, 4000, 2000, 1_700_000))


def test_40_where_every_quantity_was_written_nothing_is_added() -> None:
    assert joined([Asked(1, 1000, 0, follows=False)], LIST) == (Joined(1, 1000, 0, 1_840_000),)


def test_40_the_rest_comes_in_whole_lots() -> None:
    found = joined([Asked(1, 4000, 0), Asked(2, 4000, 0)], Listing(1, minimum=9000, multiple=4000))

    assert [(each.quantity, each.filled) for each in found] == [(8000, 4000), (4000, 0)]


@given(lines, listings, st.randoms(use_true_random=False))
def test_40_the_order_of_writing_changes_nothing(wanted: list[Asked], listing: Listing, chance: object) -> None:
    shuffled = sorted(wanted, key=lambda _: chance.random())  # type: ignore[attr-defined]

    assert set(joined(shuffled, listing)) == set(joined(wanted, listing))


@given(lines, listings)
def test_40_sum_least_and_price_fit_each_other(wanted: list[Asked], listing: Listing) -> None:
    found = joined(wanted, listing)

    whole = sum(each.quantity for each in found)
    assert whole == sum(each.wanted for each in wanted) + sum(each.filled for each in found)
    assert whole >= listing.minimum or not any(each.follows for each in wanted)
    by_number = {each.line: each for each in found}
    for each in wanted:
        assert by_number[each.line].price == (listing.price_of(whole) if each.listed else each.price)
        assert not by_number[each.line].filled or each.follows
    assert len([each for each in found if each.filled]) <= 1


@given(lines, listings)
def test_40_doing_it_again_changes_nothing(wanted: list[Asked], listing: Listing) -> None:
    found = joined(wanted, listing)

    again = [
        replace(each, wanted=now.quantity - now.filled, price=now.price)
        for each, now in zip(wanted, found, strict=True)
    ]

    assert joined(again, listing) == found


@pytest.mark.parametrize("gone", [1, 2])
def test_40_a_line_that_goes_leaves_the_other_as_if_it_had_been_alone(gone: int) -> None:
    both = [Asked(1, 4000, 0), Asked(2, 6000, 0)]
    left = [each for each in both if each.line != gone]

    (alone,) = joined(left, LIST)

    assert (alone.quantity, alone.price) == ((6000, 1_700_000) if gone == 1 else (5000, 1_700_000))
