"""Story: the whole loop by hand, at the sandbox's page in a real browser."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.stories.at_the_page import FAULT, Visitor, quiet
from tests.stories.browser import chromium, sandbox


@pytest.mark.chromium
@pytest.mark.timeout(300)
async def test_one_fault_travels_all_the_way_at_the_page_and_is_still_there_after_a_restart(tmp_path: Path) -> None:
    async with chromium() as browser:
        page = await browser.new_page(viewport={"width": 1400, "height": 900})
        page.set_default_timeout(30_000)
        faults = await quiet(page)
        visitor = Visitor(page)
        async with sandbox(tmp_path) as url:
            await visitor.arrive(url)

            await visitor.whole_loop()

        async with sandbox(tmp_path) as url:
            await page.goto(url)
            await visitor.become("ana")
            await visitor.go("channel-maintenance")
            await expect(page.get_by_text(FAULT).first).to_be_visible()
            thread = await visitor.in_thread()
            await expect(thread.get_by_text("closed")).not_to_have_count(0)
        async with sandbox(tmp_path, "--fresh") as url:
            await visitor.arrive(url)
            await visitor.go("channel-maintenance")
            await expect(page.get_by_text(FAULT)).to_have_count(0)
        assert faults == []
