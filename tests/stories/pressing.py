"""Ways in which people press: once, twice at once, again at once, again because nothing answered; and old cards."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from tests.stories.people import Message, Person, Slack

Told = dict[str, Any]
Press = Callable[[], Awaitable[Told]]
Way = Callable[[Slack, Press], Awaitable[Told]]
GONE = "not_found"
"""What Slack says when a modal is not there any more."""


async def once(slack: Slack, press: Press) -> Told:  # every way is called alike
    """Press as one should."""
    return await press()


async def twice_at_once(slack: Slack, press: Press) -> Told:  # every way is called alike
    """Press twice before anything can have happened."""
    told, _ = await asyncio.gather(press(), press())
    return told


async def again_at_once(slack: Slack, press: Press) -> Told:  # every way is called alike
    """Press again as soon as the first one is acknowledged, while the button is still there."""
    told = await press()
    await press()
    return told


async def again_unheard(slack: Slack, press: Press) -> Told:
    """Press again because Slack said that nothing answered, although it had."""
    await slack.fault("lose_ack", "interactive")
    told = await press()
    if told.get("error") == GONE:
        await slack.no_more_faults()
        return told
    assert told["error"] == "operation_timeout", told
    return await press()


@dataclass(frozen=True)
class Pressed:
    """A button that was pressed: by whom, where, on which card, and what was chosen if it is a menu."""

    person: Person
    channel: str
    card: Message
    action: str
    chosen: str | None


@dataclass
class Presser(Person):
    """Somebody who presses every button in one way; what was pressed is kept."""

    way: Way = once
    kept: list[Pressed] = field(default_factory=list)

    async def clicks(self, channel: str, message: Message, action: str, chosen: str | None = None) -> Told:
        self.kept.append(Pressed(Person(self.slack, self.id), channel, message, action, chosen))
        return await self.way(self.slack, partial(super().clicks, channel, message, action, chosen))

    async def submits(self, modal: dict[str, Any], **fields: Any) -> Told:
        told = await self.way(self.slack, partial(super().submits, modal, **fields))
        while told.get("error") == GONE:
            # The button before was pressed twice, so that a second modal took the place of the first.
            modal = await self.modal(modal["callback_id"])
            told = await self.way(self.slack, partial(super().submits, modal, **fields))
        return told


async def pressed_on_a_copy(pressed: Pressed, token: str) -> Told:
    """Let the same card stand there once more, as somebody's screen may still show it, and press its button."""
    body = {"channel": pressed.channel, "text": pressed.card["text"], "blocks": pressed.card["blocks"]}
    posted = await _as_the_bot(pressed.person.slack, token, "chat.postMessage", body)
    copy = {**pressed.card, "ts": posted["ts"]}
    told = await pressed.person.clicks(posted["channel"], copy, pressed.action, pressed.chosen)
    await _as_the_bot(pressed.person.slack, token, "chat.delete", {"channel": posted["channel"], "ts": posted["ts"]})
    return told


async def _as_the_bot(slack: Slack, token: str, method: str, body: Told) -> Told:
    headers = {"Authorization": f"Bearer {token}"}
    async with slack.session.post(f"{slack.url}/api/{method}", json=body, headers=headers) as response:
        told: Told = await response.json()
    assert told["ok"], told
    return told
