"""One call of the Web API: its arguments, read strictly, and what it may touch."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.modals import Modals
from sandbox.socket_mode import SocketMode
from sandbox.wire import Json, Refused
from sandbox.workspace import Workspace

NESTED = ("blocks", "view", "attachments", "metadata", "files", "message", "users")
DEFAULT_PAGE = 100
LARGEST_PAGE = 1000


@dataclass(frozen=True)
class Call:
    """What a method gets."""

    workspace: Workspace
    modals: Modals
    socket: SocketMode
    args: Json

    def want(self, name: str, error: str = "invalid_arguments") -> str:
        """A needed text argument; raises the error when it is missing."""
        value = self.args.get(name)
        if value in (None, ""):
            raise Refused(error, [f"[ERROR] missing required field: {name}"])
        return str(value)

    def text(self, name: str) -> str:
        """A text argument, empty when not given."""
        value = self.args.get(name)
        return "" if value is None else str(value)

    def flag(self, name: str) -> bool:
        """A true or false argument; false when not given."""
        return self.args.get(name) in (True, "true", "True", "1", 1)

    def nested(self, name: str, error: str) -> Any:
        """A JSON argument, given as JSON or as its text; None when not given; raises the error if it cannot be read."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError as broken:
            raise Refused(error, [f"[ERROR] {name} is not valid JSON"]) from broken

    def channel(self, name: str = "channel") -> Json:
        """The named channel; raises channel_not_found."""
        return self.workspace.channel(self.want(name, "channel_not_found"))

    def inside(self, channel: Json) -> str:
        """The channel's id when the bot is in it; raises not_in_channel."""
        if self.workspace.bot_user not in self.workspace.audience(channel["id"]):
            raise Refused("not_in_channel")
        return str(channel["id"])

    def page(self, rows: Sequence[Any]) -> tuple[list[Any], str]:
        """The rows of the page that cursor and limit ask for, and the next cursor."""
        start = self.cursor()
        limit = self.limit()
        following = str(start + limit) if start + limit < len(rows) else ""
        return list(rows[start : start + limit]), _cursor(following)

    def cursor(self) -> int:
        """Where the page begins; raises invalid_cursor."""
        cursor = self.text("cursor")
        if not cursor:
            return 0
        number = cursor.removeprefix("next:").removesuffix("=")
        if not cursor.startswith("next:") or not number.isdigit():
            raise Refused("invalid_cursor")
        return int(number)

    def limit(self) -> int:
        """The page size, 1 to 1000; raises invalid_limit."""
        given = self.text("limit") or str(DEFAULT_PAGE)
        if not given.isdigit() or not 0 < int(given) <= LARGEST_PAGE:
            raise Refused("invalid_limit")
        return int(given)


def _cursor(following: str) -> str:
    return f"next:{following}=" if following else ""


def paged(name: str, rows: Iterable[Any], cursor: str) -> Json:
    """A page of rows as Slack answers it."""
    return {"ok": True, name: list(rows), "response_metadata": {"next_cursor": cursor}}
