"""Values for the cards and forms with which an order ends before everything came."""

from datetime import date
from typing import Any

Samples = dict[str, list[dict[str, Any]]]
LONG = "Mechanical seal 45 mm, silicon carbide against carbon, with springs of the better steel and an O-ring of FKM"
ENDING = {
    "number": "PO-2026-00118",
    "supplier": "Hartmann Seals B.V. with a name that goes on and on",
    "total": 52760,
    "currency": "EUR",
    "why": "We found one in the old store. " * 12,
    "words": "550 5.1.1 no such user <orders@hartmann.example>",
    "sent_to": "orders@hartmann.example",
    "phone": "+49 731 555 0",
    "by": "Mei Chen",
    "value": "v1:118",
}
FORM = {"carried": "v1:118:0", "number": "PO-2026-00118", "supplier": ENDING["supplier"]}
SEEN = {
    "beyond": ["Freight EUR 18.00", "Packing EUR 12.50", "Tax comes on top: 19 % on EUR 527.60: EUR 100.24."],
    "number": "PO-2026-00118",
    "supplier": ENDING["supplier"],
    "state": "Accepted by the supplier, and is asked to cancel it",
    "total": 52760,
    "currency": "EUR",
    "comes_on": date(2026, 11, 27),
    "promised": True,
    "asked_by": "Luis Moreno",
    "buyer": "Mei Chen",
    "work_orders": ["WO-2026-00412", "WO-2026-00413"],
    "parent": "PO-2026-00100",
    "head": ["No", "Item", "Ordered", "Arrived", "Invoiced", "Price", "Amount"],
    "invoiced": "in part, EUR 184.00 of EUR 527.60",
    "invoices": [],
    "lines": [],
    "happened": ["Requested Mon 23 Nov 09:00", "Approved Mon 23 Nov 09:40", "Sent Mon 23 Nov 09:41"],
    "brief": ["1. Mechanical seal 45 mm: 2 pieces (1 given up), 1 arrived, at 184.00, 368.00 together"] * 3,
    "history": [
        "*Revision 2*: Mei Chen, Mon 23 Nov 14:00, accepted by the supplier. Line 1, quantity: 2 pieces → 3 pieces. Why: “The pump needs another one”",
        "*Revision 1*: Luis Moreno, Mon 23 Nov 09:00, as it was ordered.",
    ],
    "ending": "",
    "revision": 2,
    "value": "v1:118",
    "offers": [],
}
ROW = [LONG, "2 pieces (1 given up)", "1", "1", "184.00", "368.00"]
INVOICES = [
    "Invoice R-7781, EUR 202.40: held (Price too high)",
    "Credit note G-1, EUR 18.40: waits for its invoice",
    "1 invoice is with the ERP",
]
OFFERS = [
    ("purchase_order.close_short", "Expect no more", None),
    ("purchase_order.keep", "Keep order", None),
    ("purchase_order.cancel_anyway", "Cancel anyway", "danger"),
]
CARDS: Samples = {
    "order_card": [
        *(SEEN | {"lines": [[str(at), *ROW] for at in range(1, count + 1)]} for count in (1, 12, 2000)),
        SEEN | {"offers": OFFERS, "lines": [["1", *ROW]], "invoices": INVOICES},
        SEEN | {"history": [f"*Revision {at}*: Mei Chen, {LONG * 5}" for at in range(5)] + ["and 12 earlier"]},
        SEEN
        | {
            "total": None,
            "invoiced": "",
            "beyond": [],
            "head": SEEN["head"][:4],
            "lines": [["1", *ROW[:3]] for _ in range(4)],
            "comes_on": None,
        }
        | {"work_orders": [], "parent": "", "happened": [], "history": [], "ending": LONG, "offers": OFFERS[:1]},
    ],
    "order_ending": [
        *(
            ENDING | {"state": state}
            for state in ("asked", "answered", "unsent", "agreed", "forced", "kept", "overtaken")
        ),
        ENDING | {"state": "kept", "why": "", "words": "", "phone": ""},
    ],
}
VIEWS: Samples = {
    "end_order_form": [
        FORM | {"kind": "cancel", "typed": True, "asks": True},
        FORM | {"kind": "cancel", "typed": False, "asks": False},
        FORM | {"kind": "anyway", "typed": True, "asks": False},
        FORM | {"kind": "reopen", "typed": False, "asks": False},
    ],
    "close_short_form": [
        FORM | {"lines": [f"{at} {LONG}: 4 pieces" for at in range(1, count + 1)], "warning": warning}
        for count, warning in ((1, ""), (14, f"Invoice R-7781 (held) charges what is given up. {LONG}"))
    ],
}
