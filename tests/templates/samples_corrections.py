"""Sample values of the form that corrects a mail, and of what is asked and said about the rules learnt from it."""

from datetime import date
from typing import Any

Samples = dict[str, list[dict[str, Any]]]

SUPPLIER = "Hartmann Dichtungstechnik und Industriebedarf Vertriebsgesellschaft mbH"
HOSTILE = "Re: <!channel> *your* order <@U1> <https://x.example|press> & `more` " * 4
RULES = ["Column “menge die wir heute ausgeliefert haben” means shipped now", "unit “gebinde” means 10 C62"]
ROW = {
    "block": "row_0",
    "evidence": HOSTILE,
    "line": "12",
    "unit": "pieces",
    "open": "20",
    "quantity": "10",
    "day": date(2026, 12, 4),
}
FORM = {
    "private": "v1:17:268435455:1",
    "supplier": SUPPLIER,
    "kinds": [("despatch", "Goods were shipped"), ("nothing", "Nothing for us")],
    "kind": "despatch",
    "rows": [ROW],
    "lines": [(str(number), f"PO-2026-00118, line {number}: {SUPPLIER}") for number in range(1, 101)],
    "dated": False,
    "day": None,
    "number": 123_456,
    "subject": HOSTILE,
}
LESSON = {"state": "offered", "rules": RULES, "supplier": SUPPLIER, "number": 123_456, "value": "v1:17"}
RULE = {
    "private": "v1:12:3",
    "supplier": SUPPLIER,
    "words": RULES[0],
    "about": "The column means",
    "means": "now",
    "meanings": [("now", "Shipped now"), ("ignore", "Nothing that counts")],
}

CARDS: Samples = {
    "mail_lesson": [
        LESSON,
        *(LESSON | {"state": state, "by": "Priya Nair-Halvorsen"} for state in ("remembered", "not_now")),
    ]
}
VIEWS: Samples = {
    "correct_mail_form": [
        FORM,
        FORM | {"dated": True, "kind": "despatch", "day": date(2026, 12, 4)},
        FORM | {"rows": [ROW | {"evidence": "", "line": None, "unit": "", "open": "", "quantity": "", "day": None}]},
    ],
    "mail_rule_form": [RULE, RULE | {"meanings": [], "means": "10 C62"}],
}
