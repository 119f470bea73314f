"""The daily bell: low parts once a day, at the plant's own time, made up for after a standstill, told in one message."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot import replenishing
from bot.middle import Middle
from handlers import reordering
from orders.plant import Channels, Plant, Reordering
from storage.database import Database
from storage.happenings import reading
from storage.tables import Outgoing, Part, Requisition
from storage.unit_of_work import table

PLANT = Plant(zone=ZoneInfo("Europe/Oslo"), channels=Channels(purchasing="C0BUYING"))
SIX = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)


class Bell:
    """A middle whose clock is set by hand, and the bell that hangs from it."""

    def __init__(self, database: Database, plant: Plant) -> None:
        self.now = SIX
        self.database = database
        self.middle = Middle(database, plant, clock=lambda: self.now)

    async def rings(self) -> None:
        await replenishing.look(self.middle)

    def needs(self) -> list[Requisition]:
        return list(reading(self.database, self.middle.plant, self.now, lambda uow: uow.all(Requisition)))

    def told(self) -> list[str]:
        rows = reading(self.database, self.middle.plant, self.now, lambda uow: uow.all(Outgoing))
        return [str(json.loads(row.body)["text"]) for row in rows]


def parts(database: Database, *codes: str) -> None:
    with database.transaction() as connection:
        for code in codes:
            row = Part(
                code=code, plain_code=code, name=f"Bearing {code}", unit="C62", store="2", minimum=2000, maximum=6000
            )
            connection.execute(table(Part).insert().values(row.model_dump(exclude={"id"})))


@pytest.fixture
async def bell(database: Database) -> AsyncIterator[Bell]:
    parts(database, "A1", "A2")
    made = Bell(database, PLANT)
    yield made
    made.middle.close()


async def test_at_its_time_every_low_part_is_needed_and_all_are_told_at_once(bell: Bell) -> None:
    await bell.rings()

    assert [(need.quantity, need.origin) for need in bell.needs()] == [(6000, "reorder_point")] * 2
    assert bell.told() == ["2 parts run low and are on the buyers' list."]


async def test_before_its_time_nothing_happens(bell: Bell) -> None:
    bell.now = SIX - timedelta(minutes=1)

    await bell.rings()

    assert bell.needs() == []


async def test_the_next_minute_and_the_next_day_raise_nothing_twice(bell: Bell) -> None:
    await bell.rings()
    for later in (timedelta(minutes=1), timedelta(days=1)):
        bell.now += later
        await bell.rings()

    assert len(bell.needs()) == 2
    assert len(bell.told()) == 1


async def test_a_day_that_nobody_rang_for_is_made_up_for(bell: Bell) -> None:
    bell.now = SIX + timedelta(hours=9)

    await bell.rings()

    assert len(bell.needs()) == 2


async def test_a_clock_that_jumps_back_raises_nothing_twice(bell: Bell) -> None:
    await bell.rings()
    bell.now = SIX - timedelta(days=1)
    await bell.rings()

    assert len(bell.needs()) == 2


async def test_switched_off_it_is_silent(database: Database) -> None:
    parts(database, "A1")
    bell = Bell(database, replace(PLANT, reordering=Reordering.OFF, reorder_at=time(0)))

    await bell.rings()

    assert bell.needs() == []
    bell.middle.close()


async def test_a_part_that_cannot_be_looked_at_keeps_no_other_waiting(
    bell: Bell, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = reordering.replenish

    def broken(uow: Any, part_id: int) -> Any:
        if part_id == 1:
            raise RuntimeError
        return whole(uow, part_id)

    monkeypatch.setattr(reordering, "replenish", broken)

    await bell.rings()

    assert [need.part_id for need in bell.needs()] == [2]
