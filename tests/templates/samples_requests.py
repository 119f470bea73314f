"""Sample values of what is said about requests: the reporter's card, the planners' card, forms and lines."""

from datetime import UTC, datetime
from typing import Any

Samples = dict[str, list[dict[str, Any]]]

CARRIED = "v1:1000412"
PERSON = "Wolfeschlegelsteinhausenbergerdorff Maximiliane-Friederike"
TITLE = "Mechanical seal of the CIP return pump drips on the floor & <b>slippery</b> <!channel>"
LONG = "we would rather wait for the crane of the neighbouring hall, which comes on Monday morning at six"
REQUEST: dict[str, Any] = {
    "number": "RQ-2026-100412",
    "short_number": "100412",
    "state": "new",
    "title": TITLE,
    "words": f"{TITLE}. " * 40,
    "asset": "PACK-LINE-02-P-101 CIP return pump of the second packaging line",
    "where": "Packaging hall, grid C4, behind the second palletiser",
    "priority": "Line stopped",
    "why": "somebody could be hurt, criticality A",
    "reporter": PERSON,
    "reported_at": datetime(2026, 11, 27, 14, 0, tzinfo=UTC),
    "by_mail": True,
    "files": 12,
    "order": "",
    "reason": LONG,
    "by": PERSON,
    "asked": False,
    "planned": True,
    "alike": [(f"{CARRIED}:{number}", f"WO-2026-10041{number}", TITLE) for number in (3, 4)],
    "carried": CARRIED,
}
MADE = REQUEST | {"order": "WO-2026-100415"}
EVERY = [
    REQUEST,
    REQUEST | {"asked": True},
    REQUEST | {"asked": True, "alike": []},
    REQUEST | {"planned": False, "asset": "", "where": "", "alike": [], "files": 0, "by_mail": False},
    REQUEST | {"state": "needs_information"},
    MADE | {"state": "to_review"},
    MADE | {"state": "to_review", "asked": True, "planned": False},
    *(MADE | {"state": state} for state in ("accepted", "duplicate", "rejected", "withdrawn")),
]
FORM = {"carried": CARRIED, "number": "RQ-2026-100412", "title": TITLE}
CARDS: Samples = {"request": EVERY, "request_triage": EVERY}
VIEWS: Samples = {
    "request_reason_form": [FORM | {"kind": kind} for kind in ("ask", "reject")],
    "request_join_form": [FORM | {"options": [(str(each), f"WO-2026-1004{each}: {TITLE}") for each in range(50)]}],
}
LINE = {"number": "RQ-2026-100412", "who": PERSON, "reporter": "U0ANA", "order": "WO-2026-100415", "title": "Seal leaks", "reason": "it is cleaned on Friday anyway."}  # fmt: skip
WORDS: Samples = {
    "request_said": [
        LINE
        | {"what": what, "words": "It is the lower seal.", "name": "seal.docx", "why": "only pictures and PDF are kept"}
        for what in (
            "asked",
            "rejected",
            "joined",
            "withdrawn",
            "by_mail",
            "file_left_out",
            "order_done",
            "order_cancelled",
        )
    ],
    "work_order_lines/by_mail": [{"number": "WO-2026-00412", "who": PERSON, "words": "The seal drips."}],
    "work_order_lines/reported_again": [
        {"number": "WO-2026-100412", "who": "Ana", "reporter": PERSON, "words": "The seal drips."}
    ],
}
