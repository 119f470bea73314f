"""What is done because time passes and nobody clicks: questions to approvers, agreements, reminders and maintenance plans are tended, each by itself."""

from collections.abc import Callable, Sequence
from datetime import UTC
from functools import partial

import structlog

from bot.middle import Middle
from handlers import agreement_life, approval_times, chasing, leavers, planned_orders, requests, response_clocks, timers
from handlers.happenings import NOTHING
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger()


async def tend(middle: Middle) -> None:
    """Hand on, remind of and end every open question to an approver."""
    await _each(middle, "questions", approval_times.open_orders, approval_times.tend)


async def tend_agreements(middle: Middle) -> None:
    """Do for every agreement what the day asks for."""
    await _each(middle, "agreement", agreement_life.tended, agreement_life.tend)


async def tend_suppliers(middle: Middle) -> None:
    """Remind suppliers of orders of which that is due."""
    await _each(middle, "reminders", chasing.open_orders, chasing.tend)


async def tend_plans(middle: Middle) -> None:
    """Make the orders of maintenance plans that have come due, and tell once what had been missed."""
    await _each(middle, "plan", planned_orders.due, planned_orders.tend)
    if await middle.read(planned_orders.untold):
        key = f"plans told:{_minute(middle)}"
        await middle.perform(key, "tell plans", key, partial(_done, planned_orders.tell))


async def tend_clocks(middle: Middle) -> None:
    """Say of open work orders once that their time ends or is over."""
    if await middle.read(response_clocks.owed):
        key = f"clocks:{_minute(middle)}"
        await middle.perform(key, "tend clocks", key, partial(_done, response_clocks.tend), behind=True)


async def tend_requests(middle: Middle) -> None:
    """Go on with every report about which nobody said in time whether it is the same as another."""
    await _each(middle, "request", requests.due, requests.tend)


async def tend_timers(middle: Middle) -> None:
    """Ask everybody whose timer runs beyond the shift whether it runs rightly."""
    await _each(middle, "timer", timers.due, timers.tend)


def _done(work: Callable[[UnitOfWork], object], uow: UnitOfWork) -> dict[str, object]:
    work(uow)
    return NOTHING.to_json()


async def tend_people(middle: Middle) -> None:
    """Free the jobs of people who are no longer here, and tell the supervisors."""
    await _each(middle, "leaver", leavers.left_behind, leavers.set_free)


def _minute(middle: Middle) -> str:
    return middle.clock().astimezone(UTC).strftime("%Y%m%dT%H%M")


async def _each(
    middle: Middle,
    name: str,
    found: Callable[[UnitOfWork], Sequence[int]],
    work: Callable[[UnitOfWork, int], object],
) -> None:
    """Do the work for each row found, in a happening of its own a minute; one that fails never keeps the others waiting."""
    minute = _minute(middle)
    for row in await middle.read(found):
        key = f"{name}:{row}:{minute}"
        try:
            await middle.perform(key, f"tend {name}", key, partial(_tended, work, row))
        except Exception:
            # The row stays as it is in storage, and the next bell tends it.
            log.exception("what waits could not be tended", kind=name, row=row)


def _tended(work: Callable[[UnitOfWork, int], object], row: int, uow: UnitOfWork) -> dict[str, object]:
    work(uow, row)
    return NOTHING.to_json()
