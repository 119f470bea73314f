"""How people buy in the stories: they type, gather, request and approve, and read what reaches the supplier."""

from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

from storage.tables import PurchaseOrder
from tests.stories.figures import rows
from tests.stories.loop import FAULTS, PURCHASING, World
from tests.stories.people import Message
from tests.stories.plants import Plant, RealMail


@dataclass
class Shop:
    """A running plant and the people who buy for it."""

    plant: Plant
    world: World

    def orders(self) -> list[Any]:
        return rows(self.plant.url, PurchaseOrder)

    def order(self, number: str) -> Any:
        """Return an order by its draft's number or its own."""
        return next(row for row in self.orders() if number in (row.draft_number, row.number))

    async def types(self, who: str, text: str, *sees: str) -> Message:
        """Type a command, and wait for an answer that only this person sees and that was not there before."""
        person, channel = self.world.person(who), PURCHASING if who == "ines" else FAULTS
        before = {one["ts"] for one in await person.sees(channel, *sees)}
        await person.commands(channel, "/chargehand", text)

        async def new() -> list[Message]:
            return [one for one in await person.sees(channel, *sees) if one["ts"] not in before]

        found: list[Message] = await self.world.slack.until(f"{sees} for {who}", new)
        return {**found[-1], "channel": channel}

    async def drafts(self, wish: str, supplier: str) -> str:
        """Let a buyer need something and gather it from the usual supplier; returns the draft's number."""
        await self.types("ines", f"need {wish}", "The buyers have it on their list")
        listed = await self.types("ines", f"needs {supplier}", "need.gather")
        count = len(self.orders())
        await self.world.person("ines").clicks(PURCHASING, listed, "need.gather")

        async def drafted() -> bool:
            return len(self.orders()) > count

        await self.world.slack.until("the draft", drafted)
        return str(self.orders()[-1].draft_number)

    async def asks(self, draft: str, approver: str = "bo") -> Message:
        """Request a draft; returns the question to the approver."""
        await self.types("ines", f"request {draft}", draft, "is asked")
        return await self.world.person(approver).waits_in_direct(draft, "approval.approve")

    async def presses(self, who: str, card: Message, action: str, chosen: str | None = None) -> None:
        await self.world.person(who).clicks(str(card["channel"]), card, action, chosen)

    async def buys(self, wish: str, supplier: str) -> tuple[Any, EmailMessage]:
        """Need, gather, request and approve something; returns the order and the mail that the supplier got."""
        draft = await self.drafts(wish, supplier)
        await self.presses("bo", await self.asks(draft), "approval.approve")
        mail = await self.mailed(draft)
        return self.order(draft), mail

    async def mailed(self, draft: str, nth: int = 1) -> EmailMessage:
        """Wait for the n-th mail about an order to its supplier."""

        async def look() -> EmailMessage | None:
            number = self.order(draft).number
            assert isinstance(self.world.mail, RealMail)
            kept = [
                one.message for one in self.world.mail.sink.kept if number and number in str(one.message["Subject"])
            ]
            return kept[nth - 1] if len(kept) >= nth else None

        found = await self.world.slack.until(f"the mail of {draft}", look)
        assert isinstance(found, EmailMessage)
        return found


def text_of(mail: EmailMessage) -> str:
    """Return the plain text of a mail."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def ubl_of(mail: EmailMessage) -> str:
    """Return the machine-readable order that is attached to a mail."""
    part = next(one for one in mail.iter_attachments() if one.get_content_type() == "application/xml")
    content = part.get_content()
    return content if isinstance(content, str) else bytes(content).decode()
