"""The seed of a pretend workspace: its people, channels, apps, suppliers and mail address."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.wire import Json


class SeedIsWrong(ValueError):  # noqa: N818 - errors are named by what is wrong
    """The seed cannot be used; the message names the place and what is missing."""


@dataclass(frozen=True)
class Seed:
    """A workspace as it begins; lists hold the JSON objects of the seed file as they were written."""

    team: str
    bot: str = "chargehand"
    mail: Json = field(default_factory=dict)
    people: tuple[Json, ...] = ()
    channels: tuple[Json, ...] = ()
    suppliers: tuple[Json, ...] = ()
    usergroups: tuple[Json, ...] = ()
    apps: Json = field(default_factory=dict)

    @classmethod
    def of(cls, source: "Seed | Mapping[str, Any] | Path | str") -> "Seed":
        """Read a seed from itself, a mapping, or the path of a JSON file; raises SeedIsWrong."""
        if isinstance(source, Seed):
            return source
        if isinstance(source, Mapping):
            return cls._of_mapping(source)
        try:
            return cls._of_mapping(json.loads(Path(source).read_text("utf-8")))
        except (OSError, ValueError) as error:
            msg = f"{source}: {error}"
            raise SeedIsWrong(msg) from error

    @classmethod
    def _of_mapping(cls, source: Mapping[str, Any]) -> "Seed":
        for kind in LISTS:
            _check_rows(kind, source.get(kind, []))
        return cls(
            team=str(source.get("team") or "Sandbox"),
            bot=str(source.get("bot", {}).get("name") or "chargehand"),
            mail=dict(source.get("mail", {})),
            apps=dict(source.get("apps", {})),
            people=tuple(source.get("people", ())),
            channels=tuple(source.get("channels", ())),
            suppliers=tuple(source.get("suppliers", ())),
            usergroups=tuple(source.get("usergroups", ())),
        )

    @property
    def bot_user(self) -> str:
        """The bot's user id, made of its name."""
        return "U0" + re.sub(r"[^A-Z0-9]", "", self.bot.upper())[:12]


LISTS: dict[str, tuple[str, ...]] = {
    "people": ("id", "name", "email"),
    "channels": ("id", "name"),
    "suppliers": ("name", "address"),
    "usergroups": ("id", "handle", "users"),
}


def _check_rows(kind: str, rows: Any) -> None:
    if not isinstance(rows, list | tuple):
        msg = f"{kind} must be a list"
        raise SeedIsWrong(msg)
    for number, row in enumerate(rows):
        missing = [key for key in LISTS[kind] if key not in row]
        if missing:
            msg = f"{kind}[{number}] lacks {', '.join(missing)}"
            raise SeedIsWrong(msg)
