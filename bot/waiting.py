"""What is done because time passes and nobody clicks: questions to approvers are handed on, reminded and ended."""

from datetime import UTC
from functools import partial

import structlog

from bot.middle import Middle
from handlers import agreement_life, approval_times
from handlers.happenings import NOTHING
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger()


async def tend(middle: Middle) -> None:
    """Tend every open question, each in a happening of its own; one that fails never keeps the others waiting."""
    minute = middle.clock().astimezone(UTC).strftime("%Y%m%dT%H%M")
    for order_id in await middle.read(approval_times.open_orders):
        key = f"questions:{order_id}:{minute}"
        try:
            await middle.perform(key, "tend questions", key, partial(_tended, order_id))
        except Exception:
            # The questions stay as they are in storage, and the next bell tends them.
            log.exception("the questions of an order could not be tended", order=order_id)


async def tend_agreements(middle: Middle) -> None:
    """Do for every agreement what the day asks for, each in a happening of its own; one that fails never keeps the others waiting."""
    minute = middle.clock().astimezone(UTC).strftime("%Y%m%dT%H%M")
    for order_id in await middle.read(agreement_life.tended):
        key = f"agreement:{order_id}:{minute}"
        try:
            await middle.perform(key, "tend agreement", key, partial(_agreement_tended, order_id))
        except Exception:
            # The agreement stays as it is in storage, and the next bell tends it.
            log.exception("an agreement could not be tended", order=order_id)


def _agreement_tended(order_id: int, uow: UnitOfWork) -> dict[str, object]:
    agreement_life.tend(uow, order_id)
    return NOTHING.to_json()


def _tended(order_id: int, uow: UnitOfWork) -> dict[str, object]:
    approval_times.tend(uow, order_id)
    return NOTHING.to_json()
