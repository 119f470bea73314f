"""Stories of who has to approve: rules side by side, somebody told, orders beside an order, and a yes by mail."""

import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from pathlib import Path

import pytest
import pytest_asyncio

from storage.tables import Approval, ApprovalTask, PurchaseOrder
from tests.stories.figures import damage, rows
from tests.stories.loop import FAULTS, LOOP, World, walk
from tests.stories.plants import Plant, RealMail, Wishes, plant_among_people
from tests.wires.dovecot import Dovecot

pytestmark = [pytest.mark.dovecot, pytest.mark.timeout(300)]

OWNER = '[[approvals.rules]]\nname = "Owner of the cost centre"\nwho = ["owner"]\n'
RULES = (
    OWNER
    + """step = "check"

[[approvals.rules]]
name = "Seals"
who = ["marta.kowalska@halden.example"]
categories = ["seal*"]
step = "check"

[[approvals.rules]]
name = "Controller"
who = ["farid.haddad@halden.example"]
notify = true
"""
)
NOBODY_LEFT = '[[approvals.rules]]\nname = "Somebody who left"\nwho = ["gone@halden.example"]\n'


@pytest_asyncio.fixture
async def ruled(tmp_path: Path, dovecot: Dovecot) -> AsyncIterator[tuple[Plant, World]]:
    """A running plant whose rules ask the owner and whoever knows seals side by side, and tell the controller."""
    wishes = Wishes(rewrite=lambda text: text.replace(OWNER, RULES))
    async with plant_among_people(tmp_path, f"sqlite:///{tmp_path}/plant.db", dovecot, wishes) as (made, world):
        await imports(made, tmp_path, parts="part,name,unit,category\nP-10231,Mechanical seal 45 mm,piece,Seals\n")
        await made.start()
        yield made, world


async def imports(made: Plant, folder: Path, **files: str) -> None:
    """Import more about the plant, file by file."""
    (more := folder / "more").mkdir()
    for name, text in files.items():
        (more / f"{name}.csv").write_text(text, "utf-8")
    status, said = await made.command("import", str(more))
    assert status == 0, said


async def test_52_an_order_asks_the_owner_and_the_expert_side_by_side_and_tells_the_controller(
    ruled: tuple[Plant, World], tmp_path: Path
) -> None:
    made, world = ruled
    await walk(world, LOOP[:5])
    told = await world.person("farid").waits_in_direct("For you to know: EUR 368.00")
    await world.slack.until("both are asked", lambda: world.live("marta", "direct", "approval.approve"))

    await world.presses("bo", "direct", "approval.approve")
    await world.slack.until("the owner's yes", lambda: _said_yes(made, 1))
    between = [order.state for order in rows(made.url, PurchaseOrder)]
    await world.presses("marta", "direct", "approval.approve")
    await world.slack.until("the order's mail", world.orders)

    assert "approval.approve" not in json.dumps(told)
    assert between == ["pending_approval"]
    assert {task.rule for task in rows(made.url, ApprovalTask)} == {"Owner of the cost centre", "Seals"}
    await _is_explained(made, tmp_path)
    assert damage(made.url) == []


async def _is_explained(made: Plant, folder: Path) -> None:
    """The command line says who approved by which rule, and what an edited policy would have asked."""
    (order,) = rows(made.url, PurchaseOrder)
    status, said = await made.command("policy", "explain", str(order.number), "--json")
    why = json.loads(said)
    edited = folder / "edited.toml"
    settings = made.config.read_text("utf-8").replace(RULES, NOBODY_LEFT)
    edited.write_text(re.sub(r"(?m)^fallback = .*$", "fallback = []", settings), "utf-8")
    replayed, table = await Plant(folder, edited, made.environment, made.url).command("policy", "test")

    assert status == 0
    assert [(row["rule"], row["does"], row["who"]) for row in why["rules"][:3]] == [
        ("Owner of the cost centre", "asks", "Bo Lindqvist"),
        ("Seals", "asks", "Marta Kowalska"),
        ("Controller", "tells", "Farid Haddad"),
    ]
    assert replayed == 1
    assert "1 of them could not be approved by anybody." in table


async def _said_yes(made: Plant, count: int) -> bool:
    return sum(task.state == "approved" for task in rows(made.url, ApprovalTask)) == count


async def test_53_whoever_asked_for_an_order_cannot_approve_it_by_any_word(ruled: tuple[Plant, World]) -> None:
    made, world = ruled
    await walk(world, LOOP[:5])
    (order,) = rows(made.url, PurchaseOrder)

    await world.person("luis").commands(FAULTS, "/chargehand", f"approve {order.draft_number}")
    refused = await world.person("luis").waits_for(FAULTS, "You cannot approve this order, because you asked for it")

    assert "has been asked" in refused["text"]
    assert [run.state for run in rows(made.url, Approval)] == ["open"]


async def test_59_a_second_order_to_the_same_supplier_in_a_week_says_what_both_come_to(
    ruled: tuple[Plant, World],
) -> None:
    made, world = ruled
    await walk(world, LOOP[:5])
    await world.begin_anew("LS-2")
    await walk(world, LOOP[:5])

    asked = await world.person("bo").waits_in_direct("Second order to Hartmann Seals GmbH this week, EUR 736.00 in all")

    assert "the next step up starts at EUR 5,000.00" in json.dumps(asked)
    assert [order.state for order in rows(made.url, PurchaseOrder)] == ["pending_approval"] * 2


VERA = "vera.holm@halden.example"
"""Somebody who owns a cost centre and is not in Slack."""


@pytest_asyncio.fixture
async def by_mail(tmp_path: Path, dovecot: Dovecot) -> AsyncIterator[tuple[Plant, World]]:
    """A running plant in which the owner of the cost centre is not in Slack."""
    async with plant_among_people(tmp_path, f"sqlite:///{tmp_path}/plant.db", dovecot) as (made, world):
        await imports(
            made,
            tmp_path,
            people=f"person,name,role\n{VERA},Vera Holm,approver\n",
            cost_centres=f"cost_centre,name,owner\n410,Packaging,{VERA}\n",
        )
        await made.start()
        yield made, world


async def test_57_who_is_not_in_slack_approves_by_a_mail_that_counts_once(by_mail: tuple[Plant, World]) -> None:
    made, world = by_mail
    await walk(world, LOOP[:4])
    await world.presses("luis", FAULTS, "purchase_order.request", thread=world.thread)
    question = await letter(world, "Approve EUR 368.00")

    await world.mail.deliver(reply(question, "YES", sender="mallory@elsewhere.example"))
    await letter(world, "Nothing was done")
    held = [order.state for order in rows(made.url, PurchaseOrder)]
    await world.mail.deliver(reply(question, "YES\n\n> To approve it, reply with YES"))
    await world.slack.until("the order's mail", world.orders)
    await letter(world, "Done")
    await world.mail.deliver(reply(question, "NO, I changed my mind"))
    twice = await letter(world, "Nothing was done", nth=2)

    assert held == ["pending_approval"]
    assert "by Vera Holm at" in twice.get_content()
    assert [run.state for run in rows(made.url, Approval)] == ["approved"]
    assert damage(made.url) == []


async def letter(world: World, words: str, nth: int = 1) -> EmailMessage:
    """Wait for the n-th letter to Vera with these words in its subject."""

    async def look() -> EmailMessage | None:
        assert isinstance(world.mail, RealMail)
        found = [kept.message for kept in world.mail.sink.kept if VERA in kept.recipients]
        told = [mail for mail in found if words in str(mail["Subject"])]
        return told[nth - 1] if len(told) >= nth else None

    found = await world.slack.until(f"a letter “{words}”", look)
    assert isinstance(found, EmailMessage)
    return found


def reply(question: EmailMessage, text: str, sender: str = VERA) -> bytes:
    """Answer a question as a mail program does, over the sender's own mail server."""
    domain = sender.rpartition("@")[2]
    mail = EmailMessage(SMTP)
    mail["Authentication-Results"] = f"mx.halden.example; dmarc=pass header.from={domain}"
    mail["From"] = f"Vera Holm <{sender}>"
    mail["To"] = str(question["Reply-To"])
    mail["Subject"] = f"Re: {question['Subject']}"
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = make_msgid(domain=domain)
    mail["In-Reply-To"] = str(question["Message-ID"])
    mail.set_content(text)
    return mail.as_bytes()
