"""Stories of people: the right one for a job, several on one job with their own time, and those who cannot or are gone."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from storage.tables import Person, WorkOrder, WorkOrderTime
from tests.stories.clocks import monday, set_clock
from tests.stories.figures import damage, rows
from tests.stories.loop import FAULTS
from tests.stories.people import buttons
from tests.stories.plants import Wishes, plant_among_people
from tests.stories.purchases import Shop
from tests.wires.dovecot import Dovecot

pytestmark = [pytest.mark.dovecot, pytest.mark.timeout(300), pytest.mark.asyncio(loop_scope="module")]

SKILLS = "person,skills\nluis.moreno@halden.example,welding\ndmitri.sokolov@halden.example,welding until 2024-05-31\n"
PLAN = (
    "plan,title,asset,every,basis,first_day,minutes,skill\nWELD,Weld the frame,C-301,every year,fixed,{},90,welding\n"
)
HOLIDAY = "plan,title,asset,every,basis,first_day\nREST,Wash the guards,C-302,every year,fixed,{}\n"


class Crew(Shop):
    """A running plant with shifts and welders, on a Monday morning before a Tuesday that is a holiday."""

    def jobs(self) -> list[Any]:
        return rows(self.plant.url, WorkOrder)

    def number(self, title: str) -> str:
        return next(row.number for row in self.jobs() if title in row.title)

    async def reports(self, text: str) -> Any:
        """Report a fault in plain words; returns the work order."""
        before = {row.id for row in self.jobs()}
        await self.world.person("ana").says(FAULTS, text)

        async def made() -> list[Any]:
            return [row for row in self.jobs() if row.id not in before]

        return (await self.world.slack.until(f"the order of “{text}”", made))[0]

    async def starts(self, who: str, number: str) -> None:
        """Press Start on one's own card, and confirm the safety steps."""
        person = self.world.person(who)
        card = await person.waits_in_direct(number, "work_order.start")
        await person.clicks(str(card["channel"]), card, "work_order.start")
        form = await person.modal("start_work_order")
        asked = {block["block_id"] for block in form["blocks"] if block["type"] == "input"}
        await person.submits(form, **dict.fromkeys(asked, True))

    async def becomes(self, order: Any, **values: Any) -> Any:
        async def so() -> Any:
            (row,) = rows(self.plant.url, WorkOrder, id=order.id)
            return row if all(getattr(row, name) == value for name, value in values.items()) else None

        return await self.world.slack.until(f"{order.number} to be {values}", so)


def person(shop: Shop, name: str) -> Any:
    return next(row for row in rows(shop.plant.url, Person) if row.name == name)


async def brings(made: Any, folder: Path, **files: str) -> None:
    folder.mkdir()
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    status, said = await made.command("import", str(folder))
    assert status == 0, said


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def crew(tmp_path_factory: pytest.TempPathFactory, dovecot: Dovecot) -> AsyncIterator[Crew]:
    """The plant with its shifts, at 08:00 UTC of a Monday."""
    folder = tmp_path_factory.mktemp("crew")
    now = monday()
    tuesday = now.date() + timedelta(days=1)
    wishes = Wishes(
        rewrite=lambda text: text.replace('language = "en"\n', f'language = "en"\nholidays = ["{tuesday}"]\n', 1)
    )
    async with plant_among_people(folder, f"sqlite:///{folder}/plant.db", dovecot, wishes) as (made, world):
        plans = PLAN.format(now.date()) + HOLIDAY.format(tuesday).partition("\n")[2].replace("\n", ",,\n")
        await brings(made, folder / "more", people=SKILLS, plans=plans)
        set_clock(made.ahead, now)
        await made.start(hurrying=True)
        yield Crew(made, world)
        assert damage(made.url) == []


async def test_14_s20_and_s22_the_form_names_the_qualified_person_on_shift_with_the_least_load_and_warns(
    crew: Crew,
) -> None:
    priya = crew.world.person("priya")
    card = await priya.waits_for(FAULTS, "Weld the frame", "work_order.assign")
    await priya.clicks(FAULTS, card, "work_order.assign")
    form = await priya.modal("assign_work_order")
    options = form["blocks"][0]["element"]["options"]
    told = {one["text"]["text"]: one["description"]["text"] for one in options}

    await priya.submits(form, person="Dmitri Sokolov")

    thread = await priya.waits_for(FAULTS, "gave", "Dmitri Sokolov", thread=str(card["ts"]))
    assert options[0]["text"]["text"] == "Luis Moreno"
    assert told["Luis Moreno"].startswith("mechanic, on early shift, 0 h of ")
    assert told["Dmitri Sokolov"].startswith("welding only until 31 May 2024, on late shift")
    assert told["Kofi Mensah"].startswith("no welding")
    assert "The certificate of Dmitri Sokolov for welding holds only until 31 May 2024." in thread["text"]


async def test_15_and_s19_whoever_is_asked_says_no_with_a_reason_and_the_supervisor_hears_who_else_could(
    crew: Crew,
) -> None:
    number = crew.number("Weld the frame")
    dmitri, priya = crew.world.person("dmitri"), crew.world.person("priya")
    card = await dmitri.waits_in_direct(number, "work_order.cannot_take")
    offered = buttons(card)
    await dmitri.clicks(str(card["channel"]), card, "work_order.cannot_take")
    form = await dmitri.modal("decline_work_order")
    await dmitri.submits(form, reason="My certificate has run out")

    heard = await priya.waits_in_direct("cannot take", number, "My certificate has run out")
    await priya.clicks(str(heard["channel"]), heard, "work_order.assign")
    await priya.submits(await priya.modal("assign_work_order"), person="Luis Moreno")
    luis = await crew.world.person("luis").waits_in_direct(number, "I will do it")
    await crew.world.person("luis").clicks(str(luis["channel"]), luis, "work_order.take")

    await priya.waits_for(FAULTS, "Weld the frame", "Luis Moreno has it")
    assert offered[:3] == ["work_order.start", "work_order.take", "work_order.cannot_take"]
    assert "Luis Moreno: mechanic, on early shift" in json.dumps(heard)


async def test_15_and_s30_several_people_work_on_one_job_each_with_their_own_time_until_it_is_done(crew: Crew) -> None:
    order = await crew.reports("P-101 is leaking again")
    await crew.types("priya", f"assign {order.number} <@U0LUIS> <@U0KOFI>", "Assigned.")
    await crew.starts("luis", order.number)
    await crew.becomes(order, state="in_progress")
    await crew.starts("kofi", order.number)
    both = await crew.world.person("ana").waits_for(
        FAULTS, order.number, "Luis Moreno and Kofi Mensah work on it", thread=str(order.root_ts)
    )
    set_clock(crew.plant.ahead, monday() + timedelta(hours=1))
    await crew.types("kofi", f"stop {order.number}", "Your time is stopped.")
    alone = await crew.world.person("ana").waits_for(
        FAULTS, order.number, "Kofi Mensah helps: ", "Luis Moreno works on it", thread=str(order.root_ts)
    )

    await crew.types("dmitri", f"help {order.number}", "You help.")
    await crew.starts("dmitri", order.number)
    await crew.world.person("ana").waits_for(FAULTS, "Dmitri Sokolov helps: works since", thread=str(order.root_ts))
    set_clock(crew.plant.ahead, monday() + timedelta(hours=2))
    luis = crew.world.person("luis")
    card = await luis.waits_in_direct(order.number, "work_order.done")
    await luis.clicks(str(card["channel"]), card, "work_order.done")
    await luis.submits(await luis.modal("complete_work_order"), mode="ELP", remedy="Tightened it")

    stopped = await luis.waits_for(FAULTS, "Time stopped", "Dmitri Sokolov (", thread=str(order.root_ts))
    done = await crew.becomes(order, state="completed")
    spent = {row.person_id: row.minutes for row in rows(crew.plant.url, WorkOrderTime, work_order_id=order.id)}
    luis_spent, kofi_spent, dmitri_spent = (
        spent[person(crew, name).id] for name in ("Luis Moreno", "Kofi Mensah", "Dmitri Sokolov")
    )
    assert "works since" in json.dumps(both)
    assert "works since" not in json.dumps(alone).partition("Kofi Mensah helps: ")[2].partition("\\n")[0]
    assert "Dmitri" in stopped["text"]
    assert done.completed_by_id == person(crew, "Luis Moreno").id
    assert len(spent) == 3
    # Each by their own clock: the one who stopped after an hour, the one who came then, and the one who was there all along.
    assert all(30 <= minutes <= 61 for minutes in (kofi_spent, dmitri_spent))
    assert 90 <= luis_spent <= 121


async def test_who_is_on_shift_is_answered_in_plain_words_with_whoever_is_away(crew: Crew) -> None:
    await crew.types("kofi", "away until tomorrow", "away")

    now = await crew.types("priya", "who is on shift?", "On shift now")
    late = await crew.types("priya", "shift late", "The late shift")

    assert "*early*, 06:00 to 14:00: Luis Moreno (mechanic), Priya Nair (mechanic)" in json.dumps(now)
    assert "Dmitri Sokolov (mechanic)" in json.dumps(late)
    assert "away: Kofi Mensah until" in json.dumps(late)


async def test_what_comes_due_on_a_holiday_comes_due_on_the_next_working_day(crew: Crew) -> None:
    listed = await crew.types("priya", "plan REST", "Wash the guards")

    wednesday = monday().date() + timedelta(days=2)
    assert f"{wednesday:%a} {wednesday.day} {wednesday:%b}" in json.dumps(listed)


async def test_the_jobs_of_somebody_who_is_gone_are_named_to_the_supervisor_and_free_to_take(
    crew: Crew, tmp_path: Path
) -> None:
    order = await crew.reports("P-101 stands still")
    await crew.types("priya", f"assign {order.number} <@U0DMITRI>", "Assigned.")
    await crew.becomes(order, state="scheduled")
    await brings(crew.plant, tmp_path / "gone", people="person,active\ndmitri.sokolov@halden.example,no\n")
    set_clock(crew.plant.ahead, monday() + timedelta(hours=3))

    heard = await crew.world.person("priya").waits_in_direct("Dmitri Sokolov is no longer here", order.number)
    free = await crew.becomes(order, state="ready", responsible_id=None)
    await crew.types("luis", f"take {order.number}", "You have it.")

    assert "P-101 stands still" in json.dumps(heard)
    assert free.version > order.version
    assert (await crew.becomes(order, state="scheduled")).responsible_id == person(crew, "Luis Moreno").id
