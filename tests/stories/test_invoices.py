"""Stories of invoices: held against what was ordered, received and accepted, disputed by mail, released, and handed to the ERP."""

import json
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest
import pytest_asyncio

from storage.tables import Invoice, PurchaseOrderLine, Receipt
from tests.stories.bills import charges
from tests.stories.figures import damage, rows
from tests.stories.loop import LOOP, PURCHASING, World, walk
from tests.stories.plants import Plant, Wishes, plant_among_people
from tests.wires.dovecot import Dovecot

pytestmark = [pytest.mark.dovecot, pytest.mark.timeout(300)]
SETTINGS = Wishes({"invoices": {"tolerance_percent": 2, "tolerance_amount": 10, "accept_limit": 100}})
FARID = "farid"
"""Who does the plant's finance."""


@pytest_asyncio.fixture
async def plant(tmp_path: Path, dovecot: Dovecot) -> AsyncIterator[tuple[Plant, World]]:
    """A running plant that has taken in two seals and waits for what they cost."""
    async with plant_among_people(tmp_path, f"sqlite:///{tmp_path}/plant.db", dovecot, SETTINGS) as (made, world):
        await made.start()
        await walk(world, LOOP[:8])
        yield made, world


def invoices(made: Plant) -> dict[str, str]:
    return {row.number: row.state for row in rows(made.url, Invoice)}


async def stands(made: Plant, world: World, number: str, state: str) -> None:
    async def there() -> bool:
        return invoices(made).get(number) == state

    await world.slack.until(f"invoice {number} is {state}", there)


def line(made: Plant) -> PurchaseOrderLine:
    (found,) = rows(made.url, PurchaseOrderLine)
    return found


async def test_84_an_invoice_that_fits_is_released_by_finance_and_handed_to_the_erp_once(
    plant: tuple[Plant, World], tmp_path: Path
) -> None:
    made, world = plant
    farid = world.person(FARID)
    price = f"{Decimal(line(made).price) / 10_000:.2f}"
    receipts = len(rows(made.url, Receipt))

    await charges(world, price)
    await stands(made, world, "R-7781", "matched")
    await farid.commands(PURCHASING, "/chargehand", "invoice R-7781")
    shown = await farid.waits_for(PURCHASING, "Release EUR")
    await farid.clicks(PURCHASING, shown, "invoice.release")
    await stands(made, world, "R-7781", "released")
    first = await made.command("invoices", "export", "--to", str(tmp_path / "erp"), "--json")
    second = await made.command("invoices", "export", "--to", str(tmp_path / "erp"))

    told = json.loads(first[1])
    assert (first[0], told["invoices"], len(told["files"])) == (0, 1, 3)
    assert sorted(path.name for path in (tmp_path / "erp").iterdir()) == sorted(told["files"])
    assert second == (0, "No invoice is released that was not exported before.\n")
    assert invoices(made) == {"R-7781": "exported"}
    assert len(rows(made.url, Receipt)) == receipts
    assert damage(made.url) == []


async def test_86_a_price_that_is_too_high_is_held_credit_is_asked_for_by_mail_and_the_credit_note_settles_it(
    plant: tuple[Plant, World],
) -> None:
    made, world = plant
    farid = world.person(FARID)
    price = Decimal(line(made).price) / 10_000
    mails = len(await world.orders())

    await charges(world, f"{price + 30:.2f}")
    card = await farid.waits_in_direct("Price too high", "Ask for credit")
    await farid.clicks(await farid.direct(), card, "invoice.ask_credit")
    form = await farid.modal("write_about_invoice")
    await farid.submits(form)
    await stands(made, world, "R-7781", "credit_expected")

    async def asked() -> bool:
        return len(await world.orders()) > mails

    await world.slack.until("the mail that asks for credit", asked)
    letter = (await world.orders())[-1]
    assert "Gutschrift erbeten zu Ihrer Rechnung R-7781" in str(letter["Subject"])
    await charges(world, "30.00", number="G-12", title="Gutschrift", words="Zu Rechnung R-7781.")
    await stands(made, world, "R-7781", "matched")
    await stands(made, world, "G-12", "matched")

    await farid.commands(PURCHASING, "/chargehand", "invoice R-7781")
    shown = await farid.waits_for(PURCHASING, "Release EUR")
    await farid.clicks(PURCHASING, shown, "invoice.release")
    await farid.waits_for(PURCHASING, "Release that first")
    assert line(made).billed == 2000
    assert damage(made.url) == []


async def test_85_the_same_number_twice_is_one_invoice_and_with_other_figures_it_is_held(
    plant: tuple[Plant, World],
) -> None:
    made, world = plant
    farid = world.person(FARID)
    price = Decimal(line(made).price) / 10_000

    await charges(world, f"{price:.2f}")
    await stands(made, world, "R-7781", "matched")
    await charges(world, f"{price:.2f}", words="Noch einmal.")
    await charges(world, f"{price + 1:.2f}", words="Zum dritten Mal.")
    card = await farid.waits_in_direct("Number used before")

    assert "invoice.accept" not in str(card)
    assert [row.state for row in rows(made.url, Invoice)] == ["matched", "exception"]
    assert line(made).billed == 2000
    assert damage(made.url) == []
