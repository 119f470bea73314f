"""Stories of the Home tab: an approver looks, decides and goes away there; a buyer finds what nobody answered."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.stories.figures import damage
from tests.stories.plants import plant_among_people
from tests.stories.purchases import Shop
from tests.wires.dovecot import Dovecot

pytestmark = [pytest.mark.dovecot, pytest.mark.timeout(300), pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop(tmp_path_factory: pytest.TempPathFactory, dovecot: Dovecot) -> AsyncIterator[Shop]:
    """A running plant in which orders wait for Bo, who owns the cost centre."""
    folder = tmp_path_factory.mktemp("shop")
    async with plant_among_people(folder, f"sqlite:///{folder}/plant.db", dovecot) as (made, world):
        await made.start()
        yield Shop(made, world)
        assert damage(made.url) == []


async def home_of(shop: Shop, who: str, *words: str) -> dict[str, Any]:
    """Open the Home tab, and wait until it says all the words."""
    person, slack = shop.world.person(who), shop.world.slack
    await slack.post("open_home", {"as": person.id})

    async def look() -> dict[str, Any] | None:
        view = (await slack.get("views", **{"as": person.id})).get("home")
        return view if view and all(word in json.dumps(view, ensure_ascii=False) for word in words) else None

    return dict(await slack.until(f"{words} on the Home tab of {who}", look))


async def presses(shop: Shop, who: str, view: dict[str, Any], action: str) -> None:
    """Press the first button of an action on the Home tab or in a modal; a tab that was shown anew meanwhile is pressed as it is now."""
    person, slack = shop.world.person(who), shop.world.slack

    async def press() -> bool:
        tab = view["type"] == "home"
        shown = (await slack.get("views", **{"as": person.id})).get("home") if tab else view
        found = (
            (block["block_id"], element)
            for block in (shown or view)["blocks"]
            for element in [*block.get("elements", ()), block.get("accessory") or {}]
            if element.get("action_id") == action
        )
        block_id, element = next(found, ("", {}))
        body = {"as": person.id, "view_id": view["id"], "block_id": block_id}
        return bool(
            element and (await slack.post("click", body | {"action_id": action, "value": element["value"]})).get("ok")
        )

    await slack.until(f"a press of {action}", press)


async def test_an_approver_looks_decides_and_sees_what_was_decided_without_leaving_home(shop: Shop) -> None:
    bo = shop.world.person("bo")
    draft = await shop.drafts("2 P-10214 for 410 because the pump drips", "hartmann")
    await shop.asks(draft)
    view = await home_of(shop, "bo", f"approve {draft}", "Asked by Ines Vogt")

    await presses(shop, "bo", view, "purchase_order.show")
    shown = await bo.modal("Order to Hartmann Seals GmbH", "Waits for approval")
    await presses(shop, "bo", view, "approval.approve")
    said = await bo.modal("Approved: PO-2026-00001")
    after = await home_of(shop, "bo", "You approved EUR 192.00 to Hartmann Seals GmbH", "Nothing waits for you.")

    assert "2 pieces, at 96.00, 192.00 together" in json.dumps(shown)
    assert "It goes to the supplier" in json.dumps(said)
    assert "approval.approve" not in json.dumps(after)
    await shop.mailed(draft)


async def test_a_buyer_finds_the_order_that_nobody_answered_and_can_go_on_from_there(shop: Shop) -> None:
    ines = shop.world.person("ines")
    view = await home_of(shop, "ines", "1 order is unanswered", "Nothing is late.")

    await presses(shop, "ines", view, "purchase_order.list")
    listed = await ines.modal("Unanswered orders", "PO-2026-00001")
    await presses(shop, "ines", listed, "purchase_order.show")
    shown = await ines.modal("Sent, not answered yet")
    await presses(shop, "ines", shown, "purchase_order.amend")
    form = await ines.modal("amend_purchase_order")

    assert "PO-2026-00001" in json.dumps(form)


async def test_an_absence_is_set_and_ended_on_the_tab(shop: Shop) -> None:
    bo = shop.world.person("bo")
    here = await home_of(shop, "bo", "You are here, so questions about orders come to you.")

    await presses(shop, "bo", here, "person.away")
    form = await bo.modal("away")
    await bo.submits(form, last="2027-01-06", stand_in="U0MARTA")
    away = await home_of(shop, "bo", "Marta Kowalska decides on orders meanwhile")
    await presses(shop, "bo", away, "person.back")

    await home_of(shop, "bo", "You are here, so questions about orders come to you.")


async def test_somebody_in_the_plant_sees_neither_orders_nor_money(shop: Shop) -> None:
    view = await home_of(shop, "ana", "Need something")

    assert "EUR" not in json.dumps(view)
    assert "purchase_order" not in json.dumps(view)
