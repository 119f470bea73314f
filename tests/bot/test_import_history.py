"""Earlier work orders come in from a file: closed, counted in every figure, and never mistaken for ours."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.plant_import import ImportReport, import_plant
from orders.plant import Plant
from storage.database import Database
from storage.happenings import reading
from storage.tables import WorkOrder, WorkOrderCost, WorkOrderTime

PLANT = Plant(zone=ZoneInfo("Europe/Oslo"), currency="EUR")
HEAD = "work_order,title,asset,task,reported,done,down,minutes,by,mode,remedy,cost\n"
LUIS = "luis@halden.example"
Import = Callable[..., ImportReport]


@pytest.fixture
def imported(database: Database, tmp_path: Path) -> Import:
    """Import rows of history.csv into a plant with one pump and one technician."""

    def run(*rows: str) -> ImportReport:
        files = {
            "people.csv": f"person,name,role\n{LUIS},Luis,technician\n",
            "assets.csv": "asset,name\nP-101,Pump\n",
            "history.csv": HEAD + "".join(f"{row}\n" for row in rows),
        }
        for name, text in files.items():
            (tmp_path / name).write_text(text, "utf-8")
        return import_plant(database, PLANT, tmp_path)

    return run


def orders(database: Database) -> list[WorkOrder]:
    return list(reading(database, PLANT, datetime.now(UTC), lambda uow: uow.all(WorkOrder)))


def test_an_earlier_order_is_closed_with_its_hours_its_standstill_and_its_cost(
    database: Database, imported: Import
) -> None:
    report = imported(
        f"A-4711,Seal leaks,P-101,repair,2025-03-04,2025-03-05,2.5,90,{LUIS},leaks outside,Seal changed,240.00"
    )

    (order,) = orders(database)
    assert report.written, report.wrong
    assert (order.number, order.state, order.failure_mode, order.remedy) == ("A-4711", "closed", "ELP", "Seal changed")
    assert order.created_at == order.down_from == datetime(2025, 3, 4, 7, tzinfo=UTC)
    assert order.down_until == datetime(2025, 3, 4, 9, 30, tzinfo=UTC)
    assert order.completed_at == datetime(2025, 3, 5, 15, tzinfo=UTC)
    assert order.started_at == datetime(2025, 3, 5, 13, 30, tzinfo=UTC)
    times = reading(database, PLANT, datetime.now(UTC), lambda uow: uow.all(WorkOrderTime))
    costs = reading(database, PLANT, datetime.now(UTC), lambda uow: uow.all(WorkOrderCost))
    assert [(row.minutes, row.rate) for row in times] == [(90, 0)]
    assert [row.amount for row in costs] == [24_000]


def test_hours_of_an_earlier_order_without_a_cost_stay_without_a_value(database: Database, imported: Import) -> None:
    imported(f"A-4711,Seal leaks,P-101,repair,2025-03-04,,,90,{LUIS},,,")

    times = reading(database, PLANT, datetime.now(UTC), lambda uow: uow.all(WorkOrderTime))
    assert [(row.minutes, row.rate) for row in times] == [(90, None)]


def test_the_same_file_again_changes_nothing(database: Database, imported: Import) -> None:
    row = f"A-4711,Seal leaks,P-101,repair,2025-03-04,2025-03-05,2.5,90,{LUIS},ELP,Seal changed,240.00"
    imported(row)

    again = imported(row)

    assert {each.file: (each.new, each.changed, each.same) for each in again.files}["history"] == (0, 0, 1)
    assert len(reading(database, PLANT, datetime.now(UTC), lambda uow: uow.all(WorkOrderCost))) == 1


@pytest.mark.parametrize("number", ["4711", "WO-2026-00001", "wo 12"])
def test_a_number_that_looks_like_ours_is_kept_apart_and_said(
    database: Database, imported: Import, number: str
) -> None:
    report = imported(f"{number},Seal leaks,P-101,repair,2025-03-04,,,,,,,")

    assert [order.number for order in orders(database)] == [f"H-{number}"]
    assert any(f"numbers such as {number} look like ours and are kept as H-{number}" in note for note in report.notes)


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("A-1,Leak,P-999,repair,2025-03-04,,,,,,,", "asset", "no asset I know"),
        ("A-1,Leak,P-101,repair,2125-03-04,,,,,,,", "reported", "outside"),
        ("A-1,Leak,P-101,repair,2025-03-04,2025-03-03,,,,,,", "done", "before the day"),
        ("A-1,Leak,P-101,repair,2025-03-04,2125-03-03,,,,,,", "done", "future"),
        ("A-1,Leak,P-101,repair,2025-03-04,,,30,,,,", "minutes", "somebody's"),
        ("A-1,Leak,P-101,repair,2025-03-04,,,30,who@halden.example,,,", "by", "nobody I know"),
        ("A-1,Leak,P-101,mending,2025-03-04,,,,,,,", "task", "repair"),
        ("A-1,Leak,P-101,repair,2025-03-04,,-3,,,,,", "down", ""),
        ("A-1,Leak,P-101,repair,2025-03-04,,,,,,,1.0055", "cost", "decimals"),
    ],
)
def test_a_row_that_cannot_be_is_named_and_nothing_is_written(
    database: Database, imported: Import, row: str, column: str, reason: str
) -> None:
    report = imported(row)

    assert [(fault.column, reason in fault.reason) for fault in report.wrong] == [(column, True)]
    assert not report.written
    assert orders(database) == []
