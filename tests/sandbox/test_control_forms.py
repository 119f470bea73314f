"""What a client checks in a modal before the app hears of it, and answers of the app that Slack refuses."""

from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.outside import Outside


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def form(element: dict[str, Any], **block: Any) -> dict[str, Any]:
    asked = {"type": "input", "block_id": "b", "label": plain("x"), "element": {**element, "action_id": "a"}, **block}
    return {"type": "modal", "callback_id": "f", "title": plain("x"), "submit": plain("Send"), "blocks": [asked]}


PLAIN_TEXT = {"type": "plain_text_input"}
NUMBER = {"type": "number_input", "is_decimal_allowed": False, "min_value": "1", "max_value": "9"}
DECIMAL = {"type": "number_input", "is_decimal_allowed": True}
OPTIONS = [{"text": plain(name), "value": name} for name in ("a", "b")]
CHECKS = {"type": "checkboxes", "options": OPTIONS}

ANSWERS: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({**PLAIN_TEXT, "min_length": 3}, {"value": "ab"}, "at least 3 characters"),
    ({**PLAIN_TEXT, "max_length": 3}, {"value": "abcd"}, "no more than 3 characters"),
    (NUMBER, {"value": "x"}, "enter a number"),
    (NUMBER, {"value": "NaN"}, "enter a number"),
    (NUMBER, {"value": "1.5"}, "whole number"),
    (NUMBER, {"value": "0"}, "at least 1"),
    (NUMBER, {"value": "10"}, "at most 9"),
    ({"type": "email_text_input"}, {"value": "ana"}, "valid email"),
    ({"type": "url_text_input"}, {"value": "halden"}, "valid URL"),
    (CHECKS, {"selected_options": []}, "required"),
    (PLAIN_TEXT, {}, "required"),
]


@pytest.mark.parametrize(("element", "given", "words"), ANSWERS, ids=[f"{row[0]['type']}: {row[2]}" for row in ANSWERS])
async def test_a_client_refuses_what_cannot_be_right(
    outside: Outside, page: Any, element: dict[str, Any], given: dict[str, Any], words: str
) -> None:
    view = outside.modals.open(outside.triggers.give("U0BO"), form(element))

    answer = await page.post("submit", who="U0BO", view_id=view["id"], state={"values": {"b": {"a": given}}})

    assert words in answer["errors"]["b"]


GOOD: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    (DECIMAL, {"value": "2,5"}, {"type": "number_input", "value": "2.5"}),
    (NUMBER, {"value": "9"}, {"type": "number_input", "value": "9"}),
    ({**PLAIN_TEXT, "initial_value": "as before"}, {}, {"type": "plain_text_input", "value": "as before"}),
    (CHECKS, {"selected_options": ["b"]}, {"type": "checkboxes", "selected_options": [OPTIONS[1]]}),
    ({"type": "datepicker", "initial_date": "2026-11-22"}, {}, {"type": "datepicker", "selected_date": "2026-11-22"}),
    ({"type": "email_text_input"}, {"value": "ana@x.example"}, {"type": "email_text_input", "value": "ana@x.example"}),
    ({"type": "url_text_input"}, {"value": "http://x/"}, {"type": "url_text_input", "value": "http://x/"}),
    ({"type": "users_select"}, {"selected_user": "U0ANA"}, {"type": "users_select", "selected_user": "U0ANA"}),
]


@pytest.mark.parametrize(("element", "given", "sent"), GOOD, ids=[f"{row[0]['type']} {row[1]}" for row in GOOD])
async def test_the_app_gets_a_full_state(
    outside: Outside, page: Any, element: dict[str, Any], given: dict[str, Any], sent: dict[str, Any]
) -> None:
    view = outside.modals.open(outside.triggers.give("U0BO"), form(element))

    await page.post("submit", who="U0BO", view_id=view["id"], state={"values": {"b": {"a": given} if given else {}}})

    kept = outside.modals.stack("U0BO")[0]
    assert kept["state"]["values"]["b"]["a"] == sent


async def test_an_optional_field_may_stay_empty(outside: Outside, page: Any, bolt: AsyncApp, connect: Any) -> None:
    @bolt.view("f")
    async def take(ack: Any) -> None:
        await ack()

    await connect()
    view = outside.modals.open(outside.triggers.give("U0BO"), form(PLAIN_TEXT, optional=True))

    assert await page.post("submit", who="U0BO", view_id=view["id"], state={"values": {}}) == {"ok": True}


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"response_action": "errors", "errors": {"other": "x"}}, "invalid_errors"),
    ({"response_action": "errors", "errors": {}}, "invalid_errors"),
    ({"response_action": "dance"}, "invalid_response_action"),
    ({"response_action": "update", "view": {"type": "modal"}}, "invalid_arguments"),
]


@pytest.mark.parametrize(("answer", "error"), REFUSED, ids=[f"{row[1]} {row[0]}" for row in REFUSED])
async def test_an_answer_that_slack_cannot_use_is_a_visible_failure(
    outside: Outside, session: aiohttp.ClientSession, slack: AsyncWebClient, answer: dict[str, Any], error: str
) -> None:
    view = outside.modals.open(outside.triggers.give("U0BO"), form({**PLAIN_TEXT, "initial_value": "x"}))
    opened = await slack.apps_connections_open(app_token=outside.app_token)

    async with session.ws_connect(opened["url"]) as socket:
        await socket.receive_json()
        words = {"as": "U0BO", "view_id": view["id"], "state": {"values": {}}}
        sending = outside.delivery.tasks.start(_submit(session, outside, words))
        envelope = await socket.receive_json()
        await socket.send_str("not json")
        await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": answer})
        shown = await sending

    assert (shown["ok"], shown["error"]) == (False, error)
    assert len(outside.modals.stack("U0BO")) == 1


async def _submit(session: aiohttp.ClientSession, outside: Outside, words: dict[str, Any]) -> dict[str, Any]:
    async with session.post(outside.url + "/sandbox/submit", json=words) as response:
        return dict(await response.json())


async def test_an_update_by_response_action_keeps_the_view(
    outside: Outside, page: Any, bolt: AsyncApp, connect: Any
) -> None:
    @bolt.view("f")
    async def take(ack: Any) -> None:
        await ack(response_action="update", view={**form(PLAIN_TEXT), "title": plain("Next")})

    await connect()
    view = outside.modals.open(outside.triggers.give("U0BO"), form({**PLAIN_TEXT, "initial_value": "x"}))

    await page.post("submit", who="U0BO", view_id=view["id"], state={"values": {}})

    (kept,) = outside.modals.stack("U0BO")
    assert (kept["id"], kept["title"]["text"]) == (view["id"], "Next")


async def test_views_are_pushed_updated_and_named_from_outside(outside: Outside, slack: AsyncWebClient) -> None:
    first = form(PLAIN_TEXT) | {"external_id": "wo-1"}
    await slack.views_open(trigger_id=outside.triggers.give("U0BO"), view=first)
    await slack.views_push(trigger_id=outside.triggers.give("U0BO"), view=form(PLAIN_TEXT))
    renamed = {**first, "title": plain("Renamed")}
    await slack.views_update(external_id="wo-1", view=renamed)

    assert [view["title"]["text"] for view in outside.modals.stack("U0BO")] == ["Renamed", "x"]
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    published = await slack.views_publish(user_id="U0BO", view=home)
    await slack.views_publish(user_id="U0BO", view=home, hash=published["view"]["hash"])
    for call, error in (
        (slack.views_push(trigger_id=outside.triggers.give("U0BO"), view=first), "duplicate_external_id"),
        (slack.views_update(view_id="V0NONE", view=first), "not_found"),
        (slack.views_update(external_id="nothing", view=form(PLAIN_TEXT)), "not_found"),
        (slack.views_publish(user_id="U0BO", view=first), "invalid_arguments"),
        (slack.views_publish(user_id="U0NOBODY", view=home), "user_not_found"),
        (slack.views_publish(user_id="U0BO", view=home, hash="old"), "hash_conflict"),
        (slack.views_open(trigger_id=outside.triggers.give("U0BO"), view=home), "invalid_arguments"),
        (slack.api_call("views.open", json={"trigger_id": "x"}), "invalid_arguments"),
    ):
        with pytest.raises(SlackApiError) as caught:
            await call
        assert caught.value.response["error"] == error


async def test_closing_with_clear_on_close_closes_all(outside: Outside, page: Any) -> None:
    outside.modals.open(outside.triggers.give("U0BO"), form(PLAIN_TEXT))
    top = outside.modals.push_for("U0BO", form(PLAIN_TEXT) | {"clear_on_close": True})

    await page.post("close", who="U0BO", view_id=top["id"])

    assert outside.modals.stack("U0BO") == []


async def test_answers_to_a_response_url_are_checked(outside: Outside, session: aiohttp.ClientSession) -> None:
    async def answer(body: bytes) -> str:
        async with session.post(outside.replies.address("C0MAINT", "U0BO"), data=body) as response:
            return await response.text()

    assert "invalid_payload" in await answer(b"{")
    assert "no_text" in await answer(b"{}")
    assert "invalid_blocks" in await answer(b'{"blocks": [{"type": "marquee"}]}')
    assert await answer(b'{"blocks": [{"type": "divider"}], "response_type": "in_channel"}') == "ok"
    shown = outside.control.messages("C0MAINT", "U0ANA", "")
    assert [one["ephemeral_to"] for one in shown] == [None]


async def test_groups_of_people_have_a_conversation_too(slack: AsyncWebClient, outside: Outside) -> None:
    opened = await slack.conversations_open(users=["U0BO", "U0ANA"], return_im=True)
    again = await slack.conversations_open(users=["U0ANA", "U0BO"])
    by_id = await slack.conversations_open(channel=again["channel"]["id"])
    listed = await slack.conversations_list(types="mpim")

    assert opened["channel"]["id"] == again["channel"]["id"] == by_id["channel"]["id"]
    assert opened["channel"]["is_mpim"]
    assert [one["id"] for one in listed["channels"]] == [opened["channel"]["id"]]
    posted = await slack.chat_postMessage(channel=opened["channel"]["id"], text="x")
    assert [one["ts"] for one in outside.control.messages(posted["channel"], "U0ANA", "")] == [posted["ts"]]


WRONG_ARGUMENTS: list[tuple[str, dict[str, Any], str]] = [
    ("conversations.list", {"types": "secret"}, "invalid_types"),
    ("conversations.list", {"limit": 0}, "invalid_limit"),
    ("conversations.list", {"limit": "many"}, "invalid_limit"),
    ("conversations.open", {"users": ""}, "users_list_not_supplied"),
    ("conversations.join", {"channel": "D0BO"}, "method_not_supported_for_channel_type"),
    ("conversations.replies", {"channel": "C0MAINT", "ts": "1.000001"}, "thread_not_found"),
    ("chat.getPermalink", {"channel": "C0MAINT", "message_ts": "1.000001"}, "message_not_found"),
    ("chat.postMessage", {"channel": "C0MAINT", "text": "x", "blocks": {"type": "divider"}}, "invalid_blocks"),
    (
        "chat.postMessage",
        {"channel": "C0MAINT", "text": "x", "metadata": {"event_payload": {}}},
        "invalid_metadata_format",
    ),
    ("files.getUploadURLExternal", {"filename": "x", "length": "none"}, "file_upload_size_restricted"),
    ("files.completeUploadExternal", {"files": []}, "invalid_arguments"),
    ("files.info", {"file": "F0NONE"}, "file_not_found"),
    ("reactions.add", {"channel": "C0MAINT", "timestamp": "1.000001", "name": "eyes"}, "message_not_found"),
]


@pytest.mark.parametrize(
    ("method", "fields", "error"), WRONG_ARGUMENTS, ids=[f"{row[0]} {row[2]}" for row in WRONG_ARGUMENTS]
)
async def test_wrong_arguments_get_slacks_own_error(
    slack: AsyncWebClient, method: str, fields: dict[str, Any], error: str
) -> None:
    with pytest.raises(SlackApiError) as caught:
        await slack.api_call(method, json=fields)

    assert caught.value.response["error"].startswith(error)


async def test_a_slow_answer_comes_late_but_comes(slack: AsyncWebClient, page: Any) -> None:
    await page.post("faults", kind="slow", seconds=0.01)

    assert (await slack.auth_test())["ok"]


async def test_files_nobody_has_are_not_found(outside: Outside, session: aiohttp.ClientSession) -> None:
    bearer = {"Authorization": f"Bearer {outside.bot_token}"}

    for verb, path in (
        ("GET", "/sandbox/files/F0"),
        ("POST", "/upload/F0"),
        ("GET", "/files-pri/F0/x"),
        ("GET", "/page/x"),
    ):
        async with session.request(verb, outside.url + path, headers=bearer) as response:
            assert response.status == 404


async def test_an_upload_may_come_as_a_form(slack: AsyncWebClient, session: aiohttp.ClientSession) -> None:
    ticket = await slack.files_getUploadURLExternal(filename="x.svg", length=4)
    upload = aiohttp.FormData()
    upload.add_field("file", b"<svg", filename="x.svg")
    async with session.post(ticket["upload_url"], data=upload) as response:
        assert await response.text() == "OK - 4"

    fields = {"files": [{"id": ticket["file_id"]}], "channel_id": "C0MAINT", "blocks": [{"type": "divider"}]}
    done = await slack.api_call("files.completeUploadExternal", json=fields)

    assert done["files"][0]["title"] == "x.svg"


async def test_the_page_is_served_with_a_strict_policy(outside: Outside, session: aiohttp.ClientSession) -> None:
    async with session.get(outside.url + "/") as response:
        policy = response.headers["Content-Security-Policy"]

        assert response.status == 200
    async with session.get(outside.url + "/page/inter.ttf") as response:
        assert response.content_type == "font/ttf"

    assert policy.startswith("default-src 'self'")
    assert "script" not in policy
