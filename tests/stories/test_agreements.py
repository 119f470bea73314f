"""Stories of agreements: made at the page, approved, mailed, ordered from by a sentence, received; and two who want the last pieces."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from storage.tables import Agreement, CostCentre, Part, PurchaseOrder, Receipt, Supplier
from tests.stories.figures import damage, rows
from tests.stories.loop import PURCHASING, STORES, World, despatch
from tests.stories.plants import Plant, Wishes, plant_among_people
from tests.wires.dovecot import Dovecot

pytestmark = [pytest.mark.dovecot, pytest.mark.timeout(300)]

HEAD = "agreement,kind,supplier,valid_from,valid_to,limit,answers,part,price,quantity,breaks,cost_centre\n"
PLANNED = "SEALS,planned,HARTMANN,2026-01-01,2099-12-31,,,P-10231,184.00,20,,410\n"


@pytest_asyncio.fixture
async def plant(tmp_path: Path, dovecot: Dovecot) -> AsyncIterator[tuple[Plant, World]]:
    """A running plant with nothing agreed yet."""
    url = f"sqlite:///{tmp_path}/plant.db"
    async with plant_among_people(tmp_path, url, dovecot, Wishes()) as (made, world):
        await made.start()
        yield made, world


def newest(made: Plant, kind: str) -> Any:
    """Return the newest order of a kind, None while there is none."""
    return next((order for order in reversed(rows(made.url, PurchaseOrder)) if order.kind == kind), None)


def named(made: Plant, kind: Any, code: str) -> str:
    """Return the id of the row with this code, as a form carries it."""
    return str(next(row.id for row in rows(made.url, kind) if row.code == code))


async def fills(world: World, action: str, title: str, **fields: Any) -> None:
    """Press a button of the agreement's card and submit the form that it opens."""
    ines = world.person("ines")
    await world.slack.until(f"the button {action}", lambda: world.live("ines", PURCHASING, action))
    await world.presses("ines", PURCHASING, action)
    answer = await ines.submits(await ines.modal(title), **fields)
    assert not answer.get("errors"), answer


async def agrees(made: Plant, world: World) -> None:
    """Let the buyer make a blanket order for seals by the forms, and request it."""
    ines = world.person("ines")
    hartmann = next(row for row in rows(made.url, Supplier) if row.code == "HARTMANN")
    await ines.commands(PURCHASING, "/chargehand", "agreements new")
    form = await ines.modal("New agreement")
    await ines.submits(form, kind="blanket", supplier=str(hartmann.id), limit="4000")
    await fills(world, "agreement.terms", "Change terms", limit="4000", cost_centre=named(made, CostCentre, "410"))
    seal = {"text": {"type": "plain_text", "text": "Seal"}, "value": named(made, Part, "P-10231")}
    await fills(world, "agreement.line", "Add a line", part=seal, price="180.00", breaks="10: 150.00")
    await world.slack.until("a complete draft", lambda: world.live("ines", PURCHASING, "agreement.request"))
    await world.presses("ines", PURCHASING, "agreement.request")


async def test_50_a_blanket_order_is_agreed_once_and_ordered_from_by_a_sentence(plant: tuple[Plant, World]) -> None:
    made, world = plant
    await agrees(made, world)
    asked = await world.person("bo").waits_in_direct("A blanket order: it buys nothing by itself")
    await world.presses("bo", "direct", "approval.approve")
    (agreed,) = await world.slack.until("the agreement's mail", world.mail.orders)
    await fills(world, "agreement.accepted", "Supplier accepted", words="signed letter of Monday")

    await world.slack.until("it is in force", lambda: world.live("ines", PURCHASING, "agreement.order"))
    number = newest(made, "blanket").number
    await world.person("luis").commands(PURCHASING, "/chargehand", f"release {number} 2 seal 45 by fri")
    prompt = await world.person("bo").waits_in_direct(f"A release from {number}, a blanket order")
    await world.presses("bo", "direct", "approval.approve")
    mails = await world.slack.until("the release's mail", lambda: _mails(world, 2))
    release = f"{number}-R01"
    await world.mail.deliver(despatch(mails[1], release))
    await world.slack.until("the delivery", lambda: world.live("tom", STORES, "receipt.as_listed"))
    await world.presses("tom", STORES, "receipt.as_listed")
    await world.slack.until("the release is closed", lambda: _closed(made))

    assert "EUR 4,000.00" in json.dumps(asked)
    assert "EUR 360.00 of EUR 4,000.00 used, EUR 3,640.00 left." in json.dumps(prompt)
    assert f"Rahmenbestellung {number} von " in str(agreed["Subject"])
    assert f"Abrufbestellung {release} von " in str(mails[1]["Subject"])
    assert [receipt.order_id for receipt in rows(made.url, Receipt)] == [newest(made, "release").id]
    assert damage(made.url) == []


async def _mails(world: World, count: int) -> Any:
    found = await world.mail.orders()
    return found if len(found) >= count else None


async def _closed(made: Plant) -> bool:
    return bool(newest(made, "release").state == "closed")


async def test_51_two_people_want_the_last_ten_pieces_and_one_gets_them(
    plant: tuple[Plant, World], tmp_path: Path
) -> None:
    made, world = plant
    number = await _in_force(made, world, tmp_path)

    await asyncio.gather(
        *(world.person(name).commands(PURCHASING, "/chargehand", f"release {number} 20 seal") for name in ("luis", "priya"))
    )  # fmt: skip
    luis = await _told(world, "luis")
    priya = await _told(world, "priya")

    won = [said for said in (luis, priya) if "20 of 20 pieces used, 0 left" in said]
    lost = [said for said in (luis, priya) if "nothing can be ordered from it" in said or "cannot be ordered" in said]
    assert (len(won), len(lost)) == (1, 1), (luis, priya)
    assert [order.kind for order in rows(made.url, PurchaseOrder)] == ["planned", "release"]
    (head,) = rows(made.url, Agreement)
    assert (head.state, head.released_amount) == ("exhausted", 368_000)
    assert damage(made.url) == []


async def _in_force(made: Plant, world: World, folder: Path) -> str:
    """Import a planned order of twenty seals and bring it into force."""
    (more := folder / "more").mkdir()
    (more / "agreements.csv").write_text(HEAD + PLANNED, "utf-8")
    status, said = await made.command("import", str(more))
    assert status == 0, said
    await world.slack.until("the draft's card", lambda: world.live("ines", PURCHASING, "agreement.request"))
    await world.presses("ines", PURCHASING, "agreement.request")
    await world.slack.until("the question", lambda: world.live("bo", "direct", "approval.approve"))
    await world.presses("bo", "direct", "approval.approve")
    await world.slack.until("the agreement's mail", world.mail.orders)
    await fills(world, "agreement.accepted", "Supplier accepted", words="phone call on Monday")
    await world.slack.until("it is in force", lambda: world.live("ines", PURCHASING, "agreement.order"))
    return str(newest(made, "planned").number)


async def _told(world: World, name: str) -> str:
    """Return what somebody alone was told last in the buyers' channel."""

    async def look() -> list[str]:
        seen = await world.person(name).sees(PURCHASING)
        return [str(one["text"]) for one in seen if "PO-" in one["text"] and "order" in one["text"]]

    return str((await world.slack.until(f"an answer to {name}", look))[-1])
