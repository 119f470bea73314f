"""Working time as people write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from orders.durations import MOST, leading_minutes, minutes_of, spoken_minutes
from orders.errors import Unlawful

READ = (
    ("40", 40),
    ("40 min", 40),
    ("40min", 40),
    ("40m", 40),
    ("1.5 h", 90),
    ("1,5 h", 90),
    ("1h30", 90),
    ("1 h 30 min", 90),
    ("2 hours", 120),
    ("1:30", 90),
    ("0", 0),
    ("2 std", 120),
    ("45 Minuten", 45),
)
UNREAD = ("", "soon", "-5", "1.5", "40 minutes or so", "99999", "1:75", "½ h", "1e3", "NaN")


@pytest.mark.parametrize(("written", "minutes"), READ)
def test_time_is_read_as_people_write_it(written: str, minutes: int) -> None:
    assert minutes_of(written) == minutes


@pytest.mark.parametrize("written", UNREAD)
def test_what_is_no_time_is_refused(written: str) -> None:
    with pytest.raises(Unlawful, match="in minutes"):
        minutes_of(written)


def test_words_may_follow_a_time() -> None:
    assert leading_minutes("40 min changed the seal") == (40, "changed the seal")
    assert leading_minutes("changed the seal") is None


@given(some.integers(0, MOST))
def test_what_is_said_can_be_read_again(minutes: int) -> None:
    assert minutes_of(spoken_minutes(minutes)) == minutes


@given(some.text(max_size=30))
def test_any_text_is_a_time_or_none(text: str) -> None:
    found = leading_minutes(text)

    assert found is None or found[0] >= 0
