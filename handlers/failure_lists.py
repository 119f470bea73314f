"""What can be chosen as failure mode, cause and remedy: the plant's own lists before the default ones, an asset's usual ones first."""

from collections import Counter
from functools import cache

from sqlalchemy import select

from handlers import wording
from handlers.wording import Choice, folded
from orders.failure_codes import FailureCode
from orders.plant import Plant
from storage.tables import Asset, WorkOrder
from storage.unit_of_work import UnitOfWork, table

_ORDERS = table(WorkOrder)
USUAL = 5
"""How many of an asset's usual failure modes come first in the list."""
ALWAYS = ("UNK", "OTH")
"""Modes that fit every asset, at the end."""


def listed(plant: Plant, kind: str, asset_class: str = "") -> tuple[Choice, ...]:
    """Return what can be chosen for assets of a class: ``mode``, ``cause`` or ``remedy``.

    What the plant has set comes first, and instead of the default entry with the same code; of the default modes, those of
    the class are meant, all for a class that no list knows.
    """
    own = [_own(code) for code in plant.failures if code.kind == kind and code.fits(asset_class)]
    taken = {each.code for each in own}
    return (*own, *(each for each in _defaults(kind, asset_class) if each.code not in taken))


def _own(code: FailureCode) -> Choice:
    return Choice(code.code, code.words, wording.whole(code.finds))


@cache
def _defaults(kind: str, asset_class: str) -> tuple[Choice, ...]:
    known = wording.choices(kind)
    said = folded(asset_class)
    small = (
        next((row["modes"] for row in wording.classes() if row["finds"].search(said)), None) if kind == "mode" else None
    )
    if small is None:
        return known
    return tuple(each for code in (*small, *ALWAYS) for each in known if each.code == code)


def words_of(plant: Plant, kind: str, code: str) -> str:
    """Return the words for a code of any list; text that is no code stays as it is."""
    return next(
        (each.words for each in plant.failures if (each.kind, each.code) == (kind, code)), wording.words_of(kind, code)
    )


def class_of(uow: UnitOfWork, order: WorkOrder) -> str:
    """Return the class of a work order's asset, as the list of assets names it."""
    asset = uow.find(Asset, id=order.asset_id) if order.asset_id else None
    return asset.asset_class if asset is not None else ""


def usual(uow: UnitOfWork, order: WorkOrder) -> list[str]:
    """Return the codes of an asset's usual failure modes, the most frequent first."""
    if not order.asset_id:
        return []
    query = select(_ORDERS.c.failure_mode).where(_ORDERS.c.asset_id == order.asset_id, _ORDERS.c.failure_mode != "")
    return [code for code, _ in Counter(uow.run(query).scalars()).most_common(USUAL)]


def modes(uow: UnitOfWork, order: WorkOrder) -> list[tuple[str, str]]:
    """Return the failure modes of a work order as (code, words): the asset's usual ones, then its class's list."""
    found = {each.code: each.words for each in listed(uow.plant, "mode", class_of(uow, order))}
    asked = [*usual(uow, order), *([order.failure_mode] if order.failure_mode else [])]
    earlier = {code: words_of(uow.plant, "mode", code) for code in asked}
    return list((earlier | {code: words for code, words in found.items() if code not in earlier}).items())


def pairs(uow: UnitOfWork, order: WorkOrder, kind: str) -> list[tuple[str, str]]:
    """Return the causes or remedies of a work order as (code, words)."""
    return [(each.code, each.words) for each in listed(uow.plant, kind, class_of(uow, order))]


def mode_in(uow: UnitOfWork, order: WorkOrder, text: str) -> str:
    """Return the code of the failure mode that a text points to, of the plant's lists first; empty for none."""
    said = folded(text)
    own = listed(uow.plant, "mode", class_of(uow, order))
    found = next((each for each in (*own, *wording.choices("mode")) if each.finds and each.finds.search(said)), None)
    return found.code if found is not None else ""
