"""The door of the Web API: reads a call, checks its token and scope, plays planted faults, notes it."""

import asyncio
import json
from typing import Any

from aiohttp import web

from sandbox.faults import ERROR, Fault
from sandbox.modals import Modals
from sandbox.socket_mode import SocketMode
from sandbox.web_api.call import NESTED, Call
from sandbox.web_api.methods import ALL_SCOPES, METHODS, Method
from sandbox.wire import Json, Refused, packed
from sandbox.workspace import Workspace

PACED = ("chat.postMessage", "chat.postEphemeral")


class Door:
    """Answers /api/METHOD by GET and POST."""

    def __init__(self, workspace: Workspace, modals: Modals, socket: SocketMode) -> None:
        self.workspace, self.modals, self.socket = workspace, modals, socket
        self._free_at: dict[str, float] = {}

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One call."""
        method = request.match_info["method"]
        args = await read_args(request)
        faults = self.workspace.faults
        before = faults.strike(method, "http_429", "http_500", "timeout", "slow", ERROR)
        early = await self._play(method, args, before) if before else None
        if early is not None:
            return early
        answer = self._answer(method, args, request)
        status = 429 if answer.get("error") == "ratelimited" else 200
        self.workspace.calls.note(method, args, status, answer)
        after = faults.strike(method, "after_store_500", "after_store_timeout")
        if after is not None and after.kind == "after_store_timeout":
            await self._hang(request)
        if after is not None:
            return web.Response(status=500, text="Internal Server Error")
        headers = {"Retry-After": "1"} if status != 200 else {"x-oauth-scopes": ",".join(self._scopes())}  # noqa: PLR2004
        return web.Response(text=packed(answer), status=status, content_type="application/json", headers=headers)

    def _answer(self, method: str, args: Json, request: web.Request) -> Json:
        try:
            known = METHODS.get(method)
            if known is None:
                return {"ok": False, "error": "unknown_method", "req_method": method}
            self._check_token(known, _token(args, request))
            self._check_scope(known)
            self._check_pace(method, args)
            return known.carry_out(Call(self.workspace, self.modals, self.socket, args))
        except Refused as refused:
            return refused.answer()

    def _check_token(self, method: Method, token: str) -> None:
        keys = self.workspace.keys
        if not token:
            raise Refused("not_authed")
        if token not in (keys["bot_token"], keys["app_token"]):
            raise Refused("invalid_auth")
        if token != keys[method.key]:
            raise Refused("not_allowed_token_type")

    def _check_scope(self, method: Method) -> None:
        scopes = self._scopes()
        if method.scopes and not set(method.scopes) & set(scopes):
            raise Refused("missing_scope", needed=method.scopes[0], provided=",".join(scopes))

    def _check_pace(self, method: str, args: Json) -> None:
        if method not in PACED or not self.workspace.setting("rate_limit"):
            return
        channel, now = str(args.get("channel")), self.workspace.timing.now()
        if now < self._free_at.get(channel, 0.0):
            raise Refused("ratelimited")
        self._free_at[channel] = now + 1.0

    def _scopes(self) -> list[str]:
        return list(self.workspace.setting("scopes", ALL_SCOPES))

    async def _play(self, method: str, args: Json, fault: Fault) -> web.StreamResponse | None:
        note = self.workspace.calls.note
        if fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
            return None
        if fault.kind == "timeout":
            note(method, args, 0, {"error": "timeout"})
            await asyncio.sleep(self.workspace.timing.hang)
            return web.Response(status=504)
        if fault.kind.startswith(ERROR):
            answer = {"ok": False, "error": fault.kind.removeprefix(ERROR)}
            note(method, args, 200, answer)
            return web.json_response(answer)
        status = int(fault.kind.removeprefix("http_"))
        answer = {"ok": False, "error": "ratelimited" if status == 429 else "internal_error"}  # noqa: PLR2004
        note(method, args, status, answer)
        if status == 500:  # noqa: PLR2004
            return web.Response(status=500, text="Internal Server Error")
        return web.json_response(answer, status=status, headers={"Retry-After": str(max(1, round(fault.seconds)))})

    async def _hang(self, _request: web.Request) -> None:
        await asyncio.sleep(self.workspace.timing.hang)


async def read_args(request: web.Request) -> Json:
    """Query, form and JSON of a request in one mapping; nested values stay as they were sent."""
    args: Json = dict(request.query)
    if not request.can_read_body:
        return args
    if request.content_type == "application/json":
        body = _json(await request.read())
        return {**args, **body} if isinstance(body, dict) else args
    form = await request.post()
    args.update({key: value for key, value in form.items() if isinstance(value, str)})
    return {key: _json(value) if key in NESTED and _looks_nested(value) else value for key, value in args.items()}


def _looks_nested(value: Any) -> bool:
    return isinstance(value, str) and value[:1] in ("[", "{")


def _json(raw: bytes | str) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return raw if isinstance(raw, str) else None


def _token(args: Json, request: web.Request) -> str:
    header = request.headers.get("Authorization", "")
    return header.removeprefix("Bearer ").strip() if header.startswith("Bearer ") else str(args.get("token") or "")
