"""Slack's end of the socket, as small as it can be: sends envelopes and notes when each one is acknowledged."""

import asyncio
import json
import time
from typing import Any

from aiohttp import WSMsgType, web

ANSWERS: dict[str, dict[str, Any]] = {
    "auth.test": {
        "user_id": "U0BOT",
        "user": "chargehand",
        "team": "Bench",
        "team_id": "T0",
        "bot_id": "B0",
        "url": "x",
    },
    "conversations.history": {"messages": []},
    "conversations.replies": {"messages": []},
    "conversations.open": {"channel": {"id": "D0"}},
}


class SocketPeer:
    """A Web API that takes everything, and one WebSocket to send envelopes down."""

    def __init__(self) -> None:
        self.posted = 0
        self.updated: dict[str, float] = {}
        """When a message was last updated, by its timestamp."""
        self.update_arrived = asyncio.Event()
        self._waiting: dict[str, asyncio.Future[float]] = {}
        self._socket: web.WebSocketResponse | None = None
        self._connected = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self._number = 0
        self.url = ""

    async def start(self) -> None:
        app = web.Application()
        app.add_routes([web.route("*", "/api/{method}", self._api), web.get("/link", self._link)])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        if self._socket is not None:
            await self._socket.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def connected(self) -> None:
        await self._connected.wait()

    async def send(self, kind: str, payload: dict[str, Any]) -> tuple[float, float]:
        """Send one envelope; returns when it was sent and when it was acknowledged, by ``perf_counter``."""
        self._number += 1
        envelope = f"e{self._number}"
        answered = asyncio.get_running_loop().create_future()
        self._waiting[envelope] = answered
        assert self._socket is not None
        body = {"envelope_id": envelope, "type": kind, "payload": payload, "accepts_response_payload": True}
        text = json.dumps(body)
        begun = time.perf_counter()
        await self._socket.send_str(text)
        return begun, await answered

    async def was_updated(self, ts: str, since: float) -> float:
        """Wait until a message is updated after a moment; returns when that was."""
        while self.updated.get(ts, 0.0) < since:
            self.update_arrived.clear()
            await self.update_arrived.wait()
        return self.updated[ts]

    async def _api(self, request: web.Request) -> web.Response:
        arrived = time.perf_counter()
        method = request.match_info["method"]
        if method == "apps.connections.open":
            return web.json_response({"ok": True, "url": self.url.replace("http", "ws") + "/link"})
        self.posted += method.startswith("chat.")
        if method == "chat.update":
            self.updated[str((await request.json())["ts"])] = arrived
            self.update_arrived.set()
        answer = {"ok": True, "ts": f"{time.time():.6f}", "channel": "C0", **ANSWERS.get(method, {})}
        return web.json_response(answer)

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
        self._socket = socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_str('{"type":"hello"}')
        self._connected.set()
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                waiting = self._waiting.pop(json.loads(message.data).get("envelope_id", ""), None)
                if waiting is not None:
                    waiting.set_result(time.perf_counter())
        return socket
