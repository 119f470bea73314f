"""What people do on the page: modals, clicks, typeahead, shortcuts, answers and Home."""

from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.outside import Outside
from sandbox.timing import Timing


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def text_field(block_id: str, **element: Any) -> dict[str, Any]:
    inner = {"type": "plain_text_input", "action_id": "text", **element}
    return {"type": "input", "block_id": block_id, "label": plain("What"), "element": inner}


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    view = {"type": "modal", "callback_id": "report", "title": plain("Report"), "submit": plain("Send")}
    return {**view, "blocks": list(blocks) or [text_field("what")], **more}


def typed(value: str) -> dict[str, Any]:
    return {"values": {"what": {"text": {"type": "plain_text_input", "value": value}}}}


@pytest.fixture
async def desk(bolt: AsyncApp, connect: Any, heard: Any) -> AsyncApp:
    """An app that opens a modal on the global shortcut and notes what it hears."""

    @bolt.shortcut("report")
    async def begin(ack: Any, shortcut: dict[str, Any], client: Any) -> None:
        answer = await client.views_open(trigger_id=shortcut["trigger_id"], view=modal(private_metadata="v1:x"))
        heard.note(answer["view"])
        await ack()

    await connect()
    return bolt


async def opened(page: Any, heard: Any) -> dict[str, Any]:
    assert (await page.post("shortcut", who="U0BO", callback_id="report", type="global"))["ok"]
    return dict(await heard.next())


async def stack(page: Any, who: str = "U0BO") -> list[dict[str, Any]]:
    return list((await page.get("views", who=who))["stack"])


async def test_a_submission_carries_what_was_typed_and_closes_the_modal(desk: AsyncApp, page: Any, heard: Any) -> None:
    @desk.view("report")
    async def take(ack: Any, body: dict[str, Any]) -> None:
        heard.note(body["view"])
        await ack()

    view = await opened(page, heard)
    answer = await page.post("submit", who="U0BO", view_id=view["id"], state=typed("leak"))

    sent = await heard.next()
    assert answer == {"ok": True}
    assert sent["state"]["values"]["what"]["text"] == {"type": "plain_text_input", "value": "leak"}
    assert (sent["private_metadata"], sent["hash"]) == ("v1:x", view["hash"])
    assert await stack(page) == []


async def test_a_required_field_is_asked_for_before_the_app_hears(desk: AsyncApp, page: Any, heard: Any) -> None:
    view = await opened(page, heard)

    answer = await page.post("submit", who="U0BO", view_id=view["id"], state=typed(""))

    assert answer["errors"] == {"what": "Please complete this required field."}
    assert heard.is_quiet


async def test_errors_of_the_app_keep_the_modal_open(desk: AsyncApp, page: Any, heard: Any) -> None:
    @desk.view("report")
    async def refuse(ack: Any) -> None:
        await ack(response_action="errors", errors={"what": "Write a number from 1 to 2"})

    view = await opened(page, heard)
    answer = await page.post("submit", who="U0BO", view_id=view["id"], state=typed("x"))

    assert answer == {"ok": False, "response_action": "errors", "errors": {"what": "Write a number from 1 to 2"}}
    assert len(await stack(page)) == 1


async def test_pushed_modals_stack_to_three_and_clear_together(desk: AsyncApp, page: Any, heard: Any) -> None:
    @desk.view("report")
    async def deeper(ack: Any, view: dict[str, Any]) -> None:
        if view["state"]["values"]["what"]["text"]["value"] == "end":
            await ack(response_action="clear")
        else:
            await ack(response_action="push", view=modal())

    await opened(page, heard)
    for _ in range(2):
        top = (await stack(page))[-1]
        assert (await page.post("submit", who="U0BO", view_id=top["id"], state=typed("more")))[
            "response_action"
        ] == "push"
    full = await stack(page)
    fourth = await page.post("submit", who="U0BO", view_id=full[-1]["id"], state=typed("more"))
    await page.post("submit", who="U0BO", view_id=full[-1]["id"], state=typed("end"))

    assert [view["previous_view_id"] for view in full] == [None, full[0]["id"], full[1]["id"]]
    assert {view["root_view_id"] for view in full} == {full[0]["id"]}
    assert fourth["error"] == "push_limit_reached"
    assert await stack(page) == []


async def test_an_update_with_an_old_hash_is_a_conflict(
    desk: AsyncApp, page: Any, heard: Any, slack: AsyncWebClient
) -> None:
    view = await opened(page, heard)
    await slack.views_update(view_id=view["id"], hash=view["hash"], view=modal(text_field("other")))

    with pytest.raises(SlackApiError) as caught:
        await slack.views_update(view_id=view["id"], hash=view["hash"], view=modal())

    assert caught.value.response["error"] == "hash_conflict"
    assert (await stack(page))[0]["blocks"][0]["block_id"] == "other"


async def test_a_trigger_works_once_and_for_three_seconds(outside: Outside, slack: AsyncWebClient, clock: Any) -> None:
    outside.triggers.timing = Timing(now=clock)
    late, twice = outside.triggers.give("U0BO"), outside.triggers.give("U0BO")
    await slack.views_open(trigger_id=twice, view=modal())
    clock.time += 3.1

    for trigger, error in ((late, "expired_trigger_id"), (twice, "exchanged_trigger_id"), ("x", "invalid_trigger_id")):
        with pytest.raises(SlackApiError) as caught:
            await slack.views_open(trigger_id=trigger, view=modal())
        assert caught.value.response["error"] == error


async def test_an_invalid_view_is_refused_with_its_place(outside: Outside, slack: AsyncWebClient) -> None:
    trigger = outside.triggers.give("U0BO")

    with pytest.raises(SlackApiError) as caught:
        await slack.views_open(trigger_id=trigger, view=modal(title=plain("x" * 25)))

    assert caught.value.response["error"] == "invalid_arguments"
    assert "/view/title/text" in caught.value.response["response_metadata"]["messages"][0]
    assert (await slack.views_open(trigger_id=trigger, view=modal()))["ok"]


async def test_closing_is_told_when_the_view_asked_for_it(
    desk: AsyncApp, page: Any, heard: Any, outside: Outside, slack: AsyncWebClient
) -> None:
    @desk.view_closed("report")
    async def closed(ack: Any, body: dict[str, Any]) -> None:
        heard.note(body["type"])
        await ack()

    view = (await slack.views_open(trigger_id=outside.triggers.give("U0BO"), view=modal(notify_on_close=True)))["view"]
    answer = await page.post("close", who="U0BO", view_id=view["id"])

    assert answer == {"ok": True}
    assert await heard.next() == "view_closed"
    assert await stack(page) == []
    assert (await page.post("close", who="U0BO", view_id=view["id"]))["error"] == "not_found"


async def test_home_is_published_per_person_and_its_opening_told(
    bolt: AsyncApp, connect: Any, page: Any, heard: Any
) -> None:
    @bolt.event("app_home_opened")
    async def greet(event: dict[str, Any], client: Any) -> None:
        view = {"type": "home", "blocks": [{"type": "divider"}]}
        heard.note(await client.views_publish(user_id=event["user"], view=view))

    await connect()
    await page.post("open_home", who="U0ANA")
    published = await heard.next()

    assert (await page.get("views", who="U0ANA"))["home"]["id"] == published["view"]["id"]
    assert (await page.get("views", who="U0BO"))["home"] is None


async def test_a_typeahead_is_answered_by_the_app_and_its_choice_arrives(
    bolt: AsyncApp, connect: Any, page: Any, heard: Any, slack: AsyncWebClient
) -> None:
    @bolt.options("asset")
    async def offer(ack: Any, payload: dict[str, Any]) -> None:
        await ack(options=[{"text": plain(f"{payload['value']}-101"), "value": "P-101"}])

    @bolt.action("asset")
    async def pick(ack: Any, action: dict[str, Any]) -> None:
        heard.note(action)
        await ack()

    await connect()
    select = {"type": "external_select", "action_id": "asset", "min_query_length": 1}
    blocks = [{"type": "section", "block_id": "b", "text": plain("Which asset?"), "accessory": select}]
    card = await slack.chat_postMessage(channel="C0MAINT", text="Which asset?", blocks=blocks)
    where = {"channel": "C0MAINT", "message_ts": card["ts"], "block_id": "b", "action_id": "asset"}

    offered = await page.post("options", who="U0BO", **where, query="P")
    await page.post("click", who="U0BO", **where, selected_option=offered["options"][0])

    assert offered["options"] == [{"text": plain("P-101"), "value": "P-101"}]
    assert (await heard.next())["selected_option"]["value"] == "P-101"


async def test_offers_beyond_the_limits_are_refused(
    bolt: AsyncApp, connect: Any, page: Any, slack: AsyncWebClient
) -> None:
    @bolt.options("asset")
    async def offer(ack: Any) -> None:
        await ack(options=[{"text": plain("x" * 76), "value": "P"}])

    await connect()
    blocks = [{"type": "actions", "block_id": "b", "elements": [{"type": "external_select", "action_id": "asset"}]}]
    card = await slack.chat_postMessage(channel="C0MAINT", text="Which?", blocks=blocks)

    answer = await page.post(
        "options", who="U0BO", channel="C0MAINT", message_ts=card["ts"], block_id="b", action_id="asset", query="x"
    )

    assert answer["error"] == "invalid_options"


async def test_a_click_must_fit_what_is_shown(page: Any, slack: AsyncWebClient) -> None:
    select = {"type": "static_select", "action_id": "pick", "options": [{"text": plain("A"), "value": "a"}]}
    blocks = [{"type": "actions", "block_id": "b", "elements": [select]}]
    card = await slack.chat_postMessage(channel="C0MAINT", text="x", blocks=blocks)
    private = await slack.chat_postEphemeral(channel="C0MAINT", user="U0ANA", text="x", blocks=blocks)
    where = {"channel": "C0MAINT", "message_ts": card["ts"], "block_id": "b", "action_id": "pick"}

    for change, error in (
        ({"selected_option": "b"}, "no_such_option"),
        ({"action_id": "other"}, "no_such_element"),
        ({"message_ts": "1.000001"}, "message_not_found"),
        ({"message_ts": private["message_ts"]}, "message_not_found"),
        ({"channel": "C0NONE"}, "channel_not_found"),
    ):
        assert (await page.post("click", who="U0BO", **{**where, **change}))["error"] == error
    stranger = await page.post("click", who="U0NOBODY", **where)
    assert stranger["error"] == "user_not_found"
    assert (await page.post("click", who="U0BO"))["error"] == "invalid_arguments"


async def test_a_click_in_a_modal_carries_what_was_typed_so_far(
    desk: AsyncApp, page: Any, heard: Any, outside: Outside, slack: AsyncWebClient
) -> None:
    @desk.action("more")
    async def more(ack: Any, body: dict[str, Any], client: Any) -> None:
        await client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=modal(text_field("next")))
        heard.note(body)
        await ack()

    button = {
        "type": "actions",
        "block_id": "b",
        "elements": [{"type": "button", "action_id": "more", "text": plain("More")}],
    }
    trigger = outside.triggers.give("U0BO")
    view = (await slack.views_open(trigger_id=trigger, view=modal(text_field("what"), button)))["view"]
    click = {"view_id": view["id"], "block_id": "b", "action_id": "more", "state": typed("half")}
    answer = await page.post("click", who="U0BO", **click)

    body = await heard.next()
    assert answer == {"ok": True}
    assert body["container"] == {"type": "view", "view_id": view["id"]}
    assert body["view"]["state"]["values"]["what"]["text"]["value"] == "half"
    assert (await stack(page))[0]["blocks"][0]["block_id"] == "next"


async def test_a_message_shortcut_carries_the_message(bolt: AsyncApp, connect: Any, page: Any, heard: Any) -> None:
    @bolt.message_shortcut("make_order")
    async def make(ack: Any, shortcut: dict[str, Any], respond: Any) -> None:
        await ack()
        await respond(text="Work order made", replace_original=False)
        heard.note(shortcut)

    await connect()
    said = await page.post("say", who="U0ANA", channel="C0MAINT", text="P-101 leaks")
    act = {"callback_id": "make_order", "type": "message", "channel": "C0MAINT", "message_ts": said["ts"]}
    answer = await page.post("shortcut", who="U0BO", **act)

    assert answer == {"ok": True}
    assert (await heard.next())["message"]["text"] == "P-101 leaks"
    seen = [one["text"] for one in await page.messages("C0MAINT", "U0BO")]
    assert seen == ["P-101 leaks", "Work order made"]
    assert len(await page.messages("C0MAINT", "U0ANA")) == 1


async def test_a_response_url_works_five_times_and_half_an_hour(
    outside: Outside, session: aiohttp.ClientSession, clock: Any
) -> None:
    async def answer(url: str, **body: Any) -> tuple[int, str]:
        async with session.post(url, json=body) as response:
            return response.status, await response.text()

    url = outside.replies.address("C0MAINT", "U0BO")
    uses = [await answer(url, text=str(n)) for n in range(6)]
    old = outside.replies.address("C0MAINT", "U0BO")
    outside.workspace.timing = Timing(now=lambda: clock() + 10**9)

    assert uses[:5] == [(200, "ok")] * 5
    assert uses[5][0] == 404
    assert "used_url" in uses[5][1]
    assert "expired_url" in (await answer(old, text="x"))[1]
    assert "expired_url" in (await answer(url + "x", text="x"))[1]


async def test_a_response_url_replaces_and_deletes_the_original(
    bolt: AsyncApp, connect: Any, page: Any, slack: AsyncWebClient
) -> None:
    @bolt.action("replace")
    async def replace(ack: Any, respond: Any) -> None:
        await ack()
        await respond(text="Replaced", replace_original=True)

    @bolt.action("remove")
    async def remove(ack: Any, respond: Any) -> None:
        await ack()
        await respond(delete_original=True)

    await connect()
    buttons = [{"type": "button", "action_id": name, "text": plain(name)} for name in ("replace", "remove")]
    blocks = [{"type": "actions", "block_id": "b", "elements": buttons}]
    for action, left in (("replace", ["Replaced"]), ("remove", ["Replaced"])):
        card = await slack.chat_postMessage(channel="C0MAINT", text="x", blocks=blocks)
        await page.post("click", who="U0BO", channel="C0MAINT", message_ts=card["ts"], block_id="b", action_id=action)
        assert [one["text"] for one in await page.messages("C0MAINT", "U0ANA")] == left
