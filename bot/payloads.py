"""Slack's payloads, turned into the small frozen values that handlers understand."""

import html
import re
from collections.abc import Mapping
from typing import Any

from handlers.happenings import (
    Click,
    Command,
    HomeOpened,
    Message,
    OptionsAsked,
    PersonChanged,
    PostedFile,
    Shortcut,
    Submission,
)

Payload = Mapping[str, Any]

_TOKEN = re.compile(r"<([^<>]{1,3000})>")
# What no database and no wire takes as text.
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
PLAIN_SUBTYPES = {None, "file_share", "thread_broadcast"}
"""Kinds of message that a person has written; edits, joins and bots are none."""


def plain(text: str) -> str:
    """Return what a person meant to write: links as text, people as ``<@U…>``, entities decoded."""
    return typed(_TOKEN.sub(_meant, text))


def typed(text: str) -> str:
    """Return what was typed into a field of a form: there Slack makes no links, so that ``<`` is a letter like any."""
    return _UNWRITABLE.sub("", html.unescape(text))


def _meant(token: re.Match[str]) -> str:
    target, _, label = token[1].partition("|")
    if target.startswith("@"):
        return f"<{target}>"
    if target.startswith("#"):
        return f"#{label or target[1:]}"
    return label or target.removeprefix("mailto:")


def written_by_a_person(event: Payload) -> bool:
    """Say whether an event is a message that a person has written just now."""
    return event.get("subtype") in PLAIN_SUBTYPES and "bot_id" not in event and bool(event.get("user"))


def message(event: Payload, bot_user: str) -> Message:
    """Read a ``message`` or ``app_mention`` event, or one message of a channel's history (with its channel added).

    Both events about one message give the same value, so that the second one is seen to be a repeat.
    """
    channel, ts = str(event["channel"]), str(event["ts"])
    thread = event.get("thread_ts")
    text = plain(str(event.get("text") or "")).strip()
    mention = f"<@{bot_user}>"
    return Message(
        key=f"message:{channel}:{ts}",
        by=str(event["user"]),
        channel=channel,
        ts=ts,
        text=text.removeprefix(mention).strip(),
        thread_ts=str(thread) if thread and thread != ts else None,
        files=tuple(_file(one) for one in event.get("files") or () if one.get("id")),
        direct=channel.startswith("D"),
        addressed=text.startswith(mention),
    )


def _file(one: Payload) -> PostedFile:
    address = "" if one.get("mode") == "external" else str(one.get("url_private") or "")
    kind, size = str(one.get("mimetype") or ""), int(one.get("size") or 0)
    return PostedFile(str(one["id"]), plain(str(one.get("name") or "file")), kind, size, address)


def command(body: Payload) -> Command:
    """Read a slash command."""
    return Command(
        key=f"command:{body['trigger_id']}",
        by=str(body["user_id"]),
        channel=str(body["channel_id"]),
        word=str(body["command"]),
        text=plain(str(body.get("text") or "")),
    )


def whose(body: Payload) -> tuple[str, str]:
    """Return who acted and in which channel, if in one, whatever kind of payload it is."""
    by = body.get("user_id") or (body.get("user") or {}).get("id")
    channel = body.get("channel_id") or (body.get("channel") or {}).get("id")
    return str(by), str(channel or "")


def click(body: Payload) -> Click:
    """Read the first action of a ``block_actions`` payload."""
    action = body["actions"][0]
    container = body.get("container") or {}
    channel = str((body.get("channel") or {}).get("id") or container.get("channel_id") or "")
    name, carried, picked = _meant_by(action)
    stamp = action.get("action_ts") or body.get("trigger_id")
    return Click(
        key=f"click:{body['user']['id']}:{stamp}:{action['action_id']}",
        by=str(body["user"]["id"]),
        action=name,
        value=carried,
        channel=channel,
        message_ts=str((body.get("message") or {}).get("ts") or container.get("message_ts") or ""),
        thread_ts=str((body.get("message") or {}).get("thread_ts") or container.get("thread_ts") or ""),
        view_id=str((body.get("view") or {}).get("id") or ""),
        chosen=picked,
    )


def _meant_by(action: Payload) -> tuple[str, str, str]:
    """Return the action, what it carries and what was chosen; an entry of an overflow menu is a button of its own."""
    picked = chosen(action)
    name, bar, carried = picked.partition("|")
    if action.get("type") == "overflow" and bar:
        return name, carried, ""
    return str(action["action_id"]), str(action.get("value") or ""), picked


def chosen(element: Payload) -> str:
    """Return what was picked or typed in an element, several values joined by commas."""
    if element.get("selected_option"):
        return str(element["selected_option"]["value"])
    if element.get("selected_options") is not None:
        return ",".join(str(option["value"]) for option in element["selected_options"])
    if element.get("selected_users") is not None:
        return ",".join(element["selected_users"])
    for name in ("selected_user", "selected_date", "selected_time", "selected_date_time", "value"):
        if element.get(name) is not None:
            return typed(str(element[name]))
    return ""


def submission(body: Payload) -> Submission:
    """Read a ``view_submission``: one value a block, by the block's id."""
    view = body["view"]
    values = view.get("state", {}).get("values", {})
    fields = {block: chosen(next(iter(actions.values()))) for block, actions in values.items() if actions}
    return Submission(
        key=f"view:{view['id']}:{view.get('hash', '')}",
        by=str(body["user"]["id"]),
        callback=str(view["callback_id"]),
        private=str(view.get("private_metadata") or ""),
        fields=fields,
    )


def shortcut(body: Payload) -> Shortcut:
    """Read a global shortcut or a message shortcut."""
    on = body.get("message") or {}
    return Shortcut(
        key=f"shortcut:{body['trigger_id']}",
        by=str(body["user"]["id"]),
        callback=str(body["callback_id"]),
        channel=str((body.get("channel") or {}).get("id") or ""),
        message_ts=str(on.get("ts") or ""),
        thread_ts=str(on.get("thread_ts") or ""),
        text=plain(str(on.get("text") or "")),
        author=str(on.get("user") or ""),
        files=tuple(_file(one) for one in on.get("files") or () if one.get("id")),
    )


def home_opened(event: Payload) -> HomeOpened:
    """Read an ``app_home_opened`` event."""
    return HomeOpened(key=f"home:{event['user']}:{event.get('event_ts', '')}", by=str(event["user"]))


def person_changed(event: Payload) -> PersonChanged:
    """Read a ``user_change`` event."""
    person = event["user"]
    at = event.get("event_ts") or person.get("updated") or ""
    return PersonChanged(f"person:{person['id']}:{at}", str(person["id"]), bool(person.get("deleted")))


def options_asked(body: Payload) -> OptionsAsked:
    """Read a ``block_suggestion``."""
    by = str(body["user"]["id"])
    return OptionsAsked(f"options:{by}", by, str(body["action_id"]), typed(str(body.get("value") or "")))
