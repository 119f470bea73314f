"""Story: whatever comes twice has one effect, from the report to the closed work order."""

import asyncio
import email
import email.policy
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import partial

import pytest
import pytest_asyncio

from storage.tables import DeliveryNotice, InboundMail, WorkOrder
from tests.stories import pressing
from tests.stories.figures import damage, figures, growth, open_rows, rows, said_twice
from tests.stories.loop import LOOP, Step, World, despatch, walk
from tests.stories.people import Person, Slack
from tests.stories.plants import Plant, RealMail, Wishes, plant_among_people
from tests.stories.pressing import Pressed, Presser, Way, pressed_on_a_copy
from tests.wires.dovecot import Dovecot

pytestmark = [pytest.mark.dovecot, pytest.mark.timeout(300), pytest.mark.asyncio(loop_scope="module")]

ONE_LOOP = {
    "approval_tasks": 2, "approvals": 1, "budget_entries": 3, "cards": 7, "delivery_notice_lines": 1, "delivery_notices": 1,
    "enclosures": 1, "inbound_mails": 2, "purchase_order_lines": 1, "purchase_orders": 1, "receipt_lines": 1, "receipts": 1,
    "purchase_order_needs": 1, "requisitions": 1, "sent by file": 1, "sent by mail": 1, "sent by slack": 16, "stock_movements": 2,
    "supplier_facts": 5, "work_order_changes": 1, "work_order_holds": 1, "work_order_parts": 1, "work_order_times": 2, "work_orders": 1,
}  # fmt: skip
"""What one loop leaves behind in the tables and sends out, however often somebody presses."""

on_sqlite = pytest.mark.parametrize("village", ["sqlite"], indirect=True)
on_postgres = pytest.mark.parametrize("village", ["postgres"], indirect=True)


async def _takes_out(world: World) -> None:
    """Take both seals out of the store, from the menu of the job's card."""
    luis = world.person("luis")
    message = await world.live("luis", "direct", "work_order.more")
    assert message is not None
    await luis.clicks(message["channel"], message, "work_order.more", "Take parts out")
    await luis.submits(await luis.modal("issue_part"))


TAKE_OUT = Step("take out", _takes_out, lambda world: world.in_thread("luis", "taken out"))
TO_DELIVERY, TO_END = LOOP[:7], (LOOP[7], TAKE_OUT, *LOOP[8:])
"""The loop, with both seals used up at its end so that the next loop misses them again."""


@dataclass
class Village:
    """A running plant in which loop follows loop; every button that somebody pressed is remembered."""

    plant: Plant
    world: World
    loops: int = 0
    pressed: list[Pressed] = field(default_factory=list)

    async def begins(self, way: Way = pressing.once) -> World:
        """Begin a new loop among people who press in one way."""
        self.loops += 1
        self.pressed.clear()
        self.world.person_at = partial(Presser, way=way, kept=self.pressed)
        await self.world.begin_anew(f"LS-{7000 + self.loops}")
        return self.world

    async def rests(self) -> dict[str, int]:
        """Wait until all is said, sent and read; returns the figures."""

        async def resting() -> bool:
            return not open_rows(self.plant.url) and not rows(self.plant.url, InboundMail, state="stored")

        await self.world.slack.until("an empty outbox", resting)
        return figures(self.plant.url)

    async def grown(self, before: dict[str, int]) -> dict[str, int]:
        return growth(before, await self.rests())


def _two_are_asked(settings: str) -> str:
    return settings.replace('who = ["owner"]', 'who = ["bo.lindqvist@halden.example", "helen.strand@halden.example"]')


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def village(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, dovecot: Dovecot
) -> AsyncIterator[Village]:
    """A running plant in which every question goes to two people; at the end nothing is damaged and nothing was said twice."""
    folder = tmp_path_factory.mktemp("village")
    lite = request.param == "sqlite"
    url = f"sqlite:///{folder}/plant.db" if lite else request.getfixturevalue("fresh_postgres")
    async with plant_among_people(folder, url, dovecot, Wishes(rewrite=_two_are_asked)) as (plant, world):
        bot = await plant.start()
        yield Village(plant, world)
        assert damage(url) == []
        assert await said_twice(world.slack) == []
        assert [line for line in bot.lines if "Traceback" in line or "[error" in line] == []


@on_postgres
@pytest.mark.parametrize("way", [pressing.twice_at_once, pressing.again_at_once])
async def test_a_loop_of_buttons_pressed_twice_leaves_what_one_loop_leaves(village: Village, way: Way) -> None:
    before = await village.rests()
    world = await village.begins(way)

    await walk(world, TO_DELIVERY + TO_END)

    assert await village.grown(before) == ONE_LOOP
    assert len(await world.orders()) == 1


@on_sqlite
async def test_buttons_pressed_again_unheard_and_once_more_long_after_have_one_effect(village: Village) -> None:
    before = await village.rests()
    world = await village.begins(pressing.again_unheard)
    await walk(world, TO_DELIVERY + TO_END)

    told = [await pressed_on_a_copy(one, village.plant.environment[TOKEN]) for one in list(village.pressed)]

    assert all(answer["ok"] for answer in told), told
    assert await village.grown(before) == ONE_LOOP
    assert len(told) > len(LOOP) - 3


TOKEN = "CHARGEHAND_SLACK__BOT_TOKEN"


@on_sqlite
async def test_a_loop_in_which_slack_brings_everything_twice_leaves_what_one_loop_leaves(village: Village) -> None:
    before = await village.rests()
    world = await village.begins()
    for kind in ("events_api", "interactive", "slash_commands"):
        await world.slack.fault("duplicate", kind, count=1000)

    await walk(world, TO_DELIVERY + TO_END)

    await world.slack.no_more_faults()
    assert await village.grown(before) == ONE_LOOP


@on_postgres
async def test_two_people_at_once_are_one_and_whoever_came_second_is_told(village: Village) -> None:
    before = await village.rests()
    world = await village.begins()
    rivals = Rivals(village, world)

    await rivals.walk()

    assert await village.grown(before) == ONE_LOOP
    assert {action: len(told) for action, told in rivals.told.items()} == dict.fromkeys(rivals.told, 1)


CONTESTED = {
    "take": ("luis", "dmitri"),
    "approve": ("bo", "helen"),
    "receive": ("tom", "grace"),
    "close": ("priya", "helen"),
}
"""Who presses at the same moment, by step."""
TOO_LATE = re.compile(r"lready|is closed, so")
"""How somebody reads that somebody else was faster."""


@dataclass
class Rivals:
    """Two people who press the same button at once, wherever two may; and what the slower one was told."""

    village: Village
    world: World
    told: dict[str, list[str]] = field(default_factory=dict)

    async def walk(self) -> None:
        for step in TO_DELIVERY + TO_END:
            before = await self._private_words(step.name)
            await (self._both(step) if step.name in CONTESTED else step.act(self.world))
            if step.name == "take":
                self._whoever_took_it_goes_on()
            await self.world.slack.until(f"the step “{step.name}”", partial(step.seen, self.world))
            if step.name in CONTESTED:
                await self.world.slack.until("a private answer", partial(self._answered, step.name, before))

    async def _both(self, step: Step) -> None:
        one, other = CONTESTED[step.name]
        usual = self.world.person_at

        def the_other(slack: Slack, person: str) -> Person:
            return usual(slack, f"U0{other.upper()}" if person == f"U0{one.upper()}" else person)

        second = World(self.world.slack, self.world.mail, thread=self.world.thread, person_at=the_other)
        await self.world.slack.until("both cards", partial(self._both_see, step, second))
        await asyncio.gather(step.act(self.world), step.act(second))

    async def _both_see(self, step: Step, second: World) -> bool:
        """Wait until the slower card is there as well: each has a direct message of their own."""
        if step.name != "approve":
            return True
        seen = [await world.live("bo", "direct", "approval.approve") for world in (self.world, second)]
        return all(seen)

    def _whoever_took_it_goes_on(self) -> None:
        order = rows(self.village.plant.url, WorkOrder, root_ts=self.world.thread)[0]
        usual = self.world.person_at
        taker = {2: "U0LUIS"}.get(order.responsible_id, "U0DMITRI")
        self.world.person_at = lambda slack, person: usual(slack, taker if person == "U0LUIS" else person)

    async def _private_words(self, step: str) -> set[str]:
        found = set()
        for name in CONTESTED.get(step, ()):
            person = Person(self.world.slack, f"U0{name.upper()}")
            places = [("C0MAINT", self.world.thread), ("C0STORES", ""), (await person.direct(), "")]
            for channel, thread in places:
                seen = await person.sees(channel, thread=thread) if channel != "none yet" else []
                found |= {f"{one['ts']} {one['text']}" for one in seen if one["ephemeral_to"] == person.id}
        return found

    async def _answered(self, step: str, before: set[str]) -> bool:
        self.told[step] = [words for words in await self._private_words(step) - before if TOO_LATE.search(words)]
        return bool(self.told[step])


@on_postgres
async def test_a_loop_in_which_no_acknowledgement_of_an_event_is_heard_leaves_what_one_loop_leaves(
    village: Village,
) -> None:
    before = await village.rests()
    world = await village.begins()
    await world.slack.fault("lose_ack", "events_api", count=1000)

    await walk(world, TO_DELIVERY + TO_END)

    await world.slack.no_more_faults()
    assert await village.grown(before) == ONE_LOOP


@on_sqlite
async def test_a_supplier_mail_that_comes_again_in_any_way_is_one_delivery(village: Village) -> None:
    before = await village.rests()
    world = await village.begins()
    await walk(world, TO_DELIVERY)
    assert isinstance(world.mail, RealMail)
    notice = despatch((await world.orders())[0], world.order, world.note)

    for again in (notice, notice, _worded_anew(notice)):
        await world.mail.deliver(again)
    await _all_taken(village, world.mail)
    await walk(world, TO_END)
    for again in (notice, _worded_anew(notice), *_everything_in(world.mail)):
        await world.mail.deliver(again)
    await _all_taken(village, world.mail)
    await asyncio.to_thread(_count_anew, world.mail)
    await _all_taken(village, world.mail)

    left = await village.grown(before)
    assert left.pop("inbound_mails") > ONE_LOOP["inbound_mails"]
    assert left == {name: count for name, count in ONE_LOOP.items() if name != "inbound_mails"}
    assert len(rows(village.plant.url, DeliveryNotice, number=world.note)) == 1


def _worded_anew(mail: bytes) -> bytes:
    """Return the same delivery as the supplier's system sends it once more: another Message-ID, another date."""
    again = email.message_from_bytes(mail, policy=email.policy.SMTP)
    again.replace_header("Message-ID", "<once-more." + str(again["Message-ID"])[1:])
    return again.as_bytes()


def _everything_in(mail: RealMail) -> list[bytes]:
    box = mail.dovecot.folder / "mail" / mail.mailbox
    return [file.read_bytes() for name in ("new", "cur") for file in (box / name).iterdir()]


async def _all_taken(village: Village, mail: RealMail) -> None:
    """Wait until every mail of the mailbox is stored under the uid that it has now, and read."""

    async def taken() -> bool:
        validity = _validity(mail)
        stored = rows(village.plant.url, InboundMail, uidvalidity=validity)
        return len(stored) == len(_everything_in(mail)) and all(one.state != "stored" for one in stored)

    await village.world.slack.until("every mail stored and read", taken)


def _validity(mail: RealMail) -> int:
    """Return the number under which the server keeps its uids, 0 while it has not looked yet."""
    kept = mail.dovecot.folder / "mail" / mail.mailbox / "dovecot-uidlist"
    found = re.search(r"V(\d+)", kept.read_text("utf-8", "replace")) if kept.exists() else None
    return int(found[1]) if found else 0


def _count_anew(mail: RealMail) -> None:
    """Let the mail server number its mails anew, as after a restore from a backup."""
    mail.dovecot.stop()
    before = _validity(mail)
    for file in (mail.dovecot.folder / "mail" / mail.mailbox).glob("dovecot*"):
        file.unlink()
    (mail.dovecot.folder / "mail" / mail.mailbox / "dovecot-uidvalidity").write_text(f"{before + 7:08x}")
    mail.dovecot.start()
