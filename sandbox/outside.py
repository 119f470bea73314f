"""The outside world of the product on this machine: a Slack-compatible workspace, its page and a mail server."""

import asyncio
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlencode

from aiohttp import web

from sandbox.clicks import Clicks
from sandbox.control import Control, file_response
from sandbox.delivery import Delivery
from sandbox.forms import Forms
from sandbox.http_mode import HttpMode
from sandbox.keyboard import Keyboard
from sandbox.keys import keep_keys, write_keys
from sandbox.modals import Modals
from sandbox.planting import plant
from sandbox.replies import Replies
from sandbox.seed import Seed
from sandbox.socket_mode import SocketMode
from sandbox.store import Store
from sandbox.timing import Timing
from sandbox.triggers import Triggers
from sandbox.web_api.door import Door
from sandbox.wire import Json
from sandbox.workspace import Workspace

HOST = "127.0.0.1"
LARGEST_BODY = 64 * 1024 * 1024
PAGE = Path(__file__).parent / "page"
# Mails shown in frames inherit this; their styles are their own, their scripts never run.
POLICY = "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'"


class MailServer(Protocol):
    """What the pretend mail server offers."""

    smtp: tuple[str, int]
    imap: tuple[str, int]

    async def stop(self) -> None:
        """Stop the servers."""

    def routes(self) -> list[web.RouteDef]:
        """The routes below /sandbox/mail."""


class Outside:
    """A running outside world; begin with `await Outside.start(…)`, end with `await outside.stop()`."""

    def __init__(self, data: Path, seed: Seed, timing: Timing) -> None:
        data.mkdir(parents=True, exist_ok=True)
        self.data, self.seed = data, seed
        self.keys = keep_keys(data, seed.mail)
        self.store = Store(data / "sandbox.sqlite3")
        plant(self.store, seed, timing.now())
        self.workspace = Workspace(self.store, seed, timing, self.keys)
        self.triggers = Triggers(timing)
        self.socket = SocketMode(self.workspace)
        self.delivery = Delivery(self.workspace, self.socket, HttpMode(self.workspace))
        self.replies = Replies(self.workspace)
        self.modals = Modals(self.workspace, self.triggers)
        self.keyboard = Keyboard(self.workspace, self.delivery, self.replies, self.triggers)
        self.clicks = Clicks(self.delivery, self.replies, self.modals)
        self.forms = Forms(self.delivery, self.modals)
        self.control = Control(self.socket, self.keyboard, self.clicks, self.forms)
        self.mail: MailServer | None = None
        self._runner: web.AppRunner | None = None

    @classmethod
    async def start(
        cls,
        data: Path,
        port: int = 0,
        *,
        seed: Seed | Mapping[str, Any] | Path,
        mail: bool = True,
        timing: Timing | None = None,
    ) -> "Outside":
        """Start everything on 127.0.0.1; port 0 takes a free one. Raises OSError if the port is taken, SeedIsWrong."""
        outside = cls(data, Seed.of(seed), timing or Timing())
        try:
            await outside._open(port, with_mail=mail)
        except BaseException:
            await outside.stop()
            raise
        return outside

    async def stop(self) -> None:
        """Stop everything in order; state stays in the folder."""
        self.workspace.feed.close()
        await self.delivery.stop()
        if self._runner is not None:
            await self._runner.cleanup()
        if self.mail is not None:
            await self.mail.stop()
        self.store.close()

    @property
    def url(self) -> str:
        """http://127.0.0.1:PORT"""  # noqa: D400, D415 - an address ends where it ends
        return self.workspace.url

    @property
    def api_url(self) -> str:
        """The address of the Web API, for `base_url`."""
        return self.workspace.url + "/api/"

    @property
    def bot_token(self) -> str:
        """The bot token, xoxb-…."""
        return self.keys["bot_token"]

    @property
    def app_token(self) -> str:
        """The app-level token, xapp-…."""
        return self.keys["app_token"]

    @property
    def signing_secret(self) -> str:
        """The secret that signs HTTP deliveries."""
        return self.keys["signing_secret"]

    @property
    def mail_user(self) -> str:
        """The plant's mailbox, which is also its address."""
        return self.keys["mail_user"]

    @property
    def mail_password(self) -> str:
        """The password of the plant's mailbox."""
        return self.keys["mail_password"]

    @property
    def mail_domain(self) -> str:
        """The domain of the plant's address."""
        return self.keys["mail_domain"]

    @property
    def smtp(self) -> tuple[str, int]:
        """Host and port that take the plant's mail; raises RuntimeError without mail."""
        return self._mail().smtp

    @property
    def imap(self) -> tuple[str, int]:
        """Host and port of the plant's mailbox; raises RuntimeError without mail."""
        return self._mail().imap

    def _mail(self) -> MailServer:
        if self.mail is None:
            msg = "this outside world was started without mail"
            raise RuntimeError(msg)
        return self.mail

    async def _open(self, port: int, *, with_mail: bool) -> None:
        if with_mail:
            from sandbox.mail import PretendMail

            words = {**self.seed.mail, "suppliers": list(self.seed.suppliers)}
            self.mail = await PretendMail.start(self.data, words, self.keys, self._mail_changed)
        app = web.Application(client_max_size=LARGEST_BODY, middlewares=[_guard])
        app.add_routes(self._routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, port)
        await site.start()
        taken = self._runner.addresses[0][1]
        self.workspace.move_to(f"http://{HOST}:{taken}")
        mail = {"smtp": list(self.mail.smtp), "imap": list(self.mail.imap)} if self.mail else {}
        write_keys(self.data, {**self.keys, "port": taken, "url": self.url, "api_url": self.api_url, **mail})

    def _routes(self) -> list[web.RouteDef]:
        door = Door(self.workspace, self.modals, self.socket)
        return [
            web.route("*", "/api/{method}", door.serve),
            web.get("/link/", self.socket.serve),
            web.post("/actions/{team}/{secret}", self.replies.serve),
            web.post("/upload/{file}", self._upload),
            web.get("/files-pri/{file}/{name}", self._private_file),
            *self.control.routes(),
            *(self.mail.routes() if self.mail else []),
            web.get("/", self._page),
            web.get("/page/inter.ttf", _font),
            web.get("/page/{path:.+}", self._page),
            web.get("/archives/{channel}/{ts}", _to_page),
        ]

    def _mail_changed(self, change: Json) -> None:
        self.workspace.feed.push(
            "mail", None, **{key: value for key, value in change.items() if key not in ("seq", "kind")}
        )

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        file = self.store.file(request.match_info["file"])
        if file is None:
            return web.Response(status=404)
        content = await _uploaded_bytes(request)
        self.store.put_file({**file, "size": len(content)}, content)
        return web.Response(text=f"OK - {len(content)}")

    async def _private_file(self, request: web.Request) -> web.StreamResponse:
        file = self.store.file(request.match_info["file"])
        content = self.store.content(request.match_info["file"])
        if request.headers.get("Authorization") != f"Bearer {self.bot_token}":
            # Slack sends strangers to its login page rather than refusing them.
            raise web.HTTPFound(f"/?redir={request.path}")
        if file is None or content is None:
            return web.Response(status=404)
        return file_response(file, content)

    async def _page(self, request: web.Request) -> web.StreamResponse:
        wanted = (PAGE / (request.match_info.get("path") or "index.html")).resolve()
        if not wanted.is_relative_to(PAGE) or not wanted.is_file():
            return web.Response(status=404, text="not found")
        headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
        return web.FileResponse(wanted, headers=headers)


def wipe(data: Path) -> None:
    """Remove what an outside world has kept in a folder, and nothing else there."""
    for name in ("sandbox.sqlite3", "sandbox.sqlite3-wal", "sandbox.sqlite3-shm", "secrets.json"):
        (data / name).unlink(missing_ok=True)
    shutil.rmtree(data / "mail", ignore_errors=True)


async def _font(_request: web.Request) -> web.StreamResponse:
    """The page's typeface, from its own package."""
    import fontpkg_inter

    path = Path(fontpkg_inter.__file__).parent / "files" / "Inter[opsz,wght].ttf"
    return web.FileResponse(path, headers={"Cache-Control": "max-age=86400", "Content-Type": "font/ttf"})


async def _to_page(request: web.Request) -> web.StreamResponse:
    """A permalink leads to the page, which finds the message by its query."""
    raise web.HTTPFound("/?" + urlencode(dict(request.match_info)))


@web.middleware
async def _guard(request: web.Request, handler: Any) -> web.StreamResponse:
    """Refuse what does not come from this machine's own pages and programs, whatever name led here."""
    host = request.host.rpartition(":")[0] or request.host
    if host not in (HOST, "localhost"):
        return web.Response(status=421, text="unknown host")
    origin = request.headers.get("Origin")
    if origin and request.path.startswith("/sandbox/") and origin != f"http://{request.host}":
        return web.Response(status=403, text="another page's request")
    answer: web.StreamResponse = await handler(request)
    return answer


async def _uploaded_bytes(request: web.Request) -> bytes:
    if not request.content_type.startswith("multipart/"):
        return await request.read()
    async for part in await request.multipart():
        return await asyncio.shield(part.read())  # type: ignore[union-attr]
    return b""
