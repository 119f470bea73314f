"""Values for the cards and forms with which an order ends before everything came."""

from typing import Any

Samples = dict[str, list[dict[str, Any]]]
LONG = "Mechanical seal 45 mm, silicon carbide against carbon, with springs of the better steel and an O-ring of FKM"
ENDING = {
    "number": "PO-2026-00118",
    "supplier": "Hartmann Seals B.V. with a name that goes on and on",
    "total": 52760,
    "currency": "EUR",
    "why": "We found one in the old store. " * 12,
    "words": "550 5.1.1 no such user <orders@hartmann.example>",
    "sent_to": "orders@hartmann.example",
    "phone": "+49 731 555 0",
    "by": "Mei Chen",
    "value": "v1:118",
}
FORM = {"carried": "v1:118:0", "number": "PO-2026-00118", "supplier": ENDING["supplier"]}
CARDS: Samples = {
    "order_ending": [
        *(ENDING | {"state": state} for state in ("asked", "unsent", "agreed", "forced", "kept", "overtaken")),
        ENDING | {"state": "kept", "why": "", "words": "", "phone": ""},
    ],
}
VIEWS: Samples = {
    "end_order_form": [
        FORM | {"kind": "cancel", "typed": True, "asks": True},
        FORM | {"kind": "cancel", "typed": False, "asks": False},
        FORM | {"kind": "anyway", "typed": True, "asks": False},
        FORM | {"kind": "reopen", "typed": False, "asks": False},
    ],
    "close_short_form": [
        FORM | {"lines": [f"{at} {LONG}: 4 pieces" for at in range(1, count + 1)]} for count in (1, 14)
    ],
}
