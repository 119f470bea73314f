"""Values for the cards, forms and sentences about invoices."""

from datetime import UTC, date, datetime
from typing import Any

Samples = dict[str, list[dict[str, Any]]]
LONG = "Mechanical seal, single spring, silicon carbide against carbon, 45 mm, for hot caustic service"
SUPPLIER = "Hartmann Dichtungstechnik und Industriebedarf Vertriebsgesellschaft mbH"
DAY = date(2026, 12, 24)
HEAD = ["Line", "Ordered", "Taken in", "Invoiced", "Difference"]
ROW = ["PO-2026-00118/12", "1200 \u00d7 1184.00", "1200, 4 rejected", "1200 \u00d7 1202.40", "+22,080.00"]
INVOICE = {
    "state": "exception",
    "stands": "Held",
    "credit": False,
    "number": "R-7781/2026-11-24-0001",
    "supplier": SUPPLIER,
    "issued_on": date(2026, 11, 24),
    "due_on": DAY,
    "total": 56_440_000,
    "currency": "EUR",
    "sums": "goods 480,000.00, freight and the like 18.00, tax 84,382.00",
    "orders": "PO-2026-00118, PO-2026-00119, PO-2026-00120",
    "order_total": 52_760_000,
    "over": 3_680_000,
    "kinds": ["Price too high", "Freight too high"],
    "words": [
        "Line 1 of PO-2026-00118 comes to EUR 368.00, not EUR 404.80.",
        "500 pieces charged on line 1 of PO-2026-00118, 50 taken in. 450 pieces (EUR 82,800.00) too much.",
    ],
    "instead": ["Ask for credit, or accept it.", "Ask for credit, or wait for the rest."],
    "rule": "More than the allowed difference (2 % or EUR 10.00, whichever is more).",
    "head": HEAD,
    "rows": [ROW] * 12,
    "note": "LS-55120",
    "refers_to": "",
    "reason": "",
    "by": "",
    "released_by": "",
    "acceptable": True,
    "batch": "",
    "value": "v1:77:3",
}
DECIDED = {"reason": "Steel is dearer, agreed on the phone with Jana Hartmann. " * 8, "by": "Ines Vogt"}
CREDIT = {"credit": True, "refers_to": "R-7781", "acceptable": False, "kinds": ["No invoice to credit"], "rule": ""}
QUESTION = {
    "state": "asked",
    "number": "R-7781",
    "credit": False,
    "supplier": SUPPLIER,
    "orders": "PO-2026-00118",
    "total": "EUR 564.40",
    "doubts": [
        "line 1 does not add up: 2 at 202.40 is not 404.90",
        "the lines come to 404.90 with 0 tax, and the total is 564.40",
    ]
    * 3,
    "received_at": datetime(2026, 11, 24, 8, 41, tzinfo=UTC),
    "subject": f"Rechnung R-7781 {LONG}",
    "value": "v1:31",
    "how": "",
}
LISTED = {
    "id": 77,
    "number": "R-7781/2026-11-24-0001",
    "supplier": SUPPLIER,
    "total": "EUR 564,400.00",
    "stands": "Accepted as it is, waits to be released",
    "kinds": "Price too high, More than received",
    "due_on": DAY,
    "ready": True,
    "value": "v1:77:3",
}
SAID = {"name": "Invoice R-7781/2026-11-24-0001", "to": SUPPLIER, "words": "It names no order of ours."}
REASON = {
    "carried": "v1:77:3",
    "number": "Invoice R-7781",
    "supplier": SUPPLIER,
    "total": 56440,
    "currency": "EUR",
    "over": 3680,
}
LETTER = {
    "carried": "v1:77:3:0",
    "supplier": SUPPLIER,
    "to": "orders@hartmann.example",
    "number": "Invoice R-7781",
    "order": "PO-2026-00118",
    "subject": "Credit requested for your invoice R-7781 [PO-2026-00118]",
    "text": "Good day,\n\nwe cannot release it.\n" * 40,
}
ENTER = {
    "carried": "v1:31",
    "name": "invoice",
    "supplier": SUPPLIER,
    "number": "R-7781",
    "issued_on": "2026-11-24",
    "lines": "PO-2026-00118/1: 2 x 202.40\n" * 20,
    "beyond": "18.00, 100.24",
    "total": "EUR 564.40",
    "mail": "MAIL-31",
}

CARDS: Samples = {
    "invoice": [
        INVOICE,
        INVOICE
        | {
            "kinds": ["More than received"],
            "acceptable": False,
            "rows": [ROW],
            "rule": "",
            "orders": "",
            "due_on": None,
        },
        *(INVOICE | DECIDED | {"state": state} for state in ("disputed", "credit_expected")),
        INVOICE | CREDIT,
        *(
            INVOICE | {"state": state, "words": [], "kinds": [], "instead": []}
            for state in ("matched", "released", "captured")
        ),
        INVOICE | DECIDED | {"state": "variance_accepted"},
        INVOICE | DECIDED | {"state": "exported", "batch": "INV-2026-00007", "released_by": "Ines Vogt"},
        INVOICE | DECIDED | {"state": "voided"},
    ],
    "invoice_question": [
        QUESTION,
        QUESTION | {"credit": True, "number": "", "total": "", "orders": ""},
        QUESTION | {"state": "answered", "how": "Ines Vogt wrote down invoice R-7781", "doubts": []},
    ],
    "invoice_digest": [
        {
            "summary": "12 to release, 9 to decide, 7 without an answer, 3 not with the ERP",
            "sections": [
                (
                    "To release: EUR 1,840.00 and USD 96.00",
                    [f"R-778{at} of {LONG}, EUR 184.00: is due soon, Fri 27 Nov" for at in range(5)] + ["and 7 more"],
                ),
                (
                    "Held: 2 price too high, 1 not received",
                    [f"R-1 of {LONG}, EUR 220.00: Price too high", "1 mail asks what an invoice says"],
                ),
                ("Written to the supplier, no answer yet", [f"R-2 of {LONG}, EUR 220.00: disputed 3 days ago"]),
            ],
        },
        {
            "summary": "1 not with the ERP",
            "sections": [("Released, not with the ERP yet: EUR 18.40", ["R-3 of Hartmann Seals, EUR 18.40"])],
        },
    ],
    "invoices": [
        {
            "waiting": "12 invoices wait: 7 to release, 5 held.",
            "rows": [LISTED | {"id": 77 + at, "ready": at < 7} for at in range(12)],
        },
        {"waiting": "No invoice waits for you.", "rows": []},
    ],
}
VIEWS: Samples = {
    "invoice_reason_form": [REASON | {"accepting": accepting} for accepting in (True, False)],
    "invoice_letter_form": [LETTER | {"wants": wants} for wants in ("credit", "answer")],
    "invoice_enter_form": [ENTER, ENTER | dict.fromkeys(("number", "issued_on", "lines", "beyond", "total"))],
}
WORDS: Samples = {
    "invoice_said": [
        SAID | {"what": what}
        for what in (
            "accepted",
            "released",
            "voided",
            "disputed",
            "credit",
            "fits",
            "same",
            "entered",
            "known",
            "put_away",
        )
    ]
}
