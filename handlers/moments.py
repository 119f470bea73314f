"""Moments as people of the plant say them: ``today 14:00``, ``Fri 27 Nov 09:00``."""

import re
from contextlib import suppress
from datetime import date, datetime, timedelta

from orders.errors import Unlawful
from storage.unit_of_work import UnitOfWork

_NEAR = {-1: "yesterday", 0: "today", 1: "tomorrow"}
_CLOCK = re.compile(r"(?:(?P<day>\d{4}-\d{2}-\d{2})[ T]+)?(?P<hour>\d{1,2})[:.](?P<minute>\d{2})")


def when(uow: UnitOfWork, moment: datetime) -> str:
    """Say a moment in the plant's time zone, near days by name."""
    local = moment.astimezone(uow.plant.zone)
    away = (local.date() - uow.now.astimezone(uow.plant.zone).date()).days
    day = _NEAR.get(away) or f"{local:%a} {local.day} {local:%b}"
    return f"{day} {local:%H:%M}"


def short_day(day: date) -> str:
    """Say a day: ``Fri 27 Nov``."""
    return f"{day:%a} {day.day} {day:%b}"


def clock(uow: UnitOfWork, moment: datetime) -> str:
    """Say a moment of today by its time alone, any other with its day."""
    return when(uow, moment).removeprefix("today ")


def typed(uow: UnitOfWork, moment: datetime) -> str:
    """Write a moment as a form field shows it: the time, with the date when that is not today."""
    local = moment.astimezone(uow.plant.zone)
    return f"{local:%H:%M}" if local.date() == uow.now.astimezone(uow.plant.zone).date() else f"{local:%Y-%m-%d %H:%M}"


def read(uow: UnitOfWork, written: str) -> datetime:
    """Read ``14:05`` or ``2026-11-22 14:05`` in the plant's time zone; raises ``Unlawful`` for anything else."""
    found = _CLOCK.fullmatch(written.strip())
    if found is not None:
        local = uow.now.astimezone(uow.plant.zone)
        day = found["day"] or local.date().isoformat()
        with suppress(ValueError):
            return datetime.fromisoformat(f"{day} {int(found['hour']):02}:{found['minute']}").replace(
                tzinfo=local.tzinfo
            )
    raise Unlawful(why="Write the time as 14:05, or with its day as 2026-11-22 14:05.")


def ago(uow: UnitOfWork, days: int) -> datetime:
    """Return the moment so many days before now."""
    return uow.now - timedelta(days=days)
