"""Story: Slack, the mail server, the mailbox and the database go and return; the loop goes on, and nothing is doubled."""

import asyncio
import email
import email.policy
from collections.abc import AsyncIterator
from dataclasses import dataclass
from email.message import EmailMessage

import psycopg
import pytest
import pytest_asyncio

from storage.tables import PurchaseOrder, Receipt
from tests.stories.figures import damage, open_rows, rows, said_twice
from tests.stories.loop import LOOP, World, walk
from tests.stories.plants import Plant, RealMail, Wishes, plant_among_people
from tests.wires.dovecot import Dovecot
from tests.wires.scripted_smtp import HANG, ScriptedSmtp

pytestmark = [pytest.mark.dovecot, pytest.mark.timeout(300), pytest.mark.asyncio(loop_scope="module")]
UNREACHABLE = 4
QUICK = Wishes(settings={"mail.out": {"timeout": 1}})


@dataclass
class MoodyMail(RealMail):
    """A mailbox and a mail server that does what a story tells it; copies come when a story lets them."""

    smtp: ScriptedSmtp

    def __init__(self, usual: RealMail, smtp: ScriptedSmtp) -> None:
        super().__init__(usual.dovecot, usual.sink, usual.mailbox)
        self.smtp = smtp

    async def orders(self) -> list[EmailMessage]:
        return [email.message_from_bytes(one, policy=email.policy.default) for one in self.smtp.contents]  # type: ignore[misc]

    async def copies_come(self) -> None:
        """Let our own blind copies arrive."""
        for content in self.smtp.contents[self._copied :]:
            await self.deliver(content)
        self._copied = len(self.smtp.contents)


@dataclass(frozen=True)
class Village:
    """A plant on PostgreSQL, the people around it, and its moody mail server."""

    plant: Plant
    world: World
    mail: MoodyMail

    async def orders_seals(self) -> PurchaseOrder:
        """Walk a new loop up to the approval, and return the order."""
        self.world.thread, self.world.order = "", ""
        self.world.earlier = len(self.mail.smtp.contents)
        await walk(self.world, LOOP[:5])
        await self.world.presses("bo", "direct", "approval.approve")
        return rows(self.plant.url, PurchaseOrder)[-1]

    async def until_order(self, order: PurchaseOrder, state: str) -> None:
        async def there() -> bool:
            return rows(self.plant.url, PurchaseOrder, id=order.id)[0].state == state

        await self.world.slack.until(f"the order {state}", there)

    async def rests(self) -> None:
        async def resting() -> bool:
            return not open_rows(self.plant.url)

        await self.world.slack.until("an empty outbox", resting)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def village(
    fresh_postgres: str, tmp_path_factory: pytest.TempPathFactory, dovecot: Dovecot
) -> AsyncIterator[Village]:
    """A running plant; at the end nothing is damaged, nothing was said twice, and nothing waits for ever."""
    folder = tmp_path_factory.mktemp("village")
    async with (
        ScriptedSmtp() as smtp,
        plant_among_people(folder, fresh_postgres, dovecot, QUICK, smtp_port=smtp.port) as (plant, world),
    ):
        assert isinstance(world.mail, RealMail)
        world.mail = MoodyMail(world.mail, smtp)
        made = Village(plant, world, world.mail)
        yield made
        await made.rests()
        assert damage(fresh_postgres) == []
        assert await said_twice(world.slack) == []


async def test_a_bot_that_finds_no_slack_says_so_and_starts_when_slack_is_back(village: Village) -> None:
    plant = village.plant
    await plant.slack_goes()

    with pytest.raises(AssertionError, match="bot ended") as told:
        await plant.start()

    assert "Traceback" not in str(told.value)
    assert "Slack at http" in str(told.value)
    await plant.slack_returns(village.world.slack)
    await plant.start()


async def test_an_order_waits_for_a_mail_server_that_refuses_for_a_while(village: Village) -> None:
    smtp = village.mail.smtp
    smtp.script |= {"RCPT": ["451 4.3.0 come back later"], "CONNECT": ["421 4.3.2 closing down"]}

    order = await village.orders_seals()

    await village.until_order(order, "sent")
    assert len(await village.world.orders()) == 1
    await village.mail.copies_come()


async def _hangs(village: Village) -> PurchaseOrder:
    """Let the mail server fall silent after the whole mail; return the order of which nobody knows."""
    village.mail.smtp.script["DOT"] = [HANG]
    order = await village.orders_seals()
    await village.world.slack.until("the buyer's card", lambda: _asked(village))
    return order


async def _asked(village: Village) -> bool:
    return await village.world.live("ines", "C0PURCH", "purchase_order.it_went_out") is not None or (
        await village.world.live("ines", "direct", "purchase_order.it_went_out") is not None
    )


async def _decides(village: Village, action: str) -> None:
    for place in ("C0PURCH", "direct"):
        await village.world.presses("ines", place, action)


async def test_a_mail_of_which_nobody_knows_is_found_by_our_own_copy(village: Village) -> None:
    order = await _hangs(village)

    await village.mail.copies_come()

    await village.until_order(order, "sent")
    assert len(await village.world.orders()) == 1


async def test_a_mail_of_which_nobody_knows_is_called_sent_by_a_person(village: Village) -> None:
    order = await _hangs(village)

    await _decides(village, "purchase_order.it_went_out")

    await village.until_order(order, "sent")
    await village.mail.copies_come()
    assert len(await village.world.orders()) == 1


async def test_a_mail_of_which_nobody_knows_goes_again_only_when_a_person_says_so(village: Village) -> None:
    order = await _hangs(village)
    assert len(await village.world.orders()) == 1

    await _decides(village, "purchase_order.send_again")

    await village.until_order(order, "sent")
    first, second = await village.world.orders()
    assert first["Message-ID"] == second["Message-ID"]
    await village.mail.copies_come()


async def test_a_loop_goes_on_when_everything_around_it_goes_and_returns(village: Village) -> None:
    world, plant, dovecot = village.world, village.plant, village.mail.dovecot
    await village.rests()
    world.note = "LS-8001"
    await asyncio.to_thread(_cut_connections, plant.url)
    order = await village.orders_seals()
    await world.slack.until("the order's mail", lambda: LOOP[5].seen(world))

    await asyncio.to_thread(dovecot.stop)
    await LOOP[6].act(world)
    await asyncio.to_thread(_cut_connections, plant.url)
    await plant.slack_goes()
    await asyncio.to_thread(dovecot.start)
    await world.slack.until("the proposed receipt", lambda: _proposed(village, order))
    await plant.slack_returns(world.slack)
    await world.slack.until("the delivery's card", lambda: LOOP[6].seen(world))
    await _until_connected(world)
    await walk(world, LOOP[7:])

    assert len(await world.orders()) == 1
    assert len(rows(plant.url, Receipt, order_id=order.id)) == 1
    assert rows(plant.url, PurchaseOrder, id=order.id)[0].state == "closed"


async def _proposed(village: Village, order: PurchaseOrder) -> list[Receipt]:
    return rows(village.plant.url, Receipt, order_id=order.id)


async def _until_connected(world: World) -> None:
    async def connected() -> bool:
        return bool((await world.slack.get("state"))["bot_connected"])

    await world.slack.until("the bot's socket", connected)


def _cut_connections(url: str) -> None:
    """End every connection to the plant's database, as a restart of the server does."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


async def test_what_is_written_while_slack_brings_nothing_is_taken_afterwards(village: Village) -> None:
    """Placed last: the bot is stopped in order, and what people wrote meanwhile is found in the channel."""
    world, plant = village.world, village.plant
    assert plant.bot is not None
    assert await plant.bot.stop() == 0
    world.thread = await world.person("ana").says("C0MAINT", "Seal of P-101 leaks again, the line stands")

    await plant.start()

    await world.slack.until("the card", lambda: LOOP[0].seen(world))
