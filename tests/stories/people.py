"""People as the stories need them: they look at the sandbox's Slack and act there, and wait for what they see."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aiohttp

Message = dict[str, Any]
PATIENCE = 30.0


class Slack:
    """The control API of a running sandbox: whatever changes there wakes whoever waits."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url.rstrip("/")
        self.session = session
        self._changed = asyncio.Event()
        self._listening: asyncio.Task[None] | None = None

    async def start(self) -> None:
        socket = await self.session.ws_connect(f"{self.url}/sandbox/events")
        self._listening = asyncio.create_task(self._listen(socket))

    async def stop(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)

    async def _listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async with socket:
            async for _ in socket:
                self._changed.set()

    async def get(self, path: str, **query: str) -> dict[str, Any]:
        async with self.session.get(f"{self.url}/sandbox/{path}", params=query) as response:
            return dict(await response.json())

    async def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        async with self.session.post(f"{self.url}/sandbox/{path}", json=body) as response:
            return dict(await response.json())

    async def fault(self, kind: str, method: str = "", *, count: int = 1) -> None:
        """Let the pretend Slack misbehave the next time, or the next few times."""
        answer = await self.post("faults", {"kind": kind, "method": method, "count": count})
        assert answer["ok"], answer

    async def no_more_faults(self) -> None:
        """Let the pretend Slack behave again."""
        async with self.session.delete(f"{self.url}/sandbox/faults") as response:
            assert response.ok

    async def until(self, what: str, look: Callable[[], Any]) -> Any:
        """Look again after every change until there is something to see; what was missing is named in the failure."""
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    self._changed.clear()
                    found = await look()
                    if found:
                        return found
                    # Another process's database or mailbox tells nobody, so we look again by ourselves as well.
                    try:
                        await asyncio.wait_for(self._changed.wait(), 0.2)
                    except TimeoutError:
                        continue
        except TimeoutError:
            raise AssertionError(f"waited in vain for {what}") from None

    async def calls(self, method: str) -> list[dict[str, Any]]:
        return list((await self.get("calls", method=method))["calls"])


@dataclass
class Person:
    """Somebody at the page."""

    slack: Slack
    id: str

    async def says(
        self, channel: str, text: str, *, thread: str = "", files: list[dict[str, str]] | None = None
    ) -> str:
        body = {"as": self.id, "channel": channel, "text": text, "files": files or []}
        answer = await self.slack.post("say", body | ({"thread_ts": thread} if thread else {}))
        assert answer["ok"], answer
        return str(answer["ts"])

    async def commands(self, channel: str, command: str, text: str) -> dict[str, Any]:
        return await self.slack.post("command", {"as": self.id, "channel": channel, "command": command, "text": text})

    async def sees(self, channel: str, *words: str, thread: str = "") -> list[Message]:
        """Return the messages of a channel or thread that hold all the words, oldest first."""
        query = {"channel": channel, "as": self.id} | ({"thread": thread} if thread else {})
        messages = (await self.slack.get("messages", **query))["messages"]
        return [one for one in messages if all(word in json.dumps(one, ensure_ascii=False) for word in words)]

    async def waits_for(self, channel: str, *words: str, thread: str = "") -> Message:
        """Wait for a message with all the words; the newest one is returned."""
        what = f"{words} in {channel} {thread} as {self.id}"
        found = await self.slack.until(what, lambda: self.sees(channel, *words, thread=thread))
        return dict(found[-1])

    async def direct(self) -> str:
        """Return the channel of the direct messages with the bot."""
        state = await self.slack.get("state", **{"as": self.id})
        found = [one["id"] for one in state["channels"] if one["kind"] == "dm"]
        return str(found[0]) if found else "none yet"

    async def waits_in_direct(self, *words: str) -> Message:
        async def look() -> list[Message]:
            channel = await self.direct()
            return (
                []
                if channel == "none yet"
                else [{**one, "channel": channel} for one in await self.sees(channel, *words)]
            )

        return dict((await self.slack.until(f"{words} in the direct messages of {self.id}", look))[-1])

    async def clicks(self, channel: str, message: Message, action: str, chosen: str | None = None) -> dict[str, Any]:
        """Press a button (or choose in a menu) of a message."""
        block_id, element = _element(message["blocks"], action)
        body = {"as": self.id, "channel": channel, "message_ts": message["ts"], "block_id": block_id}
        body |= {"action_id": element["action_id"], "value": element.get("value")}
        if chosen is not None:
            body["selected_option"] = _option(element, chosen)
        told = await self.slack.post("click", {name: value for name, value in body.items() if value is not None})
        if told.get("error") != "no_such_element":
            return told
        # The card was edited between the look and the press; a person presses what stands there now.
        shown = await self.sees(channel, thread=str(message["thread_ts"] or ""))
        now = next((one for one in shown if one["ts"] == message["ts"] and action in buttons(one)), None)
        return await self.clicks(channel, now, action, chosen) if now and now["blocks"] != message["blocks"] else told

    async def modal(self, *words: str) -> dict[str, Any]:
        """Wait for the modal on top, perhaps one that holds some words."""

        async def look() -> dict[str, Any] | None:
            stack = (await self.slack.get("views", **{"as": self.id}))["stack"]
            top = stack[-1] if stack else None
            return top if top and all(word in json.dumps(top, ensure_ascii=False) for word in words) else None

        return dict(await self.slack.until(f"a modal with {words} for {self.id}", look))

    async def submits(self, modal: dict[str, Any], **fields: Any) -> dict[str, Any]:
        """Fill fields by block id and submit; untouched fields keep what they were filled with."""
        values: dict[str, dict[str, Any]] = {}
        for block in modal["blocks"]:
            if block["type"] == "input":
                element = block["element"]
                values[block["block_id"]] = {element["action_id"]: _filled(element, fields.get(block["block_id"]))}
        return await self.slack.post("submit", {"as": self.id, "view_id": modal["id"], "state": {"values": values}})


def buttons(message: Message) -> list[str]:
    """Return the action ids that a message still offers."""
    blocks = message.get("blocks") or ()
    elements = [one for block in blocks for one in [*block.get("elements", ()), block.get("accessory") or {}]]
    return [one["action_id"] for one in elements if one.get("action_id")]


def _element(blocks: list[dict[str, Any]], action: str) -> tuple[str, dict[str, Any]]:
    for block in blocks:
        for element in [*block.get("elements", ()), block.get("accessory") or {}]:
            if element.get("action_id") == action:
                return str(block["block_id"]), element
    raise AssertionError(f"no {action} among {[one for block in blocks for one in block.get('elements', ())]}")


def _option(element: dict[str, Any], wanted: str) -> dict[str, Any]:
    return next(one for one in element["options"] if wanted in (one["value"], one["text"]["text"]))


PICKED = {
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
}
"""What is picked in an element, and what it was filled with, by their names."""


def _filled(element: dict[str, Any], given: Any) -> dict[str, Any]:
    kind = element["type"]
    filled: dict[str, Any] = {"type": kind}
    if kind in {"static_select", "radio_buttons", "external_select"}:
        picked = element.get("initial_option") if given is None else _picked(element, given)
        return filled | {"selected_option": picked}
    if kind == "checkboxes":
        options = element["options"] if given is True else element.get("initial_options", [])
        return filled | {"selected_options": options if given is not False else []}
    if kind in PICKED:
        chosen, first = PICKED[kind]
        return filled | {chosen: given or element.get(first, [] if kind.startswith("multi") else None)}
    return filled | {"value": given if given is not None else element.get("initial_value")}


def _picked(element: dict[str, Any], given: Any) -> dict[str, Any]:
    if isinstance(given, dict):
        return given
    options = element.get("options") or [one for group in element.get("option_groups", ()) for one in group["options"]]
    return next(one for one in options if given in (one["value"], one["text"]["text"]))
