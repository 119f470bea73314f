"""When a supplier is reminded: each rule by itself, in working hours, until there is an answer."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from orders.chasing import Chased, ChaseRule, Chasing, Moment, Waiting, due, is_last
from orders.purchase_orders import OrderState
from orders.working_time import WorkingTime

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
CHASING = Chasing()
DUE = date(2026, 12, 4)
SILENT = Waiting(OrderState.SENT, MONDAY, answered=False, due_on=date(2026, 12, 4), announced=False)
ACCEPTED = Waiting(OrderState.ACCEPTED, MONDAY, answered=True, due_on=date(2026, 12, 4), announced=False)


def at(now: datetime) -> Moment:
    return Moment(now, ZoneInfo("UTC"), WorkingTime())


@pytest.mark.parametrize(
    ("order", "now", "found"),
    [
        (SILENT, MONDAY + timedelta(days=1), None),
        (SILENT, MONDAY + timedelta(days=2), (ChaseRule.NO_ANSWER, 1)),
        (replace(SILENT, answered=True), MONDAY + timedelta(days=2), None),
        (replace(SILENT, state=OrderState.ACKNOWLEDGED), MONDAY + timedelta(days=2), None),
        (ACCEPTED, datetime(2026, 12, 1, 9, tzinfo=UTC), None),
        (ACCEPTED, datetime(2026, 12, 2, 9, tzinfo=UTC), (ChaseRule.DUE_SOON, 1)),
        (ACCEPTED, datetime(2026, 12, 4, 9, tzinfo=UTC), None),
        (ACCEPTED, datetime(2026, 12, 7, 9, tzinfo=UTC), (ChaseRule.OVERDUE, 1)),
        (SILENT, datetime(2026, 12, 7, 9, tzinfo=UTC), (ChaseRule.OVERDUE, 1)),
        (replace(ACCEPTED, announced=True), datetime(2026, 12, 7, 9, tzinfo=UTC), None),
        (replace(ACCEPTED, due_on=None), datetime(2026, 12, 7, 9, tzinfo=UTC), None),
    ],
)
def test_each_rule_reminds_when_its_time_has_come_and_not_before(
    order: Waiting, now: datetime, found: tuple[ChaseRule, int] | None
) -> None:
    assert due(order, [], CHASING, at(now)) == found


@pytest.mark.parametrize("hour", [4, 18])
def test_nobody_is_reminded_outside_of_working_hours(hour: int) -> None:
    now = datetime(2026, 12, 7, hour, tzinfo=UTC)

    assert due(ACCEPTED, [], CHASING, at(now)) is None
    assert due(ACCEPTED, [], CHASING, at(datetime(2026, 12, 6, 9, tzinfo=UTC))) is None


@pytest.mark.parametrize(
    "state", sorted(set(OrderState) - {OrderState.SENT, OrderState.ACKNOWLEDGED, OrderState.ACCEPTED})
)
def test_only_orders_that_wait_for_the_supplier_are_reminded_of(state: OrderState) -> None:
    assert due(replace(ACCEPTED, state=state), [], CHASING, at(datetime(2026, 12, 7, 9, tzinfo=UTC))) is None


def test_a_second_reminder_waits_some_days_and_the_one_after_the_last_is_a_call() -> None:
    first = Chased(ChaseRule.OVERDUE, 1, datetime(2026, 12, 7, 9, tzinfo=UTC), DUE)
    second = Chased(ChaseRule.OVERDUE, 2, datetime(2026, 12, 10, 9, tzinfo=UTC), DUE)
    call = Chased(ChaseRule.OVERDUE, 3, datetime(2026, 12, 14, 9, tzinfo=UTC), DUE)

    assert due(ACCEPTED, [first], CHASING, at(datetime(2026, 12, 9, 9, tzinfo=UTC))) is None
    assert due(ACCEPTED, [first], CHASING, at(datetime(2026, 12, 10, 9, tzinfo=UTC))) == (ChaseRule.OVERDUE, 2)
    assert due(ACCEPTED, [first, second], CHASING, at(datetime(2026, 12, 14, 9, tzinfo=UTC))) == (ChaseRule.OVERDUE, 3)
    assert due(ACCEPTED, [first, second, call], CHASING, at(datetime(2027, 1, 4, 9, tzinfo=UTC))) is None
    assert [is_last(ChaseRule.OVERDUE, step, CHASING) for step in (1, 2, 3)] == [False, False, True]


def test_an_answer_ends_the_reminders_of_its_rule() -> None:
    first = Chased(ChaseRule.OVERDUE, 1, datetime(2026, 12, 7, 9, tzinfo=UTC), DUE)
    answered = replace(ACCEPTED, heard_at=datetime(2026, 12, 7, 12, tzinfo=UTC))

    assert due(answered, [first], CHASING, at(datetime(2026, 12, 14, 9, tzinfo=UTC))) is None


def test_each_day_that_goods_are_due_on_is_asked_about_anew() -> None:
    soon = Chased(ChaseRule.DUE_SOON, 1, datetime(2026, 12, 2, 9, tzinfo=UTC), DUE)
    call = Chased(ChaseRule.OVERDUE, 3, datetime(2026, 12, 14, 9, tzinfo=UTC), DUE)
    rest = replace(ACCEPTED, due_on=date(2026, 12, 18), heard_at=datetime(2026, 12, 15, 9, tzinfo=UTC))

    assert due(rest, [soon, call], CHASING, at(datetime(2026, 12, 15, 9, tzinfo=UTC))) is None
    assert due(rest, [soon, call], CHASING, at(datetime(2026, 12, 16, 9, tzinfo=UTC))) == (ChaseRule.DUE_SOON, 1)
    assert due(rest, [soon, call], CHASING, at(datetime(2026, 12, 21, 9, tzinfo=UTC))) == (ChaseRule.OVERDUE, 1)


@pytest.mark.parametrize(
    "off", [{"how": "off"}, {"no_answer": timedelta(0), "due_soon_days": 0, "overdue_days": 0}], ids=["all", "each"]
)
def test_what_is_switched_off_never_reminds(off: dict[str, object]) -> None:
    chasing = replace(CHASING, **off)  # type: ignore[arg-type]

    found = [
        due(order, [], chasing, at(MONDAY + timedelta(days=day))) for order in (SILENT, ACCEPTED) for day in range(40)
    ]

    assert set(found) == {None}
