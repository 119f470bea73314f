"""Stories of needs: two people ask in a sentence, a buyer gathers with one press, and both hear when it is here."""

import json
import re
from collections.abc import AsyncIterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from storage.tables import PurchaseOrder, PurchaseOrderLine, PurchaseOrderNeed, Requisition
from tests.stories.figures import damage, rows
from tests.stories.loop import FAULTS, LOOP, PURCHASING, STORES, World, despatch, walk
from tests.stories.people import Message, buttons
from tests.stories.plants import Plant, Wishes, plant_among_people
from tests.wires.dovecot import Dovecot

pytestmark = [pytest.mark.dovecot, pytest.mark.timeout(300)]


@pytest_asyncio.fixture
async def plant(tmp_path: Path, dovecot: Dovecot) -> AsyncIterator[tuple[Plant, World]]:
    """A running plant that buys what runs low as soon as stock moves."""
    wishes = Wishes(settings={"reordering": {"when": "at_once", "cost_centre": "410"}})
    async with plant_among_people(tmp_path, f"sqlite:///{tmp_path}/plant.db", dovecot, wishes) as (made, world):
        await made.start()
        yield made, world


async def types(world: World, who: str, text: str, *, sees: str) -> Message:
    """Type a command in a channel of the plant, and wait for the answer that only this person sees."""
    person = world.person(who)
    await person.commands(PURCHASING if who == "ines" else FAULTS, "/chargehand", text)
    return await person.waits_for(PURCHASING if who == "ines" else FAULTS, sees)


async def the_mail(world: World) -> EmailMessage:
    mails: list[EmailMessage] = await world.slack.until("the order's mail", world.orders)
    return mails[0]


def ships_all(order: EmailMessage, number: str) -> bytes:
    """Write the despatch of all eight seals."""
    mail = message_from_bytes(despatch(order, number), policy=SMTP)
    page = mail.get_body(("html",))
    assert page is not None
    page.set_content(page.get_content().replace("2 Stk", "8 Stk"), subtype="html")
    return mail.as_bytes()


async def test_37_and_38_needs_of_two_people_become_one_order_and_both_hear_of_their_seals(
    plant: tuple[Plant, World],
) -> None:
    made, world = plant
    told = await types(world, "ana", "need 5 P-10231 for 410 because the last one is fitted", sees="PR-2026-00001")
    await types(world, "luis", "need 3 seal 45 for project Line 3", sees="PR-2026-00002")
    assert "EUR" not in json.dumps(told)
    asked = await world.person("ines").waits_for(PURCHASING, "need.place", "Ana Ruiz")
    assert "EUR" not in json.dumps(asked)

    listed = await types(world, "ines", "needs", sees="2 to order")
    await world.person("ines").clicks(PURCHASING, listed, "need.gather")
    draft = await world.person("ines").waits_for(PURCHASING, "Order to Hartmann", "need.change_line")
    lines = rows(made.url, PurchaseOrderLine)
    assert [row.quantity for row in rows(made.url, PurchaseOrderNeed)] == [5000, 3000]
    assert {row.line_id for row in rows(made.url, PurchaseOrderNeed)} <= {line.id for line in lines}

    await filled(world, draft)
    await types(world, "ines", "request DR-1", sees="is asked")
    await world.slack.until("Bo's question", lambda: world.live("bo", "direct", "approval.approve"))
    await world.presses("bo", "direct", "approval.approve")
    mail = await the_mail(world)
    number = re.findall(r"PO-\d{4}-\d{5}", str(mail["Subject"]))[0]
    await world.person("ana").waits_in_direct("Ordered with", "PR-2026-00001")

    await world.mail.deliver(ships_all(mail, number))
    await world.slack.until("the delivery", lambda: world.live("tom", STORES, "receipt.as_listed"))
    await world.presses("tom", STORES, "receipt.as_listed")
    await world.person("ana").waits_in_direct("Here now", "PR-2026-00001")
    await world.person("luis").waits_in_direct("Here now", "PR-2026-00002")

    assert [need.state for need in rows(made.url, Requisition)] == ["fulfilled", "fulfilled"]
    assert [order.state for order in rows(made.url, PurchaseOrder)] == ["closed"]
    assert damage(made.url) == []


async def filled(world: World, draft: Message) -> None:
    """Say who pays for the seals of the project, where the draft lacks that."""
    ines = world.person("ines")
    menus = (one for block in draft["blocks"] for one in block.get("elements", ()) if one.get("options"))
    choices = next(menus)["options"]
    await ines.clicks(PURCHASING, draft, "need.change_line", chosen=choices[-1]["value"])
    form = await ines.modal("edit_purchase_order")
    centre = next(one for one in form["blocks"] if one.get("block_id") == "cost_centre")
    await ines.submits(form, cost_centre=centre["element"]["options"][0]["value"])


async def test_39_taking_out_a_part_puts_it_on_the_buyers_list_with_the_reason(plant: tuple[Plant, World]) -> None:
    made, world = plant
    await walk(world, LOOP[:3])
    part, low = await _a_part_at_its_minimum(made)

    await world.person("luis").says(FAULTS, f"issue {low} {part}", thread=world.thread)
    await world.slack.until("the need", lambda: _is_needed(made))

    (need,) = rows(made.url, Requisition)
    listed = await types(world, "ines", "needs", sees="stock is low")
    assert need.origin == "reorder_point"
    assert "at least" in need.reason
    assert "need.gather" in buttons(listed)
    assert damage(made.url) == []


async def _a_part_at_its_minimum(made: Plant) -> tuple[str, str]:
    """Count a bearing at its minimum; returns its code, and how many to take out."""
    folder = made.folder / "counted"
    folder.mkdir()
    (folder / "stock.csv").write_text("part,store,count\nP-10201,store 2,2\n", "utf-8")
    status, said = await made.command("import", str(folder))
    assert status == 0, said
    return "P-10201", "1"


async def _is_needed(made: Plant) -> list[Any]:
    return list(rows(made.url, Requisition))


async def test_40_a_second_press_shows_the_draft_that_is_there_and_orders_nothing_twice(
    plant: tuple[Plant, World],
) -> None:
    made, world = plant
    await types(world, "ana", "need 5 P-10231 for 410", sees="PR-2026-00001")
    listed = await types(world, "ines", "needs", sees="1 to order")

    await world.person("ines").clicks(PURCHASING, listed, "need.gather")
    await world.person("ines").waits_for(PURCHASING, "Order to Hartmann", "DR-2026-00001")
    await world.person("ines").clicks(PURCHASING, listed, "need.gather")
    await world.slack.until("both answers", lambda: _two_answers(world))

    assert [line.quantity for line in rows(made.url, PurchaseOrderLine)] == [5000]
    assert len(rows(made.url, PurchaseOrder)) == 1


async def _two_answers(world: World) -> bool:
    return len(await world.person("ines").sees(PURCHASING, "Order to Hartmann")) > 1
