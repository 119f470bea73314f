"""Stories of what an order costs beyond its lines, of its tax, of ordering the same again, and of prices that lines reach together."""

import io
import re
from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path

import pytest
import pytest_asyncio
from lxml import etree
from pypdf import PdfReader

from storage.tables import PurchaseOrder, PurchaseOrderLine
from tests.stories.figures import damage, rows
from tests.stories.loop import FAULTS, LOOP, PURCHASING, World, walk
from tests.stories.people import Message
from tests.stories.plants import Plant, plant_among_people
from tests.wires.dovecot import Dovecot

pytestmark = [pytest.mark.dovecot, pytest.mark.timeout(300)]
CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
CAC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"


@pytest_asyncio.fixture
async def plant(tmp_path: Path, dovecot: Dovecot) -> AsyncIterator[tuple[Plant, World]]:
    """A running plant."""
    async with plant_among_people(tmp_path, f"sqlite:///{tmp_path}/plant.db", dovecot) as (made, world):
        await made.start()
        yield made, world


async def types(world: World, who: str, text: str, *, sees: str) -> Message:
    """Type a command in a channel of the plant, and wait for the answer that only this person sees."""
    person, place = world.person(who), PURCHASING if who == "ines" else FAULTS
    await person.commands(place, "/chargehand", text)
    return await person.waits_for(place, sees)


async def gathered(world: World, *needs: str, sees: str) -> Message:
    """Let Ana need things, and Ines gather them from Hartmann."""
    for number, need in enumerate(needs, 1):
        await types(world, "ana", need, sees=f"PR-2026-{number:05}")
    listed = await types(world, "ines", "needs", sees=f"{len(needs)} to order")
    await world.person("ines").clicks(PURCHASING, listed, "need.gather")
    return await world.person("ines").waits_for(PURCHASING, "Order to Hartmann", sees)


async def the_mail(world: World) -> EmailMessage:
    mails: list[EmailMessage] = await world.slack.until("the order's mail", world.orders)
    return mails[0]


def paper(mail: EmailMessage) -> tuple[str, etree._Element]:
    """Return what the PDF of a mail says, and the UBL order inside it."""
    (pdf,) = [part for part in mail.iter_attachments() if part.get_content_type() == "application/pdf"]
    read = PdfReader(io.BytesIO(pdf.get_content()))
    (xml,) = [content for name, (content, *_) in read.attachments.items() if name.endswith(".xml")]
    return "\n".join(page.extract_text() for page in read.pages), etree.fromstring(xml)


async def test_42_and_45_packing_a_discount_and_two_rates_are_written_asked_about_and_printed(
    plant: tuple[Plant, World],
) -> None:
    made, world = plant
    draft = await gathered(world, "need 5 P-10231 for 410", "need 3 P-10231 for 420", sees="purchase_order.charges")
    ines = world.person("ines")
    await ines.clicks(PURCHASING, draft, "purchase_order.charges")
    form = await ines.modal("charge_purchase_order")
    await ines.submits(
        form, charges="Freight 18; 420; 7 %\nPacking 12.50; 420; 7 %\nDiscount 24.51", taxes="1: 19\n2: 7 %"
    )
    await ines.modal("The charges of DR-2026-00001 are kept")

    await types(world, "ines", "request DR-1", sees="is asked")
    await world.slack.until("Bo's question", lambda: world.live("bo", "direct", "approval.approve"))
    await world.person("bo").waits_in_direct(
        "Freight EUR 18.00, cost centre 420, tax 7 %",
        "Packing EUR 12.50, cost centre 420",
        "Discount -EUR 24.51",
        "19 % on EUR",
    )
    await world.presses("bo", "direct", "approval.approve")
    await world.slack.until("Marta's question", lambda: world.live("marta", "direct", "approval.approve"))
    await world.presses("marta", "direct", "approval.approve")
    mail = await the_mail(world)

    said, order = paper(mail)
    page = mail.get_body(("plain",))
    assert page is not None
    for words in (
        "Verpackung",
        "Rabatt",
        "Summe ohne Steuer",
        "USt. 19 % auf",
        "USt. 7 % auf",
        "kaufmännisch gerundet",
    ):
        assert words in page.get_content()
        assert words in " ".join(said.split())
    subtotals = order.findall(f"{CAC}TaxTotal/{CAC}TaxSubtotal")
    taxes = [row.findtext(f"{CBC}TaxAmount") for row in subtotals]
    assert len(taxes) == 2
    (row,) = rows(made.url, PurchaseOrder)
    bases = sum(round(float(each.findtext(f"{CBC}TaxableAmount") or 0) * 100) for each in subtotals)
    assert bases == row.total
    assert damage(made.url) == []


async def test_63_an_old_order_is_ordered_again_at_todays_price_with_the_last_one_beside_it(
    plant: tuple[Plant, World],
) -> None:
    made, world = plant
    await walk(world, LOOP[:6])
    folder = made.folder / "dearer"
    folder.mkdir()
    (folder / "supplier_parts.csv").write_text("supplier,part,price\nHARTMANN,P-10231,211.60\n", "utf-8")
    status, told = await made.command("import", str(folder))
    assert status == 0, told

    card = await types(world, "ines", f"copy {world.order}", sees="last EUR")

    assert "EUR 211.60" in str(card)
    assert "much dearer" in str(card)
    assert "the copy is for none" in str(card)
    (draft,) = re.findall(r"DR-2026-\d{5}", str(card["text"]))
    await types(world, "ines", f"request {draft}", sees="is asked")
    await world.slack.until("Bo's question", lambda: world.live("bo", "direct", "approval.approve"))
    old, new = rows(made.url, PurchaseOrder)
    assert (old.state, new.state) == ("sent", "pending_approval")
    assert rows(made.url, PurchaseOrderLine)[-1].price == 2_116_000
    assert damage(made.url) == []


async def test_40_two_cost_centres_reach_the_suppliers_break_together(plant: tuple[Plant, World]) -> None:
    made, world = plant
    folder = made.folder / "breaks"
    folder.mkdir()
    (folder / "supplier_parts.csv").write_text(
        "supplier,part,breaks,minimum_quantity\nHARTMANN,P-10231,10=150.00,6\n", "utf-8"
    )
    status, told = await made.command("import", str(folder))
    assert status == 0, told

    await gathered(world, "need 4 P-10231 for 410", "need 6 P-10231 for 420", sees="reach their price together")

    assert [line.price for line in rows(made.url, PurchaseOrderLine)] == [1_500_000, 1_500_000]

    await types(world, "ines", "reject PR-2 found some", sees="PR-2026-00002 is not needed any more")
    draft = await types(world, "ines", "needs", sees="PR-2026-00001")

    (line,) = rows(made.url, PurchaseOrderLine)
    assert (line.quantity, line.price) == (6000, 1_840_000)
    assert draft
    assert damage(made.url) == []
