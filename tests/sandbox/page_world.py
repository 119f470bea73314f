"""A small stand-in for the sandbox server with canned cards and mail, and the browser that looks at its page."""

import asyncio
import json
import os
import struct
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

import fontpkg_inter
import pytest
from aiohttp import WSMsgType, web

Json = dict[str, Any]
HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "sandbox" / "page"
CARDS: Json = json.loads((HERE / "page_cards.json").read_text("utf-8"))
BOT = {"id": "U0CHARGEHAND", "name": "chargehand"}
BEGIN = datetime.now(tz=UTC).replace(hour=9, minute=12, second=0, microsecond=0).timestamp()
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
PATIENCE = 30_000
FONT = next(Path(fontpkg_inter.ROOT, "files").glob("Inter[[]*"))
HAS_CHROMIUM = Path(CHROMIUM).exists()
PARTS = {"SEAL-45": "Mechanical seal 45 mm", "SEAL-50": "Mechanical seal 50 mm", "BRG-6206": "Bearing 6206-2RS C3"}
ANSWERS = {
    "confirm": "Confirm",
    "later": "Later",
    "fewer": "Fewer",
    "dearer": "Dearer",
    "despatch": "Delivery note",
    "auto_reply": "Out of office",
    "free": "Own words",
}


def photo() -> bytes:
    """A PNG of 240 by 160 pixels: a round flange on a dark ground."""
    rows = []
    for y in range(160):
        dots = bytes(_shade(x - 120, y - 80) for x in range(240))
        rows.append(b"\0" + dots)
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", 240, 160, 8, 0, 0, 0, 0)), (b"IDAT", zlib.compress(b"".join(rows)))]
    parts = (
        struct.pack(">I", len(body)) + kind + body + _check(kind + body) for kind, body in [*chunks, (b"IEND", b"")]
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _shade(x: int, y: int) -> int:
    far = (x * x + y * y) ** 0.5
    return int(150 - far / 2 + (60 if 34 < far < 62 else 0))


def _check(content: bytes) -> bytes:
    return struct.pack(">I", zlib.crc32(content))


def pdf_of(lines: list[str]) -> bytes:
    """A one-page PDF with these lines."""
    shown = "".join(f"({line}) Tj 0 -20 Td " for line in lines)
    drawing = f"BT /F1 14 Tf 60 760 Td {shown}ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawing), drawing),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        table,
        len(out),
    )


class World:
    """What the page sees, and what it has asked for."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[tuple[str, Json]] = []
        self.refusals: dict[str, Json] = {}
        self.unread = {"C0STORES": 2}
        self.messages: dict[str, list[Json]] = {"C0MAINT": [], "C0STORES": [], "C0BUYING": []}
        self.stack: list[Json] = []
        self.sent = [_order_mail()]
        self.plant: list[Json] = []
        self.sockets: list[web.WebSocketResponse] = []
        self.files = {"F0PHOTO": ("image/png", photo())}
        self._ticks = 0
        self._plant_messages()

    def post(self, channel: str, text: str, **more: Any) -> Json:
        """A message of the bot (bot=True) or of a person (user=…)."""
        self._ticks += 1
        frame = {"thread_ts": None, "user": None, "bot": False, "blocks": [], "files": [], "reply_count": 0}
        frame |= {"reactions": [], "edited": None, "ephemeral_to": None, "metadata": None, "broadcast": False}
        message = {**frame, "ts": f"{BEGIN + 60 * self._ticks:.6f}", "text": text, **more}
        if message["bot"]:
            message["user"] = BOT["id"]
        kept = self.messages.setdefault(channel, [])
        kept.append(message)
        for root in kept:
            root["reply_count"] += root["ts"] == message["thread_ts"]
        return message

    async def tell(self, kind: str) -> None:
        """Tell every open page that something changed."""
        for socket in self.sockets:
            await socket.send_json({"seq": len(self.asked), "kind": kind})

    def bodies(self, path: str) -> list[Json]:
        """What was asked of one path."""
        return [body for one, body in self.asked if one == path]

    def state(self, who: str) -> Json:
        """As GET /sandbox/state."""
        channels = [{**one, "unread": self.unread.get(one["id"], 0)} for one in CARDS["channels"]]
        dm = {"id": f"D{who}", "name": "", "kind": "dm", "topic": "", "unread": 0, "with": BOT["id"]}
        return {
            "team": {"id": "T0HALDEN", "name": "Halden Works"},
            "bot": BOT,
            "me": next((one for one in CARDS["people"] if one["id"] == who), None),
            "people": CARDS["people"],
            "channels": [*channels, dm],
            "commands": CARDS["commands"],
            "shortcuts": CARDS["shortcuts"],
            "suppliers": [{"name": "Hartmann Seals", "address": "orders@hartmann.example"}],
            "clock": None,
            "bot_connected": True,
            "seq": 1,
        }

    def click(self, body: Json) -> Json:
        """The canned app: one button opens a modal, another edits its card, a third answers in private."""
        action, channel = body["action_id"], body.get("channel", "")
        if action == "need_part":
            self.stack = [CARDS["part_view"]]
        if action == "approve":
            card = next(one for one in self.messages[channel] if one["ts"] == body["message_ts"])
            note = {"type": "mrkdwn", "text": "Approved by you at 09:41. PO-2026-00118 rev 1"}
            card["blocks"] = [{"type": "context", "block_id": "done", "elements": [note]}]
        if action == "take":
            root = next((one["thread_ts"] for one in self.messages[channel] if one["ts"] == body["message_ts"]), None)
            words = "This one is for Luis Moreno, who is on shift."
            self.post(channel, words, bot=True, thread_ts=root, ephemeral_to=body["as"])
        return {"ok": True}

    def submit(self, body: Json) -> Json:
        """The canned app: pieces must be a number; then a second view lies on the first; then all is closed."""
        values = body["state"]["values"]
        if body["view_id"] == "V0SURE":
            self.stack = []
            return {"ok": True, "response_action": "clear"}
        pieces = values["pieces"]["pieces"]["value"]
        if not str(pieces).isdigit():
            return {"ok": False, "response_action": "errors", "errors": {"pieces": "Write a number from 1 to 20."}}
        self.stack = [*self.stack, CARDS["second_view"]]
        return {"ok": True, "response_action": "push"}

    def answer(self, body: Json) -> Json:
        """A supplier's answer goes into the plant's mailbox."""
        mail = {"id": str(200 + len(self.plant)), "from": "orders@hartmann.example", "to": "purchasing@halden.example"}
        mail |= {
            "subject": "Re: PO-2026-00118",
            "date": datetime.now(tz=UTC).isoformat(),
            "html": "",
            "attachments": [],
        }
        self.plant.append({**mail, "text": body.get("text") or body.get("kind") or "", "answers": []})
        return {"ok": True}

    def _plant_messages(self) -> None:
        photo = {"id": "F0PHOTO", "name": "seal.png", "mimetype": "image/png", "size": 4096}
        self.post("C0MAINT", "Morning. Line 2 restarted at 06:10 after the format change.", user="U0MARA")
        fault = self.post("C0MAINT", "P-101 is dripping again, line stands", user="U0ANA", files=[photo])
        thread = {"bot": True, "thread_ts": fault["ts"]}
        self.post("C0MAINT", CARDS["work_order"]["text"], blocks=CARDS["work_order"]["blocks"], **thread)
        self.post("C0MAINT", "<@U0LUIS> has it.", **thread)
        self.post("C0MAINT", "Thanks, on my way :wrench:", user="U0LUIS", thread_ts=fault["ts"])
        self.post("C0MAINT", "Guard switch on L-02 sticks a bit, not urgent.", user="U0ANA")
        self.post("C0STORES", "Every block", bot=True, blocks=CARDS["gallery"])
        self.post("DU0BO", CARDS["approval"]["text"], bot=True, blocks=CARDS["approval"]["blocks"])


def _order_mail() -> Json:
    pdf = pdf_of(["Halden Works", "Purchase order PO-2026-00118", "2 x Mechanical seal 45 mm", "Total EUR 527.60"])
    paper = {"id": 0, "name": "PO-2026-00118.pdf", "type": "application/pdf", "size": len(pdf), "content": pdf}
    ready = [{"kind": kind, "label": label} for kind, label in ANSWERS.items()]
    frame = {"id": "101", "from": "Halden Works <purchasing@halden.example>", "to": "orders@hartmann.example"}
    date = {"date": datetime.now(tz=UTC).isoformat(), "message_id": "<118@halden.example>", "in_reply_to": ""}
    return {**frame, **date, **CARDS["mail"], "attachments": [paper], "answers": ready}


def _application(world: World) -> web.Application:
    acts = {"click": world.click, "submit": world.submit, "mail/answer": world.answer, "mail/new": world.answer}

    async def act(request: web.Request) -> web.Response:
        path, body = request.path.removeprefix("/sandbox/"), await request.json()
        world.asked.append((path, body))
        answer = (
            world.refusals.get(path) or _other(world, path, body) or acts.get(path, lambda _body: {"ok": True})(body)
        )
        for kind in ("message", "view", "mail"):
            await world.tell(kind)
        return web.json_response(answer)

    app = web.Application(client_max_size=32 * 1024 * 1024)
    app.add_routes(
        [web.get("/sandbox/events", _events(world)), web.get("/sandbox/mail/{id}/attachment/{number}", _paper)]
    )
    app.add_routes([web.get("/sandbox/mail/{id}/raw", _raw), web.get("/sandbox/files/{id}", _file)])
    app.add_routes([web.get("/sandbox/{what:.+}", _look(world)), web.post("/sandbox/{what:.+}", act)])
    app.add_routes([web.get("/", _page), web.get("/page/{path:.+}", _page)])
    app[WORLD] = world
    return app


WORLD = web.AppKey("world", World)
POLICY = "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'"


def _other(world: World, path: str, body: Json) -> Json | None:
    if path == "say":
        files = [{"id": "F0PHOTO", **{key: one[key] for key in ("name", "mimetype")}} for one in body.get("files", [])]
        text = escape(body["text"], quote=False)
        said = world.post(body["channel"], text, user=body["as"], thread_ts=body.get("thread_ts"), files=files)
        return {"ok": True, "ts": said["ts"]}
    if path == "close":
        world.stack = world.stack[:-1]
    if path == "options":
        found = {key: name for key, name in PARTS.items() if body["query"].lower() in name.lower()}
        text = {key: {"type": "plain_text", "text": f"{name} ({key})"} for key, name in found.items()}
        return {"ok": True, "options": [{"text": text[key], "value": key} for key in found]}
    return None


def _look(world: World) -> Any:
    async def look(request: web.Request) -> web.Response:
        who, what = request.query.get("as", ""), request.match_info["what"]
        if what == "messages":
            return web.json_response({"messages": _seen(world, request.query, who)})
        papers = [{**one, "attachments": [_described(paper) for paper in one["attachments"]]} for one in world.sent]
        answers = {"state": lambda: world.state(who), "mail": lambda: {"sent": papers, "plant": world.plant}}
        answers["views"] = lambda: {"stack": world.stack, "home": CARDS["home"]}
        return web.json_response(answers[what]())

    return look


def _described(paper: Json) -> Json:
    return {key: value for key, value in paper.items() if key != "content"}


def _seen(world: World, query: Any, who: str) -> list[Json]:
    thread = query.get("thread")
    rows = [one for one in world.messages.get(query["channel"], []) if one["ephemeral_to"] in (None, who)]
    if not thread:
        world.unread.pop(query["channel"], None)
    return [one for one in rows if (thread in (one["ts"], one["thread_ts"]) if thread else not one["thread_ts"])]


def _events(world: World) -> Any:
    async def events(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        world.sockets.append(socket)
        async for message in socket:
            if message.type == WSMsgType.ERROR:
                break
        world.sockets.remove(socket)
        return socket

    return events


async def _paper(request: web.Request) -> web.Response:
    paper = request.app[WORLD].sent[0]["attachments"][int(request.match_info["number"])]
    return web.Response(body=paper["content"], content_type=paper["type"])


async def _raw(request: web.Request) -> web.Response:
    mail = request.app[WORLD].sent[0]
    return web.Response(text=f"From: {mail['from']}\r\nSubject: {mail['subject']}\r\n\r\n{mail['text']}")


async def _file(request: web.Request) -> web.Response:
    kind, content = request.app[WORLD].files[request.match_info["id"]]
    return web.Response(body=content, content_type=kind)


async def _page(request: web.Request) -> web.StreamResponse:
    wanted = PAGE / (request.match_info.get("path") or "index.html")
    if not wanted.is_file():
        return web.FileResponse(FONT) if wanted.name == "inter.ttf" else web.Response(status=404)
    return web.FileResponse(wanted, headers={"Content-Security-Policy": POLICY})


@asynccontextmanager
async def page_world() -> AsyncIterator[World]:
    """The stand-in, listening on a free port of this machine."""
    world = World()
    runner = web.AppRunner(_application(world), shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    world.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    try:
        yield world
    finally:
        await asyncio.gather(*(socket.close() for socket in list(world.sockets)))
        await runner.cleanup()


@asynccontextmanager
async def chromium() -> AsyncIterator[Any]:
    """Debian's Chromium, without a window; skips where it is missing, fails where CI lacks it."""
    if not HAS_CHROMIUM:
        if os.environ.get("CI"):
            pytest.fail(f"CI must have {CHROMIUM}")
        pytest.skip(f"{CHROMIUM} is not installed")
    from playwright.async_api import async_playwright, expect

    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as player:
        browser = await player.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            await browser.close()
