"""The unit of work: reads typed rows, writes through one place, and gives the same keys for the same happening."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.exc import StatementError

from storage.database import Database
from storage.tables import CostCentre, Part, Watermark, WorkOrderTime
from storage.unit_of_work import UnitOfWork, fingerprint, table

Doing = Callable[..., Any]


def test_a_row_is_found_by_its_values_or_is_none(doing: Doing, seal: int) -> None:
    found, none = doing(lambda uow: (uow.find(Part, code="P-1", name="Seal"), uow.find(Part, code="P-2")))

    assert (found.id, found.name, none) == (seal, "Seal", None)


def test_a_row_that_must_be_there_and_is_not_is_named(doing: Doing) -> None:
    with pytest.raises(LookupError, match="no row 7 in parts"):
        doing(lambda uow: uow.get(Part, 7))
    with pytest.raises(LookupError, match="no row 7 in parts"):
        doing(lambda uow: uow.lock(Part, 7))


def test_rows_come_in_the_order_of_their_ids(doing: Doing) -> None:
    def write(uow: UnitOfWork) -> list[int]:
        return [uow.add(CostCentre, code=code, name="") for code in ("420", "410", "430")]

    numbers = doing(write)
    rows = doing(lambda uow: uow.all(CostCentre, table(CostCentre).c.code != "410", name=""))

    assert [(row.id, row.code) for row in rows] == [(numbers[0], "420"), (numbers[2], "430")]


def test_a_table_keyed_by_words_gives_no_number(doing: Doing) -> None:
    number = doing(lambda uow: uow.add(Watermark, name="C0ONE", value="1"))

    assert number == 0


def test_what_is_not_written_takes_its_default(doing: Doing, seal: int) -> None:
    row = doing(lambda uow: uow.get(Part, seal))

    assert (row.minimum, row.hazardous, row.barcode, row.tolerance_percent) == (0, False, "", None)


def test_a_change_is_written_by_name(doing: Doing, seal: int) -> None:
    doing(lambda uow: uow.change(Part, seal, name="Seal 45", price=10))

    row = doing(lambda uow: uow.get(Part, seal))
    assert (row.name, row.price, row.code) == ("Seal 45", 10, "P-1")


def test_compare_and_set_writes_only_what_is_still_as_expected(doing: Doing, seal: int) -> None:
    first = doing(lambda uow: uow.change_if(Part, seal, {"name": "Seal"}, name="Belt"))
    second = doing(lambda uow: uow.change_if(Part, seal, {"name": "Seal"}, name="Chain"))

    assert (first, second) == (True, False)
    assert doing(lambda uow: uow.get(Part, seal)).name == "Belt"


def test_rows_are_counted(doing: Doing, seal: int) -> None:
    assert doing(lambda uow: (uow.count(Part), uow.count(Part, table(Part).c.code == "P-2"))) == (1, 0)


def test_a_moment_without_a_zone_is_refused(doing: Doing, database: Database) -> None:
    naive = datetime(2026, 1, 1)  # noqa: DTZ001

    with pytest.raises((ValueError, StatementError), match="has no time zone"):
        doing(lambda uow: uow.add(WorkOrderTime, work_order_id=1, person_id=1, started_at=naive))


def test_a_moment_comes_back_with_its_zone(doing: Doing, seal: int) -> None:
    from storage.tables import StockMovement
    from tests.storage.conftest import NOW

    def write(uow: UnitOfWork) -> datetime:
        number = uow.add(
            StockMovement, part_id=seal, store="2", kind="count", quantity=1, unit_cost=0, currency="EUR", at=uow.now,
            happening="x",
        )  # fmt: skip
        return uow.get(StockMovement, number).at

    assert doing(write) == NOW


def test_the_same_happening_gives_the_same_keys(doing: Doing) -> None:
    keys = doing(lambda uow: (uow.next_key(), uow.next_key()), key="click 7")

    assert keys == ("click 7#1", "click 7#2")


def test_a_fingerprint_does_not_depend_on_the_order_of_keys() -> None:
    assert fingerprint({"a": 1, "b": [2]}) == fingerprint({"b": [2], "a": 1})
    assert fingerprint({"a": 1}) != fingerprint({"a": 2})
