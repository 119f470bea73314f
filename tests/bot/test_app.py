"""The whole bot against the pretend Slack: starts and stops in order, and lives with what is missing or lost."""

import asyncio
import json
import sys
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import structlog

from bot import demo, directory, history
from bot.app import Bot, CannotStart, running
from bot.config import Config
from sandbox.outside import Outside
from sandbox.web_api.methods import ALL_SCOPES
from storage.tables import Outgoing, Person, WorkOrder
from tests.stories.loop import LOOP, World, walk
from tests.stories.people import Person as Somebody
from tests.stories.people import Slack
from tests.stories.processes import Process

FAULT = "The seal of P-101 leaks, the line stands"
ALL_BUT: dict[str, list[str]] = {
    "conversations.history": ["channels:history", "groups:history", "im:history", "mpim:history"],
    "users.lookupByEmail": ["users:read.email"],
}


def lines(said: list[Any], word: str) -> list[Any]:
    return [line for line in said if word in json.dumps(line, default=str)]


async def reported(slack: Slack, text: str = FAULT) -> str:
    """Report a fault and wait for its card; returns the thread."""
    thread = await Somebody(slack, "U0ANA").says("C0MAINT", text)
    await Somebody(slack, "U0ANA").waits_for("C0MAINT", "work_order.take", thread=thread)
    return thread


async def test_it_starts_says_where_it_listens_works_without_mail_and_stops(
    settled: Callable[..., Config], slack: Slack, outside: Outside
) -> None:
    async with running(settled()) as bot:
        await reported(slack)
        said, parts = bot.address, (bot.mail, bot.mailbox)

    assert said == "Chargehand listens in Halden Works as chargehand"
    assert parts == (None, None)
    assert outside.socket.sockets == []
    assert bot.trouble() == ["Slack's socket is not connected."]


async def test_an_order_without_a_mail_server_is_given_to_a_person_and_not_called_sent(
    settled: Callable[..., Config], slack: Slack
) -> None:
    world = World(slack, NoMail())
    config = settled()
    at_once = config.approvals.model_copy(update={"undo_seconds": 0})

    async with running(config.model_copy(update={"approvals": at_once})) as bot:
        await walk(world, LOOP[:5])
        await world.presses("bo", "direct", "approval.approve")
        told = await slack.until("the alert", lambda: world.live("ines", "direct", "purchase_order.send_again"))
        (row,) = await bot.middle.read(lambda uow: uow.all(Outgoing, wire="mail"))

    assert "no server is set up" in json.dumps(told)
    assert row.state == "dead"


class NoMail:
    """A world without mail."""

    async def orders(self) -> list[EmailMessage]:
        return []

    async def deliver(self, mail: bytes) -> None:
        raise NotImplementedError


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ({"bot_token": "xoxb-wrong"}, "does not take the bot: the token is not valid here"),
        ({"app_token": "xapp-wrong"}, "Socket Mode does not open: the token is not valid here"),
        ({"api_url": "http://127.0.0.1:9/api/"}, "does not take the bot: it does not answer"),
    ],
    ids=["bot token", "app token", "address"],
)
async def test_what_keeps_it_from_starting_is_one_sentence(
    settled: Callable[..., Config], setting: dict[str, str], sentence: str
) -> None:
    with pytest.raises(CannotStart, match=sentence):
        async with running(settled(**setting)):
            pytest.fail("it started")


async def test_a_port_that_is_taken_is_said(settled: Callable[..., Config]) -> None:
    async with running(settled(mode="http")) as first:
        port = int(first.address.rsplit(":", 1)[1].split("/")[0])
        with pytest.raises(CannotStart, match=f"Nothing can listen at 127.0.0.1:{port}"):
            async with running(settled(mode="http", http_port=port)):
                pytest.fail("it started")


async def test_a_wrong_token_ends_the_program_with_status_4_and_no_traceback(outside: Outside, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    own = f'\n[slack]\napi_url = "{outside.api_url}"\n\n[storage]\npath = "{tmp_path}/plant"\n\n[web]\non = false\n'
    config.write_text(demo.settings().read_text("utf-8") + own, "utf-8")
    tokens = {"CHARGEHAND_SLACK__BOT_TOKEN": "xoxb-wrong", "CHARGEHAND_SLACK__APP_TOKEN": outside.app_token}

    words = [sys.executable, "-m", "bot", "run", "--config", str(config)]
    program = await Process.start("bot", *words, environment=tokens)
    status = await program.ended()

    assert status == 4
    assert "does not take the bot" in program.lines[-1]
    assert not any("Traceback" in line or "xoxb-wrong" in line for line in program.lines)


@pytest.mark.parametrize("method", ALL_BUT)
@pytest.mark.parametrize("how", ["scope", "method"])
async def test_a_missing_scope_or_method_costs_one_feature_is_said_once_and_the_loop_goes_on(
    settled: Callable[..., Config], slack: Slack, outside: Outside, method: str, how: str
) -> None:
    if how == "scope":
        await slack.post("app", {"scopes": [scope for scope in ALL_SCOPES if scope not in ALL_BUT[method]]})
    else:
        await slack.post("faults", {"kind": "error:unknown_method", "method": method, "count": 100})
    with structlog.testing.capture_logs() as said:
        async with running(settled()) as bot:
            await _nobody_known_by_slack(bot)
            for _ in range(3):
                await bot.catch_up()
                await _find_people(bot)
            await reported(slack)

    assert len(lines(said, "everything else goes on")) == 1
    assert not lines(said, "exc_info")


async def _nobody_known_by_slack(bot: Bot) -> None:
    def forget(uow: Any) -> dict[str, Any]:
        uow.change(Person, uow.all(Person)[-1].id, slack_id=None)
        return {}

    await bot.middle.perform("forget", "test", "", forget)


async def _find_people(bot: Bot) -> None:
    await directory.find_people(bot.client, bot.middle, bot.lacking)


async def test_without_a_home_tab_the_loop_goes_on(settled: Callable[..., Config], slack: Slack) -> None:
    await slack.post("faults", {"kind": "error:missing_scope", "method": "views.publish"})
    async with running(settled()) as bot:
        await slack.post("open_home", {"as": "U0LUIS"})
        await slack.until("the call", lambda: slack.calls("views.publish"))
        await reported(slack)

        assert bot.trouble() == []


async def test_a_socket_that_is_cut_is_connected_anew_and_nothing_is_lost(
    settled: Callable[..., Config], slack: Slack, outside: Outside
) -> None:
    async with running(settled()):
        await slack.post("faults", {"kind": "drop_socket"})
        await slack.until("a new socket", lambda: _socket(outside))
        await reported(slack)


async def _socket(outside: Outside) -> bool:
    return bool(outside.socket.sockets)


async def test_the_watch_builds_a_new_socket_when_the_client_does_not_mend_it(
    settled: Callable[..., Config], slack: Slack
) -> None:
    async with running(settled()) as bot:
        assert bot.handler is not None
        await bot.handler.close_async()
        lost = bot.trouble()

        await bot._watch_socket()
        await reported(slack)

        assert lost == ["Slack's socket is not connected."]
        assert bot.trouble() == []


async def test_health_and_figures_are_answered(settled: Callable[..., Config], session: aiohttp.ClientSession) -> None:
    async with running(settled()) as bot:
        port = bot._runners[-1].addresses[0][1]
        async with session.get(f"http://127.0.0.1:{port}/health") as health:
            assert (health.status, await health.json()) == (200, {"ok": True, "trouble": []})
        async with session.get(f"http://127.0.0.1:{port}/metrics") as figures:
            assert "chargehand_outbox_sent" in await figures.text()


async def test_over_signed_http_a_fault_a_click_and_a_form_arrive(
    settled: Callable[..., Config], slack: Slack, outside: Outside
) -> None:
    async with running(settled(mode="http")) as bot:
        outside.workspace.change_settings({"request_url": bot.address.rsplit(" ", 1)[1]})
        thread = await reported(slack)
        luis = Somebody(slack, "U0LUIS")
        card = await luis.waits_for("C0MAINT", "work_order.take", thread=thread)
        clicked = await luis.clicks("C0MAINT", card, "work_order.take")
        job = await luis.waits_in_direct("work_order.start")
        await luis.clicks(job["channel"], job, "work_order.start")
        done = await luis.submits(await luis.modal("LOTO-17"), safety=True)
        running_job = await luis.waits_in_direct("work_order.done")

    assert (clicked["ok"], done["ok"]) == (True, True)
    assert running_job["ts"] == job["ts"]


async def test_what_was_written_while_it_was_away_is_taken_once(
    settled: Callable[..., Config], slack: Slack, outside: Outside
) -> None:
    async with running(settled()):
        thread = await reported(slack)
    ana, luis = Somebody(slack, "U0ANA"), Somebody(slack, "U0LUIS")
    root = await ana.says("C0MAINT", "P-120 leaks badly")
    await luis.says("C0MAINT", "take", thread=thread)
    await ana.says("C0MAINT", "Good morning everybody")

    for _ in range(2):
        async with running(settled()) as bot:
            await ana.waits_for("C0MAINT", "work_order.take", thread=root)
            await luis.waits_in_direct("work_order.start")
            await bot.relay.quiet()
            orders = await bot.middle.read(lambda uow: uow.all(WorkOrder))

    assert [(order.root_ts, order.state) for order in orders] == [(thread, "scheduled"), (root, "ready")]
    assert len(await ana.sees("C0MAINT", "work_order.take", thread=root)) == 1


async def test_a_live_message_hides_nothing_that_was_written_before_it(
    settled: Callable[..., Config], slack: Slack, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(settled()):
        pass
    ana = Somebody(slack, "U0ANA")
    missed = await ana.says("C0MAINT", "P-120 leaks badly")
    catch_up, came = history.History.catch_up, asyncio.Event()

    async def late(self: history.History, channels: tuple[str, ...]) -> int:
        await reported(slack)
        came.set()
        return await catch_up(self, channels)

    monkeypatch.setattr(history.History, "catch_up", late)
    async with running(settled()):
        await ana.waits_for("C0MAINT", "work_order.take", thread=missed)

    assert came.is_set()


async def test_a_channel_that_was_never_read_begins_now(settled: Callable[..., Config], slack: Slack) -> None:
    # Slack delivers again what nobody took; only the history is looked at here.
    await slack.post("app", {"events": []})
    await Somebody(slack, "U0ANA").says("C0MAINT", FAULT)

    async with running(settled()) as bot:
        await bot.relay.quiet()

        assert await bot.middle.read(lambda uow: uow.all(WorkOrder)) == []
