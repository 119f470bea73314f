"""Story: whatever people, strangers and old cards send is answered in words; nothing is lost and nothing executed."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import psycopg
import pytest
import pytest_asyncio

from handlers.ids import Action, Callback
from storage.tables import InboundMail, Request, WorkOrder
from tests.stories.door import HTTP, Door, click, open_door, submission
from tests.stories.figures import damage, figures, growth, open_rows, rows
from tests.stories.loop import LOOP, World, walk
from tests.stories.nasty import PINGS, WORDS, Walk, unsaid
from tests.stories.plants import Plant, plant_among_people
from tests.stories.pressing import Pressed, pressed_on_a_copy
from tests.wires.dovecot import Dovecot

pytestmark = [pytest.mark.dovecot, pytest.mark.timeout(300), pytest.mark.asyncio(loop_scope="module")]
HALLS = {name: f"C0HALL{number}" for number, name in enumerate(WORDS)}


@dataclass(frozen=True)
class Village:
    """A running plant, the people around it, and the door at which its bot is called."""

    plant: Plant
    world: World
    door: Door

    async def rests(self) -> dict[str, int]:
        """Wait until everything is said; returns the figures."""

        async def resting() -> bool:
            return not [row for row in open_rows(self.plant.url) if row[1] != "dead"]

        await self.world.slack.until("an empty outbox", resting)
        return figures(self.plant.url)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def village(
    fresh_postgres: str, tmp_path_factory: pytest.TempPathFactory, dovecot: Dovecot
) -> AsyncIterator[Village]:
    """A running plant on PostgreSQL, which is the pickier database; at the end nothing is damaged and nothing broke."""
    folder = tmp_path_factory.mktemp("village")
    wishes = replace(HTTP, halls=tuple(HALLS.values()), strangers=("U0STRANGER",))
    async with plant_among_people(folder, fresh_postgres, dovecot, wishes) as (plant, world):
        yield Village(plant, world, await open_door(plant, world.slack))
        assert damage(fresh_postgres) == []
        # Files that are neither pictures nor PDF are refused, and it is said so in the thread.
        assert [row for row in open_rows(fresh_postgres) if row[1] == "dead" and "was not kept" not in row[2]] == []
        assert plant.bot is not None
        assert [line for line in plant.bot.lines if "Traceback" in line or "[error" in line] == []


async def test_whatever_is_written_in_any_field_is_shown_as_words(village: Village) -> None:
    slack = village.world.slack
    walks = [
        Walk(village.door, village.world, village.plant.url, HALLS[name], text, []) for name, text in WORDS.items()
    ]

    await asyncio.gather(*(walk.everywhere() for walk in walks))

    await village.rests()
    calls = [call for call in (await slack.get("calls"))["calls"] if call["method"].startswith(("chat.", "views."))]
    failed = [call for call in calls if not call["ok"] and call["error"] != "invalid_trigger_id"]
    assert [(call["method"], call["error"], call["args"]) for call in failed] == []
    assert [found for call in calls for found in unsaid(call)] == []
    # What stands at the fields of a form is never read as markup.
    answers = [said for walk in walks for said in walk.answers if '"response_action": "errors"' not in said]
    assert [answer for answer in answers if PINGS.search(json.dumps(answer, ensure_ascii=False))] == []
    assert [answer for answer in answers if "Something broke" in answer] == []


@pytest.mark.parametrize("name", WORDS)
async def test_words_are_kept_as_they_were_written(village: Village, name: str) -> None:
    """What a form brought is kept, also where it waits for a word whether it is the same as another."""
    kept = [
        *rows(village.plant.url, WorkOrder, channel=HALLS[name]),
        *rows(village.plant.url, Request, channel=HALLS[name]),
    ]
    (by_form,) = {each.description for each in kept if each.description.startswith("P-101 hums")}

    assert WORDS[name].replace("\x00", "").replace("&lt;b&gt; &amp;", "<b> &").strip() in by_form


STRANGERS = {"a stranger": "U0STRANGER", "somebody who has left": "U0SOFIA", "nobody of this workspace": "U9ELSEWHERE"}
"""People whom the plant does not know, or not any more."""


@pytest.mark.parametrize("who", STRANGERS)
async def test_a_press_or_a_word_of_a_stranger_is_refused_in_words(village: Village, who: str) -> None:
    somebody = STRANGERS[who]
    with psycopg.connect(village.plant.url) as connection:
        connection.execute("UPDATE people SET active = false WHERE slack_id = 'U0SOFIA'")
    order = rows(village.plant.url, WorkOrder)[0]
    await village.rests()
    before = figures(village.plant.url)

    pressed = [await village.door.sends(click(somebody, action, f"v1:{order.id}", team="T9")) for action in PRESSED]
    said = await village.door.commands(somebody, f"take {order.number}")
    form = await village.door.sends(submission(somebody, Callback.CANCEL, f"v1:{order.id}", {"reason": "no"}))

    assert {status for status, _ in pressed} == {200}
    assert "I do not know you yet" in said
    assert "I do not know you yet" in form[1]
    assert growth(before, figures(village.plant.url)) == {}


PRESSED = (Action.TAKE, Action.CLOSE, Action.REQUEST, Action.AS_LISTED, Action.RELEASE_MAIL, Action.SEND_AGAIN)


async def test_a_card_that_was_passed_on_decides_nothing_whoever_presses_it(village: Village) -> None:
    luis, bo, token = village.world.person("luis"), village.world.person("bo"), village.plant.environment[TOKEN]
    await walk(village.world, LOOP[:5])
    card = await village.world.live("bo", "direct", "approval.approve")
    assert card is not None
    await village.rests()
    before = figures(village.plant.url)

    told = [
        await pressed_on_a_copy(Pressed(person, channel, card, "approval.approve", None), token)
        for person, channel in ((bo, "C0STORES"), (luis, "C0STORES"), (bo, card["channel"]))
    ]

    assert all(answer["ok"] for answer in told)
    assert growth(before, figures(village.plant.url)) == {}
    assert await bo.waits_for("C0STORES", "does not belong to this message")
    await bo.clicks(card["channel"], card, "approval.approve")
    await village.world.slack.until("the order", village.world.orders)
    await village.world.slack.until("our own copy", lambda: _kept_mails(village))


async def _kept_mails(village: Village) -> list[InboundMail]:
    return rows(village.plant.url, InboundMail, state="settled")


TOKEN = "CHARGEHAND_SLACK__BOT_TOKEN"


WORDS_OF_NO_COMMAND = (
    "tkae 1",
    "bananas",
    "take",
    "take WO-2026-99999",
    "where P-1O1",
    "stock nonsense",
    "asset X-9",
    "count",
    "/",
)


@pytest.mark.parametrize("text", WORDS_OF_NO_COMMAND)
async def test_an_unknown_word_or_thing_is_answered_with_what_could_be_meant(village: Village, text: str) -> None:
    before = figures(village.plant.url)

    said = await village.door.commands("U0LUIS", text)

    assert said.strip()
    assert "Something broke" not in said
    assert growth(before, figures(village.plant.url)) == {}


ABSURD = (
    "-5",
    "0",
    "1e12",
    "1000000000000",
    "NaN",
    "inf",
    "1,200",
    "1.2.3",
    "½",
    "0x10",
    "1_000",
    "",
    "two",
    "\u22122",
)
"""Quantities that nobody means, or that could mean two things."""


@pytest.mark.parametrize("written", ABSURD)
async def test_an_absurd_quantity_is_asked_about_and_never_taken(village: Village, written: str) -> None:
    order = rows(village.plant.url, WorkOrder)[-1]
    before = figures(village.plant.url)

    for callback in (Callback.NEED_PART, Callback.ISSUE_PART):
        fields = {"part": "31", "quantity": written}
        status, said = await village.door.sends(submission("U0PRIYA", callback, f"v1:{order.id}", fields))
        assert (status, "Something broke" in said) == (200, False), said
    said = await village.door.commands("U0PRIYA", f"part {order.number} {written} P-10231")

    assert said
    assert growth(before, figures(village.plant.url)) == {}


BADLY_CARRIED = (
    "",
    "v0:1",
    "v0:1:2",
    "v1",
    "v1:",
    "v1:a",
    "v1:-1",
    "v1:1:2:3:4",
    "v1:99999999999999999999",
    "v1:²",
    "v2:1",
    "|",
)
"""What buttons of other versions, of forgers, or of nobody at all carry."""


@pytest.mark.parametrize("action", [*Action, "of.a.later.version"])
async def test_a_button_that_carries_nonsense_gets_an_answer_and_does_nothing(village: Village, action: str) -> None:
    before = figures(village.plant.url)

    told = [await village.door.sends(click("U0PRIYA", action, carried)) for carried in BADLY_CARRIED]

    assert {status for status, _ in told} == {200}
    assert growth(before, figures(village.plant.url)) == {}


@pytest.mark.parametrize("callback", [*Callback, "of_a_later_version"])
async def test_a_form_that_carries_nonsense_gets_an_answer_and_does_nothing(village: Village, callback: str) -> None:
    before = figures(village.plant.url)

    told = [await village.door.sends(submission("U0PRIYA", callback, carried, {})) for carried in BADLY_CARRIED]

    assert {status for status, _ in told} == {200}
    assert [said for _, said in told if "Something broke" in said or not said.strip()] == []
    assert growth(before, figures(village.plant.url)) == {}
