"""What was written while the bot was away: read from the channels' history, with the same keys as live messages."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import payloads
from bot.lacking import Lacking, error_of
from bot.middle import Middle
from bot.slack import Conversation
from handlers import watermarks

log = structlog.get_logger()
PAGE, MOST_PAGES = 200, 50
READ_TWICE = timedelta(minutes=2)
"""How much is read again next time, because Slack's clock is not ours; a repeat changes nothing."""
HELD_BACK = timedelta(hours=1)
"""For how long a message that broke a handler is tried again."""
FEATURE = "taking what was written in {channel} while the bot was away"

DELETED = frozenset({"thread_not_found", "message_not_found"})
"""Answers about a thread whose root somebody has deleted."""

Pages = Callable[..., Awaitable[Any]]


async def begin(middle: Middle, channels: tuple[str, ...]) -> None:
    """Mark every channel that was never read: what was written before the bot came is not a report to it."""
    for channel in channels:
        if await middle.read(partial(watermarks.since, channel=channel)) is None:
            key = f"watermark:{channel}:begin"
            await middle.perform(key, "history", channel, partial(watermarks.begin, channel=channel))


class History:
    """Reads the fault channels; how far each was read is written down only after all of it was taken."""

    def __init__(self, conversation: Conversation, client: AsyncWebClient, middle: Middle, lacking: Lacking) -> None:
        self.conversation = conversation
        self.client = client
        self.middle = middle
        self.lacking = lacking

    async def catch_up(self, channels: tuple[str, ...]) -> int:
        """Take every message since each channel's mark; returns how many messages of people were looked at."""
        looked = 0
        for channel in channels:
            since = await self.middle.read(partial(watermarks.since, channel=channel))
            if since is not None:
                looked += await self._caught_up(channel, since)
        return looked

    async def _caught_up(self, channel: str, since: str) -> int:
        began = self.middle.clock()
        feature = FEATURE.format(channel=channel)
        try:
            roots = await self._taken(channel, await self._roots(channel, since))
            # Whatever was reported just now may have been talked about already.
            replies = await self._taken(channel, await self._replies(channel, since))
        except SlackApiError as refused:
            self.lacking.note(feature, refused)
            return 0
        except (aiohttp.ClientError, TimeoutError, OSError) as lost:
            log.warning("a channel's history cannot be read now", channel=channel, error=repr(lost))
            return 0
        self.lacking.works(feature)
        await self._mark(channel, began, READ_TWICE if all(roots + replies) else HELD_BACK)
        return len(roots + replies)

    async def _roots(self, channel: str, since: str) -> list[dict[str, Any]]:
        return await _all_pages(self.client.conversations_history, channel=channel, oldest=since)

    async def _replies(self, channel: str, since: str) -> list[dict[str, Any]]:
        """Return what stands in the threads of a channel's open work orders."""
        found = []
        for root in await self.middle.read(partial(watermarks.threads, channel=channel)):
            try:
                thread = await _all_pages(self.client.conversations_replies, channel=channel, ts=root, oldest=since)
            except SlackApiError as refused:
                if error_of(refused) not in DELETED:
                    raise
                continue
            found += [reply for reply in thread if reply.get("ts") != root]
        return found

    async def _taken(self, channel: str, found: list[dict[str, Any]]) -> list[bool]:
        """Take what people wrote, in the order of writing; returns for each message whether its handler held."""
        mine = {str(event["ts"]): event for event in found if payloads.written_by_a_person(event)}
        return [await self.conversation.take({**mine[ts], "channel": channel}) for ts in sorted(mine, key=float)]

    async def _mark(self, channel: str, began: datetime, behind: timedelta) -> None:
        ts = f"{(began - behind).timestamp():.6f}"
        key = f"watermark:{channel}:{ts}"
        await self.middle.perform(key, "history", ts, partial(watermarks.seen, channel=channel, ts=ts), behind=True)


async def _all_pages(call: Pages, **where: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = ""
    for _ in range(MOST_PAGES):
        answer = await call(**where, limit=PAGE, cursor=cursor or None)
        found += answer.get("messages") or []
        cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            break
    return found
