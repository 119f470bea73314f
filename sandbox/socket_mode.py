"""Socket Mode: several WebSockets of the app, envelopes to one of them, acknowledgements back."""

import asyncio
import contextlib
import itertools
import json
import secrets
import uuid

from aiohttp import WSMsgType, web

from sandbox.tasks import Tasks
from sandbox.wire import Json, Refused, Reply, Retry, packed
from sandbox.workspace import Workspace

MOST_CONNECTIONS = 10
ANSWERABLE = ("slash_commands", "interactive")


class SocketMode:
    """The sockets that are open now and the envelopes that still wait for an acknowledgement."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.sockets: list[web.WebSocketResponse] = []
        # Retired sockets are open still, but get nothing new.
        self._open: set[web.WebSocketResponse] = set()
        self._tickets: set[str] = set()
        self._waiting: dict[str, tuple[web.WebSocketResponse, asyncio.Future[Reply]]] = {}
        self._turn = itertools.count()
        self.tasks = Tasks()

    def open_address(self) -> str:
        """A fresh ws:// address that works once; raises too_many_websockets."""
        if len(self.sockets) >= MOST_CONNECTIONS:
            raise Refused("too_many_websockets")
        ticket = secrets.token_urlsafe(16)
        self._tickets.add(ticket)
        return f"{self.workspace.url.replace('http', 'ws', 1)}/link/?ticket={ticket}&app_id={self.workspace.app}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One WebSocket of the app, from hello to its end."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=401, text="invalid ticket")
        self._tickets.remove(ticket)
        socket = web.WebSocketResponse(max_msg_size=16 * 1024 * 1024)
        await socket.prepare(request)
        await self._greet(socket)
        try:
            async for message in socket:
                if message.type == WSMsgType.TEXT:
                    self._acknowledged(message.data)
        finally:
            self._gone(socket)
        return socket

    async def deliver(self, kind: str, payload: Json, retry: Retry | None = None) -> Reply:
        """Send one envelope to one socket and wait for its acknowledgement, at most Slack's three seconds."""
        if not self.sockets:
            return Reply(ok=False, reason="dispatch_failed")
        socket = self.sockets[next(self._turn) % len(self.sockets)]
        envelope = _envelope(kind, payload, retry)
        waiting: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting[envelope["envelope_id"]] = (socket, waiting)
        try:
            await socket.send_str(packed(envelope))
            if self.workspace.faults.strike(kind, "drop_socket"):
                _cut(socket)
            return await asyncio.wait_for(waiting, self.workspace.timing.ack)
        except TimeoutError:
            return Reply(ok=False, reason="operation_timeout")
        except ConnectionError:
            return Reply(ok=False, reason="dispatch_failed")
        finally:
            self._waiting.pop(envelope["envelope_id"], None)

    def cut(self) -> None:
        """Cut every socket without a word."""
        for socket in list(self._open):
            _cut(socket)

    async def refresh(self) -> None:
        """Ask every socket to reconnect, as Slack does every few hours; who does not is closed a little later."""
        retired, self.sockets = self.sockets, []
        self._tell_connections()
        for socket in retired:
            with contextlib.suppress(ConnectionError):
                await socket.send_str(
                    packed({"type": "disconnect", "reason": "refresh_requested", "debug_info": _DEBUG})
                )
            self.tasks.start(self._close_later(socket))

    async def stop(self) -> None:
        """Close every socket in order."""
        for socket in list(self._open):
            await socket.close()

    async def _close_later(self, socket: web.WebSocketResponse) -> None:
        await asyncio.sleep(self.workspace.timing.ack)
        await socket.close()

    async def _greet(self, socket: web.WebSocketResponse) -> None:
        hello = {"type": "hello", "num_connections": len(self.sockets) + 1, "debug_info": _DEBUG}
        await socket.send_str(packed({**hello, "connection_info": {"app_id": self.workspace.app}}))
        self._open.add(socket)
        self.sockets.append(socket)
        self._tell_connections()

    def _acknowledged(self, text: str) -> None:
        try:
            frame = json.loads(text)
        except ValueError:
            return
        _socket, waiting = self._waiting.get(frame.get("envelope_id", ""), (None, None))
        if waiting is not None and not waiting.done():
            waiting.set_result(Reply(ok=True, payload=frame.get("payload") or {}))

    def _gone(self, socket: web.WebSocketResponse) -> None:
        self._open.discard(socket)
        if socket in self.sockets:
            self.sockets.remove(socket)
        for holder, waiting in self._waiting.values():
            if holder is socket and not waiting.done():
                waiting.set_result(Reply(ok=False, reason="operation_timeout"))
        self._tell_connections()

    def _tell_connections(self) -> None:
        self.workspace.feed.push("connection", connected=bool(self.sockets), count=len(self.sockets))


_DEBUG = {"host": "sandbox", "build_number": 1, "approximate_connection_time": 18060}


def _envelope(kind: str, payload: Json, retry: Retry | None) -> Json:
    answerable = kind in ANSWERABLE
    envelope = {
        "envelope_id": str(uuid.uuid4()),
        "type": kind,
        "accepts_response_payload": answerable,
        "payload": payload,
    }
    if retry is not None:
        envelope |= {"retry_attempt": retry.attempt, "retry_reason": retry.reason}
    return envelope


def _cut(socket: web.WebSocketResponse) -> None:
    # The transport of a prepared response is the only way to end it without a closing handshake.
    transport = socket._req.transport if socket._req is not None else None  # noqa: SLF001
    if transport is not None:
        transport.abort()
