"""Debian's Chromium, headless, and the sandbox as a newcomer starts it."""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright, expect

from tests.stories.processes import Process

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
PATIENCE = 30_000
"""Milliseconds to wait for something to be seen: a busy machine is no fault of the page."""


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Yield a browser; without one the test is skipped with its reason, and fails where everything must run."""
    if not Path(CHROMIUM).exists():
        (pytest.fail if os.environ.get("CI") else pytest.skip)("Chromium is not installed (apt-get install chromium)")
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as started:
        browser = await started.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@asynccontextmanager
async def sandbox(folder: Path, *options: str) -> AsyncIterator[str]:
    """Run ``chargehand sandbox`` as a process of its own and yield the page's address; without a past unless one is asked for."""
    options = options if "--past" in options else (*options, "--no-past")
    words = [sys.executable, "-m", "bot", "sandbox", "--data", str(folder), "--port", "0", "--no-open", *options]
    process = await Process.start("sandbox", *words)
    try:
        yield (await process.says("is ready: ")).split()[-1]
    finally:
        status = await process.stop()
        assert status == 0, process.lines
