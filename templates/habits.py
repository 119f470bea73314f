"""Our own habits for cards and views, narrower than Slack's limits: what the template tests hold every sample against."""

import html
import re
from collections.abc import Callable, Iterator
from typing import Any

from templates.limits import Block
from templates.slack import Card

TEXT_MOST = 120
HEADING_MOST = 60
BUTTON_MOST = 24
BLOCKS_MOST = 12
HOME_BLOCKS_MOST = 40
WORDS_MOST = 3000
BUTTONS_MOST = 3
INPUTS_MOST = 5
EMPTY_LABELS = {"ok", "okay", "yes", "no", "submit", "click here", "settings", "send", "continue"}
_CONTROL = re.compile(r"<[^>|]*\|([^>]*)>|<[@#!]?([^>]*)>")
_EMOJI = re.compile("[\u2600-\u27bf\U0001f000-\U0001faff]|:[a-z_]{3,}:")
_DOCUMENT_NUMBER = re.compile(r"\b[A-Z]{2}-\d{4}-\d+")
_FORMATTING = re.compile(r"(?:^|\s)[*_~`]\S")

Rule = Callable[[Any], Iterator[str]]


def card_habits(card: Card) -> list[str]:
    """Every habit that a card breaks, one sentence each."""
    return [fault for rule in CARD_RULES for fault in rule(card)]


def view_habits(view: Block) -> list[str]:
    """Every habit that a modal or Home view breaks, one sentence each."""
    return [fault for rule in VIEW_RULES for fault in rule(view)]


def spoken(text: str) -> str:
    """Slack text as a person sees it: labels for links, entities as their characters."""
    return html.unescape(_CONTROL.sub(lambda found: found[1] or found[2], text))


def _phone_line(card: Card) -> Iterator[str]:
    said = spoken(card.text)
    if len(said) > TEXT_MOST:
        yield f"the phone line has {len(said)} characters, ours have {TEXT_MOST}: {said!r}"
    if _FORMATTING.search(said):
        yield f"the phone line carries formatting: {said!r}"


def _heading(card: Card) -> Iterator[str]:
    for block in card.blocks:
        if block["type"] != "header":
            continue
        said = spoken(block["text"]["text"])
        if len(said) > HEADING_MOST:
            yield f"the heading has {len(said)} characters, ours have {HEADING_MOST}: {said!r}"
        if _DOCUMENT_NUMBER.search(said) or _EMOJI.search(said):
            yield f"the heading carries a document number or an emoji: {said!r}"


def _buttons(card: Card) -> Iterator[str]:
    yield from _button_rows(card.blocks)


def _size(card: Card) -> Iterator[str]:
    if len(card.blocks) > BLOCKS_MOST:
        yield f"{len(card.blocks)} blocks, ours have {BLOCKS_MOST}"
    total = sum(len(text) for text in _texts(card.blocks))
    if total > WORDS_MOST:
        yield f"{total} characters of words, ours have {WORDS_MOST}"


def _one_primary(card: Card) -> Iterator[str]:
    styles = [e.get("style") for b in card.blocks if b["type"] == "actions" for e in b["elements"]]
    if styles.count("primary") > 1:
        yield "more than one green button"
    if "primary" in styles and styles[0] != "primary":
        yield "the green button is not the first"


def _view_buttons(view: Block) -> Iterator[str]:
    yield from _button_rows(view["blocks"])


def _modal_size(view: Block) -> Iterator[str]:
    inputs = sum(block["type"] == "input" for block in view["blocks"])
    if inputs > INPUTS_MOST:
        yield f"{inputs} inputs, ours have {INPUTS_MOST}"
    if view["type"] == "home" and len(view["blocks"]) > HOME_BLOCKS_MOST:
        yield f"{len(view['blocks'])} blocks, our Home has {HOME_BLOCKS_MOST}"


def _modal_words(view: Block) -> Iterator[str]:
    if "submit" in view and view["submit"]["text"].lower() in EMPTY_LABELS:
        yield f"the button says {view['submit']['text']!r}, not what it does"
    way_out = "Back" if "submit" in view else "Close"
    if "close" in view and view["close"]["text"] != way_out:
        yield f"the way out is called {view['close']['text']!r}, ours is {way_out}"


def _button_rows(blocks: list[Block]) -> Iterator[str]:
    for block in blocks:
        if block["type"] != "actions":
            continue
        buttons = [element for element in block["elements"] if element["type"] == "button"]
        if len(buttons) > BUTTONS_MOST:
            yield f"{len(buttons)} buttons in a row, ours has {BUTTONS_MOST} and a menu"
        kinds = [element["type"] for element in block["elements"]]
        if "overflow" in kinds[:-1]:
            yield "the menu is not the last of its row"
        for button in buttons:
            yield from _label(spoken(button["text"]["text"]))


def _label(label: str) -> Iterator[str]:
    if len(label) > BUTTON_MOST:
        yield f"the button {label!r} has {len(label)} characters, ours have {BUTTON_MOST}"
    if label.lower() in EMPTY_LABELS or _EMOJI.search(label):
        yield f"the button {label!r} does not say in words what it does"


def _texts(held: Any) -> Iterator[str]:
    if isinstance(held, dict):
        if isinstance(held.get("text"), str):
            yield held["text"]
        for value in held.values():
            yield from _texts(value)
    elif isinstance(held, list):
        for value in held:
            yield from _texts(value)


CARD_RULES: tuple[Rule, ...] = (_phone_line, _heading, _buttons, _one_primary, _size)
VIEW_RULES: tuple[Rule, ...] = (_view_buttons, _modal_size, _modal_words)
