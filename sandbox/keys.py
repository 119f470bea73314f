"""The secrets of one pretend workspace, made once and kept beside its state."""

import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

FILE = "secrets.json"


def keep_keys(data: Path, mail: dict[str, Any]) -> dict[str, str]:
    """Tokens and passwords of the workspace in `data`, made at the first call; mail names follow the seed."""
    path = data / FILE
    known = json.loads(path.read_text("utf-8")) if path.exists() else {}
    address = str(mail.get("address") or "purchasing@sandbox.example")
    kept = {name: str(known.get(name) or make()) for name, make in _MAKERS.items()}
    return {**kept, "mail_user": address, "mail_domain": address.rpartition("@")[2]}


def write_keys(data: Path, keys: dict[str, Any]) -> None:
    """Write secrets.json readable by its owner only, in one step."""
    draft = data / f".{FILE}.new"
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(keys, indent=1) + "\n", "utf-8")
    os.replace(draft, data / FILE)  # noqa: PTH105 - one atomic step, by its usual name


# "sandbox" inside the token tells a careful program that it is not a real one.
_MAKERS: dict[str, Callable[[], str]] = {
    "bot_token": lambda: "xoxb-sandbox-" + secrets.token_hex(12),
    "app_token": lambda: "xapp-sandbox-" + secrets.token_hex(12),
    "signing_secret": lambda: secrets.token_hex(16),
    "mail_password": lambda: secrets.token_urlsafe(12),
}
