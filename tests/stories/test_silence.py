"""A story of silence: reminded in working hours, then somebody else is asked, then a draft again, and never approved."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from storage.tables import Approval, ApprovalTask
from tests.stories.clocks import monday, on_a_monday, set_clock
from tests.stories.figures import damage, rows
from tests.stories.purchases import Shop
from tests.wires.dovecot import Dovecot

pytestmark = [pytest.mark.dovecot, pytest.mark.timeout(300)]


@pytest_asyncio.fixture
async def shop(tmp_path: Path, dovecot: Dovecot) -> AsyncIterator[Shop]:
    """A running plant on a Monday morning, whose clock the story moves on."""
    async with on_a_monday(tmp_path, dovecot) as shop:
        yield shop


async def test_55_silence_is_reminded_then_somebody_else_is_asked_then_it_is_a_draft_again(shop: Shop) -> None:
    draft = await shop.drafts("1 P-10214 for 410", "hartmann")
    await shop.asks(draft)
    bo, helen = shop.world.person("bo"), shop.world.person("helen")

    set_clock(shop.plant.ahead, monday() + timedelta(hours=5))
    await bo.waits_in_direct("Still open since", draft)
    set_clock(shop.plant.ahead, monday() + timedelta(hours=14))
    at_night = [row.escalated_at for row in rows(shop.plant.url, ApprovalTask)]
    set_clock(shop.plant.ahead, monday() + timedelta(days=1, hours=1))
    await bo.waits_in_direct("Helen Strand has been asked too", "The first answer counts")
    await helen.waits_in_direct(draft, "Bo Lindqvist has not answered, so you are asked too.")
    set_clock(shop.plant.ahead, monday() + timedelta(days=8))
    told = await shop.world.person("ines").waits_in_direct("Nobody answered about", draft)

    reminders = await bo.sees(await bo.direct(), "Still open since")
    assert len(reminders) == 1
    assert at_night == [None]
    assert "It is a draft again" in str(told["blocks"])
    assert shop.order(draft).state == "draft"
    assert [run.state for run in rows(shop.plant.url, Approval)] == ["voided"]
    assert damage(shop.plant.url) == []
