"""Brings what happens to the app: over sockets or HTTP, events with Slack's three retries."""

import asyncio

from sandbox.http_mode import HttpMode
from sandbox.socket_mode import SocketMode
from sandbox.tasks import Tasks
from sandbox.timing import fresh
from sandbox.wire import Json, Reply, Retry
from sandbox.workspace import Workspace

# Slack's words for a failed event delivery, by what went wrong with it.
RETRY_REASONS = {
    "operation_timeout": "http_timeout",
    "dispatch_failed": "connection_failed",
    "connection_failed": "connection_failed",
}
SUBSCRIPTIONS = {"channel": "message.channels", "group": "message.groups", "im": "message.im", "mpim": "message.mpim"}


class Delivery:
    """The one way from the workspace to the app."""

    def __init__(self, workspace: Workspace, socket: SocketMode, http: HttpMode) -> None:
        self.workspace, self.socket, self.http = workspace, socket, http
        self.tasks: Tasks = socket.tasks
        workspace.tell_app = self.tell

    async def deliver(self, kind: str, payload: Json, retry: Retry | None = None) -> Reply:
        """One delivery, or two when a duplicate is planted; the first answer counts."""
        faults = self.workspace.faults
        way = self.http if self.http.address else self.socket
        if faults.strike(kind, "duplicate"):
            again = Retry(1, "http_timeout") if kind == "events_api" else None
            first, _second = await asyncio.gather(way.deliver(kind, payload, retry), way.deliver(kind, payload, again))
            return first
        reply = await way.deliver(kind, payload, retry)
        return Reply(ok=False, reason="operation_timeout") if faults.strike(kind, "lose_ack") else reply

    def tell(self, event: Json) -> None:
        """Send an event to the app if it is subscribed; the caller need not wait."""
        wanted = self.workspace.setting("events")
        name = SUBSCRIPTIONS[event["channel_type"]] if event["type"] == "message" else event["type"]
        if wanted is None or name in wanted:
            self.tasks.start(self._tell_until_heard(self._callback(event)))

    async def stop(self) -> None:
        """Stop what is under way."""
        await self.tasks.stop()
        await self.socket.stop()
        await self.http.stop()

    async def _tell_until_heard(self, callback: Json) -> None:
        reply = await self.deliver("events_api", callback)
        for attempt, pause in enumerate(self.workspace.timing.retries, start=1):
            if reply.ok or reply.reason == "http_error_no_retry":
                return
            await asyncio.sleep(pause)
            reason = RETRY_REASONS.get(reply.reason, reply.reason)
            reply = await self.deliver("events_api", callback, Retry(attempt, reason))

    def _callback(self, event: Json) -> Json:
        place = self.workspace
        installed = {"enterprise_id": None, "team_id": place.team, "user_id": place.bot_user, "is_bot": True}
        return {
            "token": "sandbox",
            "team_id": place.team,
            "api_app_id": place.app,
            "event": event,
            "type": "event_callback",
            "event_id": fresh("Ev"),
            "event_time": int(place.timing.now()),
            "authorizations": [{**installed, "is_enterprise_install": False}],
            "is_ext_shared_channel": False,
            "event_context": fresh("4-"),
        }
