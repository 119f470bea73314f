"""Sample values of what is said about needs: asked for, listed, gathered, turned down, and parts that run low."""

from datetime import date
from typing import Any

Samples = dict[str, list[dict[str, Any]]]

DAY = date(2026, 11, 27)
LONG = "Mechanical seal, single spring, silicon carbide against carbon, 45 mm, for hot caustic service"
SUPPLIER = "Hartmann Dichtungstechnik und Industriebedarf Vertriebsgesellschaft mbH"
NEED = {
    "number": "PR-2026-00231",
    "what": f"5 pieces {LONG}",
    "name": LONG,
    "needed_by": DAY,
    "asker": "Maximiliane Oberhuber-Grünwald",
    "cost_centre": "410",
    "project": "Line 3",
    "service": False,
    "reason": "The last one is fitted, and the pump runs in three shifts. " * 5,
    "ending": "",
    "supplier": SUPPLIER,
    "order": "",
    "comes_on": None,
    "value": "v1:231",
}
GROUP = {
    "name": SUPPLIER,
    "summary": f"{SUPPLIER}: 12 to order, 3 on a draft, 2 waiting for approval, first by Fri 27 Nov",
    "supplier": "v1:4",
    "alone": "v1:1:4",
    "known": True,
    "gather": True,
    "rows": [
        {
            "words": f"5 pieces {LONG}, by Fri 27 Nov (late), for WO-2026-00412 (PR-2026-0023{each}, on DR-2026-00118)",
            "value": f"v1:{each}",
            "number": f"PR-2026-0023{each}",
            "loose": each % 2 == 0,
            "part": each % 3 == 0,
        }
        for each in range(7)
    ],
    "left": 1990,
    "drafts": [("DR-2026-00118", "v1:118")],
}
OVERVIEW = GROUP | {"rows": GROUP["rows"][:4]}
NOBODY = OVERVIEW | {"name": "No supplier yet", "known": False, "gather": False, "drafts": []}
LIST = {"groups": [NOBODY, OVERVIEW, OVERVIEW], "total": 2014, "more": [SUPPLIER] * 6, "alone": False}
DRAFT = {
    "charges": ["Packing EUR 12.50", "Discount -EUR 24.50, cost centre 430"],
    "carried": "v1:118",
    "prices": [f"{at}. {LONG[:29]}…: EUR 190.00, last EUR 184.00 in May 2026 (+3.3 %)" for at in range(1, 4)],
    "told": [f"{SUPPLIER} is blocked by now; nobody else offers it."],
    "number": "DR-2026-00118",
    "state": "draft",
    "supplier": SUPPLIER,
    "total": 5276000,
    "currency": "EUR",
    "needs": 2000,
    "lines": [
        {
            "line": each,
            "what": f"5 pieces {LONG}",
            "price": "184.00",
            "amount": 92000 if each else None,
            "needs": "PR-2026-00231, PR-2026-00232, PR-2026-00233, PR-2026-00234 and 6 more",
            "cost_centre": "410",
        }
        for each in range(8)
    ],
    "left": 1990,
    "hints": ["Line 1: 10 pieces would cost no more in all, because the price falls there."],
    "gaps": "",
    "value": "v1:231",
    "choices": [(f"v1:{each}", f"{each} {LONG}"[:30]) for each in range(1, 31)],
}
TOLD = {"words": "", "by": "Mei Chen", "order": "PO-2026-00118", "comes_on": DAY}
CARDS: Samples = {
    "need": [
        NEED
        | {"state": state, "service": service, "order": "DR-2026-00118" if state != "open" else "", "ending": ending}
        for state in ("open", "drafted", "on_order", "fulfilled", "from_stock", "cancelled", "rejected")
        for service, ending in ((False, ""), (True, "We have one in the workshop."))
    ]
    + [NEED | {"state": "open", "supplier": "", "needed_by": None, "cost_centre": "", "project": "", "reason": ""}],
    "need_told": [
        TOLD
        | {
            "became": became,
            "needs": [(f"PR-2026-0023{each}", f"5 pieces {LONG}") for each in range(count)],
            "words": words,
        }
        for became in ("ordered", "arrived", "from_stock", "rejected", "cancelled", "again")
        for count, words in ((1, ""), (12, "We have one in the workshop. " * 10))
    ],
    "needs": [LIST | {"buys": buys, "stores": stores} for buys, stores in ((True, True), (False, True), (False, False))]
    + [
        LIST | {"groups": [group], "alone": True, "more": [], "buys": buys, "stores": True}
        for group in (GROUP, GROUP | {"gather": False, "drafts": []})
        for buys in (True, False)
    ]
    + [{"groups": [], "total": 0, "more": [], "alone": False, "buys": True, "stores": True}],
    "order_draft": [
        DRAFT,
        DRAFT | {"gaps": "the price of line 1, the delivery date", "hints": [], "left": 0},
        DRAFT | {"state": "pending_approval", "needs": 1, "hints": []},
        DRAFT
        | {
            "lines": [],
            "charges": [],
            "prices": [],
            "told": [],
            "left": 0,
            "value": "",
            "choices": [],
            "hints": [],
            "state": "cancelled",
        },
    ],
    "parts_low": [
        {
            "count": count,
            "rows": [f"5 pieces {LONG} (PR-2026-0023{each})" for each in range(min(count, 10))],
            "more": max(count - 10, 0),
        }
        for count in (1, 120)
    ],
}
VIEWS: Samples = {
    "refuse_need_form": [{"carried": "v1:231", "number": "PR-2026-00231", "what": f"5 pieces {LONG}"}],
    "place_need_form": [
        {
            "carried": "v1:231",
            "number": "PR-2026-00231",
            "what": f"5 pieces {LONG}",
            "suppliers": [(str(each), f"{SUPPLIER} (offers it)") for each in range(1, 101)],
        }
    ],
    "ask_need_form": [
        {
            "cost_centres": [(str(each), f"{each} Packaging and everything around it") for each in range(1, 101)],
            "cost_centre": "1",
        },
        {"cost_centres": [], "cost_centre": ""},
    ],
}
