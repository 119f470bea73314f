"""Sample values of what is said of budgets: beyond one, released by finance, and a year by months."""

from datetime import UTC, datetime
from typing import Any

Samples = dict[str, list[dict[str, Any]]]

AT = datetime(2026, 11, 20, 8, 41, tzinfo=UTC)
SUPPLIER = "Hartmann Dichtungstechnik und Industriebedarf Vertriebsgesellschaft mbH"
OVER = "Cost centre 410: EUR 12,000.00, of which 50.00 left, this is 477.60 too much, 1,000.00 more waits for approval."
HEAD = {"number": "DR-2026-00118", "supplier": SUPPLIER, "total": 52760, "currency": "EUR"}
ENDED = HEAD | {"by": "Ines Vogt", "reason": "Paid from the reserve. " * 40, "at": AT}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
BUDGET: dict[str, Any] = {
    "code": "410",
    "name": "Packaging hall with everything that belongs to it, from the depalletiser to the stretch wrapper",
    "year": 2026,
    "currency": "EUR",
    "budget": OVER,
    "outlook": "2026 comes to EUR 12,477.60: EUR 477.60 above the budget, which is used up in November.",
    "besides": [f"EUR 1,000,000.00 {what}." for what in ("is expected only after this year", "waits for approval")],
    "head": ["Month", "Spent", "Ordered", "Expected", "Year so far", "Planned"],
    "rows": [["Before", "1,000.00", "-", "-", "1,000.00", "-"], *([month, *["1,000,000.00"] * 5] for month in MONTHS)],
    "series": [
        (name, [(month, "1000000.00") for month in MONTHS]) for name in ("Spent, ordered and expected", "Budget")
    ],
}
CARDS: Samples = {
    "budget": [
        BUDGET,
        BUDGET
        | {"name": "", "besides": [], "head": BUDGET["head"][:-1], "series": BUDGET["series"][:1]}
        | {"rows": [row[:-1] for row in BUDGET["rows"]]},
    ],
    "budget_release": [
        HEAD
        | {"state": "open", "budgets": [OVER] * many, "requester": "Luis Moreno", "waits": waits, "value": "v1:118"}
        for many, waits in ((1, "WO-2026-00412"), (4, ""), (20, ""))
    ]
    + [ENDED | {"state": state} for state in ("released", "over")],
}
VIEWS: Samples = {"budget_release_form": [HEAD | {"private": "v1:118", "budgets": [OVER] * 4}]}
WORDS: Samples = {
    "budget_said": [
        {"what": what, "budget": OVER, "asked": asked, **ENDED}
        for what in ("stopped", "released", "not_needed", "told")
        for asked in ("", "Ines Vogt or Olga Both")
    ],
}
