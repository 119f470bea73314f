"""Sample values of the mailroom's views and of the card about a supplier whose mails read to nothing."""

from datetime import UTC, date, datetime
from typing import Any

Samples = dict[str, list[dict[str, Any]]]

AT = datetime(2026, 11, 20, 8, 41, tzinfo=UTC)
SUPPLIER = "Hartmann Dichtungstechnik und Industriebedarf Vertriebsgesellschaft mbH"
HOSTILE = "Re: <!channel> *your* order <@U1> <https://x.example|press> & `more` " * 4
ROW = {
    "number": 123_456,
    "who": SUPPLIER,
    "subject": HOSTILE,
    "state": "waits for somebody",
    "received_at": AT,
    "holder": "Priya Nair-Halvorsen",
    "lines": 14,
    "problem": HOSTILE,
    "value": "v1:123456:6:123:9999",
}
LIST = {
    "counts": "12 waiting for somebody, 3 held back, 1 that could not be read, 2 not read yet, 40 taken today.",
    "filters": [(f"v1:{number}:0:0", f"Waiting for somebody {number}") for number in range(7)],
    "suppliers": [(f"v1:0:{number}:0", f"{SUPPLIER} {number}") for number in range(100)],
    "initial": "v1:0:0:0",
    "rows": [ROW] * 15,
    "before": "v1:0:0:1",
    "next": "v1:0:0:3",
    "rules": "v1:0:0:2",
    "place": "31 to 45 of 112",
}
EMPTY = {"rows": [], "before": "", "next": "", "place": "Nothing to show", "suppliers": [("v1:0:0:0", "All suppliers")]}
MAIL = {
    "said": "It is read again in a moment.",
    "number": 123_456,
    "subject": HOSTILE,
    "state": "waits for somebody",
    "holder": "Priya Nair-Halvorsen",
    "first_name": "Priya",
    "mine": False,
    "sender": f"{SUPPLIER} <versand@hartmann.example>",
    "supplier": SUPPLIER,
    "reply_to": "somebody.else@free-mail.example",
    "received_at": AT,
    "became": "it is about PO-2026-00118; delivery note LS-55120 is matched; receipt GR-2026-00031 is proposed",
    "offered": frozenset({"count", "correct", "ignore", "again"}),
    "value": "v1:123456:6:123:9999",
    "take": "v1:123456:12:6:123:9999",
    "list": "v1:6:123:9999",
    "is_read": True,
    "trust": "Verified: a mail server that is trusted found that it really comes from the supplier's domain. " * 3,
    "header": "mx.halden.example; dmarc=pass header.from=hartmann.example" * 4,
    "kind": "Delivery note: its words point to delivery note (12) as a title and delivery note (2) in sentences.",
    "decision": f"A person is asked by the rule “unclear”: {HOSTILE}",
    "rules": " · ".join(f"rule number {number}: no" for number in range(38)),
    "problems": [HOSTILE] * 6,
    "lines": [f"① PO-2026-00118 line {number}: 12 pieces of 6204-2RS; {HOSTILE}" for number in range(25)],
    "chunks": ["<&> " * 700] * 4,
    "left": 212,
    "files": [f"Lieferschein {number} <script>.pdf (212 kB)" for number in range(12)],
    "events": [f"today 08:41: failed by Chargehand: {HOSTILE}"] * 8,
}
HELD = {"offered": frozenset({"release", "again"}), "mine": True, "lines": [], "said": ""}
UNREAD = {
    **dict.fromkeys(
        ("said", "holder", "first_name", "supplier", "reply_to", "became", "header", "rules", "subject"), ""
    ),
    **{name: [] for name in ("problems", "lines", "chunks", "files", "events")},
    "offered": frozenset(),
    "is_read": False,
    "left": 0,
}
ANSWER = {"offered": frozenset({"take_over", "correct", "ignore", "again"}), "holder": "", "first_name": ""}

RULE = {
    "supplier": SUPPLIER,
    "words": f"column “{HOSTILE}” means quantity now",
    "origin": "taught by Priya Nair-Halvorsen from mail 123456",
    "at": AT,
    "state": "active",
    "edit": "v1:12",
    "revoke": "v1:12:0:0:0",
}

CARDS: Samples = {
    "mail_silent": [
        {
            "state": "silent",
            "supplier": SUPPLIER,
            "since": date(2026, 11, 20),
            "silent": 12,
            "read": 9,
            "before": 10,
            "show": "v1:123456",
            "mailroom": "v1:6:123:0",
        },
        {"state": "settled", "supplier": SUPPLIER, "number": 123_456},
    ],
}
VIEWS: Samples = {
    "mailroom": [LIST, LIST | EMPTY],
    "mailroom_rules": [
        {"said": HOSTILE, "rules": [RULE, *[RULE | {"state": "revoked"}] * 44], "left": 12, "list": "v1:0:0:0"},
        {"said": "", "rules": [RULE] * 45, "left": 0, "list": "v1:0:0:0"},
        {"said": "", "rules": [], "left": 0, "list": "v1:0:0:0"},
    ],
    "mailroom_mail": [MAIL, MAIL | HELD, MAIL | UNREAD, MAIL | ANSWER],
}
