"""The people at suppliers: a file of their own, the text of older files, and every fault with its place."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.plant_import import ImportReport, import_plant
from orders.plant import Plant
from storage.database import Database
from storage.happenings import reading
from storage.tables import AuditEntry, Supplier, SupplierContact

PLANT = Plant()
HEAD = "supplier,role,name,email,phone,language,active"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "suppliers.csv").write_text("supplier,name\nHARTMANN,Hartmann Seals GmbH\n", "utf-8")
    return tmp_path


def brings(database: Database, folder: Path, *rows: str) -> ImportReport:
    (folder / "contacts.csv").write_text("\n".join([HEAD, *rows]) + "\n", "utf-8")
    return import_plant(database, PLANT, folder)


def kept(database: Database) -> list[tuple[str, str, str, str, str]]:
    rows = reading(database, PLANT, datetime.now(UTC), lambda uow: uow.all(SupplierContact))
    return [(row.role, row.name, row.email, row.phone, row.language) for row in rows]


def supplier(database: Database) -> Supplier:
    (row,) = reading(database, PLANT, datetime.now(UTC), lambda uow: uow.all(Supplier))
    return row


def test_contacts_are_rows_with_role_name_mail_number_and_language(database: Database, folder: Path) -> None:
    report = brings(
        database, folder, "HARTMANN,Buchhaltung,Kai Lang,Kai@hartmann.example,+49 711 555032,en,",
        "Hartmann Seals GmbH,quality,Ute Brandt,,+49 711 555031,,",
    )  # fmt: skip

    assert report.wrong == ()
    assert kept(database) == [
        ("accounts", "Kai Lang", "kai@hartmann.example", "+49 711 555032", "en"),
        ("quality", "Ute Brandt", "", "+49 711 555031", ""),
    ]


def test_the_same_again_changes_nothing_and_a_changed_number_one_row(database: Database, folder: Path) -> None:
    first = "HARTMANN,accounts,Kai Lang,kai@hartmann.example,1,en,"
    brings(database, folder, first)

    again, changed = brings(database, folder, first), brings(database, folder, first.replace(",1,", ",2222222,"))

    counts = [(each.new, each.changed, each.same) for report in (again, changed) for each in report.files[-1:]]
    assert counts == [(0, 0, 1), (0, 1, 0)]
    assert kept(database)[0][3] == "2222222"


def test_whom_orders_go_to_is_written_to_the_supplier_itself(database: Database, folder: Path) -> None:
    report = brings(database, folder, "HARTMANN,Vertrieb,Jana Hartmann,jana@hartmann.example,+49 711 555020,,")

    now = supplier(database)
    assert report.wrong == ()
    assert (now.contact, now.email_orders, now.phone) == ("Jana Hartmann", "jana@hartmann.example", "+49 711 555020")
    assert kept(database) == []


def test_somebody_who_left_is_taken_away_and_that_stays_on_record(database: Database, folder: Path) -> None:
    brings(database, folder, "HARTMANN,accounts,Kai Lang,kai@hartmann.example,,,")

    report = brings(database, folder, "HARTMANN,accounts,Kai Lang,,,,no")

    events = reading(database, PLANT, datetime.now(UTC), lambda uow: uow.all(AuditEntry))
    assert report.wrong == ()
    assert kept(database) == []
    assert "removed by import" in [row.action for row in events]


def test_the_text_of_older_files_becomes_rows_and_a_dash_takes_them_away(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "suppliers.csv"
    file.write_text('supplier,contacts\nHARTMANN,"quality: Ute Brandt +49 711 555031; accounts: Kai Lang"\n', "utf-8")
    import_plant(database, PLANT, tmp_path)
    first = kept(database)
    file.write_text("supplier,contacts\nHARTMANN,-\n", "utf-8")

    import_plant(database, PLANT, tmp_path)

    assert first == [("quality", "Ute Brandt", "", "+49 711 555031", ""), ("accounts", "Kai Lang", "", "", "")]
    assert kept(database) == []


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("NOBODY,accounts,Kai Lang,,,,", "contacts.csv:2 supplier “NOBODY” is no supplier I know"),
        ("HARTMANN,,Kai Lang,,,,", "is empty, but every row needs it"),
        ("HARTMANN,accounts,,,,,", "is empty, but every row needs it"),
        ("HARTMANN,accounts,Kai Lang,no address,,,", "is no e-mail address"),
    ],
)
def test_a_bad_row_writes_nothing_and_is_named(database: Database, folder: Path, row: str, fault: str) -> None:
    report = brings(database, folder, row, "HARTMANN,quality,Ute Brandt,,,,")

    assert fault in " ".join(each.sentence() for each in report.wrong)
    assert kept(database) == []


def test_text_that_names_no_role_is_a_bad_row(database: Database, tmp_path: Path) -> None:
    (tmp_path / "suppliers.csv").write_text("supplier,contacts\nHARTMANN,Ute Brandt\n", "utf-8")

    report = import_plant(database, PLANT, tmp_path)

    assert "is no list such as quality" in report.wrong[0].sentence()
    assert not report.written
