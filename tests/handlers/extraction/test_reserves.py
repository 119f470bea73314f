"""Workbooks that say they reach far are refused before room is reserved for them; ordinary ones of all kinds are read."""

import io

import pytest
from python_calamine import CalamineWorkbook

from handlers.extraction.formats.reserves import refuse_reserves
from handlers.extraction.formats.xml import Refused
from tests.museum.making import archive, cells, number, old_workbook, record, workbook

ENDLESS = record(0x200, "IIHHH", 0, 0xFFFFFFFF, 0, 0xFFFF, 0)


@pytest.mark.parametrize(
    "content",
    [
        workbook(cells(("A1", "x"), ("XFD1048576", "y"))),
        workbook(cells(("A1", "x")), strings='<sst count="4294967295" uniqueCount="4294967295"/>'),
        archive({"xl/workbook.bin": b"x"}),
        old_workbook(number(0, 0), number(65_535, 255)),
        old_workbook(ENDLESS, number(0, 0)),
        old_workbook(record(0xBD, "HHHdH", 0, 0, 0, 0, 0xFFFF), number(40_000, 0)),
        old_workbook(number(0, 0))[:600],
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    ],
    ids=["far", "texts", "binary", "old and far", "old and endless", "old and wide", "cut off", "empty"],
)
def test_a_workbook_that_says_it_reaches_far_is_refused(content: bytes) -> None:
    with pytest.raises(Refused):
        refuse_reserves(content)


def test_a_workbook_of_the_old_kind_is_one_that_opens() -> None:
    content = old_workbook(number(0, 0, 7.0), number(1, 1, 2.5))

    refuse_reserves(content)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)

    assert sheet.to_python() == [[7.0, ""], ["", 2.5]]


@pytest.mark.parametrize("content", [workbook(cells(("A1", "x"), ("H900", "y"))), old_workbook(number(900, 20))])
def test_an_ordinary_workbook_is_let_through(content: bytes) -> None:
    refuse_reserves(content)
