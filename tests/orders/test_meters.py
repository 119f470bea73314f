"""What readings mean: figures that are none, steps, resets and roll-overs, and limits that are passed once."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.errors import FigureUnclear, ReadingBelow, ReadingUnclear
from orders.meters import Limit, MeterKind, ReadingKind, Step, exact, plain, stepped, thousandths

COUNTER, GAUGE = MeterKind.COUNTER, MeterKind.GAUGE


@pytest.mark.parametrize(
    ("written", "value"), [("1240", 1_240_000), ("1240.5", 1_240_500), ("0,125", 125), ("-12.25", -12_250), (" 0 ", 0)]
)
def test_a_typed_figure_is_read_as_thousandths(written: str, value: int) -> None:
    assert thousandths(written) == value


@pytest.mark.parametrize(
    "written", ["nan", "inf", "-inf", "1e9", "", "12.3456", "9999999999", "1,240.5", "0x10", "12h", "\u0661\u0662x"]
)
def test_what_is_no_reading_is_refused(written: str) -> None:
    with pytest.raises(ReadingUnclear):
        thousandths(written)


@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "-Infinity", "1e30", "1e999999", "0.0001"])
def test_what_a_machine_sends_as_no_number_is_refused(value: str) -> None:
    with pytest.raises(ReadingUnclear):
        exact(Decimal(value))


def test_a_figure_with_two_meanings_is_asked_about() -> None:
    with pytest.raises(FigureUnclear, match=r"1240 or 1\.2400"):
        thousandths("1.240")


def test_a_counter_goes_up_and_a_gauge_as_it_likes() -> None:
    assert stepped(COUNTER, None, 5_000) == Step(ReadingKind.READING, 0)
    assert stepped(COUNTER, 5_000, 8_000) == Step(ReadingKind.READING, 3_000)
    assert stepped(GAUGE, 8_000, 5_000) == Step(ReadingKind.READING, 0)


def test_a_counter_that_would_go_back_is_refused_unless_it_rolls_over() -> None:
    with pytest.raises(ReadingBelow, match=r"7\.5 is below the last reading, 8"):
        stepped(COUNTER, 8_000, 7_500, 0)
    with pytest.raises(ReadingBelow):
        stepped(COUNTER, 59_000, 10_000, 100_000)
    assert stepped(COUNTER, 99_000, 500, 100_000) == Step(ReadingKind.ROLL_OVER, 1_500)


def test_a_limit_is_passed_until_the_value_is_back_by_the_hysteresis() -> None:
    high, low = Limit(80_000, 5_000), Limit(2_000, 500, above=False)

    assert [high.passed(value, before=False) for value in (80_000, 80_001)] == [False, True]
    assert [high.passed(value, before=True) for value in (79_000, 75_001, 75_000)] == [True, True, False]
    assert [low.passed(value, before=False) for value in (2_000, 1_999)] == [False, True]
    assert [low.passed(value, before=True) for value in (2_499, 2_500)] == [True, False]
    assert not Limit(80_000).passed(80_000, before=True)


@given(st.integers(-(10**12), 10**12))
def test_what_is_written_is_read_as_the_same_again(value: int) -> None:
    assert exact(Decimal(plain(value))) == value
