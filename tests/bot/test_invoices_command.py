"""``chargehand invoices``: what waits, and the export that marks nothing which it could not write."""

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from bot import demo
from handlers import invoice_capture
from handlers.invoice_capture import Head
from handlers.invoice_lines import Charge
from orders.invoices import InvoiceKind, InvoiceState
from orders.plant import Plant
from storage.database import Database
from storage.happenings import Deed, perform, reading
from storage.tables import Invoice, PurchaseOrder, PurchaseOrderLine, Supplier
from storage.unit_of_work import UnitOfWork

Command = Callable[..., Any]
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path, demo_plant: Path) -> Iterator[Database]:
    (tmp_path / "data").mkdir()
    shutil.copy(demo_plant, tmp_path / "data" / "chargehand.db")
    database = Database(f"sqlite:///{tmp_path / 'data' / 'chargehand.db'}")
    yield database
    database.close()


@pytest.fixture
def released(database: Database) -> str:
    """An invoice that somebody released; returns its number."""

    def work(uow: UnitOfWork) -> dict[str, Any]:
        supplier = uow.all(Supplier)[0]
        shared = {"kind": "standard", "currency": "EUR", "state": "accepted", "created_at": NOW, "changed_at": NOW}
        order = uow.add(PurchaseOrder, draft_number="DR-1", number="PO-1", supplier_id=supplier.id, **shared)
        counted = {"quantity": 2_000, "received": 2_000, "accepted": 2_000, "price": 1_840_000, "unit": "C62"}
        line = uow.add(PurchaseOrderLine, order_id=order, line=1, **counted)
        charge = Charge(1, "PO-1", line, "HS-45", "Seal", 2_000, "C62", 36_800, "", "as written")
        head = Head(InvoiceKind.INVOICE, "R-7781", date(2026, 11, 24), None, "EUR", 0, 0, 36_800)
        made = invoice_capture.write(uow, supplier, head, [charge], mail_id=None)
        uow.change(Invoice, made or 0, state=InvoiceState.RELEASED.value, released_at=NOW)
        return {}

    perform(database, Plant(), Deed("invoice", "test", "", NOW), work)
    return "R-7781"


@pytest.fixture
def invoices(running: Command, database: Database) -> Command:  # the database has to be there
    """Runs ``chargehand invoices …`` over the demo plant."""

    def ran(*words: str) -> Any:
        return running("invoices", *words, "--config", str(demo.settings()))

    return ran


def states(database: Database) -> list[str]:
    found: list[str] = reading(database, Plant(), NOW, lambda uow: [row.state for row in uow.all(Invoice)])
    return found


@pytest.mark.usefixtures("released")
def test_a_released_invoice_is_written_in_three_forms_once(invoices: Command, tmp_path: Path) -> None:
    first = invoices("export", "--to", str(tmp_path / "erp"), "--json")
    second = invoices("export", "--to", str(tmp_path / "erp"))

    told = json.loads(first.out)
    assert sorted(path.name for path in (tmp_path / "erp").iterdir()) == sorted(told["files"])
    assert (first.status, told["invoices"], len(told["files"])) == (0, 1, 3)
    assert "No invoice is released" in second.out


@pytest.mark.usefixtures("released")
def test_only_the_named_forms_are_written(invoices: Command, tmp_path: Path) -> None:
    invoices("export", "--to", str(tmp_path / "erp"), "--format", "csv", "--format", "json")

    assert {path.suffix for path in (tmp_path / "erp").iterdir()} == {".csv", ".json"}


@pytest.mark.usefixtures("released")
def test_where_a_file_cannot_be_written_nothing_is_marked(
    invoices: Command, database: Database, tmp_path: Path
) -> None:
    (tmp_path / "erp").write_text("not a folder")

    told = invoices("export", "--to", str(tmp_path / "erp"))

    assert told.status != 0
    assert states(database) == ["released"]


@pytest.mark.usefixtures("released")
def test_a_batch_is_written_again_by_its_name_and_an_unknown_one_is_refused(invoices: Command, tmp_path: Path) -> None:
    batch = json.loads(invoices("export", "--to", str(tmp_path / "erp"), "--json").out)["batch"]

    again = invoices("export", "--to", str(tmp_path / "anew"), "--again", batch)
    unknown = invoices("export", "--to", str(tmp_path / "anew"), "--again", "2020-01-01-1")

    assert (again.status, unknown.status) == (0, 1)
    assert "I know no batch 2020-01-01-1" in unknown.err
    assert len(list((tmp_path / "anew").iterdir())) == 3


@pytest.mark.usefixtures("released")
def test_the_list_names_the_last_batches(invoices: Command, tmp_path: Path) -> None:
    batch = json.loads(invoices("export", "--to", str(tmp_path), "--json").out)["batch"]

    assert f"Batch {batch}: 1 exported." in invoices("list").out
    assert json.loads(invoices("list", "--json").out)["batches"] == [{"batch": batch, "invoices": 1}]
