"""The app manifests declare everything that the routes and the wires use, and nothing else."""

import json
import re
from pathlib import Path

import pytest

from bot import routes
from bot.manifest import COMMANDS, EVENTS, PLACEHOLDER, SCOPES, SHORTCUTS, declared, files, manifest

BOT = Path(__file__).parents[2] / "bot"

NEEDS = {
    "auth_test": "",
    "apps_connections_open": "",
    "chat_postMessage": "chat:write",
    "chat_update": "chat:write",
    "chat_postEphemeral": "chat:write",
    "conversations_history": "channels:history",
    "conversations_replies": "channels:history",
    "conversations_info": "channels:read",
    "conversations_open": "im:write",
    "files_info": "files:read",
    "files_upload_v2": "files:write",
    "files_getUploadURLExternal": "files:write",
    "files_completeUploadExternal": "files:write",
    "users_info": "users:read",
    "users_lookupByEmail": "users:read.email",
    "users_list": "users:read",
    "views_open": "",
    "views_push": "",
    "views_update": "",
    "views_publish": "",
    "chat_getPermalink": "",
}
"""The permission behind each method of the Web API that our wires call."""

NEEDED_BY_EVENT = {
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "app_mention": "app_mentions:read",
    "app_home_opened": "",
    "user_change": "users:read",
}


def called() -> set[str]:
    """Name every method of the Web API that the wires call, as attribute or by its dotted name."""
    text = "".join(path.read_text("utf-8") for path in BOT.glob("*.py"))
    attributes = set(re.findall(r"client\.([a-z]+_[A-Za-z_0-9]+)\(", text))
    dotted = {
        name.replace(".", "_") for name in re.findall(r'"((?:chat|views|files|users|conversations)\.[A-Za-z.]+)"', text)
    }
    return {name for name in attributes | dotted if name.split("_")[0] in {known.split("_")[0] for known in NEEDS}}


@pytest.mark.parametrize("path", files(), ids=[path.name for path in files()])
def test_the_checked_in_manifest_is_the_one_that_the_tables_make(path: Path) -> None:
    assert path.read_text("utf-8") == files()[path], "write it anew: bot.manifest.files()"


def test_the_manifests_declare_what_the_routes_use() -> None:
    names = declared()

    assert names.commands == set(routes.COMMANDS)
    assert names.events == set(routes.EVENTS)
    assert names.shortcuts == {str(callback) for callback in routes.SHORTCUTS}


def test_every_method_that_is_called_has_its_scope_declared() -> None:
    scopes = declared().scopes | {""}

    unknown = called() - NEEDS.keys()

    assert unknown == set(), "say in NEEDS which scope it takes"
    assert {NEEDS[name] for name in called()} <= scopes


def test_every_event_has_its_scope_declared() -> None:
    assert set(NEEDED_BY_EVENT) == set(EVENTS)
    assert set(NEEDED_BY_EVENT.values()) <= declared().scopes | {""}


def test_every_scope_says_what_it_is_for_and_what_is_lost_without_it() -> None:
    assert len({scope.name for scope in SCOPES}) == len(SCOPES)
    assert all(scope.reason and scope.without for scope in SCOPES)


@pytest.mark.parametrize("mode", ["socket", "http"])
def test_a_manifest_keeps_slack_s_limits(mode: str) -> None:
    made = manifest(mode)

    display = made["display_information"]
    assert len(display["name"]) <= 35
    assert len(display["description"]) <= 140
    assert 174 <= len(display["long_description"]) <= 4000
    assert all(len(shortcut.name) <= 24 and len(shortcut.description) <= 150 for shortcut in SHORTCUTS)
    assert all(len(command.description) <= 2000 and len(command.hint) <= 1000 for command in COMMANDS)


def test_the_socket_manifest_needs_no_address() -> None:
    made = manifest("socket")

    assert made["settings"]["socket_mode_enabled"] is True
    assert PLACEHOLDER not in json.dumps(made)


def test_the_http_manifest_names_the_address_everywhere_slack_calls() -> None:
    address = "https://plant.example/slack"

    made = manifest("http", address)

    settings = made["settings"]
    assert settings["socket_mode_enabled"] is False
    assert settings["event_subscriptions"]["request_url"] == address
    assert settings["interactivity"]["request_url"] == address
    assert settings["interactivity"]["message_menu_options_url"] == address
    assert {command["url"] for command in made["features"]["slash_commands"]} == {address}
