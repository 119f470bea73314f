"""The mails' samples, with a whole purchase order that the document tests use too."""

from typing import Any


def order_line(number: int, **changed: Any) -> dict[str, Any]:
    """One line of an order."""
    line = {"line": str(number), "part": f"P-{1000 + number}", "supplier_part": f"HS-{number}45"}
    line |= {"description": f"Mechanical seal {40 + number} mm", "quantity": "2", "unit": "C62", "unit_word": "pieces"}
    line |= {"unit_price": "184.00", "amount": "368.00", "deliver_by": "2026-11-27", "tax_rate": "19"}
    return line | changed


def order(**changed: Any) -> dict[str, Any]:
    """A whole order: a plant in Kiel buys from Rotterdam."""
    return {
        "number": "PO-2026-00118",
        "revision": 1,
        "ordered_on": "2026-11-22",
        "currency": "EUR",
        "language": "en",
        "plant": PLANT,
        "supplier": SUPPLIER,
        "deliver_to": STORE,
        "deliver_by": "2026-11-27",
        "incoterm": "DAP",
        "incoterm_place": "Kiel",
        "payment_terms": "30 days net",
        "quotation": "Q-20771 of 18 Nov 2026",
        "buyer": {"name": "Tom Okafor", "email": "tom.okafor@halden.example", "phone": "+49 431 555 017"},
        "our_reference": "WO-2026-00412",
        "work_orders": ["WO-2026-00412"],
        "lines": LINES,
        "net": "509.60",
        "charges": [FREIGHT],
        "tax": "0.00",
        "tax_note": "Intra-community supply, reverse charge",
        "total": "527.60",
        "notes": "Line stands: a part delivery of line 1 is welcome at any time.\nRing the gate bell after 14:00.",
        "return_conditions": "Unused parts go back within 14 days at your price.",
        "warranty": "24 months from delivery.",
        "terms_edition": "3, March 2026",
        "approved_by": [{"name": "Bo Lindqvist", "at": "2026-11-22T08:41:00+00:00"}],
        "code": "7F3A-91C2",
        "issued_at": "2026-11-22T08:42:00+00:00",
        **changed,
    }


FREIGHT = {
    "kind": "freight",
    "label": "Freight",
    "code": "FC",
    "allowance": False,
    "amount": "18.00",
    "taxes": [{"category": "AE", "rate": "0", "reason": "Reverse charge", "amount": "18.00"}],
}
PLANT = {
    "name": "Halden Works GmbH",
    "street": "Werkstraße 14",
    "post_code": "24105",
    "city": "Kiel",
    "country": "DE",
    "tax_id": "DE811223344",
    "email": "purchasing@halden.example",
    "phone": "+49 431 555 010",
    "registered": "Halden Works GmbH, registered in Kiel, HRB 11223 · Managing director Petra Halden",
    "time_zone": "Europe/Berlin",
}
SUPPLIER = {
    "name": "Hartmann Seals B.V.",
    "street": "Havenweg 7",
    "post_code": "3011 AA",
    "city": "Rotterdam",
    "country": "NL",
    "contact": "Joost Bakker",
    "email": "orders@hartmann.example",
    "tax_id": "NL001234567B01",
    "number": "70012",
}
STORE = {
    "name": "Halden Works, store 2",
    "street": "Werkstraße 14, gate 3",
    "post_code": "24105",
    "city": "Kiel",
    "country": "DE",
    "hours": "Mon to Fri 06:00 to 14:00",
    "contact": "Priya Nair",
    "phone": "+49 431 555 024",
}
BEARING = {"description": "Bearing 6206-2RS C3", "supplier_part": "6206-2RS-C3"}
GREASE = {"description": "Grease H1, food grade, box of 12 cartridges", "unit": "BX", "unit_word": "box"}
LINES = [
    order_line(1),
    order_line(2, **BEARING, quantity="4", unit_price="11.40", amount="45.60"),
    order_line(3, **GREASE, quantity="1", unit_price="96.00", amount="96.00", deliver_by="2026-12-02"),
]
REVISED = order(
    language="de",
    revision=2,
    replaces={"revision": 1, "ordered_on": "2026-11-20"},
    lines=[
        order_line(1, was={"quantity": "1", "unit_price": "190.00"}),
        order_line(2, cancelled=True, quantity="0", amount="0"),
        order_line(3, new=True),
    ],
    charges=[
        FREIGHT | {"was": {"amount": "12.00"}},
        FREIGHT | {"kind": "customs", "label": "Customs", "code": "ABW", "was": {}},
        FREIGHT
        | {"kind": "packing", "label": "Packing", "code": "PC", "amount": "0", "taxes": [], "cancelled": True}
        | {"was": {"amount": "4.50"}},
    ],
)
MAILS = {
    "purchase_order": [{"document": order()}, {"document": REVISED}],
    "order_cancellation": [
        {"document": order(), "reason": "The pump was repaired with a spare."},
        {"document": REVISED, "reason": "?"},
    ],
    "order_short_close": [
        {"document": order(), "reason": "It is not made any more.", "lines": ["2 · Bearing 6206-2RS C3: 4 pieces"]},
        {"document": REVISED, "reason": "?", "lines": ["1 · Dichtung: 1 Stück", "2 · Lager: 4 Stück"]},
    ],
    "order_revision_withdrawn": [
        {"document": order(), "revision": 2},
        {"document": REVISED, "revision": 3},
    ],
    "order_reminder": [
        {"document": order(), "rule": "no_answer", "day": "", "again": False},
        {"document": order(), "rule": "due_soon", "day": "2026-11-27", "again": False},
        {"document": REVISED, "rule": "overdue", "day": "2026-11-27", "again": True},
    ],
    "answer_to_supplier": [
        {"document": order(), "what": "refuse", "words": "we cannot agree.\n- line 1: 12 instead of 10"},
        {"document": order(), "what": "ask", "words": "When?"},
        {"document": REVISED, "what": "agree", "words": ""},
    ],
    "visit_request": [
        {
            "document": order(),
            "job": "WO-2026-00412",
            "title": "Seal leaking",
            "asset": "CIP return pump (P-101)",
            "location": "Packaging hall",
            "safety": "LOTO-17: lock out main switch Q3",
            "due": "2026-11-27",
            "words": "Align the shaft.",
            "asker": "Priya Nair",
        },
        {
            "document": REVISED,
            "job": "WO-2026-00412",
            "title": "Undicht",
            "asset": "",
            "location": "",
            "safety": "",
            "due": "2026-11-27",
            "words": "Welle ausrichten.",
            "asker": "Priya Nair",
        },
    ],
    "question_to_supplier": [
        {"document": order(), "question": "When does line 2 arrive?\nThe line stands."},
        {"document": REVISED, "question": "?"},
    ],
}
