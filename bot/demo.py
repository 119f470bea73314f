"""The demo plant for the sandbox: where its folder is, its settings, and the workspace that goes with it."""

import csv
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

from bot.manifest import COMMANDS, SHORTCUTS

TITLES = {
    "operator": "Operator",
    "technician": "Technician",
    "technician+supervisor": "Maintenance planner",
    "storekeeper": "Storekeeper",
    "buyer": "Buyer",
    "approver": "Budget owner",
    "approver+supervisor": "Plant manager",
    "finance+approver": "Finance",
    "admin+approver": "Administrator",
}
"""How the sandbox page calls a person, by the roles in people.csv."""

CHANNELS = (
    {"id": "C0MAINT", "name": "maintenance", "topic": "Write faults here in your own words, a photo helps", "members": "all"},
    {"id": "C0STORES", "name": "stores", "topic": "Deliveries to count", "members": "all"},
    {"id": "C0PURCH", "name": "purchasing", "topic": "Orders and what suppliers answer", "members": "all"},
)  # fmt: skip


def folder() -> Path:
    """Return the import folder of the demo plant."""
    return Path(str(files("bot") / "demo_plant"))


def settings() -> Path:
    """Return the demo plant's configuration file; addresses and tokens are the sandbox's own."""
    return folder() / "demo.toml"


def seed() -> dict[str, Any]:
    """Return the workspace of the demo plant as the sandbox takes it: people, channels, suppliers, commands."""
    zone = tomllib.loads(settings().read_text("utf-8"))["plant"]["time_zone"]
    people = [
        {"id": row["slack"], "email": row["person"], "name": row["name"], "title": TITLES[row["role"]], "tz": zone}
        for row in _rows("people")
    ]
    suppliers = [{"name": row["name"], "address": row["email_orders"]} for row in _rows("suppliers")]
    return {
        "team": "Halden Works",
        "bot": {"name": "chargehand"},
        "mail": {"address": "purchasing@halden.example", "authserv": "mx.halden.example"},
        "people": people,
        "channels": [dict(channel) for channel in CHANNELS],
        "suppliers": suppliers,
        "apps": {
            "commands": [{"command": command.name, "hint": command.hint} for command in COMMANDS],
            "shortcuts": [
                {"name": shortcut.name, "callback_id": shortcut.callback, "type": shortcut.kind}
                for shortcut in SHORTCUTS
            ],
        },
    }


def _rows(name: str) -> list[dict[str, str]]:
    with (folder() / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
