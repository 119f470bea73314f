"""Prices by quantity of supplier_parts.csv: exactly what the row names, every fault with its place."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.plant_import import ImportReport, import_plant
from orders.plant import Plant
from storage.database import Database
from storage.happenings import reading
from storage.tables import PriceBreak

PLANT = Plant()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "suppliers.csv").write_text("supplier,name,currency\nHARTMANN,Hartmann Seals GmbH,EUR\n", "utf-8")
    (tmp_path / "parts.csv").write_text("part,name,unit\nP-10231,Mechanical seal,piece\nP-7,Hose,metre\n", "utf-8")
    return tmp_path


def brings(database: Database, folder: Path, *rows: str, head: str = "supplier,part,price,breaks") -> ImportReport:
    (folder / "supplier_parts.csv").write_text("\n".join([head, *rows]) + "\n", "utf-8")
    return import_plant(database, PLANT, folder)


def kept(database: Database) -> list[tuple[int, int]]:
    rows = reading(database, PLANT, datetime.now(UTC), lambda uow: uow.all(PriceBreak))
    return [(row.from_quantity, row.price) for row in rows]


def test_breaks_are_written_beside_the_price(database: Database, folder: Path) -> None:
    report = brings(database, folder, "Hartmann Seals GmbH,P-10231,184.00,50=172.00+100=160.00")

    assert report.wrong == ()
    assert kept(database) == [(50_000, 1_720_000), (100_000, 1_600_000)]


def test_the_same_again_changes_nothing(database: Database, folder: Path) -> None:
    brings(database, folder, "HARTMANN,P-10231,184.00,50=172.00")

    again = brings(database, folder, "HARTMANN,P-10231,184.00,50=172.00")

    (file,) = [each for each in again.files if each.file == "supplier_parts"]
    assert (file.new, file.changed, file.same) == (0, 0, 1)


def test_other_breaks_replace_those_there_a_dash_takes_them_away_and_no_cell_keeps_them(
    database: Database, folder: Path
) -> None:
    brings(database, folder, "HARTMANN,P-10231,184.00,50=172.00+100=160.00")
    brings(database, folder, "HARTMANN,P-10231,184.00,20=180.00")
    assert kept(database) == [(20_000, 1_800_000)]

    brings(database, folder, "HARTMANN,P-10231,184.00,")
    assert kept(database) == [(20_000, 1_800_000)]

    brings(database, folder, "HARTMANN,P-10231,184.00,-")
    assert kept(database) == []


@pytest.mark.parametrize(
    "written",
    [
        "cheap",
        "50",
        "50=",
        "50=172.00+20=160.00",
        "50=172.00+50=160.00",
        "-50=172.00",
        "0=172.00",
        "50=-1.00",
        "1.5=172.00",
    ],
)
def test_what_is_no_list_of_rising_prices_is_named_and_nothing_is_written(
    database: Database, folder: Path, written: str
) -> None:
    report = brings(database, folder, f"HARTMANN,P-10231,184.00,{written}")

    (wrong,) = report.wrong
    assert (wrong.file, wrong.line, wrong.column) == ("supplier_parts.csv", 2, "breaks")
    assert kept(database) == []


def test_a_hose_may_have_a_break_at_half_a_metre(database: Database, folder: Path) -> None:
    report = brings(database, folder, "HARTMANN,P-7,12.50,0.5=12.00")

    assert report.wrong == ()
    assert kept(database) == [(500, 120_000)]
