"""Readings at work: typed ones, resets, plans by meter or whichever comes first, limits with one open order each."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from handlers import closing, plan_calendar, planned_orders, readings, sentences
from handlers.happenings import Command
from handlers.readings import Told
from handlers.work_order_steps import locked
from storage.tables import Asset, MaintenancePlan, Meter, MeterReading, Person, PlanOrder, WorkOrder
from tests.handlers.conftest import Desk

AddMeter = Callable[..., Meter]


@pytest.fixture
def add_meter(desk: Desk, pump: Asset) -> AddMeter:
    """Set up a meter: ``add_meter("P101-H", "Running hours")``."""

    def added(code: str = "P101-H", name: str = "Running hours", **more: Any) -> Meter:
        fields = {"asset_id": pump.id, "unit": "h", "kind": "counter"} | more
        plain = code.replace("-", "")
        return desk.one(
            Meter, id=desk.writes(lambda uow: uow.add(Meter, code=code, plain_code=plain, name=name, **fields))
        )

    return added


@pytest.fixture
def temperature(add_meter: AddMeter) -> Meter:
    return add_meter("P101-T", "Bearing temperature", unit="°C", kind="gauge", high=80_000, low=5_000, hysteresis=5_000)


def add_plan(desk: Desk, meter: Meter, **more: Any) -> MaintenancePlan:
    """Set up a plan that comes due every 250 of a meter."""
    fields = {
        "title": "Change the oil", "asset_id": meter.asset_id, "task_type": "service", "every": "", "basis": "floating",
        "first_day": desk.now.date(), "lead_days": 0, "meter_id": meter.id, "every_use": 250_000, "next_use": 250_000,
    } | more  # fmt: skip
    number = desk.writes(
        lambda uow: uow.add(MaintenancePlan, code="OIL", plain_code="OIL", **fields, **plan_calendar.begun(uow, fields))
    )
    return desk.one(MaintenancePlan, id=number)


def types(desk: Desk, by: Person, text: str) -> str:
    desk.later(minutes=1)
    told = desk.does(sentences.command, Command(desk.key(), by.slack_id, "D1", "/chargehand", text))
    return f"{told.private} {json.dumps(told.blocks, ensure_ascii=False)}"


def rings(desk: Desk) -> None:
    for number in desk.reads(planned_orders.due):
        desk.writes(lambda uow, number=number: planned_orders.tend(uow, number))


def closes(desk: Desk, order: WorkOrder) -> None:
    desk.writes(lambda uow: uow.change(WorkOrder, order.id, state="closed", completed_at=uow.now))


def test_a_reading_is_typed_by_asset_and_name_by_unit_or_by_code(
    desk: Desk, add_meter: AddMeter, temperature: Meter, operator: Person
) -> None:
    add_meter()

    first = types(desk, operator, "reading P-101 running hours 1240")
    second = types(desk, operator, "reading P-101 h 1255,5")
    third = types(desk, operator, "Zählerstand p101h: 1256 h")

    assert "P101-H stands at 1240 h." in first
    assert "P101-H stands at 1255.5 h, 15.5 since" in second
    assert "P101-H stands at 1256 h, 0.5 since" in third
    assert [row.value for row in desk.all(MeterReading)] == [1_240_000, 1_255_500, 1_256_000]
    assert desk.one(Meter, code="P101-H").used == 16_000
    assert desk.one(MeterReading, value=1_256_000).source == "chat"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("reading", "Write the meter and its reading"),
        ("reading P-101", "Write the meter and its reading"),
        ("reading P101-H nan", "I cannot read “nan”"),
        ("reading P101-H inf", "I cannot read “inf”"),
        ("reading P101-H 12.34567", "I cannot read"),
        ("reading P101-H 1.240", "could be 1240 or 1.2400"),
        ("reading P101-H 99", "99 is below the last reading, 100"),
        ("reading P101-H -5", "-5 is below the last reading, 100"),
        ("reading X-99 12", "I know no meter “X-99”. Meters come in by an import of meters.csv."),
        ("reading P-101 12", "I know no one meter “P-101”. Did you mean"),
        ("reading P101-H 0 reset", "Only technicians and supervisors can say that a meter was set back"),
    ],
)
def test_what_cannot_be_a_reading_is_said_and_nothing_is_kept(
    desk: Desk, add_meter: AddMeter, temperature: Meter, operator: Person, technician: Person, text: str, why: str
) -> None:
    add_meter()
    types(desk, operator, "reading P101-H 100")

    said = types(desk, operator, text)

    assert why in said
    assert len(desk.all(MeterReading)) == 1


def test_a_reading_from_the_future_or_out_of_order_is_refused(desk: Desk, add_meter: AddMeter) -> None:
    meter = add_meter()
    desk.writes(lambda uow: readings.taken(uow, meter, Told(100_000, uow.now, "web")))
    for at, why in ((timedelta(hours=1), "that is still to come"), (timedelta(0), "readings come in their order")):
        with pytest.raises(AssertionError, match=why):
            desk.writes(lambda uow, at=at: readings.taken(uow, meter, Told(110_000, uow.now + at, "web")))

    assert len(desk.all(MeterReading)) == 1


def test_a_meter_that_was_set_back_or_rolls_over_counts_on(desk: Desk, add_meter: AddMeter, technician: Person) -> None:
    add_meter(rolls_over_at=100_000_000)
    types(desk, technician, "reading P101-H 99990")
    rolled = types(desk, technician, "reading P101-H 10")
    reset = types(desk, technician, "reading P101-H 2 reset because the counter is new")
    types(desk, technician, "reading P101-H 5")

    assert "It went through zero." in rolled
    assert "It counts on from there." in reset
    assert desk.one(Meter).used == 23_000
    assert [row.kind for row in desk.all(MeterReading)] == ["reading", "roll_over", "reset", "reading"]


def test_a_plan_by_meter_comes_due_with_the_reading_and_counts_anew_from_when_it_was_done(
    desk: Desk, add_meter: AddMeter, technician: Person
) -> None:
    plan = add_plan(desk, add_meter())
    types(desk, technician, "reading P101-H 1000")
    near = types(desk, technician, "reading P101-H 1240")
    rings(desk)
    before = desk.all(WorkOrder)
    types(desk, technician, "reading P101-H 1260")
    rings(desk)
    (order,) = desk.all(WorkOrder)
    while_open = types(desk, technician, "reading P101-H 1900")
    rings(desk)

    closes(desk, order)
    rings(desk)
    shown = types(desk, technician, "plan OIL")

    assert "OIL Change the oil: due in 10 h" in near
    assert before == []
    assert "its order is open" in while_open
    assert desk.all(WorkOrder)[1:] == []
    assert desk.one(MaintenancePlan, id=plan.id).next_use == 900_000 + 250_000
    assert "Due in 250 h of P101-H" in shown
    assert "every 250 h of P101-H" in shown


def test_a_plan_by_days_and_meter_takes_whichever_comes_first(
    desk: Desk, add_meter: AddMeter, technician: Person
) -> None:
    plan = add_plan(desk, add_meter(), every="every month", first_day=date(2026, 12, 21))
    types(desk, technician, "reading P101-H 0")
    types(desk, technician, "reading P101-H 300")
    rings(desk)
    by_meter = desk.all(PlanOrder)
    closes(desk, desk.one(WorkOrder))
    rings(desk)
    anew = desk.one(MaintenancePlan, id=plan.id)

    desk.later(days=30)
    rings(desk)

    assert [row.due_on for row in by_meter] == [date(2026, 11, 23)]
    assert (anew.next_due, anew.next_use) == (date(2026, 12, 23), 550_000)
    assert [row.due_on for row in desk.all(PlanOrder)] == [date(2026, 11, 23), date(2026, 12, 23)]
    assert "whichever comes first" in types(desk, technician, "plan OIL")


def fixed_by_meter(desk: Desk, meter: Meter, **more: Any) -> MaintenancePlan:
    return add_plan(desk, meter, basis="fixed", **more)


def test_33_a_fixed_plan_by_meter_keeps_to_its_own_figures_however_late_the_work_was_done(
    desk: Desk, add_meter: AddMeter, operator: Person
) -> None:
    plan = fixed_by_meter(desk, add_meter(), every_use=500_000, next_use=500_000)
    for hours in (0, 520, 900):
        types(desk, operator, f"reading P101-H {hours}")
        rings(desk)
    (order,) = desk.all(WorkOrder)
    closes(desk, order)
    desk.later(days=3)

    said = types(desk, operator, "reading P101-H 1001")
    rings(desk)

    assert "OIL Change the oil: due now" in said
    assert len(desk.all(WorkOrder)) == 2
    assert desk.one(MaintenancePlan, id=plan.id).next_use == 1_500_000
    assert "every 500 h of P101-H, counted from when it came due" in types(desk, operator, "plan OIL")
    assert "due in 499 h of P101-H" in types(desk, operator, "plans")


def test_a_fixed_plan_by_meter_joins_its_open_order_and_figures_that_were_jumped_over_ask_once(
    desk: Desk, add_meter: AddMeter, operator: Person
) -> None:
    plan = fixed_by_meter(desk, add_meter(), every_use=500_000, next_use=500_000)
    types(desk, operator, "reading P101-H 0")
    types(desk, operator, "reading P101-H 1760")
    rings(desk)
    types(desk, operator, "reading P101-H 2100")
    rings(desk)
    same_day = desk.all(PlanOrder)
    desk.later(days=1)
    rings(desk)

    assert len(same_day) == 1
    assert len(desk.all(WorkOrder)) == 1
    assert [row.due_on for row in desk.all(PlanOrder)] == [date(2026, 11, 23), date(2026, 11, 24)]
    assert desk.one(MaintenancePlan, id=plan.id).next_use == 2_500_000


def test_33_a_fixed_plan_by_days_and_meter_takes_whichever_comes_first_and_both_count_on_from_there(
    desk: Desk, add_meter: AddMeter, operator: Person
) -> None:
    plan = fixed_by_meter(desk, add_meter(), every="4 weeks", first_day=date(2026, 12, 21))
    types(desk, operator, "reading P101-H 0")
    desk.later(days=7)
    types(desk, operator, "reading P101-H 260")
    rings(desk)
    by_meter = desk.one(MaintenancePlan, id=plan.id)
    closes(desk, desk.all(WorkOrder)[0])
    desk.later(days=27)
    types(desk, operator, "reading P101-H 300")
    desk.later(days=1)
    rings(desk)
    by_days = desk.one(MaintenancePlan, id=plan.id)

    assert [row.due_on for row in desk.all(PlanOrder)] == [date(2026, 11, 30), date(2026, 12, 28)]
    assert (by_meter.next_due, by_meter.next_use) == (date(2026, 12, 28), 500_000)
    assert (by_days.next_due, by_days.next_use) == (date(2027, 1, 25), 550_000)


def test_33_a_meter_that_was_changed_or_rolls_over_moves_no_figure_of_a_fixed_plan(
    desk: Desk, add_meter: AddMeter, technician: Person
) -> None:
    fixed_by_meter(desk, add_meter(rolls_over_at=1_000_000))
    for said in ("900", "980", "40", "3 reset", "100"):
        types(desk, technician, f"reading P101-H {said}")
    rings(desk)
    before = desk.all(PlanOrder)
    types(desk, technician, "reading P101-H 116")
    rings(desk)

    assert before == []
    assert len(desk.all(PlanOrder)) == 1
    assert desk.one(Meter).used == 253_000


def test_a_plan_by_meter_that_was_paused_without_an_end_comes_due_when_it_is_resumed(
    desk: Desk, add_meter: AddMeter, operator: Person, supervisor: Person
) -> None:
    add_plan(desk, add_meter())
    types(desk, operator, "reading P101-H 0")
    types(desk, supervisor, "plan OIL pause because the line stands")
    types(desk, operator, "reading P101-H 400")
    rings(desk)
    before = desk.all(WorkOrder)

    types(desk, supervisor, "plan OIL resume")
    rings(desk)

    assert before == []
    assert len(desk.all(WorkOrder)) == 1


def test_a_retired_assets_meter_is_still_read_and_asks_for_no_work(
    desk: Desk, pump: Asset, temperature: Meter, operator: Person
) -> None:
    desk.writes(lambda uow: uow.change(Asset, pump.id, status="retired"))

    said = types(desk, operator, "reading P101-T 91")

    assert "P-101 is retired: its limits ask for no work" in said
    assert len(desk.all(MeterReading)) == 1
    assert desk.all(WorkOrder) == []


def test_a_meter_that_asks_again_on_the_same_day_comes_due_on_the_next(
    desk: Desk, add_meter: AddMeter, technician: Person
) -> None:
    add_plan(desk, add_meter())
    types(desk, technician, "reading P101-H 0")
    for value in (300, 600):
        types(desk, technician, f"reading P101-H {value}")
        rings(desk)
        closes(desk, desk.all(WorkOrder)[-1])
        rings(desk)

    desk.later(days=1)
    rings(desk)

    assert [row.due_on for row in desk.all(PlanOrder)] == [date(2026, 11, 23), date(2026, 11, 24)]


def test_a_limit_that_is_passed_asks_for_work_once(
    desk: Desk, temperature: Meter, operator: Person, supervisor: Person
) -> None:
    types(desk, operator, "reading P101-T 79")
    said = types(desk, operator, "reading P101-T 85.2")
    (order,) = desk.all(WorkOrder)
    types(desk, operator, "reading P101-T 78")
    types(desk, operator, "reading P101-T 90")
    one = desk.all(WorkOrder)
    types(desk, operator, "reading P101-T 75")
    types(desk, operator, "reading P101-T 81")

    again = [text for text in desk.lines() if "again" in text]
    assert (order.title, order.task_type, order.state) == (
        "Bearing temperature of 85.2 °C is above 80",
        "inspection",
        "ready",
    )
    assert (order.due_reason, order.safety) == ("limit of meter P101-T", "LOTO-17")
    assert order.number in said
    assert len(one) == 1
    assert len(desk.all(WorkOrder)) == 1
    assert again == [f"{order.number}: Bearing temperature of 81 °C is above 80 again."]


def test_a_limit_asks_anew_only_when_it_was_left_and_its_order_has_ended(
    desk: Desk, temperature: Meter, operator: Person, supervisor: Person
) -> None:
    types(desk, operator, "reading P101-T 85")
    (order,) = desk.all(WorkOrder)
    desk.writes(lambda uow: closing.cancel_order(uow, locked(uow, order.id), "known"), by=supervisor)
    types(desk, operator, "reading P101-T 86")
    still = len(desk.all(WorkOrder))
    types(desk, operator, "reading P101-T 60")
    types(desk, operator, "reading P101-T 4")

    assert still == 1
    assert [row.title for row in desk.all(WorkOrder)][1:] == ["Bearing temperature of 4 °C is below 5"]


def test_without_a_channel_for_faults_a_reading_beyond_its_limit_is_refused_and_not_lost_in_silence(
    desk: Desk, temperature: Meter, operator: Person
) -> None:
    desk.plant = replace(desk.plant, channels=replace(desk.plant.channels, faults=()))

    assert "No channel for faults" in types(desk, operator, "reading P101-T 85")
    assert desk.all(MeterReading) == []
