"""The requisition: a need apart from any order, its states, how it is cut into parts, and what one order line owes to many."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from orders.lifecycle import Lifecycle, rows
from orders.people import Role


class NeedState(StrEnum):
    """Where a need stands."""

    OPEN = "open"
    """Nobody has ordered it yet; it may be on a draft."""
    ON_ORDER = "on_order"
    """It stands on an approved order."""
    FULFILLED = "fulfilled"
    """It has arrived."""
    FROM_STOCK = "from_stock"
    """It was met from stock and is not bought."""
    CANCELLED = "cancelled"
    """It is not needed any more."""
    REJECTED = "rejected"
    """Somebody said no to it."""


class Origin(StrEnum):
    """What a need arose from."""

    WORK_ORDER = "work_order"
    """A part is short for a work order."""
    REORDER_POINT = "reorder_point"
    """Stock falls below its minimum."""
    PROJECT = "project"
    """A project needs it."""
    PERSON = "person"
    """Somebody asked for it."""
    COPY = "copy"
    """An old order is ordered once more."""


class NeedEvent(StrEnum):
    """What may happen to a need."""

    ORDER = "order"
    RELEASE = "release"
    FULFIL = "fulfil"
    TAKE_FROM_STOCK = "take_from_stock"
    CANCEL = "cancel"
    REJECT = "reject"
    EXPECT_AGAIN = "expect_again"


_S, _E = NeedState, NeedEvent
_BUY, _SYS = Role.BUYER, Role.SYSTEM
_ANY = tuple(role for role in Role if role is not Role.SUPPLIER)

REQUISITIONS = Lifecycle(
    "requisition",
    (
        *rows((_S.OPEN,), _E.ORDER, _S.ON_ORDER, (Role.APPROVER, _SYS)),
        *rows((_S.ON_ORDER,), _E.RELEASE, _S.OPEN, (_SYS,)),
        *rows((_S.ON_ORDER,), _E.FULFIL, _S.FULFILLED, (Role.STOREKEEPER, _SYS)),
        *rows((_S.FULFILLED,), _E.EXPECT_AGAIN, _S.ON_ORDER, (_SYS,)),
        *rows((_S.OPEN,), _E.TAKE_FROM_STOCK, _S.FROM_STOCK, (Role.STOREKEEPER, _BUY)),
        *rows((_S.OPEN,), _E.CANCEL, _S.CANCELLED, _ANY),
        *rows((_S.OPEN,), _E.REJECT, _S.REJECTED, (_BUY, Role.APPROVER)),
    ),
)
"""Orders move their needs by rule, people only end them."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What one need still claims of an order line, in thousandths of the need's unit; the earliest is served first."""

    need: int
    quantity: int
    needed_by: date | None = None

    @property
    def urgency(self) -> tuple[date, int]:
        """Return what claims are served by: the day, then who asked first."""
        return (self.needed_by or date.max, self.need)


def served(claims: Iterable[Claim], quantity: int) -> dict[int, int]:
    """Share a quantity among claims, the most urgent first; what nobody claims is in no share."""
    shares: dict[int, int] = {}
    for claim in sorted(claims, key=lambda each: each.urgency):
        shares[claim.need] = min(claim.quantity, max(quantity, 0))
        quantity -= shares[claim.need]
    return shares


def arrivals(claims: Sequence[Claim], before: int, now: int) -> dict[int, int]:
    """Return what each need gets of a delivery, when ``before`` had been accepted of the line and ``now`` is."""
    had, has = served(claims, before), served(claims, now)
    return {need: has[need] - had[need] for need in has if has[need] > had[need]}


def unserved(claims: Sequence[Claim], quantity: int) -> dict[int, int]:
    """Return by need what a line of this quantity no longer covers."""
    kept = served(claims, quantity)
    return {claim.need: claim.quantity - kept[claim.need] for claim in claims if kept[claim.need] < claim.quantity}


@dataclass(frozen=True, slots=True)
class Levels:
    """When and up to what a part is bought anew, in thousandths of its unit; 0 stands for "not said"."""

    minimum: int
    maximum: int = 0
    order_quantity: int = 0


def replenishment(levels: Levels, projected: int) -> int:
    """Return what is to be bought when a part's projected quantity is below its minimum, else 0.

    Up to the maximum where there is one, else in whole order quantities, else up to the minimum.
    """
    if projected >= levels.minimum:
        return 0
    hole = levels.minimum - projected
    if levels.maximum >= levels.minimum:
        return levels.maximum - projected
    lot = levels.order_quantity
    return -(-hole // lot) * lot if lot > 0 else hole
