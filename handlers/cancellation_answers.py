"""What a supplier writes about a cancellation that we asked for; what it cancels of itself is put before a person."""

from collections.abc import Mapping
from typing import Any

from handlers import cancelling
from handlers.delivery_notices import Taken
from handlers.mail_readings import Unsure, orders_of
from storage.tables import InboundMail, Supplier
from storage.unit_of_work import UnitOfWork


def taken(uow: UnitOfWork, mail: InboundMail, reading: Mapping[str, Any], supplier: Supplier | None) -> Taken:
    """End every order whose supplier agrees to what was asked; raises ``Unsure`` where a person has to look."""
    orders = orders_of(uow, reading, supplier)
    if supplier is None or not orders:
        raise Unsure("no order of ours is named")
    if mail.trust != "verified":
        raise Unsure("the sender is known but not verified")
    for dossier in orders.values():
        if not cancelling.agreed(uow, dossier, reading):
            raise Unsure(f"nobody here asked to cancel {dossier.name}, or only a part of it is named")
    return Taken("settled", next(iter(orders.values())).order.id, "the supplier agreed to the cancellation")
