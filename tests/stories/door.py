"""Slack's side of signed HTTP by hand, so that requests can be written that Slack itself would never send."""

import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp

from tests.stories.people import Slack
from tests.stories.plants import Plant, Wishes

HTTP = Wishes(settings={"slack": {"mode": "http", "http_port": 0}})
"""What a plant wishes whose bot is called by Slack instead of calling it."""
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


@dataclass
class Door:
    """The address at which the bot takes Slack's requests, and the secret that signs them."""

    address: str
    secret: str
    session: aiohttp.ClientSession
    numbers: int = field(default=0)

    def signed(self, body: bytes, *, at: float | None = None) -> dict[str, str]:
        """Return the headers that Slack would send with a body."""
        stamp = str(int(time.time() if at is None else at))
        digest = hmac.new(self.secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}

    async def knock(self, body: bytes, headers: dict[str, str], kind: str = FORM) -> tuple[int, str]:
        """Post a body with headers; returns the status and what was answered."""
        async with self.session.post(self.address, data=body, headers={"Content-Type": kind, **headers}) as response:
            return response.status, await response.text()

    def command(self, by: str, text: str, command: str = "/chargehand") -> bytes:
        """Write a slash command in the channel for faults."""
        self.numbers += 1
        fields = {"command": command, "text": text, "user_id": by, "channel_id": "C0MAINT", "team_id": "T1"}
        return urlencode(fields | {"trigger_id": f"{time.time()}.{self.numbers}"}).encode()

    async def commands(self, by: str, text: str, command: str = "/chargehand") -> str:
        """Send a signed slash command; returns what is answered in private."""
        body = self.command(by, text, command)
        status, said = await self.knock(body, self.signed(body))
        assert status == 200, (status, said)
        return said

    async def sends(self, payload: dict[str, Any]) -> tuple[int, str]:
        """Send a signed click or submission."""
        body = urlencode({"payload": json.dumps(payload)}).encode()
        return await self.knock(body, self.signed(body))

    async def tells(self, event: dict[str, Any]) -> tuple[int, str]:
        """Send a signed event."""
        self.numbers += 1
        told = {"type": "event_callback", "team_id": "T1", "api_app_id": "A1", "event": event, "event_time": 1}
        body = json.dumps(told | {"event_id": f"Ev{self.numbers}"}).encode()
        return await self.knock(body, self.signed(body), JSON)


async def open_door(plant: Plant, slack: Slack) -> Door:
    """Start the bot in HTTP mode, and tell the pretend Slack where it listens."""
    bot = await plant.start()
    address = next(line for line in bot.lines if "listens in" in line).rpartition(" at ")[2].rstrip(".")
    told = await slack.post("app", {"request_url": address})
    assert told["ok"], told
    return Door(address, plant.environment["CHARGEHAND_SLACK__SIGNING_SECRET"], slack.session)


def click(
    by: str, action: str, value: str, *, channel: str = "C0MAINT", team: str = "T1", **more: Any
) -> dict[str, Any]:
    """Return the payload of a pressed button; ``more`` replaces whole keys of it."""
    stamp = f"{time.time():.6f}"
    element = {"type": "button", "action_id": action, "block_id": "b", "value": value, "action_ts": stamp}
    return {
        "type": "block_actions",
        "user": {"id": by, "username": by.lower(), "team_id": team},
        "team": {"id": "T1", "domain": "halden"},
        "api_app_id": "A1",
        "trigger_id": stamp,
        "container": {"type": "message", "channel_id": channel, "message_ts": "1.000001"},
        "channel": {"id": channel, "name": "somewhere"},
        "message": {"ts": "1.000001", "text": "", "blocks": []},
        "actions": [element],
        **more,
    }


def submission(by: str, callback: str, private: str, fields: dict[str, str]) -> dict[str, Any]:
    """Return the payload of a submitted modal with plain text fields."""
    values = {block: {"value": {"type": "plain_text_input", "value": text}} for block, text in fields.items()}
    view = {
        "id": f"V{time.time_ns()}",
        "hash": "1.a",
        "type": "modal",
        "callback_id": callback,
        "private_metadata": private,
    }
    return {
        "type": "view_submission",
        "user": {"id": by, "username": by.lower(), "team_id": "T1"},
        "team": {"id": "T1", "domain": "halden"},
        "api_app_id": "A1",
        "trigger_id": f"{time.time()}",
        "view": {**view, "blocks": [], "title": {"type": "plain_text", "text": "T"}, "state": {"values": values}},
        "response_urls": [],
    }
