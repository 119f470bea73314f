"""Slack's limits as one table, the walk that finds what breaks them, and our own narrower habits for cards."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

Block = dict[str, Any]
BLOCKS_JSON_MOST = 13_000
TABLE_CHARACTERS_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Limit:
    """One rule: in an element of this kind, what stands at this path has at most (and at least) so many characters or items.

    `yields` says whether the text or list may be shortened to fit: words may, ids, values and buttons may not.
    """

    kind: str
    path: tuple[str, ...]
    most: int
    least: int = 0
    unit: Literal["characters", "items"] = "characters"
    yields: bool = False


def _limit(kind: str, path: str, most: int, least: int = 0, *, items: bool = False, yields: bool = False) -> Limit:
    return Limit(kind, tuple(path.split(".")), most, least, "items" if items else "characters", yields)


def _selects() -> Iterator[Limit]:
    for kind in ("static_select", "multi_static_select"):
        yield _limit(kind, "options", 100, 1, items=True, yields=True)
    for kind in ("checkboxes", "radio_buttons"):
        yield _limit(kind, "options", 10, 1, items=True)
    for kind in (
        "static_select",
        "multi_static_select",
        "external_select",
        "users_select",
        "plain_text_input",
        "datepicker",
    ):
        yield _limit(kind, "placeholder.text", 150, 1, yields=True)


LIMITS: tuple[Limit, ...] = (
    _limit("message", "text", 4000, 1, yields=True),
    _limit("message", "blocks", 50, items=True, yields=True),
    _limit("modal", "blocks", 100, 1, items=True, yields=True),
    _limit("home", "blocks", 100, 1, items=True, yields=True),
    _limit("modal", "title.text", 24, 1),
    _limit("modal", "submit.text", 24, 1),
    _limit("modal", "close.text", 24, 1),
    *(_limit(kind, "private_metadata", 3000) for kind in ("modal", "home")),
    *(_limit(kind, "callback_id", 255) for kind in ("modal", "home")),
    *(_limit(kind, "external_id", 255) for kind in ("modal", "home")),
    _limit("header", "text.text", 150, 1, yields=True),
    _limit("section", "text.text", 3000, 1, yields=True),
    _limit("section", "fields", 10, 1, items=True, yields=True),
    _limit("section", "fields.*.text", 2000, 1, yields=True),
    _limit("context", "elements", 10, 1, items=True, yields=True),
    _limit("context", "elements.*.text", 2000, 1, yields=True),
    _limit("actions", "elements", 25, 1, items=True),
    _limit("markdown", "text", 12_000, 1, yields=True),
    _limit("input", "label.text", 2000, 1, yields=True),
    _limit("input", "hint.text", 2000, 1, yields=True),
    _limit("image", "alt_text", 2000, 1, yields=True),
    _limit("image", "image_url", 3000, 1),
    _limit("image", "title.text", 2000, 1, yields=True),
    _limit("table", "rows", 100, 1, items=True, yields=True),
    _limit("table", "rows.*", 20, 1, items=True),
    _limit("table", "column_settings", 20, items=True),
    _limit("button", "text.text", 75, 1),
    _limit("button", "value", 2000),
    _limit("button", "url", 3000, 1),
    _limit("button", "accessibility_label", 75, 1, yields=True),
    _limit("overflow", "options", 5, 1, items=True),
    _limit("option", "text.text", 75, 1, yields=True),
    _limit("option", "description.text", 75, 1, yields=True),
    _limit("option", "value", 150, 1),
    _limit("option", "url", 3000),
    _limit("confirm", "title.text", 100, 1, yields=True),
    _limit("confirm", "text.text", 300, 1, yields=True),
    _limit("confirm", "confirm.text", 30, 1),
    _limit("confirm", "deny.text", 30, 1),
    _limit("plain_text_input", "initial_value", 3000, yields=True),
    *_selects(),
    *(_limit("*", key, 255, 1) for key in ("action_id", "block_id")),
)
# An option and a confirm question bear no type of their own; the key that holds them names their kind.
_HELD_UNDER = {
    "options": "option",
    "initial_option": "option",
    "initial_options": "option",
    "confirm": "confirm",
}
_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode
_BY_KIND: dict[str, tuple[Limit, ...]] = {}
for _rule in LIMITS:
    _BY_KIND[_rule.kind] = (*_BY_KIND.get(_rule.kind, ()), _rule)
_ANY = tuple((rule.path[0], rule) for rule in _BY_KIND["*"])


@dataclass(frozen=True, slots=True)
class Breach:
    """One place that breaks a limit: the rule, where it is, and how much is there."""

    rule: Limit
    holder: Any
    key: Any
    size: int

    def __str__(self) -> str:
        """The breach in a sentence."""
        bound = f"at least {self.rule.least}" if self.size < self.rule.least else f"at most {self.rule.most}"
        return f"{self.rule.kind} {'.'.join(self.rule.path)}: {self.size} {self.rule.unit}, Slack takes {bound}"


class TooLongForSlack(ValueError):  # noqa: N818 - errors are named by what is wrong
    """What was to be said breaks Slack's limits in the places listed."""

    def __init__(self, name: str, breaches: list[str]) -> None:
        super().__init__(f"{name}: " + "; ".join(breaches))
        self.name = name
        self.breaches = breaches


def breaches(kind: str, payload: Block) -> list[Breach]:
    """Every limit that a message (text, blocks), a modal or a home view breaks."""
    found: list[Breach] = []
    _walk(kind, payload, found)
    return found


def wide_faults(kind: str, payload: Block) -> list[str]:
    """Faults of a whole message or view that no single element shows."""
    blocks: list[Block] = payload["blocks"]
    tables = [block for block in blocks if block["type"] == "table"]
    faults = []
    if kind == "message" and (size := characters(blocks)) > BLOCKS_JSON_MOST:
        faults.append(f"blocks: {size} characters of JSON, Slack takes about {BLOCKS_JSON_MOST}")
    if len(tables) > (1 if kind == "message" else 0):
        faults.append(f"{len(tables)} tables; Slack takes one in a message and none in a view")
    faults += [
        f"table: {size} characters" for t in tables if (size := characters(t.get("rows"))) > TABLE_CHARACTERS_MOST
    ]
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    if len(ids) != len(set(ids)):
        faults.append("two blocks with one block_id")
    for block in blocks:
        acting = [element["action_id"] for element in block.get("elements", ()) if "action_id" in element]
        faults += [f"two elements called {each} in one block" for each in set(acting) if acting.count(each) > 1]
    return faults


def characters(value: object) -> int:
    """The length of a structure as the JSON that Slack counts."""
    return len(_compact(value))


def _walk(kind: str, element: Block, found: list[Breach]) -> None:
    for rule in _BY_KIND.get(kind, ()):
        _hold(rule, element, rule.path, found)
    for key, rule in _ANY:
        if key in element:
            _hold(rule, element, rule.path, found)
    for key, value in element.items():
        if value.__class__ is dict:
            held = value.get("type") or _HELD_UNDER.get(key)
            if held not in _PLAIN:
                _walk(held or "", value, found)
        elif value.__class__ is list:
            _walk_list(_HELD_UNDER.get(key, ""), value, found)


_PLAIN = ("mrkdwn", "plain_text", "raw_text")


def _walk_list(kind: str, values: list[Any], found: list[Breach]) -> None:
    for value in values:
        if value.__class__ is dict:
            held = value.get("type") or kind
            if held not in _PLAIN:
                _walk(held, value, found)
        elif value.__class__ is list:
            _walk_list(kind, value, found)


def _hold(rule: Limit, holder: Any, path: tuple[str, ...], found: list[Breach]) -> None:
    key, rest = path[0], path[1:]
    if key == "*":
        for place, value in enumerate(holder):
            if rest:
                _hold(rule, value, rest, found)
            else:
                _measure(rule, holder, place, found)
    elif key in holder:
        if rest:
            _hold(rule, holder[key], rest, found)
        else:
            _measure(rule, holder, key, found)


def _measure(rule: Limit, holder: Any, key: Any, found: list[Breach]) -> None:
    size = len(holder[key])
    if not rule.least <= size <= rule.most:
        found.append(Breach(rule, holder, key, size))
