"""Happenings that queued up are done in one transaction: each for itself, and none hears of it before the commit."""

from collections.abc import Callable
from typing import Any

import pytest

from orders.errors import NotKnown
from storage import audit
from storage.database import Database
from storage.happenings import Deed, perform, perform_together, reading
from storage.points import at_points
from storage.tables import CostCentre, Happening
from storage.unit_of_work import Note, UnitOfWork
from tests.storage.conftest import NOW, PLANT

Work = Callable[[UnitOfWork], dict[str, Any]]


def adding(code: str) -> Work:
    def work(uow: UnitOfWork) -> dict[str, Any]:
        uow.audit(Note(code, "added"))
        uow.add(CostCentre, code=code, name="")
        return {"code": code}

    return work


def refusing(uow: UnitOfWork) -> dict[str, Any]:
    adding("999")(uow)
    raise NotKnown(kind="part", written="X", hint="Try P-1.")


def breaking(uow: UnitOfWork) -> dict[str, Any]:
    adding("998")(uow)
    message = "a handler broke"
    raise ZeroDivisionError(message)


def deed(key: str) -> Deed:
    return Deed(key, "test", "", NOW)


def codes(database: Database) -> list[str]:
    return [row.code for row in reading(database, PLANT, NOW, lambda uow: uow.all(CostCentre))]


def test_each_gets_its_own_answer_and_key(database: Database) -> None:
    answers = perform_together(database, PLANT, [(deed("a"), adding("410")), (deed("b"), adding("420"))])

    assert answers == [{"code": "410"}, {"code": "420"}]
    assert codes(database) == ["410", "420"]
    assert perform(database, PLANT, deed("b"), adding("430")) == {"code": "420", "repeated": True}


def test_one_who_is_refused_does_not_hurt_the_others(database: Database) -> None:
    given = [(deed("a"), adding("410")), (deed("b"), refusing), (deed("c"), adding("420"))]

    answers = perform_together(database, PLANT, given)

    assert answers is not None
    assert [answer.get("refused", "") for answer in answers] == ["", "NotKnown", ""]
    assert codes(database) == ["410", "420"]
    with database.engine.connect() as connection:
        assert list(audit.broken_links(connection)) == []


def test_the_same_key_twice_in_one_go_has_one_effect(database: Database) -> None:
    answers = perform_together(database, PLANT, [(deed("a"), adding("410")), (deed("a"), adding("420"))])

    assert answers == [{"code": "410"}, {"code": "410", "repeated": True}]
    assert codes(database) == ["410"]


def test_when_one_breaks_nothing_has_happened_so_that_each_can_be_done_alone(database: Database) -> None:
    answers = perform_together(database, PLANT, [(deed("a"), adding("410")), (deed("b"), breaking)])

    assert answers is None
    assert codes(database) == []
    assert reading(database, PLANT, NOW, lambda uow: uow.all(Happening)) == []


def test_what_ends_the_process_before_the_commit_leaves_nothing(database: Database) -> None:
    def dies(name: str) -> None:
        if name == "before commit":
            raise SystemExit

    at_points(dies)
    with pytest.raises(SystemExit):
        perform_together(database, PLANT, [(deed("a"), adding("410")), (deed("b"), adding("420"))])
    at_points(lambda _: None)

    assert codes(database) == []
