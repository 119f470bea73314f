"""The longest plausible values of what is said while work is done and ended."""

from typing import Any

Samples = dict[str, list[dict[str, Any]]]
HOLDER = "Maximiliane-Friederike Wolfeschlegelsteinhausen"
TITLE = "Mechanical seal of the CIP return pump drips on the floor & <b>slippery</b> <!channel>"
CHOICES = [(f"C{number}", "Too little lubrication of the main bearing") for number in range(18)]
CARRIED = "v1:1000412"
_SAID = "swapped the bearing, the old one was worn and the crane came late, 40 min, used one 6204 " * 4
_FULL = {
    "mode": "Crack, wear or damage (read from the report)", "cause": "Too little lubrication", "remedy": "Replaced a part, Cleaned it, Tightened it",
    "time": f"1 h 20 min of {HOLDER}, with 1 h written down before", "parts": ["1 piece Deep groove ball bearing 6204-2RS"] * 8,
    "doubts": ["I know no part “6999”: choose it with Put right, else it stays in your words alone and nothing is taken out."] * 6,
    "still_kept": ["2 pieces Mechanical seal 45 mm silicon carbide"] * 6, "ready": True,
}  # fmt: skip
_ASKED = {
    "mode": "", "cause": "", "remedy": "", "time": "", "parts": [], "still_kept": [], "ready": False,
    "doubts": ["How long did it take? Put it right, or write for instance “40 min”."],
}  # fmt: skip
_CARD = {"number": "WO-2026-100412", "title": TITLE, "said": _SAID, "value": f"{CARRIED}:7", "who": HOLDER}

CARDS: Samples = {
    "timer": [
        {
            "number": "WO-2026-100412",
            "title": TITLE,
            "since": "yesterday 21:41",
            "runs": "10 h 20 min",
            "ended": "Sat 21 Nov 06:00",
            "ended_at": "06:00",
            "still": f"{CARRIED}:7",
            "stop": f"{CARRIED}:7",
            "over": "",
        },
        {"number": "WO-2026-100412", "title": TITLE, "over": "Stopped at yesterday 14:00, 10 h 20 min"},
    ],
    "completion": [_CARD | {"guess": _FULL, "stood": True}, _CARD | {"guess": _ASKED, "stood": False}],
    "completion_ended": [
        {"number": "WO-2026-100412", "state": state, "who": HOLDER, "said": _SAID}
        for state in ("confirmed", "dismissed", "overtaken")
    ],
}
VIEWS: Samples = {
    "timer_form": [{"carried": CARRIED, "number": "WO-2026-100412", "since": "yesterday 21:41", "now": "2026-11-22 14:05"}],
    "done_form": [
        {
            "carried": f"{CARRIED}:7", "callback": "correct_completion", "number": "WO-2026-100412", "modes": CHOICES, "mode": "C1",
            "causes": CHOICES[:10], "cause": "C2", "remedies": CHOICES[:9], "remedy": "C3", "minutes": None,
            "running": "", "parts_used": "1 x 6999", "asks_parts": True,
        }
    ],
}  # fmt: skip
WORDS: Samples = {
    "work_order_lines/timer_runs": [
        {"number": "WO-2026-100412", "who": HOLDER, "person": HOLDER, "since": "yesterday 21:41"}
    ],
    "work_order_lines/timer_ended": [
        {
            "number": "WO-2026-100412",
            "who": HOLDER,
            "person": HOLDER,
            "ended": "yesterday 21:41",
            "minutes": "1 h 30 min",
        }
    ],
    "work_order_lines/waits_still": [
        {
            "number": "WO-2026-100412",
            "who": HOLDER,
            "over": "a part and a purchase",
            "left": "a permit or safety and production",
        }
    ],
    "work_order_lines/timer_stopped": [{"number": "WO-2026-100412", "who": HOLDER, "minutes": "1 h 30 min"}],
    "work_order_lines/not_taken_out": [
        {
            "number": "WO-2026-100412",
            "who": HOLDER,
            "parts": "2 pieces Mechanical seal 45 mm silicon carbide (free: 0 pieces)",
        }
    ],
}
