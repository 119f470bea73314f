"""Checks of Slack: token, scopes, socket, channels, people, and the clock that signatures depend on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.check_inside import opened
from bot.config import Config
from bot.findings import Finding, off, ok, several, wrong
from bot.lacking import error_of
from bot.manifest import SCOPES
from bot.slack_client import web_client
from orders.people import Role, roles_named
from storage.happenings import reading
from storage.tables import Person
from storage.unit_of_work import UnitOfWork

LARGEST_SKEW = 60
"""Seconds by which this machine's clock may differ; Slack's signatures live five minutes."""
MOST_PEOPLE = 200

REMEDIES = {
    "invalid_auth": "the token is not valid here: copy the Bot User OAuth Token of the app anew",
    "not_authed": "no token was sent: set CHARGEHAND_SLACK__BOT_TOKEN",
    "token_revoked": "the token was withdrawn: reinstall the app and copy the token anew",
    "account_inactive": "the app was removed from the workspace: install it again",
    "not_allowed_token_type": "this is another kind of token: bot tokens begin with xoxb-, app tokens with xapp-",
    "channel_not_found": "there is no such channel, or it is private and the bot is not in it: invite @chargehand",
    "missing_scope": "the app lacks the permission for it: see the check of scopes",
    "unknown_method": "this Slack does not know the method",
    "ratelimited": "Slack asks for patience: try again in a minute",
}
"""What to do about an error that Slack names."""


@dataclass(frozen=True)
class Slack:
    """Slack as the checks see it: the client, and what it said to ``auth.test``."""

    config: Config
    client: AsyncWebClient
    told: dict[str, Any]
    headers: dict[str, str]

    @property
    def scopes(self) -> frozenset[str]:
        """The permissions the token has, as Slack lists them beside each answer."""
        return frozenset(part.strip() for part in self.headers.get("x-oauth-scopes", "").split(",") if part.strip())


def said(trouble: Exception) -> str:
    """Return what to do about something that went wrong while asking Slack."""
    if isinstance(trouble, SlackApiError):
        code = error_of(trouble)
        return REMEDIES.get(code, f"Slack says {code}")
    return f"it does not answer ({type(trouble).__name__}): mend slack.api_url or the network"


@asynccontextmanager
async def client_of(config: Config) -> AsyncIterator[AsyncWebClient]:
    """Yield a client with the configured token and address; a proxy is not used for this machine itself."""
    async with aiohttp.ClientSession(trust_env=False) as session:
        yield web_client(config, session)


async def check_slack(config: Config) -> list[Finding]:
    """Run all checks of Slack; where the token does not work, that is the only finding."""
    async with client_of(config) as client:
        try:
            answer = await client.auth_test()
        except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError) as trouble:
            return [wrong("Slack token", f"Slack at {config.slack.api_url} does not take it: {said(trouble)}.")]
        headers = {str(name).lower(): str(value) for name, value in answer.headers.items()}
        slack = Slack(config, client, dict(answer.data), headers)  # type: ignore[arg-type]  # JSON, never bytes here
        findings = [ok("Slack token", f"The bot is {slack.told.get('user')} in {slack.told.get('team')}.")]
        for check in (_token_kind, _scopes, _way_in, _channels, _people, _clock):
            findings += await check(slack)
    return findings


async def _token_kind(slack: Slack) -> list[Finding]:
    bot = slack.told.get("bot_id")
    hint = "use the Bot User OAuth Token, not a user's own"
    return [
        ok("Token kind", "It is a bot's token.") if bot else wrong("Token kind", f"It is a person's token: {hint}.")
    ]


async def _scopes(slack: Slack) -> list[Finding]:
    if not slack.scopes:
        return [off("Scopes", "This Slack does not say which permissions the token has.")]
    missing = [scope for scope in SCOPES if scope.name not in slack.scopes]
    faults = [
        f"{scope.name} is missing, so {scope.without}. It is needed to {scope.reason}: "
        "add it under OAuth & Permissions and reinstall the app."
        for scope in missing
    ]
    return several("Scopes", faults, f"All {len(SCOPES)} permissions are there.")


async def _way_in(slack: Slack) -> list[Finding]:
    """See that Slack can reach the bot: over the socket, or with a signing secret over HTTP."""
    settings = slack.config.slack
    if settings.mode == "http":
        hint = f"listens at {settings.http_host}:{settings.http_port}{settings.request_path}; the manifest names the address"
        return [ok("HTTP mode", f"There is a signing secret. The bot {hint}.")]
    try:
        await slack.client.apps_connections_open(app_token=settings.app_token)
    except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError) as trouble:
        hint = "switch Socket Mode on and make an app token with connections:write"
        return [wrong("Socket Mode", f"It does not open: {said(trouble)}; {hint}.")]
    return [ok("Socket Mode", "A connection can be opened.")]


async def _channels(slack: Slack) -> list[Finding]:
    channels = slack.config.channels
    wanted = {
        **dict.fromkeys(channels.faults, "channels.faults"),
        channels.stores: "channels.stores",
        channels.purchasing: "channels.purchasing",
        **({channels.planning: "channels.planning"} if channels.planning else {}),
    }
    findings = [
        wrong("Channels", f"{name} is empty: name the channel's id.") for channel, name in wanted.items() if not channel
    ]
    for channel, name in wanted.items():
        if channel:
            findings.append(await _channel(slack, channel, name))
    return findings


async def _channel(slack: Slack, channel: str, name: str) -> Finding:
    try:
        found = (await slack.client.conversations_info(channel=channel))["channel"]
    except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError) as trouble:
        return wrong("Channels", f"{name} {channel}: {said(trouble)}.")
    called = f"#{found.get('name', channel)}"
    if found.get("is_archived"):
        return wrong("Channels", f"{name} {called} is archived: name another channel.")
    if not found.get("is_member"):
        return wrong(
            "Channels", f"{name} {called}: the bot is not in it; write /invite @{slack.told.get('user')} there."
        )
    if found.get("is_general") and not slack.config.channels.allow_general:
        return wrong("Channels", f"{name} {called} is the channel of everybody: name another, or set allow_general.")
    return ok("Channels", f"{name} is {called}, and the bot is in it.")


async def _people(slack: Slack) -> list[Finding]:
    """See that everybody who has to decide or to act is somebody in Slack."""
    try:
        with opened(slack.config) as database:
            people: list[Person] = reading(database, slack.config.plant(), datetime.now(UTC), _acting)
    except Exception as trouble:  # noqa: BLE001  # the check of the database says what is wrong with it
        return [wrong("People", f"They could not be read: {type(trouble).__name__}. See the check of the database.")]
    if not people:
        return [wrong("People", "Nobody is known who could act: import people.csv with roles.")]
    faults = [fault for person in people[:MOST_PEOPLE] if (fault := await _person(slack, person))]
    if len(people) > MOST_PEOPLE:
        faults.append(f"Only the first {MOST_PEOPLE} of {len(people)} people were looked up.")
    return several("People", faults, f"All {len(people)} people with a role are in Slack.")


def _acting(uow: UnitOfWork) -> list[Person]:
    acting = set(Role) - {Role.OPERATOR}
    return [person for person in uow.all(Person, active=True) if roles_named(person.roles) & acting]


async def _person(slack: Slack, person: Person) -> str:
    try:
        if person.slack_id:
            user = (await slack.client.users_info(user=person.slack_id))["user"]
        else:
            user = (await slack.client.users_lookupByEmail(email=person.email))["user"]
    except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError) as trouble:
        code = error_of(trouble) if isinstance(trouble, SlackApiError) else ""
        if code in {"user_not_found", "users_not_found"}:
            written = f"id {person.slack_id}" if person.slack_id else f"address {person.email}"
            return f"{person.name} is not in Slack under the {written}: put the Slack id into people.csv."
        return f"{person.name} could not be looked up: {said(trouble)}."
    return f"{person.name} is switched off in Slack: name somebody else in people.csv." if user.get("deleted") else ""


async def _clock(slack: Slack) -> list[Finding]:
    written = slack.headers.get("date")
    if not written:
        return [off("Clock", "This Slack does not say what time it is.")]
    skew = abs((datetime.now(UTC) - parsedate_to_datetime(written)).total_seconds())
    fault = f"This machine's clock differs from Slack's by {skew:.0f} seconds: set it by NTP."
    return several("Clock", [fault] if skew > LARGEST_SKEW else [], "It agrees with Slack's.")
