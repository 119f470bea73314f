"""Orders beside an order, agreements apart: to the same supplier for the same job, or from the same people within a few days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, or_, select

from handlers.order_content import Dossier
from handlers.order_rates import worth
from orders.agreements import AGREEMENT_KINDS
from orders.money import Money
from orders.purchase_orders import OrderState
from storage.prepared import Prepared
from storage.tables import PurchaseOrder, PurchaseOrderLine
from storage.unit_of_work import UnitOfWork, table

_ORDERS, _LINES = table(PurchaseOrder), table(PurchaseOrderLine)
NOT_STANDING = (OrderState.DRAFT, OrderState.CANCELLED, OrderState.REJECTED_BY_SUPPLIER)
"""States in which an order spends nothing."""
_OWN = _LINES.alias("own")
_OWN_JOBS, _OWN_CENTRES = (
    select(_OWN.c[name]).where(_OWN.c.order_id == bindparam("order"), _OWN.c[name].is_not(None)).scalar_subquery()
    for name in ("work_order_id", "cost_centre_id")
)
_SAME_JOB, _SAME_CENTRE = (
    _ORDERS.c.id.in_(select(_LINES.c.order_id).where(_LINES.c[name].in_(own)))
    for name, own in (("work_order_id", _OWN_JOBS), ("cost_centre_id", _OWN_CENTRES))
)
_LATELY = _ORDERS.c.submitted_at >= bindparam("since")
_BESIDE = Prepared(
    select(
        _ORDERS.c.id,
        _ORDERS.c.number,
        _ORDERS.c.draft_number,
        _ORDERS.c.state,
        _ORDERS.c.total,
        _ORDERS.c.currency,
        _ORDERS.c.rate,
        _ORDERS.c.rate_on,
        _ORDERS.c.submitted_at,
    )
    .where(
        _ORDERS.c.id != bindparam("order"),
        _ORDERS.c.supplier_id == bindparam("supplier"),
        _ORDERS.c.submitted_at <= bindparam("before"),
        or_(_SAME_JOB, _LATELY & or_(_ORDERS.c.requested_by_id == bindparam("requester"), _SAME_CENTRE)),
        *(_ORDERS.c.state != state.value for state in NOT_STANDING),
        *(_ORDERS.c.kind != kind.value for kind in sorted(AGREEMENT_KINDS)),
    )
    .order_by(_ORDERS.c.id)
)
COUNTED = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth")
WEEK = 7


@dataclass(frozen=True, slots=True)
class Beside:
    """The orders that were requested before an order and belong to the same spending, and what all come to."""

    orders: tuple[Any, ...]
    alone: Money | None
    """The order's own total in the plant's currency; None while a rate is missing."""
    whole: Money | None
    """The total of all of them."""
    by_job: bool = False
    """Whether one of them counts for its job alone, however long ago it was."""

    def counted(self, *, count: bool) -> Money | None:
        """Return what the rules are held against; an order for the same job counts in any case."""
        return self.whole if count or self.by_job else self.alone


def beside(uow: UnitOfWork, dossier: Dossier) -> Beside:
    """Return what was ordered beside an order; one need in several orders is decided like one.

    A draft counts with everything that is requested by now, an order that was requested only with what came before it.
    """
    order = dossier.order
    alone = worth(uow, order, dossier.total.minor)
    if order.supplier_id is None:
        return Beside((), alone, alone)
    requested = None if dossier.state is OrderState.DRAFT else order.submitted_at
    # Somebody else's request may bear a later moment and yet have been committed before this one.
    before = requested or uow.now + timedelta(days=1)
    since = (requested or uow.now) - timedelta(days=uow.plant.split_days)
    given = {"order": order.id, "supplier": order.supplier_id, "requester": order.requested_by_id}
    found = tuple(uow.rows(_BESIDE, **given, since=since, before=before))
    amounts = [alone, *(worth(uow, row, row.total) for row in found)]
    known = [amount for amount in amounts if amount is not None]
    whole = sum(known[1:], known[0]) if len(known) == len(amounts) else None
    return Beside(found, alone, whole, any(row.submitted_at < since for row in found))


def sentence(uow: UnitOfWork, dossier: Dossier, found: Beside, limits: Sequence[Money]) -> str:
    """Say which order to this supplier it is, what all come to, and which of the limits that passes or comes near to."""
    if not found.orders or found.alone is None or found.whole is None:
        return ""
    days = uow.plant.split_days
    when = "for the same job" if found.by_job else "this week" if days == WEEK else f"within {days} days"
    number = len(found.orders) + 1
    nth = COUNTED[number - 1] if number <= len(COUNTED) else f"{number}th"
    told = f"{nth} order to {dossier.supplier_name} {when}, {found.whole} in all"
    passed = [limit for limit in limits if found.alone <= limit < found.whole]
    if passed:
        counts = uow.plant.split == "count" or found.by_job
        return f"{told}: that is above {passed[-1]}{', so that step is asked as well' if counts else ''}."
    following = next((limit for limit in limits if found.whole <= limit), None)
    return f"{told}; the next step up starts at {following}." if following is not None else f"{told}."
