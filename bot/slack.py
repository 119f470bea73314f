"""Slack: every payload becomes a value, the value a handler's answer, and the answer is said where the person is."""

import asyncio
import re
import secrets
from collections import defaultdict
from collections.abc import Awaitable, Coroutine
from dataclasses import replace
from typing import Any

import aiohttp
import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import payloads
from bot.lacking import error_of
from bot.middle import Middle
from bot.payloads import Payload
from bot.routes import ROUTES, Route, Routes
from handlers.happenings import NOTHING, Answer, Happening, HomeOpened
from handlers.ids import Callback
from orders.errors import Refusal
from storage.unit_of_work import UnitOfWork
from templates import Mrkdwn, modal_of, view, words

log = structlog.get_logger()
EVERYTHING = re.compile(".*", re.DOTALL)
TOO_LATE = frozenset({"expired_trigger_id", "trigger_expired", "trigger_exchanged", "exchanged_trigger_id"})
"""Answers to a modal that could not be opened within Slack's three seconds."""
ON_HOME = frozenset({Callback.AWAY.value, Callback.REJECT.value, Callback.BEYOND_BUDGET.value})
"""Forms that are opened from the Home tab and change what stands there."""


class Broken(Answer):
    """What is said when a handler broke."""


class Conversation:
    """The bot's side of Slack over one client: few listeners, one dispatch, and every click gets an answer."""

    def __init__(self, middle: Middle, client: AsyncWebClient, *, bot_user: str, routes: Routes = ROUTES) -> None:
        self.middle = middle
        self.client = client
        self.bot_user = bot_user
        self.routes = routes
        self._tasks: set[asyncio.Task[None]] = set()
        self._tabs: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def listen(self, app: AsyncApp) -> None:
        """Register the few listeners that bolt has to scan."""
        app.command(EVERYTHING)(self.on_command)
        app.action(EVERYTHING)(self.on_click)
        app.view(EVERYTHING)(self.on_submission)
        app.shortcut(EVERYTHING)(self.on_shortcut)
        app.options(EVERYTHING)(self.on_options)
        app.event("message")(self.on_message)
        app.event("app_mention")(self.on_message)
        app.event("app_home_opened")(self.on_home)
        app.event("user_change")(self.on_person)
        app.event(EVERYTHING)(self.on_other_event)

    async def on_command(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Answer a slash command: the acknowledgement carries the private words."""
        answer = await self.ask(self.routes.command, payloads.command(body))
        await ack(**_spoken(answer)) if answer.private or answer.blocks else await ack()
        self._later(self._open(answer, body))

    async def on_click(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Answer a click; a button that no route knows is from an older version."""
        what = payloads.click(body)
        answer = await self.ask(self.routes.click(what), what)
        await ack()
        if what.channel or answer.modal or answer.update:
            self._later(self._open(answer, body))
            self._later(self._privately(answer, what.by, what.channel, what.thread_ts))
        else:
            self._later(self._in_view(answer, body))
        if (body.get("view") or {}).get("type") == "home":
            self._later(self._home_again(what.by))

    async def on_submission(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Answer a submitted modal: errors at its fields, another modal in its place, or done."""
        what = payloads.submission(body)
        answer = await self.ask(self.routes.submission(what), what)
        if answer.errors:
            await ack(response_action="errors", errors=answer.errors)
        elif answer.update or answer.modal:
            await ack(response_action="update" if answer.update else "push", view=answer.update or answer.modal)
        elif answer.private:
            await ack(response_action="update", view=_said_in_modal(answer.private))
        else:
            await ack()
        if what.callback in ON_HOME and not answer.errors:
            self._later(self._home_again(what.by))

    async def on_shortcut(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Answer a shortcut, global or on a message."""
        what = payloads.shortcut(body)
        answer = await self.ask(self.routes.shortcut(what), what)
        await ack()
        self._later(self._open(answer, body))
        self._later(self._privately(answer, what.by, what.channel, what.thread_ts))

    async def on_options(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Answer a field that looks things up while somebody types."""
        what = payloads.options_asked(body)
        answer = await self.ask(self.routes.options(what), what)
        options = [
            {"text": {"type": "plain_text", "text": label}, "value": carried} for label, carried in answer.options
        ]
        await ack(options=options)

    async def on_message(self, event: dict[str, Any]) -> None:
        """Take a message that a person wrote, as it comes."""
        if payloads.written_by_a_person(event):
            await self.take(event, live=True)

    async def take(self, event: Payload, *, live: bool = False) -> bool:
        """Take a message; its own timestamp is the key, so a repeat changes and says nothing. False when it broke.

        What breaks is only said to somebody who has just written it: history is read again and again.
        """
        what = payloads.message(event, self.bot_user)
        answer = await self.ask(self.routes.message, what, repeats=False)
        held = not isinstance(answer, Broken)
        if what.files and what.thread_ts:
            kept = await self.ask(self.routes.photos, replace(what, key=f"{what.key}:photos"), repeats=False)
            held = held and not isinstance(kept, Broken)
        if held or live:
            self._later(self._privately(answer, what.by, what.channel, what.thread_ts or ""))
        return held

    async def on_home(self, event: dict[str, Any]) -> None:
        """Show the Home tab as it is now."""
        if event.get("tab", "home") == "home":
            self._later(self._home(payloads.home_opened(event)))

    async def on_person(self, event: dict[str, Any]) -> None:
        """Note that somebody was switched off in Slack; any other change of a person is none of ours."""
        what = payloads.person_changed(event)
        if what.gone:
            await self.ask(self.routes.person, what)

    async def _home_again(self, by: str) -> None:
        """Show the Home tab as it is after something that was pressed there."""
        await self._home(HomeOpened(f"home:{by}:{secrets.token_hex(4)}", by))

    async def _home(self, what: HomeOpened) -> None:
        """Show somebody's Home tab; one after the other, so that the last one shown is the newest."""
        async with self._tabs[what.by]:
            await self._publish(await self.ask(self.routes.home, what), what.by)

    async def on_other_event(self, event: dict[str, Any]) -> None:
        """Note an event that nothing was built for."""
        log.debug("event without a route", type=event.get("type"))

    async def ask(self, route: Route, what: Happening, *, repeats: bool = True) -> Answer:
        """Run a handler in its transaction; whatever breaks is answered with a code that stands in the log.

        What was answered before is said again only where somebody waits for it: ``repeats``.
        """
        try:
            if route.reads_only:
                return await self.middle.read(lambda uow: route.run(uow, what))
            told = await self.middle.perform(what.key, route.name, what, lambda uow: _performed(route, uow, what))
        except Refusal as refusal:
            return Answer(private=_escaped(str(refusal)))
        except Exception:
            code = secrets.token_hex(2).upper()
            log.exception("a handler broke", code=code, route=route.name, key=what.key)
            return Broken(private=words("broken", code=code))
        return answered(told) if repeats or "repeated" not in told else NOTHING

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        """Say something after the acknowledgement, with a reference that keeps the task alive."""
        task = asyncio.get_running_loop().create_task(_watched(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settled(self) -> None:
        """Wait until everything that was to be said at once has been said."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def _open(self, answer: Answer, body: Payload) -> None:
        if answer.modal:
            await self._show(answer.modal, body)
        if answer.update and (body.get("view") or {}).get("type") == "modal":
            await self.client.views_update(view_id=str(body["view"]["id"]), view=answer.update)
        if answer.home:
            await self._publish(answer, str(body["user"]["id"]))

    async def _show(self, modal: dict[str, Any], body: Payload, instead: Answer | None = None) -> None:
        """Open a modal, or push it onto the one that is open; where Slack does not, ``instead`` is said, or that it was too late."""
        pushes = (body.get("view") or {}).get("type") == "modal"
        try:
            await (self.client.views_push if pushes else self.client.views_open)(
                trigger_id=body["trigger_id"], view=modal
            )
        except SlackApiError as refused:
            if error_of(refused) not in TOO_LATE and instead is None:
                raise
            by, channel = payloads.whose(body)
            await self._privately(instead or Answer(private=words("form_late")), by, channel, "")

    async def _in_view(self, answer: Answer, body: Payload) -> None:
        """Show an answer over the Home tab or the modal where somebody pressed; where that fails, in their messages."""
        if answer.blocks or answer.private:
            modal = modal_of(answer.blocks) if answer.blocks else _said_in_modal(answer.private)
            await self._show(modal, body, answer)
        await self._open(answer, body)

    async def _publish(self, answer: Answer, by: str) -> None:
        if answer.home:
            await self.client.views_publish(user_id=by, view=answer.home)

    async def _privately(self, answer: Answer, by: str, channel: str, thread_ts: str) -> None:
        if not (answer.private or answer.blocks):
            return
        said = _spoken(answer)
        if channel:
            await self.client.chat_postEphemeral(channel=channel, user=by, thread_ts=thread_ts or None, **said)
        else:
            await self.client.chat_postMessage(channel=by, **said)


def _performed(route: Route, uow: UnitOfWork, what: Happening) -> dict[str, Any]:
    return route.run(uow, what).to_json()


def answered(told: dict[str, Any]) -> Answer:
    """Read an answer back: a refusal is plain words and is escaped here; a repeated happening opens no second modal."""
    if "refused" in told:
        told = told | {"private": _escaped(str(told["private"]))}
    silent = {"repeated", "refused"} | ({"modal", "update"} if told.get("repeated") else set())
    return Answer(**{name: said for name, said in told.items() if name not in silent})


def _spoken(answer: Answer) -> dict[str, Any]:
    said: dict[str, Any] = {"text": answer.private}
    return said | ({"blocks": answer.blocks} if answer.blocks else {})


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _said_in_modal(text: str) -> dict[str, Any]:
    return view("said", words=Mrkdwn(text))


async def _watched(work: Awaitable[None]) -> None:
    try:
        await work
    except SlackApiError as refused:
        log.warning("Slack refused an answer", error=error_of(refused))
    except (aiohttp.ClientError, TimeoutError, OSError) as lost:
        log.warning("Slack did not take an answer", error=repr(lost))
