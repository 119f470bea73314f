"""The Web API of the pretend Slack as slack_sdk calls it."""

import json
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.outside import Outside
from sandbox.web_api.methods import METHODS

DIVIDER = {"type": "divider"}


async def refusal(call: Any) -> dict[str, Any]:
    with pytest.raises(SlackApiError) as caught:
        await call
    answer = caught.value.response.data
    assert isinstance(answer, dict)
    return answer


async def test_the_bot_learns_who_it_is_and_what_it_may_do(slack: AsyncWebClient, outside: Outside) -> None:
    answer = await slack.auth_test()

    assert (answer["user_id"], answer["team"]) == ("U0CHARGEHAND", "Halden Works")
    assert "chat:write" in answer.headers["x-oauth-scopes"]
    assert answer["url"] == outside.url + "/"


async def test_tokens_are_checked(slack: AsyncWebClient, outside: Outside) -> None:
    stranger = AsyncWebClient(token="xoxb-sandbox-wrong", base_url=outside.api_url)
    nobody = AsyncWebClient(base_url=outside.api_url)

    assert (await refusal(stranger.auth_test()))["error"] == "invalid_auth"
    assert (await refusal(nobody.api_call("auth.test")))["error"] == "not_authed"
    bot_as_app = slack.apps_connections_open(app_token=outside.bot_token)
    assert (await refusal(bot_as_app))["error"] == "not_allowed_token_type"


async def test_a_method_that_is_not_there_is_unknown(slack: AsyncWebClient) -> None:
    answer = await refusal(slack.api_call("chat.startStream"))

    assert answer["error"] == "unknown_method"


async def test_a_missing_scope_costs_its_methods_only(slack: AsyncWebClient, page: Any) -> None:
    await page.post("app", scopes=["chat:write"])

    answer = await refusal(slack.users_list())

    assert (answer["error"], answer["needed"], answer["provided"]) == ("missing_scope", "users:read", "chat:write")
    assert (await slack.chat_postMessage(channel="C0MAINT", text="x"))["ok"]


@pytest.mark.parametrize("way", ["get", "form", "json", "query"])
async def test_arguments_come_by_any_way(
    outside: Outside, session: aiohttp.ClientSession, slack: AsyncWebClient, way: str
) -> None:
    fields = {"channel": "C0MAINT", "text": "hello", "blocks": json.dumps([DIVIDER])}
    ways: dict[str, dict[str, Any]] = {
        "get": {"params": fields},
        "query": {"params": fields},
        "form": {"data": fields},
        "json": {"json": {**fields, "blocks": [DIVIDER]}},
    }
    headers = {"Authorization": f"Bearer {outside.bot_token}"}

    verb = "GET" if way == "get" else "POST"
    async with session.request(verb, outside.api_url + "chat.postMessage", headers=headers, **ways[way]) as response:
        answer = await response.json()

    assert answer["ok"], answer
    assert answer["message"]["blocks"][0]["type"] == "divider"


REFUSED_MESSAGES: list[tuple[dict[str, Any], str]] = [
    ({"channel": "C0NONE", "text": "x"}, "channel_not_found"),
    ({"channel": "C0STORE", "text": "x"}, "not_in_channel"),
    ({"channel": "C0MAINT"}, "no_text"),
    ({"channel": "C0MAINT", "text": "x", "thread_ts": "1.000001"}, "thread_not_found"),
    ({"channel": "C0MAINT", "text": "x", "blocks": [{"type": "marquee"}]}, "invalid_blocks"),
    ({"channel": "C0MAINT", "text": "x", "blocks": "[oops"}, "invalid_blocks_format"),
    ({"channel": "C0MAINT", "text": "x", "metadata": {"event_type": ""}}, "invalid_metadata_format"),
    (
        {
            "channel": "C0MAINT",
            "text": "x",
            "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2900}}] * 5,
        },
        "msg_blocks_too_long",
    ),
]


@pytest.mark.parametrize(("fields", "error"), REFUSED_MESSAGES, ids=[row[1] for row in REFUSED_MESSAGES])
async def test_a_message_is_refused_as_slack_refuses_it(
    slack: AsyncWebClient, fields: dict[str, Any], error: str
) -> None:
    answer = await refusal(slack.api_call("chat.postMessage", json=fields))

    assert answer["error"] == error


async def test_invalid_blocks_name_the_place(slack: AsyncWebClient) -> None:
    blocks = [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]

    answer = await refusal(slack.chat_postMessage(channel="C0MAINT", text="x", blocks=blocks))

    assert answer["response_metadata"]["messages"] == [
        "[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]"
    ]


async def test_what_the_bot_posts_stays_as_it_was_sent(slack: AsyncWebClient, page: Any) -> None:
    await slack.chat_postMessage(channel="C0MAINT", text="&lt;b&gt; <@U0LUIS> <!channel>")

    (said,) = await page.messages("C0MAINT", "U0ANA")
    assert said["text"] == "&lt;b&gt; <@U0LUIS> <!channel>"
    assert said["bot"]


async def test_a_message_to_a_person_opens_their_conversation(slack: AsyncWebClient, page: Any) -> None:
    opened = await slack.conversations_open(users="U0BO")
    posted = await slack.chat_postMessage(channel="U0BO", text="Approve?")

    assert opened["channel"]["id"] == posted["channel"] == "D0BO"
    assert [one["text"] for one in await page.messages("D0BO", "U0BO")] == ["Approve?"]


async def test_an_update_replaces_text_and_blocks(slack: AsyncWebClient, page: Any) -> None:
    posted = await slack.chat_postMessage(channel="C0MAINT", text="old", blocks=[DIVIDER])

    await slack.chat_update(channel="C0MAINT", ts=posted["ts"], text="new")

    (said,) = await page.messages("C0MAINT", "U0ANA")
    assert (said["text"], said["blocks"]) == ("new", [])
    assert said["edited"]["user"] == "U0CHARGEHAND"


async def test_only_its_own_messages_may_the_bot_change(slack: AsyncWebClient, page: Any) -> None:
    said = await page.post("say", who="U0ANA", channel="C0MAINT", text="mine")

    for call, error in (
        (slack.chat_update(channel="C0MAINT", ts=said["ts"], text="x"), "cant_update_message"),
        (slack.chat_delete(channel="C0MAINT", ts=said["ts"]), "cant_delete_message"),
        (slack.chat_update(channel="C0MAINT", ts="1.000001", text="x"), "message_not_found"),
        (slack.chat_update(channel="C0MAINT", ts=said["ts"], text="x" * 4001), "cant_update_message"),
    ):
        assert (await refusal(call))["error"] == error


async def test_an_edit_of_more_than_4000_characters_is_too_long(slack: AsyncWebClient) -> None:
    posted = await slack.chat_postMessage(channel="C0MAINT", text="x")

    answer = await refusal(slack.chat_update(channel="C0MAINT", ts=posted["ts"], text="x" * 4001))

    assert answer["error"] == "msg_too_long"


async def test_a_deleted_message_is_gone(slack: AsyncWebClient, page: Any) -> None:
    posted = await slack.chat_postMessage(channel="C0MAINT", text="x")

    await slack.chat_delete(channel="C0MAINT", ts=posted["ts"])

    assert await page.messages("C0MAINT", "U0ANA") == []


async def test_a_private_message_is_seen_by_its_reader_alone(slack: AsyncWebClient, page: Any) -> None:
    private = await slack.chat_postEphemeral(channel="C0MAINT", user="U0BO", text="only you")

    assert [one["text"] for one in await page.messages("C0MAINT", "U0BO")] == ["only you"]
    assert await page.messages("C0MAINT", "U0ANA") == []
    history = await slack.conversations_history(channel="C0MAINT")
    assert history["messages"] == []
    gone = await refusal(slack.chat_update(channel="C0MAINT", ts=private["message_ts"], text="x"))
    assert gone["error"] == "message_not_found"
    stranger = await refusal(slack.chat_postEphemeral(channel="C0MAINT", user="U0NOBODY", text="x"))
    assert stranger["error"] == "user_not_in_channel"


async def test_history_comes_newest_first_in_pages_and_between_stamps(slack: AsyncWebClient) -> None:
    stamps = [(await slack.chat_postMessage(channel="C0MAINT", text=str(n)))["ts"] for n in range(5)]

    first = await slack.conversations_history(channel="C0MAINT", limit=2)
    rest = await slack.conversations_history(
        channel="C0MAINT", limit=5, cursor=first["response_metadata"]["next_cursor"]
    )
    later = await slack.conversations_history(channel="C0MAINT", oldest=stamps[2])
    since = await slack.conversations_history(channel="C0MAINT", oldest=stamps[2], inclusive=True)

    assert [one["text"] for one in first["messages"]] == ["4", "3"]
    assert first["has_more"]
    assert [one["text"] for one in rest["messages"]] == ["2", "1", "0"]
    assert not rest["has_more"]
    assert [one["text"] for one in later["messages"]] == ["4", "3"]
    assert [one["text"] for one in since["messages"]] == ["4", "3", "2"]


async def test_metadata_is_shown_when_asked_for(slack: AsyncWebClient) -> None:
    key = {"event_type": "outbox", "event_payload": {"key": "wo-1"}}
    await slack.chat_postMessage(channel="C0MAINT", text="x", metadata=key)

    bare = await slack.conversations_history(channel="C0MAINT")
    full = await slack.conversations_history(channel="C0MAINT", include_all_metadata=True)

    assert "metadata" not in bare["messages"][0]
    assert full["messages"][0]["metadata"] == key


async def test_a_thread_keeps_its_replies_out_of_the_channel(slack: AsyncWebClient, page: Any) -> None:
    root = await page.post("say", who="U0ANA", channel="C0MAINT", text="P-101 leaks")
    first = await slack.chat_postMessage(channel="C0MAINT", text="card", thread_ts=root["ts"])
    await slack.chat_postMessage(channel="C0MAINT", text="deeper", thread_ts=first["ts"])
    await slack.chat_postMessage(channel="C0MAINT", text="done", thread_ts=root["ts"], reply_broadcast=True)

    thread = await slack.conversations_replies(channel="C0MAINT", ts=root["ts"])
    shown = await page.messages("C0MAINT", "U0ANA")

    assert [one["text"] for one in thread["messages"]] == ["P-101 leaks", "card", "deeper", "done"]
    assert thread["messages"][0]["reply_count"] == 3
    assert [(one["text"], one["reply_count"]) for one in shown] == [("P-101 leaks", 3), ("done", 0)]
    inside = await page.messages("C0MAINT", "U0ANA", thread=root["ts"])
    assert len(inside) == 4


async def test_lists_are_paged_by_cursor(slack: AsyncWebClient) -> None:
    names: list[str] = []
    async for answer in await slack.users_list(limit=3):
        names += [one["real_name"] for one in answer["members"]]

    assert names == ["chargehand", "Luis Moreno", "Ana Ruiz", "Bo Lindqvist"]
    wrong = await refusal(slack.users_list(cursor="nonsense"))
    assert wrong["error"] == "invalid_cursor"


async def test_people_channels_and_groups_can_be_looked_up(slack: AsyncWebClient) -> None:
    person = await slack.users_lookupByEmail(email="ANA@halden.example")
    same = await slack.users_info(user="U0ANA")
    channels = await slack.conversations_list(types="public_channel,im")
    members = await slack.conversations_members(channel="C0MAINT")
    maintenance = await slack.conversations_info(channel="C0MAINT")
    buyers = await slack.usergroups_users_list(usergroup="S0BUY")
    groups = await slack.usergroups_list()

    assert person["user"]["profile"]["title"] == same["user"]["profile"]["title"] == "Operator"
    assert {one["id"] for one in channels["channels"]} == {"C0MAINT", "C0STORE", "D0LUIS", "D0ANA", "D0BO"}
    assert members["members"] == ["U0ANA", "U0BO", "U0CHARGEHAND", "U0LUIS"]
    assert (maintenance["channel"]["name"], maintenance["channel"]["is_member"]) == ("maintenance", True)
    assert buyers["users"] == ["U0BO"]
    assert groups["usergroups"][0]["handle"] == "buyers"
    assert (await slack.team_info())["team"]["name"] == "Halden Works"
    assert (await slack.bots_info(bot="B0SANDBOX"))["bot"]["name"] == "chargehand"
    for call, error in (
        (slack.users_info(user="U0NOBODY"), "user_not_found"),
        (slack.users_lookupByEmail(email="no@halden.example"), "users_not_found"),
        (slack.usergroups_users_list(usergroup="S0NONE"), "no_such_subteam"),
        (slack.conversations_info(channel="C0NONE"), "channel_not_found"),
        (slack.conversations_open(users="U0NOBODY"), "user_not_found"),
        (slack.bots_info(bot="B0NONE"), "bot_not_found"),
    ):
        assert (await refusal(call))["error"] == error


async def test_the_bot_joins_a_public_channel(slack: AsyncWebClient) -> None:
    await slack.conversations_join(channel="C0STORE")

    assert (await slack.chat_postMessage(channel="#stores", text="Hello"))["channel"] == "C0STORE"


async def test_a_file_is_uploaded_and_shared_in_a_thread(
    slack: AsyncWebClient, page: Any, outside: Outside, session: aiohttp.ClientSession
) -> None:
    root = await slack.chat_postMessage(channel="C0MAINT", text="PO-1")

    await slack.files_upload_v2(
        channel="C0MAINT",
        thread_ts=root["ts"],
        content=b"%PDF-1.7",
        filename="PO-1.pdf",
        title="PO",
        initial_comment="Here",
    )

    (_root, shared) = await page.messages("C0MAINT", "U0ANA", thread=root["ts"])
    (file,) = shared["files"]
    assert (shared["text"], file["title"], file["size"]) == ("Here", "PO", 8)
    async with session.get(f"{outside.url}/sandbox/files/{file['id']}") as response:
        assert await response.read() == b"%PDF-1.7"
    assert (await slack.files_info(file=file["id"]))["file"]["name"] == "PO-1.pdf"


async def test_a_private_address_wants_the_token(
    page: Any, slack: AsyncWebClient, outside: Outside, session: aiohttp.ClientSession
) -> None:
    photo = {"name": "leak.png", "mimetype": "image/png", "base64": "iVBORw0KGgo="}
    await page.post("say", who="U0ANA", channel="C0MAINT", text="look", files=[photo])
    history = await slack.conversations_history(channel="C0MAINT")
    address = history["messages"][0]["files"][0]["url_private"]

    async with session.get(address, allow_redirects=False) as response:
        stranger = response.status
    async with session.get(address, headers={"Authorization": f"Bearer {outside.bot_token}"}) as response:
        content = await response.read()

    assert stranger == 302
    assert content == b"\x89PNG\r\n\x1a\n"
    assert response.headers["Content-Type"] == "image/png"


async def test_files_that_were_never_uploaded_cannot_be_shared(slack: AsyncWebClient) -> None:
    ticket = await slack.files_getUploadURLExternal(filename="x.pdf", length=3)

    answer = await refusal(slack.files_completeUploadExternal(files=[{"id": ticket["file_id"]}], channel_id="C0MAINT"))

    assert answer["error"] == "file_not_found"


async def test_a_reaction_is_added_once(slack: AsyncWebClient, page: Any) -> None:
    posted = await slack.chat_postMessage(channel="C0MAINT", text="x")

    await slack.reactions_add(channel="C0MAINT", timestamp=posted["ts"], name="eyes")

    (said,) = await page.messages("C0MAINT", "U0ANA")
    assert said["reactions"] == [{"name": "eyes", "users": ["U0CHARGEHAND"], "count": 1}]
    again = await refusal(slack.reactions_add(channel="C0MAINT", timestamp=posted["ts"], name="eyes"))
    assert again["error"] == "already_reacted"


async def test_a_permalink_leads_to_the_page(
    slack: AsyncWebClient, outside: Outside, session: aiohttp.ClientSession
) -> None:
    posted = await slack.chat_postMessage(channel="C0MAINT", text="x")

    link = (await slack.chat_getPermalink(channel="C0MAINT", message_ts=posted["ts"]))["permalink"]

    assert link == f"{outside.url}/archives/C0MAINT/p{posted['ts'].replace('.', '')}"
    async with session.get(link, allow_redirects=False) as response:
        assert response.headers["Location"].startswith("/?channel=C0MAINT")


async def test_blocks_are_validated_on_request(slack: AsyncWebClient) -> None:
    good = await slack.blocks_validate(blocks=[DIVIDER])
    bad = await refusal(slack.blocks_validate(view={"type": "modal", "blocks": [DIVIDER]}))
    both = await refusal(slack.api_call("blocks.validate", params={"blocks": "[]", "message": "{}", "view": "{}"}))

    assert good["ok"]
    assert bad["error"] == "invalid_view"
    assert bad["errors"][0]["message"] == "missing required field: title"
    assert both["error"] == "invalid_arguments"


async def test_one_message_a_second_when_the_limit_is_on(slack: AsyncWebClient, page: Any) -> None:
    await page.post("app", rate_limit=True)
    await slack.chat_postMessage(channel="C0MAINT", text="1")

    with pytest.raises(SlackApiError) as caught:
        await slack.chat_postMessage(channel="C0MAINT", text="2")

    assert caught.value.response["error"] == "ratelimited"
    assert caught.value.response.headers["Retry-After"] == "1"
    assert (await slack.chat_postMessage(channel="D0BO", text="3"))["ok"]


async def test_every_method_answers_without_breaking(outside: Outside, session: aiohttp.ClientSession) -> None:
    for method, rule in METHODS.items():
        headers = {"Authorization": f"Bearer {outside.keys[rule.key]}"}
        async with session.post(outside.api_url + method, headers=headers) as response:
            answer = await response.json()
        assert response.status == 200
        assert answer["ok"] or answer["error"], method
