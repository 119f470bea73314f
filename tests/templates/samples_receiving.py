"""Sample values of the cards, forms, sentences and mails about deliveries, inspections and returns."""

import importlib.util
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

Samples = dict[str, list[dict[str, Any]]]

AT = datetime(2026, 11, 20, 8, 41, tzinfo=UTC)
DAY = date(2026, 11, 27)
LONG = "Mechanical seal, single spring, silicon carbide against carbon, 45 mm, for hot caustic service"
SUPPLIER = "Hartmann Dichtungstechnik und Industriebedarf Vertriebsgesellschaft mbH"
ORDER, WORK = "PO-2026-00118", "WO-2026-00412"
WORDS_SAID = "3 seals, 1 torn; the box was wet & open " * 8

DELIVERY = {
    "state": "proposed",
    "number": "GR-2026-00044",
    "order": ORDER,
    "supplier": SUPPLIER,
    "note": "LS-55120-2026-11-20-A",
    "expected_on": DAY,
    "written_at": AT,
    "sender": "Hartmann Versand <versand@hartmann.example>",
    "carrier": "DHL",
    "tracking": "JJD0003, JJD0004",
    "work_orders": [WORK],
    "places": ["store 2, bin B14", "store 2, bin B15"],
    "lines": [(str(number), LONG, "2 pieces", "2") for number in range(1, 13)],
    "total_lines": 14,
    "missing": [f"13 {LONG}", f"14 {LONG}"],
    "typed": ["2"] * 12,
    "blind": "none",
    "has_mail": True,
    "tracked": False,
    "said": "",
    "said_by": "",
    "direct": "",
    "wrong": [],
    "remark": "Not here yet, says Priya Nair.",
    "value": "v1:44",
}
TAKEN_IN = {
    "number": "GR-2026-00044",
    "order": ORDER,
    "supplier": SUPPLIER,
    "note": "LS-55120",
    "by": "Priya Nair",
    "at": AT,
    "result": [f"2 of 2 pieces {LONG}"] * 3,
    "damaged": [f"1 {LONG}"],
    "work_orders": [WORK],
    "complete": True,
    "why": "",
    "undone_by": "Tom Okafor",
    "asked": "Bo Lindqvist or Ines Vogt",
    "direct": "",
    "held": [],
    "flags": [],
    "value": "v1:44",
}

RETURN = {
    "reader": "buyer",
    "number": "RT-2026-00004",
    "order": ORDER,
    "receipt": "GR-2026-00044",
    "supplier": SUPPLIER,
    "lines": [f"1 piece {LONG}: torn at the lip"] * 12,
    "photos": 2,
    "counted_by": "Priya Nair",
    "wanted": "replacement",
    "replaceable": True,
    "tracking": "JJD0003",
    "outcome": "",
    "trouble": "",
    "value": "v1:4",
}
OVER = {
    "state": "asked",
    "number": "GR-2026-00044",
    "order": ORDER,
    "supplier": SUPPLIER,
    "lines": [f"110 pieces {LONG} came of 100 pieces ordered, 10 beyond the order"] * 3,
    "amount": 184000,
    "currency": "EUR",
    "by": "Priya Nair",
    "how": "",
    "value": "v1:44",
}
HELD = {
    "number": "GR-2026-00044",
    "order": ORDER,
    "supplier": SUPPLIER,
    "held": [f"2 pieces {LONG}; instead came seal of another make; to be measured"] * 12,
    "work_orders": [WORK],
    "how": "",
    "value": "v1:44",
}
NOTE = {
    "number": "RT-2026-00004",
    "order": ORDER,
    "delivery_note": "LS-55120",
    "received_on": "2026-11-20",
    "returned_on": "2026-11-21",
    "wanted": "replacement",
    "lines": [
        {
            "line": 1,
            "part": "P-10231",
            "supplier_part": "HS-45-SSE",
            "description": LONG,
            "quantity": "1",
            "unit": "C62",
            "unit_word": "piece",
            "reason": "torn at the lip",
            "lots": ["L-42"],
        }
    ],
    "issued_at": "2026-11-21T08:00:00+00:00",
}
CARDS: Samples = {
    "delivery": [
        DELIVERY,
        DELIVERY | {"blind": "claims", "lines": DELIVERY["lines"][:2], "missing": []},
        DELIVERY | {"blind": "all", "expected_on": None, "note": "", "has_mail": False, "remark": ""},
        DELIVERY
        | {"said": WORDS_SAID, "said_by": "Priya Nair", "note": "", "expected_on": None, "written_at": None}
        | {"sender": "", "carrier": "", "tracking": "", "has_mail": False, "direct": WORK, "tracked": True}
        | {"wrong": ["line 1: 1 piece torn", "line 2: instead came another make"]},
        TAKEN_IN | {"state": "posted"},
        TAKEN_IN
        | {"state": "posted", "held": [f"2 {LONG}"], "direct": WORK, "flags": ["It came 3 days late: 17 Nov 2026."]},
        TAKEN_IN | {"state": "asked"},
        TAKEN_IN | {"state": "reversed", "why": "It was counted twice. " * 20},
        TAKEN_IN | {"state": "discarded"},
        TAKEN_IN | {"state": "discarded", "why": "Priya Nair corrected it: an answer to the order"},
    ],
    "held_goods": [HELD, HELD | {"held": [], "how": f"2 pieces {LONG} good. Inspected by Priya Nair."}],
    "over_delivery": [OVER, OVER | {"state": "decided", "how": "Bo Lindqvist keeps only what was ordered"}],
    "late_delivery": [
        {
            "number": ORDER,
            "supplier": SUPPLIER,
            "why": "It is not made any more. " * 20,
            "by": "Priya Nair",
            "words": WORDS_SAID,
            "state": "closed",
            "value": "v1:118",
        }
    ],
    "supplier_return": [
        *(RETURN | {"state": state} for state in ("proposed", "announced", "sent")),
        RETURN | {"state": "proposed", "photos": 0, "wanted": ""},
        RETURN | {"state": "proposed", "wanted": "", "replaceable": False},
        RETURN | {"state": "announced", "reader": "store", "trouble": "550 5.1.1 no such user"},
        RETURN | {"state": "sent", "wanted": "credit", "tracking": ""},
        RETURN | {"state": "settled", "outcome": "replaced"},
        RETURN | {"state": "settled", "wanted": "credit", "outcome": "CN-7781"},
        RETURN | {"state": "dropped", "wanted": "", "outcome": "They said to throw it away."},
    ],
}
LINES = [
    {"block": f"line_{number}", "line": number, "item": LONG, "unit": "pieces", "open": "2", "listed": number < 3}
    for number in range(1, 4)
]
ALSO = [
    ("extra", "More came than ordered: ask whether it stays"),
    ("job:412", f"Straight to {WORK}, not into the store"),
]
VIEWS: Samples = {
    "count_form": [
        {"private": "v1:44", "order": ORDER, "lines": LINES, "tracked": "", "also": ALSO},
        {
            "private": "v1:44",
            "order": ORDER,
            "lines": LINES[:1],
            "tracked": "Such as 1: L-42 4 2027-05-31",
            "also": ALSO,
        },
    ],
    "inspect_form": [
        {
            "private": "v1:44",
            "number": "GR-2026-00044",
            "order": ORDER,
            "lines": [{"block": f"good_{at}", "item": f"{at} {LONG}", "held": "2 pieces"} for at in (1, 2)],
        }
    ],
    "reverse_form": [{"carried": "v1:44", "number": "GR-2026-00044", "order": ORDER}],
    "return_form": [
        {"kind": kind, "carried": "v1:4", "number": "RT-2026-00004", "order": ORDER, "supplier": SUPPLIER}
        for kind in ("credit", "drop")
    ],
}
BACK = {"what": "return", "number": "RT-2026-00004", "order": ORDER, "supplier": SUPPLIER, "outcome": "CN-7781"}
WORDS: Samples = {
    "receiving_said": [
        {"what": "taken_in", "order": ORDER, "result": [f"2 of 2 pieces {LONG}"], "complete": True},
        {"what": "not_here", "number": "GR-2026-00044", "order": ORDER},
        {"what": "mail", "sender": "a@b.example", "at": AT, "subject": "x" * 300, "words": "y" * 4000},
        {"what": "over_asked", "order": ORDER, "asked": "Bo Lindqvist"},
        {"what": "over_decided", "order": ORDER, "kept": True},
        {"what": "over_decided", "order": ORDER, "kept": False},
        {"what": "inspected", "number": "GR-2026-00044", "order": ORDER},
        {"what": "reversed", "number": "GR-2026-00044", "counter": "GR-2026-00045", "order": ORDER},
        {
            "what": "flagged",
            "number": "GR-2026-00044",
            "order": ORDER,
            "supplier": SUPPLIER,
            "flags": ["It came 3 days late: 17 Nov 2026 was the day."],
        },
        {"what": "heard", "number": "GR-2026-00044", "order": ORDER, "place": "<#C0STORES>"},
        {"what": "reopen_asked", "order": ORDER, "asked": "Mei Chen"},
        *(
            BACK | {"state": state, "wanted": wanted}
            for state in ("announced", "sent", "settled", "dropped")
            for wanted in ("credit", "replacement")
        ),
    ]
}


def _order(**changed: Any) -> dict[str, Any]:
    """Return the order of the other mails' samples."""
    spec = importlib.util.spec_from_file_location(
        "template_samples_mails", Path(__file__).with_name("samples_mails.py")
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made: dict[str, Any] = module.order(**changed)
    return made


MAILS: Samples = {
    "supplier_return": [
        {"document": _order(), "note": NOTE},
        {"document": _order(language="de"), "note": NOTE | {"wanted": "credit"}},
    ]
}
