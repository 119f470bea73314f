"""Reliability by stated definitions, against examples worked out by hand."""

from datetime import UTC, datetime, timedelta

import pytest

from orders.money import Money
from orders.reliability import HOUR, Repair, Span, hours_text, merged, reliability, within
from orders.work_costs import Cost, CostKind, labour, summed, together, told

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


def span(start: float, end: float) -> Span:
    """From one hour of the year to another."""
    return Span(NEW_YEAR + start * HOUR, NEW_YEAR + end * HOUR)


def test_the_example_of_the_guide_comes_out_as_worked_out_by_hand() -> None:
    # A thousand hours, twice down (10 h and 30 h), three failures, two of them repaired in 2 h and 6 h of work.
    window = span(0, 1000)
    repairs = [Repair(span(100, 102)), Repair(span(500, 510), (span(501, 505),))]

    found = reliability(window, [span(100, 110), span(500, 530)], 3, repairs)

    assert found.down == 40 * HOUR
    assert found.availability == pytest.approx(0.96)
    assert found.between_failures == 320 * HOUR
    assert found.to_repair == 4 * HOUR
    assert found.mean_down == 20 * HOUR


def test_two_jobs_on_one_standstill_are_one_standstill() -> None:
    found = reliability(span(0, 100), [span(10, 20), span(15, 30), span(30, 31), span(50, 51)], 4, [])

    assert (found.down, found.episodes) == (22 * HOUR, 2)


def test_only_what_lies_in_the_window_counts() -> None:
    found = reliability(span(10, 20), [span(0, 12), span(19, 40), span(30, 50)], 1, [])

    assert (found.down, found.episodes) == (3 * HOUR, 2)


def test_what_cannot_be_divided_has_no_figure() -> None:
    found = reliability(span(0, 100), [], 0, [])

    assert found.availability == 1
    assert (found.between_failures, found.to_repair, found.mean_down) == (None, None, None)


def test_waiting_is_no_repair_even_where_two_reasons_overlap() -> None:
    assert Repair(span(0, 10), (span(2, 5), span(4, 6), span(9, 99))).length == 5 * HOUR


def test_spans_are_put_in_order_and_cut() -> None:
    assert merged([span(5, 6), span(1, 2), span(2, 3)]) == (span(1, 3), span(5, 6))
    assert within([span(0, 1), span(3, 5)], span(1, 4)) == (span(3, 4),)


def test_hours_are_said_in_hours_and_long_ones_in_days() -> None:
    assert [hours_text(timedelta(hours=hours)) for hours in (0.26, 95.9, 96)] == ["0.3 h", "95.9 h", "4 days"]


def test_labour_is_rounded_half_up_once_for_an_entry() -> None:
    assert labour(40, 4_800, "EUR") == Money(3_200, "EUR")
    assert labour(1, 4_830, "EUR") == Money(81, "EUR")


def test_currencies_are_never_added_to_each_other() -> None:
    costs = [
        Cost(CostKind.LABOUR, Money(3_200, "EUR")),
        Cost(CostKind.SERVICES, Money(2_000, "USD")),
        Cost(CostKind.PARTS, Money(500, "EUR")),
        Cost(CostKind.OTHER, Money(700, "EUR")),
        Cost(CostKind.OTHER, Money(-700, "EUR")),
    ]

    assert told(together(costs)) == "EUR 37.00 and USD 20.00"
    assert list(summed(costs)) == [CostKind.LABOUR, CostKind.PARTS, CostKind.SERVICES]
    assert told([]) == "nothing"
