"""The parts that every interactive payload has in common, and the elements found in it."""

from typing import Any

from sandbox.blocks import elements_of
from sandbox.wire import Json, Refused
from sandbox.workspace import Workspace

# By element type: the field that carries a person's choice, in payloads and in view state alike.
CHOICE = {
    "button": "value",
    "overflow": "selected_option",
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "users_select": "selected_user",
    "channels_select": "selected_channel",
    "conversations_select": "selected_conversation",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "checkboxes": "selected_options",
    "multi_users_select": "selected_users",
    "multi_channels_select": "selected_channels",
    "multi_conversations_select": "selected_conversations",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "rich_text_input": "rich_text_value",
    "file_input": "files",
}
# By the field of the choice: the field of the element that presets it.
PRESET = {
    "value": "initial_value",
    "rich_text_value": "initial_value",
    "selected_option": "initial_option",
    "selected_options": "initial_options",
    "selected_user": "initial_user",
    "selected_users": "initial_users",
    "selected_channel": "initial_channel",
    "selected_channels": "initial_channels",
    "selected_conversation": "initial_conversation",
    "selected_conversations": "initial_conversations",
    "selected_date": "initial_date",
    "selected_time": "initial_time",
    "selected_date_time": "initial_date_time",
}
FREE = ("external_select", "multi_external_select")


def common(workspace: Workspace, kind: str, who: str) -> Json:
    """Type, person, team and app of a payload."""
    person = workspace.person(who)
    handle = person.get("handle") or person["email"].partition("@")[0]
    team = person.get("team", workspace.team)
    user = {"id": who, "username": handle, "name": handle, "team_id": team}
    place = {"id": workspace.team, "domain": "sandbox"}
    frame = {"type": kind, "token": "sandbox", "user": user, "team": place, "api_app_id": workspace.app}
    return {**frame, "enterprise": None, "is_enterprise_install": False}


def named(workspace: Workspace, channel: str) -> Json:
    """A channel as payloads name it."""
    found = workspace.channel(channel)
    return {"id": found["id"], "name": found["name"] or "directmessage"}


def find_element(blocks: list[Json], block_id: str, action_id: str) -> Json:
    """The element with these ids; raises no_such_element."""
    for block in blocks:
        if block.get("block_id") in (block_id, None) or not block_id:
            for element in elements_of(block):
                if element.get("action_id") == action_id:
                    return {**element, "block_id": block.get("block_id", "")}
    raise Refused("no_such_element")


def chosen(element: Json, given: Json) -> Any:
    """The person's choice for an element, options completed to what the element offers; raises no_such_option."""
    field = CHOICE[element["type"]]
    if element["type"] == "button":
        return element.get("value")
    value = given.get(field, given.get("value") if field in ("selected_option", "value") else None)
    if element["type"] == "number_input" and isinstance(value, str):
        # A client takes the reader's own decimal sign; the wire knows only the point.
        return value.strip().replace(",", ".")
    if field == "selected_option" and value is not None:
        return _offered(element, value)
    if field == "selected_options":
        return [_offered(element, one) for one in value or []]
    return value


def state_of(blocks: list[Json], given: Json) -> Json:
    """The state of all inputs: what the person gave, else what the element presets, else nothing."""
    values: Json = {}
    for block in blocks:
        for element in elements_of(block):
            if element["type"] in ("button", "overflow", "image"):
                continue
            typed = given.get(block["block_id"], {}).get(element["action_id"])
            field = CHOICE[element["type"]]
            value = element.get(PRESET.get(field, "")) if typed is None else chosen(element, typed)
            empty: Any = [] if field.endswith("s") else None
            entry = {"type": element["type"], field: empty if value is None else value}
            values.setdefault(block["block_id"], {})[element["action_id"]] = entry
    return values


def _offered(element: Json, given: Any) -> Json:
    wanted = given["value"] if isinstance(given, dict) else given
    groups = [group["options"] for group in element.get("option_groups", [])]
    for options in [element.get("options", []), *groups]:
        for option in options:
            if option["value"] == wanted:
                return dict(option)
    if element["type"] in FREE and isinstance(given, dict):
        return given
    raise Refused("no_such_option")
