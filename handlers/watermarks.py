"""How far each channel has been read, moved on only after everything up to there was taken."""

from sqlalchemy import select, update

from orders.work_orders import OPEN, WorkOrderState
from storage.tables import Watermark, WorkOrder
from storage.unit_of_work import UnitOfWork, table

_MARKS, _ORDERS = table(Watermark), table(WorkOrder)
MOST_THREADS = 100


def since(uow: UnitOfWork, channel: str) -> str | None:
    """Return the timestamp up to which a channel was read, or None when it never was."""
    row = uow.find(Watermark, name=_name(channel))
    return row.value if row else None


def begin(uow: UnitOfWork, channel: str) -> dict[str, object]:
    """Begin a channel now."""
    _write(uow, channel, f"{uow.now.timestamp():.6f}")
    return {}


def seen(uow: UnitOfWork, channel: str, ts: str) -> dict[str, object]:
    """Move a channel's mark on to a timestamp; an older one moves nothing."""
    before = since(uow, channel)
    if before is None or float(before) < float(ts):
        _write(uow, channel, ts)
    return {}


def threads(uow: UnitOfWork, channel: str) -> list[str]:
    """Return the roots of the threads in a channel whose work orders are not closed yet, newest first."""
    states = [state.value for state in (*OPEN, WorkOrderState.COMPLETED)]
    found = (
        select(_ORDERS.c.root_ts)
        .where(_ORDERS.c.channel == channel, _ORDERS.c.state.in_(states), _ORDERS.c.root_ts.is_not(None))
        .order_by(_ORDERS.c.id.desc())
        .limit(MOST_THREADS)
    )
    return [str(root) for root in uow.run(found).scalars()]


def _write(uow: UnitOfWork, channel: str, value: str) -> None:
    changed = uow.run(update(_MARKS).where(_MARKS.c.name == _name(channel)).values(value=value))
    if changed.rowcount == 0:
        uow.add(Watermark, name=_name(channel), value=value)


def _name(channel: str) -> str:
    return f"history:{channel}"
