"""Every lifecycle is a table; these tests walk each table whole."""

import itertools

import pytest

from orders.agreements import AGREEMENTS, AgreementEvent, AgreementState
from orders.errors import NotPossible, NotYours
from orders.lifecycle import Lifecycle, Step, past, said
from orders.people import CHARGEHAND, Actor, Role, roles_named
from orders.purchase_orders import PURCHASE_ORDERS, OrderEvent, OrderState
from orders.receiving import RECEIPTS, ReceiptDocState, ReceiptEvent
from orders.requisitions import REQUISITIONS, NeedEvent, NeedState
from orders.returns import RETURNS, ReturnEvent, ReturnState
from orders.work_orders import WORK_ORDERS, WorkOrderEvent, WorkOrderState

TABLES = [
    (WORK_ORDERS, WorkOrderState, WorkOrderEvent),
    (PURCHASE_ORDERS, OrderState, OrderEvent),
    (REQUISITIONS, NeedState, NeedEvent),
    (RECEIPTS, ReceiptDocState, ReceiptEvent),
    (RETURNS, ReturnState, ReturnEvent),
    (AGREEMENTS, AgreementState, AgreementEvent),
]
STEPS = [(lifecycle, step) for lifecycle, _, _ in TABLES for step in lifecycle.steps]


def _with(*roles: Role) -> Actor:
    return Actor(1, "Ana Ruiz", frozenset(roles))


@pytest.mark.parametrize(
    ("lifecycle", "step"), STEPS, ids=lambda one: f"{one.source}-{one.event}" if isinstance(one, Step) else ""
)
def test_every_step_is_open_to_its_roles_and_to_nobody_else(lifecycle: Lifecycle, step: Step) -> None:
    for role in Role:
        if role in step.roles:
            assert lifecycle.follow(step.source, step.event, _with(role), subject="X-1") == step.target
        else:
            with pytest.raises(NotYours):
                lifecycle.follow(step.source, step.event, _with(role), subject="X-1")


@pytest.mark.parametrize(("lifecycle", "states", "events"), TABLES, ids=[one[0].kind for one in TABLES])
def test_what_stands_in_no_row_is_refused_with_what_is_possible(lifecycle, states, events) -> None:  # type: ignore[no-untyped-def]
    everybody = _with(*Role)
    for state, event in itertools.product(states, events):
        if lifecycle.step(state, event) is None:
            with pytest.raises(NotPossible, match=rf"is {said(state)}, so it cannot be {past(event)}"):
                lifecycle.follow(state, event, everybody, subject="X-1")


@pytest.mark.parametrize(("lifecycle", "states", "events"), TABLES, ids=[one[0].kind for one in TABLES])
def test_every_state_can_be_reached_and_every_event_is_used(lifecycle, states, events) -> None:  # type: ignore[no-untyped-def]
    reached = {step.target for step in lifecycle.steps} | {next(iter(states))}

    assert {step.event for step in lifecycle.steps} == set(events)
    # An approval of the work itself comes with estimated costs; its state is entered by the rule that asks for it.
    assert set(states) - reached <= {WorkOrderState.PENDING_APPROVAL}


@pytest.mark.parametrize(("lifecycle", "states", "events"), TABLES, ids=[one[0].kind for one in TABLES])
def test_a_lifecycle_draws_itself(lifecycle, states, events) -> None:  # type: ignore[no-untyped-def]
    drawing = lifecycle.mermaid()

    assert drawing.count("-->") == len(lifecycle.steps)


@pytest.mark.parametrize("status", [*WorkOrderState, *OrderState], ids=str)
def test_a_finished_document_takes_no_further_step_without_a_role(status) -> None:  # type: ignore[no-untyped-def]
    lifecycle = WORK_ORDERS if isinstance(status, WorkOrderState) else PURCHASE_ORDERS

    assert lifecycle.events(status, Actor(1, "Nobody")) == ()


def test_the_events_open_to_an_actor_come_in_table_order() -> None:
    assert WORK_ORDERS.events(WorkOrderState.COMPLETED, _with(Role.SUPERVISOR)) == (
        WorkOrderEvent.REOPEN,
        WorkOrderEvent.CLOSE,
        WorkOrderEvent.BRING_BACK,
    )
    assert CHARGEHAND.has(Role.SYSTEM)


def test_roles_are_read_from_words_joined_by_plus() -> None:
    assert roles_named("Technician + supervisor") == {Role.TECHNICIAN, Role.SUPERVISOR}

    with pytest.raises(ValueError, match="wizard"):
        roles_named("wizard")
