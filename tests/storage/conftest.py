"""A plant with one part and one cost centre, and a way to do things in transactions of their own."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from orders.plant import Plant
from storage.database import Database
from storage.happenings import Deed, perform
from storage.tables import CostCentre, Part
from storage.unit_of_work import UnitOfWork

NOW = datetime(2026, 11, 23, 9, 12, tzinfo=UTC)
PLANT = Plant()
_numbers = itertools.count(1)

Doing = Callable[..., Any]


@pytest.fixture
def doing(database: Database) -> Doing:
    """Performs work in a happening of its own and returns what the work returned."""

    def do(work: Callable[[UnitOfWork], Any], *, key: str = "", at: datetime = NOW, plant: Plant = PLANT) -> Any:
        given: list[Any] = []

        def wrapped(uow: UnitOfWork) -> dict[str, Any]:
            given.append(work(uow))
            return {}

        perform(database, plant, Deed(key or f"test {next(_numbers)}", "test", "", at), wrapped)
        return given[0]

    return do


@pytest.fixture
def seal(doing: Doing) -> int:
    """A part."""
    number: int = doing(
        lambda uow: uow.add(Part, code="P-1", plain_code="P1", name="Seal", unit="C62", store="2", currency="EUR")
    )
    return number


@pytest.fixture
def packaging(doing: Doing) -> int:
    """A cost centre."""
    number: int = doing(lambda uow: uow.add(CostCentre, code="410", name="Packaging"))
    return number
