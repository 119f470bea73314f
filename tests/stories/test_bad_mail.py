"""Story: whatever a mail is made of, it ends in a named state, is shown as words, and the next mail is read."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from storage.tables import InboundMail, Receipt
from tests.stories.broken_mails import BROKEN, HEAD, broken, quantified, worded
from tests.stories.figures import damage, open_rows, rows
from tests.stories.loop import LOOP, PURCHASING, STORES, World, despatch, walk
from tests.stories.nasty import WORDS, unsaid
from tests.stories.plants import Plant, plant_among_people
from tests.wires.dovecot import Dovecot

pytestmark = [pytest.mark.dovecot, pytest.mark.timeout(300), pytest.mark.asyncio(loop_scope="module")]

ABSURD = ("-5 Stk", "0 Stk", "1000000000000 Stk", "1e12", "NaN", "1.200 Stk", "zwei bis drei", "½", "110 Stk")
THIRTY_MEGABYTES = b"Subject: Lieferschein als Bild\r\n\r\n" + b"0123456789abcdef" * (30 * 2**16) + b"\r\n"


@dataclass(frozen=True)
class Village:
    """A plant that has ordered seals, and every bad mail delivered to it."""

    plant: Plant
    world: World
    count: int

    def mails(self) -> list[InboundMail]:
        return rows(self.plant.url, InboundMail)

    async def all_read(self, count: int) -> None:
        async def read() -> bool:
            found = self.mails()
            return len(found) >= count and all(mail.state != "stored" for mail in found)

        await self.world.slack.until(f"{count} mails read", read)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def village(
    fresh_postgres: str, tmp_path_factory: pytest.TempPathFactory, dovecot: Dovecot
) -> AsyncIterator[Village]:
    """A running plant on PostgreSQL, which takes the fewest letters; at the end nothing is damaged."""
    folder = tmp_path_factory.mktemp("village")
    async with plant_among_people(folder, fresh_postgres, dovecot) as (plant, world):
        bot = await plant.start()
        await walk(world, LOOP[:6])
        bad = [HEAD % 1 + THIRTY_MEGABYTES, *(broken(name) for name in BROKEN)]
        bad += [worded(words, world.order, number) for number, words in enumerate(WORDS.values())]
        bad += [quantified(quantity, world.order, number) for number, quantity in enumerate(ABSURD)]
        for mail in bad:
            await world.mail.deliver(mail)
        made = Village(plant, world, len(bad) + 1)
        await made.all_read(made.count)
        yield made
        assert damage(fresh_postgres) == []
        assert [line for line in bot.lines if "Traceback" in line or "[error" in line] == []


async def test_every_mail_ends_in_a_named_state(village: Village) -> None:
    mails = village.mails()

    assert len(mails) == village.count
    assert {mail.state for mail in mails} <= {"settled", "asked", "quarantined", "ignored", "duplicate", "proposed"}
    assert [mail.problem for mail in mails if mail.size > 30 * 10**6] == [
        "the mail is too large to be read (30 MiB); look at it in the mailbox"
    ]


async def test_no_absurd_quantity_is_proposed_to_the_store(village: Village) -> None:
    proposed = [mail.reading for mail in village.mails() if mail.state == "proposed"]

    assert proposed == []
    assert rows(village.plant.url, Receipt) == []


async def test_the_next_mail_is_read_and_everything_is_shown_as_words(village: Village) -> None:
    world = village.world
    ines = world.person("ines")
    # One of the broken mails asks for answers to a stranger's address, so that somebody has to call the supplier first.
    card = await ines.waits_for(PURCHASING, "Is this really Hartmann Seals", "somebody@elsewhere.example")
    await ines.clicks(PURCHASING, card, "supplier.lift_hold")
    form = await ines.modal("Whom did you speak to")
    await ines.submits(form, spoke_to="Jana Hartmann", phone="+49 711 555020", note="They know nothing of it")
    await ines.waits_for(PURCHASING, "hold on Hartmann Seals", "called Jana Hartmann")

    await world.mail.deliver(despatch((await world.orders())[0], world.order))

    await village.all_read(village.count + 1)
    await world.slack.until("the delivery's card", lambda: world.live("tom", STORES, "receipt.as_listed"))
    await world.slack.until("an empty outbox", lambda: asyncio.sleep(0, not open_rows(village.plant.url)))
    calls = [call for call in (await world.slack.get("calls"))["calls"] if call["method"].startswith("chat.")]
    assert [(call["error"], call["args"]) for call in calls if not call["ok"]] == []
    assert [found for call in calls for found in unsaid(call)] == []
    assert len(rows(village.plant.url, Receipt)) == 1
