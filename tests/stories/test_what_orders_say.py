"""Stories of what an order says: price, unit, money, place, terms and number, as the supplier reads them in the mail."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from storage.tables import PurchaseOrderLine
from tests.stories.clocks import today
from tests.stories.figures import damage, rows
from tests.stories.loop import PURCHASING
from tests.stories.people import buttons
from tests.stories.plants import Wishes, plant_among_people
from tests.stories.purchases import Shop, text_of, ubl_of
from tests.wires.dovecot import Dovecot

pytestmark = [pytest.mark.dovecot, pytest.mark.timeout(300), pytest.mark.asyncio(loop_scope="module")]

BREAKS = "supplier,part,price,currency,unit,minimum_quantity,multiple,breaks\nSCHRAUBEN,P-10311,0.14,EUR,piece,200,100,500=0.11+1000=0.09\n"
DOLLARS = "supplier,part,supplier_part,price,currency,preferred\nLUMEN,P-10279,LS-T-4,120.00,USD,yes\n"
PARTS = "part,name,unit\nP-10279,Thermometer PT100,piece\n"
SUPPLIERS = "supplier,currency\nLUMEN,USD\n"
TERMS = """[documents]
edition = "2026-09"
returns = "Wrong goods go back within 14 days."
warranty = "36 months from delivery"
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop(tmp_path_factory: pytest.TempPathFactory, dovecot: Dovecot) -> AsyncIterator[Shop]:
    """A running plant with price breaks, a supplier who sells in dollars, and terms of its own."""
    folder = tmp_path_factory.mktemp("shop")
    wishes = Wishes(rewrite=lambda text: text.replace("[documents]\n", TERMS))
    async with plant_among_people(folder, f"sqlite:///{folder}/plant.db", dovecot, wishes) as (made, world):
        _files(folder / "more", supplier_parts=BREAKS)
        _files(folder / "dollars", supplier_parts=DOLLARS, parts=PARTS, suppliers=SUPPLIERS)
        for name in ("more", "dollars"):
            status, said = await made.command("import", str(folder / name))
            assert status == 0, said
        await made.start()
        yield Shop(made, world)
        assert damage(made.url) == []


def _files(folder: Path, **files: str) -> None:
    folder.mkdir()
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")


async def test_40_and_s45_the_usual_supplier_gets_its_own_number_a_whole_multiple_and_the_price_of_that_quantity(
    shop: Shop,
) -> None:
    order, mail = await shop.buys("450 P-10311 for 410", "schrauben")

    (line,) = rows(shop.plant.url, PurchaseOrderLine, order_id=order.id)
    assert (line.quantity, line.price) == (500_000, 1_100)
    assert "Ihre Nummer SK-933-M8X25" in text_of(mail)
    assert "500 Stück zu 0,11 = 55,00" in text_of(mail)
    assert order.deliver_by == today() + timedelta(days=2)


async def test_43_and_s46_a_unit_is_counted_as_it_is_bought_and_named_by_its_code(shop: Shop) -> None:
    refused = await shop.types("ana", "need 2.5 P-10302 for 410", "whole numbers")
    unlike = await shop.types("ana", "need 5 kg P-10231 for 410", "counted in pieces")
    _, mail = await shop.buys("30 m P-10263 for 410", "kestrel")

    assert "2.5 is not possible" in refused["text"]
    assert "Write the quantity in pieces" in unlike["text"]
    assert "50 metres at 1.30 = 65.00" in text_of(mail)
    assert '<cbc:Quantity unitCode="MTR">50</cbc:Quantity>' in ubl_of(mail)


async def test_44_and_s47_without_a_rate_nothing_is_asked_and_with_one_it_is_frozen(shop: Shop) -> None:
    draft = await shop.drafts("2 P-10279 for 410", "lumen")
    refused = await shop.types("ines", f"request {draft}", "USD", "rate")
    stopped = shop.order(draft).state
    config = shop.plant.config
    rate = f'\n[[rates]]\ncurrency = "USD"\nworth = "0.90"\non = {today().isoformat()}\n'
    config.write_text(config.read_text("utf-8") + rate, "utf-8")
    assert shop.plant.bot is not None
    await shop.plant.bot.stop()
    await shop.plant.start()

    question = await shop.asks(draft)

    assert stopped == "draft"
    assert "cannot" in refused["text"]
    assert "Approve USD 240.00 to Lumen Sensors BV?" in json.dumps(question)
    assert "That is EUR 216.00, at 0.90 EUR for one USD" in json.dumps(question)
    assert shop.order(draft).rate == "0.90"


async def test_46_and_s49_the_order_says_where_to_when_by_whom_and_under_which_term(shop: Shop) -> None:
    _, mail = await shop.buys("13 P-10302 for 410", "purelube")

    told = text_of(mail)
    assert "Delivery term: DDP Halden, Incoterms 2020" in told
    assert "Deliver to: Halden Works, gate 3, Mill Road 4, 10115 Halden, Germany" in told
    assert "Open Mon to Fri 07:00 to 15:00, Contact Tom Okafor, +49 30 555017" in told
    assert "<cac:DeliveryTerms><cbc:ID>DDP</cbc:ID>" in ubl_of(mail)


async def test_47_and_s51_to_s55_prices_payment_date_returns_warranty_and_the_edition_of_our_terms_are_agreed(
    shop: Shop,
) -> None:
    order, mail = await shop.buys("4 P-10238 for 410", "nordlager")

    told = text_of(mail)
    day = order.deliver_by
    assert "4 Stück zu 6,90 = 27,60" in told
    assert "Zahlung: 14 Tage 2 %, 30 Tage netto" in told
    assert f"Liefertermin: {day:%d.%m.%Y}" in told
    assert "Rückgabe: Wrong goods go back within 14 days." in told
    assert "Gewährleistung: 36 months from delivery" in told
    assert "Es gelten unsere Einkaufsbedingungen, Ausgabe 2026-09." in told
    assert order.terms_edition == "2026-09"


async def test_s35_s41_and_s48_both_sides_are_named_with_their_tax_numbers_and_the_paper_is_attached(
    shop: Shop,
) -> None:
    _, mail = await shop.buys("2 P-10204 for 410", "nordlager")

    parts = {one.get_content_type(): one.get_filename() for one in mail.iter_attachments()}
    assert set(parts) == {"application/pdf", "application/xml"}
    assert all(tax in ubl_of(mail) for tax in ("DE900000009", "DE900000025"))
    assert "Freigegeben von: Bo Lindqvist" in text_of(mail)


async def test_48_and_s50_the_number_appears_with_the_last_yes_and_is_never_given_twice(shop: Shop) -> None:
    dropped = await shop.drafts("1 P-10214 for 410", "hartmann")
    hidden = await shop.types("ines", f"order {dropped}", dropped)
    await shop.types("ines", f"cancel {dropped} not needed", "is cancelled")
    before = {row.number for row in shop.orders()}
    draft = await shop.drafts("1 P-10215 for 410", "hartmann")
    question = await shop.asks(draft)
    waiting = shop.order(draft).number

    await shop.presses("bo", question, "approval.approve")
    mail = await shop.mailed(draft)

    number = shop.order(draft).number
    assert "PO-" not in json.dumps(hidden)
    assert (waiting, draft) != (number, dropped)
    assert waiting is None
    assert number not in before
    assert f"[{number}]" in str(mail["Subject"])
    assert shop.order(dropped).number is None


async def test_49_s4_and_s36_what_is_missing_is_said_with_the_button_that_mends_it(shop: Shop) -> None:
    await shop.types("ines", 'need service "crane for one day" for 410', "The buyers have it on their list")
    listed = await shop.types("ines", "needs", "Choose suppliers")
    ines = shop.world.person("ines")
    await ines.clicks(PURCHASING, listed, "need.list")
    alone = await ines.waits_for(PURCHASING, "crane for one day", "need.menu")
    menu = next(block["accessory"] for block in alone["blocks"] if "need.menu" in json.dumps(block))
    await ines.clicks(PURCHASING, alone, "need.menu", chosen=menu["options"][0]["value"])
    form = await ines.modal("place_need")
    await ines.submits(form, supplier="Brightflow Pumps Ltd")

    draft = await _drafted(shop, "BRIGHTFLOW")
    refused = await shop.types("ines", f"request {draft}", "cannot be requested yet")
    await ines.clicks(PURCHASING, refused, "purchase_order.edit")
    form = await ines.modal("edit_purchase_order")
    await ines.submits(form, price="480")
    question = await shop.asks(draft)

    assert "it lacks" in refused["text"]
    assert "price" in refused["text"]
    assert buttons(refused) == ["purchase_order.edit"]
    assert "crane for one day" in json.dumps(question)
    assert "EUR 480.00" in json.dumps(question)


async def _drafted(shop: Shop, supplier: str) -> str:
    async def there() -> str:
        drafts = [row.draft_number for row in shop.orders() if row.state == "draft" and not row.total]
        return str(drafts[-1]) if drafts else ""

    return str(await shop.world.slack.until(f"the draft to {supplier}", there))
