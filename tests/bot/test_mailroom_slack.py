"""The mailroom through the real bolt app and a pretend Slack that checks every view: opened from Home, read, acted in."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot import demo
from bot.config import load
from bot.middle import Middle
from bot.slack import Conversation
from handlers import supplier_mail
from handlers.happenings import MailTaken
from sandbox.outside import Outside
from storage.database import Database
from storage.tables import InboundMail
from storage.unit_of_work import UnitOfWork
from tests.stories.people import Slack

HEAD = (
    b"Authentication-Results: mx.halden.example; dmarc=pass header.from=nordlager.example\r\n"
    b"From: versand@nordlager.example\r\nContent-Type: text/plain; charset=utf-8\r\nSubject: "
)
TEXT = "Lieferschein LS-4711: heute haben wir 12 Stück 6204-2RS zu PO-2026-00042 versandt. <!channel> https://x.example"


class Hall:
    """Tom, the storekeeper, at his Slack."""

    def __init__(self, conversation: Conversation, app: AsyncApp, outside: Outside, slack: Slack) -> None:
        self.conversation, self.app, self.outside, self.slack = conversation, app, outside, slack
        self.stamp = 0

    async def sends(self, kind: str, **body: Any) -> None:
        await self.app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body={"type": kind, **body}))
        await self.conversation.settled()

    async def opens_home(self) -> dict[str, Any]:
        event = {"type": "app_home_opened", "user": "U0TOM", "tab": "home", "event_ts": "1"}
        await self.sends("event_callback", event=event, team_id="T0")
        return dict((await self.views())["home"])

    async def views(self) -> dict[str, Any]:
        return await self.slack.get("views", **{"as": "U0TOM"})

    async def top(self) -> dict[str, Any]:
        """Return the modal on top."""
        return dict((await self.views())["stack"][-1])

    async def presses(self, view: dict[str, Any], action: str, *, chosen: str = "") -> dict[str, Any]:
        """Press a button or choose in a menu of a view; returns the modal on top afterwards."""
        self.stamp += 1
        element = next(one for one in elements(view) if one["action_id"] == action)
        pressed = {"action_id": action, "block_id": "b", "action_ts": f"{self.stamp}.0", "type": element["type"]}
        if chosen:
            pressed["selected_option"] = next(one for one in element["options"] if one["text"]["text"] == chosen)
        else:
            pressed["value"] = element["value"]
        trigger = self.outside.triggers.give("U0TOM", view["id"])
        body = {"user": {"id": "U0TOM"}, "team": {"id": "T0"}, "trigger_id": trigger, "view": view}
        await self.sends("block_actions", **body, actions=[pressed], container={"type": "view", "view_id": view["id"]})
        return await self.top()


def elements(view: dict[str, Any]) -> list[dict[str, Any]]:
    found = [one for block in view["blocks"] for one in [*block.get("elements", ()), block.get("accessory") or {}]]
    return [one for one in found if "action_id" in one]


@pytest.fixture
async def hall(demo_plant: Path, tmp_path: Path, outside: Outside, session: Any, slack: Slack) -> AsyncIterator[Hall]:
    file = tmp_path / "plant.db"
    file.write_bytes(demo_plant.read_bytes())
    database = Database(f"sqlite:///{file}")
    middle = Middle(database, load([demo.settings()], environment={}).plant())
    client = AsyncWebClient(outside.bot_token, outside.api_url, session=session, timeout=5)
    conversation = Conversation(middle, client, bot_user="U0CHARGEHAND")
    app = AsyncApp(client=client, process_before_response=True)
    conversation.listen(app)
    for number in range(1, 18):
        await _brings(middle, number)
    yield Hall(conversation, app, outside, slack)
    middle.close()
    database.close()


async def _brings(middle: Middle, number: int) -> None:
    raw = HEAD + f"note {number:02}\r\n\r\n{TEXT}\r\n".encode()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        supplier_mail.take(uow, "p", "INBOX", 1, number, raw, datetime.now(UTC))
        return supplier_mail.read(uow, MailTaken("", number)).to_json()

    await middle.perform(f"mail:{number}", "mail", number, work)


async def test_a_storekeeper_goes_through_the_mailroom_from_home(hall: Hall) -> None:
    home = await hall.opens_home()
    listed = await hall.presses(home, "mailroom.open")
    second = await hall.presses(listed, "mailroom.next")
    mail = await hall.presses(second, "mailroom.mail")
    taken = await hall.presses(mail, "mailroom.take")
    away = await hall.presses(taken, "mailroom.ignore")
    back = await hall.presses(away, "mailroom.list")

    assert "17 waiting for somebody" in said(home)
    assert "1 to 15 of 17" in said(listed)
    assert "16 to 17 of 17" in said(second)
    assert "&lt;!channel&gt;" in said(mail)
    assert "You look after it." in said(taken)
    assert "The mail is put away" in said(away)
    assert "16 to 16 of 16" in said(back)
    assert len((await hall.views())["stack"]) == 1


async def test_a_filter_is_chosen_from_the_menu(hall: Hall) -> None:
    home = await hall.opens_home()
    listed = await hall.presses(home, "mailroom.open")

    put_away = await hall.presses(listed, "mailroom.filter", chosen="Put away")
    supplier = await hall.presses(put_away, "mailroom.filter", chosen="All mails")
    only = await hall.presses(supplier, "mailroom.supplier", chosen="Nordlager Wälzlager GmbH")

    assert "No mail here." in said(put_away)
    assert "1 to 15 of 17" in said(only)
    menus = [one for one in elements(only) if one["type"] == "static_select"]
    assert [menu["initial_option"]["text"]["text"] for menu in menus] == ["All mails", "Nordlager Wälzlager GmbH"]


async def test_a_mail_read_again_is_read_by_the_next_look(hall: Hall) -> None:
    home = await hall.opens_home()
    listed = await hall.presses(home, "mailroom.open")
    mail = await hall.presses(listed, "mailroom.mail")

    again = await hall.presses(mail, "mailroom.again")

    assert "It is read again" in said(again)
    kept = await hall.conversation.middle.read(lambda uow: uow.get(InboundMail, 1).state)
    assert kept == "stored"


def said(view: dict[str, Any]) -> str:
    return json.dumps(view, ensure_ascii=False)
