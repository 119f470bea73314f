"""Stories of orders that end early: cancelled with the supplier's word, closed short after a part came."""

from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path

import pytest
import pytest_asyncio

from storage.tables import PurchaseOrder, Requisition
from tests.stories.figures import damage, rows
from tests.stories.hartmann import answer
from tests.stories.loop import LOOP, PURCHASING, World, walk
from tests.stories.plants import Plant, plant_among_people
from tests.wires.dovecot import Dovecot

pytestmark = [pytest.mark.dovecot, pytest.mark.timeout(300)]


@pytest_asyncio.fixture
async def plant(tmp_path: Path, dovecot: Dovecot) -> AsyncIterator[tuple[Plant, World]]:
    """A running plant with an order for two seals that the supplier has."""
    async with plant_among_people(tmp_path, f"sqlite:///{tmp_path}/plant.db", dovecot) as (made, world):
        await made.start()
        await walk(world, LOOP[:6])
        yield made, world


def agrees(asked: EmailMessage, number: str) -> bytes:
    """Write that the supplier has cancelled the order, as an answer to our mail."""
    said = f"Good day,\n\nyour order {number} has been cancelled as you asked.\n\nKind regards\nJana Hartmann\n"
    return answer(asked, f"Cancellation of your order {number}", said)


async def asked_to_cancel(world: World) -> EmailMessage:
    async def there() -> list[EmailMessage]:
        return [mail for mail in await world.orders() if "storniert" in str(mail["Subject"])]

    mails: list[EmailMessage] = await world.slack.until("the mail that cancels", there)
    return mails[-1]


def state(made: Plant) -> str:
    (order,) = rows(made.url, PurchaseOrder)
    return str(order.state)


async def test_62_a_sent_order_is_cancelled_by_the_supplier_s_word_and_its_need_is_free_again(
    plant: tuple[Plant, World],
) -> None:
    made, world = plant
    ines = world.person("ines")
    await ines.commands(PURCHASING, "/chargehand", f"cancel {world.order} because we found two in the old store")
    asked = await asked_to_cancel(world)
    await ines.waits_in_direct("Cancelling an order", "The supplier is asked")
    assert state(made) == "sent"

    await world.mail.deliver(agrees(asked, world.order))
    await ines.waits_in_direct("Does the supplier agree?", "has been cancelled as you asked")
    await world.presses("ines", "direct", "purchase_order.cancel_agreed")

    async def cancelled() -> bool:
        return state(made) == "cancelled"

    await world.slack.until("the order is cancelled", cancelled)
    await ines.waits_in_direct(f"agreed: {world.order} is cancelled")
    assert [need.state for need in rows(made.url, Requisition)] == ["open"]
    assert damage(made.url) == []


async def test_62_somebody_without_the_right_is_told_who_has_it_and_nothing_leaves(plant: tuple[Plant, World]) -> None:
    made, world = plant
    mails = len(await world.orders())
    luis = world.person("luis")

    await luis.commands(PURCHASING, "/chargehand", f"cancel {world.order} because I say so")

    await luis.waits_for(PURCHASING, "Only buyers can cancel this")
    assert (state(made), len(await world.orders())) == ("sent", mails)
