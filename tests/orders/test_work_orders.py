"""What is lawful for a work order: every row of its lifecycle, priority and due date, and the checks at each turn."""

from datetime import UTC, datetime

import pytest

from orders.errors import ActualsExist, LockOutFirst, NotPossible, NotYours, ReasonMissing, Unlawful
from orders.people import Actor, Role
from orders.work_orders import (
    DUE_WITHIN,
    PRIORITIES,
    WORK_ORDERS,
    HoldReason,
    Impact,
    Priority,
    TaskType,
    WorkOrderEvent,
    WorkOrderState,
    check_cancel,
    check_closer,
    check_completion,
    check_reason,
    check_start,
    urgency,
)

NOW = datetime(2026, 11, 23, 9, 12, tzinfo=UTC)


def somebody(*roles: Role) -> Actor:
    return Actor(7, "Somebody", frozenset(roles))


@pytest.mark.parametrize("step", WORK_ORDERS.steps, ids=lambda step: f"{step.source}-{step.event}")
def test_every_step_is_for_its_roles_alone(step: object) -> None:
    for role in Role:
        if role in step.roles:
            assert WORK_ORDERS.follow(step.source, step.event, somebody(role), subject="WO-1") == step.target
        else:
            with pytest.raises(NotYours):
                WORK_ORDERS.follow(step.source, step.event, somebody(role), subject="WO-1")


def test_what_is_in_no_row_is_refused_with_what_is_possible() -> None:
    known = {(step.source, step.event) for step in WORK_ORDERS.steps}
    for state in WorkOrderState:
        for event in WorkOrderEvent:
            if (state, event) not in known:
                with pytest.raises(NotPossible, match="Possible now"):
                    WORK_ORDERS.follow(state, event, somebody(*Role), subject="WO-1")


def test_work_with_actuals_is_never_withdrawn_from_a_state_where_work_begins() -> None:
    assert WORK_ORDERS.step(WorkOrderState.IN_PROGRESS, WorkOrderEvent.WITHDRAW) is None
    assert WORK_ORDERS.step(WorkOrderState.IN_PROGRESS, WorkOrderEvent.CANCEL) is None


@pytest.mark.parametrize("impact", list(Impact))
@pytest.mark.parametrize("criticality", ["A", "B", "C", "", "Z"])
def test_every_fault_gets_a_priority_and_a_due_date_with_reasons(impact: Impact, criticality: str) -> None:
    found = urgency(criticality, impact, NOW)

    expected = PRIORITIES[impact, criticality if criticality in {"A", "B", "C"} else "B"]
    assert found.priority is expected
    assert found.due_at == NOW + DUE_WITHIN[expected]
    assert found.priority_reason
    assert found.due_reason


def test_a_graver_impact_is_never_less_urgent() -> None:
    order = list(Priority)
    for criticality in "ABC":
        ranks = [order.index(PRIORITIES[impact, criticality]) for impact in Impact]
        assert ranks == sorted(ranks)


def test_a_start_needs_its_safety_steps_and_no_blocking_hold() -> None:
    check_start("", frozenset(), acknowledged=False)
    check_start("LOTO-17", frozenset(), acknowledged=True)
    check_start("", frozenset({HoldReason.MATERIAL}), acknowledged=False, override="spare")
    with pytest.raises(LockOutFirst, match="LOTO-17"):
        check_start("LOTO-17", frozenset(), acknowledged=False)
    with pytest.raises(Unlawful, match="material"):
        check_start("", frozenset({HoldReason.MATERIAL}), acknowledged=True)
    with pytest.raises(Unlawful, match="permit"):
        check_start("", frozenset({HoldReason.PERMIT, HoldReason.MATERIAL}), acknowledged=True, override="spare")


def test_what_was_worked_on_is_not_cancelled() -> None:
    check_cancel("WO-1", 0, 0)
    with pytest.raises(ActualsExist, match="WO-1 has time and parts recorded"):
        check_cancel("WO-1", 5, 1000)


@pytest.mark.parametrize("minutes", [None, -1])
def test_an_end_needs_its_minutes(minutes: int | None) -> None:
    with pytest.raises(Unlawful, match="minutes"):
        check_completion(TaskType.INSPECTION, None, minutes)


def test_a_repair_needs_its_failure_mode_and_an_inspection_none() -> None:
    check_completion(TaskType.REPAIR, "ELP", 0)
    check_completion(TaskType.INSPECTION, None, 5)
    with pytest.raises(Unlawful, match="what was wrong"):
        check_completion(TaskType.REPAIR, "", 5)


def test_the_only_executor_closes_only_when_nobody_else_could() -> None:
    check_closer("WO-1", 7, frozenset({7, 8}), "Ines Vogt")
    check_closer("WO-1", 7, frozenset({8}), "Ines Vogt")
    check_closer("WO-1", 7, frozenset({7}), "")
    with pytest.raises(NotYours, match="Ines Vogt can"):
        check_closer("WO-1", 7, frozenset({7}), "Ines Vogt")


def test_a_reason_is_words() -> None:
    assert check_reason("  it leaks ", "WO-1") == "it leaks"
    with pytest.raises(ReasonMissing):
        check_reason("  ", "WO-1")
