"""Photos are fetched from Slack's own file host alone; the token is shown to nobody else, whatever an event says."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot import file_wire
from bot.file_wire import FileWire
from bot.middle import Middle
from bot.outcomes import Delivered, Later, Outcome, Refused
from storage import outbox
from storage.outbox import Letter
from storage.tables import Attachment, Enclosure

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64
TOKEN = "xoxb-secret"  # a token for a loopback server

Fetch = Callable[[str], Awaitable[Outcome]]


class FileHost:
    """A file host on this machine that remembers who showed it which token."""

    def __init__(self) -> None:
        self.tokens: list[str] = []
        self.answers: dict[str, web.StreamResponse | Exception] = {}
        self.url = ""

    async def serve(self, request: web.Request) -> web.StreamResponse:
        self.tokens.append(request.headers.get("Authorization", ""))
        answer = self.answers[request.path]
        if isinstance(answer, Exception):
            raise answer
        return answer


async def _started() -> tuple[FileHost, web.AppRunner]:
    host = FileHost()
    application = web.Application()
    application.router.add_get("/{name:.*}", host.serve)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    return host, runner


pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
async def host() -> AsyncIterator[FileHost]:
    """Slack's file host."""
    host, runner = await _started()
    yield host
    await runner.cleanup()


@pytest.fixture
async def stranger() -> AsyncIterator[FileHost]:
    """Somebody else's host."""
    host, runner = await _started()
    yield host
    await runner.cleanup()


@pytest.fixture
def fetch(host: FileHost, session: aiohttp.ClientSession, middle: Middle) -> Fetch:
    """Fetches what lies at an address for WO-412."""
    wire = FileWire(session, AsyncWebClient(TOKEN), TOKEN, f"{host.url}/api/", middle)

    async def fetch(address: str) -> Outcome:
        body = {"address": address, "name": "seal.png", "subject": "WO-412"}
        letter = Letter("file", f"file:{address}", "files", body, key=f"file:{address}")
        await middle.perform(f"queue {address}", "test", "", lambda uow: {"row": outbox.queue(uow, letter)})
        (row,) = await middle.write(
            lambda connection, now: outbox.claim(connection, now, owner="test", lease=timedelta(seconds=90))
        )
        return await wire.send(row, _before)

    return fetch


async def _before() -> None:
    """A download begins nothing that could not be begun again."""


async def kept(middle: Middle) -> list[Any]:
    return await middle.read(lambda uow: uow.all(Enclosure))


async def test_a_photo_is_kept_with_its_document(fetch: Fetch, host: FileHost, middle: Middle) -> None:
    host.answers["/F1/seal.png"] = web.Response(body=PNG, content_type="image/png")

    outcome = await fetch(f"{host.url}/F1/seal.png")

    assert outcome == Delivered({"bytes": len(PNG)})
    assert host.tokens == [f"Bearer {TOKEN}"]
    (row,) = await middle.read(lambda uow: uow.all(Attachment))
    assert row.media_type == "image/png"
    assert [link.subject for link in await kept(middle)] == ["WO-412"]


FOREIGN = [
    "http://169.254.169.254/latest/meta-data",
    "https://files.slack.com@evil.example/x.png",
    "https://files.slack.com.evil.example/x.png",
    "http://files.slack.com/x.png",
    "https://files.slack.com:8443/x.png",
    "https://evil.example/files.slack.com/x.png",
    "//files.slack.com/x.png",
    "file:///etc/passwd",
    "",
]


@pytest.mark.parametrize("address", FOREIGN)
async def test_32_the_token_is_shown_to_no_other_host(
    fetch: Fetch, session: aiohttp.ClientSession, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(session, "get", lambda url, **_: asked.append(url))

    outcome = await fetch(address)

    assert outcome == Refused("the file is not on Slack's file host")
    assert asked == []


async def test_32_a_login_before_the_configured_host_is_refused(fetch: Fetch, host: FileHost) -> None:
    assert isinstance(await fetch(host.url.replace("http://", "http://user@") + "/F1/seal.png"), Refused)
    assert host.tokens == []


async def test_32_a_redirect_is_not_followed(fetch: Fetch, host: FileHost, stranger: FileHost) -> None:
    host.answers["/F1/seal.png"] = web.HTTPFound(f"{stranger.url}/x.png")

    outcome = await fetch(f"{host.url}/F1/seal.png")

    assert outcome == Refused("the file host answered 302")
    assert stranger.tokens == []


@pytest.mark.parametrize(
    ("status", "kind"), [(401, Refused), (403, Refused), (404, Refused), (410, Refused), (429, Later), (503, Later)]
)
async def test_a_file_that_is_gone_is_given_up_and_a_host_that_is_busy_is_asked_again(
    fetch: Fetch, host: FileHost, status: int, kind: type
) -> None:
    host.answers["/F1/seal.png"] = web.Response(status=status)

    assert isinstance(await fetch(f"{host.url}/F1/seal.png"), kind)


async def test_a_host_that_is_away_is_asked_again(fetch: Fetch, host: FileHost) -> None:
    host.answers["/F1/seal.png"] = ConnectionResetError()

    assert isinstance(await fetch(f"{host.url}/F1/seal.png"), Later)


async def test_a_page_instead_of_a_picture_is_not_kept(fetch: Fetch, host: FileHost, middle: Middle) -> None:
    host.answers["/F1/seal.png"] = web.Response(text="<html>Please sign in</html>", content_type="text/html")

    outcome = await fetch(f"{host.url}/F1/seal.png")

    assert isinstance(outcome, Refused)
    assert "only pictures and PDF are kept" in outcome.why
    assert await kept(middle) == []


@pytest.mark.parametrize(("size", "kind"), [(1024, Delivered), (1025, Refused)])
async def test_a_file_that_is_too_large_is_not_read_to_its_end(
    fetch: Fetch, host: FileHost, middle: Middle, monkeypatch: pytest.MonkeyPatch, size: int, kind: type
) -> None:
    monkeypatch.setattr(file_wire, "LARGEST", 1024)
    host.answers["/F1/seal.png"] = web.Response(body=PNG.ljust(size, b"\x00"))

    assert isinstance(await fetch(f"{host.url}/F1/seal.png"), kind)
    assert len(await kept(middle)) == (kind is Delivered)


async def test_the_same_photo_fetched_twice_is_kept_once(fetch: Fetch, host: FileHost, middle: Middle) -> None:
    for name in ("/F1/seal.png", "/F2/seal.png"):
        host.answers[name] = web.Response(body=PNG)

    await fetch(f"{host.url}/F1/seal.png")
    await fetch(f"{host.url}/F2/seal.png")

    assert len(await middle.read(lambda uow: uow.all(Attachment))) == 1


async def test_without_an_own_address_only_slacks_hosts_are_lawful(middle: Middle) -> None:
    wire = FileWire(None, AsyncWebClient(TOKEN), TOKEN, "https://slack.com/api/", middle)  # type: ignore[arg-type]  # no request is made

    assert wire.lawful("https://files.slack.com/files-pri/T1-F1/seal.png")
    assert wire.lawful("https://slack-files.com/T1-F1-abc")
    assert not wire.lawful("https://slack.com/files-pri/T1-F1/seal.png")
