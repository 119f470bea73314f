"""Work orders that wait for each other."""

from orders.dependencies import way

AFTER = {1: [2, 3], 2: [4], 3: [4], 4: [5], 5: [], 6: [1]}


def test_the_way_along_what_waits_is_found_and_named() -> None:
    assert way(1, 5, AFTER.__getitem__) in ([1, 2, 4, 5], [1, 3, 4, 5])


def test_there_is_no_way_against_it() -> None:
    assert way(5, 1, AFTER.__getitem__) == []


def test_a_work_order_is_on_the_way_to_itself() -> None:
    assert way(2, 2, AFTER.__getitem__) == [2]


def test_a_ring_that_is_there_already_does_not_keep_looking_forever() -> None:
    assert way(1, 9, {1: [2], 2: [1]}.__getitem__) == []
