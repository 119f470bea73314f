"""What day it is at the plant, and a plant whose clock the story moves on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.stories.plants import Wishes, plant_among_people
from tests.stories.purchases import Shop
from tests.wires.dovecot import Dovecot


@asynccontextmanager
async def on_a_monday(tmp_path: Path, dovecot: Dovecot) -> AsyncIterator[Shop]:
    """A running plant on a Monday morning, whose clock the story moves on."""
    everywhere = Wishes(
        {"digests": {"week": True}}, lambda text: text.replace('time_zone = "Europe/Berlin"', 'time_zone = "UTC"')
    )
    async with plant_among_people(tmp_path, f"sqlite:///{tmp_path}/plant.db", dovecot, everywhere) as (made, world):
        set_clock(made.ahead, monday())
        await made.start(hurrying=True)
        yield Shop(made, world)


def today() -> date:
    """Return today's date where the stories' plants stand, which is not always that of UTC."""
    return datetime.now(ZoneInfo("Europe/Berlin")).date()


def monday() -> datetime:
    """Return eight o'clock of the next Monday."""
    today = datetime.now(UTC).replace(hour=8, minute=0, second=0, microsecond=0)
    return today + timedelta(days=7 - today.weekday())


def set_clock(file: Path, moment: datetime) -> None:
    """Let the plant's clock say a moment from now on."""
    new = file.with_suffix(".new")
    new.write_text(str((moment - datetime.now(UTC)).total_seconds()), "utf-8")
    new.replace(file)
