"""Figures over many work orders, against examples worked out by hand."""

from datetime import UTC, datetime, timedelta

import pytest

from orders.maintenance_figures import (
    Share,
    by_age,
    compliance,
    down_hours,
    most_of,
    planned_share,
    ranked,
    week_name,
    weeks,
)
from orders.reliability import HOUR, Span

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def test_open_work_is_counted_by_age_at_the_edge_of_each_class() -> None:
    days = [0, 6.99, 7, 27.9, 28, 90.9, 91, 4000]

    found = by_age([NOW - timedelta(days=each) for each in days], NOW)

    assert found == [("under a week", 2), ("1 to 4 weeks", 2), ("1 to 3 months", 2), ("older", 2)]


def test_the_planned_share_goes_by_minutes_and_not_by_jobs() -> None:
    found = planned_share([("service", 30), ("inspection", 15), ("repair", 120), ("emergency", 15), ("calibration", 0)])

    assert (found.part, found.whole, str(found)) == (45, 180, "25%")


def test_done_in_time_is_done_by_the_due_date_of_what_was_due() -> None:
    due = NOW
    rows = [(due, due), (due, due - HOUR), (due, due + HOUR), (due, None)]

    assert str(compliance(rows)) == "50%"
    assert str(compliance([])) == "-"
    assert compliance([]).value is None


def test_weeks_run_from_monday_to_monday_and_the_last_one_ends_now() -> None:
    found = weeks(NOW, 2)

    assert found == (
        Span(datetime(2026, 11, 16, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC)),
        Span(datetime(2026, 11, 23, tzinfo=UTC), NOW),
    )
    assert [week_name(each) for each in found] == ["W47", "W48"]


def test_hours_down_are_added_over_machines_and_once_for_each() -> None:
    def span(start: float, end: float) -> Span:
        return Span(NOW + start * HOUR, NOW + end * HOUR)

    downs = {1: [span(0, 4), span(2, 6)], 2: [span(0, 1)], None: [span(-9, -8)]}

    assert down_hours(downs, span(0, 5)) == pytest.approx(6)


def test_the_rest_is_one_bar_and_always_last() -> None:
    amounts = {"a": 1.0, "b": 9.0, "c": 5.0, "d": 30.0, "e": 5.0}

    assert ranked(amounts, 5) == [("d", 30.0), ("b", 9.0), ("c", 5.0), ("e", 5.0), ("a", 1.0)]
    assert ranked(amounts, 3) == [("d", 30.0), ("b", 9.0), ("Other", 11.0)]
    assert str(most_of(ranked(amounts, 3))) == "78%"
    assert str(Share(0, 0)) == "-"
