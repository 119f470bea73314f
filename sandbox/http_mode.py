"""HTTP mode: each delivery is a signed POST to the app's request URL."""

import hashlib
import hmac
import json
from urllib.parse import urlencode

import aiohttp

from sandbox.wire import Json, Reply, Retry, packed
from sandbox.workspace import Workspace

JSON_TYPE = "application/json"
FORM_TYPE = "application/x-www-form-urlencoded"


class HttpMode:
    """Posts to the request URL that the app's settings name."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._session: aiohttp.ClientSession | None = None

    @property
    def address(self) -> str:
        """The request URL, empty in Socket Mode."""
        return str(self.workspace.setting("request_url") or "")

    async def deliver(self, kind: str, payload: Json, retry: Retry | None = None) -> Reply:
        """Post one delivery and read the answer; anything but 200 within three seconds is no acknowledgement."""
        body, content_type = _body(kind, payload)
        headers = {"Content-Type": content_type, **self._signature(body), **_retry_headers(retry)}
        limit = aiohttp.ClientTimeout(total=self.workspace.timing.ack)
        try:
            async with self._open().post(self.address, data=body, headers=headers, timeout=limit) as response:
                return await _reply(response)
        except TimeoutError:
            return Reply(ok=False, reason="operation_timeout")
        except aiohttp.ClientError:
            return Reply(ok=False, reason="connection_failed")

    async def stop(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        return self._session

    def _signature(self, body: bytes) -> dict[str, str]:
        stamp = str(int(self.workspace.timing.now()))
        secret = self.workspace.keys["signing_secret"].encode()
        digest = hmac.new(secret, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


def _body(kind: str, payload: Json) -> tuple[bytes, str]:
    if kind == "events_api":
        return packed(payload).encode(), JSON_TYPE
    fields = payload if kind == "slash_commands" else {"payload": packed(payload)}
    return urlencode(fields).encode(), FORM_TYPE


def _retry_headers(retry: Retry | None) -> dict[str, str]:
    if retry is None:
        return {}
    return {"X-Slack-Retry-Num": str(retry.attempt), "X-Slack-Retry-Reason": retry.reason}


async def _reply(response: aiohttp.ClientResponse) -> Reply:
    if response.status != 200:  # noqa: PLR2004 - the one status that acknowledges
        reason = "http_error_no_retry" if response.headers.get("X-Slack-No-Retry") == "1" else "http_error"
        return Reply(ok=False, reason=reason)
    text = await response.text()
    if not text.strip():
        return Reply(ok=True)
    try:
        payload = json.loads(text)
    except ValueError:
        return Reply(ok=True, payload={"text": text})
    return Reply(ok=True, payload=payload if isinstance(payload, dict) else {})
