"""What was written while the bot was away: read from the channels' history, with the same keys as live messages."""

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import payloads
from bot.middle import Middle
from bot.slack import Conversation
from handlers import watermarks

log = structlog.get_logger()
PAGE, MOST_PAGES = 200, 50


async def catch_up(
    conversation: Conversation, client: AsyncWebClient, middle: Middle, channels: tuple[str, ...]
) -> int:
    """Take every message since the last one seen in each channel; returns how many were looked at.

    A channel that was never read begins now: what was written before the bot came is not a report to it.
    """
    looked = 0
    for channel in channels:
        since = await middle.read(lambda uow, channel=channel: watermarks.since(uow, channel))  # type: ignore[misc]
        if since is None:
            key = f"watermark:{channel}:begin"
            await middle.perform(key, "history", channel, lambda uow, channel=channel: watermarks.begin(uow, channel))  # type: ignore[misc]
            continue
        try:
            looked += await _channel(conversation, client, channel, since)
            for root in await middle.read(lambda uow, channel=channel: watermarks.threads(uow, channel)):  # type: ignore[misc]
                looked += await _thread(conversation, client, channel, root, since)
        except SlackApiError as refused:
            log.warning("a channel's history cannot be read", channel=channel, error=refused.response.get("error"))
    return looked


async def _channel(conversation: Conversation, client: AsyncWebClient, channel: str, since: str) -> int:
    found: list[dict[str, object]] = []
    cursor = ""
    for _ in range(MOST_PAGES):
        answer = await client.conversations_history(channel=channel, oldest=since, limit=PAGE, cursor=cursor or None)
        found += answer.get("messages") or []
        cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            break
    return await _take(conversation, channel, found)


async def _thread(conversation: Conversation, client: AsyncWebClient, channel: str, root: str, since: str) -> int:
    answer = await client.conversations_replies(channel=channel, ts=root, oldest=since, limit=PAGE)
    replies = [one for one in answer.get("messages") or [] if one.get("ts") != root]
    return await _take(conversation, channel, replies)


async def _take(conversation: Conversation, channel: str, found: list[dict[str, object]]) -> int:
    for event in sorted(found, key=lambda one: float(str(one["ts"]))):
        if payloads.written_by_a_person(event):
            await conversation.on_message({**event, "channel": channel})
    return len(found)
