"""A happening is done once: the same key gives the same answer, and what fails leaves nothing behind."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from orders.errors import NotKnown
from storage import audit, happenings
from storage.database import Database
from storage.happenings import Deed, known, perform, reading
from storage.points import at_points
from storage.tables import CostCentre, Happening
from storage.unit_of_work import Note, UnitOfWork
from tests.storage.conftest import NOW, PLANT

Doing = Callable[..., Any]


def adding(code: str) -> Callable[[UnitOfWork], dict[str, Any]]:
    def work(uow: UnitOfWork) -> dict[str, Any]:
        uow.audit(Note(code, "added"))
        return {"number": uow.add(CostCentre, code=code, name="")}

    return work


def centres(database: Database) -> list[str]:
    return [row.code for row in reading(database, PLANT, NOW, lambda uow: uow.all(CostCentre))]


def test_the_same_key_again_gives_the_same_answer_and_no_second_effect(database: Database) -> None:
    deed = Deed("click 1", "test", {"a": 1}, NOW)

    first = perform(database, PLANT, deed, adding("410"))
    again = [perform(database, PLANT, deed, adding("420")) for _ in range(10)]

    assert all(answer == {**first, "repeated": True} for answer in again)
    assert centres(database) == ["410"]


def test_the_same_key_with_other_content_is_refused(database: Database) -> None:
    perform(database, PLANT, Deed("click 1", "test", "one", NOW), adding("410"))

    answer = perform(database, PLANT, Deed("click 1", "test", "two", NOW), adding("420"))

    assert answer["refused"] == "KeyReused"
    assert centres(database) == ["410"]


def test_a_form_that_was_only_wrong_is_taken_when_it_is_sent_again_corrected(database: Database) -> None:
    def wrong(uow: UnitOfWork) -> dict[str, Any]:
        adding("420")(uow)
        return {"errors": {"quantity": "Write a number"}}

    first = [perform(database, PLANT, Deed("view 1", "test", "many", NOW), wrong) for _ in range(2)]
    second = perform(database, PLANT, Deed("view 1", "test", "2", NOW), adding("410"))
    third = perform(database, PLANT, Deed("view 1", "test", "3", NOW), adding("430"))

    assert first == [{"errors": {"quantity": "Write a number"}}] * 2
    assert (second.get("refused"), third["refused"]) == (None, "KeyReused")
    assert centres(database) == ["410"]


def test_a_refusal_undoes_the_work_and_is_written_down(database: Database) -> None:
    def work(uow: UnitOfWork) -> dict[str, Any]:
        adding("410")(uow)
        raise NotKnown(kind="part", written="X", hint="Try P-1.")

    answer = perform(database, PLANT, Deed("click 1", "test", "", NOW), work)

    assert answer == {"refused": "NotKnown", "private": "I know no part X. Try P-1."}
    assert centres(database) == []
    with database.engine.connect() as connection:
        (entry,) = audit.timeline(connection, [""])
    assert (entry.action, entry.entry["rule"]) == ("refused", "NotKnown")


def test_a_refusal_keeps_its_key(database: Database) -> None:
    def work(uow: UnitOfWork) -> dict[str, Any]:
        raise NotKnown(kind="part", written="X", hint="")

    perform(database, PLANT, Deed("click 1", "test", "", NOW), work)
    again = perform(database, PLANT, Deed("click 1", "test", "", NOW), adding("410"))

    assert again["refused"] == "NotKnown"
    assert centres(database) == []


def test_an_error_leaves_nothing_behind_not_even_the_key(database: Database) -> None:
    def work(uow: UnitOfWork) -> dict[str, Any]:
        adding("410")(uow)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        perform(database, PLANT, Deed("click 1", "test", "", NOW), work)

    assert centres(database) == []
    assert not known(database, "click 1")
    assert "repeated" not in perform(database, PLANT, Deed("click 1", "test", "", NOW), adding("410"))


def test_an_error_of_the_database_is_not_swallowed(database: Database) -> None:
    perform(database, PLANT, Deed("click 1", "test", "", NOW), adding("410"))

    with pytest.raises(IntegrityError):
        perform(database, PLANT, Deed("click 2", "test", "", NOW), adding("410"))

    assert not known(database, "click 2")


@pytest.mark.parametrize("name", ["key looked up", "before commit"])
def test_a_fault_before_the_commit_leaves_nothing_behind(database: Database, name: str) -> None:
    def fault(here: str) -> None:
        if here == name:
            raise ConnectionError(here)

    at_points(fault)
    try:
        with pytest.raises(ConnectionError):
            perform(database, PLANT, Deed("click 1", "test", "", NOW), adding("410"))
    finally:
        at_points(lambda _: None)

    assert centres(database) == []
    assert not known(database, "click 1")


def test_a_fault_after_the_commit_loses_nothing(database: Database) -> None:
    def fault(here: str) -> None:
        if here == "after commit":
            raise ConnectionError(here)

    at_points(fault)
    try:
        with pytest.raises(ConnectionError):
            perform(database, PLANT, Deed("click 1", "test", "", NOW), adding("410"))
    finally:
        at_points(lambda _: None)

    assert perform(database, PLANT, Deed("click 1", "test", "", NOW), adding("410"))["repeated"]


def test_the_same_key_from_many_threads_at_once_has_one_effect(database: Database) -> None:
    answers: list[dict[str, Any]] = []
    start = threading.Barrier(4)

    def click() -> None:
        start.wait()
        answers.append(perform(database, PLANT, Deed("click 1", "test", "", NOW), adding("410")))

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert centres(database) == ["410"]
    assert sorted(bool(answer.get("repeated")) for answer in answers) == [False, True, True, True]


def test_reading_writes_nothing(database: Database) -> None:
    reading(database, PLANT, NOW, adding("410"))

    assert centres(database) == []


def test_each_happening_keeps_its_route_and_answer(database: Database) -> None:
    perform(database, PLANT, Deed("click 1", "click work_order.take", "", NOW), adding("410"))

    row = reading(database, PLANT, NOW, lambda uow: uow.find(Happening, key="click 1"))
    assert (row.route, row.answer, row.at) == ("click work_order.take", '{"number": 1}', NOW)


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_a_conflict_that_goes_away_is_tried_again(database: Database) -> None:
    from sqlalchemy.exc import OperationalError

    class Conflict(Exception):  # noqa: N818
        sqlstate = "40001"

    tries: list[int] = []

    def work(uow: UnitOfWork) -> dict[str, Any]:
        tries.append(1)
        if len(tries) < 3:
            raise OperationalError("", {}, Conflict())
        return adding("410")(uow)

    answer = perform(database, PLANT, Deed("click 1", "test", "", NOW), work)

    assert (len(tries), answer) == (3, {"number": 1})
    assert "40001" in happenings.RETRYABLE


def test_a_conflict_that_stays_is_given_up(database: Database) -> None:
    from sqlalchemy.exc import OperationalError

    class Conflict(Exception):  # noqa: N818
        sqlstate = "40P01"

    def work(uow: UnitOfWork) -> dict[str, Any]:
        raise OperationalError("", {}, Conflict())

    with pytest.raises(OperationalError):
        perform(database, PLANT, Deed("click 1", "test", "", NOW), work)

    assert not known(database, "click 1")
