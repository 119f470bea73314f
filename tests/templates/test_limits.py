"""Walks the whole table of Slack's limits: each is found when broken, and yields exactly where words may be shortened."""

from typing import Any

import pytest

from templates import TooLongForSlack
from templates.fitting import fit
from templates.habits import card_habits, spoken, view_habits
from templates.limits import BLOCKS_JSON_MOST, LIMITS, breaches, characters
from templates.slack import Card

HELD = {"option": "options", "confirm": "confirm"}


def filled(rule: Any, size: Any) -> dict[str, Any]:
    """An element of the rule's kind that holds so much at the rule's path."""
    value = "x" * size if rule.unit == "characters" else [stuffing(rule.path[-1]) for _ in range(size)]
    for key in reversed(rule.path):
        value = [value] if key == "*" else {key: value}
    return {"type": rule.kind, **value}


def stuffing(key: Any) -> Any:
    cells = [{"type": "raw_text", "text": "c"}]
    return {"rows": cells, "fields": {"type": "mrkdwn", "text": "f"}, "*": cells[0]}.get(key) or {"type": "divider"}


def placed(rule: Any, element: Any) -> tuple[str, dict[str, Any]]:
    """The element inside a payload that Slack would be sent, and the payload's kind."""
    if rule.kind in ("message", "modal", "home"):
        return rule.kind, {"text": "t", "blocks": [{"type": "divider"}], **element}
    if rule.kind in HELD:
        del element["type"]
        held = [element] if rule.kind == "option" else element
        element = {"type": "overflow", "action_id": "a", HELD[rule.kind]: held}
    return "message", {"text": "t", "blocks": [{**element, "type": element["type"].replace("*", "divider")}]}


@pytest.mark.parametrize("rule", LIMITS, ids=lambda rule: f"{rule.kind}.{'.'.join(rule.path)}")
def test_every_limit_is_held(rule: Any) -> None:
    kind, lawful = placed(rule, filled(rule, rule.most))
    _, broken = placed(rule, filled(rule, rule.most + 1))

    assert [breach for breach in breaches(kind, lawful) if breach.rule == rule] == []
    assert [breach.size for breach in breaches(kind, broken) if breach.rule == rule] == [rule.most + 1]


@pytest.mark.parametrize(
    "rule", [rule for rule in LIMITS if rule.least], ids=lambda rule: f"{rule.kind}.{'.'.join(rule.path)}"
)
def test_every_empty_place_is_found(rule: Any) -> None:
    kind, broken = placed(rule, filled(rule, 0))

    assert str(next(b for b in breaches(kind, broken) if b.rule == rule)).endswith("at least 1")


@pytest.mark.parametrize("rule", LIMITS, ids=lambda rule: f"{rule.kind}.{'.'.join(rule.path)}")
def test_words_yield_and_ids_do_not(rule: Any) -> None:
    kind, broken = placed(rule, filled(rule, rule.most + 1))

    if not rule.yields:
        with pytest.raises(TooLongForSlack):
            fit("sample", kind, broken)
    else:
        fitted = fit("sample", kind, broken)
        assert [b for b in breaches(kind, fitted) if b.size > b.rule.most] == []


def test_an_empty_text_is_said_as_an_ellipsis() -> None:
    blocks = [{"type": "context", "elements": [{"type": "mrkdwn", "text": ""}]}]

    fitted = fit("sample", "message", {"text": "", "blocks": blocks})

    assert fitted["text"] == fitted["blocks"][0]["elements"][0]["text"] == "…"


def test_too_many_blocks_keep_the_buttons_and_the_foot() -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": str(at)}} for at in range(60)]
    foot = [
        {"type": "actions", "elements": [{"type": "button"}]},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "PO"}]},
    ]

    fitted = fit("sample", "message", {"text": "t", "blocks": [*blocks, *foot]})["blocks"]

    assert len(fitted) == 50
    assert fitted[-2:] == foot
    assert fitted[-3]["elements"][0]["text"] == "and 13 more, see the PDF"


def test_more_than_ten_facts_become_two_sections() -> None:
    fields = [{"type": "mrkdwn", "text": str(at)} for at in range(23)]

    fitted = fit("sample", "message", {"text": "t", "blocks": [{"type": "section", "fields": fields}]})["blocks"]

    assert [len(block["fields"]) for block in fitted] == [10, 10, 3]


def test_a_message_that_is_too_large_says_less_of_each() -> None:
    rows = [[{"type": "raw_text", "text": "x" * 40} for _ in range(6)] for _ in range(30)]
    sections = [{"type": "section", "text": {"type": "mrkdwn", "text": "y" * 2900}} for _ in range(10)]
    button = {"type": "button", "text": {"type": "plain_text", "text": "z" * 75}}

    fitted = fit(
        "sample",
        "message",
        {
            "text": "t",
            "blocks": [*sections, {"type": "table", "rows": rows}, {"type": "actions", "elements": [button]}],
        },
    )

    assert characters(fitted["blocks"]) <= BLOCKS_JSON_MOST
    assert fitted["blocks"][-2]["rows"][-1][0]["text"] == "and 19 more, see the PDF"
    assert fitted["blocks"][-1]["elements"][0]["text"]["text"] == "z" * 75


def test_what_cannot_be_made_smaller_is_refused() -> None:
    buttons = [{"type": "button", "value": "v" * 1900} for _ in range(8)]

    with pytest.raises(TooLongForSlack, match="characters of JSON"):
        fit("sample", "message", {"text": "t", "blocks": [{"type": "actions", "elements": buttons}]})


def test_one_table_in_a_message_and_none_in_a_view() -> None:
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]}

    with pytest.raises(TooLongForSlack, match="2 tables"):
        fit("sample", "message", {"text": "t", "blocks": [table, table]})
    with pytest.raises(TooLongForSlack, match="1 tables"):
        fit("sample", "modal", {"blocks": [table]})


def test_two_blocks_with_one_id_are_refused() -> None:
    block = {"type": "divider", "block_id": "a"}

    with pytest.raises(TooLongForSlack, match="one block_id"):
        fit("sample", "modal", {"blocks": [block, dict(block)]})


def test_two_buttons_of_one_name_may_not_stand_in_one_block() -> None:
    button = {"type": "button", "action_id": "join", "text": {"type": "plain_text", "text": "Join"}}
    block = {"type": "actions", "elements": [button, button]}

    with pytest.raises(TooLongForSlack, match="two elements called join"):
        fit("join", "message", {"text": "x", "blocks": [block]})


def actions(*labels: Any, style: Any = None) -> dict[str, Any]:
    elements = [{"type": "button", "text": {"type": "plain_text", "text": label}} for label in labels]
    if style:
        elements[-1]["style"] = style
    return {"type": "actions", "elements": elements}


@pytest.mark.parametrize(
    ("card", "said"),
    [
        (Card("x" * 121, []), "phone line has 121"),
        (Card("*bold* news", []), "formatting"),
        (Card("t", [{"type": "header", "text": {"type": "plain_text", "text": "h" * 61}}]), "heading has 61"),
        (
            Card("t", [{"type": "header", "text": {"type": "plain_text", "text": "Approve PO-2026-00118"}}]),
            "document number",
        ),
        (Card("t", [actions("OK")]), "'OK'"),
        (Card("t", [actions("Approve :tada:")]), "tada"),
        (Card("t", [actions("b" * 25)]), "has 25"),
        (Card("t", [actions("A", "B", "C", "D")]), "4 buttons"),
        (Card("t", [actions("A", style="primary"), actions("B", style="primary")]), "more than one green"),
        (Card("t", [actions("A", "B", style="primary")]), "not the first"),
        (
            Card("t", [{"type": "actions", "elements": [{"type": "overflow"}, *actions("A")["elements"]]}]),
            "menu is not the last",
        ),
        (Card("t", [{"type": "divider"}] * 13), "13 blocks"),
        (Card("t", [{"type": "section", "text": {"type": "mrkdwn", "text": "y" * 3001}}]), "3001 characters"),
    ],
)
def test_every_habit_is_noticed(card: Any, said: Any) -> None:
    assert any(said in fault for fault in card_habits(card))


def test_every_habit_of_views_is_noticed() -> None:
    words = {"type": "plain_text", "text": "Submit"}
    modal = {"type": "modal", "submit": words, "close": words, "blocks": [{"type": "input"}] * 6}
    home = {"type": "home", "blocks": [actions("Start"), *[{"type": "divider"}] * 40]}

    assert len(view_habits(modal)) == 3
    assert view_habits(home) == ["41 blocks, our Home has 40"]


def test_words_are_counted_as_they_are_seen() -> None:
    assert spoken("A &amp; B, <@U0LUIS>, <https://x|here>, <!date^1^{time}|09:41>") == "A & B, U0LUIS, here, 09:41"
