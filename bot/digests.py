"""What is told at most once a day or once a week: each digest once its working time has come, made up for after a standstill."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import structlog

from bot.middle import Middle
from handlers import invoice_digest, lots, maintenance_reports
from handlers.happenings import NOTHING
from storage.happenings import is_done
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Digest:
    """One digest: which period of the plant's clock a moment falls into, and what tells it."""

    name: str
    period: Callable[[datetime], str]
    tell: Callable[[UnitOfWork], None]


def week_of(local: datetime) -> str:
    """Return the ISO week of a moment: ``2026W48``."""
    year, week, _ = local.isocalendar()
    return f"{year}W{week:02}"


def day_of(local: datetime) -> str:
    """Return the day of a moment: ``20261123``."""
    return f"{local:%Y%m%d}"


DIGESTS = (
    Digest("week in maintenance", week_of, maintenance_reports.tell_week),
    Digest("week in the store", week_of, lots.tell_week),
    Digest("day in invoices", day_of, invoice_digest.tell_day),
)


async def tell(middle: Middle) -> None:
    """Tell what this day and this week still owe, in working hours; one that fails keeps no other waiting."""
    plant, now = middle.plant, middle.clock()
    if not plant.working.holds(now, plant.zone):
        return
    for digest in DIGESTS:
        key = f"digest:{digest.name}:{digest.period(now.astimezone(plant.zone))}"
        if await middle.read(partial(is_done, key)):
            continue
        try:
            await middle.perform(key, "digest", key, partial(_told, digest), behind=True)
        except Exception:
            # It stays owed, and the next bell tells it.
            log.exception("a digest could not be told", digest=digest.name)


def _told(digest: Digest, uow: UnitOfWork) -> dict[str, object]:
    digest.tell(uow)
    return NOTHING.to_json()
