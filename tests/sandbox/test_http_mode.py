"""Signed HTTP delivery, with the real bolt app behind a real server."""

import json
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.outside import Outside

VIEW = {
    "type": "modal",
    "callback_id": "report",
    "title": {"type": "plain_text", "text": "Report"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "what",
            "label": {"type": "plain_text", "text": "What"},
            "element": {"type": "plain_text_input", "action_id": "text"},
        }
    ],
}


@pytest.fixture
async def app(outside: Outside, slack: AsyncWebClient) -> AsyncIterator[AsyncApp]:
    app = AsyncApp(client=slack, signing_secret=outside.signing_secret, process_before_response=True)
    runner = web.AppRunner(app.web_app(), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    outside.workspace.change_settings({"request_url": f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"})
    yield app
    await runner.cleanup()


async def test_command_modal_and_submission_travel_signed(app: AsyncApp, page: Any) -> None:
    @app.command("/chargehand")
    async def begin(ack: Any, command: dict[str, Any], client: Any) -> None:
        await client.views_open(trigger_id=command["trigger_id"], view=VIEW)
        await ack()

    @app.view("report")
    async def take(ack: Any, view: dict[str, Any]) -> None:
        text = view["state"]["values"]["what"]["text"]["value"]
        await ack(response_action="errors", errors={"what": f"Not {text}"})

    assert await page.post("command", who="U0BO", channel="C0MAINT", command="/chargehand", text="") == {"ok": True}
    (view,) = (await page.get("views", who="U0BO"))["stack"]
    state = {"values": {"what": {"text": {"type": "plain_text_input", "value": "this"}}}}
    answer = await page.post("submit", who="U0BO", view_id=view["id"], state=state)

    assert answer == {"ok": False, "response_action": "errors", "errors": {"what": "Not this"}}


async def test_the_text_of_an_acknowledgement_is_said(app: AsyncApp, page: Any) -> None:
    @app.command("/chargehand")
    async def begin(ack: Any) -> None:
        await ack("Got it")

    await page.post("command", who="U0BO", channel="C0MAINT", command="/chargehand", text="")

    (said,) = await page.messages("C0MAINT", "U0BO")
    assert said["text"] == "Got it"


async def test_events_arrive_and_are_retried_with_slacks_headers(outside: Outside, page: Any, heard: Any) -> None:
    verifier = SignatureVerifier(outside.signing_secret)

    async def refuse(request: web.Request) -> web.Response:
        body = await request.text()
        heard.note((verifier.is_valid_request(body, dict(request.headers)), json.loads(body), request.headers))
        return web.Response(status=500)

    runner = web.AppRunner(_one_route(refuse), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await page.post("app", request_url=f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
    await page.post("say", who="U0ANA", channel="C0MAINT", text="ü leaks")
    tries = [await heard.next() for _ in range(4)]
    await runner.cleanup()

    assert all(valid for valid, _body, _headers in tries)
    assert {body["event"]["text"] for _valid, body, _headers in tries} == {"ü leaks"}
    assert [headers.get("X-Slack-Retry-Num") for _valid, _body, headers in tries] == [None, "1", "2", "3"]
    assert tries[1][2]["X-Slack-Retry-Reason"] == "http_error"


async def test_an_app_that_is_not_there_fails_the_click(page: Any) -> None:
    await page.post("app", request_url="http://127.0.0.1:9/slack/events")

    answer = await page.post("shortcut", who="U0BO", callback_id="report", type="global")

    assert answer == {"ok": False, "error": "dispatch_failed"}


async def test_a_slow_app_times_out_as_slack_shows_it(outside: Outside, app: AsyncApp, page: Any) -> None:
    @app.command(re.compile(".*"))
    async def never(command: dict[str, Any]) -> None:
        """Never acknowledges."""

    answer = await page.post("command", who="U0BO", channel="C0MAINT", command="/chargehand", text="")

    assert answer["ok"] is False
    assert answer["error"] in ("operation_timeout", "dispatch_failed")


def _one_route(handler: Any) -> web.Application:
    app = web.Application()
    app.router.add_post("/slack/events", handler)
    return app
