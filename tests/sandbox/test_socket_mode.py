"""The pretend Slack as the real bolt app meets it over real WebSockets."""

import asyncio
import re
from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.outside import Outside
from sandbox.socket_mode import MOST_CONNECTIONS
from sandbox.timing import Timing

BUTTON = {"type": "button", "action_id": "approve", "text": {"type": "plain_text", "text": "Approve"}, "value": "PO-1"}
CARD = [{"type": "actions", "block_id": "b", "elements": [BUTTON]}]


async def test_a_command_is_answered_privately_as_slack_does(bolt: AsyncApp, connect: Any, page: Any) -> None:
    @bolt.command("/chargehand")
    async def help_out(ack: Any, command: dict[str, Any]) -> None:
        await ack(f"Got {command['text']}")

    await connect()
    answer = await page.post(
        "command", who="U0LUIS", channel="C0MAINT", command="/chargehand", text="help @Ana Ruiz <now>"
    )

    assert answer == {"ok": True}
    (said,) = await page.messages("C0MAINT", "U0LUIS")
    assert said["text"] == "Got help <@U0ANA|ana ruiz> &lt;now&gt;"
    assert said["ephemeral_to"] == "U0LUIS"
    assert await page.messages("C0MAINT", "U0ANA") == []


async def test_a_click_reaches_the_app_and_replaces_the_card(
    bolt: AsyncApp, connect: Any, page: Any, slack: AsyncWebClient
) -> None:
    @bolt.action(re.compile("approve"))
    async def approve(ack: Any, body: dict[str, Any], client: Any) -> None:
        where = {"channel": body["channel"]["id"], "ts": body["message"]["ts"]}
        await client.chat_update(**where, text=f"Approved by <@{body['user']['id']}> {body['actions'][0]['value']}")
        await ack()

    await connect()
    card = await slack.chat_postMessage(channel="C0MAINT", text="Approve?", blocks=CARD)

    click = {"channel": "C0MAINT", "message_ts": card["ts"], "block_id": "b", "action_id": "approve"}
    answer = await page.post("click", who="U0BO", **click)

    assert answer == {"ok": True}
    (said,) = await page.messages("C0MAINT", "U0ANA")
    assert said["text"] == "Approved by <@U0BO> PO-1"
    assert said["blocks"] == []


async def test_a_plain_message_arrives_with_its_mentions_coded(
    bolt: AsyncApp, connect: Any, page: Any, heard: Any
) -> None:
    @bolt.event("message")
    async def hear(event: dict[str, Any]) -> None:
        heard.note(event)

    await connect()
    words = "P-101 leaks <badly> & @Luis Moreno see #maintenance or https://halden.example/a?b=1&c, @here"
    said = await page.post("say", who="U0ANA", channel="C0MAINT", text=words)

    event = await heard.next()
    assert event["ts"] == said["ts"]
    assert event["text"] == (
        "P-101 leaks &lt;badly&gt; &amp; <@U0LUIS> see <#C0MAINT> or <https://halden.example/a?b=1&amp;c>, <!here>"
    )
    assert (event["channel"], event["channel_type"], event["user"]) == ("C0MAINT", "channel", "U0ANA")


async def test_a_mention_arrives_twice_as_slack_sends_it(bolt: AsyncApp, connect: Any, page: Any, heard: Any) -> None:
    @bolt.event(re.compile("message|app_mention"))
    async def hear(event: dict[str, Any]) -> None:
        heard.note(event["type"])

    await connect()
    await page.post("say", who="U0ANA", channel="C0MAINT", text="@chargehand mine")

    assert {await heard.next(), await heard.next()} == {"message", "app_mention"}


async def test_threads_photos_reactions_and_newcomers_are_told(
    bolt: AsyncApp, connect: Any, page: Any, heard: Any
) -> None:
    @bolt.event(re.compile(".*"))
    async def hear(event: dict[str, Any]) -> None:
        heard.note(event)

    await connect()
    photo = {"name": "leak.png", "mimetype": "image/png", "base64": "iVBORw0KGgo="}
    root = await page.post("say", who="U0ANA", channel="C0MAINT", text="leak", files=[photo])
    shared = await heard.next()
    await page.post("say", who="U0BO", channel="C0MAINT", text="seen", thread_ts=root["ts"])
    reply = await heard.next()
    await page.post("react", who="U0BO", channel="C0MAINT", ts=root["ts"], name=":wrench:")
    reaction = await heard.next()
    await page.post("edit", who="U0ANA", channel="C0MAINT", ts=root["ts"], text="big leak")
    edit = await heard.next()
    await page.post("delete", who="U0BO", channel="C0MAINT", ts=reply["ts"])
    removal = await heard.next()

    assert (shared["subtype"], shared["files"][0]["name"]) == ("file_share", "leak.png")
    assert reply["thread_ts"] == root["ts"]
    assert (reaction["reaction"], reaction["item"]["ts"]) == ("wrench", root["ts"])
    assert (edit["subtype"], edit["message"]["text"]) == ("message_changed", "big leak")
    assert (removal["subtype"], removal["deleted_ts"]) == ("message_deleted", reply["ts"])


async def test_the_bot_hears_of_its_own_invitation(outside: Outside, heard: Any) -> None:
    outside.workspace.tell_app = heard.note

    outside.keyboard.invite({"as": "U0ANA", "channel": "C0STORE", "who": "U0CHARGEHAND"})

    event = await heard.next()
    assert (event["type"], event["user"], event["channel"]) == ("member_joined_channel", "U0CHARGEHAND", "C0STORE")


async def test_only_subscribed_events_are_told(bolt: AsyncApp, connect: Any, page: Any, heard: Any) -> None:
    @bolt.event(re.compile("message|app_mention"))
    async def hear(event: dict[str, Any]) -> None:
        heard.note(event["type"])

    await page.post("app", events=["app_mention"])
    await connect()
    await page.post("say", who="U0ANA", channel="C0MAINT", text="@chargehand mine")

    assert await heard.next() == "app_mention"
    assert heard.is_quiet


async def test_a_lost_acknowledgement_brings_the_event_again(
    bolt: AsyncApp, connect: Any, page: Any, heard: Any
) -> None:
    @bolt.event("message")
    async def hear(body: dict[str, Any], request: Any) -> None:
        heard.note(
            (body["event_id"], request.headers.get("x-slack-retry-num"), request.headers.get("x-slack-retry-reason"))
        )

    await connect()
    await page.post("faults", kind="lose_ack", method="events_api", count=2)
    await page.post("say", who="U0ANA", channel="C0MAINT", text="x")

    first, second, third = [await heard.next() for _ in range(3)]
    assert first[0] == second[0] == third[0]
    assert [first[1], second[1], third[1]] == [None, ["1"], ["2"]]
    assert second[2] == ["http_timeout"]


async def test_a_planted_duplicate_comes_twice(
    bolt: AsyncApp, connect: Any, page: Any, heard: Any, slack: AsyncWebClient
) -> None:
    @bolt.action("approve")
    async def approve(ack: Any, body: dict[str, Any]) -> None:
        heard.note(body["trigger_id"])
        await ack()

    await connect()
    card = await slack.chat_postMessage(channel="C0MAINT", text="Approve?", blocks=CARD)
    await page.post("faults", kind="duplicate", method="interactive")
    await page.post("click", who="U0BO", channel="C0MAINT", message_ts=card["ts"], block_id="b", action_id="approve")

    assert await heard.next() == await heard.next()


async def test_two_connections_share_the_payloads(bolt: AsyncApp, connect: Any, page: Any, outside: Outside) -> None:
    @bolt.command("/chargehand")
    async def answer(ack: Any) -> None:
        await ack()

    await connect()
    await connect()
    command = {"channel": "C0MAINT", "command": "/chargehand"}
    answers = await asyncio.gather(*(page.post("command", who="U0BO", **command, text=str(n)) for n in range(20)))

    assert all(one["ok"] for one in answers)
    assert len(outside.socket.sockets) == 2


async def test_a_cut_or_refreshed_socket_comes_back(bolt: AsyncApp, connect: Any, page: Any, outside: Outside) -> None:
    @bolt.command("/chargehand")
    async def answer(ack: Any) -> None:
        await ack()

    await connect()
    for kind in ("refresh_socket", "drop_socket"):
        changes = outside.workspace.feed.listen("")
        await page.post("faults", kind=kind)
        while not (await asyncio.wait_for(changes.get(), 10) or {}).get("connected"):
            continue
        outside.workspace.feed.leave(changes)
        assert (await page.post("command", who="U0BO", channel="C0MAINT", command="/chargehand"))["ok"]


async def test_a_socket_cut_before_the_acknowledgement_is_a_failed_click(
    bolt: AsyncApp, connect: Any, page: Any, slack: AsyncWebClient
) -> None:
    @bolt.action("approve")
    async def approve(ack: Any) -> None:
        await ack()

    await connect()
    card = await slack.chat_postMessage(channel="C0MAINT", text="Approve?", blocks=CARD)
    await page.post("faults", kind="drop_socket", method="interactive")
    click = {"channel": "C0MAINT", "message_ts": card["ts"], "block_id": "b", "action_id": "approve"}

    assert await page.post("click", who="U0BO", **click) == {"ok": False, "error": "operation_timeout"}


async def test_without_the_app_nothing_can_be_dispatched(page: Any) -> None:
    answer = await page.post("command", who="U0BO", channel="C0MAINT", command="/chargehand")

    assert answer == {"ok": False, "error": "dispatch_failed"}


async def test_a_ticket_opens_one_socket_and_ten_are_the_most(
    outside: Outside, session: aiohttp.ClientSession, slack: AsyncWebClient
) -> None:
    sockets = []
    for _ in range(MOST_CONNECTIONS):
        opened = await slack.apps_connections_open(app_token=outside.app_token)
        sockets.append(await session.ws_connect(opened["url"]))
        hello = await sockets[-1].receive_json()
    try:
        assert (hello["type"], hello["num_connections"]) == ("hello", MOST_CONNECTIONS)
        async with session.get(opened["url"].replace("ws", "http", 1)) as response:
            assert response.status == 401
        headers = {"Authorization": f"Bearer {outside.app_token}"}
        async with session.post(outside.api_url + "apps.connections.open", headers=headers) as response:
            assert (await response.json())["error"] == "too_many_websockets"
    finally:
        for socket in sockets:
            await socket.close()


async def test_an_app_that_does_not_acknowledge_times_out(
    outside: Outside, session: aiohttp.ClientSession, slack: AsyncWebClient, page: Any
) -> None:
    outside.workspace.timing = Timing(ack=0.05)
    opened = await slack.apps_connections_open(app_token=outside.app_token)

    async with session.ws_connect(opened["url"]) as socket:
        await socket.receive_json()
        answer = await page.post("command", who="U0BO", channel="C0MAINT", command="/chargehand", text="x")
        envelope = await socket.receive_json()

    assert answer == {"ok": False, "error": "operation_timeout"}
    assert (envelope["type"], envelope["payload"]["text"]) == ("slash_commands", "x")
    assert envelope["accepts_response_payload"]
