"""Story: a supplier's column that only people understand is corrected once, remembered, and read rightly from then on."""

import json
from collections.abc import AsyncIterator
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path

import pytest
import pytest_asyncio

from storage.tables import InboundMail, ReadingRule, Receipt, ReceiptLine
from tests.stories.figures import damage, rows
from tests.stories.loop import LOOP, STORES, World, despatch, walk
from tests.stories.people import Message
from tests.stories.plants import Plant, plant_among_people
from tests.wires.dovecot import Dovecot

pytestmark = [pytest.mark.dovecot, pytest.mark.timeout(300)]


@pytest_asyncio.fixture
async def plant(tmp_path: Path, dovecot: Dovecot) -> AsyncIterator[tuple[Plant, World]]:
    """A running plant that has ordered two seals."""
    async with plant_among_people(tmp_path, f"sqlite:///{tmp_path}/plant.db", dovecot) as (made, world):
        await made.start()
        await walk(world, LOOP[:6])
        yield made, world


async def ships_one(world: World, note: str) -> None:
    """Let the supplier send one of the two seals, with a note whose last column bears a head of its own."""
    mail = message_from_bytes(despatch((await world.orders())[0], world.order, note), policy=SMTP)
    page = mail.get_body(("html",))
    assert page is not None
    told = page.get_content().replace("Geliefert", "Raus").replace("<td>2 Stk</td></tr>", "<td>1 Stk</td></tr>")
    page.set_content(told.replace("Bestellt", "Menge"), subtype="html")
    await world.mail.deliver(mail.as_bytes())


async def card(world: World, action: str) -> Message:
    found = await world.slack.until(f"a card with {action}", lambda: world.live("tom", STORES, action))
    return dict(found)


async def lesson(world: World, thread: str) -> Message:
    action = "mail_rule.remember"
    found = await world.slack.until("the question", lambda: world.live("tom", STORES, action, thread=thread))
    return dict(found)


async def test_what_is_corrected_once_and_remembered_is_read_rightly_from_then_on(plant: tuple[Plant, World]) -> None:
    made, world = plant
    tom = world.person("tom")
    await ships_one(world, "LS-1")

    asked = await card(world, "mail.correct")
    await tom.clicks(STORES, asked, "mail.correct")
    form = await tom.modal("correct_mail")
    await tom.submits(form, row_0_quantity="1")
    question = await lesson(world, asked["ts"])
    await tom.clicks(STORES, question, "mail_rule.remember")
    await world.slack.until("the rule", lambda: _is_remembered(made))
    await ships_one(world, "LS-2")
    await world.slack.until("both deliveries", lambda: _are_proposed(made))

    assert "Column “raus” means shipped now" in json.dumps(question, ensure_ascii=False)
    assert [mail.state for mail in rows(made.url, InboundMail) if mail.kind == "despatch"] == ["proposed", "proposed"]
    assert [line.claimed for line in rows(made.url, ReceiptLine)] == [1000, 1000]
    assert damage(made.url) == []


async def _is_remembered(made: Plant) -> bool:
    return [rule.means for rule in rows(made.url, ReadingRule)] == ["now"]


async def _are_proposed(made: Plant) -> bool:
    return [receipt.state for receipt in rows(made.url, Receipt)] == ["proposed", "proposed"]
