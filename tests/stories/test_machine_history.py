"""A story of a machine that fails: its history, what it cost, what the week's message says, as people ask for them in Slack."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from storage.tables import WorkOrder
from tests.stories.clocks import monday, on_a_monday, set_clock
from tests.stories.figures import damage, rows
from tests.stories.loop import FAULTS
from tests.stories.purchases import Shop
from tests.wires.dovecot import Dovecot

pytestmark = [pytest.mark.dovecot, pytest.mark.timeout(300)]


@pytest_asyncio.fixture
async def shop(tmp_path: Path, dovecot: Dovecot) -> AsyncIterator[Shop]:
    """A running plant on a Monday morning, whose clock the story moves on."""
    async with on_a_monday(tmp_path, dovecot) as shop:
        yield shop


async def _new_machine(shop: Shop) -> None:
    """Import a machine that needs no lock-out."""
    folder = shop.plant.config.parent / "machines"
    folder.mkdir()
    (folder / "assets.csv").write_text("asset,name,criticality,cost_centre\nX-9,Label printer,A,410\n", "utf-8")
    status, said = await shop.plant.command("import", str(folder))
    assert status == 0, said


async def test_90_91_and_92_a_machine_has_a_history_a_cost_and_a_place_in_the_week(shop: Shop) -> None:
    clock = shop.plant.ahead
    await _new_machine(shop)
    await shop.types("ana", "report the label printer X-9 stands, its head is worn", "is open")
    (order,) = rows(shop.plant.url, WorkOrder)
    await shop.types("luis", f"take {order.number}", "You have it")
    await shop.types("luis", f"start {order.number}", "Started")
    set_clock(clock, monday() + timedelta(hours=2))
    await shop.types("luis", "done 60 min the shaft seal was worn, changed it", "is done")
    set_clock(clock, monday() + timedelta(hours=3))

    history = await shop.types("priya", "report asset X-9", "History of X-9")
    cost = await shop.types("priya", f"cost {order.number}", "has cost")
    unpriced = await shop.types("luis", "report asset X-9", "History of X-9")
    set_clock(clock, monday() + timedelta(days=7))
    week = await shop.world.slack.until(
        "the week's message", lambda: shop.world.person("ana").sees(FAULTS, "The week in maintenance")
    )

    assert "1 failure in 12 months, down for 2.0 h." in str(history["blocks"])
    assert "EUR 48.00" in str(cost["blocks"])
    assert "Luis Moreno 60 min" in str(cost["blocks"])
    assert "EUR" not in str(unpriced["blocks"])
    assert "Machines stood 2.0 h in 13 weeks, 2.0 h of them last week." in str(week[-1]["blocks"])
    assert "1 failure in 13 weeks" in str(week[-1]["blocks"])
    assert len(week) == 1
    assert damage(shop.plant.url) == []
