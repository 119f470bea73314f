"""The synchronous middle: one happening at a time, once, and a lost database connection is a moment and no end."""

import asyncio
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from bot.middle import Middle
from storage.database import Database
from storage.tables import Happening, Person
from storage.unit_of_work import UnitOfWork

on_postgres = pytest.mark.parametrize("database", ["postgres"], indirect=True)


def hired(email: str) -> Callable[[UnitOfWork], dict[str, Any]]:
    return lambda uow: {"id": uow.add(Person, email=email, name=email, roles="operator")}


async def people(middle: Middle) -> list[str]:
    return [person.email for person in await middle.read(lambda uow: uow.all(Person))]


async def test_a_happening_is_done_once_and_answers_alike(middle: Middle) -> None:
    first = await middle.perform("k", "test", "", hired("ana@x"))
    again = await middle.perform("k", "test", "", hired("ana@x"))

    assert again == {**first, "repeated": True}
    assert await people(middle) == ["ana@x"]


async def test_whoever_sends_is_woken_after_the_commit(middle: Middle) -> None:
    seen: list[int] = []
    database = middle.database

    def woken() -> None:
        with database.engine.connect() as connection:
            seen.append(connection.execute(text("SELECT count(*) FROM people")).scalar_one())

    middle.after_commit = woken
    await middle.perform("k", "test", "", hired("ana@x"))

    assert seen == [1]


async def test_what_breaks_is_told_to_whoever_waits_and_leaves_nothing(middle: Middle) -> None:
    def breaks(uow: UnitOfWork) -> dict[str, Any]:
        hired("ana@x")(uow)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await middle.perform("k", "test", "", breaks)

    assert await people(middle) == []
    assert await middle.read(lambda uow: uow.count(Happening)) == 0


async def test_reading_leaves_nothing_behind(middle: Middle) -> None:
    await middle.read(hired("ana@x"))

    assert await people(middle) == []


async def test_a_thread_of_its_own_may_wait(middle: Middle) -> None:
    given = [(f"k{number}", "test", "", hired(f"{number}@x")) for number in range(3)]

    answers = await asyncio.to_thread(middle.perform_many_from_thread, given)

    assert len({answer["id"] for answer in answers}) == 3


async def test_many_at_once_are_all_done_once(middle: Middle) -> None:
    await asyncio.gather(*(middle.perform(f"k{n % 10}", "test", "", hired(f"{n % 10}@x")) for n in range(40)))

    assert sorted(await people(middle)) == [f"{number}@x" for number in range(10)]


async def test_something_long_holds_nobody_up(middle: Middle) -> None:
    loop = asyncio.get_running_loop()
    gate = asyncio.Event()
    long = asyncio.create_task(middle.think(lambda: asyncio.run_coroutine_threadsafe(gate.wait(), loop).result()))

    await middle.perform("k", "test", "", hired("ana@x"))
    gate.set()

    assert await long


def cut(database: Database, *, but: int = 0) -> None:
    """End every session of a database but one, as a restart of the server would."""
    address = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid NOT IN (pg_backend_pid(), %s)",
            (but,),
        )


@on_postgres
async def test_connections_that_were_cut_while_nobody_worked_are_replaced(middle: Middle, database: Database) -> None:
    await asyncio.gather(*(middle.perform(f"before {n}", "test", "", hired(f"before {n}@x")) for n in range(8)))
    cut(database)

    await asyncio.gather(*(middle.perform(f"after {n}", "test", "", hired(f"after {n}@x")) for n in range(8)))
    cut(database)
    written = await middle.write(lambda connection, _: connection.execute(text("SELECT 1")).scalar())
    cut(database)

    assert (written, len(await people(middle))) == (1, 16)


@on_postgres
async def test_a_connection_that_is_cut_within_a_happening_costs_another_try(
    middle: Middle, database: Database
) -> None:
    tries: list[int] = []

    def cut_once(uow: UnitOfWork) -> dict[str, Any]:
        added = hired("ana@x")(uow)
        tries.append(1)
        if len(tries) == 1:
            cut(database)
        uow.find(Person, email="ana@x")
        return added

    answer = await middle.perform("k", "test", "", cut_once)

    assert ("id" in answer, len(tries)) == (True, 2)
    assert await people(middle) == ["ana@x"]


@on_postgres
async def test_a_connection_that_is_cut_while_looking_or_keeping_books_costs_another_try(
    middle: Middle, database: Database
) -> None:
    looks: list[int] = []

    def cut_once(connection: Any) -> Any:
        looks.append(1)
        if len(looks) in {1, 3}:
            cut(database)
        return connection.execute(text("SELECT 1")).scalar()

    assert await middle.read(lambda uow: cut_once(uow.connection)) == 1
    assert await middle.write(lambda connection, _: cut_once(connection)) == 1
    assert len(looks) == 4
