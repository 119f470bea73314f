"""Sample values of what is shown about suppliers: holds, figures, reminders and answers."""

from datetime import UTC, datetime
from typing import Any

Samples = dict[str, list[dict[str, Any]]]
AT = datetime(2026, 11, 23, 9, 41, tzinfo=UTC)
SUPPLIER = "Hartmann Seals B.V. with a name that goes on and on"
SEEN = [
    "The mail names new bank details.",
    "It came from versand@hartrnann.example, whose domain only looks like hartmann.example, hartmann-seals.example.",
    "Answers would go to pay@free-mail.example, which is none of their addresses.",
]
HOLD = {
    "state": "held",
    "supplier": SUPPLIER,
    "seen": SEEN * 4,
    "since": AT,
    "orders": "orders@hartmann.example",
    "phone": "+49 711 555020",
    "spoke_to": "",
    "by": "nobody",
    "at": None,
    "value": "v1:3",
    "mail": "v1:118",
}
CARDS: Samples = {
    "supplier_held": [
        HOLD,
        HOLD | {"seen": SEEN[:1], "phone": ""},
        HOLD | {"state": "lifted", "spoke_to": "Jana Hartmann of the accounts", "by": "Mei Chen", "at": AT},
    ],
}
VIEWS: Samples = {
    "lift_hold_form": [
        {
            "private": "v1:3",
            "supplier": SUPPLIER,
            "seen": SEEN * 3,
            "contact": "Jana Hartmann",
            "phones": [("+49 711 555020", "+49 711 555020")] * 9,
        }
    ],
}
WORDS: Samples = {"supplier_said": [{"what": "lifted", "supplier": SUPPLIER}]}
