"""agreements.csv: drafts of agreements, one row a line, again and again the same, every fault with its place."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.plant_import import ImportReport, import_plant
from orders.plant import Address, Channels, Plant
from storage import agreements
from storage.database import Database
from storage.happenings import Deed, perform, reading
from storage.tables import Agreement, Outgoing, PurchaseOrder, PurchaseOrderLine

PLANT = Plant(
    channels=Channels(purchasing="C0BUYING"), address=Address("Halden Works", "Dock Road 4", "1777", "Halden", "NO")
)
HEAD = "agreement,kind,supplier,under,valid_from,valid_to,limit,minimum_release,price_basis,answers,part,description,unit,price,quantity,breaks,cost_centre\n"
BLANKET = "SEALS-27,blanket,HARTMANN,,2027-01-01,2027-12-31,10000,200,cumulative,410,P-10231,,,184.00,100,50=172.00+100=160.00,\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {
        "cost_centres.csv": "cost_centre,name\n410,Packaging\n",
        "suppliers.csv": "supplier,name,email_orders,currency\nHARTMANN,Hartmann Seals GmbH,orders@hartmann.example,EUR\n",
        "parts.csv": "part,name,unit,price\nP-10231,Mechanical seal 45 mm,piece,190.00\nP-7,O-ring,piece,1.00\n",
        "supplier_parts.csv": "supplier,part,supplier_part,price,unit,pack_unit,pack_size\nHARTMANN,P-7,OR-7,9.00,box,box,10\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def brings(database: Database, folder: Path, *rows: str) -> ImportReport:
    (folder / "agreements.csv").write_text(HEAD + "".join(rows), "utf-8")
    return import_plant(database, PLANT, folder)


def reads(database: Database, look: Any) -> Any:
    return reading(database, PLANT, datetime.now(UTC), look)


def counted(report: ImportReport) -> tuple[int, int, int, int]:
    (one,) = [each for each in report.files if each.file == "agreements"]
    return one.new, one.changed, one.same, one.wrong


def test_a_row_makes_a_draft_of_an_agreement_that_lacks_nothing(database: Database, folder: Path) -> None:
    report = brings(database, folder, BLANKET)

    assert (report.wrong, counted(report)) == ((), (1, 0, 0, 0))
    head, order, line, terms, said = reads(
        database,
        lambda uow: (
            uow.find(Agreement, reference="SEALS-27"),
            uow.all(PurchaseOrder)[0],
            uow.all(PurchaseOrderLine)[0],
            agreements.terms(uow, 1),
            uow.all(Outgoing)[-1].body,
        ),
    )
    assert (order.kind, order.state, order.total, order.requested_by_id) == ("blanket", "draft", 1_000_000, None)
    assert (head.first, head.last, head.minimum_release) == (date(2027, 1, 1), date(2027, 12, 31), 20_000)
    assert (line.quantity, line.price, terms.lines[0].estimate) == (0, 1_840_000, 100_000)
    assert [(step.from_quantity, step.price) for step in terms.lines[0].breaks] == [
        (50_000, 1_720_000),
        (100_000, 1_600_000),
    ]
    assert "agreement.request" in said


def test_the_same_file_again_changes_nothing(database: Database, folder: Path) -> None:
    brings(database, folder, BLANKET)

    again = brings(database, folder, BLANKET)

    assert counted(again) == (0, 0, 1, 0)
    assert len(reads(database, lambda uow: uow.all(PurchaseOrder))) == 1


def test_other_terms_change_the_draft(database: Database, folder: Path) -> None:
    brings(database, folder, BLANKET)

    again = brings(database, folder, BLANKET.replace("10000", "12000").replace("184.00", "180.00"))

    assert counted(again) == (0, 1, 0, 0)
    assert reads(database, lambda uow: (uow.all(PurchaseOrder)[0].total, uow.all(PurchaseOrderLine)[0].price)) == (
        1_200_000,
        1_800_000,
    )


def test_an_agreement_beyond_a_draft_is_left_as_it_is(database: Database, folder: Path) -> None:
    brings(database, folder, BLANKET)
    approve = Deed("x", "x", "", datetime.now(UTC))
    perform(database, PLANT, approve, lambda uow: uow.change(PurchaseOrder, 1, state="approved") or {})

    again = brings(database, folder, BLANKET.replace("10000", "99000"))

    assert counted(again) == (0, 0, 1, 0)
    assert "SEALS-27 is approved as DR-" in again.notes[-1]
    assert reads(database, lambda uow: uow.find(Agreement, order_id=1).amount_limit) == 1_000_000


def test_a_contract_a_blanket_order_under_it_and_a_planned_order_in_boxes(database: Database, folder: Path) -> None:
    report = brings(
        database,
        folder,
        "FRAME,contract,HARTMANN,,2027-01-01,2028-12-31,50000,,,410,,,,,,,\n",
        BLANKET.replace("HARTMANN,,", "HARTMANN,FRAME,"),
        "RINGS,planned,HARTMANN,,2027-01-01,2027-12-31,,,,,P-7,,box,9.00,40,,410\n",
        "RINGS,planned,HARTMANN,,2027-01-01,2027-12-31,,,,,,Fitter on site,hour,65.00,12,,410\n",
    )

    assert (report.wrong, counted(report)) == ((), (3, 0, 0, 0))
    orders, lines = reads(database, lambda uow: (uow.all(PurchaseOrder), uow.all(PurchaseOrderLine)))
    assert [(row.kind, row.parent_id, row.total) for row in orders] == [
        ("contract", None, 5_000_000),
        ("blanket", 1, 1_000_000),
        ("planned", None, 114_000),
    ]
    assert [(row.unit, row.pack_size, row.quantity) for row in lines] == [
        ("C62", 0, 0),
        ("BX", 10_000, 40_000),
        ("HUR", 0, 12_000),
    ]


@pytest.mark.parametrize(
    ("before", "after", "column", "reason"),
    [
        ("blanket", "standing", "kind", "is none of planned, blanket, contract"),
        ("HARTMANN", "NOBODY", "supplier", "is no supplier I know"),
        ("HARTMANN,,", "HARTMANN,FRAME,", "under", "is no agreement I know"),
        ("P-10231", "P-404", "part", "is no part I know"),
        ("184.00", "0", "price", "is empty or 0"),
        ("184.00", "-4", "price", "is no price"),
        ("184.00", "USD 184.00", "price", "is not in EUR"),
        ("50=172.00", "500=172.00", "breaks", "is no list of rising price breaks"),
        ("cumulative", "yearly", "price_basis", "is none of per_release, cumulative"),
        (",410,", ",999,", "answers", "is no cost centre I know"),
        ("2027-12-31", "next year", "valid_to", "is no date"),
        ("10000", "a lot", "limit", "is no number"),
        (",,184", ",box,184", "unit", "is not how it is bought; write piece"),
        ("blanket", "contract", "part", "stands on a contract, which has no lines"),
    ],
)
def test_a_row_that_cannot_be_taken_over_is_named_with_its_place(
    database: Database, folder: Path, before: str, after: str, column: str, reason: str
) -> None:
    report = brings(database, folder, BLANKET.replace(before, after, 1))

    assert not report.written
    assert [(each.file, each.line, each.column) for each in report.wrong] == [("agreements.csv", 2, column)]
    assert reason in report.wrong[0].sentence()


def test_rows_of_one_agreement_that_disagree_are_named(database: Database, folder: Path) -> None:
    report = brings(database, folder, BLANKET, BLANKET.replace("10000", "900").replace("P-10231", "P-7"))

    assert "limit “900” differs from line 2 of the same agreement." in report.wrong[0].sentence()


def test_what_cannot_stand_under_another_kind_is_refused(database: Database, folder: Path) -> None:
    report = brings(
        database, folder, BLANKET, BLANKET.replace("SEALS-27", "SEALS-28").replace("HARTMANN,,", "HARTMANN,SEALS-27,")
    )

    assert (
        "A blanket order cannot be ordered under DR-2026-00001, which is a blanket order" in report.wrong[0].sentence()
    )
