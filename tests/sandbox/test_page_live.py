"""The sandbox page in Chromium against the real pretend outside world, with a small bolt app behind it."""

import importlib.util
from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import aiosmtplib
import pytest
from playwright.async_api import expect
from slack_bolt.async_app import AsyncApp

from sandbox.outside import Outside
from sandbox.timing import Timing

pytestmark = pytest.mark.chromium


def _beside(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


page_world = _beside("page_world")
CARDS = page_world.CARDS
PERSON = {"type": "modal", "callback_id": "part", "title": CARDS["part_view"]["title"]}
PART = {**PERSON, "submit": CARDS["part_view"]["submit"], "blocks": CARDS["part_view"]["blocks"]}
SURE = {**PERSON, "title": CARDS["second_view"]["title"], "blocks": CARDS["second_view"]["blocks"]}
HOME = {"type": "home", "blocks": CARDS["home"]["blocks"]}


@pytest.fixture
def seed(seed: dict[str, Any]) -> dict[str, Any]:
    supplier = {"name": "Hartmann Seals", "address": "orders@hartmann.example"}
    shortcut = {"name": "Open a work order", "callback_id": "open_from_message", "type": "message"}
    apps = {**seed["apps"], "shortcuts": [*seed["apps"]["shortcuts"], shortcut]}
    return {**seed, "suppliers": [supplier], "apps": apps}


@pytest.fixture
async def outside(tmp_path: Path, seed: dict[str, Any], timing: Timing) -> AsyncIterator[Outside]:
    outside = await Outside.start(tmp_path, seed=seed, timing=timing)
    yield outside
    await outside.stop()


@pytest.fixture
async def shop(outside: Outside, bolt: AsyncApp, connect: Any) -> AsyncIterator[Any]:
    """The page with a connected app; a script error fails the test."""
    _teach(bolt)
    await connect()
    async with page_world.chromium() as browser:
        page = await browser.new_page(viewport={"width": 1280, "height": 800})
        page.set_default_timeout(30_000)
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        await page.goto(outside.url)
        await page.get_by_test_id("guide-close").click()
        yield page
        assert faults == []


def _teach(bolt: AsyncApp) -> None:
    @bolt.message("leak")
    async def open_work_order(message: dict[str, Any], say: Any) -> None:
        await say(**CARDS["work_order"], thread_ts=message["ts"])

    @bolt.action("need_part")
    async def ask_for_part(ack: Any, body: dict[str, Any], client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=PART)

    @bolt.action("take")
    async def refuse(ack: Any, respond: Any) -> None:
        await ack()
        await respond("This one is for Luis Moreno.", response_type="ephemeral", replace_original=False)

    @bolt.options("part")
    async def parts(ack: Any, payload: dict[str, Any]) -> None:
        text = {"type": "plain_text", "text": f"Mechanical seal for {payload['value']}"}
        await ack(options=[{"text": text, "value": "SEAL-45"}])

    @bolt.view("part")
    async def part_named(ack: Any, view: dict[str, Any]) -> None:
        pieces = view["state"]["values"]["pieces"]["pieces"]["value"]
        if pieces.isdigit():
            await ack(response_action="push", view=SURE)
        else:
            await ack(response_action="errors", errors={"pieces": "Write a number from 1 to 20."})

    @bolt.event("app_home_opened")
    async def home(event: dict[str, Any], client: Any) -> None:
        await client.views_publish(user_id=event["user"], view=HOME)

    @bolt.command("/chargehand")
    async def command(ack: Any, command: dict[str, Any]) -> None:
        await ack(f"You said: {command['text']}")

    @bolt.shortcut("open_from_message")
    async def from_message(ack: Any, shortcut: dict[str, Any], respond: Any) -> None:
        await ack()
        await respond(f"Opened from: {shortcut['message']['text']}", response_type="in_channel")


async def report(shop: Any) -> Any:
    """Ana reports a leak; gives the thread with the card, which opens by itself."""
    await shop.get_by_test_id("act-as-U0ANA").click()
    await shop.get_by_test_id("channel-maintenance").click()
    await shop.get_by_test_id("composer").fill("P-101 has a leak <again>")
    await shop.get_by_test_id("send").click()
    thread = shop.get_by_test_id("thread")
    await thread.get_by_test_id("action-need_part").wait_for()
    return thread


async def test_a_report_is_answered_by_a_card_in_its_thread_which_opens_by_itself(shop: Any) -> None:
    thread = await report(shop)

    await expect(thread).to_contain_text("P-101 has a leak <again>")
    await expect(thread.locator(".card h3")).to_have_text("Seal leaking on pump P-101")


async def test_a_wrong_click_is_answered_to_that_person_alone(shop: Any) -> None:
    thread = await report(shop)

    await thread.get_by_test_id("action-take").click()

    await shop.get_by_text("This one is for Luis Moreno.").first.wait_for()
    await shop.get_by_test_id("act-as-U0BO").click()
    await shop.locator("[data-testid=act-as-U0BO][aria-pressed=true]").wait_for()
    await thread.get_by_text("P-101 has a leak").wait_for()
    assert await shop.get_by_text("This one is for Luis Moreno.").count() == 0


async def test_a_modal_with_typeahead_errors_and_a_second_view_goes_through_the_real_app(shop: Any) -> None:
    thread = await report(shop)
    await thread.get_by_test_id("action-need_part").click()
    modal = shop.get_by_test_id("modal")
    await modal.get_by_test_id("action-part").click()
    await shop.get_by_test_id("chooser-search").fill("P-101")
    await shop.get_by_test_id("option-SEAL-45").click()
    await modal.get_by_test_id("action-pieces").fill("x")
    await modal.get_by_test_id("modal-submit").click()
    await expect(modal.get_by_test_id("error-pieces")).to_have_text("Write a number from 1 to 20.")
    await modal.get_by_test_id("action-pieces").fill("3")

    await modal.get_by_test_id("modal-submit").click()

    await modal.get_by_text("0 of 2 seals are in stock.").wait_for()
    await modal.get_by_test_id("modal-close").click()
    await expect(modal.get_by_test_id("action-pieces")).to_have_value("3")


async def test_a_command_and_a_message_shortcut_reach_the_app(shop: Any) -> None:
    thread = await report(shop)
    await shop.get_by_test_id("composer").fill("/chargehand where P-101")
    await shop.get_by_test_id("composer").press("Enter")
    await shop.get_by_text("You said: where P-101").wait_for()
    root = thread.locator("[data-testid^=root-]")
    await root.hover()

    await root.get_by_role("button", name="Message actions").click()
    await shop.get_by_test_id("shortcut-open_from_message").click()

    await shop.get_by_text("Opened from: P-101 has a leak <again>").wait_for()


async def test_home_is_published_when_it_is_looked_at(shop: Any) -> None:
    await shop.get_by_test_id("tab-home").click()

    await shop.get_by_test_id("home").get_by_text("Your jobs").wait_for()


async def test_a_direct_message_begins_when_somebody_looks_for_the_bot(shop: Any) -> None:
    await shop.get_by_test_id("act-as-U0BO").click()

    await shop.get_by_test_id("dm-bot").click()

    await expect(shop.get_by_test_id("composer")).to_have_attribute("aria-label", "Message to Chargehand")


async def test_an_order_by_mail_is_read_with_its_pdf_and_answered_by_the_supplier(shop: Any, outside: Outside) -> None:
    host, port = outside.smtp
    await aiosmtplib.send(
        _order(outside), hostname=host, port=port, username=outside.mail_user, password=outside.mail_password
    )
    await shop.locator("[data-testid^=mail-][class*=unread]").click()
    await shop.get_by_test_id("mail-frame").content_frame.get_by_text("please supply by").wait_for()
    paper = await shop.request.get(
        outside.url + (await shop.get_by_test_id("pdf").get_attribute("src")).partition("#")[0]
    )

    await shop.get_by_test_id("answer-despatch").click()

    await shop.get_by_text("Sent to the plant's mailbox.").wait_for()
    assert (await paper.body()).startswith(b"%PDF")
    await shop.get_by_test_id("mail-back").click()
    await shop.get_by_test_id("box-plant").click()
    await expect(shop.locator(".mail-row")).to_have_count(1)


def _order(outside: Outside) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"] = outside.mail_user, "Hartmann Seals <orders@hartmann.example>"
    mail["Subject"], mail["Message-ID"] = CARDS["mail"]["subject"], "<118@halden.example>"
    mail.set_content(CARDS["mail"]["text"])
    mail.add_alternative(CARDS["mail"]["html"], subtype="html")
    paper = page_world.pdf_of(["Purchase order PO-2026-00118"])
    mail.add_attachment(paper, maintype="application", subtype="pdf", filename="PO-2026-00118.pdf")
    return mail
