"""Slack's rules for whole blocks, messages and views, and what Slack fills in itself."""

import copy
import uuid
from collections import Counter
from collections.abc import Iterator

from sandbox.block_rules import (
    Check,
    Finding,
    anything,
    flag,
    integer,
    kinded,
    listed,
    number,
    one_of,
    shaped,
    string,
    text,
)
from sandbox.elements import ACCESSORY, ACTION, CONTEXT, ID, INPUT, PLAIN, RICH_TEXT, SLACK_FILE, TEXT_MOST
from sandbox.wire import Json, packed

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
# Found by others by trying; Slack's reference does not state it.
MESSAGE_BLOCKS_SIZE = 13_200
MARKDOWN_MOST = 12_000
TABLE_MOST = 10_000
CHARTS_MOST = 2

_BASE: dict[str, Check] = {"block_id": ID}
_TYPE: dict[str, Check] = {"type": anything}
_RICH = shaped({**_TYPE, "elements": listed(RICH_TEXT, 1000, 0)}, _BASE)
_CELL = kinded(
    {
        "raw_text": shaped({**_TYPE, "text": string()}),
        "raw_number": shaped({**_TYPE, "value": number, "text": string()}),
        "rich_text": _RICH,
    }
)
_POINT = shaped({"label": string(), "value": number})
_SERIES = shaped({"name": string(), "data": listed(_POINT, 100)})
_PLOT = shaped({**_TYPE, "series": listed(_SERIES, 6), "axis_config": anything})
_CHART = kinded(
    {"pie": shaped({**_TYPE, "segments": listed(_POINT, 6)}), **dict.fromkeys(("bar", "area", "line"), _PLOT)}
)


def _column(value: object, at: str, found: list[Finding]) -> None:
    if value is not None:
        shaped({}, {"align": one_of("left", "center", "right"), "is_wrapped": flag})(value, at, found)


BLOCKS: dict[str, Check] = {
    "section": shaped(
        _TYPE,
        {**_BASE, "text": text(TEXT_MOST), "fields": listed(text(2000), 10), "accessory": ACCESSORY, "expand": flag},
        ("text", "fields"),
    ),
    "header": shaped({**_TYPE, "text": text(150, PLAIN)}, {**_BASE, "level": integer(1, 4)}),
    "divider": shaped(_TYPE, _BASE),
    "image": shaped(
        {**_TYPE, "alt_text": string(2000)},
        {**_BASE, "image_url": string(3000), "slack_file": SLACK_FILE, "title": text(2000, PLAIN)},
        ("image_url", "slack_file"),
    ),
    "actions": shaped({**_TYPE, "elements": listed(ACTION, 25)}, _BASE),
    "context": shaped({**_TYPE, "elements": listed(CONTEXT, 10)}, _BASE),
    "input": shaped(
        {**_TYPE, "label": text(2000, PLAIN), "element": INPUT},
        {**_BASE, "hint": text(2000, PLAIN), "optional": flag, "dispatch_action": flag},
    ),
    "rich_text": _RICH,
    "table": shaped(
        {**_TYPE, "rows": listed(listed(_CELL, 20), 100)}, {**_BASE, "column_settings": listed(_column, 20, 0)}
    ),
    "markdown": shaped({**_TYPE, "text": string(MARKDOWN_MOST)}, _BASE),
    "alert": shaped(
        {**_TYPE, "text": text(TEXT_MOST)}, {**_BASE, "level": one_of("default", "info", "warning", "error", "success")}
    ),
    "data_visualization": shaped({**_TYPE, "title": string(50), "chart": _CHART}, _BASE),
}
ONLY_IN_VIEWS = ("alert",)
ONLY_IN_MESSAGES = ("table", "markdown", "data_visualization")
MESSAGE_KINDS = tuple(kind for kind in BLOCKS if kind not in ONLY_IN_VIEWS)
VIEW_KINDS = tuple(kind for kind in BLOCKS if kind not in ONLY_IN_MESSAGES)
_MESSAGE = listed(kinded(BLOCKS, MESSAGE_KINDS), MESSAGE_BLOCKS)
_VIEW_COMMON: dict[str, Check] = {
    "private_metadata": string(3000, 0),
    "callback_id": string(255, 0),
    "external_id": string(255, 0),
}
_MODAL = shaped(
    {**_TYPE, "title": text(24, PLAIN), "blocks": listed(kinded(BLOCKS, VIEW_KINDS), VIEW_BLOCKS)},
    {
        **_VIEW_COMMON,
        "submit": text(24, PLAIN),
        "close": text(24, PLAIN),
        **dict.fromkeys(("clear_on_close", "notify_on_close", "submit_disabled"), flag),
    },
)
_HOME_KINDS = tuple(kind for kind in VIEW_KINDS if kind not in ONLY_IN_VIEWS)
_HOME = shaped({**_TYPE, "blocks": listed(kinded(BLOCKS, _HOME_KINDS), VIEW_BLOCKS)}, _VIEW_COMMON)
_VIEW = kinded({"modal": _MODAL, "home": _HOME})


def find_in_message(blocks: object) -> list[Finding]:
    """What Slack would refuse in the blocks of a message."""
    found: list[Finding] = []
    _MESSAGE(blocks, "/blocks", found)
    if not found and isinstance(blocks, list):
        found.extend(_twice(blocks, "/blocks"))
        found.extend(_too_much(blocks))
    return found


def find_in_view(view: object) -> list[Finding]:
    """What Slack would refuse in a view."""
    found: list[Finding] = []
    _VIEW(view, "/view", found)
    if not found and isinstance(view, dict):
        found.extend(_twice(view["blocks"], "/view/blocks"))
        if view["type"] == "modal" and not view.get("submit") and any(one["type"] == "input" for one in view["blocks"]):
            found.append(Finding("/view", "missing required field: submit", "missing_field"))
    return found


def check_message(blocks: object) -> list[str]:
    """The findings in a message as Slack words them."""
    return [finding.line() for finding in find_in_message(blocks)]


def check_view(view: object) -> list[str]:
    """The findings in a view as Slack words them."""
    return [finding.line() for finding in find_in_view(view)]


def is_too_long(blocks: list[Json]) -> bool:
    """Whether the blocks of one message are more than Slack takes in all."""
    return len(packed(blocks)) > MESSAGE_BLOCKS_SIZE


def settle_blocks(blocks: list[Json]) -> list[Json]:
    """A copy with the block_id and action_id that Slack adds where they are missing."""
    settled = copy.deepcopy(blocks)
    for block in settled:
        block["block_id"] = block.get("block_id") or uuid.uuid4().hex[:5]
        for element in elements_of(block):
            if element.get("type") not in ("image", "plain_text", "mrkdwn"):
                element["action_id"] = element.get("action_id") or uuid.uuid4().hex[:5]
    return settled


def elements_of(block: Json) -> Iterator[Json]:
    """The elements of one block: of an actions block, a section's accessory, an input's element."""
    if block.get("type") == "actions":
        yield from block["elements"]
    for place in ("accessory", "element"):
        if isinstance(block.get(place), dict):
            yield block[place]


def _twice(blocks: list[Json], at: str) -> Iterator[Finding]:
    ids = Counter(block["block_id"] for block in blocks if block.get("block_id"))
    for one, count in ids.items():
        if count > 1:
            yield Finding(at, f"block_id already exists: {one}", "duplicate_id")
    for place, block in enumerate(blocks):
        actions = Counter(element.get("action_id") for element in elements_of(block) if element.get("action_id"))
        for action, count in actions.items():
            if count > 1:
                yield Finding(f"{at}/{place}/elements", f"`action_id` {action} already exists", "duplicate_id")


def _too_much(blocks: list[Json]) -> Iterator[Finding]:
    tables = [block for block in blocks if block["type"] == "table"]
    if len(tables) > 1:
        yield Finding("/blocks", "only_one_table_allowed")
    if any(sum(len(cell.get("text", "")) for row in table["rows"] for cell in row) > TABLE_MOST for table in tables):
        yield Finding("/blocks", f"table must be less than {TABLE_MOST + 1} characters")
    if sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > MARKDOWN_MOST:
        yield Finding("/blocks", f"markdown blocks must be less than {MARKDOWN_MOST + 1} characters in all")
    if sum(block["type"] == "data_visualization" for block in blocks) > CHARTS_MOST:
        yield Finding("/blocks", f"no more than {CHARTS_MOST} charts allowed")
