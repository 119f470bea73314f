"""The outbox: rows leave in order, under a lease that fences late owners, and nothing uncertain is sent again."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from storage import outbox
from storage.database import Database
from storage.outbox import Claimed, Letter
from storage.tables import Outgoing
from storage.unit_of_work import UnitOfWork, table
from tests.storage.conftest import NOW

ROWS = table(Outgoing)
LEASE = timedelta(seconds=60)
Doing = Callable[..., Any]


def letter(subject: str = "card:1", **more: Any) -> Letter:
    return Letter(**({"wire": "slack", "subject": subject, "lane": "C0ONE", "body": {"text": subject}} | more))


def claim(database: Database, *, at: timedelta = timedelta(0), owner: str = "one", most: int = 20) -> list[Claimed]:
    with database.transaction() as connection:
        return outbox.claim(connection, NOW + at, owner=owner, lease=LEASE, most=most)


def states(database: Database) -> dict[str, str]:
    with database.engine.connect() as connection:
        return {row.key: row.state for row in connection.execute(select(ROWS).order_by(ROWS.c.id))}


def test_a_letter_is_claimed_with_what_it_says(doing: Doing, database: Database) -> None:
    doing(lambda uow: outbox.queue(uow, letter(purpose="purchase_order", key="po:1")))

    (row,) = claim(database)

    assert (row.key, row.wire, row.subject, row.lane, row.purpose) == (
        "po:1", "slack", "card:1", "C0ONE", "purchase_order",
    )  # fmt: skip
    assert (row.body, row.lease_no, row.tries, row.created_at) == ({"text": "card:1"}, 1, 1, NOW)
    assert states(database) == {"po:1": "claimed"}


def test_a_letter_that_waits_is_not_claimed_before_its_time(doing: Doing, database: Database) -> None:
    doing(lambda uow: outbox.queue(uow, letter(wait=timedelta(seconds=60))))

    early, due = claim(database, at=timedelta(seconds=59)), claim(database, at=timedelta(seconds=60))

    assert (len(early), len(due)) == (0, 1)


def test_rows_of_one_subject_leave_in_order_and_one_at_a_time(doing: Doing, database: Database) -> None:
    def write(uow: UnitOfWork) -> None:
        for key, subject in (("a1", "a"), ("a2", "a"), ("b1", "b")):
            outbox.queue(uow, letter(subject, key=key))

    doing(write)

    first = claim(database)
    second = claim(database)

    assert ([row.key for row in first], second) == (["a1", "b1"], [])
    with database.transaction() as connection:
        outbox.sent(connection, first[0], NOW, {"ts": "1"})
    assert [row.key for row in claim(database)] == ["a2"]


def test_a_row_that_went_wrong_holds_back_its_own_subject_alone(doing: Doing, database: Database) -> None:
    def write(uow: UnitOfWork) -> None:
        for key, subject in (("a1", "a"), ("a2", "a"), ("b1", "b"), ("b2", "b")):
            outbox.queue(uow, letter(subject, key=key))

    doing(write)
    first = claim(database)
    with database.transaction() as connection:
        outbox.unknown(connection, first[0], "no answer")
        outbox.dead(connection, first[1], NOW, "refused")

    assert [row.key for row in claim(database)] == ["b2"]


def test_the_same_key_twice_is_refused_by_the_database(doing: Doing) -> None:
    doing(lambda uow: outbox.queue(uow, letter(key="po:1")))

    with pytest.raises(IntegrityError):
        doing(lambda uow: outbox.queue(uow, letter(key="po:1")))


def test_without_a_key_the_happening_gives_one(doing: Doing, database: Database) -> None:
    doing(lambda uow: outbox.queue(uow, letter()), key="click 7")

    assert states(database) == {"click 7#1": "due"}


OUTCOMES: list[tuple[str, Callable[..., bool]]] = [
    ("sent", lambda connection, row: outbox.sent(connection, row, NOW, {})),
    ("unknown", lambda connection, row: outbox.unknown(connection, row, "no answer")),
    ("dead", lambda connection, row: outbox.dead(connection, row, NOW, "refused")),
    ("due", lambda connection, row: outbox.again(connection, row, NOW, "busy")),
]


@pytest.mark.parametrize(("state", "write"), OUTCOMES, ids=[state for state, _ in OUTCOMES])
def test_an_owner_writes_its_outcome(doing: Doing, database: Database, state: str, write: Callable[..., bool]) -> None:
    doing(lambda uow: outbox.queue(uow, letter(key="k")))
    (row,) = claim(database)

    with database.transaction() as connection:
        assert outbox.transmitting(connection, row)
        assert write(connection, row)

    assert states(database) == {"k": state}


@pytest.mark.parametrize(("state", "write"), OUTCOMES, ids=[state for state, _ in OUTCOMES])
def test_a_late_owner_cannot_overwrite_the_new_one_s_result(
    doing: Doing, database: Database, state: str, write: Callable[..., bool]
) -> None:
    doing(lambda uow: outbox.queue(uow, letter(key="k")))
    (late,) = claim(database, owner="late")
    with database.transaction() as connection:
        outbox.take_over(connection, NOW + LEASE + LEASE)
    (new,) = claim(database, owner="new")

    with database.transaction() as connection:
        assert not outbox.transmitting(connection, late)
        assert not write(connection, late)
        assert outbox.transmitting(connection, new)

    assert states(database) == {"k": "transmitting"}


def test_a_claimed_row_of_a_dead_owner_is_due_again(doing: Doing, database: Database) -> None:
    doing(lambda uow: outbox.queue(uow, letter(key="k")))
    claim(database)

    with database.transaction() as connection:
        early = outbox.take_over(connection, NOW + LEASE / 2)
        kept = connection.execute(select(ROWS.c.state)).scalar()
        late = outbox.take_over(connection, NOW + LEASE * 2)

    assert (early, kept, late) == ([], "claimed", [])
    assert [row.lease_no for row in claim(database)] == [3]


def test_a_row_being_transmitted_by_a_dead_owner_is_unknown_and_never_due_again(
    doing: Doing, database: Database
) -> None:
    number = doing(lambda uow: outbox.queue(uow, letter(key="k")))
    (row,) = claim(database)
    with database.transaction() as connection:
        outbox.transmitting(connection, row)

    with database.transaction() as connection:
        lost = outbox.take_over(connection, NOW + LEASE * 2)

    assert lost == [number]
    assert states(database) == {"k": "unknown"}
    assert claim(database, at=timedelta(days=1)) == []


def test_what_is_still_being_sent_is_held_on_to_as_long_as_it_takes(doing: Doing, database: Database) -> None:
    doing(lambda uow: outbox.queue(uow, letter(key="po:1")))
    rows = claim(database)
    with database.transaction() as connection:
        outbox.transmitting(connection, rows[0])

    with database.transaction() as connection:
        outbox.renew(connection, NOW + LEASE, rows, lease=LEASE)

    with database.transaction() as connection:
        assert outbox.take_over(connection, NOW + LEASE + timedelta(seconds=1)) == []
    with database.transaction() as connection:
        assert len(outbox.take_over(connection, NOW + 3 * LEASE)) == 1
        outbox.renew(connection, NOW + 3 * LEASE, rows, lease=LEASE)
    assert states(database) == {"po:1": "unknown"}


def test_an_owner_that_starts_again_takes_its_own_rows_over_at_once(doing: Doing, database: Database) -> None:
    def write(uow: UnitOfWork) -> None:
        outbox.queue(uow, letter("a", key="a"))
        outbox.queue(uow, letter("b", key="b"))

    doing(write)
    (first,) = claim(database, owner="bot", most=1)
    with database.transaction() as connection:
        outbox.transmitting(connection, first)
    claim(database, owner="other")

    with database.transaction() as connection:
        outbox.take_over(connection, NOW, owner="bot")

    assert states(database) == {"a": "unknown", "b": "claimed"}


def test_a_row_is_replaced_only_before_anybody_has_claimed_it(doing: Doing, database: Database) -> None:
    number = doing(lambda uow: outbox.queue(uow, letter(key="k")))

    newer = doing(lambda uow: outbox.replace(uow, number, {"text": "newer"}))
    (row,) = claim(database)
    too_late = doing(lambda uow: outbox.replace(uow, number, {"text": "newest"}))

    assert (newer, row.body, too_late) == (True, {"text": "newer"}, False)


def test_a_row_is_dropped_only_before_anybody_has_claimed_it(doing: Doing, database: Database) -> None:
    def write(uow: UnitOfWork) -> None:
        outbox.queue(uow, letter("a", key="a"))
        outbox.queue(uow, letter("b", key="b"))

    doing(write)

    dropped = doing(lambda uow: outbox.drop(uow, "a", "taken back"))
    claim(database)
    too_late = doing(lambda uow: outbox.drop(uow, "b", "taken back"))

    assert (dropped, too_late) == (True, False)
    assert states(database) == {"a": "dropped", "b": "claimed"}


def test_waiting_times_double_up_to_an_hour() -> None:
    waits = [outbox.wait_before(tries) for tries in (1, 2, 3, 12, 100)]

    assert [int(wait.total_seconds()) for wait in waits] == [2, 4, 8, 3600, 3600]


def test_what_waits_is_counted(doing: Doing, database: Database) -> None:
    def write(uow: UnitOfWork) -> None:
        outbox.queue(uow, letter("a"))
        outbox.queue(uow, letter("b", wait=timedelta(seconds=5)))

    doing(write)

    with database.engine.connect() as connection:
        assert outbox.waiting(connection) == (2, NOW)


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_relays_at_the_same_time_never_claim_the_same_row(doing: Doing, database: Database) -> None:
    def write(uow: UnitOfWork) -> None:
        for number in range(60):
            outbox.queue(uow, letter(f"card:{number}", key=f"k{number}"))

    doing(write)
    claimed: list[str] = []
    start = threading.Barrier(3)

    def relay(owner: str) -> None:
        start.wait()
        while rows := claim(database, owner=owner, most=5):
            claimed.extend(row.key for row in rows)

    threads = [threading.Thread(target=relay, args=(f"relay {number}",)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(claimed) == len(set(claimed))
    with database.transaction() as connection:
        left = outbox.claim(connection, NOW, owner="last", lease=LEASE, most=100)
    assert len(claimed) + len(left) == 60
