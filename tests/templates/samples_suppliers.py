"""Sample values of what is shown about suppliers: holds, figures, reminders and answers."""

from datetime import UTC, date, datetime
from typing import Any

Samples = dict[str, list[dict[str, Any]]]
AT = datetime(2026, 11, 23, 9, 41, tzinfo=UTC)
SUPPLIER = "Hartmann Seals B.V. with a name that goes on and on"
SEEN = [
    "The mail names new bank details.",
    "It came from versand@hartrnann.example, whose domain only looks like hartmann.example, hartmann-seals.example.",
    "Answers would go to pay@free-mail.example, which is none of their addresses.",
]
HOLD = {
    "state": "held",
    "supplier": SUPPLIER,
    "seen": SEEN * 4,
    "since": AT,
    "orders": "orders@hartmann.example",
    "phone": "+49 711 555020",
    "spoke_to": "",
    "by": "nobody",
    "at": None,
    "value": "v1:3",
    "mail": "v1:118",
}
SERIES = [(f"{date(2026, month, 1):%b}", f"{50 + month}.5") for month in range(1, 13)]
SCORE = {
    "supplier": SUPPLIER,
    "state": "Held back until somebody has called them",
    "counted": True,
    "said": "41 of 44 order lines came on time and in full: 93.2%. They answer an order after 6.5 h of working time.",
    "head": ["Figure", "3 months", "12 months", "Counted"],
    "rows": [["Price against list", "12.5% above", "4.2% below", "1234 of 2345"]] * 8,
    "series": [("On time", SERIES), ("In full", SERIES)],
    "picture": "Percent by month: On time 51.5% in 2026-01, 62.5% in 2026-12; In full 51.5% in 2026-01, 62.5% in 2026-12.",
    "contacts": ["quality: Ute Brandt +49 711 555031"] * 9,
    "lift": "v1:3",
}
CHASED = {
    "rule": "no_answer",
    "how": "mail",
    "number": "PO-2026-00118",
    "supplier": SUPPLIER,
    "phone": "+49 711 555020",
    "due_on": date(2026, 11, 27),
    "sent_at": AT,
    "work_orders": ["WO-2026-00412", "WO-2026-00413"],
    "at": AT,
    "held": False,
    "value": "v1:118",
}
EMPTY = {"counted": False, "series": [], "picture": "", "contacts": [], "lift": "", "rows": []}
VISIT = {
    "number": "WO-2026-00412",
    "title": "Seal leaking on the CIP return pump",
    "supplier": SUPPLIER,
    "order": "PO-2026-00118",
    "planned_on": date(2026, 11, 27),
    "planned_at": "10:30",
    "photos": 12,
    "words": "Align the shaft and renew the coupling; bring a lift. " * 20,
    "by": "Priya Nair",
    "asked_by": "Priya Nair",
    "phone": "+49 711 555020",
    "value": "v1:3",
}
CARDS: Samples = {
    "visit": [
        *(VISIT | {"state": state} for state in ("asked", "agreed", "refused", "done", "taken_over", "cancelled")),
        VISIT | {"state": "taken_over", "order": "", "planned_on": None, "planned_at": "", "photos": 0, "phone": ""},
    ],
    "scorecard": [SCORE, SCORE | EMPTY],
    "order_chased": [
        *(
            CHASED | {"rule": rule, "how": how}
            for rule in ("no_answer", "due_soon", "overdue")
            for how in ("mail", "told")
        ),
        CHASED | {"how": "told", "held": True, "phone": "", "due_on": None, "work_orders": []},
    ],
    "supplier_held": [
        HOLD,
        HOLD | {"seen": SEEN[:1], "phone": ""},
        HOLD | {"state": "lifted", "spoke_to": "Jana Hartmann of the accounts", "by": "Mei Chen", "at": AT},
    ],
}
SUBSTITUTE = {
    "line": 1,
    "ordered": "HS-45-SSE Mechanical seal 45 mm",
    "wrote": "HS-46-SSE instead of HS-45-SSE",
    "number": "HS-46-SSE",
    "item": "Mechanical seal 46 mm",
    "part": "P-10231",
}
VIEWS: Samples = {
    "supplier_reply_form": [
        {
            "what": what,
            "carried": "v1:118:0",
            "number": "PO-2026-00118",
            "supplier": SUPPLIER,
            "sent_to": "orders@hartmann.example",
            "draft": "We cannot agree.\n- line 1: 12 pieces instead of 10\nPlease deliver as ordered.",
        }
        for what in ("refuse", "ask")
    ],
    "substitute_form": [
        {"carried": "v1:118", "number": "PO-2026-00118", "supplier": SUPPLIER, "lines": lines}
        for lines in ([SUBSTITUTE], [SUBSTITUTE | {"wrote": "", "part": None}], [SUBSTITUTE, SUBSTITUTE | {"line": 2}])
    ],
    "lift_hold_form": [
        {
            "private": "v1:3",
            "supplier": SUPPLIER,
            "seen": SEEN * 3,
            "contact": "Jana Hartmann",
            "phones": [("+49 711 555020", "+49 711 555020")] * 9,
        }
    ],
}
WORDS: Samples = {
    "supplier_said": [
        {"what": "unsent", "called": "The work order", "number": "PO-2026-00118", "supplier": SUPPLIER}
        | {"phone": "+49 711 555020", "words": "550 5.1.1 no such user <orders@hartmann.example>"},
        *({"what": what, "supplier": SUPPLIER, "number": "PO-2026-00118"} for what in ("lifted", "refuse", "ask")),
        {"what": "tolerated", "supplier": SUPPLIER, "number": "PO-2026-00118", "revision": 2}
        | {"changes": ["Line 1, price: EUR 184.00 → EUR 189.00"] * 40},
    ],
    "visit_said": [
        {"what": what, "supplier": SUPPLIER, "number": "WO-2026-00412", "order": "PO-2026-00118"}
        for what in ("asked", "accepted", "sent_back")
    ],
    "visit_heard": [
        {"supplier": SUPPLIER, "wrote": "We come on Friday. " * 90, "photos": 12},
        {"supplier": SUPPLIER, "wrote": "", "photos": 1},
    ],
    "supplier_draft": [
        {"what": what, "language": language, "changes": SEEN, "wanted_by": date(2026, 11, 27)}
        for what in ("refuse", "ask")
        for language in ("de", "en")
    ],
}
