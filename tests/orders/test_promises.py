"""Which promised day of an order line comes next."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from orders.promises import Promise, next_day

FIRST, SECOND = date(2026, 12, 4), date(2026, 12, 18)
BOTH = (Promise(6000, SECOND), Promise(4000, FIRST))


@pytest.mark.parametrize(
    ("came", "day"), [(0, FIRST), (3999, FIRST), (4000, SECOND), (9999, SECOND), (10_000, None), (-1000, FIRST)]
)
def test_what_comes_counts_towards_the_earliest_promise_first(came: int, day: date | None) -> None:
    assert next_day(BOTH, came) == day


def test_nothing_promised_has_no_day() -> None:
    assert next_day([], 0) is None


@given(
    some.lists(some.builds(Promise, some.integers(1, 10_000), some.dates()), max_size=8),
    some.integers(0, 40_000),
    some.integers(0, 40_000),
)
def test_the_next_day_never_moves_back_when_more_comes(promised: list[Promise], came: int, more: int) -> None:
    before, after = next_day(promised, came), next_day(promised, came + more)

    assert after is None or (before is not None and before <= after)
