"""The clients with which Slack is spoken to, each with the configured token and address."""

from urllib.parse import urlsplit

import aiohttp
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.config import Config

SECONDS = 15
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def web_client(config: Config, session: aiohttp.ClientSession) -> AsyncWebClient:
    """Return a client of the Web API that never repeats a call by itself: what is repeated is for the outbox to say."""
    client = AsyncWebClient(config.slack.bot_token, config.slack.api_url, timeout=SECONDS, session=session)
    client.retry_handlers = []
    if _is_here(config):
        client.proxy = None
    return client


def socket(config: Config, app: AsyncApp) -> AsyncSocketModeHandler:
    """Return what listens in Socket Mode."""
    handler = AsyncSocketModeHandler(app, config.slack.app_token)
    if _is_here(config):
        handler.client.proxy = None
    return handler


def _is_here(config: Config) -> bool:
    """Say whether Slack is played by this machine itself, which no proxy leads to."""
    return urlsplit(config.slack.api_url).hostname in LOOPBACK
