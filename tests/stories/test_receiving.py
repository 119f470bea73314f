"""Stories of receiving: said in a sentence, too much, held, sent back, taken back, and straight to the job."""

from collections.abc import AsyncIterator, Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from storage.tables import (
    Enclosure,
    Invoice,
    PurchaseOrder,
    PurchaseOrderLine,
    Receipt,
    ReceiptLot,
    Stock,
    SupplierReturn,
    WorkOrderHold,
    WorkOrderPart,
)
from tests.stories.bills import charges
from tests.stories.figures import damage, rows
from tests.stories.hartmann import DESPATCH, answer
from tests.stories.loop import FAULTS, LOOP, PHOTO, PURCHASING, STORES, World, walk
from tests.stories.people import Message, buttons
from tests.stories.plants import Plant, Wishes, plant_among_people
from tests.wires.dovecot import Dovecot

pytestmark = [pytest.mark.dovecot, pytest.mark.timeout(300)]
TORN = {"name": "torn.png", "mimetype": "image/png", "base64": PHOTO}


@pytest_asyncio.fixture
async def plant(tmp_path: Path, dovecot: Dovecot, request: pytest.FixtureRequest) -> AsyncIterator[tuple[Plant, World]]:
    """A running plant with an order for two seals that the supplier has; at the end nothing is damaged."""
    before, after = getattr(request, "param", ("", ""))
    wishes = Wishes(rewrite=lambda written: written.replace(before, after) if before else written)
    async with plant_among_people(tmp_path, f"sqlite:///{tmp_path}/plant.db", dovecot, wishes) as (made, world):
        await made.start()
        await walk(world, LOOP[:6])
        yield made, world
        assert damage(made.url) == []


def line(made: Plant) -> Any:
    (found,) = rows(made.url, PurchaseOrderLine)
    return found


def order(made: Plant) -> Any:
    (found,) = rows(made.url, PurchaseOrder)
    return found


def counters(made: Plant) -> tuple[int, ...]:
    found = line(made)
    return (found.received, found.accepted, found.rejected, found.returned)


def seals(made: Plant) -> int:
    return sum(row.on_hand for row in rows(made.url, Stock) if row.part_id == line(made).part_id)


async def come_to(world: World, what: str, look: Callable[[], Any]) -> Any:
    """Wait until what is kept is as it should be."""

    async def there() -> Any:
        return look()

    return await world.slack.until(what, there)


async def ships(world: World, quantity: int, note: str) -> None:
    """Let the supplier announce some of the seals."""
    first = (await world.orders())[0]
    page = (
        f"<p>Lieferschein-Nr.: {note}<br>Ihre Bestellung: {world.order}</p><p>Wir haben heute versendet.</p>"
        "<table border=1><tr><th>Pos</th><th>Art.-Nr.</th><th>Bestellt</th><th>Geliefert</th></tr>"
        f"<tr><td>1</td><td>HS-45-SSE</td><td>2 Stk</td><td>{quantity} Stk</td></tr></table>"
    )
    said = answer(first, f"Lieferavis {note} zu {world.order}", "Bitte HTML anzeigen.", page=page, sender=DESPATCH)
    await world.mail.deliver(said)


async def card(world: World, name: str, channel: str, action: str, *words: str) -> Message:
    """Wait for a card that offers an action to somebody."""

    async def there() -> Message | None:
        found = await world.live(name, channel, action)
        return found if found is not None and all(word in str(found) for word in words) else None

    found: Message = await world.slack.until(f"{action} for {name}", there)
    return found


async def counts(world: World, **fields: Any) -> dict[str, Any]:
    """Let the storekeeper count the delivery that waits; returns what the form is answered with."""
    waiting = await card(world, "tom", STORES, "receipt.count")
    await world.person("tom").clicks(STORES, waiting, "receipt.count")
    form = await world.person("tom").modal("count_receipt")
    block = next(one["block_id"] for one in form["blocks"] if one.get("block_id", "").startswith("line_"))
    here = fields.pop("here")
    return await world.person("tom").submits(form, **{block: here}, **fields)


async def test_73_and_74_a_sentence_with_a_photo_becomes_a_receipt_that_one_click_takes_in(
    plant: tuple[Plant, World],
) -> None:
    made, world = plant

    await world.person("tom").says(STORES, f"{world.order}: 2 seals, 1 torn at the lip", files=[TORN])
    waiting = await card(world, "tom", STORES, "receipt.as_listed", "torn at the lip")
    assert counters(made) == (0, 0, 0, 0)
    await world.person("tom").clicks(STORES, waiting, "receipt.as_listed")

    await come_to(world, "one seal in the store", lambda: counters(made) == (2000, 1000, 1000, 0))
    (receipt,) = rows(made.url, Receipt)
    kept = await come_to(
        world,
        "the photo with the receipt",
        lambda: [one for one in rows(made.url, Enclosure) if one.subject == receipt.number],
    )
    assert (receipt.state, len(kept), seals(made)) == ("posted", 1, 1000)
    assert order(made).state == "sent"


@pytest.mark.parametrize("plant", [('blind = "none"', 'blind = "claims"')], indirect=True)
async def test_74_where_counting_is_blind_nobody_sees_the_supplier_s_figures(plant: tuple[Plant, World]) -> None:
    made, world = plant

    await ships(world, 2, "LS-1")
    waiting = await card(world, "tom", STORES, "receipt.count")

    assert "receipt.as_listed" not in buttons(waiting)
    assert "they say" not in str(waiting["blocks"])
    await counts(world, here="1")
    await come_to(world, "what was really there", lambda: counters(made) == (1000, 1000, 0, 0))


async def test_75_one_order_comes_in_two_deliveries(plant: tuple[Plant, World]) -> None:
    made, world = plant

    for note, came in (("LS-1", 1000), ("LS-2", 2000)):
        await ships(world, 1, note)
        waiting = await card(world, "tom", STORES, "receipt.as_listed", note)
        await world.person("tom").clicks(STORES, waiting, "receipt.as_listed")
        await come_to(world, f"{came} in all", lambda came=came: counters(made)[1] == came)

    await come_to(world, "the order closed", lambda: order(made).state == "closed")
    assert [receipt.state for receipt in rows(made.url, Receipt)] == ["posted", "posted"]


async def test_76_more_than_ordered_waits_for_the_approver_and_the_rest_goes_back(plant: tuple[Plant, World]) -> None:
    made, world = plant
    await ships(world, 2, "LS-1")

    told = await counts(world, here="3")
    assert "would be more than ordered" in str(told)
    form = await world.person("tom").modal("count_receipt")
    block = next(one["block_id"] for one in form["blocks"] if one.get("block_id", "").startswith("line_"))
    await world.person("tom").submits(form, **{block: "3", "also": True})

    question = await world.person("bo").waits_in_direct("More than ordered", "receipt.keep_ordered")
    assert counters(made) == (0, 0, 0, 0)
    await world.person("bo").clicks(question["channel"], question, "receipt.keep_ordered")
    await come_to(world, "two seals kept", lambda: counters(made) == (3000, 2000, 1000, 0))
    assert (order(made).state, rows(made.url, SupplierReturn)[0].reason) == ("closed", "more than ordered")


async def test_77_what_came_to_the_wrong_place_or_instead_is_told_to_the_buyer(plant: tuple[Plant, World]) -> None:
    made, world = plant
    await ships(world, 2, "LS-1")

    await counts(world, here="2", damaged="instead seal of another make; at gate 4")

    await world.person("ines").waits_in_direct("It arrived at gate 4", "seal of another make came instead")
    await card(world, "tom", STORES, "receipt.all_good", "seal of another make")
    assert (counters(made), seals(made)) == ((2000, 0, 0, 0), 0)


async def test_78_held_goods_are_no_stock_until_somebody_has_inspected_them(plant: tuple[Plant, World]) -> None:
    made, world = plant
    await ships(world, 2, "LS-1")
    await counts(world, here="2", damaged="hold 2 to be measured")
    held = await card(world, "priya", STORES, "receipt.all_good")
    assert (counters(made), seals(made), order(made).state) == ((2000, 0, 0, 0), 0, "sent")

    await world.person("priya").clicks(STORES, held, "receipt.inspect")
    form = await world.person("priya").modal("inspect_receipt")
    block = next(one["block_id"] for one in form["blocks"] if one.get("block_id", "").startswith("good_"))
    await world.person("priya").submits(form, **{block: "1", "why": "out of round"})

    await come_to(world, "one good, one not", lambda: counters(made) == (2000, 1000, 1000, 0))
    assert seals(made) == 1000
    await world.person("ines").waits_in_direct("Rejected goods", "out of round")


async def test_79_rejected_goods_go_back_with_their_note_and_the_replacement_settles_it(
    plant: tuple[Plant, World],
) -> None:
    made, world = plant
    await ships(world, 2, "LS-1")
    await counts(world, here="2", damaged="1 torn at the lip")

    question = await world.person("ines").waits_in_direct("Rejected goods", "return.replacement")
    await world.person("ines").clicks(question["channel"], question, "return.replacement")
    mail = await note_of(world)
    await world.presses("tom", STORES, "return.left")
    await come_to(world, "one sent back", lambda: counters(made) == (2000, 1000, 1000, 1000))
    await ships(world, 1, "LS-2")
    waiting = await card(world, "tom", STORES, "receipt.as_listed", "LS-2")
    await world.person("tom").clicks(STORES, waiting, "receipt.as_listed")

    await come_to(world, "the return settled", lambda: rows(made.url, SupplierReturn)[0].state == "settled")
    (paper,) = mail.iter_attachments()
    assert paper.get_content()[:5] == b"%PDF-"
    assert "torn at the lip" in str(mail.get_body(("plain",)))
    assert (counters(made), order(made).state) == ((3000, 2000, 1000, 1000), "closed")


async def note_of(world: World) -> EmailMessage:
    """Wait for the mail with the return note."""

    async def there() -> list[EmailMessage]:
        return [mail for mail in await world.orders() if "RT-" in str(mail["Subject"])]

    mails: list[EmailMessage] = await world.slack.until("the return note", there)
    return mails[-1]


async def test_80_a_receipt_is_taken_back_and_the_job_waits_again(plant: tuple[Plant, World]) -> None:
    made, world = plant
    await ships(world, 2, "LS-1")
    waiting = await card(world, "tom", STORES, "receipt.as_listed")
    await world.person("tom").clicks(STORES, waiting, "receipt.as_listed")
    await come_to(world, "the order closed", lambda: order(made).state == "closed")
    (receipt,) = rows(made.url, Receipt)

    await world.person("priya").commands(STORES, "/chargehand", f"reverse {receipt.number} because it was another box")

    await come_to(world, "everything as before", lambda: counters(made) == (0, 0, 0, 0))
    assert (seals(made), order(made).state) == (0, "accepted")
    assert [one.state for one in rows(made.url, Receipt)] == ["reversed", "posted"]
    (need,) = rows(made.url, WorkOrderPart)
    assert need.reserved == 0
    assert rows(made.url, WorkOrderHold)[-1].released_at is None


async def test_81_the_rest_is_given_up_with_a_word_about_its_invoice_and_taken_up_again(
    plant: tuple[Plant, World],
) -> None:
    made, world = plant
    ines, price = world.person("ines"), f"{line(made).price / 10_000:.2f}"

    async def arrives(note: str, came: int) -> None:
        await ships(world, 1, note)
        waiting = await card(world, "tom", STORES, "receipt.as_listed", note)
        await world.person("tom").clicks(STORES, waiting, "receipt.as_listed")
        await come_to(world, f"{came} in all", lambda: counters(made)[1] == came)

    await arrives("LS-1", 1000)
    await charges(world, price)
    await come_to(world, "the invoice held", lambda: [row.state for row in rows(made.url, Invoice)] == ["exception"])
    await ines.commands(PURCHASING, "/chargehand", f"order {world.order}")
    await ines.waits_for(PURCHASING, "Invoice R-7781", "held (More than received)")
    await ines.commands(PURCHASING, "/chargehand", f"close {world.order} because it is not made any more")
    await ines.waits_for(PURCHASING, "No more is expected", "R-7781 (held) charges what is given up")
    await come_to(world, "the order closed", lambda: order(made).state == "closed")

    await ines.commands(PURCHASING, "/chargehand", f"reopen {world.order} because the rest came")
    await come_to(world, "the order open", lambda: order(made).state != "closed")
    await arrives("LS-2", 2000)
    await come_to(world, "the invoice fits", lambda: [row.state for row in rows(made.url, Invoice)] == ["matched"])


async def test_82_the_lots_of_a_tracked_part_are_written_down(plant: tuple[Plant, World], tmp_path: Path) -> None:
    made, world = plant
    given = tmp_path / "tracked"
    given.mkdir()
    (given / "parts.csv").write_text("part,tracked,expires\nP-10231,lot,yes\n", "utf-8")
    status, told = await made.command("import", str(given))
    assert status == 0, told
    await ships(world, 2, "LS-1")

    await counts(world, here="2", lots="L-42 1 2027-05-31, L-43 1 2027-06-30")

    await come_to(world, "both seals", lambda: counters(made) == (2000, 2000, 0, 0))
    assert [(lot.lot, lot.quantity, str(lot.expires_on)) for lot in rows(made.url, ReceiptLot)] == [
        ("L-42", 1000, "2027-05-31"),
        ("L-43", 1000, "2027-06-30"),
    ]


async def test_83_the_job_that_asked_takes_its_parts_in_without_the_store(plant: tuple[Plant, World]) -> None:
    made, world = plant

    await world.person("luis").says(FAULTS, f"{world.order}: 2 seals", thread=world.thread)
    waiting = await card(world, "luis", STORES, "receipt.as_listed", "Straight to")
    await world.person("luis").clicks(STORES, waiting, "receipt.as_listed")

    await come_to(world, "both at the job", lambda: counters(made) == (2000, 2000, 0, 0))
    (need,) = rows(made.url, WorkOrderPart)
    assert (need.issued, need.reserved, seals(made), order(made).state) == (2000, 0, 0, "closed")
