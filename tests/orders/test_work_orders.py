"""The work order: priority and due date, and what has to be true before it is started, cancelled, completed or closed."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from orders.errors import ActualsExist, LockOutFirst, NotYours, ReasonMissing, Unlawful
from orders.work_orders import (
    DUE_WITHIN,
    IMPACT_WORDS,
    OPEN,
    PRIORITIES,
    HoldReason,
    Impact,
    Priority,
    TaskType,
    WorkOrderState,
    check_cancel,
    check_closer,
    check_completion,
    check_reason,
    check_start,
    urgency,
)

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
NO_HOLD: frozenset[HoldReason] = frozenset()


@pytest.mark.parametrize(("impact", "criticality"), list(itertools.product(Impact, "ABC")))
def test_every_impact_and_criticality_has_a_priority_and_a_due_date_with_reasons(
    impact: Impact, criticality: str
) -> None:
    found = urgency(criticality, impact, NOON)

    assert found.priority is PRIORITIES[impact, criticality]
    assert found.due_at == NOON + DUE_WITHIN[found.priority]
    assert found.priority_reason == f"{IMPACT_WORDS[impact]}, criticality {criticality}"
    assert found.due_reason in {"production", "urgency"}


@pytest.mark.parametrize("impact", list(Impact), ids=str)
def test_a_more_critical_asset_never_waits_longer(impact: Impact) -> None:
    waits = [DUE_WITHIN[PRIORITIES[impact, criticality]] for criticality in "ABC"]

    assert waits == sorted(waits)


def test_an_asset_without_criticality_counts_as_b() -> None:
    assert urgency("", Impact.STANDS, NOON).priority is Priority.HIGH


def test_every_priority_has_a_time_and_the_sooner_ones_come_first() -> None:
    assert list(DUE_WITHIN) == list(Priority)
    assert list(DUE_WITHIN.values()) == sorted(DUE_WITHIN.values())
    assert min(DUE_WITHIN.values()) > timedelta(0)


def test_work_starts_once_the_lock_out_is_confirmed() -> None:
    check_start("LOTO-17", NO_HOLD, acknowledged=True)
    check_start(None, NO_HOLD, acknowledged=False)

    with pytest.raises(LockOutFirst, match=r"LOTO-17.*Then Start works"):
        check_start("LOTO-17", NO_HOLD, acknowledged=False)


@pytest.mark.parametrize("reason", list(HoldReason), ids=str)
def test_any_hold_keeps_work_from_starting(reason: HoldReason) -> None:
    with pytest.raises(Unlawful, match=f"waits for {reason.value.replace('_', ' ')}"):
        check_start(None, frozenset({reason}), acknowledged=True)


@pytest.mark.parametrize("reason", list(HoldReason), ids=str)
def test_only_missing_material_may_be_overridden_with_a_reason(reason: HoldReason) -> None:
    if reason in {HoldReason.MATERIAL, HoldReason.PURCHASE}:
        check_start(None, frozenset({reason}), acknowledged=True, override="the old seal will do for the shift")
    else:
        with pytest.raises(Unlawful, match="ask the supervisor"):
            check_start(None, frozenset({reason}), acknowledged=True, override="hurry")


def test_an_override_does_not_replace_the_lock_out() -> None:
    with pytest.raises(LockOutFirst):
        check_start("LOTO-17", frozenset({HoldReason.MATERIAL}), acknowledged=False, override="hurry")


def test_an_untouched_work_order_may_be_cancelled() -> None:
    check_cancel("WO-1", 0, 0)


@pytest.mark.parametrize(("minutes", "issued", "said"), [(1, 0, "time"), (0, 1, "parts"), (5, 1, "time and parts")])
def test_20_work_with_actuals_is_not_cancelled(minutes: int, issued: int, said: str) -> None:
    with pytest.raises(ActualsExist, match=f"WO-1 has {said} recorded"):
        check_cancel("WO-1", minutes, issued)


@pytest.mark.parametrize("task_type", list(TaskType), ids=str)
def test_a_completion_needs_its_time_and_a_repair_its_failure_mode(task_type: TaskType) -> None:
    check_completion(task_type, "seal leak", 0)

    for minutes in (None, -1):
        with pytest.raises(Unlawful, match="how many minutes"):
            check_completion(task_type, "seal leak", minutes)
    if task_type in {TaskType.REPAIR, TaskType.EMERGENCY}:
        with pytest.raises(Unlawful, match="what was wrong"):
            check_completion(task_type, None, 40)
    else:
        check_completion(task_type, None, 40)


def test_the_only_executor_does_not_accept_the_own_work_while_another_supervisor_could() -> None:
    check_closer("WO-1", 2, frozenset({1, 2}), "Priya Nair")
    check_closer("WO-1", 1, frozenset({1}), "")
    check_closer("WO-1", 1, frozenset({2}), "Priya Nair")

    with pytest.raises(NotYours, match=r"a supervisor who did not do the work\. Priya Nair can\."):
        check_closer("WO-1", 1, frozenset({1}), "Priya Nair")


def test_a_reason_is_kept_trimmed_and_an_empty_one_is_refused() -> None:
    assert check_reason("  seal is worn ", "WO-1") == "seal is worn"

    with pytest.raises(ReasonMissing, match="stays with WO-1"):
        check_reason(" \n", "WO-1")


def test_open_are_the_states_before_the_work_is_done() -> None:
    assert OPEN.isdisjoint({WorkOrderState.COMPLETED, WorkOrderState.CLOSED, WorkOrderState.CANCELLED})
    assert len(OPEN) == 5
