"""HTTP mode: what is not Slack's is turned away without an exception, and no signed request counts twice."""

import hashlib
import hmac
import logging
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot import http_mode
from sandbox.outside import Outside

SECRET = "a-signing-secret"  # for a loopback server
FORM = urlencode({"command": "/wo", "text": "mine", "trigger_id": "1", "user_id": "U0LUIS", "channel_id": "C0MAINT"})


class Door:
    """The bot's door on a free port, what came through it, and a hand that signs."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self.session = session
        self.url = ""
        self.taken: list[str] = []

    def signed(self, body: bytes, *, at: float | None = None) -> dict[str, str]:
        stamp = str(int(time.time() if at is None else at))
        digest = hmac.new(SECRET.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        kind = "application/x-www-form-urlencoded"
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}", "Content-Type": kind}

    async def post(self, body: bytes, headers: dict[str, str]) -> int:
        async with self.session.post(self.url, data=body, headers=headers) as response:
            await response.read()
            return response.status


@pytest.fixture
async def door(outside: Outside, session: aiohttp.ClientSession) -> AsyncIterator[Door]:
    door = Door(session)
    client = AsyncWebClient(outside.bot_token, outside.api_url, session=session)
    app = AsyncApp(client=client, process_before_response=True)

    @app.command("/wo")
    async def take(ack: AsyncAck, command: dict[str, Any]) -> None:
        door.taken.append(command["text"])
        await ack("Noted")

    runner = web.AppRunner(http_mode.door(app, "/slack/events", SECRET), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    door.url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    yield door
    await runner.cleanup()


async def test_a_signed_request_is_taken(door: Door) -> None:
    body = FORM.encode()

    assert await door.post(body, door.signed(body)) == 200
    assert door.taken == ["mine"]


BAD_HEADERS: list[tuple[str, dict[str, str | None]]] = [
    ("no stamp", {"X-Slack-Request-Timestamp": None}),
    ("no signature", {"X-Slack-Signature": None}),
    ("neither", {"X-Slack-Request-Timestamp": None, "X-Slack-Signature": None}),
    ("words as stamp", {"X-Slack-Request-Timestamp": "yesterday"}),
    ("a stamp below nothing", {"X-Slack-Request-Timestamp": "-1"}),
    ("a stamp with a fraction", {"X-Slack-Request-Timestamp": "1763812345.5"}),
    ("a stamp of a thousand digits", {"X-Slack-Request-Timestamp": "1" * 1000}),
    ("an umlaut as signature", {"X-Slack-Signature": "v0=ü"}),
    ("an empty signature", {"X-Slack-Signature": ""}),
    ("another version", {"X-Slack-Signature": "v1=" + "0" * 64}),
    ("a wrong signature", {"X-Slack-Signature": "v0=" + "0" * 64}),
    ("a signature too long", {"X-Slack-Signature": "v0=" + "0" * 65}),
]


@pytest.mark.parametrize(("name", "change"), BAD_HEADERS, ids=[name for name, _ in BAD_HEADERS])
async def test_27_odd_headers_are_turned_away_without_an_exception(
    door: Door, caplog: pytest.LogCaptureFixture, name: str, change: dict[str, str | None]
) -> None:
    body = FORM.encode()
    headers = {key: value for key, value in (door.signed(body) | change).items() if value is not None}

    with caplog.at_level(logging.WARNING):
        status = await door.post(body, headers)

    assert (status, door.taken) == (401, [])
    assert not [record for record in caplog.records if record.exc_info]


async def test_27_a_body_that_is_no_text_is_turned_away(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    body = b"command=%2Fwo&text=\xff\xfe"

    assert await door.post(body, door.signed(body)) == 401
    assert not [record for record in caplog.records if record.exc_info]


async def test_27_a_body_of_a_mebibyte_is_turned_away_before_it_is_read_whole(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    body = (b"text=" + b"x" * 1024 * 1024)[: 1024 * 1024]

    assert await door.post(body, door.signed(body)) == 413
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.parametrize(("seconds", "status"), [(-301, 401), (360, 401), (-240, 200), (290, 200)])
async def test_28_a_stamp_five_minutes_old_or_ahead_is_turned_away(door: Door, seconds: int, status: int) -> None:
    body = FORM.encode()

    assert await door.post(body, door.signed(body, at=time.time() + seconds)) == status


async def test_29_a_request_that_comes_again_is_acknowledged_without_effect(door: Door) -> None:
    body = FORM.encode()
    headers = door.signed(body)

    statuses = [await door.post(body, headers) for _ in range(3)]

    assert (statuses, door.taken) == ([200, 200, 200], ["mine"])


async def test_a_refused_signature_is_not_remembered(door: Door) -> None:
    body = FORM.encode()
    wrong = door.signed(b"something else")

    assert [await door.post(body, wrong) for _ in range(2)] == [401, 401]


async def test_only_posts_to_the_path_are_answered(door: Door, session: aiohttp.ClientSession) -> None:
    async with session.get(door.url) as got, session.post(door.url + "/other") as other:
        assert (got.status, other.status) == (405, 404)


def test_signatures_are_forgotten_after_ten_minutes() -> None:
    guard = http_mode.Guard(SECRET)
    guard.remember("one", 0.0)

    assert [guard.taken("one", now) for now in (599.0, 600.0, 601.0)] == [True, True, False]


def test_the_memory_of_signatures_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_mode, "MOST_REMEMBERED", 3)
    guard = http_mode.Guard(SECRET)
    for number in range(10):
        guard.taken(str(number), 0.0)
        guard.remember(str(number), 0.0)

    assert [guard.taken(str(number), 0.0) for number in (0, 9)] == [False, True]
    assert len(guard._seen) <= 4


READABLE: list[tuple[str, str, Any]] = [
    ("application/json", '{"type": "event_callback"}', {"type": "event_callback"}),
    ("application/x-www-form-urlencoded", "payload=%7B%22type%22%3A%22block_actions%22%7D", {"type": "block_actions"}),
    ("application/x-www-form-urlencoded", "command=%2Fwo&text=", {"command": "/wo", "text": ""}),
    ("application/x-www-form-urlencoded", "command=%2Fwo&text=payload", {"command": "/wo", "text": "payload"}),
    ("application/json", "[1]", None),
    ("application/json", "{", None),
    ("application/json", "[" * 100_000, None),
    ("application/x-www-form-urlencoded", "payload=%7B", None),
    ("application/x-www-form-urlencoded", "", None),
]


@pytest.mark.parametrize(("kind", "body", "read"), READABLE, ids=range(len(READABLE)))
def test_a_body_is_read_as_slack_writes_it_and_anything_else_is_nothing(kind: str, body: str, read: Any) -> None:
    assert http_mode.payload(body, kind) == read


async def test_a_proven_request_that_cannot_be_read_is_refused_without_an_exception(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    body = b"payload=%7B"

    assert await door.post(body, door.signed(body)) == 400
    assert not [record for record in caplog.records if record.exc_info]
