"""Sample values of an asset's history."""

from typing import Any

Samples = dict[str, list[dict[str, Any]]]
HISTORY = {
    "code": "P-101",
    "name": "CIP return pump <east> & its motor, with a name that goes on and on",
    "said": "12 failures in 12 months, down for 14.5 h, mostly leaks outside (7 times).",
    "figures": [
        ("Availability", "99.83%"),
        ("Between failures (MTBF)", "30 days"),
        ("To repair (MTTR)", "1.5 h"),
        ("Down each time (MDT)", "-"),
    ],
    "cost": "It cost EUR 1,234.00: labour EUR 234.00, parts EUR 1,000.00. 40 min of work have no hourly rate and are not in it.",
    "bars": [("Leaks outside, at the shaft", "9.5"), ("Noise", "3.0"), ("Other", "2.0")],
    "head": ["When", "What", "What was wrong", "What was done", "Time", "Parts", "Cost"],
    "rows": [
        ["2026-11-23", "WO-2026-00412 Seal <leaks> & drips", "Leaks outside", "Replaced a part", "1 h 30 min", "2 pieces Seal", "EUR 419.00"]
    ]
    * 40,
    "below": 3,
}  # fmt: skip
CARDS: Samples = {
    "history": [
        HISTORY,
        HISTORY | {"rows": HISTORY["rows"][:2], "below": 0, "bars": []},
        HISTORY | {"rows": [], "bars": [], "cost": "", "said": "Nothing was reported in 12 months.", "below": 0},
    ]
}
