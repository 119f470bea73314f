"""Slack's rules for the interactive elements and the small objects inside blocks, as tables."""

from sandbox.block_rules import Check, anything, flag, integer, kinded, listed, number, one_of, shaped, string, text

PLAIN = "plain_text"
ID = string(255)
TEXT_MOST = 3000
CONFIRM = shaped(
    {"title": text(100, PLAIN), "text": text(300), "confirm": text(30, PLAIN), "deny": text(30, PLAIN)},
    {"style": one_of("primary", "danger")},
)
OPTION = shaped({"text": text(75, PLAIN), "value": string(150)}, {"description": text(75, PLAIN)})
LINK_OPTION = shaped(
    {"text": text(75, PLAIN), "value": string(150)}, {"description": text(75, PLAIN), "url": string(3000)}
)
RICH_OPTION = shaped({"text": text(75), "value": string(150)}, {"description": text(75)})
OPTION_GROUP = shaped({"label": text(75, PLAIN), "options": listed(OPTION, 100)})
SLACK_FILE = shaped({}, {"id": string(), "url": string()}, ("id", "url"))
DISPATCH = shaped({}, {"trigger_actions_on": listed(one_of("on_enter_pressed", "on_character_entered"), 2)})
FILTER = shaped(
    {},
    {
        "include": listed(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    },
)

_TYPE: dict[str, Check] = {"type": anything}
_COMMON: dict[str, Check] = {"action_id": ID, "confirm": CONFIRM, "focus_on_load": flag}
_SELECT = {**_COMMON, "placeholder": text(150, PLAIN)}
_MULTI = {**_SELECT, "max_selected_items": integer(1, 100)}
_TYPED = {"action_id": ID, "placeholder": text(150, PLAIN), "focus_on_load": flag, "dispatch_action_config": DISPATCH}
_CHOICES: dict[str, Check] = {"options": listed(OPTION, 100), "option_groups": listed(OPTION_GROUP, 100)}
_PEOPLE = {"response_url_enabled": flag}
_IDS = listed(string(), 100, 0)
_LENGTHS: dict[str, Check] = {"min_length": integer(0, 3000), "max_length": integer(1, 3000)}

ELEMENTS: dict[str, Check] = {
    "button": shaped(
        {**_TYPE, "text": text(75, PLAIN)},
        {
            "action_id": ID,
            "url": string(3000),
            "value": string(2000, 0),
            "style": one_of("primary", "danger"),
            "confirm": CONFIRM,
            "accessibility_label": string(75),
        },
    ),
    "image": shaped(
        {**_TYPE, "alt_text": string(2000)},
        {"image_url": string(3000), "slack_file": SLACK_FILE},
        ("image_url", "slack_file"),
    ),
    "overflow": shaped({**_TYPE, "options": listed(LINK_OPTION, 5)}, {"action_id": ID, "confirm": CONFIRM}),
    "static_select": shaped(_TYPE, {**_SELECT, **_CHOICES, "initial_option": OPTION}, ("options", "option_groups")),
    "multi_static_select": shaped(
        _TYPE, {**_MULTI, **_CHOICES, "initial_options": listed(OPTION, 100)}, ("options", "option_groups")
    ),
    "external_select": shaped(_TYPE, {**_SELECT, "initial_option": OPTION, "min_query_length": integer(0, 100)}),
    "multi_external_select": shaped(
        _TYPE, {**_MULTI, "initial_options": listed(OPTION, 100), "min_query_length": integer(0, 100)}
    ),
    "users_select": shaped(_TYPE, {**_SELECT, "initial_user": string()}),
    "multi_users_select": shaped(_TYPE, {**_MULTI, "initial_users": _IDS}),
    "channels_select": shaped(_TYPE, {**_SELECT, **_PEOPLE, "initial_channel": string()}),
    "multi_channels_select": shaped(_TYPE, {**_MULTI, "initial_channels": _IDS}),
    "conversations_select": shaped(
        _TYPE,
        {
            **_SELECT,
            **_PEOPLE,
            "initial_conversation": string(),
            "default_to_current_conversation": flag,
            "filter": FILTER,
        },
    ),
    "multi_conversations_select": shaped(
        _TYPE, {**_MULTI, "initial_conversations": _IDS, "default_to_current_conversation": flag, "filter": FILTER}
    ),
    "datepicker": shaped(_TYPE, {**_SELECT, "initial_date": string(10, 10)}),
    "timepicker": shaped(_TYPE, {**_SELECT, "initial_time": string(5, 5), "timezone": string()}),
    "datetimepicker": shaped(_TYPE, {**_COMMON, "initial_date_time": integer(1_000_000_000, 9_999_999_999)}),
    "checkboxes": shaped(
        {**_TYPE, "options": listed(RICH_OPTION, 10)}, {**_COMMON, "initial_options": listed(RICH_OPTION, 10)}
    ),
    "radio_buttons": shaped({**_TYPE, "options": listed(RICH_OPTION, 10)}, {**_COMMON, "initial_option": RICH_OPTION}),
    "plain_text_input": shaped(_TYPE, {**_TYPED, **_LENGTHS, "initial_value": string(3000, 0), "multiline": flag}),
    "email_text_input": shaped(_TYPE, {**_TYPED, "initial_value": string(3000, 0)}),
    "url_text_input": shaped(_TYPE, {**_TYPED, "initial_value": string(3000, 0)}),
    "number_input": shaped(
        {**_TYPE, "is_decimal_allowed": flag},
        {**_TYPED, "initial_value": string(150, 0), "min_value": string(150), "max_value": string(150)},
    ),
    "rich_text_input": shaped(_TYPE, {**_TYPED, "initial_value": anything}),
    "file_input": shaped(_TYPE, {"action_id": ID, "filetypes": listed(string(), 100), "max_files": integer(1, 10)}),
}

_CHOOSING = tuple(kind for kind in ELEMENTS if kind.endswith("_select"))
_PICKING = ("datepicker", "timepicker", "checkboxes", "radio_buttons")
ACCESSORY = kinded(ELEMENTS, ("button", "image", "overflow", *_CHOOSING, *_PICKING))
ACTION = kinded(ELEMENTS, ("button", "overflow", "datetimepicker", *_CHOOSING, *_PICKING))
INPUTS = tuple(
    kind for kind in ELEMENTS if kind.endswith("_input") or kind in (*_CHOOSING, *_PICKING, "datetimepicker")
)
INPUT = kinded(ELEMENTS, INPUTS)
CONTEXT = kinded(
    {"image": ELEMENTS["image"], "plain_text": text(TEXT_MOST, PLAIN), "mrkdwn": text(TEXT_MOST, "mrkdwn")}
)

_STYLE = shaped({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline"), flag))
_MARKED = {"style": _STYLE}
RICH_PARTS: dict[str, Check] = {
    "text": shaped({**_TYPE, "text": string()}, _MARKED),
    "link": shaped({**_TYPE, "url": string(3000)}, {**_MARKED, "text": string(None, 0), "unsafe": flag}),
    "emoji": shaped({**_TYPE, "name": string()}, {"unicode": string(), "skin_tone": anything, **_MARKED}),
    "user": shaped({**_TYPE, "user_id": string()}, _MARKED),
    "usergroup": shaped({**_TYPE, "usergroup_id": string()}, _MARKED),
    "channel": shaped({**_TYPE, "channel_id": string()}, _MARKED),
    "broadcast": shaped({**_TYPE, "range": one_of("here", "channel", "everyone")}),
    "date": shaped({**_TYPE, "timestamp": number, "format": string()}, {"url": string(), "fallback": string()}),
    "color": shaped({**_TYPE, "value": string()}),
}
_PARTS: dict[str, Check] = {**_TYPE, "elements": listed(kinded(RICH_PARTS), 1000, 0)}
_SECTION = shaped(_PARTS)
RICH_TEXT = kinded(
    {
        "rich_text_section": _SECTION,
        "rich_text_quote": shaped(_PARTS, {"border": integer(0, 1)}),
        "rich_text_preformatted": shaped(_PARTS, {"border": integer(0, 1), "language": string()}),
        "rich_text_list": shaped(
            {
                **_TYPE,
                "style": one_of("bullet", "ordered"),
                "elements": listed(kinded({"rich_text_section": _SECTION}), 1000),
            },
            {"indent": integer(0, 8), "offset": integer(0, 100_000), "border": integer(0, 1)},
        ),
    }
)
