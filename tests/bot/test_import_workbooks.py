"""Excel files go in as they are: sheets by name, numbers, dates and yes or no as Excel keeps them."""

import zipfile
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from bot.import_tables import NoTable, read_folder
from bot.plant_import import import_plant
from orders.plant import Plant
from storage.database import Database
from storage.happenings import reading
from storage.tables import Part, Stock

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def workbook(path: Path, sheets: dict[str, list[list[object]]]) -> None:
    """Write the smallest workbook that Excel itself would open."""
    with zipfile.ZipFile(path, "w") as book:
        parts = "".join(
            f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{SHEET_KIND}.worksheet+xml"/>'
            for number in range(1, len(sheets) + 1)
        )
        rels = "application/vnd.openxmlformats-package.relationships+xml"
        book.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="{rels}"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{SHEET_KIND}.sheet.main+xml"/>{parts}</Types>',
        )
        book.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{LINKS}/officeDocument" '
            f'Target="xl/workbook.xml"/></Relationships>',
        )
        listed = "".join(
            f'<sheet name="{name}" sheetId="{number}" r:id="r{number}"/>' for number, name in enumerate(sheets, 1)
        )
        book.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>{listed}</sheets></workbook>'
        )
        links = "".join(
            f'<Relationship Id="r{number}" Type="{LINKS}/worksheet" Target="worksheets/sheet{number}.xml"/>'
            for number in range(1, len(sheets) + 1)
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>'
        )
        for number, rows in enumerate(sheets.values(), 1):
            book.writestr(f"xl/worksheets/sheet{number}.xml", sheet(rows))


def sheet(rows: list[list[object]]) -> str:
    written = ""
    for line, row in enumerate(rows, 1):
        cells = "".join(cell(f"{'ABCDEFGH'[at]}{line}", value) for at, value in enumerate(row) if value is not None)
        written += f'<row r="{line}">{cells}</row>'
    return f'<worksheet xmlns="{MAIN}"><sheetData>{written}</sheetData></worksheet>'


def cell(place: str, value: object) -> str:
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{place}"><v>{value}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'


ROWS: list[list[object]] = [
    ["Part #", "Description", "UOM", "Quantity", "Each Cost", "hazardous"],
    [10231, "Mechanical seal 45 mm", "each", 4, 184.5, True],
    ["P-2", "Hose", "metre", 1.234, 0.0345, False],
    [None, None, None, None, None, None],
]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("file", "sheets"),
    [("parts.xlsx", {"Sheet1": ROWS}), ("everything.xlsx", {"Notes": [["hello"]], "Parts": ROWS})],
)
def test_a_workbook_goes_in_as_it_is(
    database: Database, tmp_path: Path, file: str, sheets: dict[str, list[list[object]]]
) -> None:
    folder = tmp_path / "plant"
    folder.mkdir()
    workbook(folder / file, sheets)

    report = import_plant(database, Plant(), folder)

    assert report.wrong == ()
    parts, stock = reading(database, Plant(), datetime.now(UTC), lambda uow: (uow.all(Part), uow.all(Stock)))
    assert [(row.code, row.unit, row.price, row.hazardous) for row in parts] == [
        ("10231", "C62", 1_845_000, True),
        ("P-2", "MTR", 345, False),
    ]
    assert [row.on_hand for row in stock] == [4000, 1234]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_wrong_cell_of_a_workbook_is_named_with_its_row_and_sheet(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "plant"
    folder.mkdir()
    workbook(folder / "all.xlsx", {"parts": [["part", "unit"], ["P-1", "dozen"]], "other": [["x"]]})

    report = import_plant(database, Plant(), folder)

    assert [fault.sentence() for fault in report.wrong] == [
        "all.xlsx [parts]:2 unit “dozen” is no unit I know; write a UNECE code or a word such as piece, metre or box."
    ]


def test_a_workbook_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "parts.xlsx").write_bytes(b"PK no workbook")

    with pytest.raises(NoTable, match=r"parts\.xlsx cannot be read as an Excel file"):
        read_folder(tmp_path)


def test_a_workbook_without_our_sheets_is_told(tmp_path: Path) -> None:
    workbook(tmp_path / "budget.xlsx", {"Sheet1": [["x"], [1]]})

    folder = read_folder(tmp_path)

    assert folder.others == ("budget.xlsx",)
