"""Prepared statements give and take the same values as SQLAlchemy does, on every database."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError

from storage.database import Database
from storage.happenings import Deed, perform
from storage.prepared import Prepared
from storage.tables import Asset, CostCentre, Person
from storage.unit_of_work import UnitOfWork, table
from tests.storage.conftest import NOW, PLANT


def done(database: Database, work: Any) -> Any:
    kept: list[Any] = []

    def inside(uow: UnitOfWork) -> dict[str, Any]:
        kept.append(work(uow))
        return {}

    perform(database, PLANT, Deed("key", "test", "", NOW), inside)
    return kept[0]


def test_dates_truth_and_absence_come_back_as_they_went_in(database: Database) -> None:
    def work(uow: UnitOfWork) -> Any:
        number = uow.add(Person, email="a@halden.example", name="Ana", active=False)
        asset = uow.add(Asset, code="P-1", plain_code="p1", name="Pump", installed=date(2020, 2, 29))
        core = [uow.run(select(table(kind))).first() for kind in (Person, Asset)]
        return [uow.get(Person, number), uow.get(Asset, asset)], core

    prepared, core = done(database, work)

    assert [tuple(row) for row in prepared] == [tuple(row) for row in core]
    assert prepared[0].active is False
    assert prepared[0].slack_id is None
    assert prepared[1].installed == date(2020, 2, 29)


def test_what_is_not_named_takes_the_default_of_its_table(database: Database) -> None:
    person = done(database, lambda uow: uow.get(Person, uow.add(Person, email="a@halden.example")))

    assert (person.name, person.roles, person.active) == ("", "", True)


def test_a_broken_rule_of_the_database_is_told_as_sqlalchemy_tells_it(database: Database) -> None:
    def twice(uow: UnitOfWork) -> None:
        uow.add(CostCentre, code="410")
        uow.add(CostCentre, code="410")

    with pytest.raises(IntegrityError):
        done(database, twice)


def test_the_first_row_of_many_leaves_the_transaction_free_to_end(database: Database) -> None:
    centres = table(CostCentre)
    every = Prepared(select(centres.c.code).order_by(centres.c.code))

    def work(uow: UnitOfWork) -> Any:
        for code in ("420", "410", "430"):
            uow.add(CostCentre, code=code)
        return uow.row(every), uow.rows(every)

    first, rows = done(database, work)

    assert first.code == "410"
    assert [row.code for row in rows] == ["410", "420", "430"]


def test_a_list_of_unknown_length_cannot_be_prepared(database: Database) -> None:
    centres = table(CostCentre)
    some = Prepared(select(centres).where(centres.c.code.in_(bindparam("codes", expanding=True))))

    with pytest.raises(ValueError, match="expanding"):
        done(database, lambda uow: uow.rows(some, codes=["410"]))
