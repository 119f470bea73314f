"""Files as other people and programs write them: any encoding, delimiter, decimal mark and head."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.plant_import import ImportReport, NoTable, import_plant
from orders.plant import Plant
from storage.database import Database
from storage.tables import (
    Asset,
    Part,
    Stock,
    Supplier,
)

PLANT = Plant()
Importing = Callable[..., ImportReport]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("content", "note"),
    [
        ("\ufeffpart,name\nP-1,Öl\n".encode(), ""),
        ("part,name\nP-1,Öl\n".encode("utf-16"), "parts.csv was read as UTF-16."),
        (
            "part;name\nP-1;Öl\n".encode("cp1252"),
            "parts.csv is not UTF-8 (line 2); it was read as Windows-1252.",
        ),
        ("part\tname\nP-1\tÖl\n".encode(), ""),
        (b"part|name\r\nP-1|\xc3\x96l\r\n", ""),
    ],
)
def test_any_encoding_and_delimiter_is_understood(
    importing: Importing, kept: Callable[..., list[Any]], content: bytes, note: str
) -> None:
    report = importing(parts=content)

    assert kept(Part)[0].name == "Öl"
    assert report.notes == ((note,) if note else ())


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("rows", "prices"),
    [
        ("P-1;1.234,50\nP-2;0,99\nP-3;1.234\n", [12_345_000, 9_900, 12_340_000]),
        ('P-1;"1,234.50"\nP-2;0.99\nP-3;1,234\n', [12_345_000, 9_900, 12_340_000]),
        ("P-1;€ 184,00\nP-2;184,00 EUR\nP-3;1'234,5\n", [1_840_000, 1_840_000, 12_345_000]),
    ],
)
def test_the_decimal_mark_is_found_by_file(
    importing: Importing, kept: Callable[..., list[Any]], rows: str, prices: list[int]
) -> None:
    importing(parts=f"part;price\n{rows}")

    assert [row.price for row in kept(Part)] == prices


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_price_may_bring_its_currency(importing: Importing, kept: Callable[..., list[Any]]) -> None:
    importing(parts="part,price\nP-1,$12.50\nP-2,12.50\n")

    assert [row.currency for row in kept(Part)] == ["USD", "EUR"]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_unknown_heads_and_files_are_told_and_not_dropped_in_silence(importing: Importing) -> None:
    report = importing(parts="part,colour,shape\nP-1,red,round\n", machines="x\n1\n")

    assert report.notes == (
        "machines.csv is none of our files and was not read.",
        "parts.csv: these heads are not read: colour, shape.",
    )


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_folder_without_our_files_is_refused(importing: Importing, database: Database, tmp_path: Path) -> None:
    with pytest.raises(NoTable, match="holds none of the files that can be imported"):
        importing(machines="x\n1\n")
    with pytest.raises(NoTable, match="is no folder"):
        import_plant(database, PLANT, tmp_path / "nowhere")
    with pytest.raises(NoTable, match="is empty"):
        importing(parts="\n\n")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_huge_cell_is_refused_with_its_line(importing: Importing) -> None:
    with pytest.raises(NoTable, match=r"parts.csv:2 cannot be read as CSV"):
        importing(parts='part,name\nP-1,"' + "x" * 200_000 + '"\n')


FOREIGN = {
    "Maximo": ("assets", "ASSETNUM,DESCRIPTION,LOCATION,PARENT,STATUS,ASSETTYPE,SERIALNUM\nP-1,Pump,Hall,,OPERATING,PUMP,S9\n"),
    "SAP": ("assets", "EQUNR;EQKTX;TPLNR;HEQUI;EQART;ABCKZ;SERGE;HERST;TYPBZ;INBDT;GWLEN\nP-1;Pump;Hall;;PUMP;2;S9;KSB;E50;20210412;12.04.2024\n"),
    "MaintainX": ("assets", "Asset,Parent Asset,Description,Asset Type,Model\nP-1,,Pump,PUMP,E50\n"),
    "Atlas": ("assets", "ID,Name,Description,Archived,Location Name,Parent Asset,Category,Serial Number\nP-1,Pump,Returns water,No,Hall,,PUMP,S9\n"),
    "Fracttal": ("assets", "Name,Code,Priority,Type\nPump,P-1,3,PUMP\n"),
}  # fmt: skip


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("product", FOREIGN)
def test_an_asset_file_of_another_program_is_understood(
    importing: Importing, kept: Callable[..., list[Any]], product: str
) -> None:
    name, content = FOREIGN[product]

    report = importing(**{name: content})

    assert report.wrong == ()
    (pump,) = kept(Asset)
    assert (pump.code, pump.name, pump.asset_class) == ("P-1", "Pump", "PUMP")


FOREIGN_PARTS = {
    "Maximo": "ITEMNUM,DESCRIPTION,ISSUEUNIT,CURBAL,BINNUM,MINLEVEL,AVGCOST\nP-1,Seal,EA,4,B14,2,184.00\n",
    "SAP": "MATNR;MAKTX;MEINS;LABST;LGPBE;MINBE;VERPR;WAERS\nP-1;Seal;ST;4;B14;2;184,00;EUR\n",
    "Eptura": "Part #,Description,Unit of Measure,Beginning Quantity,Bin Location,Level Min,Each Cost\nP-1,Seal,each,4,B14,2,184.00\n",
    "Atlas": "ID,Name,Cost,Quantity,Area,Minimum Quantity\nP-1,Seal,184.00,4,B14,2\n",
    "RTA": "Part Number,Part Description,Issue Unit,On Hand,Bin Number,Re-order Point,Average Price\nP-1,Seal,PC,4,B14,2,184.00\n",
}  # fmt: skip


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("product", FOREIGN_PARTS)
def test_a_part_file_of_another_program_is_understood(
    importing: Importing, kept: Callable[..., list[Any]], product: str
) -> None:
    report = importing(parts=FOREIGN_PARTS[product])

    assert report.wrong == ()
    (part,) = kept(Part)
    assert (part.code, part.name, part.unit, part.bin, part.minimum, part.price) == (
        "P-1", "Seal", "C62", "B14", 2000, 1_840_000,
    )  # fmt: skip
    assert kept(Stock)[0].on_hand == 4000


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_dates_and_languages_are_read_as_people_write_them(
    importing: Importing, kept: Callable[..., list[Any]]
) -> None:
    importing(
        assets="asset,installed,warranty_until\nP-1,12.04.2021,31/12/2024\n",
        suppliers="supplier,language,country\nS1,de,AT\nS2,en-GB,\nS3,xx,\n",
    )

    assert [(row.installed, row.warranty_until) for row in kept(Asset)] == [(date(2021, 4, 12), date(2024, 12, 31))]
    assert [(row.language, row.locale) for row in kept(Supplier)] == [("de", "de_AT"), ("en", "en_GB"), ("xx", "xx")]
