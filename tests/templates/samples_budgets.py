"""Sample values of what is said of budgets: beyond one, released by finance, and a year by months."""

from datetime import UTC, datetime
from typing import Any

Samples = dict[str, list[dict[str, Any]]]

AT = datetime(2026, 11, 20, 8, 41, tzinfo=UTC)
SUPPLIER = "Hartmann Dichtungstechnik und Industriebedarf Vertriebsgesellschaft mbH"
OVER = "Cost centre 410: EUR 12,000.00, of which 50.00 left, this is 477.60 too much, 1,000.00 more waits for approval."
HEAD = {"number": "DR-2026-00118", "supplier": SUPPLIER, "total": 52760, "currency": "EUR"}
ENDED = HEAD | {"by": "Ines Vogt", "reason": "Paid from the reserve. " * 40, "at": AT}
CARDS: Samples = {
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
