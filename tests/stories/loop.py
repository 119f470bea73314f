"""The whole loop as steps that people take: each knows how to act, and how to see that it has happened."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any, Protocol

from tests.stories.hartmann import DESPATCH, answer
from tests.stories.people import Message, Person, Slack, buttons

FAULTS, STORES, PURCHASING = "C0MAINT", "C0STORES", "C0PURCH"
PHOTO = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="


class MailWorld(Protocol):
    """Whatever carries mail: what reached a supplier, and a way to answer."""

    async def orders(self) -> list[EmailMessage]:
        """Return the order mails that reached the supplier."""

    async def deliver(self, mail: bytes) -> None:
        """Put a mail into the plant's mailbox."""


@dataclass
class World:
    """Everybody who takes part, and what they remember from step to step."""

    slack: Slack
    mail: MailWorld
    thread: str = ""
    order: str = ""
    note: str = "LS-55120"
    earlier: int = 0
    """How many order mails went out before this loop began."""
    person_at: Callable[[Slack, str], Person] = Person

    def person(self, name: str) -> Person:
        return self.person_at(self.slack, f"U0{name.upper()}")

    async def begin_anew(self, note: str) -> None:
        """Forget the last loop; its work order and its order stay as they are."""
        self.thread, self.order, self.note = "", "", note
        self.earlier = len(await self.mail.orders())

    async def orders(self) -> list[EmailMessage]:
        """Return the order mails of this loop that reached the supplier."""
        return (await self.mail.orders())[self.earlier :]

    async def in_thread(self, name: str, *words: str) -> list[Message]:
        return await self.person(name).sees(FAULTS, *words, thread=self.thread)

    async def live(self, name: str, channel: str, action: str, *, thread: str = "") -> Message | None:
        """Return the newest message that offers an action to a person, or None."""
        if channel == "direct":
            channel = await self.person(name).direct()
            if channel == "none yet":
                return None
        found = [one for one in await self.person(name).sees(channel, action, thread=thread) if action in buttons(one)]
        return {**found[-1], "channel": channel} if found else None

    async def presses(self, name: str, channel: str, action: str, *, thread: str = "") -> None:
        """Press a button wherever it is offered; one that is gone was pressed already."""
        message = await self.live(name, channel, action, thread=thread)
        if message is not None:
            await self.person(name).clicks(message["channel"], message, action)


Act = Callable[[World], Awaitable[Any]]


@dataclass(frozen=True)
class Step:
    """One step: what somebody does, how one sees that it has happened, and whether it may simply be done again."""

    name: str
    act: Act
    seen: Act
    repeatable: bool = True


async def _reports(world: World) -> None:
    photo = {"name": "seal.png", "mimetype": "image/png", "base64": PHOTO}
    text = "Seal leaking on pump P-101, the line stands"
    world.thread = await world.person("ana").says(FAULTS, text, files=[photo])


async def _starts(world: World) -> None:
    await world.presses("luis", "direct", "work_order.start")
    modal = await world.person("luis").modal("LOTO-17")
    await world.person("luis").submits(modal, safety=True)


async def _needs(world: World) -> None:
    await world.person("luis").says(FAULTS, "part 2 P-10231", thread=world.thread)


async def _approves(world: World) -> None:
    await world.presses("bo", "direct", "approval.approve")


async def _sent(world: World) -> Any:
    mails = await world.orders()
    said = await world.in_thread("ana", "PO-", "sent")
    if mails and said:
        world.order = re.findall(r"PO-\d{4}-\d{5}", str(mails[0]["Subject"]))[0]
    return bool(mails and said)


async def _supplier_ships(world: World) -> None:
    await world.mail.deliver(despatch((await world.orders())[0], world.order, world.note))


def despatch(order: EmailMessage, number: str, note: str = "LS-55120") -> bytes:
    """Write the supplier's despatch advice for both seals, as the plant's own mail server hands it over."""
    return answer(
        order,
        f"Lieferavis {note} zu {number}",
        "Bitte HTML anzeigen.",
        page=f"<p>Guten Tag,<br>wir haben heute versendet.</p><p>Lieferschein-Nr.: {note}<br>Ihre Bestellung: {number}</p>"
        "<table border=1><tr><th>Pos</th><th>Art.-Nr.</th><th>Bezeichnung</th><th>Bestellt</th><th>Geliefert</th></tr>"
        "<tr><td>1</td><td>HS-45-SSE</td><td>Gleitringdichtung 45 mm</td><td>2 Stk</td><td>2 Stk</td></tr></table>",
        sender=DESPATCH,
    )


async def _asked_for_the_end(world: World) -> dict[str, Any]:
    """Press Done until its form opens: a press that nobody acknowledged is repeated, as people do."""
    for _ in range(4):
        await world.presses("luis", "direct", "work_order.done")
        try:
            return await asyncio.wait_for(world.person("luis").modal("complete_work_order"), 7)
        except TimeoutError:
            continue
    raise AssertionError("the form for Done never opened")


async def _finishes(world: World) -> None:
    modal = await _asked_for_the_end(world)
    selects = {
        one["block_id"]: one["element"]["options"][0]["value"]
        for one in modal["blocks"]
        if one.get("element", {}).get("type") == "static_select" and not one.get("optional")
    }
    await world.person("luis").submits(modal, minutes="40", **selects)


async def _closed(world: World) -> bool:
    """Say whether the supervisor's button is gone from the card."""
    return await world.live("priya", FAULTS, "work_order.close", thread=world.thread) is None


LOOP = (
    Step(
        "report",
        _reports,
        lambda world: world.live("luis", FAULTS, "work_order.take", thread=world.thread),
        repeatable=False,
    ),
    Step(
        "take",
        lambda world: world.presses("luis", FAULTS, "work_order.take", thread=world.thread),
        lambda world: world.live("luis", "direct", "work_order.start"),
    ),
    Step("start", _starts, lambda world: world.live("luis", "direct", "work_order.done")),
    Step(
        "need a part",
        _needs,
        lambda world: world.live("luis", FAULTS, "purchase_order.request", thread=world.thread),
        repeatable=False,
    ),
    Step(
        "request",
        lambda world: world.presses("luis", FAULTS, "purchase_order.request", thread=world.thread),
        lambda world: world.live("bo", "direct", "approval.approve"),
    ),
    Step("approve", _approves, _sent),
    Step(
        "ship",
        _supplier_ships,
        lambda world: world.live("tom", STORES, "receipt.as_listed"),
        repeatable=False,
    ),
    Step(
        "receive",
        lambda world: world.presses("tom", STORES, "receipt.as_listed"),
        lambda world: world.in_thread("luis", "can go on"),
    ),
    Step("complete", _finishes, lambda world: world.live("priya", FAULTS, "work_order.close", thread=world.thread)),
    Step(
        "close",
        lambda world: world.presses("priya", FAULTS, "work_order.close", thread=world.thread),
        _closed,
    ),
)
"""From one message to a closed work order."""


async def walk(world: World, steps: tuple[Step, ...] = LOOP) -> None:
    """Take every step and wait until it has happened."""
    for step in steps:
        await step.act(world)
        await world.slack.until(f"the step “{step.name}”", lambda step=step: step.seen(world))
