"""plans.csv: maintenance plans with their first day and parts, again and again the same, every fault with its place."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import demo
from bot.plant_import import ImportReport, import_plant
from orders.plant import Channels, Plant
from storage.database import Database
from storage.happenings import reading
from storage.tables import MaintenancePlan, Meter, MeterReading, Part, PlanPart

PLANT = Plant(channels=Channels(faults=("C0MAINT",)))
HEAD = "plan,title,asset,every,basis,first_day,last_day,lead_days,season,minutes,parts\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "assets.csv").write_text("asset,name\nP-101,CIP return pump\n", "utf-8")
    (tmp_path / "parts.csv").write_text("part,name,unit\nP-1,Grease,kg\nP-2,Seal,piece\n", "utf-8")
    return tmp_path


def brings(database: Database, folder: Path, *rows: str, head: str = HEAD) -> ImportReport:
    (folder / "plans.csv").write_text(head + "".join(f"{row}\n" for row in rows), "utf-8")
    return import_plant(database, PLANT, folder)


def kept(database: Database, kind: Any) -> list[Any]:
    return list(reading(database, PLANT, datetime.now(UTC), lambda uow: uow.all(kind)))


def ahead(days: int) -> date:
    return datetime.now(UTC).date() + timedelta(days=days)


def test_a_plan_is_written_with_its_days_and_parts(database: Database, folder: Path) -> None:
    report = brings(
        database, folder, f"G-1,Grease it,p 101,every 3 months,fixed,{ahead(30)},{ahead(900)},7,,45,P-1 x 0.5 + p2 x 2"
    )

    (plan,) = kept(database, MaintenancePlan)
    parts = {row.id: row.code for row in kept(database, Part)}
    assert report.written, report.wrong
    assert (plan.every, plan.basis, plan.task_type, plan.lead_days) == ("every 3 months", "fixed", "service", 7)
    assert plan.first_day == ahead(30)
    assert ahead(30) <= plan.next_due <= ahead(32)
    assert plan.make_on == plan.next_due - timedelta(days=7)
    assert {parts[row.part_id]: row.quantity for row in kept(database, PlanPart)} == {"P-1": 500, "P-2": 2_000}


def test_the_same_file_again_changes_nothing(database: Database, folder: Path) -> None:
    row = "G-1,Grease it,P-101,every week,floating,in 40 days,,,,,P-1 x 1"
    brings(database, folder, row)
    before = kept(database, MaintenancePlan)

    report = brings(database, folder, row)

    (told,) = [file for file in report.files if file.file == "plans"]
    assert (told.new, told.changed, told.same) == (0, 0, 1)
    assert kept(database, MaintenancePlan) == before


def test_other_days_are_worked_out_anew_and_parts_that_are_gone_are_forgotten(database: Database, folder: Path) -> None:
    brings(database, folder, f"G-1,Grease it,P-101,every week,fixed,{ahead(40)},,,,,P-1 x 1 + P-2 x 1")

    brings(database, folder, f"G-1,,,every 2 weeks,,{ahead(60)},,,,,P-2 x 3")

    (plan,) = kept(database, MaintenancePlan)
    assert (plan.title, plan.every) == ("Grease it", "every 2 weeks")
    assert ahead(60) <= plan.next_due <= ahead(62)
    assert [row.quantity for row in kept(database, PlanPart)] == [3_000]


def test_what_began_before_today_is_not_made_up_for(database: Database, folder: Path) -> None:
    report = brings(database, folder, "G-1,Grease it,P-101,every day,fixed,2019-01-01,,,,,")

    (plan,) = kept(database, MaintenancePlan)
    assert ahead(0) <= plan.next_due <= ahead(3)
    assert any("began before today" in note for note in report.notes)


@pytest.mark.parametrize(
    ("row", "column", "why"),
    [
        ("G-1,,P-101,every week,,,,,,,", "title", "is empty, but a new plan needs it"),
        ("G-1,Grease,,every week,,,,,,,", "asset", "is empty"),
        ("G-1,Grease,P-999,every week,,,,,,,", "asset", "is no asset I know"),
        ("G-1,Grease,P-101,,,,,,,,", "every", "is empty"),
        ("G-1,Grease,P-101,now and then,,,,,,,", "every", "says no interval"),
        ("G-1,Grease,P-101,FREQ=SECONDLY,,,,,,,", "every", "says no interval"),
        ("G-1,Grease,P-101,FREQ=DAILY;COUNT=3,floating,,,,,,", "every", "only a fixed plan"),
        ("G-1,Grease,P-101,FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30,fixed,,,,,,", "every", "never comes due"),
        ("G-1,Grease,P-101,every week,sinking,,,,,,", "basis", "write fixed, floating"),
        ("G-1,Grease,P-101,every week,,9999-01-01,,,,,", "first_day", "lies outside of 2000 to 2200"),
        ("G-1,Grease,P-101,every week,,2027-01-01,2026-01-01,,,,", "every", "never comes due"),
        ("G-1,Grease,P-101,every week,,soon,,,,,", "first_day", "is no date"),
        ("G-1,Grease,P-101,every week,,,,-3,,,", "lead_days", "is no number of days"),
        ("G-1,Grease,P-101,every week,,,,,summer,,", "season", "is no season"),
        ("G-1,Grease,P-101,every week,,,,,,many,", "minutes", "is no number of minutes"),
        ("G-1,Grease,P-101,every week,,,,,,,P-9 x 1", "parts", "is no part I know"),
        ("G-1,Grease,P-101,every week,,,,,,,P-2 x 1.5", "parts", "whole numbers"),
    ],
)
def test_what_cannot_be_taken_over_is_named_with_its_place(
    database: Database, folder: Path, row: str, column: str, why: str
) -> None:
    report = brings(database, folder, row)

    (wrong,) = report.wrong
    assert (wrong.file, wrong.line, wrong.column) == ("plans.csv", 2, column)
    assert why in wrong.reason
    assert kept(database, MaintenancePlan) == []


def test_the_demo_plants_plans_come_due_after_some_weeks(database: Database) -> None:
    report = import_plant(database, PLANT, demo.folder())

    plans = kept(database, MaintenancePlan)
    assert report.wrong == ()
    assert len(plans) == 9
    assert all(plan.next_due is None or plan.next_due > ahead(49) for plan in plans)


METERS = "meter,name,asset,unit,kind,rolls_over_at,high,low,hysteresis\n"
METERED = "plan,title,asset,every,basis,meter,every_use\n"


def with_files(database: Database, folder: Path, **files: str) -> ImportReport:
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    return import_plant(database, PLANT, folder)


def test_meters_and_their_readings_come_in_and_the_same_readings_again_change_nothing(
    database: Database, folder: Path
) -> None:
    files = {
        "meters": METERS
        + "P101-H,Running hours,P-101,h,counter,100000,,,\nP101-T,Temperature,P-101,C,gauge,,80,-5,5\n",
        "readings": "meter,at,value\nP101-H,2026-01-02 08:00,120\nP101-H,2026-01-01 08:00,100.5\nP101-T,2026-01-01T08:00+01:00,-4\n",
    }
    first = with_files(database, folder, **files)
    again = with_files(database, folder, **files)

    hours, temperature = kept(database, Meter)
    assert first.written, first.wrong
    assert (hours.last_value, hours.used, hours.rolls_over_at) == (120_000, 19_500, 100_000_000)
    assert (temperature.kind, temperature.high, temperature.low, temperature.hysteresis) == (
        "gauge",
        80_000,
        -5_000,
        5_000,
    )
    (told,) = [file for file in again.files if file.file == "readings"]
    assert (told.new, told.same) == (0, 3)
    assert len(kept(database, MeterReading)) == 3


def test_a_plan_by_meter_counts_from_where_the_meter_stands(database: Database, folder: Path) -> None:
    meters = METERS + "P101-H,Running hours,P-101,h,counter,,,,\n"
    with_files(
        database,
        folder,
        meters=meters,
        readings="meter,at,value\nP101-H,2026-01-01 08:00,0\nP101-H,2026-01-02 08:00,100\n",
    )
    (folder / "readings.csv").unlink()

    report = with_files(database, folder, plans=METERED + "OIL,Change the oil,P-101,,,P101-H,250\n")

    (plan,) = kept(database, MaintenancePlan)
    assert report.written, report.wrong
    assert (plan.every_use, plan.next_use, plan.next_due) == (250_000, 350_000, None)


@pytest.mark.parametrize(
    ("name", "text", "column", "why"),
    [
        ("plans", METERED + "OIL,Oil,P-101,,,P101-X,250\n", "meter", "is no meter I know"),
        ("plans", METERED + "OIL,Oil,P-101,,,P101-T,250\n", "meter", "is a gauge"),
        ("plans", METERED + "OIL,Oil,P-101,every week,,P101-H,\n", "every_use", "belong together"),
        ("plans", METERED + "OIL,Oil,P-101,,,,250\n", "every_use", "belong together"),
        ("meters", METERS + "M,M,P-999,h,counter,,,,\n", "asset", "is no asset I know"),
        ("meters", METERS + "M,M,P-101,h,gauge,,5,80,\n", "low", "is not below"),
        ("meters", METERS + "M,M,P-101,h,clock,,,,\n", "kind", "write counter, gauge"),
        ("readings", "meter,at,value\nP101-X,2026-01-01 08:00,1\n", "meter", "is no meter I know"),
        ("readings", "meter,at,value\nP101-H,yesterday,1\n", "at", "is no moment"),
        ("readings", "meter,at,value\nP101-H,2199-01-01 08:00,1\n", "value", "that is still to come"),
        ("readings", "meter,at,value\nP101-H,2026-01-01 08:00,NaN\n", "value", "is no number"),
        (
            "readings",
            "meter,at,value\nP101-H,2026-01-01 08:00,9\nP101-H,2026-01-02 08:00,8\n",
            "value",
            "is below the last",
        ),
    ],
)
def test_what_is_wrong_with_meters_and_readings_is_named(
    database: Database, folder: Path, name: str, text: str, column: str, why: str
) -> None:
    with_files(
        database, folder, meters=METERS + "P101-H,Hours,P-101,h,counter,,,,\nP101-T,Temperature,P-101,C,gauge,,,,\n"
    )

    report = with_files(database, folder, **{name: text})

    assert [(fault.column, why in fault.reason) for fault in report.wrong] == [(column, True)], report.wrong
