"""The sandbox page in a real Chromium, against a stand-in with canned cards and mail."""

import asyncio
import importlib.util
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import expect

pytestmark = [pytest.mark.chromium, pytest.mark.asyncio(loop_scope="module")]


def _beside(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


page_world = _beside("page_world")


@pytest_asyncio.fixture(loop_scope="module")
async def world() -> AsyncIterator[Any]:
    async with page_world.page_world() as world:
        yield world


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Any]:
    """One browser for all; each test's page has a profile of its own."""
    async with page_world.chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def shop(world: Any, browser: Any) -> AsyncIterator[Any]:
    """The page as a newcomer finds it, the guide put away; a script error fails the test."""
    page = await browser.new_page(viewport={"width": 1280, "height": 800})
    page.set_default_timeout(30_000)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    page.on("request", lambda request: None if request.url.startswith(world.url) else faults.append(request.url))
    await page.goto(world.url)
    await page.get_by_test_id("guide-close").click()
    yield page
    await page.close()
    assert [fault for fault in faults if not fault.startswith(("data:", "about:", "chrome"))] == []


async def open_thread(shop: Any) -> Any:
    await shop.locator("[data-testid^=replies-]").first.click()
    thread = shop.get_by_test_id("thread")
    await thread.get_by_test_id("action-take").wait_for()
    return thread


async def open_part_modal(shop: Any) -> Any:
    thread = await open_thread(shop)
    await thread.get_by_test_id("action-need_part").click()
    modal = shop.get_by_test_id("modal")
    await modal.wait_for()
    return modal


async def test_what_is_written_is_said_as_the_person_acted_as(shop: Any, world: Any) -> None:
    await shop.get_by_test_id("composer").fill("Pump is <b>wet</b> & loud, @Bo Lindqvist")

    await shop.get_by_test_id("send").click()

    await shop.get_by_text("Pump is <b>wet</b> & loud").wait_for()
    assert world.bodies("say") == [
        {"as": "U0ANA", "channel": "C0MAINT", "text": "Pump is <b>wet</b> & loud, @Bo Lindqvist", "files": []}
    ]


async def test_a_number_key_makes_the_page_another_person(shop: Any, world: Any) -> None:
    await shop.locator("#middle").focus()

    await shop.keyboard.press("6")

    await shop.locator("[data-testid=act-as-U0BO][aria-pressed=true]").wait_for()
    await shop.get_by_test_id("dm-bot").click()
    await shop.get_by_test_id("action-approve").wait_for()


async def test_a_clicked_button_goes_out_with_its_message_and_its_value_and_the_card_changes(
    shop: Any, world: Any
) -> None:
    await shop.get_by_test_id("act-as-U0BO").click()
    await shop.get_by_test_id("dm-bot").click()

    await shop.get_by_test_id("action-approve").click()

    await shop.get_by_text("Approved by you at 09:41").wait_for()
    [click] = world.bodies("click")
    assert (click["as"], click["channel"], click["action_id"], click["value"]) == ("U0BO", "DU0BO", "approve", "118")
    assert click["message_ts"] == world.messages["DU0BO"][0]["ts"]


async def test_a_button_with_a_question_asks_it_before_anything_happens(shop: Any, world: Any) -> None:
    await shop.get_by_test_id("act-as-U0BO").click()
    await shop.get_by_test_id("dm-bot").click()
    await shop.get_by_test_id("action-cancel").click()
    await shop.get_by_test_id("confirm-deny").click()
    before = world.bodies("click")

    await shop.get_by_test_id("action-cancel").click()
    await shop.get_by_test_id("confirm-ok").click()

    await shop.get_by_test_id("confirm").wait_for(state="detached")
    assert before == []
    assert [click["action_id"] for click in world.bodies("click")] == ["cancel"]


async def test_an_answer_for_one_person_is_marked_and_can_be_dismissed(shop: Any) -> None:
    thread = await open_thread(shop)

    await thread.get_by_test_id("action-take").click()

    await thread.get_by_text("Only visible to you").wait_for()
    await thread.get_by_role("button", name="Dismiss").click()
    assert await thread.get_by_text("Only visible to you").count() == 0


async def test_a_modal_says_errors_at_their_field_and_keeps_what_was_typed(shop: Any, world: Any) -> None:
    modal = await open_part_modal(shop)
    await modal.get_by_test_id("modal-submit").click()
    assert await modal.get_by_test_id("error-part").inner_text() == "Please fill this in."
    await modal.get_by_test_id("action-part").click()
    await shop.get_by_test_id("chooser-search").fill("seal")
    await shop.get_by_test_id("option-SEAL-45").click()
    await modal.get_by_test_id("action-pieces").fill("many")

    await modal.get_by_test_id("modal-submit").click()

    await modal.get_by_text("Write a number from 1 to 20.").wait_for()
    assert await modal.get_by_test_id("action-pieces").input_value() == "many"
    assert "Mechanical seal 45 mm" in await modal.get_by_test_id("action-part").inner_text()
    assert await shop.evaluate("document.activeElement.dataset.testid") == "action-pieces"


async def test_a_pushed_modal_lies_on_the_first_and_the_focus_returns_after_the_last(shop: Any, world: Any) -> None:
    modal = await open_part_modal(shop)
    await modal.get_by_test_id("action-part").click()
    await shop.get_by_test_id("chooser-search").fill("seal")
    await shop.get_by_test_id("option-SEAL-45").click()
    await modal.get_by_test_id("modal-submit").click()
    await modal.get_by_text("Request 2 for EUR 368.00?").wait_for()

    await modal.get_by_test_id("modal-submit").click()

    await modal.wait_for(state="detached")
    first = world.bodies("submit")[0]["state"]["values"]
    assert first["part"]["part"]["selected_option"]["value"] == "SEAL-45"
    assert first["pieces"]["pieces"] == {"type": "plain_text_input", "value": "2"}
    assert await shop.evaluate("document.activeElement.dataset.testid") == "action-need_part"


async def test_escape_closes_a_modal_and_tells_the_server(shop: Any, world: Any) -> None:
    modal = await open_part_modal(shop)

    await shop.keyboard.press("Escape")

    await modal.wait_for(state="detached")
    assert world.bodies("close") == [{"as": "U0ANA", "view_id": "V0PART"}]


async def test_a_dead_app_is_said_in_words(shop: Any, world: Any) -> None:
    world.refusals["click"] = {"ok": False, "error": "operation_timeout"}
    thread = await open_thread(shop)

    await thread.get_by_test_id("action-take").click()

    await shop.get_by_text("did not answer within 3 seconds").wait_for()


async def test_a_slash_shows_the_commands_and_sends_one(shop: Any, world: Any) -> None:
    composer = shop.get_by_test_id("composer")
    await composer.press_sequentially("/ch")
    await shop.get_by_role("option", name="/chargehand").wait_for()
    await composer.press("Tab")
    await composer.press_sequentially("stock seal")

    await composer.press("Enter")

    await expect(composer).to_have_value("")
    sent = {"as": "U0ANA", "channel": "C0MAINT", "command": "/chargehand", "text": "stock seal"}
    assert world.bodies("command") == [sent]


async def test_a_photo_is_shown_before_it_is_sent(shop: Any, world: Any) -> None:
    photo = {"name": "leak.png", "mimeType": "image/png", "buffer": page_world.photo()}
    await shop.get_by_test_id("file").set_input_files(photo)
    await shop.get_by_test_id("preview").wait_for()

    await shop.get_by_test_id("send").click()

    await shop.get_by_alt_text("Photo leak.png").wait_for()
    assert [one["name"] for one in world.bodies("say")[0]["files"]] == ["leak.png"]
    assert await shop.get_by_test_id("preview").count() == 0


async def test_every_block_is_drawn_and_an_unknown_one_is_said_in_red(shop: Any) -> None:
    await shop.get_by_test_id("channel-stores").click()

    await shop.get_by_text('Cannot be shown: unknown block "hologram"').wait_for()
    drawn = await shop.locator(".card [data-block]").count()
    text = await shop.locator(".card").inner_text()
    assert drawn == len(page_world.CARDS["gallery"])
    assert "a < b & c <script>alert(1)</script>" in text
    assert "Picture: The pump with its seal" in text
    assert "Spent: 12,477.6" in text
    assert await shop.locator(".block-data_visualization polyline").count() == 2


async def test_what_is_picked_in_a_card_goes_out_at_once(shop: Any, world: Any) -> None:
    await shop.get_by_test_id("channel-stores").click()
    await shop.get_by_test_id("action-g_select").click()

    await shop.get_by_test_id("option-high").click()

    await expect(shop.get_by_test_id("action-g_select")).to_contain_text("High")
    [click] = world.bodies("click")
    assert click["selected_option"]["value"] == "high"


async def test_shortcuts_are_offered_globally_and_on_a_message(shop: Any, world: Any) -> None:
    await shop.get_by_test_id("shortcuts").click()
    await shop.get_by_test_id("shortcut-report_fault").click()
    row = shop.locator("[data-testid^=message-]").first
    await row.hover()

    await row.get_by_role("button", name="Message actions").click()
    await shop.get_by_test_id("shortcut-open_from_message").click()

    await shop.locator("[role=menu]").wait_for(state="detached")
    wanted = [(one["callback_id"], one["type"], one.get("message_ts")) for one in world.bodies("shortcut")]
    first = world.messages["C0MAINT"][0]["ts"]
    assert wanted == [("report_fault", "global", None), ("open_from_message", "message", first)]


async def test_a_mail_is_read_in_a_frame_that_runs_nothing_and_its_pdf_is_drawn(shop: Any) -> None:
    await shop.get_by_test_id("mail-101").click()

    frame = shop.get_by_test_id("mail-frame")
    await frame.content_frame.get_by_text("please supply by").wait_for()
    assert "allow-scripts" not in await frame.get_attribute("sandbox")
    assert "owned" not in await shop.title()
    assert (await shop.get_by_test_id("pdf").get_attribute("src")).startswith("/sandbox/mail/101/attachment/0")


async def test_a_ready_answer_goes_to_the_plants_mailbox(shop: Any, world: Any) -> None:
    await shop.get_by_test_id("mail-101").click()

    await shop.get_by_test_id("answer-despatch").click()

    await shop.get_by_text("Sent to the plant's mailbox.").wait_for()
    await shop.get_by_test_id("mail-back").click()
    await shop.get_by_test_id("box-plant").click()
    await shop.get_by_test_id("mail-200").wait_for()
    assert [(one["mail_id"], one["kind"]) for one in world.bodies("mail/answer")] == [("101", "despatch")]


async def test_anybody_may_write_to_the_plant_with_a_bad_signature(shop: Any, world: Any) -> None:
    await shop.get_by_test_id("new-mail").click()
    await shop.get_by_test_id("new-from").fill("Somebody <who@elsewhere.example>")
    await shop.get_by_test_id("new-subject").fill("Your delivery")
    await shop.get_by_test_id("new-text").fill("2 seals")
    await shop.get_by_test_id("signature-fail").check()

    await shop.get_by_test_id("new-send").click()

    await shop.get_by_text("Put into the plant's mailbox.").wait_for()
    [mail] = world.bodies("mail/new")
    assert (mail["from"], mail["authentication"]) == ("Somebody <who@elsewhere.example>", "fail")


async def test_the_title_counts_what_is_unread(shop: Any) -> None:
    before = await shop.title()

    await shop.get_by_test_id("channel-stores").click()
    await shop.get_by_test_id("mail-101").click()

    await expect(shop).to_have_title(re.compile(r"^Halden"))
    assert before.startswith("(3) ")


async def test_a_new_message_appears_without_being_asked_for(shop: Any, world: Any) -> None:
    world.post("C0MAINT", "Planned stop of line 2 at 15:00", bot=True)

    await world.tell("message")

    await shop.get_by_text("Planned stop of line 2 at 15:00").first.wait_for()


async def test_the_phone_line_stands_beside_each_bot_message_when_asked_for(shop: Any, world: Any) -> None:
    thread = await open_thread(shop)
    card = next(one for one in world.messages["C0MAINT"] if one["bot"])
    line = thread.get_by_test_id(f"phone-{card['ts']}")
    before = await line.count()

    await shop.get_by_test_id("toggle-phone").click()

    await line.wait_for(state="visible")
    assert before == 0
    assert "WO-2026-00412 opened" in await line.inner_text()


async def test_behind_the_scenes_shows_blocks_and_limits(shop: Any) -> None:
    await open_thread(shop)

    await shop.get_by_test_id("toggle-scenes").click()

    scenes = shop.get_by_test_id("scenes")
    await scenes.wait_for()
    assert "of 50" in await scenes.inner_text()
    await shop.keyboard.press("Escape")
    await scenes.wait_for(state="hidden")


async def test_home_is_opened_and_drawn(shop: Any, world: Any) -> None:
    await shop.get_by_test_id("tab-home").click()

    await shop.get_by_test_id("home").get_by_text("Your jobs").wait_for()
    assert world.bodies("open_home") == [{"as": "U0ANA"}]


async def test_the_guide_reports_the_first_fault_when_asked(shop: Any, world: Any) -> None:
    await shop.get_by_test_id("open-guide").click()

    await shop.get_by_test_id("guide-do").click()

    await shop.locator(".messages").get_by_text("Seal leaking on P-101, line stands").first.wait_for()
    assert world.bodies("say")[0]["as"] == "U0ANA"


@pytest.mark.parametrize("width", [360, 768, 1280])
async def test_nothing_is_wider_than_the_screen(shop: Any, width: int) -> None:
    await shop.set_viewport_size({"width": width, "height": 740})
    await open_thread(shop)

    spare = await shop.evaluate("document.documentElement.scrollWidth - innerWidth")
    await shop.get_by_test_id("tab-mail").click()
    await shop.get_by_test_id("mail-101").click()

    assert spare <= 0
    assert (await shop.locator("#top").bounding_box())["width"] == width
    assert (await shop.get_by_test_id("mail-open").bounding_box())["height"] > 400


async def test_the_whole_page_weighs_less_than_300_kilobytes() -> None:
    weight = sum(path.stat().st_size for path in page_world.PAGE.rglob("*") if path.suffix != ".ttf")

    assert weight < 300_000


async def test_every_script_says_what_it_is_and_never_writes_foreign_text_as_html() -> None:
    for path in page_world.PAGE.glob("*.js"):
        text = path.read_text("utf-8")

        assert text.startswith("/*"), path.name
        assert len(text.splitlines()) <= 400, path.name
        assert not re.search(r"innerHTML|insertAdjacentHTML|document\.write|eval\(", text), path.name


async def test_a_click_made_while_somebody_else_is_being_shown_reaches_that_persons_own_place(shop: Any) -> None:
    asked = asyncio.Event()
    answer = asyncio.Event()

    async def slow(route: Any) -> None:
        asked.set()
        await answer.wait()
        await route.continue_()

    await shop.get_by_test_id("dm-bot").click()
    await shop.get_by_test_id("channel-maintenance").click()
    await shop.route("**/state?as=U0BO", slow)

    await shop.get_by_test_id("act-as-U0BO").click()
    await asked.wait()
    await expect(shop.get_by_test_id("dm-bot")).to_have_count(0)
    answer.set()
    await shop.get_by_test_id("dm-bot").click()

    await expect(shop.get_by_test_id("dm-bot")).to_have_attribute("aria-current", "page")
    assert await shop.evaluate("sessionStorage.getItem('chargehand.channel')") == "DU0BO"
