"""Work orders that are likely about the same as a report: on the same asset, still open, not long ago, in similar words."""

from datetime import timedelta

from rapidfuzz import fuzz

from handlers import finding, wording
from orders.work_orders import OPEN
from storage.tables import Asset, WorkOrder
from storage.unit_of_work import UnitOfWork, table

_ORDERS = table(WorkOrder)
ALIKE = 60
"""From which likeness (0 to 100) on words are similar."""
MOST = 2
"""How many are shown."""


def likely(uow: UnitOfWork, asset: Asset | None, said: str, *, but: int | None = None) -> list[WorkOrder]:
    """Return the open work orders that a report is likely about, the newest first, without the one that was made of it."""
    hours = uow.plant.duplicate_hours
    if asset is None or not hours:
        return []
    lately = _ORDERS.c.created_at >= uow.now - timedelta(hours=hours)
    still = _ORDERS.c.state.in_([state.value for state in OPEN])
    rows = [row for row in uow.all(WorkOrder, lately, still, asset_id=asset.id) if row.id != but]
    return [row for row in reversed(rows) if alike(said, row.description, asset)][:MOST]


def alike(one: str, other: str, asset: Asset) -> bool:
    """Say whether two reports on an asset tell the same: the same way of failing, or similar words; a bare name tells nothing new."""
    left, right = _telling(one, asset), _telling(other, asset)
    if not left or not right:
        return True
    modes = [mode.code if (mode := wording.mode_of(text)) else "" for text in (one, other)]
    if all(modes):
        return modes[0] == modes[1]
    return fuzz.token_set_ratio(" ".join(left), " ".join(right)) >= ALIKE


def _telling(text: str, asset: Asset) -> list[str]:
    """Return the words of a report that say what is wrong, without those that only name the asset."""
    own = {*finding.telling(asset.name), *finding.telling(asset.code), finding.plain(asset.code)}
    return [word for word in finding.telling(wording.bare(text)) if word not in own]
