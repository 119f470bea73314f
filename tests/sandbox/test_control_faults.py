"""Planted faults, the state a page begins with, and what the page is told."""

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.outside import Outside

FAULTS = [("http_500", 500, 0), ("http_429", 429, 0), ("error:fatal_error", 200, 0), ("after_store_500", 500, 1)]


@pytest.mark.parametrize("fault", FAULTS, ids=[row[0] for row in FAULTS])
async def test_a_planted_fault_strikes_as_often_as_asked(
    page: Any, outside: Outside, session: aiohttp.ClientSession, fault: tuple[str, int, int]
) -> None:
    kind, status, stored = fault

    async def post() -> tuple[int, str]:
        headers = {"Authorization": f"Bearer {outside.bot_token}"}
        words = {"channel": "C0MAINT", "text": "x"}
        async with session.post(outside.api_url + "chat.postMessage", json=words, headers=headers) as response:
            return response.status, await response.text()

    await page.post("faults", kind=kind, method="chat.postMessage", count=1)
    first, second = await post(), await post()

    assert first[0] == status
    assert '"ok":true' not in first[1].replace(" ", "")
    assert second[0] == 200
    assert len(await page.messages("C0MAINT", "U0ANA")) == stored + 1
    calls = (await page.get("calls", method="chat.postMessage"))["calls"]
    assert [one["args"]["text"] for one in calls] == ["x", "x"]


@pytest.mark.parametrize(("kind", "stored"), [("timeout", 0), ("after_store_timeout", 1)])
async def test_a_planted_silence_leaves_the_caller_waiting(
    page: Any, outside: Outside, session: aiohttp.ClientSession, kind: str, stored: int
) -> None:
    await page.post("faults", kind=kind)
    headers = {"Authorization": f"Bearer {outside.bot_token}"}
    words = {"channel": "C0MAINT", "text": "x"}

    with pytest.raises(TimeoutError):
        await session.post(
            outside.api_url + "chat.postMessage", json=words, headers=headers, timeout=aiohttp.ClientTimeout(total=0.2)
        )

    assert len(await page.messages("C0MAINT", "U0ANA")) == stored


async def test_faults_are_listed_cleared_and_their_names_checked(
    page: Any, outside: Outside, session: aiohttp.ClientSession
) -> None:
    await page.post("faults", kind="slow", seconds=0.01)
    planted = (await page.get("faults"))["planted"]
    wrong = await page.post("faults", kind="flood")
    async with session.delete(f"{outside.url}/sandbox/faults") as response:
        assert (await response.json())["ok"]

    assert planted[0]["kind"] == "slow"
    assert "unknown fault 'flood'" in wrong["response_metadata"]["messages"][0]
    assert (await page.get("faults"))["planted"] == []


async def test_the_page_begins_with_the_state_of_a_person(page: Any, slack: AsyncWebClient, outside: Outside) -> None:
    await slack.chat_postMessage(channel="U0BO", text="Approve?")

    state = await page.get("state", who="U0BO")

    assert state["team"]["name"] == "Halden Works"
    assert (state["me"]["name"], state["clock"], state["bot_connected"]) == ("Bo Lindqvist", None, False)
    assert [one["id"] for one in state["people"]] == ["U0LUIS", "U0ANA", "U0BO"]
    rooms = {one["id"]: (one["kind"], one["unread"], one["with"]) for one in state["channels"]}
    assert rooms == {"C0MAINT": ("channel", 0, None), "D0BO": ("dm", 1, "U0CHARGEHAND")}
    assert state["commands"][0]["command"] == "/chargehand"
    assert state["shortcuts"][0]["callback_id"] == "report"


async def test_what_was_looked_at_is_read(page: Any, slack: AsyncWebClient) -> None:
    await slack.chat_postMessage(channel="U0BO", text="Approve?")
    await page.messages("D0BO", "U0BO")
    await slack.chat_postMessage(channel="C0MAINT", text="x")
    await page.post("read", who="U0BO", channel="C0MAINT")

    state = await page.get("state", who="U0BO")

    assert [one["unread"] for one in state["channels"]] == [0, 0]


async def test_changes_are_pushed_to_those_who_may_see_them(
    outside: Outside, session: aiohttp.ClientSession, slack: AsyncWebClient
) -> None:
    async with (
        session.ws_connect(f"{outside.url}/sandbox/events?as=U0BO") as bo,
        session.ws_connect(f"{outside.url}/sandbox/events?as=U0LUIS") as luis,
    ):
        posted = await slack.chat_postMessage(channel="U0BO", text="Approve?")
        await slack.chat_postEphemeral(channel="C0MAINT", user="U0BO", text="psst")
        await slack.chat_update(channel="D0BO", ts=posted["ts"], text="Approved")
        await slack.chat_delete(channel="D0BO", ts=posted["ts"])
        await slack.chat_postMessage(channel="C0MAINT", text="x")
        bos = [await asyncio.wait_for(bo.receive_json(), 5) for _ in range(5)]
        luiss = await asyncio.wait_for(luis.receive_json(), 5)

    assert [one["kind"] for one in bos] == ["message", "ephemeral", "update", "delete", "message"]
    assert bos[0]["ts"] == posted["ts"]
    assert [one["seq"] for one in bos] == sorted(one["seq"] for one in bos)
    assert (luiss["kind"], luiss["channel"]) == ("message", "C0MAINT")


async def test_people_cannot_look_into_rooms_they_are_not_in(page: Any) -> None:
    assert (await page.get("messages", channel="C0STORE", who="U0BO"))["error"] == "not_in_channel"
    assert (await page.post("say", who="U0BO", channel="C0STORE", text="x"))["error"] == "not_in_channel"
    assert (await page.post("say", who="U0BO", channel="C0MAINT", text=""))["error"] == "no_text"
    assert (await page.post("edit", who="U0BO", channel="C0MAINT", ts="1.0", text="x"))["error"] == "message_not_found"
    assert (await page.post("command", who="U0BO", channel="C0MAINT", command="/x"))["error"] == "no_such_command"
    assert (await page.post("app", colour="red"))["error"] == "invalid_arguments"


async def test_other_pages_and_other_names_are_turned_away(outside: Outside, session: aiohttp.ClientSession) -> None:
    async with session.get(outside.url + "/sandbox/state", headers={"Host": "evil.example"}) as response:
        assert response.status == 421
    async with session.post(
        outside.url + "/sandbox/say", json={}, headers={"Origin": "http://evil.example"}
    ) as response:
        assert response.status == 403
    async with session.get(outside.url + "/page/../outside.py") as response:
        assert response.status == 404
