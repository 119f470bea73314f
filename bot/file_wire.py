"""The way of files from and to Slack: a photo is fetched from Slack's own file host, and one that came by mail is shown in its thread."""

from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.middle import Middle
from bot.outcomes import Before, Delivered, Later, Outcome, Refused
from handlers import photos
from storage import attachments
from storage.attachments import LARGEST
from storage.outbox import Claimed
from storage.tables import Card

SLACK_FILES = ("https://files.slack.com", "https://slack-files.com")
FOUND, GONE = 200, {401, 403, 404, 410}
NOT_SLACKS = Refused("the file is not on Slack's file host")


class FileWire:
    """Fetches rows whose body names a private file address, and shows those whose body names a file that we keep."""

    def __init__(
        self, session: aiohttp.ClientSession, client: AsyncWebClient, token: str, api_url: str, middle: Middle
    ) -> None:
        self.session = session
        self.client = client
        self.token = token
        self.middle = middle
        api = urlsplit(api_url)
        own = f"{api.scheme}://{api.netloc}"
        self.hosts = SLACK_FILES if api.netloc == "slack.com" else (*SLACK_FILES, own)

    def lawful(self, address: str) -> bool:
        """Say whether the token may be shown to this address: exactly Slack's file hosts, or the configured API's."""
        parts = urlsplit(address)
        return f"{parts.scheme}://{parts.netloc}" in self.hosts and "@" not in parts.netloc

    async def send(self, row: Claimed, before: Before) -> Outcome:
        """Download one file and keep it, or show one."""
        return await self._shown(row, before) if "attachment_id" in row.body else await self._fetched(row)

    async def _shown(self, row: Claimed, before: Before) -> Outcome:
        """Upload a file into the thread where it is spoken of; one that stands there twice is better than none."""
        place = await self._placed(row.body)
        if isinstance(place, Later):
            return place
        look = partial(attachments.content, attachment_id=int(row.body["attachment_id"]))
        content = await self.middle.read(look)
        await before()
        try:
            await self.client.files_upload_v2(
                filename=str(row.body["name"]), content=content, channel=place[0], thread_ts=place[1]
            )
        except SlackApiError as refused:
            return Refused(f"Slack answered {refused.response.get('error', 'nothing')}")
        except (aiohttp.ClientError, TimeoutError, OSError) as lost:
            return Later(repr(lost))
        return Delivered({"bytes": len(content)})

    async def _placed(self, body: dict[str, Any]) -> tuple[str, str] | Later:
        """Return the channel and the thread; a thread whose root is not posted yet means later."""
        if body.get("thread_ts"):
            return str(body["channel"]), str(body["thread_ts"])
        stands = await self.middle.read(lambda uow: uow.find(Card, key=str(body["thread_card"])), behind=True)
        if stands is None or stands.ts is None:
            return Later("the thread's root is not posted yet", timedelta(seconds=1), burnt=False)
        return stands.channel, stands.ts

    async def _fetched(self, row: Claimed) -> Outcome:
        """Download one file and keep it; what cannot be kept is named in its document's thread."""
        address = str(row.body["address"])
        subject, name = str(row.body["subject"]), str(row.body["name"])
        try:
            content = await self._content(address) if self.lawful(address) else NOT_SLACKS
        except (aiohttp.ClientError, TimeoutError, OSError) as lost:
            return Later(repr(lost))
        if isinstance(content, Later):
            return content
        deed = (
            partial(photos.left_out, subject=subject, name=name, why=content.why)
            if isinstance(content, Refused)
            else (partial(photos.keep, subject=subject, name=name, content=content))
        )
        told = await self.middle.perform(f"file:{row.key}", "photo", name, lambda uow: deed(uow).to_json())
        if isinstance(content, Refused):
            return content
        return Refused(str(told["private"])) if told.get("private") else Delivered({"bytes": len(content)})

    async def look(self, row: Claimed) -> Outcome | None:  # noqa: ARG002  # nothing was taken anywhere
        """Both ways can simply be gone again."""
        return Later("done again")

    async def _content(self, address: str) -> bytes | Refused | Later:
        headers = {"Authorization": f"Bearer {self.token}"}
        async with self.session.get(address, headers=headers, allow_redirects=False) as response:
            if response.status != FOUND:
                gone = response.status in GONE or response.status < 400  # noqa: PLR2004  # a redirect is a refusal too
                why = f"the file host answered {response.status}"
                return Refused(why) if gone else Later(why)
            content = await response.content.read(LARGEST + 1)
            while len(content) <= LARGEST and (more := await response.content.read(LARGEST)):
                content += more
        return content if len(content) <= LARGEST else Refused("the file is larger than 25 MiB")
