"""Tax in import files: of suppliers, of parts and of what a supplier sells; what cannot be read is named with its place."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.plant_import import ImportReport, import_plant
from orders.plant import Plant
from storage.database import Database
from storage.happenings import reading
from storage.tables import Part, Supplier, SupplierPart

PLANT = Plant()


def brings(database: Database, folder: Path, supplier: str = "", part: str = "", offer: str = "") -> ImportReport:
    (folder / "suppliers.csv").write_text(f"supplier,name,Tax Code\nHARTMANN,Hartmann Seals,{supplier}\n", "utf-8")
    (folder / "parts.csv").write_text(f"part,name,unit,tax\nP-1,Seal,piece,{part}\n", "utf-8")
    (folder / "supplier_parts.csv").write_text(f"supplier,part,price,tax\nHARTMANN,P-1,184.00,{offer}\n", "utf-8")
    return import_plant(database, PLANT, folder)


def kept(database: Database) -> list[str]:
    def all_of(uow: Any) -> list[str]:
        return [uow.all(kind)[0].tax for kind in (Supplier, Part, SupplierPart)]

    return list(reading(database, PLANT, datetime.now(UTC), all_of))


def test_tax_is_kept_in_one_form_wherever_it_is_written(database: Database, tmp_path: Path) -> None:
    report = brings(database, tmp_path, "AE", "7", '"7,7 %"')

    assert report.wrong == ()
    assert kept(database) == ["reverse charge", "7 %", "7.7 %"]


def test_an_empty_cell_keeps_it_and_a_dash_takes_it_away(database: Database, tmp_path: Path) -> None:
    brings(database, tmp_path, "reverse charge", "7 %", "exempt: training")

    brings(database, tmp_path, "", "-", "")

    assert kept(database) == ["reverse charge", "", "exempt: training"]


@pytest.mark.parametrize("written", ["-7", "101", "S", "exempt", "nineteen", "reduced rate"])
def test_what_is_no_tax_is_named_with_its_place_and_nothing_is_written(
    database: Database, tmp_path: Path, written: str
) -> None:
    report = brings(database, tmp_path, written)

    assert any(wrong.column == "tax" and "is no tax" in wrong.reason for wrong in report.wrong)
    assert reading(database, PLANT, datetime.now(UTC), lambda uow: uow.all(Supplier)) == []
