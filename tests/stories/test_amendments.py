"""Stories of a changed order: asked about again with what is different, mailed as its next revision, in force once it is accepted."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
import pytest_asyncio

from storage.tables import OrderRevision, PurchaseOrder, PurchaseOrderLine
from tests.stories.figures import damage, rows
from tests.stories.hartmann import answer
from tests.stories.loop import LOOP, PURCHASING, World, walk
from tests.stories.plants import Plant, plant_among_people
from tests.wires.dovecot import Dovecot

pytestmark = [pytest.mark.dovecot, pytest.mark.timeout(300)]


@pytest_asyncio.fixture
async def plant(tmp_path: Path, dovecot: Dovecot) -> AsyncIterator[tuple[Plant, World]]:
    """A running plant with an order for two seals that the supplier has."""
    async with plant_among_people(tmp_path, f"sqlite:///{tmp_path}/plant.db", dovecot) as (made, world):
        await made.start()
        await walk(world, LOOP[:6])
        yield made, world


def confirms(order: EmailMessage, number: str, quantity: int) -> bytes:
    """Write the supplier's confirmation of one line, in the thread of an order's mail."""
    page = (
        f"<p>Order confirmation AB-7. We accept your order {number} as follows:</p><table>"
        "<tr><th>Pos</th><th>Article</th><th>Ordered</th><th>Confirmed</th></tr>"
        f"<tr><td>1</td><td>HS-45-SSE</td><td>{quantity}</td><td>{quantity}</td></tr></table>"
    )
    return answer(order, f"Order confirmation {number}", "Please see the table.", page=page)


async def mail_of(world: World, at: int) -> EmailMessage:
    async def there() -> list[EmailMessage]:
        found = await world.orders()
        return found if len(found) > at else []

    mails: list[EmailMessage] = await world.slack.until(f"mail {at + 1} of the order", there)
    return mails[at]


async def test_60_and_61_a_third_seal_is_asked_about_mailed_as_revision_2_and_in_force_once_accepted(
    plant: tuple[Plant, World],
) -> None:
    made, world = plant
    ines = world.person("ines")
    await ines.commands(PURCHASING, "/chargehand", f"change {world.order}")
    form = await ines.modal("amend_purchase_order")
    await ines.submits(form, quantity_1="3", reason="The other pump drips as well")
    await world.slack.until("Bo's question", lambda: world.live("bo", "direct", "approval.approve"))
    await world.person("bo").waits_in_direct("It changes an order that the supplier has", "2 pieces → 3 pieces")
    (order,) = rows(made.url, PurchaseOrder)
    assert (order.revision, order.state) == (1, "sent")

    await world.presses("bo", "direct", "approval.approve")
    mail = await mail_of(world, 1)

    first = (await world.orders())[0]
    assert str(mail["In-Reply-To"]) == str(first["Message-ID"])
    page = mail.get_body(("plain",))
    assert page is not None
    assert "Fassung 2, ersetzt Fassung 1" in page.get_content()
    assert "Bisher:" in page.get_content()

    await world.mail.deliver(confirms(mail, world.order, 3))
    await world.slack.until("revision 2 in force", lambda: _in_force(made))
    (line,) = rows(made.url, PurchaseOrderLine)
    assert line.quantity == 3000
    await ines.waits_in_direct("accepted, it is the order from now on")
    assert damage(made.url) == []


async def _in_force(made: Plant) -> bool:
    (order,) = rows(made.url, PurchaseOrder)
    return bool(order.revision == 2 and order.state == "accepted")


async def test_61_less_goes_out_without_another_question_and_stands_beside_the_order_until_it_is_dropped(
    plant: tuple[Plant, World],
) -> None:
    made, world = plant
    ines = world.person("ines")
    await ines.commands(PURCHASING, "/chargehand", f"change {world.order}")
    form = await ines.modal("amend_purchase_order")
    await ines.submits(form, quantity_1="1", reason="One is in the drawer")
    await mail_of(world, 1)
    await ines.waits_in_direct("has not answered yet", "No new approval")

    await ines.commands(PURCHASING, "/chargehand", f"change {world.order} drop")

    await ines.waits_in_direct("dropped", "The order stands as it was")
    (revision,) = rows(made.url, OrderRevision)
    (order,) = rows(made.url, PurchaseOrder)
    assert (revision.state, order.revision, order.state) == ("cancelled", 1, "sent")
    assert [line.quantity for line in rows(made.url, PurchaseOrderLine)] == [2000]
    assert damage(made.url) == []


def postpones(order: EmailMessage, number: str, day: str) -> bytes:
    """Write that the goods come later than they were ordered for."""
    said = (
        f"Dear customer,\n\nunfortunately the delivery of your order {number}, line 1 (HS-45-SSE, 2 pcs), is delayed.\n"
        f"New delivery date: {day}\n\nKind regards\nJana Hartmann\n"
    )
    return answer(order, f"Delay of your order {number}", said)


async def test_67_a_later_day_is_shown_as_a_difference_and_is_the_order_once_our_yes_has_gone_out(
    plant: tuple[Plant, World],
) -> None:
    made, world = plant
    day = (datetime.now(UTC) + timedelta(days=90)).date()
    await world.mail.deliver(postpones(await mail_of(world, 0), world.order, f"{day:%d %B %Y}"))
    await world.slack.until("the proposal", lambda: world.live("ines", "direct", "mail.accept_answer"))
    await world.person("ines").waits_in_direct("deliver by", f"→ {day}", "no new approval is needed")

    await world.presses("ines", "direct", "mail.accept_answer")
    mail = await mail_of(world, 1)
    await world.slack.until("revision 2 in force", lambda: _in_force(made))

    assert "2" in str(mail["Subject"])
    (line,) = rows(made.url, PurchaseOrderLine)
    assert (line.deliver_by, line.quantity) == (day, 2000)
    assert damage(made.url) == []
