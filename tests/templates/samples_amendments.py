"""Values for the card about a change of an order that the supplier has, and for the form that writes it."""

from tests.templates.samples import Samples
from tests.templates.samples_purchasing import AT, CHARGE_FIELDS, DAY, LONG, ORDER, SUPPLIER, TEXT

REVISION = {
    "asked": "Bo Lindqvist",
    "by": "Bo Lindqvist",
    "leaves_at": AT,
    "trouble": False,
    "number": ORDER,
    "revision": 2,
    "supplier": SUPPLIER,
    "before": 52760,
    "total": 79140,
    "currency": "EUR",
    "rejected": "",
    "rejected_by": "Bo Lindqvist",
    "rule": "only later dates or less than was approved",
    "changes": ["Line 1, quantity: 2 pieces → 3 pieces", f"Line 2, dropped: 4 pieces {LONG} → nothing"],
    "value": "v1:118",
}
AMEND_LINE = {
    "line": 1,
    "block": "quantity_1",
    "price_block": "price_1",
    "day_block": "day_1",
    "label": f"1 {LONG}, pieces",
    "line_block": "line_1",
    "said": "4 at 184.00 by 2026-12-04",
    "hint": "2 pieces have come. Ordered: 4 pieces at EUR 184.00",
    "quantity": "4",
    "price": "184.00",
    "unit_one": "piece",
    "deliver_by": DAY,
}
AMEND = {
    "private": "v1:118:2",
    "number": ORDER,
    "supplier": SUPPLIER,
    "revision": 2,
    "total": 52760,
    "currency": "EUR",
    "terms": False,
    "fixed_price": False,
    "lines": [AMEND_LINE],
    "others": 0,
    **CHARGE_FIELDS,
    "delivery_place": "Store 2, Dock Road 4, 1777 Halden",
    "reason": "",
}
CARDS: Samples = {
    "revision": [
        *(
            REVISION | {"state": state}
            for state in ("pending_approval", "approved", "sending", "sent", "accepted", "cancelled")
        ),
        *(REVISION | {"state": state, "rejected": TEXT} for state in ("draft", "rejected_by_supplier")),
        REVISION | {"state": "draft", "changes": [f"Line {line}, quantity: 2 → 3" for line in range(30)]},
        *(REVISION | {"state": state, "trouble": True} for state in ("approved", "sending")),
    ],
}
VIEWS: Samples = {
    "amend_form": [
        AMEND,
        AMEND | {"fixed_price": True, "others": 1980, "reason": TEXT},
        AMEND | {"terms": True},
        AMEND | {"lines": [AMEND_LINE | {"line_block": f"line_{at}"} for at in range(3)]},
    ],
}
