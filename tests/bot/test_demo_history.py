"""The demo plant's past: the same for the same day, believable, and taken in without a fault."""

import csv
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot import demo, demo_history
from bot.plant_import import import_plant
from handlers import asset_history, maintenance_reports
from orders.plant import Plant
from storage.database import Database
from storage.happenings import reading
from storage.tables import Asset
from storage.unit_of_work import UnitOfWork

TODAY = date(2026, 11, 23)
ASSETS = demo.folder() / "assets.csv"
PLANT = Plant(currency="EUR")


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def test_the_same_day_gives_the_same_two_years(tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()

    first = demo_history.write(tmp_path, ASSETS, TODAY).read_text("utf-8")
    again = demo_history.write(tmp_path / "again", ASSETS, TODAY).read_text("utf-8")

    assert first == again


def test_it_ends_before_today_and_reaches_back_two_years(tmp_path: Path) -> None:
    found = rows(demo_history.write(tmp_path, ASSETS, TODAY))

    days = [date.fromisoformat(row[name]) for row in found for name in ("reported", "done")]
    assert TODAY - timedelta(days=730) <= min(days) < TODAY - timedelta(days=690)
    assert TODAY - timedelta(days=8) < max(days) < TODAY


def test_most_of_it_is_care_and_the_worst_machine_fails_most_of_the_pumps(tmp_path: Path) -> None:
    found = rows(demo_history.write(tmp_path, ASSETS, TODAY))

    tasks = Counter(row["task"] for row in found)
    failures = Counter(row["asset"] for row in found if row["task"] == "repair")
    assert tasks["service"] + tasks["inspection"] > tasks["repair"] > 50
    assert failures["P-101"] > failures["P-102"]


def test_the_demo_plant_takes_its_past_in_whole_and_every_figure_has_something_to_say(
    database: Database, tmp_path: Path
) -> None:
    import_plant(database, PLANT, demo.folder())
    demo_history.write(tmp_path, ASSETS, datetime.now(UTC).date())

    report = import_plant(database, PLANT, tmp_path)

    def look(uow: UnitOfWork) -> tuple[object, ...]:
        pump = uow.find(Asset, code="P-101")
        assert pump is not None
        return (
            asset_history.history(uow, pump, 12),
            maintenance_reports.downtime(uow),
            maintenance_reports.failures(uow),
            maintenance_reports.labour(uow),
        )

    told, downtime, failures, labour = reading(database, PLANT, datetime.now(UTC), look)
    assert (report.written, report.wrong) == (True, ())
    assert told.figures.failures > 2
    assert 0.9 < told.figures.availability < 1
    assert told.whole
    assert "Machines stood" in downtime.finding
    assert len(failures.rows) > 3
    assert "of it planned" in labour.finding
