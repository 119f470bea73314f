"""One fault all the way by hand: a person at the sandbox's page in Chromium, acting as everybody in turn."""

import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from playwright.async_api import Locator, Page, expect

Picture = Callable[[str], Awaitable[None]]
FAULT = "The seal of P-101 leaks, the line stands"
PHOTO = Path(__file__).with_name("seal.png")


async def no_picture(name: str) -> None:
    """Take no picture."""


class Visitor:
    """Somebody at the page; every wait is for something that a person would see."""

    def __init__(self, page: Page, picture: Picture = no_picture) -> None:
        self.page = page
        self.picture = picture

    async def arrive(self, url: str) -> None:
        await self.page.goto(url)
        await self.page.get_by_test_id("guide-close").click()

    async def become(self, person: str) -> None:
        await self.page.get_by_test_id(f"act-as-U0{person.upper()}").click()

    async def go(self, place: str) -> None:
        await self.page.get_by_test_id(place).first.click()

    def thread(self) -> Locator:
        return self.page.get_by_test_id("thread")

    def button(self, action: str, where: Locator | None = None) -> Locator:
        return (where or self.page).get_by_test_id(f"action-{action}").filter(visible=True).last

    async def submit(self) -> None:
        await self.page.get_by_test_id("modal-submit").click()
        await expect(self.page.get_by_test_id("modal")).to_have_count(0)

    async def in_thread(self) -> Locator:
        """Open the fault's thread from the channel."""
        await self.go("channel-maintenance")
        await self.page.locator("[data-testid^=replies-]").first.click()
        return self.thread()

    async def whole_loop(self) -> None:
        """Report, take, start, need a part, request, approve, ship, receive, complete and close."""
        await self.reports()
        await self.takes_and_starts()
        await self.needs_a_part()
        await self.approves()
        await self.ships()
        await self.receives()
        await self.completes()
        await self.closes()

    async def reports(self) -> None:
        await self.become("ana")
        await self.go("channel-maintenance")
        await self.page.get_by_test_id("file").first.set_input_files(str(PHOTO))
        await self.page.get_by_test_id("composer").fill(FAULT)
        await self.page.get_by_test_id("send").click()
        await expect(self.button("work_order.take")).to_be_visible()
        await self.picture("fault")

    async def takes_and_starts(self) -> None:
        await self.become("luis")
        await self.button("work_order.take", await self.in_thread()).click()
        await self.go("dm-bot")
        await self.button("work_order.start").click()
        await self.page.get_by_test_id("modal").get_by_role("checkbox").check()
        await self.picture("safety")
        await self.submit()
        await expect(self.button("work_order.done")).to_be_visible()

    async def needs_a_part(self) -> None:
        thread = await self.in_thread()
        await self.page.get_by_test_id("thread-composer").fill("part 2 P-10231")
        await self.page.get_by_test_id("thread-send").click()
        await expect(self.button("purchase_order.request", thread)).to_be_visible()
        await self.picture("shortage")
        await self.button("purchase_order.request", thread).click()
        await expect(thread.get_by_text("Bo Lindqvist")).not_to_have_count(0)

    async def approves(self) -> None:
        await self.become("bo")
        await self.go("dm-bot")
        await expect(self.button("approval.approve")).to_be_visible()
        await self.picture("approval")
        await self.button("approval.approve").click()
        await expect(self.button("approval.approve")).to_have_count(0)

    async def ships(self) -> None:
        await self.go("tab-mail")
        mail = self.page.locator("[data-testid^=mail-]").filter(has_text=re.compile(r"PO-\d{4}-\d{5}")).first
        await expect(mail).to_be_visible(timeout=30_000)
        await mail.click()
        await expect(self.page.get_by_test_id("answer-despatch")).to_be_visible()
        await self.picture("mail")
        await self.page.get_by_test_id("answer-despatch").click()

    async def receives(self) -> None:
        await self.become("tom")
        await self.go("channel-stores")
        await expect(self.button("receipt.as_listed")).to_be_visible(timeout=30_000)
        await self.picture("delivery")
        await self.button("receipt.as_listed").click()
        await expect(self.button("receipt.as_listed")).to_have_count(0)

    async def completes(self) -> None:
        await self.become("luis")
        thread = await self.in_thread()
        await expect(thread.get_by_text("can go on")).to_be_visible()
        await self.go("dm-bot")
        await self.button("work_order.done").click()
        await self.fill_in_done()
        await self.picture("done")
        await self.submit()

    async def closes(self) -> None:
        await self.become("priya")
        thread = await self.in_thread()
        await self.button("work_order.close", thread).click()
        await expect(thread.get_by_text("closed")).not_to_have_count(0)

    async def fill_in_done(self) -> None:
        """Choose the first answer wherever one is asked for, and say how long it took."""
        modal = self.page.get_by_test_id("modal")
        await expect(modal).to_be_visible()
        for label in ("What was wrong?", "What did you do?"):
            await modal.get_by_label(label).first.click()
            await self.page.get_by_role("option").first.click()
        await modal.get_by_label("Minutes, all together").fill("40")


async def quiet(page: Any) -> list[str]:
    """Collect script errors of a page; there should be none."""
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    return faults
