"""``chargehand check``: tries the configuration and everything outside it, each thing with one sentence of what to do."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.check_approvals import check_approvals
from bot.check_broker import check_broker
from bot.check_inside import check_database, check_disk, check_fonts
from bot.check_mail import check_mail
from bot.check_slack import check_slack
from bot.config import Config, ConfigurationWrong, Loaded, check_ready, loaded
from bot.findings import Finding, ok, wrong

INSIDE: tuple[Callable[[Config], list[Finding]], ...] = (check_database, check_disk, check_approvals, check_fonts)
"""Checks of this machine, each run in a thread."""


async def checked(files: Sequence[Path] | None = None) -> list[Finding]:
    """Return what all checks find; a configuration that cannot be read is the only finding there is."""
    try:
        found = loaded(files)
    except ConfigurationWrong as refused:
        return [wrong("Configuration", sentence) for sentence in refused.sentences]
    return [*_configuration(found), *await check_all(found.config)]


def _configuration(found: Loaded) -> list[Finding]:
    try:
        check_ready(found.config)
    except ConfigurationWrong as refused:
        return [wrong("Configuration", sentence) for sentence in refused.sentences]
    names = [source.name for source in found.sources if source.values]
    return [ok("Configuration", f"It is read from {', '.join(names)}." if names else "All settings are the defaults.")]


async def check_all(config: Config) -> list[Finding]:
    """Return what the checks find with a configuration that can be read."""
    findings: list[Finding] = []
    for check in INSIDE:
        findings += await asyncio.to_thread(check, config)
    if config.slack.bot_token:
        findings += await check_slack(config)
    return findings + await check_mail(config) + await check_broker(config)
