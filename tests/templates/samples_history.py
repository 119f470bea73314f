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
    "head": ["When", "What", "What was done", "Time", "Parts", "Cost"],
    "align": ["left", "left", "left", "right", "left", "right"],
    "rows": [
        ["23 Nov 26", "Seal <leaks> & drips (WO-2026-00412)", "Leaks outside; replaced a part", "1 h 30 min", "2 pieces Seal", "EUR 419.00"]
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
REPORT = {
    "subject": "Downtime",
    "finding": "Machines stood 8.0 h in 13 weeks, 2.0 h of them last week; leaks <outside> & noise make 63%.",
    "title": "Hours down by week, and a title that is far too long for Slack",
    "series": "Hours down",
    "bars": [(f"W{week}", f"{week}.5") for week in range(36, 49)],
    "picture": "Hours down: " + ", ".join(f"W{week} {week}.5" for week in range(36, 49)) + ".",
    "head": ["Machine", "Down", "Share"],
    "align": ["left", "right", "right"],
    "rows": [["P-101 CIP return pump", "6.0 h", "75%"]] * 30,
    "besides": ["Done by their due date in the last four weeks: 2 of 3 (67%)."],
}
CARDS |= {
    "maintenance_report": [
        REPORT,
        REPORT | {"bars": [], "rows": [], "besides": [], "title": "", "series": "", "picture": ""},
    ],
    "week": [
        {"told": [("Downtime", REPORT["finding"])] * 4, "kept": REPORT["besides"][0], "pictures": [REPORT, REPORT]},
        {"told": [("Backlog", "Nothing is open.")] * 4, "kept": "None.", "pictures": []},
    ],
}
