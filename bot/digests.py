"""What is told at most once a shift, a day or a week: each digest once its time has come, made up for after a standstill."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import structlog

from bot.middle import Middle
from handlers import invoice_digest, lots, maintenance_reports, work_digests
from handlers.happenings import NOTHING
from orders.plant import Plant
from storage.happenings import is_done
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Digest:
    """One digest: which period a moment of the plant's clock falls into (empty: it is not told then), and what tells it."""

    name: str
    period: Callable[[Plant, datetime], str]
    tell: Callable[[UnitOfWork], None]


def week_of(plant: Plant, local: datetime) -> str:
    """Return the ISO week of a moment in working hours: ``2026W48``."""
    year, week, _ = local.isocalendar()
    return f"{year}W{week:02}" if plant.working.holds(local, plant.zone) else ""


def day_of(plant: Plant, local: datetime) -> str:
    """Return the day of a moment in working hours: ``20261123``."""
    return f"{local:%Y%m%d}" if plant.working.holds(local, plant.zone) else ""


def shift_of(plant: Plant, local: datetime) -> str:
    """Return the shift whose digest is to be told at a moment: ``20261123T0600``."""
    slot = plant.digests.slot(local, plant.working)
    return f"{local:%Y%m%d}T{slot:%H%M}" if slot is not None else ""


def tell_week(uow: UnitOfWork) -> None:
    """Tell the figures of the week, unless the plant has turned them off."""
    if uow.plant.digests.week:
        maintenance_reports.tell_week(uow)


DIGESTS = (
    Digest("day of people", shift_of, work_digests.tell_people),
    Digest("day of channels", shift_of, work_digests.tell_channels),
    Digest("week in maintenance", week_of, tell_week),
    Digest("week in the store", week_of, lots.tell_week),
    Digest("day in invoices", day_of, invoice_digest.tell_day),
)


async def tell(middle: Middle) -> None:
    """Tell what this shift, this day and this week still owe; one that fails keeps no other waiting."""
    plant, local = middle.plant, middle.clock().astimezone(middle.plant.zone)
    for digest in DIGESTS:
        period = digest.period(plant, local)
        key = f"digest:{digest.name}:{period}"
        if not period or await middle.read(partial(is_done, key)):
            continue
        try:
            await middle.perform(key, "digest", key, partial(_told, digest), behind=True)
        except Exception:
            # It stays owed, and the next bell tells it.
            log.exception("a digest could not be told", digest=digest.name)


def _told(digest: Digest, uow: UnitOfWork) -> dict[str, object]:
    digest.tell(uow)
    return NOTHING.to_json()
