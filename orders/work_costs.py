"""What a work order cost: labour at the rate of its day, parts at the price of their day, services as spent, and the rest."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from orders.money import Money

MINUTES = 60


class CostKind(StrEnum):
    """What money of a work order went for."""

    LABOUR = "labour"
    """Hours of our own people."""
    PARTS = "parts"
    """Parts out of the store."""
    SERVICES = "services"
    """Services and goods bought for the job that never lay in the store."""
    OTHER = "other"
    """What somebody wrote down by hand."""


@dataclass(frozen=True, slots=True)
class Cost:
    """One amount of one kind, in minor units."""

    kind: CostKind
    amount: Money


def labour(minutes: int, rate: int, currency: str) -> Money:
    """Return what minutes cost at a rate for an hour in minor units, rounded half up once for the entry."""
    exact = Decimal(minutes) * rate / MINUTES
    return Money(int(exact.to_integral_value(rounding=ROUND_HALF_UP)), currency)


def summed(costs: Iterable[Cost]) -> dict[CostKind, dict[str, int]]:
    """Return minor units by kind and currency; kinds and currencies that come to nothing are left out."""
    sums: dict[CostKind, dict[str, int]] = {}
    for cost in costs:
        of_kind = sums.setdefault(cost.kind, {})
        of_kind[cost.amount.currency] = of_kind.get(cost.amount.currency, 0) + cost.amount.minor
    kept = {kind: {code: minor for code, minor in sums.get(kind, {}).items() if minor} for kind in CostKind}
    return {kind: found for kind, found in kept.items() if found}


def together(costs: Iterable[Cost]) -> tuple[Money, ...]:
    """Return the whole by currency; currencies are never added to each other."""
    found: dict[str, int] = {}
    for cost in costs:
        found[cost.amount.currency] = found.get(cost.amount.currency, 0) + cost.amount.minor
    return tuple(Money(minor, currency) for currency, minor in sorted(found.items()) if minor)


def told(amounts: Iterable[Money]) -> str:
    """Say amounts: ``EUR 419.00``, ``EUR 419.00 and USD 20.00``, and ``nothing`` for none."""
    return " and ".join(str(amount) for amount in amounts) or "nothing"
