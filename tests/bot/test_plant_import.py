"""The import of a plant: all or nothing, again and again the same, and every fault with its place."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot import demo
from bot.config import load
from bot.plant_import import ImportReport, import_plant
from orders.budgets import BudgetKind
from orders.plant import Plant
from storage import audit, budget, stock
from storage.budget import Booking
from storage.database import Database
from storage.happenings import Deed, perform, reading
from storage.tables import (
    Asset,
    Budget,
    CostCentre,
    Part,
    Person,
    Stock,
    StockMovement,
    Supplier,
    SupplierPart,
)
from storage.unit_of_work import UnitOfWork

PLANT = Plant()
Importing = Callable[..., ImportReport]


def counts(report: ImportReport) -> dict[str, tuple[int, int, int, int]]:
    return {one.file: (one.new, one.changed, one.same, one.wrong) for one in report.files}


def test_the_demo_plant_is_imported_and_imports_again_as_the_same(database: Database) -> None:
    plant = load([demo.settings()], environment={}).plant()

    first = import_plant(database, plant, demo.folder())
    second = import_plant(database, plant, demo.folder())

    assert (first.wrong, first.notes) == ((), ())
    assert counts(first)["assets"] == (25, 0, 0, 0)
    assert counts(first)["parts"] == (120, 0, 0, 0)
    assert {one.file: (one.new, one.changed, one.wrong) for one in second.files} == {
        one.file: (0, 0, 0) for one in first.files
    }


def test_the_demo_plant_has_what_its_stories_need(database: Database) -> None:
    plant = load([demo.settings()], environment={}).plant()
    import_plant(database, plant, demo.folder())

    def look(uow: UnitOfWork) -> None:
        pump, seal = uow.find(Asset, code="P-101"), uow.find(Part, code="P-10231")
        assert pump is not None
        assert seal is not None
        assert (pump.criticality, pump.safety) == ("A", "LOTO-17")
        assert uow.get(CostCentre, pump.cost_centre_id).code == "410"
        assert stock.figures(uow, seal.id, seal.store).on_hand == 0
        usual = uow.find(SupplierPart, part_id=seal.id, preferred=True)
        assert usual is not None
        assert uow.get(Supplier, usual.supplier_id).name == "Hartmann Seals GmbH"
        assert (usual.supplier_part, usual.price, usual.lead_days) == ("HS-45-SSE", 1_840_000, 5)
        owner = uow.get(Person, uow.get(CostCentre, pump.cost_centre_id).owner_id)
        assert owner.name == "Bo Lindqvist"
        assert len({(row.cost_centre_id, row.year) for row in uow.all(Budget)}) == 12
        assert list(audit.broken_links(uow.connection)) == []
        assert stock.differences(uow) == []

    reading(database, plant, datetime.now(UTC), look)


def test_the_demo_workspace_has_everybody_of_the_demo_plant(database: Database) -> None:
    plant = load([demo.settings()], environment={}).plant()
    import_plant(database, plant, demo.folder())

    in_slack = {person["id"] for person in demo.seed()["people"]}

    people = reading(database, plant, datetime.now(UTC), lambda uow: uow.all(Person))
    assert {person.slack_id for person in people} == in_slack


def test_a_dry_run_says_the_same_and_writes_nothing(importing: Importing, kept: Callable[..., list[Any]]) -> None:
    files = {"parts": "part,name,stock\nP-1,Seal,4\n"}

    dry, real = importing(dry_run=True, **files), importing(**files)

    assert dry.files == real.files
    assert (dry.written, real.written) == (False, True)
    assert len(kept(StockMovement)) == 1


def test_one_wrong_row_keeps_everything_out(importing: Importing, kept: Callable[..., list[Any]]) -> None:
    report = importing(people="person,role\nana@h.example,operator\n", parts="part,price\nP-1,1.00\nP-2,cheap\n")

    assert not report.written
    assert counts(report)["parts"][3] == 1
    assert kept(Person) == []
    assert kept(Part) == []


WRONG = [
    ({"parts": "part,unit\nP-1,dozen\n"}, "parts.csv:2 unit “dozen” is no unit I know"),
    ({"parts": "part,price\nP-1,1.2345678\n"}, "parts.csv:2 price “1.2345678” has more decimals than price may have"),
    ({"parts": "part,price\nP-1,-4\n"}, "parts.csv:2 price “-4” is no price: write a number from 0 on"),
    ({"parts": "part,price\nP-1,1.234\n"}, "parts.csv:2 price “1.234” could be 1234 or 1.234; write 1234 or 1.2340"),
    ({"parts": "part,stock\nP-1,9999999999\n"}, "parts.csv:2 stock “9999999999” is more than 1000000000"),
    ({"parts": "part,name\n,Seal\n"}, "parts.csv:2 part is empty, but every row needs it"),
    ({"parts": "part,name\nP-1,Seal,red\n"}, "parts.csv:2 The row has 3 cells, but the head names 2"),
    ({"parts": "part,name\n" + "P" * 41 + ",x\n"}, "has 41 characters, at most 40 are kept"),
    ({"parts": "part,name\nP-1,a\x07b\n"}, "holds a control character"),
    ({"parts": "part,name\n---,Seal\n"}, "parts.csv:2 part “---” has no letter or digit in it"),
    ({"parts": "part\nP-10.1\nP-101\n"}, "parts.csv:3 part “P-101” is “P-10.1” of line 2 when spaces, dots and dashes do not count"),
    ({"parts": "part,supplier\nP-1,Nobody Ltd\n"}, "parts.csv:2 supplier “Nobody Ltd” is no supplier I know"),
    ({"parts": "part,lead_days\nP-1,soon\n"}, "parts.csv:2 lead_days “soon” is no number of days"),
    ({"parts": "part,hazardous\nP-1,perhaps\n"}, "parts.csv:2 hazardous “perhaps” is neither yes nor no"),
    ({"parts": "name,unit\nSeal,piece\n", "stock": "part,count\nP-9,1\n"}, "stock.csv:2 part “P-9” is no part I know"),
    ({"stock": "part\nP-9\n"}, "stock.csv:1 count is missing; every row needs it, and the heads are “part”"),
    ({"people": "person\nana\n"}, "people.csv:2 person “ana” is no e-mail address"),
    ({"people": "person,role\na@h.example,boss\n"}, "people.csv:2 role “boss” names an unknown role"),
    ({"people": "person,role\na@h.example,system\n"}, "names a role that no person of the plant has"),
    ({"people": "person,slack\na@h.example,a@h.example\n"}, "people.csv:2 slack “a@h.example” is no Slack id"),
    ({"people": "person,slack\na@h.example,U0A\nb@h.example,U0A\n"}, "people.csv:3 slack “U0A” is already the Slack id of a@h.example"),
    ({"people": "person,limit,currency\na@h.example,10.50,JPY\n"}, "people.csv:2 limit “10.50” has more decimals than JPY has"),
    ({"people": "person,language\na@h.example,Deutsch!\n"}, "is no language; write a code such as de or en-GB"),
    ({"cost_centres": "cost_centre,owner\n410,bo@h.example\n"}, "cost_centres.csv:2 owner “bo@h.example” is nobody I know"),
    ({"cost_centres": "cost_centre,budget\n410,12000\n"}, "cost_centres.csv:2 year is empty; a budget belongs to a year"),
    ({"cost_centres": "cost_centre,year,period,budget\n410,2026,Q5,1\n"}, "cost_centres.csv:2 period “Q5” is no period"),
    ({"cost_centres": "cost_centre,year,period,budget\n410,2026,0,1\n"}, "cost_centres.csv:2 period “0” is no period"),
    (
        {"cost_centres": "cost_centre,year,budget,currency\n410,2026,12000,EUR\n410,2027,12000,NOK\n"},
        "cost_centres.csv:3 currency “NOK” is not EUR, in which cost centre 410 is kept",
    ),
    ({"cost_centres": "cost_centre,year\n410,26\n"}, "cost_centres.csv:2 year “26” is no year; write a whole number from 1990 to 2200"),
    ({"assets": "asset,cost_centre\nP-1,410\n"}, "assets.csv:2 cost_centre “410” is no cost centre I know"),
    ({"assets": "asset,parent\nP-1,LINE-1\n"}, "assets.csv:2 parent “LINE-1” is no asset I know"),
    ({"assets": "asset,parent\nA-1,A-2\nA-2,A-1\n"}, "assets.csv:3 parent “A-1” would make the asset its own parent"),
    ({"assets": "asset,name,parent\nA-1,Pump,\nA-2,Pump,\nA-3,Valve,pump\n"}, "is the name of several assets; write the code"),
    ({"assets": "asset,criticality\nP-1,X\n"}, "assets.csv:2 criticality “X” is no criticality; write A, B or C"),
    ({"assets": "asset,status\nP-1,asleep\n"}, "assets.csv:2 status “asleep” is no status"),
    ({"assets": "asset,installed\nP-1,03/04/2021\n"}, "assets.csv:2 installed “03/04/2021” could be two dates; write it like 2021-04-12"),
    ({"assets": "asset,installed\nP-1,yesterday\n"}, "assets.csv:2 installed “yesterday” is no date"),
    ({"assets": "asset,Location Name,Area\nP-1,Hall,C4\n"}, "assets.csv:1 Area and “Location Name” both mean our column location"),
    ({"suppliers": "supplier,email_domains\nS,not a domain\n"}, "is no list of mail domains"),
    ({"suppliers": "supplier,country\nS,Germany\n"}, "suppliers.csv:2 country “Germany” is no country"),
    ({"suppliers": "supplier,currency\nS,Euro\n"}, "suppliers.csv:2 currency “Euro” is no currency"),
    ({"suppliers": "supplier,incoterm\nS,FREE\n"}, "suppliers.csv:2 incoterm “FREE” is no term of Incoterms 2020"),
    ({"suppliers": "supplier,tolerance\nS,120\n"}, "is no percentage; write a whole number from 0 to 100"),
    (
        {
            "suppliers": "supplier\nS1\nS2\n",
            "parts": "part\nP-1\n",
            "supplier_parts": "supplier,part,preferred\nS1,P-1,yes\nS2,P-1,yes\n",
        },
        "supplier_parts.csv:3 supplier “S2” is preferred for a part that has another preferred supplier in line 2",
    ),
    ({"supplier_parts": "supplier,part\nS1,P-1\n"}, "supplier_parts.csv:2 part “P-1” is no part I know"),
]  # fmt: skip


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("files", "sentence"), WRONG, ids=[sentence[:50] for _, sentence in WRONG])
def test_a_wrong_row_is_named_with_file_line_column_and_reason(
    importing: Importing, files: dict[str, str], sentence: str
) -> None:
    report = importing(**files)

    assert any(sentence in fault.sentence() for fault in report.wrong), [one.sentence() for one in report.wrong]
    assert not report.written


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_wrong_rows_come_back_as_csv_of_the_same_shape(importing: Importing) -> None:
    report = importing(parts="part,name,price\nP-1,Seal,1.00\nP-2,“Belt”,cheap\n")

    rows = list(csv.reader(io.StringIO(report.bad_rows["parts.csv"])))

    assert rows == [
        ["part", "name", "price", "problem"],
        ["P-2", "“Belt”", "cheap", "price is no number with a decimal point"],
    ]


def test_budgets_are_written_by_year_quarter_and_month(importing: Importing, kept: Callable[..., list[Any]]) -> None:
    rows = "410,2026,,12000\n410,2026,Q1,3000\n410,2026,4,1000\n410,2026,May,1100.50\n"

    report = importing(cost_centres=f"cost_centre,year,period,budget\n{rows}")

    assert report.wrong == ()
    assert [(row.month, row.months, row.amount) for row in kept(Budget)] == [
        (1, 12, 1_200_000),
        (1, 3, 300_000),
        (4, 1, 100_000),
        (5, 1, 110_050),
    ]


def test_a_ledger_keeps_its_currency_whatever_an_import_says(
    importing: Importing, database: Database, kept: Callable[..., list[Any]]
) -> None:
    importing(cost_centres="cost_centre\n410\n")
    spent = Booking(kept(CostCentre)[0].id, 2026, BudgetKind.ACTUAL, 5, "EUR")
    with database.transaction() as connection:
        budget.book(UnitOfWork(connection, plant=PLANT, now=datetime.now(UTC), key="k"), spent)

    report = importing(cost_centres="cost_centre,year,budget,currency\n410,2026,12000,NOK\n")

    assert [fault.sentence() for fault in report.wrong] == [
        "cost_centres.csv:2 currency “NOK” is not EUR, in which cost centre 410 is kept."
    ]


def test_the_order_of_rows_and_files_does_not_matter(importing: Importing, kept: Callable[..., list[Any]]) -> None:
    report = importing(
        assets="asset,parent,cost_centre\nP-101,Line 2,410\nLINE-2,,410\n",
        cost_centres="cost_centre,owner,year,budget\n410,bo@h.example,2026,12000\n",
        people="person,role\nbo@h.example,approver\n",
    )

    assert report.wrong == ()
    line, pump = kept(Asset, code="LINE-2")[0], kept(Asset, code="P-101")[0]
    assert pump.parent_id == line.id


def test_an_empty_cell_keeps_and_a_dash_clears(importing: Importing, kept: Callable[..., list[Any]]) -> None:
    importing(
        assets="asset,name,safety,installed,parent\nL-1,Line,,,\nP-1,Pump,LOTO-1,2021-04-12,L-1\n",
    )

    importing(assets="asset,name,safety,installed,parent\nP-1,,-,-,-\n")

    (pump,) = kept(Asset, code="P-1")
    assert (pump.name, pump.safety, pump.installed, pump.parent_id) == ("Pump", "", None, None)


def test_what_changed_is_in_the_audit_with_before_and_after(importing: Importing, database: Database) -> None:
    importing(parts="part,name,price\nP-1,Seal,1.00\n")
    importing(parts="part,name,price\nP-1,Seal,1.50\n")

    with database.engine.connect() as connection:
        entries = audit.timeline(connection, ["P-1"])

    assert [entry.action for entry in entries] == ["imported", "changed by import"]
    assert (entries[1].entry["before"], entries[1].entry["after"]) == ({"price": 10000}, {"price": 15000})


def test_stock_moves_by_the_difference_to_what_was_counted(
    importing: Importing, kept: Callable[..., list[Any]], database: Database
) -> None:
    importing(parts="part,stock,price\nP-1,5,2.00\n")

    again = importing(parts="part\nP-1\n", stock="part,count\np 1,3\n")

    assert counts(again)["stock"] == (0, 1, 0, 0)
    moves = kept(StockMovement)
    assert [(move.kind, move.quantity, move.unit_cost) for move in moves] == [
        ("count", 5000, 20_000),
        ("count", -2000, 20_000),
    ]
    assert kept(Stock)[0].on_hand == 3000


def test_a_code_is_the_same_without_case_spaces_and_dashes(
    importing: Importing, kept: Callable[..., list[Any]]
) -> None:
    importing(parts="part,name\nP-10 231,Seal\n")

    report = importing(parts="part,name\np10231,Seal 45\n")

    assert counts(report)["parts"] == (0, 1, 0, 0)
    assert [(row.code, row.name) for row in kept(Part)] == [("P-10 231", "Seal 45")]


def test_the_same_key_twice_is_told_and_the_later_row_wins(
    importing: Importing, kept: Callable[..., list[Any]]
) -> None:
    report = importing(parts="part,name,bin\nP-1,Seal,B1\nP-1,Seal 45,\n")

    assert "parts.csv: P-1 stands in lines 2 and 3; the later line wins." in report.notes
    assert [(row.name, row.bin) for row in kept(Part)] == [("Seal 45", "B1")]


def test_a_person_known_by_the_slack_id_alone_keeps_the_row(
    importing: Importing, kept: Callable[..., list[Any]], database: Database
) -> None:
    def stranger(uow: UnitOfWork) -> dict[str, Any]:
        uow.add(Person, email="u0ana@slack.invalid", name="<@U0ANA>", slack_id="U0ANA", roles="operator")
        return {}

    perform(database, PLANT, Deed("k", "test", "", datetime.now(UTC)), stranger)

    importing(people="person,name,slack,role\nana@h.example,Ana Ruiz,U0ANA,operator\n")

    assert [(row.email, row.name) for row in kept(Person)] == [("ana@h.example", "Ana Ruiz")]


def test_a_person_who_was_imported_and_wrote_before_being_found_is_one_person(
    importing: Importing, kept: Callable[..., list[Any]], database: Database
) -> None:
    importing(people="person,name\nana@h.example,Ana Ruiz\n")

    def stranger(uow: UnitOfWork) -> dict[str, Any]:
        uow.add(Person, email="u0ana@slack.invalid", name="<@U0ANA>", slack_id="U0ANA", roles="operator")
        return {}

    perform(database, PLANT, Deed("k", "test", "", datetime.now(UTC)), stranger)

    importing(people="person,slack\nana@h.example,U0ANA\n")

    assert [(row.email, row.slack_id, row.active) for row in kept(Person)] == [
        ("ana@h.example", "U0ANA", True),
        ("u0ana@slack.invalid", None, False),
    ]


def test_a_part_keeps_one_preferred_supplier(importing: Importing, kept: Callable[..., list[Any]]) -> None:
    importing(suppliers="supplier\nS1\nS2\n", parts="part,price,supplier,supplier_part\nP-1,9.00,S1,X\n")

    importing(supplier_parts="supplier,part,price,preferred\nS2,P-1,8.00,yes\n")

    rows = kept(SupplierPart)
    assert [(row.supplier_part, row.price, row.preferred) for row in rows] == [("X", 90_000, False), ("", 80_000, True)]
    assert all(row.unit == "C62" for row in rows)


def test_a_supplier_of_a_part_may_be_named_by_its_name(importing: Importing, kept: Callable[..., list[Any]]) -> None:
    report = importing(suppliers="supplier,name\nS1,Hartmann Seals\n", parts="part,Vendors\nP-1,hartmann seals\n")

    assert report.wrong == ()
    assert len(kept(SupplierPart)) == 1


def test_a_lead_time_without_a_supplier_is_told(importing: Importing) -> None:
    report = importing(parts="part,lead_days\nP-1,5\n")

    assert report.notes == (
        "parts.csv: 1 rows name a supplier part or a lead time but no supplier; these two were not kept.",
    )


def test_progress_is_told_for_long_work(database: Database, tmp_path: Path) -> None:
    rows = "\n".join(f"P-{number},{number}" for number in range(2500))
    (tmp_path / "parts.csv").write_text(f"part,name\n{rows}\n")
    seen: list[tuple[str, int, int]] = []

    import_plant(database, PLANT, tmp_path, progress=lambda *told: seen.append(told))

    assert seen == [("parts", 1000, 2500), ("parts", 2000, 2500), ("parts", 2500, 2500)]
