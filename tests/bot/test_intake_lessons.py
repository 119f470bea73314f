"""What a correction teaches is thought about outside any transaction, once, and trouble with one holds up no other."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from bot.intake import Intake
from bot.middle import Middle
from handlers import mail_rules
from storage.tables import InboundMail
from storage.unit_of_work import UnitOfWork

AT = datetime(2026, 11, 23, tzinfo=UTC)


async def corrected(middle: Middle, *corrections: str) -> None:
    """Keep mails that were corrected and not yet thought about."""

    def work(uow: UnitOfWork) -> dict[str, Any]:
        for uid, correction in enumerate(corrections, 1):
            place = {"account": "a", "folder": "INBOX", "uidvalidity": 1, "uid": uid}
            given = {"sha256": str(uid), "received_at": AT, "state": "proposed", "correction": correction}
            uow.add(InboundMail, **place, **given)
        return {}

    await middle.perform("corrections", "test", "", work)


async def thought_about(middle: Middle, kept: Callable[..., list[Any]]) -> list[str]:
    """Let an intake run until nothing is left to think about; returns what became of each."""
    committed, loop = asyncio.Event(), asyncio.get_running_loop()
    middle.after_commit = lambda: loop.call_soon_threadsafe(committed.set)
    intake = Intake(middle)
    intake.start()
    while not all(mail.lessons for mail in kept(InboundMail)):
        committed.clear()
        if not all(mail.lessons for mail in kept(InboundMail)):
            await asyncio.wait_for(committed.wait(), 20)
    await intake.stop()
    return [json.loads(mail.lessons)["became"] for mail in kept(InboundMail)]


async def test_a_correction_that_cannot_be_thought_about_teaches_nothing_and_holds_up_no_other(
    middle: Middle, kept: Callable[..., list[Any]]
) -> None:
    await corrected(middle, "no JSON at all", json.dumps({"kind": "despatch", "lines": [], "by": 1}))

    assert await thought_about(middle, kept) == ["nothing", "nothing"]


async def test_thinking_is_begun_by_the_click_that_calls_for_it(middle: Middle) -> None:
    woken: list[str] = []
    for route in mail_rules.WAKING:
        middle.after_route[route] = lambda route=route: woken.append(route)

    for number, route in enumerate([*mail_rules.WAKING, "click work_order.take"]):
        await middle.perform(f"key:{number}", route, route, lambda _uow: {})

    assert woken == list(mail_rules.WAKING)
