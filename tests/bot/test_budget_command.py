"""``chargehand budget``: what cost centres have on the command line, and the end of a year with a dry run first."""

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

import bot.__main__ as command_line
from bot import demo
from handlers import budget_bookings
from handlers.order_content import opened
from orders.plant import Plant
from storage import budget
from storage.database import Database
from storage.happenings import Deed, perform, reading
from storage.tables import CostCentre, PurchaseOrder, PurchaseOrderLine
from storage.unit_of_work import UnitOfWork

Command = Callable[..., Any]
THIS_YEAR = datetime.now(UTC).year


@pytest.fixture
def database(tmp_path: Path, demo_plant: Path) -> Iterator[Database]:
    (tmp_path / "data").mkdir()
    shutil.copy(demo_plant, tmp_path / "data" / "chargehand.db")
    database = Database(f"sqlite:///{tmp_path / 'data' / 'chargehand.db'}")
    yield database
    database.close()


@pytest.fixture
def promised(database: Database) -> str:
    """An order that was approved two years ago and has not come; returns its number."""
    at = datetime(THIS_YEAR - 2, 12, 20, tzinfo=UTC)

    def work(uow: UnitOfWork) -> dict[str, Any]:
        shared = {"kind": "standard", "currency": "EUR", "state": "sent", "created_at": at, "changed_at": at}
        order = uow.add(PurchaseOrder, draft_number="DR-1", number="PO-1", deliver_by=date(THIS_YEAR, 12, 1), **shared)
        centre = uow.find(CostCentre, code="410")
        what = {"quantity": 2_000, "price": 1_840_000, "unit": "C62"}
        uow.add(PurchaseOrderLine, order_id=order, line=1, cost_centre_id=centre.id if centre else None, **what)
        budget_bookings.commit(uow, opened(uow, order))
        return {}

    perform(database, Plant(), Deed("order", "test", "", at), work)
    return "PO-1"


@pytest.fixture
def money(running: Command, database: Database) -> Command:  # the database has to be there
    """Runs ``chargehand budget …`` over the demo plant."""

    def ran(*words: str) -> Any:
        return running("budget", *words, "--config", str(demo.settings()))

    return ran


def test_all_cost_centres_are_listed_with_what_is_planned_promised_spent_and_left(money: Command) -> None:
    listed = money()
    told = json.loads(money("--year", "2026", "--json").out)

    assert listed.status == command_line.FINE
    assert "Forecast" in listed.out
    assert [one["cost_centre"] for one in told] == ["410", "420", "430", "440", "450", "460"]
    assert (told[0]["planned"], told[0]["actual"], told[0]["left"]) == ("48000.00", "31420.50", "16579.50")


@pytest.mark.usefixtures("promised")
def test_one_cost_centre_is_shown_by_month_in_words_and_as_json(money: Command) -> None:
    shown = money("410", "--year", str(THIS_YEAR))
    told = json.loads(money("Packaging", "--year", str(THIS_YEAR), "--json").out)[0]

    assert "Cost centre 410" in shown.out
    assert "Year so far" in shown.out
    assert told["months"][11] == {"month": 12, "actual": "0.00", "committed": "368.00", "expected": "0.00"}


def test_an_unknown_cost_centre_is_found_wrong_and_named(money: Command) -> None:
    ended = money("999")

    assert ended.status == command_line.FOUND
    assert "I know no cost centre 999." in ended.err


def test_a_year_is_ended_only_when_it_is_written_and_moves_nothing_twice(
    money: Command, database: Database, promised: str
) -> None:
    year = THIS_YEAR - 2
    dry, still = money("carry", str(year)), _open(database, year)
    written, moved = money("carry", str(year), "--write"), _open(database, year)
    again = money("carry", str(year), "--write", "--json")

    assert f"1 promise would count in {year + 1}. Nothing was written: add --write to do it." in dry.out
    assert promised in dry.out
    assert (still, moved) == (1, 0)
    assert f"1 promise counts in {year + 1} now." in written.out
    assert json.loads(again.out)["orders"] == []
    assert _open(database, year + 1) == 1
    assert reading(database, Plant(), datetime.now(UTC), budget.differences) == []


def _open(database: Database, year: int) -> int:
    return len(reading(database, Plant(), datetime.now(UTC), lambda uow: budget.open_in(uow, year)))


def test_a_year_that_is_not_over_is_refused(money: Command) -> None:
    ended = money("carry", str(THIS_YEAR), "--write")

    assert ended.status == command_line.FOUND
    assert f"{THIS_YEAR} is not over" in ended.err
