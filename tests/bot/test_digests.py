"""What is told once a week: in working hours, once, and made up for after a standstill."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot import digests
from bot.middle import Middle
from orders.plant import Channels, Digests, Plant
from storage.database import Database
from storage.happenings import reading
from storage.tables import Outgoing, WorkOrder
from storage.unit_of_work import table

PLANT = Plant(
    zone=ZoneInfo("Europe/Oslo"), channels=Channels(faults=("C0FAULTS",)), digests=Digests(people=False, channels=False)
)
SEVEN = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


class Bell:
    """A middle whose clock is set by hand, and the bell that hangs from it."""

    def __init__(self, database: Database) -> None:
        self.now, self.database = SEVEN, database
        self.middle = Middle(database, PLANT, clock=lambda: self.now)

    async def rings(self, at: datetime) -> int:
        """Ring at a moment; returns how many messages stand in the outbox."""
        self.now = at
        await digests.tell(self.middle)
        rows = reading(self.database, PLANT, self.now, lambda uow: uow.all(Outgoing))
        assert all("The week" in json.loads(row.body)["text"] for row in rows)
        return len(rows)


@pytest.fixture
async def bell(database: Database) -> AsyncIterator[Bell]:
    earlier = SEVEN - timedelta(days=9)
    row = WorkOrder(number="WO-2026-00001", title="It leaks", state="ready", created_at=earlier, due_at=earlier)
    with database.transaction() as connection:
        connection.execute(table(WorkOrder).insert().values(row.model_dump(exclude={"id"})))
    made = Bell(database)
    yield made
    made.middle.close()


async def test_the_week_is_told_once_when_its_first_working_hour_comes(bell: Bell) -> None:
    counts = [
        await bell.rings(SEVEN + each)
        for each in (timedelta(minutes=-1), timedelta(), timedelta(minutes=1), timedelta(days=2))
    ]

    assert counts == [0, 1, 1, 1]


async def test_after_a_standstill_the_week_is_told_late_and_the_next_one_on_its_day(bell: Bell) -> None:
    thursday, sunday, monday = (SEVEN + timedelta(days=days) for days in (3, 6, 7))

    assert [await bell.rings(each) for each in (thursday, sunday, monday)] == [1, 1, 2]


async def test_one_digest_that_fails_keeps_no_other_waiting_and_is_told_at_the_next_bell(
    bell: Bell, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []

    def fails(uow: object) -> None:  # called as every digest is
        calls.append("tried")
        if len(calls) == 1:
            raise RuntimeError("the disk is full")

    broken = digests.Digest("broken", digests.week_of, fails)
    monkeypatch.setattr(digests, "DIGESTS", (broken, *digests.DIGESTS))

    assert [await bell.rings(SEVEN + timedelta(minutes=each)) for each in (0, 1, 2)] == [1, 1, 1]
    assert calls == ["tried", "tried"]
