"""Stories of deciding: yes, no, less, a question, a colleague, an absence, and an order that is fixed once it is accepted."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from storage.tables import Approval, ApprovalTask, AuditEntry, PurchaseOrderLine
from tests.stories.figures import damage, rows
from tests.stories.hartmann import answer
from tests.stories.people import buttons
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


async def test_56_a_no_needs_its_reason_and_every_copy_of_the_question_says_it(shop: Shop) -> None:
    draft = await shop.drafts("1 P-10214 for 410", "hartmann")
    question, bo = await shop.asks(draft), shop.world.person("bo")

    await shop.presses("bo", question, "approval.reject")
    form = await bo.modal("Why not?")
    empty = await bo.submits(form, words=" ")
    await bo.submits(form, words="Use the one in store 3")

    await shop.world.person("ines").waits_in_direct(draft, "said no to", "Use the one in store 3")
    over = await bo.waits_in_direct(draft, "Rejected by Bo Lindqvist", "Use the one in store 3")
    assert empty["errors"] == {"words": "Say why in a few words."}
    assert "approval.approve" not in buttons(over)
    assert shop.order(draft).state == "draft"


async def test_56_a_question_reaches_whoever_asked_and_the_order_goes_on_waiting(shop: Shop) -> None:
    draft = await shop.drafts("1 P-10216 for 410", "hartmann")
    question, bo = await shop.asks(draft), shop.world.person("bo")

    await shop.presses("bo", question, "approval.more", f"approval.ask|{_carried(question)}")
    await bo.submits(await bo.modal("Your question"), words="Is the old one worn?")

    await shop.world.person("ines").waits_in_direct(draft, "Bo Lindqvist asks about", "Is the old one worn?")
    assert shop.order(draft).state == "pending_approval"


async def test_56_less_is_approved_and_never_more(shop: Shop) -> None:
    draft = await shop.drafts("10 P-10222 for 410", "hartmann")
    question, bo = await shop.asks(draft), shop.world.person("bo")
    await shop.presses("bo", question, "approval.reduce")
    form = await bo.modal("Lower what is too much")
    (block,) = [one["block_id"] for one in form["blocks"] if str(one.get("label", {}).get("text", "")).startswith("1 ")]

    more = await bo.submits(form, **{block: "11"}, words="spares")
    await bo.submits(form, **{block: "4"}, words="Four will do")

    mail = await shop.mailed(draft)
    (line,) = rows(shop.plant.url, PurchaseOrderLine, order_id=shop.order(draft).id)
    assert list(more["errors"]) == [block]
    assert line.quantity == 4000
    await shop.world.person("ines").waits_in_direct("approved less of", "Four will do")
    assert "4 Stück" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]  # every order has one


async def test_56_two_presses_at_once_are_one_yes(shop: Shop) -> None:
    draft = await shop.drafts("1 P-10217 for 410", "hartmann")
    question = await shop.asks(draft)

    await asyncio.gather(*(shop.presses("bo", question, "approval.approve") for _ in range(2)))

    await shop.mailed(draft)
    runs = rows(shop.plant.url, Approval, order_id=shop.order(draft).id)
    yes = [row for row in rows(shop.plant.url, AuditEntry, action="approved") if row.subject == draft]
    assert [run.state for run in runs] == ["approved"]
    assert len(yes) == 1


async def test_54_while_bo_is_away_marta_decides_and_both_names_stay_with_the_order(shop: Shop) -> None:
    draft = await shop.drafts("2 P-10223 for 410", "hartmann")
    await shop.asks(draft)

    await shop.types("bo", "away until 31 Dec <@U0MARTA>", "Marta Kowalska decides on orders meanwhile")
    question = await shop.world.person("marta").waits_in_direct(draft, "approval.approve")
    await shop.presses("marta", question, "approval.approve")
    mail = await shop.mailed(draft)
    await shop.types("bo", "back", "Welcome back")

    assert "You are asked for Bo Lindqvist, who is away." in json.dumps(question)
    assert "Marta Kowalska for Bo Lindqvist" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    (task,) = [row for row in rows(shop.plant.url, ApprovalTask) if row.state == "approved" and row.instead_of_id]
    assert task.why == "stand_in"


async def test_54_and_s59_whoever_asked_for_an_order_does_not_decide_on_it_as_a_stand_in(shop: Shop) -> None:
    draft = await shop.drafts("3 P-10223 for 410", "hartmann")
    await shop.types("bo", "away until 31 Dec <@U0INES>", "Ines Vogt decides on orders meanwhile")

    await shop.types("ines", f"request {draft}", draft, "is asked")
    refused = await shop.types("ines", f"approve {draft}", "You cannot approve this order")
    await shop.types("bo", "back", "Welcome back")

    asked = rows(shop.plant.url, ApprovalTask, state="pending")
    people = {row.person_id for row in asked if row.approval_id == rows(shop.plant.url, Approval)[-1].id}
    assert "because you asked for it" in refused["text"]
    assert shop.order(draft).requested_by_id not in people
    assert shop.order(draft).state == "pending_approval"


async def test_s38_and_s39_a_supplier_s_yes_is_kept_with_its_mail_and_fixes_the_order(shop: Shop) -> None:
    order, mail = await shop.buys("2 P-10225 for 410", "hartmann")

    await shop.world.mail.deliver(
        answer(mail, f"Re: {order.number}", f"Guten Tag, wir bestätigen Ihre Bestellung {order.number} wie bestellt.")
    )

    async def accepted() -> bool:
        return str(shop.order(order.number).state) == "accepted"

    await shop.world.slack.until("the supplier's yes", accepted)
    card = await shop.types("ines", f"order {order.number}", "Accepted by the supplier")
    refused = await shop.types("ines", f"request {order.number}", order.number, "accepted")
    noted = [row.action for row in rows(shop.plant.url, AuditEntry, subject=order.number)]
    assert "purchase_order.amend" in buttons(card)
    assert "purchase_order.edit" not in buttons(card)
    assert "cannot" in refused["text"]
    assert "supplier: accepted" in noted


async def test_s40_and_s56_somebody_without_the_right_changes_nothing_and_is_told_who_can(shop: Shop) -> None:
    draft = await shop.drafts("1 P-10226 for 410", "hartmann")
    question = await shop.asks(draft)

    refused = await shop.types("luis", f"approve {draft}", "Bo Lindqvist")
    seen = await shop.types("luis", f"order {draft}", "Waits for approval")

    assert "This one is for Bo Lindqvist" in refused["text"]
    assert "EUR" not in json.dumps(seen)
    assert shop.order(draft).state == "pending_approval"
    await shop.presses("bo", question, "approval.approve")
    await shop.mailed(draft)


def _carried(question: dict[str, object]) -> str:
    """Return what the buttons of a question carry."""
    blocks: list[dict[str, list[dict[str, str]]]] = question["blocks"]  # type: ignore[assignment]
    found = (one for block in blocks for one in block.get("elements", []) if one.get("action_id") == "approval.approve")
    return next(found)["value"]
