"""Sample values of the cards, forms and sentences about orders, approvals, deliveries and supplier mail."""

from datetime import UTC, date, datetime
from typing import Any

Samples = dict[str, list[dict[str, Any]]]

AT = datetime(2026, 11, 20, 8, 41, tzinfo=UTC)
DAY = date(2026, 11, 27)
LONG = "Mechanical seal, single spring, silicon carbide against carbon, 45 mm, for hot caustic service"
SUPPLIER = "Hartmann Dichtungstechnik und Industriebedarf Vertriebsgesellschaft mbH"
TEXT = "Please use the spare in store 3 first & tell <@U1> when it is gone. " * 12
NUMBER, ORDER, WORK = "PR-2026-00231", "PO-2026-00118", "WO-2026-00412"

SHORTAGE = {
    "critical": False,
    "instead": {"parts": "", "stores": ""},
    "buyer": "Mei Chen",
    "state": "open",
    "number": NUMBER,
    "work_order": WORK,
    "part": LONG,
    "quantity": 2000,
    "unit": "pieces",
    "on_hand": 1000,
    "reserved": 1000,
    "gaps": "",
    "asked": "Bo Lindqvist or Ines Vogt",
    "nobody": "",
    "budget": "Cost centre 410 has enough left for this.",
    "agreed": "",
    "value": "v1:231",
    "rejected": "",
    "rejected_by": "",
    "supplier": SUPPLIER,
    "order": "DR-2026-00118",
    "others": 2,
    "currency": "EUR",
    "comes_on": DAY,
    "order_quantity": 2000,
    "order_unit": "piece",
    "price": "EUR 184.00",
    "amount": 36800,
    "cost_centre": "410",
}
APPROVAL = {
    "state": "open",
    "number": "DR-2026-00118",
    "revision": 1,
    "supplier": SUPPLIER,
    "total": 52760,
    "currency": "EUR",
    "charges": ["Freight EUR 18.00", "Packing EUR 12.50", "Discount -EUR 24.50, cost centre 430"],
    "tax": "Tax comes on top: 19 % on EUR 527.60: EUR 100.24.",
    "code": "7F3A-91C2",
    "work_order": WORK,
    "purpose": f"CIP return pump P-101: seal leaking at the drive end, {WORK}",
    "needed_by": DAY,
    "budget": "Budget 410: EUR 1,250.00 left.",
    "budgets": ["Cost centre 410: EUR 12,000.00, of which 1,250.00 left, 722.40 after this."],
    "price_change": f"{LONG} +3.4 % since May 2026",
    "requester": "Luis Moreno",
    "delivery_place": "Halden Works, store 2, Dock Road 4, 1777 Halden",
    "reason": f"{WORK}: {TEXT}",
    "lines": [(number, LONG, "2 pieces", "368.00") for number in range(1, 15)],
    "value": "v1:118:7",
    "rule": "cost centre owner",
    "instead": "You are asked for Bo Lindqvist, who is away.",
    "changes": [],
    "amends": False,
    "worth": "That is EUR 485.40, at 0.92 EUR for one USD of 20 Nov 2026.",
    "split": f"Third order to {SUPPLIER} this week, EUR 4,870.00 in all; the next step up starts at EUR 5,000.00.",
}
CHARGE_FIELDS = {
    "charges": "Freight 18.00\nPacking 12.50; 430; 19 %\nDiscount 24.50",
    "kinds": "freight, packing, handling, small quantity surcharge, customs, insurance, discount",
    "taxes": "1-3, 5: 19 %\\n4: reverse charge",
}
CHARGE_FORM = CHARGE_FIELDS | {
    "carried": "v1:118",
    "number": "DR-2026-00118",
    "supplier": SUPPLIER,
    "currency": "EUR",
    "pending": True,
}
ENDED = {
    "number": ORDER,
    "revision": 1,
    "supplier": SUPPLIER,
    "total": 52760,
    "currency": "EUR",
    "code": "7F3A-91C2",
    "value": "v1:118:7",
    "at": AT,
    "by": "Bo Lindqvist",
    "reason": TEXT,
    "leaves_at": AT,
    "asked": "Marta Kowalska",
    "sent_to": "orders@hartmann.example",
}
CHANGES = ["Line 1, quantity: 2 pieces → 3 pieces", "Freight: EUR 18.00"]
LINE = {
    "asked": "Bo Lindqvist or Ines Vogt",
    "by": "Bo Lindqvist",
    "leaves_at": AT,
    "trouble": False,
    "number": ORDER,
    "supplier": SUPPLIER,
    "total": 52760,
    "currency": "EUR",
    "rejected": "",
    "rejected_by": "",
    "sent_to": "orders@hartmann.example",
    "sent_at": AT,
    "promised_on": DAY,
    "receipt_state": "partial",
    "cancel_asked": False,
    "ending": "",
    "work_orders": [WORK, "WO-2026-00398"],
}
ALERT = {
    "number": ORDER,
    "revision": 1,
    "supplier": SUPPLIER,
    "sent_to": "orders@hartmann.example",
    "phone": "+49 731 555 0",
    "total": 52760,
    "currency": "EUR",
    "value": "v1:118",
    "words": TEXT,
    "how": "Mei Chen says that it went out",
}
TOLD = {
    "number": ORDER,
    "work_order": WORK,
    "supplier": SUPPLIER,
    "total": 52760,
    "currency": "EUR",
    "by": "Bo Lindqvist",
    "by_slack": "U0BO",
    "words": TEXT,
    "leaves_at": AT,
    "value": "v1:231",
}
MAIL = {
    "state": "asked",
    "number": 17,
    "supplier": SUPPLIER,
    "sender": "Hartmann Versand <versand@hartmann.example>",
    "reply_to": "Somebody Else <pay@elsewhere.example>",
    "orders": ORDER,
    "kind": "despatch",
    "note": "LS-55120",
    "received_at": AT,
    "lines": [(ORDER, "1", LONG, "2")] * 3,
    "reasons": ["more than is open on line 1 of PO-2026-00118", "new bank details: call the number on file"],
    "why": "more than is open on line 1 of PO-2026-00118",
    "bank": True,
    "can_count": True,
    "can_take": False,
    "can_correct": True,
    "value": "v1:17",
    "subject": "Versandanzeige zu Ihrer Bestellung",
    "trust": "verified",
}
ANSWER = {
    "state": "open",
    "changes": ["Line 1, quantity: 4 pieces → 2 pieces"],
    "asks": True,
    "instead": False,
    "later": False,
    "waits": True,
    "wrote": LONG,
    "order": ORDER,
    "supplier": SUPPLIER,
    "promised_on": DAY,
    "wanted_by": DAY,
    "work_orders": [WORK],
    "lines": [("1", LONG, "10 pieces", "4 pieces on 27 Nov, 6 pieces later")] * 4,
    "value": "v1:17",
    "number": 17,
    "trust": "verified",
}

CARDS: Samples = {
    "answer_proposed": [
        ANSWER,
        ANSWER | {"later": True, "waits": False, "wrote": ""},
        ANSWER | {"changes": [], "asks": False},
        ANSWER | {"asks": False},
        ANSWER | {"changes": [], "asks": True, "instead": True},
        ANSWER | {"state": "settled", "how": "Mei Chen agreed to the change"},
    ],
    "approval": [
        APPROVAL,
        APPROVAL
        | {
            "budget": "",
            "budgets": ["Cost centre 410 has no budget for 2026."],
            "charges": [],
            "tax": "",
            "price_change": "",
            "reason": "",
        },
        *(
            ENDED | {"state": state}
            for state in ("approved", "sent", "decided", "rejected", "taken_back", "superseded", "passed_on")
        ),
        ENDED | {"state": "approved", "leaves_at": None},
        APPROVAL
        | {"state": "told", "instead": "The rule “Small call-offs” approves it; nobody is asked.", "value": ""},
        APPROVAL | {"worth": "", "split": "", "instead": ""},
        *(
            APPROVAL | {"worth": "", "split": "", "amends": amends, "revision": 2, "changes": CHANGES}
            for amends in (True, False)
        ),
        *(ENDED | {"state": state} for state in ("cancelled", "expired")),
    ],
    "mail_asked": [
        MAIL,
        MAIL | {"can_count": False, "can_take": True, "kind": "order response", "lines": [], "bank": False},
        MAIL | {"state": "quarantined", "can_count": False, "supplier": "", "trust": "forged"},
        {
            "state": "settled",
            "number": 17,
            "supplier": SUPPLIER,
            "sender": "",
            "orders": ORDER,
            "how": "put away",
            "subject": "x",
        },
    ],
    "order_alert": [ALERT | {"state": state} for state in ("unknown", "refused", "bounced", "settled")],
    "order_gaps": [
        {"words": f"{ORDER} cannot be requested yet: it lacks a supplier. Change adds it.", "value": "v1:231"}
    ],
    "order_line": [
        *(
            LINE | {"state": state}
            for state in (
                "draft",
                "pending_approval",
                "approved",
                "sending",
                "sent",
                "acknowledged",
                "accepted",
                "closed",
            )
        ),
        *(LINE | {"state": state} for state in ("change_proposed", "rejected_by_supplier", "cancelled")),
        *(LINE | {"state": state, "trouble": True} for state in ("approved", "sending")),
        LINE | {"state": "draft", "rejected": TEXT, "rejected_by": "Bo Lindqvist"},
        LINE | {"state": "accepted", "cancel_asked": True, "ending": TEXT},
        *(LINE | {"state": state, "ending": TEXT} for state in ("closed", "cancelled")),
    ],
    "order_told": [
        TOLD | {"what": what}
        for what in (
            "approved",
            "rejected",
            "question",
            "reduced",
            "taken_back",
            "expired",
            "cancelled",
            "over",
            "budget_released",
        )
    ],
    "shortage": [
        SHORTAGE,
        SHORTAGE | {"gaps": "a supplier, the price of line 1", "price": "", "comes_on": None},
        SHORTAGE | {"asked": "", "nobody": "Nobody may approve DR-2026-00118 (owner), so it stays a draft."},
        SHORTAGE | {"rejected": TEXT, "rejected_by": "Bo Lindqvist"},
        SHORTAGE
        | {"critical": True, "instead": {"parts": f"{LONG} (P-10232), 6 pieces free", "stores": "3 pieces in line2"}},
        *(
            SHORTAGE | {"state": state}
            for state in ("asked", "gathered", "on_order", "fulfilled", "from_stock", "cancelled", "rejected")
        ),
    ],
}
VIEWS: Samples = {
    "order_change": [
        {
            "private": "v1:231",
            "part": LONG,
            "work_order": WORK,
            "pending": True,
            "suppliers": [(str(number), SUPPLIER) for number in range(1, 101)],
            "supplier": "7",
            "quantity": "2",
            "unit": "pieces",
            "unit_one": "piece",
            "price": "184.00",
            "currency": "EUR",
            "deliver_by": DAY,
            "cost_centres": [("1", "410 Packaging")],
            "cost_centre": "1",
        }
    ],
    "charge_form": [CHARGE_FORM, CHARGE_FORM | {"charges": "", "taxes": "all: 19 %", "pending": False}],
    "order_words": [
        {
            "what": what,
            "callback": callback,
            "private": "v1:118:7",
            "number": ORDER,
            "supplier": SUPPLIER,
            "total": 52760,
            "currency": "EUR",
            "requester": "Luis Moreno",
            "budget": "Cost centre 410: EUR 12,000.00, of which 50.00 left, this is 318.00 too much.",
        }
        for what, callback in (
            ("reject", "reject_purchase_order"),
            ("ask", "ask_about_purchase_order"),
            ("beyond", "approve_beyond_budget"),
        )
    ],
}
SAID = {
    "number": ORDER,
    "total": 52760,
    "currency": "EUR",
    "asked": "Bo Lindqvist",
    "gaps": "a supplier",
    "was_pending": True,
    "leaves_at": AT,
    "requester": "Luis Moreno",
    "rule": "cost centre owner",
    "because": "you own the cost centre",
    "budget": "Cost centre 410: EUR 12,000.00, of which 1,250.00 left, 722.40 after this.",
    "supplier": SUPPLIER,
    "contact": "Jana Hartmann",
    "phone": "+49 731 555 0",
    "sent_to": "orders@hartmann.example",
    "lines": [f"2 pieces {LONG}", "4 pieces Bearing 6206-2RS C3"],
    "needed": True,
    "warning": "Invoice R-7781 (held) charges what is given up: finance has to dispute it, or ask for credit.",
    "revision": 2,
    "why": "a quantity rises",
    "was_sent": True,
}
WHATS = (
    *(
        "requested",
        "incomplete",
        "changed",
        "charged",
        "dropped",
        "approved",
        "rejected",
        "asked",
        "taken_back",
        "why_me",
    ),
    *("expired", "check_supplier", "sent_again", "went_out", "passed_on", "approved_by_rule", "asked_anew"),
    *("cancelled", "cancel_asked", "kept", "closed_short", "reopened"),
    *("revision_asked", "revision_by_rule", "revision_dropped", "revision_accepted"),
)
WORDS: Samples = {
    "mail_said": [
        {"what": what, "order": ORDER, "how": "the answer is taken over"}
        for what in ("ignored", "released", "taken", "no_order", "corrected", "not_now")
    ]
    + [
        {"what": what, "supplier": SUPPLIER, "rule": "column “menge” means shipped now", "again": again}
        for what in ("remembered", "revoked", "rule_changed")
        for again in (0, 12)
    ],
    "order_said": [SAID | {"what": what} for what in WHATS],
}
