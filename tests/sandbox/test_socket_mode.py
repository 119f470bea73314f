"""The pretend Slack as the real bolt app meets it over a real WebSocket."""

import asyncio
import re
from typing import Any


async def test_a_command_is_answered_privately_as_slack_does(bolt, connect, page) -> None:
    @bolt.command("/chargehand")
    async def answer(ack: Any, command: dict[str, Any]) -> None:
        await ack(f"Got {command['text']}")

    await connect()
    answer = await page.post("command", who="U0LUIS", channel="C0MAINT", command="/chargehand", text="help @Ana Ruiz")

    assert answer == {"ok": True}
    (said,) = await page.messages("C0MAINT", "U0LUIS")
    assert said["text"] == "Got help <@U0ANA|ana ruiz>"
    assert said["ephemeral_to"] == "U0LUIS"
    assert await page.messages("C0MAINT", "U0ANA") == []


async def test_a_click_reaches_the_app_and_replaces_the_card(bolt, connect, page, slack) -> None:
    @bolt.action(re.compile("approve"))
    async def approve(ack: Any, body: dict[str, Any], client: Any) -> None:
        where = {"channel": body["channel"]["id"], "ts": body["message"]["ts"]}
        await client.chat_update(**where, text=f"Approved by <@{body['user']['id']}> {body['actions'][0]['value']}")
        await ack()

    await connect()
    button = {
        "type": "button",
        "action_id": "approve",
        "text": {"type": "plain_text", "text": "Approve"},
        "value": "PO-1",
    }
    blocks = [{"type": "actions", "block_id": "b", "elements": [button]}]
    card = await slack.chat_postMessage(channel="C0MAINT", text="Approve?", blocks=blocks)

    answer = await page.post(
        "click", who="U0BO", channel="C0MAINT", message_ts=card["ts"], block_id="b", action_id="approve"
    )

    assert answer == {"ok": True}
    (said,) = await page.messages("C0MAINT", "U0ANA")
    assert said["text"] == "Approved by <@U0BO> PO-1"
    assert said["blocks"] == []


async def test_a_plain_message_arrives_as_an_event_with_mentions_coded(bolt, connect, page, heard) -> None:
    @bolt.event("message")
    async def hear(event: dict[str, Any]) -> None:
        heard.note(event)

    await connect()
    said = await page.post(
        "say", who="U0ANA", channel="C0MAINT", text="P-101 leaks <badly> & @Luis Moreno see #maintenance"
    )

    event = await heard.next()
    assert event["ts"] == said["ts"]
    assert event["text"] == "P-101 leaks &lt;badly&gt; &amp; <@U0LUIS> see <#C0MAINT>"
    assert (event["channel"], event["channel_type"], event["user"]) == ("C0MAINT", "channel", "U0ANA")


async def test_two_connections_share_the_payloads(bolt, connect, page, outside) -> None:
    @bolt.command("/chargehand")
    async def answer(ack: Any) -> None:
        await ack()

    await connect()
    await connect()
    answers = await asyncio.gather(
        *(page.post("command", who="U0BO", channel="C0MAINT", command="/chargehand", text=str(n)) for n in range(20))
    )

    assert all(one["ok"] for one in answers)
    assert len(outside.socket.sockets) == 2
