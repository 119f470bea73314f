"""Sample values of the cards, forms and sentences about agreements and what is ordered from them."""

from datetime import date
from typing import Any

Samples = dict[str, list[dict[str, Any]]]

DAY = date(2027, 10, 31)
LONG = "Mechanical seal, single spring, silicon carbide against carbon, 45 mm, for hot caustic service"
SUPPLIER = "Hartmann Dichtungstechnik und Industriebedarf Vertriebsgesellschaft mbH"
NUMBER = "PO-2026-00118"
METER = (
    f"{NUMBER}, a planned order: 480 of 1000 pieces of {LONG} used, 520 left; EUR 88,320.00 of EUR 184,000.00 used, "
    "EUR 95,680.00 left. 342 days left, to 31 Oct 2027."
)
STATES = ("draft", "pending_approval", "approved", "active", "suspended", "exhausted", "expired", "closed", "cancelled")
CARD = {
    "document": "sent",
    "kind": "blanket",
    "title": f"Blanket order with {SUPPLIER}",
    "stands": "Approved, waits for the supplier's yes",
    "number": NUMBER,
    "revision": 1,
    "supplier": SUPPLIER,
    "valid": "1 Nov 2026 to 31 Oct 2027",
    "limit": "EUR 184,000.00",
    "minimum": "EUR 500.00",
    "total": 18_400_000,
    "currency": "EUR",
    "lines": [
        (number, LONG, "about 300 pieces", "184.00; from 50: 172.00; from 100: 160.00") for number in range(1, 9)
    ],
    "meter": METER,
    "gaps": "",
    "rejection": "",
    "warned": ["It ends soon: agree on a new one in time.", "Little is left of it: agree on more in time."],
    "under": "PO-2026-00007",
    "acceptable": True,
    "value": "v1:118",
}
GAPS = "a line, the amount limit, the first day, the last day, the cost centre that answers for it"
CENTRES = [("1", "410 Packaging"), ("2", "420 Filling")]
CARDS: Samples = {
    "agreement": [CARD | {"state": state} for state in STATES]
    + [
        CARD | {"state": "draft", "gaps": GAPS, "lines": [], "meter": "", "rejection": "Ask two more suppliers first."},
        CARD | {"state": "active", "kind": "contract", "lines": [], "under": "", "warned": [], "minimum": ""},
        CARD | {"state": "approved", "acceptable": False, "limit": ""},
    ],
    "agreements": [
        {"rows": [], "may_make": True},
        {
            "rows": [
                {
                    "number": f"PO-2026-0011{number}",
                    "title": f"{NUMBER} with {SUPPLIER}",
                    "stands": "Active",
                    "meter": METER,
                    "value": f"v1:{number}" if number % 2 else "",
                }
                for number in range(7)
            ],
            "may_make": False,
        },
    ],
}
VIEWS: Samples = {
    "agreement_form": [
        {
            "private": "v1:0",
            "kinds": [("blanket", "Blanket: prices for a time"), ("planned", "Planned: prices and quantities")],
            "suppliers": [("1", SUPPLIER)],
            "first": DAY,
            "last": DAY,
            "currency": "EUR",
        }
    ],
    "agreement_terms_form": [
        {
            "private": "v1:118",
            "title": f"{NUMBER} with {SUPPLIER}",
            "kind": kind,
            "currency": "EUR",
            "limit": "10000.00",
            "minimum": "",
            "bases": [("per_release", "Each order's own quantity"), ("cumulative", "All ordered so far")],
            "basis": "cumulative",
            "cost_centres": CENTRES,
            "cost_centre": "1",
            "last": DAY,
        }
        for kind in ("planned", "blanket", "contract")
    ],
    "agreement_line_form": [
        {"private": "v1:118", "kind": kind, "currency": "EUR", "cost_centres": centres}
        for kind in ("planned", "blanket")
        for centres in (CENTRES, [])
    ],
    "agreement_reason_form": [
        {"private": "v1:118", "what": what, "number": NUMBER, "supplier": SUPPLIER}
        for what in ("suspend", "close", "accepted", "revision")
    ],
    "call_off_form": [
        {
            "private": "v1:118",
            "meter": METER,
            "budget": "Cost centre 410: EUR 12,000.00, of which 1,250.00 left.",
            "lines": lines,
            "currency": "EUR",
            "deliver_by": DAY,
            "cost_centres": CENTRES,
            "cost_centre": "2",
        }
        for lines in ([("7", f"{LONG}, in pieces")], [("7", LONG), ("8", LONG)], [])
    ],
}
SAID = {
    "number": NUMBER,
    "supplier": SUPPLIER,
    "item": LONG,
    "words": "Requested: DR-2026-00119 for EUR 3,680.00. Bo Lindqvist is asked.",
    "meter": METER,
    "above": NUMBER,
    "gaps": "the cost centre of line 1",
}
WHATS = (
    *("made", "line", "line_gone", "terms", "taken_back", "dropped", "accepted", "suspended", "resumed", "closed"),
    *("ordered", "drafted", "active", "ending", "low", "expired", "exhausted"),
)
WORDS: Samples = {"agreement_said": [SAID | {"what": what} for what in WHATS]}
