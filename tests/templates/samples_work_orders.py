"""The longest plausible values of everything said about work orders, parts and questions."""

from datetime import UTC, date, datetime
from typing import Any

Samples = dict[str, list[dict[str, Any]]]

TITLE = "Mechanical seal of the CIP return pump drips on the floor & <b>slippery</b> <!channel>"
LONG = "we wait for the crane of the neighbouring hall, which comes on Monday morning at six o'clock"
CARRIED = "v1:1000412"
DUE = datetime(2026, 11, 27, 14, 0, tzinfo=UTC)
BUTTONS = [
    ("work_order.take", "Take this job"),
    ("work_order.assign", "Assign"),
    ("work_order.correct", "Correct"),
]
MENU = [
    (f"work_order.{word}|{CARRIED}", label)
    for word, label in (("hold", "Put on hold"), ("need_part", "Add a part"), ("not_a_fault", "Not a fault"), ("cancel", "Cancel work order"))
]  # fmt: skip

ORDER: dict[str, Any] = {
    "number": "WO-2026-100412",
    "short_number": "100412",
    "title": TITLE,
    "phase": "ready",
    "state": "Open, nobody has it",
    "priority": "Line stopped",
    "priority_reason": "somebody could be hurt, criticality A",
    "asset": "PACK-LINE-02-P-101 CIP return pump of the second packaging line",
    "where": "Packaging hall, grid C4, behind the second palletiser",
    "due_at": DUE,
    "due": "tomorrow 14:00",
    "due_reason": "production",
    "clock": "Somebody to have it by Wed 25 Nov 09:27",
    "reporter": "Wolfeschlegelsteinhausenbergerdorff Maximiliane-Friederike",
    "reported_at": DUE,
    "came": "12 files, RQ-2026-100412, RQ-2026-100413, RQ-2026-100414",
    "holder": "",
    "crew": [
        "Wolfeschlegelsteinhausenbergerdorff Maximiliane-Friederike has it: 10 h 40 min, works since yesterday 21:40"
    ]
    * 9,
    "helps": False,
    "safety": "LOTO-17, drain the caustic first, wear a face shield",
    "steps": "12 of 60 done, 3 not right",
    "waits": "WO-2026-100410 and PO-2026-100118-R03 and Wolfeschlegelsteinhausen Maschinenbau GmbH & Co. KG",
    "family": "part of WO-2026-100400, with WO-2026-100413 and WO-2026-100414 and WO-2026-100415 and 7 more",
    "takes": "12 h 30 min",
    "tools": "torque wrench 40 to 200 Nm, bearing puller, induction heater, laser alignment set",
    "needs": ["2 pieces Mechanical seal 45 mm silicon carbide, 2 pieces missing"] * 6,
    "notes": [LONG] * 4,
    "guessed": ["asset", "priority"],
    "conclusion": "Replaced a part",
    "carried": CARRIED,
    "buttons": BUTTONS,
    "primary": True,
    "menu": MENU,
    "asking": False,
    "proposals": [],
}
HOLDER = "Maximiliane-Friederike Wolfeschlegelsteinhausen"
DRAFT = ORDER | {
    "phase": "draft",
    "state": "Open, the asset is not known yet",
    "asset": "",
    "where": "",
    "safety": "",
    "guessed": [],
    "asking": True,
    "proposals": [(f"{CARRIED}:7", "PACK-LINE-02-P-101 CIP return pump")] * 3,
    "primary": False,
    "buttons": BUTTONS[1:],
    "menu": [],
}
HELD = ORDER | {"phase": "held", "state": f"On hold: material, plant condition ({HOLDER} has it)", "holder": HOLDER}
ENDED = ORDER | {"phase": "closed", "state": "Closed", "buttons": [], "menu": [], "primary": False}
FORM = {"carried": CARRIED, "number": "WO-2026-100412"}
CHOICES = [(f"C{number}", "Too little lubrication of the main bearing") for number in range(18)]

CARDS: Samples = {
    "job_approval": [
        {
            "number": "WO-2026-100412", "short_number": "100412", "title": TITLE, "why": why, "ended": ended, "cost": "EUR 124,000.00", "asset": ORDER["asset"],
            "minutes": 1250, "due_at": DUE, "shutdown": why == "shutdown", "asked_by": HOLDER, "carried": f"{CARRIED}:12400000",
        }
        for why, ended in (("shutdown", ""), ("cost", ""), ("more", ""), ("", f"{HOLDER} said no: {LONG}"))
    ],
    "step_failed": [
        {"number": "WO-2026-100412", "step": f"12 {LONG}", "answer": "not ok: " + LONG, "failed": failed, "limits": "20 to 80 °C", "made": made, "carried": CARRIED}
        for failed, made in ((True, ""), (True, "WO-2026-100413"), (False, ""))
    ],
    "answer": [
        {"heading": "I do not know “abcdefghijklmnopqrstuvwxyzabcd”. Did you mean `done`?", "rows": ["`done 412`"], "foot": ""},
        {"heading": f"WO-2026-100412: {TITLE}", "rows": [f"Open: {TITLE}, due tomorrow 14:00"] * 20, "foot": "More: `help part`"},
    ],
    "digest": [
        {
            "heading": "Your day", "summary": "overdue: 12, parts have come: 1, waiting: 7, today: 3, waiting for you: 9",
            "sections": [(f"{name}: 12", [f"{TITLE}: waits for material (PO-2026-00118 is promised for Fri 27 Nov)"] * 5, 7) for name in ("Overdue", "Waiting", "Today")],
            "off": "v1:0", "foot": "Told once a shift · `digest` shows it again, `digest off` turns it off",
        },
        {"heading": "The team's day", "summary": "overdue: 1", "sections": [("Overdue: 1", [TITLE], 0)], "off": "", "foot": "Told once a shift"},
    ],
    "job": [ORDER | {"phase": "scheduled", "holder": HOLDER}, HELD, ORDER | {"phase": "running", "helps": True}],
    "declined": [
        FORM | {"who": HOLDER, "title": TITLE, "reason": LONG * 3, "free": True, "others": [f"{HOLDER}: no welding, not on shift then, 12.5 h of 100"] * 3},
        FORM | {"who": HOLDER, "title": TITLE, "reason": LONG, "free": False, "others": []},
    ],
    "job_passed_on": [ORDER, HELD],
    "open_form": [
        {"action": "work_order.start", "label": "Start", "carried": CARRIED, "words": "Safety first: confirm it in the form, then the work begins."}
    ],
    "work_order": [ORDER, DRAFT, HELD],
    "work_order_ended": [ENDED, ENDED | {"phase": "cancelled", "state": "Cancelled"}],
}  # fmt: skip
VIEWS: Samples = {
    "steps_form": [
        FORM | {
            "ticks": [[(str(at), f"{at} {LONG}") for at in range(10)]], "ticked": ["3", "11"],
            "asked": [
                {"block": f"step{at}", "kind": kind, "label": f"{at} {LONG}", "limits": "20 to 80 °C", "choices": [("worn", "worn")], "answer": answer}
                for at, (kind, answer) in enumerate((("number", "71.5"), ("choice", "worn"), ("text", "x" * 500), ("photo", ""), ("photo", "photo")))
            ],
        }
    ],
    "job_form": [
        FORM | {
            "callback": "plan_work_order", "heading": "Plan",
            "fields": [{"name": f"f{at}", "label": "Safety steps", "now": LONG, "choices": CHOICES[:4] if at else [], "hint": "LOTO-17", "long": at == 2} for at in range(4)],
        }
    ],
    "reject_job_form": [FORM | {"title": TITLE}],
    "wait_for_form": [FORM | {"waits": ["WO-2026-100410", "PO-2026-100118, which is cancelled"] * 6}],
    "split_form": [FORM | {"title": TITLE, "steps": [[(str(at), f"{at} {LONG}") for at in range(10)]] * 3, "parts_kept": [("1", "2 pieces Mechanical seal 45 mm")]}],
    "work_order_details": [
        FORM | {
            "title": TITLE, "description": LONG * 20, "facts": [("Asset", LONG * 2)] * 10, "instructions": LONG * 30,
            "lists": [(head, [LONG] * 30) for head in ("Steps", "Parts", "Order of work", "Changed")], "buttons": BUTTONS[:3],
        }
    ],
    "assign_form": [
        FORM | {"holder": "", "skill": "welding + forklift", "people": [(str(at), HOLDER, f"mechanic, on the early shift, {at} h of 8") for at in range(8)]},
        FORM | {"holder": HOLDER, "skill": "", "people": []},
    ],
    "decline_form": [FORM],
    "correct_form": [
        FORM
        | {
            "title": TITLE,
            "asset": ("7", "P-101 CIP return pump, Packaging hall"),
            "priorities": CHOICES[:4],
            "priority": "C1",
            "due": date(2026, 11, 27),
        }
    ],
    "done_form": [
        FORM
        | {
            "modes": CHOICES,
            "mode": "C1",
            "causes": CHOICES[:10],
            "remedies": CHOICES[:9],
            "remedy": None,
            "minutes": 40,
            "running": "",
            "parts_used": "2 x P-10231 (Mechanical seal 45 mm)\n4 x P-10204 (Bearing 6206-2RS C3)",
        },
        FORM
        | {
            "modes": CHOICES,
            "mode": None,
            "causes": [],
            "remedies": CHOICES[:9],
            "remedy": "C2",
            "minutes": 0,
            "running": "2026-11-22 14:05",
            "parts_used": "2 x P-10231 (Mechanical seal 45 mm)",
        },
    ],
    "hold_form": [FORM | {"reasons": CHOICES[:8]}],
    "issue_part_form": [
        FORM | {"figures": [], "part": None, "quantity": ""},
        FORM | {"figures": ["Mechanical seal 45 mm: 2 in stock, 1 kept, 1 free, 0 on order"] * 5, "part": ("7", "Mechanical seal"), "quantity": "2"},
    ],
    "log_time_form": [FORM],
    "need_part_form": [FORM | {"figures": []}, FORM | {"figures": ["Mechanical seal 45 mm: 2 in stock, 1 kept, 1 free, 0 on order"] * 5}],
    "reason_form": [FORM | {"kind": "reopen", "title": TITLE}, FORM | {"kind": "cancel", "title": TITLE}],
    "report_form": [
        {"carried": "C0FAULTS", "text": TITLE, "asset": ("7", "P-101"), "impacts": CHOICES[:4], "impact": "C1"},
        {"carried": "", "text": "", "asset": None, "impacts": CHOICES[:4], "impact": None},
    ],
    "resume_form": [
        FORM | {"waits": [], "over": [], "passes": True},
        FORM | {"waits": [(f"C{at}", LONG) for at in range(9)], "over": ["C1", "C2"], "passes": True},
        FORM | {"waits": [("C1", LONG), ("C2", LONG)], "over": ["C1"], "passes": False},
    ],
    "start_form": [
        FORM | {"title": TITLE, "precautions": CHOICES[:10], "passes": True, "waits": "WO-2026-100410 and PO-2026-100118"},
        FORM | {"title": TITLE, "precautions": [], "passes": True, "waits": ""},
        FORM | {"title": TITLE, "precautions": [("confirmed", "Locked out and tagged: LOTO-17", LONG)], "passes": False, "waits": ""},
    ],
}  # fmt: skip

WHY = "the crane comes on Monday. We wait for it <!here> & ask again"
PART = "seal <45> mm & ring"
_SAID = {"number": "WO-2026-100412", "who": HOLDER}
SLIPPED = date(2026, 12, 9)
_LINES: dict[str, dict[str, Any]] = {
    "checked": {
        "steps": [f"{at} Bearing temperature: 71.5 °C" for at in range(12)],
        "progress": "12 of 60 done, 3 not right",
    },
    "steps_added": {"steps": ["Lock it out", "Wipe it off"] * 6},
    "job_asked": {"why": "shutdown", "asked": "Bo Lindqvist or Tom Okafor"},
    "job_decided": {"yes": False, "reason": "Wait for the summer."},
    "waits": {"what": "WO-2026-100410"},
    "safety_changed": {"safety": "LOTO-17; hot work permit", "reason": "it got a new drive"},
    "split": {
        "made": "WO-2026-100413",
        "title": TITLE,
        "moved": ["Paint the guard", "2 pieces Mechanical seal 45 mm"] * 6,
    },
    "passed_again": {"said": "Temperature of 85.2 °C is above 80"},
    "joined": {"plan": "GREASE-P101", "days": "Mon 30 Nov and Mon 7 Dec"},
    "planned": {"plan": "GREASE-P101", "days": "Mon 30 Nov and Mon 7 Dec", "steps": [LONG] * 12, "skill": "mechanic"},
    "assigned": {"holder": HOLDER, "warning": f"{HOLDER} is away until 4 Dec. It is past its due date."},
    "accepted": {},
    "asked_to_help": {"helper": HOLDER, "warning": f"{HOLDER} is away until 4 Dec."},
    "helps": {"helper": HOLDER, "warning": f"{HOLDER} has no skill “welding”."},
    "helps_no_longer": {"reason": "I am at the boiler until the evening"},
    "works_too": {"safety": "LOTO-17"},
    "own_time": {"minutes": "1 h 10 min"},
    "times_end": {"times": f"{HOLDER} (1 h 10 min) and Kim Berg (5 min)"},
    "freed_by_leaver": {"leaver": HOLDER},
    "cancelled": {"reason": WHY, "left": "PR-2026-00231, PR-2026-00232"},
    "closed": {"left": "PR-2026-00231"},
    "corrected": {"changes": "asset and title and priority and due date", "reason": WHY},
    "done": {
        "conclusion": f"Leaks outside; {WHY}",
        "minutes": "1 h 30 min",
        "running": "14:05",
        "kept": "2 pieces Mechanical seal 45 mm",
    },
    "done_for_you": {"conclusion": WHY},
    "file_left_out": {"name": "IMG_0001.exe", "why": "only pictures and PDF are kept"},
    "freed": {"holder": "U0LUIS", "note": "Mechanical seal 45 mm is there, store 2, bin B14.", "left": ""},
    "given_back": {"reason": WHY},
    "held": {"reason": "something else", "note": WHY},
    "logged": {"minutes": "1 h 30 min"},
    "not_a_fault": {},
    "part_arrived": {"quantity": "2 pieces", "part": PART},
    "part_issued": {"quantity": "2 pieces", "part": PART},
    "part_kept": {"quantity": "2 pieces", "part": PART, "place": "store 2, bin B14"},
    "part_returned": {"quantity": "2 pieces", "part": PART},
    "part_short": {"quantity": "4 pieces", "part": PART, "kept": "2 pieces kept, ", "missing": "2 pieces"},
    "reopened": {"reason": WHY, "before": f"{HOLDER}, today 09:40: Leaks outside; Replaced a part. Then: {WHY}"},
    "resumed": {"note": f"Without the missing part: {WHY}"},
    "overdue": {"supplier": "Hartmann Seals", "due_on": SLIPPED, "how": "told", "buyer": "Mei Chen"},
    "slipped": {"supplier": "Hartmann Seals", "promised_on": SLIPPED, "wanted_by": SLIPPED, "buyer": "Mei Chen"},
    "started": {"safety": "LOTO-17", "override": WHY},
    "taken": {"warning": f"{HOLDER} has no skill “welding”."},
}
WORDS: Samples = {f"work_order_lines/{event}": [_SAID | values] for event, values in _LINES.items()}
