"""The Slack app manifest from one set of tables: commands, shortcuts, events, and scopes with the reason for each."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handlers.ids import Callback

NAME = "chargehand"
PLACEHOLDER = "https://chargehand.example.com/slack/events"
"""What stands in the HTTP manifest until the plant's own address is put there."""


@dataclass(frozen=True, slots=True)
class SlashCommand:
    """A command as Slack lists it."""

    name: str
    description: str
    hint: str


@dataclass(frozen=True, slots=True)
class Offered:
    """A shortcut as Slack offers it: ``kind`` is ``global`` or ``message``."""

    name: str
    kind: str
    callback: str
    description: str


@dataclass(frozen=True, slots=True)
class Scope:
    """A permission: its name, what it is for, and the one thing that does not work without it."""

    name: str
    reason: str
    without: str


COMMANDS = (
    SlashCommand("/chargehand", "Work orders, parts and purchase orders", "report pump leaks · mine · help"),
    SlashCommand("/wo", "The same as /chargehand, shorter", "take 412 · done 412 · where PO-118"),
    SlashCommand("/fault", "Report a fault in your own words", "pump P-101 is leaking"),
)

SHORTCUTS = (
    Offered("Report a fault", "global", Callback.REPORT.value, "Report what is wrong with a machine"),
    Offered("Create work order", "message", Callback.REPORT_MESSAGE.value, "Make a work order of this message"),
)

EVENTS = {
    "app_home_opened": "shows a person's own jobs and decisions on the Home tab",
    "app_mention": "answers when somebody writes @chargehand",
    "user_change": "frees the jobs of somebody who was switched off in Slack",
    "message.channels": "takes faults written in public channels",
    "message.groups": "takes faults written in private channels",
    "message.im": "answers in direct messages",
}

SCOPES = (
    Scope("app_mentions:read", "hear @chargehand in channels", "@mentions are not heard"),
    Scope("channels:history", "read faults written in public channels, also those posted while the bot was down", "faults in public channels are not seen"),
    Scope("channels:read", "check that the configured channels exist and hold the bot", "check cannot look at public channels"),
    Scope("chat:write", "post and update cards", "nothing can be posted"),
    Scope("commands", "offer the slash commands and shortcuts", "commands and shortcuts are missing"),
    Scope("files:read", "keep the photos that belong to a fault", "photos are not kept with the work order"),
    Scope("files:write", "show a purchase order's PDF", "the PDF of an order cannot be shown"),
    Scope("groups:history", "read faults written in private channels", "faults in private channels are not seen"),
    Scope("groups:read", "check that configured private channels hold the bot", "check cannot look at private channels"),
    Scope("im:history", "read direct messages", "direct messages are not heard"),
    Scope("im:write", "write to one person, for instance an approver", "approvals and jobs cannot be brought to people"),
    Scope("users:read", "show people by their names", "people are shown by their ids"),
    Scope("users:read.email", "find the people of the import in Slack by e-mail", "people without a Slack id in the import are not found"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Declared:
    """What the manifests declare, for comparing with what routes use."""

    commands: frozenset[str]
    shortcuts: frozenset[str]
    events: frozenset[str]
    scopes: frozenset[str]


def declared() -> Declared:
    """Return the names of everything that the manifests declare."""
    return Declared(
        frozenset(command.name for command in COMMANDS),
        frozenset(shortcut.callback for shortcut in SHORTCUTS),
        frozenset(EVENTS),
        frozenset(scope.name for scope in SCOPES),
    )


LONG = (
    "Chargehand turns a fault that somebody writes in a channel into a work order, keeps its conversation in the thread, "
    "reserves or orders the parts, asks the right person to approve the spending, mails the purchase order to the "
    "supplier, and tells the store what is coming. Everything it does is kept in the plant's own database."
)


def manifest(mode: str, address: str = PLACEHOLDER) -> dict[str, Any]:
    """Return the app manifest for ``socket`` or ``http``; ``address`` is where Slack reaches the bot over HTTP."""
    url = {"request_url": address} if mode == "http" else {}
    menus = {"message_menu_options_url": address} if mode == "http" else {}
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": NAME,
            "description": "Work orders and purchase orders where the plant already talks",
            "long_description": LONG,
            "background_color": "#0B5C7A",
        },
        "features": {
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
            "bot_user": {"display_name": NAME, "always_online": True},
            "shortcuts": [
                {"name": one.name, "type": one.kind, "callback_id": one.callback, "description": one.description}
                for one in SHORTCUTS
            ],
            "slash_commands": [_command(command, address if mode == "http" else "") for command in COMMANDS],
        },
        "oauth_config": {"scopes": {"bot": [scope.name for scope in SCOPES]}},
        "settings": {
            "event_subscriptions": {**url, "bot_events": sorted(EVENTS)},
            "interactivity": {"is_enabled": True, **url, **menus},
            "org_deploy_enabled": False,
            "socket_mode_enabled": mode == "socket",
            "token_rotation_enabled": False,
        },
    }  # fmt: skip


def _command(command: SlashCommand, address: str) -> dict[str, Any]:
    url = {"url": address} if address else {}
    return {
        "command": command.name,
        **url,
        "description": command.description,
        "usage_hint": command.hint,
        "should_escape": True,
    }


def written(mode: str, address: str = PLACEHOLDER) -> str:
    """Return the manifest as the text that Slack's page takes."""
    return json.dumps(manifest(mode, address), ensure_ascii=False, indent=2) + "\n"


def files() -> dict[Path, str]:
    """Return the checked-in manifest files with what they have to hold."""
    here = Path(__file__).parent
    return {here / f"manifest.{mode}.json": written(mode) for mode in ("socket", "http")}
