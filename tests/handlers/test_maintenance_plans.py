"""Maintenance plans at work: orders as they come due, caught up and told once, floating ones never twice, paused and asked for."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers import assigning, closing, completing, plan_calendar, planned_orders, sentences
from handlers.completing import Conclusion
from handlers.happenings import Answer, Command
from handlers.work_order_steps import locked
from orders.work_orders import OPEN
from storage.happenings import Deed, perform
from storage.tables import Asset, MaintenancePlan, Person, PlanOrder, PlanPart, PlanPause, WorkOrder
from storage.unit_of_work import UnitOfWork
from tests.handlers.conftest import FAULTS, Desk

AddPlan = Callable[..., MaintenancePlan]


@pytest.fixture
def add_plan(desk: Desk, pump: Asset) -> AddPlan:
    """Set up a plan as an import does: ``add_plan("GREASE", every="every week")``."""

    def added(code: str = "GREASE", **more: Any) -> MaintenancePlan:
        fields = {
            "title": "Grease the bearings", "asset_id": pump.id, "task_type": "service", "every": "every week", "basis": "floating",
            "first_day": desk.now.date(), "lead_days": 0, "steps": "Lock out\nGrease both bearings", "skill": "mechanic",
        } | more  # fmt: skip
        number = desk.writes(
            lambda uow: uow.add(
                MaintenancePlan, code=code, plain_code=code, **fields, **plan_calendar.begun(uow, fields)
            )
        )
        return desk.one(MaintenancePlan, id=number)

    return added


def rings(desk: Desk, *only: int) -> None:
    """Let the bell ring once, for one plan or for all."""
    for number in [each for each in desk.reads(planned_orders.due) if each in (only or {each})]:
        desk.writes(lambda uow, number=number: planned_orders.tend(uow, number))
    if desk.reads(planned_orders.untold):
        desk.writes(planned_orders.tell)


def passes(desk: Desk, days: int) -> None:
    """Let whole days pass with a bell on each."""
    for _ in range(days):
        desk.later(days=1)
        rings(desk)


def types(desk: Desk, by: Person, text: str) -> str:
    told = desk.does(sentences.command, Command(desk.key(), by.slack_id, "D1", "/chargehand", text))
    return f"{told.private} {json.dumps(told.blocks)}"


def finishes(desk: Desk, order: WorkOrder, technician: Person) -> None:
    def work(uow: UnitOfWork) -> Answer:
        return completing.complete(uow, locked(uow, order.id), Conclusion("", "", "greased", 20))

    desk.click(assigning.take, technician, order.id)
    desk.submit(assigning.started, technician, order.id, safety="confirmed")
    desk.writes(work, by=technician)


def orders(desk: Desk) -> list[WorkOrder]:
    return desk.all(WorkOrder)


def test_a_plan_that_comes_due_makes_a_work_order_like_any_other(desk: Desk, add_plan: AddPlan) -> None:
    add_plan(safety="Hot surface", estimated_minutes=45, priority="high")

    rings(desk)

    (order,) = orders(desk)
    assert (order.state, order.title, order.task_type) == ("ready", "Grease the bearings", "service")
    assert (order.due_reason, order.priority_reason) == ("maintenance plan GREASE",) * 2
    assert order.due_at == datetime(2026, 11, 23, 17, tzinfo=UTC)
    assert (order.priority, order.safety, order.estimated_minutes) == ("high", "LOTO-17; Hot surface", 45)
    assert "maintenance plan GREASE" in json.dumps(desk.card(f"wo:{order.id}"))
    assert "1. Lock out\n2. Grease both bearings" in desk.lines()[0]
    assert "Skill: mechanic." in desk.lines()[0]
    assert "2. Grease both bearings" in order.description


def test_an_order_is_made_its_lead_ahead_and_not_before_the_hour(desk: Desk, add_plan: AddPlan) -> None:
    desk.plant = replace(desk.plant, zone=ZoneInfo("America/New_York"))
    plan = add_plan(first_day=date(2026, 12, 4), lead_days=4)
    desk.now = datetime(2026, 11, 30, 9, 59, tzinfo=UTC)
    rings(desk)
    before = orders(desk)

    desk.later(minutes=1)
    rings(desk)

    (order,) = orders(desk)
    assert (plan.next_due, plan.make_on) == (date(2026, 12, 4), date(2026, 11, 30))
    assert before == []
    assert order.due_at == datetime(2026, 12, 4, 22, tzinfo=UTC)


def test_its_parts_are_kept_and_what_is_short_is_bought(
    desk: Desk, add_plan: AddPlan, add_part: Any, buyer: Person
) -> None:
    grease, seal = add_part("P-1", "Grease", 5_000), add_part("P-2", "Seal")
    plan = add_plan()
    for part in (grease, seal):
        desk.writes(lambda uow, part=part: uow.add(PlanPart, plan_id=plan.id, part_id=part.id, quantity=1_000))

    rings(desk)

    (order,) = orders(desk)
    told = "\n".join(desk.lines())
    assert "1 piece Grease kept for" in told
    assert f"{order.number} needs 1 piece Seal: 1 piece missing." in told
    assert order.state == "ready"


def test_08_18_a_floating_plan_makes_no_second_order_and_is_counted_from_its_completion(
    desk: Desk, add_plan: AddPlan, technician: Person
) -> None:
    plan = add_plan()
    rings(desk)
    passes(desk, 16)
    (order,) = orders(desk)
    waiting = desk.one(MaintenancePlan, id=plan.id)

    finishes(desk, order, technician)
    rings(desk)
    counted = desk.one(MaintenancePlan, id=plan.id)
    passes(desk, 7)

    assert (waiting.waits_for_id, waiting.next_due) == (order.id, None)
    assert (counted.waits_for_id, counted.next_due) == (None, date(2026, 12, 16))
    assert [row.due_on for row in desk.all(PlanOrder)] == [date(2026, 11, 23), date(2026, 12, 16)]


def test_a_cancelled_order_of_a_floating_plan_is_counted_from_that_day(
    desk: Desk, add_plan: AddPlan, supervisor: Person
) -> None:
    plan = add_plan()
    rings(desk)
    (order,) = orders(desk)
    desk.later(days=2)

    desk.writes(lambda uow: closing.cancel_order(uow, locked(uow, order.id), "line is stopped"), by=supervisor)
    rings(desk)

    assert desk.one(MaintenancePlan, id=plan.id).next_due == date(2026, 12, 2)


def test_a_reopened_order_keeps_a_floating_plan_waiting(
    desk: Desk, add_plan: AddPlan, technician: Person, supervisor: Person
) -> None:
    add_plan()
    rings(desk)
    (order,) = orders(desk)
    finishes(desk, order, technician)
    rings(desk)
    desk.writes(lambda uow: closing.reopen_order(uow, locked(uow, order.id), "squeaks"), by=supervisor)

    passes(desk, 9)

    assert [row.id for row in orders(desk)] == [order.id]


def test_a_fixed_plan_goes_by_the_calendar_however_late_the_last_order_was_done(
    desk: Desk, add_plan: AddPlan, technician: Person
) -> None:
    add_plan(basis="fixed", lead_days=3)
    rings(desk)
    for _ in range(2):
        passes(desk, 6)
        finishes(desk, orders(desk)[-1], technician)
        passes(desk, 1)

    assert [row.due_on for row in desk.all(PlanOrder)] == [date(2026, 11, 23), date(2026, 11, 30), date(2026, 12, 7)]
    assert len({row.work_order_id for row in desk.all(PlanOrder)}) == 3
    assert not [text for text in desk.lines() if "caught up" in text]


def test_a_fixed_plan_whose_order_nobody_works_on_makes_no_second_one_and_counts_what_was_missed(
    desk: Desk, add_plan: AddPlan, technician: Person
) -> None:
    add_plan(basis="fixed", lead_days=3)
    rings(desk)
    passes(desk, 14)
    (order,) = orders(desk)
    said = [text for text in desk.lines() if "joins this order" in text]

    finishes(desk, order, technician)
    passes(desk, 7)

    assert len(said) == 2
    assert "is due again, Mon 30 Nov, by plan GREASE. That joins this order." in said[0]
    assert "due Mon 23 Nov, Mon 30 Nov and Mon 7 Dec" in desk.one(WorkOrder, id=order.id).description
    assert len(orders(desk)) == 2
    assert "1 of 3 done in time, 33 %" in types(desk, technician, "plans")
    assert not [body for body in desk.said(FAULTS) if "caught up" in body["text"]]


def test_the_plans_of_a_retired_asset_rest_and_go_on_when_it_is_in_use_again_and_both_is_said_once(
    desk: Desk, add_plan: AddPlan, pump: Asset, technician: Person
) -> None:
    add_plan("WASH", basis="fixed")
    add_plan("LOOK", first_day=date(2026, 11, 25))
    rings(desk)
    desk.writes(lambda uow: uow.change(Asset, pump.id, status="retired"))
    passes(desk, 30)
    resting = types(desk, technician, "plan WASH")
    before = len(orders(desk))
    desk.writes(lambda uow: uow.change(Asset, pump.id, status="running"))
    passes(desk, 7)

    told = [
        json.dumps(body) for body in desk.said(FAULTS) if "retired" in json.dumps(body) or "in use" in json.dumps(body)
    ]
    assert before == 1
    assert "Rests, because its asset is retired" in resting
    assert len(told) == 2
    assert (
        "WASH Grease the bearings: P-101 is retired, so it asks for nothing more; WO-2026-00001 is still open"
        in told[0]
    )
    assert "LOOK Grease the bearings: P-101 is in use again, so it goes on, due next" in told[1]
    assert [row.due_on for row in desk.all(PlanOrder, plan_id=1)] == [date(2026, 11, 23), date(2026, 12, 28)]


def test_08_17_what_was_missed_while_nobody_rang_goes_into_one_order_and_is_told_once(
    desk: Desk, add_plan: AddPlan
) -> None:
    add_plan("WASH", basis="fixed", title="Wash the guards")
    add_plan("LOOK", first_day=date(2026, 11, 25), title="Look at the belts")
    rings(desk)
    desk.later(days=18)

    rings(desk)
    rings(desk)
    desk.later(minutes=1)
    rings(desk)

    told = [body for body in desk.said(FAULTS) if "caught up" in body["text"]]
    caught = [row for row in orders(desk) if row.title == "Wash the guards"][-1]
    assert len(told) == 1
    assert f"was due Mon 30 Nov and Mon 7 Dec, together in {caught.number}" in json.dumps(told)
    assert "LOOK Look at the belts: was due Wed 25 Nov, now in WO-2026-00" in json.dumps(told)
    assert "due Mon 23 Nov, Mon 30 Nov and Mon 7 Dec" in caught.description
    assert len(orders(desk)) == 2


def test_what_is_made_after_hours_or_on_a_weekend_is_due_on_the_next_working_day(desk: Desk, add_plan: AddPlan) -> None:
    add_plan(basis="fixed", every="every day")
    desk.later(days=4, hours=12)

    rings(desk)

    (order,) = orders(desk)
    assert order.created_at == datetime(2026, 11, 27, 21, 12, tzinfo=UTC)
    assert order.due_at == datetime(2026, 11, 30, 17, tzinfo=UTC)


def test_years_of_standstill_make_one_order_that_names_its_days(desk: Desk, add_plan: AddPlan) -> None:
    add_plan(basis="fixed", every="every day", every_day=True)
    desk.later(days=1000)

    rings(desk)

    (order,) = orders(desk)
    assert "Mon 23 Nov to Sun 19 Aug (1001 times)" in order.description
    assert len(desk.all(PlanOrder)) == 366


def test_a_plan_that_ends_says_so_and_asks_for_nothing_more(desk: Desk, add_plan: AddPlan, supervisor: Person) -> None:
    add_plan(basis="fixed", last_day=date(2026, 11, 30))

    rings(desk)
    passes(desk, 30)

    assert len(desk.all(PlanOrder)) == 2
    assert "has ended" in types(desk, supervisor, "plan GREASE")


def test_without_a_channel_for_faults_nothing_is_made_and_nothing_is_lost(desk: Desk, add_plan: AddPlan) -> None:
    channels = desk.plant.channels
    add_plan(basis="fixed")
    desk.plant = replace(desk.plant, channels=replace(channels, faults=()))
    rings(desk)
    passes(desk, 7)
    none = orders(desk)

    desk.plant = replace(desk.plant, channels=channels)
    rings(desk)

    assert none == []
    assert [row.due_on for row in desk.all(PlanOrder)] == [date(2026, 11, 23), date(2026, 11, 30)]


def test_a_pause_leaves_days_out_and_says_which_when_it_is_over(
    desk: Desk, add_plan: AddPlan, supervisor: Person
) -> None:
    add_plan(basis="fixed", first_day=date(2026, 11, 25))

    said = types(desk, supervisor, "plan grease pause 1 Dec to 10 Dec because the line is dismantled")
    rings(desk)
    passes(desk, 30)

    told = json.dumps([body for body in desk.said(FAULTS) if "caught up" in body["text"]])
    assert "GREASE is paused from Tue 1 Dec" in said
    assert [row.due_on for row in desk.all(PlanOrder)] == [date(2026, 11, 25), date(2026, 12, 16), date(2026, 12, 23)]
    assert "its pause is over, Wed 2 Dec and Wed 9 Dec left out, due next Wed 16 Dec" in told
    assert told.count("its pause is over") == 1
    assert desk.one(PlanPause).reason == "the line is dismantled"


def test_a_floating_plan_comes_due_after_its_pause_and_a_pause_without_an_end_is_resumed(
    desk: Desk, add_plan: AddPlan, supervisor: Person
) -> None:
    add_plan(first_day=date(2026, 11, 25))
    types(desk, supervisor, "plan GREASE pause because the line is dismantled")
    passes(desk, 20)
    paused, none = types(desk, supervisor, "plans"), orders(desk)

    said = types(desk, supervisor, "plan GREASE resume")
    passes(desk, 1)

    assert "paused until it is resumed" in paused
    assert none == []
    assert "GREASE goes on" in said
    assert len(orders(desk)) == 1


def test_a_pause_that_has_not_begun_is_taken_back_whole(desk: Desk, add_plan: AddPlan, supervisor: Person) -> None:
    plan = add_plan(basis="fixed", first_day=date(2026, 12, 2))
    types(desk, supervisor, "plan GREASE pause 1 Dec to 10 Dec because of nothing")
    during = desk.one(MaintenancePlan, id=plan.id).next_due

    types(desk, supervisor, "plan GREASE resume")

    assert during == date(2026, 12, 16)
    assert desk.one(MaintenancePlan, id=plan.id).next_due == date(2026, 12, 2)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("plan GREASE pause until fri", "Please say why in a few words; the reason stays with GREASE."),
        ("plan GREASE pause for ever because so", "Write the days as"),
        ("plan GREASE pause 10 Dec to 1 Dec because so", "ends no earlier than it begins"),
        ("plan GREASE resume", "GREASE is not paused."),
        ("plan GREASE burn", "Write `plan GREASE pause until 6 Jan because"),
        ("plan GREAS", "I know no maintenance plan GREAS. Did you mean GREASE?"),
        ("plan XX-1", "Type `plans` to see them."),
        ("plans Q-999", "I know no asset"),
    ],
)
def test_what_cannot_be_done_with_a_plan_is_said(
    desk: Desk, add_plan: AddPlan, supervisor: Person, text: str, why: str
) -> None:
    add_plan()

    assert why in types(desk, supervisor, text)


def test_only_supervisors_pause_plans_and_once(
    desk: Desk, add_plan: AddPlan, technician: Person, supervisor: Person
) -> None:
    add_plan()

    refused = types(desk, technician, "plan GREASE pause because I like it")
    types(desk, supervisor, "plan GREASE pause because stopped")
    again = types(desk, supervisor, "plan GREASE pause because stopped")

    assert "Only supervisors can pause or resume a plan. Ask Tom Okafor." in refused
    assert "has a pause already" in again


def test_plans_are_listed_by_what_is_due_next_with_how_they_were_kept_to(
    desk: Desk, add_plan: AddPlan, conveyor: Asset, technician: Person
) -> None:
    add_plan("FIRST")
    add_plan("LATER", first_day=date(2026, 12, 24), asset_id=conveyor.id)
    rings(desk)
    (order,) = orders(desk)
    open_one = types(desk, technician, "plans P-101")
    finishes(desk, order, technician)
    rings(desk)

    listed, one = types(desk, technician, "plans"), types(desk, technician, "plan FIRST")

    assert f"{order.number} is open, counted anew once it is done" in open_one
    assert "LATER" not in open_one
    assert listed.index("*FIRST*") < listed.index("*LATER*")
    assert "1 of 1 done in time, 100 % within a year" in listed
    assert "Mon 30 Nov" in one
    assert f"Mon 23 Nov: {order.number}, completed" in one
    assert "counted from when it was done" in one


def test_what_was_done_late_or_never_counts_as_not_in_time_once_its_tolerance_is_over(
    desk: Desk, add_plan: AddPlan, technician: Person, supervisor: Person
) -> None:
    add_plan(basis="fixed", last_day=date(2026, 12, 7))
    rings(desk)
    passes(desk, 3)
    within = types(desk, technician, "plans")
    passes(desk, 1)
    finishes(desk, orders(desk)[0], technician)
    late = types(desk, technician, "plans")
    passes(desk, 4)
    finishes(desk, orders(desk)[1], technician)
    in_time = types(desk, technician, "plans")
    passes(desk, 10)
    last = orders(desk)[2]
    desk.writes(lambda uow: closing.cancel_order(uow, locked(uow, last.id), "stopped"), by=supervisor)

    assert "nothing has come due yet" in within
    assert "0 of 1 done in time" in late
    assert "1 of 2 done in time, 50 %" in in_time
    assert "1 of 3 done in time, 33 %" in types(desk, technician, "plans")


def test_without_plans_it_is_said_where_they_come_from(desk: Desk, technician: Person) -> None:
    assert "import of plans.csv" in types(desk, technician, "plan")


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    basis=st.sampled_from(["fixed", "floating"]), every=st.sampled_from(["every week", "10 days", "every month", "every monday"]),
    lead=st.integers(0, 12), what=st.lists(st.tuples(st.integers(-15, 40), st.booleans()), min_size=1, max_size=8),
)  # fmt: skip
def test_through_any_outage_and_clock_jump_each_occurrence_is_in_one_order_and_a_floating_plan_has_one_open(
    desk: Desk, add_plan: AddPlan, basis: str, every: str, lead: int, what: list[tuple[int, bool]]
) -> None:
    plan = add_plan(desk.key("plan"), basis=basis, every=every, lead_days=lead)

    for days, completes in what:
        desk.later(days=days)
        rings(desk, plan.id)
        mine = desk.all(PlanOrder, plan_id=plan.id)
        made = {row.work_order_id: desk.one(WorkOrder, id=row.work_order_id) for row in mine}
        still = [row for row in made.values() if row.state in OPEN]
        if basis == "floating":
            assert len(still) <= 1
        for row in still if completes else []:
            desk.writes(lambda uow, row=row: uow.change(WorkOrder, row.id, state="closed", completed_at=uow.now))
        for row in mine if len(mine) <= planned_orders.NAMED else []:
            assert f"{row.due_on.day} {row.due_on:%b}" in made[row.work_order_id].description
        assert len({row.due_on for row in mine}) == len(mine)
    if basis == "fixed":
        kept = desk.reads(lambda uow: plan_calendar.schedule_of(uow, uow.get(MaintenancePlan, plan.id)))
        ordered = sorted(row.due_on for row in desk.all(PlanOrder, plan_id=plan.id))
        assert ordered == kept.within(plan.first_day - timedelta(days=1), max(ordered)) if ordered else True


def test_a_bell_that_rings_twice_at_once_makes_one_order(desk: Desk, add_plan: AddPlan) -> None:
    plan = add_plan(basis="fixed")

    for _ in range(2):
        desk.writes(lambda uow: planned_orders.tend(uow, plan.id))

    assert len(orders(desk)) == 1
    assert desk.audited("GREASE") == ["came due"]


def test_two_bots_whose_bells_ring_at_once_make_one_order(desk: Desk, add_plan: AddPlan) -> None:
    plan = add_plan(basis="fixed")

    def tended(name: str) -> None:
        def work(uow: UnitOfWork) -> dict[str, Any]:
            planned_orders.tend(uow, plan.id)
            return {}

        perform(desk.database, desk.plant, Deed(name, "tend plan", name, desk.now), work)

    with ThreadPoolExecutor(2) as bots:
        list(bots.map(tended, ["one", "two"]))

    assert len(orders(desk)) == 1
    assert len(desk.all(PlanOrder)) == 1
