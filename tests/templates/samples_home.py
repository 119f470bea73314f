"""Values for the Home tab as people with different roles see it, and for the lists that it leads to."""

from typing import Any

Samples = dict[str, list[dict[str, Any]]]
TITLE = "Seal leaking on the CIP return pump of the packaging hall, the line stands & <nobody> can fill bottles"
NAME = "Luis Moreno"
EMPTY: dict[str, Any] = {
    "name": NAME,
    "jobs": [],
    "decides": False,
    "office": False,
    "decisions": [],
    "decided": [],
    "away": "",
    "waiting": [],
    "requests": [],
    "needs": [],
    "buying": None,
    "invoices": [],
    "mailroom": [],
    "team": [],
    "digest": None,
}
JOB = {
    "line": f"{TITLE}: {NAME} works on it since 09:12, due tomorrow 14:00 (WO-2026-100412)",
    "action": "work_order.start",
    "label": "Start",
    "carried": "v1:412",
}
QUESTION = {
    "line": "Hartmann Seals: approve EUR 1,368.00? `approve DR-2026-00001` Asked by Luis Moreno, today 09:12.",
    "carried": "v1:1:1",
    "order": "v1:1",
    "number": "DR-2026-00001",
}
DECISION = {
    "line": f"You approved EUR 1,368.00 to {TITLE} for Bo Lindqvist, today 09:12. PO-2026-00118 revision 2: a draft.",
    "order": "v1:1",
    "undo": "",
    "number": "PO-2026-00118",
}
ROW = f"PO-2026-00118 to {TITLE}, EUR 1,368.00, due Fri 20 Nov, 3 days late"
LISTS = {
    "lists": [
        {"count": f"12 {said}", "rows": [ROW] * 3, "heading": heading, "value": f"v1:{at}"}
        for at, (said, heading) in enumerate(
            (
                ("drafts", "Drafts"),
                ("orders are unanswered", "Unanswered orders"),
                ("orders are late", "Late orders"),
                ("agreements are near their end", "Agreements near their end"),
            )
        )
    ],
    "empty": "",
}
NOTHING = {
    "lists": [],
    "empty": "No draft waits to be requested. Every order is answered. Nothing is late. No agreement is near its end.",
}
NEED = {"line": f"{TITLE}: 12 to order, 3 on a draft, first by Fri 27 Nov", "alone": "v1:1:4", "name": TITLE}
TEAM = ("Your team's week", "To decide", "Overdue", "Waiting for parts")
AWAY = "You are away from Thu 24 Dec to Wed 6 Jan. Ines Vogt decides on orders meanwhile. `back` ends it."
MAIL = f"Hartmann Seals: “{TITLE}”, waits for somebody since yesterday 14:00, {NAME} looks after it"
VIEWS: Samples = {
    "home": [
        {
            "name": NAME,
            "jobs": [JOB] * 4,
            "decides": True,
            "office": True,
            "decisions": [QUESTION] * 3,
            "decided": [DECISION | {"undo": "v1:1:1"}, DECISION, DECISION],
            "away": AWAY,
            "waiting": [f"WO-2026-100412 is done: {TITLE}. `close 100412`"] * 8,
            "requests": [TITLE] * 4,
            "team": [
                [
                    (heading, [f"{TITLE}: waits for material (PO-2026-00118 is promised for Fri 27 Nov)"] * 4)
                    for heading in pair
                ]
                for pair in (TEAM[:2], TEAM[2:])
            ],
            "digest": True,
            "needs": [NEED | {"supplier": supplier} for supplier in ("v1:4", "", "v1:5")],
            "buying": LISTS,
            "invoices": [
                "12 invoices wait: 7 to release, 5 held.",
                *[
                    f"R-7781/2026-11-24-000{at} of Hartmann Dichtungstechnik und Industriebedarf GmbH, EUR 564,400.00: Held"
                    for at in range(3)
                ],
            ],
            "mailroom": ["12 waiting for somebody, 3 held back, 1 that could not be read, 40 taken today", *[MAIL] * 3],
        },
        EMPTY,
        EMPTY | {"decides": True, "office": True, "digest": False},
        EMPTY | {"decides": True, "office": True, "buying": NOTHING, "mailroom": ["No mail waits."]},
    ],
    "order_list": [
        {
            "heading": "Agreements near their end",
            "empty": "Nothing is late.",
            "left": 12,
            "rows": [{"words": ROW * 3, "value": "v1:118", "name": "PO-2026-00118"}] * 30,
        },
        {"heading": "Late orders", "empty": "Nothing is late.", "left": 0, "rows": []},
    ],
}
