"""Few messages: what nobody caused waits beyond six an hour and channel; what people do and what is urgent does not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from orders.people import CHARGEHAND, Actor
from orders.plant import Channels, Digests, Plant
from storage import cards
from storage.cards import Place
from storage.database import Database
from storage.happenings import Deed, perform, reading
from storage.tables import Outgoing
from storage.unit_of_work import UnitOfWork

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
FAULTS = "C0FAULTS"
PLANT = Plant(channels=Channels(faults=(FAULTS,)))


def posts(database: Database, count: int, *, at: datetime = NOW, plant: Plant = PLANT, **more: object) -> None:
    """Post cards that nobody caused."""

    def work(uow: UnitOfWork) -> dict[str, object]:
        uow.actor = CHARGEHAND
        for number in range(count):
            key = f"{at:%H%M}:{number}:{more}"
            cards.show(uow, key, "WO-1", Place(**{"channel": FAULTS} | more), {"text": "A", "blocks": []})  # type: ignore[arg-type]
        return {}

    perform(database, plant, Deed(f"{at}{more}{count}", "test", "", at), work)


def waits(database: Database) -> list[int]:
    """Return by how many minutes after nine each row may leave."""
    rows = reading(database, PLANT, NOW, lambda uow: uow.all(Outgoing))
    return [round((row.not_before - NOW).total_seconds() / 60) for row in rows]


def test_the_seventh_message_waits_until_the_first_is_an_hour_old(database: Database) -> None:
    posts(database, 14)

    assert waits(database) == [0] * 6 + [60] * 6 + [120] * 2


def test_after_a_quiet_hour_messages_leave_at_once_again(database: Database) -> None:
    posts(database, 6)
    posts(database, 1, at=NOW + timedelta(minutes=30))
    posts(database, 1, at=NOW + timedelta(minutes=121))

    assert waits(database)[6:] == [60, 121]


def test_what_is_urgent_or_stands_in_a_thread_or_elsewhere_never_waits(database: Database) -> None:
    posts(database, 8, urgent=True)
    posts(database, 8, thread_ts="1.1")
    posts(database, 8, channel="C0BUYING")

    assert waits(database) == [0] * 24


def test_a_plant_may_have_no_limit(database: Database) -> None:
    posts(database, 20, plant=replace(PLANT, digests=Digests(posts_an_hour=0)))

    assert waits(database) == [0] * 20


def test_a_card_that_waits_leaves_as_soon_as_a_person_acts_on_it(database: Database) -> None:
    posts(database, 7)
    waiting = reading(database, PLANT, NOW, lambda uow: uow.all(Outgoing))[-1].subject.removeprefix("card:")

    def work(uow: UnitOfWork) -> dict[str, object]:
        uow.actor = Actor(7, "Ana", frozenset())
        cards.show(uow, waiting, "WO-1", Place(FAULTS), {"text": "B", "blocks": []})
        return {}

    perform(database, PLANT, Deed("acts", "test", "", NOW), work)

    assert waits(database)[-1] == 0
