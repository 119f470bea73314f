"""What an order is worth in the plant's currency: by the rate that was frozen when it was requested, else by today's."""

from decimal import ROUND_CEILING, Decimal
from typing import Any

from handlers.order_content import Dossier, today
from orders.errors import RateMissing
from orders.money import Money
from orders.purchase_orders import OrderState
from orders.rates import Rate, converted, rate_on
from storage.unit_of_work import UnitOfWork


def frozen_rate(uow: UnitOfWork, dossier: Dossier) -> dict[str, object]:
    """Return what a request freezes of the rate of its currency; raises ``RateMissing`` where there is none."""
    currency, own = dossier.order.currency, uow.plant.currency
    if currency == own:
        return {"rate": "", "rate_on": None}
    rate = rate_on(uow.plant.rates, currency, today(uow))
    if rate is None:
        raise RateMissing(subject=dossier.name, currency=currency, into=own)
    return {"rate": str(rate.worth), "rate_on": rate.on}


def rate_of(uow: UnitOfWork, order: Any) -> Rate | None:
    """Return the rate that an order goes by: its own once it is requested, today's for a draft; None where none is known.

    ``order`` has ``state``, ``currency``, ``rate`` and ``rate_on``.
    """
    if order.state != OrderState.DRAFT and order.rate and order.rate_on is not None:
        return Rate(order.currency, Decimal(order.rate), order.rate_on)
    return rate_on(uow.plant.rates, order.currency, today(uow))


def worth(uow: UnitOfWork, order: Any, amount: int) -> Money | None:
    """Return minor units of an order's currency in the plant's currency, for holding them against a limit.

    Rounded up, so that no limit is undercut by rounding; None while the rate is missing, never zero.
    """
    own = uow.plant.currency
    if order.currency == own:
        return Money(amount, own)
    rate = rate_of(uow, order)
    return None if rate is None else converted(Money(amount, order.currency), rate.worth, own, ROUND_CEILING)
