"""Slack's payloads become small values; nothing that a person typed can pretend to be something else."""

from typing import Any

import pytest

from bot import payloads

EVENT: dict[str, Any] = {
    "type": "message",
    "user": "U0ANA",
    "channel": "C0MAINT",
    "ts": "1.000100",
    "text": "seal leaks",
}


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("seal &lt;b&gt; &amp; shaft", "seal <b> & shaft"),
        ("ask <@U0LUIS|luis> now", "ask <@U0LUIS> now"),
        ("in <#C0MAINT|maintenance>", "in #maintenance"),
        ("see <https://plant.example/p|the page>", "see the page"),
        ("<mailto:ana@plant.example|ana@plant.example>", "ana@plant.example"),
        ("<!channel> &lt;!channel&gt;", "!channel <!channel>"),
    ],
)
def test_a_text_is_read_as_the_person_meant_it(sent: str, meant: str) -> None:
    assert payloads.plain(sent) == meant


@pytest.mark.parametrize(
    ("change", "person"),
    [
        ({}, True),
        ({"subtype": "file_share"}, True),
        ({"subtype": "message_changed"}, False),
        ({"bot_id": "B1"}, False),
        ({"user": None}, False),
    ],
)
def test_only_what_a_person_wrote_is_taken(change: dict[str, Any], person: bool) -> None:
    assert payloads.written_by_a_person(EVENT | change) is person


def test_a_mention_and_its_message_event_are_the_same_happening() -> None:
    mention = EVENT | {"type": "app_mention", "text": "<@UBOT> where PO-118"}
    message = EVENT | {"text": "<@UBOT> where PO-118", "channel_type": "channel"}

    assert payloads.message(mention, "UBOT") == payloads.message(message, "UBOT")
    assert payloads.message(mention, "UBOT").addressed
    assert payloads.message(mention, "UBOT").text == "where PO-118"


def test_a_reply_belongs_to_its_thread_and_a_root_to_none() -> None:
    assert payloads.message(EVENT | {"thread_ts": "1.000100"}, "UBOT").thread_ts is None
    assert payloads.message(EVENT | {"thread_ts": "0.000100"}, "UBOT").thread_ts == "0.000100"


def test_an_external_file_has_no_address_that_the_token_could_be_shown_to() -> None:
    files = [{"id": "F1", "mode": "external", "url_private": "http://evil.example/x.jpg", "mimetype": "image/jpeg"}]

    (posted,) = payloads.message(EVENT | {"files": files}, "UBOT").files

    assert posted.address == ""


def _click(**action: Any) -> dict[str, Any]:
    return {
        "user": {"id": "U0LUIS"},
        "channel": {"id": "C0MAINT"},
        "message": {"ts": "2.0", "thread_ts": "1.0"},
        "actions": [{"action_id": "work_order.take", "action_ts": "9.1", **action}],
    }


def test_a_click_carries_its_place_and_its_value() -> None:
    click = payloads.click(_click(value="v1:12"))

    assert (click.action, click.value, click.channel, click.message_ts, click.thread_ts) == (
        "work_order.take", "v1:12", "C0MAINT", "2.0", "1.0",
    )  # fmt: skip


def test_an_entry_of_a_menu_is_a_button_of_its_own() -> None:
    option = {"value": "work_order.hold|v1:12"}

    click = payloads.click(_click(type="overflow", action_id="work_order.more", selected_option=option))

    assert (click.action, click.value, click.chosen) == ("work_order.hold", "v1:12", "")


def test_10_the_same_click_delivered_again_has_the_same_key_and_another_click_has_not() -> None:
    first, again, second = _click(value="v1:12"), _click(value="v1:12"), _click(value="v1:12", action_ts="9.2")

    assert payloads.click(first).key == payloads.click(again).key
    assert payloads.click(first).key != payloads.click(second).key


@pytest.mark.parametrize(
    ("element", "chosen"),
    [
        ({"selected_option": {"value": "high"}}, "high"),
        ({"selected_options": [{"value": "a"}, {"value": "b"}]}, "a,b"),
        ({"selected_options": []}, ""),
        ({"selected_user": "U0BO"}, "U0BO"),
        ({"selected_users": ["U1", "U2"]}, "U1,U2"),
        ({"selected_date": "2026-11-27"}, "2026-11-27"),
        ({"value": "2 &lt; 3"}, "2 < 3"),
        ({"value": None}, ""),
    ],
)
def test_whatever_was_picked_is_read_as_one_text(element: dict[str, Any], chosen: str) -> None:
    assert payloads.chosen(element) == chosen


def test_a_submission_has_one_value_a_block() -> None:
    view = {"id": "V1", "hash": "h", "callback_id": "hold_work_order", "private_metadata": "v1:7"}
    state = {"values": {"reason": {"value": {"type": "plain_text_input", "value": " waits for crane "}}, "empty": {}}}

    submission = payloads.submission({"user": {"id": "U0LUIS"}, "view": view | {"state": state}})

    assert submission.field("reason") == "waits for crane"
    assert submission.field("nothing") == ""
    assert (submission.private, submission.key) == ("v1:7", "view:V1:h")
