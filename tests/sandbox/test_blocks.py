"""Slack's limits on blocks, messages and views, walked rule by rule."""

from typing import Any

import pytest

from sandbox.blocks import BLOCKS, check_message, check_view, is_too_long, settle_blocks
from sandbox.elements import ELEMENTS


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def option(label: str = "Pump", value: str = "p") -> dict[str, Any]:
    return {"text": plain(label), "value": value}


def button(**more: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain("Take"), "action_id": "take", **more}


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def select(**more: Any) -> dict[str, Any]:
    return {"type": "static_select", "action_id": "pick", "options": [option()], **more}


def field(element: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "input", "label": plain("Which"), "element": element, **more}


def table(rows: int = 1, cells: int = 1, text: str = "x") -> dict[str, Any]:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": text}] * cells] * rows}


def modal(**more: Any) -> dict[str, Any]:
    view = {"type": "modal", "title": plain("Report"), "submit": plain("Send"), "blocks": [{"type": "divider"}]}
    return {**view, **more}


GOOD: list[dict[str, Any]] = [
    {"type": "section", "text": mrkdwn("*Pump* leaks"), "accessory": button()},
    {"type": "section", "fields": [mrkdwn("a")] * 10},
    {"type": "header", "text": plain("h" * 150)},
    {"type": "divider"},
    {"type": "image", "image_url": "http://127.0.0.1/x.png", "alt_text": "A pump"},
    actions(*(button(action_id=f"a{n}") for n in range(25))),
    actions(select(), {"type": "overflow", "action_id": "o", "options": [option()]}),
    actions(
        {"type": "external_select", "action_id": "asset", "min_query_length": 0, "placeholder": plain("Which asset")}
    ),
    {"type": "context", "elements": [mrkdwn("foot")] * 10},
    field({"type": "plain_text_input", "action_id": "t", "multiline": True, "max_length": 3000}),
    field({"type": "number_input", "action_id": "n", "is_decimal_allowed": False, "min_value": "0"}),
    {
        "type": "rich_text",
        "elements": [
            {"type": "rich_text_section", "elements": [{"type": "text", "text": "x", "style": {"bold": True}}]}
        ],
    },
    {**table(100, 20), "column_settings": [{"align": "right"}, None]},
    {"type": "markdown", "text": "**x**"},
    {
        "type": "data_visualization",
        "title": "Backlog",
        "chart": {"type": "pie", "segments": [{"label": "Open", "value": 3}]},
    },
]


@pytest.mark.parametrize("block", GOOD, ids=lambda block: block["type"])
def test_a_block_within_the_limits_is_taken(block: dict[str, Any]) -> None:
    assert check_message([block]) == []


def test_every_kind_of_block_is_tried() -> None:
    assert {block["type"] for block in GOOD} | {"alert"} == set(BLOCKS)


BAD: list[tuple[str, dict[str, Any], str]] = [
    ("section text of 3001", {"type": "section", "text": mrkdwn("x" * 3001)}, "/blocks/0/text/text"),
    ("empty text", {"type": "section", "text": mrkdwn("")}, "/blocks/0/text/text"),
    ("section without text", {"type": "section"}, "text, fields"),
    ("eleven fields", {"type": "section", "fields": [mrkdwn("a")] * 11}, "no more than 10 items"),
    ("header of 151", {"type": "header", "text": plain("h" * 151)}, "less than 151"),
    ("header in mrkdwn", {"type": "header", "text": mrkdwn("h")}, "unsupported type: mrkdwn"),
    ("26 elements", actions(*(button(action_id=f"a{n}") for n in range(26))), "no more than 25 items"),
    ("eleven in context", {"type": "context", "elements": [mrkdwn("a")] * 11}, "no more than 10 items"),
    ("button text of 76", actions(button(text=plain("x" * 76))), "less than 76"),
    ("button value of 2001", actions(button(value="x" * 2001)), "less than 2001"),
    ("button url of 3001", actions(button(url="x" * 3001)), "less than 3001"),
    ("label for ears of 76", actions(button(accessibility_label="x" * 76)), "less than 76"),
    ("green button", actions(button(style="green")), "must be one of: primary, danger"),
    ("action_id of 256", actions(button(action_id="x" * 256)), "less than 256"),
    ("block_id of 256", {"type": "divider", "block_id": "x" * 256}, "less than 256"),
    ("option label of 76", actions(select(options=[option("x" * 76)])), "less than 76"),
    ("option value of 151", actions(select(options=[option(value="x" * 151)])), "less than 151"),
    ("101 options", actions(select(options=[option()] * 101)), "no more than 100 items"),
    ("no options", actions({"type": "static_select", "action_id": "a"}), "options, option_groups"),
    ("overflow of six", actions({"type": "overflow", "options": [option()] * 6}), "no more than 5 items"),
    ("placeholder of 151", actions(select(placeholder=plain("x" * 151))), "less than 151"),
    ("input label of 2001", field(select(), label=plain("x" * 2001)), "less than 2001"),
    ("input hint of 2001", field(select(), hint=plain("x" * 2001)), "less than 2001"),
    ("button as input", field(button()), "unsupported type: button"),
    ("input as action", actions({"type": "plain_text_input", "action_id": "t"}), "unsupported type: plain_text_input"),
    ("image without words", {"type": "image", "image_url": "x"}, "missing required field: alt_text"),
    ("image words of 2001", {"type": "image", "image_url": "x", "alt_text": "x" * 2001}, "less than 2001"),
    ("unknown field", {"type": "divider", "colour": "red"}, "invalid additional property: colour"),
    ("unknown block", {"type": "marquee"}, "unsupported type: marquee"),
    ("block without type", {"text": plain("x")}, "unsupported type: None"),
    ("101 rows", table(101), "no more than 100 items"),
    ("21 cells", table(1, 21), "no more than 20 items"),
    ("table too wordy", table(100, 20, "x" * 6), "less than 10001"),
    ("two ids alike", actions(button(), button()), "already exists"),
    ("markdown of 12001", {"type": "markdown", "text": "x" * 12_001}, "less than 12001"),
    ("chart title of 51", {"type": "data_visualization", "title": "x" * 51, "chart": {"type": "pie"}}, "less than 51"),
    ("alert in a message", {"type": "alert", "text": plain("Stock 0")}, "unsupported type: alert"),
    ("text that is a number", {"type": "section", "text": {"type": "mrkdwn", "text": 5}}, "must be a string"),
    (
        "confirm title of 101",
        actions(
            button(confirm={"title": plain("x" * 101), "text": plain("x"), "confirm": plain("y"), "deny": plain("n")})
        ),
        "less than 101",
    ),
    (
        "confirm button of 31",
        actions(
            button(confirm={"title": plain("x"), "text": plain("x"), "confirm": plain("y" * 31), "deny": plain("n")})
        ),
        "less than 31",
    ),
]


@pytest.mark.parametrize(("block", "words"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_a_block_beyond_the_limits_is_refused_with_its_place(block: dict[str, Any], words: str) -> None:
    found = check_message([block])

    assert any(words in line for line in found), found
    assert all(line.startswith("[ERROR]") and "json-pointer:/blocks" in line for line in found)


def test_a_message_holds_fifty_blocks_and_no_more() -> None:
    assert check_message([{"type": "divider"}] * 50) == []
    assert check_message([{"type": "divider"}] * 51) == ["[ERROR] no more than 50 items allowed [json-pointer:/blocks]"]


def test_a_message_has_one_table_at_most() -> None:
    assert "only_one_table_allowed" in check_message([table(), table()])[0]


def test_block_ids_are_unique_in_a_message() -> None:
    twins = [{"type": "divider", "block_id": "b"}] * 2

    assert "block_id already exists: b" in check_message(twins)[0]


def test_all_blocks_together_are_limited() -> None:
    section = {"type": "section", "text": mrkdwn("x" * 2900)}

    assert not is_too_long([section] * 4)
    assert is_too_long([section] * 5)


def test_missing_ids_are_filled_in_and_given_ones_kept() -> None:
    block = {"type": "actions", "elements": [{"type": "button", "text": plain("Go")}, button()]}

    (settled,) = settle_blocks([block])

    assert settled["block_id"]
    assert settled["elements"][0]["action_id"]
    assert settled["elements"][1]["action_id"] == "take"
    assert "block_id" not in block


BAD_VIEWS: list[tuple[str, dict[str, Any], str]] = [
    ("title of 25", modal(title=plain("x" * 25)), "less than 25"),
    ("submit of 25", modal(submit=plain("x" * 25)), "less than 25"),
    ("close of 25", modal(close=plain("x" * 25)), "less than 25"),
    ("private metadata of 3001", modal(private_metadata="x" * 3001), "less than 3001"),
    ("callback_id of 256", modal(callback_id="x" * 256), "less than 256"),
    ("no blocks", modal(blocks=[]), "no fewer than 1 items"),
    ("101 blocks", modal(blocks=[{"type": "divider"}] * 101), "no more than 100 items"),
    ("table", modal(blocks=[table()]), "unsupported type: table"),
    ("unknown field", modal(footer="x"), "invalid additional property: footer"),
    ("input without submit", modal(submit=None, blocks=[field(select())]), "missing required field: submit"),
    (
        "home with a title",
        {"type": "home", "title": plain("x"), "blocks": [{"type": "divider"}]},
        "additional property: title",
    ),
    ("alert on Home", {"type": "home", "blocks": [{"type": "alert", "text": plain("x")}]}, "unsupported type: alert"),
    ("another surface", {"type": "dialog", "blocks": []}, "unsupported type: dialog"),
]


@pytest.mark.parametrize(("view", "words"), [row[1:] for row in BAD_VIEWS], ids=[row[0] for row in BAD_VIEWS])
def test_a_view_beyond_the_limits_is_refused(view: dict[str, Any], words: str) -> None:
    found = check_view(view)

    assert any(words in line for line in found), found


def test_a_modal_may_warn_and_hold_a_hundred_blocks() -> None:
    alert = {"type": "alert", "text": plain("Stock 0"), "level": "warning"}

    assert check_view(modal(blocks=[alert] + [{"type": "divider"}] * 99)) == []


def test_every_element_lives_somewhere() -> None:
    inside = [
        {"type": "section", "text": plain("x"), "accessory": {"type": "image", "image_url": "x", "alt_text": "x"}},
        actions({"type": "datetimepicker", "action_id": "d"}),
    ]

    assert check_message(inside) == []
    assert {"image", "datetimepicker", "file_input"} <= set(ELEMENTS)
