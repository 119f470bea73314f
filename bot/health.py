"""Asks a running bot on this machine how it is, over its own /health address."""

import json
from dataclasses import dataclass
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

from bot.config import Config

SECONDS = 5


@dataclass(frozen=True, slots=True)
class Health:
    """What a running bot says of itself."""

    reachable: bool
    ok: bool
    trouble: tuple[str, ...]


def asked(config: Config) -> Health:
    """Return what the bot answers; not reachable when none listens or /health is switched off."""
    if not config.web.on:
        return Health(reachable=False, ok=False, trouble=("web.on is false, so there is no /health to ask.",))
    address = f"http://{config.web.host}:{config.web.port}/health"
    try:
        with build_opener(ProxyHandler({})).open(address, timeout=SECONDS) as answer:
            told = json.load(answer)
    except HTTPError as trouble:
        told = json.load(trouble)
    except (URLError, OSError, ValueError) as trouble:
        reason = getattr(trouble, "reason", trouble)
        return Health(reachable=False, ok=False, trouble=(f"No bot answers at {address}: {reason}.",))
    return Health(reachable=True, ok=bool(told["ok"]), trouble=tuple(map(str, told["trouble"])))
