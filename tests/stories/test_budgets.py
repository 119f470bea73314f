"""Stories of budgets: what is left in every question, finance that releases what goes beyond, and a year by months."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from storage.tables import BudgetEntry, BudgetRelease, PurchaseOrder
from tests.stories.figures import damage, rows
from tests.stories.loop import FAULTS, LOOP, World, walk
from tests.stories.plants import Plant, Wishes, plant_among_people
from tests.wires.dovecot import Dovecot

pytestmark = [pytest.mark.dovecot, pytest.mark.timeout(300)]
YEAR = datetime.now(UTC).year


@pytest_asyncio.fixture
async def tight(tmp_path: Path, dovecot: Dovecot) -> AsyncIterator[tuple[Plant, World]]:
    """A running plant that blocks what goes beyond a budget, with EUR 300.00 left on cost centre 410."""
    wishes = Wishes(settings={"budget": {"mode": "block"}})
    async with plant_among_people(tmp_path, f"sqlite:///{tmp_path}/plant.db", dovecot, wishes) as (made, world):
        (more := tmp_path / "more").mkdir()
        budget = f"cost_centre,year,budget,spent\n410,{YEAR},12000,11700\n"
        (more / "cost_centres.csv").write_text(budget, "utf-8")
        status, said = await made.command("import", str(more))
        assert status == 0, said
        await made.start()
        yield made, world


async def test_58_an_order_beyond_the_budget_waits_for_finance_and_its_approver_reads_what_is_left(
    tight: tuple[Plant, World],
) -> None:
    made, world = tight
    await walk(world, LOOP[:4])
    await world.presses("luis", FAULTS, "purchase_order.request", thread=world.thread)
    asked = await world.person("farid").waits_in_direct("Beyond the budget: EUR 368.00")
    stopped = [order.state for order in rows(made.url, PurchaseOrder)]

    await world.presses("farid", "direct", "budget.release")
    modal = await world.person("farid").modal("Why may it go beyond the budget?")
    await world.person("farid").submits(modal, words="The line stands")
    await world.person("luis").waits_in_direct("go beyond the budget: “The line stands”")
    await walk(world, LOOP[4:6])

    sentence = "Cost centre 410: EUR 12,000.00, of which 300.00 left, this is 68.00 too much."
    assert sentence in json.dumps(asked, ensure_ascii=False)
    assert stopped == ["draft"]
    assert [row.reason for row in rows(made.url, BudgetRelease)] == ["The line stands"]
    assert [(row.kind, row.cause, row.amount) for row in rows(made.url, BudgetEntry)] == [
        ("committed", "approval", 36800)
    ]
    assert damage(made.url) == []


async def test_94_the_owner_sees_a_year_by_months_in_slack_and_finance_on_the_command_line(
    tight: tuple[Plant, World],
) -> None:
    made, world = tight

    await world.person("bo").commands(FAULTS, "/chargehand", "budget 410")
    shown = await world.person("bo").waits_for(FAULTS, "Cost centre 410: EUR 12,000.00, of which 300.00 left.")
    await world.person("luis").commands(FAULTS, "/chargehand", "report spend 410")
    refused = await world.person("luis").waits_for(FAULTS, "see the money of cost centre 410")
    status, said = await made.command("budget", "410", "--json")

    assert {"table", "data_visualization"} <= {block["type"] for block in shown["blocks"]}
    assert "Ask Bo Lindqvist." in refused["text"]
    assert status == 0
    assert (json.loads(said)[0]["left"], json.loads(said)[0]["forecast"]) == ("300.00", "11700.00")
