"""HTTP mode: Slack's signed requests, guarded before bolt looks at them."""

import re
import time
from collections import OrderedDict

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.app.async_app import AsyncApp

LARGEST_BODY = 256 * 1024
REMEMBERED_SECONDS, MOST_REMEMBERED = 600, 100_000
TAKEN, UNAUTHORIZED = 200, 401
_STAMP, _SIGNATURE = re.compile(r"\d{1,12}"), re.compile(r"v0=[0-9a-f]{64}")


class Guard:
    """Refuses what could make the signature check raise, and remembers signatures so that none counts twice."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, float] = OrderedDict()

    def refuses(self, stamp: str, signature: str, body: bytes) -> bool:
        """Say whether the headers or the body cannot be Slack's."""
        if not _STAMP.fullmatch(stamp) or not _SIGNATURE.fullmatch(signature):
            return True
        try:
            body.decode()
        except UnicodeDecodeError:
            return True
        return False

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


def door(app: AsyncApp, path: str) -> web.Application:
    """Return the web application that takes Slack's requests at ``path``."""
    guard = Guard()

    async def serve(request: web.Request) -> web.StreamResponse:
        body = await request.read()
        stamp = request.headers.get("X-Slack-Request-Timestamp", "")
        signature = request.headers.get("X-Slack-Signature", "")
        if guard.refuses(stamp, signature, body):
            return _refused()
        if guard.taken(signature, time.monotonic()):
            return web.Response()
        answer = await app.async_dispatch(await to_bolt_request(request))
        if answer.status == UNAUTHORIZED:
            return _refused()
        if answer.status == TAKEN:
            guard.remember(signature, time.monotonic())
        return await to_aiohttp_response(answer)

    application = web.Application(client_max_size=LARGEST_BODY)
    application.router.add_post(path, serve)
    return application


def _refused() -> web.Response:
    return web.json_response({"error": "invalid request"}, status=UNAUTHORIZED)
