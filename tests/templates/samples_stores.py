"""Sample values of the cards and forms about stock counts."""

from typing import Any

Samples = dict[str, list[dict[str, Any]]]

LONG = "Mechanical seal, single spring, silicon carbide against carbon, 45 mm, for hot caustic service"
COUNT = {
    "number": "SC-123456789", "store": "Packaging hall, line 2, north", "scope": "seals and bearings of the north wall",
    "open": True, "booked": False, "total": 2000, "counted": 37, "different": 3, "again": [LONG] * 8, "more": 4,
    "by": "Priya Nair", "reason": "", "value": "v1:7",
}  # fmt: skip

CARDS: Samples = {
    "stock_count": [
        COUNT,
        COUNT | {"scope": "", "counted": 0, "different": 0, "again": [], "more": 0, "by": ""},
        COUNT | {"open": False, "booked": True, "different": 1, "again": [], "reason": "annual count <!here> & more"},
        COUNT | {"open": False, "different": 0, "again": []},
    ],
}
_FORM = {"carried": "v1:7", "number": "SC-7", "store": "store 2"}
VIEWS: Samples = {
    "stock_count_form": [
        _FORM
        | {
            "left": 30,
            "rows": [
                {"block": f"line_{n}", "label": f"{LONG} (P-{n})", "hint": "bin B14, booked 12 pieces, count it again"}
                for n in range(4)
            ],
        },
        _FORM | {"left": 1, "rows": [{"block": "line_1", "label": "Seal (P-1)", "hint": ""}]},
    ],
    "stand_in_form": [
        {
            "carried": "v1:7",
            "number": "PR-2026-00231",
            "part": LONG,
            "quantity": "12 pieces",
            "options": [(str(n), f"{LONG[:50]} (P-{n}), 6 free") for n in range(9)],
        }
    ],
    "stock_booking_form": [
        _FORM | {"left": 3, "rows": [f"+12 {LONG} (P-10231): 24 counted"] * 30},
        _FORM | {"left": 0, "rows": []},
    ],
}
