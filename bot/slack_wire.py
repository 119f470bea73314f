"""The way out to Slack: one message or edit a row, at Slack's pace, with every answer of Slack's named."""

import time
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.lacking import FOR_GOOD, Lacking, error_of
from bot.middle import Middle
from bot.outcomes import Before, Delivered, Later, Outcome, Refused, Unsure
from storage import cards
from storage.outbox import Claimed
from storage.tables import Card

log = structlog.get_logger()

SHUT = {"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"}
"""Answers that say something about us and nothing about the row: no try is burnt."""
PASSING = {"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"}
"""Answers that go away."""
NO_PLACE = {"channel_not_found", "not_in_channel", "user_not_found", "thread_not_found", "is_archived"}
"""Answers that say that nothing can stand there."""
EVENT_TYPE = "chargehand_outbox"
PACE, BURST = 1.0, 4.0
"""Messages a second in one channel, and how many may come at once (Slack's own limit with short bursts)."""
SOON, ROOT_LATEST = timedelta(seconds=1), timedelta(minutes=1)
"""Between these a thread looks whether its root has been posted."""
SERVER_ERROR, TOO_MANY = 500, 429
LOOKS_BEFORE_AGAIN = 2


class Pace:
    """A token bucket a lane."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._left: dict[str, tuple[float, float]] = defaultdict(lambda: (BURST, clock()))

    def wait(self, lane: str) -> float:
        """Take one turn and return 0, or return how many seconds to wait for the next one."""
        left, since = self._left[lane]
        now = self._clock()
        left = min(BURST, left + (now - since) * PACE)
        if left < 1:
            self._left[lane] = (left, now)
            return (1 - left) / PACE
        self._left[lane] = (left - 1, now)
        return 0.0


class SlackWire:
    """Sends rows whose body names a Web API method, and finds cards by their own key."""

    def __init__(self, client: AsyncWebClient, middle: Middle, lacking: Lacking | None = None) -> None:
        self.client = client
        self.middle = middle
        self.lacking = lacking or Lacking()
        self.pace = Pace()
        self.trouble = ""
        self._looks: dict[int, int] = defaultdict(int)

    async def send(self, row: Claimed, before: Before) -> Outcome:
        """Post or edit one message."""
        call = dict(row.body)
        method = str(call.pop("method"))
        ready = await self._placed(method, call)
        if ready is not None:
            return ready
        if method == "chat.postMessage":
            seconds = self.pace.wait(row.lane)
            if seconds:
                return Later("Slack's pace", timedelta(seconds=seconds), burnt=False, rests=True)
            call["metadata"] = {"event_type": EVENT_TYPE, "event_payload": {"key": row.key}}
            await before()
        return await self._called(method, call)

    async def _placed(self, method: str, call: dict[str, Any]) -> Outcome | None:
        """Fill in where the card or the thread's root stands; not yet posted means later."""
        card, root = call.pop("card", None), call.pop("thread_card", None)
        if root is not None:
            stands = await self.middle.read(lambda uow: uow.find(Card, key=root), behind=True)
            if stands is None or stands.ts is None:
                return Later("the thread's root is not posted yet", await self._until_posted(str(root)), burnt=False)
            call |= {"thread_ts": stands.ts, "channel": stands.channel}
        if method == "chat.update":
            stands = await self.middle.read(lambda uow: uow.find(Card, key=card), behind=True)
            if stands is None or stands.ts is None:
                return Refused("the card was never posted")
            call |= {"ts": stands.ts, "channel": stands.channel}
        return None

    async def _until_posted(self, root: str) -> timedelta:
        """Return after how long to look again for the root of a thread, which may itself be waiting for its turn."""
        leaves = await self.middle.read(lambda uow: cards.leaves_at(uow, root), behind=True)
        left = leaves - self.middle.clock() if leaves is not None else SOON
        return min(max(left, SOON), ROOT_LATEST)

    async def _called(self, method: str, call: dict[str, Any]) -> Outcome:
        repeatable = method == "chat.update"
        try:
            answer = await self.client.api_call(method, json=call)
        except SlackApiError as refused:
            return self._refused(refused, repeatable=repeatable)
        except aiohttp.ClientConnectorError as absent:
            return self._away(str(absent))
        except (aiohttp.ClientError, TimeoutError, OSError) as lost:
            return Later(repr(lost)) if repeatable else Unsure(repr(lost))
        self.trouble = ""
        return Delivered({"channel": answer.get("channel", ""), "ts": answer.get("ts", "")})

    def _away(self, why: str) -> Later:
        self.trouble = f"Slack does not answer: {why}"
        return Later(self.trouble, burnt=False, wait=timedelta(seconds=5))

    def _refused(self, refused: SlackApiError, *, repeatable: bool) -> Outcome:
        error, status = error_of(refused), refused.response.status_code
        if status == TOO_MANY or error in {"ratelimited", "rate_limited"}:
            named = str(refused.response.headers.get("Retry-After", ""))
            wait = timedelta(seconds=int(named) if named.isdigit() else 1)
            return Later("Slack asks us to slow down", wait, burnt=False, rests=True)
        if error in SHUT or error in FOR_GOOD:
            self.trouble = f"Slack refuses us: {error}"
            self.lacking.note("posting and updating messages", refused)
            return Later(self.trouble, timedelta(seconds=30), burnt=False, rests=True)
        if status >= SERVER_ERROR or error in PASSING:
            return Later(error) if repeatable else Unsure(f"Slack answered {status} {error}")
        return Refused(f"Slack answered {error}")

    async def look(self, row: Claimed) -> Outcome | None:
        """Look for our key among the channel's messages since the try; twice not found means it was never stored."""
        try:
            found = await self._found(row)
        except SlackApiError as refused:
            # A message is no contract: where Slack never lets us look, one that stands twice is better than none.
            if self.lacking.note("finding out whether a message was posted", refused) or error_of(refused) in NO_PLACE:
                return Later(f"cannot be looked for: {error_of(refused)}")
            return Unsure(f"Slack could not be asked: {error_of(refused)}")
        except (aiohttp.ClientError, TimeoutError, OSError) as trouble:
            return Unsure(f"Slack could not be asked: {trouble!r}")
        if found is not None:
            self._looks.pop(row.id, None)
            return Delivered(found)
        self._looks[row.id] += 1
        if self._looks[row.id] < LOOKS_BEFORE_AGAIN:
            return Unsure("not found in the channel yet")
        self._looks.pop(row.id, None)
        return Later("looked for twice and never stored")

    async def _found(self, row: Claimed) -> dict[str, Any] | None:
        call = dict(row.body)
        outcome = await self._placed(str(call.pop("method")), call)
        if outcome is not None:
            return None
        channel = await self._channel(str(call["channel"]))
        oldest = str(row.created_at.timestamp() - 60)
        where = {"channel": channel, "oldest": oldest, "include_all_metadata": True, "limit": 200}
        if call.get("thread_ts"):
            answer = await self.client.api_call("conversations.replies", params={**where, "ts": call["thread_ts"]})
        else:
            answer = await self.client.api_call("conversations.history", params=where)
        for message in answer.get("messages") or ():
            payload = (message.get("metadata") or {}).get("event_payload") or {}
            if payload.get("key") == row.key:
                return {"channel": channel, "ts": str(message["ts"])}
        return None

    async def _channel(self, channel: str) -> str:
        """Return the channel's id; a person's id stands for the direct messages with that person."""
        if channel[:1] not in {"U", "W"}:
            return channel
        answer = await self.client.conversations_open(users=channel)
        return str((answer.get("channel") or {})["id"])
