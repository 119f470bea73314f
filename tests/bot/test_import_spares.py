"""parts.csv and stock.csv: stand-ins, where a part is built in, critical spares and bins, again and again the same."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.plant_import import ImportReport, import_plant
from orders.plant import Plant
from storage.database import Database
from storage.happenings import reading
from storage.tables import AssetPart, Part, PartAlternate, Stock

PLANT = Plant()
HEAD = "part,name,unit,store,bin,critical,alternates,used_on\n"
ROWS = "6204,Bearing,piece,main,A1,yes,6204-C3 + 6205,P-101\n6204-C3,Bearing C3,piece,main,A2,no,,\n6205,Bearing,piece,main,A3,,,P-101 + P-102\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "assets.csv").write_text("asset,name\nP-101,Pump\nP-102,Pump\n", "utf-8")
    return tmp_path


def brings(database: Database, folder: Path, rows: str = ROWS, stock: str = "") -> ImportReport:
    (folder / "parts.csv").write_text(HEAD + rows, "utf-8")
    (folder / "stock.csv").write_text("part,store,count,bin\n" + stock, "utf-8")
    return import_plant(database, PLANT, folder)


def kept(database: Database, kind: Any) -> list[Any]:
    return list(reading(database, PLANT, datetime.now(UTC), lambda uow: uow.all(kind)))


def codes(database: Database, kind: Any, name: str) -> set[tuple[str, int]]:
    parts = {row.id: row.code for row in kept(database, Part)}
    return {(parts[row.part_id], getattr(row, name)) for row in kept(database, kind)}


def test_stand_ins_assets_bins_and_critical_spares_come_in(database: Database, folder: Path) -> None:
    report = brings(database, folder, stock="6204,main,4,B7\n6204,line2,2,C1\n")
    again = brings(database, folder, stock="6204,main,4,B7\n6204,line2,2,C1\n")

    assert report.written, report.wrong
    assert codes(database, PartAlternate, "other_id") == {("6204", 2), ("6204", 3)}
    assert codes(database, AssetPart, "asset_id") == {("6204", 1), ("6205", 1), ("6205", 2)}
    assert [row.critical for row in kept(database, Part)] == [True, False, False]
    assert {row.store: (row.on_hand, row.bin) for row in kept(database, Stock)} == {
        "main": (4_000, ""),
        "line2": (2_000, "C1"),
    }
    assert all(not file.new for file in again.files)


def test_what_is_named_no_more_is_forgotten_and_a_missing_column_changes_nothing(
    database: Database, folder: Path
) -> None:
    brings(database, folder)
    brings(database, folder, ROWS.replace(" + 6205", "").replace("P-101 + P-102", "-"))
    (folder / "parts.csv").write_text("part,name\n6204,Ball bearing\n", "utf-8")
    import_plant(database, PLANT, folder)

    assert codes(database, PartAlternate, "other_id") == {("6204", 2)}
    assert codes(database, AssetPart, "asset_id") == {("6204", 1)}


@pytest.mark.parametrize(
    ("row", "column", "why"),
    [
        ("6204,Bearing,piece,main,A1,,6299,\n", "alternates", "is no part I know"),
        ("6204,Bearing,piece,main,A1,,6204,\n", "alternates", "names the part itself"),
        ("6204,Bearing,piece,main,A1,,HOSE,\nHOSE,Hose,m,main,,,,\n", "alternates", "has another unit"),
        ("6204,Bearing,piece,main,A1,,,P-999\n", "used_on", "is no asset I know"),
        ("6204,Bearing,piece,main,A1,perhaps,,\n", "critical", "neither yes nor no"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(
    database: Database, folder: Path, row: str, column: str, why: str
) -> None:
    report = brings(database, folder, row)

    assert any(each.column == column and why in str(each.reason) for each in report.wrong), report.wrong
    assert not report.written
