"""Working time as people write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.durations import MOST, leading_minutes, minutes_of, spoken_minutes
from orders.errors import Unlawful


@pytest.mark.parametrize(
    ("written", "minutes"),
    [("40", 40), ("40 min", 40), ("40m", 40), ("40'", 40), ("1.5 h", 90), ("1,5 Std", 90), ("1h30", 90),
     ("1 h 30 min", 90), ("1:30", 90), ("0:05", 5), ("2 Stunden", 120), ("2 hours", 120), ("3 hrs", 180), ("45 Minutes", 45), ("0", 0), (" 12 Minuten ", 12)],
)  # fmt: skip
def test_a_time_is_read_as_minutes(written: str, minutes: int) -> None:
    assert minutes_of(written) == minutes


@pytest.mark.parametrize("written", ["", "soon", "-5", "1:75", "1.5", "40 apples", f"{MOST + 1}", "9999999", "1:30:00"])
def test_what_is_no_time_or_an_absurd_one_is_refused_with_the_form_expected(written: str) -> None:
    with pytest.raises(Unlawful, match=f"a number from 0 to {MOST}"):
        minutes_of(written)


@pytest.mark.parametrize(
    ("written", "read"),
    [("40 min changed the seal", (40, "changed the seal")), ("1:30, cleaned", (90, "cleaned")),
     ("2 h. Greased too", (120, "Greased too")), ("2 seals", (2, "seals")), ("45mm seal", None), ("changed the seal", None)],
)  # fmt: skip
def test_a_time_may_lead_a_sentence(written: str, read: tuple[int, str] | None) -> None:
    assert leading_minutes(written) == read


@given(st.integers(0, MOST))
def test_minutes_said_aloud_read_back_the_same(minutes: int) -> None:
    assert minutes_of(spoken_minutes(minutes)) == minutes


def test_minutes_are_said_without_empty_parts() -> None:
    assert [spoken_minutes(minutes) for minutes in (0, 40, 60, 90)] == ["0 min", "40 min", "1 h", "1 h 30 min"]
