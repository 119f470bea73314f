"""HTTP mode: Slack's signed requests, proven and read before bolt sees them."""

import json
import re
import time
from collections import OrderedDict
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

LARGEST_BODY = 256 * 1024
REMEMBERED_SECONDS, MOST_REMEMBERED = 600, 100_000
TAKEN, UNREADABLE, UNAUTHORIZED = 200, 400, 401
_STAMP, _SIGNATURE = re.compile(r"[0-9]{1,12}"), re.compile(r"v0=[0-9a-f]{64}")


class Guard:
    """Lets in what Slack has signed within five minutes, and remembers signatures so that none counts twice."""

    def __init__(self, secret: str) -> None:
        self._verifier = SignatureVerifier(secret)
        self._seen: OrderedDict[str, float] = OrderedDict()

    def refuses(self, stamp: str, signature: str, body: bytes) -> bool:
        """Say whether a request is not Slack's; what could make the verifier raise is refused before it."""
        if not _STAMP.fullmatch(stamp) or not _SIGNATURE.fullmatch(signature):
            return True
        try:
            text = body.decode()
        except UnicodeDecodeError:
            return True
        return not self._verifier.is_valid(text, stamp, signature)

    def taken(self, signature: str, now: float) -> bool:
        """Say whether a request with this signature was taken in the last ten minutes."""
        while self._seen and self._oldest_is_past(now):
            self._seen.popitem(last=False)
        return signature in self._seen

    def remember(self, signature: str, now: float) -> None:
        """Remember a signature that was found right; only those can fill the memory."""
        self._seen[signature] = now

    def _oldest_is_past(self, now: float) -> bool:
        return len(self._seen) > MOST_REMEMBERED or now - next(iter(self._seen.values())) > REMEMBERED_SECONDS


def payload(body: str, kind: str) -> dict[str, Any] | None:
    """Read a body as Slack writes it: JSON, a form, or JSON in a form's ``payload``; None for anything else.

    Bolt itself loses every form in which somebody has written the word "payload".
    """
    fields = dict(parse_qsl(body, keep_blank_values=True)) if kind != "application/json" else {}
    try:
        read = json.loads(body) if kind == "application/json" else json.loads(fields.get("payload", "null")) or fields
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) and read else None


def door(app: AsyncApp, path: str, secret: str) -> web.Application:
    """Return the web application that takes Slack's requests at ``path``, signed with ``secret``."""
    guard = Guard(secret)

    async def serve(request: web.Request) -> web.StreamResponse:
        body = await request.read()
        stamp = request.headers.get("X-Slack-Request-Timestamp", "")
        signature = request.headers.get("X-Slack-Signature", "")
        if guard.refuses(stamp, signature, body):
            return _refused("invalid request", UNAUTHORIZED)
        if guard.taken(signature, time.monotonic()):
            return web.Response()
        read = payload(body.decode(), request.content_type)
        if read is None:
            return _refused("unreadable request", UNREADABLE)
        # What is proven and read already goes bolt's other way in, which does neither once more.
        answer = await app.async_dispatch(AsyncBoltRequest(body=read, mode="socket_mode"))
        if answer.status == TAKEN:
            guard.remember(signature, time.monotonic())
        return await to_aiohttp_response(answer)

    application = web.Application(client_max_size=LARGEST_BODY)
    application.router.add_post(path, serve)
    return application


def _refused(why: str, status: int) -> web.Response:
    return web.json_response({"error": why}, status=status)
