"""The way to files in Slack: downloads a photo from Slack's own file host, and shows the token to nobody else."""

from urllib.parse import urlsplit

import aiohttp

from bot.middle import Middle
from bot.outcomes import Before, Delivered, Later, Outcome, Refused
from handlers import photos
from storage.attachments import LARGEST
from storage.outbox import Claimed

SLACK_FILES = ("https://files.slack.com", "https://slack-files.com")
FOUND, GONE = 200, {401, 403, 404, 410}


class FileWire:
    """Fetches rows whose body names a private file address."""

    def __init__(self, session: aiohttp.ClientSession, token: str, api_url: str, middle: Middle) -> None:
        self.session = session
        self.token = token
        self.middle = middle
        api = urlsplit(api_url)
        own = f"{api.scheme}://{api.netloc}"
        self.hosts = SLACK_FILES if api.netloc == "slack.com" else (*SLACK_FILES, own)

    def lawful(self, address: str) -> bool:
        """Say whether the token may be shown to this address: exactly Slack's file hosts, or the configured API's."""
        parts = urlsplit(address)
        return f"{parts.scheme}://{parts.netloc}" in self.hosts and "@" not in parts.netloc

    async def send(self, row: Claimed, before: Before) -> Outcome:  # noqa: ARG002  # a download may be repeated
        """Download one file and keep it."""
        address = str(row.body["address"])
        if not self.lawful(address):
            return Refused("the file is not on Slack's file host")
        try:
            content = await self._content(address)
        except (aiohttp.ClientError, TimeoutError, OSError) as lost:
            return Later(repr(lost))
        if isinstance(content, Refused | Later):
            return content
        subject, name = str(row.body["subject"]), str(row.body["name"])
        kept = await self.middle.perform(
            f"file:{row.key}", "photo", name, lambda uow: photos.keep(uow, subject, name, content).to_json()
        )
        return Refused(kept["private"]) if "refused" in kept else Delivered({"bytes": len(content)})

    async def look(self, row: Claimed) -> Outcome | None:  # noqa: ARG002  # nothing was taken anywhere
        """A download can simply be done again."""
        return Later("downloaded again")

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
