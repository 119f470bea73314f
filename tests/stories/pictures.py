"""Takes the pictures of README and docs: the story of the page, told once by hand, with a camera beside it."""

import argparse
import asyncio
import base64
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import CDPSession, FloatRect, Locator, Page, ViewportSize, expect

from tests.stories.at_the_page import Visitor
from tests.stories.browser import chromium, sandbox

WIDE, PHONE = ViewportSize(width=1280, height=800), ViewportSize(width=390, height=780)
WHOLE = ViewportSize(width=1440, height=920)
TALL = ViewportSize(width=1280, height=1800)
WIDTH = 1280
"""How wide a picture is, in pixels; a part of the page is drawn larger, not blown up."""

DOTS = 110
"""Dots an inch of the order's paper."""

MOST = 250_000
"""A picture may have so many bytes."""

SUPPLIER, PRICE = "Brightflow Pumps Ltd", "209.50"
SENTENCE = "swapped the seal, the old one was dry, 40 min, used two P-10231"
"""The order of the pictures goes to somebody who reads English."""


class Camera:
    """Takes what is on the screen, or a part of it, into a folder."""

    def __init__(self, page: Page, lens: CDPSession, folder: Path) -> None:
        self.page, self.lens, self.folder = page, lens, folder

    async def take(self, name: str, *, of: Locator, down_to: Locator | None = None, width: int = WIDTH) -> None:
        """Take a part of the page; `down_to` ends the picture a little below another part."""
        await self._stand_still()
        frame = await of.bounding_box()
        assert frame is not None, name
        if down_to is not None:
            frame = _ending(frame, await down_to.bounding_box())
        clip = {**frame, "scale": width / frame["width"]}
        taken = await self.lens.send("Page.captureScreenshot", {"format": "png", "clip": clip})
        self.keep(name, base64.b64decode(taken["data"]))

    def keep(self, name: str, picture: bytes) -> None:
        """Keep a picture; one that is too large to be shown in a README is refused."""
        if len(picture) > MOST:
            message = f"{name}: {len(picture)} bytes are more than {MOST}"
            raise ValueError(message)
        (self.folder / name).write_bytes(picture)

    async def _stand_still(self) -> None:
        # A caret or a button under the pointer would make two pictures of one thing differ.
        await self.page.mouse.move(640, 2)
        await self.page.evaluate("document.activeElement?.blur()")
        await self.page.evaluate("document.querySelectorAll('.toast').forEach((one) => one.remove())")
        await self.page.evaluate("document.fonts.ready")
        await self.page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished))")


def _ending(frame: FloatRect, last: FloatRect | None) -> FloatRect:
    assert last is not None
    height = last["y"] + last["height"] + 16 - frame["y"]
    return FloatRect(x=frame["x"], y=frame["y"], width=frame["width"], height=height)


class Photographer(Visitor):
    """Walks the whole loop and stops wherever something is worth a picture."""

    def __init__(self, page: Page, camera: Camera) -> None:
        super().__init__(page, self.look)
        self.camera = camera

    async def look(self, name: str) -> None:
        """Take the picture of this moment of the story, if there is one."""
        moment = {
            "fault": self.fault,
            "approval": self.approval,
            "mail": self.mail,
            "delivery": self.delivery,
        }.get(name)
        if moment is not None:
            await moment()

    async def fault(self) -> None:
        await self.camera.take("fault.png", of=self.middle(), down_to=self.thread().locator(".card").last, width=1100)
        await self.page.set_viewport_size(PHONE)
        await self.camera.take("phone.png", of=self.page.locator("body"), width=2 * PHONE["width"])
        await self.page.set_viewport_size(WIDE)

    async def approval(self) -> None:
        await self.go("tab-home")
        home = self.page.get_by_test_id("home")
        await expect(home.get_by_text("Approve EUR")).to_be_visible()
        await self.camera.take("home.png", of=home, down_to=home.locator(".block").last)
        await self.go("dm-bot")
        await expect(self.button("approval.approve")).to_be_visible()
        await self.camera.take("approval.png", of=self.middle(), down_to=self.middle().locator(".card").last)

    async def mail(self) -> None:
        outside = self.page.get_by_test_id("outside")
        await expect(outside.locator("iframe.html")).to_be_visible()
        await self.camera.take("mail.png", of=outside, width=960)
        paper = self.page.locator("a.file", has_text=".pdf").first
        address = await paper.evaluate("(link) => link.href")
        self.camera.keep("order-pdf.png", await drawn(await (await self.page.request.get(address)).body()))

    async def delivery(self) -> None:
        await self.camera.take("delivery.png", of=self.middle(), down_to=self.middle().locator(".card").last)
        await self.mailroom()
        await self.go("channel-stores")

    async def mailroom(self) -> None:
        """Look from the Home tab why the supplier's mail was read as it was."""
        await self.go("tab-home")
        await self.button("mailroom.open").click()
        modal = self.page.get_by_test_id("modal")
        await modal.get_by_test_id("action-mailroom.filter").click()
        await self.page.get_by_role("option", name="Taken today").click()
        await modal.get_by_test_id("action-mailroom.mail").first.click()
        await expect(modal.get_by_text("Rule")).not_to_have_count(0)
        await self.camera.take("mailroom.png", of=modal, width=1000)
        await self.page.keyboard.press("Escape")
        await expect(modal).to_have_count(0)

    async def needs_a_part(self) -> None:
        """Need the part, and ask another supplier for it than the usual one."""
        thread = await self.in_thread()
        await self.page.get_by_test_id("thread-composer").fill("part 2 P-10231")
        await self.page.get_by_test_id("thread-send").click()
        await self.button("purchase_order.edit", thread).click()
        modal = self.page.get_by_test_id("modal")
        await modal.get_by_label("Supplier").first.click()
        await self.page.get_by_role("option", name=SUPPLIER).click()
        await modal.get_by_label("Price in EUR").fill(PRICE)
        await self.page.get_by_test_id("modal-submit").click()
        await expect(modal.get_by_text("is changed")).to_be_visible()
        await self.page.get_by_test_id("modal-close").click()
        await self.button("purchase_order.request", thread).click()
        await expect(thread.get_by_text("Bo Lindqvist")).not_to_have_count(0)

    async def receives(self) -> None:
        """Take the delivery in; then the whole page has something to show, by day and by night."""
        await super().receives()
        await self.become("luis")
        await self.page.get_by_test_id("mail-back").click()
        thread = await self.in_thread()
        await expect(thread.get_by_text("can go on")).to_be_visible()
        for line in await self.page.get_by_role("button", name="Dismiss").all():
            await line.click()
        await self.page.set_viewport_size(WHOLE)
        await self.camera.take("page-light.png", of=self.page.locator("body"))
        await self.go("theme")
        await self.camera.take("page-dark.png", of=self.page.locator("body"))
        await self.go("theme")
        await self.page.set_viewport_size(WIDE)

    async def completes(self) -> None:
        """End the job with one sentence and one click."""
        thread = await self.in_thread()
        await self.page.get_by_test_id("thread-composer").fill(SENTENCE)
        await self.page.get_by_test_id("thread-send").click()
        await expect(self.button("work_order.done_confirm", thread)).to_be_visible()
        await self.camera.take("done.png", of=thread.locator(".card").last, width=1000)
        await self.button("work_order.done_confirm", thread).click()
        await expect(self.button("work_order.done_confirm", thread)).to_have_count(0)

    async def asks(self, name: str, question: str, answered: str) -> None:
        """Type a question in the channel and take its answer, from its top down."""
        await self.go("channel-maintenance")
        await self.page.get_by_test_id("composer").fill(f"/chargehand {question}")
        await self.page.get_by_test_id("send").click()
        card = self.middle().locator(".card").last
        await expect(card.get_by_text(answered)).to_be_visible()
        await card.scroll_into_view_if_needed()
        await self.camera.take(name, of=card, width=1000)

    def middle(self) -> Locator:
        return self.page.locator("#middle")


async def drawn(paper: bytes) -> bytes:
    """Return the first page of a PDF as a picture, by poppler's `pdftoppm`."""
    words = ["pdftoppm", "-png", "-r", str(DOTS), "-f", "1", "-l", "1", "-"]
    process = await asyncio.create_subprocess_exec(
        *words, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    picture, _ = await process.communicate(paper)
    if process.returncode:
        message = "pdftoppm could not draw the order (apt-get install poppler-utils)"
        raise RuntimeError(message)
    return picture


@asynccontextmanager
async def studio(folder: Path, data: Path, *options: str) -> AsyncIterator[tuple[Photographer, str]]:
    """Yield somebody with a camera at a fresh sandbox, and its address."""
    async with chromium() as browser, sandbox(data, *options) as url:
        page = await browser.new_page(viewport=WIDE, color_scheme="light", reduced_motion="reduce", locale="en-GB")
        page.set_default_timeout(30_000)
        camera = Camera(page, await page.context.new_cdp_session(page), folder)
        yield Photographer(page, camera), url


async def take_all(folder: Path) -> None:
    """Take every picture into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data:
        async with studio(folder, Path(data)) as (photographer, url):
            await photographer.arrive(url)
            await photographer.whole_loop()
    with tempfile.TemporaryDirectory() as data:
        async with studio(folder, Path(data), "--past") as (photographer, url):
            await photographer.arrive(url)
            await photographer.page.set_viewport_size(TALL)
            await photographer.become("priya")
            await photographer.asks("history.png", "report asset P-101", "History of P-101")
            await photographer.asks("failures.png", "report failures", "failures in 13 weeks")


def main() -> None:
    """Read the folder from the command line, and take the pictures."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("folder", type=Path)
    asyncio.run(take_all(words.parse_args().folder))


if __name__ == "__main__":
    main()
