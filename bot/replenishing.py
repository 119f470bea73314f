"""The daily look at parts that run low: each is put on the buyers' list in a happening of its own, and all are told at once."""

from functools import partial

import structlog

from bot.middle import Middle
from handlers import reordering
from orders.plant import Reordering
from storage.happenings import is_done
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger()


async def look(middle: Middle) -> None:
    """Take the look of today once its time has come; a day that nobody rang for is made up for at the next bell."""
    plant = middle.plant
    local = middle.clock().astimezone(plant.zone)
    if plant.reordering is Reordering.OFF or local.time() < plant.reorder_at:
        return
    day = local.strftime("%Y%m%d")
    if await middle.read(partial(is_done, f"reordering:{day}")):
        return
    raised = []
    for part_id in await middle.read(reordering.low, behind=True):
        key = f"reordering:{day}:{part_id}"
        try:
            told = await middle.perform(key, "reorder", key, partial(_replenished, part_id), behind=True)
        except Exception:
            # The part stays as low as it is, and tomorrow's look finds it again.
            log.exception("a part that runs low could not be put on the list", part=part_id)
        else:
            raised += [told["need"]] if "need" in told else []
    await middle.perform(f"reordering:{day}", "reordered", day, partial(_told, raised))


def _replenished(part_id: int, uow: UnitOfWork) -> dict[str, object]:
    need = reordering.replenish(uow, part_id)
    return {"need": need.id} if need is not None else {}


def _told(raised: list[int], uow: UnitOfWork) -> dict[str, object]:
    reordering.tell(uow, raised)
    return {"needs": raised}
