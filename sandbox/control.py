"""The control API below /sandbox/: what the page and the tests use to look and to act as people."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from sandbox.clicks import Clicks
from sandbox.faults import KINDS, Fault
from sandbox.forms import Forms
from sandbox.keyboard import Keyboard
from sandbox.modals import Modals
from sandbox.socket_mode import SocketMode
from sandbox.wire import Json, Refused, packed
from sandbox.workspace import Workspace

Act = Callable[[Json], Awaitable[Json]] | Callable[[Json], Json]


class Control:
    """Serves the control API."""

    def __init__(self, socket: SocketMode, keyboard: Keyboard, clicks: Clicks, forms: Forms) -> None:
        self.workspace: Workspace = keyboard.workspace
        self.modals: Modals = forms.modals
        self.socket = socket
        self.acts: dict[str, Act] = {
            "say": keyboard.say,
            "edit": keyboard.edit,
            "delete": keyboard.delete,
            "react": keyboard.react,
            "invite": keyboard.invite,
            "command": keyboard.command,
            "shortcut": keyboard.shortcut,
            "click": clicks.click,
            "options": clicks.options,
            "submit": forms.submit,
            "close": forms.close,
            "open_home": forms.open_home,
            "read": self.read,
            "app": self.change_app,
            "faults": self.plant_fault,
        }

    def routes(self) -> list[web.RouteDef]:
        """The routes below /sandbox/, the mail's excepted."""
        return [
            web.get("/sandbox/state", self._state),
            web.get("/sandbox/messages", self._messages),
            web.get("/sandbox/views", self._views),
            web.get("/sandbox/events", self._events),
            web.get("/sandbox/files/{file}", self._file),
            web.get("/sandbox/calls", self._calls),
            web.get("/sandbox/faults", self._faults),
            web.delete("/sandbox/faults", self._clear_faults),
            *(web.post(f"/sandbox/{name}", self._act(act)) for name, act in self.acts.items()),
        ]

    def state(self, who: str) -> Json:
        """Everything a person's page needs to begin with."""
        place = self.workspace
        people = [
            {**one, "unread": self._unread_direct(one["id"])} for one in place.store.people() if not one.get("is_bot")
        ]
        me = next((one for one in people if one["id"] == who), None)
        unread = place.store.unread(who) if who else {}
        channels = [
            self._channel(one, unread) for one in place.store.channels() if not who or who in place.audience(one["id"])
        ]
        return {
            "team": {"id": place.team, "name": place.seed.team},
            "bot": {"id": place.bot_user, "name": place.seed.bot},
            "me": me,
            "people": people,
            "channels": channels,
            "commands": place.setting("commands", []),
            "shortcuts": place.setting("shortcuts", []),
            "suppliers": list(place.seed.suppliers),
            "clock": None,
            "bot_connected": bool(self.socket.sockets) or bool(place.setting("request_url")),
            "seq": place.feed.seq,
        }

    def messages(self, channel: str, who: str, thread: str) -> list[Json]:
        """What a person sees in a channel (or in one of its threads), oldest first."""
        rows = self.workspace.store.messages(channel, thread or None, who)
        counts = self.workspace.store.replies(channel, [doc["ts"] for doc, _private in rows])
        return [_shown(doc, private, counts) for doc, private in rows]

    def read(self, act: Json) -> Json:
        """{as, channel}: the person has read everything there."""
        self.workspace.store.mark_read(
            self.workspace.person(act["as"])["id"], self.workspace.channel(act["channel"])["id"]
        )
        return {"ok": True}

    def change_app(self, act: Json) -> Json:
        """{request_url?, rate_limit?, scopes?, events?, commands?, shortcuts?}: the app's settings."""
        unknown = set(act) - SETTINGS
        if unknown:
            raise Refused("invalid_arguments", [f"unknown settings: {', '.join(sorted(unknown))}"])
        self.workspace.change_settings(act)
        return {"ok": True}

    async def plant_fault(self, act: Json) -> Json:
        """{kind, method?, count?, seconds?}: see faults.KINDS."""
        fault = Fault(
            str(act["kind"]), str(act.get("method") or ""), int(act.get("count", 1)), float(act.get("seconds", 1.0))
        )
        if fault.kind == "drop_socket" and not fault.method:
            self.socket.cut()
        elif fault.kind == "refresh_socket":
            await self.socket.refresh()
        else:
            self.workspace.faults.plant(fault)
        return {"ok": True}

    def _unread_direct(self, person: str) -> int:
        """What waits for a person in direct messages, so that one sees whom to look in on next."""
        return sum(count for channel, count in self.workspace.store.unread(person).items() if channel.startswith("D"))

    def _channel(self, channel: Json, unread: dict[str, int]) -> Json:
        kind = "channel" if channel["kind"] in ("channel", "private") else "dm"
        doc = {"id": channel["id"], "name": channel["name"], "kind": kind, "topic": channel["topic"]}
        return {**doc, "unread": unread.get(channel["id"], 0), "with": self._partner(channel)}

    def _partner(self, channel: Json) -> str | None:
        # From where the person sits, the other end of a direct message is the bot.
        return self.workspace.bot_user if channel["kind"] in ("dm", "group_dm") else None

    def _act(self, act: Act) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                body = json.loads(await request.read() or b"{}")
                answer = act(body)
                return _answer(await answer if isinstance(answer, Awaitable) else answer)
            except Refused as refused:
                return _answer(refused.answer())
            except KeyError as missing:
                return _answer(Refused("invalid_arguments", [f"missing field: {missing.args[0]}"]).answer(), 400)
            except (ValueError, TypeError) as wrong:
                return _answer(Refused("invalid_arguments", [str(wrong)]).answer(), 400)

        return handle

    async def _state(self, request: web.Request) -> web.StreamResponse:
        return _answer(self.state(request.query.get("as", "")))

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        who, thread = request.query.get("as", ""), request.query.get("thread", "")
        channel = self.workspace.store.channel(request.query.get("channel", ""))
        if channel is None:
            return _answer(Refused("channel_not_found").answer(), 404)
        if who and who not in self.workspace.audience(channel["id"]):
            return _answer(Refused("not_in_channel").answer(), 403)
        if who and not thread:
            self.workspace.store.mark_read(who, channel["id"])
        return _answer({"messages": self.messages(channel["id"], who, thread)})

    async def _views(self, request: web.Request) -> web.StreamResponse:
        who = request.query.get("as", "")
        return _answer({"stack": self.modals.stack(who), "home": self.modals.home(who)})

    async def _events(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        queue = self.workspace.feed.listen(request.query.get("as", ""))
        reading = self.socket.tasks.start(_drain(socket, queue))
        try:
            while (change := await queue.get()) is not None:
                await socket.send_str(packed(change))
        except ConnectionError:
            pass
        finally:
            self.workspace.feed.leave(queue)
            reading.cancel()
        return socket

    async def _file(self, request: web.Request) -> web.StreamResponse:
        file = self.workspace.store.file(request.match_info["file"])
        content = self.workspace.store.content(request.match_info["file"])
        if file is None or content is None:
            return web.Response(status=404)
        return file_response(file, content)

    async def _calls(self, request: web.Request) -> web.StreamResponse:
        return _answer({"calls": self.workspace.calls.seen(request.query.get("method", ""))})

    async def _faults(self, _request: web.Request) -> web.StreamResponse:
        planted = [vars(fault) for fault in self.workspace.faults.planted]
        return _answer({"planted": planted, "kinds": KINDS})

    async def _clear_faults(self, _request: web.Request) -> web.StreamResponse:
        self.workspace.faults.clear()
        return _answer({"ok": True})


SETTINGS = {"request_url", "rate_limit", "scopes", "events", "commands", "shortcuts"}
SHOWN_INLINE = ("image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain")


def file_response(file: Json, content: bytes) -> web.Response:
    """A file's bytes; only harmless types are shown inline."""
    kind = file["mimetype"]
    shown = kind if kind in SHOWN_INLINE else "application/octet-stream"
    headers = {"X-Content-Type-Options": "nosniff"}
    if kind != "application/pdf":
        # Browsers show a PDF by a plug-in, which a sandboxed document may not load.
        headers["Content-Security-Policy"] = "sandbox"
    if shown != kind:
        headers["Content-Disposition"] = "attachment"
    return web.Response(body=content, content_type=shown, headers=headers)


async def _drain(socket: web.WebSocketResponse, queue: Any) -> None:
    # Reading notices the end of the page; nothing that a page says here is of interest.
    async for _message in socket:
        pass
    queue.put_nowait(None)


def _shown(doc: Json, private: str | None, counts: dict[str, tuple[int, str, list[str]]]) -> Json:
    count, latest, _people = counts.get(doc["ts"], (0, None, []))
    return {
        "ts": doc["ts"],
        "thread_ts": doc.get("thread_ts"),
        "user": doc.get("user"),
        "bot": "bot_id" in doc,
        "text": doc.get("text", ""),
        "blocks": doc.get("blocks", []),
        "files": doc.get("files", []),
        "reply_count": count,
        "latest_reply": latest,
        "reactions": doc.get("reactions", []),
        "edited": doc.get("edited"),
        "ephemeral_to": private,
        "metadata": doc.get("metadata"),
        "broadcast": doc.get("subtype") == "thread_broadcast",
    }


def _answer(body: Json, status: int = 200) -> web.Response:
    return web.Response(text=packed(body), status=status, content_type="application/json")
