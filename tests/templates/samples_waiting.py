"""Sample values of what is said while orders wait: reminders, passing on, approving less, and being away."""

from datetime import UTC, date, datetime
from typing import Any

Samples = dict[str, list[dict[str, Any]]]

AT = datetime(2026, 11, 20, 8, 41, tzinfo=UTC)
LONG = "Mechanical seal, single spring, silicon carbide against carbon, 45 mm, for hot caustic service"
ORDER = {
    "number": "DR-2026-00118",
    "supplier": "Hartmann Dichtungstechnik und Industriebedarf Vertriebsgesellschaft mbH",
    "total": 52760,
    "currency": "EUR",
}
CARDS: Samples = {
    "approval_reminder": [
        {**ORDER, "since": AT, "waits": "WO-2026-00412", "also": also, "value": "v1:118"} for also in ("", "Ines Vogt")
    ],
}
VIEWS: Samples = {
    "pass_on_form": [{**ORDER, "private": "v1:118:7", "people": [(str(each), "Ines Vogt") for each in range(1, 101)]}],
    "reduce_form": [
        {
            **ORDER,
            "private": "v1:118:7",
            "requester": "Luis Moreno",
            "lines": [
                {"block": f"line_{each}", "label": f"{each} {LONG}, pieces", "quantity": "2", "amount": "368.00"}
                for each in range(1, 5)
            ],
        }
    ],
    "away_form": [{"first": date(2026, 12, 24), "planned": planned} for planned in ("", "You are away. " * 5)],
}
WORDS: Samples = {
    "away_said": [
        {
            "what": "planned",
            "first": date(2026, 12, 24),
            "last": date(2027, 1, 6),
            "stand_in": stand_in,
            "who": who,
            "jobs": jobs,
        }
        for stand_in, who, jobs in (
            ("", "", []),
            ("Ines Vogt", "", []),
            ("", "Luis Moreno", ["WO-2026-100412 Seal leaks"]),
            ("", "", ["WO-2026-100412 Seal leaks"] * 8),
        )
    ]
    + [{"what": what, "who": who} for what in ("welcome_back", "not_away") for who in ("", "Luis Moreno")],
}
